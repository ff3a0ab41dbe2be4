//! What a message looks like to whoever is told, by a webhook or a stream:
//! `{id, type, timestamp, data}`, as Standard Webhooks has it.

use bytes::Bytes;
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::store::webhooks::outbox::Message;

/// The payload of a message.
pub(super) fn payload(message: &Message) -> Bytes {
    let mut data = match &message.body {
        Value::Object(body) => body.clone(),
        other => Map::from_iter([("body".to_owned(), other.clone())]),
    };
    data.insert("program".to_owned(), json!(message.program));
    data.insert("member".to_owned(), json!(message.member));
    write(message.id, message.kind.as_str(), message.at, data)
}

/// The payload that tries a webhook out.
pub(super) fn test_payload(id: Uuid, at: DateTime<Utc>) -> Bytes {
    let text = "This tries your receiver out; nothing has happened.";
    let data = Map::from_iter([("message".to_owned(), json!(text))]);
    write(id, "webhook.test", at, data)
}

fn write(id: Uuid, kind: &str, at: DateTime<Utc>, data: Map<String, Value>) -> Bytes {
    let timestamp = at.to_rfc3339_opts(SecondsFormat::Micros, true);
    let payload = json!({ "id": id, "type": kind, "timestamp": timestamp, "data": data });
    payload.to_string().into()
}
