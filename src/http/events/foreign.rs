//! Schemas of what other systems send, for the OpenAPI document. `ingest` reads it.

use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

/// A CloudEvent 1.0. Further attributes are allowed and not read.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "specversion": "1.0", "id": "like-1", "source": "my-bus", "type": "com.example.like",
    "time": "2026-11-22T11:00:00Z", "subject": "post/42",
    "data": {"network": "bluesky", "actor": "ann.example.com", "target": "kevin.example.com"}
}))]
pub struct CloudEvent {
    /// The version of the specification: `1.0`.
    specversion: String,
    /// The id of the event. Together with `source` it identifies repetitions.
    #[schema(min_length = 1, max_length = 256)]
    id: String,
    /// The system that sends the event.
    #[schema(min_length = 1, max_length = 128)]
    source: String,
    /// A type of events, alone or as the last label of a name such as `com.example.like`. An
    /// event of another type is ignored.
    r#type: String,
    /// When it happened; when it arrives if absent.
    time: Option<String>,
    /// The id of the content, if `data` has no `object`.
    subject: Option<String>,
    /// The media type of the data: JSON, or a document of ActivityStreams.
    datacontenttype: Option<String>,
    /// The members of a native event that are no attributes; or a document of ActivityStreams.
    data: Option<Map<String, Value>>,
    /// The same, as Base64.
    data_base64: Option<String>,
}

/// A document of ActivityStreams 2.0: an activity, an object, or a collection of these.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "@context": "https://www.w3.org/ns/activitystreams",
    "id": "https://example.social/users/ann#likes/1", "type": "Like",
    "actor": "https://example.social/users/ann",
    "object": "https://example.com/users/kevin/statuses/42"
}))]
pub struct ActivityDocument {
    /// The type or types; docs/formats.md says what becomes of each.
    r#type: Option<Value>,
    /// All else that the document has.
    #[serde(flatten)]
    members: Map<String, Value>,
}
