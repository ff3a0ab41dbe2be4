//! What came afterwards, from a table that somebody else made.

use std::collections::BTreeMap;

use renown_core::domain::{Invalid, Topic};

/// Names under which the columns go, the first that is there wins.
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

/// One line: what somebody gained, in all or on a topic.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Whose: `network:handle`, or the handle alone.
    pub account: String,
    /// On which topic; none if in all.
    pub topic: Option<Topic>,
    /// What came afterwards.
    pub gain: f64,
    /// What they had gained before, where the table says.
    pub past: Option<f64>,
    /// Whether they were active before, where the table says.
    pub active: bool,
}

/// What came afterwards.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Truth {
    /// In the order of the table.
    pub rows: Vec<Row>,
}

impl Truth {
    /// Reads a table with a header: an account, a gain, and optionally a topic,
    /// what had been gained before, and whether (or how often) they were active
    /// before. `columns` are the header's names, `lines` the records.
    ///
    /// # Errors
    /// Names the column that is missing, or the line and column that are wrong.
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

    /// The rows about members as a whole.
    pub fn overall(&self) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(|row| row.topic.is_none())
    }

    /// The active ones by topic, for topics with so many of them.
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

    /// Both tables together.
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
