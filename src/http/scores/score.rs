//! `/v1/members/{member}/score`, `…/score/explanation` and `…/topics`.

use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::http::App;
use crate::http::auth::{Auth, Lookup};
use crate::http::error::Problem;
use crate::http::etag::{self, IfNoneMatch};
use crate::http::extract::{Path, Query};
use renown_core::domain::{
    IdentityText, ImportedIndex, Index, PendingPoints, Score, TextLine, Timestamp, TopicScore,
};
use renown_core::scoring::Explanation;

/// The time of the score.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AsOf {
    /// Compute the score from the events up to this time (RFC 3339), instead of
    /// returning the score that was published last.
    as_of: Option<Timestamp>,
}

/// An index of a member: influence or value.
#[derive(Debug, Serialize, ToSchema)]
pub struct IndexBody {
    /// `unknown` if there is no evidence. That is not a low score.
    state: IndexState,
    /// The score, from 0 to 100; null if unknown.
    score: Option<f64>,
    /// The lower end of the 90 % interval, from 0 to 100, which rules test; null
    /// if unknown.
    lower: Option<f64>,
    /// The upper end of the 90 % interval, from 0 to 100; null if unknown.
    upper: Option<f64>,
    /// The percentage of members that stand lower at the last rank snapshot, from 0 to
    /// 100; null if there is no snapshot yet or the index is unknown. Influence is
    /// compared by its lower end, value by its score.
    percentile: Option<f64>,
    /// The amount of evidence, in effective reactors (decayed, trusted,
    /// saturated) for influence and in effective orders for value; 0 if unknown.
    evidence: f64,
}

/// Whether there is evidence for an index.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum IndexState {
    /// There is evidence.
    Known,
    /// There is no evidence.
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
    /// The member's id. Null if the member is not enrolled, opted out or was
    /// never seen; these cases look alike.
    member: Option<Uuid>,
    /// The influence, from social events: only what others did, never what the
    /// member posted.
    influence: IndexBody,
    /// What the lower end of influence waits for; null if it does not wait.
    pending: Option<PendingPoints>,
    /// The value, from purchases.
    value: IndexBody,
    /// The member's topics, most influential first.
    topics: Vec<TopicBody>,
    /// The time to which scores and evidence were decayed.
    as_of: DateTime<Utc>,
    /// The version of the scoring model.
    model: String,
    /// The number of the rank snapshot, which holds what depends on all members,
    /// such as percentiles. Snapshot 0 knows no members.
    snapshot: i64,
}

impl ScoreBody {
    /// Builds the body from a score.
    pub fn new(member: Option<Uuid>, score: &Score) -> Self {
        Self {
            member,
            influence: (&score.influence).into(),
            pending: score.pending,
            value: (&score.value).into(),
            topics: topics(score),
            as_of: score.as_of,
            model: score.model.to_string(),
            snapshot: score.snapshot.0,
        }
    }
}

/// A member's score on a topic.
#[derive(Debug, Serialize, ToSchema)]
pub struct TopicBody {
    /// The topic's slug.
    topic: String,
    /// The influence on the topic, from 0 to 100, on the scale of the overall
    /// influence; 0 if there is only interest.
    influence: f64,
    /// The lower end of its 90 % interval, by which the topic's leaderboard and ranks are
    /// ordered. It waits for people who are new to the member, as the overall one does.
    lower: f64,
    /// The probability that the member belongs to the top tenth on the topic,
    /// from 0 to 1.
    confidence: f64,
    /// The amount of evidence, in effective reactors on the topic.
    evidence: f64,
    /// How much the member's own posts, purchases and declared interests are
    /// about the topic, from 0 to 1. It earns no score, but makes perks relevant.
    interest: f64,
}

impl TopicBody {
    /// Builds the body from a topic's score.
    pub fn new(topic: &renown_core::domain::Topic, score: &TopicScore) -> Self {
        Self {
            topic: topic.to_string(),
            influence: score.influence,
            lower: score.lower,
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

/// Returns the topics with evidence on which the influence is highest.
pub fn best_topics(score: &Score, most: usize) -> Vec<TopicBody> {
    let mut topics = topics(score);
    topics.retain(|topic| topic.evidence > 0.0);
    topics.truncate(most);
    topics
}

/// A member's topics.
#[derive(Debug, Serialize, ToSchema)]
pub struct TopicsBody {
    /// The topics, most influential first.
    data: Vec<TopicBody>,
    /// The time to which scores and evidence were decayed.
    as_of: DateTime<Utc>,
}

/// An index from another system.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportedIndexBody {
    /// The score, from 0 to 100.
    #[schema(minimum = 0, maximum = 100)]
    pub score: f64,
    /// The origin of the score, in your words.
    pub provenance: TextLine,
    /// The time to which the score refers.
    pub as_of: Timestamp,
}

impl TryFrom<ImportedIndex> for ImportedIndexBody {
    type Error = Problem;

    fn try_from(index: ImportedIndex) -> Result<Self, Problem> {
        let stored = |_| Problem::internal();
        Ok(Self {
            score: index.score,
            provenance: TextLine::parse(&index.provenance).map_err(stored)?,
            as_of: Timestamp::parse(&index.as_of.to_rfc3339()).map_err(stored)?,
        })
    }
}

/// Returns a member's scores.
///
/// There is always an answer. A member about whom nothing is known is `unknown`,
/// which is not a low score.
#[utoipa::path(
    get, path = "/v1/members/{member}/score", tag = "scores", operation_id = "get_score",
    params(("member" = IdentityText, Path, description = "The member's id, or any of their identities."), AsOf),
    responses(
        (status = 200, description = "The scores.", body = ScoreBody),
        (status = 304, description = "The `ETag` of an earlier answer; 304 if it still holds."),
        (status = 400, description = "The path does not contain a valid identity."),
    )
)]
pub async fn get(
    State(app): State<App>,
    _: Auth<Lookup>,
    Path(member): Path<String>,
    Query(query): Query<AsOf>,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    let found = app
        .service
        .scores
        .get(&member, query.as_of.map(Timestamp::get))
        .await?;
    etag::json(
        &known,
        &ScoreBody::new(found.member.map(|id| id.0), &found.score),
    )
}

/// Explains how a member's score comes about.
///
/// The answer has the parts of influence, and within each part the types of
/// reaction and the contents that earned most. The points add up to the score.
/// Reactors appear as counts, never by name.
#[utoipa::path(
    get, path = "/v1/members/{member}/score/explanation", tag = "scores", operation_id = "explain_score",
    params(("member" = IdentityText, Path, description = "The member's id, or any of their identities."), AsOf),
    responses(
        (status = 200, description = "The explanation.", body = Explanation),
        (status = 304, description = "The `ETag` of an earlier answer; 304 if it still holds."),
        (status = 400, description = "The path does not contain a valid identity."),
    )
)]
pub async fn explanation(
    State(app): State<App>,
    _: Auth<Lookup>,
    Path(member): Path<String>,
    Query(query): Query<AsOf>,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    let found = app
        .service
        .scores
        .explain(&member, query.as_of.map(Timestamp::get))
        .await?;
    etag::json(&known, &found.explanation)
}

/// Returns a member's topics with influence, confidence and interest on each.
#[utoipa::path(
    get, path = "/v1/members/{member}/topics", tag = "scores", operation_id = "get_topics",
    params(("member" = IdentityText, Path, description = "The member's id, or any of their identities."), AsOf),
    responses(
        (status = 200, description = "The topics.", body = TopicsBody),
        (status = 304, description = "The `ETag` of an earlier answer; 304 if it still holds."),
        (status = 400, description = "The path does not contain a valid identity."),
    )
)]
pub async fn member_topics(
    State(app): State<App>,
    _: Auth<Lookup>,
    Path(member): Path<String>,
    Query(query): Query<AsOf>,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    let found = app
        .service
        .scores
        .get(&member, query.as_of.map(Timestamp::get))
        .await?;
    let body = TopicsBody {
        data: topics(&found.score),
        as_of: found.score.as_of,
    };
    etag::json(&known, &body)
}
