//! Pages: `{data, page: {next_cursor}}` with a `Link` header. A cursor says where
//! the next page begins; callers must treat it as opaque.

use axum::http::{HeaderMap, HeaderValue, Uri, header};
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::NaiveDate;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::error::Problem;
use crate::http::etag::{self, IfNoneMatch};

use renown_core::domain::{
    Day, EventPlace, LeaderboardCursor, LeaderboardOrder, MemberId, MemberPlace, Position,
    ProgramId,
};

/// The most items on a page.
const MAX_LIMIT: u16 = 200;

/// The cursor of the next page.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Page {
    /// The value of `cursor` for the next page; null on the last page.
    pub next_cursor: Option<String>,
}

impl Page {
    /// Returns the page of which `next` is the last place; `None` if it is the last page.
    pub fn up_to(next: Option<impl CursorPlace>) -> Self {
        Self {
            next_cursor: next.map(encode),
        }
    }
}

/// The longest cursor, in characters.
const MAX_CURSOR: usize = 1_500;

/// A cursor as a caller sends it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[schema(max_length = 1500, pattern = "^[A-Za-z0-9_-]*$")]
pub struct Cursor(String);

/// A position where a page can end.
pub trait CursorPlace: Sized {
    /// The form in which a cursor holds the position.
    type Held: Serialize + DeserializeOwned;

    /// Converts the position to the form in a cursor.
    fn hold(self) -> Self::Held;

    /// Converts the form in a cursor back to the position; `None` if no page ends there.
    fn take(held: Self::Held) -> Option<Self>;
}

/// A position on a leaderboard.
impl CursorPlace for LeaderboardCursor {
    type Held = (LeaderboardOrder, f64, MemberId, u32);

    fn hold(self) -> Self::Held {
        (self.by, self.at, self.member, self.rank)
    }

    fn take((by, at, member, rank): Self::Held) -> Option<Self> {
        Some(Self {
            by,
            at,
            member,
            rank,
        })
    }
}

/// A position in a list of members.
impl CursorPlace for MemberPlace {
    type Held = (Option<String>, MemberId);

    fn hold(self) -> Self::Held {
        (self.at, self.member)
    }

    fn take((at, member): Self::Held) -> Option<Self> {
        // Postgres stores no NUL, and does not compare with one.
        let clean = at.as_ref().is_none_or(|at| !at.contains('\0'));
        clean.then_some(Self { at, member })
    }
}

/// A position in a list that is ordered by id.
impl CursorPlace for Uuid {
    type Held = Self;

    fn hold(self) -> Self {
        self
    }

    fn take(id: Self) -> Option<Self> {
        Some(id)
    }
}

/// A position in the log of events.
impl CursorPlace for EventPlace {
    type Held = (i64, i32);

    fn hold(self) -> Self::Held {
        (self.position.0, self.ordinal)
    }

    fn take((position, ordinal): Self::Held) -> Option<Self> {
        let position = Position(position);
        Some(Self { position, ordinal })
    }
}

/// A position in a list of programs.
impl CursorPlace for ProgramId {
    type Held = Self;

    fn hold(self) -> Self {
        self
    }

    fn take(program: Self) -> Option<Self> {
        Some(program)
    }
}

/// A position in a list with numbered places.
impl CursorPlace for i64 {
    type Held = Self;

    fn hold(self) -> Self {
        self
    }

    fn take(place: Self) -> Option<Self> {
        Some(place)
    }
}

/// A position in a history by day.
impl CursorPlace for NaiveDate {
    type Held = Self;

    fn hold(self) -> Self {
        self
    }

    fn take(day: Self) -> Option<Self> {
        Day::try_from(day).ok().map(Day::get)
    }
}

/// Returns the cursor of a position.
pub fn encode(place: impl CursorPlace) -> String {
    let json = serde_json::to_vec(&place.hold()).unwrap_or_default();
    URL_SAFE_NO_PAD.encode(json)
}

/// Returns the position that a cursor holds.
///
/// # Errors
/// 400 if the cursor is not one of this API.
pub fn decode<P: CursorPlace>(Cursor(cursor): &Cursor) -> Result<P, Problem> {
    let bounded = Some(cursor).filter(|cursor| cursor.len() <= MAX_CURSOR);
    let bytes = bounded.and_then(|cursor| URL_SAFE_NO_PAD.decode(cursor).ok());
    let held = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    held.and_then(P::take).ok_or_else(|| {
        Problem::invalid_request().detail("cursor must be the next_cursor of an earlier page")
    })
}

/// Returns the number of items on a page: `asked`, or `otherwise` if absent.
///
/// # Errors
/// 400 if it is not from 1 to 200.
pub fn limit(asked: Option<u16>, otherwise: u16) -> Result<u16, Problem> {
    let limit = asked.unwrap_or(otherwise);
    if (1..=MAX_LIMIT).contains(&limit) {
        Ok(limit)
    } else {
        Err(Problem::invalid_request().detail(format_args!("limit must be from 1 to {MAX_LIMIT}")))
    }
}

/// Answers with a page, its tag and the `Link` to the next page, or with 304.
///
/// # Errors
/// 500 if the body cannot be serialised.
pub fn respond(
    known: &IfNoneMatch,
    uri: &Uri,
    body: &impl Serialize,
    page: &Page,
) -> Result<Response, Problem> {
    let mut response = etag::json(known, body)?;
    let link = link(uri, page.next_cursor.as_deref());
    response.headers_mut().extend(link);
    Ok(response)
}

/// Returns the `Link` header (RFC 8288) to the next page, if there is one.
fn link(uri: &Uri, next_cursor: Option<&str>) -> HeaderMap {
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

    #[test]
    fn a_cursor_reads_back() {
        let cursor = LeaderboardCursor {
            by: LeaderboardOrder::Lower,
            at: 41.25,
            member: MemberId(Uuid::nil()),
            rank: 20,
        };
        assert_eq!(
            decode::<LeaderboardCursor>(&Cursor(encode(cursor))).unwrap(),
            cursor
        );
        assert!(decode::<LeaderboardCursor>(&Cursor("nonsense".into())).is_err());
        assert!(
            decode::<NaiveDate>(&Cursor(encode(cursor))).is_err(),
            "of another list"
        );
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
