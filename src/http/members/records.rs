//! `/v1/members/{member}/…`: everything that was given to one member or decided about them.
//!
//! These lists are for administrators. A membership that has ended is named by its id.

use axum::extract::{FromRequestParts, OriginalUri, State};
use axum::http::Uri;
use axum::http::request::Parts;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::http::App;
use crate::http::auth::{Auth, MembersRead};
use crate::http::claims::claim::{self, ClaimsBody};
use crate::http::error::Problem;
use crate::http::etag::IfNoneMatch;
use crate::http::extract::{Path, Query};
use crate::http::pagination;
use crate::http::pagination::{Cursor, CursorPlace, Page};
use crate::http::programs::grants::GrantedBody;
use crate::service::programs::MemberTier;
use renown_core::domain::{
    ClaimFilter, ClaimId, DecisionId, DecisionLine, EventMetadata, EventPlace, GrantId,
    IdentityText, MemberId, ProgramId,
};

/// The page of a list about one member.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RecordsQuery {
    /// The most items on a page, from 1 to 200; 50 if absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u16>,
    /// The `next_cursor` of the previous page; absent for the first page.
    cursor: Option<Cursor>,
}

/// A request for a page of records of one member.
#[derive(Debug)]
pub struct RecordsRequest {
    uri: Uri,
    member: String,
    query: RecordsQuery,
    known: IfNoneMatch,
}

impl FromRequestParts<App> for RecordsRequest {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let OriginalUri(uri) = OriginalUri::from_request_parts(parts, app).await?;
        let Path(member) = Path::from_request_parts(parts, app).await?;
        let Query(query) = Query::from_request_parts(parts, app).await?;
        Ok(Self {
            uri,
            member,
            query,
            known: IfNoneMatch::from(&parts.headers),
        })
    }
}

impl RecordsRequest {
    /// Returns the member, the most items on the page, and the last place of the page
    /// before.
    ///
    /// # Errors
    /// 400 if the query is wrong; 404 if there is no such member.
    pub(super) async fn read<P: CursorPlace>(
        &self,
        app: &App,
    ) -> Result<(MemberId, u16, Option<P>), Problem> {
        let limit = pagination::limit(self.query.limit, 50)?;
        let cursor = self.query.cursor.as_ref();
        let place = cursor.map(pagination::decode).transpose()?;
        let member = app.service.directory.on_record(&self.member).await?;
        Ok((member, limit, place))
    }

    pub(super) fn respond(&self, body: &impl Serialize, page: &Page) -> Result<Response, Problem> {
        pagination::respond(&self.known, &self.uri, body, page)
    }
}

/// The tiers of a member.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberTiersBody {
    /// One item for each program in force, in the order of their names.
    data: Vec<MemberTierBody>,
    /// The cursor of the next page.
    page: Page,
}

/// A member's tier in a program.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberTierBody {
    /// The program's short name.
    program: String,
    /// The tier in effect; the floor for a member who has opted out.
    tier: String,
    /// The tier that the rules give; a grant may give a better one. Null for a member who
    /// never left the floor.
    earned: Option<String>,
    /// Since when the rules give it; null for a member who never left the floor.
    since: Option<DateTime<Utc>>,
    /// Until when it is kept, whatever the rules say; null if it is not kept.
    keep_until: Option<DateTime<Utc>>,
}

impl From<MemberTier> for MemberTierBody {
    fn from(tier: MemberTier) -> Self {
        let earned = tier.held.map(|held| held.earned);
        Self {
            program: tier.program.to_string(),
            tier: tier.tier.to_string(),
            earned: earned.as_ref().map(|earned| earned.tier.to_string()),
            since: earned.as_ref().map(|earned| earned.since),
            keep_until: earned.and_then(|earned| earned.keep_until),
        }
    }
}

/// Lists a member's tiers in all programs.
#[utoipa::path(
    get, path = "/v1/members/{member}/tiers", tag = "members", operation_id = "list_tiers_of_member",
    params(("member" = IdentityText, Path, description = "The member's id, or any of their identities."), RecordsQuery),
    responses(
        (status = 200, description = "A page. The `Link` header names the next one.", body = MemberTiersBody),
        (status = 304, description = "The `ETag` of an earlier answer; 304 if it still holds."),
        (status = 404, description = "No member is enrolled under this identity."),
    )
)]
pub async fn tiers(
    State(app): State<App>,
    _: Auth<MembersRead>,
    request: RecordsRequest,
) -> Result<Response, Problem> {
    let (member, limit, after) = request.read::<ProgramId>(&app).await?;
    let tiers = app.service.tiers.of_member(member, after.as_ref(), limit);
    let (tiers, next) = tiers.await?;
    let body = MemberTiersBody {
        data: tiers.into_iter().map(Into::into).collect(),
        page: Page::up_to(next),
    };
    request.respond(&body, &body.page)
}

/// Lists a member's claims, latest first.
#[utoipa::path(
    get, path = "/v1/members/{member}/claims", tag = "members", operation_id = "list_claims_of_member",
    params(("member" = IdentityText, Path, description = "The member's id, or any of their identities."), RecordsQuery),
    responses(
        (status = 200, description = "A page. The `Link` header names the next one.", body = ClaimsBody),
        (status = 304, description = "The `ETag` of an earlier answer; 304 if it still holds."),
        (status = 404, description = "No member is enrolled under this identity."),
    )
)]
pub async fn claims(
    State(app): State<App>,
    _: Auth<MembersRead>,
    request: RecordsRequest,
) -> Result<Response, Problem> {
    let (member, limit, before) = request.read::<Uuid>(&app).await?;
    let filter = ClaimFilter {
        member: Some(member),
        before: before.map(ClaimId),
        ..ClaimFilter::default()
    };
    let (claims, next) = app.service.claims.list(&filter, limit).await?;
    claim::page(&request.known, &request.uri, claims, next)
}

/// A page of a member's grants, latest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberGrantsBody {
    /// The grants, including those that ended or were revoked.
    data: Vec<MemberGrantBody>,
    /// The cursor of the next page.
    page: Page,
}

/// A grant to the member, with its program.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberGrantBody {
    /// The program's short name.
    program: String,
    /// The grant.
    #[serde(flatten)]
    grant: GrantedBody,
}

/// Lists a member's grants in all programs, latest first.
#[utoipa::path(
    get, path = "/v1/members/{member}/grants", tag = "members", operation_id = "list_grants_of_member",
    params(("member" = IdentityText, Path, description = "The member's id, or any of their identities."), RecordsQuery),
    responses(
        (status = 200, description = "A page. The `Link` header names the next one.", body = MemberGrantsBody),
        (status = 304, description = "The `ETag` of an earlier answer; 304 if it still holds."),
        (status = 404, description = "No member is enrolled under this identity."),
    )
)]
pub async fn grants(
    State(app): State<App>,
    _: Auth<MembersRead>,
    request: RecordsRequest,
) -> Result<Response, Problem> {
    let (member, limit, before) = request.read::<Uuid>(&app).await?;
    let grants = app
        .service
        .grants
        .of_member(member, before.map(GrantId), limit);
    let (grants, next) = grants.await?;
    let grants = grants.into_iter().map(|(program, grant)| MemberGrantBody {
        program: program.to_string(),
        grant: grant.into(),
    });
    let body = MemberGrantsBody {
        data: grants.collect(),
        page: Page::up_to(next.map(|grant| grant.0)),
    };
    request.respond(&body, &body.page)
}

/// A page of the decisions about a member, latest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberDecisionsBody {
    /// The decisions. `GET /v1/decisions/{id}` returns one with its outcome and inputs.
    data: Vec<DecisionLineBody>,
    /// The cursor of the next page.
    page: Page,
}

/// A recorded decision without its content.
#[derive(Debug, Serialize, ToSchema)]
pub struct DecisionLineBody {
    /// The decision's id.
    id: Uuid,
    /// The program's short name.
    program: String,
    /// The version of the program that gave the outcome.
    program_version: i32,
    /// When the decision was made.
    decided_at: DateTime<Utc>,
}

impl From<DecisionLine> for DecisionLineBody {
    fn from(line: DecisionLine) -> Self {
        Self {
            id: line.id.0,
            program: line.program.to_string(),
            program_version: line.version.0,
            decided_at: line.decided_at,
        }
    }
}

/// Lists the decisions about a member, latest first.
#[utoipa::path(
    get, path = "/v1/members/{member}/decisions", tag = "members", operation_id = "list_decisions_of_member",
    params(("member" = IdentityText, Path, description = "The member's id, or any of their identities."), RecordsQuery),
    responses(
        (status = 200, description = "A page. The `Link` header names the next one.", body = MemberDecisionsBody),
        (status = 304, description = "The `ETag` of an earlier answer; 304 if it still holds."),
        (status = 404, description = "No member is enrolled under this identity."),
    )
)]
pub async fn decisions(
    State(app): State<App>,
    _: Auth<MembersRead>,
    request: RecordsRequest,
) -> Result<Response, Problem> {
    let (member, limit, before) = request.read::<Uuid>(&app).await?;
    let decisions = &app.service.decisions;
    let lines = decisions.of_member(member, before.map(DecisionId), limit);
    let (lines, next) = lines.await?;
    let body = MemberDecisionsBody {
        data: lines.into_iter().map(Into::into).collect(),
        page: Page::up_to(next.map(|decision| decision.0)),
    };
    request.respond(&body, &body.page)
}

/// A page of the messages about a member, latest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberMessagesBody {
    /// The messages that are kept, as webhooks get them.
    #[schema(value_type = Vec<Object>)]
    data: Vec<Box<RawValue>>,
    /// The cursor of the next page.
    page: Page,
}

/// Lists the messages about a member that are kept, latest first.
#[utoipa::path(
    get, path = "/v1/members/{member}/messages", tag = "members", operation_id = "list_messages_of_member",
    params(("member" = IdentityText, Path, description = "The member's id, or any of their identities."), RecordsQuery),
    responses(
        (status = 200, description = "A page. The `Link` header names the next one.", body = MemberMessagesBody),
        (status = 304, description = "The `ETag` of an earlier answer; 304 if it still holds."),
        (status = 404, description = "No member is enrolled under this identity."),
    )
)]
pub async fn messages(
    State(app): State<App>,
    _: Auth<MembersRead>,
    request: RecordsRequest,
) -> Result<Response, Problem> {
    let (member, limit, before) = request.read::<i64>(&app).await?;
    let messages = app.service.webhooks.of_member(member, before, limit);
    let (data, next) = messages.await?;
    let body = MemberMessagesBody {
        data,
        page: Page::up_to(next),
    };
    request.respond(&body, &body.page)
}

/// A page of the events about a member's accounts, those first that were received last.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberEventsBody {
    /// The events. They do not name who acted.
    data: Vec<EventLineBody>,
    /// The cursor of the next page.
    page: Page,
}

/// An event, without who acted and without amounts.
#[derive(Debug, Serialize, ToSchema)]
pub struct EventLineBody {
    /// The source that sent it.
    source: String,
    /// Its id at the source.
    id: String,
    /// Its type.
    r#type: String,
    /// When it happened.
    time: DateTime<Utc>,
    /// When it was received.
    received_at: DateTime<Utc>,
    /// The network of the account that it is about.
    network: String,
    /// The content or order that it is about; null if none was named.
    object: Option<String>,
    /// The topics that were sent, and found in the text.
    topics: Vec<String>,
    /// How many events it stands for.
    count: i32,
    /// True if its source has undone it: it counts for nothing.
    undone: bool,
}

impl From<EventMetadata> for EventLineBody {
    fn from(event: EventMetadata) -> Self {
        Self {
            source: event.source.to_string(),
            id: event.id.to_string(),
            r#type: event.kind.as_str().to_owned(),
            time: event.time,
            received_at: event.received_at,
            network: event.network.to_string(),
            object: event.object.map(|object| object.to_string()),
            topics: event.topics.iter().map(ToString::to_string).collect(),
            count: event.count,
            undone: event.is_undone,
        }
    }
}

/// Lists the events about a member's accounts, those first that were received last.
///
/// What the log keeps of texts are their topics. A membership that has ended has no accounts,
/// and so no events.
#[utoipa::path(
    get, path = "/v1/members/{member}/events", tag = "members", operation_id = "list_events_of_member",
    params(("member" = IdentityText, Path, description = "The member's id, or any of their identities."), RecordsQuery),
    responses(
        (status = 200, description = "A page. The `Link` header names the next one.", body = MemberEventsBody),
        (status = 304, description = "The `ETag` of an earlier answer; 304 if it still holds."),
        (status = 404, description = "No member is enrolled under this identity."),
    )
)]
pub async fn events(
    State(app): State<App>,
    _: Auth<MembersRead>,
    request: RecordsRequest,
) -> Result<Response, Problem> {
    let (member, limit, before) = request.read::<EventPlace>(&app).await?;
    let (events, next) = app.service.events.about(member, before, limit).await?;
    let body = MemberEventsBody {
        data: events.into_iter().map(Into::into).collect(),
        page: Page::up_to(next),
    };
    request.respond(&body, &body.page)
}
