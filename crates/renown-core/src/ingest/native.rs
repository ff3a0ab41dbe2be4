//! The native format: one JSON object per event, a flattened CloudEvent.

use chrono::SecondsFormat;
use serde::Deserialize;

use super::draft::{Draft, judge};
use super::{Context, MAX_EVENT_BYTES, Parsed, Rejection};
use crate::domain::{Act, Event, Handle};

/// The maximum length of what a rejection says about an event.
const MAX_DETAIL: usize = 300;

/// Parses and checks one event.
///
/// # Errors
/// A [`Rejection`] that names the faulty member. No input can make this panic.
pub fn parse(json: &[u8], context: &Context<'_>) -> Result<Parsed, Rejection> {
    if json.len() > MAX_EVENT_BYTES {
        return Err(Rejection::too_large(MAX_EVENT_BYTES));
    }
    judge(&draft(json)?, context)
}

/// Reads the members of an event, which are not checked yet.
pub(super) fn draft(json: &[u8]) -> Result<Draft<'_>, Rejection> {
    object(json)
}

/// Reads a JSON object.
pub(super) fn object<'de, T: Deserialize<'de>>(json: &'de [u8]) -> Result<T, Rejection> {
    // A derived deserializer would also accept an array, position by position.
    if json.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'{') {
        return Err(not_an_object(json));
    }
    serde_json::from_slice(json).map_err(|_| diagnose::<T>(json))
}

fn not_an_object(json: &[u8]) -> Rejection {
    match serde_json::from_slice::<serde::de::IgnoredAny>(json) {
        Ok(_) => Rejection::invalid("", "an event is a JSON object"),
        Err(error) => Rejection::malformed(format_args!("not valid JSON: {error}")),
    }
}

/// Finds where the JSON of a `T` is wrong. This is slower than parsing, so it runs only
/// after parsing has failed.
fn diagnose<'de, T: Deserialize<'de>>(json: &'de [u8]) -> Rejection {
    if let Err(error) = std::str::from_utf8(json) {
        return Rejection::malformed(format_args!(
            "not valid UTF-8 after byte {}",
            error.valid_up_to()
        ));
    }
    let mut reader = serde_json::Deserializer::from_slice(json);
    match serde_path_to_error::deserialize::<_, T>(&mut reader) {
        Ok(_) => Rejection::malformed("expected one JSON object and nothing after it"),
        Err(error) if error.inner().is_data() => {
            let mut pointer = json_pointer(error.path());
            if pointer.len() > MAX_DETAIL {
                pointer.clear();
            }
            Rejection::invalid(pointer, shortened(error.into_inner().to_string()))
        }
        Err(error) => Rejection::malformed(format_args!("not valid JSON: {}", error.into_inner())),
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

/// Writes an event in this format, on one line, without a line end.
pub fn write(event: &Event<Handle>) -> String {
    let mut draft = Draft {
        id: event.key.id.as_str().into(),
        source: event.key.source.as_str().into(),
        kind: event.act.event_type().as_str().into(),
        time: Some(
            event
                .time
                .to_rfc3339_opts(SecondsFormat::AutoSi, true)
                .into(),
        ),
        network: event.network.as_str().into(),
        actor: event.act.actor().map(|handle| handle.name().into()),
        target: event.act.target().map(|handle| handle.name().into()),
        object: event.object.as_ref().map(|object| object.as_str().into()),
        topics: event
            .topics
            .iter()
            .map(|topic| topic.as_str().into())
            .collect(),
        ..Draft::default()
    };
    match &event.act {
        Act::Reaction { count, .. } | Act::Follow { count, .. } if *count != 1 => {
            draft.count = Some(*count);
        }
        Act::Purchase { amount, .. } | Act::Refund { amount, .. } => {
            draft.value = Some(amount.amount());
            draft.currency = Some(amount.currency().as_str().into());
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
            draft.metrics = Some(
                known
                    .map(|(name, counter)| (name.into(), counter))
                    .collect(),
            );
        }
        Act::Undo { id } => draft.undo = Some(id.as_str().into()),
        _ => {}
    }
    serde_json::to_string(&draft).expect("texts and numbers always serialise")
}

#[cfg(test)]
mod tests;
