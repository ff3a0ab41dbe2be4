//! `GET /v1/model`: the scoring model in force, and whether its scores come true here.

use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::App;
use crate::http::auth::{Auth, Lookup};
use crate::http::error::Problem;
use crate::http::etag::{self, IfNoneMatch};
use crate::service::scores::{
    BacktestOutcome, BacktestReport, ModelInForce, SelfCheck, Unavailable,
};
use renown_core::scoring::{CardParameter, Correction, ModelCard};

/// The scoring model in force.
#[derive(Debug, Serialize, ToSchema)]
pub struct ModelBody {
    /// The version, which scores name.
    version: String,
    /// When it was put in force; null for a database that was never served.
    since: Option<DateTime<Utc>>,
    /// What its numbers claim.
    card: CardBody,
    /// The rank snapshot that scores are computed with.
    snapshot: SnapshotBody,
    /// The latest check of what scores said against what came after.
    check: SelfCheckBody,
}

/// What the numbers of a model claim, in plain words.
#[derive(Debug, Serialize, ToSchema)]
pub struct CardBody {
    /// What influence is.
    influence: &'static str,
    /// What the lower end of the interval is, which rules test.
    lower: &'static str,
    /// What confidence on a topic is.
    confidence: &'static str,
    /// What value is.
    value: &'static str,
    /// The currency in which value is counted, ISO 4217.
    currency: String,
    /// The parameters that a reader of scores needs. Other models may have others.
    parameters: Vec<ParameterBody>,
}

/// A parameter of a model.
#[derive(Debug, Serialize, ToSchema)]
pub struct ParameterBody {
    /// Its name, which ends with its unit.
    name: &'static str,
    /// Its value.
    value: f64,
    /// What it means.
    meaning: &'static str,
}

/// A rank snapshot: what scores need to know of all members.
#[derive(Debug, Serialize, ToSchema)]
pub struct SnapshotBody {
    /// Its number; 0 before the first.
    number: i64,
    /// When it was taken; null before the first.
    taken_at: Option<DateTime<Utc>>,
    /// The members that it was taken of.
    members: u64,
    /// The verified people and old customers from whom trust starts. If 0, trust starts from
    /// everyone, and rings of new accounts are recognised less well.
    seeds: u64,
    /// The correction of confidence, frozen with the snapshot; null if the model's own map
    /// holds (`scoring.correct_confidence` is off, or there was no correction).
    correction: Option<CorrectionBody>,
}

/// A correction of confidence: σ(intercept + slope · logit p), before the limits by people,
/// contents and other members.
#[derive(Debug, Serialize, ToSchema)]
pub struct CorrectionBody {
    /// The intercept; 0 changes nothing.
    intercept: f64,
    /// The slope, at least 0; 1 changes nothing.
    slope: f64,
}

impl From<Correction> for CorrectionBody {
    fn from(correction: Correction) -> Self {
        Self {
            intercept: correction.intercept(),
            slope: correction.slope(),
        }
    }
}

/// Whether there is a result.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SelfCheckState {
    /// There is.
    Available,
    /// There is none, for the reason that is given.
    NotAvailable,
}

/// Why there is no result.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SelfCheckReason {
    /// No check has ended yet.
    NoneYet,
    /// The beginning of the log was removed.
    PastRemoved,
    /// The reactions in the log span too little time.
    LogTooShort,
    /// Too few members on common topics gained something.
    TooFewPairs,
}

/// A check: the last part of the log is held out, scores are worked out as of its
/// beginning, and compared with the reactions in it.
#[derive(Debug, Serialize, ToSchema)]
pub struct SelfCheckBody {
    /// Whether there is a result.
    state: SelfCheckState,
    /// When the check ended; null before the first.
    checked_at: Option<DateTime<Utc>>,
    /// Why there is no result; null if there is one.
    reason: Option<SelfCheckReason>,
    /// The reason as a sentence, with what is needed; null if there is a result.
    detail: Option<String>,
    /// The result; null if there is none.
    report: Option<SelfCheckReportBody>,
}

/// The result of a check.
#[derive(Debug, Serialize, ToSchema)]
pub struct SelfCheckReportBody {
    /// The time as of which scores were worked out.
    split: DateTime<Utc>,
    /// The time of the latest reaction.
    until: DateTime<Utc>,
    /// The days in between, whose reactions are the outcome.
    days: f64,
    /// The members that were compared.
    members: u64,
    /// The members of whom these are a sample; null if they are all.
    sample_of: Option<u64>,
    /// The pairs of a member and a topic whose confidence was compared.
    pairs: usize,
    /// The expected calibration error of confidence, from 0 to 1: by how much the stated
    /// share differs from the one that came true.
    calibration_error: f64,
    /// The Brier skill of confidence: by which share it is better than always saying the
    /// base rate. At most 1; below 0 if it is worse.
    brier_skill: f64,
    /// The confidences by tenths. A tenth without pairs is left out.
    reliability: Vec<ReliabilityBody>,
    /// The correction of confidence that follows from the pairs, shrunk towards changing
    /// nothing; null with fewer than a thousand pairs, or if it would turn their order.
    correction: Option<CorrectionBody>,
    /// Rankings of members against what they gained.
    ranking: RankingBody,
}

/// The confidences in one tenth of the range.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReliabilityBody {
    /// The lower end of the range.
    from: f64,
    /// The upper end of the range.
    to: f64,
    /// The pairs of a member and a topic in it.
    pairs: usize,
    /// Their mean confidence.
    said: f64,
    /// The share of them that came true: the member was in the top tenth by reactions gained.
    came_true: f64,
}

/// Rankings of members against what they gained.
#[derive(Debug, Serialize, ToSchema)]
pub struct RankingBody {
    /// The topics with five or more members that had a reaction before.
    topics: usize,
    /// The members that had a reaction before.
    members: usize,
    /// The methods: influence first, then simpler ones.
    methods: Vec<MethodBody>,
}

/// How well one method ranked members.
#[derive(Debug, Serialize, ToSchema)]
pub struct MethodBody {
    /// What members were ranked by: `influence`, `past reactions`, `distinct reactors` or
    /// `random`.
    ranked_by: String,
    /// The mean NDCG of the first ten over the topics, from 0 to 1; null without topics.
    ndcg_at_10: Option<f64>,
    /// Spearman's rank correlation with the reactions gained, over all members; null if it
    /// is not defined.
    spearman: Option<f64>,
}

impl From<ModelInForce> for ModelBody {
    fn from(model: ModelInForce) -> Self {
        let snapshot = &model.snapshot;
        Self {
            version: model.version.to_string(),
            since: model.since,
            card: model.card.into(),
            snapshot: SnapshotBody {
                number: snapshot.id().0,
                taken_at: (snapshot.id().0 > 0).then(|| snapshot.taken_at()),
                members: snapshot.members(),
                seeds: snapshot.seeds(),
                correction: snapshot.correction().map(Into::into),
            },
            check: model.check.into(),
        }
    }
}

impl From<ModelCard> for CardBody {
    fn from(card: ModelCard) -> Self {
        let parameter = |parameter: CardParameter| ParameterBody {
            name: parameter.name,
            value: parameter.value,
            meaning: parameter.meaning,
        };
        Self {
            influence: card.influence,
            lower: card.lower,
            confidence: card.confidence,
            value: card.value,
            currency: card.currency.to_string(),
            parameters: card.parameters.into_iter().map(parameter).collect(),
        }
    }
}

impl From<Option<SelfCheck>> for SelfCheckBody {
    fn from(check: Option<SelfCheck>) -> Self {
        let none = |checked_at, reason, detail| Self {
            state: SelfCheckState::NotAvailable,
            checked_at,
            reason: Some(reason),
            detail: Some(detail),
            report: None,
        };
        let Some(check) = check else {
            let detail = "no check has ended yet; the first begins some seconds after the start";
            return none(None, SelfCheckReason::NoneYet, detail.to_owned());
        };
        match check.outcome {
            BacktestOutcome::NotAvailable(why) => {
                none(Some(check.checked_at), (&why).into(), why.to_string())
            }
            BacktestOutcome::Available(report) => Self {
                state: SelfCheckState::Available,
                checked_at: Some(check.checked_at),
                reason: None,
                detail: None,
                report: Some((*report).into()),
            },
        }
    }
}

impl From<&Unavailable> for SelfCheckReason {
    fn from(why: &Unavailable) -> Self {
        match why {
            Unavailable::PastRemoved => Self::PastRemoved,
            Unavailable::LogTooShort { .. } => Self::LogTooShort,
            Unavailable::TooFewPairs { .. } => Self::TooFewPairs,
        }
    }
}

impl From<BacktestReport> for SelfCheckReportBody {
    fn from(report: BacktestReport) -> Self {
        let bins = report.calibration.bins.iter();
        let rows = report.ranking.rows.into_iter();
        Self {
            split: report.split,
            until: report.until,
            days: report.days,
            members: report.members,
            sample_of: report.sample_of,
            pairs: report.calibration.count,
            calibration_error: report.calibration.ece,
            brier_skill: report.calibration.skill,
            reliability: bins
                .map(|bin| ReliabilityBody {
                    from: bin.from,
                    to: bin.to,
                    pairs: bin.count,
                    said: bin.said,
                    came_true: bin.came_true,
                })
                .collect(),
            correction: report.correction.map(Into::into),
            ranking: RankingBody {
                topics: report.ranking.topics,
                members: report.ranking.members,
                methods: rows
                    .map(|row| MethodBody {
                        ranked_by: row.name,
                        ndcg_at_10: row.ndcg_at_10,
                        spearman: row.spearman,
                    })
                    .collect(),
            },
        }
    }
}

/// Returns the scoring model in force.
///
/// It has what the model's numbers claim, the rank snapshot that scores are computed with,
/// and the latest check: once a day the last part of the log is held out, scores are worked
/// out from what came before, and compared with what came after.
#[utoipa::path(
    get, path = "/v1/model", tag = "scores", operation_id = "get_model",
    responses(
        (status = 200, description = "The model.", body = ModelBody),
        (status = 304, description = "The `ETag` of an earlier answer; 304 if it still holds."),
    )
)]
pub async fn get(
    State(app): State<App>,
    _: Auth<Lookup>,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    let model = app.service.checks.model().await?;
    etag::json(&known, &ModelBody::from(model))
}
