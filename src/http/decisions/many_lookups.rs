//! `/v1/programs/{program}/lookups`: the lookups of many people at once, such
//! as everybody who arrives tomorrow.
//!
//! The answer is streamed, a page of people at a time: with the offers of a
//! long program ten thousand answers are too much to hold, and whoever reads
//! slowly holds up nobody else. What can go wrong at the start is still a
//! problem with a status of its own, since the first page is made before it.
//! If the database goes away later, the body ends early, which no client takes
//! for a whole one.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use futures::{StreamExt, stream};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::App;
use crate::http::decisions::lookups::{
    OffersBody, ServiceLevelBody, TierBody, offers_body, service_level_body, tier_body,
};
use crate::http::error::Problem;
use crate::http::extract::{Auth, Json, Lookup, Path};
use crate::service::decisions::{Evaluated, ManyLookups};
use crate::service::{Result, Service};
use renown_core::domain::{Invalid, ProgramId};

/// The most people of one request.
const MAX_MEMBERS: usize = 10_000;
/// People of one page.
const PAGE: usize = 1_000;
/// People of one page with their offers, which are long.
const PAGE_WITH_OFFERS: usize = 200;

/// Whom to look up, and what to say of them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"members": ["twitter:kevin", "loyalty:K7"], "include": ["tier", "service_level"]}))]
pub struct LookUpManyBody {
    /// From 1 to 10,000 people: our ids, or any identities.
    #[schema(min_items = 1, max_items = 10_000)]
    members: Vec<String>,
    /// What to say of each; tier and service level if absent.
    #[serde(default = "usual")]
    #[schema(min_items = 1)]
    include: Vec<LookupKind>,
}

/// One of the lookups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LookupKind {
    /// The tier.
    Tier,
    /// The service level.
    ServiceLevel,
    /// The offers.
    Offers,
}

fn usual() -> Vec<LookupKind> {
    vec![LookupKind::Tier, LookupKind::ServiceLevel]
}

/// The answer for everybody.
#[derive(Debug, ToSchema)]
#[allow(dead_code, reason = "a schema; the answer is written page by page")]
pub struct LookedUpBody {
    /// One for each that was asked for, in that order; who was asked for twice
    /// is answered twice.
    data: Vec<LookedUp>,
}

/// The answer for one person.
#[derive(Debug, Serialize, ToSchema)]
pub struct LookedUp {
    /// The person, as asked for.
    identity: String,
    /// What `…/tier` answers; absent if not asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    tier: Option<TierBody>,
    /// What `…/service-level` answers; absent if not asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    service_level: Option<ServiceLevelBody>,
    /// What `…/offers` answers; absent if not asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    offers: Option<OffersBody>,
    /// What is wrong with the identity; absent where nothing is.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<Problem>,
}

/// Look up tier, service level and offers of many people: for tonight's list
/// of tomorrow's arrivals. All are answered by the same version of the program
/// and as of the same moment, each with the body that the single lookup
/// answers; somebody who is not known has the floor.
#[utoipa::path(
    post, path = "/v1/programs/{program}/lookups", tag = "lookups", operation_id = "look_up_many",
    params(("program" = String, Path, description = "The program's short name.")),
    request_body = LookUpManyBody,
    responses(
        (status = 200, description = "What each of them gets.", body = LookedUpBody),
        (status = 400, description = "Something is wrong with the body.", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such program.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn look_up(
    State(app): State<App>,
    auth: Auth<Lookup>,
    Path(program): Path<String>,
    Json(body): Json<LookUpManyBody>,
) -> Result<Response, Problem> {
    let program = ProgramId::parse(&program)
        .map_err(|_| Problem::not_found().detail("there is no such program"))?;
    auth.reach(&program)?;
    check(&body)?;
    let mut pages = Pages {
        lookups: app
            .service
            .decisions
            .begin_lookups(&program, body.include.contains(&LookupKind::Offers))
            .await?,
        service: app.service,
        members: body.members,
        include: body.include,
        told: 0,
    };
    let first = pages.next().await?;
    let body = match pages.is_finished() {
        true => Body::from(first),
        false => {
            let rest = stream::try_unfold(pages, Pages::step);
            Body::from_stream(stream::once(async { Ok(first) }).chain(rest))
        }
    };
    let mut response = body.into_response();
    let headers = response.headers_mut();
    let json = HeaderValue::from_static("application/json");
    headers.insert(header::CONTENT_TYPE, json);
    let private = HeaderValue::from_static("private, no-cache");
    headers.insert(header::CACHE_CONTROL, private);
    Ok(response)
}

fn check(body: &LookUpManyBody) -> Result<(), Problem> {
    if !(1..=MAX_MEMBERS).contains(&body.members.len()) {
        return Err(Problem::invalid_request()
            .pointer("/members")
            .detail(format_args!(
                "a request has from 1 to {MAX_MEMBERS} members"
            )));
    }
    if body.include.is_empty() {
        return Err(Problem::invalid_request()
            .pointer("/include")
            .detail("include names at least one of tier, service_level and offers"));
    }
    Ok(())
}

/// The pages of one answer that are still to come.
struct Pages {
    service: Arc<Service>,
    lookups: ManyLookups,
    members: Vec<String>,
    include: Vec<LookupKind>,
    told: usize,
}

impl Pages {
    fn is_finished(&self) -> bool {
        self.told == self.members.len()
    }

    /// The bytes of one page, with what begins and ends the whole.
    async fn next(&mut self) -> Result<Bytes> {
        let size = match self.asks(LookupKind::Offers) {
            true => PAGE_WITH_OFFERS,
            false => PAGE,
        };
        let end = self.members.len().min(self.told + size);
        let mut bytes = Vec::new();
        if self.told == 0 {
            bytes.extend_from_slice(b"{\"data\":[");
        }
        let mut place = self.told;
        let tell = |identity: &str, evaluated: Result<&Evaluated<'_>, Invalid>| {
            if place > 0 {
                bytes.push(b',');
            }
            let answer = self.answer(place, identity, evaluated);
            serde_json::to_writer(&mut bytes, &answer)
                .expect("plain data with text keys always serialises");
            place += 1;
        };
        let page = &self.members[self.told..end];
        self.service
            .decisions
            .look_up_many(&self.lookups, page, tell)
            .await?;
        self.told = end;
        if self.is_finished() {
            bytes.extend_from_slice(b"]}");
        }
        Ok(bytes.into())
    }

    async fn step(mut self) -> Result<Option<(Bytes, Self)>> {
        if self.is_finished() {
            return Ok(None);
        }
        match self.next().await {
            Ok(bytes) => Ok(Some((bytes, self))),
            Err(error) => {
                let told = self.told;
                tracing::error!(%error, told, "an answer of many lookups ends early");
                Err(error)
            }
        }
    }

    fn asks(&self, kind: LookupKind) -> bool {
        self.include.contains(&kind)
    }

    fn answer(
        &self,
        place: usize,
        identity: &str,
        evaluated: Result<&Evaluated<'_>, Invalid>,
    ) -> LookedUp {
        let of = |kind| evaluated.as_ref().ok().filter(|_| self.asks(kind));
        LookedUp {
            identity: identity.to_owned(),
            tier: of(LookupKind::Tier).map(|e| tier_body(e)),
            service_level: of(LookupKind::ServiceLevel).map(|e| service_level_body(e)),
            offers: of(LookupKind::Offers).map(|e| offers_body(e)),
            problem: evaluated.as_ref().err().map(|invalid| {
                Problem::invalid_request()
                    .pointer(format!("/members/{place}"))
                    .detail(invalid)
            }),
        }
    }
}
