//! Events: immutable facts about who did what, when and where.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::invalid::{checked_text, text_newtype};
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
    };
}

opaque_id! {
    /// Who sent the event: the other half of its identity. At most 128 characters.
    Source, "source", 128
}
opaque_id! {
    /// The sender's id of the event. At most 256 characters.
    EventId, "id", 256
}
opaque_id! {
    /// The id of a piece of content, or of an order. At most 512 characters.
    ObjectId, "object", 512
}

/// What makes an event this event: the same key again is the same event.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct EventKey {
    /// Who sent it.
    pub source: Source,
    /// The sender's id.
    pub id: EventId,
}

/// One fact. `A` is how people are named in it: by handle as it arrives, by
/// [`AccountId`](super::AccountId) in the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Event<A> {
    /// Source and id.
    pub key: EventKey,
    /// When it happened.
    pub time: DateTime<Utc>,
    /// Where it happened.
    pub network: Network,
    /// The content it was done to, or the order.
    pub object: Option<ObjectId>,
    /// What it is about; sorted, without repetition.
    pub topics: Vec<Topic>,
    /// What was done, and by and to whom.
    pub act: Act<A>,
}

/// What was done. Each kind carries exactly the people it needs.
#[derive(Debug, Clone, PartialEq)]
pub enum Act<A> {
    /// Somebody published something of their own.
    Post {
        /// Who.
        author: A,
    },
    /// Somebody reacted to somebody's content.
    Reaction {
        /// How.
        kind: ReactionKind,
        /// Who; absent where the platform does not say.
        actor: Option<A>,
        /// Whose content.
        target: A,
        /// How many times (an aggregate of a platform); at least 1.
        count: u32,
    },
    /// Somebody began to follow somebody; the latest of follow and unfollow wins.
    Follow {
        /// Who; absent for a mere count.
        actor: Option<A>,
        /// Whom.
        target: A,
        /// How many followers a mere count speaks of; at least 1.
        count: u32,
    },
    /// Somebody ceased to follow somebody.
    Unfollow {
        /// Who.
        actor: A,
        /// Whom.
        target: A,
    },
    /// Somebody bought something; the order is the event's object.
    Purchase {
        /// Who.
        buyer: A,
        /// For how much.
        amount: Money,
    },
    /// Money was given back for the order that the event's object names.
    Refund {
        /// To whom.
        buyer: A,
        /// How much.
        amount: Money,
    },
    /// A snapshot of a profile's counters; the latest wins.
    Profile {
        /// Whose.
        account: A,
        /// The counters.
        metrics: Metrics,
    },
    /// The effect of another event of the same source is taken back.
    Undo {
        /// The id of that event.
        id: EventId,
    },
}

/// How somebody reacted.
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
    /// A mention of the person.
    Mention,
    /// A share, a repost, a boost.
    Share,
    /// Put on somebody's curated list.
    List,
    /// Vouched for, on a topic.
    Endorse,
}

impl ReactionKind {
    /// Every kind, in the order of the wire format's documentation.
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

/// The wire format's `type`, also the column of the log.
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
    /// Every type with its name on the wire. The position in this list is the
    /// number in the log: add at the end, never reorder.
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

    /// The name on the wire.
    pub fn as_str(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    /// The number in the log.
    pub fn code(self) -> i16 {
        self as i16
    }

    /// The type of a number in the log.
    pub fn from_code(code: i16) -> Option<Self> {
        let index = usize::try_from(code).ok()?;
        Self::ALL.get(index).map(|(kind, _)| *kind)
    }

    /// The reaction that it is, if it is one.
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
    /// The wire format's name of it.
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

    /// Who did it, as the wire format's `actor` says.
    pub fn actor(&self) -> Option<&A> {
        match self {
            Self::Post { author: who } | Self::Purchase { buyer: who, .. } => Some(who),
            Self::Refund { buyer, .. } => Some(buyer),
            Self::Unfollow { actor, .. } => Some(actor),
            Self::Reaction { actor, .. } | Self::Follow { actor, .. } => actor.as_ref(),
            Self::Profile { .. } | Self::Undo { .. } => None,
        }
    }

    /// To whom it was done, as the wire format's `target` says.
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

    /// The account whose state the event belongs to: the receiver of a
    /// reaction, the author of a post, the buyer. An undo has none of its own.
    pub fn subject(&self) -> Option<&A> {
        self.target().or_else(|| self.actor())
    }

    /// The same act with people named differently.
    ///
    /// # Errors
    /// Whatever `rename` answers first.
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

/// A profile's counters at one time.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metrics {
    /// How many follow the account.
    pub followers: Option<u64>,
    /// How many the account follows.
    pub following: Option<u64>,
    /// On how many curated lists it stands.
    pub listed: Option<u64>,
    /// How much it has published.
    pub posts: Option<u64>,
}

/// The number of a source in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub i32);

/// The number of a committed batch of the log. Gap-free; a greater position
/// was committed later. 0 is before the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Position(pub i64);

/// Where in the log an event stands: its batch, and its ordinal therein.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventPlace {
    /// The batch.
    pub position: Position,
    /// From 0.
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
