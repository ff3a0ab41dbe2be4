//! Use cases: they begin and end transactions, and change memory only after a
//! commit. Handlers, jobs and commands call them. SQL is in `store`; rules and
//! scoring are in the pure crate `renown_core`.
//!
//! Each subject is one struct over a shared `Context`. Its fields are private:
//! other subjects call its methods. The folders of `store`, `http` and the tests
//! have the same subjects.
//!
//! Every method that uses the database fails if the database does not answer.

mod cache;
pub mod claims;
mod compute;
mod context;
pub mod decisions;
mod error;
pub mod events;
mod guesses;
pub mod insight;
pub mod members;
pub mod operation;
mod paging;
pub mod programs;
pub mod scores;
mod unit_of_work;
pub mod webhooks;

use std::sync::Arc;

use sqlx::{PgConnection, PgPool};

pub use compute::Compute;
pub use context::ChangeAttempts;
pub use error::{Result, ServiceError};
pub use guesses::{Attempt, GuessLimit, Guessed};
pub use unit_of_work::UnitOfWork;

use crate::clock::Clock;
use crate::config::Config;
use crate::store::members::accounts::KeyCheck;
use crate::store::{self, StoreError};
use cache::Cache;
use claims::Claims;
use context::Context;
use decisions::{Decisions, FactsLoader};
use events::{Connectors, Events, Sources, Writers};
use insight::{Exposures, Insight};
use members::{Directory, Members, Memberships, MergedSubjects, Merges};
use operation::{Callers, Health, Keys, Notices, Providers, Requests, Sessions};
use programs::{Audiences, Grants, Programs, Simulations, Tiers};
use renown_core::domain::{HandleKey, HandleKeys, Invalid, ModelVersion};
use renown_core::ingest::dictionary::Dictionary;
use renown_core::scoring::Model;
use scores::{CurrentModel, NextModel, Scorer, Scores, SelfChecks};
use webhooks::Webhooks;

/// The service: one field for each subject.
#[derive(Debug)]
pub struct Service {
    /// The source of the present time and of new ids.
    pub clock: Clock,
    /// The configuration.
    pub config: Arc<Config>,
    /// Runs long computations.
    pub compute: Compute,
    /// Takes events in.
    pub events: Arc<Events>,
    /// The sources of events.
    pub sources: Arc<Sources>,
    /// What follows platforms, files and pipes.
    pub connectors: Arc<Connectors>,
    /// The enrolled members.
    pub members: Arc<Members>,
    /// Ends memberships.
    pub memberships: Arc<Memberships>,
    /// Merges members who are one person.
    pub merges: Arc<Merges>,
    /// The list of members.
    pub directory: Arc<Directory>,
    /// Computes and writes scores.
    pub scorer: Arc<Scorer>,
    /// Builds the next model and puts it in force.
    pub next_model: Arc<NextModel>,
    /// Reads scores.
    pub scores: Arc<Scores>,
    /// Checks scores against the log.
    pub checks: Arc<SelfChecks>,
    /// Drafts and versions of programs.
    pub programs: Arc<Programs>,
    /// The tiers that members hold.
    pub tiers: Arc<Tiers>,
    /// Tiers and perks granted by staff.
    pub grants: Arc<Grants>,
    /// Saved audiences, and their members.
    pub audiences: Arc<Audiences>,
    /// Simulations of drafts on the whole population.
    pub simulations: Arc<Simulations>,
    /// Lookups and decisions.
    pub decisions: Arc<Decisions>,
    /// Claims on units of perks.
    pub claims: Arc<Claims>,
    /// Exposures: which perks members were shown.
    pub exposures: Arc<Exposures>,
    /// Reports and experiments.
    pub insight: Arc<Insight>,
    /// Webhooks and message streams.
    pub webhooks: Arc<Webhooks>,
    /// Who sends a request.
    pub callers: Arc<Callers>,
    /// API keys.
    pub keys: Arc<Keys>,
    /// Sessions of people and desks.
    pub sessions: Arc<Sessions>,
    /// The providers by which people sign in.
    pub providers: Arc<Providers>,
    /// Idempotent requests.
    pub requests: Arc<Requests>,
    /// Database notices of commits, here and on other replicas.
    pub notices: Arc<Notices>,
    /// The clock, the jobs, the listener and the storage of this process.
    pub health: Arc<Health>,
    context: Context,
}

/// What a service is built from, besides its database.
#[derive(Debug)]
pub struct Parts {
    /// The configuration.
    pub config: Config,
    /// The source of the present time and of new ids.
    pub clock: Clock,
    /// The keys that handles are hashed with.
    pub handle_keys: HandleKeys,
    /// The configured scoring model: how activity becomes scores. If another one is in force
    /// in the database, that one is used, and [`NextModel::register`] says what becomes of
    /// this one.
    pub model: Model,
    /// The names of topics and their aliases.
    pub dictionary: Dictionary,
}

/// Why a service cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A use case that runs at the start failed.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// The id of a handle key belongs to another secret in this database.
    #[error(
        "accounts.hash_key is not the secret that this database's handles were hashed with; \
         restore it, or give the new one another hash_key_id and list the old one as retired"
    )]
    WrongHandleKey,
    /// Accounts are hashed with keys that are not configured.
    #[error(
        "accounts of this database are hashed with the key of id {0}, which is not configured, so \
         they would not be found and be created a second time; set accounts.hash_key to that \
         secret and hash_key_id to {0}, or keep the new key and list the old one in \
         accounts.retired_hash_keys: [{{ id = {0}, key = \"…\" }}]"
    )]
    MissingHandleKey(i16),
    /// Another model was registered under the configured one's version.
    #[error(
        "the scoring model {0} differs from the one that this database knows under that version; \
         a published model is never edited: give the changed one another version"
    )]
    ModelEdited(ModelVersion),
    /// The model in force has a form that this version does not know.
    #[error("{0}; start the version that put it in force, or a newer one")]
    UnreadableModel(String),
}

impl Service {
    /// Starts the service on a database whose schema is up to date.
    ///
    /// # Errors
    /// If the database was used with another handle key.
    pub async fn start(pool: PgPool, parts: Parts) -> Result<(Arc<Self>, Writers), StartError> {
        let mut conn = pool.acquire().await.map_err(StoreError::from)?;
        operation::follow_database_time(&parts.clock, &mut conn).await?;
        register_handle_keys(&mut conn, &parts.handle_keys).await?;
        let model = scores::in_force(&mut conn, &parts.model).await?;
        drop(conn);
        let (service, writers) = Self::assemble(pool, parts, model);
        service.events.ensure_partitions().await?;
        service.programs.reload().await?;
        service.scorer.reload().await?;
        service.sources.watch().await?;
        Ok((Arc::new(service), writers))
    }

    /// Constructs the subjects, each with those that it uses.
    fn assemble(pool: PgPool, parts: Parts, model: Model) -> (Self, Writers) {
        let config = Arc::new(parts.config);
        let context = Context {
            pool,
            clock: parts.clock,
            cache: Arc::new(Cache::new(config.cache.members)),
            compute: Compute::default(),
            config,
        };
        let own = || context.clone();
        let dictionary = Arc::new(parts.dictionary);
        // Those that both models know, because either may be in force tomorrow.
        let currencies = model.rates().currencies();
        let currencies = currencies.filter(|currency| parts.model.converts(currency));
        let currencies = currencies.cloned().collect();
        let (events, writers) = Events::start(
            own(),
            Arc::clone(&dictionary),
            currencies,
            parts.handle_keys.clone(),
        );
        let events = Arc::new(events);
        let current = Arc::new(CurrentModel::new(model, context.clock.now()));
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
        let scorer = Arc::new(Scorer::new(
            own(),
            current.clone(),
            dictionary.hierarchy().clone(),
            programs.clone(),
            tiers.clone(),
        ));
        let directory = Arc::new(Directory::new(
            own(),
            members.clone(),
            current.clone(),
            programs.clone(),
        ));
        let claims = Arc::new(Claims::new(
            own(),
            programs.clone(),
            members.clone(),
            facts.clone(),
            sources.clone(),
            exposures.clone(),
        ));
        let merges = Arc::new(Merges::new(
            own(),
            MergedSubjects {
                members: members.clone(),
                current: current.clone(),
                programs: programs.clone(),
                facts: facts.clone(),
                sources: sources.clone(),
                tiers: tiers.clone(),
                claims: claims.clone(),
                scorer: scorer.clone(),
            },
        ));
        let callers = Arc::new(Callers::new(own()));
        let service = Self {
            merges,
            next_model: Arc::new(NextModel::new(scorer.clone(), parts.model)),
            checks: Arc::new(SelfChecks::new(
                own(),
                current.clone(),
                dictionary.hierarchy().clone(),
            )),
            scores: Arc::new(Scores::new(
                own(),
                current.clone(),
                dictionary,
                programs.clone(),
                facts.clone(),
            )),
            audiences: Arc::new(Audiences::new(
                own(),
                programs.clone(),
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
                current.clone(),
                programs.clone(),
                facts.clone(),
                sources.clone(),
                exposures.clone(),
            )),
            memberships: Arc::new(Memberships::new(
                own(),
                members.clone(),
                tiers.clone(),
                claims.clone(),
            )),
            claims,
            insight: Arc::new(Insight::new(
                own(),
                current,
                programs.clone(),
                facts,
                sources.clone(),
            )),
            notices: Arc::new(Notices::new(
                own(),
                programs.clone(),
                scorer.clone(),
                webhooks.clone(),
            )),
            health: Arc::new(Health::new(own())),
            keys: Arc::new(Keys::new(own())),
            sessions: Arc::new(Sessions::new(own(), callers.clone())),
            providers: Arc::new(Providers::new(own())),
            callers,
            requests: Arc::new(Requests::new(own())),
            clock: context.clock.clone(),
            config: context.config.clone(),
            compute: context.compute.clone(),
            connectors: Arc::new(Connectors::new(own(), events.clone())),
            events,
            scorer,
            sources,
            members,
            directory,
            programs,
            tiers,
            exposures,
            webhooks,
            context,
        };
        (service, writers)
    }

    /// Carries out a unit of work: all of it or nothing.
    ///
    /// # Errors
    /// The error that `act` returns; the transaction is rolled back then.
    pub async fn carry_out<T>(
        &self,
        act: impl AsyncFnOnce(&mut UnitOfWork) -> Result<T>,
    ) -> Result<T> {
        self.context.carry_out(act).await
    }

    /// Counts what metrics show of the database, for gauges.
    pub async fn measure(&self) -> Result<()> {
        let lag = self.scorer.lag().await?;
        metrics::gauge!("renown_scorer_lag_batches").set(lag as f64);
        let silent = self.sources.count_silent().await?;
        metrics::gauge!("renown_sources_silent").set(silent as f64);
        self.webhooks.measure().await?;
        self.checks.measure().await?;
        self.connectors.measure().await?;
        let now = self.clock.now().timestamp();
        metrics::gauge!("renown_measured_timestamp_seconds").set(now as f64);
        Ok(())
    }

    /// Sets the gauges of what this process holds, which need no database.
    pub fn measure_process(&self) {
        let pool = &self.context.pool;
        let (open, idle) = (f64::from(pool.size()), pool.num_idle() as f64);
        metrics::gauge!("renown_database_connections", "state" => "idle").set(idle);
        metrics::gauge!("renown_database_connections", "state" => "used").set(open - idle);
        metrics::gauge!("renown_ingest_events_waiting").set(self.events.waiting() as f64);
        for (cache, entries) in self.context.cache.entries() {
            metrics::gauge!("renown_cache_entries", "cache" => cache).set(entries as f64);
        }
    }

    /// Checks that the database can be read; readiness depends on it.
    pub async fn ping(&self) -> Result<()> {
        Ok(store::ping(&self.context.pool).await?)
    }
}

async fn register_handle_keys(
    conn: &mut PgConnection,
    keys: &HandleKeys,
) -> Result<(), StartError> {
    check_handle_keys(conn, keys).await?;
    for key in std::iter::once(keys.current()).chain(keys.retired()) {
        // Another replica may have stored another secret meanwhile.
        let check = store::members::accounts::register_key(conn, key).await?;
        if check == KeyCheck::Different {
            return Err(StartError::WrongHandleKey);
        }
    }
    Ok(())
}

/// Checks that the configured keys can read the stored handles. Stores nothing.
///
/// # Errors
/// [`StartError::MissingHandleKey`] or [`StartError::WrongHandleKey`] if they cannot.
pub async fn check_handle_keys(
    conn: &mut PgConnection,
    keys: &HandleKeys,
) -> Result<(), StartError> {
    let configured = || std::iter::once(keys.current()).chain(keys.retired());
    let ids: Vec<i16> = configured().map(HandleKey::id).collect();
    let missing = store::members::accounts::missing_keys(conn, &ids).await?;
    if let Some(id) = missing.first() {
        return Err(StartError::MissingHandleKey(*id));
    }
    for key in configured() {
        if store::members::accounts::check_key(conn, key).await? == KeyCheck::Different {
            return Err(StartError::WrongHandleKey);
        }
    }
    Ok(())
}

/// Loads the configured scoring model: a shipped one, a file, or the built-in one.
///
/// # Errors
/// If the file cannot be read or is not a model.
pub fn load_model(config: &Config) -> Result<Model, Invalid> {
    match &config.scoring.model {
        Some(name) => model_of(name),
        None => Ok(Model::builtin()),
    }
}

/// Loads the shipped model of a version, or the model in a file.
///
/// # Errors
/// If the file cannot be read or is not a model.
pub fn model_of(name: &std::path::Path) -> Result<Model, Invalid> {
    let version = name.to_str().map(ModelVersion::parse);
    let shipped = version.and_then(|version| Model::shipped(&version.ok()?));
    if let Some(shipped) = shipped {
        return Ok(shipped);
    }
    let invalid = |invalid| Invalid::new(format_args!("{}: {invalid}", name.display()));
    Model::parse(&read(name)?).map_err(invalid)
}

/// Loads the configured topic dictionary: a file, or the built-in one.
///
/// # Errors
/// If the file cannot be read or is not a dictionary.
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
