//! A condition of a search: the rows of one table that speak for a member.
//!
//! Each table has an index by what is looked for and one by member, so that a condition can
//! be counted, begin a search, and be checked for a single member.

use sqlx::{Postgres, QueryBuilder};

use renown_core::domain::{
    Attribute, AttributeName, IdentityPrefix, ModelVersion, TierFilter, Topic,
};

/// Comes after every text that begins with what it is added to.
const LAST: char = char::MAX;

/// What a member of a list has.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Condition<'f> {
    /// An identity that begins so.
    Identity(&'f IdentityPrefix),
    /// A word of the name that begins so.
    Word(&'f str),
    /// A value of an attribute.
    Attribute(&'f AttributeName, &'f Attribute),
    /// A score on a topic.
    Topic(&'f ModelVersion, &'f Topic),
    /// A tier that is not the floor.
    Tier(&'f TierFilter),
    /// The floor: no other tier.
    Floor(&'f TierFilter),
}

impl Condition<'_> {
    /// Returns the table with the rows that speak for members, or against them for the floor.
    pub(super) fn table(self) -> &'static str {
        match self {
            Self::Identity(IdentityPrefix::Account(..)) => "accounts",
            Self::Identity(_) => "identities",
            Self::Word(_) => "member_names",
            Self::Attribute(..) => "member_attributes",
            Self::Topic(..) => "topic_scores",
            Self::Tier(_) | Self::Floor(_) => "member_tiers",
        }
    }

    /// Whether the rows of the table are those of the members who meet the condition, so that
    /// a search can begin with them.
    pub(super) fn selects(self) -> bool {
        !matches!(self, Self::Floor(_))
    }

    /// Returns the text in a row by which a list is in order, as an index has it; `None` if
    /// the condition has none.
    pub(super) fn term(self, row: &str) -> Option<String> {
        match self {
            Self::Identity(IdentityPrefix::Account(..)) => {
                Some(format!(r#"{row}.handle collate "C""#))
            }
            Self::Identity(IdentityPrefix::External(..)) => {
                Some(format!(r#"{row}.value collate "C""#))
            }
            Self::Identity(IdentityPrefix::InAnyCase(..)) => {
                Some(format!(r#"lower({row}.value collate "C")"#))
            }
            Self::Word(_) => Some(format!(r#"{row}.word collate "C""#)),
            Self::Attribute(..) | Self::Topic(..) | Self::Tier(_) | Self::Floor(_) => None,
        }
    }

    /// Adds what is true of the rows of the table that count.
    pub(super) fn push_test(self, query: &mut QueryBuilder<Postgres>, row: &str) {
        match self {
            Self::Identity(IdentityPrefix::Account(network, start)) => {
                query.push(format!("{row}.member_id is not null and {row}.network = "));
                query.push_bind(network.clone());
                self.push_beginning(query, row, start);
            }
            Self::Identity(IdentityPrefix::External(kind, start)) => {
                query.push(format!("{row}.kind = ")).push_bind(*kind);
                self.push_beginning(query, row, start);
            }
            Self::Identity(IdentityPrefix::InAnyCase(kind, start)) => {
                // The index has no email addresses.
                query.push(format!("{row}.kind <> 'email' and {row}.kind = "));
                query.push_bind(*kind);
                self.push_beginning(query, row, start);
            }
            Self::Word(start) => {
                query.push("true");
                self.push_beginning(query, row, start);
            }
            Self::Attribute(name, value) => {
                query.push(format!("{row}.term = attribute_term("));
                query.push_bind(name.as_str().to_owned()).push(", ");
                query.push_bind(serde_json::to_value(value).unwrap_or_default());
                query.push(")");
            }
            Self::Topic(model, topic) => {
                query.push(format!("{row}.model_version = "));
                query.push_bind(model.clone());
                query.push(format!(" and {row}.topic = "));
                query.push_bind(topic.clone());
            }
            Self::Tier(tier) | Self::Floor(tier) => {
                query.push(format!("{row}.program_id = "));
                query.push_bind(tier.program.clone());
                query.push(match self.selects() {
                    true => format!(" and {row}.in_effect = "),
                    false => format!(" and {row}.in_effect <> "),
                });
                query.push_bind(tier.tier.clone());
            }
        }
    }

    fn push_beginning(self, query: &mut QueryBuilder<Postgres>, row: &str, start: &str) {
        let Some(term) = self.term(row) else {
            return;
        };
        query.push(format!(" and {term} >= "));
        query.push_bind(start.to_owned());
        query.push(format!(" and {term} < "));
        query.push_bind(format!("{start}{LAST}"));
    }

    /// Adds whether the member `m` meets the condition. It is asked for one member after the
    /// other: the server would sometimes read all rows of a frequent condition otherwise.
    pub(super) fn push_check(self, query: &mut QueryBuilder<Postgres>) {
        query.push(format!("(select true from {} c where ", self.table()));
        query.push("c.member_id = m.member_id and ");
        self.push_test(query, "c");
        query.push(match self.selects() {
            true => " limit 1)",
            false => " limit 1) is null",
        });
    }
}
