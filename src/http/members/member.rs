//! `/v1/members/{member}`: enrolling, changing and reading members.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::App;
use crate::http::auth::{Admin, Auth};
use crate::http::error::Problem;
use crate::http::extract::{Json, Path, if_match_version};
use crate::http::scores::score::ImportedIndexBody;
use crate::service::members::{MemberProfile, PutMember, PutOutcome};
use renown_core::domain::{
    Attributes, Identity, IdentityText, ImportedIndex, IndexName, Invalid, Scoring, Timestamp,
    Topic,
};

/// The content of a member.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "identities": ["twitter:kevin", "email:kevin@example.com", "loyalty:1234"],
    "attributes": {"country": "US", "newsletter": true},
    "interests": ["las-vegas"]
}))]
pub struct PutMemberBody {
    /// All identities other than the one in the path: `network:handle`,
    /// `email:…`, `loyalty:…`, `crm:…`. Identities that are not listed are
    /// removed. If absent, identities stay as they are.
    #[schema(max_items = 50, value_type = Option<Vec<IdentityText>>)]
    identities: Option<Vec<String>>,
    /// All attributes of the member: names of `a-z 0-9 - _`, each with a text, a
    /// number, a boolean or a list of texts. At most 64.
    #[serde(default)]
    attributes: Attributes,
    /// Topics in which the member declared an interest. They earn no score, but
    /// make perks relevant. At most 100.
    #[serde(default)]
    #[schema(max_items = 100)]
    interests: Vec<Topic>,
    /// When a new member enrolled, if that is in the past, such as for members
    /// that you migrate. Ignored if the member is already enrolled.
    enrolled_at: Option<Timestamp>,
    /// `opted_out`: the member is not scored and not shown, and every answer is
    /// as for a member that was never seen. If absent, a known member stays as they
    /// are, and a new one is `active`: consent changes only if it is named.
    #[schema(value_type = Option<ScoringBody>)]
    scoring: Option<Scoring>,
}

/// Whether a member takes part in scoring.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[allow(dead_code, reason = "the schema of a type of the domain")]
pub enum ScoringBody {
    /// Scored and shown.
    Active,
    /// The member opted out of scoring.
    OptedOut,
}

/// An enrolled member.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberBody {
    /// The member's id.
    id: Uuid,
    /// Every identity by which the member can be looked up.
    identities: Vec<String>,
    /// The attributes that you sent.
    attributes: Attributes,
    /// The topics in which the member declared an interest.
    interests: Vec<Topic>,
    /// Whether the member takes part in scoring.
    #[schema(value_type = ScoringBody)]
    scoring: Scoring,
    /// When the member was enrolled.
    enrolled_at: DateTime<Utc>,
    /// When the member was last changed.
    updated_at: DateTime<Utc>,
}

impl From<MemberProfile> for MemberBody {
    fn from(profile: MemberProfile) -> Self {
        let member = profile.member;
        Self {
            id: member.id.0,
            identities: profile.identities.iter().map(ToString::to_string).collect(),
            attributes: member.attributes,
            interests: member.interests,
            scoring: member.scoring,
            enrolled_at: member.enrolled_at,
            updated_at: member.updated_at,
        }
    }
}

/// Enrols a member, or changes one.
///
/// Late enrolment loses nothing: events about the member's accounts that were
/// received before the enrolment count from now on.
#[utoipa::path(
    put, path = "/v1/members/{member}", tag = "members", operation_id = "put_member",
    params(
        ("member" = IdentityText, Path, description = "The member's id, or any of their identities: `twitter:kevin`, `email:a@b.c`, `loyalty:1234`."),
        ("If-Match" = Option<String>, Header, pattern = "^\"v[0-9]{1,19}\"$", max_length = 23, description = "Only if this is the present version."),
    ),
    request_body = PutMemberBody,
    responses(
        (status = 200, description = "Changed, or so already.", body = MemberBody),
        (status = 201, description = "Enrolled.", body = MemberBody),
        (status = 400, description = "Something is wrong with the body."),
        (status = 404, description = "There is no member with this id."),
        (status = 409, description = "An identity belongs to another member."),
        (status = 412, description = "The member has been changed since the `ETag` was read."),
    )
)]
pub async fn put(
    State(app): State<App>,
    _: Auth<Admin>,
    Path(member): Path<String>,
    headers: HeaderMap,
    Json(body): Json<PutMemberBody>,
) -> Result<Response, Problem> {
    let put = PutMember {
        identities: body.identities.map(identities).transpose()?,
        attributes: body.attributes,
        interests: interests(body.interests)?,
        scoring: body.scoring,
        enrolled_at: body.enrolled_at.map(Timestamp::get),
        if_version: if_match_version(&headers)?,
    };
    Ok(match app.service.members.put(&member, put).await? {
        PutOutcome::Enrolled(profile) => (StatusCode::CREATED, respond(profile)).into_response(),
        PutOutcome::Updated(profile) => respond(profile),
    })
}

fn identities(texts: Vec<String>) -> Result<Vec<Identity>, Problem> {
    if texts.len() > 50 {
        return Err(Problem::invalid_request()
            .pointer("/identities")
            .detail("a member has at most 50 identities"));
    }
    let parse = |(index, text): (usize, &String)| {
        text.parse().map_err(|invalid: Invalid| {
            Problem::invalid_request()
                .pointer(format!("/identities/{index}"))
                .detail(invalid)
        })
    };
    texts.iter().enumerate().map(parse).collect()
}

fn interests(mut topics: Vec<Topic>) -> Result<Vec<Topic>, Problem> {
    if topics.len() > 100 {
        return Err(Problem::invalid_request()
            .pointer("/interests")
            .detail("a member declares at most 100 interests"));
    }
    topics.sort();
    topics.dedup();
    Ok(topics)
}

fn respond(profile: MemberProfile) -> Response {
    let tag = format!("\"v{}\"", profile.member.version);
    let mut response = axum::Json(MemberBody::from(profile)).into_response();
    if let Ok(tag) = HeaderValue::try_from(tag) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

/// Returns an enrolled member.
#[utoipa::path(
    get, path = "/v1/members/{member}", tag = "members", operation_id = "get_member",
    params(("member" = IdentityText, Path, description = "The member's id, or any of their identities.")),
    responses(
        (status = 200, description = "The member.", body = MemberBody),
        (status = 404, description = "No member is enrolled under this identity."),
    )
)]
pub async fn get(
    State(app): State<App>,
    _: Auth<Admin>,
    Path(member): Path<String>,
) -> Result<Response, Problem> {
    Ok(respond(app.service.members.get(&member).await?))
}

/// Stores an index from another system.
///
/// It is a score that another system computed, with its origin and its time. A member
/// has at most 64 of them.
#[utoipa::path(
    put, path = "/v1/members/{member}/indices/{index}", tag = "members", operation_id = "put_index",
    params(
        ("member" = IdentityText, Path, description = "The member's id, or any of their identities."),
        ("index" = IndexName, Path, description = "Its name, as programs use it: `klout` for `index(\"klout\")`."),
    ),
    request_body = ImportedIndexBody,
    responses(
        (status = 200, description = "Stored.", body = ImportedIndexBody),
        (status = 409, description = "The member has 64 other indices."),
        (status = 404, description = "No member is enrolled under this identity."),
    )
)]
pub async fn put_index(
    State(app): State<App>,
    _: Auth<Admin>,
    Path((member, name)): Path<(String, String)>,
    Json(body): Json<ImportedIndexBody>,
) -> Result<Response, Problem> {
    let name =
        IndexName::parse(&name).map_err(|invalid| Problem::invalid_request().detail(invalid))?;
    let index = ImportedIndex {
        score: body.score,
        provenance: body.provenance.to_string(),
        as_of: body.as_of.get(),
    };
    app.service
        .members
        .put_index(&member, &name, &index)
        .await?;
    Ok(axum::Json(body).into_response())
}
