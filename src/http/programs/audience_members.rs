//! `/v1/audiences/{audience}/members`: who is in an audience, and the changes of lists.

use axum::body::{Body, Bytes};
use axum::extract::{OriginalUri, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use futures::{Stream, stream};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::audiences::named;
use crate::http::App;
use crate::http::auth::{Admin, Auth, MembersRead, ProgramsWrite};
use crate::http::csv::{self, CsvTable};
use crate::http::error::Problem;
use crate::http::etag::IfNoneMatch;
use crate::http::extract::{Json, Path, Query};
use crate::http::members::member::MemberBody;
use crate::http::pagination;
use crate::http::pagination::{Cursor, Page};
use crate::service::ServiceError;
use crate::service::members::MemberProfile;
use crate::service::programs::ListChange;
use renown_core::domain::{AudienceName, IdentityText, MemberId};

/// The number of members of an audience.
#[derive(Debug, Serialize, ToSchema)]
pub struct AudienceCountBody {
    /// The members that are in the audience now. Those who opted out are in no count.
    members: u64,
}

/// A page of the members of an audience.
#[derive(Debug, Serialize, ToSchema)]
pub struct AudienceMembersBody {
    /// The members, in the order of their enrolment.
    data: Vec<MemberBody>,
    /// The cursor of the next page.
    page: Page,
}

/// The page of a list of members of an audience.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AudienceMembersQuery {
    /// The most items on a page, from 1 to 200; 50 if absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u16>,
    /// The `next_cursor` of the previous page; absent for the first page.
    cursor: Option<Cursor>,
}

/// A change of a list.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"add": ["email:ann@example.com", "loyalty:1234"]}))]
pub struct ListChangeBody {
    /// Members to add: their ids, or any of their identities.
    #[serde(default)]
    #[schema(max_items = 1000, value_type = Vec<IdentityText>)]
    add: Vec<String>,
    /// Members to remove. With those to add, at most 1,000.
    #[serde(default)]
    #[schema(max_items = 1000, value_type = Vec<IdentityText>)]
    remove: Vec<String>,
}

/// What a change of a list did.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListChangedBody {
    /// How many members were added; those that were on the list already are not counted.
    added: usize,
    /// How many members were removed.
    removed: usize,
    /// The identities under which no member is enrolled.
    unknown: Vec<String>,
}

/// Counts the members of an audience.
///
/// A condition is evaluated on all members, which takes a while if there are many. A member
/// who changes meanwhile may be counted as before or as after. Outside of a program,
/// `standing` is influence alone.
#[utoipa::path(
    get, path = "/v1/audiences/{audience}/count", tag = "programs", operation_id = "count_audience",
    params(("audience" = AudienceName, Path, description = "The audience's name.")),
    responses(
        (status = 200, description = "The number.", body = AudienceCountBody),
        (status = 404, description = "There is no such audience."),
    )
)]
pub async fn count(
    State(app): State<App>,
    _: Auth<ProgramsWrite>,
    Path(audience): Path<String>,
) -> Result<axum::Json<AudienceCountBody>, Problem> {
    let members = app.service.audiences.count(&named(&audience)?).await?;
    Ok(axum::Json(AudienceCountBody { members }))
}

/// Lists the members of an audience.
///
/// A page of an audience with a condition may have fewer members than `limit`, and even none:
/// go on as long as there is a `next_cursor`.
#[utoipa::path(
    get, path = "/v1/audiences/{audience}/members", tag = "programs", operation_id = "list_audience_members",
    params(("audience" = AudienceName, Path, description = "The audience's name."), AudienceMembersQuery),
    responses(
        (status = 200, description = "A page. The `Link` header names the next one.", body = AudienceMembersBody),
        (status = 304, description = "The `ETag` of an earlier answer; 304 if it still holds."),
        (status = 404, description = "There is no such audience."),
    )
)]
pub async fn list(
    State(app): State<App>,
    _: Auth<MembersRead>,
    Path(audience): Path<String>,
    OriginalUri(uri): OriginalUri,
    Query(query): Query<AudienceMembersQuery>,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    let limit = pagination::limit(query.limit, 50)?;
    let after: Option<uuid::Uuid> = query.cursor.as_ref().map(pagination::decode).transpose()?;
    let (name, after) = (named(&audience)?, after.map(MemberId));
    let (members, next) = app.service.audiences.page(&name, after, limit).await?;
    let body = AudienceMembersBody {
        data: members.into_iter().map(Into::into).collect(),
        page: Page::up_to(next.map(|member| member.0)),
    };
    pagination::respond(&known, &uri, &body, &body.page)
}

/// Adds members to a list, and removes others.
///
/// What is so already stays so: the same request can be sent again.
#[utoipa::path(
    post, path = "/v1/audiences/{audience}/members", tag = "programs", operation_id = "change_audience_members",
    params(("audience" = AudienceName, Path, description = "The audience's name.")),
    request_body = ListChangeBody,
    responses(
        (status = 200, description = "Done.", body = ListChangedBody),
        (status = 400, description = "An identity has a wrong form, or there are more than 1,000."),
        (status = 404, description = "There is no such audience."),
        (status = 409, description = "The audience has a condition, which alone decides who is in it."),
    )
)]
pub async fn change(
    State(app): State<App>,
    _: Auth<ProgramsWrite>,
    Path(audience): Path<String>,
    Json(body): Json<ListChangeBody>,
) -> Result<axum::Json<ListChangedBody>, Problem> {
    let change = ListChange {
        add: body.add,
        remove: body.remove,
    };
    let name = named(&audience)?;
    let changed = app.service.audiences.change_list(&name, &change).await?;
    Ok(axum::Json(ListChangedBody {
        added: changed.added,
        removed: changed.removed,
        unknown: changed.unknown,
    }))
}

/// Adds a member to a list.
#[utoipa::path(
    put, path = "/v1/audiences/{audience}/members/{member}", tag = "programs", operation_id = "add_audience_member",
    params(
        ("audience" = AudienceName, Path, description = "The audience's name."),
        ("member" = IdentityText, Path, description = "The member's id, or any of their identities."),
    ),
    responses(
        (status = 204, description = "The member is on the list, now or before."),
        (status = 404, description = "There is no such audience, or no member is enrolled under this identity."),
        (status = 409, description = "The audience has a condition, which alone decides who is in it."),
    )
)]
pub async fn add(
    State(app): State<App>,
    _: Auth<ProgramsWrite>,
    Path((audience, member)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let add = vec![member];
    one(
        &app,
        &audience,
        ListChange {
            add,
            ..ListChange::default()
        },
    )
    .await
}

/// Removes a member from a list.
#[utoipa::path(
    delete, path = "/v1/audiences/{audience}/members/{member}", tag = "programs", operation_id = "remove_audience_member",
    params(
        ("audience" = AudienceName, Path, description = "The audience's name."),
        ("member" = IdentityText, Path, description = "The member's id, or any of their identities."),
    ),
    responses(
        (status = 204, description = "The member is not on the list, now or before."),
        (status = 404, description = "There is no such audience, or no member is enrolled under this identity."),
        (status = 409, description = "The audience has a condition, which alone decides who is in it."),
    )
)]
pub async fn remove(
    State(app): State<App>,
    _: Auth<ProgramsWrite>,
    Path((audience, member)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let remove = vec![member];
    one(
        &app,
        &audience,
        ListChange {
            remove,
            ..ListChange::default()
        },
    )
    .await
}

async fn one(app: &App, audience: &str, change: ListChange) -> Result<StatusCode, Problem> {
    let name = named(audience)?;
    let changed = app.service.audiences.change_list(&name, &change).await?;
    match changed.unknown.is_empty() {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Problem::not_found().detail("no member is enrolled under this identity")),
    }
}

/// Exports the members of an audience.
///
/// NDJSON has a member a line, as the list of members has them; CSV (with
/// `Accept: text/csv`) their id, name and identities. The answer is streamed: if it breaks
/// off, it is not whole.
#[utoipa::path(
    get, path = "/v1/audiences/{audience}/export", tag = "programs", operation_id = "export_audience",
    params(("audience" = AudienceName, Path, description = "The audience's name.")),
    responses(
        (status = 200, description = "The members.", content((String = "application/x-ndjson"), (String = "text/csv"))),
        (status = 404, description = "There is no such audience."),
    )
)]
pub async fn export(
    State(app): State<App>,
    _: Auth<Admin>,
    Path(audience): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let name = named(&audience)?;
    let reader = app.service.audiences.open(&name).await?;
    let (write, content_type, ending): (fn(Vec<MemberProfile>, bool) -> Bytes, _, _) =
        match csv::is_wanted(&headers) {
            true => (table, "text/csv; charset=utf-8; header=present", "csv"),
            false => (lines, "application/x-ndjson", "ndjson"),
        };
    let pages: std::pin::Pin<Box<dyn Stream<Item = Result<Bytes, ServiceError>> + Send>> =
        Box::pin(stream::try_unfold(Some(None), move |place| {
            let (service, reader) = (app.service.clone(), reader.clone());
            async move {
                let Some(after) = place else {
                    return Ok(None);
                };
                let (members, next) = service.audiences.next(&reader, after).await?;
                Ok(Some((write(members, after.is_none()), next.map(Some))))
            }
        }));
    let mut response = Body::from_stream(pages).into_response();
    let own = response.headers_mut();
    own.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    own.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    let file = format!("attachment; filename=\"{name}.{ending}\"");
    if let Ok(file) = HeaderValue::try_from(file) {
        own.insert(CONTENT_DISPOSITION, file);
    }
    Ok(response)
}

/// Writes members as rows of a table, with the header before the first.
fn table(members: Vec<MemberProfile>, first: bool) -> Bytes {
    let mut table = match first {
        true => CsvTable::new(&["member", "name", "identities"]),
        false => CsvTable::going_on(),
    };
    for profile in members {
        let id = profile.member.id.to_string();
        let name = profile
            .member
            .name
            .as_ref()
            .map_or("", |name| name.as_str());
        let identities = profile.identities.iter().map(ToString::to_string);
        let identities = identities.collect::<Vec<_>>().join(" ");
        table.row([id.as_str(), name, identities.as_str()]);
    }
    table.into_bytes().into()
}

/// Writes members as lines of JSON.
fn lines(members: Vec<MemberProfile>, _: bool) -> Bytes {
    let mut lines = Vec::new();
    for profile in members {
        let body = MemberBody::from(profile);
        if serde_json::to_writer(&mut lines, &body).is_ok() {
            lines.push(b'\n');
        }
    }
    lines.into()
}
