//! Limits of members, days and money: a member can claim exactly what a lookup says is
//! left.

use chrono::{DateTime, Duration, Utc};
use futures::future::join_all;
use serde_json::{Value, json};

use super::open;
use crate::harness::{Answer, App};

/// A program with a cake and a tea for everybody.
fn cafe(cake: &str, limits: &str) -> String {
    format!(
        "program: cafe\ntimezone: America/Los_Angeles\n\
         service_levels: [{{ id: all, queue: general }}]\n\
         tiers: [{{ id: guest, service_level: all }}]\n\
         perks:\n\
         \x20 - {{ id: cake, title: A cake, disclosure: Because., per_member: 2, value: 30 USD{cake} }}\n\
         \x20 - {{ id: tea, title: A tea, disclosure: Because., per_member: 9 }}\n{limits}"
    )
}

async fn claim(app: &App, member: usize, perk: &str) -> Answer {
    let name = app.service.clock.new_id().to_string();
    let member = format!("twitter:m{member}");
    let body = json!({"program": "cafe", "perk": perk, "member": member});
    app.post_once("/v1/claims", &name, body).await
}

#[track_caller]
fn refusal(answer: &Answer) -> String {
    assert_eq!(answer.problem(409), "claim-refused");
    answer.json()["refusal"].as_str().unwrap().to_owned()
}

/// The refusal, what is left and what is claimed of the perk at a place in the list.
async fn offer(app: &App, member: usize, place: usize) -> Value {
    let path = format!("/v1/programs/cafe/members/twitter:m{member}/offers");
    let offer = app.get(&path).await.expect(200)["offers"][place].clone();
    json!([offer["refusal"], offer["left"], offer["claimed"]])
}

#[tokio::test]
async fn an_offer_shows_what_is_left_now_whatever_the_tick() {
    let app = open(&cafe(", stock: 3", ""), 2).await;
    let tier = "/v1/programs/cafe/members/twitter:m0/tier";
    let before = app.get(tier).await;
    assert_eq!(offer(&app, 0, 0).await, json!([null, 3, 0]));
    let first = claim(&app, 1, "cake").await.expect(201);
    // The member has not changed, and no time has passed.
    assert_eq!(offer(&app, 0, 0).await, json!([null, 2, 0]));
    assert_eq!(offer(&app, 1, 0).await, json!([null, 2, 1]));
    claim(&app, 1, "cake").await.expect(201);
    assert_eq!(offer(&app, 1, 0).await, json!(["member_limit", 1, 2]));
    assert_eq!(refusal(&claim(&app, 1, "cake").await), "member_limit");
    claim(&app, 0, "cake").await.expect(201);
    assert_eq!(offer(&app, 0, 0).await, json!(["out_of_stock", 0, 1]));
    assert_eq!(refusal(&claim(&app, 0, "cake").await), "out_of_stock");
    let release = format!("/v1/claims/{}/release", first["id"].as_str().unwrap());
    app.post(&release, json!({})).await.expect(200);
    assert_eq!(offer(&app, 0, 0).await, json!([null, 1, 1]));
    assert_eq!(offer(&app, 1, 0).await, json!([null, 1, 1]));
    assert_eq!(app.get(tier).await.headers["etag"], before.headers["etag"]);
}

#[tokio::test]
async fn a_tier_that_is_known_is_told_although_the_counts_are_busy() {
    // Less than the longest wait for a lock, which has another answer.
    let app = App::with(|config| config.http.timeout_seconds = 1).await;
    let program = cafe(", stock: 3, per_day: 2, budget: 90 USD", "");
    app.service
        .programs
        .publish(None, &program, None)
        .await
        .unwrap();
    app.enrol("twitter:m0").await;
    app.service.notices.set_heard(true);
    let lookup = async |what: &str| {
        let path = format!("/v1/programs/cafe/members/twitter:m0/{what}");
        app.get(&path).await
    };
    for what in ["tier", "service-level", "offers"] {
        lookup(what).await.expect(200);
    }
    let mut busy = app.pool.begin().await.unwrap();
    sqlx::query("lock table perk_stock, claim_usage, member_claims, scores, members, api_keys")
        .execute(&mut *busy)
        .await
        .unwrap();
    lookup("tier").await.expect(200);
    lookup("service-level").await.expect(200);
    // What is left now must be read from the database.
    assert_eq!(lookup("offers").await.problem(503), "timeout");
    busy.rollback().await.unwrap();
    lookup("offers").await.expect(200);
}

#[tokio::test]
async fn a_day_ends_where_the_program_is() {
    let app = open(&cafe(", per_day: 2", ""), 3).await;
    claim(&app, 0, "cake").await.expect(201);
    let second = claim(&app, 1, "cake").await.expect(201);
    assert_eq!(second["day"], "2026-11-22");
    assert_eq!(offer(&app, 2, 0).await, json!(["day_limit", 0, 0]));
    assert_eq!(refusal(&claim(&app, 2, "cake").await), "day_limit");
    // Midnight in Los Angeles is at eight in the morning.
    app.service
        .clock
        .advance(Duration::hours(20) - Duration::seconds(1));
    assert_eq!(refusal(&claim(&app, 2, "cake").await), "day_limit");
    app.service.clock.advance(Duration::seconds(1));
    assert_eq!(offer(&app, 2, 0).await, json!([null, 2, 0]));
    assert_eq!(
        claim(&app, 2, "cake").await.expect(201)["day"],
        "2026-11-23"
    );
    // A claim of yesterday that is released today counts for yesterday.
    let release = format!("/v1/claims/{}/release", second["id"].as_str().unwrap());
    app.post(&release, json!({})).await.expect(200);
    assert_eq!(offer(&app, 2, 0).await, json!([null, 1, 1]));
}

#[tokio::test]
async fn money_is_spent_to_the_last_unit_that_it_pays_for() {
    let limits = "limits: { budget: 149.99 USD }\n";
    let app = open(&cafe(", per_day: 9, budget: 100 USD", limits), 5).await;
    assert_eq!(offer(&app, 0, 0).await, json!([null, 3, 0]));
    for member in 0..3 {
        claim(&app, member, "cake").await.expect(201);
    }
    assert_eq!(offer(&app, 3, 0).await, json!(["budget_spent", 0, 0]));
    assert_eq!(refusal(&claim(&app, 3, "cake").await), "budget_spent");
    // A perk without cost needs no budget.
    claim(&app, 3, "tea").await.expect(201);
    // With a larger budget of the perk, the program's budget ends first.
    let more = cafe(", per_day: 9, budget: 1000 USD", limits);
    app.service
        .programs
        .publish(None, &more, None)
        .await
        .unwrap();
    assert_eq!(offer(&app, 3, 0).await, json!([null, 1, 0]));
    claim(&app, 3, "cake").await.expect(201);
    assert_eq!(refusal(&claim(&app, 4, "cake").await), "budget_spent");
}

#[tokio::test]
async fn all_perks_together_have_limits_of_their_own() {
    let limits = "limits: { per_member: 3, per_day: 4 }\n";
    let app = open(&cafe(", stock: 50", limits), 2).await;
    claim(&app, 0, "cake").await.expect(201);
    claim(&app, 0, "tea").await.expect(201);
    claim(&app, 0, "tea").await.expect(201);
    assert_eq!(offer(&app, 0, 0).await, json!(["member_limit", 1, 1]));
    assert_eq!(refusal(&claim(&app, 0, "cake").await), "member_limit");
    claim(&app, 1, "tea").await.expect(201);
    assert_eq!(offer(&app, 1, 0).await, json!(["day_limit", 0, 0]));
    assert_eq!(refusal(&claim(&app, 1, "cake").await), "day_limit");
}

#[tokio::test]
async fn a_crowd_gets_what_the_limits_allow_and_not_one_more() {
    let limits = "limits: { per_day: 12, budget: 400 USD }\n";
    let app = open(&cafe(", per_day: 10, budget: 250 USD", limits), 12).await;
    // Every member asks three times at once, and may have two.
    let asked = (0..36).map(|n| claim(&app, n % 12, "cake"));
    let answers = join_all(asked).await;
    let given = answers.iter().filter(|a| a.status == 201).count();
    assert_eq!(given, 8, "250 USD pay for 8 of 30 USD");
    let units: Vec<i64> =
        sqlx::query_scalar("select units from member_claims where perk_id = 'cake' and units > 0")
            .fetch_all(&app.pool)
            .await
            .unwrap();
    assert_eq!(units.iter().sum::<i64>(), 8);
    assert!(units.iter().all(|units| *units <= 2), "{units:?}");
    assert_eq!(offer(&app, 0, 1).await[1], 4);
}

#[tokio::test]
async fn a_stock_that_is_taken_away_counts_on_and_can_come_back() {
    let app = open(&cafe(", stock: 2", ""), 3).await;
    claim(&app, 0, "cake").await.expect(201);
    claim(&app, 1, "cake").await.expect(201);
    assert_eq!(offer(&app, 2, 0).await, json!(["out_of_stock", 0, 0]));
    let endless = cafe("", "");
    app.service
        .programs
        .publish(None, &endless, None)
        .await
        .unwrap();
    assert_eq!(offer(&app, 2, 0).await, json!([null, null, 0]));
    claim(&app, 2, "cake").await.expect(201);
    let too_few = cafe(", stock: 2", "");
    let refused = app.service.programs.publish(None, &too_few, None).await;
    assert!(refused.is_err(), "3 are taken");
    let again = cafe(", stock: 4", "");
    app.service
        .programs
        .publish(None, &again, None)
        .await
        .unwrap();
    assert_eq!(offer(&app, 2, 0).await, json!([null, 1, 1]));
}

#[tokio::test]
async fn what_was_confirmed_has_to_be_redeemed_in_time() {
    let app = open(&cafe(", redeem: 30d", ""), 1).await;
    let held = claim(&app, 0, "cake").await.expect(201);
    let path = format!("/v1/claims/{}", held["id"].as_str().unwrap());
    let confirmed = app
        .post(&format!("{path}/confirm"), json!({}))
        .await
        .expect(200);
    assert_eq!(confirmed["expires_at"], "2026-12-22T12:00:00Z");
    app.service.clock.advance(Duration::days(30));
    let late = app.post(&format!("{path}/redeem"), json!({})).await;
    assert_eq!(late.problem(409), "conflict");
    assert_eq!(app.service.claims.expire_due().await.unwrap(), 1);
    assert_eq!(app.get(&path).await.expect(200)["state"], "expired");
}

#[tokio::test]
async fn a_decision_tells_the_limit_and_is_made_again_to_the_byte() {
    let app = open(&cafe(", per_day: 1, budget: 100 USD", ""), 2).await;
    claim(&app, 0, "cake").await.expect(201);
    let body = json!({"program": "cafe", "member": "twitter:m0"});
    let decision = app.post("/v1/decisions", body).await.expect(201);
    let reasons = decision["outcome"]["not_matched"].as_array().unwrap();
    let cake = reasons.iter().find(|r| r["id"] == "cake").unwrap();
    assert_eq!(cake["refusal"], "day_limit");
    let why = json!({"result": "impossible", "reason": "day_limit"});
    assert_eq!(cake["counterfactual"], why);
    assert_eq!(decision["inputs"]["claimed"], json!({"cake": 1}));
    assert_eq!(decision["inputs"]["used"]["today"], json!({"cake": 1}));
    assert_eq!(decision["inputs"]["used"]["spent"], json!({"cake": "30"}));
    // Later changes of the counts do not matter.
    let release = sqlx::query_scalar::<_, uuid::Uuid>("select claim_id from claims");
    let id = release.fetch_one(&app.pool).await.unwrap();
    app.post(&format!("/v1/claims/{id}/release"), json!({}))
        .await
        .expect(200);
    let id = decision["id"].as_str().unwrap();
    let replay = app.get(&format!("/v1/decisions/{id}/replay")).await;
    assert_eq!(replay.expect(200)["same"], true);
}

#[tokio::test]
async fn a_simulation_counts_what_members_may_still_claim() {
    let app = open(&cafe(", stock: 50", ""), 4).await;
    claim(&app, 0, "cake").await.expect(201);
    claim(&app, 0, "cake").await.expect(201);
    claim(&app, 1, "cake").await.expect(201);
    let source = cafe(", stock: 50, budget: 150 USD", "limits: { per_day: 9 }\n");
    for sample in [None, Some(3)] {
        let body = json!({"source": source, "sample": sample, "uptake": 0.5});
        let headers = [
            ("content-type", "application/json"),
            ("accept", "application/json"),
        ];
        let path = "/v1/programs/cafe/simulate";
        let answer = app
            .send(reqwest::Method::POST, path, &headers, body.to_string())
            .await
            .expect(200);
        let cake = &answer["perks"][0];
        // 90 of 150 USD are spent: two more.
        assert_eq!(cake["units_left"], 2, "{sample:?}");
        if sample.is_none() {
            assert_eq!(cake["eligible"]["at_once"]["after"], 4);
            assert_eq!(cake["demand"], 5);
            assert_eq!(cake["runs_out_on"], today(app.service.clock.now()));
        }
    }
}

/// The day in Los Angeles, in winter.
fn today(now: DateTime<Utc>) -> String {
    (now - Duration::hours(8)).date_naive().to_string()
}
