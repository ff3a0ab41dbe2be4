//! Texts of the document that readers show as they are.

use utoipa::openapi::schema::Schema;
use utoipa::openapi::{OpenApi, RefOr};

use crate::http::contract::errors::operations;
use crate::http::error::KINDS;

/// Takes the marks of code out of summaries, which are no Markdown, and lists the types of
/// problems where `type` is described.
pub fn describe(document: &mut OpenApi) {
    for item in document.paths.paths.values_mut() {
        for (_, operation) in operations(item) {
            if let Some(summary) = &mut operation.summary {
                *summary = summary.replace('`', "");
            }
        }
    }
    let components = document.components.get_or_insert_default();
    let Some(RefOr::T(Schema::Object(problem))) = components.schemas.get_mut("Problem") else {
        return;
    };
    if let Some(RefOr::T(Schema::Object(kind))) = problem.properties.get_mut("type") {
        let text = kind.description.get_or_insert_default();
        text.push_str("\n\n| `type` ends in | status | |\n|---|---|---|\n");
        for (slug, status, title) in KINDS {
            text.push_str(&format!("| `{slug}` | {status} | {title} |\n"));
        }
    }
}
