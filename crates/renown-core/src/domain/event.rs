//! Events: immutable facts about what was done, by whom, when and where.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::invalid::{checked_text, text_newtype};
use super::schema::{described, text};
use super::{Invalid, Money, Network, Topic};

macro_rules! opaque_id {
    ($(#[$doc:meta])* $name:ident, $what:literal, $max:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Box<str>);

        impl $name {
            /// Checks the text.
            ///
            /// # Errors
            /// If it is empty, too long or contains a control character.
            pub fn parse(text: &str) -> Result<Self, Invalid> {
                Ok(Self(checked_text($what, text, $max)?.into()))
            }
        }
        text_newtype!($name);
        described!($name: text("my-collector", 1..=$max));
    };
}

opaque_id! {
    /// The sender of an event; with the event's id it identifies the event. At most
    /// 128 characters.
    Source, "source", 128
}
opaque_id! {
    /// The sender's id of an event. At most 256 characters.
    EventId, "id", 256
}
opaque_id! {
    /// The id of a piece of content or of an order. At most 512 characters.
    ObjectId, "object", 512
}

/// The identity of an event: a second event with the same key is a duplicate.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EventKey {
    /// The sender of the event.
    pub source: Source,
    /// The sender's id of the event.
    pub id: EventId,
}

/// One event. `A` is the type that identifies people: handles on arrival,
/// [`AccountId`](super::AccountId) in the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Event<A> {
    /// The source and id of the event.
    pub key: EventKey,
    /// When it happened.
    pub time: DateTime<Utc>,
    /// The network that it happened on.
    pub network: Network,
    /// The content that was acted on, or the order.
    pub object: Option<ObjectId>,
    /// The topics of the activity; sorted, without duplicates.
    pub topics: Vec<Topic>,
    /// What was done, by whom and to whom.
    pub act: Act<A>,
}

/// What was done. Each variant has exactly the people it needs.
#[derive(Debug, Clone, PartialEq)]
pub enum Act<A> {
    /// An account published its own content.
    Post {
        /// The account that published.
        author: A,
    },
    /// An account reacted to another account's content.
    Reaction {
        /// The kind of reaction.
        kind: ReactionKind,
        /// The account that reacted; absent if the platform does not say.
        actor: Option<A>,
        /// The account whose content it was.
        target: A,
        /// The number of reactions (above 1 for an aggregate of a platform); at
        /// least 1.
        count: u32,
    },
    /// An account began to follow another; the latest of follow and unfollow
    /// counts.
    Follow {
        /// The follower; absent if the event is only a count.
        actor: Option<A>,
        /// The account that is followed.
        target: A,
        /// The number of new followers if the event is only a count; at least 1.
        count: u32,
    },
    /// An account stopped following another.
    Unfollow {
        /// The former follower.
        actor: A,
        /// The account that was followed.
        target: A,
    },
    /// An account bought something; the event's object is the order.
    Purchase {
        /// The account that paid.
        buyer: A,
        /// The price.
        amount: Money,
    },
    /// Money was refunded for the order that is the event's object.
    Refund {
        /// The account that gets the money.
        buyer: A,
        /// The refunded amount.
        amount: Money,
    },
    /// A snapshot of a profile's counters; the latest one counts.
    Profile {
        /// The account of the profile.
        account: A,
        /// The counters.
        metrics: Metrics,
    },
    /// The effect of another event from the same source is undone.
    Undo {
        /// The id of the event to undo.
        id: EventId,
    },
}

/// The kind of a reaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReactionKind {
    /// A like, an upvote, a heart.
    Like,
    /// A dislike, a downvote.
    Dislike,
    /// A bookmark, a favourite, a star.
    Save,
    /// A reply or comment.
    Reply,
    /// A mention of the account.
    Mention,
    /// A share, a repost, a boost.
    Share,
    /// Added to a curated list.
    List,
    /// Endorsed on a topic.
    Endorse,
}

impl ReactionKind {
    /// All kinds, in the order of the wire format's documentation.
    pub const ALL: [Self; 8] = [
        Self::Like,
        Self::Dislike,
        Self::Save,
        Self::Reply,
        Self::Mention,
        Self::Share,
        Self::List,
        Self::Endorse,
    ];
}

/// The type of an event: `type` in the wire format, a number in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // The names are those of the acts above.
pub enum EventType {
    Post,
    Like,
    Dislike,
    Save,
    Reply,
    Mention,
    Share,
    Follow,
    Unfollow,
    List,
    Endorse,
    Purchase,
    Refund,
    Profile,
    Undo,
}

impl EventType {
    /// All types with their names in the wire format. The position in this list is
    /// the number in the log: add at the end, never reorder.
    pub const ALL: [(Self, &str); 15] = [
        (Self::Post, "post"),
        (Self::Like, "like"),
        (Self::Dislike, "dislike"),
        (Self::Save, "save"),
        (Self::Reply, "reply"),
        (Self::Mention, "mention"),
        (Self::Share, "share"),
        (Self::Follow, "follow"),
        (Self::Unfollow, "unfollow"),
        (Self::List, "list"),
        (Self::Endorse, "endorse"),
        (Self::Purchase, "purchase"),
        (Self::Refund, "refund"),
        (Self::Profile, "profile"),
        (Self::Undo, "undo"),
    ];

    /// Returns the name in the wire format.
    pub fn as_str(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    /// Returns the number in the log.
    pub fn code(self) -> i16 {
        self as i16
    }

    /// Returns the type for a number in the log.
    pub fn from_code(code: i16) -> Option<Self> {
        let index = usize::try_from(code).ok()?;
        Self::ALL.get(index).map(|(kind, _)| *kind)
    }

    /// Returns the reaction, if the type is one.
    pub fn reaction(self) -> Option<ReactionKind> {
        Some(match self {
            Self::Like => ReactionKind::Like,
            Self::Dislike => ReactionKind::Dislike,
            Self::Save => ReactionKind::Save,
            Self::Reply => ReactionKind::Reply,
            Self::Mention => ReactionKind::Mention,
            Self::Share => ReactionKind::Share,
            Self::List => ReactionKind::List,
            Self::Endorse => ReactionKind::Endorse,
            _ => return None,
        })
    }
}

impl From<ReactionKind> for EventType {
    fn from(kind: ReactionKind) -> Self {
        match kind {
            ReactionKind::Like => Self::Like,
            ReactionKind::Dislike => Self::Dislike,
            ReactionKind::Save => Self::Save,
            ReactionKind::Reply => Self::Reply,
            ReactionKind::Mention => Self::Mention,
            ReactionKind::Share => Self::Share,
            ReactionKind::List => Self::List,
            ReactionKind::Endorse => Self::Endorse,
        }
    }
}

impl<A> Act<A> {
    /// Returns the type of the event.
    pub fn event_type(&self) -> EventType {
        match self {
            Self::Post { .. } => EventType::Post,
            Self::Reaction { kind, .. } => (*kind).into(),
            Self::Follow { .. } => EventType::Follow,
            Self::Unfollow { .. } => EventType::Unfollow,
            Self::Purchase { .. } => EventType::Purchase,
            Self::Refund { .. } => EventType::Refund,
            Self::Profile { .. } => EventType::Profile,
            Self::Undo { .. } => EventType::Undo,
        }
    }

    /// Returns the account that acted: `actor` in the wire format.
    pub fn actor(&self) -> Option<&A> {
        match self {
            Self::Post { author: who } | Self::Purchase { buyer: who, .. } => Some(who),
            Self::Refund { buyer, .. } => Some(buyer),
            Self::Unfollow { actor, .. } => Some(actor),
            Self::Reaction { actor, .. } | Self::Follow { actor, .. } => actor.as_ref(),
            Self::Profile { .. } | Self::Undo { .. } => None,
        }
    }

    /// Returns the account that was acted on: `target` in the wire format.
    pub fn target(&self) -> Option<&A> {
        match self {
            Self::Reaction { target, .. }
            | Self::Follow { target, .. }
            | Self::Unfollow { target, .. }
            | Self::Profile {
                account: target, ..
            } => Some(target),
            _ => None,
        }
    }

    /// Returns the account whose state the event changes: the receiver of a
    /// reaction, the author of a post, the buyer. An undo has none of its own.
    pub fn subject(&self) -> Option<&A> {
        self.target().or_else(|| self.actor())
    }

    /// Returns the act with its people replaced by `rename`.
    ///
    /// # Errors
    /// The first error that `rename` returns.
    pub fn try_map<B, E>(&self, mut rename: impl FnMut(&A) -> Result<B, E>) -> Result<Act<B>, E> {
        Ok(match self {
            Self::Post { author } => Act::Post {
                author: rename(author)?,
            },
            Self::Reaction {
                kind,
                actor,
                target,
                count,
            } => Act::Reaction {
                kind: *kind,
                actor: actor.as_ref().map(&mut rename).transpose()?,
                target: rename(target)?,
                count: *count,
            },
            Self::Follow {
                actor,
                target,
                count,
            } => Act::Follow {
                actor: actor.as_ref().map(&mut rename).transpose()?,
                target: rename(target)?,
                count: *count,
            },
            Self::Unfollow { actor, target } => Act::Unfollow {
                actor: rename(actor)?,
                target: rename(target)?,
            },
            Self::Purchase { buyer, amount } => Act::Purchase {
                buyer: rename(buyer)?,
                amount: amount.clone(),
            },
            Self::Refund { buyer, amount } => Act::Refund {
                buyer: rename(buyer)?,
                amount: amount.clone(),
            },
            Self::Profile { account, metrics } => Act::Profile {
                account: rename(account)?,
                metrics: *metrics,
            },
            Self::Undo { id } => Act::Undo { id: id.clone() },
        })
    }
}

/// The counters of a profile at one time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metrics {
    /// The number of followers of the account.
    pub followers: Option<u64>,
    /// The number of accounts that the account follows.
    pub following: Option<u64>,
    /// The number of curated lists that have the account.
    pub listed: Option<u64>,
    /// The number of posts of the account.
    pub posts: Option<u64>,
}

/// The number of a source in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub i32);

/// The number of a committed batch of the log. There are no gaps; a greater
/// position was committed later. 0 is before the first batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Position(pub i64);

/// The place of an event in the log: its batch, and its ordinal in the batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventPlace {
    /// The position of the batch.
    pub position: Position,
    /// The ordinal in the batch, from 0.
    pub ordinal: i32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_types_are_stable_and_round_trip() {
        for (index, (kind, name)) in EventType::ALL.into_iter().enumerate() {
            assert_eq!(kind.code() as usize, index);
            assert_eq!(EventType::from_code(kind.code()), Some(kind));
            assert_eq!(kind.as_str(), name);
        }
        assert_eq!(EventType::from_code(15), None);
        assert_eq!(EventType::from_code(-1), None);
    }

    #[test]
    fn every_reaction_is_a_type_and_back() {
        for kind in ReactionKind::ALL {
            assert_eq!(EventType::from(kind).reaction(), Some(kind));
        }
    }

    #[test]
    fn ids_refuse_control_characters() {
        assert!(EventId::parse("a\0b").is_err());
        assert!(EventId::parse("").is_err());
        assert!(EventId::parse(&"é".repeat(256)).is_ok());
        assert!(EventId::parse(&"é".repeat(257)).is_err());
    }
}
