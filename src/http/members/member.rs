//! `/v1/members/{member}`: enrolling, changing and reading members.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::App;
use crate::http::auth::{Admin, Auth, MembersRead};
use crate::http::error::Problem;
use crate::http::etag;
use crate::http::extract::{Json, MergePatch, Path, if_match_version, kept, named};
use crate::http::members::proofs::{ProofBody, changed_proofs, given_proofs, proofs, proofs_shown};
use crate::service::members::{
    AttributesChange, MemberChange, MemberProfile, PutMember, PutOutcome,
};
use renown_core::domain::{
    Attributes, AttributesPatch, Identity, IdentityText, Invalid, MemberName, Proof, Scoring,
    Timestamp, Topic,
};

/// The content of a member.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "identities": ["twitter:kevin", "email:kevin@example.com", "loyalty:1234"],
    "name": "Kevin Ito",
    "attributes": {"country": "US", "newsletter": true},
    "interests": ["las-vegas"]
}))]
pub struct PutMemberBody {
    /// All identities other than the one in the path: `network:handle`,
    /// `email:…`, `loyalty:…`, `crm:…`. Identities that are not listed are
    /// removed. If absent, identities stay as they are.
    #[schema(max_items = 50, value_type = Option<Vec<IdentityText>>)]
    identities: Option<Vec<String>>,
    /// The name that you call the member by. If absent, the member has none.
    name: Option<MemberName>,
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
    /// How you know that these identities are the member's, by the identities. Identities
    /// that are not named here stay as they are; a new one is `asserted`.
    #[serde(default)]
    #[schema(schema_with = given_proofs)]
    proofs: BTreeMap<String, ProofBody>,
}

/// Changes of a member, as a JSON merge patch (RFC 7396): what is absent stays as it is,
/// and null removes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "Kevin Ito", "attributes": {"country": "DE", "newsletter": null}}))]
pub struct PatchMemberBody {
    /// All identities other than the one in the path. Identities that are not listed are
    /// removed; null removes all.
    #[serde(default, deserialize_with = "named")]
    #[schema(max_items = 50, value_type = Option<Vec<IdentityText>>)]
    identities: Option<Option<Vec<String>>>,
    /// The name that you call the member by; null removes it.
    #[serde(default, deserialize_with = "named")]
    #[schema(value_type = Option<MemberName>)]
    name: Option<Option<MemberName>>,
    /// New values of attributes by name, and null for those to remove; others stay. Null
    /// in the place of the object removes all.
    #[serde(default, deserialize_with = "named")]
    #[schema(value_type = Option<AttributesPatch>)]
    attributes: Option<Option<AttributesPatch>>,
    /// All topics in which the member declared an interest; null removes all.
    #[serde(default, deserialize_with = "named")]
    #[schema(max_items = 100, value_type = Option<Vec<Topic>>)]
    interests: Option<Option<Vec<Topic>>>,
    /// Whether the member takes part in scoring. It cannot be removed.
    #[serde(default, deserialize_with = "kept")]
    #[schema(value_type = ScoringBody, nullable = false, required = false)]
    scoring: Option<Scoring>,
    /// How you know that these identities are the member's, by the identities; null for one
    /// that is only `asserted` from now on. Others stay as they are.
    #[serde(default)]
    #[schema(schema_with = changed_proofs)]
    proofs: BTreeMap<String, Option<ProofBody>>,
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
    /// How it is known that each of these identities is the member's, by the identities.
    proofs: BTreeMap<String, Proof>,
    /// The name that you call the member by; null if you sent none.
    name: Option<MemberName>,
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
            proofs: proofs_shown(&profile.identities, &profile.verified),
            identities: profile.identities.iter().map(ToString::to_string).collect(),
            name: member.name,
            attributes: member.attributes,
            interests: member.interests,
            scoring: member.scoring,
            enrolled_at: member.enrolled_at,
            updated_at: member.updated_at,
        }
    }
}

/// Enrols a member, or replaces what is known of one.
///
/// Of a known member it replaces `name`, `attributes` and `interests`, also if they are
/// absent. It replaces `identities` and `scoring` only if they are named, and leaves
/// `enrolled_at`, the indices, and everything that was computed or given. `PATCH` changes
/// only what it names.
///
/// Late enrolment loses nothing: events about the member's accounts that were
/// received before the enrolment count from now on.
#[utoipa::path(
    put, path = "/v1/members/{member}", tag = "members", operation_id = "put_member",
    params(
        ("member" = IdentityText, Path, description = "The member's id, or any of their identities: `twitter:kevin`, `email:a@b.c`, `loyalty:1234`."),
        ("If-Match" = Option<String>, Header, pattern = "^\"v[0-9]{1,19}(-(gzip|zstd))?\"$", max_length = 28, description = "Only if this is the present version."),
    ),
    request_body = PutMemberBody,
    responses(
        (status = 200, description = "Changed, or so already.", body = MemberBody),
        (status = 201, description = "Enrolled.", body = MemberBody),
        (status = 400, description = "Something is wrong with the body."),
        (status = 404, description = "There is no member with this id."),
        (status = 409, description = "An identity belongs to another member; `member` is their id."),
        (status = 412, description = "The member has been changed since the `ETag` was read."),
    )
)]
pub async fn put(
    State(app): State<App>,
    auth: Auth<Admin>,
    Path(member): Path<String>,
    headers: HeaderMap,
    Json(body): Json<PutMemberBody>,
) -> Result<Response, Problem> {
    let put = PutMember {
        identities: body.identities.map(identities).transpose()?,
        name: body.name,
        attributes: body.attributes,
        interests: interests(body.interests)?,
        scoring: body.scoring,
        proofs: proofs(body.proofs.into_iter().map(|(id, proof)| (id, Some(proof))))?,
        enrolled_at: body.enrolled_at.map(Timestamp::get),
        if_version: if_match_version(&headers)?,
    };
    let outcome = app.service.members.put(&member, put).await;
    Ok(match outcome.map_err(|error| auth.problem(error))? {
        PutOutcome::Enrolled(profile) => (StatusCode::CREATED, respond(profile)).into_response(),
        PutOutcome::Updated(profile) => respond(profile),
    })
}

/// Changes some of what is known of a member, as a JSON merge patch (RFC 7396).
///
/// What the body does not name stays as it is. Two changes at once do not overwrite each
/// other, unless they name the same; with `If-Match`, the second is refused.
#[utoipa::path(
    patch, path = "/v1/members/{member}", tag = "members", operation_id = "patch_member",
    params(
        ("member" = IdentityText, Path, description = "The member's id, or any of their identities."),
        ("If-Match" = Option<String>, Header, pattern = "^\"v[0-9]{1,19}(-(gzip|zstd))?\"$", max_length = 28, description = "Only if this is the present version."),
    ),
    request_body(content((PatchMemberBody = "application/merge-patch+json"), (PatchMemberBody = "application/json"))),
    responses(
        (status = 200, description = "Changed, or so already.", body = MemberBody),
        (status = 400, description = "Something is wrong with the body."),
        (status = 404, description = "No member is enrolled under this identity."),
        (status = 409, description = "An identity belongs to another member; `member` is their id."),
        (status = 412, description = "The member has been changed since the `ETag` was read."),
    )
)]
pub async fn patch(
    State(app): State<App>,
    auth: Auth<Admin>,
    Path(member): Path<String>,
    headers: HeaderMap,
    MergePatch(body): MergePatch<PatchMemberBody>,
) -> Result<Response, Problem> {
    let listed = body.identities.map(Option::unwrap_or_default);
    let declared = body.interests.map(Option::unwrap_or_default);
    let change = MemberChange {
        identities: listed.map(identities).transpose()?,
        name: body.name,
        attributes: body.attributes.map(|some| match some {
            Some(some) => AttributesChange::Some(some),
            None => AttributesChange::All(Attributes::default()),
        }),
        interests: declared.map(interests).transpose()?,
        scoring: body.scoring,
        proofs: proofs(body.proofs)?,
        if_version: if_match_version(&headers)?,
    };
    let patched = app.service.members.patch(&member, change).await;
    patched.map(respond).map_err(|error| auth.problem(error))
}

/// Ends a membership.
///
/// The identities are unlinked; the scores, tiers, indices and what you sent about the member
/// are deleted. Held units are released, and waits and entries of open draws end. Claims,
/// grants, decisions and messages stay as records, and confirmed units stay the member's.
/// Events stay without a name. The next `PUT` of an identity enrols a new member.
///
/// Sent again with the member's id, it is answered 204 again. No identity leads to the member
/// any more.
#[utoipa::path(
    delete, path = "/v1/members/{member}", tag = "members", operation_id = "delete_member",
    params(
        ("member" = IdentityText, Path, description = "The member's id, or any of their identities."),
        ("If-Match" = Option<String>, Header, pattern = "^\"v[0-9]{1,19}(-(gzip|zstd))?\"$", max_length = 28, description = "Only if this is the present version."),
    ),
    responses(
        (status = 204, description = "The membership has ended, now or before."),
        (status = 404, description = "No member is enrolled under this identity."),
        (status = 412, description = "The member has been changed since the `ETag` was read."),
    )
)]
pub async fn delete(
    State(app): State<App>,
    _: Auth<Admin>,
    Path(member): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let version = if_match_version(&headers)?;
    app.service.memberships.end(&member, version).await?;
    Ok(StatusCode::NO_CONTENT)
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
    let version = profile.member.version;
    etag::versioned(StatusCode::OK, version, &MemberBody::from(profile))
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
    _: Auth<MembersRead>,
    Path(member): Path<String>,
) -> Result<Response, Problem> {
    Ok(respond(app.service.members.get(&member).await?))
}
