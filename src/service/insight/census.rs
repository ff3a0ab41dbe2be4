//! The census: once on each day of a program, all members are evaluated, and those
//! that are eligible for each perk are counted, whether they ask or not. It is read
//! page by page, so that the caller can let other work run in between; a census
//! that was interrupted starts again. It records no exposures, because no member
//! sees a perk.

use std::collections::VecDeque;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{Postgres, Transaction};
use tokio::task::spawn_blocking;

use super::Insight;

use crate::service::decisions::supply;
use crate::service::error::{Result, ServiceError};
use crate::service::programs::InForce;
use crate::store;
use crate::store::Job;
use crate::store::decisions::facts::{Selection, UnreadFacts};
use crate::store::decisions::population;
use crate::store::decisions::population::Range;
use crate::store::insight::census;
use crate::store::insight::census::PerkCount;
use renown_core::domain::ProgramId;
use renown_core::rules::{Arm, DemotionFreeze, Occasion, Supply};

/// Members of one page.
const PAGE: i64 = 1_000;

/// The result of beginning a census.
#[derive(Debug)]
pub enum CensusStart {
    /// Today's census was taken, or the program has no perks.
    Taken,
    /// Another replica is taking one.
    Elsewhere,
    /// This replica is to take it.
    Started(Box<Census>),
}

/// A started census. Dropping it abandons it.
#[derive(Debug)]
pub struct Census {
    /// The transaction that holds the job's lock.
    transaction: Transaction<'static, Postgres>,
    basis: Arc<Basis>,
    day: NaiveDate,
    pages: VecDeque<Range>,
    counts: Vec<Count>,
}

/// What all members are evaluated with.
#[derive(Debug)]
struct Basis {
    in_force: Arc<InForce>,
    supply: Supply,
    hold: Option<DemotionFreeze>,
    now: DateTime<Utc>,
}

/// The counts of one perk.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    eligible: u64,
    held_back: u64,
}

impl Basis {
    /// Evaluates and counts a page; to be called on a blocking thread.
    fn count(&self, facts: UnreadFacts) -> Result<Vec<Count>> {
        let program = &self.in_force.program;
        let mut counts = vec![Count::default(); program.perks().len()];
        for facts in facts.read()?.values() {
            let hold = self.hold.as_ref();
            let rules = facts.in_program(
                program.id(),
                Occasion::without_caller(&self.supply, hold, self.now),
            );
            let outcome = program.evaluate(&rules);
            for (count, perk) in counts.iter_mut().zip(&outcome.perks) {
                let arm = perk.eligibility.arm();
                count.eligible += u64::from(arm == Some(Arm::Offered));
                count.held_back += u64::from(arm == Some(Arm::HeldBack));
            }
        }
        Ok(counts)
    }
}

impl Insight {
    /// Returns the present day in a program's time zone.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no such program.
    pub fn today_in(&self, program: &ProgramId) -> Result<NaiveDate> {
        let in_force = self.programs.in_force(program)?;
        Ok(in_force.program.day_of(self.context.clock.now()))
    }

    /// Begins today's census of a program.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no such program.
    pub async fn begin_census(&self, program: &ProgramId) -> Result<CensusStart> {
        let in_force = self.programs.in_force(program)?;
        let mut transaction = self.context.transaction().await?;
        if !store::try_lock(&mut transaction, Job::Census).await? {
            transaction.rollback().await?;
            return Ok(CensusStart::Elsewhere);
        }
        let now = self.context.clock.now();
        let day = in_force.program.day_of(now);
        let none = in_force.program.perks().is_empty();
        if none || census::is_taken(&mut transaction, program, day).await? {
            transaction.rollback().await?;
            return Ok(CensusStart::Taken);
        }
        let pages = population::ranges(&mut transaction, PAGE).await?;
        let basis = Basis {
            supply: supply(&mut transaction, &in_force.program, now).await?,
            hold: self.sources.hold_in(&mut transaction).await?,
            now,
            in_force,
        };
        Ok(CensusStart::Started(Box::new(Census {
            counts: vec![Count::default(); basis.in_force.program.perks().len()],
            basis: Arc::new(basis),
            transaction,
            day,
            pages: pages.into(),
        })))
    }

    /// Counts the next page. Returns `false` if there is none.
    pub async fn count_page(self: &Arc<Self>, census: &mut Census) -> Result<bool> {
        let Some(range) = census.pages.pop_front() else {
            return Ok(false);
        };
        let basis = Arc::clone(&census.basis);
        let (program, now) = (basis.in_force.program.id(), basis.now);
        let facts = self.facts.unread(
            &mut census.transaction,
            Selection::Range(range),
            Some(program),
            now,
        );
        let facts = facts.await?;
        let counting = spawn_blocking(move || basis.count(facts));
        let counted = counting.await.map_err(|_| ServiceError::Busy)??;
        for (sum, more) in census.counts.iter_mut().zip(counted) {
            sum.eligible += more.eligible;
            sum.held_back += more.held_back;
        }
        Ok(true)
    }

    /// Writes the counts and commits.
    pub async fn finish_census(&self, mut census: Census) -> Result<()> {
        let program = &census.basis.in_force.program;
        let perks = program.perks().iter().zip(&census.counts);
        let mut perks: Vec<PerkCount> = perks
            .map(|(perk, count)| PerkCount {
                perk: perk.id.clone(),
                eligible: count.eligible,
                held_back: count.held_back,
            })
            .collect();
        perks.sort_by(|a, b| a.perk.cmp(&b.perk));
        let taken = census::PerkCensus {
            program: program.id().clone(),
            day: census.day,
            version: census.basis.in_force.version,
            at: census.basis.now,
            perks,
        };
        census::record(&mut census.transaction, &taken).await?;
        census.transaction.commit().await?;
        Ok(())
    }

    /// Takes today's census of a program, if it was not taken. Returns whether it
    /// did.
    ///
    /// # Errors
    /// As [`begin_census`](Self::begin_census).
    pub async fn take_census(self: &Arc<Self>, program: &ProgramId) -> Result<bool> {
        let CensusStart::Started(mut census) = self.begin_census(program).await? else {
            return Ok(false);
        };
        while self.count_page(&mut census).await? {}
        self.finish_census(*census).await?;
        Ok(true)
    }
}
