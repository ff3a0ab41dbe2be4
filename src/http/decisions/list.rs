//! `GET /v1/decisions`: the recorded decisions, latest first.

use axum::extract::{OriginalUri, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::http::App;
use crate::http::auth::{Auth, Lookup, NamedProgram};
use crate::http::error::Problem;
use crate::http::etag::IfNoneMatch;
use crate::http::extract::Query;
use crate::http::members::records::DecisionLineBody;
use crate::http::pagination;
use crate::http::pagination::{Cursor, Page};
use renown_core::domain::{DecisionId, ListedDecision, MemberName, ProgramId};

/// The decisions to list, and the page.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DecisionsQuery {
    /// Only decisions of this program. A key that is limited to a program only gets those of
    /// that program.
    program: Option<ProgramId>,
    /// The most items on a page, from 1 to 200; 50 if absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u16>,
    /// The `next_cursor` of the previous page; absent for the first page.
    cursor: Option<Cursor>,
}

/// A page of recorded decisions, latest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct DecisionListBody {
    /// The decisions. `GET /v1/decisions/{id}` returns one with its outcome and inputs.
    data: Vec<ListedDecisionBody>,
    /// The cursor of the next page.
    page: Page,
}

/// A recorded decision without its content, with the member.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListedDecisionBody {
    #[serde(flatten)]
    line: DecisionLineBody,
    /// The member's id; null if no member was enrolled under the identity, or the member has
    /// left or opted out since.
    member: Option<Uuid>,
    /// The name that the business calls the member by; null if it gave none.
    name: Option<MemberName>,
}

impl From<ListedDecision> for ListedDecisionBody {
    fn from(listed: ListedDecision) -> Self {
        Self {
            line: listed.line.into(),
            member: listed.member.map(|member| member.0),
            name: listed.name,
        }
    }
}

/// Lists the recorded decisions, latest first.
#[utoipa::path(
    get, path = "/v1/decisions", tag = "decisions", operation_id = "list_decisions",
    params(DecisionsQuery),
    responses(
        (status = 200, description = "A page. The `Link` header names the next one.", body = DecisionListBody),
        (status = 304, description = "The `ETag` of an earlier answer; 304 if it still holds."),
        (status = 400, description = "A parameter is not valid."),
    )
)]
pub async fn list(
    State(app): State<App>,
    auth: Auth<Lookup, NamedProgram>,
    OriginalUri(uri): OriginalUri,
    Query(query): Query<DecisionsQuery>,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    if let Some(program) = &query.program {
        auth.reach(program)?;
    }
    let program = query.program.as_ref().or_else(|| auth.limit());
    let limit = pagination::limit(query.limit, 50)?;
    let before = query.cursor.as_ref().map(pagination::decode).transpose()?;
    let decisions = app
        .service
        .decisions
        .list(program, before.map(DecisionId), limit);
    let (listed, next) = decisions.await?;
    let body = DecisionListBody {
        data: listed.into_iter().map(Into::into).collect(),
        page: Page::up_to(next.map(|decision| decision.0)),
    };
    pagination::respond(&known, &uri, &body, &body.page)
}
