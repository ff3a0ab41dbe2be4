//! How the events of a request are sent: which format, and how it is cut into items.

use axum::body::Bytes;
use axum::http::HeaderMap;
use serde::Deserialize;
use serde_json::value::RawValue;
use utoipa::IntoParams;

use crate::http::error::Problem;
use crate::http::extract::{at_most, media_type};
use crate::service::events::Reading;
use renown_core::domain::{AllowedSources, Network, Source};
use renown_core::ingest::{Format, Given, activity_streams, cloud_events};

/// The most events of one array: more than fit into a body of the usual length.
pub const MAX_ITEMS: usize = 200_000;
/// The profile of JSON-LD that is ActivityStreams.
const PROFILE: &str = "https://www.w3.org/ns/activitystreams";

/// What the sender says beside the events, for formats whose events do not say it.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EventsQuery {
    /// For ActivityStreams: the source of the events; the host of each document's id if absent.
    source: Option<Source>,
    /// For ActivityStreams: the network of the handles, `mastodon` if absent. For CloudEvents:
    /// the network of events whose data names none.
    #[param(inline)]
    network: Option<Network>,
}

/// How a body is cut into items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// One item a line.
    Lines,
    /// An array of items, or one.
    List,
    /// One item, whose attributes are in the headers.
    Headers,
    /// Documents, of which one may be a collection of others.
    Documents,
}

/// The format of a body, and how it is cut.
#[derive(Debug, Clone, Copy)]
pub struct Sent {
    /// The format of each item.
    pub format: Format,
    /// How the items are found.
    pub cut: Cut,
}

impl Sent {
    /// Reads the headers.
    ///
    /// # Errors
    /// 415 for a type that is not known.
    pub fn of(headers: &HeaderMap) -> Result<Self, Problem> {
        let media_type = media_type(headers).unwrap_or_default();
        let is_binary = headers.contains_key("ce-specversion")
            && !media_type.starts_with("application/cloudevents");
        let (format, cut) = match media_type.as_str() {
            _ if is_binary => (Format::CloudEvents, Cut::Headers),
            "application/json" => (Format::Native, Cut::List),
            "application/x-ndjson" | "application/ndjson" | "application/jsonl" => {
                (Format::Native, Cut::Lines)
            }
            "application/cloudevents+json" | "application/cloudevents-batch+json" => {
                (Format::CloudEvents, Cut::List)
            }
            "application/activity+json" => (Format::ActivityStreams, Cut::Documents),
            "application/ld+json" if has_profile(headers) => {
                (Format::ActivityStreams, Cut::Documents)
            }
            _ => {
                return Err(Problem::unsupported().detail(
                    "send 'Content-Type: application/json', 'application/x-ndjson', \
                     'application/cloudevents+json', 'application/cloudevents-batch+json', \
                     'application/activity+json', or a CloudEvent in binary mode",
                ));
            }
        };
        Ok(Self { format, cut })
    }

    /// Returns how the items of a sender are read.
    ///
    /// # Errors
    /// 400 if the sender says beside the items what they say themselves.
    pub fn reading(self, sources: &AllowedSources, query: EventsQuery) -> Result<Reading, Problem> {
        let unused = match self.format {
            Format::Native => query.source.is_some() || query.network.is_some(),
            Format::CloudEvents => query.source.is_some(),
            // Only connectors send the others.
            _ => false,
        };
        if unused {
            return Err(Problem::invalid_request().detail(
                "the events of this format say their source and network themselves: leave \
                 'source' out, and 'network' unless they are CloudEvents",
            ));
        }
        Ok(Reading {
            given: Given {
                source: query.source,
                network: query.network,
                mapping: None,
            },
            ..Reading::of(self.format, sources)
        })
    }

    /// Returns the items of a body that was read whole.
    ///
    /// # Errors
    /// If it is not JSON, has too many items, or a header of an event is not valid.
    pub fn items(self, headers: &HeaderMap, body: &Bytes) -> Result<Vec<Bytes>, Problem> {
        match self.cut {
            Cut::Lines | Cut::List => list(body),
            Cut::Headers => {
                let headers = headers.iter();
                let headers = headers.map(|(name, value)| (name.as_str(), value.as_bytes()));
                let item = cloud_events::structured(headers, body).map_err(|wrong| {
                    let problem = Problem::invalid_request().detail(&wrong.detail);
                    problem.pointer(wrong.pointer)
                })?;
                Ok(vec![item.into()])
            }
            Cut::Documents => documents(body),
        }
    }
}

/// Returns whether the media type has the profile of ActivityStreams, alone or among others.
fn has_profile(headers: &HeaderMap) -> bool {
    let value = headers.get("content-type").and_then(|v| v.to_str().ok());
    let Some((_, profiles)) = value.and_then(|value| value.split_once("profile=")) else {
        return false;
    };
    let profiles = profiles.split(['"', ' ', ';']);
    profiles.into_iter().any(|profile| profile == PROFILE)
}

/// Returns the items of an array, or the one item of a body that is not an array.
fn list(body: &Bytes) -> Result<Vec<Bytes>, Problem> {
    let first = body.iter().find(|byte| !byte.is_ascii_whitespace());
    let items = match first {
        Some(b'[') => parse_items::<Items<'_>>(body)?.0,
        Some(_) => vec![parse_items(body)?],
        None => return Err(Problem::malformed_body().detail("the body is empty")),
    };
    let slice = |item: &RawValue| body.slice_ref(item.get().as_bytes());
    Ok(items.into_iter().map(slice).collect())
}

/// Returns the documents of a body, with the items of each collection in its place.
fn documents(body: &Bytes) -> Result<Vec<Bytes>, Problem> {
    let mut items = Vec::new();
    for document in list(body)? {
        let found = items.len();
        for part in activity_streams::collected(&document) {
            items.extend(list(&document.slice_ref(part))?);
        }
        if items.len() == found {
            items.push(document);
        }
        if items.len() > MAX_ITEMS {
            return Err(too_many());
        }
    }
    Ok(items)
}

/// The items of an array; see [`at_most`].
#[derive(Deserialize)]
#[serde(transparent)]
struct Items<'b>(
    #[serde(borrow, deserialize_with = "at_most::<MAX_ITEMS, _, _>")] Vec<&'b RawValue>,
);

fn parse_items<'b, T: Deserialize<'b>>(body: &'b [u8]) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|error| match error.is_data() {
        true => too_many(),
        // The message has no values; it only says where the JSON is broken.
        false => Problem::malformed_body().detail(format_args!("not valid JSON: {error}")),
    })
}

fn too_many() -> Problem {
    Problem::too_large().detail(format_args!(
        "an array has at most {MAX_ITEMS} events; send more as a stream (application/x-ndjson)"
    ))
}
