//! What a Jetstream server sends about Bluesky: one JSON object for each change of a record.
//! `docs/connectors.md` has the table of what becomes of each.
//!
//! The id of an event is the address of its record (`at://…`), the same on every server, and so
//! is its time: both come from the record and its revision, not from the server.

mod post;
mod record;

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::derived::{event_id, object_id};
use super::draft::Draft;
use super::platform::{judged, read};
use super::{Context, Ignored, IgnoredReason, Mapped, Rejection};
use record::{Follow, Reaction, named_author, revised_at};

/// The collections of records that mean something to a score.
pub const COLLECTIONS: [&str; 4] = [LIKE, REPOST, POST, FOLLOW];

const LIKE: &str = "app.bsky.feed.like";
const REPOST: &str = "app.bsky.feed.repost";
const POST: &str = "app.bsky.feed.post";
const FOLLOW: &str = "app.bsky.graph.follow";

/// The longest document, in bytes: more than the largest record of the network.
pub(super) const MAX_BYTES: usize = 2 * 1024 * 1024;

/// A document.
#[derive(Debug, Deserialize)]
struct Document<'a> {
    #[serde(borrow)]
    did: Cow<'a, str>,
    time_us: i64,
    #[serde(borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    commit: Option<Commit<'a>>,
}

/// A change of a record.
#[derive(Debug, Deserialize)]
struct Commit<'a> {
    #[serde(borrow)]
    rev: Cow<'a, str>,
    #[serde(borrow)]
    operation: Cow<'a, str>,
    #[serde(borrow)]
    collection: Cow<'a, str>,
    #[serde(borrow)]
    rkey: Cow<'a, str>,
    #[serde(borrow)]
    record: Option<&'a RawValue>,
}

/// A record that was changed, and all that its events have in common.
struct Change<'a> {
    did: &'a str,
    collection: &'a str,
    record: Option<&'a RawValue>,
    /// The address of the record.
    uri: String,
    /// When the server saw it.
    seen_at: DateTime<Utc>,
    /// When its author's server wrote it, by its own account.
    revised_at: Option<DateTime<Utc>>,
}

/// Returns when the server sent a document, in microseconds since 1970: what a cursor is.
pub fn time_us(document: &[u8]) -> Option<i64> {
    #[derive(Deserialize)]
    struct Stamp {
        time_us: i64,
    }
    let stamp: Stamp = serde_json::from_slice(document).ok()?;
    Some(stamp.time_us)
}

/// Maps a document.
///
/// # Errors
/// A [`Rejection`] that points into the document.
pub fn parse(json: &[u8], context: &Context<'_>) -> Result<Mapped, Rejection> {
    let document: Document<'_> = read(json, "a Jetstream document")?;
    let ignored = |reason, detail: String| Ok(Ignored::new(reason, detail).into());
    let Some(commit) = &document.commit else {
        let detail = format!("'{}' documents change no reaction", document.kind);
        return ignored(IgnoredReason::NotCounted, detail);
    };
    if !COLLECTIONS.contains(&&*commit.collection) {
        let detail = format!("records of {} are not counted", commit.collection);
        return ignored(IgnoredReason::UnknownType, detail);
    }
    let seen_at = DateTime::from_timestamp_micros(document.time_us)
        .ok_or_else(|| Rejection::invalid("/time_us", "time_us is out of range"))?;
    let change = Change {
        did: &document.did,
        collection: &commit.collection,
        record: commit.record,
        uri: format!(
            "at://{}/{}/{}",
            document.did, commit.collection, commit.rkey
        ),
        seen_at,
        revised_at: revised_at(&commit.rev),
    };
    let drafts = match &*commit.operation {
        "create" => change.created()?,
        "delete" => change.deleted(),
        operation => {
            let detail = format!("the operation '{operation}' changes no reaction");
            return ignored(IgnoredReason::NotCounted, detail);
        }
    };
    judged(drafts, context, place)
}

/// Returns where in the document the value of a member of a draft is.
fn place(pointer: &str) -> String {
    let member = pointer.split('/').nth(1).unwrap_or_default();
    match member {
        "actor" => "/did",
        "id" => "/commit/rkey",
        "time" => "/commit/record/createdAt",
        "target" | "object" | "text" | "topics" => "/commit/record",
        _ => "",
    }
    .to_owned()
}

impl<'a> Change<'a> {
    /// Returns the events of a new record.
    fn created(&self) -> Result<Vec<Draft<'a>>, Rejection> {
        match self.collection {
            POST => self.posted(&self.read_record()?),
            FOLLOW => {
                let follow: Follow = self.read_record()?;
                let mut event = self.event("follow", None, &follow.created_at);
                event.target = Some(follow.subject.into());
                Ok(vec![event])
            }
            kind => {
                let reaction: Reaction = self.read_record()?;
                let kind = if kind == LIKE { "like" } else { "share" };
                let mut event = self.event(kind, None, &reaction.created_at);
                let target = named_author(&reaction.subject, "subject")?;
                event.target = Some(target.to_owned().into());
                event.object = Some(object_id(&reaction.subject.uri).into_owned().into());
                Ok(vec![event])
            }
        }
    }

    /// Takes back the events of a record that was deleted. What it was is not said, so all that
    /// a record of its collection may have been is taken back; not the mentions in a post.
    fn deleted(&self) -> Vec<Draft<'a>> {
        let parts: &[(Option<&str>, &str)] = match self.collection {
            POST => &[
                (None, "deleted"),
                (Some(post::REPLY), "reply-deleted"),
                (Some(post::QUOTE), "quote-deleted"),
            ],
            _ => &[(None, "deleted")],
        };
        let undo = |(part, own): &(Option<&str>, &str)| Draft {
            undo: Some(event_id(&self.uri, *part).into()),
            actor: None,
            ..self.event("undo", Some(own), "")
        };
        parts.iter().map(undo).collect()
    }

    /// Returns an event that the author of the record caused. `part` tells the events of a
    /// record apart.
    fn event(&self, kind: &'static str, part: Option<&str>, created_at: &str) -> Draft<'a> {
        Draft {
            id: event_id(&self.uri, part).into(),
            kind: kind.into(),
            time: Some(self.time(created_at).to_rfc3339().into()),
            network: "bluesky".into(),
            actor: Some(self.did.to_owned().into()),
            ..Draft::default()
        }
    }

    /// Returns the earliest of the times that are known: a client may write any time into a
    /// record, but not one before which others have seen it.
    fn time(&self, created_at: &str) -> DateTime<Utc> {
        let created_at = DateTime::parse_from_rfc3339(created_at).ok();
        let created_at = created_at.map(|time| time.with_timezone(&Utc));
        let known = [created_at, self.revised_at].into_iter().flatten();
        let possible = known.filter(|time| *time >= DateTime::UNIX_EPOCH);
        possible.fold(self.seen_at, |earliest, time| earliest.min(time))
    }

    fn read_record<T: DeserializeOwned>(&self) -> Result<T, Rejection> {
        let record = self.record.ok_or_else(|| {
            Rejection::invalid("/commit/record", "a record that was created is missing")
        })?;
        read(record.get().as_bytes(), "a record").map_err(|mut rejection| {
            rejection.pointer.insert_str(0, "/commit/record");
            rejection
        })
    }
}

#[cfg(test)]
mod tests;
