//! Invitations: in the order of the business, then automatically down the list.

use chrono::Duration;
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use super::open;
use crate::harness::{Answer, App};

const INVITATIONS: &str = "/v1/programs/dinner/perks/table/invitations";
const WAITING: &str = "/v1/programs/dinner/perks/table/waiting";

fn dinner(tables: u32, more: &str) -> String {
    format!(
        "program: dinner\ntitle: Dinner\nstanding: {{ influence: 1 }}\n\
         service_levels:\n  - {{ id: standard, queue: general }}\n\
         tiers:\n  - {{ id: guest, service_level: standard }}\nperks:\n\
         \x20 - {{ id: table, title: A table, disclosure: We like you., kind: invitation, \
         stock: {tables}, hold: 24h{more} }}\n"
    )
}

fn member_name(member: usize) -> String {
    format!("twitter:m{member}")
}

async fn invite(app: &App, members: impl IntoIterator<Item = usize>) -> Answer {
    let members: Vec<String> = members.into_iter().map(member_name).collect();
    send(app, json!({"members": members})).await
}

/// Sends an idempotent request with a new key.
async fn send(app: &App, body: Value) -> Answer {
    let name = app.service.clock.new_id().to_string();
    app.post_once(INVITATIONS, &name, body).await
}

/// The outcome of each invitation.
fn outcomes(answer: &Value) -> Vec<&str> {
    let data = answer["data"].as_array().unwrap().iter();
    data.map(|one| one["outcome"].as_str().unwrap()).collect()
}

async fn step(app: &App, claim: &Value, step: &str) -> Answer {
    let path = format!("/v1/claims/{}/{step}", claim.as_str().unwrap());
    app.post(&path, json!({})).await
}

/// The members that have a unit, by name.
async fn guests(app: &App) -> Vec<String> {
    sqlx::query_scalar(
        "select handle from claims c join accounts a using (member_id)
         where state in ('held', 'confirmed', 'redeemed') order by handle",
    )
    .fetch_all(&app.pool)
    .await
    .unwrap()
}

#[tokio::test]
async fn the_first_are_invited_and_the_others_wait() {
    let app = open(&dinner(2, ""), 5).await;
    let members = [
        "twitter:m3",
        "twitter:nobody",
        "twitter:m1",
        "twitter:m4",
        "twitter:m0",
    ];
    let body = json!({"members": members});
    let first = app.post_once(INVITATIONS, "a", body.clone()).await;
    let answer = first.expect(200);
    assert_eq!(
        outcomes(&answer),
        ["invited", "refused", "invited", "waiting", "waiting"]
    );
    let data = &answer["data"];
    assert_eq!(data[0]["identity"], "twitter:m3");
    assert_eq!(
        (&data[0]["state"], &data[0]["expires_at"]),
        (&json!("held"), &json!("2026-11-23T12:00:00Z"))
    );
    assert_eq!(
        (&data[1]["refusal"], &data[1]["member"]),
        (&json!("not_enrolled"), &Value::Null)
    );
    assert_eq!(
        (&data[3]["before"], &data[4]["before"]),
        (&json!(0), &json!(1))
    );
    assert_eq!(
        app.post_once(INVITATIONS, "a", body).await.expect(200),
        answer
    );
    // No member is invited twice.
    let again = invite(&app, [0, 1, 1, 2, 2, 3]).await.expect(200);
    assert_eq!(
        outcomes(&again),
        [
            "already_waiting",
            "already_invited",
            "already_invited",
            "waiting",
            "already_waiting",
            "already_invited"
        ]
    );
    assert_eq!(again["data"][5]["claim"], data[0]["claim"]);
    assert_eq!(again["data"][0]["waiting"], data[4]["waiting"]);
    assert_eq!(again["data"][3]["before"], 2);
    let claim = app
        .get(&format!(
            "/v1/claims/{}",
            data[0]["claim"].as_str().unwrap()
        ))
        .await;
    assert_eq!(claim.expect(200)["origin"], "invitation");
    let accepted = step(&app, &data[0]["claim"], "confirm").await.expect(200);
    assert_eq!(accepted["state"], "confirmed");
    assert_eq!(guests(&app).await, ["m1", "m3"]);
    // No unit is left for members that were not invited, and none is given away.
    assert_eq!(app.service.claims.serve_waiting().await.unwrap(), 0);
}

#[tokio::test]
async fn the_list_moves_up_when_somebody_declines_or_does_not_answer() {
    let app = open(&dinner(2, ""), 5).await;
    let answer = invite(&app, 0..5).await.expect(200);
    step(&app, &answer["data"][0]["claim"], "release")
        .await
        .expect(200);
    assert_eq!(app.service.claims.serve_waiting().await.unwrap(), 1);
    assert_eq!(guests(&app).await, ["m1", "m2"]);
    // The second does not answer; the third has a day from now on.
    app.service.clock.advance(Duration::hours(23));
    let list = app.get(WAITING).await.expect(200);
    step(&app, &list["data"][2]["claim"], "confirm")
        .await
        .expect(200);
    app.service.clock.advance(Duration::hours(1));
    assert_eq!(app.service.claims.expire_due().await.unwrap(), 1);
    assert_eq!(app.service.claims.serve_waiting().await.unwrap(), 1);
    assert_eq!(guests(&app).await, ["m2", "m3"]);
    // A member that declined may be invited again, and waits behind the others.
    let again = invite(&app, [0]).await.expect(200);
    assert_eq!(outcomes(&again), ["waiting"]);
    assert_eq!(again["data"][0]["before"], 1);
}

#[tokio::test]
async fn the_list_moves_up_when_there_are_more_tables() {
    let app = open(&dinner(1, ""), 4).await;
    invite(&app, 0..4).await.expect(200);
    app.service
        .programs
        .publish(None, &dinner(3, ""), None)
        .await
        .unwrap();
    assert_eq!(app.service.claims.serve_waiting().await.unwrap(), 2);
    assert_eq!(guests(&app).await, ["m0", "m1", "m2"]);
}

#[tokio::test]
async fn when_the_dinner_is_over_nobody_waits_any_more() {
    let program = dinner(1, ", until: 2026-11-23");
    let app = open(&program, 3).await;
    let answer = invite(&app, 0..3).await.expect(200);
    app.service.clock.advance(Duration::hours(12));
    assert_eq!(
        app.service.claims.serve_waiting().await.unwrap(),
        0,
        "its last day goes on"
    );
    app.service.clock.advance(Duration::hours(24));
    assert_eq!(app.service.claims.serve_waiting().await.unwrap(), 2);
    let list = app.get(WAITING).await.expect(200);
    for waited in &list["data"].as_array().unwrap()[1..] {
        assert_eq!(waited["outcome"], "expired");
    }
    assert_eq!(list["data"][0]["claim"], answer["data"][0]["claim"]);
    assert_eq!(app.service.claims.serve_waiting().await.unwrap(), 0);
}

#[tokio::test]
async fn units_that_others_wait_for_are_not_given_to_who_is_invited_later() {
    let app = open(&dinner(1, ""), 4).await;
    let answer = invite(&app, [0, 1]).await.expect(200);
    step(&app, &answer["data"][0]["claim"], "release")
        .await
        .expect(200);
    // The unit is free, but the second waits for it and has not been served yet.
    let later = invite(&app, [2, 3]).await.expect(200);
    assert_eq!(outcomes(&later), ["waiting", "waiting"]);
    assert_eq!(later["data"][0]["before"], 1);
    app.service.claims.serve_waiting().await.unwrap();
    assert_eq!(guests(&app).await, ["m1"]);
}

#[tokio::test]
async fn who_is_not_to_have_it_is_refused_with_the_reason() {
    let app = open(&dinner(2, ", when: influence.lower >= 20"), 1).await;
    let answer = invite(&app, [0]).await.expect(200);
    let refused = &answer["data"][0];
    assert_eq!(
        (&refused["outcome"], &refused["refusal"]),
        (&json!("refused"), &json!("condition"))
    );
    assert_eq!(
        refused["reason"]["tests"][0]["test"],
        "influence.lower >= 20"
    );
    assert_eq!(app.get(WAITING).await.expect(200)["data"], json!([]));
}

#[tokio::test]
async fn a_limit_of_the_day_lets_the_others_wait_for_the_next() {
    let app = open(&dinner(3, ", per_day: 1"), 3).await;
    let answer = invite(&app, 0..3).await.expect(200);
    assert_eq!(outcomes(&answer), ["invited", "waiting", "waiting"]);
    assert_eq!(app.service.claims.serve_waiting().await.unwrap(), 0);
    app.service.clock.advance(Duration::hours(12));
    assert_eq!(app.service.claims.serve_waiting().await.unwrap(), 1);
    assert_eq!(guests(&app).await, ["m0", "m1"]);
}

#[tokio::test]
async fn a_partners_codes_are_a_limit_too() {
    let app = open(&dinner(5, ", codes: imported"), 4).await;
    let import = async |codes: &str| {
        let path = "/v1/programs/dinner/perks/table/codes/import";
        let csv = [("content-type", "text/csv")];
        let answer = app.send(Method::POST, path, &csv, format!("code\n{codes}"));
        answer.await.expect(200);
    };
    import("FIRST-1\n").await;
    let answer = invite(&app, [0, 1]).await.expect(200);
    assert_eq!(outcomes(&answer), ["invited", "waiting"]);
    // The next code is for the member that waits, although it has not been served yet.
    import("SECOND-2\nTHIRD-3\n").await;
    let answer = invite(&app, [2, 3]).await.expect(200);
    assert_eq!(outcomes(&answer), ["invited", "waiting"]);
    assert_eq!(app.service.claims.serve_waiting().await.unwrap(), 1);
    assert_eq!(guests(&app).await, ["m0", "m1", "m2"]);
}

#[tokio::test]
async fn what_is_wrong_with_a_list_is_said_and_nobody_is_invited() {
    let app = open(&dinner(2, ""), 1).await;
    let bad = json!({"members": ["twitter:m0", "nonsense"]});
    let answer = send(&app, bad).await;
    assert_eq!(answer.problem(400), "invalid-request");
    assert_eq!(answer.json()["pointer"], "/members/1");
    for members in [vec![], vec!["twitter:m0"; 1_001]] {
        let answer = send(&app, json!({"members": members})).await;
        assert_eq!(answer.problem(400), "invalid-request");
        assert_eq!(answer.json()["pointer"], "/members");
    }
    let nameless = app
        .post(INVITATIONS, json!({"members": ["twitter:m0"]}))
        .await;
    assert_eq!(nameless.problem(400), "idempotency-key-missing");
    assert_eq!(guests(&app).await, Vec::<String>::new());
    // Members cannot claim it, or wait for it, without an invitation.
    let claim = json!({"program": "dinner", "perk": "table", "member": "twitter:m0"});
    let refused = app.post_once("/v1/claims", "c", claim).await;
    assert_eq!(refused.json()["refusal"], "by_invitation");
    let refused = app.post(WAITING, json!({"member": "twitter:m0"})).await;
    assert_eq!(refused.json()["refusal"], "by_invitation");
    let given = dinner(2, "").replace("kind: invitation", "kind: guaranteed");
    app.service
        .programs
        .publish(None, &given, None)
        .await
        .unwrap();
    let refused = invite(&app, [0]).await;
    assert_eq!(refused.problem(409), "claim-refused");
    assert_eq!(refused.json()["refusal"], "not_by_invitation");
}

#[tokio::test]
async fn who_declines_while_others_are_invited_gives_to_who_waits_first() {
    const ROUNDS: usize = 8;
    for _ in 0..ROUNDS {
        let app = open(&dinner(1, ""), 4).await;
        let answer = invite(&app, [0, 1]).await.expect(200);
        let claim = &answer["data"][0]["claim"];
        let serving = async {
            app.service.claims.serve_waiting().await.unwrap();
            app.service.claims.serve_waiting().await.unwrap()
        };
        let (declined, invited, _) =
            futures::join!(step(&app, claim, "release"), invite(&app, [2, 3]), serving);
        declined.expect(200);
        assert_eq!(outcomes(&invited.expect(200)), ["waiting", "waiting"]);
        app.service.claims.serve_waiting().await.unwrap();
        assert_eq!(guests(&app).await, ["m1"]);
    }
}

#[tokio::test]
async fn lists_that_cross_invite_everybody_once() {
    const PEOPLE: usize = 40;
    const TABLES: u32 = 15;
    let app = open(&dinner(TABLES, ""), PEOPLE).await;
    let lists = (0..8).map(|list| {
        let members: Vec<usize> = match list % 2 {
            0 => (0..PEOPLE).collect(),
            _ => (0..PEOPLE).rev().collect(),
        };
        invite(&app, members)
    });
    let mut fresh = Vec::new();
    for answer in join_all(lists).await {
        let answer = answer.expect(200);
        let data = answer["data"].as_array().unwrap().clone();
        let new = |one: &Value| one["outcome"] == "invited" || one["outcome"] == "waiting";
        fresh.extend(data.into_iter().filter(new));
    }
    assert_eq!(fresh.len(), PEOPLE, "one list had them all");
    let invited = fresh.iter().filter(|one| one["outcome"] == "invited");
    assert_eq!(invited.count(), TABLES as usize);
    assert_eq!(guests(&app).await.len(), TABLES as usize);
    let (taken, waiting): (i64, i64) = sqlx::query_as("select taken, waiting from perk_stock")
        .fetch_one(&app.pool)
        .await
        .unwrap();
    assert_eq!(
        (taken, waiting),
        (i64::from(TABLES), PEOPLE as i64 - i64::from(TABLES))
    );
}
