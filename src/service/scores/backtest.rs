//! The backtest: scores and confidences as of an earlier time, worked out from the events
//! up to then, against what the members gained after it. It reads the members three times,
//! page by page, and never holds the log.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::projection::{States, evidence};
use super::rank::reaction_graph;
use super::score::fold_until;
use crate::service::error::Result;
use crate::store;
use crate::store::decisions::population;
use crate::store::scores::gains::{self, Gain};
use renown_core::domain::{AccountId, MemberId, Position, Score, SnapshotId};
use renown_core::scoring::{
    Correction, Hierarchy, Model, Snapshot, SnapshotBuilder, log_odds, score,
};
use renown_lab::evaluation::{Backtest, Calibration, Foresight, Ranking};

/// The most that is held out.
const MOST_HELD_OUT: TimeDelta = TimeDelta::days(90);
/// The shortest log of which a part is held out: more than a week of it.
const LEAST_SPAN: TimeDelta = TimeDelta::days(28);
/// The fewest pairs of a member and a topic from which anything follows.
const LEAST_PAIRS: usize = 100;
/// Members of one page.
const PAGE: usize = 500;
/// How often the members are read.
const PASSES: usize = 3;

/// The result of a backtest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum BacktestOutcome {
    /// There was enough to compare.
    Available(Box<BacktestReport>),
    /// There was not.
    NotAvailable(Unavailable),
}

/// What a backtest found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BacktestReport {
    /// The time as of which scores were worked out.
    pub split: DateTime<Utc>,
    /// The time of the latest reaction.
    pub until: DateTime<Utc>,
    /// The days in between, whose reactions are the outcome.
    pub days: f64,
    /// The members that were read.
    pub members: u64,
    /// The members of which these are a sample; `None` if they are all.
    pub sample_of: Option<u64>,
    /// Confidences against what came true, by pairs of a member and a topic.
    pub calibration: Calibration,
    /// The correction of confidence that follows from them; `None` with fewer than a
    /// thousand pairs, or if it would turn their order.
    #[serde(default)]
    pub correction: Option<Correction>,
    /// Influence and baselines against what the members gained.
    pub ranking: Ranking,
}

/// Why nothing can be said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum Unavailable {
    /// The beginning of the log was removed, so that earlier scores cannot be worked out.
    PastRemoved,
    /// The reactions in the log span too little time.
    LogTooShort {
        /// The days that they span.
        days: f64,
        /// The days that they must span.
        needed_days: f64,
    },
    /// Too few members on common topics gained something.
    TooFewPairs {
        /// The pairs of a member and a topic.
        pairs: usize,
        /// The pairs that are needed.
        needed_pairs: usize,
    },
}

impl std::fmt::Display for Unavailable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::PastRemoved => f.write_str(
                "the beginning of the log was removed, so that scores of an earlier time cannot \
                 be worked out",
            ),
            Self::LogTooShort { days, needed_days } => write!(
                f,
                "the reactions to members span {days:.1} days, and {needed_days:.0} are needed"
            ),
            Self::TooFewPairs {
                pairs,
                needed_pairs,
            } => write!(
                f,
                "{pairs} pairs of a member and a topic can be compared, and {needed_pairs} are \
                 needed: members with reactions before, on topics with ten or more of them, of \
                 whom somebody gained"
            ),
        }
    }
}

/// A stretch of the log that is cut in two.
#[derive(Debug)]
struct Split {
    at: DateTime<Utc>,
    until: DateTime<Utc>,
    /// The last batch of the log that is read.
    to: Position,
}

impl Split {
    /// Returns where the log is cut, so that this share of its span is held out.
    async fn of_log(conn: &mut PgConnection, held_out: f64) -> Result<Result<Self, Unavailable>> {
        let first = store::events::log::first(conn).await?;
        if first.is_some_and(|first| first > Position(1)) {
            return Ok(Err(Unavailable::PastRemoved));
        }
        let to = store::events::log::head(conn).await?;
        let ends = gains::span(conn, to).await?;
        let span = ends.map(|(from, until)| until - from).unwrap_or_default();
        let Some((_, until)) = ends.filter(|_| span >= LEAST_SPAN) else {
            return Ok(Err(Unavailable::LogTooShort {
                days: days(span),
                needed_days: days(LEAST_SPAN),
            }));
        };
        let held_out = TimeDelta::seconds((span.as_seconds_f64() * held_out) as i64);
        Ok(Ok(Self {
            at: until - held_out.min(MOST_HELD_OUT),
            until,
            to,
        }))
    }
}

fn days(span: TimeDelta) -> f64 {
    span.as_seconds_f64() / 86_400.0
}

/// Members, read page by page as of the split.
struct Reader<'a> {
    conn: &'a mut PgConnection,
    model: &'a Model,
    split: &'a Split,
}

/// A page of members: their accounts and states.
type Page = (BTreeMap<MemberId, Vec<AccountId>>, States);

impl Reader<'_> {
    async fn page(&mut self, members: &[MemberId]) -> Result<Page> {
        let accounts = store::members::account_ids(self.conn, members).await?;
        let all: Vec<AccountId> = accounts.values().flatten().copied().collect();
        let (to, at) = (self.split.to, self.split.at);
        let states = fold_until(self.conn, self.model, &all, to, at).await?;
        Ok((accounts, states))
    }

    async fn scores(
        &mut self,
        snapshot: &Snapshot,
        members: &[MemberId],
    ) -> Result<BTreeMap<MemberId, Score>> {
        let (accounts, states) = self.page(members).await?;
        let scores = members.iter().map(|member| {
            let evidence = evidence(accounts.get(member), &states, Vec::new());
            (
                *member,
                score(self.model, snapshot, &evidence, self.split.at),
            )
        });
        Ok(scores.collect())
    }
}

/// The options of a backtest.
#[derive(Debug, Clone, Copy)]
pub struct BacktestOptions {
    /// The share of the log's span that is held out, above 0 and below 1; at most 90 days
    /// are.
    pub held_out: f64,
    /// The seed of the random ranking, a baseline.
    pub seed: u64,
    /// The most members that are compared, about; of more, a sample. It bounds the memory.
    pub most_members: u64,
}

impl Default for BacktestOptions {
    /// Returns the options of the self-check.
    fn default() -> Self {
        Self {
            held_out: 0.3,
            seed: 1,
            most_members: 50_000,
        }
    }
}

/// What happens between two pages of a backtest.
pub trait Pace {
    /// Is called after each page with the share that is done, from 0 to 1. It may pause.
    /// `false` abandons the backtest.
    fn go_on(&mut self, done: f64) -> impl Future<Output = bool> + Send;
}

/// Makes a backtest of a model on the log of a database, of which it only reads. `None` if
/// `pace` abandons it.
pub async fn backtest(
    conn: &mut PgConnection,
    model: &Model,
    hierarchy: &Hierarchy,
    options: BacktestOptions,
    pace: &mut impl Pace,
) -> Result<Option<BacktestOutcome>> {
    let split = match Split::of_log(conn, options.held_out).await? {
        Ok(split) => split,
        Err(why) => return Ok(Some(BacktestOutcome::NotAvailable(why))),
    };
    let all = population::count(conn).await?;
    let share = options.most_members as f64 / all.max(1) as f64;
    let members = population::sample(conn, share).await?;
    let steps = (PASSES * members.len().div_ceil(PAGE)).max(1) as f64;
    let mut done = 0.0;

    let mut builder = SnapshotBuilder::new(model, hierarchy.clone(), split.at);
    for account in store::scores::graph::verified(conn).await? {
        builder.add_seed(account);
    }
    let mut reader = Reader {
        conn,
        model,
        split: &split,
    };
    for page in members.chunks(PAGE) {
        let (accounts, states) = reader.page(page).await?;
        for member in page {
            builder.add(&evidence(accounts.get(member), &states, Vec::new()));
        }
        done += 1.0;
        if !pace.go_on(done / steps).await {
            return Ok(None);
        }
    }
    let graph = reaction_graph(reader.conn, builder.graph(), split.to, Some(split.at)).await?;
    let mut snapshot = builder.finish(SnapshotId(0), graph);

    let mut scores: Vec<Score> = Vec::with_capacity(members.len());
    for page in members.chunks(PAGE) {
        scores.extend(reader.scores(&snapshot, page).await?.into_values());
        done += 1.0;
        if !pace.go_on(done / steps).await {
            return Ok(None);
        }
    }
    // Only now are the places known from which confidence is worked out.
    snapshot.add_scores(&scores);
    drop(scores);

    let mut compared = Backtest::new(options.seed);
    for page in members.chunks(PAGE) {
        let scores = reader.scores(&snapshot, page).await?;
        for gain in gains::of(reader.conn, page, split.at, split.to).await? {
            if let Some(score) = scores.get(&gain.member).filter(|_| gain.past > 0) {
                let mut seen = foresight(score, &gain);
                let on_topic = gain.topic.as_ref();
                seen.log_odds =
                    on_topic.and_then(|topic| log_odds(model, &snapshot, topic, seen.influence));
                compared.add(on_topic, seen);
            }
        }
        done += 1.0;
        if !pace.go_on(done / steps).await {
            return Ok(None);
        }
    }
    let read = members.len() as u64;
    let sample_of = (share < 1.0).then_some(all);
    Ok(Some(outcome(&compared, &split, read, sample_of)))
}

fn foresight(score: &Score, gain: &Gain) -> Foresight {
    let (influence, confidence) = match &gain.topic {
        None => (score.influence.score().unwrap_or(0.0), 0.0),
        Some(topic) => match score.topics.get(topic) {
            Some(on_topic) => (on_topic.influence, on_topic.confidence.get()),
            None => (0.0, 0.0),
        },
    };
    Foresight {
        influence,
        confidence,
        log_odds: None,
        past: gain.past as f64,
        reactors: gain.reactors as f64,
        gain: gain.gain as f64,
    }
}

fn outcome(
    compared: &Backtest,
    split: &Split,
    read: u64,
    sample_of: Option<u64>,
) -> BacktestOutcome {
    let verdict = compared.judge();
    let pairs = verdict.calibration.as_ref().map_or(0, |found| found.count);
    match verdict.calibration.filter(|_| pairs >= LEAST_PAIRS) {
        Some(calibration) => BacktestOutcome::Available(Box::new(BacktestReport {
            split: split.at,
            until: split.until,
            days: days(split.until - split.at),
            members: read,
            sample_of,
            calibration,
            correction: verdict.correction,
            ranking: verdict.ranking,
        })),
        None => BacktestOutcome::NotAvailable(Unavailable::TooFewPairs {
            pairs,
            needed_pairs: LEAST_PAIRS,
        }),
    }
}
