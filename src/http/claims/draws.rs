//! `/v1/programs/{program}/perks/{perk}/draw`: reading and holding a draw.

use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::App;
use crate::http::auth::{Auth, Lookup, PathProgram, ProgramsWrite};
use crate::http::claims::steps::Nothing;
use crate::http::claims::waiting::perk_id;
use crate::http::error::Problem;
use crate::http::etag::{self, IfNoneMatch};
use crate::http::extract::{OptionalJson, Path};
use crate::http::idempotency::{Idempotent, Reply, once};
use renown_core::domain::{Draw, PerkId, ProgramId};
use renown_core::fairness::draw::document::DrawDocument;

/// A draw that was held.
#[derive(Debug, Serialize, ToSchema)]
pub struct HeldBody {
    /// The program's short name.
    program: String,
    /// The perk's short name.
    perk: String,
    /// When the draw was held.
    drawn_at: Option<DateTime<Utc>>,
    /// The number of entries that took part.
    entry_count: Option<i64>,
    /// The number of units that were available.
    units: Option<i64>,
}

impl From<Draw> for HeldBody {
    fn from(draw: Draw) -> Self {
        Self {
            program: draw.program.to_string(),
            perk: draw.perk.to_string(),
            drawn_at: draw.drawn.map(|drawn| drawn.at),
            entry_count: draw.drawn.map(|drawn| drawn.entries),
            units: draw.drawn.map(|drawn| drawn.units),
        }
    }
}

/// Returns the public record of a draw.
///
/// From the beginning it has the commitment to a secret seed. Once the draw is
/// held it also has the seed, every entry by its public id, and the outcome of
/// each entry. `renown draw verify` checks it; anyone can do the same.
#[utoipa::path(
    get, path = "/v1/programs/{program}/perks/{perk}/draw", tag = "claims", operation_id = "get_draw",
    params(
        ("program" = ProgramId, Path, description = "The program's short name."),
        ("perk" = PerkId, Path, description = "The perk's short name."),
    ),
    responses(
        (status = 200, description = "The draw.", body = DrawDocument),
        (status = 304, description = "The `ETag` of an earlier answer; 304 if it still holds."),
        (status = 404, description = "There is no such program, or no draw of such a perk."),
    )
)]
pub async fn get(
    State(app): State<App>,
    auth: Auth<Lookup, PathProgram>,
    Path((_program, perk)): Path<(String, String)>,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    let (program, perk) = (auth.program(), perk_id(&perk)?);
    let document = app.service.claims.draw((program, &perk)).await?;
    etag::json(&known, &document)
}

/// Holds a draw whose perk sets no time for it.
///
/// No member can enter any more, and the seed determines the order of the
/// entries. Right after this answer the first entries get the units, as claims
/// that are held for the members. A draw is held only once.
#[utoipa::path(
    post, path = "/v1/programs/{program}/perks/{perk}/draw", tag = "claims", operation_id = "hold_draw",
    params(
        ("program" = ProgramId, Path, description = "The program's short name."),
        ("perk" = PerkId, Path, description = "The perk's short name."),
    ),
    request_body(content = Option<Nothing>, description = "Optional."),
    responses(
        (status = 200, description = "Drawn.", body = HeldBody),
        (status = 404, description = "There is no such program."),
        (status = 409, description = "`conflict`: the draw was held before, has no entries, or is held automatically later. `claim-refused`: the perk is not given by a draw."),
    )
)]
pub async fn hold(
    State(app): State<App>,
    auth: Auth<ProgramsWrite, PathProgram>,
    Path((_program, perk)): Path<(String, String)>,
    request: Idempotent<OptionalJson<Nothing>>,
) -> Result<Response, Problem> {
    let (program, perk) = (auth.program(), perk_id(&perk)?);
    once(&app, &auth, request.name, async |work| {
        let draw = app.service.claims.hold_draw(work, (program, &perk)).await?;
        Reply::ok(&HeldBody::from(draw))
    })
    .await
}
