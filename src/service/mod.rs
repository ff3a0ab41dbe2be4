//! Use cases: where transactions begin and end, and where memory changes only
//! after a commit. Handlers, jobs and commands call these; SQL is in `store`,
//! judgement in the pure crate.
//!
//! A struct a subject, over a `Context` that all share. What
//! a struct holds is its own: other subjects use its methods. The subjects are
//! the folders of `store`, `http` and the tests, too.

mod cache;
pub mod claims;
mod context;
pub mod decisions;
mod error;
pub mod events;
pub mod insight;
pub mod members;
pub mod operation;
mod paging;
pub mod programs;
pub mod scores;
mod unit_of_work;
pub mod webhooks;

use std::sync::Arc;

use sqlx::PgPool;

pub use error::{Result, ServiceError};
pub use unit_of_work::UnitOfWork;

use crate::clock::Clock;
use crate::config::Config;
use crate::store::{self, StoreError};
use cache::Cache;
use claims::Claims;
use context::Context;
use decisions::{Decisions, FactsLoader};
use events::{Events, Sources, Writers};
use insight::{Exposures, Insight};
use members::Members;
use operation::{Keys, Notices, Requests};
use programs::{Grants, Programs, Simulations, Tiers};
use renown_core::domain::{HandleKeys, Invalid};
use renown_core::ingest::dictionary::Dictionary;
use renown_core::scoring::Model;
use scores::{CurrentModel, Scorer, Scores};
use webhooks::Webhooks;

/// The service: one value a subject.
#[derive(Debug)]
pub struct Service {
    /// The present, and new ids.
    pub clock: Clock,
    /// What was configured.
    pub config: Arc<Config>,
    /// Events in.
    pub events: Arc<Events>,
    /// Where events come from.
    pub sources: Arc<Sources>,
    /// Enrolled people.
    pub members: Arc<Members>,
    /// What writes scores.
    pub scorer: Arc<Scorer>,
    /// What reads scores.
    pub scores: Arc<Scores>,
    /// Drafts and versions.
    pub programs: Arc<Programs>,
    /// The tiers that members hold.
    pub tiers: Arc<Tiers>,
    /// What people give.
    pub grants: Arc<Grants>,
    /// Drafts tried on the population.
    pub simulations: Arc<Simulations>,
    /// Lookups and decisions.
    pub decisions: Arc<Decisions>,
    /// Units of perks.
    pub claims: Arc<Claims>,
    /// What members were shown.
    pub exposures: Arc<Exposures>,
    /// Reports and experiments.
    pub insight: Arc<Insight>,
    /// Webhooks and streams.
    pub webhooks: Arc<Webhooks>,
    /// API keys.
    pub keys: Arc<Keys>,
    /// Requests that are carried out once.
    pub requests: Arc<Requests>,
    /// What is heard of commits.
    pub notices: Arc<Notices>,
    context: Context,
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
        let (service, writers) = Self::assemble(pool, parts);
        service.events.ensure_partitions().await?;
        service.programs.reload().await?;
        service.scorer.reload_snapshot().await?;
        service.sources.watch().await?;
        Ok((Arc::new(service), writers))
    }

    /// Puts the subjects together, each with those that it uses.
    fn assemble(pool: PgPool, parts: Parts) -> (Self, Writers) {
        let config = Arc::new(parts.config);
        let context = Context {
            pool,
            clock: parts.clock,
            cache: Arc::new(Cache::new(config.cache.members)),
            config,
        };
        let own = || context.clone();
        let dictionary = Arc::new(parts.dictionary);
        let currencies = parts.model.rates().currencies().cloned().collect();
        let (events, writers) = Events::start(
            own(),
            Arc::clone(&dictionary),
            currencies,
            parts.handle_keys.clone(),
        );
        let current = Arc::new(CurrentModel::new(parts.model, context.clock.now()));
        let sources = Arc::new(Sources::new(own()));
        let exposures = Arc::new(Exposures::new(own()));
        let webhooks = Arc::new(Webhooks::new(own()));
        let members = Arc::new(Members::new(own(), parts.handle_keys));
        let programs = Arc::new(Programs::new(own(), dictionary.names()));
        let facts = Arc::new(FactsLoader::new(own(), current.clone(), members.clone()));
        let tiers = Arc::new(Tiers::new(
            own(),
            current.clone(),
            programs.clone(),
            facts.clone(),
            sources.clone(),
        ));
        let service = Self {
            scorer: Arc::new(Scorer::new(
                own(),
                current.clone(),
                dictionary.hierarchy().clone(),
                programs.clone(),
                tiers.clone(),
            )),
            scores: Arc::new(Scores::new(
                own(),
                current.clone(),
                dictionary,
                members.clone(),
                facts.clone(),
            )),
            grants: Arc::new(Grants::new(
                own(),
                programs.clone(),
                members.clone(),
                facts.clone(),
            )),
            simulations: Arc::new(Simulations::new(
                own(),
                programs.clone(),
                facts.clone(),
                sources.clone(),
            )),
            decisions: Arc::new(Decisions::new(
                own(),
                programs.clone(),
                members.clone(),
                facts.clone(),
                sources.clone(),
                exposures.clone(),
            )),
            claims: Arc::new(Claims::new(
                own(),
                programs.clone(),
                members.clone(),
                facts.clone(),
                sources.clone(),
                exposures.clone(),
            )),
            insight: Arc::new(Insight::new(
                own(),
                current,
                programs.clone(),
                facts,
                sources.clone(),
            )),
            notices: Arc::new(Notices::new(own(), programs.clone(), webhooks.clone())),
            keys: Arc::new(Keys::new(own())),
            requests: Arc::new(Requests::new(own())),
            clock: context.clock.clone(),
            config: context.config.clone(),
            events: Arc::new(events),
            sources,
            members,
            programs,
            tiers,
            exposures,
            webhooks,
            context,
        };
        (service, writers)
    }

    /// Carries out a unit of work, all or nothing.
    ///
    /// # Errors
    /// What the work answers: then nothing of it stays.
    pub async fn carry_out<T>(
        &self,
        act: impl AsyncFnOnce(&mut UnitOfWork) -> Result<T>,
    ) -> Result<T> {
        self.context.carry_out(act).await
    }

    /// Whether the database can be read: what readiness means.
    ///
    /// # Errors
    /// If it cannot.
    pub async fn ping(&self) -> Result<()> {
        Ok(store::ping(&self.context.pool).await?)
    }
}

async fn register_handle_keys(pool: &PgPool, keys: &HandleKeys) -> Result<(), StartError> {
    let mut conn = pool.acquire().await.map_err(StoreError::from)?;
    for key in std::iter::once(keys.current()).chain(keys.retired()) {
        let check = store::members::accounts::register_key(&mut conn, key).await?;
        if check == store::members::accounts::KeyCheck::Different {
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
