//! The lookups of the front desk, the support desk and the dashboard.

use std::time::Duration;

use chrono::TimeDelta;
use renown::jobs::Jobs;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{App, like, orders, stardom};

const KLUB: &str = "/v1/programs/palms-klub/members";

async fn hotel() -> App {
    let app = App::start().await;
    app.publish_palms().await;
    app.enrol("twitter:kevin").await;
    app.put(
        "/v1/members/loyalty:K7",
        json!({"identities": ["shop:K7", "email:grace@example.com"]}),
    )
    .await
    .expect(201);
    app.enrol("twitter:zoe").await;
    app.rivals("las-vegas").await;
    app.events(&stardom("kevin", "las-vegas")).await;
    app.events(&orders("K7", 60)).await;
    app.settle().await;
    app.rank().await;
    app
}

fn offer<'o>(offers: &'o Value, perk: &str) -> &'o Value {
    let list = offers["offers"].as_array().unwrap();
    list.iter().find(|offer| offer["perk"] == perk).unwrap()
}

#[tokio::test]
async fn a_local_star_gets_the_upgrade() {
    let app = hotel().await;
    let tier = app
        .get(&format!("{KLUB}/twitter:kevin/tier"))
        .await
        .expect(200);
    assert_eq!(tier["tier"], "insider", "{tier}");
    assert_eq!(
        (&tier["rank"], &tier["state"], &tier["kept"]),
        (&json!(1), &json!("known"), &json!(false))
    );
    assert!(
        tier["amenities"]
            .as_array()
            .unwrap()
            .contains(&json!("room-upgrade"))
    );
    assert!(tier["basis"]["tier_history"].is_string());
    assert_eq!(tier["basis"]["program_version"], 1);
    let offers = app
        .get(&format!("{KLUB}/twitter:kevin/offers"))
        .await
        .expect(200);
    let tickets = offer(&offers, "show-tickets");
    assert_eq!(
        (&tickets["eligible"], &tickets["left"]),
        (&json!(true), &json!(200))
    );
    assert_eq!(
        tickets["value"],
        json!({"amount": "120", "currency": "USD"})
    );
    assert!(
        tickets["disclosure"]
            .as_str()
            .unwrap()
            .contains("public activity")
    );
}

#[tokio::test]
async fn a_perk_that_is_refused_discloses_nothing() {
    let app = hotel().await;
    let path = format!("{KLUB}/email:grace@example.com/offers");
    let offers = app.get(&path).await.expect(200);
    let offers = offers["offers"].as_array().unwrap();
    assert!(offers.iter().any(|offer| offer["eligible"] == false));
    for offer in offers {
        assert_eq!(
            offer["disclosure"].is_null(),
            offer["eligible"] == false,
            "{offer}"
        );
    }
}

#[tokio::test]
async fn a_good_customer_with_no_social_life_is_served_well() {
    let app = hotel().await;
    let path = format!("{KLUB}/email:grace@example.com/service-level");
    let mut level = app.get(&path).await.expect(200);
    assert_eq!(level["tier"], "regular", "{level}");
    assert_eq!(level["service_level"]["id"], "preferred");
    assert_eq!(level["service_level"]["first_reply_time_in_seconds"], 7200);
    let by_number = app.get(&format!("{KLUB}/loyalty:K7/service-level")).await;
    level["identity"]["network"] = "loyalty".into();
    assert_eq!(by_number.expect(200), level);
}

#[tokio::test]
async fn nobody_is_left_without_an_answer() {
    let app = hotel().await;
    for who in [
        "twitter:never-seen",
        "email:never@seen.example",
        "loyalty:0",
        "twitter:zoe",
    ] {
        let tier = app.get(&format!("{KLUB}/{who}/tier")).await.expect(200);
        assert_eq!(
            (&tier["tier"], &tier["state"]),
            (&json!("guest"), &json!("unknown")),
            "{who}"
        );
        assert_eq!(tier["amenities"], json!(["welcome-drink"]));
        let level = app
            .get(&format!("{KLUB}/{who}/service-level"))
            .await
            .expect(200);
        assert_eq!(
            level["service_level"]["first_reply_time_in_seconds"], 28800,
            "{who}"
        );
    }
    // A new member without a score may have the offers for newcomers.
    let offers = app
        .get(&format!("{KLUB}/twitter:zoe/offers"))
        .await
        .expect(200);
    assert_eq!(offer(&offers, "show-tickets")["eligible"], true);
    let stranger = app
        .get(&format!("{KLUB}/twitter:never-seen/offers"))
        .await
        .expect(200);
    assert_eq!(offer(&stranger, "show-tickets")["refusal"], "not_enrolled");
}

#[tokio::test]
async fn a_program_or_identity_that_does_not_exist_is_a_clear_answer() {
    let app = hotel().await;
    let path = "/v1/programs/no-such/members/twitter:kevin/tier";
    assert_eq!(app.get(path).await.problem(404), "not-found");
    assert_eq!(
        app.get(&format!("{KLUB}/nonsense/tier")).await.problem(400),
        "invalid-request"
    );
}

#[tokio::test]
async fn a_tier_once_earned_is_kept_and_then_lost_one_step_at_a_time() {
    let app = hotel().await;
    let tier = async || {
        app.get(&format!("{KLUB}/twitter:kevin/tier"))
            .await
            .expect(200)
    };
    assert_eq!(tier().await["tier"], "insider");
    // The account that earned everything is removed; the tier stays for its time.
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
    let tier = async || {
        app.get(&format!("{KLUB}/loyalty:K1/tier"))
            .await
            .expect(200)
    };
    let kept = tier().await;
    assert_eq!(
        (&kept["tier"], &kept["kept"]),
        (&json!("insider"), &json!(true)),
        "{kept}"
    );
    assert!(kept["keep_until"].is_string());
    // Each demotion is notified a week before, or at the first evaluation after that.
    let steps = [
        (89, "insider", "regular"),
        (6, "insider", "regular"),
        (1, "regular", ""),
        (175, "regular", "guest"),
        (7, "guest", ""),
    ];
    for (days, expected, announced) in steps {
        app.service.clock.advance(TimeDelta::days(days));
        app.service.tiers.sweep().await.unwrap();
        let tier = tier().await;
        assert_eq!(tier["tier"], expected, "after {days} more days");
        let to = tier["will_change"]["to"].as_str().unwrap_or_default();
        assert_eq!(to, announced, "after {days} more days");
    }
    let history: Vec<String> = sqlx::query_scalar(
        "select reason || ' ' || to_tier from tier_history order by at, history_id",
    )
    .fetch_all(&app.pool)
    .await
    .unwrap();
    let own: Vec<&str> = history
        .iter()
        .map(String::as_str)
        .filter(|entry| !entry.contains("reached regular"))
        .collect();
    assert_eq!(own, ["reached insider", "lowered regular", "lowered guest"]);
}

#[tokio::test]
async fn an_answer_and_its_tag_stay_the_same_within_a_tick() {
    let app = hotel().await;
    let path = format!("{KLUB}/twitter:kevin/tier");
    let first = app.get(&path).await;
    app.service.clock.advance(TimeDelta::seconds(59));
    let etag = first.headers["etag"].to_str().unwrap();
    let again = app
        .send(Method::GET, &path, &[("if-none-match", etag)], "")
        .await;
    assert_eq!(again.status.as_u16(), 304);
}

/// With the jobs running, answers come from memory, and must still be true.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_in_memory_is_never_older_than_what_was_committed() {
    let app = hotel().await;
    let jobs = Jobs::start(&app.service);
    let path = format!("{KLUB}/twitter:kevin/tier");
    let eventually = async |what: &str, holds: &dyn Fn(&Value) -> bool| {
        for _ in 0..500 {
            if holds(&app.get(&path).await.expect(200)) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{what} was not seen");
    };
    eventually("the star", &|tier| tier["tier"] == "insider").await;
    let before = app.get(&path).await.expect(200)["standing"]["score"]
        .as_f64()
        .unwrap();
    let more: Vec<Value> = (0..50)
        .map(|n| like(&format!("m{n}"), &format!("new{n}"), "kevin", "las-vegas"))
        .collect();
    app.events(&more).await;
    eventually("the new score", &|tier| {
        tier["standing"]["score"].as_f64().unwrap() > before
    })
    .await;
    app.put("/v1/members/twitter:kevin", json!({"scoring": "opted_out"}))
        .await
        .expect(200);
    let gone = app.get(&path).await.expect(200);
    assert_eq!(
        gone["tier"], "guest",
        "what this replica committed it knows at once"
    );
    app.put("/v1/members/twitter:kevin", json!({"scoring": "active"}))
        .await
        .expect(200);
    eventually("the member who came back", &|tier| {
        tier["tier"] == "insider"
    })
    .await;
    jobs.stop().await;
}

#[tokio::test]
async fn who_opted_out_does_not_age_in_memory() {
    let app = App::start().await;
    app.publish_palms().await;
    app.service.notices.set_heard(true);
    let body = json!({"scoring": "opted_out"});
    app.put("/v1/members/twitter:ann", body).await.expect(201);
    let path = |name: &str| format!("/v1/programs/palms-klub/members/twitter:{name}/tier");
    for _ in 0..2 {
        let ann = app.get(&path("ann")).await;
        let zoe = app.get(&path("zoe")).await;
        assert_eq!(ann.expect(200), zoe.expect(200));
        assert_eq!(ann.headers["etag"], zoe.headers["etag"]);
        app.service.clock.advance(chrono::TimeDelta::minutes(5));
    }
}

#[tokio::test]
async fn the_desk_reads_the_name_that_the_business_has_given() {
    let app = hotel().await;
    let name = async |who: &str, lookup: &str| {
        let answer = app.get(&format!("{KLUB}/{who}/{lookup}")).await;
        answer.expect(200)["name"].clone()
    };
    for lookup in ["tier", "service-level", "offers"] {
        assert_eq!(name("loyalty:K7", lookup).await, Value::Null);
    }
    let grace = json!({"name": "Grace Hopper"});
    app.patch("/v1/members/loyalty:K7", grace).await.expect(200);
    for lookup in ["tier", "service-level", "offers"] {
        assert_eq!(name("loyalty:K7", lookup).await, "Grace Hopper");
    }
    // No decision records it, and no opted-out member has one.
    let decide = json!({"program": "palms-klub", "member": "loyalty:K7"});
    let decision = app.post("/v1/decisions", decide).await.expect(201);
    assert!(!decision.to_string().contains("Grace"), "{decision}");
    let out = json!({"scoring": "opted_out"});
    app.patch("/v1/members/loyalty:K7", out).await.expect(200);
    assert_eq!(name("loyalty:K7", "tier").await, Value::Null);
}

#[tokio::test]
async fn the_answer_about_an_unknown_guest_keeps_its_tag_for_the_day() {
    let app = hotel().await;
    app.put("/v1/members/twitter:otto", json!({"scoring": "opted_out"}))
        .await
        .expect(201);
    // Without the time at which the ticket was opened, a service level counts from now.
    let service_level = "service-level?opened_at=2026-11-22T11:00:00Z";
    for lookup in ["tier", service_level, "offers"] {
        let tag = async |who: &str| {
            let answer = app.get(&format!("{KLUB}/{who}/{lookup}")).await;
            answer.headers["etag"].clone()
        };
        let before = tag("twitter:never-seen").await;
        app.service.clock.advance(TimeDelta::minutes(30));
        assert_eq!(tag("twitter:never-seen").await, before);
        assert_eq!(tag("twitter:otto").await, before);
    }
}

#[tokio::test]
async fn a_lookup_takes_what_the_caller_knows_of_the_occasion() {
    let app = hotel().await;
    let cabana = async |query: &str| {
        let asked = format!("{KLUB}/twitter:kevin/offers{query}");
        let offers = app.get(&asked).await.expect(200);
        offer(&offers, "cabana")["refusal"].clone()
    };
    // Between two lookups without it, so that a cached answer would be noticed.
    assert_eq!(cabana("").await, Value::Null);
    assert_eq!(cabana("?request.party_size=9").await, "condition");
    assert_eq!(cabana("?request.party_size=3").await, Value::Null);
    assert_eq!(cabana("").await, Value::Null);
    // The same context decides the same, and a list of guests takes one for all.
    let body =
        json!({"members": ["twitter:kevin"], "include": ["offers"], "request": {"party_size": 9}});
    let many = app.post("/v1/programs/palms-klub/lookups", body).await;
    let many = many.expect(200);
    assert_eq!(
        offer(&many["data"][0]["offers"], "cabana")["refusal"],
        "condition"
    );
    let refused = app
        .get(&format!(
            "{KLUB}/twitter:kevin/offers?request.a=1&request.a=2"
        ))
        .await
        .expect(400);
    assert!(
        refused["detail"].as_str().unwrap().contains("given twice"),
        "{refused}"
    );
    let misspelt = app
        .get(&format!("{KLUB}/twitter:kevin/offers?party_size=3"))
        .await
        .expect(400);
    assert_eq!(
        misspelt["detail"],
        "there is no parameter 'party_size'; this route has: request.NAME"
    );
}
