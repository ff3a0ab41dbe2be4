//! Reports on a program's perks by day: eligible members, members that were offered
//! them, claims, and costs.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};
use chrono_tz::Tz;
use rust_decimal::Decimal;

use super::Insight;
use crate::service::error::{Result, ServiceError};
use crate::store;
use crate::store::insight::reports;
use crate::store::insight::reports::{DayStep, ReportFilter};
use renown_core::domain::{Currency, PerkId, ProgramId, StateKind};
use renown_core::rules::Program;

/// The maximum number of days in one report.
const MOST_DAYS: i64 = 400;
/// The number of days in a report by default.
const USUAL_DAYS: u64 = 30;
/// The maximum number of entries in one report; an entry is a perk on a day.
const MOST_ENTRIES: usize = 50_000;

/// A request for a report on perks.
#[derive(Debug, Clone)]
pub struct ReportQuery {
    /// The program.
    pub program: ProgramId,
    /// The only perk to report on; `None` for all.
    pub perk: Option<PerkId>,
    /// The first day; `None` for 30 days in total.
    pub from: Option<NaiveDate>,
    /// The last day, included; `None` for today.
    pub to: Option<NaiveDate>,
}

/// A report on perks.
#[derive(Debug, Clone)]
pub struct PerkReport {
    /// The time zone of the program, which its days are in.
    pub zone: Tz,
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
    /// The entries by day and perk; there is none if nothing is known of the perk
    /// on that day.
    pub entries: BTreeMap<(NaiveDate, PerkId), ReportEntry>,
}

/// The figures of one perk on one day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReportEntry {
    /// The members that could have claimed it, by the census; `None` if none was
    /// taken.
    pub eligible: Option<u64>,
    /// The members in the control group, by the census; `None` if none was taken.
    pub held_back: Option<u64>,
    /// The members to whom it was offered.
    pub offered: u64,
    /// The units that were held.
    pub held: u64,
    /// The units that were confirmed.
    pub confirmed: u64,
    /// The units that were redeemed.
    pub redeemed: u64,
    /// The units that members released.
    pub released: u64,
    /// The units that expired.
    pub expired: u64,
    /// The units that the business cancelled.
    pub cancelled: u64,
    /// The costs, by currency.
    pub cost: BTreeMap<Currency, Cost>,
}

/// The cost of the units of one perk, in one currency.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cost {
    /// The value of the units held on that day and not released, expired or
    /// cancelled since.
    pub committed: Decimal,
    /// The value of the units redeemed on that day.
    pub redeemed: Decimal,
}

impl ReportEntry {
    fn add(&mut self, step: &DayStep) {
        let count = match step.step {
            StateKind::Held => &mut self.held,
            StateKind::Confirmed => &mut self.confirmed,
            StateKind::Redeemed => &mut self.redeemed,
            StateKind::Released => &mut self.released,
            StateKind::Expired => &mut self.expired,
            StateKind::Cancelled | StateKind::Reversed => &mut self.cancelled,
        };
        *count += step.claims;
        let Some(value) = &step.value else { return };
        let more = match step.step {
            StateKind::Held => Cost {
                committed: value.kept,
                ..Cost::default()
            },
            StateKind::Redeemed => Cost {
                redeemed: value.all,
                ..Cost::default()
            },
            _ => return,
        };
        self.cost
            .entry(value.currency.clone())
            .or_default()
            .add(&more);
    }

    /// Adds another day's claims and costs. The numbers of members are not added,
    /// because the same members would be counted again.
    pub fn add_claims(&mut self, day: &Self) {
        self.held += day.held;
        self.confirmed += day.confirmed;
        self.redeemed += day.redeemed;
        self.released += day.released;
        self.expired += day.expired;
        self.cancelled += day.cancelled;
        for (currency, cost) in &day.cost {
            self.cost.entry(currency.clone()).or_default().add(cost);
        }
    }
}

impl Cost {
    fn add(&mut self, more: &Self) {
        self.committed = self.committed.saturating_add(more.committed);
        self.redeemed = self.redeemed.saturating_add(more.redeemed);
    }
}

impl Insight {
    /// Reports on a program's perks, in days of its time zone.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no such program; also if the days are
    /// in the wrong order, or the report would be too long.
    pub async fn perk_report(&self, query: &ReportQuery) -> Result<PerkReport> {
        let in_force = self.programs.in_force(&query.program)?;
        let program = &in_force.program;
        let today = program.day_of(self.context.clock.now());
        let (from, to) = ends(query, today)?;
        let days = days(program, from, to)?;
        let perks = query.perk.as_ref().map_or(program.perks().len(), |_| 1);
        if perks * days.days.len() > MOST_ENTRIES {
            let detail = format!(
                "{perks} perks on {} days are more than {MOST_ENTRIES} entries; ask for fewer days \
                 or for one perk",
                days.days.len()
            );
            return Err(ServiceError::invalid("", detail));
        }
        let filter = ReportFilter {
            program: program.id(),
            perk: query.perk.as_ref(),
            days: &days.days,
            end: days.end,
        };
        Ok(PerkReport {
            zone: program.timezone(),
            from,
            to,
            entries: self.entries(&filter).await?,
        })
    }

    /// Reads all figures in one snapshot of the database.
    async fn entries(
        &self,
        filter: &ReportFilter<'_>,
    ) -> Result<BTreeMap<(NaiveDate, PerkId), ReportEntry>> {
        let mut conn = store::begin_reading(&self.context.pool).await?;
        let mut entries: BTreeMap<(NaiveDate, PerkId), ReportEntry> = BTreeMap::new();
        for counted in reports::census(&mut conn, filter).await? {
            let entry = entries.entry((counted.day, counted.perk)).or_default();
            entry.eligible = Some(counted.eligible);
            entry.held_back = Some(counted.held_back);
        }
        for shown in reports::shown(&mut conn, filter).await? {
            let entry = entries.entry((shown.day, shown.perk)).or_default();
            entry.offered = shown.members;
        }
        for step in reports::steps(&mut conn, filter).await? {
            let key = (step.day, step.perk.clone());
            entries.entry(key).or_default().add(&step);
        }
        Ok(entries)
    }
}

/// Returns the first and the last day.
pub(super) fn ends(query: &ReportQuery, today: NaiveDate) -> Result<(NaiveDate, NaiveDate)> {
    let to = query.to.unwrap_or(today);
    let usual = to.checked_sub_days(Days::new(USUAL_DAYS - 1)).unwrap_or(to);
    let from = query.from.unwrap_or(usual);
    if [from, to]
        .iter()
        .any(|day| !(1970..=9999).contains(&day.year()))
    {
        let detail = "the days of a report are in the years 1970 to 9999";
        return Err(ServiceError::invalid("", detail));
    }
    let days = (to - from).num_days() + 1;
    if days < 1 {
        return Err(ServiceError::invalid("", "from must not be after to"));
    }
    if days > MOST_DAYS {
        let detail = format!("a report has at most {MOST_DAYS} days; this would have {days}");
        return Err(ServiceError::invalid("", detail));
    }
    Ok((from, to))
}

struct DayStarts {
    days: Vec<(NaiveDate, DateTime<Utc>)>,
    end: DateTime<Utc>,
}

/// Returns the days, each with its first moment in the program's time zone.
fn days(program: &Program, from: NaiveDate, to: NaiveDate) -> Result<DayStarts> {
    let beyond = || ServiceError::invalid("", "the days are beyond the calendar");
    let start = |day| program.start_of_day(day).ok_or_else(beyond);
    let days = from.iter_days().take_while(|day| *day <= to);
    let days: Result<Vec<_>> = days.map(|day| Ok((day, start(day)?))).collect();
    let after = to.succ_opt().ok_or_else(beyond)?;
    Ok(DayStarts {
        days: days?,
        end: start(after)?,
    })
}
