//! Draws: entries, the commitment, the draw, and the winners.

use chrono::Duration;
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use super::open;
use crate::claims::draw_checks::{is_right, verify};
use crate::harness::{Answer, App};
use crate::webhooks::payloads;

const SWEEPSTAKE: &str = include_str!("../../../config/programs/sweepstake.yaml");
const ENTRIES: &str = "/v1/programs/sweepstake/perks/festival-pass/entries";
pub const DRAW: &str = "/v1/programs/sweepstake/perks/festival-pass/draw";

/// A draw without conditions.
pub fn lottery(units: u32, more: &str) -> String {
    format!(
        "program: sweepstake\ntitle: Sweepstake\nstanding: {{ influence: 1 }}\n\
         service_levels:\n  - {{ id: standard, queue: general }}\n\
         tiers:\n  - {{ id: guest, service_level: standard }}\nperks:\n\
         \x20 - {{ id: festival-pass, title: A pass, disclosure: You entered., kind: draw, \
         stock: {units}{more} }}\n"
    )
}

pub async fn enter(app: &App, member: usize) -> Answer {
    let body = json!({"member": format!("twitter:m{member}"), "nonce": format!("n-{member}")});
    app.post(ENTRIES, body).await
}

pub async fn drawn(app: &App) -> Value {
    app.post(DRAW, json!({})).await.expect(200);
    app.service.claims.serve_waiting().await.unwrap();
    app.get(DRAW).await.expect(200)
}

/// Counts the entries with this outcome.
fn count(document: &Value, outcome: &str) -> usize {
    let entries = document["entries"].as_array().unwrap();
    entries.iter().filter(|e| e["outcome"] == outcome).count()
}

/// Returns the outcomes in the order of the draw.
pub fn outcomes(document: &Value) -> Vec<&str> {
    let mut entries: Vec<&Value> = document["entries"].as_array().unwrap().iter().collect();
    entries.sort_by_key(|entry| entry["place"].as_i64());
    let outcomes = entries.iter().map(|entry| entry["outcome"].as_str());
    outcomes.map(Option::unwrap).collect()
}

#[tokio::test]
async fn the_shipped_draw_goes_from_entry_to_redemption() {
    let app = open(SWEEPSTAKE, 30).await;
    app.enrol("twitter:stranger").await;
    let posts = (0..30).map(|n| {
        json!({
            "id": format!("p{n}"), "source": "test", "type": "post", "network": "twitter",
            "time": "2026-11-22T11:00:00Z", "actor": format!("m{n}"),
            "object": format!("post/{n}"), "topics": ["music"],
        })
    });
    app.events(&posts.collect::<Vec<_>>()).await;
    app.settle().await;
    let open = app.get(DRAW).await.expect(200);
    let commitment = open["commitment"].as_str().unwrap();
    assert_eq!(commitment.len(), 64);
    assert_eq!(
        (&open["seed"], &open["entries"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(
        (&open["units"], &open["entry_count"]),
        (&json!(25), &json!(0))
    );
    let first = enter(&app, 0).await;
    let entry = first.expect(201);
    let location = first.headers["location"].to_str().unwrap();
    assert_eq!(app.get(location).await.expect(200), entry);
    assert_eq!(
        enter(&app, 0).await.expect(200),
        entry,
        "nobody enters twice"
    );
    let refused = app
        .post(ENTRIES, json!({"member": "twitter:stranger"}))
        .await;
    assert_eq!(refused.problem(409), "claim-refused");
    assert_eq!(refused.json()["refusal"], "condition");
    for member in 1..30 {
        enter(&app, member).await.expect(201);
    }
    let document = drawn(&app).await;
    assert_eq!(
        (count(&document, "held"), count(&document, "waiting")),
        (25, 5)
    );
    let id = entry["id"].as_str().unwrap();
    is_right(&document, &["--commitment", commitment, "--entry", id]);
    // No member is named.
    let text = document.to_string();
    let member = entry["member"].as_str().unwrap();
    assert!(text.contains(id) && !text.contains(member), "{text}");
    // The first in the order accepts, the second declines, and the next moves up.
    let claim_at = async |place: usize| {
        let entries = document["entries"].as_array().unwrap();
        let entry = entries.iter().find(|e| e["place"] == place).unwrap();
        let path = format!("/v1/entries/{}", entry["id"].as_str().unwrap());
        app.get(&path).await.expect(200)["claim"].clone()
    };
    let step = async |claim: &Value, step: &str| {
        let path = format!("/v1/claims/{}/{step}", claim.as_str().unwrap());
        app.post(&path, json!({})).await.expect(200)
    };
    let winner = claim_at(1).await;
    assert_eq!(step(&winner, "confirm").await["origin"], "draw");
    step(&winner, "redeem").await;
    step(&claim_at(2).await, "release").await;
    assert_eq!(app.service.claims.serve_waiting().await.unwrap(), 1);
    let later = app.get(DRAW).await.expect(200);
    let outcomes = outcomes(&later);
    assert_eq!(outcomes[..2], ["redeemed", "released"]);
    assert_eq!((outcomes[25], outcomes[26]), ("held", "waiting"));
    is_right(&later, &["--commitment", commitment]);
}

#[tokio::test]
async fn a_draw_is_held_once_and_what_is_secret_is_told_with_it() {
    let app = open(&lottery(1, ""), 3).await;
    let nobody = app.post(DRAW, json!({})).await;
    assert_eq!(nobody.problem(409), "conflict");
    for member in 0..3 {
        enter(&app, member).await.expect(201);
    }
    let held = app.post_once(DRAW, "d", json!({})).await;
    assert_eq!(held.expect(200)["entry_count"], 3);
    assert_eq!(
        app.post_once(DRAW, "d", json!({})).await.expect(200),
        held.json()
    );
    assert_eq!(app.post(DRAW, json!({})).await.problem(409), "conflict");
    let late = app.post(ENTRIES, json!({"member": "twitter:m1"})).await;
    assert_eq!(late.problem(409), "claim-refused");
    assert_eq!(late.json()["refusal"], "draw_is_over");
    let document = app.get(DRAW).await.expect(200);
    let (kind, body): (String, Value) =
        sqlx::query_as("select type, body from outbox where program_id = 'sweepstake' and type <> 'program.published'")
            .fetch_one(&app.pool)
            .await
            .unwrap();
    assert_eq!(kind, "perk.drawn");
    for field in ["seed", "commitment", "digest", "units"] {
        assert_eq!(body[field], document[field], "{field}");
    }
    assert_eq!(body["entries"], 3);
    app.service.claims.serve_waiting().await.unwrap();
    let told = payloads::kinds(&app.pool).await;
    let last = ["claim.held", "perk.exhausted"];
    assert_eq!(told[2..], last, "{told:?}");
}

#[tokio::test]
async fn a_draw_with_a_day_holds_itself() {
    let app = open(&lottery(2, ", draws: 2026-11-25"), 4).await;
    for member in 0..3 {
        enter(&app, member).await.expect(201);
    }
    let early = app.post(DRAW, json!({})).await;
    assert_eq!(early.problem(409), "conflict");
    assert_eq!(app.service.claims.hold_due_draws().await.unwrap(), 0);
    let open = app.get(DRAW).await.expect(200);
    assert_eq!(open["draws_at"], "2026-11-25T00:00:00Z");
    app.service.clock.advance(Duration::hours(60));
    // It is too late, although the draw has not been run yet.
    let late = enter(&app, 3).await;
    assert_eq!(late.json()["refusal"], "draw_is_over");
    assert_eq!(app.service.claims.hold_due_draws().await.unwrap(), 1);
    assert_eq!(app.service.claims.hold_due_draws().await.unwrap(), 0);
    app.service.claims.serve_waiting().await.unwrap();
    let document = app.get(DRAW).await.expect(200);
    assert_eq!(outcomes(&document), ["held", "held", "waiting"]);
    is_right(
        &document,
        &["--commitment", open["commitment"].as_str().unwrap()],
    );
    // The first two do not answer.
    app.service.clock.advance(Duration::hours(48));
    app.service.claims.expire_due().await.unwrap();
    app.service.claims.serve_waiting().await.unwrap();
    let document = app.get(DRAW).await.expect(200);
    assert_eq!(outcomes(&document), ["expired", "expired", "held"]);
    is_right(&document, &[]);
}

#[tokio::test]
async fn who_is_not_to_have_it_any_more_is_passed_over_and_that_is_published() {
    let app = open(&lottery(1, ""), 3).await;
    for member in 0..3 {
        enter(&app, member).await.expect(201);
    }
    let stricter = lottery(1, ", when: influence.lower >= 20");
    app.service
        .programs
        .publish(None, &stricter, None)
        .await
        .unwrap();
    let document = drawn(&app).await;
    assert_eq!(outcomes(&document), ["condition"; 3]);
    let output = verify(&document, &[]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(
        said.contains("3 passed over, for which the reason given is 'condition'"),
        "{said}"
    );
}

#[tokio::test]
async fn an_entry_can_be_withdrawn_before_the_draw() {
    let app = open(&lottery(1, ""), 2).await;
    let entry = enter(&app, 0).await.expect(201);
    let path = format!("/v1/entries/{}", entry["id"].as_str().unwrap());
    let withdraw = async |path: &str| app.send(Method::DELETE, path, &[], "").await;
    let withdrawn = withdraw(&path).await.expect(200);
    assert!(withdrawn["withdrawn_at"].is_string());
    assert_eq!(withdraw(&path).await.expect(200), withdrawn);
    // A member that enters again has another entry.
    let again = enter(&app, 0).await.expect(201);
    assert_ne!(again["id"], entry["id"]);
    let again = format!("/v1/entries/{}", again["id"].as_str().unwrap());
    withdraw(&again).await.expect(200);
    let other = enter(&app, 1).await.expect(201);
    let document = drawn(&app).await;
    assert_eq!(document["entries"].as_array().unwrap().len(), 1);
    assert_eq!(document["entries"][0]["id"], other["id"]);
    let other = format!("/v1/entries/{}", other["id"].as_str().unwrap());
    assert_eq!(withdraw(&other).await.problem(409), "conflict");
    assert_eq!(withdraw(&path).await.expect(200), withdrawn);
    assert_eq!(app.get(&other).await.expect(200)["outcome"], "claimed");
}

#[tokio::test]
async fn what_is_wrong_with_an_entry_is_said() {
    let app = open(&lottery(1, ""), 1).await;
    for nonce in ["", "a b", "ä", &"x".repeat(65)] {
        let answer = app
            .post(ENTRIES, json!({"member": "twitter:m0", "nonce": nonce}))
            .await;
        assert_eq!(answer.problem(400), "invalid-request");
        assert_eq!(answer.json()["pointer"], "/nonce", "{nonce}");
    }
    let answer = app.post(ENTRIES, json!({"member": "nonsense"})).await;
    assert_eq!(answer.problem(400), "invalid-request");
    assert_eq!(answer.json()["pointer"], "/member");
    let refused = app.post(ENTRIES, json!({"member": "twitter:nobody"})).await;
    assert_eq!(refused.json()["refusal"], "not_enrolled");
    let elsewhere = app.get("/v1/programs/sweepstake/perks/mug/draw").await;
    assert_eq!(elsewhere.problem(404), "not-found");
    // The perk cannot be claimed directly.
    let claim = json!({"program": "sweepstake", "perk": "festival-pass", "member": "twitter:m0"});
    let refused = app.post_once("/v1/claims", "c", claim).await;
    assert_eq!(refused.json()["refusal"], "by_draw");
    let given = lottery(1, "").replace("kind: draw", "kind: guaranteed");
    app.service
        .programs
        .publish(None, &given, None)
        .await
        .unwrap();
    for (path, body) in [
        (ENTRIES, json!({"member": "twitter:m0"})),
        (DRAW, json!({})),
    ] {
        let refused = app.post(path, body).await;
        assert_eq!(refused.json()["refusal"], "not_by_draw", "{path}");
    }
    assert_eq!(app.get(DRAW).await.problem(404), "not-found");
}

#[tokio::test]
async fn another_programs_key_does_not_reach_a_draw() {
    let app = open(&lottery(1, ""), 1).await;
    let entry = enter(&app, 0).await.expect(201);
    let other = app.key_for("other", &["claims:write", "lookup"]).await;
    let bearer = format!("Bearer {other}");
    let headers = [("authorization", bearer.as_str())];
    let path = format!("/v1/entries/{}", entry["id"].as_str().unwrap());
    for method in [Method::GET, Method::DELETE] {
        let answer = app.send(method, &path, &headers, "").await;
        assert_eq!(answer.problem(404), "not-found");
    }
    let answer = app.send(Method::GET, DRAW, &headers, "").await;
    assert_eq!(answer.problem(403), "forbidden");
    // A key for claims may not run a draw.
    let own = app.key_for("sweepstake", &["claims:write"]).await;
    let bearer = format!("Bearer {own}");
    let headers = [("authorization", bearer.as_str())];
    let answer = app.send(Method::POST, DRAW, &headers, "").await;
    assert_eq!(answer.problem(403), "forbidden");
}

#[tokio::test]
async fn whoever_enters_while_it_is_drawn_is_in_it_or_is_told() {
    const ENTRANTS: usize = 60;
    let app = open(&lottery(10, ""), ENTRANTS).await;
    enter(&app, 0).await.expect(201);
    let entering = join_all((1..ENTRANTS).map(|member| enter(&app, member)));
    let drawing = async {
        // In the middle: as soon as some entries are in.
        while app.get(DRAW).await.expect(200)["entry_count"].as_i64() < Some(5) {}
        app.post(DRAW, json!({})).await.expect(200)
    };
    let (answers, held) = futures::join!(entering, drawing);
    let entered = answers.iter().filter(|a| a.status.as_u16() == 201);
    let mut ids: Vec<Value> = entered.map(|answer| answer.json()["id"].clone()).collect();
    for late in answers.iter().filter(|a| a.status.as_u16() != 201) {
        assert_eq!(late.problem(409), "claim-refused");
        assert_eq!(late.json()["refusal"], "draw_is_over");
    }
    assert_eq!(held["entry_count"], ids.len() + 1);
    app.service.claims.serve_waiting().await.unwrap();
    let document = app.get(DRAW).await.expect(200);
    let listed: Vec<Value> = document["entries"].as_array().unwrap().clone();
    ids.retain(|id| !listed.iter().any(|entry| entry["id"] == *id));
    assert_eq!(ids, Vec::<Value>::new());
    assert_eq!(count(&document, "held"), listed.len().min(10));
    is_right(&document, &[]);
}

#[tokio::test]
async fn whoever_withdraws_while_it_is_drawn_is_out_of_it_or_is_told() {
    const ENTRANTS: usize = 30;
    let app = open(&lottery(10, ""), ENTRANTS + 1).await;
    enter(&app, ENTRANTS).await.expect(201);
    let mut ids = Vec::new();
    for member in 0..ENTRANTS {
        ids.push(enter(&app, member).await.expect(201)["id"].clone());
    }
    let withdrawing = join_all(ids.iter().map(async |id| {
        let path = format!("/v1/entries/{}", id.as_str().unwrap());
        app.send(Method::DELETE, &path, &[], "").await
    }));
    let drawing = async {
        while app.get(DRAW).await.expect(200)["entry_count"].as_i64() > Some(28) {}
        app.post(DRAW, json!({})).await.expect(200)
    };
    let (answers, held) = futures::join!(withdrawing, drawing);
    let document = app.get(DRAW).await.expect(200);
    let listed = document["entries"].as_array().unwrap();
    assert_eq!(held["entry_count"], listed.len());
    for (id, answer) in ids.iter().zip(answers) {
        let is_in = listed.iter().any(|entry| entry["id"] == *id);
        match is_in {
            true => assert_eq!(answer.problem(409), "conflict"),
            false => assert!(answer.expect(200)["withdrawn_at"].is_string()),
        }
    }
}

#[tokio::test]
async fn a_draw_that_nobody_enters_is_over_on_its_day_too() {
    let app = open(&lottery(2, ", draws: 2026-11-25"), 1).await;
    app.get(DRAW).await.expect(200);
    app.service.clock.advance(Duration::hours(60));
    assert_eq!(app.service.claims.hold_due_draws().await.unwrap(), 1);
    assert_eq!(enter(&app, 0).await.json()["refusal"], "draw_is_over");
    let document = app.get(DRAW).await.expect(200);
    assert_eq!(
        (&document["entries"], &document["entry_count"]),
        (&json!([]), &json!(0))
    );
    is_right(&document, &[]);
}

#[tokio::test]
async fn there_are_no_more_units_than_codes_of_a_partner() {
    let app = open(&lottery(5, ", codes: imported"), 3).await;
    let path = "/v1/programs/sweepstake/perks/festival-pass/codes/import";
    let csv = [("content-type", "text/csv")];
    let list = "code\nFIRST-1\nSECOND-2\n";
    app.send(Method::POST, path, &csv, list).await.expect(200);
    assert_eq!(app.get(DRAW).await.expect(200)["units"], 2);
    for member in 0..3 {
        enter(&app, member).await.expect(201);
    }
    let document = drawn(&app).await;
    assert_eq!(
        (&document["units"], &document["units_now"]),
        (&json!(2), &json!(2))
    );
    assert_eq!(outcomes(&document), ["held", "held", "waiting"]);
    is_right(&document, &[]);
}

#[tokio::test]
async fn a_waiting_list_of_before_does_not_come_first() {
    let given = lottery(1, "").replace("kind: draw", "kind: guaranteed");
    let app = open(&given, 4).await;
    let claim = json!({"program": "sweepstake", "perk": "festival-pass", "member": "twitter:m0"});
    app.post_once("/v1/claims", "c", claim).await.expect(201);
    let waiting = "/v1/programs/sweepstake/perks/festival-pass/waiting";
    for member in [1, 2] {
        let body = json!({"member": format!("twitter:m{member}")});
        app.post(waiting, body).await.expect(200);
    }
    app.service
        .programs
        .publish(None, &lottery(2, ""), None)
        .await
        .unwrap();
    for member in [2, 3] {
        enter(&app, member).await.expect(201);
    }
    let document = drawn(&app).await;
    assert_eq!(document["units"], 1, "one of the two was taken before");
    assert_eq!(outcomes(&document), ["held", "waiting"]);
    is_right(&document, &[]);
}
