//! Use cases: where transactions begin and end, and where memory changes only
//! after a commit. Handlers, jobs and commands call these; SQL is in `store`,
//! judgement in the pure rooms.

mod cache;
mod census;
mod claims;
mod codes;
mod decisions;
mod deliverer;
mod deliveries;
mod error;
mod experiments;
mod exposures;
mod facts;
mod grant_lists;
mod grants;
mod guesses;
mod history;
mod intake;
pub mod keys;
mod leaderboard;
mod lookups;
mod members;
mod once;
mod paging;
mod payload;
mod people;
mod places;
mod programs;
mod projection;
mod rank;
mod rebuild;
mod receipts;
mod relay;
mod replay;
mod reports;
mod score_messages;
mod scores;
mod simulate;
mod sources;
mod stream;
mod supply;
mod tier_messages;
mod tiers;
mod versions;
mod webhook_client;
mod webhooks;
mod writer;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use sqlx::PgPool;
use tokio::sync::{Notify, Semaphore};
use tokio_util::sync::CancellationToken;

pub use crate::store::claims::Wanted as WantedClaims;
pub use crate::store::deliveries::{Delivery, DeliveryState};
pub use crate::store::grants::{Recorded as RecordedGrant, Wanted as WantedGrants};
pub use crate::store::history::{DayScore, Days};
pub use crate::store::outbox::Wanted as WantedMessages;
pub use crate::store::scores::Rung;
pub use crate::store::tiers::Entry as TierEntry;
pub use crate::store::waiting::{End as WaitEnd, Waiting};
pub use crate::store::webhooks::Webhook;
pub use census::{Census, CensusStart};
pub use claims::{
    Entered, EntryRequest, HoldRequest, Invitation, InviteRequest, Invited, Place, Refused, WhyNot,
};
pub use codes::{CodeCounts, CodeReport, Redemption};
pub use decisions::{Decided, Decision, DecisionRequest};
pub use deliverer::Deliverer;
pub use deliveries::ReplayFrom;
pub use error::{Result, ServiceError};
pub use experiments::{ExperimentQuery, ExperimentReport, ListedExperiment};
pub use facts::MemberFacts;
pub use grant_lists::{GrantList, ListImport, ListReport};
pub use grants::{Decider, NewGrant};
pub use guesses::{Attempt, GuessLimit};
pub use history::HistoryPage;
pub use intake::Report;
pub use leaderboard::{Leaderboard, LeaderboardEntry};
pub use lookups::{Evaluated, ManyLookups, Question, Rendered};
pub use members::{MemberProfile, PutMember, PutOutcome};
pub use once::{Begun, Once, StoredAnswer, Work};
pub use programs::CheckedProgram;
pub use projection::Progress;
pub use rebuild::RebuildReport;
pub use renown_core::fairness::draw::document::{DrawDocument, DrawnEntry};
pub use renown_core::fairness::lift::{Lift, Split};
pub use renown_core::fairness::trial::Side;
pub use renown_core::ingest::{Rejection, RejectionCode};
pub use replay::Replayed;
pub use reports::{Cost, Entry, PerkReport, ReportQuery};
pub use scores::{MemberScore, ScoreExplanation};
pub use simulate::{PreparedSimulation, SimulationProgress, SimulationRequest};
pub use sources::Feed;
pub use stream::{MessageStream, Streamed};
pub use supply::Supply;
pub use tiers::{Sweep, Versions};
pub use versions::{Publication, PublishedVersion, Publishing, VersionState};
pub use webhooks::{NewWebhook, Rotated, WebhookChange};

use crate::clock::Clock;
use crate::config::Config;
use crate::store::{self, StoreError};
use cache::Cache;
use guesses::Guesses;
use programs::Programs;
use renown_core::domain::{Currency, HandleKeys, Invalid, Topic};
use renown_core::ingest::dictionary::Dictionary;
use renown_core::scoring::{Model, Snapshot};
use webhook_client::WebhookClient;
use writer::LogWriter;

/// The service: everything that the use cases share.
#[derive(Debug)]
pub struct Service {
    /// The present, and new ids.
    pub clock: Clock,
    /// What was configured.
    pub config: Config,
    pool: PgPool,
    handle_keys: HandleKeys,
    dictionary: Dictionary,
    /// Every name of a topic, for checking programs.
    topic_names: Arc<BTreeMap<Topic, Topic>>,
    model: Model,
    currencies: BTreeSet<Currency>,
    snapshot: ArcSwap<Snapshot>,
    programs: ArcSwap<Programs>,
    /// Those who read the programs again take turns.
    reloading: tokio::sync::Mutex<()>,
    silent: ArcSwap<sources::Silent>,
    cache: Cache,
    showings: exposures::Showings,
    writer: LogWriter,
    /// One simulation at a time.
    simulating: Arc<Semaphore>,
    /// One report on an experiment at a time.
    reporting: Semaphore,
    /// Units were given back, which somebody may wait for.
    given_back: Notify,
    webhook_client: WebhookClient,
    /// Messages were placed in the outbox, here or elsewhere.
    relayed: tokio::sync::watch::Sender<()>,
    /// Places for streams.
    streams: Arc<Semaphore>,
    /// Cancelled when streams are to end.
    closing: CancellationToken,
    guesses: Guesses,
}

/// What a service is made of, beside its database.
#[derive(Debug)]
pub struct Parts {
    /// What was configured.
    pub config: Config,
    /// The present.
    pub clock: Clock,
    /// How handles are hashed.
    pub handle_keys: HandleKeys,
    /// How activity becomes scores.
    pub model: Model,
    /// What topics are called.
    pub dictionary: Dictionary,
}

/// The writers of the log, to be waited for at the end.
#[derive(Debug)]
pub struct Writers(Vec<tokio::task::JoinHandle<()>>);

impl Writers {
    /// Takes nothing more, and waits until whatever was submitted is committed.
    pub async fn finish(self, service: &Service) {
        service.writer.close();
        for task in self.0 {
            if let Err(error) = task.await {
                tracing::error!(%error, "a writer of the log ended badly");
            }
        }
    }
}

/// Why a service cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Use cases that run at the start.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// The number of a handle key stands for another secret in this database.
    #[error(
        "accounts.hash_key is not the secret that this database's handles were hashed with; \
         restore it, or give the new one another hash_key_id and list the old one as retired"
    )]
    WrongHandleKey,
}

impl Service {
    /// Starts on a database whose schema is up to date.
    ///
    /// # Errors
    /// If the database does not answer, or was used with another handle key.
    pub async fn start(pool: PgPool, parts: Parts) -> Result<(Arc<Self>, Writers), StartError> {
        register_handle_keys(&pool, &parts.handle_keys).await?;
        let now = parts.clock.now();
        let (writer, tasks) = LogWriter::start(
            pool.clone(),
            parts.clock.clone(),
            parts.handle_keys.clone(),
            &parts.config.ingest,
            parts.config.feeds.patience(),
        );
        let service = Self {
            cache: Cache::new(parts.config.cache.members),
            showings: exposures::Showings::default(),
            currencies: parts.model.rates().currencies().cloned().collect(),
            snapshot: ArcSwap::from_pointee(Snapshot::empty(now)),
            programs: ArcSwap::from_pointee(Programs::default()),
            reloading: tokio::sync::Mutex::new(()),
            silent: ArcSwap::default(),
            pool,
            writer,
            simulating: Arc::new(Semaphore::new(1)),
            reporting: Semaphore::new(1),
            given_back: Notify::new(),
            webhook_client: WebhookClient::new(
                parts.config.webhooks.reach(),
                Duration::from_secs(parts.config.webhooks.timeout_seconds),
            ),
            relayed: tokio::sync::watch::Sender::new(()),
            streams: Arc::new(Semaphore::new(parts.config.stream.max_streams)),
            closing: CancellationToken::new(),
            guesses: Guesses::new(parts.config.codes.allowance()),
            clock: parts.clock,
            config: parts.config,
            handle_keys: parts.handle_keys,
            topic_names: Arc::new(parts.dictionary.names()),
            dictionary: parts.dictionary,
            model: parts.model,
        };
        service.ensure_partitions().await?;
        service.reload_programs().await?;
        service.reload_snapshot().await?;
        service.watch_sources().await?;
        Ok((Arc::new(service), Writers(tasks)))
    }

    /// Makes the log's partitions for the months ahead.
    ///
    /// # Errors
    /// If the database does not answer.
    pub async fn ensure_partitions(&self) -> Result<()> {
        let mut conn = self.pool.acquire().await?;
        Ok(store::log::ensure_partitions(&mut conn, self.clock.now()).await?)
    }

    /// Whether the database can be read: what readiness means.
    ///
    /// # Errors
    /// If it cannot.
    pub async fn ping(&self) -> Result<()> {
        Ok(store::ping(&self.pool).await?)
    }

    /// How far the scorer is behind the log, in batches.
    ///
    /// # Errors
    /// If the database does not answer.
    pub async fn lag(&self) -> Result<i64> {
        let mut conn = self.pool.acquire().await?;
        let head = store::log::head(&mut conn).await?;
        let checkpoint = store::projections::checkpoint(&mut conn, self.model.version()).await?;
        Ok(head.0 - checkpoint.0)
    }

    /// Whether the log holds anything.
    ///
    /// # Errors
    /// If the database does not answer.
    pub async fn is_populated(&self) -> Result<bool> {
        let mut conn = self.pool.acquire().await?;
        Ok(store::log::head(&mut conn).await?.0 > 0)
    }

    /// The scoring model in force.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// The database, for the listener of [`jobs`](crate::jobs).
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// What is kept in memory, for whoever hears of changes.
    pub fn cache(&self) -> &Cache {
        &self.cache
    }
}

async fn register_handle_keys(pool: &PgPool, keys: &HandleKeys) -> Result<(), StartError> {
    let mut conn = pool.acquire().await.map_err(StoreError::from)?;
    for key in std::iter::once(keys.current()).chain(keys.retired()) {
        let check = store::accounts::register_key(&mut conn, key).await?;
        if check == store::accounts::KeyCheck::Different {
            return Err(StartError::WrongHandleKey);
        }
    }
    Ok(())
}

/// The model that is configured: a file, or the built-in one.
///
/// # Errors
/// If the file cannot be read or is no model.
pub fn load_model(config: &Config) -> Result<Model, Invalid> {
    match &config.scoring.model {
        Some(path) => Model::parse(&read(path)?),
        None => Ok(Model::builtin()),
    }
}

/// The topic dictionary that is configured: a file, or the built-in one.
///
/// # Errors
/// If the file cannot be read or is no dictionary.
pub fn load_dictionary(config: &Config) -> Result<Dictionary, Invalid> {
    match &config.topics.file {
        Some(path) => Dictionary::parse(&read(path)?)
            .map_err(|invalid| Invalid::new(format_args!("{}: {invalid}", path.display()))),
        None => Dictionary::parse(include_str!("../../config/topics.yaml")),
    }
}

fn read(path: &std::path::Path) -> Result<String, Invalid> {
    std::fs::read_to_string(path)
        .map_err(|error| Invalid::new(format_args!("{}: {error}", path.display())))
}
