//! Decisions: the outcome of one program for one person at one time, with its
//! reasons, recorded so that it can be fetched, replayed and contested.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Service;
use super::error::{Result, ServiceError};
use crate::domain::{
    Attribute, Attributes, DecisionId, ImportedIndex, IndexName, MemberId, Network, PerkId,
    ProgramId, ProgramVersion, Score,
};
use crate::rules::{Facts, Held, Hold};
use crate::store;
use crate::store::decisions::Recorded;

/// The most names that a request's context may have.
const MAX_CONTEXT: usize = 64;

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
    /// Everything that the rules read, in canonical JSON.
    pub inputs: Value,
    /// What they answered, with reasons, in canonical JSON.
    pub outcome: Value,
}

/// Everything that the rules read: what a replay needs.
#[derive(Debug, Serialize, Deserialize)]
struct Inputs {
    /// The version of this program that decided.
    engine: String,
    member: Option<MemberInputs>,
    score: Score,
    imported: BTreeMap<IndexName, ImportedIndex>,
    held: Option<Held>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    hold: Option<Hold>,
    stock: BTreeMap<PerkId, i64>,
    request: BTreeMap<String, Attribute>,
    now: DateTime<Utc>,
}

#[derive(Debug, Serialize, Deserialize)]
struct MemberInputs {
    id: MemberId,
    enrolled_at: DateTime<Utc>,
    attributes: Attributes,
    networks: Vec<Network>,
}

impl Inputs {
    fn new(facts: &Facts<'_>) -> Self {
        Self {
            engine: env!("CARGO_PKG_VERSION").to_owned(),
            member: facts.member.map(|member| MemberInputs {
                id: member.id,
                enrolled_at: member.enrolled_at,
                attributes: member.attributes.clone(),
                networks: member.networks.to_vec(),
            }),
            score: facts.score.clone(),
            imported: facts.imported.clone(),
            held: facts.held.cloned(),
            hold: facts.hold.cloned(),
            stock: facts.stock.clone(),
            request: facts.request.clone(),
            now: facts.now,
        }
    }
}

impl Service {
    /// Decides, with all reasons, and records it unless it is a dry run.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] without such a program; if the text is no
    /// identity, the context is too large, or the database does not answer.
    pub async fn decide(&self, request: DecisionRequest) -> Result<Decided> {
        check_context(&request.context)?;
        let in_force = self.program(&request.program)?;
        let member = self.find_member(&request.member).await?;
        let facts = self.member_facts(member).await?;
        let stock = self.stock(&request.program).await?;
        let now = self.clock.now();
        let hold = self.hold().await?;
        let hold = hold.as_ref();
        let rules = facts.as_rules(&request.program, &stock, &request.context, hold, now);
        let decision = Decision {
            program: request.program,
            version: in_force.version,
            member: facts.member.as_ref().map(|member| member.id),
            decided_at: now,
            inputs: canonical(&Inputs::new(&rules))?,
            outcome: canonical(&in_force.program.explain(&rules))?,
        };
        let id = match request.dry {
            true => None,
            false => Some(self.record(&decision).await?),
        };
        Ok(Decided { id, decision })
    }

    async fn record(&self, decision: &Decision) -> Result<DecisionId> {
        let id = DecisionId(self.clock.new_id());
        let recorded = Recorded {
            id,
            program: decision.program.clone(),
            version: decision.version,
            member: decision.member,
            decided_at: decision.decided_at,
            inputs: decision.inputs.to_string(),
            outcome: decision.outcome.to_string(),
        };
        let mut conn = self.pool.acquire().await?;
        store::decisions::insert(&mut conn, &recorded).await?;
        Ok(id)
    }

    /// A recorded decision.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is none under this id.
    pub async fn decision(&self, id: DecisionId) -> Result<Decision> {
        let mut conn = self.pool.acquire().await?;
        let recorded = store::decisions::get(&mut conn, id).await?;
        let recorded = recorded.ok_or(ServiceError::NotFound("such decision"))?;
        let read = |text: &str| serde_json::from_str(text).map_err(store::StoreError::from);
        Ok(Decision {
            program: recorded.program,
            version: recorded.version,
            member: recorded.member,
            decided_at: recorded.decided_at,
            inputs: read(&recorded.inputs)?,
            outcome: read(&recorded.outcome)?,
        })
    }
}

/// Sorted keys and shortest numbers: the same content is the same bytes.
fn canonical(value: &impl Serialize) -> Result<Value> {
    // `Value` keeps members in order of their names.
    Ok(serde_json::to_value(value).map_err(store::StoreError::from)?)
}

fn check_context(context: &BTreeMap<String, Attribute>) -> Result<()> {
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
