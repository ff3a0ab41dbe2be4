//! `GET /v1/leaderboard`: who matters, overall or for a topic.

use axum::extract::{OriginalUri, State};
use axum::http::HeaderMap;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::http::App;
use crate::http::error::Problem;
use crate::http::extract::{Auth, Lookup, Query};
use crate::http::pagination;
use crate::http::pagination::Page;
use crate::http::scores::score::{IndexBody, TopicBody};

/// Which leaderboard, and how much of it.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LeaderboardQuery {
    /// By influence on this topic (slug, name or alias) instead of overall.
    topic: Option<String>,
    /// Lines of a page, from 1 to 200; 20 if absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u16>,
    /// The `next_cursor` of the page before.
    cursor: Option<String>,
}

/// A page of a leaderboard, best first.
#[derive(Debug, Serialize, ToSchema)]
pub struct LeaderboardBody {
    /// The lines.
    data: Vec<LineBody>,
    /// Where the next page is.
    page: Page,
}

/// One line of a leaderboard.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineBody {
    /// Our id of the member.
    member: Uuid,
    /// Their accounts, as `network:handle`.
    accounts: Vec<String>,
    /// Their influence, with its interval.
    influence: IndexBody,
    /// Themselves on the topic, if one was asked for.
    topic: Option<TopicBody>,
    /// The time to which the score was decayed.
    as_of: DateTime<Utc>,
}

/// Who matters: members by influence, overall or on a topic. Members who
/// opted out do not appear, nor does anybody who is not enrolled.
#[utoipa::path(
    get, path = "/v1/leaderboard", tag = "scores", operation_id = "get_leaderboard",
    params(LeaderboardQuery),
    responses(
        (status = 200, description = "A page. The `Link` header names the next one.", body = LeaderboardBody),
        (status = 400, description = "A parameter is wrong.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn get(
    State(app): State<App>,
    _: Auth<Lookup>,
    OriginalUri(uri): OriginalUri,
    Query(query): Query<LeaderboardQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let limit = pagination::limit(query.limit, 20)?;
    let topic = query
        .topic
        .as_deref()
        .map(|text| app.service.scores.topic(text))
        .transpose()?;
    let after = query
        .cursor
        .as_deref()
        .map(pagination::decode)
        .transpose()?;
    let board = app
        .service
        .scores
        .leaderboard(topic.as_ref(), after, limit)
        .await?;
    let lines = board.entries.into_iter().map(|entry| LineBody {
        member: entry.member.0,
        accounts: entry.accounts.iter().map(ToString::to_string).collect(),
        influence: (&entry.score.influence).into(),
        topic: topic.as_ref().and_then(|topic| {
            entry
                .score
                .topics
                .get(topic)
                .map(|score| TopicBody::new(topic, score))
        }),
        as_of: entry.score.as_of,
    });
    let body = LeaderboardBody {
        data: lines.collect(),
        page: Page {
            next_cursor: board.next.map(pagination::encode),
        },
    };
    pagination::respond(&headers, &uri, &body, &body.page)
}
