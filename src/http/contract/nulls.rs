//! Null in answers: what may be null is always there. What may be absent says
//! `nullable = false` and is never null, so that a caller has one case to think of, not two.

use utoipa::openapi::OpenApi;
use utoipa::openapi::schema::Object;

use crate::http::contract::schemas::{change_objects, is_nullable, of_requests};

/// Marks as required what may be null, in all schemas that are of answers alone.
pub fn describe(document: &mut OpenApi) {
    let asked = of_requests(document);
    let components = document.components.get_or_insert_default();
    for (name, schema) in &mut components.schemas {
        if !asked.contains(name) {
            change_objects(schema, &mut require_nullable);
        }
    }
}

fn require_nullable(object: &mut Object) {
    for (name, property) in &object.properties {
        if is_nullable(property) && !object.required.contains(name) {
            object.required.push(name.clone());
        }
    }
}
