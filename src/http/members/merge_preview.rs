//! The preview of a merge: what it would do, without doing it.

use axum::Json as JsonBody;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::App;
use crate::http::auth::{Admin, Asks, Auth};
use crate::http::error::Problem;
use crate::http::extract::{Json, Path};
use crate::http::members::member::ScoringBody;
use crate::http::scores::score::IndexBody;
use crate::service::members::{
    ExclusiveTogether, IndexBeforeAndAfter, MergePreview, ProgramPreview,
};
use renown_core::domain::{
    Attributes, IdentityText, IndexName, MemberName, Scoring, Topic, ValueNames,
};

/// A request to preview a merge.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"from": "loyalty:K7"}))]
pub struct MergePreviewBody {
    /// The member's id, or any of their identities, who would be absorbed.
    from: IdentityText,
}

/// What a merge would do.
#[derive(Debug, Serialize, ToSchema)]
pub struct MergePreviewedBody {
    /// The member that would go on.
    survivor: Uuid,
    /// The member that would be absorbed.
    absorbed: Uuid,
    /// Why the two cannot be merged; empty if they can.
    conflicts: Vec<String>,
    /// What you would have said about the joined member.
    member: JoinedMemberBody,
    /// What the survivor lacked, and would get.
    added: AddedValuesBody,
    /// Values of which each has another: the survivor's would stay.
    kept: ValueNamesBody,
    /// The influence of both, and of the joined member.
    influence: IndicesOfBothBody,
    /// The value of both, and of the joined member.
    value: IndicesOfBothBody,
    /// What would change in each program in force.
    programs: Vec<ProgramPreview>,
    /// The exclusive groups of which each has a perk.
    exclusive: Vec<ExclusiveTogether>,
    /// Why scores and tiers are an estimate.
    estimates: Vec<String>,
}

/// What a business has said about the joined member.
#[derive(Debug, Serialize, ToSchema)]
pub struct JoinedMemberBody {
    /// The name; null for none.
    name: Option<MemberName>,
    /// The attributes.
    attributes: Attributes,
    /// The declared interests.
    interests: Vec<Topic>,
    /// `opted_out` if one of the two has opted out.
    #[schema(value_type = ScoringBody)]
    scoring: Scoring,
    /// The earlier enrolment.
    enrolled_at: DateTime<Utc>,
}

/// Names of values of a member.
#[derive(Debug, Serialize, ToSchema)]
pub struct ValueNamesBody {
    /// Whether the name is one of them.
    name: bool,
    /// Attributes.
    attributes: Vec<String>,
    /// Interests.
    interests: Vec<Topic>,
    /// Indices from other systems.
    indices: Vec<IndexName>,
}

/// What the survivor of a merge would get.
#[derive(Debug, Serialize, ToSchema)]
pub struct AddedValuesBody {
    /// Identities and accounts.
    identities: Vec<String>,
    /// The values.
    #[serde(flatten)]
    values: ValueNamesBody,
}

/// An index of both members, and of the joined one.
#[derive(Debug, Serialize, ToSchema)]
pub struct IndicesOfBothBody {
    /// Of the member that would go on.
    survivor: IndexBody,
    /// Of the member that would be absorbed.
    absorbed: IndexBody,
    /// Of the joined member.
    after: IndexBody,
}

impl From<IndexBeforeAndAfter> for IndicesOfBothBody {
    fn from(index: IndexBeforeAndAfter) -> Self {
        Self {
            survivor: (&index.survivor).into(),
            absorbed: (&index.absorbed).into(),
            after: (&index.after).into(),
        }
    }
}

impl From<ValueNames> for ValueNamesBody {
    fn from(names: ValueNames) -> Self {
        Self {
            name: names.name,
            attributes: names.attributes,
            interests: names.interests,
            indices: names.indices,
        }
    }
}

impl From<MergePreview> for MergePreviewedBody {
    fn from(preview: MergePreview) -> Self {
        let values = preview.joined.values;
        let identities = preview.identities.iter().map(ToString::to_string);
        Self {
            survivor: preview.survivor.0,
            absorbed: preview.absorbed.0,
            conflicts: preview.joined.conflicts,
            member: JoinedMemberBody {
                name: values.name,
                attributes: values.attributes,
                interests: values.interests,
                scoring: values.scoring,
                enrolled_at: values.enrolled_at,
            },
            added: AddedValuesBody {
                identities: identities.collect(),
                values: preview.joined.added.into(),
            },
            kept: preview.joined.kept.into(),
            influence: preview.influence.into(),
            value: preview.value.into(),
            programs: preview.programs,
            exclusive: preview.exclusive,
            estimates: preview.estimates,
        }
    }
}

/// Works out what a merge would do, and changes nothing.
///
/// The joined member is scored by the scorer and evaluated by the rules, from what is stored
/// of both.
#[utoipa::path(
    post, path = "/v1/members/{member}/merge/preview", tag = "members", operation_id = "preview_merge",
    params(("member" = IdentityText, Path, description = "The id, or any identity, of the member that would go on.")),
    request_body = MergePreviewBody,
    responses(
        (status = 200, description = "What the merge would do.", body = MergePreviewedBody),
        (status = 400, description = "Something is wrong with the body, or no member is enrolled under `from`."),
        (status = 404, description = "No member is enrolled under this identity."),
        (status = 409, description = "Both are the same member."),
    )
)]
pub async fn preview(
    State(app): State<App>,
    _: Auth<Asks<Admin>>,
    Path(member): Path<String>,
    Json(body): Json<MergePreviewBody>,
) -> Result<JsonBody<MergePreviewedBody>, Problem> {
    let preview = app.service.merges.preview(&member, body.from.as_str());
    Ok(JsonBody(preview.await?.into()))
}
