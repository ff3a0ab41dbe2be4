//! Decisions: the outcome of a program for a member at a time, with reasons. They
//! are recorded so that they can be fetched, replayed and contested.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::value::RawValue;

use super::Decisions;

use super::many_members::{ManyMembers, OneMember};
use crate::service::error::{Result, ServiceError};
use crate::service::paging;
use crate::service::programs::{InForce, NO_PROGRAM};
use crate::service::unit_of_work::UnitOfWork;
use crate::store;
use crate::store::StoreError;
use crate::store::decisions::Recorded;
use renown_core::domain::{
    Attribute, Attributes, DecisionId, DecisionLine, Identity, ListedDecision, MemberId, ProgramId,
    ProgramVersion,
};
use renown_core::rules::{DemotionFreeze, Facts, Freshness, Inputs, Occasion, Supply, canonical};

/// The maximum number of names in a request's context.
const MAX_CONTEXT: usize = 64;

/// Decisions recorded by one statement: an outcome with many perks is long.
const INSERTED_AT_ONCE: usize = 100;

/// A request for a decision.
#[derive(Debug, Clone)]
pub struct DecisionRequest {
    /// The program.
    pub program: ProgramId,
    /// Any identity of the member.
    pub member: String,
    /// The request context: dates, channel, room type, ….
    pub context: BTreeMap<String, Attribute>,
    /// When the ticket was opened that the decision is about; `None` for now.
    pub opened_at: Option<DateTime<Utc>>,
    /// Whether it is a dry run, which is not recorded.
    pub dry: bool,
}

/// The result of a request for a decision.
#[derive(Debug, Clone)]
pub struct Decided {
    /// The id under which it can be fetched; absent for a dry run.
    pub id: Option<DecisionId>,
    /// The decision.
    pub decision: Decision,
}

/// A decision, as recorded.
#[derive(Debug, Clone)]
pub struct Decision {
    /// The program.
    pub program: ProgramId,
    /// The version of the program.
    pub version: ProgramVersion,
    /// The member; absent if none is enrolled under the identity, or the member has
    /// opted out.
    pub member: Option<MemberId>,
    /// The time of the decision.
    pub decided_at: DateTime<Utc>,
    /// The age of the data that the rules read.
    pub freshness: Freshness,
    /// Everything that the rules read, in canonical JSON.
    pub inputs: Box<RawValue>,
    /// The outcome with reasons, in canonical JSON.
    pub outcome: Box<RawValue>,
}

/// A program, and what all decisions by it have in common.
struct Basis {
    in_force: Arc<InForce>,
    supply: Supply,
}

impl Decisions {
    /// Decides, with all reasons and with the efforts that would lift refusals. Nothing is
    /// written: pass the result to
    /// [`record`](Self::record) unless it is a dry run.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no such program; also if the text is
    /// not an identity, or the context is too large.
    pub async fn decide(&self, request: DecisionRequest) -> Result<Decided> {
        check_context(&request.context)?;
        let in_force = self.programs.present(&request.program).await?;
        let identity = request.member.parse::<Identity>();
        identity.map_err(|invalid| ServiceError::invalid("/member", invalid))?;
        let (named, facts) = self.facts.find(&request.member).await?;
        let now = self.context.clock.now();
        let supply = self.facts.supply(&in_force.program, now).await?;
        let hold = self.sources.hold().await?;
        let basis = Basis { in_force, supply };
        let person = OneMember {
            named: named.as_ref(),
            facts: &facts,
        };
        let rules = basis.rules(person, &request, hold.as_ref(), now);
        let efforts = self.efforts(&basis.in_force, &rules).await?;
        let rules = Facts {
            efforts: &efforts,
            ..rules
        };
        self.decided(&basis, &rules, request.dry)
    }

    /// Decides many requests at one time, by one version of each program, and without
    /// efforts, of which each costs some scores. A wrong
    /// request gets its own error; the others are decided. Nothing is written: pass
    /// the results to [`record`](Self::record).
    pub async fn decide_many(&self, requests: &[DecisionRequest]) -> Result<Vec<Result<Decided>>> {
        let identities = requests.iter().map(|request| request.member.as_str());
        let people = self.facts.people(identities).await?;
        let now = self.context.clock.now();
        let programs = self.bases(requests, now).await?;
        let hold = self.sources.hold().await?;
        let mut decided = Vec::with_capacity(requests.len());
        for request in requests {
            decided.push(self.decide_one(request, &people, &programs, hold.as_ref(), now));
            // One explanation takes a fraction of a millisecond, but a thousand
            // take long.
            tokio::task::yield_now().await;
        }
        Ok(decided)
    }

    /// Records the decisions that are not dry runs.
    pub async fn record(&self, work: &mut UnitOfWork, decided: &[&Decided]) -> Result<()> {
        for chunk in decided.chunks(INSERTED_AT_ONCE) {
            store::decisions::insert(work.conn(), &recorded(chunk)).await?;
        }
        Ok(())
    }

    fn decide_one(
        &self,
        request: &DecisionRequest,
        people: &ManyMembers<'_>,
        programs: &BTreeMap<&ProgramId, Basis>,
        hold: Option<&DemotionFreeze>,
        now: DateTime<Utc>,
    ) -> Result<Decided> {
        check_context(&request.context)?;
        let basis = programs.get(&request.program).ok_or(NO_PROGRAM)?;
        let person = people.get(&request.member);
        let person = person.map_err(|invalid| ServiceError::invalid("/member", invalid))?;
        let rules = basis.rules(person, request, hold, now);
        self.decided(basis, &rules, request.dry)
    }

    /// Loads the requested programs; those that do not exist are left out.
    async fn bases<'r>(
        &self,
        requests: &'r [DecisionRequest],
        now: DateTime<Utc>,
    ) -> Result<BTreeMap<&'r ProgramId, Basis>> {
        let mut bases = BTreeMap::new();
        let asked: BTreeSet<&ProgramId> = requests.iter().map(|r| &r.program).collect();
        for program in asked {
            let in_force = match self.programs.present(program).await {
                Err(ServiceError::NotFound(_)) => continue,
                found => found?,
            };
            let supply = self.facts.supply(&in_force.program, now).await?;
            bases.insert(program, Basis { in_force, supply });
        }
        Ok(bases)
    }

    /// Decides. Unless it is a dry run, gives the decision an id and records the
    /// exposure of the member.
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

    /// Returns a page of the decisions about a member, latest first, and the last id of the
    /// page if there is another one.
    pub async fn of_member(
        &self,
        member: MemberId,
        before: Option<DecisionId>,
        limit: u16,
    ) -> Result<(Vec<DecisionLine>, Option<DecisionId>)> {
        let mut conn = self.context.pool.acquire().await?;
        let rows = paging::rows_for(limit);
        // Also those about members who were merged into this one.
        let person = store::members::merges::with_absorbed(&mut conn, &[member]).await?;
        let mut lines = store::decisions::of_person(&mut conn, &person, before, rows).await?;
        let more = paging::cut(&mut lines, limit);
        let next = lines.last().filter(|_| more).map(|line| line.id);
        Ok((lines, next))
    }

    /// Returns a page of all recorded decisions, or of those of a program, latest first; and
    /// the last one of the page if there is another.
    pub async fn list(
        &self,
        program: Option<&ProgramId>,
        before: Option<DecisionId>,
        limit: u16,
    ) -> Result<(Vec<ListedDecision>, Option<DecisionId>)> {
        let mut conn = self.context.connection().await?;
        let rows = paging::rows_for(limit);
        let mut page = store::decisions::page(&mut conn, program, before, rows).await?;
        let more = paging::cut(&mut page, limit);
        let next = page.last().filter(|_| more).map(|listed| listed.line.id);
        Ok((page, next))
    }

    /// Returns a recorded decision.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no decision with this id.
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
    /// Returns what the rules read of a member.
    fn rules<'r>(
        &'r self,
        person: OneMember<'r>,
        request: &'r DecisionRequest,
        hold: Option<&'r DemotionFreeze>,
        now: DateTime<Utc>,
    ) -> Facts<'r> {
        let program = self.in_force.program.id();
        let verified = person.named.map(|named| named.proof.is_verified());
        person.facts.in_program(
            program,
            Occasion {
                supply: &self.supply,
                request: &request.context,
                verified,
                hold,
                opened_at: request.opened_at,
                now,
            },
        )
    }

    fn decide(&self, rules: &Facts<'_>) -> Result<Decision> {
        let program = &self.in_force.program;
        let inputs = canonical(&Inputs::of(rules, program)).map_err(StoreError::from)?;
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

/// Returns the records of the decisions that have an id.
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

/// Wraps JSON text so that it is sent on without being parsed.
pub(super) fn raw(text: String) -> Result<Box<RawValue>> {
    Ok(RawValue::from_string(text).map_err(StoreError::from)?)
}

pub(in crate::service) fn check_context(context: &BTreeMap<String, Attribute>) -> Result<()> {
    if context.len() > MAX_CONTEXT {
        let detail = format!("a request has at most {MAX_CONTEXT} names");
        return Err(ServiceError::invalid("/request", detail));
    }
    // The same limits as for a member's attributes.
    let checked = Attributes::try_from(context.clone());
    checked
        .map(drop)
        .map_err(|invalid| ServiceError::invalid("/request", invalid))
}
