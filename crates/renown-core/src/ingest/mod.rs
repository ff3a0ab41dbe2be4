//! Parses wire formats into domain events. Pure: bytes in, events or precise
//! rejections out; no database, no clock (the present is part of [`Context`]).
//!
//! [`Format`] names the formats, and what an item of each is [`Mapped`] to. [`native`] is the
//! service's own; each of the others makes drafts of events of it, which go through the same
//! checks. [`lines`] splits a stream of NDJSON
//! into lines and holds at most one; [`dictionary`] maps aliases and free text
//! to topics; [`derived`] makes ids from those of documents; [`ontology`] reads published lists of topics; [`digest`] tells a
//! repeated event from a conflict; [`member_list`] reads and writes lists of members;
//! [`event_table`] and [`table_mapping`] read tables of events, ours and those of others.

pub mod activity_streams;
pub mod cloud_events;
pub mod code_list;
pub mod csv_records;
pub mod derived;
pub mod dictionary;
pub mod digest;
mod draft;
pub mod event_table;
mod format;
pub mod github;
pub mod grant_list;
pub mod jetstream;
pub mod lines;
pub mod mastodon;
pub mod member_list;
pub mod native;
pub mod ontology;
mod platform;
pub mod table_mapping;

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, Utc};
use serde::Serialize;

use crate::domain::{AllowedSources, Currency, Event, Handle};
use dictionary::Dictionary;
use digest::Digest;

pub use format::{Format, Given, Ignored, IgnoredReason, Mapped};

/// The maximum size of an event in the native format, in bytes of JSON.
pub const MAX_EVENT_BYTES: usize = 64 * 1024;
/// The maximum size of a document in a format of others, in bytes of JSON: these hold much
/// that we do not read.
pub const MAX_DOCUMENT_BYTES: usize = 256 * 1024;

/// What a format needs to know to check an event.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The present time.
    pub now: DateTime<Utc>,
    /// How far after the present an event's time may lie.
    pub max_future: Duration,
    /// Currencies for which the model has a rate.
    pub currencies: &'a BTreeSet<Currency>,
    /// Aliases of topics, and the names to find in free text.
    pub dictionary: &'a Dictionary,
    /// The sources as which the sender may send.
    pub sources: &'a AllowedSources,
    /// What the sender says beside the items.
    pub given: &'a Given,
}

/// A checked event.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    /// The event; people are named by handle.
    pub event: Event<Handle>,
    /// The digest of the content: equal for equal content, however the JSON is
    /// written.
    pub digest: Digest,
}

/// The reason why an item is rejected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rejection {
    /// The kind of mistake.
    pub code: RejectionCode,
    /// JSON pointer (RFC 6901) to the faulty member; empty for the whole item.
    pub pointer: String,
    /// One sentence that says what is wrong and what would be right.
    pub detail: String,
}

/// The kinds of mistake. Their slugs are stable, so that programs can rely on
/// them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RejectionCode {
    /// Not JSON, or not valid UTF-8.
    MalformedJson,
    /// JSON, but not an event: a member is missing, unknown, of the wrong type
    /// or out of range.
    InvalidEvent,
    /// Longer than [`Format::max_bytes`].
    EventTooLarge,
    /// An event with the same source and id is already stored with other
    /// content.
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

    /// Returns the slug, as serialised.
    pub fn as_str(self) -> &'static str {
        Self::ALL[self as usize].1
    }
}

impl Rejection {
    /// Rejects an event that is readable but wrong at `pointer`.
    pub fn invalid(pointer: impl Into<String>, detail: impl ToString) -> Self {
        Self {
            code: RejectionCode::InvalidEvent,
            pointer: pointer.into(),
            detail: detail.to_string(),
        }
    }

    /// Returns the rejection with its pointer into the draft of an event replaced by one into
    /// the document that the draft was made from; a pointer to the whole stays as it is.
    #[must_use]
    pub fn placed(mut self, place_of: impl FnOnce(&str) -> String) -> Self {
        if !self.pointer.is_empty() {
            self.pointer = place_of(&self.pointer);
        }
        self
    }

    /// Rejects an event whose source and id are already stored with other
    /// content.
    pub fn conflict() -> Self {
        Self {
            code: RejectionCode::EventConflict,
            pointer: "/id".into(),
            detail: "an event with this source and id is already stored with other content; \
                     send a correction as a new event, or undo the first"
                .into(),
        }
    }

    /// Rejects an item that is not JSON, or not valid UTF-8.
    pub fn malformed(detail: impl ToString) -> Self {
        Self {
            code: RejectionCode::MalformedJson,
            pointer: String::new(),
            detail: detail.to_string(),
        }
    }

    /// Rejects an item of more than `limit` bytes.
    pub fn too_large(limit: usize) -> Self {
        Self {
            code: RejectionCode::EventTooLarge,
            pointer: String::new(),
            detail: format!("an event must be at most {limit} bytes of JSON"),
        }
    }
}
