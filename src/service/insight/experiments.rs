//! Results of experiments: what the members that were offered a perk did
//! afterwards, compared with the control group.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::Insight;
use crate::service::error::{Result, ServiceError};
use crate::service::programs::InForce;
use crate::store;
use crate::store::insight::exposures;
use crate::store::insight::exposures::Participant;
use crate::store::insight::outcomes;
use crate::store::insight::outcomes::{Paid, Received};
use renown_core::domain::{Currency, MemberId, PerkId, ProgramId, ProgramVersion};
use renown_core::fairness::lift::Split;
use renown_core::fairness::outcome::{Bought, Payment, Window};
use renown_core::fairness::trial::{ArmComparison, Side, TrialOutcome};
use renown_core::rules::{Arm, Experiment, Program};
use uuid::Uuid;

/// Members read at once.
const PAGE: i64 = 1_000;
/// The allowed numbers of days after an exposure that count.
const OUTCOME_DAYS: std::ops::RangeInclusive<u16> = 1..=365;

/// An experiment of a program in force.
#[derive(Debug, Clone)]
pub struct ListedExperiment {
    /// The perk with an experiment of its own; `None` for the program's experiment.
    pub perk: Option<PerkId>,
    /// The perks that the experiment decides about.
    pub perks: Vec<PerkId>,
    /// The experiment.
    pub experiment: Experiment,
    /// The number of exposed members: those offered a perk, then the control group.
    pub exposed: [u64; 2],
}

/// A request for a report on an experiment.
#[derive(Debug, Clone)]
pub struct ExperimentQuery {
    /// The program.
    pub program: ProgramId,
    /// The perk with an experiment of its own; `None` for the program's experiment
    /// on the perks that share it.
    pub perk: Option<PerkId>,
    /// The number of days after the first exposure that count, from 1 to 365.
    pub outcome_days: u16,
    /// The version that defines the experiment; `None` for the one in force.
    pub version: Option<ProgramVersion>,
}

/// The result of an experiment.
#[derive(Debug, Clone)]
pub struct ExperimentReport {
    /// The experiment.
    pub experiment: Experiment,
    /// The time at which the log was read.
    pub as_of: DateTime<Utc>,
    /// The currency of all amounts.
    pub currency: Currency,
    /// The members that were offered the perk, then the control group.
    pub sides: [Side; 2],
    /// The effect of the offer.
    pub comparison: ArmComparison,
    /// Whether the sizes of the sides fit the share that was drawn.
    pub split: Split,
}

impl Insight {
    /// Returns the experiments of a program: its own, then those of its perks in
    /// their order.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no such program.
    pub async fn experiments(&self, program: &ProgramId) -> Result<Vec<ListedExperiment>> {
        let in_force = self.programs.in_force(program)?;
        let mut listed = listed(&in_force.program);
        let mut conn = self.context.pool.acquire().await?;
        for one in &mut listed {
            let salt = &one.experiment.salt;
            one.exposed = exposures::sizes(&mut conn, program, salt, &one.perks).await?;
        }
        Ok(listed)
    }

    /// Compares the two sides of an experiment. Only one report is made at a time,
    /// because it reads the events of all members that take part.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no such program, version or
    /// experiment; [`ServiceError::Occupied`] while another report is made; also if
    /// the number of days is out of range.
    pub async fn experiment_report(&self, query: &ExperimentQuery) -> Result<ExperimentReport> {
        if !OUTCOME_DAYS.contains(&query.outcome_days) {
            let detail = format!(
                "outcome_days is from {} to {}",
                OUTCOME_DAYS.start(),
                OUTCOME_DAYS.end()
            );
            return Err(ServiceError::invalid("", detail));
        }
        let (experiment, perks) = self.experiment_asked_for(query).await?;
        let _alone = self.reporting.try_acquire().map_err(|_| {
            ServiceError::Occupied("another report on an experiment is being made; one at a time")
        })?;
        let now = self.context.clock.now();
        let sides = self.sides(query, (&experiment, &perks), now).await?;
        let [offered, held_back] = &sides;
        Ok(ExperimentReport {
            as_of: now,
            currency: self.current.model().rates().base().clone(),
            comparison: ArmComparison::of(offered, held_back),
            split: Split::of(
                offered.exposed,
                held_back.exposed,
                experiment.hold_back.share(),
            ),
            experiment,
            sides,
        })
    }

    /// Finds the experiment and the perks that it decides about.
    async fn experiment_asked_for(
        &self,
        query: &ExperimentQuery,
    ) -> Result<(Experiment, Vec<PerkId>)> {
        let in_force: Arc<InForce>;
        let earlier: Program;
        let program = match query.version {
            None => {
                in_force = self.programs.in_force(&query.program)?;
                &in_force.program
            }
            Some(version) => {
                let published = self.programs.version(&query.program, version).await?;
                earlier = Program::load(&published.source, Some(&published.audiences))
                    .map_err(ServiceError::Program)?;
                &earlier
            }
        };
        let found = match &query.perk {
            None => {
                let mut listed = listed(program).into_iter();
                let whole = listed.find(|one| one.perk.is_none());
                whole.map(|whole| (whole.experiment, whole.perks))
            }
            Some(id) => {
                let perk = program.perk(id);
                let perk = perk.ok_or(ServiceError::NotFound("such perk in this program"))?;
                let own = program.experiment_of(perk).cloned();
                own.map(|experiment| (experiment, vec![id.clone()]))
            }
        };
        found.ok_or(ServiceError::NotFound("such experiment in this program"))
    }

    /// Reads all members that take part, page by page, in one snapshot of the
    /// database.
    async fn sides(
        &self,
        query: &ExperimentQuery,
        (experiment, perks): (&Experiment, &[PerkId]),
        now: DateTime<Utc>,
    ) -> Result<[Side; 2]> {
        let mut sides = [Side::default(), Side::default()];
        let mut conn = store::begin_reading(&self.context.pool).await?;
        let program = &query.program;
        let mut after = MemberId(Uuid::nil());
        loop {
            let salt = &experiment.salt;
            let page =
                exposures::participants(&mut conn, program, salt, perks, after, PAGE).await?;
            let Some(last) = page.last() else {
                return Ok(sides);
            };
            after = last.member;
            self.add_page(&mut conn, &page, query.outcome_days, now, &mut sides)
                .await?;
        }
    }

    async fn add_page(
        &self,
        conn: &mut PgConnection,
        page: &[Participant],
        days: u16,
        now: DateTime<Utc>,
        sides: &mut [Side; 2],
    ) -> Result<()> {
        let mut complete = Vec::new();
        for person in page {
            let side = side_of(sides, person.arm);
            side.exposed += 1;
            side.switched += u64::from(person.switched);
            let windows = windows(person, days);
            complete.extend(
                windows
                    .filter(|(_, after)| after.to <= now)
                    .map(|w| (*person, w)),
            );
        }
        let people: Vec<Participant> = complete.iter().map(|(person, _)| *person).collect();
        let payments = outcomes::payments(conn, &people, days.into()).await?;
        let received = outcomes::reactions(conn, &people, days.into()).await?;
        for (person, (before, after)) in complete {
            let payments = self.in_base(payments.get(&person.member));
            let reactions = received.get(&person.member);
            let reactions = reactions.copied().unwrap_or_default();
            side_of(sides, person.arm).add(&outcome(&payments, reactions, before, after));
        }
        Ok(())
    }

    /// Converts payments to the base currency. Those without a rate are left out,
    /// as in scores.
    fn in_base(&self, payments: Option<&Vec<Paid>>) -> Vec<Payment> {
        let converted = payments.into_iter().flatten().filter_map(|paid| {
            Some(Payment {
                account: paid.account,
                order: paid.order.clone(),
                at: paid.at,
                amount: self.current.model().rates().convert(&paid.amount)?,
                refund: paid.refund,
            })
        });
        converted.collect()
    }
}

fn listed(program: &Program) -> Vec<ListedExperiment> {
    let id = |perk: &renown_core::rules::Perk| perk.id.clone();
    let whole = program.experiment().map(|experiment| ListedExperiment {
        perk: None,
        perks: program
            .perks()
            .iter()
            .filter(|perk| perk.experiment.is_none() && program.experiment_of(perk).is_some())
            .map(id)
            .collect(),
        experiment: experiment.clone(),
        exposed: [0; 2],
    });
    let own = program.perks().iter().filter_map(|perk| {
        let experiment = perk.experiment.as_ref()?;
        Some(ListedExperiment {
            perk: Some(id(perk)),
            perks: vec![id(perk)],
            experiment: experiment.clone(),
            exposed: [0; 2],
        })
    });
    whole.into_iter().chain(own).collect()
}

fn side_of(sides: &mut [Side; 2], arm: Arm) -> &mut Side {
    match arm {
        Arm::Offered => &mut sides[0],
        Arm::HeldBack => &mut sides[1],
    }
}

/// Returns the days before and after a member's first exposure.
fn windows(person: &Participant, days: u16) -> std::option::IntoIter<(Window, Window)> {
    let before = Window::before(person.first_at, days.into());
    let after = Window::after(person.first_at, days.into());
    before.zip(after).into_iter()
}

fn outcome(
    payments: &[Payment],
    received: Received,
    before: Window,
    after: Window,
) -> TrialOutcome {
    TrialOutcome {
        bought: Bought::within(after, payments),
        reactions: received.after,
        bought_before: Bought::within(before, payments),
        reactions_before: received.before,
    }
}
