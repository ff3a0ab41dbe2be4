//! Extractors that answer with problems: bodies, queries and paths.

use std::fmt;
use std::marker::PhantomData;

use axum::body::Bytes;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_TYPE, IF_MATCH};
use serde::de::{DeserializeOwned, Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::http::App;
use crate::http::error::Problem;

/// A JSON body. A mistake is answered with a pointer to it.
#[derive(Debug, Clone, Copy)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned + Send + 'static> FromRequest<App> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        JsonText::from_request(request, app)
            .await?
            .parse(app)
            .await
            .map(Self)
    }
}

/// The bytes of a JSON body, not parsed yet.
#[derive(Debug, Clone)]
pub struct JsonText(pub Bytes);

impl JsonText {
    /// Parses a JSON object, apart from the requests that are answered quickly.
    ///
    /// # Errors
    /// 400 with a pointer to the mistake.
    pub async fn parse<T: DeserializeOwned + Send + 'static>(
        self,
        app: &App,
    ) -> Result<T, Problem> {
        let Self(body) = self;
        let compute = &app.service.compute;
        compute.run(body.len(), move || parse_json(&body)).await?
    }
}

impl FromRequest<App> for JsonText {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        if media_type(request.headers()).as_deref() != Some("application/json") {
            return Err(Problem::unsupported().detail("send 'Content-Type: application/json'"));
        }
        app.bodies.whole(request).await.map(Self)
    }
}

/// A JSON merge patch (RFC 7396), under its own media type or as plain JSON.
#[derive(Debug, Clone, Copy)]
pub struct MergePatch<T>(pub T);

impl<T: DeserializeOwned + Send + 'static> FromRequest<App> for MergePatch<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        match media_type(request.headers()).as_deref() {
            Some("application/merge-patch+json" | "application/json") => {}
            _ => {
                return Err(Problem::unsupported().detail(
                    "send 'Content-Type: application/merge-patch+json' or 'application/json'",
                ));
            }
        }
        let body = app.bodies.whole(request).await?;
        JsonText(body).parse(app).await.map(Self)
    }
}

/// Deserialises a member of a merge patch that is there, so that `null` and an absent one
/// differ.
///
/// # Errors
/// If it is not a `T`.
pub fn named<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// Deserialises a member of a merge patch that cannot be removed.
///
/// # Errors
/// If it is not a `T`, or `null`.
pub fn kept<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    let value = Option::deserialize(deserializer)?;
    let removed = || D::Error::custom("null would remove this, which has to have a value");
    value.map(Some).ok_or_else(removed)
}

/// The bytes of a CSV body, not parsed yet.
#[derive(Debug, Clone)]
pub struct CsvText(pub Bytes);

impl FromRequest<App> for CsvText {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        if media_type(request.headers()).as_deref() != Some("text/csv") {
            return Err(Problem::unsupported().detail("send 'Content-Type: text/csv'"));
        }
        app.bodies.whole(request).await.map(Self)
    }
}

/// A JSON body that may be absent; `null` is as if it were.
#[derive(Debug, Clone, Copy)]
pub struct OptionalJson<T>(pub Option<T>);

impl<T: DeserializeOwned + Send + 'static> FromRequest<App> for OptionalJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let kind = media_type(request.headers());
        let body = app.bodies.whole(request).await?;
        match kind.as_deref() {
            _ if body.is_empty() => Ok(Self(None)),
            Some("application/json") if body.trim_ascii() == b"null" => Ok(Self(None)),
            Some("application/json") => {
                JsonText(body).parse(app).await.map(|body| Self(Some(body)))
            }
            _ => Err(Problem::unsupported().detail("send 'Content-Type: application/json'")),
        }
    }
}

/// Parses a JSON object.
///
/// # Errors
/// 400 with a pointer to the mistake.
pub fn parse_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    // A derived deserialiser would accept an array for an object, position by
    // position.
    if body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[') {
        return Err(Problem::invalid_request()
            .pointer("")
            .detail("the body is a JSON object"));
    }
    let mut reader = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        if error.inner().is_data() {
            Problem::invalid_request()
                .pointer(pointer(error.path()))
                .detail(error.inner())
        } else {
            Problem::malformed_body().detail(format_args!("not valid JSON: {}", error.inner()))
        }
    })?;
    match reader.end() {
        Ok(()) => Ok(value),
        Err(error) => {
            Err(Problem::malformed_body().detail(format_args!("not valid JSON: {error}")))
        }
    }
}

/// Deserialises a list of at most `MAX` items. It stops at the first item beyond them:
/// a list takes much more memory than its text.
///
/// # Errors
/// If there are more.
pub fn at_most<'de, const MAX: usize, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    struct List<const MAX: usize, T>(PhantomData<T>);

    impl<'de, const MAX: usize, T: Deserialize<'de>> Visitor<'de> for List<MAX, T> {
        type Value = Vec<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "a list of at most {MAX} items")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Vec<T>, A::Error> {
            let mut list = Vec::new();
            while let Some(item) = items.next_element()? {
                if list.len() == MAX {
                    return Err(A::Error::invalid_length(MAX + 1, &self));
                }
                list.push(item);
            }
            Ok(list)
        }
    }

    deserializer.deserialize_seq(List::<MAX, T>(PhantomData))
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let segments = path.iter().map(|segment| match segment {
        Segment::Seq { index } => format!("/{index}"),
        Segment::Map { key } => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
        Segment::Enum { .. } | Segment::Unknown => String::new(),
    });
    segments.collect()
}

/// Returns the media type of a body, without parameters and in lower case.
pub fn media_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    Some(value.split(';').next()?.trim().to_ascii_lowercase())
}

/// The query parameters of a request.
#[derive(Debug, Clone, Copy, FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(Problem))]
pub struct Query<T>(pub T);

impl From<QueryRejection> for Problem {
    fn from(rejection: QueryRejection) -> Self {
        let text = rejection.body_text();
        let reason = text.strip_prefix("Failed to deserialize query string: ");
        Self::invalid_request().detail(reason.unwrap_or(&text))
    }
}

/// The variable segments of a request's path.
#[derive(Debug, Clone, Copy, FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(Problem))]
pub struct Path<T>(pub T);

impl From<PathRejection> for Problem {
    fn from(rejection: PathRejection) -> Self {
        let text = rejection.body_text();
        let reason = text.strip_prefix("Invalid URL: ");
        Self::invalid_request().detail(reason.unwrap_or(&text))
    }
}

/// Returns the member version in `If-Match`; `None` without that header.
///
/// # Errors
/// 412 if the header does not hold a tag of this API.
pub fn if_match_version(headers: &HeaderMap) -> Result<Option<i64>, Problem> {
    let Some(value) = headers.get(IF_MATCH) else {
        return Ok(None);
    };
    let version = value.to_str().ok().and_then(|text| {
        text.trim()
            .strip_prefix("\"v")?
            .strip_suffix('"')?
            .parse()
            .ok()
    });
    version.map(Some).ok_or_else(|| {
        Problem::precondition_failed().detail("If-Match does not name a version of this member")
    })
}
