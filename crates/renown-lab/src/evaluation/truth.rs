//! Later results of members, read from a table of an outside source.

use std::collections::BTreeMap;

use renown_core::domain::{Invalid, Topic};

/// Accepted names of the columns. The leftmost column with such a name is used.
const ACCOUNT: &[&str] = &["account", "user", "customer"];
const GAIN: &[&str] = &[
    "gain",
    "gain_after",
    "gain_after_T",
    "points_after_T",
    "future_spend",
];
const PAST: &[&str] = &["past", "gain_before", "gain_before_T", "points_before_T"];
const ACTIVE: &[&str] = &["active", "events_before_T"];

/// One line: the gain of a member, overall or on a topic.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The account: `network:handle`, or the handle alone.
    pub account: String,
    /// The topic; `None` for the overall gain.
    pub topic: Option<Topic>,
    /// The later results of all members.
    pub gain: f64,
    /// The gain before that time, if the table states it.
    pub past: Option<f64>,
    /// Whether the member was active before that time; true if the table does
    /// not state it.
    pub active: bool,
}

/// The gain after the time of the evaluation.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Truth {
    /// The lines, in the order of the table.
    pub rows: Vec<Row>,
}

impl Truth {
    /// Reads a table with a header. It has columns for the account and the
    /// gain, and optionally for the topic, the earlier gain, and the activity
    /// before (yes or no, or a count; above 0 means active). `header` has the
    /// names of the columns, `lines` the records.
    ///
    /// # Errors
    /// Names the missing column, or the line and column that are wrong.
    pub fn new(header: &[String], lines: &[Vec<String>]) -> Result<Self, Invalid> {
        let find = |names: &[&str]| {
            header
                .iter()
                .position(|name| names.contains(&name.as_str()))
        };
        let needed = |names: &[&str]| {
            find(names)
                .ok_or_else(|| Invalid::new(format_args!("needs a column {}", names.join(" or "))))
        };
        let (account, gain) = (needed(ACCOUNT)?, needed(GAIN)?);
        let (topic, past, active) = (find(&["topic"]), find(PAST), find(ACTIVE));
        let mut rows = Vec::with_capacity(lines.len());
        for (line, cells) in (2usize..).zip(lines) {
            let cell = |column: usize| cells.get(column).map_or("", String::as_str);
            let number = |column: usize| {
                let number = cell(column).trim().parse::<f64>().ok();
                number.filter(|number| number.is_finite()).ok_or_else(|| {
                    let (name, text) = (&header[column], cell(column));
                    Invalid::new(format_args!("line {line}, {name}: '{text}' is no number"))
                })
            };
            let topic = topic.map(|column| {
                Topic::parse(cell(column))
                    .map_err(|error| Invalid::new(format_args!("line {line}, topic: {error}")))
            });
            rows.push(Row {
                account: cell(account).to_owned(),
                topic: topic.transpose()?,
                gain: number(gain)?,
                past: past.map(number).transpose()?,
                active: active.map(number).transpose()?.is_none_or(|n| n > 0.0),
            });
        }
        Ok(Self { rows })
    }

    /// Returns the rows without a topic.
    pub fn overall(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.topic.is_none())
    }

    /// Returns the rows of active members by topic, for topics with at least
    /// `least` of them.
    pub fn topics(&self, least: usize) -> BTreeMap<&Topic, Vec<&Row>> {
        let mut topics: BTreeMap<&Topic, Vec<&Row>> = BTreeMap::new();
        for row in self.rows.iter().filter(|row| row.active) {
            if let Some(topic) = &row.topic {
                topics.entry(topic).or_default().push(row);
            }
        }
        topics.retain(|_, rows| rows.len() >= least);
        topics
    }

    /// Appends the rows of another table.
    pub fn and(mut self, other: Self) -> Self {
        self.rows.extend(other.rows);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(header: &str, lines: &[&str]) -> Result<Truth, Invalid> {
        let cells = |line: &str| line.split(',').map(str::to_owned).collect::<Vec<_>>();
        let lines: Vec<_> = lines.iter().map(|line| cells(line)).collect();
        Truth::new(&cells(header), &lines)
    }

    #[test]
    fn columns_are_found_by_name() {
        let truth = read(
            "topic,user,points_after_T,events_before_T",
            &["rust,7,30,0", "rust,8,-2,4"],
        );
        let truth = truth.unwrap();
        assert_eq!(truth.overall().count(), 0);
        let topics = truth.topics(1);
        let rust = &topics[&Topic::parse("rust").unwrap()];
        assert_eq!((rust.len(), rust[0].gain, rust[0].past), (1, -2.0, None));
        assert!(truth.topics(2).is_empty());
    }

    #[test]
    fn what_is_wrong_is_named() {
        let error = |header, lines: &[&str]| read(header, lines).unwrap_err().to_string();
        assert!(error("user,points", &[]).contains("gain"));
        assert!(error("user,gain", &["7,3", "8,many"]).contains("line 3, gain: 'many'"));
        assert!(error("user,topic,gain", &["7,,3"]).contains("line 2, topic"));
    }
}
