//! The payload of a message, for webhooks and streams: `{id, type, timestamp,
//! data}`, as specified by Standard Webhooks.

use bytes::Bytes;
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::store::webhooks::outbox::Message;

/// Returns the payload of a message.
pub(super) fn payload(message: &Message) -> Bytes {
    let mut data = match &message.body {
        Value::Object(body) => body.clone(),
        other => Map::from_iter([("body".to_owned(), other.clone())]),
    };
    data.insert("program".to_owned(), text(message.program.as_ref()));
    data.insert("member".to_owned(), text(message.member.as_ref()));
    write(message.id, message.kind.as_str(), message.at, data)
}

fn text(id: Option<&impl ToString>) -> Value {
    id.map(ToString::to_string).into()
}

/// Returns the payload of a `webhook.test` message.
pub(super) fn test_payload(id: Uuid, at: DateTime<Utc>) -> Bytes {
    let message = "This tries your receiver out; nothing has happened.";
    let data = Map::from_iter([("message".to_owned(), message.into())]);
    write(id, "webhook.test", at, data)
}

/// The payload. The keys of `data` are in alphabetical order, and must stay so.
#[derive(Debug, Serialize)]
struct Payload<'m> {
    data: Map<String, Value>,
    id: Uuid,
    timestamp: String,
    r#type: &'m str,
}

fn write(id: Uuid, kind: &str, at: DateTime<Utc>, data: Map<String, Value>) -> Bytes {
    let payload = Payload {
        data,
        id,
        timestamp: at.to_rfc3339_opts(SecondsFormat::Micros, true),
        r#type: kind,
    };
    serde_json::to_vec(&payload).unwrap_or_default().into()
}
