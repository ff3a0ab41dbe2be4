//! Lists and their maximum lengths: the reader and the schema must agree.

use super::spellings::agree;
use super::*;

/// Returns a list of `n` items.
fn many(n: usize, item: impl Fn(usize) -> Value) -> Value {
    (0..n).map(item).collect()
}

#[test]
fn on_rows_of_tables() {
    let table = |kind: &str| {
        let mut program = least();
        let outputs = json!([{ "name": "card", "type": kind }]);
        program["tables"][0]["outputs"] = outputs;
        program["tables"][0]["hit"] = json!("first");
        let value = match kind {
            "number" => json!(1),
            "bool" => json!(true),
            _ => json!("tin"),
        };
        program["tables"][0]["rules"] = json!([
            { "when": ["-"], "then": [value] },
        ]);
        program
    };
    let entries = json!([
        "-", ">= 5", "[30..60)", "unknown", 5, 2.5, "", "  ", [5], { "from": 5 }
    ]);
    let mut entries = entries.as_array().unwrap().clone();
    entries.extend([2_000, 2_001].map(|n| json!(format!("{:n$}", ">= 5"))));
    agree(&table("text"), "/tables/0/rules/0/when/0", entries);
    let rows = json!([["-"], [], "-", { "standing.lower": "-" }]);
    let rows = rows.as_array().unwrap().clone();
    agree(&table("text"), "/tables/0/rules/0/when", rows);
    let rows = json!([["gold"], [], "gold", [["gold"]], [{ "card": "gold" }]]);
    let rows = rows.as_array().unwrap().clone();
    agree(&table("text"), "/tables/0/rules/0/then", rows);
    for (kind, values) in [
        ("text", json!(["", "gold", ["gold"]])),
        ("number", json!([1, -2.5, [1]])),
        ("bool", json!([true, false, [true]])),
    ] {
        let values = values.as_array().unwrap().clone();
        agree(&table(kind), "/tables/0/rules/0/then/0", values);
    }
    let values = json!([
        ["gold", "tin"],
        ["gold", "gold", "tin"],
        "gold",
        [1, "tin"],
        {}
    ]);
    let values = values.as_array().unwrap().clone();
    agree(&full(), "/tables/0/outputs/0/values", values);
    // Only outputs of type text have `values`.
    let mut number = table("number");
    number["tables"][0]["outputs"][0]["values"] = json!([]);
    let values = vec![json!([]), json!(["1"])];
    agree(&number, "/tables/0/outputs/0/values", values);
    // An aggregate needs exactly one output.
    let (one, other) = (
        json!({ "name": "a", "type": "text" }),
        json!({ "name": "b", "type": "text" }),
    );
    let mut counted = full();
    object(&mut counted, "/tables/0").remove("otherwise");
    counted["tables"][0]["rules"] = json!([{ "when": ["-", "-"], "then": ["a"] }]);
    agree(
        &counted,
        "/tables/0/outputs",
        vec![json!([one.clone()]), json!([one, other]), json!([])],
    );
}

#[test]
fn on_how_many_there_may_be() {
    let level = |i: usize| json!({ "id": format!("l{i}"), "queue": "general" });
    let mut levels = least();
    levels["tiers"][0]["service_level"] = json!("l0");
    let lists = vec![many(32, level), many(33, level), json!([]), json!({})];
    agree(&levels, "/service_levels", lists);

    let tiers = |n: usize| {
        let tier = |i: usize| {
            let limit = n - i;
            let mut tier = json!({ "id": format!("t{i}"), "service_level": "standard" });
            if limit > 1 {
                tier["when"] = json!(format!("standing.lower >= {limit}"));
            }
            tier
        };
        many(n, tier)
    };
    agree(
        &least(),
        "/tiers",
        vec![tiers(1), tiers(32), tiers(33), json!([]), json!("guest")],
    );

    let perk = |i: usize| json!({ "id": format!("p{i}"), "title": "A gift", "disclosure": "So." });
    let lists = vec![json!([]), many(500, perk), many(501, perk)];
    agree(&least(), "/perks", lists);

    let one = least()["tables"][0].clone();
    let named = |i: usize| {
        let mut table = one.clone();
        table["id"] = json!(format!("t{i}"));
        table
    };
    let lists = vec![json!([]), many(20, named), many(21, named)];
    agree(&least(), "/tables", lists);

    let topic = |i: usize| json!(format!("topic-{i}"));
    agree(&full(), "/topics", vec![many(50, topic), many(51, topic)]);
    agree(
        &full(),
        "/perks/0/topics",
        vec![many(50, topic), many(51, topic)],
    );
    agree(
        &full(),
        "/tiers/0/amenities",
        vec![many(50, topic), many(51, topic)],
    );
}
