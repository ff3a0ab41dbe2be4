//! Exposures: which perks were shown to which members. A lookup writes nothing to
//! the database: exposures go into a bounded buffer in memory, which a job writes
//! every second. If the process is killed, those of the last second are lost, on
//! both sides of an experiment alike.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, NaiveDate, Utc};

use crate::service::context::Context;
use crate::service::error::Result;
use crate::service::programs::InForce;
use crate::store;
use crate::store::Job;
use crate::store::insight::exposures::{Exposure, FirstExposure};
use renown_core::domain::{MemberId, PerkId};
use renown_core::rules::{Arm, Facts, PerkExposure, PerkOutcome};

/// The maximum number of exposures, one member and one perk each, that wait to be
/// written.
const MOST_WAITING: usize = 500_000;
/// Exposures written in one statement.
const WRITTEN_AT_ONCE: usize = 5_000;

/// The exposures that are not written yet.
#[derive(Debug, Default)]
struct ExposureBuffer(Mutex<Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    people: Vec<Shown>,
    perks: usize,
}

/// What one member was shown at one time.
#[derive(Debug)]
struct Shown {
    in_force: Arc<InForce>,
    member: MemberId,
    at: DateTime<Utc>,
    perks: Vec<ShownPerk>,
}

/// A perk, by its index in the program.
#[derive(Debug, Clone, Copy)]
struct ShownPerk {
    place: usize,
    arm: Arm,
    /// Whether an experiment assigned the arm.
    drawn: bool,
}

impl ShownPerk {
    fn of(seen: &PerkExposure<'_>) -> Self {
        Self {
            place: seen.perk,
            arm: seen.arm,
            drawn: seen.experiment.is_some(),
        }
    }
}

/// The exposures to be written, by the program's days, with the time of the first.
type Days = BTreeMap<NaiveDate, BTreeMap<Exposure, DateTime<Utc>>>;

impl ExposureBuffer {
    /// Buffers exposures, if there is room. A full buffer means that the database
    /// has been unavailable for long; then exposures of both sides are dropped.
    fn add(&self, shown: Shown) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.perks + shown.perks.len() > MOST_WAITING {
            metrics::counter!("renown_showings_lost_total").increment(1);
            return;
        }
        waiting.perks += shown.perks.len();
        waiting.people.push(shown);
    }

    fn take(&self) -> Vec<Shown> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.perks = 0;
        std::mem::take(&mut waiting.people)
    }
}

/// Exposures that are being written. Those that are not written when this is dropped go
/// back into the buffer, also if the writing is given up.
struct TakenExposures<'b> {
    buffer: &'b ExposureBuffer,
    people: Vec<Shown>,
}

impl Drop for TakenExposures<'_> {
    fn drop(&mut self) {
        let people = std::mem::take(&mut self.people);
        people.into_iter().for_each(|shown| self.buffer.add(shown));
    }
}

/// Records which perks were shown to which members.
#[derive(Debug)]
pub struct Exposures {
    context: Context,
    exposures: ExposureBuffer,
}

impl Exposures {
    pub(in crate::service) fn new(context: Context) -> Self {
        Self {
            context,
            exposures: ExposureBuffer::default(),
        }
    }

    /// Records the exposure of a member to all perks of a program.
    pub(in crate::service) fn note_exposures(
        &self,
        in_force: &Arc<InForce>,
        facts: &Facts<'_>,
        outcomes: &[PerkOutcome<'_>],
    ) {
        let Some(member) = &facts.member else { return };
        let exposures = in_force.program.exposures(facts, outcomes);
        let perks = exposures.iter().map(ShownPerk::of);
        self.note(in_force, member.id, perks.collect());
    }

    /// Records the exposure of a member to one perk: it was given, or an
    /// experiment put the member in the control group.
    pub(in crate::service) fn note_exposure(
        &self,
        in_force: &Arc<InForce>,
        facts: &Facts<'_>,
        outcomes: &[PerkOutcome<'_>],
        perk: &PerkId,
    ) {
        let Some(member) = &facts.member else { return };
        let program = &in_force.program;
        let exposures = program.exposures(facts, outcomes);
        let of_perk = exposures
            .iter()
            .filter(|seen| program.perks()[seen.perk].id == *perk);
        self.note(in_force, member.id, of_perk.map(ShownPerk::of).collect());
    }

    fn note(&self, in_force: &Arc<InForce>, member: MemberId, perks: Vec<ShownPerk>) {
        if perks.is_empty() {
            return;
        }
        self.exposures.add(Shown {
            in_force: Arc::clone(in_force),
            member,
            // The real time, not the tick of the answer: what the member did within
            // the tick before the exposure is not its effect.
            at: self.context.clock.now(),
            perks,
        });
    }

    /// Writes the buffered exposures. Returns for how many answers; 0 also while
    /// another replica writes.
    ///
    /// # Errors
    /// If the database does not answer: the exposures stay in the buffer for the
    /// next time.
    pub async fn write_down_shown(&self) -> Result<usize> {
        let mut taken = TakenExposures {
            buffer: &self.exposures,
            people: self.exposures.take(),
        };
        if taken.people.is_empty() || !self.write_down(&taken.people).await? {
            return Ok(0);
        }
        Ok(std::mem::take(&mut taken.people).len())
    }

    /// Writes exposures. Returns `false` if another replica is writing.
    async fn write_down(&self, people: &[Shown]) -> Result<bool> {
        let mut transaction = self.context.transaction().await?;
        // One replica at a time; otherwise two would both count a member that is
        // new today.
        if !store::try_lock(&mut transaction, Job::Exposures).await? {
            transaction.rollback().await?;
            return Ok(false);
        }
        for (day, exposures) in by_day(people) {
            // In order of their keys, as in the map.
            let seen: Vec<FirstExposure> = exposures
                .into_iter()
                .map(|(exposure, first_at)| FirstExposure { exposure, first_at })
                .collect();
            for chunk in seen.chunks(WRITTEN_AT_ONCE) {
                store::insight::exposures::record(&mut transaction, day, chunk).await?;
            }
        }
        transaction.commit().await?;
        Ok(true)
    }
}

/// Groups exposures by day, each once with the time of its first.
fn by_day(people: &[Shown]) -> Days {
    let mut days = Days::new();
    for shown in people {
        let program = &shown.in_force.program;
        let day = program.day_of(shown.at);
        let exposures = days.entry(day).or_default();
        for seen in &shown.perks {
            let Some(perk) = program.perks().get(seen.place) else {
                continue;
            };
            let experiment = program.experiment_of(perk).filter(|_| seen.drawn);
            let exposure = Exposure {
                member: shown.member,
                program: program.id().clone(),
                perk: perk.id.clone(),
                salt: experiment.map_or_else(String::new, |e| e.salt.clone()),
                arm: seen.arm,
            };
            let first = exposures.entry(exposure).or_insert(shown.at);
            *first = shown.at.min(*first);
        }
    }
    days
}
