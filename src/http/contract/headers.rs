//! The headers of answers, by what an operation is.

use utoipa::openapi::header::{Header, HeaderBuilder};
use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::{Object, Type};
use utoipa::openapi::{OpenApi, Ref, RefOr, Response};

use crate::http::contract::errors::{needs_caller, operations};
use crate::http::idempotency::takes_key;

/// Every header: its name, the name of its component, its type, and what it says.
const HEADERS: [(&str, &str, Type, &str); 9] = [
    (
        "ETag",
        "ETag",
        Type::String,
        "A strong tag of the answer, for `If-None-Match` or `If-Match`.",
    ),
    (
        "Idempotency-Replayed",
        "IdempotencyReplayed",
        Type::String,
        "`true` if this answer was stored when the request was carried out, and is repeated.",
    ),
    (
        "Link",
        "Link",
        Type::String,
        "`rel=\"next\"`: the address of the next page, if there is one.",
    ),
    (
        "Location",
        "Location",
        Type::String,
        "The path of what was made.",
    ),
    (
        "RateLimit",
        "RateLimit",
        Type::String,
        "How many requests are left (`r`), and after how many seconds there are as many as at first (`t`), as in `\"requests\";r=599;t=1`.",
    ),
    (
        "RateLimit-Policy",
        "RateLimitPolicy",
        Type::String,
        "How many requests (`q`) a caller may send in how many seconds (`w`), as in `\"requests\";q=600;w=60`.",
    ),
    (
        "Retry-After",
        "RetryAfter",
        Type::Integer,
        "The seconds after which to try again.",
    ),
    (
        "WWW-Authenticate",
        "WwwAuthenticate",
        Type::String,
        "How to say who sends a request.",
    ),
    (
        "X-Request-Id",
        "RequestId",
        Type::String,
        "The id of the request: the one that it came with, or a new one.",
    ),
];

/// Documents the headers.
pub fn describe(document: &mut OpenApi) {
    let components = document.components.get_or_insert_default();
    for (_, component, kind, description) in HEADERS {
        components
            .headers
            .insert(component.to_owned(), header(kind, description).into());
    }
    let pages = names_of_pages(document);
    for (path, item) in &mut document.paths.paths {
        for (_, operation) in operations(item) {
            let facts = Facts {
                needs_caller: needs_caller(path, operation),
                has_tag: operation.responses.responses.contains_key("304"),
                takes_key: takes_key(operation),
            };
            add(operation, &facts, &pages);
        }
    }
}

fn header(kind: Type, description: &str) -> Header {
    HeaderBuilder::new()
        .schema(Some(Object::with_type(kind)))
        .description(Some(description))
        .build()
}

/// What decides which headers the answers of an operation have.
struct Facts {
    needs_caller: bool,
    has_tag: bool,
    takes_key: bool,
}

fn add(operation: &mut Operation, facts: &Facts, pages: &[String]) {
    for (status, response) in &mut operation.responses.responses {
        let RefOr::T(response) = response else {
            continue;
        };
        let is_good = status.starts_with('2');
        let is_page = is_good && is_page(response, pages);
        for (name, component, ..) in HEADERS {
            let has = match name {
                "ETag" => facts.has_tag && (status == "200" || status == "304"),
                "Idempotency-Replayed" => {
                    facts.takes_key && status != "401" && !status.starts_with('5')
                }
                "Link" => is_page,
                "Location" => facts.takes_key && status == "201",
                "RateLimit" | "RateLimit-Policy" => {
                    facts.needs_caller && (is_good || status == "304" || status == "429")
                }
                "Retry-After" => status == "429" || status == "503",
                "WWW-Authenticate" => status == "401",
                _ => true,
            };
            if has {
                let reference = Ref::new(format!("#/components/headers/{component}"));
                let header = response.headers.entry(name.to_owned());
                header.or_insert(RefOr::Ref(reference));
            }
        }
    }
}

/// Returns the references to the schemas of pages.
fn names_of_pages(document: &OpenApi) -> Vec<String> {
    let schemas = document
        .components
        .iter()
        .flat_map(|components| &components.schemas);
    let is_page = |schema: &RefOr<utoipa::openapi::Schema>| match schema {
        RefOr::T(utoipa::openapi::Schema::Object(object)) => object.properties.contains_key("page"),
        _ => false,
    };
    schemas
        .filter(|(_, schema)| is_page(schema))
        .map(|(name, _)| format!("#/components/schemas/{name}"))
        .collect()
}

fn is_page(response: &Response, pages: &[String]) -> bool {
    response.content.values().any(|content| match content {
        RefOr::T(content) => match &content.schema {
            Some(RefOr::Ref(reference)) => pages.contains(&reference.ref_location),
            _ => false,
        },
        RefOr::Ref(_) => false,
    })
}
