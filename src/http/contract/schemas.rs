//! Finding schemas in the document.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;
use utoipa::openapi::schema::{Object, Schema, SchemaType, Type};
use utoipa::openapi::{OpenApi, RefOr};

use crate::http::contract::errors::operations;

/// The beginning of a reference to a schema.
const REFERENCE: &str = "#/components/schemas/";

/// Returns the names of the schemas that requests are made of, directly or through others.
pub fn of_requests(document: &mut OpenApi) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for item in document.paths.paths.values_mut() {
        for (_, operation) in operations(item) {
            collect(&operation.request_body, &mut found);
            collect(&operation.parameters, &mut found);
        }
    }
    let components = document.components.get_or_insert_default();
    let mut new: Vec<String> = found.iter().cloned().collect();
    while let Some(name) = new.pop() {
        let mut inner = BTreeSet::new();
        collect(&components.schemas.get(&name), &mut inner);
        new.extend(inner.difference(&found).cloned());
        found.append(&mut inner);
    }
    found
}

/// Adds the names of the schemas to which a part of the document refers.
fn collect(part: &impl Serialize, found: &mut BTreeSet<String>) {
    let mut parts = vec![serde_json::to_value(part).unwrap_or_default()];
    while let Some(part) = parts.pop() {
        match part {
            Value::Array(items) => parts.extend(items),
            Value::Object(members) => {
                for (name, member) in members {
                    match member
                        .as_str()
                        .and_then(|text| text.strip_prefix(REFERENCE))
                    {
                        Some(schema) if name == "$ref" => drop(found.insert(schema.to_owned())),
                        _ => parts.push(member),
                    }
                }
            }
            _ => {}
        }
    }
}

/// Changes every object in a schema, also in the schemas within it; those it refers to are
/// left alone.
pub fn change_objects(schema: &mut RefOr<Schema>, change: &mut impl FnMut(&mut Object)) {
    let RefOr::T(schema) = schema else {
        return;
    };
    match schema {
        Schema::Object(object) => {
            change(object);
            for property in object.properties.values_mut() {
                change_objects(property, change);
            }
        }
        Schema::Array(array) => {
            if let utoipa::openapi::schema::ArrayItems::RefOrSchema(items) = &mut array.items {
                change_objects(items, change);
            }
        }
        Schema::OneOf(parts) => change_all(&mut parts.items, change),
        Schema::AllOf(parts) => change_all(&mut parts.items, change),
        Schema::AnyOf(parts) => change_all(&mut parts.items, change),
        _ => {}
    }
}

fn change_all(parts: &mut [RefOr<Schema>], change: &mut impl FnMut(&mut Object)) {
    for part in parts {
        change_objects(part, change);
    }
}

/// Returns whether a value of the schema may be null.
pub fn is_nullable(schema: &RefOr<Schema>) -> bool {
    let has_null = |kind: &SchemaType| match kind {
        SchemaType::Type(kind) => *kind == Type::Null,
        SchemaType::Array(kinds) => kinds.contains(&Type::Null),
        SchemaType::AnyValue => false,
    };
    match schema {
        RefOr::T(Schema::Object(object)) => has_null(&object.schema_type),
        RefOr::T(Schema::Array(array)) => has_null(&array.schema_type),
        RefOr::T(Schema::OneOf(parts)) => parts.items.iter().any(is_nullable),
        RefOr::T(Schema::AnyOf(parts)) => parts.items.iter().any(is_nullable),
        _ => false,
    }
}
