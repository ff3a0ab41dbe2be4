//! `If-None-Match` of every operation that answers 304.

use utoipa::openapi::path::{ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{Object, Type};
use utoipa::openapi::{OpenApi, Required};

use crate::http::contract::errors::operations;

/// Documents the header.
pub fn describe(document: &mut OpenApi) {
    let header = ParameterBuilder::new()
        .name("If-None-Match")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .schema(Some(Object::with_type(Type::String)))
        .description(Some(
            "The `ETag` of an earlier answer; 304 without a body if it still holds.",
        ))
        .build();
    for item in document.paths.paths.values_mut() {
        for (_, operation) in operations(item) {
            if operation.responses.responses.contains_key("304") {
                let parameters = operation.parameters.get_or_insert_default();
                parameters.push(header.clone().into());
            }
        }
    }
}
