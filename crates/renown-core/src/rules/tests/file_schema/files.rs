//! Whole files: valid ones, and mistakes that an editor underlines while they
//! are made.

use super::*;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

#[test]
fn the_programs_that_we_ship_are_right_and_tell_editors_their_schema() {
    let validator = validator();
    let directory = std::path::Path::new(ROOT).join("config/programs");
    let mut files = 0;
    for entry in std::fs::read_dir(&directory).unwrap() {
        let path = entry.unwrap().path();
        let source = std::fs::read_to_string(&path).unwrap();
        let found = faults(&validator, &document(&source));
        assert_eq!(found, [""; 0], "{}", path.display());
        let first = source.lines().next().unwrap();
        let named = first
            .strip_prefix("# yaml-language-server: $schema=")
            .unwrap_or_else(|| panic!("{}: {first}", path.display()));
        let schema = std::fs::read_to_string(directory.join(named)).unwrap();
        assert_eq!(schema, PROGRAM_SCHEMA, "{}", path.display());
        files += 1;
    }
    assert!(files >= 8, "{files} programs");
}

#[test]
fn the_example_of_the_documentation_is_right() {
    let text = std::fs::read_to_string(format!("{ROOT}/docs/tables.md")).unwrap();
    let (_, rest) = text.split_once("```yaml\n").unwrap();
    let (example, _) = rest.split_once("```").unwrap();
    assert!(example.starts_with("tables:\n"), "{example}");
    let program = document(&format!(
        "program: example\n\
         service_levels: [{{ id: standard, queue: general }}]\n\
         tiers:\n\
         \x20 - {{ id: insider, when: standing.lower >= 45, service_level: standard }}\n\
         \x20 - {{ id: guest, service_level: standard }}\n\
         {example}"
    ));
    assert_eq!(faults(&validator(), &program), [""; 0]);
    assert_eq!(mistakes(&program), [""; 0]);
}

/// Mistakes, each with the place that an editor underlines.
#[test]
fn a_mistake_is_underlined_where_it_is() {
    const KLUB: &str = include_str!("../klub.yaml");
    let validator = validator();
    assert_eq!(faults(&validator, &document(KLUB)), [""; 0]);
    let long = format!("title: {}", "x".repeat(201));
    let cases: &[(&str, &str, &str)] = &[
        ("program: palms-klub", "programme: palms-klub", ""),
        ("program: palms-klub", "program: Palms Klub", "/program"),
        ("program: palms-klub", "program: 7", "/program"),
        ("title: Klub at the Palms", &long, "/title"),
        ("topics: [las-vegas, ", "topics: ['!', ", "/topics/0"),
        ("America/Los_Angeles", "America/Los_Angles", "/timezone"),
        ("influence: 0.6", "influence: -0.6", "/standing/influence"),
        (
            "  - id: concierge\n    queue",
            "  - queue",
            "/service_levels/0",
        ),
        ("queue: vip", "kueue: vip", "/service_levels/0"),
        (
            "priority: 0 ",
            "priority: urgent ",
            "/service_levels/0/priority",
        ),
        (
            "first_reply: 15m",
            "first_reply: 15 minutes",
            "/service_levels/0/first_reply",
        ),
        (
            "first_reply: 15m",
            "first_reply: 15",
            "/service_levels/0/first_reply",
        ),
        ("keep: 90d", "keep: 0d", "/tiers/0/keep"),
        ("kind: guaranteed", "kind: raffle", "/perks/0/kind"),
        ("stock: 200", "stock: lots", "/perks/0/stock"),
        ("stock: 200", "stock: 0", "/perks/0/stock"),
        ("value: 120 USD", "value: $120", "/perks/0/value"),
        ("from: 2026-11-01", "from: 1.11.2026", "/perks/0/from"),
        (
            "relevance: preferred",
            "relevance: true",
            "/perks/0/relevance",
        ),
        (
            "    disclosure: You received",
            "    reason: You received",
            "/perks/0",
        ),
    ];
    for (right, wrong, place) in cases {
        assert!(KLUB.contains(right), "{right}");
        let program = document(&KLUB.replacen(right, wrong, 1));
        let found = faults(&validator, &program);
        assert!(!found.is_empty(), "{wrong}");
        for fault in &found {
            assert!(fault.starts_with(&format!("{place}: ")), "{wrong}: {fault}");
        }
        assert_ne!(mistakes(&program), [""; 0], "{wrong}");
    }
}

/// Calls `see` with the name and schema of every field.
fn fields(schema: &Value, see: &mut impl FnMut(&str, &Value)) {
    match schema {
        Value::Object(map) => {
            for (key, value) in map {
                if let ("properties", Value::Object(properties)) = (key.as_str(), value) {
                    for (name, property) in properties {
                        see(name, property);
                    }
                }
                // A conditional schema does not describe the field itself.
                if key != "if" && key != "then" {
                    fields(value, see);
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| fields(item, see)),
        _ => {}
    }
}

#[test]
fn every_field_has_a_title_and_a_description_and_right_examples() {
    let schema = schema();
    let definitions = &schema["$defs"];
    let mut seen = 0;
    fields(&schema, &mut |name, field| {
        if *field == Value::Bool(false) || field.get("const").is_some() {
            return;
        }
        for said in ["title", "description"] {
            assert!(field[said].is_string(), "{name} has no {said}: {field}");
        }
        let own = json!({ "$defs": definitions, "allOf": [field] });
        let own = jsonschema::draft202012::new(&own).unwrap();
        let examples = field["examples"].as_array().into_iter().flatten();
        for value in examples.chain(field.get("default")) {
            assert_eq!(faults(&own, value), [""; 0], "{name}: {value}");
        }
        seen += 1;
    });
    let known: usize = MAPPINGS.iter().map(|(_, _, fields)| fields.len()).sum();
    // Two indices have a field of their own.
    assert_eq!(seen, known + 2);
}

/// The examples of conditions are valid in a program that has the tiers and
/// tables that they name.
#[test]
fn the_examples_of_conditions_can_be_written() {
    let schema = schema();
    let mut program = least();
    program["tiers"] = json!([
        { "id": "insider", "when": "standing.lower >= 45", "keep": "30d", "service_level": "standard" },
        { "id": "regular", "when": "standing.lower >= 5", "keep": "30d", "service_level": "standard" },
        { "id": "guest", "service_level": "standard" },
    ]);
    program["tables"][0]["id"] = json!("cash-back");
    program["tables"][0]["outputs"] = json!([{ "name": "multiplier", "type": "number" }]);
    program["tables"][0]["rules"] = json!([{ "when": ["-"], "then": [2] }]);
    let mut tried = 0;
    for (examples, place) in [
        ("/$defs/tier/properties/when/examples", "/tiers/0"),
        ("/$defs/tier/properties/stay/examples", "/tiers/0"),
        ("/$defs/perk/properties/when/examples", "/perks/0"),
    ] {
        for condition in schema.pointer(examples).unwrap().as_array().unwrap() {
            let mut program = program.clone();
            object(&mut program, place).insert("when".into(), condition.clone());
            let found = Program::load(&program.to_string(), None);
            assert!(found.is_ok(), "{condition}: {found:?}");
            tried += 1;
        }
    }
    assert!(tried >= 9, "{tried} conditions");
}

/// Without a field, the reader uses the default that the schema states, and no
/// other of its words.
#[test]
fn what_is_not_written_is_what_the_schema_says() {
    let schema = schema();
    let read =
        |program: &Value| Program::load(&program.to_string(), None).map(|p| format!("{p:?}"));
    let mut plain = least();
    plain["business_hours"] = json!({ "mon": "09:00-17:00" });
    let (mut same, mut different) = (0, 0);
    for (place, definition, fields) in MAPPINGS {
        for field in *fields {
            let said = &schema.pointer(definition).unwrap()["properties"][field];
            let Some(usual) = said.get("default") else {
                continue;
            };
            let with = |value: &Value| {
                let mut program = plain.clone();
                object(&mut program, place).insert((*field).into(), value.clone());
                read(&program)
            };
            assert_eq!(read(&plain), with(usual), "{place}/{field}");
            same += 1;
            let words = said["enum"].as_array().into_iter().flatten();
            for other in words.filter(|word| *word != usual) {
                // Some words need other fields that this program lacks.
                if let Ok(other) = with(other) {
                    assert_ne!(read(&plain), Ok(other), "{place}/{field}");
                    different += 1;
                }
            }
        }
    }
    assert!(same == 10 && different >= 11, "{same} and {different}");
}
