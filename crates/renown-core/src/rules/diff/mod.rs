//! The differences between two versions of a program, in words.

mod audiences;
mod perks;

use std::collections::BTreeSet;
use std::fmt::Display;

use chrono::TimeDelta;
use serde::Serialize;
use utoipa::ToSchema;

use super::calendar::show_duration;
use super::program::{Program, ServiceLevel, Tier};
use super::source::Giver;

/// One difference between two versions of a program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Difference {
    /// The path of the part that differs, such as `tiers.insider.when`.
    pub path: String,
    /// The difference in words, as a sentence.
    pub sentence: String,
}

/// The changes found so far.
#[derive(Default)]
struct Changes(Vec<Difference>);

impl Changes {
    fn say(&mut self, path: impl Into<String>, sentence: impl Into<String>) {
        self.0.push(Difference {
            path: path.into(),
            sentence: sentence.into(),
        });
    }

    /// Compares a field that each version may have or lack.
    fn field(&mut self, path: &str, name: &str, before: Option<String>, after: Option<String>) {
        let sentence = match (before, after) {
            (before, after) if before == after => return,
            (Some(before), Some(after)) => format!("{name}: {after} instead of {before}."),
            (None, Some(after)) => format!("{name}: {after}; there was none."),
            (Some(before), None) => format!("{name}: none any more; it was {before}."),
            (None, None) => return,
        };
        self.say(path, sentence);
    }

    /// Compares a field of an item in a list, such as `tiers.gold.keep`.
    fn field_of(
        &mut self,
        (list, id): (&str, &str),
        field: &str,
        what: &str,
        before: Option<String>,
        after: Option<String>,
    ) {
        let path = format!("{list}.{id}.{field}");
        self.field(&path, &format!("{what} of '{id}'"), before, after);
    }

    fn list<T: Display>(&mut self, path: &str, name: &str, before: &[T], after: &[T]) {
        let names = |list: &[T]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
        let (before, after) = (names(before), names(after));
        for gone in before.iter().filter(|item| !after.contains(item)) {
            self.say(path, format!("{name}: '{gone}' is taken out."));
        }
        for new in after.iter().filter(|item| !before.contains(item)) {
            self.say(path, format!("{name}: '{new}' is added."));
        }
    }
}

/// Returns the differences between `before` and `after`, in the order of a
/// program file.
pub fn diff(before: &Program, after: &Program) -> Vec<Difference> {
    let mut changes = Changes::default();
    changes.field(
        "title",
        "Title",
        quoted(&before.title),
        quoted(&after.title),
    );
    changes.list("topics", "Topics", &before.topics, &after.topics);
    let zone = |program: &Program| Some(program.timezone.name().to_owned());
    changes.field("timezone", "Time zone", zone(before), zone(after));
    weights(&mut changes, before, after);
    let levels = (&before.levels[..], &after.levels[..]);
    let one = |changes: &mut Changes, old: &ServiceLevel, new: &ServiceLevel| {
        level(changes, (before, old), (after, new));
    };
    items(
        &mut changes,
        ("service_levels", "service level"),
        levels,
        |level| &level.id,
        one,
    );
    amenities(&mut changes, before, after);
    let tiers = (&before.tiers[..], &after.tiers[..]);
    let one = |changes: &mut Changes, old: &Tier, new: &Tier| {
        tier(changes, (before, old), (after, new));
    };
    items(
        &mut changes,
        ("tiers", "tier"),
        tiers,
        |tier| tier.id.as_str(),
        one,
    );
    order(&mut changes, before, after);
    let perks = (&before.perks[..], &after.perks[..]);
    items(
        &mut changes,
        ("perks", "perk"),
        perks,
        |perk| perk.id.as_str(),
        perks::perk,
    );
    perks::limits(&mut changes, &before.limits, &after.limits);
    audiences::audiences(&mut changes, before.audiences(), after.audiences());
    tables(&mut changes, before, after);
    let experiment = |program: &Program| program.experiment.as_ref().map(ToString::to_string);
    changes.field(
        "experiment",
        "Experiment on all perks",
        experiment(before),
        experiment(after),
    );
    changes.0
}

fn weights(changes: &mut Changes, before: &Program, after: &Program) {
    let all = before.weights.keys().chain(after.weights.keys());
    let all: std::collections::BTreeSet<_> = all.collect();
    for index in all {
        let path = format!("standing.{}", index.as_str());
        let name = format!("Weight of {}", index.as_str());
        let weight = |program: &Program| program.weights.get(index).map(ToString::to_string);
        changes.field(&path, &name, weight(before), weight(after));
    }
}

/// Matches the items of two lists by id. Items in both lists are compared; the
/// others are reported as taken out or new.
fn items<T>(
    changes: &mut Changes,
    (list, what): (&str, &str),
    (before, after): (&[T], &[T]),
    id: impl Fn(&T) -> &str,
    mut compare: impl FnMut(&mut Changes, &T, &T),
) {
    for old in before {
        match after.iter().find(|new| id(new) == id(old)) {
            Some(new) => compare(changes, old, new),
            None => {
                let sentence = format!("The {what} '{}' is taken out.", id(old));
                changes.say(format!("{list}.{}", id(old)), sentence);
            }
        }
    }
    for new in after {
        if !before.iter().any(|old| id(old) == id(new)) {
            let sentence = format!("The {what} '{}' is new.", id(new));
            changes.say(format!("{list}.{}", id(new)), sentence);
        }
    }
}

fn quoted(text: &str) -> Option<String> {
    Some(format!("'{text}'"))
}

fn written(text: Option<&str>) -> Option<String> {
    text.and_then(quoted)
}

fn length(length: Option<TimeDelta>) -> Option<String> {
    length.map(show_duration)
}

fn number(number: Option<i64>) -> Option<String> {
    number.map(|number| number.to_string())
}

fn seconds(seconds: Option<i64>) -> Option<String> {
    length(seconds.map(TimeDelta::seconds))
}

fn level(
    changes: &mut Changes,
    (before, old): (&Program, &ServiceLevel),
    (after, new): (&Program, &ServiceLevel),
) {
    let id = &old.id;
    let mut field = |field: &str, what: &str, before, after| {
        changes.field_of(("service_levels", id.as_str()), field, what, before, after);
    };
    let title = |level: &ServiceLevel| written(level.title.as_deref());
    field("title", "Title", title(old), title(new));
    field(
        "when",
        "Condition",
        written(before.level_when(id)),
        written(after.level_when(id)),
    );
    field(
        "queue",
        "Queue",
        Some(old.queue.clone()),
        Some(new.queue.clone()),
    );
    field(
        "priority",
        "Priority",
        number(old.priority),
        number(new.priority),
    );
    let targets = [
        (
            "first_reply",
            "First reply",
            old.first_reply_time_in_seconds,
            new.first_reply_time_in_seconds,
        ),
        (
            "next_reply",
            "Next reply",
            old.next_reply_time_in_seconds,
            new.next_reply_time_in_seconds,
        ),
        (
            "resolution",
            "Resolution",
            old.resolution_time_in_seconds,
            new.resolution_time_in_seconds,
        ),
        (
            "close",
            "Time to close",
            old.time_to_close_in_seconds,
            new.time_to_close_in_seconds,
        ),
    ];
    for (name, what, before, after) in targets {
        field(name, what, seconds(before), seconds(after));
    }
    if old.business_hours != new.business_hours {
        let path = format!("service_levels.{id}.hours");
        changes.say(path, format!("The hours of '{id}' are others."));
    }
}

fn order(changes: &mut Changes, before: &Program, after: &Program) {
    let order = |one: &Program, other: &Program| -> Vec<String> {
        let both = one
            .tiers
            .iter()
            .filter(|tier| other.tier(&tier.id).is_some());
        both.map(|tier| tier.id.to_string()).collect()
    };
    let (old, new) = (order(before, after), order(after, before));
    if old != new {
        let sentence = format!(
            "The ladder's order: {} instead of {}.",
            new.join(", "),
            old.join(", ")
        );
        changes.say("tiers", sentence);
    }
}

/// Compares the titles of amenities.
fn amenities(changes: &mut Changes, before: &Program, after: &Program) {
    let titled = before
        .amenity_titles
        .keys()
        .chain(after.amenity_titles.keys());
    for amenity in titled.collect::<BTreeSet<_>>() {
        let title = |program: &Program| written(program.amenity_title(amenity));
        changes.field(
            &format!("amenities.{amenity}"),
            &format!("Title of '{amenity}'"),
            title(before),
            title(after),
        );
    }
}

fn tier(changes: &mut Changes, (before, old): (&Program, &Tier), (after, new): (&Program, &Tier)) {
    let id = &old.id;
    let mut field = |field: &str, what: &str, before, after| {
        changes.field_of(("tiers", id.as_str()), field, what, before, after);
    };
    field("title", "Title", quoted(&old.title), quoted(&new.title));
    field("by", "Giver", giver(old.by), giver(new.by));
    field(
        "when",
        "Condition",
        written(old.when()),
        written(new.when()),
    );
    field(
        "stay",
        "Condition for staying",
        written(old.stay()),
        written(new.stay()),
    );
    field("keep", "Time kept", length(old.keep), length(new.keep));
    field(
        "notice",
        "Notice",
        length(Some(old.notice)),
        length(Some(new.notice)),
    );
    let level = |program: &Program, tier: &Tier| Some(program.levels[tier.level].id.clone());
    field(
        "service_level",
        "Service level",
        level(before, old),
        level(after, new),
    );
    let path = format!("tiers.{id}.amenities");
    let name = format!("Amenities of '{id}'");
    changes.list(&path, &name, &old.amenities, &new.amenities);
}

fn giver(by: Giver) -> Option<String> {
    let word = match by {
        Giver::Rules => "the rules",
        Giver::Grants => "people alone",
    };
    Some(word.to_owned())
}

/// Compares each table as a whole, because its rows have no names.
fn tables(changes: &mut Changes, before: &Program, after: &Program) {
    let tables = (&before.tables[..], &after.tables[..]);
    items(
        changes,
        ("tables", "table"),
        tables,
        |table| table.id.as_str(),
        |changes, old, new| {
            if format!("{old:?}") != format!("{new:?}") {
                let sentence = format!("The table '{}' says otherwise.", old.id);
                changes.say(format!("tables.{}", old.id), sentence);
            }
        },
    );
}

/// Returns the word that program files and the API use for a value.
fn word(value: &impl Serialize) -> Option<String> {
    let value = serde_json::to_value(value).ok()?;
    value.as_str().map(str::to_owned)
}
