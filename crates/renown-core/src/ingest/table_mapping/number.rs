//! Numbers, as people and other systems write them.

use rust_decimal::Decimal;

use crate::domain::Invalid;

/// The longest number, in characters.
const MAX_LENGTH: usize = 40;

/// Reads a whole number.
pub(super) fn count(said: &str) -> Result<u64, Invalid> {
    let count = said.parse();
    count.map_err(|_| Invalid::new("it is not a whole number, such as 12"))
}

/// Reads a decimal, with the sign that stands before its fraction. If the mapping says which one
/// that is, digits may be grouped by threes; else a comma would not be clear.
pub(super) fn decimal(said: &str, sign: Option<char>) -> Result<Decimal, Invalid> {
    let plain = match sign {
        None => Some(said.to_owned()),
        Some(sign) => ungrouped(said, sign),
    };
    let plain = plain.filter(|plain| plain.len() <= MAX_LENGTH);
    plain
        .and_then(|plain| plain.parse().ok())
        .ok_or_else(|| match sign {
            None => Invalid::new(
                "it is not a number, such as 1234.50; for other notations, say which sign is \
                 before the fraction (decimal: ',' or decimal: '.')",
            ),
            Some(',') => Invalid::new("it is not a number, such as 1234,50 or 1.234,50"),
            Some(_) => Invalid::new("it is not a number, such as 1234.50 or 1,234.50"),
        })
}

/// Returns a number without the signs between its groups, and with a point before its fraction.
fn ungrouped(said: &str, sign: char) -> Option<String> {
    let (whole, fraction) = match said.split_once(sign) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (said, None),
    };
    let groups = ['.', ',', '\'', '’', ' ', '\u{a0}', '\u{202f}'];
    let between = whole.chars().find(|c| groups.contains(c) && *c != sign);
    let mut plain = match between {
        None => whole.to_owned(),
        Some(between) => {
            let mut groups = whole.split(between);
            let first = groups.next()?;
            let digits = first.trim_start_matches('-').len();
            let are_whole = groups.clone().all(|group| group.len() == 3);
            if !are_whole || !(1..=3).contains(&digits) {
                return None;
            }
            first.to_owned() + &groups.collect::<String>()
        }
    };
    if let Some(fraction) = fraction {
        plain.push('.');
        plain.push_str(fraction);
    }
    let allowed = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-');
    plain.chars().all(allowed).then_some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_in_its_notation_and_never_guessed() {
        let read = |said, sign| decimal(said, sign).ok().map(|number| number.to_string());
        for (said, sign, expected) in [
            ("12.50", None, Some("12.50")),
            ("12,50", None, None),
            ("1,250", None, None),
            ("12,50", Some(','), Some("12.50")),
            ("1.234.567,5", Some(','), Some("1234567.5")),
            ("1 234,5", Some(','), Some("1234.5")),
            ("12.50", Some(','), None),
            ("-1.234", Some(','), Some("-1234")),
            ("1,234.50", Some('.'), Some("1234.50")),
            ("1'234.50", Some('.'), Some("1234.50")),
            ("12,50", Some('.'), None),
            ("1,2345", Some('.'), None),
            ("1234,567", Some('.'), None),
            ("1e5", Some('.'), None),
            ("€ 5", Some('.'), None),
            ("", Some('.'), None),
            (",", Some(','), None),
        ] {
            assert_eq!(read(said, sign).as_deref(), expected, "{said} {sign:?}");
        }
    }
}
