//! The formats in which activity arrives, and what an item is mapped to.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    Context, MAX_DOCUMENT_BYTES, MAX_EVENT_BYTES, Parsed, Rejection, activity_streams,
    cloud_events, github, jetstream, mastodon, native, table_mapping,
};
use crate::domain::{Network, Source};
use table_mapping::TableMapping;

/// A wire format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// The service's own: one JSON object, a flattened CloudEvent.
    Native,
    /// What a Jetstream server sends about Bluesky.
    Jetstream,
    /// Events of GitHub, from its API or its archives.
    GitHub,
    /// CloudEvents 1.0 as JSON.
    CloudEvents,
    /// A document of ActivityStreams 2.0.
    ActivityStreams,
    /// What a Mastodon server says, in an envelope of ours.
    Mastodon,
    /// A row of a table, which a mapping says how to read.
    Table,
}

/// What the sender says about all items, for formats whose items do not say it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Given {
    /// The source of the events.
    pub source: Option<Source>,
    /// The network that they happened on.
    pub network: Option<Network>,
    /// Which column of a table is which member of an event.
    pub mapping: Option<Arc<TableMapping>>,
}

/// The result of reading an item: its events, or the reason why it gives none.
#[derive(Debug, Clone, PartialEq)]
pub enum Mapped {
    /// One event or several: a post with mentions. Never none.
    Events(Vec<Parsed>),
    /// Nothing that we count.
    Ignored(Ignored),
}

/// Why an item gives no event, although nothing is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ignored {
    /// The kind of reason.
    pub reason: IgnoredReason,
    /// One sentence with what is special about this item.
    pub detail: String,
}

/// The kinds of reasons for which an item is ignored. Their slugs are stable, so that programs
/// can rely on them.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum IgnoredReason {
    /// The type of the item belongs to another application.
    UnknownType,
    /// The type is known and says nothing about influence or interests, or the mapping of a table
    /// leaves the row out.
    NotCounted,
    /// The item does not say whose act it reports: the person who posted, liked or followed.
    UnknownActor,
    /// The item does not say whose content or profile it is about.
    UnknownTarget,
    /// The item is not addressed to the public.
    NotPublic,
    /// The item is only the address of a document that is elsewhere.
    ReferenceOnly,
}

impl IgnoredReason {
    /// Every reason with its slug.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::UnknownType, "unknown-type"),
        (Self::NotCounted, "not-counted"),
        (Self::UnknownActor, "unknown-actor"),
        (Self::UnknownTarget, "unknown-target"),
        (Self::NotPublic, "not-public"),
        (Self::ReferenceOnly, "reference-only"),
    ];

    /// Returns the slug, as serialised.
    pub fn as_str(self) -> &'static str {
        Self::ALL[self as usize].1
    }
}

impl Ignored {
    /// Ignores an item for a reason.
    pub fn new(reason: IgnoredReason, detail: impl ToString) -> Self {
        let detail = native::shortened(detail.to_string());
        Self { reason, detail }
    }
}

impl Format {
    /// Every format with its name.
    pub const ALL: [(Self, &'static str); 7] = [
        (Self::Native, "native"),
        (Self::Jetstream, "jetstream"),
        (Self::GitHub, "github"),
        (Self::CloudEvents, "cloudevents"),
        (Self::ActivityStreams, "activitystreams"),
        (Self::Mastodon, "mastodon"),
        (Self::Table, "table"),
    ];

    /// Returns the name, for metrics and messages.
    pub fn as_str(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    /// Returns the maximum size of an item, in bytes.
    pub fn max_bytes(self) -> usize {
        match self {
            Self::Native => MAX_EVENT_BYTES,
            Self::Jetstream => jetstream::MAX_BYTES,
            Self::GitHub => github::MAX_BYTES,
            Self::CloudEvents | Self::ActivityStreams => MAX_DOCUMENT_BYTES,
            Self::Mastodon => mastodon::MAX_BYTES,
            Self::Table => table_mapping::MAX_BYTES,
        }
    }

    /// Returns whether documents may come again with other content under the same id, because
    /// their authors can edit them. What they said first counts.
    pub fn has_edits(self) -> bool {
        match self {
            Self::ActivityStreams | Self::GitHub | Self::Jetstream | Self::Mastodon => true,
            Self::Native | Self::CloudEvents | Self::Table => false,
        }
    }

    /// Parses one item.
    ///
    /// # Errors
    /// A [`Rejection`] that points into the item as it was sent. No input can make this
    /// panic.
    pub fn parse(self, item: &[u8], context: &Context<'_>) -> Result<Mapped, Rejection> {
        if item.len() > self.max_bytes() {
            return Err(Rejection::too_large(self.max_bytes()));
        }
        match self {
            Self::Native => Ok(native::parse(item, context)?.into()),
            Self::Jetstream => jetstream::parse(item, context),
            Self::GitHub => github::parse(item, context),
            Self::CloudEvents => cloud_events::parse(item, context),
            Self::ActivityStreams => activity_streams::parse(item, None, context),
            Self::Mastodon => mastodon::parse(item, context),
            Self::Table => table_mapping::parse(item, context),
        }
    }
}

impl From<Parsed> for Mapped {
    fn from(parsed: Parsed) -> Self {
        Self::Events(vec![parsed])
    }
}

impl From<Ignored> for Mapped {
    fn from(ignored: Ignored) -> Self {
        Self::Ignored(ignored)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_as_they_are_serialised() {
        for (index, (reason, slug)) in IgnoredReason::ALL.into_iter().enumerate() {
            assert_eq!(reason as usize, index);
            assert_eq!(serde_json::to_value(reason).unwrap(), slug);
            assert_eq!(reason.as_str(), slug);
        }
        for (index, (format, name)) in Format::ALL.into_iter().enumerate() {
            assert_eq!(format as usize, index);
            assert_eq!(format.as_str(), name);
        }
    }
}
