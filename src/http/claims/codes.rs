//! `/v1/programs/{program}/perks/{perk}/codes`: importing the codes of a partner
//! and counting a perk's codes. Codes are never listed.

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::App;
use crate::http::auth::{Auth, PathProgram, ProgramsWrite};
use crate::http::bounded::early_end;
use crate::http::error::Problem;
use crate::http::etag::{self, IfNoneMatch};
use crate::http::extract::{Path, media_type};
use crate::service::claims::CodeReport;
use renown_core::domain::{PerkId, ProgramId};
use renown_core::rules::PerkCodes;

/// The number of a perk's codes in each state.
#[derive(Debug, Serialize, ToSchema)]
pub struct CodesBody {
    /// The program's short name.
    program: String,
    /// The perk's short name.
    perk: String,
    /// Where codes come from in the version in force: `none`, `generated` or
    /// `imported`.
    codes: PerkCodes,
    /// Imported codes that no claim has yet.
    free: u64,
    /// Codes of claims that are held or confirmed.
    assigned: u64,
    /// Codes of claims that were redeemed.
    redeemed: u64,
    /// Codes of claims that ended without redemption. They are not used again.
    void: u64,
}

/// The result of importing a list of codes. Codes are counted only once they are
/// committed.
#[derive(Debug, Serialize, ToSchema)]
pub struct CodesReport {
    /// New codes that were stored.
    accepted: u64,
    /// Codes that the perk already had, or that occurred twice.
    duplicates: u64,
    /// Lines that are not valid codes.
    rejected_count: u64,
    /// The first 1,000 lines that are not valid codes.
    rejected: Vec<RejectedCode>,
}

/// A line that is not a valid code.
#[derive(Debug, Serialize, ToSchema)]
pub struct RejectedCode {
    /// The line's number in the file; the header is line 1.
    line: u64,
    /// What is wrong with the line, and what would be right.
    detail: String,
}

impl<E> From<CodeReport<E>> for CodesReport {
    fn from(report: CodeReport<E>) -> Self {
        let rejected = report.listed.into_iter();
        let rejected = rejected.map(|(line, detail)| RejectedCode { line, detail });
        Self {
            accepted: report.accepted,
            duplicates: report.duplicates,
            rejected_count: report.rejected,
            rejected: rejected.collect(),
        }
    }
}

/// Imports a partner's codes for a perk with `codes: imported`.
///
/// The list is CSV with one column, `code`, optionally compressed with gzip or
/// zstd. Each code has 4 to 100 visible characters. The list may be of any length
/// up to the configured limit; it is read as a stream and stored a few thousand
/// lines at a time. Sending the same list again adds nothing.
#[utoipa::path(
    post, path = "/v1/programs/{program}/perks/{perk}/codes/import", tag = "codes", operation_id = "import_codes",
    params(
        ("program" = ProgramId, Path, description = "The program's short name."),
        ("perk" = PerkId, Path, description = "The perk's short name."),
    ),
    request_body(content = String, content_type = "text/csv", description = "The list: the header `code`, then one code in each line."),
    responses(
        (status = 200, description = "The result for the lines of the list.", body = CodesReport),
        (status = 400, description = "The body is not such a list, and nothing was stored; or the body ended early (`interrupted-body`), and the codes before that are stored."),
        (status = 404, description = "There is no such program or perk."),
        (status = 409, description = "The perk does not use a partner's codes."),
        (status = 408, description = "The list did not arrive in time; the codes before that are stored."),
        (status = 413, description = "The list is too long; the codes before the limit are stored."),
        (status = 415, description = "The content type or encoding is not supported."),
        (status = 422, description = "Too many lines are wrong; the codes before that are stored."),
    )
)]
pub async fn import(
    State(app): State<App>,
    auth: Auth<ProgramsWrite, PathProgram>,
    Path((_program, perk)): Path<(String, String)>,
    request: Request,
) -> Result<Response, Problem> {
    let program = auth.program();
    let perk = perk_id(&perk)?;
    if media_type(request.headers()).as_deref() != Some("text/csv") {
        return Err(Problem::unsupported().detail("send 'Content-Type: text/csv'"));
    }
    let body = app.bodies.stream(request)?;
    let report = app
        .service
        .claims
        .import_codes(program, &perk, body)
        .await?;
    let problem = early_end(report.outcome);
    let report = CodesReport::from(report);
    match problem {
        None => Ok(axum::Json(report).into_response()),
        Some(problem) => Err(problem
            .with("accepted", report.accepted)
            .with("duplicates", report.duplicates)
            .with("rejected_count", report.rejected_count)
            .with("rejected", report.rejected)),
    }
}

/// Counts a perk's codes: free, assigned, redeemed and void.
#[utoipa::path(
    get, path = "/v1/programs/{program}/perks/{perk}/codes", tag = "codes", operation_id = "count_codes",
    params(
        ("program" = ProgramId, Path, description = "The program's short name."),
        ("perk" = PerkId, Path, description = "The perk's short name."),
    ),
    responses(
        (status = 200, description = "The counts.", body = CodesBody),
        (status = 304, description = "The `ETag` of an earlier answer; 304 if it still holds."),
        (status = 404, description = "There is no such program or perk."),
    )
)]
pub async fn count(
    State(app): State<App>,
    auth: Auth<ProgramsWrite, PathProgram>,
    Path((_program, perk)): Path<(String, String)>,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    let program = auth.program();
    let perk = perk_id(&perk)?;
    let (codes, counts) = app.service.claims.count_codes(program, &perk).await?;
    let body = CodesBody {
        program: program.to_string(),
        perk: perk.to_string(),
        codes,
        free: counts.free,
        assigned: counts.assigned,
        redeemed: counts.redeemed,
        void: counts.void,
    };
    etag::json(&known, &body)
}

fn perk_id(text: &str) -> Result<PerkId, Problem> {
    PerkId::parse(text).map_err(|_| Problem::not_found().detail("there is no such perk"))
}
