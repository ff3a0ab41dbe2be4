//! Reports on perks, by the days of the program.

use chrono::{DateTime, TimeDelta, Utc};
use renown::service::insight::CensusStart;
use renown_core::domain::ProgramId;
use serde_json::{Value, json};

use crate::harness::{Answer, App};

const REPORT: &str = "/v1/programs/club/report";

/// A club in Los Angeles, where it is four in the morning at noon in Greenwich.
const CLUB: &str = r#"program: club
timezone: America/Los_Angeles
service_levels: [{ id: fast, queue: a }]
tiers: [{ id: guest, service_level: fast }]
perks:
  - { id: mug, title: A mug, stock: 5, per_member: 3, hold: 48h, value: 12.50 USD, disclosure: Because. }
  - { id: seat, title: A seat, when: has(member.attributes.vip), disclosure: Because. }
  - { id: trial, title: A trial, experiment: { hold_back: 50%, salt: spring }, disclosure: Because. }
"#;

async fn club(members: usize) -> App {
    let app = App::start().await;
    app.service
        .programs
        .publish(None, CLUB, None)
        .await
        .unwrap();
    for n in 0..members {
        let vip = match n {
            0 => json!({"attributes": {"vip": true}}),
            _ => json!({}),
        };
        app.put(&format!("/v1/members/shop:p{n}"), vip)
            .await
            .expect(201);
    }
    app
}

async fn census(app: &App) -> bool {
    app.service.insight.take_census(&program()).await.unwrap()
}

fn program() -> ProgramId {
    ProgramId::parse("club").unwrap()
}

async fn look(app: &App, n: usize) {
    let path = format!("/v1/programs/club/members/shop:p{n}/offers");
    app.get(&path).await.expect(200);
    app.service.exposures.write_down_shown().await.unwrap();
}

async fn hold(app: &App, n: usize, name: &str) -> String {
    let body = json!({"program": "club", "perk": "mug", "member": format!("shop:p{n}")});
    let claim = app.post_once("/v1/claims", name, body).await.expect(201);
    claim["id"].as_str().unwrap().to_owned()
}

async fn step(app: &App, claim: &str, step: &str) -> Answer {
    app.post(&format!("/v1/claims/{claim}/{step}"), json!({}))
        .await
}

/// Sets the clock of the service, forward only.
fn at(app: &App, time: &str) {
    let time: DateTime<Utc> = time.parse().unwrap();
    app.service.clock.advance(time - app.service.clock.now());
}

async fn report(app: &App, query: &str) -> Value {
    app.get(&format!("{REPORT}{query}")).await.expect(200)
}

/// Returns the entry of a report for a perk on a day.
fn entry<'r>(report: &'r Value, day: &str, perk: &str) -> &'r Value {
    let days = report["days"].as_array().unwrap();
    let day = days.iter().find(|entry| entry["day"] == day);
    let perks = day.map(|day| day["perks"].as_array().unwrap());
    let found = perks.and_then(|perks| perks.iter().find(|entry| entry["perk"] == perk));
    found.unwrap_or(&Value::Null)
}

#[tokio::test]
async fn a_report_follows_claims_from_day_to_day() {
    let app = club(3).await;
    assert!(census(&app).await);
    look(&app, 0).await;
    look(&app, 1).await;
    let (kept, back) = (hold(&app, 0, "a").await, hold(&app, 1, "b").await);
    let expiring = hold(&app, 2, "c").await;
    step(&app, &kept, "confirm").await.expect(200);
    app.service.clock.advance(TimeDelta::days(1));
    step(&app, &kept, "redeem").await.expect(200);
    step(&app, &back, "release").await.expect(200);
    app.service.clock.advance(TimeDelta::days(2));
    app.service.claims.expire_due().await.unwrap();
    app.service.exposures.write_down_shown().await.unwrap();
    let report = report(&app, "").await;
    assert_eq!(report["timezone"], "America/Los_Angeles");
    assert_eq!(
        (&report["from"], &report["to"]),
        (&json!("2026-10-27"), &json!("2026-11-25"))
    );
    let first = entry(&report, "2026-11-22", "mug");
    // Members that claimed it were exposed to it too.
    let counts = json!({
        "perk": "mug", "eligible": 3, "held_back": 0, "offered": 3,
        "held": 3, "confirmed": 1, "redeemed": 0, "released": 0, "expired": 0, "cancelled": 0,
        "cost": [{"currency": "USD", "committed": "12.5", "redeemed_value": "0"}],
    });
    assert_eq!(*first, counts);
    let second = entry(&report, "2026-11-23", "mug");
    assert_eq!(
        (&second["redeemed"], &second["released"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(second["cost"][0]["redeemed_value"], "12.5");
    assert_eq!(second["eligible"], Value::Null, "no census was taken");
    let ended = app.get(&format!("/v1/claims/{expiring}")).await.expect(200);
    assert_eq!(ended["state"], "expired");
    let all = |name: &str| report["totals"][0][name].as_u64().unwrap();
    assert_eq!(report["totals"][0]["perk"], "mug");
    assert_eq!(
        (
            all("held"),
            all("redeemed"),
            all("released"),
            all("expired")
        ),
        (3, 1, 1, 1)
    );
    let cost = json!([{"currency": "USD", "committed": "12.5", "redeemed_value": "12.5"}]);
    assert_eq!(report["totals"][0]["cost"], cost);
}

#[tokio::test]
async fn days_begin_where_the_program_lives() {
    let app = club(2).await;
    // A quarter to midnight on the 22nd over there, the 23rd in Greenwich.
    at(&app, "2026-11-23T07:45:00Z");
    census(&app).await;
    look(&app, 0).await;
    hold(&app, 0, "a").await;
    at(&app, "2026-11-23T08:00:00Z");
    assert!(census(&app).await, "another day has begun");
    look(&app, 0).await;
    look(&app, 1).await;
    hold(&app, 1, "b").await;
    let report = report(&app, "?from=2026-11-22&to=2026-11-23&perk=mug").await;
    for (day, offered) in [("2026-11-22", 1), ("2026-11-23", 2)] {
        let entry = entry(&report, day, "mug");
        let found = ["held", "offered", "eligible"].map(|name| &entry[name]);
        assert_eq!(found, [&json!(1), &json!(offered), &json!(2)], "{day}");
    }
    let one = app
        .get(&format!("{REPORT}?from=2026-11-23&to=2026-11-23"))
        .await;
    assert_eq!(one.expect(200)["days"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn each_member_is_counted_once_a_day() {
    let app = club(2).await;
    for _ in 0..3 {
        look(&app, 0).await;
        app.service.clock.advance(TimeDelta::minutes(2));
    }
    let offered = |report: &Value| entry(report, "2026-11-22", "mug")["offered"].clone();
    assert_eq!(offered(&report(&app, "").await), 1);
    look(&app, 1).await;
    assert_eq!(offered(&report(&app, "").await), 2);
    // Members that opt out later stay in the counts.
    app.put("/v1/members/shop:p1", json!({"scoring": "opted_out"}))
        .await
        .expect(200);
    assert_eq!(offered(&report(&app, "").await), 2);
    // With another version of the experiment, the same people are counted once.
    let anew = CLUB
        .replace("salt: spring", "salt: autumn")
        .replace("50%", "1%");
    app.service
        .programs
        .publish(None, &anew, None)
        .await
        .unwrap();
    look(&app, 0).await;
    let trial = |report: &Value| entry(report, "2026-11-22", "trial")["offered"].as_u64();
    let before = trial(&report(&app, "").await).unwrap_or(0);
    assert!((1..=2).contains(&before), "{before}");
}

#[tokio::test]
async fn a_census_counts_whoever_might_have_each_perk() {
    let app = club(40).await;
    assert!(census(&app).await);
    assert!(!census(&app).await, "once a day");
    let report = report(&app, "").await;
    let of = |perk: &str, name: &str| entry(&report, "2026-11-22", perk)[name].as_u64().unwrap();
    assert_eq!((of("mug", "eligible"), of("mug", "held_back")), (40, 0));
    assert_eq!((of("seat", "eligible"), of("seat", "held_back")), (1, 0));
    let (eligible, held_back) = (of("trial", "eligible"), of("trial", "held_back"));
    assert_eq!(eligible + held_back, 40);
    assert!((8..=32).contains(&held_back), "{held_back}");
    // There was no exposure.
    assert_eq!(of("mug", "offered"), 0);
    assert_eq!(app.service.exposures.write_down_shown().await.unwrap(), 0);
    // Without units left, no member is eligible.
    for n in 0..5 {
        hold(&app, n, &format!("c{n}")).await;
    }
    app.service.clock.advance(TimeDelta::days(1));
    census(&app).await;
    let after = app.get(REPORT).await.expect(200);
    assert_eq!(entry(&after, "2026-11-23", "mug")["eligible"], 0);
}

#[tokio::test]
async fn a_census_that_is_broken_off_leaves_nothing_and_is_taken_again() {
    let app = club(2).await;
    let program = program();
    let CensusStart::Started(mut census) =
        app.service.insight.begin_census(&program).await.unwrap()
    else {
        panic!("it was not taken");
    };
    app.service.insight.count_page(&mut census).await.unwrap();
    // Only one census at a time.
    let other = app.service.insight.begin_census(&program).await.unwrap();
    assert!(matches!(other, CensusStart::Elsewhere), "{other:?}");
    drop(census);
    assert_eq!(report(&app, "").await["days"], json!([]));
    let mut taken = false;
    while !taken {
        // The lock ends when the connection is next used.
        taken = app.service.insight.take_census(&program).await.unwrap();
    }
    assert_eq!(
        entry(&report(&app, "").await, "2026-11-22", "mug")["eligible"],
        2
    );
}

#[tokio::test]
async fn a_report_is_a_table_for_whoever_asks_for_one() {
    let app = club(1).await;
    census(&app).await;
    hold(&app, 0, "a").await;
    let euros = CLUB.replace("12.50 USD", "10 EUR");
    app.service
        .programs
        .publish(None, &euros, None)
        .await
        .unwrap();
    hold(&app, 0, "b").await;
    app.service.exposures.write_down_shown().await.unwrap();
    let query = "?from=2026-11-22&to=2026-11-22&perk=mug";
    let path = format!("{REPORT}{query}&format=csv");
    let answer = app.get(&path).await;
    assert_eq!(answer.status, 200);
    let kind = answer.headers["content-type"].to_str().unwrap();
    assert!(kind.starts_with("text/csv"), "{kind}");
    assert_eq!(
        answer.headers["content-disposition"],
        "attachment; filename=\"club_2026-11-22_2026-11-22.csv\""
    );
    let text = std::str::from_utf8(&answer.bytes).unwrap();
    assert_eq!(
        text,
        "day,perk,eligible,held_back,offered,held,confirmed,redeemed,released,expired,cancelled,\
         currency,committed,redeemed_value\r\n\
         2026-11-22,mug,1,0,1,2,0,0,0,0,0,EUR,10,0\r\n\
         2026-11-22,mug,,,,,,,,,,USD,12.5,0\r\n"
    );
    let accept = [("accept", "text/csv")];
    let path = format!("{REPORT}{query}");
    let accepted = app.send(reqwest::Method::GET, &path, &accept, "").await;
    assert_eq!(accepted.bytes, answer.bytes);
    let json = format!("{REPORT}{query}&format=json");
    let json = app.send(reqwest::Method::GET, &json, &accept, "").await;
    assert_eq!(json.expect(200)["days"][0]["perks"][0]["held"], 2);
}

#[tokio::test]
async fn what_cannot_be_reported_is_said() {
    let app = club(0).await;
    for (path, status, problem) in [
        ("/v1/programs/nothing/report", 404, "not-found"),
        (
            "/v1/programs/club/report?from=2026-11-23&to=2026-11-22",
            400,
            "invalid-request",
        ),
        (
            "/v1/programs/club/report?from=2025-01-01&to=2026-11-22",
            400,
            "invalid-request",
        ),
        (
            "/v1/programs/club/report?from=yesterday",
            400,
            "invalid-request",
        ),
        ("/v1/programs/club/report?perk=No!", 400, "invalid-request"),
        (
            "/v1/programs/club/report?from=-4800-01-01&to=-4800-01-02",
            400,
            "invalid-request",
        ),
        (
            "/v1/programs/club/report?format=xls",
            400,
            "invalid-request",
        ),
        (
            "/v1/programs/club/report?colour=red",
            400,
            "invalid-request",
        ),
        (
            "/v1/programs/club/report?to=%2B262142-12-31",
            400,
            "invalid-request",
        ),
    ] {
        assert_eq!(app.get(path).await.problem(status), problem, "{path}");
    }
    let empty = report(&app, "?from=2025-10-20&to=2026-11-22").await;
    assert_eq!((&empty["days"], &empty["totals"]), (&json!([]), &json!([])));
}
