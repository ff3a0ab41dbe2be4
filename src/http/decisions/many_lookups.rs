//! `/v1/programs/{program}/lookups`: lookups for many members at once, such as
//! all guests that arrive tomorrow.
//!
//! The answer is streamed, a page of members at a time: with the offers of a long
//! program, ten thousand answers are too much to hold in memory, and a slow
//! reader does not delay other requests. The first page is made before the
//! response starts, so an error there still has a status of its own. If the
//! database fails later, the body ends early, which no client mistakes for a
//! complete one.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use futures::{StreamExt, stream};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::App;
use crate::http::auth::{Asks, Auth, Lookup, PathProgram};
use crate::http::decisions::lookup_bodies::{
    OffersBody, ServiceLevelBody, TierBody, offers_body, service_level_body, tier_body,
};
use crate::http::error::Problem;
use crate::http::extract::{Json, at_most};
use crate::service::decisions::{Evaluated, ManyLookups};
use crate::service::{Result, Service};
use renown_core::domain::{Attribute, Attributes, IdentityText, Invalid, ProgramId};

/// The most members in one request.
const MAX_MEMBERS: usize = 10_000;
/// Members on a page.
const PAGE: usize = 1_000;
/// Members on a page with offers, which are long.
const PAGE_WITH_OFFERS: usize = 200;

/// A request for the lookups of many members.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"members": ["twitter:kevin", "loyalty:K7"], "include": ["tier", "service_level"]}))]
pub struct LookUpManyBody {
    /// From 1 to 10,000 members: our ids, or any identities.
    #[schema(min_items = 1, max_items = 10_000, value_type = Vec<IdentityText>)]
    #[serde(deserialize_with = "at_most::<MAX_MEMBERS, _, _>")]
    members: Vec<String>,
    /// The lookups to answer for each member; tier and service level if absent.
    #[serde(default = "usual")]
    #[schema(min_items = 1, max_items = 3)]
    include: Vec<LookupKind>,
    /// What you know of the occasion, the same for all members, as conditions read
    /// it under `request`. At most 64 names.
    #[serde(default)]
    #[schema(value_type = Attributes)]
    request: BTreeMap<String, Attribute>,
}

/// The name of a lookup.
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

/// The lookups of all requested members.
#[derive(Debug, ToSchema)]
#[allow(dead_code, reason = "a schema; the answer is written page by page")]
pub struct LookedUpBody {
    /// One item for each identity requested, in the same order. An identity that
    /// is requested twice is answered twice.
    data: Vec<LookedUp>,
}

/// The lookups of one member.
#[derive(Debug, Serialize, ToSchema)]
pub struct LookedUp {
    /// The identity, as in the request.
    identity: String,
    /// The body of `…/tier`; absent if not requested.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    tier: Option<TierBody>,
    /// The body of `…/service-level`; absent if not requested.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    service_level: Option<ServiceLevelBody>,
    /// The body of `…/offers`; absent if not requested.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    offers: Option<OffersBody>,
    /// What is wrong with the identity; absent if it is valid.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    problem: Option<Problem>,
}

/// Looks up tier, service level and offers of many members at once.
///
/// Made for a nightly list of the next day's arrivals. All are answered with the
/// same version of the program and as of the same moment. Each has the body of
/// the single lookup. An identity under which no member is enrolled gets the
/// floor.
#[utoipa::path(
    post, path = "/v1/programs/{program}/lookups", tag = "lookups", operation_id = "look_up_many",
    params(("program" = ProgramId, Path, description = "The program's short name.")),
    request_body = LookUpManyBody,
    responses(
        (status = 200, description = "The result for each identity, in order.", body = LookedUpBody),
        (status = 400, description = "Something is wrong with the body."),
        (status = 404, description = "There is no such program."),
    )
)]
pub async fn look_up(
    State(app): State<App>,
    auth: Auth<Asks<Lookup>, PathProgram>,
    Json(body): Json<LookUpManyBody>,
) -> Result<Response, Problem> {
    check(&body)?;
    let shows_offers = body.include.contains(&LookupKind::Offers);
    let decisions = &app.service.decisions;
    let lookups = decisions.begin_lookups(auth.program(), shows_offers, body.request);
    let mut pages = Pages {
        lookups: lookups.await?,
        service: Arc::clone(&app.service),
        members: body.members,
        include: body.include,
        written: 0,
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
    if !(1..=3).contains(&body.include.len()) {
        return Err(Problem::invalid_request()
            .pointer("/include")
            .detail("include names from one to all of tier, service_level and offers"));
    }
    Ok(())
}

/// The pages of one answer that are still to be sent.
struct Pages {
    service: Arc<Service>,
    lookups: ManyLookups,
    members: Vec<String>,
    include: Vec<LookupKind>,
    written: usize,
}

impl Pages {
    fn is_finished(&self) -> bool {
        self.written == self.members.len()
    }

    /// Renders the next page, with the start or the end of the JSON document
    /// where it is the first or the last page.
    async fn next(&mut self) -> Result<Bytes> {
        let size = match self.asks(LookupKind::Offers) {
            true => PAGE_WITH_OFFERS,
            false => PAGE,
        };
        let end = self.members.len().min(self.written + size);
        let mut bytes = Vec::new();
        if self.written == 0 {
            bytes.extend_from_slice(b"{\"data\":[");
        }
        let mut place = self.written;
        let tell = |identity: &str, evaluated: Result<&Evaluated<'_>, Invalid>| {
            if place > 0 {
                bytes.push(b',');
            }
            let answer = self.answer(place, identity, evaluated);
            serde_json::to_writer(&mut bytes, &answer)
                .expect("plain data with text keys always serialises");
            place += 1;
        };
        let page = &self.members[self.written..end];
        self.service
            .decisions
            .look_up_many(&self.lookups, page, tell)
            .await?;
        self.written = end;
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
                let written = self.written;
                tracing::error!(%error, written, "an answer of many lookups ends early");
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
