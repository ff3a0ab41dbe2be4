//! Who was shown which perk. A lookup stays a pure read: what it has shown goes
//! into a bounded buffer in memory, which a job writes down every second. If the
//! process is killed, what was shown in the last second is lost, for both sides
//! of an experiment alike.

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

/// Perks shown that may wait to be written, each to one person.
const MOST_WAITING: usize = 500_000;
/// Written in one statement.
const WRITTEN_AT_ONCE: usize = 5_000;

/// What has been shown and is not yet written down.
#[derive(Debug, Default)]
struct ExposureBuffer(Mutex<Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    people: Vec<Shown>,
    perks: usize,
}

/// What one person was shown at one time.
#[derive(Debug)]
struct Shown {
    in_force: Arc<InForce>,
    member: MemberId,
    at: DateTime<Utc>,
    perks: Vec<ShownPerk>,
}

/// One perk, by its place in the program.
#[derive(Debug, Clone, Copy)]
struct ShownPerk {
    place: usize,
    arm: Arm,
    /// Whether an experiment drew the side.
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

/// What is to be written of the program's days.
type Days = BTreeMap<NaiveDate, BTreeMap<Exposure, DateTime<Utc>>>;

impl ExposureBuffer {
    /// Takes what was shown, if there is room. Where there is none the database
    /// has been away for long, and people of both sides are forgotten.
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

    fn restore(&self, people: Vec<Shown>) {
        people.into_iter().for_each(|shown| self.add(shown));
    }
}

/// Notes who was shown which perk.
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

    /// Notes what somebody was shown of all perks of a program.
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

    /// Notes that somebody was shown one perk: they were given it, or it was
    /// held back from them.
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
            // Not the tick of the answer: what somebody did in that minute
            // before they saw it is not what it brought about.
            at: self.context.clock.now(),
            perks,
        });
    }

    /// Writes down what has been shown. Says for how many people; 0 too while
    /// another replica is at it.
    ///
    /// # Errors
    /// If the database does not answer: then it is tried again the next time.
    pub async fn write_down_shown(&self) -> Result<usize> {
        let people = self.exposures.take();
        if people.is_empty() {
            return Ok(0);
        }
        match self.write_down(&people).await {
            Ok(true) => Ok(people.len()),
            Ok(false) => {
                self.exposures.restore(people);
                Ok(0)
            }
            Err(error) => {
                self.exposures.restore(people);
                Err(error)
            }
        }
    }

    /// `false` if another replica is at it.
    async fn write_down(&self, people: &[Shown]) -> Result<bool> {
        let mut transaction = self.context.pool.begin().await?;
        // One at a time, or two would both count somebody who is new today.
        if !store::try_lock(&mut transaction, Job::ExposureBuffer).await? {
            transaction.rollback().await?;
            return Ok(false);
        }
        for (day, exposures) in by_day(people) {
            // In order of their keys, as they stand in the map.
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

/// Each once a day, with the first time at which it was seen.
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
