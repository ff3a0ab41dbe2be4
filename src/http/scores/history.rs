//! `GET /v1/members/{member}/score/history`: the last score of each day.

use axum::extract::{OriginalUri, State};
use axum::response::Response;
use chrono::{DateTime, NaiveDate, Utc};
use renown_core::domain::{Day, DayRange, DayScore, IdentityText};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::http::App;
use crate::http::auth::{Auth, Lookup};
use crate::http::error::Problem;
use crate::http::etag::IfNoneMatch;
use crate::http::extract::{Path, Query};
use crate::http::pagination;
use crate::http::pagination::{Cursor, Page};
use crate::http::scores::score::IndexBody;

/// The days and the page of a score history.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HistoryQuery {
    /// The first day (`2026-11-01`, UTC), inclusive; no limit if absent.
    from: Option<Day>,
    /// The last day (UTC), inclusive; today if absent.
    to: Option<Day>,
    /// The most days on a page, from 1 to 200; 30 if absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u16>,
    /// The `next_cursor` of the previous page; absent for the first page.
    cursor: Option<Cursor>,
}

/// A page of a score history, latest day first.
#[derive(Debug, Serialize, ToSchema)]
pub struct HistoryBody {
    /// One entry for each day on which a score was published. Empty if the member
    /// is not enrolled, opted out or was never seen.
    data: Vec<DayBody>,
    /// The cursor of the next page.
    page: Page,
}

/// The last score that was published on a day.
#[derive(Debug, Serialize, ToSchema)]
pub struct DayBody {
    /// The day, in UTC.
    day: NaiveDate,
    /// The influence, from social events.
    influence: IndexBody,
    /// The value, from purchases.
    value: IndexBody,
    /// The version of the scoring model.
    model: String,
    /// The number of the rank snapshot, which holds what depends on all members,
    /// such as percentiles.
    snapshot: i64,
    /// The time to which scores and evidence were decayed.
    as_of: DateTime<Utc>,
}

impl From<DayScore> for DayBody {
    fn from(entry: DayScore) -> Self {
        Self {
            day: entry.day,
            influence: (&entry.influence).into(),
            value: (&entry.value).into(),
            model: entry.model.to_string(),
            snapshot: entry.snapshot.0,
            as_of: entry.as_of,
        }
    }
}

/// Returns a member's score history: the last score of each day, latest first.
///
/// Opting out deletes the history. A day without an entry is a day on which no
/// score was published.
#[utoipa::path(
    get, path = "/v1/members/{member}/score/history", tag = "scores", operation_id = "get_score_history",
    params(("member" = IdentityText, Path, description = "The member's id, or any of their identities."), HistoryQuery),
    responses(
        (status = 200, description = "A page. The `Link` header names the next one.", body = HistoryBody),
        (status = 304, description = "The `ETag` of an earlier answer; 304 if it still holds."),
        (status = 400, description = "A parameter is wrong."),
    )
)]
pub async fn get(
    State(app): State<App>,
    _: Auth<Lookup>,
    Path(member): Path<String>,
    OriginalUri(uri): OriginalUri,
    Query(query): Query<HistoryQuery>,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    let limit = pagination::limit(query.limit, 30)?;
    let days = DayRange {
        from: query.from.map(Day::get),
        to: query.to.map(Day::get),
    };
    let before = query.cursor.as_ref().map(pagination::decode).transpose()?;
    let history = app
        .service
        .scores
        .history(&member, days, before, limit)
        .await?;
    let body = HistoryBody {
        data: history.entries.into_iter().map(Into::into).collect(),
        page: Page::up_to(history.next),
    };
    pagination::respond(&known, &uri, &body, &body.page)
}
