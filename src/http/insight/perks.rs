//! `…/perks`: the perks of a program with their stock.

use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::App;
use crate::http::auth::{Auth, Lookup, PathProgram};
use crate::http::error::Problem;
use crate::http::etag::{self, IfNoneMatch};
use crate::http::money::MoneyBody;
use crate::service::insight::PerkStock;
use renown_core::domain::ProgramId;
use renown_core::rules::PerkKind;

/// The perks of a program.
#[derive(Debug, Serialize, ToSchema)]
pub struct PerksBody {
    /// The perks of the version in force, in the order of its file.
    data: Vec<PerkStockBody>,
    /// When the claims were counted, about once a minute; null if they were not yet. Stock
    /// and waiting members are as of now.
    as_of: Option<DateTime<Utc>>,
}

/// A perk with its stock.
#[derive(Debug, Serialize, ToSchema)]
pub struct PerkStockBody {
    /// The perk's short name.
    perk: String,
    /// The display name of the perk.
    title: String,
    /// How it is given.
    kind: PerkKind,
    /// The number of units in all; null if there is no limit.
    stock: Option<i64>,
    /// The units that can still be claimed, without those for which members wait; null if
    /// there is no limit.
    left: Option<i64>,
    /// The members who wait for a unit.
    waiting: i64,
    /// Units that are held now.
    held: u64,
    /// Units that are confirmed and not redeemed.
    confirmed: u64,
    /// Units that were redeemed.
    redeemed: u64,
    /// The value of one unit; null if the program does not state it.
    value: Option<MoneyBody>,
    /// The first moment at which the perk is given; null for no beginning.
    from: Option<DateTime<Utc>>,
    /// The first moment at which the perk is no longer given; null for no end.
    until: Option<DateTime<Utc>>,
    /// The units a day that were claimed in the last seven days, or since the perk began, and
    /// were not given back.
    pace_per_day: f64,
    /// When the last unit is claimed at this pace; null if none is left, if nobody claims,
    /// or if units are left at the end.
    runs_out_at: Option<DateTime<Utc>>,
}

impl From<PerkStock> for PerkStockBody {
    fn from(perk: PerkStock) -> Self {
        Self {
            perk: perk.perk.to_string(),
            title: perk.title,
            kind: perk.kind,
            stock: perk.stock,
            left: perk.left,
            waiting: perk.waiting,
            held: perk.claims.held,
            confirmed: perk.claims.confirmed,
            redeemed: perk.claims.redeemed,
            value: perk.value.as_ref().map(Into::into),
            from: perk.from,
            until: perk.until,
            pace_per_day: perk.pace_per_day,
            runs_out_at: perk.runs_out_at,
        }
    }
}

/// Lists the perks of a program with their stock, their claims, and when they run out at the
/// present pace.
#[utoipa::path(
    get, path = "/v1/programs/{program}/perks", tag = "reports", operation_id = "list_perks",
    params(("program" = ProgramId, Path, description = "The program's short name.")),
    responses(
        (status = 200, description = "The perks.", body = PerksBody),
        (status = 304, description = "The `ETag` of an earlier answer; 304 if it still holds."),
        (status = 404, description = "There is no such program."),
    )
)]
pub async fn list(
    State(app): State<App>,
    auth: Auth<Lookup, PathProgram>,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    let stocks = app.service.insight.perk_stocks(auth.program()).await?;
    let body = PerksBody {
        data: stocks.perks.into_iter().map(Into::into).collect(),
        as_of: stocks.as_of,
    };
    etag::json(&known, &body)
}
