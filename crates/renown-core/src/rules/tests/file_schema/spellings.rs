//! Every field in many spellings: the reader and the schema must agree on each.

use super::*;
use crate::rules::reader::shorten;

/// Writes each value at a place of a program. The reader and the schema must
/// agree on each value, and both valid and invalid values must occur.
#[track_caller]
pub(super) fn agree(program: &Value, place: &str, values: Vec<Value>) {
    let validator = validator();
    let mut verdicts = BTreeSet::new();
    for value in values {
        let mut program = program.clone();
        *program.pointer_mut(place).expect(place) = value.clone();
        let told = (mistakes(&program), faults(&validator, &program));
        let value = shorten(&value.to_string());
        assert_eq!(
            told.0.is_empty(),
            told.1.is_empty(),
            "{place}: {value}: {told:?}"
        );
        verdicts.insert(told.0.is_empty());
    }
    assert_eq!(
        verdicts.len(),
        2,
        "{place}: some are right and some are not"
    );
}

fn long(n: usize) -> Value {
    json!("x".repeat(n))
}

#[test]
fn on_ids() {
    let ids = || {
        let words = ["a", "9", "a-b_c", "A", "-a", "_a", "a b", "a.b", "ä", ""];
        let mut ids: Vec<Value> = words.into_iter().map(Value::from).collect();
        ids.extend([long(64), long(65), json!(5), json!(true), json!(["a"])]);
        ids
    };
    for place in [
        "/program",
        "/tables/0/id",
        "/tiers/0/amenities/0",
        "/perks/0/id",
        "/perks/0/exclusive/group",
    ] {
        agree(&full(), place, ids());
    }
    // Other fields refer to these ids, or these fields refer to ids.
    let mut one_level = full();
    one_level["tiers"][1]["service_level"] = json!("concierge");
    agree(&one_level, "/service_levels/1/id", ids());
    let mut plain_perk = full();
    object(&mut plain_perk, "/perks/0").remove("when");
    agree(&plain_perk, "/tiers/0/id", ids());
    let level = "/tiers/0/service_level";
    let levels = vec![json!("standard"), json!("Standard"), json!(""), json!(1)];
    agree(&full(), level, levels);
    let names = ["n", "n_1", "1n", "N", "a-b", "_a", ""].map(Value::from);
    let mut names = names.to_vec();
    names.extend([long(64), long(65), json!(1)]);
    agree(&full(), "/tables/0/outputs/0/name", names);
}

#[test]
fn on_texts_for_people() {
    for (place, most) in [
        ("/title", 200),
        ("/service_levels/0/title", 200),
        ("/service_levels/0/queue", 100),
        ("/holidays/0/name", 100),
        ("/tables/0/title", 200),
        ("/tables/0/inputs/0/name", 100),
        ("/tables/0/rules/0/note", 500),
        ("/amenities/late-checkout", 200),
        ("/tiers/0/title", 200),
        ("/perks/0/title", 200),
        ("/perks/0/disclosure", 500),
    ] {
        let mut texts = vec![long(1), long(most), long(most + 1)];
        // The length counts characters, not bytes.
        texts.extend([json!("é".repeat(most)), json!("é".repeat(most + 1))]);
        texts.extend([json!(""), json!("  "), json!(5), json!(false), json!(["x"])]);
        agree(&full(), place, texts);
    }
}

#[test]
fn on_numbers() {
    let priorities = json!([0, 1, 1000, -1, 1001, 1.5, "1", true]);
    let counts = json!([1, 7, 1_000_000_000, 1_000_000_001, 0, -1, 0.5, "1"]);
    for (place, numbers) in [
        ("/service_levels/0/priority", &priorities),
        ("/perks/0/stock", &counts),
        ("/perks/0/per_member", &counts),
        ("/perks/0/per_day", &counts),
        ("/limits/per_member", &counts),
        ("/limits/per_day", &counts),
    ] {
        agree(&full(), place, numbers.as_array().unwrap().clone());
    }
}

#[test]
fn on_lengths_of_time() {
    let lengths = json!([
        "15m",
        "4h",
        "3d",
        "2w",
        "90s",
        "1h30m",
        "30m1h",
        "0h1m",
        "01m",
        "36525d",
        "0d",
        "00d0h",
        "",
        "5",
        "h",
        "1x",
        "-1d",
        "1.5h",
        "1H",
        "1h 30m",
        "1 h",
        "3é",
        15,
        1.5,
        true,
        ["1h"]
    ]);
    for place in [
        "/service_levels/0/first_reply",
        "/service_levels/0/next_reply",
        "/service_levels/0/resolution",
        "/service_levels/0/close",
        "/tiers/0/keep",
        "/tiers/0/notice",
        "/perks/0/hold",
        "/perks/0/redeem",
    ] {
        agree(&full(), place, lengths.as_array().unwrap().clone());
    }
}

#[test]
fn on_money_dates_and_hours() {
    let money = json!([
        "120 USD",
        "49.50 EUR",
        "0 USD",
        "0.000001 USD",
        "120.50 usd",
        "1000000000000 USD",
        "120",
        "USD",
        "120USD",
        "-1 USD",
        "1 DOLLAR",
        "1 US",
        "1,5 USD",
        "0.0000001 USD",
        "$5",
        "10000000000000 USD",
        "",
        120,
        1.5
    ]);
    let budgets = json!([
        "120 USD",
        "120.50 usd",
        "1000000000000 USD",
        "120",
        "120USD",
        "-1 USD",
        "120.0000001 USD",
        "",
        120
    ]);
    let dates = json!([
        "2026-11-01",
        "2026-12-31",
        "2026-11-01T18:00:00Z",
        "2026-11-01T18:00:00.25+01:00",
        "2026-11-01t18:00:00z",
        "2026-13-01",
        "2026-00-01",
        "2026-11-32",
        "2026-11-00",
        "01.11.2026",
        "2026-11-01T18:00",
        "2026-11-01T18:00:00",
        "2026-11-01T24:00:00Z",
        "2026-11-01T18:60:00Z",
        "tomorrow",
        "",
        20_261_101,
        ["2026-11-01"]
    ]);
    let hours = json!([
        "09:00-17:30",
        "9:00-17:30",
        "0:00 - 24:00",
        "23:58-23:59",
        "9-17",
        "09:60-10:00",
        "09:00-25:00",
        "09:00-24:01",
        "24:00-24:00",
        "09:00",
        "09:00-17:00-18:00",
        "closed",
        "",
        9,
        ["09:00-17:00"],
        ["09:00-12:30", "13:30-18:00"],
        [],
        [9],
        ["09:00-12:30, 13:30-18:00"],
        "09:00-12:30, 13:30-18:00",
        "09:00-12:30,13:30-18:00",
        "09:00-12:30,",
        "20:00-02:00",
        "0:00-1:00,2:00-3:00,4:00-5:00,6:00-7:00,8:00-9:00,11:00-12:00",
        "0:00-1:00,2:00-3:00,4:00-5:00,6:00-7:00,8:00-9:00,11:00-12:00,13:00-14:00"
    ]);
    let holidays = json!([
        "2026-12-25",
        "12-25",
        "02-29",
        "13-25",
        "12-32",
        "2026-12",
        "25.12.2026",
        "Christmas",
        "",
        12,
        ["12-25"],
        { "date": "12-25" },
        { "date": "2026-12-25", "name": "Christmas" },
        { "name": "Christmas" },
        { "date": "12-25", "title": "Christmas" },
        { "date": 12 }
    ]);
    for (place, values) in [
        ("/perks/0/value", &money),
        ("/perks/0/budget", &budgets),
        ("/limits/budget", &budgets),
        ("/perks/0/from", &dates),
        ("/perks/0/until", &dates),
        ("/perks/0/draws", &dates),
        ("/business_hours/sun", &hours),
        ("/business_hours/sat", &hours),
        ("/holidays/0", &holidays),
    ] {
        let mut program = full();
        match place {
            // A budget must have the currency of the value.
            "/perks/0/value" => {
                object(&mut program, "/perks/0").remove("budget");
                object(&mut program, "/limits").remove("budget");
                object(&mut program, "/perks/0").remove("exclusive");
            }
            // No schema can say which of two dates is the later one.
            "/perks/0/until" => {
                object(&mut program, "/perks/0").remove("from");
                object(&mut program, "/perks/0").remove("draws");
            }
            "/perks/0/draws" => {
                object(&mut program, "/perks/0").remove("from");
                object(&mut program, "/perks/0").remove("until");
            }
            "/perks/0/from" => program["perks"][0]["until"] = json!("2030-12-31"),
            _ => {}
        }
        agree(&program, place, values.as_array().unwrap().clone());
    }
    let zones = json!([
        "UTC",
        "Europe/Berlin",
        "Etc/GMT+1",
        "europe/berlin",
        "Berlin",
        "CET+1",
        "",
        1
    ]);
    agree(&full(), "/timezone", zones.as_array().unwrap().clone());
    let whole = json!([{ "mon": "09:00-17:00" }, {}, { "monday": "09:00-17:00" }, "9-5", []]);
    let mut always = full();
    always["service_levels"][0]["hours"] = json!("always");
    agree(
        &always,
        "/business_hours",
        whole.as_array().unwrap().clone(),
    );
}

#[test]
fn on_topics_and_weights() {
    let topics = json!([
        "las-vegas",
        "Las Vegas",
        "#LasVegas",
        "c++",
        "node.js",
        "東京",
        "!?",
        "-",
        "#",
        "",
        5,
        true
    ]);
    let mut topics = topics.as_array().unwrap().clone();
    topics.extend([long(100), long(101)]);
    agree(&full(), "/topics/0", topics.clone());
    agree(&full(), "/perks/0/topics/0", topics);

    let slot = |i| (format!("index-{i}"), json!(1));
    let crowd = |n: usize| Value::Object((0..n).map(slot).collect());
    let mut standings = vec![crowd(20), crowd(21), json!([]), json!("influence")];
    standings.extend(
        json!([
            { "influence": 1 }, { "value": 0.25, "klout": 3 }, { "influence": "0.5" },
            { "influence": 0, "value": "1" }, { "influence": 1_000_000 }, {},
            { "influence": 1_000_001 }, { "influence": -1 }, { "influence": "much" },
            { "influence": "-1" }, { "influence": true }, { "influence": [1] },
            { "standing": 1 }, { "Klout": 1 }, { "klout score": 1 }
        ])
        .as_array()
        .unwrap()
        .clone(),
    );
    agree(&full(), "/standing", standings);
}

#[test]
fn on_experiments() {
    let shares = json!([
        "1%",
        "2.5%",
        "10%",
        "33.33%",
        "50%",
        "50.00%",
        "0%",
        "0.99%",
        "50.01%",
        "51%",
        "100%",
        "10",
        "10 %",
        "1.%",
        ".5%",
        "1.234%",
        "-5%",
        "05%",
        "1,5%",
        "",
        10,
        0.1,
        true,
        ["10%"]
    ]);
    let salts = || {
        let mut salts = vec![long(1), long(64), long(65), json!("é".repeat(64))];
        salts.extend([json!("spring 2026!"), json!(""), json!("  "), json!(5)]);
        salts
    };
    for place in ["/experiment", "/perks/0/experiment"] {
        let mut program = full();
        program["experiment"]["salt"] = json!("all");
        let shares = shares.as_array().unwrap().clone();
        agree(&program, &format!("{place}/hold_back"), shares);
        agree(&program, &format!("{place}/salt"), salts());
        let whole = json!([
            { "hold_back": "10%" }, {}, { "salt": "spring" }, { "hold_back": "10%", "share": 1 },
            "10%", ["10%"], 10
        ]);
        agree(&program, place, whole.as_array().unwrap().clone());
    }
}

#[test]
fn on_words() {
    for (place, words) in [
        (
            "/service_levels/0/hours",
            json!(["always", "business", "Always", "", true]),
        ),
        (
            "/perks/0/relevance",
            json!(["preferred", "required", "prefered", 1]),
        ),
        (
            "/perks/0/codes",
            json!(["none", "generated", "imported", "own", "", true]),
        ),
        ("/perks/0/kind", json!(["draw", "raffle", "guaranteed", ""])),
        (
            "/perks/0/exclusive/pick",
            json!(["choice", "order", "value", "best", "", true]),
        ),
        (
            "/perks/0/exclusive",
            json!(["welcome", "Welcome", "", 5, {}, { "group": "welcome" }, { "pick": "order" }, ["welcome"]]),
        ),
        // An item that only people grant has no condition, and this one has
        // one.
        ("/tiers/0/by", json!(["rules", "grants", "people"])),
        ("/perks/0/by", json!(["rules", "grants", "people"])),
        (
            "/tables/0/aggregate",
            json!(["count", "average", "Count", 1]),
        ),
        (
            "/tables/0/hit",
            json!(["collect", "unique", "rule-order", "all"]),
        ),
        (
            "/tables/0/outputs/0/type",
            json!(["text", "number", "bool", "string"]),
        ),
    ] {
        agree(&full(), place, words.as_array().unwrap().clone());
    }
    // Only a draw may have a date.
    let mut without_date = full();
    object(&mut without_date, "/perks/0").remove("draws");
    let kinds = || json!(["guaranteed", "draw", "invitation", "raffle", ""]);
    let kinds = || kinds().as_array().unwrap().clone();
    agree(&without_date, "/perks/0/kind", kinds());
    // A draw or an invitation must state its stock.
    object(&mut without_date, "/perks/0").remove("stock");
    agree(&without_date, "/perks/0/kind", kinds());

    let mut without_conditions = full();
    object(&mut without_conditions, "/tiers/0").remove("when");
    let givers = || vec![json!("rules"), json!("grants"), json!("nobody")];
    object(&mut without_conditions, "/perks/0").remove("when");
    without_conditions["tiers"][0]["by"] = json!("grants");
    // A perk that only people grant has no experiment either.
    agree(&without_conditions, "/perks/0/by", givers());
    object(&mut without_conditions, "/perks/0").remove("experiment");
    agree(&without_conditions, "/perks/0/by", givers());

    let mut listed = full();
    object(&mut listed, "/tables/0").remove("aggregate");
    object(&mut listed, "/tables/0").remove("rules");
    listed["tables"][0]["rules"] = json!([{ "when": ["-", "-"], "then": ["gold"] }]);
    let policies = table::POLICIES.iter().map(|(word, _)| json!(word));
    let policies = policies.chain([json!("all"), json!("")]).collect();
    agree(&listed, "/tables/0/hit", policies);
}

#[test]
fn on_titles_of_amenities() {
    let many = |n: usize| {
        let titles = (0..n).map(|i| (format!("a{i}"), json!("A title")));
        Value::Object(titles.collect())
    };
    let mut titles = vec![many(0), many(1_600), many(1_601), json!([]), json!("wifi")];
    let spelt = ["wifi", "late_checkout-2", "Wifi", "late checkout", ""];
    titles.extend(spelt.map(|amenity| json!({ amenity: "A title" })));
    titles.push(json!({ "wifi": ["A title"] }));
    agree(&full(), "/amenities", titles);
}

#[test]
fn on_conditions() {
    let padded = |n: usize| json!(format!("{:n$}", "standing.lower >= 45"));
    let conditions = || {
        let mut conditions = vec![padded(2_000), padded(2_001)];
        conditions.extend([
            json!("true"),
            json!("standing.lower > 1 &&\n influence.unknown"),
        ]);
        conditions.extend([
            json!(""),
            json!("  "),
            json!(true),
            json!(5),
            json!(["true"]),
        ]);
        conditions
    };
    for place in [
        "/service_levels/0/when",
        "/tiers/0/when",
        "/tiers/0/stay",
        "/perks/0/when",
    ] {
        agree(&full(), place, conditions());
    }
    let inputs = json!([
        "standing.lower", { "value": "tier" }, { "name": "Level", "value": "value.lower" }, "", 5,
        true, ["tier"], { "name": "Level" }, { "value": "tier", "label": "Level" }, { "value": 5 }
    ]);
    let mut open = full();
    open["tables"][0]["rules"] = json!([{ "when": ["-", "-"], "then": ["gold"] }]);
    agree(
        &open,
        "/tables/0/inputs/0",
        inputs.as_array().unwrap().clone(),
    );
}

/// The cases in which the schema is stricter than the reader, as the schema
/// itself states.
#[test]
fn what_is_left_empty_or_has_white_space_around_it_is_told_by_the_schema_alone() {
    let validator = validator();
    for (place, value) in [
        ("/title", Value::Null),
        ("/perks/0/per_day", Value::Null),
        ("/tiers/0/amenities", Value::Null),
        ("/perks/0/hold", json!(" 48h ")),
        ("/perks/0/value", json!(" 120 USD")),
    ] {
        let mut program = full();
        *program.pointer_mut(place).unwrap() = value;
        assert_eq!(mistakes(&program), [""; 0], "{place}");
        assert!(!validator.is_valid(&program), "{place}");
    }
}
