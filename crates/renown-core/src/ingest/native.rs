//! The native format: one JSON object per event, a flattened CloudEvent.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use chrono::{DateTime, SecondsFormat, SubsecRound, Utc};
use rust_decimal::Decimal;
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::digest::digest;
use super::{Context, MAX_EVENT_BYTES, Parsed, Rejection, RejectionCode};
use crate::domain::no_such_day;
use crate::domain::{
    Act, Currency, Event, EventId, EventKey, EventType, Handle, Invalid, Metrics, Money, Network,
    ObjectId, Source, Topic,
};

/// The maximum number of topics of one event.
const MAX_TOPICS: usize = 32;
/// The maximum length of free text, in characters.
const MAX_TEXT: usize = 10_000;
/// The maximum length of what a rejection says about an event.
const MAX_DETAIL: usize = 300;
/// The maximum length of a decimal number, in characters.
const MAX_DECIMAL: usize = 40;
/// The maximum `count` of an event.
const MAX_COUNT: u32 = 1_000_000_000;

/// The members of the JSON object, before they are checked.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire<'a> {
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow)]
    source: Cow<'a, str>,
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    time: Cow<'a, str>,
    #[serde(borrow)]
    network: Cow<'a, str>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    actor: Option<Cow<'a, str>>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    target: Option<Cow<'a, str>>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    object: Option<Cow<'a, str>>,
    #[serde(default, borrow, skip_serializing_if = "Vec::is_empty")]
    topics: Vec<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<u32>,
    #[serde(
        default,
        deserialize_with = "decimal",
        skip_serializing_if = "Option::is_none"
    )]
    value: Option<Decimal>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    currency: Option<Cow<'a, str>>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    metrics: Option<WireMetrics<'a>>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    text: Option<Cow<'a, str>>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    undo: Option<Cow<'a, str>>,
}

/// A profile's counters, by name.
type WireMetrics<'a> = BTreeMap<Cow<'a, str>, u64>;

/// Parses and checks one event.
///
/// # Errors
/// A [`Rejection`] that names the faulty member. No input can make this panic.
pub fn parse(json: &[u8], context: &Context<'_>) -> Result<Parsed, Rejection> {
    if json.len() > MAX_EVENT_BYTES {
        return Err(Rejection::too_large());
    }
    // A derived deserializer would also accept an array, position by position.
    if json.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'{') {
        return Err(not_an_object(json));
    }
    let wire = serde_json::from_slice(json).map_err(|_| diagnose(json))?;
    judge(&wire, context)
}

fn malformed(detail: String) -> Rejection {
    Rejection {
        code: RejectionCode::MalformedJson,
        pointer: String::new(),
        detail,
    }
}

fn not_an_object(json: &[u8]) -> Rejection {
    match serde_json::from_slice::<serde::de::IgnoredAny>(json) {
        Ok(_) => Rejection::invalid("", "an event is a JSON object"),
        Err(error) => malformed(format!("not valid JSON: {error}")),
    }
}

/// Finds where the JSON is wrong. This is slower than parsing, so it runs only
/// after parsing has failed.
fn diagnose(json: &[u8]) -> Rejection {
    if let Err(error) = std::str::from_utf8(json) {
        return malformed(format!(
            "not valid UTF-8 after byte {}",
            error.valid_up_to()
        ));
    }
    let mut reader = serde_json::Deserializer::from_slice(json);
    match serde_path_to_error::deserialize::<_, Wire<'_>>(&mut reader) {
        Ok(_) => malformed("expected one JSON object and nothing after it".into()),
        Err(error) if error.inner().is_data() => {
            let mut pointer = json_pointer(error.path());
            if pointer.len() > MAX_DETAIL {
                pointer.clear();
            }
            Rejection::invalid(pointer, shortened(error.into_inner().to_string()))
        }
        Err(error) => malformed(format!("not valid JSON: {}", error.into_inner())),
    }
}

/// Shortens a message, because Serde quotes the faulty value, which may be as
/// long as the event.
pub(super) fn shortened(mut detail: String) -> String {
    if let Some((end, _)) = detail.char_indices().nth(MAX_DETAIL) {
        detail.truncate(end);
        detail.push('…');
    }
    detail
}

/// Returns the RFC 6901 pointer of a serde path.
pub(super) fn json_pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter()
        .map(|segment| match segment {
            Segment::Seq { index } => format!("/{index}"),
            Segment::Map { key } => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
            Segment::Enum { .. } | Segment::Unknown => String::new(),
        })
        .collect()
}

/// Checks every member and builds the event.
fn judge(wire: &Wire<'_>, context: &Context<'_>) -> Result<Parsed, Rejection> {
    let kind = kind(&wire.kind)?;
    refuse_foreign_members(wire, kind)?;
    let network = at("/network", Network::parse(&wire.network))?;
    let mut event = Event {
        key: EventKey {
            source: source(wire, context)?,
            id: at("/id", EventId::parse(&wire.id))?,
        },
        time: time(&wire.time, context)?,
        object: wire
            .object
            .as_deref()
            .map(|object| at("/object", ObjectId::parse(object)))
            .transpose()?,
        topics: topics(wire)?,
        act: act(wire, kind, &network, context)?,
        network,
    };
    let text = text(wire)?;
    let digest = digest(&event, text);
    event.topics = resolved_topics(event.topics, text, context);
    Ok(Parsed { event, digest })
}

fn at<T>(pointer: &str, result: Result<T, Invalid>) -> Result<T, Rejection> {
    result.map_err(|invalid| Rejection::invalid(pointer, invalid))
}

/// Reads the source, as which the sender must be allowed to send. An undo names an event of
/// its own source, so nothing that another source has sent can be undone.
fn source(wire: &Wire<'_>, context: &Context<'_>) -> Result<Source, Rejection> {
    let source = at("/source", Source::parse(&wire.source))?;
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

/// Rejects members that the type does not use: the sender would otherwise
/// believe that they count.
fn refuse_foreign_members(wire: &Wire<'_>, kind: EventType) -> Result<(), Rejection> {
    use EventType as T;
    let is_money = matches!(kind, T::Purchase | T::Refund);
    let counts = kind.reaction().is_some() || kind == T::Follow;
    let has_target = counts || matches!(kind, T::Unfollow | T::Profile);
    let has_actor = !matches!(kind, T::Profile | T::Undo);
    let foreign = [
        ("actor", wire.actor.is_some() && !has_actor),
        ("target", wire.target.is_some() && !has_target),
        (
            "count",
            wire.count.is_some_and(|count| count != 1) && !counts,
        ),
        ("value", wire.value.is_some() && !is_money),
        ("currency", wire.currency.is_some() && !is_money),
        ("metrics", wire.metrics.is_some() && kind != T::Profile),
        ("undo", wire.undo.is_some() && kind != T::Undo),
    ];
    match foreign.into_iter().find(|(_, present)| *present) {
        Some((member, _)) => Err(Rejection::invalid(
            format!("/{member}"),
            format_args!("an event of type '{}' has no '{member}'", kind.as_str()),
        )),
        None => Ok(()),
    }
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

fn topics(wire: &Wire<'_>) -> Result<Vec<Topic>, Rejection> {
    if wire.topics.len() > MAX_TOPICS {
        return Err(Rejection::invalid(
            "/topics",
            format_args!("an event names at most {MAX_TOPICS} topics"),
        ));
    }
    let mut topics = BTreeSet::new();
    for (index, topic) in wire.topics.iter().enumerate() {
        topics.insert(
            Topic::parse(topic)
                .map_err(|invalid| Rejection::invalid(format!("/topics/{index}"), invalid))?,
        );
    }
    Ok(topics.into_iter().collect())
}

fn text<'a>(wire: &'a Wire<'_>) -> Result<Option<&'a str>, Rejection> {
    match wire.text.as_deref() {
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

fn act(
    wire: &Wire<'_>,
    kind: EventType,
    network: &Network,
    context: &Context<'_>,
) -> Result<Act<Handle>, Rejection> {
    let person = |pointer: &str, name: &Option<Cow<'_, str>>| {
        name.as_deref()
            .map(|name| at(pointer, Handle::parse(network, name)))
            .transpose()
    };
    let actor = person("/actor", &wire.actor)?;
    let target = person("/target", &wire.target)?;
    let needed = |member: &str, person: Option<Handle>| {
        person.ok_or_else(|| {
            Rejection::invalid(
                format!("/{member}"),
                format_args!("an event of type '{}' needs '{member}'", kind.as_str()),
            )
        })
    };
    if let Some(reaction) = kind.reaction() {
        return Ok(Act::Reaction {
            kind: reaction,
            actor,
            target: needed("target", target)?,
            count: count(wire)?,
        });
    }
    Ok(match kind {
        EventType::Follow => Act::Follow {
            actor,
            target: needed("target", target)?,
            count: count(wire)?,
        },
        EventType::Unfollow => Act::Unfollow {
            actor: needed("actor", actor)?,
            target: needed("target", target)?,
        },
        EventType::Profile => Act::Profile {
            account: needed("target", target)?,
            metrics: metrics(wire)?,
        },
        EventType::Purchase => Act::Purchase {
            buyer: needed("actor", actor)?,
            amount: amount(wire, context)?,
        },
        EventType::Refund if wire.object.is_none() => {
            return Err(Rejection::invalid(
                "/object",
                "a refund names its order in 'object'",
            ));
        }
        EventType::Refund => Act::Refund {
            buyer: needed("actor", actor)?,
            amount: amount(wire, context)?,
        },
        EventType::Undo => Act::Undo {
            id: match wire.undo.as_deref() {
                Some(id) => at("/undo", EventId::parse(id))?,
                None => {
                    return Err(Rejection::invalid(
                        "/undo",
                        "an undo names an event's id in 'undo'",
                    ));
                }
            },
        },
        // Reactions are handled above: what remains is a post.
        _ => Act::Post {
            author: needed("actor", actor)?,
        },
    })
}

fn count(wire: &Wire<'_>) -> Result<u32, Rejection> {
    match wire.count.unwrap_or(1) {
        count @ 1..=MAX_COUNT => Ok(count),
        _ => Err(Rejection::invalid(
            "/count",
            format_args!("count must be a whole number from 1 to {MAX_COUNT}"),
        )),
    }
}

fn amount(wire: &Wire<'_>, context: &Context<'_>) -> Result<Money, Rejection> {
    let value = wire
        .value
        .ok_or_else(|| Rejection::invalid("/value", "a purchase or refund needs 'value'"))?;
    let currency = wire.currency.as_deref().ok_or_else(|| {
        Rejection::invalid(
            "/currency",
            "a purchase or refund needs 'currency', an ISO 4217 code",
        )
    })?;
    let currency = at("/currency", Currency::parse(currency))?;
    if !context.currencies.contains(&currency) {
        return Err(Rejection::invalid(
            "/currency",
            format_args!("the scoring model has no exchange rate for {currency}"),
        ));
    }
    at("/value", Money::new(value, currency))
}

fn metrics(wire: &Wire<'_>) -> Result<Metrics, Rejection> {
    let Some(counters) = &wire.metrics else {
        return Err(Rejection::invalid("/metrics", "a profile needs 'metrics'"));
    };
    let mut metrics = Metrics::default();
    for (name, counter) in counters {
        let slot = match name.as_ref() {
            "followers" => &mut metrics.followers,
            "following" => &mut metrics.following,
            "listed" => &mut metrics.listed,
            "posts" => &mut metrics.posts,
            _ => {
                return Err(Rejection::invalid(
                    "/metrics",
                    "metrics are 'followers', 'following', 'listed' and 'posts'",
                ));
            }
        };
        *slot = Some(*counter);
    }
    if metrics == Metrics::default() {
        return Err(Rejection::invalid(
            "/metrics",
            "metrics must hold at least one counter",
        ));
    }
    Ok(metrics)
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

/// Writes an event in this format, on one line, without a line end.
pub fn write(event: &Event<Handle>) -> String {
    let mut wire = Wire {
        id: event.key.id.as_str().into(),
        source: event.key.source.as_str().into(),
        kind: event.act.event_type().as_str().into(),
        time: event
            .time
            .to_rfc3339_opts(SecondsFormat::AutoSi, true)
            .into(),
        network: event.network.as_str().into(),
        actor: event.act.actor().map(|handle| handle.name().into()),
        target: event.act.target().map(|handle| handle.name().into()),
        object: event.object.as_ref().map(|object| object.as_str().into()),
        topics: event
            .topics
            .iter()
            .map(|topic| topic.as_str().into())
            .collect(),
        ..Wire::default()
    };
    match &event.act {
        Act::Reaction { count, .. } | Act::Follow { count, .. } if *count != 1 => {
            wire.count = Some(*count);
        }
        Act::Purchase { amount, .. } | Act::Refund { amount, .. } => {
            wire.value = Some(amount.amount());
            wire.currency = Some(amount.currency().as_str().into());
        }
        Act::Profile { metrics, .. } => {
            let counters = [
                ("followers", metrics.followers),
                ("following", metrics.following),
                ("listed", metrics.listed),
                ("posts", metrics.posts),
            ];
            let known = counters
                .into_iter()
                .filter_map(|(name, counter)| Some((name, counter?)));
            wire.metrics = Some(
                known
                    .map(|(name, counter)| (name.into(), counter))
                    .collect(),
            );
        }
        Act::Undo { id } => wire.undo = Some(id.as_str().into()),
        _ => {}
    }
    serde_json::to_string(&wire).expect("texts and numbers always serialise")
}

#[cfg(test)]
mod tests;
