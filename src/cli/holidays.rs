//! Reads the holidays of a calendar in the format iCalendar.

use chrono::{Datelike, Days, NaiveDate};
use icalendar::{Calendar, CalendarComponent, Component, DatePerhapsTime, Event};

use renown_core::domain::Invalid;
use renown_core::rules::{Holiday, HolidayDate, MAX_HOLIDAYS};

/// The holidays of a calendar, and its events that are none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct HolidayCalendar {
    /// The holidays, in the order of their dates; those of every year come last.
    pub(super) holidays: Vec<Holiday>,
    /// A sentence about each event that was left out.
    pub(super) left_out: Vec<String>,
}

impl HolidayCalendar {
    /// Reads the whole-day events of a calendar in the format iCalendar (RFC 5545). An event
    /// of several days gives a holiday for each; one that is repeated every year on its
    /// date, a holiday of every year.
    ///
    /// # Errors
    /// If the text is not in that format.
    pub(super) fn parse(text: &str) -> Result<Self, Invalid> {
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
    pub(super) fn to_yaml(&self) -> String {
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use renown_core::rules::Program;

    use super::*;

    const CALENDAR: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Town//Holidays//EN\r\n\
    BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;VALUE=DATE:20261225\r\nDTEND;VALUE=DATE:20261227\r\n\
    SUMMARY:Christmas\\, both\r\n  days\r\nEND:VEVENT\r\n\
    BEGIN:VEVENT\r\nUID:2\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;VALUE=DATE:20260101\r\nRRULE:FREQ=YEARLY\r\n\
    SUMMARY:New Year's \"Day\"\r\nEND:VEVENT\r\n\
    BEGIN:VEVENT\r\nUID:3\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;VALUE=DATE:20261126\r\n\
    RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH\r\nSUMMARY:Thanksgiving\r\nEND:VEVENT\r\n\
    BEGIN:VEVENT\r\nUID:4\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20261126T120000Z\r\nSUMMARY:Lunch\r\nEND:VEVENT\r\n\
    END:VCALENDAR\r\n";

    #[test]
    fn a_calendar_becomes_the_field_holidays() {
        let calendar = HolidayCalendar::parse(CALENDAR).unwrap();
        let yaml = [
            "holidays:",
            r#"  - { date: "2026-12-25", name: "Christmas, both days" }"#,
            r#"  - { date: "2026-12-26", name: "Christmas, both days" }"#,
            r#"  - { date: "01-01", name: "New Year's \"Day\"" }"#,
            "",
        ];
        assert_eq!(calendar.to_yaml(), yaml.join("\n"));
        assert_eq!(
            calendar.left_out,
            [
                "'Thanksgiving' is left out: its rule of repetition is not 'every year on the same \
                 date'; write its dates",
                "'Lunch' is left out: it is not a whole day",
            ]
        );
        let source = format!(
            "program: desk\nservice_levels: [{{ id: all, queue: all }}]\n\
             tiers: [{{ id: everybody, service_level: all }}]\n{}",
            calendar.to_yaml()
        );
        Program::load(&source, None).unwrap();
    }

    #[test]
    fn what_is_no_calendar_is_refused() {
        for text in [
            "",
            "holidays: [12-25]",
            "BEGIN:VCALENDAR",
            "\0",
            "BEGIN:VEVENT\nEND:VEVENT",
        ] {
            let read = HolidayCalendar::parse(text);
            assert!(
                read.is_err() || read.unwrap().holidays.is_empty(),
                "{text:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn no_calendar_ends_the_program(text in "(BEGIN|END|DTSTART|RRULE|VALUE|=|:|;|\\r\\n|[ -~é]){0,60}") {
            let _ = HolidayCalendar::parse(&text);
            let _ = HolidayCalendar::parse(&CALENDAR.replace("20261225", &text));
        }
    }
}
