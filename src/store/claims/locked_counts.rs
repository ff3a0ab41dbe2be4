//! The counts that new claims of a program change: locked, and written when the claims are
//! decided.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use rust_decimal::Decimal;
use sqlx::PgConnection;

use super::quotas::{InAll, Left, Scopes};
use crate::store::Result;
use renown_core::domain::{MemberId, PerkId, ProgramId};

/// The counts of a program that new claims change. They are locked until the end of the
/// transaction, so what is computed from them holds when it is written.
#[derive(Debug, Clone, Default)]
pub struct LockedCounts {
    /// Units that members have claimed, of a perk, or of all perks of the program together
    /// (`None`).
    pub of_members: BTreeMap<(MemberId, Option<PerkId>), i64>,
    /// Units and their value, by scope (see [`Scopes`]).
    pub usage: BTreeMap<String, (i64, Decimal)>,
    /// The stock of each perk.
    pub stock: BTreeMap<PerkId, Stock>,
}

/// The stock of a perk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stock {
    /// The total; `None` if unlimited. It may be the total of the version before.
    pub total: Option<i64>,
    /// Units that are claimed.
    pub taken: i64,
    /// Members that wait for a unit.
    pub waiting: i64,
    /// A partner's codes that no claim has; `None` if none was ever imported.
    pub free_codes: Option<i64>,
}

impl Stock {
    /// Returns how many units of a supply are not claimed, whether members wait for them or
    /// not.
    pub fn not_taken(&self, in_all: InAll) -> Left {
        // The total of the version in force counts from its start, and the row may be older.
        let of_stock = in_all
            .stock
            .map(|stock| self.total.map_or(stock, |total| total.min(stock)) - self.taken);
        let codes = in_all.coded.then(|| self.free_codes.unwrap_or(0));
        match [of_stock, codes].into_iter().flatten().min() {
            Some(left) => Left::Units(left),
            None => Left::Endless,
        }
    }

    /// Returns how many of them are left for members that do not wait.
    pub fn for_others(&self, in_all: InAll) -> Left {
        match self.not_taken(in_all) {
            Left::Units(left) => Left::Units(left - self.waiting),
            Left::Endless => Left::Endless,
        }
    }
}

/// A unit of a perk that a member is to get, as far as counts are concerned.
#[derive(Debug, Clone, Copy)]
pub struct NewUnit<'p> {
    /// The member.
    pub member: MemberId,
    /// The perk.
    pub perk: &'p PerkId,
    /// The stock of the perk in the version in force; `None` if unlimited.
    pub stock: Option<i64>,
}

/// Locks all rows in which new units of a program are counted, in the order that all writers
/// keep, and returns what they contain.
pub async fn lock(
    conn: &mut PgConnection,
    program: &ProgramId,
    units: &[NewUnit<'_>],
    day: NaiveDate,
) -> Result<LockedCounts> {
    let of_members = lock_members(conn, program, units).await?;
    let scopes: BTreeSet<String> = units
        .iter()
        .flat_map(|unit| Scopes::of(unit.perk, day).all())
        .collect();
    let usage = lock_usage(conn, program, scopes).await?;
    let stock = lock_stock(conn, program, units).await?;
    Ok(LockedCounts {
        of_members,
        usage,
        stock,
    })
}

async fn lock_members(
    conn: &mut PgConnection,
    program: &ProgramId,
    units: &[NewUnit<'_>],
) -> Result<BTreeMap<(MemberId, Option<PerkId>), i64>> {
    // A member has one row for all perks together, with an empty name.
    let keys: BTreeSet<(MemberId, &str)> = units
        .iter()
        .flat_map(|unit| [(unit.member, ""), (unit.member, unit.perk.as_str())])
        .collect();
    let (members, perks): (Vec<MemberId>, Vec<&str>) = keys.into_iter().unzip();
    let rows = sqlx::query!(
        r#"insert into member_claims as used (member_id, program_id, perk_id, units)
           select member_id, $2, perk_id, 0
           from unnest($1::uuid[], $3::text[]) with ordinality as new (member_id, perk_id, place)
           order by place
           on conflict (member_id, program_id, perk_id) do update set units = used.units
           returning member_id, perk_id, units"#,
        members as _,
        program as _,
        perks as _
    )
    .fetch_all(conn)
    .await?;
    let counts = rows.into_iter().map(|row| {
        let perk = match row.perk_id.as_str() {
            "" => None,
            perk => Some(PerkId::parse(perk)?),
        };
        Ok(((row.member_id, perk), row.units))
    });
    counts.collect()
}

async fn lock_usage(
    conn: &mut PgConnection,
    program: &ProgramId,
    scopes: BTreeSet<String>,
) -> Result<BTreeMap<String, (i64, Decimal)>> {
    let scopes: Vec<String> = scopes.into_iter().collect();
    let rows = sqlx::query!(
        "insert into claim_usage as used (program_id, scope, units, cost)
         select $1, scope, 0, 0 from unnest($2::text[]) with ordinality as new (scope, place)
         order by place
         on conflict (program_id, scope) do update set units = used.units
         returning scope, units, cost",
        program as _,
        &scopes
    )
    .fetch_all(conn)
    .await?;
    let rows = rows.into_iter();
    Ok(rows.map(|row| (row.scope, (row.units, row.cost))).collect())
}

async fn lock_stock(
    conn: &mut PgConnection,
    program: &ProgramId,
    units: &[NewUnit<'_>],
) -> Result<BTreeMap<PerkId, Stock>> {
    let totals: BTreeMap<&PerkId, Option<i64>> =
        units.iter().map(|unit| (unit.perk, unit.stock)).collect();
    let (perks, totals): (Vec<&PerkId>, Vec<Option<i64>>) = totals.into_iter().unzip();
    let rows = sqlx::query!(
        "insert into perk_stock as stock (program_id, perk_id, total)
         select $1, perk_id, total
         from unnest($2::text[], $3::bigint[]) with ordinality as new (perk_id, total, place)
         order by place
         on conflict (program_id, perk_id) do update set waiting = stock.waiting
         returning perk_id, total, taken, waiting, free_codes",
        program as _,
        perks as _,
        totals as _
    )
    .fetch_all(conn)
    .await?;
    let stock = rows.into_iter().map(|row| {
        let stock = Stock {
            total: row.total,
            taken: row.taken,
            waiting: row.waiting,
            free_codes: row.free_codes,
        };
        (row.perk_id, stock)
    });
    Ok(stock.collect())
}

/// Writes counts that were [locked](lock) in this transaction and changed since.
pub async fn write(
    conn: &mut PgConnection,
    program: &ProgramId,
    counts: &LockedCounts,
) -> Result<()> {
    let of_members = counts.of_members.iter();
    let (members, (of, units)): (Vec<MemberId>, (Vec<&str>, Vec<i64>)) = of_members
        .map(|((member, perk), units)| {
            let perk = perk.as_ref().map_or("", PerkId::as_str);
            (*member, (perk, *units))
        })
        .unzip();
    let (scopes, (used, costs)): (Vec<&str>, (Vec<i64>, Vec<Decimal>)) = counts
        .usage
        .iter()
        .map(|(scope, (units, cost))| (scope.as_str(), (*units, *cost)))
        .unzip();
    let perks: Vec<&PerkId> = counts.stock.keys().collect();
    let stock = || counts.stock.values();
    sqlx::query!(
        "with of_members as (
             update member_claims as used set units = new.units
             from unnest($2::uuid[], $3::text[], $4::bigint[]) as new (member_id, perk_id, units)
             where used.member_id = new.member_id and used.program_id = $1
               and used.perk_id = new.perk_id),
         usage as (
             update claim_usage as used set units = new.units, cost = new.cost
             from unnest($5::text[], $6::bigint[], $7::numeric[]) as new (scope, units, cost)
             where used.program_id = $1 and used.scope = new.scope)
         update perk_stock as stock
         set total = new.total, taken = new.taken, waiting = new.waiting,
             free_codes = new.free_codes
         from unnest($8::text[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[])
             as new (perk_id, total, taken, waiting, free_codes)
         where stock.program_id = $1 and stock.perk_id = new.perk_id",
        program as _,
        members as _,
        of as _,
        &units,
        scopes as _,
        &used,
        &costs,
        perks as _,
        stock().map(|stock| stock.total).collect::<Vec<_>>() as _,
        &stock().map(|stock| stock.taken).collect::<Vec<_>>(),
        &stock().map(|stock| stock.waiting).collect::<Vec<_>>(),
        stock().map(|stock| stock.free_codes).collect::<Vec<_>>() as _
    )
    .execute(conn)
    .await?;
    Ok(())
}
