//! Schemas of what callers send, for the OpenAPI document. Events are read by
//! `ingest`, which says more precisely what is wrong than a derived reader can.

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// One fact: somebody did something, at a time, on a network. A flattened
/// CloudEvent. Unknown members are refused.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "like-1", "source": "my-collector", "type": "like",
    "time": "2026-11-22T11:00:00Z", "network": "bluesky",
    "actor": "ann.example.com", "target": "kevin.example.com",
    "object": "post/42", "topics": ["las-vegas"]
}))]
pub struct NativeEvent {
    /// Your id of the event; with `source` the key by which repetitions are
    /// recognised. 1 to 256 characters.
    #[schema(min_length = 1, max_length = 256)]
    id: String,
    /// Who sends it. 1 to 128 characters.
    #[schema(min_length = 1, max_length = 128)]
    source: String,
    /// What was done.
    r#type: NativeType,
    /// When it happened, with a zone. Not before 1970, not in the far future.
    time: DateTime<Utc>,
    /// Where: `twitter`, `bluesky`, `mastodon`, `github`, `shop`, …
    #[schema(pattern = "^[a-z0-9][a-z0-9_-]{0,31}$")]
    network: String,
    /// The handle of who did it (the buyer, for a purchase). Absent means
    /// unknown: an anonymous like, a count.
    #[schema(max_length = 256)]
    actor: Option<String>,
    /// The handle of whose content or profile it was done to (whose snapshot it
    /// is, for a profile).
    #[schema(max_length = 256)]
    target: Option<String>,
    /// The id of the content, or of the order. A refund names its order here.
    #[schema(max_length = 512)]
    object: Option<String>,
    /// What it is about: slugs, names or hashtags; normalised.
    #[schema(max_items = 32)]
    topics: Option<Vec<String>>,
    /// For reactions and follows: how many of them this stands for (an
    /// aggregate by nobody known). 1 if absent.
    #[schema(minimum = 1, maximum = 1_000_000_000)]
    count: Option<u32>,
    /// For purchases and refunds: the amount, a decimal as a string or number.
    #[schema(value_type = Option<String>)]
    value: Option<String>,
    /// For purchases and refunds: the currency, ISO 4217. The model must have
    /// a rate for it.
    #[schema(min_length = 3, max_length = 3)]
    currency: Option<String>,
    /// For profiles: the counters, a snapshot and not a delta.
    metrics: Option<NativeMetrics>,
    /// Free text, matched against the names of topics and then dropped.
    #[schema(max_length = 10_000)]
    text: Option<String>,
    /// For `undo`: the id, of the same source, whose effect is taken back. It
    /// may arrive later.
    #[schema(max_length = 256)]
    undo: Option<String>,
}

/// The kinds of event.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[allow(
    dead_code,
    reason = "a schema; its names are checked against the domain's in a test"
)]
pub enum NativeType {
    /// Something of one's own. Earns nothing; shows interest in its topics.
    Post,
    /// A like, an upvote.
    Like,
    /// A dislike, a downvote.
    Dislike,
    /// A bookmark, a star.
    Save,
    /// A reply or comment.
    Reply,
    /// A mention.
    Mention,
    /// A share, a repost.
    Share,
    /// Began to follow; the latest of follow and unfollow wins.
    Follow,
    /// Ceased to follow.
    Unfollow,
    /// Put on somebody's curated list.
    List,
    /// Vouched for, on a topic.
    Endorse,
    /// Bought something.
    Purchase,
    /// Money given back for the order in `object`.
    Refund,
    /// A snapshot of a profile's counters.
    Profile,
    /// Takes another event back, exactly.
    Undo,
}

/// A profile's counters at one time; at least one of them.
#[derive(Debug, Serialize, ToSchema)]
pub struct NativeMetrics {
    /// How many follow the account.
    followers: Option<u64>,
    /// How many the account follows.
    following: Option<u64>,
    /// On how many curated lists it stands.
    listed: Option<u64>,
    /// How much it has published.
    posts: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use renown_core::domain::EventType;
    use utoipa::PartialSchema;

    #[test]
    fn the_schema_names_every_type() {
        let schema = serde_json::to_value(NativeType::schema()).unwrap();
        let documented = schema.to_string();
        for (_, name) in EventType::ALL {
            assert!(
                documented.contains(&format!("\"{name}\"")),
                "{name} in {documented}"
            );
        }
    }
}
