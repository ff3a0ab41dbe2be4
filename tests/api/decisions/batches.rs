//! Many decisions and lookups in one request: the same answers as one by one.

use renown_core::domain::Scope;
use std::collections::BTreeMap;

use reqwest::Method;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::harness::{Answer, App, PALMS, orders, stardom};

const LOOKUPS: &str = "/v1/programs/palms-klub/lookups";

async fn hotel() -> App {
    let app = App::start().await;
    app.publish_palms().await;
    let grace = json!({"identities": ["shop:K7", "email:grace@example.com", "crm:g/1"]});
    app.put("/v1/members/loyalty:K7", grace).await.expect(201);
    app.enrol("twitter:kevin").await;
    app.enrol("twitter:zoe").await;
    app.put("/v1/members/twitter:kate", json!({"scoring": "opted_out"}))
        .await
        .expect(201);
    app.rivals("las-vegas").await;
    app.events(&stardom("kevin", "las-vegas")).await;
    app.events(&orders("K7", 60)).await;
    app.settle().await;
    app.rank().await;
    app
}

async fn recorded(app: &App) -> i64 {
    sqlx::query_scalar("select count(*) from decisions")
        .fetch_one(&app.pool)
        .await
        .unwrap()
}

/// Removes what only a single decision has.
fn remove_efforts(decision: &mut Value) {
    decision["inputs"]
        .as_object_mut()
        .unwrap()
        .remove("efforts");
    for reason in decision["outcome"]["not_matched"].as_array_mut().unwrap() {
        if let Some(what_if) = reason["counterfactual"].as_object_mut() {
            what_if.remove("effort");
        }
    }
}

async fn decide(app: &App, decisions: Value) -> Answer {
    app.post("/v1/decisions", json!({"decisions": decisions}))
        .await
}

#[tokio::test]
async fn a_batch_is_decided_as_one_by_one_and_recorded() {
    let app = hotel().await;
    let asked: Vec<Value> = [
        "twitter:kevin",
        "loyalty:K7",
        "email:GRACE@example.com",
        "twitter:never-seen",
        "twitter:kate",
        "twitter:zoe",
        "twitter:kevin",
    ]
    .iter()
    .map(|who| json!({"program": "palms-klub", "member": who, "request": {"party_size": 4}}))
    .collect();
    let data = decide(&app, json!(asked)).await.expect(200)["data"].clone();
    assert_eq!(data.as_array().unwrap().len(), asked.len());
    assert_eq!(recorded(&app).await, asked.len() as i64);
    for (item, asked) in data.as_array().unwrap().iter().zip(&asked) {
        let mut decision = item["decision"].clone();
        let path = format!("/v1/decisions/{}", decision["id"].as_str().unwrap());
        assert_eq!(app.get(&path).await.expect(200), decision);
        let replayed = app.get(&format!("{path}/replay")).await.expect(200);
        assert_eq!(replayed["same"], true);
        let mut alone = asked.clone();
        alone["dry"] = json!(true);
        decision["id"] = Value::Null;
        let mut alone = app.post("/v1/decisions", alone).await.expect(200);
        remove_efforts(&mut alone);
        assert_eq!(decision, alone, "{asked}");
    }
    let members: Vec<&Value> = (0..7).map(|n| &data[n]["decision"]["member"]).collect();
    assert_eq!(members[1], members[2]);
    assert_eq!(members[0], members[6]);
    assert_eq!((members[3], members[4]), (&Value::Null, &Value::Null));
    assert_ne!(data[0]["decision"]["id"], data[6]["decision"]["id"]);
}

#[tokio::test]
async fn what_is_wrong_is_wrong_alone() {
    let app = hotel().await;
    let good = json!({"program": "palms-klub", "member": "twitter:kevin"});
    let dry = json!({"program": "palms-klub", "member": "twitter:kevin", "dry": true});
    let long: BTreeMap<String, bool> = (0..65).map(|n| (format!("n{n}"), true)).collect();
    let cases = [
        (
            json!({"program": "no-such", "member": "twitter:kevin"}),
            404,
            "/program",
        ),
        (
            json!({"program": "Not A Slug", "member": "twitter:kevin"}),
            400,
            "/program",
        ),
        (
            json!({"program": "palms-klub", "member": "nonsense"}),
            400,
            "/member",
        ),
        (
            json!({"program": "palms-klub", "member": 7}),
            400,
            "/member",
        ),
        (json!({"program": "palms-klub"}), 400, ""),
        (
            json!({"program": "palms-klub", "member": "twitter:kevin", "now": 1}),
            400,
            "/now",
        ),
        (
            json!({"program": "palms-klub", "member": "twitter:kevin", "request": {"a": {}}}),
            400,
            "/request/a",
        ),
        (
            json!({"program": "palms-klub", "member": "twitter:kevin", "request": long}),
            400,
            "/request",
        ),
        (json!(["palms-klub", "twitter:kevin", {}, false]), 400, ""),
        (Value::Null, 400, ""),
    ];
    let mut asked = vec![good.clone()];
    asked.extend(cases.iter().map(|(case, ..)| case.clone()));
    asked.extend([dry, good]);
    let data = decide(&app, json!(asked)).await.expect(200)["data"].clone();
    for (place, (case, status, within)) in cases.iter().enumerate() {
        let place = place + 1;
        let problem = &data[place]["problem"];
        assert_eq!(problem["status"], *status, "{case}: {problem}");
        assert_eq!(
            problem["pointer"],
            format!("/decisions/{place}{within}"),
            "{case}"
        );
        assert_eq!(data[place]["decision"], Value::Null);
    }
    for place in [0, asked.len() - 1] {
        assert_eq!(
            data[place]["decision"]["outcome"]["tier"]["tier"],
            "insider"
        );
        assert!(data[place]["decision"]["id"].is_string());
    }
    let dry = &data[asked.len() - 2]["decision"];
    assert_eq!(
        (&dry["id"], &dry["outcome"]["tier"]["tier"]),
        (&Value::Null, &json!("insider"))
    );
    assert_eq!(recorded(&app).await, 2);
}

#[tokio::test]
async fn a_batch_has_bounds() {
    let app = App::start().await;
    app.publish_palms().await;
    let dry = json!({"program": "palms-klub", "member": "twitter:kevin", "dry": true});
    let full = decide(&app, json!(vec![dry.clone(); 1000]))
        .await
        .expect(200);
    assert_eq!(full["data"].as_array().unwrap().len(), 1000);
    assert_eq!(
        full["data"][999]["decision"]["outcome"]["tier"]["tier"],
        "guest"
    );
    for decisions in [
        json!([]),
        json!(vec![dry.clone(); 1001]),
        json!({}),
        json!("x"),
    ] {
        let refused = decide(&app, decisions).await;
        assert_eq!(refused.problem(400), "invalid-request");
        assert_eq!(refused.json()["pointer"], "/decisions");
    }
    let both = json!({"decisions": [dry], "program": "palms-klub"});
    let both = app.post("/v1/decisions", both).await;
    assert_eq!(both.problem(400), "invalid-request");
}

#[tokio::test]
async fn a_key_of_one_program_decides_by_no_other() {
    let app = hotel().await;
    let other = PALMS.replace("program: palms-klub", "program: other");
    app.service
        .programs
        .publish(None, &other, None)
        .await
        .unwrap();
    let (_, key) = app.new_key(&[Scope::Lookup], Some("palms-klub")).await;
    let bearer = format!("Bearer {key}");
    let headers = [
        ("authorization", &*bearer),
        ("content-type", "application/json"),
    ];
    let body = json!({"decisions": [
        {"program": "other", "member": "twitter:kevin"},
        {"program": "palms-klub", "member": "twitter:kevin"},
        {"program": "no-such", "member": "twitter:kevin"},
    ]});
    let answer = app
        .send(Method::POST, "/v1/decisions", &headers, body.to_string())
        .await
        .expect(200);
    for (place, pointer) in [(0, "/decisions/0/program"), (2, "/decisions/2/program")] {
        let problem = &answer["data"][place]["problem"];
        assert_eq!(problem["type"], "urn:renown:problem:forbidden");
        assert_eq!(problem["pointer"], pointer);
    }
    assert_eq!(answer["data"][1]["decision"]["program"], "palms-klub");
    assert_eq!(recorded(&app).await, 1);
    let answer = app
        .send(
            Method::POST,
            "/v1/programs/other/lookups",
            &headers,
            r#"{"members": ["twitter:kevin"]}"#,
        )
        .await;
    assert_eq!(answer.problem(403), "forbidden");
}

/// An item with its parts as the bytes that came.
#[derive(Debug, Deserialize)]
struct Item<'a> {
    identity: String,
    #[serde(borrow)]
    tier: Option<&'a RawValue>,
    #[serde(borrow)]
    service_level: Option<&'a RawValue>,
    #[serde(borrow)]
    offers: Option<&'a RawValue>,
    problem: Option<Value>,
}

#[derive(Debug, Deserialize)]
struct Items<'a> {
    #[serde(borrow)]
    data: Vec<Item<'a>>,
}

#[tokio::test]
async fn each_of_many_gets_the_bytes_of_the_single_lookup() {
    let app = hotel().await;
    let profile = app.get("/v1/members/loyalty:K7").await.expect(200);
    let asked = [
        "twitter:kevin",
        "loyalty:K7",
        profile["id"].as_str().unwrap(),
        "email:GRACE@example.com",
        "crm:g/1",
        "twitter:@Kevin",
        "twitter:never-seen",
        "loyalty:0",
        "01890a5d-ac96-774b-bcce-b302099a8057",
        "twitter:kate",
        "twitter:zoe",
        "shop:K7",
        "twitter:kevin",
    ];
    let body = json!({"members": asked, "include": ["tier", "service_level", "offers"]});
    let answer = app.post(LOOKUPS, body).await;
    assert_eq!(answer.headers["content-type"], "application/json");
    answer.expect(200);
    let items: Items<'_> = serde_json::from_slice(&answer.bytes).unwrap();
    assert_eq!(items.data.len(), asked.len());
    for (item, who) in items.data.iter().zip(asked) {
        assert_eq!(item.identity, who);
        assert!(item.problem.is_none());
        let parts = [
            ("tier", item.tier),
            ("service-level", item.service_level),
            ("offers", item.offers),
        ];
        for (name, part) in parts {
            let who = who.replace('/', "%2F");
            let path = format!("/v1/programs/palms-klub/members/{who}/{name}");
            let single = app.get(&path).await;
            single.expect(200);
            assert_eq!(part.unwrap().get().as_bytes(), single.bytes, "{path}");
        }
    }
}

#[tokio::test]
async fn what_is_not_asked_for_is_not_answered() {
    let app = hotel().await;
    let members = json!(["twitter:kevin", "nonsense", "", "twitter:never-seen"]);
    let usual = app
        .post(LOOKUPS, json!({"members": members}))
        .await
        .expect(200);
    let first = usual["data"][0].as_object().unwrap();
    let names: Vec<&String> = first.keys().collect();
    assert_eq!(names, ["identity", "service_level", "tier"]);
    assert_eq!(first["tier"]["tier"], "insider");
    for place in [1, 2] {
        let wrong = &usual["data"][place];
        assert_eq!(wrong["problem"]["status"], 400);
        assert_eq!(wrong["problem"]["pointer"], format!("/members/{place}"));
        assert_eq!(wrong["identity"], members[place]);
        assert_eq!(wrong["tier"], Value::Null);
    }
    assert_eq!(usual["data"][3]["tier"]["tier"], "guest");
    let offers = json!({"members": ["twitter:kevin"], "include": ["offers", "offers"]});
    let offers = app.post(LOOKUPS, offers).await.expect(200);
    assert_eq!(offers["data"][0]["tier"], Value::Null);
    assert_eq!(
        offers["data"][0]["offers"]["offers"][0]["perk"],
        "show-tickets"
    );
}

#[tokio::test]
async fn more_people_than_a_page_are_answered_in_their_order() {
    let app = hotel().await;
    let who = |n: usize| match n % 500 {
        0 => "twitter:kevin".to_owned(),
        1 => "nonsense".to_owned(),
        _ => format!("loyalty:L{n}"),
    };
    for (count, include) in [
        (10_000, "tier"),
        (1_000, "tier"),
        (401, "offers"),
        (1, "tier"),
    ] {
        let members: Vec<String> = (0..count).map(who).collect();
        let body = json!({"members": members, "include": [include]});
        let answer = app.post(LOOKUPS, body).await.expect(200);
        let data = answer["data"].as_array().unwrap();
        assert_eq!(data.len(), count);
        for (n, item) in data.iter().enumerate() {
            assert_eq!(item["identity"], members[n]);
            match n % 500 {
                0 => assert_eq!(item[include]["tier"], "insider"),
                1 => assert_eq!(item["problem"]["pointer"], format!("/members/{n}")),
                _ => assert_eq!(item[include]["tier"], "guest"),
            }
        }
    }
}

#[tokio::test]
async fn requests_for_many_lookups_are_checked() {
    let app = App::start().await;
    app.publish_palms().await;
    let one = json!(["twitter:kevin"]);
    for (body, pointer) in [
        (json!({"members": []}), "/members"),
        (
            json!({"members": vec!["twitter:kevin"; 10_001]}),
            "/members",
        ),
        (json!({"members": ["twitter:kevin", 7]}), "/members/1"),
        (json!({"members": one, "include": []}), "/include"),
        (
            json!({"members": one, "include": ["tier", "score"]}),
            "/include/1",
        ),
        (
            json!({"members": one, "as_of": "2026-01-01T00:00:00Z"}),
            "/as_of",
        ),
        (json!({}), ""),
    ] {
        let refused = app.post(LOOKUPS, body).await;
        assert_eq!(refused.problem(400), "invalid-request");
        assert_eq!(refused.json()["pointer"], pointer);
    }
    let path = "/v1/programs/no-such/lookups";
    let missing = app.post(path, json!({"members": one})).await;
    assert_eq!(missing.problem(404), "not-found");
}
