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
use renown_core::domain::{Claim, MemberId, Money, PerkId, ProgramId};
use renown_core::rules::Used;

/// The counts after a unit was claimed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Units of the perk that the member has claimed.
    pub of_perk: i64,
    /// Units of all perks of the program that the member has claimed.
    pub in_program: i64,
    /// The usage of the limits and budgets of the perk and the program.
    pub used: Used,
}

/// Units that are left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Left {
    /// This many; negative if more members wait than there are units.
    Units(i64),
    /// Unlimited.
    Endless,
}

/// The remaining stock of a perk after a unit was claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeftAfter {
    /// Units for which no member waits.
    pub for_others: Left,
    /// Units that are not claimed, including those for which members wait.
    pub in_all: Left,
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

/// Counts one more unit for the member, the program and the perk. The caller checks the
/// limits and rolls back if they are exceeded.
pub async fn count(conn: &mut PgConnection, claim: &Claim) -> Result<Taken> {
    let (of_perk, in_program) = count_for_member(conn, claim).await?;
    let rows = sqlx::query!(
        "insert into claim_usage as used (program_id, scope, units, cost)
         select $1, scope, 1, $3 from unnest($2::text[]) with ordinality as new (scope, place)
         order by place
         on conflict (program_id, scope) do update
         set units = used.units + 1, cost = used.cost + excluded.cost
         returning scope, units, cost",
        claim.program as _,
        &Scopes::of(&claim.perk, claim.day).all(),
        cost(claim)
    )
    .fetch_all(conn)
    .await?;
    let rows = rows.into_iter().map(|row| (row.scope, row.units, row.cost));
    Ok(Taken {
        of_perk,
        in_program,
        used: used(rows, &[&claim.perk], claim.day),
    })
}

/// Reads rows of `claim_usage` as the usage of a program and of these perks on a day.
pub(super) fn used(
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

async fn count_for_member(conn: &mut PgConnection, claim: &Claim) -> Result<(i64, i64)> {
    let rows = sqlx::query!(
        "insert into member_claims as used (member_id, program_id, perk_id, units)
         select $1, $2, perk_id, 1 from unnest($3::text[]) with ordinality as new (perk_id, place)
         order by place
         on conflict (member_id, program_id, perk_id) do update set units = used.units + 1
         returning perk_id, units",
        claim.member as _,
        claim.program as _,
        &[String::new(), claim.perk.to_string()]
    )
    .fetch_all(conn)
    .await?;
    let units = |perk: &str| {
        let row = rows.iter().find(|row| row.perk_id == perk);
        row.map(|row| row.units)
            .ok_or_else(|| StoreError::Corrupt("a count of claims is missing".into()))
    };
    Ok((units(claim.perk.as_str())?, units("")?))
}

/// Claims a unit of the stock; `None` if there is none to claim. A member that `waited`
/// may have any unit and leaves the waiting list; any other member may have one for
/// which no member waits. `stock` is the total in the version in force. The row may
/// still have the total of the version before: the lower of the two counts, or neither
/// if the version has none.
pub async fn claim_unit(
    conn: &mut PgConnection,
    claim: &Claim,
    stock: Option<i64>,
    waited: bool,
) -> Result<Option<LeftAfter>> {
    // LEAST ignores nulls.
    let row = sqlx::query!(
        "insert into perk_stock as stock (program_id, perk_id, total, taken) values ($1, $2, $3, 1)
         on conflict (program_id, perk_id) do update
         set taken = stock.taken + 1,
             waiting = stock.waiting - case when $4 then 1 else 0 end,
             total = case when $3::bigint is not null then stock.total end
         where $3 is null
            or stock.taken + case when $4 then 0 else stock.waiting end < least(stock.total, $3)
         returning case when $3 is not null then least(total, $3) - taken - waiting end as for_others,
                   case when $3 is not null then least(total, $3) - taken end as in_all",
        claim.program as _,
        claim.perk as _,
        stock,
        waited
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map(|row| LeftAfter {
        for_others: row.for_others.map_or(Left::Endless, Left::Units),
        in_all: row.in_all.map_or(Left::Endless, Left::Units),
    }))
}

/// Takes one of the partner's free codes for a claim that has its unit, and returns how
/// many are left for which no member waits; `None` if there is none to take. A member
/// that `waited` may have any code; any other member may have one for which no member
/// waits.
pub async fn claim_code(
    conn: &mut PgConnection,
    claim: &Claim,
    waited: bool,
) -> Result<Option<Left>> {
    let left = sqlx::query_scalar!(
        r#"update perk_stock set free_codes = free_codes - 1
           where program_id = $1 and perk_id = $2
             and free_codes > case when $3 then 0 else waiting end
           returning free_codes - waiting as "left!""#,
        claim.program as _,
        claim.perk as _,
        waited
    )
    .fetch_optional(conn)
    .await?;
    Ok(left.map(Left::Units))
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

/// Locks all rows in which claims of these members on a perk are counted, in the order
/// that all writers keep: for claiming several units in one transaction. Returns how
/// many units are left for which no member waits.
pub async fn lock(
    conn: &mut PgConnection,
    (program, perk): (&ProgramId, &PerkId),
    in_all: InAll,
    members: &[MemberId],
    day: NaiveDate,
) -> Result<Left> {
    sqlx::query!(
        "insert into member_claims as used (member_id, program_id, perk_id, units)
         select member_id, $2, perk_id, 0
         from unnest($1::uuid[]) as new (member_id), unnest($3::text[]) as kind (perk_id)
         order by member_id, perk_id
         on conflict (member_id, program_id, perk_id) do update set units = used.units",
        members as _,
        program as _,
        &[String::new(), perk.to_string()]
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "insert into claim_usage as used (program_id, scope, units, cost)
         select $1, scope, 0, 0 from unnest($2::text[]) with ordinality as new (scope, place)
         order by place
         on conflict (program_id, scope) do update set units = used.units",
        program as _,
        &Scopes::of(perk, day).all()
    )
    .execute(&mut *conn)
    .await?;
    let left = sqlx::query_scalar!(
        "insert into perk_stock as stock (program_id, perk_id, total) values ($1, $2, $3)
         on conflict (program_id, perk_id) do update set waiting = stock.waiting
         returning least(case when $3::bigint is not null then least(total, $3) end,
                         case when $4 then taken + coalesce(free_codes, 0) end)
                   - taken - waiting as left_over",
        program as _,
        perk as _,
        in_all.stock,
        in_all.coded
    )
    .fetch_one(conn)
    .await?;
    Ok(left.map_or(Left::Endless, Left::Units))
}

fn cost(claim: &Claim) -> Decimal {
    claim.value.as_ref().map_or(Decimal::ZERO, Money::amount)
}
