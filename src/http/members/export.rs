//! `GET /v1/members/export`: all members, or some, as a list that an import reads back.

use axum::extract::State;
use axum::http::header::CONTENT_DISPOSITION;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

use super::import::{MemberLineBody, NDJSON, streamed};
use super::list::{MembersQuery, WantedAttributes, filter};
use crate::http::App;
use crate::http::auth::{Admin, Auth};
use crate::http::csv;
use crate::http::error::Problem;
use crate::http::extract::Query;
use crate::service::ServiceError;
use renown_core::domain::{ProgramId, TierId};
use renown_core::ingest::member_list::ListFormat;

/// The conditions of an export.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ExportQuery {
    /// Only members with an identity that begins so.
    #[param(max_length = 289, example = "twitter:kev")]
    identity: Option<String>,
    /// Only members whose name has words that begin so.
    #[param(max_length = 200, example = "van zoe")]
    name: Option<String>,
    /// Only members with this tier in `program`.
    tier: Option<TierId>,
    /// The program of `tier`.
    program: Option<ProgramId>,
    /// Only members with a score on this topic.
    #[param(max_length = 100)]
    topic: Option<String>,
}

impl From<ExportQuery> for MembersQuery {
    fn from(query: ExportQuery) -> Self {
        Self {
            q: None,
            identity: query.identity,
            name: query.name,
            tier: query.tier,
            program: query.program,
            topic: query.topic,
            limit: None,
            cursor: None,
        }
    }
}

/// Exports members as a list.
///
/// The conditions and the order are those of the list of members. The answer is one JSON
/// object a line (NDJSON), or with `Accept: text/csv` a table. It is written while it is read,
/// and the import of members reads it back as it is. A list that breaks off is incomplete.
#[utoipa::path(
    get, path = "/v1/members/export", tag = "members", operation_id = "export_members",
    params(ExportQuery, WantedAttributes),
    responses(
        (status = 200, description = "The members.", content(
            (MemberLineBody = "application/x-ndjson"),
            (String = "text/csv"),
        )),
        (status = 400, description = "A parameter is wrong, there is no such program, or it has no such tier."),
    )
)]
pub async fn export(
    State(app): State<App>,
    _: Auth<Admin>,
    Query(query): Query<ExportQuery>,
    WantedAttributes(attributes): WantedAttributes,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let filter = filter(&app, query.into(), attributes)?;
    let (format, media_type, name) = match csv::is_wanted(&headers) {
        true => (
            ListFormat::Csv,
            "text/csv; charset=utf-8; header=present",
            "attachment; filename=\"members.csv\"",
        ),
        false => (
            ListFormat::Ndjson,
            NDJSON,
            "attachment; filename=\"members.ndjson\"",
        ),
    };
    let directory = &app.service.directory;
    let mut begun = directory.begin_export(filter, format).await?;
    // Read here, so that a failure is answered as one.
    let first = directory.export(&mut begun).await?;
    let pieces = futures::stream::try_unfold((first, begun), move |(first, mut begun)| {
        let service = app.service.clone();
        async move {
            let piece = match first {
                Some(first) => Some(first),
                None => service.directory.export(&mut begun).await?,
            };
            Ok::<_, ServiceError>(piece.map(|piece| (piece.into(), (None, begun))))
        }
    });
    let mut response = streamed(media_type, pieces);
    let headers = response.headers_mut();
    headers.insert(CONTENT_DISPOSITION, HeaderValue::from_static(name));
    Ok(response)
}
