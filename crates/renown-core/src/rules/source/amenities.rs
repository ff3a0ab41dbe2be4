//! Reads the titles of amenities from a program file.

use super::{MAX_TITLED, slug};
use crate::rules::diagnostic::Diagnostic;
use crate::rules::reader::{At, Fields, Findings, parsed_node, shorten, title, wrong_type};
use crate::rules::yaml::Value;

/// The title of an amenity as written.
#[derive(Debug)]
pub(in crate::rules) struct AmenityTitle {
    pub amenity: At<String>,
    pub title: String,
}

/// Reads the mapping of amenities to their titles; empty if there is none.
pub(super) fn read(fields: &Fields<'_>, findings: &mut Findings) -> Vec<AmenityTitle> {
    let Some(node) = fields.node("amenities") else {
        return Vec::new();
    };
    let Value::Map(entries) = &node.value else {
        let finding = wrong_type(node, "amenities", "a mapping of amenities to their titles");
        findings.add(finding.hint("amenities: { late-checkout: Late check-out }"));
        return Vec::new();
    };
    if entries.len() > MAX_TITLED {
        let message = format!("At most {MAX_TITLED} amenities have a title.");
        let finding = Diagnostic::error("too-many", node.place, "amenities", message);
        findings.add(finding);
        return Vec::new();
    }
    let mut titles = Vec::new();
    for (key, node) in entries {
        let path = format!("amenities.{}", shorten(&key.name));
        let amenity = slug(&key.name).map_err(|invalid| {
            let message = format!("'{}' is not right: {invalid}.", shorten(&key.name));
            Diagnostic::error("invalid-value", key.place, &path, message)
        });
        let amenity = amenity.map_err(|finding| findings.add(finding)).ok();
        let written = parsed_node(node, &path, findings, |text| title(text, 200));
        if let (Some(amenity), Some(written)) = (amenity, written) {
            titles.push(AmenityTitle {
                amenity: At {
                    value: amenity,
                    place: key.place,
                },
                title: written.value,
            });
        }
    }
    titles
}
