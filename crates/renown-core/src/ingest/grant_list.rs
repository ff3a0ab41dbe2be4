//! Lists of members that get a grant: CSV with a header, as spreadsheets write
//! it. `member` and one of `tier` and `perk` are required; `reason`, `from` and
//! `until` (RFC 3339, or a date in UTC) are optional.

use chrono::{DateTime, Days, NaiveTime, Utc};

use super::csv_records::records;
use crate::domain::{Day, Gift, Identity, Invalid, PerkId, TextLine, TierId, Timestamp};

/// The maximum number of lines of one list, without the header.
pub const MAX_LINES: usize = 10_000;

const COLUMNS: &[&str] = &["member", "tier", "perk", "reason", "from", "until"];

/// One line of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantLine {
    /// The member that gets the grant.
    pub member: Identity,
    /// The tier or perk that is granted.
    pub gift: Gift,
    /// The reason, if the line has one.
    pub reason: Option<TextLine>,
    /// When the grant begins; `None` if the line has no `from`: now.
    pub starts_at: Option<DateTime<Utc>>,
    /// When the grant ends, if the line says so. A date includes that day.
    pub ends_at: Option<DateTime<Utc>>,
}

/// A line's number in the file (the header is line 1), and the line, or the
/// faulty column (empty for the whole line) and the error.
pub type ParsedGrants = (u64, Result<GrantLine, (&'static str, Invalid)>);

/// Parses a list. An error in a line concerns that line alone.
///
/// # Errors
/// If the header is not that of such a list, or there are too many lines.
pub fn parse(text: &[u8]) -> Result<Vec<ParsedGrants>, Invalid> {
    let mut records = records(text);
    let header = records.next().map_or(Ok(Vec::new()), |(_, cells)| cells)?;
    let header: Vec<String> = header
        .iter()
        .map(|name| name.trim_start_matches('\u{feff}').to_lowercase())
        .collect();
    check_header(&header)?;
    let lines = records.take(MAX_LINES + 1);
    let lines: Vec<ParsedGrants> = lines
        .map(|(number, cells)| {
            (
                number,
                cells.map_err(whole_line).and_then(|c| row(&header, &c)),
            )
        })
        .collect();
    if lines.len() > MAX_LINES {
        return Err(Invalid::new(format_args!(
            "a list has at most {MAX_LINES} lines"
        )));
    }
    Ok(lines)
}

/// Places a mistake in no column.
fn whole_line(invalid: Invalid) -> (&'static str, Invalid) {
    ("", invalid)
}

fn row(header: &[String], cells: &[String]) -> Result<GrantLine, (&'static str, Invalid)> {
    if cells.len() > header.len() {
        return Err(whole_line(Invalid::new(format_args!(
            "the line has {} cells, and the first line names {} columns; put a cell with a \
             comma into quotes",
            cells.len(),
            header.len()
        ))));
    }
    line(|name| {
        let column = header.iter().position(|known| known == name)?;
        let cell = cells.get(column)?;
        Some(cell.as_str()).filter(|text| !text.is_empty())
    })
}

fn check_header(header: &[String]) -> Result<(), Invalid> {
    let has = |name: &str| header.iter().any(|known| known == name);
    if let Some(unknown) = header.iter().find(|name| !COLUMNS.contains(&name.as_str())) {
        return Err(Invalid::new(format_args!(
            "there is no column '{unknown}'; known are: {}",
            COLUMNS.join(", ")
        )));
    }
    let twice = |(i, name): (usize, &String)| header[..i].contains(name);
    if header.iter().enumerate().any(twice) {
        return Err(Invalid::new("no column comes twice"));
    }
    if !has("member") || !(has("tier") || has("perk")) {
        return Err(Invalid::new(
            "the first line names the columns: 'member', and 'tier' or 'perk'",
        ));
    }
    Ok(())
}

fn line<'c>(cell: impl Fn(&str) -> Option<&'c str>) -> Result<GrantLine, (&'static str, Invalid)> {
    let in_column = |name: &'static str| move |invalid| (name, invalid);
    let member = cell("member").ok_or_else(|| Invalid::new("it is missing"));
    let member = member.and_then(str::parse).map_err(in_column("member"))?;
    let gift = match (cell("tier"), cell("perk")) {
        (Some(tier), None) => Gift::Tier(TierId::parse(tier).map_err(in_column("tier"))?),
        (None, Some(perk)) => Gift::Perk(PerkId::parse(perk).map_err(in_column("perk"))?),
        _ => {
            return Err((
                "tier",
                Invalid::new("a line grants either a tier or a perk"),
            ));
        }
    };
    let reason = cell("reason").map(TextLine::parse).transpose();
    let starts_at = cell("from").map(|text| moment(text, 0)).transpose();
    let ends_at = cell("until").map(|text| moment(text, 1)).transpose();
    Ok(GrantLine {
        member,
        gift,
        reason: reason.map_err(in_column("reason"))?,
        starts_at: starts_at.map_err(in_column("from"))?,
        ends_at: ends_at.map_err(in_column("until"))?,
    })
}

/// Parses a time, or the beginning of the day that is `days` days after a date.
fn moment(text: &str, days: u64) -> Result<DateTime<Utc>, Invalid> {
    if let Ok(time) = Timestamp::parse(text) {
        return Ok(time.get());
    }
    let date = Day::parse(text)
        .map_err(|_| Invalid::new("a date is written like '2026-12-31' or as RFC 3339 has it"))?;
    Ok((date.get() + Days::new(days))
        .and_time(NaiveTime::MIN)
        .and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_line_by_line() {
        let text = "\u{feff}Member, tier, perk, reason, until\n\
                    email:ann@example.com, press,, Travel desk, 2026-12-31\n\
                    twitter:bob,,gift,,\n\
                    nobody,press,,,\n\
                    twitter:cy,press,gift,,\n\
                    twitter:dee,press,,,soon\n";
        let lines = parse(text.as_bytes()).unwrap();
        let (number, first) = &lines[0];
        let first = first.as_ref().unwrap();
        assert_eq!(*number, 2);
        assert_eq!(first.member.to_string(), "email:ann@example.com");
        assert_eq!(
            first.ends_at.unwrap().to_rfc3339(),
            "2027-01-01T00:00:00+00:00"
        );
        assert_eq!(lines[1].1.as_ref().unwrap().gift.target(), "gift");
        let columns: Vec<&str> = lines[2..]
            .iter()
            .map(|(_, line)| line.as_ref().unwrap_err().0)
            .collect();
        assert_eq!(columns, ["member", "tier", "until"]);
    }

    #[test]
    fn lines_are_numbered_as_an_editor_does() {
        for end in ["\n", "\r\n"] {
            let rows = [
                "member,tier",
                "",
                "a,press",
                "\"twi\ntter:x\",press",
                "",
                "b,press",
                "",
            ];
            let text = rows.join(end);
            let numbers = parse(text.as_bytes()).unwrap();
            let numbers: Vec<u64> = numbers.iter().map(|(number, _)| *number).collect();
            assert_eq!(numbers, [3, 4, 7], "{end:?}");
        }
    }

    #[test]
    fn a_line_with_an_open_quote_or_too_many_cells_is_wrong_by_itself() {
        let text = "member,tier\n\
                    \"twitter:a,press\n\
                    twitter:b,press\n\
                    twitter:c,press,extra\n\
                    \"twitter:d\",press\n";
        let lines = parse(text.as_bytes()).unwrap();
        let wrong: Vec<u64> = lines
            .iter()
            .filter(|(_, line)| line.is_err())
            .map(|(number, _)| *number)
            .collect();
        assert_eq!((lines.len(), wrong), (4, vec![2, 4]));
        let quote = lines[0].1.as_ref().unwrap_err();
        assert!(quote.1.to_string().contains("quote"), "{quote:?}");
    }

    #[test]
    fn a_table_of_something_else_is_refused() {
        for text in [
            "",
            "name,tier\n",
            "member\n",
            "tier\n",
            "member,tier,colour\n",
            "member,tier,tier\n",
        ] {
            assert!(parse(text.as_bytes()).is_err(), "{text}");
        }
    }
}
