//! CloudEvents 1.0 as JSON. The attributes of the envelope are members of the event, and the
//! other members are in its data. `docs/formats.md` has the table.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::SecondsFormat;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::draft::judge;
use super::native;
use super::{Context, Given, Ignored, IgnoredReason, Mapped, Rejection, activity_streams};
use crate::domain::{EventType, Source};

mod binary;

pub use binary::structured;

/// The version that is understood.
const VERSION: &str = "1.0";

/// The attributes that we read, and the data. Others, such as extensions, are allowed.
#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    specversion: Cow<'a, str>,
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow)]
    source: Cow<'a, str>,
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    time: Option<Cow<'a, str>>,
    #[serde(borrow)]
    subject: Option<Cow<'a, str>>,
    #[serde(borrow)]
    datacontenttype: Option<Cow<'a, str>>,
    #[serde(borrow)]
    data: Option<&'a RawValue>,
    #[serde(borrow)]
    data_base64: Option<Cow<'a, str>>,
}

/// What the data of an event is.
#[derive(Clone, Copy, PartialEq)]
enum DataType {
    /// The other members of an event in the native format.
    Members,
    /// A document of ActivityStreams.
    Activity,
    /// Something that is not JSON.
    Other,
}

/// Parses one CloudEvent.
pub(super) fn parse(item: &[u8], context: &Context<'_>) -> Result<Mapped, Rejection> {
    let envelope: Envelope<'_> = native::object(item)?;
    if envelope.specversion != VERSION {
        return Err(Rejection::invalid(
            "/specversion",
            format_args!("specversion must be '{VERSION}'"),
        ));
    }
    let data_type = data_type(envelope.datacontenttype.as_deref());
    if data_type == DataType::Activity {
        return Data::of(&envelope)?.activity(&envelope, context);
    }
    let Some(kind) = event_type(&envelope.kind) else {
        return Ok(Ignored::new(
            IgnoredReason::UnknownType,
            "the type is neither the name of a type of events here nor ends in one after a dot",
        )
        .into());
    };
    if data_type == DataType::Other {
        return Err(Rejection::invalid(
            "/datacontenttype",
            "the data of an event of this type is JSON: 'application/json'",
        ));
    }
    let data = Data::of(&envelope)?;
    let members = data.members(&envelope, kind, context)?;
    let json = members.to_string();
    let place = |pointer: &str| data.place(pointer, &envelope, &members);
    let mut draft = native::draft(json.as_bytes()).map_err(|why| match why.pointer.as_str() {
        // A member is missing.
        "" => Rejection::invalid(data.member, why.detail),
        _ => why.placed(place),
    })?;
    if envelope.time.is_none() {
        draft.time = None;
    }
    let parsed = judge(&draft, context).map_err(|why| why.placed(place))?;
    Ok(parsed.into())
}

/// Returns the type that is named alone, or as the last label of a name such as
/// `com.example.like`.
fn event_type(name: &str) -> Option<EventType> {
    let label = name.rsplit_once('.').map_or(name, |(_, label)| label);
    let mut known = EventType::ALL.into_iter();
    known
        .find(|(_, known)| *known == label)
        .map(|(kind, _)| kind)
}

/// Reads a media type; without one, data is JSON.
fn data_type(media_type: Option<&str>) -> DataType {
    let Some(media_type) = media_type else {
        return DataType::Members;
    };
    let bare = media_type.split(';').next().unwrap_or_default();
    let bare = bare.trim().to_ascii_lowercase();
    match bare.as_str() {
        "application/json" | "text/json" => DataType::Members,
        "application/activity+json" | "application/ld+json" => DataType::Activity,
        other if other.ends_with("+json") => DataType::Members,
        _ => DataType::Other,
    }
}

/// The data of an event, as JSON.
struct Data<'a> {
    json: Cow<'a, [u8]>,
    /// The member of the envelope that holds it.
    member: &'static str,
}

impl<'a> Data<'a> {
    /// Finds the data; without any, it is an empty object.
    fn of(envelope: &Envelope<'a>) -> Result<Self, Rejection> {
        match (envelope.data, &envelope.data_base64) {
            (Some(_), Some(_)) => Err(Rejection::invalid(
                "/data_base64",
                "an event has 'data' or 'data_base64', not both",
            )),
            (Some(json), None) => Ok(Self {
                json: json.get().as_bytes().into(),
                member: "/data",
            }),
            (None, Some(text)) => {
                let json = STANDARD.decode(text.as_bytes()).map_err(|_| {
                    Rejection::invalid("/data_base64", "it is not Base64 (RFC 4648, section 4)")
                })?;
                Ok(Self {
                    json: json.into(),
                    member: "/data_base64",
                })
            }
            (None, None) => Ok(Self {
                json: Cow::Borrowed(b"{}"),
                member: "/data",
            }),
        }
    }

    /// Reads a document of ActivityStreams, whose source is that of the envelope.
    fn activity(
        &self,
        envelope: &Envelope<'_>,
        context: &Context<'_>,
    ) -> Result<Mapped, Rejection> {
        let source = Source::parse(&envelope.source);
        let given = Given {
            source: Some(source.map_err(|invalid| Rejection::invalid("/source", invalid))?),
            ..context.given.clone()
        };
        let context = Context {
            given: &given,
            ..*context
        };
        let mapped = activity_streams::parse(&self.json, Some(&envelope.id), &context);
        mapped.map_err(|rejection| match rejection.pointer.as_str() {
            "" => Rejection {
                pointer: self.member.to_owned(),
                ..rejection
            },
            _ => rejection.placed(|pointer| match self.member {
                "/data" => format!("/data{pointer}"),
                member => member.to_owned(),
            }),
        })
    }

    /// Returns the event as an object in the native format.
    fn members(
        &self,
        envelope: &Envelope<'_>,
        kind: EventType,
        context: &Context<'_>,
    ) -> Result<Value, Rejection> {
        let members = serde_json::from_slice(&self.json).map_err(|_| {
            let detail =
                "the data is an object with the members of an event that are no attributes";
            Rejection::invalid(self.member, detail)
        });
        let mut members: Map<String, Value> = members?;
        let time = match &envelope.time {
            Some(time) => time.as_ref().into(),
            None => context.now.to_rfc3339_opts(SecondsFormat::Micros, true),
        };
        let attributes = [
            ("id", envelope.id.as_ref()),
            ("source", envelope.source.as_ref()),
            ("type", kind.as_str()),
            ("time", time.as_str()),
        ];
        for (name, attribute) in attributes {
            let said = members.insert(name.to_owned(), attribute.into());
            if said.is_some_and(|said| said != attribute) {
                return Err(Rejection::invalid(
                    format!("{}/{name}", self.member),
                    format_args!("the attribute '{name}' says otherwise; leave it out of the data"),
                ));
            }
        }
        if let Some(subject) = &envelope.subject {
            members
                .entry("object")
                .or_insert_with(|| subject.as_ref().into());
        }
        if let Some(network) = &context.given.network {
            members
                .entry("network")
                .or_insert_with(|| network.as_str().into());
        }
        Ok(Value::Object(members))
    }

    /// Returns where a member of the event is in the CloudEvent.
    fn place(&self, pointer: &str, envelope: &Envelope<'_>, members: &Value) -> String {
        let is_subject = || {
            let object = members.get("object").and_then(Value::as_str);
            object.is_some() && object == envelope.subject.as_deref()
        };
        match pointer {
            "/id" | "/source" | "/type" | "/time" => pointer.to_owned(),
            "/object" if is_subject() => "/subject".to_owned(),
            _ if self.member == "/data" => format!("/data{pointer}"),
            _ => self.member.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests;
