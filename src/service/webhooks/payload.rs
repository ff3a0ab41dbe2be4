//! The payload of a message, for webhooks and streams: `{id, type, timestamp, data}`, as
//! specified by Standard Webhooks; or a CloudEvent with the same data.

use bytes::Bytes;
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::store::webhooks::outbox::Message;
use renown_core::domain::WebhookFormat;

/// The source of CloudEvents, where the service does not know its address.
const SOURCE: &str = "urn:renown";

/// Returns the payload of a message.
pub(super) fn payload(message: &Message) -> Bytes {
    content(message).standard()
}

/// What a message says, in whatever format.
pub(super) struct Content<'m> {
    id: Uuid,
    kind: &'m str,
    at: DateTime<Utc>,
    subject: Option<String>,
    data: Map<String, Value>,
}

/// Returns the content of a message.
pub(super) fn content(message: &Message) -> Content<'_> {
    let mut data = match &message.body {
        Value::Object(body) => body.clone(),
        other => Map::from_iter([("body".to_owned(), other.clone())]),
    };
    data.insert("program".to_owned(), text(message.program.as_ref()));
    data.insert("member".to_owned(), text(message.member.as_ref()));
    Content {
        id: message.id,
        kind: message.kind.as_str(),
        at: message.at,
        subject: message.member.as_ref().map(ToString::to_string),
        data,
    }
}

fn text(id: Option<&impl ToString>) -> Value {
    id.map(ToString::to_string).into()
}

/// Returns the content of a `webhook.test` message.
pub(super) fn test_content(id: Uuid, at: DateTime<Utc>) -> Content<'static> {
    let message = "This tries your receiver out; nothing has happened.";
    Content {
        id,
        kind: "webhook.test",
        at,
        subject: None,
        data: Map::from_iter([("message".to_owned(), message.into())]),
    }
}

/// The payload. The keys of `data` are in alphabetical order, and must stay so.
#[derive(Debug, Serialize)]
struct Payload<'m> {
    data: Map<String, Value>,
    id: Uuid,
    timestamp: String,
    r#type: &'m str,
}

/// A CloudEvent 1.0.
#[derive(Debug, Serialize)]
struct CloudEventPayload<'m> {
    specversion: &'static str,
    id: Uuid,
    source: &'m str,
    r#type: String,
    time: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    datacontenttype: &'static str,
    data: Map<String, Value>,
}

impl Content<'_> {
    /// Returns the payload for a webhook. `source` is the address of the service.
    pub(super) fn formatted(self, format: WebhookFormat, source: Option<&str>) -> Bytes {
        match format {
            WebhookFormat::Standard => self.standard(),
            WebhookFormat::CloudEvents => self.cloud_event(source.unwrap_or(SOURCE)),
        }
    }

    fn time(&self) -> String {
        self.at.to_rfc3339_opts(SecondsFormat::Micros, true)
    }

    fn standard(self) -> Bytes {
        written(&Payload {
            timestamp: self.time(),
            data: self.data,
            id: self.id,
            r#type: self.kind,
        })
    }

    /// The types have a prefix, because others use words such as `tier` too.
    fn cloud_event(self, source: &str) -> Bytes {
        written(&CloudEventPayload {
            specversion: "1.0",
            id: self.id,
            source,
            r#type: format!("renown.{}", self.kind),
            time: self.time(),
            subject: self.subject,
            datacontenttype: "application/json",
            data: self.data,
        })
    }
}

fn written(payload: &impl Serialize) -> Bytes {
    serde_json::to_vec(payload).unwrap_or_default().into()
}
