//! Recorded decisions.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::Result;
use crate::domain::{DecisionId, MemberId, ProgramId, ProgramVersion};

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

/// Records a decision.
///
/// # Errors
/// If the database does not answer.
pub async fn insert(conn: &mut PgConnection, decision: &Recorded) -> Result<()> {
    sqlx::query!(
        "insert into decisions
             (decision_id, program_id, program_version, member_id, decided_at, inputs, outcome)
         values ($1, $2, $3, $4, $5, $6, $7)",
        decision.id.0,
        decision.program.as_str(),
        decision.version.0,
        decision.member.map(|member| member.0),
        decision.decided_at,
        decision.inputs,
        decision.outcome
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
