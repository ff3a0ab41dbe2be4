//! What is used of the limits and budgets of programs and perks, and what each
//! member has claimed and not given back: read for evaluating rules. Claims
//! move these rows in their own transactions.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::store::Result;
use crate::store::claims::quotas;
use crate::store::claims::quotas::Scopes;
use crate::store::decisions::population::Range;
use renown_core::domain::{MemberId, PerkId, ProgramId};
use renown_core::rules::Used;

/// What is used of a program on a day, and of these of its perks: at least one.
///
/// # Errors
/// If the database does not answer.
pub async fn of(
    conn: &mut PgConnection,
    program: &ProgramId,
    perks: &[&PerkId],
    day: NaiveDate,
) -> Result<Used> {
    let scopes = perks.iter().flat_map(|perk| Scopes::of(perk, day).all());
    let scopes: BTreeSet<String> = scopes.collect();
    let scopes: Vec<String> = scopes.into_iter().collect();
    let rows = sqlx::query!(
        "select scope, units, cost from claim_usage where program_id = $1 and scope = any($2)",
        program.as_str(),
        &scopes
    )
    .fetch_all(conn)
    .await?;
    let rows = rows.into_iter().map(|row| (row.scope, row.units, row.cost));
    Ok(quotas::used(rows, perks, day))
}

/// Units that a member has claimed, by perk.
pub type Claimed = BTreeMap<PerkId, i64>;

/// What members have claimed in all programs and not given back.
///
/// # Errors
/// If the database does not answer.
pub async fn claimed_by(
    conn: &mut PgConnection,
    members: &[MemberId],
) -> Result<BTreeMap<MemberId, BTreeMap<ProgramId, Claimed>>> {
    let members: Vec<Uuid> = members.iter().map(|member| member.0).collect();
    let rows = sqlx::query!(
        "select member_id, program_id, perk_id, units from member_claims
         where member_id = any($1) and perk_id <> '' and units > 0",
        &members
    )
    .fetch_all(conn)
    .await?;
    let mut all: BTreeMap<MemberId, BTreeMap<ProgramId, Claimed>> = BTreeMap::new();
    for row in rows {
        let of_member = all.entry(MemberId(row.member_id)).or_default();
        let program = ProgramId::parse(&row.program_id)?;
        let of_program = of_member.entry(program).or_default();
        of_program.insert(PerkId::parse(&row.perk_id)?, row.units);
    }
    Ok(all)
}

/// What the members of a range have claimed in a program and not given back.
///
/// # Errors
/// If the database does not answer.
pub async fn claimed_in(
    conn: &mut PgConnection,
    range: Range,
    program: &ProgramId,
) -> Result<BTreeMap<MemberId, Claimed>> {
    let rows = sqlx::query!(
        "select member_id, perk_id, units from member_claims
         where member_id > $1 and member_id <= $2 and program_id = $3
           and perk_id <> '' and units > 0",
        range.after.0,
        range.up_to.0,
        program.as_str()
    )
    .fetch_all(conn)
    .await?;
    let mut all: BTreeMap<MemberId, Claimed> = BTreeMap::new();
    for row in rows {
        let of_member = all.entry(MemberId(row.member_id)).or_default();
        of_member.insert(PerkId::parse(&row.perk_id)?, row.units);
    }
    Ok(all)
}
