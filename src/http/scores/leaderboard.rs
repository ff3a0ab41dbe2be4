//! `GET /v1/leaderboard`: members by the lower end of their influence, or by the influence
//! itself, overall or on a topic.

use axum::extract::{OriginalUri, State};
use axum::http::HeaderMap;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::http::App;
use crate::http::auth::{Auth, Lookup};
use crate::http::error::Problem;
use crate::http::extract::Query;
use crate::http::pagination;
use crate::http::pagination::{Cursor, Page};
use crate::http::scores::score::{IndexBody, TopicBody};
use renown_core::domain::{LeaderboardCursor, LeaderboardOrder, Topic};

/// The topic and the page of a leaderboard.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LeaderboardQuery {
    /// Rank by influence on this topic (slug, name or alias) instead of overall
    /// influence.
    #[param(value_type = Option<Topic>)]
    topic: Option<String>,
    /// The order, highest first: `lower`, by the lower end of the interval, which rules
    /// test and which cannot be bought quickly, or `score`, by the influence itself;
    /// `lower` if absent.
    #[serde(default)]
    #[param(inline, value_type = Option<LeaderboardOrder>)]
    by: LeaderboardOrder,
    /// The most items on a page, from 1 to 200; 20 if absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u16>,
    /// The `next_cursor` of the previous page, which must be in the same order; absent
    /// for the first page.
    cursor: Option<Cursor>,
}

/// A page of a leaderboard, highest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct LeaderboardBody {
    /// The order: by the lower end of influence, or by the influence itself.
    by: LeaderboardOrder,
    /// The members on this page.
    data: Vec<LineBody>,
    /// The cursor of the next page.
    page: Page,
}

/// A member on a leaderboard.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineBody {
    /// The member's id.
    member: Uuid,
    /// The member's accounts, as `network:handle`.
    accounts: Vec<String>,
    /// The member's influence, with its interval.
    influence: IndexBody,
    /// The member's score on the topic; null if no topic was requested.
    topic: Option<TopicBody>,
    /// The time to which the score was decayed.
    as_of: DateTime<Utc>,
}

/// Lists members by influence, overall or on a topic.
///
/// The order is that of the lower ends unless `by=score` asks for that of the scores.
/// Members that opted out and people that are not enrolled do not appear.
#[utoipa::path(
    get, path = "/v1/leaderboard", tag = "scores", operation_id = "get_leaderboard",
    params(LeaderboardQuery),
    responses(
        (status = 200, description = "A page. The `Link` header names the next one.", body = LeaderboardBody),
        (status = 400, description = "A parameter is wrong."),
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
    let by = query.by;
    let after = query.cursor.as_ref().map(pagination::decode).transpose()?;
    let after = after.map(|cursor| in_order(cursor, by)).transpose()?;
    let board = app
        .service
        .scores
        .leaderboard(topic.as_ref(), by, after, limit)
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
        by,
        data: lines.collect(),
        page: Page::up_to(board.next),
    };
    pagination::respond(&headers, &uri, &body, &body.page)
}

/// Returns the cursor if it belongs to this order.
///
/// # Errors
/// 400 if it belongs to the other.
fn in_order(cursor: LeaderboardCursor, by: LeaderboardOrder) -> Result<LeaderboardCursor, Problem> {
    let name = |order| match order {
        LeaderboardOrder::Lower => "lower",
        LeaderboardOrder::Score => "score",
    };
    if cursor.by == by {
        return Ok(cursor);
    }
    Err(Problem::invalid_request().detail(format_args!(
        "cursor is of the order by={}, but by={} was asked for: send the cursor with the order \
         of its page, or no cursor",
        name(cursor.by),
        name(by),
    )))
}
