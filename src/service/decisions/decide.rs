//! Decisions: the outcome of one program for one person at one time, with its
//! reasons, recorded so that it can be fetched, replayed and contested.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::value::RawValue;

use super::Decisions;

use super::people::People;
use crate::service::error::{Result, ServiceError};
use crate::service::programs::{InForce, NO_PROGRAM};
use crate::service::unit_of_work::UnitOfWork;
use crate::store;
use crate::store::StoreError;
use crate::store::decisions::Recorded;
use renown_core::domain::{
    Attribute, Attributes, DecisionId, Identity, MemberId, ProgramId, ProgramVersion,
};
use renown_core::rules::{
    DemotionFreeze, Facts, Freshness, Inputs, MemberFacts, Occasion, Supply, canonical,
};

/// The most names that a request's context may have.
const MAX_CONTEXT: usize = 64;

/// Decisions recorded by one statement: an outcome with many perks is long.
const INSERTED_AT_ONCE: usize = 100;

/// What is to be decided.
#[derive(Debug, Clone)]
pub struct DecisionRequest {
    /// By which program.
    pub program: ProgramId,
    /// For whom: any identity.
    pub member: String,
    /// What the caller knows of the occasion: dates, channel, room type, ….
    pub context: BTreeMap<String, Attribute>,
    /// Do not record it.
    pub dry: bool,
}

/// What was decided.
#[derive(Debug, Clone)]
pub struct Decided {
    /// Under which id it can be fetched; absent for a dry run.
    pub id: Option<DecisionId>,
    /// The decision.
    pub decision: Decision,
}

/// A decision, as recorded.
#[derive(Debug, Clone)]
pub struct Decision {
    /// By which program.
    pub program: ProgramId,
    /// By which version of it.
    pub version: ProgramVersion,
    /// For whom; absent for somebody who is not enrolled.
    pub member: Option<MemberId>,
    /// When.
    pub decided_at: DateTime<Utc>,
    /// How old everything was that the rules read.
    pub freshness: Freshness,
    /// Everything that the rules read, in canonical JSON.
    pub inputs: Box<RawValue>,
    /// What they answered, with reasons, in canonical JSON.
    pub outcome: Box<RawValue>,
}

/// A program, with what all decisions by it have in common.
struct Basis {
    in_force: Arc<InForce>,
    supply: Supply,
}

impl Decisions {
    /// Decides, with all reasons. Nothing is written: [`record`](Self::record)
    /// what is no dry run.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] without such a program; if the text is no
    /// identity, the context is too large, or the database does not answer.
    pub async fn decide(&self, request: DecisionRequest) -> Result<Decided> {
        check_context(&request.context)?;
        let in_force = self.programs.in_force(&request.program)?;
        let identity = request.member.parse::<Identity>();
        identity.map_err(|invalid| ServiceError::invalid("/member", invalid))?;
        let member = self.members.find(&request.member).await?;
        let facts = self.facts.of(member).await?;
        let now = self.context.clock.now();
        let supply = self.facts.supply(&in_force.program, now).await?;
        let hold = self.sources.hold().await?;
        let basis = Basis { in_force, supply };
        let rules = basis.rules(&facts, &request.context, hold.as_ref(), now);
        self.decided(&basis, &rules, request.dry)
    }

    /// Decides many things at one time, by one version of each program. A request
    /// that is wrong is answered with what is wrong with it; the others stand.
    /// Nothing is written: [`record`](Self::record) what is no dry run.
    ///
    /// # Errors
    /// If the database does not answer.
    pub async fn decide_many(&self, requests: &[DecisionRequest]) -> Result<Vec<Result<Decided>>> {
        let identities = requests.iter().map(|request| request.member.as_str());
        let people = self.facts.people(identities).await?;
        let now = self.context.clock.now();
        let programs = self.bases(requests, now).await?;
        let hold = self.sources.hold().await?;
        let mut decided = Vec::with_capacity(requests.len());
        for request in requests {
            decided.push(self.decide_one(request, &people, &programs, hold.as_ref(), now));
            // An explanation takes a fraction of a millisecond, a thousand of them do not.
            tokio::task::yield_now().await;
        }
        Ok(decided)
    }

    /// Records those that are no dry runs.
    ///
    /// # Errors
    /// If the database does not answer.
    pub async fn record(&self, work: &mut UnitOfWork, decided: &[&Decided]) -> Result<()> {
        for chunk in decided.chunks(INSERTED_AT_ONCE) {
            store::decisions::insert(work.conn(), &recorded(chunk)).await?;
        }
        Ok(())
    }

    fn decide_one(
        &self,
        request: &DecisionRequest,
        people: &People<'_>,
        programs: &BTreeMap<&ProgramId, Basis>,
        hold: Option<&DemotionFreeze>,
        now: DateTime<Utc>,
    ) -> Result<Decided> {
        check_context(&request.context)?;
        let basis = programs.get(&request.program).ok_or(NO_PROGRAM)?;
        let person = people.get(&request.member);
        let person = person.map_err(|invalid| ServiceError::invalid("/member", invalid))?;
        let rules = basis.rules(person.facts, &request.context, hold, now);
        self.decided(basis, &rules, request.dry)
    }

    /// The programs that are asked for and there are.
    async fn bases<'r>(
        &self,
        requests: &'r [DecisionRequest],
        now: DateTime<Utc>,
    ) -> Result<BTreeMap<&'r ProgramId, Basis>> {
        let mut bases = BTreeMap::new();
        let asked: BTreeSet<&ProgramId> = requests.iter().map(|r| &r.program).collect();
        for program in asked {
            let Ok(in_force) = self.programs.in_force(program) else {
                continue;
            };
            let supply = self.facts.supply(&in_force.program, now).await?;
            bases.insert(program, Basis { in_force, supply });
        }
        Ok(bases)
    }

    /// A decision, with an id if it is to be recorded: then the person has been
    /// shown what it says.
    fn decided(&self, basis: &Basis, rules: &Facts<'_>, dry: bool) -> Result<Decided> {
        let decision = basis.decide(rules)?;
        if !dry {
            let outcome = basis.in_force.program.evaluate(rules);
            self.exposures
                .note_exposures(&basis.in_force, rules, &outcome.perks);
        }
        Ok(Decided {
            id: (!dry).then(|| DecisionId(self.context.clock.new_id())),
            decision,
        })
    }

    /// A recorded decision.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is none under this id.
    pub async fn get(&self, id: DecisionId) -> Result<Decision> {
        let mut conn = self.context.pool.acquire().await?;
        let recorded = store::decisions::get(&mut conn, id).await?;
        let recorded = recorded.ok_or(ServiceError::NotFound("such decision"))?;
        let inputs: Inputs = serde_json::from_str(&recorded.inputs).map_err(StoreError::from)?;
        Ok(Decision {
            program: recorded.program,
            version: recorded.version,
            member: recorded.member,
            decided_at: recorded.decided_at,
            freshness: Freshness::of(&inputs.facts()),
            inputs: raw(recorded.inputs)?,
            outcome: raw(recorded.outcome)?,
        })
    }
}

impl Basis {
    /// What the rules read of somebody.
    fn rules<'r>(
        &'r self,
        facts: &'r MemberFacts,
        context: &'r BTreeMap<String, Attribute>,
        hold: Option<&'r DemotionFreeze>,
        now: DateTime<Utc>,
    ) -> Facts<'r> {
        let program = self.in_force.program.id();
        facts.in_program(
            program,
            Occasion {
                supply: &self.supply,
                request: context,
                hold,
                now,
            },
        )
    }

    fn decide(&self, rules: &Facts<'_>) -> Result<Decision> {
        let program = &self.in_force.program;
        let inputs = canonical(&Inputs::of(rules)).map_err(StoreError::from)?;
        let outcome = canonical(&program.explain(rules)).map_err(StoreError::from)?;
        Ok(Decision {
            program: program.id().clone(),
            version: self.in_force.version,
            member: rules.member.as_ref().map(|member| member.id),
            decided_at: rules.now,
            freshness: Freshness::of(rules),
            inputs: raw(inputs)?,
            outcome: raw(outcome)?,
        })
    }
}

/// What is to be recorded of decisions: those with an id.
fn recorded(decided: &[&Decided]) -> Vec<Recorded> {
    let recorded = decided.iter().filter_map(|Decided { id, decision }| {
        Some(Recorded {
            id: (*id)?,
            program: decision.program.clone(),
            version: decision.version,
            member: decision.member,
            decided_at: decision.decided_at,
            inputs: decision.inputs.get().to_owned(),
            outcome: decision.outcome.get().to_owned(),
        })
    });
    let mut recorded: Vec<Recorded> = recorded.collect();
    recorded.sort_by_key(|decision| decision.id);
    recorded
}

/// JSON as it stands, to be sent on without being read.
pub(super) fn raw(text: String) -> Result<Box<RawValue>> {
    Ok(RawValue::from_string(text).map_err(StoreError::from)?)
}

pub(in crate::service) fn check_context(context: &BTreeMap<String, Attribute>) -> Result<()> {
    if context.len() > MAX_CONTEXT {
        let detail = format!("a request has at most {MAX_CONTEXT} names");
        return Err(ServiceError::invalid("/request", detail));
    }
    // The same bounds as a member's attributes.
    let checked = Attributes::try_from(context.clone());
    checked
        .map(drop)
        .map_err(|invalid| ServiceError::invalid("/request", invalid))
}
