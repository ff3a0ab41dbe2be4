//! Holidays: the days on which a desk is closed, as program files and calendars have them.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Days, NaiveDate};
use icalendar::{Calendar, CalendarComponent, Component, DatePerhapsTime, Event};
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use crate::domain::Invalid;

use super::reader::{Fields, Findings, parsed_node};
use super::yaml::{Node, Value};

/// The most holidays of a program.
pub(super) const MAX_HOLIDAYS: usize = 200;
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

/// The holidays of a calendar, and its events that are none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HolidayCalendar {
    /// The holidays, in the order of their dates; those of every year come last.
    pub holidays: Vec<Holiday>,
    /// A sentence about each event that was left out.
    pub left_out: Vec<String>,
}

impl HolidayCalendar {
    /// Reads the whole-day events of a calendar in the format iCalendar (RFC 5545). An event
    /// of several days gives a holiday for each; one that is repeated every year on its
    /// date, a holiday of every year.
    ///
    /// # Errors
    /// If the text is not in that format.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let calendar: Calendar = text
            .parse()
            .map_err(|_| Invalid::new("this is no calendar in the format iCalendar"))?;
        let (mut holidays, mut left_out) = (Vec::new(), Vec::new());
        for component in &calendar.components {
            if let CalendarComponent::Event(event) = component {
                match days(event) {
                    Ok(days) => holidays.extend(days),
                    Err(why) => {
                        let name = event.get_summary().unwrap_or("an event without a name");
                        left_out.push(format!("'{}' is left out: {why}", one_line(name)));
                    }
                }
            }
        }
        holidays.sort();
        holidays.dedup_by_key(|holiday| holiday.date);
        Ok(Self { holidays, left_out })
    }

    /// Writes the field `holidays` of a program file.
    pub fn to_yaml(&self) -> String {
        let mut text = String::from("holidays:\n");
        for holiday in &self.holidays {
            // JSON texts are YAML texts.
            let date = serde_json::Value::from(holiday.date.to_string());
            match &holiday.name {
                Some(name) => {
                    let name = serde_json::Value::from(name.as_str());
                    text.push_str(&format!("  - {{ date: {date}, name: {name} }}\n"));
                }
                None => text.push_str(&format!("  - {date}\n")),
            }
        }
        text
    }
}

/// Returns the days of an event, or the reason why it is no holiday.
fn days(event: &Event) -> Result<Vec<Holiday>, &'static str> {
    let first = match event.get_start() {
        Some(DatePerhapsTime::Date(date)) => date,
        Some(_) => return Err("it is not a whole day"),
        None => return Err("it has no date"),
    };
    let end = match event.get_end() {
        Some(DatePerhapsTime::Date(end)) => end,
        Some(_) => return Err("it is not a whole day"),
        None => first.checked_add_days(Days::new(1)).unwrap_or(first),
    };
    let name = event
        .get_summary()
        .map(one_line)
        .filter(|name| !name.is_empty());
    let yearly = match event.property_value("RRULE") {
        None => false,
        Some(rule) => {
            if !is_every_year(rule, first) {
                return Err(
                    "its rule of repetition is not 'every year on the same date'; write its dates",
                );
            }
            true
        }
    };
    let days = first
        .iter_days()
        .take_while(|day| *day < end.max(first.succ_opt().unwrap_or(first)));
    let days: Vec<NaiveDate> = days.take(MAX_HOLIDAYS + 1).collect();
    if days.len() > MAX_HOLIDAYS {
        return Err("it has too many days");
    }
    let date = |day: NaiveDate| match yearly {
        true => HolidayDate::Yearly {
            month: day.month(),
            day: day.day(),
        },
        false => HolidayDate::Once(day),
    };
    Ok(days
        .into_iter()
        .map(|day| Holiday {
            date: date(day),
            name: name.clone(),
        })
        .collect())
}

/// Returns whether a rule of repetition says: every year, on the date of the event.
fn is_every_year(rule: &str, date: NaiveDate) -> bool {
    let mut yearly = false;
    for part in rule.split(';').filter(|part| !part.is_empty()) {
        let agrees = match part.split_once('=') {
            Some(("FREQ", freq)) => {
                yearly = freq == "YEARLY";
                yearly
            }
            Some(("INTERVAL", every)) => every == "1",
            Some(("BYMONTH", month)) => month.parse() == Ok(date.month()),
            Some(("BYMONTHDAY", day)) => day.parse() == Ok(date.day()),
            Some(("WKST", _)) => true,
            _ => false,
        };
        if !agrees {
            return false;
        }
    }
    yearly
}

/// Returns a name as one line of at most 100 characters.
fn one_line(name: &str) -> String {
    let words: Vec<&str> = name.split_whitespace().collect();
    let clean = words.join(" ");
    let clean = clean.chars().filter(|c| !c.is_control());
    clean.take(100).collect::<String>().trim().to_owned()
}
