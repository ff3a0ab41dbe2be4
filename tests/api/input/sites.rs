//! The contract as data: the operations, and every place where a caller puts a value.

use serde_json::{Value, json};

/// An operation of the contract.
#[derive(Debug, Clone)]
pub struct Operation {
    pub method: String,
    pub path: String,
    /// The path, query and header parameters.
    pub parameters: Vec<Parameter>,
    /// The media types of the body, each with the schema of one form of it.
    pub bodies: Vec<(String, Value)>,
    pub is_stream: bool,
}

#[derive(Debug, Clone)]
pub struct Parameter {
    pub name: String,
    pub place: String,
    pub required: bool,
    pub schema: Value,
}

/// A place where a caller puts a value.
#[derive(Debug, Clone)]
pub struct Site {
    pub place: Place,
    /// The resolved schema, without `null`.
    pub schema: Value,
}

#[derive(Debug, Clone)]
pub enum Place {
    /// A parameter, by its position in the operation.
    Parameter(usize),
    /// The body with this position, at this path.
    Body(usize, Vec<Step>),
}

#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    Member(String),
    Item,
}

/// Returns the operations of the contract. All references in them are resolved.
pub fn operations() -> Vec<Operation> {
    let document = serde_json::to_value(renown::http::openapi()).unwrap();
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            let parameters = parameters.map(|one| Parameter {
                name: one["name"].as_str().unwrap().to_owned(),
                place: one["in"].as_str().unwrap().to_owned(),
                required: one["required"] == true,
                schema: resolved(&one["schema"], &document),
            });
            let contents = operation["requestBody"]["content"].as_object();
            let bodies = contents.into_iter().flatten().flat_map(|(kind, content)| {
                let forms = forms(&resolved(&content["schema"], &document));
                forms.into_iter().map(move |form| (kind.clone(), form))
            });
            let answer = &operation["responses"]["200"]["content"]["text/event-stream"];
            operations.push(Operation {
                method: method.to_uppercase(),
                path: path.clone(),
                parameters: parameters.collect(),
                bodies: bodies.collect(),
                is_stream: answer.is_object(),
            });
        }
    }
    operations
}

/// Replaces every reference in a schema by what it refers to.
fn resolved(schema: &Value, document: &Value) -> Value {
    match schema {
        Value::Object(members) => match members.get("$ref").and_then(Value::as_str) {
            Some(reference) => {
                let target = document.pointer(reference.trim_start_matches('#'));
                resolved(target.unwrap(), document)
            }
            None => members
                .iter()
                .map(|(name, member)| (name.clone(), resolved(member, document)))
                .collect(),
        },
        Value::Array(items) => items.iter().map(|item| resolved(item, document)).collect(),
        other => other.clone(),
    }
}

/// Returns the alternatives of a schema other than `null`; itself if there are none.
fn forms(schema: &Value) -> Vec<Value> {
    let alternatives = schema["oneOf"].as_array().or(schema["anyOf"].as_array());
    let Some(alternatives) = alternatives else {
        return vec![schema.clone()];
    };
    let of_value = alternatives.iter().filter(|one| one["type"] != "null");
    of_value.flat_map(forms).collect()
}

/// Returns whether a schema is of a type, possibly beside `null`.
pub fn is(schema: &Value, kind: &str) -> bool {
    match &schema["type"] {
        Value::Array(kinds) => kinds.iter().any(|one| one == kind),
        one => one == kind,
    }
}

impl Operation {
    /// Returns every place of the operation where a caller puts a value.
    pub fn sites(&self) -> Vec<Site> {
        let mut sites = Vec::new();
        for (index, parameter) in self.parameters.iter().enumerate() {
            for schema in forms(&parameter.schema) {
                let place = Place::Parameter(index);
                sites.push(Site { place, schema });
            }
        }
        for (index, (_, schema)) in self.bodies.iter().enumerate() {
            below(schema, &mut Vec::new(), &mut |steps, schema| {
                let place = Place::Body(index, steps.to_vec());
                sites.push(Site { place, schema });
            });
        }
        sites
    }

    /// Names a place, for the reader of a failed test.
    pub fn name(&self, place: &Place) -> String {
        let Self { method, path, .. } = self;
        match place {
            Place::Parameter(index) => {
                let parameter = &self.parameters[*index];
                format!("{method} {path} {} {}", parameter.place, parameter.name)
            }
            Place::Body(index, steps) => {
                let pointer = pointer(steps);
                format!("{method} {path} {} {pointer}", self.bodies[*index].0)
            }
        }
    }
}

fn below(schema: &Value, steps: &mut Vec<Step>, found: &mut impl FnMut(&[Step], Value)) {
    for schema in forms(schema) {
        found(steps, schema.clone());
        let members = schema["properties"].as_object().into_iter().flatten();
        let mut inner: Vec<(Step, Value)> = members
            .map(|(name, member)| (Step::Member(name.clone()), member.clone()))
            .collect();
        if schema["additionalProperties"].is_object() {
            let any = Step::Member("any".to_owned());
            inner.push((any, schema["additionalProperties"].clone()));
        }
        if schema["items"].is_object() {
            inner.push((Step::Item, schema["items"].clone()));
        }
        for (step, schema) in inner {
            steps.push(step);
            below(&schema, steps, found);
            steps.pop();
        }
    }
}

/// Returns the JSON pointer of a place in a body; lists have one item.
pub fn pointer(steps: &[Step]) -> String {
    let step = |step: &Step| match step {
        Step::Member(name) => format!("/{name}"),
        Step::Item => "/0".to_owned(),
    };
    steps.iter().map(step).collect()
}

/// Returns a value that a schema allows, with as little in it as possible.
pub fn example(schema: &Value) -> Value {
    if let Some(example) = schema["examples"].get(0) {
        return example.clone();
    }
    if !schema["example"].is_null() {
        return schema["example"].clone();
    }
    if let Some(first) = schema["enum"].get(0) {
        return first.clone();
    }
    let alternatives = forms(schema);
    if alternatives.first().is_some_and(|first| first != schema) {
        return example(&alternatives[0]);
    }
    if is(schema, "object") {
        let required = schema["required"].as_array().into_iter().flatten();
        let member = |name: &Value| {
            let name = name.as_str().unwrap();
            (name.to_owned(), example(&schema["properties"][name]))
        };
        return Value::Object(required.map(member).collect());
    }
    if is(schema, "array") {
        return json!([example(&schema["items"])]);
    }
    if is(schema, "string") {
        return match schema["format"].as_str() {
            Some("uuid") => json!("0198c0de-0000-7000-8000-000000000000"),
            _ => json!("x".repeat(schema["minLength"].as_u64().unwrap_or(1) as usize)),
        };
    }
    if is(schema, "boolean") {
        return json!(false);
    }
    schema.get("minimum").cloned().unwrap_or(json!(1))
}
