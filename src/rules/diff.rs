//! What has changed between two versions of a program, in words.

use std::fmt::Display;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::calendar::show_duration;
use super::program::{Perk, Program, ServiceLevel, Tier};

/// One change between two versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Difference {
    /// What it is about: `tiers.insider.when`.
    pub path: String,
    /// What has changed: a sentence.
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

    /// A field that both have, or only one, or neither.
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

/// What `after` changes of `before`, in the order of a program file.
pub fn diff(before: &Program, after: &Program) -> Vec<Difference> {
    let mut changes = Changes::default();
    let quoted = |text: &str| Some(format!("'{text}'"));
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
    levels(&mut changes, before, after);
    tiers(&mut changes, before, after);
    perks(&mut changes, before, after);
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

/// Pairs the items of two lists by their ids: those of the one first, then
/// those that only the other has.
fn paired<'a, T>(
    before: &'a [T],
    after: &'a [T],
    id: impl Fn(&T) -> &str,
) -> Vec<(Option<&'a T>, Option<&'a T>)> {
    let find = |list: &'a [T], wanted: &T| list.iter().find(|item| id(item) == id(wanted));
    let kept = before.iter().map(|item| (Some(item), find(after, item)));
    let new = after.iter().filter(|item| find(before, item).is_none());
    kept.chain(new.map(|item| (None, Some(item)))).collect()
}

fn seconds(seconds: Option<i64>) -> Option<String> {
    seconds.map(|seconds| show_duration(TimeDelta::seconds(seconds)))
}

fn levels(changes: &mut Changes, before: &Program, after: &Program) {
    for pair in paired(&before.levels, &after.levels, |level| &level.id) {
        match pair {
            (Some(old), Some(new)) => level(changes, old, new),
            (Some(old), None) => {
                let path = format!("service_levels.{}", old.id);
                changes.say(
                    path,
                    format!("The service level '{}' is taken out.", old.id),
                );
            }
            (None, Some(new)) => {
                let path = format!("service_levels.{}", new.id);
                changes.say(path, format!("The service level '{}' is new.", new.id));
            }
            (None, None) => {}
        }
    }
}

fn level(changes: &mut Changes, old: &ServiceLevel, new: &ServiceLevel) {
    let id = &old.id;
    let mut field = |field: &str, what: &str, before, after| {
        let path = format!("service_levels.{id}.{field}");
        changes.field(&path, &format!("{what} of '{id}'"), before, after);
    };
    field(
        "queue",
        "Queue",
        Some(old.queue.clone()),
        Some(new.queue.clone()),
    );
    let number = |number: Option<i64>| number.map(|n| n.to_string());
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

fn tiers(changes: &mut Changes, before: &Program, after: &Program) {
    for pair in paired(&before.tiers, &after.tiers, |tier| tier.id.as_str()) {
        match pair {
            (Some(old), Some(new)) => tier(changes, (before, old), (after, new)),
            (Some(old), None) => {
                let path = format!("tiers.{}", old.id);
                changes.say(
                    path,
                    format!(
                        "The tier '{}' is taken out: whoever has it gets what the others give.",
                        old.id
                    ),
                );
            }
            (None, Some(new)) => {
                let path = format!("tiers.{}", new.id);
                changes.say(path, format!("The tier '{}' is new.", new.id));
            }
            (None, None) => {}
        }
    }
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

fn tier(changes: &mut Changes, (before, old): (&Program, &Tier), (after, new): (&Program, &Tier)) {
    let id = &old.id;
    let mut field = |field: &str, what: &str, before, after| {
        let path = format!("tiers.{id}.{field}");
        changes.field(&path, &format!("{what} of '{id}'"), before, after);
    };
    let quoted = |text: &str| Some(format!("'{text}'"));
    field("title", "Title", quoted(&old.title), quoted(&new.title));
    let written = |text: Option<&str>| text.map(|text| format!("'{text}'"));
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
    let length = |length: Option<TimeDelta>| length.map(show_duration);
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

fn perks(changes: &mut Changes, before: &Program, after: &Program) {
    for pair in paired(&before.perks, &after.perks, |perk| perk.id.as_str()) {
        match pair {
            (Some(old), Some(new)) => perk(changes, old, new),
            (Some(old), None) => {
                let path = format!("perks.{}", old.id);
                changes.say(path, format!("The perk '{}' is taken out.", old.id));
            }
            (None, Some(new)) => {
                let path = format!("perks.{}", new.id);
                changes.say(path, format!("The perk '{}' is new.", new.id));
            }
            (None, None) => {}
        }
    }
}

fn perk(changes: &mut Changes, old: &Perk, new: &Perk) {
    let id = &old.id;
    let mut field = |field: &str, what: &str, before, after| {
        let path = format!("perks.{id}.{field}");
        changes.field(&path, &format!("{what} of '{id}'"), before, after);
    };
    let quoted = |text: &str| Some(format!("'{text}'"));
    field("title", "Title", quoted(&old.title), quoted(&new.title));
    let written = |text: Option<&str>| text.map(|text| format!("'{text}'"));
    field(
        "when",
        "Condition",
        written(old.when()),
        written(new.when()),
    );
    field(
        "relevance",
        "Relevance",
        word(&old.relevance),
        word(&new.relevance),
    );
    field("kind", "Kind", word(&old.kind), word(&new.kind));
    let number = |number: Option<i64>| number.map(|n| n.to_string());
    field("stock", "Stock", number(old.stock), number(new.stock));
    field(
        "per_member",
        "Units a member",
        number(Some(old.per_member)),
        number(Some(new.per_member)),
    );
    let length = |length: Option<TimeDelta>| length.map(show_duration);
    field("hold", "Hold", length(old.hold), length(new.hold));
    let value = |perk: &Perk| perk.value.as_ref().map(ToString::to_string);
    field("value", "Value", value(old), value(new));
    let date = |date: Option<DateTime<Utc>>| date.map(|date| date.to_rfc3339());
    field("from", "Beginning", date(old.from), date(new.from));
    field("until", "End", date(old.until), date(new.until));
    field(
        "disclosure",
        "Disclosure",
        quoted(&old.disclosure),
        quoted(&new.disclosure),
    );
    let path = format!("perks.{id}.topics");
    changes.list(
        &path,
        &format!("Topics of '{id}'"),
        &old.topics,
        &new.topics,
    );
}

/// The word that program files and answers have for it.
fn word(value: &impl Serialize) -> Option<String> {
    let value = serde_json::to_value(value).ok()?;
    value.as_str().map(str::to_owned)
}
