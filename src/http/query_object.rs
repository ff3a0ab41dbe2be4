//! An object in a query, as one parameter for each of its members: `?request.party_size=3`.

use std::collections::BTreeMap;

use utoipa::openapi::Required;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn, ParameterStyle};
use utoipa::openapi::schema::{ObjectBuilder, Type};

use renown_core::domain::{Attribute, Attributes};

/// Reads the members of an object; the other parameters are left alone.
///
/// # Errors
/// If one is given twice, or what is read could not be attributes of a member.
pub fn read(query: &str, object: &str) -> Result<BTreeMap<String, Attribute>, String> {
    let mut members = BTreeMap::new();
    for (parameter, value) in form_urlencoded::parse(query.as_bytes()) {
        let name = parameter.strip_prefix(object);
        let Some(name) = name.and_then(|rest| rest.strip_prefix('.')) else {
            continue;
        };
        if members.insert(name.to_owned(), attribute(&value)).is_some() {
            return Err(format!(
                "'{parameter}' is given twice; a list is written {parameter}=[\"a\",\"b\"]"
            ));
        }
    }
    let checked = Attributes::try_from(members.clone());
    checked.map_err(|invalid| format!("'{object}.NAME': {invalid}"))?;
    Ok(members)
}

/// Reads a value as JSON if it is a boolean, a number, a quoted text or a list of texts.
/// Anything else is a text as it stands, so that most texts need no quotes.
fn attribute(value: &str) -> Attribute {
    serde_json::from_str(value).unwrap_or_else(|_| Attribute::Text(value.to_owned()))
}

/// Describes an object in a query.
pub fn parameter(object: &str, (name, value): (&str, &str), description: &str) -> Parameter {
    let parameter = format!("{object}.{name}");
    let names = ObjectBuilder::new()
        .schema_type(Type::String)
        .pattern(Some(format!(r"^{object}\.[a-z0-9_-]{{1,64}}$")));
    let schema = ObjectBuilder::new()
        .property_names(Some(names))
        .additional_properties(Some(Attributes::value_schema()))
        .max_properties(Some(64))
        .examples([serde_json::json!({ &parameter: attribute(value) })]);
    ParameterBuilder::new()
        .name(object)
        .parameter_in(ParameterIn::Query)
        .required(Required::False)
        .style(Some(ParameterStyle::Form))
        .explode(Some(true))
        .description(Some(format!(
            "{description}: one parameter for each name, such as `{parameter}={value}`. A number, \
             `true`, `false`, a text in quotes and a list of texts are read as JSON; anything else \
             is a text."
        )))
        .schema(Some(schema))
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_have_the_type_that_they_look_like() {
        let context = read(
            "request.n=3&request.b=true&request.t=spa&request.q=%2212%22&request.l=%5B%22a%22%5D&request.z=007&x=1",
            "request",
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
            let refused = read(query, "request").unwrap_err();
            assert!(refused.contains(says), "{query}: {refused}");
        }
    }
}
