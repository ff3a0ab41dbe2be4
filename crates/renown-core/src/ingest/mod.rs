//! Wire formats to domain events. Pure: bytes in, events or precise refusals
//! out; no database, no clock (the present is part of [`Context`]).
//!
//! [`native`] is the service's own format; [`lines`] cuts a stream of NDJSON
//! into items without ever holding more than one; [`dictionary`] maps aliases
//! and free text to topics, and [`ontology`] reads the lists of others; [`digest`] tells a repetition from a conflict.

pub mod code_list;
pub mod dictionary;
pub mod digest;
pub mod grant_list;
pub mod lines;
pub mod native;
pub mod ontology;

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, Utc};
use serde::Serialize;

use crate::domain::{Currency, Event, Handle};
use dictionary::Dictionary;
use digest::Digest;

/// The largest event, in bytes of JSON.
pub const MAX_EVENT_BYTES: usize = 64 * 1024;

/// What a format needs to know to judge an event.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The present.
    pub now: DateTime<Utc>,
    /// How far after it an event may claim to lie.
    pub max_future: Duration,
    /// Currencies for which the model has a rate.
    pub currencies: &'a BTreeSet<Currency>,
    /// Aliases of topics, and their names in free text.
    pub dictionary: &'a Dictionary,
}

/// An event as it arrived, checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    /// The event, people named by handle.
    pub event: Event<Handle>,
    /// Equal for equal content, whatever the spelling of the JSON.
    pub digest: Digest,
}

/// Why one item was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rejection {
    /// The kind of mistake.
    pub code: RejectionCode,
    /// JSON pointer (RFC 6901) to the member at fault; empty for the whole item.
    pub pointer: String,
    /// One sentence: what was wrong, what would be right.
    pub detail: String,
}

/// The kinds of mistake, stable for programs to act on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RejectionCode {
    /// Not JSON, or not valid UTF-8.
    MalformedJson,
    /// JSON, but not an event: a member missing, unknown, of the wrong type or
    /// out of its range.
    InvalidEvent,
    /// Longer than [`MAX_EVENT_BYTES`].
    EventTooLarge,
    /// The same source and id came before with other content.
    EventConflict,
}

impl RejectionCode {
    /// Every code with its slug, for documentation.
    pub const ALL: [(Self, &'static str); 4] = [
        (Self::MalformedJson, "malformed-json"),
        (Self::InvalidEvent, "invalid-event"),
        (Self::EventTooLarge, "event-too-large"),
        (Self::EventConflict, "event-conflict"),
    ];

    /// The slug, as serialised.
    pub fn as_str(self) -> &'static str {
        Self::ALL[self as usize].1
    }
}

impl Rejection {
    /// An event that was understood and is wrong at `pointer`.
    pub fn invalid(pointer: impl Into<String>, detail: impl ToString) -> Self {
        Self {
            code: RejectionCode::InvalidEvent,
            pointer: pointer.into(),
            detail: detail.to_string(),
        }
    }

    /// The same key came before with other content.
    pub fn conflict() -> Self {
        Self {
            code: RejectionCode::EventConflict,
            pointer: "/id".into(),
            detail: "an event with this source and id is already stored with other content; \
                     send a correction as a new event, or undo the first"
                .into(),
        }
    }

    /// An item over the size limit.
    pub fn too_large() -> Self {
        Self {
            code: RejectionCode::EventTooLarge,
            pointer: String::new(),
            detail: format!("an event must be at most {MAX_EVENT_BYTES} bytes of JSON"),
        }
    }
}
