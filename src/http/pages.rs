//! The pages: what the build of `web/` has made, compiled in. Every address that is nobody
//! else's answers the one document, whose script shows the page of the address.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Write;
use std::sync::{LazyLock, OnceLock};

use axum::extract::State;
use axum::http::header::{ACCEPT, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, VARY};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use rust_embed::RustEmbed;

use crate::config::WebOrigin;
use crate::http::App;
use crate::http::compression;
use crate::http::error::Problem;
use crate::http::etag::{self, IfNoneMatch};

/// The files of the pages.
#[derive(RustEmbed)]
#[folder = "web/dist"]
struct Files;

/// The document of every page.
const DOCUMENT: &str = "index.html";
/// The folder of files whose names change with their contents.
const ASSETS: &str = "assets/";
/// The first parts of addresses that are no pages, whatever comes after them.
const OTHERS: [&str; 8] = [
    "assets",
    "auth",
    "docs",
    "livez",
    "metrics",
    "openapi.json",
    "readyz",
    "v1",
];
/// The page of the reference of the API, and its address.
const REFERENCE: &str = "docs/index.html";
const REFERENCE_PATH: &str = "docs";
/// The pages that pages of other sites may show in a frame, if their origins are configured.
const DESKS: &str = "/desk/";

/// What a page may load and do: nothing of others, no script or style that is not a file.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
     img-src 'self' data:; connect-src 'self'; font-src 'self'; manifest-src 'self'; \
     base-uri 'none'; form-action 'self'; frame-ancestors ";
/// The same for the reference: Swagger UI sets styles in elements, and has fonts as `data:`.
const REFERENCE_POLICY: &str = "default-src 'none'; script-src 'self'; connect-src 'self'; \
     style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; \
     base-uri 'none'; form-action 'none'; frame-ancestors ";

/// The content security policy of a page, for the outermost layer.
#[derive(Debug, Clone)]
pub struct PagePolicy {
    /// The policy.
    pub policy: HeaderValue,
    /// Whether pages of other sites may show the page in a frame.
    pub may_be_framed: bool,
}

impl PagePolicy {
    fn of(path: &str, origins: &[WebOrigin]) -> Self {
        let origins = match path.starts_with(DESKS) {
            true => origins,
            false => &[],
        };
        let policy = match is_reference(path) {
            true => REFERENCE_POLICY,
            false => POLICY,
        };
        let ancestors: Vec<&str> = origins.iter().map(WebOrigin::as_str).collect();
        let ancestors = match ancestors.as_slice() {
            [] => "'none'".to_owned(),
            some => some.join(" "),
        };
        Self {
            policy: HeaderValue::try_from(format!("{policy}{ancestors}"))
                .expect("origins are plain text"),
            may_be_framed: !origins.is_empty(),
        }
    }
}

/// A file, with what is sent about it.
struct File {
    content: Bytes,
    /// Compressed at its first request; `None` if that does not make it smaller.
    gzip: OnceLock<Option<Bytes>>,
    tag: HeaderValue,
    gzip_tag: HeaderValue,
    media_type: HeaderValue,
}

static FILES: LazyLock<HashMap<Cow<'static, str>, File>> = LazyLock::new(|| {
    let file = |name: Cow<'static, str>| {
        let file = Files::get(&name)?;
        let media_type = file.metadata.mimetype();
        let media_type = match media_type.strip_prefix("text/") {
            Some(_) => format!("{media_type}; charset=utf-8"),
            None => media_type.to_owned(),
        };
        let content = match file.data {
            Cow::Borrowed(content) => Bytes::from_static(content),
            Cow::Owned(content) => content.into(),
        };
        let file = File {
            tag: etag::of(&content),
            // Each form has a tag of its own.
            gzip_tag: etag::of(&[&content, b"gzip".as_slice()].concat()),
            content,
            gzip: OnceLock::new(),
            media_type: HeaderValue::try_from(media_type).ok()?,
        };
        Some((name, file))
    };
    Files::iter().filter_map(file).collect()
});

/// Answers what no route of the API has taken: a file of the pages, their document to a
/// browser that asks for a page, and else a problem.
pub async fn answer(
    State(app): State<App>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let path = uri.path();
    let name = name(&method, path, &headers).ok_or_else(no_route)?;
    let file = FILES.get(name).ok_or_else(no_route)?;
    let mut response = send(file, name, &headers);
    let policy = PagePolicy::of(path, &app.service.config.http.frame_origins);
    response.extensions_mut().insert(policy);
    Ok(response)
}

fn no_route() -> Problem {
    Problem::not_found().detail("there is no such route; see /docs")
}

/// Returns the name of the file that answers a request. A name is looked up among those that
/// were compiled in, so no path leads out of them.
fn name<'p>(method: &Method, path: &'p str, headers: &HeaderMap) -> Option<&'p str> {
    if ![Method::GET, Method::HEAD].contains(method) {
        return None;
    }
    let name = path.trim_start_matches('/');
    if FILES.contains_key(name) {
        return Some(name);
    }
    if is_reference(path) {
        return Some(REFERENCE);
    }
    let first = name.split('/').next().unwrap_or_default();
    let is_page = !OTHERS.contains(&first) && accepts_pages(headers);
    is_page.then_some(DOCUMENT)
}

/// Also to programs that ask for no page, so that it is found.
fn is_reference(path: &str) -> bool {
    [REFERENCE_PATH, REFERENCE].contains(&path.trim_matches('/'))
}

/// Browsers ask for pages by this type; clients of the API do not.
fn accepts_pages(headers: &HeaderMap) -> bool {
    let values = headers.get_all(ACCEPT).into_iter();
    let values = values.filter_map(|value| value.to_str().ok());
    values
        .flat_map(|value| value.split(','))
        .map(|item| item.split(';').next().unwrap_or_default().trim())
        .any(|kind| kind == "text/html")
}

fn send(file: &File, name: &str, headers: &HeaderMap) -> Response {
    let gzip = compression::accepts(headers, "gzip")
        .then(|| file.gzip.get_or_init(|| compressed(&file.content)).clone())
        .flatten();
    let tag = match gzip {
        Some(_) => &file.gzip_tag,
        None => &file.tag,
    };
    let is_compressed = gzip.is_some();
    let mut response = match IfNoneMatch::from(headers).has(tag) {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => gzip.unwrap_or_else(|| file.content.clone()).into_response(),
    };
    let known = response.status() == StatusCode::NOT_MODIFIED;
    let set = response.headers_mut();
    if !known {
        set.insert(CONTENT_TYPE, file.media_type.clone());
        if is_compressed {
            set.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
    }
    set.insert(VARY, HeaderValue::from_static("accept-encoding"));
    set.insert(ETAG, tag.clone());
    let caching = match name.starts_with(ASSETS) {
        true => "public, max-age=31536000, immutable",
        false => "no-cache",
    };
    set.insert(CACHE_CONTROL, HeaderValue::from_static(caching));
    response
}

fn compressed(content: &[u8]) -> Option<Bytes> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content).ok()?;
    let small = encoder.finish().ok()?;
    (small.len() < content.len()).then(|| small.into())
}
