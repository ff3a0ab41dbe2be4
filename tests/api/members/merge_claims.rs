//! Claims, waits, entries and grants of members who are merged.

use serde_json::{Value, json};

use super::merge::{merge, preview, state, undo};
use crate::harness::{Answer, App};

const SHOP: &str = "program: shop
title: Shop
service_levels:
  - { id: standard, queue: general }
tiers:
  - { id: guest, service_level: standard }
perks:
  - { id: mug, title: A mug, disclosure: So., stock: 30, per_member: 2 }
  - { id: cup, title: A cup, disclosure: So., stock: 1 }
  - { id: tea, title: Tea, disclosure: So., exclusive: drink }
  - { id: coffee, title: Coffee, disclosure: So., exclusive: drink }
  - { id: pass, title: A pass, disclosure: You entered., kind: draw, stock: 1 }
";

/// A shop with members a, b, c, ….
pub(super) async fn shop(members: &[&str]) -> App {
    let app = App::start().await;
    let published = app.service.programs.publish(None, SHOP, None).await;
    published.unwrap();
    for member in members {
        app.enrol(&format!("twitter:{member}")).await;
    }
    app
}

/// Claims a unit for a member.
pub(super) async fn claim(app: &App, member: &str, perk: &str) -> Answer {
    let name = app.service.clock.new_id().to_string();
    let member = format!("twitter:{member}");
    let body = json!({"program": "shop", "perk": perk, "member": member, "confirm": true});
    app.post_once("/v1/claims", &name, body).await
}

async fn join(app: &App, member: &str, perk: &str, list: &str) -> Value {
    let path = format!("/v1/programs/shop/perks/{perk}/{list}");
    let answer = app
        .post(&path, json!({"member": format!("twitter:{member}")}))
        .await;
    assert!(answer.status.is_success(), "{answer:?}");
    answer.json()
}

async fn read(app: &App, what: &str, of: &Value) -> Value {
    let path = format!("/v1/{what}/{}", of["id"].as_str().unwrap());
    app.get(&path).await.expect(200)
}

async fn stock(app: &App, perk: &str) -> (i64, i64) {
    sqlx::query_as("select taken, waiting from perk_stock where perk_id = $1")
        .bind(perk)
        .fetch_one(&app.pool)
        .await
        .unwrap()
}

#[tokio::test]
async fn limits_count_both_and_nobody_loses_what_they_have() {
    let app = shop(&["a", "b"]).await;
    for member in ["a", "a", "b", "b"] {
        claim(&app, member, "mug").await.expect(201);
    }
    claim(&app, "a", "tea").await.expect(201);
    let coffee = claim(&app, "b", "coffee").await.expect(201);
    app.settle().await;
    let before = (
        state(&app, "twitter:a").await,
        state(&app, "twitter:b").await,
    );
    let preview = preview(&app, "twitter:a", "twitter:b").await.expect(200);
    let program = &preview["programs"][0];
    let mugs = json!({
        "perk": "mug", "survivor": 2, "absorbed": 2, "together": 4, "limit": 2,
        "exceeds_limit": true,
    });
    assert!(
        program["claims"].as_array().unwrap().contains(&mugs),
        "{program}"
    );
    assert_eq!(preview["exclusive"][0]["group"], "drink");
    let perks = preview["exclusive"][0]["perks"].as_array().unwrap();
    assert_eq!(perks.len(), 2, "{perks:?}");

    let merged = merge(&app, "twitter:a", "twitter:b").await.expect(201);
    let now = state(&app, "twitter:a").await;
    assert_eq!(now["claims"]["data"].as_array().unwrap().len(), 6);
    let refused = claim(&app, "b", "mug").await;
    assert_eq!(refused.problem(409), "claim-refused");
    assert_eq!(refused.json()["refusal"], "member_limit");
    let survivor = &merged["survivor"];
    assert_eq!(read(&app, "claims", &coffee).await["member"], *survivor);
    let redeem = format!("/v1/claims/{}/redeem", coffee["id"].as_str().unwrap());
    app.post(&redeem, json!({})).await.expect(200);
    assert_eq!(stock(&app, "mug").await, (4, 0));

    undo(&app, &merged).await.expect(200);
    let mut after = (
        state(&app, "twitter:a").await,
        state(&app, "twitter:b").await,
    );
    // The coffee was drunk meanwhile.
    let strip = |state: &mut Value| {
        for claim in state["claims"]["data"].as_array_mut().unwrap() {
            if claim["id"] == coffee["id"] {
                *claim = coffee["id"].clone();
            }
        }
    };
    let mut expected = before;
    for state in [&mut after.0, &mut after.1, &mut expected.0, &mut expected.1] {
        strip(state);
    }
    assert_eq!(after, expected);
}

#[tokio::test]
async fn what_is_claimed_after_the_merge_stays_with_the_survivor() {
    let app = shop(&["a", "b"]).await;
    let old = claim(&app, "b", "mug").await.expect(201);
    let merged = merge(&app, "twitter:a", "twitter:b").await.expect(201);
    let new = claim(&app, "b", "mug").await.expect(201);
    assert_eq!(claim(&app, "a", "mug").await.problem(409), "claim-refused");
    undo(&app, &merged).await.expect(200);
    assert_eq!(
        read(&app, "claims", &new).await["member"],
        merged["survivor"]
    );
    assert_eq!(
        read(&app, "claims", &old).await["member"],
        merged["absorbed"]
    );
    // Each has one now, and may have one more.
    for member in ["a", "b"] {
        claim(&app, member, "mug").await.expect(201);
        assert_eq!(
            claim(&app, member, "mug").await.problem(409),
            "claim-refused"
        );
    }
}

#[tokio::test]
async fn of_two_waits_the_earlier_one_goes_on() {
    let app = shop(&["a", "b", "c", "d"]).await;
    let taken = claim(&app, "d", "cup").await.expect(201);
    let first = join(&app, "b", "cup", "waiting").await;
    let second = join(&app, "c", "cup", "waiting").await;
    let third = join(&app, "a", "cup", "waiting").await;
    let preview = preview(&app, "twitter:a", "twitter:b").await.expect(200);
    assert_eq!(preview["programs"][0]["both_wait"], json!(["cup"]));
    let merged = merge(&app, "twitter:a", "twitter:b").await.expect(201);
    assert_eq!(
        read(&app, "waiting", &first).await["member"],
        merged["survivor"]
    );
    assert_eq!(read(&app, "waiting", &third).await["outcome"], "left");
    assert_eq!(stock(&app, "cup").await, (1, 2));
    undo(&app, &merged).await.expect(200);
    assert_eq!(
        read(&app, "waiting", &first).await["member"],
        merged["absorbed"]
    );
    assert_eq!(read(&app, "waiting", &third).await["outcome"], Value::Null);
    assert_eq!(stock(&app, "cup").await, (1, 3));

    // The one in the earlier place is served, once.
    let merged = merge(&app, "twitter:a", "twitter:b").await.expect(201);
    let release = format!("/v1/claims/{}/release", taken["id"].as_str().unwrap());
    app.post(&release, json!({})).await.expect(200);
    app.service.claims.serve_waiting().await.unwrap();
    let served = read(&app, "waiting", &first).await;
    assert_eq!(served["outcome"], "claimed");
    let claim = read(&app, "claims", &json!({"id": served["claim"]})).await;
    assert_eq!(claim["member"], merged["survivor"]);
    assert_eq!(read(&app, "waiting", &second).await["outcome"], Value::Null);
}

#[tokio::test]
async fn a_draw_that_both_entered_has_one_entry() {
    let app = shop(&["a", "b", "c"]).await;
    let first = join(&app, "b", "pass", "entries").await;
    app.service.clock.advance(chrono::TimeDelta::seconds(1));
    let second = join(&app, "a", "pass", "entries").await;
    let preview = preview(&app, "twitter:a", "twitter:b").await.expect(200);
    assert_eq!(preview["programs"][0]["both_entered"], json!(["pass"]));
    let merged = merge(&app, "twitter:a", "twitter:b").await.expect(201);
    let entries = async || {
        let draw = app
            .get("/v1/programs/shop/perks/pass/draw")
            .await
            .expect(200);
        draw["entry_count"].clone()
    };
    assert_eq!(entries().await, 1);
    assert_eq!(
        read(&app, "entries", &first).await["member"],
        merged["survivor"]
    );
    undo(&app, &merged).await.expect(200);
    assert_eq!(entries().await, 2);
    assert_eq!(
        read(&app, "entries", &first).await["member"],
        merged["absorbed"]
    );
    assert_eq!(
        read(&app, "entries", &second).await["withdrawn_at"],
        Value::Null
    );

    // Drawn while they are one person, the unit is the survivor's.
    let merged = merge(&app, "twitter:a", "twitter:b").await.expect(201);
    let draw = "/v1/programs/shop/perks/pass/draw";
    app.post(draw, json!({})).await.expect(200);
    app.service.claims.serve_waiting().await.unwrap();
    let claims = app.get("/v1/members/twitter:b/claims").await.expect(200);
    assert_eq!(claims["data"][0]["member"], merged["survivor"]);
    undo(&app, &merged).await.expect(200);
    let claims = app.get("/v1/members/twitter:a/claims").await.expect(200);
    assert_eq!(claims["data"][0]["perk"], "pass");
}

#[tokio::test]
async fn decisions_of_before_replay_and_stay_with_the_person() {
    let app = shop(&["a", "b"]).await;
    let decide = json!({"program": "shop", "member": "twitter:b"});
    let decision = app.post("/v1/decisions", decide).await.expect(201);
    let decision = decision["id"].as_str().unwrap().to_owned();
    let grant = json!({"member": "twitter:b", "perk": "mug", "reason": "r", "author": "a"});
    let grants = "/v1/programs/shop/grants";
    let grant = app.post(grants, grant).await.expect(201);
    let merged = merge(&app, "twitter:a", "twitter:b").await.expect(201);
    let replay = app.get(&format!("/v1/decisions/{decision}/replay")).await;
    assert_eq!(replay.expect(200)["same"], true);
    let listed = async |what: &str, member: &str| {
        let page = app.get(&format!("/v1/members/{member}/{what}")).await;
        page.expect(200)["data"].clone()
    };
    assert_eq!(
        listed("decisions", "twitter:a").await[0]["id"],
        json!(decision)
    );
    assert_eq!(listed("grants", "twitter:a").await[0]["id"], grant["id"]);
    undo(&app, &merged).await.expect(200);
    assert_eq!(listed("decisions", "twitter:a").await, json!([]));
    assert_eq!(
        listed("decisions", "twitter:b").await[0]["id"],
        json!(decision)
    );
    assert_eq!(listed("grants", "twitter:b").await[0]["id"], grant["id"]);
}
