//! `…/report`: what became of a program's perks, day by day, as JSON or as a
//! table for spreadsheets.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::http::App;
use crate::http::csv;
use crate::http::csv::CsvTable;
use crate::http::error::Problem;
use crate::http::etag;
use crate::http::extract::{Auth, Lookup, Path, Query};
use crate::http::programs::program::reached;
use crate::service::insight::{Cost, PerkReport, ReportEntry, ReportQuery};
use renown_core::domain::{Currency, PerkId, ProgramId};

/// The columns of the table.
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

/// Which days, which perk, and how.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReportParams {
    /// The first day (`2026-11-01`), where the program lives; 30 days up to the
    /// last if absent.
    from: Option<NaiveDate>,
    /// The last day, which belongs to it; today if absent. At most 400 days.
    to: Option<NaiveDate>,
    /// Only one perk.
    perk: Option<String>,
    /// `csv` for a table, as `Accept: text/csv` asks for; JSON if absent.
    format: Option<ReportFormat>,
}

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReportFormat {
    /// JSON.
    Json,
    /// CSV as RFC 4180 has it.
    Csv,
}

/// What became of a program's perks.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportBody {
    /// The program.
    program: String,
    /// Where it lives: the zone of the days.
    timezone: String,
    /// The first day.
    from: NaiveDate,
    /// The last day.
    to: NaiveDate,
    /// The days of which anything is known, in order.
    days: Vec<ReportDayBody>,
    /// All days together, a perk each.
    totals: Vec<TotalBody>,
}

/// What became of perks on one day.
#[derive(Debug, Serialize, ToSchema)]
pub struct ReportDayBody {
    /// The day.
    day: NaiveDate,
    /// The perks of which anything is known.
    perks: Vec<PerkDayBody>,
}

/// What became of one perk on one day.
#[derive(Debug, Serialize, ToSchema)]
pub struct PerkDayBody {
    /// The perk's short name.
    perk: String,
    /// Members who might have claimed it, counted once soon after the day began;
    /// null if that was not done.
    eligible: Option<u64>,
    /// Members who would have been eligible and from whom an experiment held it
    /// back, counted at the same time.
    held_back: Option<u64>,
    /// Members who saw on that day that they may have it.
    offered: u64,
    /// What was claimed.
    #[serde(flatten)]
    claims: ClaimCountsBody,
}

/// What became of one perk on all days together.
#[derive(Debug, Serialize, ToSchema)]
pub struct TotalBody {
    /// The perk's short name.
    perk: String,
    /// What was claimed.
    #[serde(flatten)]
    claims: ClaimCountsBody,
}

/// Steps that claims took, and what they cost.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClaimCountsBody {
    /// Units that were held.
    held: u64,
    /// Units that were confirmed.
    confirmed: u64,
    /// Units that were redeemed.
    redeemed: u64,
    /// Units that members gave back.
    released: u64,
    /// Units whose time was over.
    expired: u64,
    /// Units that the business took back.
    cancelled: u64,
    /// What the units cost, by currency; empty where the program does not say
    /// what one is worth.
    cost: Vec<CostBody>,
}

/// What units cost in one currency.
#[derive(Debug, Serialize, ToSchema)]
pub struct CostBody {
    /// ISO 4217.
    currency: String,
    /// The value of the units held in that time and not given back until now, a
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

/// What became of a program's perks, day by day: for how many people each was,
/// to how many it was shown, how many units were held, confirmed, redeemed and
/// given back, and what they cost. With `Accept: text/csv` or `?format=csv` a
/// table: a row for each day and perk, and one more for each further currency.
#[utoipa::path(
    get, path = "/v1/programs/{program}/report", tag = "reports", operation_id = "get_report",
    params(
        ("program" = String, Path, description = "The program's short name."),
        ReportParams,
    ),
    responses(
        (status = 200, description = "The report.", content(
            (ReportBody = "application/json"),
            (String = "text/csv"),
        )),
        (status = 304, description = "As in `If-None-Match`."),
        (status = 400, description = "A parameter is wrong.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such program.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn get(
    State(app): State<App>,
    auth: Auth<Lookup>,
    Path(program): Path<String>,
    Query(params): Query<ReportParams>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let program = reached(&auth, &program)?;
    let perk = params.perk.as_deref().map(PerkId::parse).transpose();
    let perk = perk.map_err(|invalid| Problem::invalid_request().detail(invalid))?;
    let wants_csv = match params.format {
        Some(format) => format == ReportFormat::Csv,
        None => csv::is_wanted(&headers),
    };
    let query = ReportQuery {
        program,
        perk,
        from: params.from,
        to: params.to,
    };
    let report = app.service.insight.perk_report(&query).await?;
    match wants_csv {
        true => Ok(table(&query.program, &report)),
        false => etag::json(&headers, &body(&query.program, &report)),
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
        // Counts are not repeated, so that columns can be added up.
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
