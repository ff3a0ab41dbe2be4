//! A change of some of a member's attributes.

use std::collections::BTreeMap;

use serde::Deserialize;
use utoipa::openapi::ObjectBuilder;
use utoipa::openapi::schema::{Schema, Type};

use super::Invalid;
use super::ids::SLUG;
use super::invalid::checked_slug;
use super::member::{Attribute, Attributes, MAX_ATTRIBUTES};
use super::schema::{described, text};

/// The most names of one change: as many to remove as to set.
const MAX_NAMES: usize = 2 * MAX_ATTRIBUTES;

/// New values of attributes by name, and `None` for those to remove, as in a JSON merge
/// patch (RFC 7396). Other attributes stay.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(try_from = "BTreeMap<String, Option<Attribute>>")]
pub struct AttributesPatch(BTreeMap<String, Option<Attribute>>);

impl AttributesPatch {
    /// Returns the attributes after the change.
    ///
    /// # Errors
    /// If there are more than 64 then.
    pub fn applied_to(&self, attributes: &Attributes) -> Result<Attributes, Invalid> {
        let mut after = attributes.as_map().clone();
        for (name, value) in &self.0 {
            match value {
                Some(value) => after.insert(name.clone(), value.clone()),
                None => after.remove(name),
            };
        }
        after.try_into()
    }
}

impl TryFrom<BTreeMap<String, Option<Attribute>>> for AttributesPatch {
    type Error = Invalid;

    fn try_from(map: BTreeMap<String, Option<Attribute>>) -> Result<Self, Invalid> {
        if map.len() > MAX_NAMES {
            return Err(Invalid::new(format_args!(
                "a change names at most {MAX_NAMES} attributes"
            )));
        }
        for name in map.keys() {
            checked_slug("an attribute's name", name, 64)?;
        }
        let set = map
            .iter()
            .filter_map(|(name, value)| Some((name.clone(), value.clone()?)));
        Attributes::try_from(set.collect::<BTreeMap<_, _>>())?;
        Ok(Self(map))
    }
}

described!(AttributesPatch: ObjectBuilder::new()
    .examples([serde_json::json!({"country": "DE", "newsletter": null})])
    .max_properties(Some(MAX_NAMES))
    .property_names(Some(text("country", 1..=64).pattern(Some(SLUG))))
    .additional_properties(Some(Schema::from(Attributes::value_forms()
        .item(ObjectBuilder::new().schema_type(Type::Null))))));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_sets_and_removes_and_leaves_the_rest() {
        let before: Attributes = serde_json::from_str(r#"{"a":1,"b":true,"c":"x"}"#).unwrap();
        let patch: AttributesPatch = serde_json::from_str(r#"{"a":2,"b":null,"z":null}"#).unwrap();
        let after = serde_json::to_value(patch.applied_to(&before).unwrap()).unwrap();
        assert_eq!(after, serde_json::json!({"a": 2.0, "c": "x"}));
    }

    #[test]
    fn the_result_is_bounded_too() {
        let full: BTreeMap<String, Attribute> = (0..MAX_ATTRIBUTES)
            .map(|n| (format!("a{n}"), Attribute::Bool(true)))
            .collect();
        let full = Attributes::try_from(full).unwrap();
        let patch = |json| serde_json::from_str::<AttributesPatch>(json).unwrap();
        assert!(patch(r#"{"one-more":1}"#).applied_to(&full).is_err());
        assert!(
            patch(r#"{"one-more":1,"a0":null}"#)
                .applied_to(&full)
                .is_ok()
        );
        assert!(serde_json::from_str::<AttributesPatch>(r#"{"Bad Name":1}"#).is_err());
    }
}
