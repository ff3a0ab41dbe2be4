//! Simulates a draft on the whole population, or a sample, before it is published.
//! Nothing is written.
//!
//! Workers take pages of members from one queue. Each worker has its own
//! connection, and all see the same snapshot of the database. While a worker waits
//! for its next page, the previous one is evaluated on a blocking thread. The sums
//! do not depend on which worker took which page.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, Postgres, Transaction};
use tokio::sync::OwnedSemaphorePermit;
use tokio::task::{JoinSet, spawn_blocking};

use super::InForce;
use super::Simulations;
use super::versions::stock_conflict;

use crate::service::decisions::supply;
use crate::service::error::{Result, ServiceError};
use crate::store;
use crate::store::decisions::facts::{Selection, UnreadFacts};
use crate::store::decisions::population;
use crate::store::decisions::population::Range;
use renown_core::domain::{MemberId, PerkId, ProgramId, ProgramVersion, Unit};
use renown_core::rules::simulate::{
    Affected, Comparison, Frame, Simulation, SimulationTotals, Version,
};
use renown_core::rules::{DemotionFreeze, Occasion, PerkCodes, Program, Supply};

/// Members of one page.
const PAGE: usize = 2_000;
/// Workers, each with a connection; Postgres and the evaluation share the machine.
const WORKERS: usize = 2;
/// With fewer connections than this in the pool, there is one worker only.
const FEW_CONNECTIONS: u32 = 10;
/// The maximum number of attributes that members are grouped by.
const MAX_GROUPINGS: usize = 10;

static NO_SUPPLY: LazyLock<Supply> = LazyLock::new(Supply::default);

/// A requested simulation.
#[derive(Debug, Clone)]
pub struct SimulationRequest {
    /// The source of a program; `None` for the stored draft.
    pub source: Option<String>,
    /// The approximate number of members to evaluate; `None` for all.
    pub sample: Option<u64>,
    /// The attributes to group members by; `None` for the protected ones that
    /// occur.
    pub groups: Option<Vec<String>>,
    /// The probability, from 0 to 1, that an eligible member claims on a day.
    pub uptake: Unit,
    /// Whether the most affected members are shown with an identity.
    pub shows_identities: bool,
}

impl SimulationRequest {
    /// The default share of eligible members that are assumed to claim on a day.
    pub const UPTAKE: f64 = 0.02;

    fn check(&self) -> Result<()> {
        if self.sample == Some(0) {
            return Err(ServiceError::invalid(
                "/sample",
                "a sample has at least one member",
            ));
        }
        if self
            .groups
            .as_ref()
            .is_some_and(|groups| groups.len() > MAX_GROUPINGS)
        {
            let detail = format!("members are grouped by at most {MAX_GROUPINGS} attributes");
            return Err(ServiceError::invalid("/groups", detail));
        }
        Ok(())
    }
}

/// The progress of a simulation.
#[derive(Debug, Clone)]
pub struct SimulationProgress {
    done: Arc<AtomicU64>,
    of: u64,
}

impl SimulationProgress {
    /// Returns the number of members evaluated so far.
    pub fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// Returns the number of members to be evaluated.
    pub fn of(&self) -> u64 {
        self.of
    }
}

/// A simulation that is ready to run: the draft is valid, and no other simulation
/// runs. Dropping it, or the future that runs it, ends it.
#[derive(Debug)]
pub struct PreparedSimulation {
    work: Arc<SimulationRun>,
    transactions: Vec<Transaction<'static, Postgres>>,
    frame: Frame,
    progress: SimulationProgress,
    shows_identities: bool,
    _alone: OwnedSemaphorePermit,
}

/// The state that the workers of a simulation share.
#[derive(Debug)]
struct SimulationRun {
    service: Arc<Simulations>,
    inputs: Inputs,
    pages: Vec<Page>,
    next: AtomicUsize,
    done: Arc<AtomicU64>,
}

/// Members that are read at once.
#[derive(Debug)]
enum Page {
    Range(Range),
    Ids(Vec<MemberId>),
}

/// What all members are evaluated with.
#[derive(Debug)]
struct Inputs {
    before: Option<Arc<InForce>>,
    after: Program,
    supply_before: Supply,
    supply_after: Supply,
    audited: Vec<String>,
    hold: Option<DemotionFreeze>,
    now: DateTime<Utc>,
}

impl Inputs {
    fn comparison(&self) -> Comparison<'_> {
        let before = self.before.as_ref().map(|in_force| Version {
            program: &in_force.program,
            left: &self.supply_before.left,
            used: &self.supply_before.used,
        });
        let after = Version {
            program: &self.after,
            left: &self.supply_after.left,
            used: &self.supply_after.used,
        };
        Comparison::new(before, after, &self.audited)
    }
}

impl Simulations {
    /// Prepares to simulate a source, or the draft, against the version in force.
    /// All checks that can refuse it are made here.
    ///
    /// # Errors
    /// As publishing would: [`ServiceError::NotFound`] if there is no draft,
    /// [`ServiceError::Program`] with all mistakes, [`ServiceError::Conflict`] if
    /// more units of a perk are claimed than its new stock.
    /// [`ServiceError::Occupied`] while another simulation runs.
    pub async fn prepare(
        self: &Arc<Self>,
        program: &ProgramId,
        request: SimulationRequest,
    ) -> Result<PreparedSimulation> {
        request.check()?;
        let after = self
            .draft_to_simulate(program, request.source.as_deref())
            .await?;
        let alone = Arc::clone(&self.turn).try_acquire_owned();
        let alone = alone
            .map_err(|_| ServiceError::Occupied("another simulation is running; one at a time"))?;
        let mut first = store::begin_reading(&self.context.pool).await?;
        let (inputs, compared_with) = self
            .inputs(&mut first, after, request.groups.clone())
            .await?;
        let population = population::count(&mut first).await?;
        let (pages, of) = pages(&mut first, population, request.sample).await?;
        let transactions = self.beside(first, pages.len()).await?;
        let frame = Frame {
            compared_with,
            now: inputs.now,
            population,
            uptake: request.uptake,
            shown_if_present: request.groups.is_none().then_some(MAX_GROUPINGS),
        };
        let done = Arc::new(AtomicU64::new(0));
        Ok(PreparedSimulation {
            transactions,
            frame,
            shows_identities: request.shows_identities,
            progress: SimulationProgress {
                done: Arc::clone(&done),
                of,
            },
            work: Arc::new(SimulationRun {
                service: Arc::clone(self),
                inputs,
                pages,
                next: AtomicUsize::new(0),
                done,
            }),
            _alone: alone,
        })
    }

    async fn draft_to_simulate(
        &self,
        program: &ProgramId,
        source: Option<&str>,
    ) -> Result<Program> {
        let source = match source {
            Some(source) => source.to_owned(),
            None => self.programs.draft(program).await?,
        };
        Ok(self.programs.compile(Some(program), &source).await?.program)
    }

    async fn inputs(
        &self,
        conn: &mut PgConnection,
        after: Program,
        groups: Option<Vec<String>>,
    ) -> Result<(Inputs, Option<ProgramVersion>)> {
        let (before, now) = (
            self.programs.in_force(after.id()).ok(),
            self.context.clock.now(),
        );
        let supply_before = match &before {
            Some(before) => supply(conn, &before.program, now).await?,
            None => Supply::default(),
        };
        let supply_after = Supply {
            left: left_under(conn, &after).await?,
            ..supply(conn, &after, now).await?
        };
        let protected = &self.context.config.programs.protected_attributes;
        let version = before.as_ref().map(|before| before.version);
        let inputs = Inputs {
            before,
            after,
            supply_before,
            supply_after,
            audited: groups.unwrap_or_else(|| protected.iter().cloned().collect()),
            hold: self.sources.hold_in(conn).await?,
            now,
        };
        Ok((inputs, version))
    }

    /// Adds the names of members, and an identity of each if that is wanted.
    async fn name(&self, affected: &mut [Affected], with_identities: bool) -> Result<()> {
        let ids: Vec<MemberId> = affected.iter().map(|one| one.member).collect();
        let mut conn = self.context.connection().await?;
        let mut names = store::members::names(&mut conn, &ids).await?;
        let mut identities = match with_identities {
            true => store::members::one_identity(&mut conn, &ids).await?,
            false => BTreeMap::new(),
        };
        for one in affected {
            one.name = names.remove(&one.member);
            one.identity = identities
                .remove(&one.member)
                .map(|identity| identity.to_string());
        }
        Ok(())
    }

    /// Begins one transaction for each further worker, all with the snapshot of the
    /// first.
    async fn beside(
        &self,
        mut first: Transaction<'static, Postgres>,
        pages: usize,
    ) -> Result<Vec<Transaction<'static, Postgres>>> {
        let workers = match self.context.config.database.max_connections {
            ..FEW_CONNECTIONS => 1,
            _ => WORKERS.min(pages),
        };
        let mut others = Vec::new();
        for _ in 1..workers {
            others.push(population::begin_beside(&self.context.pool, &mut first).await?);
        }
        others.push(first);
        Ok(others)
    }
}

/// Returns the units of each perk that would be left under a draft.
async fn left_under(conn: &mut PgConnection, after: &Program) -> Result<BTreeMap<PerkId, i64>> {
    let counted = store::programs::counted(conn, after.id()).await?;
    let mut left = BTreeMap::new();
    for perk in after.perks() {
        let Some(counted) = counted.get(&perk.id) else {
            continue;
        };
        if perk.stock.is_some_and(|total| counted.taken > total) {
            return Err(stock_conflict(&perk.id));
        }
        let of_stock = perk.stock.map(|total| total - counted.taken);
        let coded = perk.codes == PerkCodes::Imported;
        let of_codes = coded.then_some(counted.free_codes);
        if let Some(units) = of_stock.into_iter().chain(of_codes).min() {
            left.insert(perk.id.clone(), (units - counted.waiting).max(0));
        }
    }
    Ok(left)
}

/// Returns the members to evaluate as pages, and their number.
async fn pages(
    conn: &mut PgConnection,
    population: u64,
    sample: Option<u64>,
) -> Result<(Vec<Page>, u64)> {
    let Some(sample) = sample.filter(|sample| *sample < population) else {
        let ranges = population::ranges(conn, PAGE as i64).await?;
        return Ok((ranges.into_iter().map(Page::Range).collect(), population));
    };
    let ids = population::sample(conn, sample as f64 / population as f64).await?;
    let pages = ids.chunks(PAGE).map(|ids| Page::Ids(ids.to_vec()));
    Ok((pages.collect(), ids.len() as u64))
}

impl PreparedSimulation {
    /// Returns a handle on the progress, to be read while the simulation runs.
    pub fn progress(&self) -> SimulationProgress {
        self.progress.clone()
    }

    /// Runs the simulation.
    pub async fn run(self) -> Result<Simulation> {
        let mut workers = JoinSet::new();
        for transaction in self.transactions {
            workers.spawn(Arc::clone(&self.work).take_pages(transaction));
        }
        let comparison = self.work.inputs.comparison();
        let mut whole = SimulationTotals::new(&comparison);
        while let Some(part) = workers.join_next().await {
            whole.merge(part.map_err(|_| ServiceError::Busy)??);
        }
        let mut report = comparison.report(whole, &self.frame);
        let service = &self.work.service;
        service
            .name(&mut report.most_affected, self.shows_identities)
            .await?;
        Ok(report)
    }
}

impl SimulationRun {
    /// Runs one worker: evaluates pages until none is left.
    async fn take_pages(
        self: Arc<Self>,
        mut conn: Transaction<'static, Postgres>,
    ) -> Result<SimulationTotals> {
        let mut totals = SimulationTotals::new(&self.inputs.comparison());
        let mut last = None;
        while let Some(page) = self.pages.get(self.next.fetch_add(1, Ordering::Relaxed)) {
            let work = Arc::clone(&self);
            let evaluated = async {
                match last.take() {
                    None => Ok(totals),
                    Some(read) => work.evaluate(totals, read).await,
                }
            };
            let (counted, read) = futures::try_join!(evaluated, self.read(&mut conn, page))?;
            totals = counted;
            last = Some(read);
        }
        match last {
            None => Ok(totals),
            Some(read) => Arc::clone(&self).evaluate(totals, read).await,
        }
    }

    async fn read(&self, conn: &mut PgConnection, page: &Page) -> Result<UnreadFacts> {
        let selection = match page {
            Page::Range(range) => Selection::Range(*range),
            Page::Ids(ids) => Selection::Ids(ids),
        };
        let (program, now) = (self.inputs.after.id(), self.inputs.now);
        let facts = &self.service.facts;
        facts.unread(conn, selection, Some(program), now).await
    }

    /// Evaluates a page on a blocking thread and adds it to the aggregate.
    async fn evaluate(
        self: Arc<Self>,
        mut totals: SimulationTotals,
        unread: UnreadFacts,
    ) -> Result<SimulationTotals> {
        let counting = spawn_blocking(move || {
            let facts = unread.read()?;
            let comparison = self.inputs.comparison();
            let (program, hold) = (self.inputs.after.id(), self.inputs.hold.as_ref());
            for facts in facts.values() {
                let rules = facts.in_program(
                    program,
                    Occasion::without_caller(&NO_SUPPLY, hold, self.inputs.now),
                );
                comparison.add(&mut totals, &rules);
            }
            self.done.fetch_add(facts.len() as u64, Ordering::Relaxed);
            Ok(totals)
        });
        counting.await.map_err(|_| ServiceError::Busy)?
    }
}
