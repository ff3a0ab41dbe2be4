//! What the formats of platforms have in common: how a document is read, and where a mistake in one of them is in the document.

use std::borrow::Cow;

use serde::Deserialize;

use super::draft::{Draft, MAX_TEXT, MAX_TOPICS, judge};
use super::native::{json_pointer, shortened};
use super::{Context, Mapped, Rejection};
use crate::domain::Topic;

/// Reads a document; `what` names it.
///
/// # Errors
/// If it is not JSON, or a member is missing or of the wrong type.
pub(super) fn read<'a, T: Deserialize<'a>>(json: &'a [u8], what: &str) -> Result<T, Rejection> {
    let read = serde_json::from_slice(json);
    read.map_err(|_: serde_json::Error| mistake::<T>(json, what))
}

/// Finds where a document is wrong; this is slower than reading it.
fn mistake<'a, T: Deserialize<'a>>(json: &'a [u8], what: &str) -> Rejection {
    let mut reader = serde_json::Deserializer::from_slice(json);
    match serde_path_to_error::deserialize::<_, T>(&mut reader) {
        Err(error) if error.inner().is_data() => {
            let pointer = json_pointer(error.path());
            let detail = format!("{what} is expected: {}", error.into_inner());
            Rejection::invalid(pointer, shortened(detail))
        }
        Err(error) => Rejection::malformed(format!("not valid JSON: {}", error.into_inner())),
        Ok(_) => Rejection::malformed("expected one JSON object and nothing after it"),
    }
}

/// Checks the drafts of a document's events, which are of the source that is given. `place` says
/// where in the document the value of a member of a draft is.
///
/// # Errors
/// If one of them is wrong, or no source is given.
pub(super) fn judged(
    drafts: Vec<Draft<'_>>,
    context: &Context<'_>,
    place: impl Fn(&str) -> String,
) -> Result<Mapped, Rejection> {
    let source = context.given.source.as_ref().ok_or_else(|| {
        Rejection::invalid(
            "",
            "the documents name no source, so the sender must name it",
        )
    })?;
    let judged = drafts.into_iter().map(|draft| {
        let draft = Draft {
            source: source.as_str().into(),
            ..draft
        };
        judge(&draft, context).map_err(|mut rejection| {
            rejection.pointer = place(&rejection.pointer);
            rejection
        })
    });
    Ok(Mapped::Events(judged.collect::<Result<_, _>>()?))
}

/// Returns the hashtags that can be topics, each once; the first ones if there are many.
pub(super) fn topics<'a>(tags: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut topics = Vec::new();
    for tag in tags.filter(|tag| Topic::parse(tag).is_ok()) {
        if !topics.contains(&tag) && topics.len() < MAX_TOPICS {
            topics.push(tag);
        }
    }
    topics
}

/// Cuts a text to the length that an event may have: topics are found in what remains.
pub(super) fn bounded_text(text: Cow<'_, str>) -> Option<Cow<'_, str>> {
    let text = match text.char_indices().nth(MAX_TEXT) {
        Some((end, _)) => Cow::Owned(text[..end].to_owned()),
        None => text,
    };
    Some(text).filter(|text| !text.is_empty())
}

#[cfg(test)]
pub(super) mod tests;
