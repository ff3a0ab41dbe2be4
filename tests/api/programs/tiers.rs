//! Tiers that are kept, grants, and their messages.

use chrono::TimeDelta;
use renown_core::domain::Scope;

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, App, orders, stardom};
use crate::webhooks::payloads;

const KLUB: &str = "/v1/programs/palms-klub";

/// The messages about a member, in order: type, and the tested part of the body.
async fn told(app: &App, member: &str) -> Vec<(String, Value)> {
    let profile = app.get(&format!("/v1/members/{member}")).await.expect(200);
    let id: uuid::Uuid = profile["id"].as_str().unwrap().parse().unwrap();
    let all = payloads::told(&app.pool).await.into_iter();
    all.filter(|message| message.member_id == Some(id))
        .map(|message| (message.r#type, message.body))
        .collect()
}

async fn tier(app: &App, member: &str) -> Value {
    let path = format!("{KLUB}/members/{member}/tier");
    app.get(&path).await.expect(200)
}

async fn grant(app: &App, body: Value) -> Answer {
    app.post(&format!("{KLUB}/grants"), body).await
}

/// Evaluates the tiers that are due, once the lock is free: a lock that was released a
/// moment ago may still seem taken.
async fn recheck_due(app: &App) {
    for _ in 0..200 {
        if app.service.tiers.recheck_due().await.unwrap() > 0 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("nobody is due");
}

async fn star() -> App {
    let app = App::start().await;
    app.publish_palms().await;
    app.rivals("las-vegas").await;
    app.enrol("twitter:kevin").await;
    app.events(&stardom("kevin", "las-vegas")).await;
    app.settle().await;
    app
}

#[tokio::test]
async fn a_tier_that_is_reached_is_told_with_the_tests_that_decided() {
    let app = star().await;
    let told = told(&app, "twitter:kevin").await;
    let (kind, body) = told.last().unwrap();
    assert_eq!(kind, "tier.changed");
    assert_eq!(
        (&body["to"], &body["reason"]),
        (&json!("insider"), &json!("reached"))
    );
    assert_eq!(body["service_level"], "concierge");
    let because = body["because"].as_array().unwrap();
    assert_eq!(because[0]["test"], "standing.lower >= 25");
    assert_eq!(because[0]["holds"], true);
    // The history agrees, and the lookup names its entry.
    let history = app
        .get(&format!("{KLUB}/members/twitter:kevin/tier/history"))
        .await;
    let latest = history.expect(200)["data"][0].clone();
    assert_eq!(
        (&latest["to"], &latest["reason"]),
        (&body["to"], &body["reason"])
    );
    assert_eq!(latest["id"], body["tier_history"]);
    assert_eq!(
        tier(&app, "twitter:kevin").await["basis"]["tier_history"],
        latest["id"]
    );
}

#[tokio::test]
async fn a_loss_is_announced_once_and_taken_back_when_the_tier_is_earned_again() {
    let app = star().await;
    app.put(
        "/v1/members/twitter:kevin",
        json!({"identities": ["loyalty:K1"]}),
    )
    .await
    .expect(200);
    app.put("/v1/members/loyalty:K1", json!({"identities": []}))
        .await
        .expect(200);
    app.settle().await;
    let kinds = async |app: &App| -> Vec<String> {
        told(app, "loyalty:K1")
            .await
            .into_iter()
            .map(|(kind, _)| kind)
            .filter(|kind| kind.starts_with("tier."))
            .collect()
    };
    let before = kinds(&app).await.len();
    // No request is needed: the time of the notice was recorded.
    app.service.clock.advance(TimeDelta::days(84));
    recheck_due(&app).await;
    assert_eq!(app.service.tiers.recheck_due().await.unwrap(), 0);
    assert_eq!(kinds(&app).await[before..], ["tier.will_change"]);
    let warned = tier(&app, "loyalty:K1").await;
    assert_eq!(warned["tier"], "insider");
    assert_eq!(warned["will_change"]["to"], "regular");
    // The account comes back, and people react to it again.
    app.put(
        "/v1/members/loyalty:K1",
        json!({"identities": ["twitter:kevin"]}),
    )
    .await
    .expect(200);
    let now = app.service.clock.now();
    app.service.events.ensure_partitions().await.unwrap();
    let fresh = stardom("kevin", "las-vegas").into_iter().map(|mut event| {
        event["id"] = json!(format!("again-{}", event["id"].as_str().unwrap()));
        event["time"] = json!(now - TimeDelta::hours(1));
        event
    });
    app.events(&fresh.collect::<Vec<_>>()).await;
    app.settle().await;
    assert_eq!(
        kinds(&app).await[before..],
        ["tier.will_change", "tier.retained"]
    );
    let safe = tier(&app, "loyalty:K1").await;
    assert_eq!(
        (&safe["kept"], &safe["will_change"]),
        (&json!(false), &Value::Null)
    );
}

#[tokio::test]
async fn a_grant_gives_a_tier_until_it_ends() {
    let app = App::start().await;
    app.publish_palms().await;
    app.enrol("email:ann@example.com").await;
    app.settle().await;
    assert_eq!(tier(&app, "email:ann@example.com").await["tier"], "guest");
    let granted = grant(
        &app,
        json!({
            "member": "email:ann@example.com", "tier": "insider", "author": "Maria, press office",
            "reason": "writes for the travel desk", "until": "2026-12-22T12:00:00Z",
        }),
    );
    let granted = granted.await.expect(201);
    app.settle().await;
    let during = tier(&app, "email:ann@example.com").await;
    assert_eq!(
        (&during["tier"], &during["grant"]),
        (&json!("insider"), &granted["id"])
    );
    assert_eq!(
        during["amenities"],
        json!(["late-checkout", "room-upgrade", "welcome-drink"])
    );
    // A decision names the grant beside the condition that was not met.
    let body = json!({"program": "palms-klub", "member": "email:ann@example.com", "dry": true});
    let decision = app.post("/v1/decisions", body).await.expect(200);
    let reason = &decision["outcome"]["matched"][0];
    assert_eq!(
        (&reason["id"], &reason["grant"]),
        (&json!("insider"), &granted["id"])
    );
    assert_eq!(reason["tests"][0]["holds"], false);
    // It ends at once by itself: a tier that the rules never gave is not kept.
    app.service.clock.advance(TimeDelta::days(30));
    recheck_due(&app).await;
    assert_eq!(tier(&app, "email:ann@example.com").await["tier"], "guest");
    let reasons: Vec<Value> = told(&app, "email:ann@example.com")
        .await
        .into_iter()
        .map(|(_, body)| body["reason"].clone())
        .collect();
    assert_eq!(reasons, ["granted", "grant_ended"]);
}

#[tokio::test]
async fn a_grant_is_seen_at_once() {
    let app = App::start().await;
    app.service.clock.advance(TimeDelta::seconds(42));
    app.publish_palms().await;
    app.enrol("twitter:ann").await;
    app.settle().await;
    assert_eq!(tier(&app, "twitter:ann").await["tier"], "guest");
    let body = json!({"member": "twitter:ann", "tier": "insider", "author": "M", "reason": "r"});
    grant(&app, body).await.expect(201);
    assert_eq!(tier(&app, "twitter:ann").await["tier"], "insider");
}

#[tokio::test]
async fn a_grant_that_begins_later_waits_for_its_day() {
    let app = App::start().await;
    app.publish_palms().await;
    app.enrol("twitter:ann").await;
    grant(
        &app,
        json!({
            "member": "twitter:ann", "tier": "regular", "author": "Maria", "reason": "festival",
            "from": "2026-12-01T00:00:00Z",
        }),
    )
    .await
    .expect(201);
    app.settle().await;
    assert_eq!(tier(&app, "twitter:ann").await["tier"], "guest");
    app.service.clock.advance(TimeDelta::days(10));
    recheck_due(&app).await;
    assert_eq!(tier(&app, "twitter:ann").await["tier"], "regular");
}

#[tokio::test]
async fn a_grant_takes_nothing_away_and_can_be_taken_back() {
    let app = star().await;
    let granted = grant(
        &app,
        json!({
            "member": "twitter:kevin", "tier": "regular", "author": "Maria", "reason": "thanks",
        }),
    )
    .await
    .expect(201);
    app.settle().await;
    let still = tier(&app, "twitter:kevin").await;
    assert_eq!(
        (&still["tier"], &still["grant"]),
        (&json!("insider"), &Value::Null)
    );
    let path = format!("{KLUB}/grants/{}/revoke", granted["id"].as_str().unwrap());
    let body = json!({"author": "Tom", "reason": "a mistake"});
    let revoked = app.post(&path, body.clone()).await.expect(200);
    assert_eq!(revoked["revoked"]["by"], "Tom");
    // A repetition changes nothing; the audit keeps the first reason.
    let again = app
        .post(&path, json!({"author": "Ann", "reason": "again"}))
        .await
        .expect(200);
    assert_eq!(again["revoked"]["by"], "Tom");
    let active = app
        .get(&format!("{KLUB}/grants?active=true"))
        .await
        .expect(200);
    assert_eq!(active["data"], json!([]));
    let audit = app
        .get(&format!("{KLUB}/grants?member=twitter:kevin"))
        .await
        .expect(200);
    assert_eq!(audit["data"][0]["reason"], "thanks");
}

#[tokio::test]
async fn a_granted_perk_is_offered_whatever_its_condition_says() {
    let app = App::start().await;
    app.publish_palms().await;
    app.enrol("twitter:ann").await;
    app.settle().await;
    let cabana = async || {
        let offers = app
            .get(&format!("{KLUB}/members/twitter:ann/offers"))
            .await
            .expect(200);
        offers["offers"]
            .as_array()
            .unwrap()
            .iter()
            .find(|o| o["perk"] == "cabana")
            .unwrap()
            .clone()
    };
    assert_eq!(cabana().await["refusal"], "condition");
    grant(&app, json!({
        "member": "twitter:ann", "perk": "cabana", "author": "Maria", "reason": "rain last time",
    })).await.expect(201);
    assert_eq!(cabana().await["eligible"], true);
}

#[tokio::test]
async fn mistaken_grants_are_refused_and_change_nothing() {
    let app = App::start().await;
    app.publish_palms().await;
    app.enrol("twitter:ann").await;
    let right = json!({"member": "twitter:ann", "tier": "regular", "author": "M", "reason": "r"});
    let with = |field: &str, value: Value| {
        let mut body = right.clone();
        body[field] = value;
        body
    };
    let cases = [
        (with("tier", json!("insidr")), "/tier"),
        (with("tier", json!("guest")), "/tier"),
        (with("perk", json!("cabana")), "/tier"),
        (with("author", json!(" ")), "/author"),
        (with("reason", json!("")), "/reason"),
        (with("until", json!("2026-01-01T00:00:00Z")), "/until"),
        (with("colour", json!("red")), "/colour"),
    ];
    for (body, pointer) in cases {
        let answer = grant(&app, body.clone()).await;
        assert_eq!(answer.problem(400), "invalid-request", "{body}");
        assert_eq!(answer.json()["pointer"], pointer, "{body}");
    }
    let nobody = grant(&app, with("member", json!("twitter:never-seen"))).await;
    assert_eq!(nobody.problem(404), "not-found");
    let audit = app.get(&format!("{KLUB}/grants")).await.expect(200);
    assert_eq!(audit["data"], json!([]));
}

#[tokio::test]
async fn a_press_list_is_imported_and_imported_again() {
    let app = App::start().await;
    app.publish_palms().await;
    app.enrol("twitter:ann").await;
    let import = async |query: &str, list: &str| {
        let csv = [("content-type", "text/csv")];
        let path = format!("{KLUB}/grants/import?list=press&author=Maria{query}");
        app.send(Method::POST, &path, &csv, list.to_owned()).await
    };
    let list = "member,tier,reason,until\n\
                twitter:ann,insider,travel desk,2026-12-31\n\
                email:bob@example.com,regular,,\n\
                twitter:cy,vip,,\n\
                twitter:ann,insider,twice,2026-12-31\n";
    let first = import("", list).await.expect(200);
    assert_eq!(
        (&first["granted"], &first["rejected_count"]),
        (&json!(1), &json!(2))
    );
    assert_eq!(first["rejected"][0]["line"], 3);
    assert_eq!(first["rejected"][0]["column"], "member");
    assert!(
        first["rejected"][1]["detail"]
            .as_str()
            .unwrap()
            .contains("insider"),
        "{first}"
    );
    // Now people that are not members yet are enrolled.
    let second = import("&enrol=true", list).await.expect(200);
    assert_eq!(
        (
            &second["granted"],
            &second["unchanged"],
            &second["enrolled"]
        ),
        (&json!(1), &json!(2), &json!(1)),
        "{second}"
    );
    app.settle().await;
    assert_eq!(tier(&app, "twitter:ann").await["tier"], "insider");
    assert_eq!(tier(&app, "email:bob@example.com").await["tier"], "regular");
    // A shorter list revokes the grants that it does not contain.
    let shorter = "member,tier\nemail:bob@example.com,regular\n";
    let third = import("&replace=true", shorter).await.expect(200);
    assert_eq!(
        (&third["unchanged"], &third["revoked"]),
        (&json!(1), &json!(1))
    );
    app.settle().await;
    assert_eq!(tier(&app, "twitter:ann").await["tier"], "guest");
    let audit = app
        .get(&format!("{KLUB}/grants?list=press"))
        .await
        .expect(200);
    assert_eq!(audit["data"].as_array().unwrap().len(), 2);
    let table = import("", "name,tier\nann,insider\n").await;
    assert_eq!(table.problem(400), "invalid-request");
}

#[tokio::test]
async fn a_sweep_looks_at_everybody_after_a_new_version() {
    let app = App::start().await;
    app.enrol("twitter:kevin").await;
    app.put("/v1/members/loyalty:K7", json!({"identities": ["shop:K7"]}))
        .await
        .expect(201);
    app.events(&stardom("kevin", "las-vegas")).await;
    app.events(&orders("K7", 60)).await;
    app.settle().await;
    app.rank().await;
    app.publish_palms().await;
    assert!(app.service.tiers.sweep().await.unwrap());
    let before = tier(&app, "loyalty:K7").await;
    assert_eq!(before["tier"], "regular");
    assert!(before["since"].is_string());
    // A tier that the next version does not have is reported as such.
    let renamed = crate::harness::PALMS.replace("regular", "friend");
    app.service
        .programs
        .publish(None, &renamed, None)
        .await
        .unwrap();
    app.service.tiers.sweep().await.unwrap();
    assert_eq!(tier(&app, "loyalty:K7").await["tier"], "friend");
    let (_, last) = told(&app, "loyalty:K7").await.pop().unwrap();
    assert_eq!(
        (&last["from"], &last["reason"]),
        (&json!("regular"), &json!("program_changed"))
    );
}

#[tokio::test]
async fn the_best_hundredth_of_a_program_is_found_by_the_snapshot() {
    let app = App::start().await;
    let program = "program: elite\nservice_levels: [{ id: s, queue: q }]\ntiers:\n  \
        - { id: best, when: standing.percentile >= 75, keep: 1d, service_level: s }\n  \
        - { id: all, service_level: s }\n";
    app.service
        .programs
        .publish(None, program, None)
        .await
        .unwrap();
    let mut events = Vec::new();
    for (place, name) in ["ann", "bob", "cy", "dee"].into_iter().enumerate() {
        app.enrol(&format!("twitter:{name}")).await;
        for fan in 0..(5 * (place + 1)) {
            events.push(crate::harness::like(
                &format!("{name}-{fan}"),
                &format!("fan{fan}"),
                name,
                "food",
            ));
        }
    }
    app.events(&events).await;
    app.settle().await;
    app.rank().await;
    let mut tiers = Vec::new();
    for name in ["ann", "bob", "cy", "dee"] {
        let path = format!("/v1/programs/elite/members/twitter:{name}/tier");
        tiers.push(app.get(&path).await.expect(200)["tier"].clone());
    }
    assert_eq!(tiers, ["all", "all", "all", "best"]);
    // A later program makes a snapshot due, though nothing happened.
    assert!(!app.service.scorer.take_snapshot_if_due().await.unwrap());
    app.service.clock.advance(TimeDelta::seconds(1));
    let later = program.replace("elite", "later");
    app.service
        .programs
        .publish(None, &later, None)
        .await
        .unwrap();
    assert!(app.service.scorer.take_snapshot_if_due().await.unwrap());
    app.refresh().await;
    let path = "/v1/programs/later/members/twitter:dee/tier";
    assert_eq!(app.get(path).await.expect(200)["tier"], "best");
}

#[tokio::test]
async fn everybody_is_swept_once_a_version_and_once_a_day() {
    let app = App::start().await;
    let due = async || app.service.tiers.is_sweep_due().await.unwrap();
    app.enrol("twitter:kevin").await;
    assert!(!due().await, "there is no program");
    app.publish_palms().await;
    assert!(due().await);
    app.service.tiers.sweep().await.unwrap();
    assert!(!due().await);
    let later = json!({"starts_at": "2026-11-22T18:00:00Z"});
    let yaml = [("content-type", "application/yaml")];
    let other = crate::harness::PALMS.replace("stock: 200", "stock: 150");
    app.send(Method::PUT, &format!("{KLUB}/draft"), &yaml, other)
        .await
        .expect(200);
    app.post(&format!("{KLUB}/publish"), later)
        .await
        .expect(201);
    assert!(!due().await, "it has not begun");
    app.service.clock.advance(TimeDelta::hours(6));
    assert!(due().await);
    app.service.tiers.sweep().await.unwrap();
    assert!(!due().await);
    app.service.clock.advance(TimeDelta::days(1));
    assert!(due().await);
}

#[tokio::test]
async fn somebody_who_opted_out_is_not_looked_at_for_ever() {
    let app = App::start().await;
    app.publish_palms().await;
    app.enrol("twitter:ann").await;
    grant(
        &app,
        json!({
            "member": "twitter:ann", "tier": "insider", "author": "Maria", "reason": "festival",
            "until": "2026-12-01T00:00:00Z",
        }),
    )
    .await
    .expect(201);
    app.settle().await;
    app.put("/v1/members/twitter:ann", json!({"scoring": "opted_out"}))
        .await
        .expect(200);
    app.settle().await;
    let (kind, last) = told(&app, "twitter:ann").await.pop().unwrap();
    assert_eq!(
        (kind.as_str(), &last["from"], &last["to"], &last["reason"]),
        (
            "tier.changed",
            &json!("insider"),
            &json!("guest"),
            &json!("opted_out")
        )
    );
    app.service.clock.advance(TimeDelta::days(10));
    assert_eq!(app.service.tiers.recheck_due().await.unwrap(), 0);
    // A member that comes back is evaluated again.
    app.put("/v1/members/twitter:ann", json!({"scoring": "active"}))
        .await
        .expect(200);
    app.settle().await;
    assert_eq!(tier(&app, "twitter:ann").await["tier"], "guest");
}

#[tokio::test]
async fn a_line_that_comes_twice_grants_once() {
    let app = App::start().await;
    app.publish_palms().await;
    app.enrol("twitter:ann").await;
    app.put(
        "/v1/members/twitter:ann",
        json!({"identities": ["loyalty:A1"]}),
    )
    .await
    .expect(200);
    let import = async |query: &str, list: &str| {
        let csv = [("content-type", "text/csv")];
        let path = format!("{KLUB}/grants/import?list=press&author=Maria{query}");
        let answer = app.send(Method::POST, &path, &csv, list.to_owned()).await;
        answer.expect(200)
    };
    // Also if one person is listed under two identities.
    let twice = "member,tier\ntwitter:ann,insider\ntwitter:ann,insider\nloyalty:A1,insider\n";
    let first = import("", twice).await;
    assert_eq!(
        (&first["granted"], &first["unchanged"]),
        (&json!(1), &json!(2))
    );
    let again = import("", twice).await;
    assert_eq!(
        (&again["granted"], &again["unchanged"]),
        (&json!(0), &json!(3))
    );
    app.settle().await;
    assert_eq!(tier(&app, "twitter:ann").await["tier"], "insider");
    // An empty list revokes all its grants.
    import("&replace=true", "member,tier\n").await;
    app.settle().await;
    let active = app
        .get(&format!("{KLUB}/grants?active=true"))
        .await
        .expect(200);
    assert_eq!(active["data"], json!([]));
    assert_eq!(tier(&app, "twitter:ann").await["tier"], "guest");
}

#[tokio::test]
async fn a_bad_line_enrols_nobody_and_spoils_no_other() {
    let app = App::start().await;
    app.publish_palms().await;
    let long = "r".repeat(501);
    let list = format!(
        "member,tier,reason,until\ntwitter:late,insider,,2026-01-01\n\
         twitter:nul,insider,a\0b,\ntwitter:long,insider,{long},\ntwitter:good,insider,,\n"
    );
    let csv = [("content-type", "text/csv")];
    let path = format!("{KLUB}/grants/import?list=press&author=Maria&enrol=true");
    let report = app.send(Method::POST, &path, &csv, list).await.expect(200);
    assert_eq!(
        (
            &report["granted"],
            &report["enrolled"],
            &report["rejected_count"]
        ),
        (&json!(1), &json!(1), &json!(3)),
        "{report}"
    );
    let columns: Vec<&Value> = report["rejected"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| &line["column"])
        .collect();
    assert_eq!(columns, ["until", "reason", "reason"]);
    for nobody in ["late", "nul", "long"] {
        let answer = app.get(&format!("/v1/members/twitter:{nobody}")).await;
        assert_eq!(answer.problem(404), "not-found");
    }
}

#[tokio::test]
async fn what_the_rules_give_above_a_grant_is_told_as_reached() {
    let app = App::start().await;
    app.publish_palms().await;
    app.enrol("twitter:kevin").await;
    grant(
        &app,
        json!({"member": "twitter:kevin", "tier": "regular", "author": "Maria", "reason": "thanks"}),
    )
    .await
    .expect(201);
    app.rivals("las-vegas").await;
    app.events(&stardom("kevin", "las-vegas")).await;
    app.settle().await;
    assert_eq!(tier(&app, "twitter:kevin").await["tier"], "insider");
    let (_, last) = told(&app, "twitter:kevin").await.pop().unwrap();
    assert_eq!(
        (&last["from"], &last["to"], &last["reason"]),
        (&json!("regular"), &json!("insider"), &json!("reached"))
    );
}

#[tokio::test]
async fn a_loss_that_a_grant_hid_is_announced_when_the_grant_ends() {
    let app = App::start().await;
    let program = "program: p\nservice_levels: [{ id: s, queue: q }]\ntiers:\n  \
        - { id: vip, by: grants, service_level: s }\n  \
        - { id: gold, when: 'member.attributes.gold == true', keep: 30d, notice: 7d, service_level: s }\n  \
        - { id: all, service_level: s }\n";
    app.service
        .programs
        .publish(None, program, None)
        .await
        .unwrap();
    let put = async |gold: bool| {
        let body = json!({"attributes": {"gold": gold}});
        app.put("/v1/members/twitter:ann", body).await;
        app.settle().await;
    };
    put(true).await;
    put(false).await;
    let vip = json!({
        "member": "twitter:ann", "tier": "vip", "author": "Maria", "reason": "thanks",
        "until": "2026-12-20T00:00:00Z",
    });
    app.post("/v1/programs/p/grants", vip).await.expect(201);
    app.settle().await;
    // The notice is due while she is a vip, and again when she no longer is.
    for days in [25, 3] {
        app.service.clock.advance(TimeDelta::days(days));
        recheck_due(&app).await;
    }
    let told = told(&app, "twitter:ann").await;
    let kinds: Vec<&str> = told.iter().map(|(kind, _)| kind.as_str()).collect();
    assert_eq!(
        kinds,
        [
            "tier.changed",
            "tier.changed",
            "tier.changed",
            "tier.will_change"
        ],
        "{told:?}"
    );
    let notice = &told[3].1;
    assert_eq!(
        (&notice["from"], &notice["to"]),
        (&json!("gold"), &json!("all"))
    );
    // A week after she could know it, not earlier.
    assert_eq!(notice["at"], "2026-12-27T12:00:00Z");
}

#[tokio::test]
async fn the_audit_does_not_tell_who_opted_out_from_who_was_never_seen() {
    let app = App::start().await;
    app.publish_palms().await;
    app.enrol("twitter:ann").await;
    app.put("/v1/members/twitter:ann", json!({"scoring": "opted_out"}))
        .await
        .expect(200);
    let ann = app.get(&format!("{KLUB}/grants?member=twitter:ann")).await;
    let zoe = app.get(&format!("{KLUB}/grants?member=twitter:zoe")).await;
    assert_eq!(ann.status, zoe.status);
}

#[tokio::test]
async fn only_who_may_enrol_people_enrols_them_with_a_list() {
    let app = App::start().await;
    app.publish_palms().await;
    let (_, key) = app.new_key(&[Scope::ProgramsWrite], None).await;
    let bearer = format!("Bearer {key}");
    let headers = [("content-type", "text/csv"), ("authorization", &*bearer)];
    let path = format!("{KLUB}/grants/import?list=press&author=Maria");
    let list = "member,tier\ntwitter:ann,insider\n";
    let answer = app
        .send(Method::POST, &format!("{path}&enrol=true"), &headers, list)
        .await;
    assert_eq!(answer.problem(403), "forbidden");
    let answer = app.send(Method::POST, &path, &headers, list).await;
    assert_eq!(answer.expect(200)["rejected_count"], 1);
}

#[tokio::test]
async fn what_was_granted_a_moment_ago_is_shown_within_the_tick() {
    let app = App::start().await;
    app.publish_palms().await;
    app.enrol("twitter:ann").await;
    app.service.clock.advance(TimeDelta::seconds(30));
    let body = json!({"member": "twitter:ann", "tier": "insider", "author": "M", "reason": "r"});
    grant(&app, body).await.expect(201);
    assert_eq!(tier(&app, "twitter:ann").await["tier"], "insider");
}

#[tokio::test]
async fn texts_that_nothing_can_keep_are_refused() {
    let app = App::start().await;
    app.publish_palms().await;
    let audit = app.get(&format!("{KLUB}/grants?list=%00")).await;
    assert_eq!(audit.problem(400), "invalid-request");
    let yaml = [("content-type", "application/yaml")];
    let draft = format!("{KLUB}/draft");
    let answer = app
        .send(Method::PUT, &draft, &yaml, "program: palms-klub\n\0")
        .await;
    assert_eq!(answer.problem(400), "malformed-body");
    let body = json!({"member": "ann", "tier": "insider", "author": "M", "reason": "r"});
    let answer = grant(&app, body).await;
    assert_eq!(
        (answer.problem(400), &answer.json()["pointer"]),
        ("invalid-request".into(), &json!("/member"))
    );
    let body = json!({"program": "palms-klub", "member": "ann"});
    let answer = app.post("/v1/decisions", body).await;
    assert_eq!(
        (answer.problem(400), &answer.json()["pointer"]),
        ("invalid-request".into(), &json!("/member"))
    );
}
