//! Ranges of numbers in names: `{0..23}`, as shells write them.

use crate::cli::{CliError, Result};

/// The most names of one pattern: ten years of hours.
const MOST: usize = 100_000;

/// Returns the names that a pattern stands for, in order; one without a range for itself. A
/// number that begins with a zero has a fixed width: `{08..10}`.
///
/// # Errors
/// If there are too many.
pub(super) fn expanded(pattern: &str) -> Result<Vec<String>> {
    let mut names = vec![String::new()];
    let mut rest = pattern;
    while let Some((before, range, after)) = next_range(rest) {
        let count = range.to.abs_diff(range.from).saturating_add(1);
        if (names.len() as u64).saturating_mul(count) > MOST as u64 {
            let why = format!("'{pattern}' stands for more than {MOST} names");
            return Err(CliError::Failed(why));
        }
        names = names
            .iter()
            .flat_map(|name| {
                range
                    .numbers()
                    .map(move |number| format!("{name}{before}{number}"))
            })
            .collect();
        rest = after;
    }
    names.iter_mut().for_each(|name| name.push_str(rest));
    Ok(names)
}

struct Range {
    from: u64,
    to: u64,
    width: usize,
}

impl Range {
    fn numbers(&self) -> impl Iterator<Item = String> {
        let (from, to, width) = (self.from, self.to, self.width);
        let steps = 0..=to.abs_diff(from);
        steps.map(move |step| {
            let number = if from <= to { from + step } else { from - step };
            format!("{number:0width$}")
        })
    }
}

/// Finds the next range, and what is before and behind it.
fn next_range(text: &str) -> Option<(&str, Range, &str)> {
    let mut from = 0;
    loop {
        let open = from + text[from..].find('{')?;
        let close = open + text[open..].find('}')?;
        if let Some(range) = range(&text[open + 1..close]) {
            return Some((&text[..open], range, &text[close + 1..]));
        }
        from = open + 1;
    }
}

fn range(text: &str) -> Option<Range> {
    let (from, to) = text.split_once("..")?;
    let padded = |number: &str| number.len() > 1 && number.starts_with('0');
    let is_padded = padded(from) || padded(to);
    Some(Range {
        width: if is_padded {
            from.len().max(to.len())
        } else {
            0
        },
        from: from.parse().ok()?,
        to: to.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_stands_for_each_number() {
        let names = |pattern| expanded(pattern).unwrap();
        assert_eq!(names("a.gz"), ["a.gz"]);
        assert_eq!(names("h-{9..11}.gz"), ["h-9.gz", "h-10.gz", "h-11.gz"]);
        assert_eq!(names("d-{08..10}"), ["d-08", "d-09", "d-10"]);
        assert_eq!(
            names("{2..1}{x}{1..2}"),
            ["2{x}1", "2{x}2", "1{x}1", "1{x}2"]
        );
        assert_eq!(names("{1..}{a..b}{é"), ["{1..}{a..b}{é"]);
        assert!(expanded("{0..999}{0..999}").is_err());
        assert!(expanded("{0..18446744073709551615}").is_err());
    }
}
