//! Recorded decisions.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::store::Result;
use renown_core::domain::{DecisionId, MemberId, ProgramId, ProgramVersion};

/// A decision as recorded: what the rules read and what they answered, both in
/// canonical JSON, so that a replay can be compared byte by byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Its id.
    pub id: DecisionId,
    /// The program.
    pub program: ProgramId,
    /// The version of it that decided.
    pub version: ProgramVersion,
    /// For whom; absent for a person who is not enrolled.
    pub member: Option<MemberId>,
    /// When.
    pub decided_at: DateTime<Utc>,
    /// What was read.
    pub inputs: String,
    /// What was answered.
    pub outcome: String,
}

/// Records decisions.
///
/// # Errors
/// If the database does not answer.
pub async fn insert(conn: &mut PgConnection, decisions: &[Recorded]) -> Result<()> {
    let ids: Vec<Uuid> = decisions.iter().map(|decision| decision.id.0).collect();
    let programs: Vec<&str> = decisions.iter().map(|d| d.program.as_str()).collect();
    let versions: Vec<i32> = decisions.iter().map(|d| d.version.0).collect();
    let members: Vec<Option<Uuid>> = decisions.iter().map(|d| d.member.map(|m| m.0)).collect();
    let times: Vec<DateTime<Utc>> = decisions.iter().map(|d| d.decided_at).collect();
    let inputs: Vec<&str> = decisions.iter().map(|d| d.inputs.as_str()).collect();
    let outcomes: Vec<&str> = decisions.iter().map(|d| d.outcome.as_str()).collect();
    sqlx::query!(
        "insert into decisions
             (decision_id, program_id, program_version, member_id, decided_at, inputs, outcome)
         select * from unnest($1::uuid[], $2::text[], $3::integer[], $4::uuid[],
                              $5::timestamptz[], $6::text[], $7::text[])",
        &ids,
        programs as _,
        &versions,
        members as _,
        &times,
        inputs as _,
        outcomes as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Finds one.
///
/// # Errors
/// If the database does not answer.
pub async fn get(conn: &mut PgConnection, id: DecisionId) -> Result<Option<Recorded>> {
    let row = sqlx::query!(
        "select program_id, program_version, member_id, decided_at, inputs, outcome
         from decisions where decision_id = $1",
        id.0
    )
    .fetch_optional(conn)
    .await?;
    row.map(|row| {
        Ok(Recorded {
            id,
            program: ProgramId::parse(&row.program_id)?,
            version: ProgramVersion(row.program_version),
            member: row.member_id.map(MemberId),
            decided_at: row.decided_at,
            inputs: row.inputs,
            outcome: row.outcome,
        })
    })
    .transpose()
}
