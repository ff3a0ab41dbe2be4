//! Days of a program that does not say in which time zone they begin.

use super::Meaning;
use crate::rules::diagnostic::{Diagnostic, FilePlace};
use crate::rules::timezones;

/// Checks the time zone: it is there if days matter, and is no abbreviation.
pub(super) fn check(meaning: &mut Meaning<'_, '_>) {
    let name = meaning.file.timezone.name();
    match meaning.file.timezone_place {
        Some(place) => {
            if let Some(meant) = timezones::meant_by(name) {
                let message =
                    format!("'{name}' is an abbreviation, and says nothing of when clocks change.");
                let finding =
                    Diagnostic::warning("timezone-abbreviation", place, "timezone", message);
                meaning.add(name, finding.hint(timezones::hint(meant)));
            }
        }
        None => {
            if let Some((path, place)) = first_day(meaning) {
                let message =
                    "Days begin at midnight in UTC, because the program has no 'timezone'.";
                let finding = Diagnostic::warning("no-timezone", place, path, message);
                let hint = "timezone: America/Los_Angeles, or 'timezone: UTC' if this is meant";
                meaning.add("timezone", finding.hint(hint));
            }
        }
    }
}

/// Returns the first field for which it matters when a day begins.
fn first_day(meaning: &Meaning<'_, '_>) -> Option<(String, FilePlace)> {
    let file = meaning.file;
    let hours = file.business_hours.as_ref();
    let hours = hours.map(|at| ("business_hours".to_owned(), at.place));
    let limit = file.limits.per_day.as_ref();
    let limit = limit.map(|at| ("limits.per_day".to_owned(), at.place));
    let of_perks = file.perks.iter().flat_map(|perk| {
        let dates = [
            ("from", perk.from.as_ref().map(|at| at.place)),
            ("until", perk.until.as_ref().map(|at| at.place)),
            ("draws", perk.draws.as_ref().map(|at| at.place)),
        ];
        let is_day = |place: &FilePlace| !has_time(meaning.source, *place);
        let dates = dates.map(|(field, place)| (field, place.filter(is_day)));
        let per_day = ("per_day", perk.per_day.as_ref().map(|at| at.place));
        let fields = dates.into_iter().chain([per_day]);
        fields.filter_map(|(field, place)| Some((format!("{}.{field}", perk.path), place?)))
    });
    let all = hours.into_iter().chain(limit).chain(of_perks);
    all.min_by_key(|(_, place)| *place)
}

/// Whether a date in the file has a time, and so a zone of its own.
fn has_time(source: &str, place: FilePlace) -> bool {
    let nth = |n: u32| usize::try_from(n).unwrap_or(1).saturating_sub(1);
    let line = source.lines().nth(nth(place.line)).unwrap_or_default();
    let rest = line.chars().skip(nth(place.column));
    let date = rest.take_while(|c| c.is_ascii_digit() || "-:+.TtZz\"' ".contains(*c));
    date.filter(|c| *c == ':').count() > 0
}
