//! The context of a lookup, from the query: `?request.party_size=3`.

use std::collections::BTreeMap;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde_json::json;
use utoipa::IntoParams;
use utoipa::openapi::Required;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn, ParameterStyle};
use utoipa::openapi::schema::ObjectBuilder;

use crate::http::error::Problem;
use crate::http::query_names::CONTEXT;
use crate::service::decisions::LookupContext;
use renown_core::domain::{Attribute, Attributes};

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
        read(query)
            .map(Self)
            .map_err(|detail| Problem::invalid_request().detail(detail))
    }
}

/// Reads the names under `request.`; the other parameters are left alone.
fn read(query: &str) -> Result<BTreeMap<String, Attribute>, String> {
    let mut context = BTreeMap::new();
    for (parameter, value) in form_urlencoded::parse(query.as_bytes()) {
        let Some(name) = parameter.strip_prefix(CONTEXT) else {
            continue;
        };
        if context.insert(name.to_owned(), attribute(&value)).is_some() {
            return Err(format!(
                "'{parameter}' is given twice; a list is written {parameter}=[\"a\",\"b\"]"
            ));
        }
    }
    let checked = Attributes::try_from(context.clone());
    checked.map_err(|invalid| format!("'{CONTEXT}NAME': {invalid}"))?;
    Ok(context)
}

/// Reads a value as JSON if it is a boolean, a number, a quoted text or a list of texts.
/// Anything else is a text as it stands, so that most texts need no quotes.
fn attribute(value: &str) -> Attribute {
    serde_json::from_str(value).unwrap_or_else(|_| Attribute::Text(value.to_owned()))
}

impl IntoParams for RequestContext {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let context = ObjectBuilder::new()
            .property_names(Some(
                ObjectBuilder::new().pattern(Some(r"^request\.[a-z0-9_-]{1,64}$")),
            ))
            .additional_properties(Some(Attributes::value_schema()))
            .max_properties(Some(64))
            .examples([json!({"request.party_size": 3})]);
        vec![
            ParameterBuilder::new()
                .name("request")
                .parameter_in(ParameterIn::Query)
                .required(Required::False)
                .style(Some(ParameterStyle::Form))
                .explode(Some(true))
                .description(Some(
                    "What you know of the occasion, as conditions read it under `request`: \
                     one parameter for each name, such as `request.party_size=3`. A number, \
                     `true`, `false`, a text in quotes and a list of texts are read as JSON; \
                     anything else is a text.",
                ))
                .schema(Some(context))
                .build(),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_the_type_that_they_look_like() {
        let context = read(
            "request.n=3&request.b=true&request.t=spa&request.q=%2212%22&request.l=%5B%22a%22%5D&request.z=007&x=1",
        );
        let read = serde_json::to_value(context.unwrap()).unwrap();
        assert_eq!(
            read,
            json!({"n": 3.0, "b": true, "t": "spa", "q": "12", "l": ["a"], "z": "007"})
        );
    }

    #[test]
    fn what_conditions_could_not_read_is_refused() {
        for (query, says) in [
            ("request.n=1&request.n=2", "given twice"),
            ("request.=1", "an attribute's name"),
            ("request.Big%20One=1", "an attribute's name"),
        ] {
            let refused = read(query).unwrap_err();
            assert!(refused.contains(says), "{query}: {refused}");
        }
    }
}
