//! The errors of the contract: what every route may answer, described once.

use axum::http::Method;
use serde_json::Value;
use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::{Content, OpenApi, PathItem, Ref, RefOr, Response, SecurityRequirement};

use crate::http::error::Problem;
use crate::http::idempotency::takes_key;

/// The media type of a problem.
const PROBLEM: &str = "application/problem+json";

/// The routes that answer without the database.
pub const WITHOUT_DATABASE: [&str; 4] = [
    "/livez",
    "/v1/schemas/audience.json",
    "/v1/schemas/program.json",
    "/v1/session/providers",
];

/// The routes by which the service is watched: they must answer when nothing else does.
pub const FOR_OPERATORS: [&str; 2] = ["/metrics", "/readyz"];

/// The route that every caller may read.
const OF_ANY_CALLER: &str = "/v1/session";

/// Adds to every operation the errors that routes of its kind have in common, unless it
/// describes them itself, and gives every error its body, a problem.
pub fn describe(document: &mut OpenApi) {
    for (path, item) in &mut document.paths.paths {
        for (method, operation) in operations(item) {
            for (status, description) in common(&method, path, operation) {
                let responses = &mut operation.responses.responses;
                let response = || common_response(status, description).into();
                responses.entry(status.to_owned()).or_insert_with(response);
            }
            add_bodies(operation);
        }
    }
}

/// Returns the operations of a path.
pub fn operations(item: &mut PathItem) -> impl Iterator<Item = (Method, &mut Operation)> {
    [
        (Method::GET, item.get.as_mut()),
        (Method::PUT, item.put.as_mut()),
        (Method::POST, item.post.as_mut()),
        (Method::DELETE, item.delete.as_mut()),
        (Method::PATCH, item.patch.as_mut()),
    ]
    .into_iter()
    .filter_map(|(method, operation)| Some((method, operation?)))
}

/// Returns the errors that follow from what an operation takes.
fn common(method: &Method, path: &str, operation: &Operation) -> Vec<(&'static str, &'static str)> {
    let mut errors = vec![(
        "400",
        "A parameter, a header or the body is not valid, or there is no such parameter.",
    )];
    if !WITHOUT_DATABASE.contains(&path) {
        errors.push((
            "503",
            "The service cannot do this at the moment; try again.",
        ));
    }
    let is_open = is_open(operation);
    let has_body = operation.request_body.is_some();
    if has_body {
        errors.push(("408", "The body did not arrive in time."));
        errors.push(("413", "The body is too large."));
        errors.push(("415", "The content type or encoding is not supported."));
    }
    if has_body || !is_open {
        errors.push(("500", "Something went wrong in the service."));
    }
    if is_open {
        return errors;
    }
    errors.push((
        "401",
        "The API key or session is missing or not valid, was revoked or has expired.",
    ));
    if needs_caller(path, operation) {
        errors.push(("429", "The caller has sent more requests than the limit allows. `Retry-After`, `RateLimit` and `RateLimit-Policy` say when there is room for another."));
    }
    if (method, path) != (&Method::GET, OF_ANY_CALLER) {
        errors.push(("403", "The caller does not have the right to this, or is limited to a program that it is not about; or a page of another site has sent it."));
    }
    if names_a_thing(operation) {
        errors.push(("404", "There is nothing under this path."));
    }
    if takes_key(operation) {
        errors.push(("409", "The same request is being carried out."));
        errors.push(("422", "The `Idempotency-Key` was used for another request."));
    }
    errors
}

/// Returns whether an operation needs no caller.
fn is_open(operation: &Operation) -> bool {
    let nothing = SecurityRequirement::default();
    let needs = operation.security.as_deref();
    needs.is_some_and(|needs| needs.iter().all(|need| *need == nothing))
}

/// Returns whether an operation is for callers who are found and counted before it begins. Those for
/// operators find their caller themselves, because the database may be away.
pub fn needs_caller(path: &str, operation: &Operation) -> bool {
    !is_open(operation) && !FOR_OPERATORS.contains(&path)
}

/// Returns whether the path names something that may not exist. A question about a person
/// is never answered with 404; the routes that change one describe it themselves.
fn names_a_thing(operation: &Operation) -> bool {
    let mut parameters = operation.parameters.iter().flatten();
    parameters.any(|one| {
        matches!(one, RefOr::T(one) if one.parameter_in == ParameterIn::Path && one.name != "member")
    })
}

/// Returns the description of an error that many operations have, with an example.
fn common_response(status: &str, description: &str) -> Response {
    let mut body = problem_body();
    body.example = example(status);
    let mut response = Response::new(description);
    response.content.insert(PROBLEM.to_owned(), body.into());
    response
}

fn problem_body() -> Content {
    Content::new(Some(Ref::from_schema_name("Problem")))
}

/// Gives every error its body.
fn add_bodies(operation: &mut Operation) {
    for (status, response) in &mut operation.responses.responses {
        let is_error = status.starts_with(['4', '5']);
        if let (true, RefOr::T(response)) = (is_error, response) {
            let content = response.content.entry(PROBLEM.to_owned());
            content.or_insert_with(|| problem_body().into());
        }
    }
}

/// Returns the problem that most often has a status.
fn example(status: &str) -> Option<Value> {
    let problem = match status {
        "400" => Problem::invalid_request()
            .detail("there is no parameter 'curser'; this route has: limit, cursor"),
        "401" => Problem::unauthorized().detail("send 'Authorization: Bearer <key>'"),
        "403" => Problem::forbidden().detail("the key does not have the scope 'admin'"),
        "404" => Problem::not_found().detail("there is no such program"),
        "408" => Problem::body_timeout().detail("the body took too long to arrive"),
        "409" => Problem::in_progress()
            .detail("the same request is being carried out; ask again in a moment"),
        "413" => {
            Problem::too_large().detail("the body is longer than allowed, after decompression")
        }
        "415" => Problem::unsupported().detail("send 'Content-Type: application/json'"),
        "422" => Problem::idempotency_key_reused()
            .detail("the Idempotency-Key was sent before with another request; use a new one"),
        "429" => Problem::too_many_requests()
            .detail("this key or person has sent more requests than the limit allows; wait 2 s"),
        "500" => Problem::internal(),
        "503" => Problem::unavailable(),
        _ => return None,
    };
    serde_json::to_value(problem.sample()).ok()
}
