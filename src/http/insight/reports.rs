//! `…/report`: the use of a program's perks, day by day, as JSON or CSV.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::http::App;
use crate::http::auth::{Auth, Lookup, PathProgram};
use crate::http::csv;
use crate::http::csv::CsvTable;
use crate::http::error::Problem;
use crate::http::etag::{self, IfNoneMatch};
use crate::http::extract::Query;
use crate::service::insight::{Cost, PerkReport, ReportEntry, ReportQuery};
use renown_core::domain::{Currency, Day, PerkId, ProgramId};

/// The columns of the CSV table.
const COLUMNS: [&str; 14] = [
    "day",
    "perk",
    "eligible",
    "held_back",
    "offered",
    "held",
    "confirmed",
    "redeemed",
    "released",
    "expired",
    "cancelled",
    "currency",
    "committed",
    "redeemed_value",
];

/// The days, the perk and the format of a report.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReportParams {
    /// The first day (`2026-11-01`), in the program's time zone; if absent, the
    /// report covers the 30 days up to the last day.
    from: Option<Day>,
    /// The last day, inclusive; today if absent. At most 400 days.
    to: Option<Day>,
    /// Only this perk; all perks if absent.
    #[param(value_type = Option<PerkId>)]
    perk: Option<String>,
    /// `csv` for CSV, like `Accept: text/csv`. If absent, `Accept` decides, and
    /// JSON is the default.
    format: Option<ReportFormat>,
}

/// The format of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReportFormat {
    /// JSON.
    Json,
    /// CSV (RFC 4180).
    Csv,
}

/// The use of a program's perks over several days.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportBody {
    /// The program's short name.
    program: String,
    /// The program's time zone, in which the days are counted.
    timezone: String,
    /// The first day.
    from: NaiveDate,
    /// The last day.
    to: NaiveDate,
    /// The days with data, in order.
    days: Vec<ReportDayBody>,
    /// The sums over all days, one item per perk.
    totals: Vec<TotalBody>,
}

/// The use of perks on one day.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportDayBody {
    /// The day, in the program's time zone.
    day: NaiveDate,
    /// The perks with data on that day.
    perks: Vec<PerkDayBody>,
}

/// The use of one perk on one day.
#[derive(Debug, Serialize, ToSchema)]
pub struct PerkDayBody {
    /// The perk's short name.
    perk: String,
    /// Members that could have claimed the perk, counted once soon after the day
    /// began; null if they were not counted.
    eligible: Option<u64>,
    /// Members of the control group that would otherwise have been eligible,
    /// counted at the same time.
    held_back: Option<u64>,
    /// Members that saw on that day that they may have the perk.
    offered: u64,
    /// The claims on that day.
    #[serde(flatten)]
    claims: ClaimCountsBody,
}

/// The use of one perk over all days.
#[derive(Debug, Serialize, ToSchema)]
pub struct TotalBody {
    /// The perk's short name.
    perk: String,
    /// The claims on all days.
    #[serde(flatten)]
    claims: ClaimCountsBody,
}

/// The number of units for each step of claims, and their cost.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClaimCountsBody {
    /// Units that were held.
    held: u64,
    /// Units that were confirmed.
    confirmed: u64,
    /// Units that were redeemed.
    redeemed: u64,
    /// Units that members released.
    released: u64,
    /// Units whose claim expired.
    expired: u64,
    /// Units whose claim the business cancelled.
    cancelled: u64,
    /// The cost of the units by currency; empty if the program does not say what
    /// a unit is worth.
    cost: Vec<CostBody>,
}

/// The cost of units in one currency.
#[derive(Debug, Serialize, ToSchema)]
pub struct CostBody {
    /// The currency, ISO 4217.
    currency: String,
    /// The value of the units held in that time and not given back since, a
    /// decimal as a string.
    #[schema(value_type = String)]
    committed: Decimal,
    /// The value of the units redeemed in that time, a decimal as a string.
    #[schema(value_type = String)]
    redeemed_value: Decimal,
}

impl From<&ReportEntry> for ClaimCountsBody {
    fn from(entry: &ReportEntry) -> Self {
        let cost = |(currency, cost): (&Currency, &Cost)| CostBody {
            currency: currency.to_string(),
            committed: cost.committed.normalize(),
            redeemed_value: cost.redeemed.normalize(),
        };
        Self {
            held: entry.held,
            confirmed: entry.confirmed,
            redeemed: entry.redeemed,
            released: entry.released,
            expired: entry.expired,
            cancelled: entry.cancelled,
            cost: entry.cost.iter().map(cost).collect(),
        }
    }
}

/// Returns the use of a program's perks, day by day.
///
/// For each day and perk it has the number of members that were eligible, the
/// number that were offered the perk, the units held, confirmed, redeemed and
/// given back, and their cost. With `Accept: text/csv` or `?format=csv` the
/// answer is a CSV table: one row for each day and perk, and one more row for
/// each additional currency.
#[utoipa::path(
    get, path = "/v1/programs/{program}/report", tag = "reports", operation_id = "get_report",
    params(
        ("program" = ProgramId, Path, description = "The program's short name."),
        ReportParams,
    ),
    responses(
        (status = 200, description = "The report.", content(
            (ReportBody = "application/json"),
            (String = "text/csv"),
        )),
        (status = 304, description = "The `ETag` of an earlier answer; 304 if it still holds."),
        (status = 400, description = "A parameter is wrong."),
        (status = 404, description = "There is no such program."),
    )
)]
pub async fn get(
    State(app): State<App>,
    auth: Auth<Lookup, PathProgram>,
    Query(params): Query<ReportParams>,
    headers: HeaderMap,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    let program = auth.program();
    let perk = params.perk.as_deref().map(PerkId::parse).transpose();
    let perk = perk.map_err(|invalid| Problem::invalid_request().detail(invalid))?;
    let wants_csv = match params.format {
        Some(format) => format == ReportFormat::Csv,
        None => csv::is_wanted(&headers),
    };
    let query = ReportQuery {
        program: program.clone(),
        perk,
        from: params.from.map(Day::get),
        to: params.to.map(Day::get),
    };
    let report = app.service.insight.perk_report(&query).await?;
    match wants_csv {
        true => Ok(table(&query.program, &report)),
        false => etag::json(&known, &body(&query.program, &report)),
    }
}

fn body(program: &ProgramId, report: &PerkReport) -> ReportBody {
    let mut days: BTreeMap<NaiveDate, Vec<PerkDayBody>> = BTreeMap::new();
    let mut totals: BTreeMap<&PerkId, ReportEntry> = BTreeMap::new();
    for ((day, perk), entry) in &report.entries {
        days.entry(*day).or_default().push(PerkDayBody {
            perk: perk.to_string(),
            eligible: entry.eligible,
            held_back: entry.held_back,
            offered: entry.offered,
            claims: entry.into(),
        });
        totals.entry(perk).or_default().add_claims(entry);
    }
    let total = |(perk, entry): (&PerkId, ReportEntry)| TotalBody {
        perk: perk.to_string(),
        claims: (&entry).into(),
    };
    ReportBody {
        program: program.to_string(),
        timezone: report.zone.name().to_owned(),
        from: report.from,
        to: report.to,
        days: days
            .into_iter()
            .map(|(day, perks)| ReportDayBody { day, perks })
            .collect(),
        totals: totals.into_iter().map(total).collect(),
    }
}

fn table(program: &ProgramId, report: &PerkReport) -> Response {
    let mut table = CsvTable::new(&COLUMNS);
    for ((day, perk), entry) in &report.entries {
        let mut cost = entry.cost.iter();
        let [currency, committed, redeemed] = money(cost.next());
        let known = |count: Option<u64>| count.map_or_else(String::new, |n| n.to_string());
        let counts = [
            entry.offered,
            entry.held,
            entry.confirmed,
            entry.redeemed,
            entry.released,
            entry.expired,
            entry.cancelled,
        ];
        let (day, perk) = (day.to_string(), perk.to_string());
        let mut row = vec![day, perk, known(entry.eligible), known(entry.held_back)];
        row.extend(counts.map(|count| count.to_string()));
        row.extend([currency, committed, redeemed]);
        table.row(row.iter().map(String::as_str));
        // Counts are not repeated in these rows, so that columns can be summed.
        for further in cost {
            row[2..11].iter_mut().for_each(String::clear);
            row.truncate(11);
            row.extend(money(Some(further)));
            table.row(row.iter().map(String::as_str));
        }
    }
    table.respond(&format!("{program}_{}_{}", report.from, report.to))
}

fn money(cost: Option<(&Currency, &Cost)>) -> [String; 3] {
    cost.map_or_else(Default::default, |(currency, cost)| {
        let [committed, redeemed] =
            [cost.committed, cost.redeemed].map(|sum| sum.normalize().to_string());
        [currency.to_string(), committed, redeemed]
    })
}
