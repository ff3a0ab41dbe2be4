//! Compressed answers, for callers that accept them (RFC 9110, section 12.5.3). A compressed form
//! has a tag of its own, the plain one with the coding behind it, because a strong tag stands for
//! the very bytes.

use async_compression::Level;
use async_compression::tokio::bufread::{GzipEncoder, ZstdEncoder};
use axum::body::{Body, HttpBody};
use axum::http::header::{
    ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG, IF_MATCH, IF_NONE_MATCH,
    VARY,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::response::Response;
use futures::TryStreamExt;
use tokio_util::io::{ReaderStream, StreamReader};

/// Shorter answers are sent as they are: they fit into one packet.
const WORTH: u64 = 1_024;
/// The pieces in which an answer is compressed, in bytes.
const PIECE: usize = 32 * 1024;

/// A coding of answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Coding {
    Zstd,
    Gzip,
}

impl Coding {
    /// All codings, the preferred one first.
    const ALL: [Self; 2] = [Self::Zstd, Self::Gzip];

    fn name(self) -> &'static str {
        match self {
            Self::Zstd => "zstd",
            Self::Gzip => "gzip",
        }
    }

    /// Returns the preferred coding that a caller accepts by its name.
    fn accepted(headers: &HeaderMap) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|coding| accepts(headers, coding.name()))
    }
}

/// Returns whether a caller accepts a coding by its name, and does not refuse it with the weight 0.
pub fn accepts(headers: &HeaderMap, coding: &str) -> bool {
    let values = headers.get_all(ACCEPT_ENCODING).into_iter();
    let values = values.filter_map(|value| value.to_str().ok());
    let mut listed = values
        .flat_map(|value| value.split(','))
        .map(|item| item.split_once(';').unwrap_or((item, "")));
    let own = listed.find(|(name, _)| name.trim() == coding);
    own.is_some_and(|(_, weight)| weight.trim().trim_start_matches("q=").parse() != Ok(0.0))
}

/// What a request says about the form of its answer.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    coding: Option<Coding>,
    /// The coding of an answer that the caller has.
    known: Option<Coding>,
    /// Whether an answer of unknown length is a list, and not results that come one by one.
    is_get: bool,
}

impl Wanted {
    /// Reads the headers of a request, and makes the tags in them those of the plain answers.
    pub fn read(method: &Method, headers: &mut HeaderMap) -> Self {
        let known = plain_tags(headers, &IF_NONE_MATCH);
        plain_tags(headers, &IF_MATCH);
        Self {
            coding: match *method {
                Method::HEAD => None,
                _ => Coding::accepted(headers),
            },
            known,
            is_get: *method == Method::GET,
        }
    }

    /// Compresses an answer if the caller accepts it and that is worth it.
    pub fn apply(self, mut response: Response) -> Response {
        if response.status() == StatusCode::NOT_MODIFIED {
            if let Some(known) = self.known {
                mark_tag(response.headers_mut(), known);
            }
            return response;
        }
        if !self.is_worth(&response) {
            return response;
        }
        let vary = HeaderValue::from_static("accept-encoding");
        response.headers_mut().append(VARY, vary);
        match self.coding {
            Some(coding) => compressed(response, coding),
            None => response,
        }
    }

    fn is_worth(self, response: &Response) -> bool {
        let is_long = match response.body().size_hint().exact() {
            Some(length) => length >= WORTH,
            None => self.is_get,
        };
        is_long && is_text(response.headers()) && !response.headers().contains_key(CONTENT_ENCODING)
    }
}

/// Returns whether an answer is of a type that gets shorter. A stream of events does not belong to
/// them: each must be sent at once.
fn is_text(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    let kind = kind.unwrap_or_default().split(';').next();
    matches!(
        kind.unwrap_or_default(),
        "application/json"
            | "application/problem+json"
            | "application/schema+json"
            | "application/x-ndjson"
            | "application/yaml"
            | "text/csv"
            | "text/plain"
    )
}

fn compressed(response: Response, coding: Coding) -> Response {
    let (mut parts, body) = response.into_parts();
    let name = HeaderValue::from_static(coding.name());
    parts.headers.insert(CONTENT_ENCODING, name);
    parts.headers.remove(CONTENT_LENGTH);
    mark_tag(&mut parts.headers, coding);
    let plain = StreamReader::new(body.into_data_stream().map_err(std::io::Error::other));
    let level = Level::Fastest;
    let body = match coding {
        Coding::Gzip => {
            let encoder = GzipEncoder::with_quality(plain, level);
            Body::from_stream(ReaderStream::with_capacity(encoder, PIECE))
        }
        Coding::Zstd => {
            let encoder = ZstdEncoder::with_quality(plain, level);
            Body::from_stream(ReaderStream::with_capacity(encoder, PIECE))
        }
    };
    Response::from_parts(parts, body)
}

/// Makes the tag of an answer that of its compressed form.
fn mark_tag(headers: &mut HeaderMap, coding: Coding) {
    let tag = headers.get(ETAG).and_then(|tag| tag.to_str().ok());
    let plain = tag.and_then(|tag| tag.strip_suffix('"'));
    let marked = plain.map(|plain| format!("{plain}-{}\"", coding.name()));
    if let Some(Ok(marked)) = marked.map(HeaderValue::try_from) {
        headers.insert(ETAG, marked);
    }
}

/// Makes the tags of compressed answers in a header those of the plain ones, and returns the
/// coding of one.
fn plain_tags(headers: &mut HeaderMap, name: &HeaderName) -> Option<Coding> {
    let value = headers.get(name)?.to_str().ok()?;
    let ends = Coding::ALL.map(|coding| (coding, format!("-{}\"", coding.name())));
    let (coding, _) = ends.iter().find(|(_, end)| value.contains(end))?;
    let coding = *coding;
    let plain = ends
        .iter()
        .fold(value.to_owned(), |text, (_, end)| text.replace(end, "\""));
    headers.insert(name, HeaderValue::try_from(plain).ok()?);
    Some(coding)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_preferred_coding_is_taken_that_is_not_refused() {
        for (accept, expected) in [
            ("", None),
            ("br", None),
            ("identity, *", None),
            ("gzip", Some(Coding::Gzip)),
            ("gzip, deflate, br, zstd", Some(Coding::Zstd)),
            ("zstd;q=0, gzip;q=0.5", Some(Coding::Gzip)),
            ("gzip;q=0.000", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(accept));
            assert_eq!(Coding::accepted(&headers), expected, "{accept}");
        }
    }

    #[test]
    fn the_tag_of_a_compressed_form_stands_for_the_plain_one() {
        let mut headers = HeaderMap::new();
        let tags = HeaderValue::from_static("\"a-zstd\", W/\"b-gzip\", \"c\"");
        headers.insert(IF_NONE_MATCH, tags);
        let known = plain_tags(&mut headers, &IF_NONE_MATCH);
        assert_eq!(known, Some(Coding::Zstd));
        assert_eq!(headers[IF_NONE_MATCH], "\"a\", W/\"b\", \"c\"");
        headers.insert(ETAG, HeaderValue::from_static("\"a\""));
        mark_tag(&mut headers, Coding::Gzip);
        assert_eq!(headers[ETAG], "\"a-gzip\"");
    }
}
