//! `/v1/programs/{program}/perks/{perk}/codes`: codes of a partner, by the list,
//! and how many of each perk there are. They are never listed.

use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::App;
use crate::http::error::Problem;
use crate::http::extract::{Auth, Path, ProgramsWrite, media_type};
use crate::http::programs::program::reached;
use crate::http::{bounded, etag};
use crate::service::claims::CodeReport;
use renown_core::domain::PerkId;
use renown_core::rules::PerkCodes;

/// How many codes of a perk are in which state.
#[derive(Debug, Serialize, ToSchema)]
pub struct CodesBody {
    /// The program.
    program: String,
    /// The perk.
    perk: String,
    /// What the version in force gives: `none`, `generated` or `imported`.
    codes: PerkCodes,
    /// Imported codes that no claim has taken.
    free: u64,
    /// Codes of claims that are held or confirmed.
    assigned: u64,
    /// Codes of claims that were redeemed.
    redeemed: u64,
    /// Codes of claims that were given back: they are not used again.
    void: u64,
}

/// What became of a list of codes. Counted only after it was committed.
#[derive(Debug, Serialize, ToSchema)]
pub struct CodesReport {
    /// Codes that are new.
    accepted: u64,
    /// Codes that the perk had before, or that came twice.
    duplicates: u64,
    /// Lines that are no codes.
    rejected_count: u64,
    /// The first thousand of them.
    rejected: Vec<RejectedCode>,
}

/// A line that is no code.
#[derive(Debug, Serialize, ToSchema)]
pub struct RejectedCode {
    /// Its number in the file, from 1, the header's.
    line: u64,
    /// What is wrong with it, and what would be right.
    detail: String,
}

impl From<CodeReport> for CodesReport {
    fn from(report: CodeReport) -> Self {
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

/// Import codes of a partner, for a perk with `codes: imported`: CSV with one
/// column, `code`, optionally compressed with gzip or zstd. Each is 4 to 100
/// characters that can be seen. The list may be as long as you like; it is read
/// as it comes and stored some thousand lines at a time. Sent again, it adds
/// nothing.
#[utoipa::path(
    post, path = "/v1/programs/{program}/perks/{perk}/codes/import", tag = "codes", operation_id = "import_codes",
    params(
        ("program" = String, Path, description = "The program's short name."),
        ("perk" = String, Path, description = "The perk's short name."),
    ),
    request_body(content = String, content_type = "text/csv", description = "The list: `code`, and a code a line."),
    responses(
        (status = 200, description = "What became of the lines.", body = CodesReport),
        (status = 400, description = "It is no such list, and nothing was stored; or it broke off (`interrupted-body`), and what came before is stored.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such program or perk.", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The perk does not give codes of a partner.", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "The list is too long; what came before is stored.", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "Another content type or encoding.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn import(
    State(app): State<App>,
    auth: Auth<ProgramsWrite>,
    Path((program, perk)): Path<(String, String)>,
    request: Request,
) -> Result<Response, Problem> {
    let program = reached(&auth, &program)?;
    let perk = perk_id(&perk)?;
    if media_type(request.headers()).as_deref() != Some("text/csv") {
        return Err(Problem::unsupported().detail("send 'Content-Type: text/csv'"));
    }
    let body = bounded::stream(request.into_body(), &app.service.config.http);
    let report = app
        .service
        .claims
        .import_codes(&program, &perk, body)
        .await?;
    let interrupted = report.interrupted.clone();
    let report = CodesReport::from(report);
    match interrupted {
        None => Ok(axum::Json(report).into_response()),
        Some(reason) => Err(bounded::ended_early(&reason)
            .with("accepted", report.accepted)
            .with("duplicates", report.duplicates)
            .with("rejected_count", report.rejected_count)
            .with("rejected", report.rejected)),
    }
}

/// How many codes of a perk are free, assigned, redeemed and void.
#[utoipa::path(
    get, path = "/v1/programs/{program}/perks/{perk}/codes", tag = "codes", operation_id = "count_codes",
    params(
        ("program" = String, Path, description = "The program's short name."),
        ("perk" = String, Path, description = "The perk's short name."),
    ),
    responses(
        (status = 200, description = "The counts.", body = CodesBody),
        (status = 304, description = "As in `If-None-Match`."),
        (status = 404, description = "There is no such program or perk.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn count(
    State(app): State<App>,
    auth: Auth<ProgramsWrite>,
    Path((program, perk)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let program = reached(&auth, &program)?;
    let perk = perk_id(&perk)?;
    let (codes, counts) = app.service.claims.count_codes(&program, &perk).await?;
    let body = CodesBody {
        program: program.to_string(),
        perk: perk.to_string(),
        codes,
        free: counts.free,
        assigned: counts.assigned,
        redeemed: counts.redeemed,
        void: counts.void,
    };
    etag::json(&headers, &body)
}

fn perk_id(text: &str) -> Result<PerkId, Problem> {
    PerkId::parse(text).map_err(|_| Problem::not_found().detail("there is no such perk"))
}
