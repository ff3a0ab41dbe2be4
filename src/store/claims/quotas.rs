//! Counts claims against stock, limits and budgets. The rows change in the claim's own
//! transaction, so the counts are exact.
//!
//! All writers lock the rows in the same order (member, program and days, stock last),
//! so that no two deadlock.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use sqlx::PgConnection;
use std::collections::BTreeMap;

use crate::store::{Result, StoreError};
use renown_core::domain::{Claim, Money, PerkId, ProgramId};
use renown_core::rules::Used;

/// Units that are left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Left {
    /// This many; negative if more members wait than there are units.
    Units(i64),
    /// Unlimited.
    Endless,
}

/// The supply of a perk in the version in force. The row of `perk_stock` may still have
/// the total of the version before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InAll {
    /// Its stock; `None` if unlimited.
    pub stock: Option<i64>,
    /// Whether each unit needs a partner's code.
    pub coded: bool,
}

/// The scopes of `claim_usage` in which a unit is counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scopes {
    /// The program, all time.
    pub program: String,
    /// The program on the day.
    pub program_day: String,
    /// The perk, all time.
    pub perk: String,
    /// The perk on the day.
    pub perk_day: String,
}

impl Scopes {
    /// Builds the scopes of a unit of a perk on a day. They are distinct, because a
    /// perk id has no slash.
    pub fn of(perk: &PerkId, day: NaiveDate) -> Self {
        Self {
            program: "program".to_owned(),
            program_day: format!("program/{day}"),
            perk: format!("perk/{perk}"),
            perk_day: format!("perk/{perk}/{day}"),
        }
    }

    /// Returns all scopes in the order in which they are locked.
    pub fn all(&self) -> Vec<String> {
        let all = [&self.program, &self.program_day, &self.perk, &self.perk_day];
        let mut all: Vec<String> = all.into_iter().cloned().collect();
        all.sort();
        all
    }
}

/// Reads rows of `claim_usage` as the usage of a program and of these perks on a day.
pub fn used(
    rows: impl Iterator<Item = (String, i64, Decimal)>,
    perks: &[&PerkId],
    day: NaiveDate,
) -> Used {
    let rows = rows.map(|(scope, units, cost)| (scope, (units, cost.normalize())));
    let mut rows: BTreeMap<String, (i64, Decimal)> = rows.collect();
    let mut used = Used::default();
    for perk in perks {
        let scopes = Scopes::of(perk, day);
        if let Some((units, _)) = rows.remove(&scopes.perk_day) {
            used.today.insert((*perk).clone(), units);
        }
        if let Some((_, cost)) = rows.remove(&scopes.perk) {
            used.spent.insert((*perk).clone(), cost);
        }
        if let Some((units, _)) = rows.remove(&scopes.program_day) {
            used.program_today = units;
        }
        if let Some((_, cost)) = rows.remove(&scopes.program) {
            used.program_spent = cost;
        }
    }
    used
}

/// Adds new codes of a partner to the count of free codes.
pub async fn add_codes(
    conn: &mut PgConnection,
    (program, perk): (&ProgramId, &PerkId),
    more: u64,
) -> Result<()> {
    sqlx::query!(
        "insert into perk_stock as stock (program_id, perk_id, total, free_codes)
         values ($1, $2, null, $3)
         on conflict (program_id, perk_id) do update
         set free_codes = coalesce(stock.free_codes, 0) + excluded.free_codes",
        program as _,
        perk as _,
        i64::try_from(more).unwrap_or(i64::MAX)
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Releases everything that was counted for a claim. Its code is not used again.
///
/// # Errors
/// [`StoreError::Corrupt`] if the claim was not counted.
pub async fn release_unit(conn: &mut PgConnection, claim: &Claim) -> Result<()> {
    let member = sqlx::query!(
        "update member_claims set units = units - 1
         where (member_id, program_id, perk_id) in
             (select member_id, program_id, perk_id from member_claims
              where member_id = $1 and program_id = $2 and perk_id = any($3)
              order by perk_id for update)",
        claim.member as _,
        claim.program as _,
        &[String::new(), claim.perk.to_string()]
    )
    .execute(&mut *conn)
    .await?;
    let usage = sqlx::query!(
        "update claim_usage set units = units - 1, cost = cost - $3
         where (program_id, scope) in
             (select program_id, scope from claim_usage
              where program_id = $1 and scope = any($2) order by scope for update)",
        claim.program as _,
        &Scopes::of(&claim.perk, claim.day).all(),
        cost(claim)
    )
    .execute(&mut *conn)
    .await?;
    let stock = sqlx::query!(
        "update perk_stock set taken = taken - 1 where program_id = $1 and perk_id = $2",
        claim.program as _,
        claim.perk as _
    )
    .execute(conn)
    .await?;
    let counted = (
        member.rows_affected(),
        usage.rows_affected(),
        stock.rows_affected(),
    );
    match counted {
        (2, 4, 1) => Ok(()),
        _ => Err(StoreError::Corrupt(format!(
            "claim {} was not counted",
            claim.id
        ))),
    }
}

/// Adds `more` to the number of members that wait for a perk; negative if they leave.
/// Units for which members wait are not left for others.
pub async fn wait(
    conn: &mut PgConnection,
    program: &ProgramId,
    perk: &PerkId,
    more: i64,
) -> Result<()> {
    sqlx::query!(
        "insert into perk_stock as stock (program_id, perk_id, total, waiting)
         values ($1, $2, null, greatest($3::bigint, 0))
         on conflict (program_id, perk_id) do update set waiting = stock.waiting + $3",
        program as _,
        perk as _,
        more
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Returns how many units of a perk are not claimed, whether members wait for them or
/// not; `None` if unlimited.
pub async fn not_taken(
    conn: &mut PgConnection,
    (program, perk): (&ProgramId, &PerkId),
    in_all: InAll,
) -> Result<Option<i64>> {
    let left = sqlx::query_scalar!(
        "select least(case when $3::bigint is not null then least(total, $3) end,
                      case when $4 then taken + coalesce(free_codes, 0) end) - taken
         from perk_stock where program_id = $1 and perk_id = $2",
        program as _,
        perk as _,
        in_all.stock,
        in_all.coded
    )
    .fetch_optional(conn)
    .await?;
    // A version that has just begun may have a smaller stock than the claimed units.
    let full = if in_all.coded { Some(0) } else { in_all.stock };
    Ok(left.unwrap_or(full).map(|left| left.max(0)))
}

fn cost(claim: &Claim) -> Decimal {
    claim.value.as_ref().map_or(Decimal::ZERO, Money::amount)
}
