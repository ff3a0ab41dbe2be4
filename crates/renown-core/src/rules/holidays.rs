//! Holidays: the days on which a desk is closed, as program files have them.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate};
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use crate::domain::Invalid;

use super::reader::{Fields, Findings, parsed_node};
use super::yaml::{Node, Value};

/// The most holidays of a program.
pub const MAX_HOLIDAYS: usize = 200;
pub(super) const HOLIDAY_FIELDS: &[&str] = &["date", "name"];

/// A day on which the desk is closed, from midnight to midnight.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
pub struct Holiday {
    /// The day: `2026-12-25`, or `12-25` for every year.
    #[serde(serialize_with = "date")]
    #[schema(value_type = String)]
    pub date: HolidayDate,
    /// The name; absent if the program gives none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub name: Option<String>,
}

/// The date of a holiday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum HolidayDate {
    /// A day of one year.
    Once(NaiveDate),
    /// A day of every year.
    Yearly {
        /// The month, from 1.
        month: u32,
        /// The day of the month, from 1.
        day: u32,
    },
}

impl HolidayDate {
    /// Whether the holiday is on this day.
    pub fn is_on(self, date: NaiveDate) -> bool {
        match self {
            Self::Once(once) => once == date,
            Self::Yearly { month, day } => (month, day) == (date.month(), date.day()),
        }
    }
}

impl FromStr for HolidayDate {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        let explain =
            || Invalid::new("a holiday is a date like '2026-12-25', or '12-25' for every year");
        if !text.is_ascii() {
            return Err(explain());
        }
        match text.len() {
            10 => Ok(Self::Once(text.parse().map_err(|_| explain())?)),
            5 => {
                // A leap year, so that the 29th of February is a day.
                let date: NaiveDate = format!("2024-{text}").parse().map_err(|_| explain())?;
                let (month, day) = (date.month(), date.day());
                Ok(Self::Yearly { month, day })
            }
            _ => Err(explain()),
        }
    }
}

impl fmt::Display for HolidayDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Once(date) => write!(f, "{date}"),
            Self::Yearly { month, day } => write!(f, "{month:02}-{day:02}"),
        }
    }
}

fn date<S: Serializer>(date: &HolidayDate, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(date)
}

/// Reads `holidays: [2026-12-25, 12-26, { date: 01-01, name: New Year }]`.
pub(super) fn read(program: &Fields<'_>, findings: &mut Findings) -> Vec<Holiday> {
    let items = program.items("holidays", MAX_HOLIDAYS, findings);
    let holiday = |(path, node): (String, &Node)| {
        if let Value::Map(_) = node.value {
            let fields = Fields::open(node, path, HOLIDAY_FIELDS, findings)?;
            if fields.node("date").is_none() {
                fields.missing("date", "say on which day: 'date: 2026-12-25'", findings);
            }
            let name = fields.text("name", 100, findings).map(|at| at.value);
            let date = fields.parsed("date", findings, HolidayDate::from_str)?;
            return Some(Holiday {
                date: date.value,
                name,
            });
        }
        let date = parsed_node(node, &path, findings, HolidayDate::from_str)?;
        Some(Holiday {
            date: date.value,
            name: None,
        })
    };
    items.into_iter().filter_map(holiday).collect()
}
