//! What changed and somebody may want to be told, in the order in which it was
//! written. Written in the transaction of the change.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use super::Result;
use crate::domain::{MemberId, ProgramId};

/// One thing to be told.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// Its id: whoever is told twice can see that it is the same.
    pub id: Uuid,
    /// What happened: `tier.changed`, `program.published`, ….
    pub kind: &'static str,
    /// When.
    pub at: DateTime<Utc>,
    /// In which program, if in one.
    pub program: Option<ProgramId>,
    /// To whom, if to somebody.
    pub member: Option<MemberId>,
    /// The rest.
    pub body: Value,
}

/// Adds messages, in their order.
///
/// # Errors
/// If the database does not answer.
pub async fn add(conn: &mut PgConnection, messages: &[Message]) -> Result<()> {
    if messages.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = messages.iter().map(|message| message.id).collect();
    let kinds: Vec<&str> = messages.iter().map(|message| message.kind).collect();
    let times: Vec<DateTime<Utc>> = messages.iter().map(|message| message.at).collect();
    let programs: Vec<Option<&str>> = messages
        .iter()
        .map(|message| message.program.as_ref().map(ProgramId::as_str))
        .collect();
    let members: Vec<Option<Uuid>> = messages
        .iter()
        .map(|message| message.member.map(|member| member.0))
        .collect();
    let bodies: Vec<&Value> = messages.iter().map(|message| &message.body).collect();
    sqlx::query!(
        "insert into outbox (event_id, type, at, program_id, member_id, body)
         select event_id, type, at, program_id, member_id, body
         from unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::text[], $5::uuid[], $6::jsonb[])
             with ordinality as new (event_id, type, at, program_id, member_id, body, place)
         order by place",
        &ids,
        kinds as _,
        &times,
        programs as _,
        members as _,
        bodies as _
    )
    .execute(conn)
    .await?;
    Ok(())
}
