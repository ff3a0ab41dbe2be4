//! What would break a caller: a comparison of two contracts. A caller sends what the earlier
//! contract allows, so the later one must allow it too; and reads what the earlier one promises,
//! so the later one must promise no less.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// Which way a value goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    /// From the caller: what was taken is taken.
    Request,
    /// To the caller: nothing else comes than what was promised.
    Answer,
}

/// Two contracts, and what was found.
struct Comparison<'d> {
    before: &'d Value,
    after: &'d Value,
    /// Pairs of schemas that are being compared: a schema may contain itself.
    open: BTreeSet<(String, String, Way)>,
    /// A sentence for each break.
    found: Vec<String>,
}

/// Returns a sentence for each change that breaks a caller.
pub fn breaks(before: &Value, after: &Value) -> Vec<String> {
    let mut comparison = Comparison {
        before,
        after,
        open: BTreeSet::new(),
        found: Vec::new(),
    };
    for (path, item) in members(&before["paths"]) {
        for (method, operation) in members(item) {
            let place = format!("{} {path}", method.to_uppercase());
            match after["paths"][path].get(method) {
                None => comparison.found.push(format!("{place} is gone")),
                Some(now) => comparison.operation(&place, operation, now),
            }
        }
    }
    for (name, item) in members(&before["webhooks"]) {
        let body = |item: &Value| item["post"]["requestBody"]["content"].clone();
        match after["webhooks"].get(name) {
            None => comparison.found.push(format!("the webhook {name} is gone")),
            Some(now) => {
                let place = format!("webhook {name}");
                comparison.contents(&place, &body(item), &body(now), Way::Answer);
            }
        }
    }
    comparison.found
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn texts(value: &Value) -> BTreeSet<&str> {
    let items = value.as_array().into_iter().flatten();
    items.filter_map(Value::as_str).collect()
}

impl Comparison<'_> {
    fn operation(&mut self, place: &str, before: &Value, now: &Value) {
        if before["operationId"] != now["operationId"] {
            self.found.push(format!("{place} has another operationId"));
        }
        let is_open = |operation: &Value| {
            operation["security"].as_array().is_some_and(|needs| {
                needs
                    .iter()
                    .all(|need| need.as_object().is_some_and(Map::is_empty))
            })
        };
        if is_open(before) && !is_open(now) {
            self.found.push(format!("{place} needs a caller"));
        }
        self.parameters(place, before, now);
        let (body, body_now) = (&before["requestBody"], &now["requestBody"]);
        if body["required"] != true && body_now["required"] == true {
            self.found.push(format!("{place} needs a body"));
        }
        self.contents(place, &body["content"], &body_now["content"], Way::Request);
        for (status, answer) in members(&before["responses"]) {
            if !status.starts_with('2') {
                continue;
            }
            let place = format!("{place} {status}");
            match now["responses"].get(status) {
                None => self.found.push(format!("{place} is gone")),
                Some(now) => {
                    self.contents(&place, &answer["content"], &now["content"], Way::Answer);
                }
            }
        }
    }

    fn parameters(&mut self, place: &str, before: &Value, now: &Value) {
        let all = |operation: &Value| -> Vec<Value> {
            operation["parameters"]
                .as_array()
                .cloned()
                .unwrap_or_default()
        };
        let (before, now) = (all(before), all(now));
        let is_same = |a: &Value, b: &Value| a["name"] == b["name"] && a["in"] == b["in"];
        for parameter in &before {
            let place = format!("{place}, parameter {}", parameter["name"]);
            let Some(now) = now.iter().find(|other| is_same(parameter, other)) else {
                self.found.push(format!("{place}, is gone"));
                continue;
            };
            if parameter["required"] != true && now["required"] == true {
                self.found.push(format!("{place}, is required"));
            }
            self.schema(&place, &parameter["schema"], &now["schema"], Way::Request);
        }
        for parameter in &now {
            let is_new = !before.iter().any(|other| is_same(parameter, other));
            if is_new && parameter["required"] == true {
                self.found.push(format!(
                    "{place} needs the new parameter {}",
                    parameter["name"]
                ));
            }
        }
    }

    /// Compares bodies by their media types.
    fn contents(&mut self, place: &str, before: &Value, now: &Value, way: Way) {
        for (kind, content) in members(before) {
            match now.get(kind) {
                None => self.found.push(format!("{place}: {kind} is gone")),
                Some(now) => self.schema(place, &content["schema"], &now["schema"], way),
            }
        }
    }

    /// Compares two schemas, each with what it refers to.
    fn schema(&mut self, place: &str, before: &Value, now: &Value, way: Way) {
        let pair = (before.to_string(), now.to_string(), way);
        if !self.open.insert(pair.clone()) {
            return;
        }
        self.forms(place, before, now, way);
        self.open.remove(&pair);
    }

    fn forms(&mut self, place: &str, before: &Value, now: &Value, way: Way) {
        let (ours, theirs) = (variants(before, self.before), variants(now, self.after));
        if let ([before], [now]) = (ours.as_slice(), theirs.as_slice()) {
            self.variant(place, before, now, way);
            return;
        }
        // What the caller sends must fit one of the new forms, what the caller reads one of the
        // old ones.
        let (needed, allowed) = match way {
            Way::Request => (&ours, &theirs),
            Way::Answer => (&theirs, &ours),
        };
        for one in needed {
            let fits = allowed.iter().any(|other| {
                let kept = std::mem::take(&mut self.found);
                let (before, now) = match way {
                    Way::Request => (one, other),
                    Way::Answer => (other, one),
                };
                self.variant(place, before, now, way);
                std::mem::replace(&mut self.found, kept).is_empty()
            });
            if !fits {
                self.found.push(match way {
                    Way::Request => format!("{place} does not take any more: {}", short(one)),
                    Way::Answer => format!("{place} may also be: {}", short(one)),
                });
            }
        }
    }

    /// Compares two schemas that are no choice between others.
    fn variant(&mut self, place: &str, before: &Value, now: &Value, way: Way) {
        self.values(place, before, now, way);
        if way == Way::Request {
            let tighter = limits(place, before, now);
            self.found.extend(tighter);
        }
        let (needed, needed_now) = (texts(&before["required"]), texts(&now["required"]));
        let (stronger, weaker) = match way {
            Way::Request => (&needed_now, &needed),
            Way::Answer => (&needed, &needed_now),
        };
        for name in stronger.difference(weaker) {
            let what = match way {
                Way::Request => "is required",
                Way::Answer => "may be absent",
            };
            self.found.push(format!("{place}/{name} {what}"));
        }
        for (name, property) in members(&before["properties"]) {
            let place = format!("{place}/{name}");
            match now["properties"].get(name) {
                None => self.found.push(format!("{place} is gone")),
                Some(now) => self.schema(&place, property, now, way),
            }
        }
        for part in ["items", "additionalProperties"] {
            if before[part].is_object() && now[part].is_object() {
                let place = format!("{place}/*");
                self.schema(&place, &before[part], &now[part], way);
            }
        }
        if way == Way::Request
            && before["additionalProperties"] != false
            && now["additionalProperties"] == false
        {
            self.found
                .push(format!("{place} takes no other members any more"));
        }
    }

    /// Compares types, formats and fixed values.
    fn values(&mut self, place: &str, before: &Value, now: &Value, way: Way) {
        let (kinds, kinds_now) = (kinds(before), kinds(now));
        let (wide, narrow) = match way {
            Way::Request => (&kinds_now, &kinds),
            Way::Answer => (&kinds, &kinds_now),
        };
        let fits =
            |kind: &&str| wide.contains(kind) || *kind == "integer" && wide.contains("number");
        if !wide.is_empty() && (narrow.is_empty() || !narrow.iter().all(fits)) {
            self.found
                .push(format!("{place} was {kinds:?} and is {kinds_now:?}"));
        }
        if before["format"] != now["format"] {
            self.found.push(format!("{place} has another format"));
        }
        let listed = |schema: &Value| -> Option<Vec<Value>> {
            let constant = schema.get("const").map(|value| vec![value.clone()]);
            constant.or_else(|| schema["enum"].as_array().cloned())
        };
        let (wide, narrow) = match way {
            Way::Request => (listed(now), listed(before)),
            Way::Answer => (listed(before), listed(now)),
        };
        let Some(wide) = wide else {
            return;
        };
        match narrow {
            None => self.found.push(match way {
                Way::Request => format!("{place} takes only some values"),
                Way::Answer => format!("{place} may be any value"),
            }),
            Some(narrow) => {
                for value in narrow.iter().filter(|value| !wide.contains(value)) {
                    self.found.push(match way {
                        Way::Request => format!("{place} does not take {value} any more"),
                        Way::Answer => format!("{place} may also be {value}"),
                    });
                }
            }
        }
    }
}

/// Compares what limits the values that a caller sends.
fn limits(place: &str, before: &Value, now: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for (name, is_upper) in [
        ("maxLength", true),
        ("maxItems", true),
        ("maxProperties", true),
        ("maximum", true),
        ("minLength", false),
        ("minItems", false),
        ("minimum", false),
    ] {
        let Some(limit) = now[name].as_f64() else {
            continue;
        };
        let is_tighter = before[name].as_f64().is_none_or(|earlier| match is_upper {
            true => limit < earlier,
            false => limit > earlier,
        });
        if is_tighter {
            found.push(format!("{place}: {name} is {limit}"));
        }
    }
    if now["pattern"].is_string() && now["pattern"] != before["pattern"] {
        found.push(format!("{place} has another pattern"));
    }
    found
}

/// Returns the forms that a schema allows, without references.
fn variants(schema: &Value, document: &Value) -> Vec<Value> {
    let mut schema = schema;
    while let Some(reference) = schema["$ref"].as_str() {
        schema = document
            .pointer(reference.trim_start_matches('#'))
            .unwrap_or(&Value::Null);
    }
    let choices = schema["oneOf"].as_array().or(schema["anyOf"].as_array());
    match choices {
        Some(choices) => choices
            .iter()
            .flat_map(|one| variants(one, document))
            .collect(),
        None => vec![joined(schema, document)],
    }
}

/// Returns a schema with the parts that it consists of.
fn joined(schema: &Value, document: &Value) -> Value {
    let Some(parts) = schema["allOf"].as_array() else {
        return schema.clone();
    };
    let mut whole = Map::new();
    let own = schema.as_object().cloned().unwrap_or_default();
    let all = parts.iter().flat_map(|part| variants(part, document));
    for part in all.chain([Value::Object(own)]) {
        for (name, member) in members(&part).filter(|(name, _)| *name != "allOf") {
            match (whole.get_mut(name), member) {
                (Some(Value::Object(known)), Value::Object(more)) => known.extend(more.clone()),
                (Some(Value::Array(known)), Value::Array(more)) => known.extend(more.clone()),
                _ => drop(whole.insert(name.clone(), member.clone())),
            }
        }
    }
    Value::Object(whole)
}

fn kinds(schema: &Value) -> BTreeSet<&str> {
    match &schema["type"] {
        Value::String(kind) => BTreeSet::from([kind.as_str()]),
        kinds => texts(kinds),
    }
}

fn short(schema: &Value) -> String {
    let text = schema.to_string();
    text.chars().take(80).collect()
}
