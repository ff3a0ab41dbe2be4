//! `/v1/sources`: the sources of events, and which of them have gone silent.

use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::App;
use crate::http::auth::{Admin, Auth};
use crate::http::error::Problem;
use crate::http::etag::{self, IfNoneMatch};
use crate::http::extract::{Json, Path};
use crate::service::events::Feed;
use renown_core::domain::{FeedState, Source};

/// The state of a source.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SourceState {
    /// Not heard often enough to know its usual pauses: an import, or a new
    /// source.
    New,
    /// Its events arrive as usual.
    Active,
    /// Nothing has arrived for longer than the silence threshold. While it is
    /// silent, no tier is lowered.
    Silent,
    /// No more events are expected.
    Finished,
}

/// A source of events.
#[derive(Debug, Serialize, ToSchema)]
pub struct SourceBody {
    /// The source's name, as in its events.
    source: String,
    /// The source's state.
    state: SourceState,
    /// When the source became silent; null if it is not silent.
    silent_since: Option<DateTime<Utc>>,
    /// The time by which an event must arrive so that the source does not become
    /// silent; null for a source that is new or finished.
    expected_by: Option<DateTime<Utc>>,
    /// When the first new event of the source was received.
    first_received_at: DateTime<Utc>,
    /// When the last new event of the source was received. Repetitions do not
    /// count.
    last_received_at: DateTime<Utc>,
    /// The longest usual pause, in seconds.
    usual_gap_seconds: i64,
    /// False if the source was marked as finished.
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

/// All sources of events.
#[derive(Debug, Serialize, ToSchema)]
pub struct SourcesBody {
    /// The sources, ordered by name.
    data: Vec<SourceBody>,
}

/// A change of a source.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PatchSourceBody {
    /// Whether more events are expected. False marks the source as finished: it
    /// is not reported as silent and causes no demotion freeze. It stays finished
    /// even if events arrive.
    expected: bool,
}

/// Lists the sources of events.
///
/// For each source it shows when an event was last received and whether the
/// source is silent, that is, whether nothing has arrived for longer than is
/// usual for it.
#[utoipa::path(
    get, path = "/v1/sources", tag = "operation", operation_id = "list_sources",
    responses((status = 200, description = "The sources.", body = SourcesBody))
)]
pub async fn list(
    State(app): State<App>,
    _: Auth<Admin>,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    let feeds = app.service.sources.list().await?;
    let body = SourcesBody {
        data: feeds.into_iter().map(Into::into).collect(),
    };
    etag::json(&known, &body)
}

/// Marks a source as finished, or as not finished.
#[utoipa::path(
    patch, path = "/v1/sources/{source}", tag = "operation", operation_id = "patch_source",
    params(("source" = Source, Path, description = "Its name, percent-encoded.")),
    request_body = PatchSourceBody,
    responses(
        (status = 200, description = "The changed source.", body = SourceBody),
        (status = 404, description = "There is no such source: no event has come from it."),
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
