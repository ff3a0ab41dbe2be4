//! The draft of an event: the members of the native format, before they are checked. Every
//! format makes drafts, so that limits, handles, topics, money and digests have one mechanism.

mod act;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use chrono::{DateTime, SubsecRound, Utc};
use rust_decimal::Decimal;
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::digest::digest;
use super::native::shortened;
use super::{Context, Parsed, Rejection};
use crate::domain::no_such_day;
use crate::domain::{
    Event, EventId, EventKey, EventType, Invalid, Network, ObjectId, Source, Topic,
};

/// The maximum number of topics of one event.
pub(in crate::ingest) const MAX_TOPICS: usize = 32;
/// The maximum length of free text, in characters.
pub(in crate::ingest) const MAX_TEXT: usize = 10_000;
/// The maximum length of a decimal number, in characters.
const MAX_DECIMAL: usize = 40;

pub(in crate::ingest) use act::has_member;

/// The members of the JSON object, before they are checked.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::ingest) struct Draft<'a> {
    #[serde(borrow)]
    pub(in crate::ingest) id: Cow<'a, str>,
    #[serde(borrow)]
    pub(in crate::ingest) source: Cow<'a, str>,
    #[serde(rename = "type", borrow)]
    pub(in crate::ingest) kind: Cow<'a, str>,
    /// When it happened; absent if the document does not say: then the time of arrival
    /// counts, and is no part of the digest. The native format always says it.
    #[serde(
        borrow,
        deserialize_with = "said",
        skip_serializing_if = "Option::is_none"
    )]
    pub(in crate::ingest) time: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(in crate::ingest) network: Cow<'a, str>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub(in crate::ingest) actor: Option<Cow<'a, str>>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub(in crate::ingest) target: Option<Cow<'a, str>>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub(in crate::ingest) object: Option<Cow<'a, str>>,
    #[serde(default, borrow, skip_serializing_if = "Vec::is_empty")]
    pub(in crate::ingest) topics: Vec<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::ingest) count: Option<u32>,
    #[serde(
        default,
        deserialize_with = "decimal",
        skip_serializing_if = "Option::is_none"
    )]
    pub(in crate::ingest) value: Option<Decimal>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub(in crate::ingest) currency: Option<Cow<'a, str>>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub(in crate::ingest) metrics: Option<DraftMetrics<'a>>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub(in crate::ingest) text: Option<Cow<'a, str>>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    pub(in crate::ingest) undo: Option<Cow<'a, str>>,
}

/// A profile's counters, by name.
pub(in crate::ingest) type DraftMetrics<'a> = BTreeMap<Cow<'a, str>, u64>;

/// A text of the document; borrowed where it has no escapes.
#[derive(Deserialize)]
#[serde(transparent)]
struct Said<'a>(#[serde(borrow)] Cow<'a, str>);

/// Deserialises a member that has to be there.
fn said<'de: 'a, 'a, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Cow<'a, str>>, D::Error> {
    Said::deserialize(deserializer).map(|Said(text)| Some(text))
}

/// Checks every member and builds the event.
pub(in crate::ingest) fn judge(
    draft: &Draft<'_>,
    context: &Context<'_>,
) -> Result<Parsed, Rejection> {
    let kind = kind(&draft.kind)?;
    act::refuse_foreign_members(draft, kind)?;
    let network = at("/network", Network::parse(&draft.network))?;
    let mut event = Event {
        key: EventKey {
            source: source(draft, context)?,
            id: at("/id", EventId::parse(&draft.id))?,
        },
        time: match &draft.time {
            Some(said) => time(said, context)?,
            None => context.now.trunc_subsecs(6),
        },
        object: draft
            .object
            .as_deref()
            .map(|object| at("/object", ObjectId::parse(object)))
            .transpose()?,
        topics: topics(draft)?,
        act: act::read(draft, kind, &network, context)?,
        network,
    };
    let text = text(draft)?;
    let digest = digest(&event, draft.time.is_some(), text);
    event.topics = resolved_topics(event.topics, text, context);
    Ok(Parsed { event, digest })
}

fn at<T>(pointer: &str, result: Result<T, Invalid>) -> Result<T, Rejection> {
    result.map_err(|invalid| Rejection::invalid(pointer, invalid))
}

/// Reads the source, as which the sender must be allowed to send. An undo names an event of
/// its own source, so nothing that another source has sent can be undone.
fn source(draft: &Draft<'_>, context: &Context<'_>) -> Result<Source, Rejection> {
    let source = at("/source", Source::parse(&draft.source))?;
    if context.sources.allows(&source) {
        return Ok(source);
    }
    let own: Vec<&str> = context.sources.list().map(Source::as_str).collect();
    let detail = format!("the API key may send only as {}", own.join(", "));
    Err(Rejection::invalid("/source", shortened(detail)))
}

fn kind(name: &str) -> Result<EventType, Rejection> {
    let known = EventType::ALL.into_iter().find(|(_, known)| *known == name);
    known.map(|(kind, _)| kind).ok_or_else(|| {
        let names: Vec<&str> = EventType::ALL.into_iter().map(|(_, name)| name).collect();
        Rejection::invalid(
            "/type",
            format_args!("type must be one of {}", names.join(", ")),
        )
    })
}

fn time(text: &str, context: &Context<'_>) -> Result<DateTime<Utc>, Rejection> {
    let time = DateTime::parse_from_rfc3339(text).map_err(|_| match no_such_day(text) {
        Some(invalid) => Rejection::invalid("/time", invalid),
        None => Rejection::invalid(
            "/time",
            "time must be RFC 3339 with a zone, such as 2026-11-22T23:00:00Z",
        ),
    })?;
    // Postgres keeps microseconds.
    let time = time.with_timezone(&Utc).trunc_subsecs(6);
    if time > context.now + context.max_future {
        return Err(Rejection::invalid(
            "/time",
            format_args!(
                "time lies in the future; at most {} s after the present are allowed",
                context.max_future.num_seconds()
            ),
        ));
    }
    if time < DateTime::UNIX_EPOCH {
        return Err(Rejection::invalid("/time", "time must not lie before 1970"));
    }
    Ok(time)
}

fn topics(draft: &Draft<'_>) -> Result<Vec<Topic>, Rejection> {
    if draft.topics.len() > MAX_TOPICS {
        return Err(Rejection::invalid(
            "/topics",
            format_args!("an event names at most {MAX_TOPICS} topics"),
        ));
    }
    let mut topics = BTreeSet::new();
    for (index, topic) in draft.topics.iter().enumerate() {
        topics.insert(
            Topic::parse(topic)
                .map_err(|invalid| Rejection::invalid(format!("/topics/{index}"), invalid))?,
        );
    }
    Ok(topics.into_iter().collect())
}

fn text<'a>(draft: &'a Draft<'_>) -> Result<Option<&'a str>, Rejection> {
    match draft.text.as_deref() {
        Some(text) if text.chars().count() > MAX_TEXT => Err(Rejection::invalid(
            "/text",
            format_args!("text is longer than {MAX_TEXT} characters"),
        )),
        text => Ok(text),
    }
}

/// Resolves aliases and adds the topics that the text names. The text itself is
/// not kept.
fn resolved_topics(sent: Vec<Topic>, text: Option<&str>, context: &Context<'_>) -> Vec<Topic> {
    let dictionary = context.dictionary;
    let mut topics: BTreeSet<Topic> = sent.into_iter().map(|t| dictionary.resolve(t)).collect();
    if let Some(text) = text {
        topics.extend(dictionary.find(text));
    }
    topics.into_iter().take(MAX_TOPICS).collect()
}

/// Deserializes a decimal from a JSON number or string. A number goes through
/// its shortest text, so that `11.77` is exactly 11.77.
fn decimal<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Decimal>, D::Error> {
    struct DecimalVisitor;

    impl Visitor<'_> for DecimalVisitor {
        type Value = Option<Decimal>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a decimal as a number or a string, such as \"11.77\"")
        }
        fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
            let unexpected = || E::invalid_value(de::Unexpected::Str("a text"), &self);
            let bounded = Some(text).filter(|text| text.len() <= MAX_DECIMAL);
            let value = bounded.and_then(|text| text.parse().ok());
            value.map(Some).ok_or_else(unexpected)
        }
        fn visit_i64<E: de::Error>(self, value: i64) -> Result<Self::Value, E> {
            Ok(Some(value.into()))
        }
        fn visit_u64<E: de::Error>(self, value: u64) -> Result<Self::Value, E> {
            Ok(Some(value.into()))
        }
        fn visit_f64<E: de::Error>(self, value: f64) -> Result<Self::Value, E> {
            let unexpected = || E::invalid_value(de::Unexpected::Float(value), &self);
            value
                .to_string()
                .parse()
                .map(Some)
                .map_err(|_| unexpected())
        }
    }
    deserializer.deserialize_any(DecimalVisitor)
}
