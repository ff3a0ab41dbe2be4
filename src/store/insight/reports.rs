//! What became of perks, by day.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use sqlx::PgConnection;

use crate::store::{Result, StoreError};
use renown_core::domain::{Currency, PerkId, ProgramId, StateKind};

/// Which days of which perks.
#[derive(Debug)]
pub struct ReportFilter<'w> {
    /// Of which program.
    pub program: &'w ProgramId,
    /// Only one perk.
    pub perk: Option<&'w PerkId>,
    /// The days, one after the other, each with its first moment; and the first
    /// moment after the last.
    pub days: &'w [(NaiveDate, DateTime<Utc>)],
    /// The first moment after the last day.
    pub end: DateTime<Utc>,
}

/// For how many a perk was on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayCount {
    /// The day.
    pub day: NaiveDate,
    /// The perk.
    pub perk: PerkId,
    /// Eligible members, at the census.
    pub eligible: u64,
    /// Members held back, at the census.
    pub held_back: u64,
}

/// To how many a perk was shown on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayShown {
    /// The day.
    pub day: NaiveDate,
    /// The perk.
    pub perk: PerkId,
    /// Members to whom it was offered.
    pub members: u64,
}

/// Claims that took one step on one day, with values in one currency.
#[derive(Debug, Clone, PartialEq)]
pub struct DayStep {
    /// The day.
    pub day: NaiveDate,
    /// The perk.
    pub perk: PerkId,
    /// The step.
    pub step: StateKind,
    /// How many took it.
    pub claims: u64,
    /// What they are worth; `None` where the program did not say.
    pub value: Option<Worth>,
}

/// What some claims are worth.
#[derive(Debug, Clone, PartialEq)]
pub struct Worth {
    /// In this currency.
    pub currency: Currency,
    /// All of them.
    pub all: Decimal,
    /// Those that were not given back since.
    pub kept: Decimal,
}

/// The censuses of some days.
///
/// # Errors
/// If the database does not answer.
pub async fn census(conn: &mut PgConnection, wanted: &ReportFilter<'_>) -> Result<Vec<DayCount>> {
    let days: Vec<NaiveDate> = wanted.days.iter().map(|(day, _)| *day).collect();
    let rows = sqlx::query!(
        "select day, perk_id, eligible, held_back from perk_census
         where program_id = $1 and day = any($2) and ($3::text is null or perk_id = $3)",
        wanted.program as _,
        &days,
        wanted.perk as _
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

/// What was shown on some days.
///
/// # Errors
/// If the database does not answer.
pub async fn shown(conn: &mut PgConnection, wanted: &ReportFilter<'_>) -> Result<Vec<DayShown>> {
    let days: Vec<NaiveDate> = wanted.days.iter().map(|(day, _)| *day).collect();
    let rows = sqlx::query!(
        "select day, perk_id, members from offers_shown
         where program_id = $1 and day = any($2) and ($3::text is null or perk_id = $3)",
        wanted.program as _,
        &days,
        wanted.perk as _
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

/// The steps that claims took on some days. Days begin where the program says:
/// a step belongs to the last day that began before it.
///
/// # Errors
/// If the database does not answer.
pub async fn steps(conn: &mut PgConnection, wanted: &ReportFilter<'_>) -> Result<Vec<DayStep>> {
    let starts: Vec<DateTime<Utc>> = wanted.days.iter().map(|(_, start)| *start).collect();
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
        wanted.program as _,
        &starts,
        *first,
        wanted.end,
        wanted.perk as _)
    .fetch_all(conn)
    .await?;
    let mut steps = Vec::with_capacity(rows.len());
    for row in rows {
        let day = usize::try_from(row.place - 1).ok();
        let day = day.and_then(|place| wanted.days.get(place));
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
