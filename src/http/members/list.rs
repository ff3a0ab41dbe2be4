//! `GET /v1/members`: the list of members, and the search for some of them.

use axum::extract::{FromRequestParts, OriginalUri, State};
use axum::http::request::Parts;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::{IntoParams, ToSchema};

use super::member::MemberBody;
use crate::http::App;
use crate::http::auth::{Auth, MembersRead};
use crate::http::error::Problem;
use crate::http::etag::IfNoneMatch;
use crate::http::extract::Query;
use crate::http::pagination;
use crate::http::pagination::{Cursor, Page};
use crate::http::query_object;
use renown_core::domain::{Attribute, AttributeName, MemberFilter, MemberPlace, ProgramId, TierId};

/// The most conditions on attributes of one list.
const MAX_ATTRIBUTES: usize = 16;
/// The longest text of a search by any name or identity, in characters.
const MAX_TEXT: usize = 289;

/// The filters and the page of a list of members.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct MembersQuery {
    /// Only members of whom the name has words that begin so, or any identity begins so, in any
    /// case: `kev` finds `Kevin Ito` and `twitter:kevin`. For a field in which people type: it
    /// stands alone, and there is no next page.
    #[param(max_length = 289, example = "kev")]
    pub(super) q: Option<String>,
    /// Only members with an identity that begins so: a whole network or kind, a colon, and
    /// the first characters, such as `twitter:kev`, `loyalty:12` or `email:`.
    #[param(max_length = 289, example = "twitter:kev")]
    pub(super) identity: Option<String>,
    /// Only members whose name has words that begin so, in any order, whatever their case
    /// and accents: `van zoe` finds `Zoë van Dyk`.
    #[param(max_length = 200, example = "van zoe")]
    pub(super) name: Option<String>,
    /// Only members with this tier in `program`. Those without another one have the floor.
    pub(super) tier: Option<TierId>,
    /// The program of `tier`.
    pub(super) program: Option<ProgramId>,
    /// Only members with a score on this topic.
    #[param(max_length = 100)]
    pub(super) topic: Option<String>,
    /// The most items on a page, from 1 to 200; 50 if absent.
    #[param(minimum = 1, maximum = 200)]
    pub(super) limit: Option<u16>,
    /// The `next_cursor` of the previous page; absent for the first page.
    pub(super) cursor: Option<Cursor>,
}

/// A page of members.
#[derive(Debug, Serialize, ToSchema)]
pub struct MembersBody {
    /// The members, also those who opted out.
    data: Vec<MemberBody>,
    /// The cursor of the next page.
    page: Page,
}

/// Lists members, or finds some of them.
///
/// The latest enrolment is first. With `identity`, or else `name`, the order is that of the
/// identities or words that were found. All conditions hold. Members who enrol or change
/// while pages are read move no other member to another page.
///
/// If many members meet each of several conditions and few meet all, a page may have fewer
/// members than `limit`, or none, and still a `next_cursor`: the search goes on there.
#[utoipa::path(
    get, path = "/v1/members", tag = "members", operation_id = "list_members",
    params(MembersQuery, WantedAttributes),
    responses(
        (status = 200, description = "A page. The `Link` header names the next one.", body = MembersBody),
        (status = 304, description = "The `ETag` of an earlier answer; 304 if it still holds."),
        (status = 400, description = "A parameter is wrong, there is no such program, or it has no such tier."),
    )
)]
pub async fn list(
    State(app): State<App>,
    _: Auth<MembersRead>,
    OriginalUri(uri): OriginalUri,
    Query(query): Query<MembersQuery>,
    WantedAttributes(attributes): WantedAttributes,
    known: IfNoneMatch,
) -> Result<Response, Problem> {
    let limit = pagination::limit(query.limit, 50)?;
    let (members, next) = match &query.q {
        Some(text) => {
            let text = alone(text, &query, &attributes)?;
            (app.service.directory.find_any(text, limit).await?, None)
        }
        None => {
            let filter = filter(&app, query, attributes)?;
            app.service.directory.list(&filter, limit).await?
        }
    };
    let body = MembersBody {
        data: members.into_iter().map(Into::into).collect(),
        page: Page::up_to(next),
    };
    pagination::respond(&known, &uri, &body, &body.page)
}

/// Returns the text of a search by any name or identity, which has no other conditions.
///
/// # Errors
/// 400 if there are some, or the text is empty or too long.
fn alone<'q>(
    text: &'q str,
    query: &MembersQuery,
    attributes: &[(AttributeName, Attribute)],
) -> Result<&'q str, Problem> {
    let wrong = |detail: &str| Err(Problem::invalid_request().detail(detail));
    let others = [
        query.identity.is_some(),
        query.name.is_some(),
        query.tier.is_some(),
        query.program.is_some(),
        query.topic.is_some(),
        query.cursor.is_some(),
        !attributes.is_empty(),
    ];
    if others.contains(&true) {
        return wrong("send 'q' without other conditions, and without a cursor");
    }
    let is_clean = !text.chars().any(char::is_control);
    match text.trim().is_empty() || text.chars().count() > MAX_TEXT || !is_clean {
        true => wrong("q must have from 1 to 289 characters on one line"),
        false => Ok(text),
    }
}

pub(super) fn filter(
    app: &App,
    query: MembersQuery,
    attributes: Vec<(AttributeName, Attribute)>,
) -> Result<MemberFilter, Problem> {
    let tier = match (query.program, query.tier) {
        (Some(program), Some(tier)) => Some(app.service.directory.tier(program, tier)?),
        (None, None) => None,
        _ => {
            let detail = "send 'program' and 'tier' together: a tier is one of a program";
            return Err(Problem::invalid_request().detail(detail));
        }
    };
    let topic = query.topic.as_deref();
    let filter = MemberFilter {
        identity: parsed("identity", query.identity.as_deref())?,
        name: parsed("name", query.name.as_deref())?,
        attributes,
        tier,
        topic: topic
            .map(|text| app.service.scores.topic(text))
            .transpose()?,
        after: query.cursor.as_ref().map(pagination::decode).transpose()?,
    };
    let fits = |place: &MemberPlace| place.at.is_some() == filter.is_alphabetical();
    if filter.after.as_ref().is_some_and(|place| !fits(place)) {
        let detail = "cursor is of another list: send it with the conditions of its page";
        return Err(Problem::invalid_request().detail(detail));
    }
    Ok(filter)
}

fn parsed<T: std::str::FromStr<Err = renown_core::domain::Invalid>>(
    name: &str,
    text: Option<&str>,
) -> Result<Option<T>, Problem> {
    let wrong = |invalid| Problem::invalid_request().detail(format_args!("{name}: {invalid}"));
    text.map(str::parse).transpose().map_err(wrong)
}

/// The conditions on attributes, from the query: `?attribute.country=US`.
#[derive(Debug)]
pub struct WantedAttributes(pub(super) Vec<(AttributeName, Attribute)>);

impl<S: Sync> FromRequestParts<S> for WantedAttributes {
    type Rejection = Problem;

    /// A list is a condition for each of its texts.
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let refused = |detail: String| Problem::invalid_request().detail(detail);
        let query = parts.uri.query().unwrap_or_default();
        let mut wanted = Vec::new();
        for (name, value) in query_object::read(query, "attribute").map_err(refused)? {
            let name = AttributeName::parse(&name)
                .map_err(|invalid| Problem::invalid_request().detail(invalid))?;
            match value {
                Attribute::List(texts) => {
                    let each = texts.into_iter().map(Attribute::Text);
                    wanted.extend(each.map(|text| (name.clone(), text)));
                }
                value => wanted.push((name, value)),
            }
        }
        if wanted.len() > MAX_ATTRIBUTES {
            let detail = format!("a list has at most {MAX_ATTRIBUTES} conditions on attributes");
            return Err(refused(detail));
        }
        Ok(Self(wanted))
    }
}

impl IntoParams for WantedAttributes {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![query_object::parameter(
            "attribute",
            ("country", "US"),
            "Only members with these values of attributes, at most 16. A text also finds lists \
             that have it, and a list those that have all of its texts",
        )]
    }
}
