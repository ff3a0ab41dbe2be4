//! `GET /v1/leaderboard`: members by the lower end of their influence, or by the influence
//! itself, overall or on a topic.

use axum::extract::{OriginalUri, State};
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::http::App;
use crate::http::auth::{Auth, Lookup};
use crate::http::error::Problem;
use crate::http::etag::IfNoneMatch;
use crate::http::extract::Query;
use crate::http::insight::standings::TierTitleBody;
use crate::http::pagination;
use crate::http::pagination::{Cursor, Page};
use crate::http::scores::score::{IndexBody, TopicBody, best_topics};
use crate::service::scores::{LeaderboardChange, LeaderboardEntry, LeaderboardQuery};
use renown_core::domain::{LeaderboardCursor, LeaderboardOrder, MemberName, ProgramId, Topic};

/// The topics of a member that are shown.
const TOPICS: usize = 3;

/// The topic and the page of a leaderboard.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LeaderboardParams {
    /// Rank by influence on this topic (slug, name or alias) instead of overall
    /// influence.
    #[param(value_type = Option<Topic>)]
    topic: Option<String>,
    /// Show each member's tier in this program.
    #[param(value_type = Option<ProgramId>)]
    program: Option<ProgramId>,
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
    /// The place on this leaderboard, from 1.
    rank: u32,
    /// The member's id.
    member: Uuid,
    /// The name that the business calls the member by; null if it gave none.
    name: Option<MemberName>,
    /// The member's accounts, as `network:handle`.
    accounts: Vec<String>,
    /// The member's influence, with its interval.
    influence: IndexBody,
    /// The member's score on the topic; null if no topic was requested.
    topic: Option<TopicBody>,
    /// The three topics on which the member's influence is highest.
    topics: Vec<TopicBody>,
    /// The member's tier in the program; null if no program was requested.
    tier: Option<TierTitleBody>,
    /// What has changed in seven days; null on the leaderboard of a topic, and if nothing is
    /// known of that time.
    change_7d: Option<LeaderboardChangeBody>,
    /// The time to which the score was decayed.
    as_of: DateTime<Utc>,
}

/// What has changed of a member in seven days.
#[derive(Debug, Serialize, ToSchema)]
pub struct LeaderboardChangeBody {
    /// By how many places the member rose in this order, negative for fell; null if the
    /// member was not among the first thousand then.
    rank: Option<i64>,
    /// By how much the influence rose, negative for fell; null if it was unknown then, or
    /// another model was in force.
    score: Option<f64>,
    /// The same for its lower end.
    lower: Option<f64>,
}

impl From<LeaderboardChange> for LeaderboardChangeBody {
    fn from(change: LeaderboardChange) -> Self {
        Self {
            rank: change.rank,
            score: change.score,
            lower: change.lower,
        }
    }
}

impl LineBody {
    fn new(entry: LeaderboardEntry, topic: Option<&Topic>) -> Self {
        let on_topic = topic.and_then(|topic| Some((topic, entry.score.topics.get(topic)?)));
        Self {
            rank: entry.rank,
            member: entry.member.0,
            name: entry.name,
            accounts: entry.accounts.iter().map(ToString::to_string).collect(),
            influence: (&entry.score.influence).into(),
            topic: on_topic.map(|(topic, score)| TopicBody::new(topic, score)),
            topics: best_topics(&entry.score, TOPICS),
            tier: entry
                .tier
                .map(|(tier, title)| TierTitleBody::new(&tier, title)),
            change_7d: entry.change.map(Into::into),
            as_of: entry.score.as_of,
        }
    }
}

/// Lists members by influence, overall or on a topic.
///
/// The order is that of the lower ends unless `by=score` asks for that of the scores.
/// Members that opted out and people that are not enrolled do not appear.
#[utoipa::path(
    get, path = "/v1/leaderboard", tag = "scores", operation_id = "get_leaderboard",
    params(LeaderboardParams),
    responses(
        (status = 200, description = "A page. The `Link` header names the next one.", body = LeaderboardBody),
        (status = 400, description = "A parameter is wrong."),
    )
)]
pub async fn get(
    State(app): State<App>,
    _: Auth<Lookup>,
    OriginalUri(uri): OriginalUri,
    Query(query): Query<LeaderboardParams>,
    known: IfNoneMatch,
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
    let query = LeaderboardQuery {
        topic,
        program: query.program,
        by,
        after,
    };
    let board = app.service.scores.leaderboard(&query, limit).await?;
    let topic = query.topic.as_ref();
    let lines = board.entries.into_iter();
    let lines = lines.map(|entry| LineBody::new(entry, topic));
    let body = LeaderboardBody {
        by,
        data: lines.collect(),
        page: Page::up_to(board.next),
    };
    pagination::respond(&known, &uri, &body, &body.page)
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
