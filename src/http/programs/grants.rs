//! `/v1/programs/{program}/grants`: tiers and perks that people grant, regardless
//! of the rules.

use axum::extract::{OriginalUri, State};
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::http::App;
use crate::http::auth::{Auth, GrantsWrite, PathProgram};
use crate::http::error::Problem;
use crate::http::etag::IfNoneMatch;
use crate::http::extract::{CsvText, Json, Path, Query};
use crate::http::idempotency::{Idempotent, Reply, answered, once};
use crate::http::pagination;
use crate::http::pagination::{Cursor, Page};

use crate::service::programs::{Decider, ListImport, ListReport, NewGrant};
use renown_core::domain::{
    Gift, GrantFilter, GrantId, IdentityText, PerkId, ProgramId, RecordedGrant, Right, TextLine,
    TierId, Timestamp,
};

/// The most rejected lines that an answer lists. All of them are counted.
const MAX_LISTED: usize = 1_000;

/// A request to grant a tier or a perk to a member.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "member": "email:ann@example.com", "tier": "insider", "reason": "writes for the travel desk",
    "author": "Maria, press office", "until": "2026-12-31T23:59:59Z"
}))]
pub struct GrantBody {
    /// The member: our id, or any identity. The member must be enrolled.
    member: IdentityText,
    /// The tier that the member has at least. Give either `tier` or `perk`.
    tier: Option<TierId>,
    /// The perk that the member may have regardless of its condition and topics;
    /// its dates and stock still apply. Give either `perk` or `tier`.
    perk: Option<PerkId>,
    /// The reason, kept for the audit.
    reason: TextLine,
    /// The person that decided, in words, kept for the audit.
    author: TextLine,
    /// When the grant starts; now if absent.
    from: Option<Timestamp>,
    /// When the grant ends; if absent, only when it is revoked.
    until: Option<Timestamp>,
}

/// A request to revoke a grant.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevokeBody {
    /// The person that decided, in words.
    author: TextLine,
    /// The reason.
    reason: TextLine,
}

/// A grant with its audit record.
#[derive(Debug, Serialize, ToSchema)]
pub struct GrantedBody {
    /// The grant's id.
    id: Uuid,
    /// The member's id.
    member: Uuid,
    /// The tier that the grant gives; null if it gives a perk.
    tier: Option<String>,
    /// The perk that the grant gives; null if it gives a tier.
    perk: Option<String>,
    /// The reason for the grant.
    reason: String,
    /// The person that decided.
    author: String,
    /// Who made the grant: the API key, or the `caller` of a session; null for the command line.
    key: Option<Uuid>,
    /// The list that the grant was imported with; null if it was made on its own.
    list: Option<String>,
    /// When the grant starts.
    from: DateTime<Utc>,
    /// When the grant ends; null if only when it is revoked.
    until: Option<DateTime<Utc>>,
    /// When the grant was made.
    created_at: DateTime<Utc>,
    /// The revocation; null if the grant was not revoked.
    revoked: Option<RevokedBody>,
}

/// The revocation of a grant.
#[derive(Debug, Serialize, ToSchema)]
pub struct RevokedBody {
    /// When the grant was revoked.
    at: DateTime<Utc>,
    /// The person that decided.
    by: String,
    /// The reason for the revocation.
    reason: String,
}

impl From<RecordedGrant> for GrantedBody {
    fn from(row: RecordedGrant) -> Self {
        let (tier, perk) = match row.grant.gift {
            Gift::Tier(tier) => (Some(tier.to_string()), None),
            Gift::Perk(perk) => (None, Some(perk.to_string())),
        };
        Self {
            id: row.grant.id.0,
            member: row.member.0,
            tier,
            perk,
            reason: row.reason,
            author: row.author,
            key: row.caller.map(|caller| caller.0),
            list: row.list,
            from: row.grant.starts_at,
            until: row.grant.ends_at,
            created_at: row.created_at,
            revoked: row.revoked.map(|revoked| RevokedBody {
                at: revoked.at,
                by: revoked.by,
                reason: revoked.reason,
            }),
        }
    }
}

/// Grants a tier or a perk to a member, by a person's decision.
///
/// A grant takes precedence over the rules and cannot take anything away.
#[utoipa::path(
    post, path = "/v1/programs/{program}/grants", tag = "grants", operation_id = "create_grant",
    params(("program" = ProgramId, Path, description = "The program's short name.")),
    request_body = GrantBody,
    responses(
        (status = 201, description = "Granted.", body = GrantedBody),
        (status = 400, description = "Something is wrong with the body."),
        (status = 404, description = "There is no such program, or no member is enrolled under the identity."),
    )
)]
pub async fn create(
    State(app): State<App>,
    auth: Auth<GrantsWrite, PathProgram>,
    request: Idempotent<Json<GrantBody>>,
) -> Result<Response, Problem> {
    let program = auth.program();
    let Json(body) = request.body;
    let gift = match (body.tier, body.perk) {
        (Some(tier), None) => Gift::Tier(tier),
        (None, Some(perk)) => Gift::Perk(perk),
        _ => {
            return Err(Problem::invalid_request()
                .pointer("/tier")
                .detail("a grant gives either a 'tier' or a 'perk'"));
        }
    };
    let new = NewGrant {
        member: body.member.into(),
        gift,
        reason: body.reason,
        starts_at: body.from.map(Timestamp::get),
        ends_at: body.until.map(Timestamp::get),
    };
    let by = decider(&auth, body.author);
    once(&app, &auth, request.name, async |work| {
        let granted = app.service.grants.grant(work, program, new, &by).await?;
        Reply::created(None, &GrantedBody::from(granted))
    })
    .await
}

fn decider(auth: &Auth<GrantsWrite, PathProgram>, author: TextLine) -> Decider {
    Decider {
        author,
        caller: Some(auth.caller.id),
    }
}

/// The filters and the page of a list of grants.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct GrantsQuery {
    /// Only grants to this member: our id, or any identity.
    member: Option<IdentityText>,
    /// Only grants that were imported with this list.
    list: Option<TextLine>,
    /// `true`: only grants in effect now.
    #[serde(default)]
    active: bool,
    /// The most items on a page, from 1 to 200; 50 if absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u16>,
    /// The `next_cursor` of the previous page; absent for the first page.
    cursor: Option<Cursor>,
}

/// A page of grants, latest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct GrantsBody {
    /// The grants, including those that ended or were revoked.
    data: Vec<GrantedBody>,
    /// The cursor of the next page.
    page: Page,
}

/// Lists every grant that was ever made in a program, latest first.
///
/// The list is the audit of grants.
#[utoipa::path(
    get, path = "/v1/programs/{program}/grants", tag = "grants", operation_id = "list_grants",
    params(("program" = ProgramId, Path, description = "The program's short name."), GrantsQuery),
    responses(
        (status = 200, description = "A page. The `Link` header names the next one.", body = GrantsBody),
        (status = 404, description = "There is no such program."),
    )
)]
pub async fn list(
    State(app): State<App>,
    auth: Auth<GrantsWrite, PathProgram>,
    OriginalUri(uri): OriginalUri,
    Query(query): Query<GrantsQuery>,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    let program = auth.program();
    let limit = pagination::limit(query.limit, 50)?;
    let cursor: Option<Uuid> = query.cursor.as_ref().map(pagination::decode).transpose()?;
    let wanted = GrantFilter {
        member: None,
        list: query.list.map(String::from),
        counting_at: query.active.then(|| app.service.clock.now()),
        before: cursor.map(GrantId),
    };
    let page = match &query.member {
        Some(member) => {
            let of = app
                .service
                .grants
                .grants_of(program, member.as_str(), wanted, limit);
            of.await
        }
        None => app.service.grants.grants(program, &wanted, limit).await,
    };
    let (grants, next) = page?;
    let body = GrantsBody {
        data: grants.into_iter().map(Into::into).collect(),
        page: Page::up_to(next.map(|id| id.0)),
    };
    pagination::respond(&known, &uri, &body, &body.page)
}

/// Revokes a grant. It stays in the audit.
#[utoipa::path(
    post, path = "/v1/programs/{program}/grants/{grant}/revoke", tag = "grants", operation_id = "revoke_grant",
    params(
        ("program" = ProgramId, Path, description = "The program's short name."),
        ("grant" = Uuid, Path, description = "The grant's id."),
    ),
    request_body = RevokeBody,
    responses(
        (status = 200, description = "Taken back, or was so before.", body = GrantedBody),
        (status = 404, description = "There is no such grant."),
    )
)]
pub async fn revoke(
    State(app): State<App>,
    auth: Auth<GrantsWrite, PathProgram>,
    Path((_program, grant)): Path<(String, Uuid)>,
    request: Idempotent<Json<RevokeBody>>,
) -> Result<Response, Problem> {
    let program = auth.program();
    let Json(body) = request.body;
    let by = decider(&auth, body.author);
    once(&app, &auth, request.name, async |work| {
        let grant = GrantId(grant);
        let revoked = app
            .service
            .grants
            .revoke_grant(work, program, grant, &by, &body.reason);
        Reply::ok(&GrantedBody::from(revoked.await?))
    })
    .await
}

/// The options of an import of grants.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ImportQuery {
    /// The list's name, such as `press-2026`. Importing again under the same name
    /// adds what is new.
    list: TextLine,
    /// The person that decided, in words.
    author: TextLine,
    /// `true`: enrol identities that are not members yet, which needs the scope
    /// `admin`, without a limit to a program. Otherwise such lines are rejected.
    #[serde(default)]
    enrol: bool,
    /// `true`: revoke the grants that the list made before and no longer names.
    #[serde(default)]
    replace: bool,
}

/// The result of an import of grants.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportBody {
    /// Lines for which a grant was made.
    granted: usize,
    /// Lines whose grant was already in effect.
    unchanged: usize,
    /// Grants that were revoked because the list no longer names them.
    revoked: usize,
    /// Members that were enrolled by the import.
    enrolled: usize,
    /// Lines that were rejected.
    rejected_count: usize,
    /// The first 1,000 rejected lines.
    rejected: Vec<RejectedLine>,
}

/// A rejected line.
#[derive(Debug, Serialize, ToSchema)]
pub struct RejectedLine {
    /// The line's number in the file; the header is line 1.
    line: u64,
    /// The column with the mistake; empty if the whole line is wrong.
    column: &'static str,
    /// What is wrong with the line, and what would be right.
    detail: String,
}

impl From<ListReport> for ImportBody {
    fn from(report: ListReport) -> Self {
        let listed = report.rejected.iter().take(MAX_LISTED);
        Self {
            granted: report.granted,
            unchanged: report.unchanged,
            revoked: report.revoked,
            enrolled: report.enrolled,
            rejected_count: report.rejected.len(),
            rejected: listed
                .map(|(line, column, detail)| RejectedLine {
                    line: *line,
                    column,
                    detail: detail.clone(),
                })
                .collect(),
        }
    }
}

/// Imports a list of grants, such as a press list or a VIP list.
///
/// The list is CSV with a header. Its columns are `member`, `tier` or `perk`, and
/// `reason`, `from` and `until`.
#[utoipa::path(
    post, path = "/v1/programs/{program}/grants/import", tag = "grants", operation_id = "import_grants",
    params(("program" = ProgramId, Path, description = "The program's short name."), ImportQuery),
    request_body(content = String, content_type = "text/csv", description = "The list."),
    responses(
        (status = 200, description = "The result for each line.", body = ImportBody),
        (status = 400, description = "The body is not such a list; nothing was granted."),
        (status = 403, description = "The key may not enrol members."),
        (status = 404, description = "There is no such program."),
    )
)]
pub async fn import(
    State(app): State<App>,
    auth: Auth<GrantsWrite, PathProgram>,
    Query(query): Query<ImportQuery>,
    request: Idempotent<CsvText>,
) -> Result<Response, Problem> {
    let program = auth.program();
    if query.enrol && !auth.may_everywhere(Right::Admin) {
        let detail = "enrolling people needs the scope 'admin', without a limit to a program";
        return Err(Problem::forbidden().detail(detail));
    }
    let import = ListImport {
        list: query.list,
        by: decider(&auth, query.author),
        enrol: query.enrol,
        replace: query.replace,
    };
    if let Some(answer) = answered(&app, &auth, &request.name).await? {
        return Ok(answer);
    }
    let CsvText(text) = request.body;
    let list = app.service.grants.read_list(program, &text, import).await?;
    once(&app, &auth, request.name, async |work| {
        let report = app.service.grants.put_list(work, list).await?;
        Reply::ok(&ImportBody::from(report))
    })
    .await
}
