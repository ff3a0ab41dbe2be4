//! Records of Bluesky, as far as they are read.

use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::ingest::Rejection;

/// A like or repost.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Reaction {
    pub(super) subject: Reference,
    #[serde(default)]
    pub(super) created_at: String,
}

/// A follow.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Follow {
    /// The DID of the account that is followed.
    pub(super) subject: String,
    #[serde(default)]
    pub(super) created_at: String,
}

/// A post.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Post {
    #[serde(default)]
    pub(super) text: String,
    #[serde(default)]
    pub(super) created_at: String,
    pub(super) reply: Option<Reply>,
    #[serde(default)]
    pub(super) facets: Vec<Facet>,
    /// Tags that are not in the text.
    #[serde(default)]
    pub(super) tags: Vec<String>,
    pub(super) embed: Option<Embed>,
}

/// The reference of a reply to the post that it answers.
#[derive(Debug, Deserialize)]
pub(super) struct Reply {
    pub(super) parent: Reference,
}

/// The address of a record.
#[derive(Debug, Deserialize)]
pub(super) struct Reference {
    pub(super) uri: String,
}

/// The marks on a piece of a post's text.
#[derive(Debug, Deserialize)]
pub(super) struct Facet {
    #[serde(default)]
    pub(super) features: Vec<Feature>,
}

/// A mark on a piece of text: a mention, a tag, or another one such as a link.
#[derive(Debug, Deserialize)]
#[serde(tag = "$type")]
pub(super) enum Feature {
    #[serde(rename = "app.bsky.richtext.facet#mention")]
    Mention { did: String },
    #[serde(rename = "app.bsky.richtext.facet#tag")]
    Tag { tag: String },
    #[serde(other)]
    Other,
}

/// An attachment of a post: another record, pictures, a link.
#[derive(Debug, Deserialize)]
#[serde(tag = "$type")]
pub(super) enum Embed {
    /// Another record.
    #[serde(rename = "app.bsky.embed.record")]
    Record { record: Reference },
    /// Another record, and pictures or a link.
    #[serde(rename = "app.bsky.embed.recordWithMedia")]
    RecordWithMedia { record: Embedded },
    #[serde(other)]
    Other,
}

/// A record within an embed.
#[derive(Debug, Deserialize)]
pub(super) struct Embedded {
    pub(super) record: Reference,
}

impl Embed {
    /// Returns the address of the record that the post carries.
    pub(super) fn record(&self) -> Option<&str> {
        match self {
            Self::Record { record } => Some(&record.uri),
            Self::RecordWithMedia { record } => Some(&record.record.uri),
            Self::Other => None,
        }
    }
}

/// Returns the author of a record by its address.
pub(super) fn author(uri: &str) -> Option<&str> {
    let (author, rest) = uri.strip_prefix("at://")?.split_once('/')?;
    (!author.is_empty() && !rest.is_empty()).then_some(author)
}

/// Returns the author of a record that a `member` of another record refers to.
///
/// # Errors
/// A rejection that points to the address, if it is not that of a record.
pub(super) fn named_author<'r>(record: &'r Reference, member: &str) -> Result<&'r str, Rejection> {
    author(&record.uri).ok_or_else(|| {
        Rejection::invalid(
            format!("/commit/record/{member}/uri"),
            "the address of a record is at://, a DID, a collection and a key",
        )
    })
}

/// Returns the collection of a record by its address.
pub(super) fn collection(uri: &str) -> Option<&str> {
    uri.strip_prefix("at://")?.split('/').nth(1)
}

/// Returns the time in a revision. It is a TID: 13 characters of five bits, of which the first
/// bit is 0, the next 53 are microseconds since 1970, and the last 10 are arbitrary.
pub(super) fn revised_at(rev: &str) -> Option<DateTime<Utc>> {
    const DIGITS: &[u8; 32] = b"234567abcdefghijklmnopqrstuvwxyz";
    if rev.len() != 13 {
        return None;
    }
    let mut number = 0_u64;
    for byte in rev.bytes() {
        let digit = DIGITS.iter().position(|digit| *digit == byte)?;
        // The first character has one bit less.
        number = number.checked_mul(32)?.checked_add(digit as u64)?;
    }
    let micros = i64::try_from(number >> 10).ok()?;
    DateTime::from_timestamp_micros(micros)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_revision_has_its_time() {
        let time = revised_at("3mptbypluud2a").unwrap();
        assert_eq!(time.to_rfc3339(), "2026-07-04T14:38:07.514441+00:00");
        for wrong in ["", "3mptbypluud2", "3mptbypluud2!", "zzzzzzzzzzzzz"] {
            assert_eq!(revised_at(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_address_has_its_author() {
        let uri = "at://did:plc:r2zy/app.bsky.feed.post/3mpsj";
        assert_eq!(author(uri), Some("did:plc:r2zy"));
        assert_eq!(collection(uri), Some("app.bsky.feed.post"));
        for wrong in ["", "at://", "at:///x/y", "at://did:plc:r2zy", "https://a/b"] {
            assert_eq!(author(wrong), None, "{wrong}");
        }
    }
}
