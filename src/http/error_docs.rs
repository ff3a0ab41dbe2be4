//! The errors of the contract: what every route may answer, described once.

use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::{Content, OpenApi, PathItem, Ref, RefOr, Response, SecurityRequirement};

use crate::http::idempotency::takes_key;

/// Adds to every operation the errors that routes of its kind have in common, unless it
/// describes them itself, and gives every error its body, a problem.
pub fn describe(document: &mut OpenApi) {
    for item in document.paths.paths.values_mut() {
        for operation in operations(item) {
            for (status, description) in common(operation) {
                let responses = &mut operation.responses.responses;
                let response = || Response::new(description).into();
                responses.entry(status.to_owned()).or_insert_with(response);
            }
            add_bodies(operation);
        }
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [
        &mut item.get,
        &mut item.put,
        &mut item.post,
        &mut item.delete,
        &mut item.patch,
    ]
    .into_iter()
    .flatten()
}

/// Returns the errors that follow from what an operation takes.
fn common(operation: &Operation) -> Vec<(&'static str, &'static str)> {
    let mut errors = vec![
        (
            "400",
            "A parameter, a header or the body is not valid, or there is no such parameter.",
        ),
        ("500", "Something went wrong in the service."),
        (
            "503",
            "The service cannot do this at the moment; try again.",
        ),
    ];
    let nothing = SecurityRequirement::default();
    let needs = operation.security.as_deref();
    let is_open = needs.is_some_and(|needs| needs.iter().all(|need| *need == nothing));
    if is_open {
        return errors;
    }
    errors.push((
        "401",
        "The API key is missing or not valid, was revoked or has expired.",
    ));
    errors.push(("403", "The API key does not have the scope for this, or is limited to a program that it is not about."));
    if has_path_parameter(operation) {
        errors.push(("404", "There is nothing under this path."));
    }
    if operation.request_body.is_some() {
        errors.push(("408", "The body did not arrive in time."));
        errors.push(("413", "The body is too large."));
        errors.push(("415", "The content type or encoding is not supported."));
    }
    if takes_key(operation) {
        errors.push(("409", "The same request is being carried out."));
        errors.push(("422", "The `Idempotency-Key` was used for another request."));
    }
    errors
}

fn has_path_parameter(operation: &Operation) -> bool {
    let mut parameters = operation.parameters.iter().flatten();
    parameters.any(|one| matches!(one, RefOr::T(one) if one.parameter_in == ParameterIn::Path))
}

fn add_bodies(operation: &mut Operation) {
    for (status, response) in &mut operation.responses.responses {
        let is_error = status.starts_with(['4', '5']);
        if let (true, RefOr::T(response)) = (is_error, response) {
            let body = Content::new(Some(Ref::from_schema_name("Problem")));
            let content = response
                .content
                .entry("application/problem+json".to_owned());
            content.or_insert(body.into());
        }
    }
}
