//! Schemas of the events that callers send, for the OpenAPI document. `ingest`
//! reads the events; its messages are more precise than those of a derived
//! deserialiser.

use renown_core::domain::{Timestamp, Topic};
use serde::Serialize;
use utoipa::openapi::schema::{ArrayBuilder, OneOfBuilder, Schema};
use utoipa::openapi::{Ref, RefOr};
use utoipa::{PartialSchema, ToSchema};

use crate::http::events::sent::MAX_ITEMS;

/// One event, or a list of events: a schema, because events are read one by one.
#[derive(Debug)]
pub struct NativeEvents;

impl PartialSchema for NativeEvents {
    fn schema() -> RefOr<Schema> {
        let event = Ref::from_schema_name("NativeEvent");
        let list = ArrayBuilder::new()
            .items(event.clone())
            .max_items(Some(MAX_ITEMS));
        OneOfBuilder::new()
            .description(Some("One event, or a list of events."))
            .item(event)
            .item(list)
            .into()
    }
}

impl ToSchema for NativeEvents {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        NativeEvent::schemas(schemas);
    }
}

/// An event: an account did something, at a time, on a network. It is a flattened
/// CloudEvent. Unknown members are refused.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "id": "like-1", "source": "my-collector", "type": "like",
    "time": "2026-11-22T11:00:00Z", "network": "bluesky",
    "actor": "ann.example.com", "target": "kevin.example.com",
    "object": "post/42", "topics": ["las-vegas"]
}))]
pub struct NativeEvent {
    /// Your id of the event. Together with `source` it identifies repetitions. 1
    /// to 256 characters.
    #[schema(min_length = 1, max_length = 256)]
    id: String,
    /// The system that sends the event. 1 to 128 characters.
    #[schema(min_length = 1, max_length = 128)]
    source: String,
    /// The kind of event.
    r#type: NativeType,
    /// When it happened, with a time zone. Not before 1970 and not in the far
    /// future.
    time: Timestamp,
    /// The network where it happened: `twitter`, `bluesky`, `mastodon`, `github`,
    /// `shop`, …
    #[schema(max_length = 32, pattern = "^[a-z0-9][a-z0-9_-]{0,31}$")]
    network: String,
    /// The handle of the account that acted (the buyer, for a purchase). Absent
    /// if unknown: an anonymous like, or a count.
    #[schema(max_length = 256)]
    actor: Option<String>,
    /// The handle of the account whose content or profile was acted on (for a
    /// profile: the account that the snapshot is of).
    #[schema(max_length = 256)]
    target: Option<String>,
    /// The id of the content or of the order. A refund names its order here.
    #[schema(max_length = 512)]
    object: Option<String>,
    /// The topics: slugs, names or hashtags. They are normalised.
    #[schema(max_items = 32)]
    topics: Option<Vec<Topic>>,
    /// For reactions and follows: how many of them this event stands for, as an
    /// aggregate of unknown accounts. 1 if absent.
    #[schema(minimum = 1, maximum = 1_000_000_000)]
    count: Option<u32>,
    /// For purchases and refunds: the amount, a decimal as a string or number.
    #[schema(max_length = 40)]
    value: Option<String>,
    /// For purchases and refunds: the currency, ISO 4217. The model must have a
    /// rate for it.
    #[schema(min_length = 3, max_length = 3)]
    currency: Option<String>,
    /// For profiles: the counters at that time, not their changes.
    metrics: Option<NativeMetrics>,
    /// Free text. It is matched against the names of topics and then dropped.
    #[schema(max_length = 10_000)]
    text: Option<String>,
    /// For `undo`: the id of the event, of the same source, whose effect is
    /// undone. That event may arrive later.
    #[schema(max_length = 256)]
    undo: Option<String>,
}

/// The kind of an event.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[allow(
    dead_code,
    reason = "a schema; its names are checked against the domain's in a test"
)]
pub enum NativeType {
    /// Published own content. It earns no score, but shows interest in its
    /// topics.
    Post,
    /// A like or upvote.
    Like,
    /// A dislike or downvote.
    Dislike,
    /// A bookmark or star.
    Save,
    /// A reply or comment.
    Reply,
    /// A mention.
    Mention,
    /// A share or repost.
    Share,
    /// Started to follow. The latest of follow and unfollow counts.
    Follow,
    /// Stopped following.
    Unfollow,
    /// Added the account to a curated list.
    List,
    /// Endorsed the account on a topic.
    Endorse,
    /// Bought something.
    Purchase,
    /// Got money back for the order in `object`.
    Refund,
    /// A snapshot of a profile's counters.
    Profile,
    /// Undoes another event exactly.
    Undo,
}

/// A profile's counters at one time. At least one of them is required.
#[derive(Debug, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NativeMetrics {
    /// The number of the account's followers.
    followers: Option<u64>,
    /// The number of accounts that the account follows.
    following: Option<u64>,
    /// The number of curated lists that the account is on.
    listed: Option<u64>,
    /// The number of posts that the account has published.
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
