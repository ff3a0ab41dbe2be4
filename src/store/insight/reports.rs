//! Reports on perks by day.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use sqlx::PgConnection;

use crate::store::{Result, StoreError};
use renown_core::domain::{Currency, PerkId, ProgramId, StateKind};

/// The days and perks of a report.
#[derive(Debug)]
pub struct ReportFilter<'w> {
    /// The program.
    pub program: &'w ProgramId,
    /// The perk; all perks if absent.
    pub perk: Option<&'w PerkId>,
    /// The consecutive days, each with its first moment.
    pub days: &'w [(NaiveDate, DateTime<Utc>)],
    /// The first moment after the last day.
    pub end: DateTime<Utc>,
}

/// The census of a perk on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayCount {
    /// The day.
    pub day: NaiveDate,
    /// The perk.
    pub perk: PerkId,
    /// Eligible members, at the census.
    pub eligible: u64,
    /// Members of the control group, at the census.
    pub held_back: u64,
}

/// The exposures to a perk on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayShown {
    /// The day.
    pub day: NaiveDate,
    /// The perk.
    pub perk: PerkId,
    /// Members to which it was offered.
    pub members: u64,
}

/// The claims that took one step on one day, with values in one currency.
#[derive(Debug, Clone, PartialEq)]
pub struct DayStep {
    /// The day.
    pub day: NaiveDate,
    /// The perk.
    pub perk: PerkId,
    /// The state that the step led to.
    pub step: StateKind,
    /// The number of claims.
    pub claims: u64,
    /// Their value; `None` where the program gave none.
    pub value: Option<Worth>,
}

/// The value of some claims.
#[derive(Debug, Clone, PartialEq)]
pub struct Worth {
    /// The currency.
    pub currency: Currency,
    /// The value of all of them.
    pub all: Decimal,
    /// The value of those that have not ended since.
    pub kept: Decimal,
}

/// Returns the censuses of the days.
pub async fn census(conn: &mut PgConnection, filter: &ReportFilter<'_>) -> Result<Vec<DayCount>> {
    let days: Vec<NaiveDate> = filter.days.iter().map(|(day, _)| *day).collect();
    let rows = sqlx::query!(
        "select day, perk_id, eligible, held_back from perk_census
         where program_id = $1 and day = any($2) and ($3::text is null or perk_id = $3)",
        filter.program as _,
        &days,
        filter.perk as _
    )
    .fetch_all(conn)
    .await?;
    let counted = rows.into_iter().map(|row| {
        Ok(DayCount {
            day: row.day,
            perk: row.perk_id,
            eligible: count(row.eligible),
            held_back: count(row.held_back),
        })
    });
    counted.collect()
}

/// Returns the exposures on the days.
pub async fn shown(conn: &mut PgConnection, filter: &ReportFilter<'_>) -> Result<Vec<DayShown>> {
    let days: Vec<NaiveDate> = filter.days.iter().map(|(day, _)| *day).collect();
    let rows = sqlx::query!(
        "select day, perk_id, members from offers_shown
         where program_id = $1 and day = any($2) and ($3::text is null or perk_id = $3)",
        filter.program as _,
        &days,
        filter.perk as _
    )
    .fetch_all(conn)
    .await?;
    let shown = rows.into_iter().map(|row| {
        Ok(DayShown {
            day: row.day,
            perk: row.perk_id,
            members: count(row.members),
        })
    });
    shown.collect()
}

/// Returns the steps of claims on the days. A step belongs to the last day that began
/// before it.
pub async fn steps(conn: &mut PgConnection, filter: &ReportFilter<'_>) -> Result<Vec<DayStep>> {
    let starts: Vec<DateTime<Utc>> = filter.days.iter().map(|(_, start)| *start).collect();
    let Some(first) = starts.first() else {
        return Ok(Vec::new());
    };
    let rows = sqlx::query!(
        r#"select c.perk_id, width_bucket(taken.at, $2::timestamptz[]) as "place!",
                  taken.step as "step!: StateKind", c.value_currency, count(*) as "claims!",
                  sum(c.value_amount) as "all", sum(c.value_amount) filter (where c.ended_at is null) as kept
           from claims c
           cross join lateral (values ('held', c.held_at), ('confirmed', c.confirmed_at),
               ('redeemed', c.redeemed_at), (c.state, c.ended_at)) as taken (step, at)
           where c.program_id = $1 and taken.at >= $3 and taken.at < $4
             and ($5::text is null or c.perk_id = $5)
           group by 1, 2, 3, 4"#,
        filter.program as _,
        &starts,
        *first,
        filter.end,
        filter.perk as _)
    .fetch_all(conn)
    .await?;
    let mut steps = Vec::with_capacity(rows.len());
    for row in rows {
        let day = usize::try_from(row.place - 1).ok();
        let day = day.and_then(|place| filter.days.get(place));
        let (day, _) = day.ok_or_else(|| StoreError::Corrupt("a day of a claim".to_owned()))?;
        let value = row.value_currency.map(|currency| Worth {
            currency,
            all: row.all.unwrap_or_default(),
            kept: row.kept.unwrap_or_default(),
        });
        steps.push(DayStep {
            day: *day,
            perk: row.perk_id,
            step: row.step,
            claims: count(row.claims),
            value,
        });
    }
    Ok(steps)
}

fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
