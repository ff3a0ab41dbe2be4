//! `GET /v1/messages`: the messages that are kept, latest first.

use axum::extract::{OriginalUri, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::openapi::Ref;
use utoipa::openapi::schema::{Array, ArrayBuilder};
use utoipa::{IntoParams, ToSchema};

use crate::http::App;
use crate::http::auth::{Auth, NamedProgram, ProgramsWrite};
use crate::http::contract::MESSAGE;
use crate::http::error::Problem;
use crate::http::etag::IfNoneMatch;
use crate::http::extract::Query;
use crate::http::pagination;
use crate::http::pagination::{Cursor, Page};
use crate::http::webhooks::stream::wanted;
use renown_core::domain::ProgramId;

/// The messages to list, and the page.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MessagesQuery {
    /// Only messages of these types, separated by commas; all types if absent.
    #[param(max_length = 2_000)]
    types: Option<String>,
    /// Only messages about this program. A key that is limited to a program only gets that
    /// program's messages.
    program: Option<ProgramId>,
    /// The most items on a page, from 1 to 200; 50 if absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u16>,
    /// The `next_cursor` of the previous page; absent for the first page.
    cursor: Option<Cursor>,
}

/// A page of messages, latest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessagesBody {
    /// The messages that are kept, as webhooks get them.
    #[schema(schema_with = any_messages)]
    data: Vec<Box<RawValue>>,
    /// The cursor of the next page.
    page: Page,
}

fn any_messages() -> Array {
    ArrayBuilder::new()
        .items(Ref::from_schema_name(MESSAGE))
        .description(Some("The messages, as webhooks get them."))
        .build()
}

/// Lists the messages that are kept, latest first.
///
/// If few messages are of the types or of the program, a page may have fewer than `limit`, or
/// none, and still a `next_cursor`: the list goes on there.
#[utoipa::path(
    get, path = "/v1/messages", tag = "webhooks", operation_id = "list_messages",
    params(MessagesQuery),
    responses(
        (status = 200, description = "A page. The `Link` header names the next one.", body = MessagesBody),
        (status = 304, description = "The `ETag` of an earlier answer; 304 if it still holds."),
        (status = 400, description = "A type or a parameter is not valid."),
    )
)]
pub async fn list(
    State(app): State<App>,
    auth: Auth<ProgramsWrite, NamedProgram>,
    OriginalUri(uri): OriginalUri,
    Query(query): Query<MessagesQuery>,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    let limit = pagination::limit(query.limit, 50)?;
    let before = query.cursor.as_ref().map(pagination::decode).transpose()?;
    let wanted = wanted(&auth, query.types.as_deref(), query.program)?;
    let messages = app.service.webhooks.latest(&wanted, before, limit);
    let (data, next) = messages.await?;
    let body = MessagesBody {
        data,
        page: Page::up_to(next),
    };
    pagination::respond(&known, &uri, &body, &body.page)
}
