//! The context of a lookup, from the query: `?request.party_size=3`.

use std::collections::BTreeMap;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};

use crate::http::error::Problem;
use crate::http::query_object;
use crate::service::decisions::LookupContext;
use renown_core::domain::Attribute;

/// What the caller knows of the occasion, as conditions read it under `request`.
#[derive(Debug)]
pub struct RequestContext(pub BTreeMap<String, Attribute>);

impl From<RequestContext> for LookupContext {
    fn from(RequestContext(request): RequestContext) -> Self {
        Self {
            request,
            opened_at: None,
        }
    }
}

impl<S: Sync> FromRequestParts<S> for RequestContext {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        query_object::read(query, "request")
            .map(Self)
            .map_err(|detail| Problem::invalid_request().detail(detail))
    }
}

impl IntoParams for RequestContext {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![query_object::parameter(
            "request",
            ("party_size", "3"),
            "What you know of the occasion, as conditions read it under `request`",
        )]
    }
}
