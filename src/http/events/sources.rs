//! `/v1/sources`: where events come from, and which of it has gone silent.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::App;
use crate::http::error::Problem;
use crate::http::etag;
use crate::http::extract::{Admin, Auth, Json, Path};
use crate::service::events::Feed;
use renown_core::domain::FeedState;

/// Where a source stands.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SourceState {
    /// Not heard often enough to know what is usual: an import, or a beginning.
    New,
    /// As usual.
    Active,
    /// Nothing has come for longer than is usual: no tier is lowered.
    Silent,
    /// Nothing more is to come.
    Finished,
}

/// A source of events.
#[derive(Debug, Serialize, ToSchema)]
pub struct SourceBody {
    /// Its name, as in its events.
    source: String,
    /// Where it stands.
    state: SourceState,
    /// Since when it is silent; null while it is not.
    silent_since: Option<DateTime<Utc>>,
    /// By when something is to come, so that it does not go silent; null for
    /// one that is new or finished.
    expected_by: Option<DateTime<Utc>>,
    /// When its first new event was received.
    first_received_at: DateTime<Utc>,
    /// When its last new event was received. Repetitions do not count.
    last_received_at: DateTime<Utc>,
    /// The longest pause that is usual, in seconds.
    usual_gap_seconds: i64,
    /// False if somebody said that it is finished.
    expected: bool,
}

impl From<Feed> for SourceBody {
    fn from(feed: Feed) -> Self {
        let (state, silent_since, expected_by) = match feed.state {
            FeedState::New => (SourceState::New, None, None),
            FeedState::Active { until } => (SourceState::Active, None, Some(until)),
            FeedState::Silent { since } => (SourceState::Silent, Some(since), Some(since)),
            FeedState::Finished => (SourceState::Finished, None, None),
        };
        Self {
            source: feed.source.to_string(),
            state,
            silent_since,
            expected_by,
            first_received_at: feed.activity.first,
            last_received_at: feed.activity.last,
            usual_gap_seconds: feed.activity.usual_gap.round() as i64,
            expected: feed.activity.expected,
        }
    }
}

/// Every source.
#[derive(Debug, Serialize, ToSchema)]
pub struct SourcesBody {
    /// By name.
    data: Vec<SourceBody>,
}

/// What may be said of a source.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PatchSourceBody {
    /// Whether more is to come. False for one that is finished: it is not
    /// missed, and holds no tier. It stays so even if something comes.
    expected: bool,
}

/// The sources of events: when each was last heard, and whether it has gone
/// silent, which is longer than is usual for it.
#[utoipa::path(
    get, path = "/v1/sources", tag = "operation", operation_id = "list_sources",
    responses((status = 200, description = "The sources.", body = SourcesBody))
)]
pub async fn list(
    State(app): State<App>,
    _: Auth<Admin>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let feeds = app.service.sources.list().await?;
    let body = SourcesBody {
        data: feeds.into_iter().map(Into::into).collect(),
    };
    etag::json(&headers, &body)
}

/// Say that a source is finished, or is not after all.
#[utoipa::path(
    patch, path = "/v1/sources/{source}", tag = "operation", operation_id = "patch_source",
    params(("source" = String, Path, description = "Its name, percent-encoded.")),
    request_body = PatchSourceBody,
    responses(
        (status = 200, description = "So it is.", body = SourceBody),
        (status = 404, description = "Nothing ever came from such a source.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn patch(
    State(app): State<App>,
    _: Auth<Admin>,
    Path(source): Path<String>,
    Json(body): Json<PatchSourceBody>,
) -> Result<axum::Json<SourceBody>, Problem> {
    let feed = app.service.sources.expect(&source, body.expected).await?;
    Ok(axum::Json(feed.into()))
}
