//! Pages: `{data, page: {next_cursor}}` with a `Link` header. A cursor says
//! where the next page begins; to callers it is opaque.

use axum::http::{HeaderMap, HeaderValue, Uri, header};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::Problem;
use crate::domain::MemberId;
use crate::service::Rung;

/// Where the next page is.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Page {
    /// Pass it as `cursor` for the next page; null on the last one.
    pub next_cursor: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct RungCursor(f64, MemberId);

/// The cursor of a place on a leaderboard.
pub fn encode(rung: Rung) -> String {
    let json = serde_json::to_vec(&RungCursor(rung.influence, rung.member)).unwrap_or_default();
    URL_SAFE_NO_PAD.encode(json)
}

/// The place that a cursor stands for.
///
/// # Errors
/// 400 if we never gave such a cursor out.
pub fn decode(cursor: &str) -> Result<Rung, Problem> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok();
    let cursor = bytes.and_then(|bytes| serde_json::from_slice::<RungCursor>(&bytes).ok());
    let RungCursor(influence, member) = cursor.ok_or_else(|| {
        Problem::invalid_request().detail("cursor must be the next_cursor of an earlier page")
    })?;
    Ok(Rung { influence, member })
}

/// A `Link` header (RFC 8288) to the next page, if there is one.
pub fn link(uri: &Uri, next_cursor: Option<&str>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let Some(cursor) = next_cursor else {
        return headers;
    };
    let kept = uri.query().unwrap_or("").split('&');
    let kept = kept.filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="));
    let query: Vec<&str> = kept.collect();
    let separator = if query.is_empty() { "" } else { "&" };
    let target = format!(
        "{}?{}{separator}cursor={cursor}",
        uri.path(),
        query.join("&")
    );
    if let Ok(value) = HeaderValue::try_from(format!("<{target}>; rel=\"next\"")) {
        headers.insert(header::LINK, value);
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_cursor_reads_back() {
        let rung = Rung {
            influence: 41.25,
            member: MemberId(Uuid::nil()),
        };
        assert_eq!(decode(&encode(rung)).unwrap(), rung);
        assert!(decode("nonsense").is_err());
    }

    #[test]
    fn the_link_keeps_the_rest_of_the_query() {
        let uri = "/v1/leaderboard?topic=food&cursor=old&limit=2"
            .parse()
            .unwrap();
        let headers = link(&uri, Some("new"));
        let expected = "</v1/leaderboard?topic=food&limit=2&cursor=new>; rel=\"next\"";
        assert_eq!(headers[header::LINK], expected);
    }
}
