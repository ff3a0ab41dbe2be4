//! `/v1/members/{member}/score`, `/score/explanation`, `/topics`.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::http::App;
use crate::http::error::Problem;
use crate::http::etag;
use crate::http::extract::{Auth, Lookup, Path, Query};
use renown_core::domain::{Index, Score, TopicScore};
use renown_core::scoring::Explanation;

/// As of when.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AsOf {
    /// Compute it from the events up to this time (RFC 3339), instead of
    /// answering what was published last.
    as_of: Option<DateTime<Utc>>,
}

/// One index of a member.
#[derive(Debug, Serialize, ToSchema)]
pub struct IndexBody {
    /// `unknown`: there is no evidence. That is not a low score.
    state: IndexState,
    /// From 0 to 100; null while unknown.
    score: Option<f64>,
    /// The lower end of the 90 % interval: what rules test.
    lower: Option<f64>,
    /// The upper end of the 90 % interval.
    upper: Option<f64>,
    /// The share of members with a lower score, from 0 to 100, at the last
    /// rank snapshot; null if there is none yet.
    percentile: Option<f64>,
    /// How much there is to go on: effective reactors (decayed, trusted,
    /// saturated) for influence, effective orders for value.
    evidence: f64,
}

/// Whether there is evidence.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum IndexState {
    /// There is.
    Known,
    /// There is none.
    Unknown,
}

impl From<&Index> for IndexBody {
    fn from(index: &Index) -> Self {
        match index {
            Index::Unknown => Self {
                state: IndexState::Unknown,
                score: None,
                lower: None,
                upper: None,
                percentile: None,
                evidence: 0.0,
            },
            Index::Known {
                score,
                interval,
                percentile,
                evidence,
            } => Self {
                state: IndexState::Known,
                score: Some(*score),
                lower: Some(interval.lower),
                upper: Some(interval.upper),
                percentile: *percentile,
                evidence: *evidence,
            },
        }
    }
}

/// A member's scores.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScoreBody {
    /// Our id of the member. Null for somebody who is not enrolled, opted out
    /// or was never seen: the three look alike.
    member: Option<Uuid>,
    /// From social events: only what others did, never what the member posted.
    influence: IndexBody,
    /// From purchases.
    value: IndexBody,
    /// The topics of the member, most influential first.
    topics: Vec<TopicBody>,
    /// The time to which everything was decayed.
    as_of: DateTime<Utc>,
    /// The version of the scoring model.
    model: String,
    /// The number of the rank snapshot: what was taken from the crowd. 0 knows
    /// nothing about it.
    snapshot: i64,
}

impl ScoreBody {
    /// The body of a score.
    pub fn new(member: Option<Uuid>, score: &Score) -> Self {
        Self {
            member,
            influence: (&score.influence).into(),
            value: (&score.value).into(),
            topics: topics(score),
            as_of: score.as_of,
            model: score.model.to_string(),
            snapshot: score.snapshot.0,
        }
    }
}

/// A member on one topic.
#[derive(Debug, Serialize, ToSchema)]
pub struct TopicBody {
    /// The topic.
    topic: String,
    /// From 0 to 100, on the scale of influence; 0 where there is only interest.
    influence: f64,
    /// The probability of belonging to the top tenth on the topic, from 0 to 1.
    confidence: f64,
    /// Effective reactors on the topic.
    evidence: f64,
    /// How much the member's own posts, purchases and declarations are about
    /// it, from 0 to 1. Earns no score; makes perks relevant.
    interest: f64,
}

impl TopicBody {
    /// The body of a topic's score.
    pub fn new(topic: &renown_core::domain::Topic, score: &TopicScore) -> Self {
        Self {
            topic: topic.to_string(),
            influence: score.influence,
            confidence: score.confidence.get(),
            evidence: score.evidence,
            interest: score.interest.get(),
        }
    }
}

fn topics(score: &Score) -> Vec<TopicBody> {
    let mut topics: Vec<TopicBody> = score
        .topics
        .iter()
        .map(|(topic, score)| TopicBody::new(topic, score))
        .collect();
    topics.sort_by(|a, b| {
        let by_influence = b.influence.total_cmp(&a.influence);
        by_influence
            .then(b.interest.total_cmp(&a.interest))
            .then_with(|| a.topic.cmp(&b.topic))
    });
    topics
}

/// A member's topics.
#[derive(Debug, Serialize, ToSchema)]
pub struct TopicsBody {
    /// Most influential first.
    data: Vec<TopicBody>,
    /// The time to which everything was decayed.
    as_of: DateTime<Utc>,
}

/// An index from another system.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportedIndexBody {
    /// From 0 to 100.
    #[schema(minimum = 0, maximum = 100)]
    pub score: f64,
    /// Where it came from, in your words.
    #[schema(max_length = 500)]
    pub provenance: String,
    /// The time it speaks of.
    pub as_of: DateTime<Utc>,
}

/// The scores of a member. Always an answer: somebody about whom nothing is
/// known is `unknown`, which is not low.
#[utoipa::path(
    get, path = "/v1/members/{member}/score", tag = "scores", operation_id = "get_score",
    params(("member" = String, Path, description = "Our id, or any identity."), AsOf),
    responses(
        (status = 200, description = "The scores.", body = ScoreBody),
        (status = 304, description = "As in `If-None-Match`."),
        (status = 400, description = "This is no identity.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn get(
    State(app): State<App>,
    _: Auth<Lookup>,
    Path(member): Path<String>,
    Query(query): Query<AsOf>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let found = app.service.scores.get(&member, query.as_of).await?;
    etag::json(
        &headers,
        &ScoreBody::new(found.member.map(|id| id.0), &found.score),
    )
}

/// How a member's score comes about: the parts of influence, within each part
/// the types of reaction and the contents that earned most. The points add up
/// to the score. Reactors appear as counts, never as names.
#[utoipa::path(
    get, path = "/v1/members/{member}/score/explanation", tag = "scores", operation_id = "explain_score",
    params(("member" = String, Path, description = "Our id, or any identity."), AsOf),
    responses(
        (status = 200, description = "The explanation.", body = Explanation),
        (status = 304, description = "As in `If-None-Match`."),
        (status = 400, description = "This is no identity.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn explanation(
    State(app): State<App>,
    _: Auth<Lookup>,
    Path(member): Path<String>,
    Query(query): Query<AsOf>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let found = app.service.scores.explain(&member, query.as_of).await?;
    etag::json(&headers, &found.explanation)
}

/// A member's topics: influence, confidence and interest on each.
#[utoipa::path(
    get, path = "/v1/members/{member}/topics", tag = "scores", operation_id = "get_topics",
    params(("member" = String, Path, description = "Our id, or any identity."), AsOf),
    responses(
        (status = 200, description = "The topics.", body = TopicsBody),
        (status = 304, description = "As in `If-None-Match`."),
        (status = 400, description = "This is no identity.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn member_topics(
    State(app): State<App>,
    _: Auth<Lookup>,
    Path(member): Path<String>,
    Query(query): Query<AsOf>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let found = app.service.scores.get(&member, query.as_of).await?;
    let body = TopicsBody {
        data: topics(&found.score),
        as_of: found.score.as_of,
    };
    etag::json(&headers, &body)
}
