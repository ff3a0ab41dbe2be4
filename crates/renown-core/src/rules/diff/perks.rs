//! The differences between two versions of a perk, and of the limits on all
//! perks.

use chrono::{DateTime, Utc};

use crate::domain::Money;
use crate::rules::limits::Limits;
use crate::rules::program::Perk;

use super::{Changes, giver, length, number, quoted, word, written};

pub(super) fn perk(changes: &mut Changes, old: &Perk, new: &Perk) {
    let id = &old.id;
    let mut field = |field: &str, what: &str, before, after| {
        changes.field_of(("perks", id.as_str()), field, what, before, after);
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
        "relevance",
        "Relevance",
        word(&old.relevance),
        word(&new.relevance),
    );
    field("kind", "Kind", word(&old.kind), word(&new.kind));
    field("stock", "Stock", number(old.stock), number(new.stock));
    field(
        "per_member",
        "Units a member",
        number(Some(old.per_member)),
        number(Some(new.per_member)),
    );
    field(
        "per_day",
        "Units a day",
        number(old.per_day),
        number(new.per_day),
    );
    field("hold", "Hold", length(old.hold), length(new.hold));
    field(
        "redeem",
        "Time to redeem",
        length(old.redeem),
        length(new.redeem),
    );
    field("value", "Value", money(&old.value), money(&new.value));
    field("budget", "Budget", money(&old.budget), money(&new.budget));
    let date = |date: Option<DateTime<Utc>>| date.map(|date| date.to_rfc3339());
    field("from", "Beginning", date(old.from), date(new.from));
    field("until", "End", date(old.until), date(new.until));
    field("codes", "Codes", word(&old.codes), word(&new.codes));
    field("draws", "Day of the draw", date(old.draws), date(new.draws));
    field(
        "disclosure",
        "Disclosure",
        quoted(&old.disclosure),
        quoted(&new.disclosure),
    );
    let exclusive = |perk: &Perk| perk.exclusive.as_ref().map(ToString::to_string);
    field(
        "exclusive",
        "Exclusive group",
        exclusive(old),
        exclusive(new),
    );
    let experiment = |perk: &Perk| perk.experiment.as_ref().map(ToString::to_string);
    field("experiment", "Experiment", experiment(old), experiment(new));
    let path = format!("perks.{id}.topics");
    changes.list(
        &path,
        &format!("Topics of '{id}'"),
        &old.topics,
        &new.topics,
    );
}

pub(super) fn limits(changes: &mut Changes, old: &Limits, new: &Limits) {
    let mut field = |field: &str, name: &str, before, after| {
        changes.field(&format!("limits.{field}"), name, before, after);
    };
    field(
        "per_member",
        "Units a member in all",
        number(old.per_member),
        number(new.per_member),
    );
    field(
        "per_day",
        "Units a day in all",
        number(old.per_day),
        number(new.per_day),
    );
    field(
        "budget",
        "Budget in all",
        money(&old.budget),
        money(&new.budget),
    );
}

fn money(money: &Option<Money>) -> Option<String> {
    money.as_ref().map(ToString::to_string)
}
