//! The published schema of program files agrees with the reader: the same
//! fields, the same required fields, the same spellings.

mod files;
mod lists;
mod spellings;

use std::collections::BTreeSet;

use jsonschema::Validator;
use serde_json::{Map, Value, json};

use super::*;
use crate::rules::business_hours::{DAYS, MAX_SHIFTS};
use crate::rules::holidays::{HOLIDAY_FIELDS, MAX_HOLIDAYS};
use crate::rules::source::*;
use crate::rules::table::source as table;
use crate::rules::yaml::{self, Node};

/// Every kind of mapping: its place in a program, the place of its schema, and
/// the fields that the reader knows.
const MAPPINGS: &[(&str, &str, &[&str])] = &[
    ("", "", PROGRAM_FIELDS),
    ("/business_hours", "/$defs/business_hours", DAYS),
    ("/holidays/0", "/$defs/holiday", HOLIDAY_FIELDS),
    ("/service_levels/0", "/$defs/service_level", LEVEL_FIELDS),
    ("/tables/0", "/$defs/table", table::TABLE_FIELDS),
    (
        "/tables/0/inputs/0",
        "/$defs/labelled_input",
        table::INPUT_FIELDS,
    ),
    (
        "/tables/0/outputs/0",
        "/$defs/table_output",
        table::OUTPUT_FIELDS,
    ),
    ("/tables/0/rules/0", "/$defs/table_rule", table::RULE_FIELDS),
    ("/tiers/0", "/$defs/tier", TIER_FIELDS),
    ("/perks/0", "/$defs/perk", PERK_FIELDS),
    (
        "/perks/0/experiment",
        "/$defs/experiment",
        EXPERIMENT_FIELDS,
    ),
    ("/perks/0/exclusive", "/$defs/exclusive", EXCLUSIVE_FIELDS),
    ("/limits", "/$defs/limits", LIMIT_FIELDS),
];

fn schema() -> Value {
    serde_json::from_str(PROGRAM_SCHEMA).unwrap()
}

/// Whether the published schema of audience files accepts a file.
pub(super) fn valid_audience(source: &str) -> bool {
    let schema = serde_json::from_str(AUDIENCE_SCHEMA).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    validator.is_valid(&document(source))
}

fn validator() -> Validator {
    jsonschema::draft202012::new(&schema()).unwrap()
}

/// Returns a file as an editor reads it, which is also how the service reads
/// it.
fn document(source: &str) -> Value {
    fn value(node: &Node) -> Value {
        match &node.value {
            yaml::Value::Null => Value::Null,
            yaml::Value::Bool(value) => json!(value),
            yaml::Value::Int(number) => json!(number),
            yaml::Value::Float(number) => json!(number),
            yaml::Value::Text(text) => json!(text),
            yaml::Value::List(items) => items.iter().map(value).collect(),
            yaml::Value::Map(entries) => {
                let entry = |(key, node): &(yaml::Key, Node)| (key.name.clone(), value(node));
                Value::Object(entries.iter().map(entry).collect())
            }
        }
    }
    value(&yaml::parse(source).unwrap())
}

/// Returns the mistakes that keep a program from being published.
fn mistakes(program: &Value) -> Vec<String> {
    let found = Program::compile(&program.to_string(), &Setting::at(now()));
    let found = found.map_or_else(|found| found, |_| Vec::new());
    let errors = found.iter().filter(|f| f.severity == Severity::Error);
    errors
        .map(|f| format!("{}: {}", f.path, f.message))
        .collect()
}

/// Returns the violations of the schema.
fn faults(validator: &Validator, program: &Value) -> Vec<String> {
    let errors = validator.iter_errors(program);
    errors
        .map(|error| format!("{}: {}", error.instance_path(), error.masked()))
        .collect()
}

#[track_caller]
fn object<'v>(value: &'v mut Value, place: &str) -> &'v mut Map<String, Value> {
    let found = value.pointer_mut(place).expect(place);
    found.as_object_mut().expect(place)
}

/// Returns the names in a list of the schema.
fn names<'v>(values: impl IntoIterator<Item = &'v Value>) -> BTreeSet<&'v str> {
    let text = |value: &'v Value| value.as_str().expect("a text");
    values.into_iter().map(text).collect()
}

/// Returns a program with every field.
fn full() -> Value {
    json!({
        "program": "klub",
        "title": "The Klub",
        "topics": ["las-vegas"],
        "timezone": "America/Los_Angeles",
        "standing": { "influence": 0.6, "value": "0.4", "klout": 1 },
        "business_hours": {
            "sun": "10:00-14:00", "mon": "9:00-17:00", "tue": "09:00 - 17:00", "wed": "08:00-12:00, 22:00-06:00",
            "thu": ["09:00-12:00", "13:00-17:00"], "fri": "00:00-24:00",
            "sat": "10:00-14:00",
        },
        "holidays": [{ "date": "2026-12-25", "name": "Christmas" }, "12-26"],
        "service_levels": [
            {
                "id": "concierge", "title": "Concierge", "when": "request.severity == \"critical\"",
                "queue": "vip", "priority": 0, "first_reply": "15m",
                "next_reply": "1h30m", "resolution": "4h", "close": "2w", "hours": "business",
            },
            { "id": "standard", "queue": "general" },
        ],
        "tables": [{
            "id": "cards", "title": "Cards", "hit": "collect", "aggregate": "count",
            "inputs": [{ "name": "Standing", "value": "standing.lower" }, "member.country == \"US\""],
            "outputs": [{ "name": "card", "type": "text", "values": ["gold", "tin"] }],
            "rules": [
                { "when": [">= 50", true], "then": ["gold"], "note": "locals with a name" },
                { "when": [5, "-"], "then": ["tin"] },
            ],
            "otherwise": ["tin"],
        }],
        "amenities": { "late-checkout": "Late check-out" },
        "tiers": [
            {
                "id": "insider", "title": "Insider", "by": "rules", "when": "standing.lower >= 45",
                "stay": "standing.lower >= 42", "keep": "90d", "notice": "14d",
                "amenities": ["late-checkout"], "service_level": "concierge",
            },
            { "id": "guest", "service_level": "standard" },
        ],
        "perks": [{
            "id": "tickets", "title": "Two tickets", "by": "rules", "when": "tier == \"insider\"",
            "topics": ["nightlife"], "relevance": "required", "kind": "draw", "stock": 200,
            "per_member": 1, "per_day": 20, "hold": "48h", "redeem": "30d", "value": "120 USD",
            "budget": "5000 USD", "from": "2026-11-01", "until": "2030-12-31T18:00:00Z",
            "codes": "generated", "draws": "2030-12-01", "disclosure": "Because of what you post.",
            "exclusive": { "group": "welcome", "pick": "value" },
            "experiment": { "hold_back": "10%", "salt": "spring-2026" },
        }],
        "limits": { "per_member": 3, "per_day": 100, "budget": "20000 USD" },
        "experiment": { "hold_back": "2.5%" },
    })
}

/// Returns a program with one of each item, and only the required fields.
fn least() -> Value {
    json!({
        "program": "klub",
        "holidays": [{ "date": "12-25" }],
        "service_levels": [{ "id": "standard", "queue": "general" }],
        "tables": [{
            "id": "cards",
            "inputs": [{ "value": "standing.lower" }],
            "outputs": [{ "name": "card", "type": "text" }],
            "rules": [{ "when": ["-"], "then": ["tin"] }],
        }],
        "tiers": [{ "id": "guest", "service_level": "standard" }],
        "perks": [{
            "id": "gift", "title": "A gift", "disclosure": "Because.",
            "exclusive": { "group": "welcome" },
            "experiment": { "hold_back": "10%" },
        }],
    })
}

#[test]
fn the_schema_is_one_and_names_its_draft() {
    let schema = schema();
    assert_eq!(
        schema["$schema"],
        "https://json-schema.org/draft/2020-12/schema"
    );
    assert_eq!(schema["$id"], "urn:renown:schema:program");
    jsonschema::meta::validate(&schema).unwrap();
}

#[test]
fn the_fields_of_the_schema_are_those_that_the_reader_knows() {
    let schema = schema();
    let full = full();
    for (place, definition, fields) in MAPPINGS {
        let mapping = schema.pointer(definition).expect(definition);
        let described: BTreeSet<&str> = mapping["properties"]
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        let known: BTreeSet<&str> = fields.iter().copied().collect();
        assert_eq!(described, known, "{definition}");
        assert_eq!(mapping["additionalProperties"], false, "{definition}");
        // The program from `full` has all of these fields.
        let written = full.pointer(place).unwrap().as_object().unwrap();
        let written: BTreeSet<&str> = written.keys().map(String::as_str).collect();
        assert_eq!(written, known, "{place}");
    }
}

#[test]
fn every_mapping_of_the_schema_is_compared() {
    let schema = schema();
    let definitions = schema["$defs"].as_object().unwrap();
    let closed = |(name, definition): (&String, &Value)| {
        let closed = definition.get("additionalProperties").is_some();
        closed.then(|| format!("/$defs/{name}"))
    };
    let closed: BTreeSet<String> = definitions.iter().filter_map(closed).collect();
    let compared = MAPPINGS.iter().map(|(_, definition, _)| *definition);
    let compared: BTreeSet<String> = compared
        .filter(|definition| !definition.is_empty())
        .map(ToOwned::to_owned)
        .collect();
    assert_eq!(closed, compared);
}

#[test]
fn a_program_with_everything_in_it_is_right() {
    assert_eq!(mistakes(&full()), [""; 0]);
    assert_eq!(faults(&validator(), &full()), [""; 0]);
}

#[test]
fn what_the_schema_requires_is_what_the_reader_demands() {
    let (schema, validator) = (schema(), validator());
    // The reader demands nothing more: this program has only the required
    // fields.
    assert_eq!(mistakes(&least()), [""; 0]);
    assert_eq!(faults(&validator, &least()), [""; 0]);
    for (place, definition, fields) in MAPPINGS {
        let required = &schema.pointer(definition).unwrap()["required"];
        let required = names(required.as_array().into_iter().flatten());
        for field in *fields {
            let mut program = least();
            let Some(mapping) = program.pointer_mut(place).and_then(Value::as_object_mut) else {
                assert_eq!(required, BTreeSet::new(), "{definition}");
                continue;
            };
            if mapping.remove(*field).is_none() {
                assert!(!required.contains(field), "{definition}.{field}");
                continue;
            }
            let demanded = required.contains(field);
            let told = (mistakes(&program), faults(&validator, &program));
            assert_eq!(
                (!told.0.is_empty(), !told.1.is_empty()),
                (demanded, demanded),
                "{definition}.{field}: {told:?}"
            );
        }
    }
}

#[test]
fn the_words_of_the_schema_are_those_that_the_reader_knows() {
    fn words<T>(known: &[(&'static str, T)]) -> BTreeSet<&'static str> {
        known.iter().map(|(word, _)| *word).collect()
    }
    let schema = schema();
    for (field, known) in [
        ("/$defs/service_level/properties/hours", words(CLOCKS)),
        ("/$defs/tier/properties/by", words(GIVERS)),
        ("/$defs/perk/properties/by", words(GIVERS)),
        ("/$defs/perk/properties/relevance", words(DEMANDS)),
        ("/$defs/perk/properties/kind", words(KINDS)),
        ("/$defs/perk/properties/codes", words(CODES)),
        ("/$defs/exclusive/properties/pick", words(PICKS)),
        ("/$defs/table/properties/hit", words(table::POLICIES)),
        (
            "/$defs/table/properties/aggregate",
            words(table::AGGREGATES),
        ),
        ("/$defs/table_output/properties/type", words(table::KINDS)),
        (
            "/$defs/timezone",
            chrono_tz::TZ_VARIANTS
                .iter()
                .map(|zone| zone.name())
                .collect(),
        ),
    ] {
        let listed = &schema.pointer(field).expect(field)["enum"];
        assert_eq!(names(listed.as_array().expect(field)), known, "{field}");
    }
}

#[test]
fn the_limits_of_the_schema_are_those_of_the_reader() {
    let schema = schema();
    for (list, most) in [
        ("/properties/tiers/maxItems", MAX_TIERS),
        ("/properties/perks/maxItems", MAX_PERKS),
        ("/properties/service_levels/maxItems", MAX_LEVELS),
        ("/properties/tables/maxItems", table::MAX_TABLES),
        ("/properties/holidays/maxItems", MAX_HOLIDAYS),
        ("/$defs/hours/anyOf/1/maxItems", MAX_SHIFTS),
        ("/properties/standing/maxProperties", MAX_WEIGHTS),
        ("/properties/amenities/maxProperties", MAX_TITLED),
        ("/$defs/topics/maxItems", MAX_TOPICS),
        ("/$defs/tier/properties/amenities/maxItems", MAX_AMENITIES),
        ("/$defs/table/properties/inputs/maxItems", table::MAX_INPUTS),
        (
            "/$defs/table/properties/outputs/maxItems",
            table::MAX_OUTPUTS,
        ),
        ("/$defs/table/properties/rules/maxItems", table::MAX_RULES),
        (
            "/$defs/table/properties/otherwise/maxItems",
            table::MAX_OUTPUTS,
        ),
        (
            "/$defs/table_output/properties/values/maxItems",
            table::MAX_VALUES,
        ),
        (
            "/$defs/table_rule/properties/when/maxItems",
            table::MAX_INPUTS,
        ),
        (
            "/$defs/table_rule/properties/then/maxItems",
            table::MAX_OUTPUTS,
        ),
    ] {
        assert_eq!(schema.pointer(list), Some(&json!(most)), "{list}");
    }
}
