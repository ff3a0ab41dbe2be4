//! What follows from the change of an audience: for scheduled and restored versions, on
//! another replica, and for changes that are made at once.

use std::time::Duration;

use chrono::TimeDelta;
use renown::jobs::Jobs;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{App, config};

const GUESTS: &str = "/v1/audiences/guests";
const PRESS: &str = "/v1/audiences/press";
const CLUB: &str = "/v1/programs/club";

/// A program whose best tier has a condition. Another title makes another version.
fn club(title: &str, when: &str) -> String {
    format!(
        "program: club\n\
         title: {title}\n\
         service_levels: [{{ id: standard, queue: general }}]\n\
         tiers:\n\
         - {{ id: insider, when: '{when}', service_level: standard }}\n\
         - {{ id: guest, service_level: standard }}\n"
    )
}

async fn publish(app: &App, source: &str, mut how: Value) -> Value {
    how["source"] = source.into();
    let published = app.post(&format!("{CLUB}/publish"), how).await;
    published.expect(201)
}

async fn rollback(app: &App, to: u32, status: u16) -> Value {
    let body = json!({"version": to});
    let answer = app.post(&format!("{CLUB}/rollback"), body).await;
    answer.expect(status)
}

/// The audience of the members in one room.
fn room(number: usize) -> Value {
    json!({"when": format!("member.attributes.room == {number}")})
}

/// Enrols a member in a room, who is new and holds no tier, and returns the tier.
async fn tier_in_room(app: &App, name: &str, number: usize) -> Value {
    let room = json!({"attributes": {"room": number}});
    let member = format!("twitter:{name}");
    app.put(&format!("/v1/members/{member}"), room)
        .await
        .expect(201);
    let tier = app.get(&format!("{CLUB}/members/{member}/tier")).await;
    tier.expect(200)["tier"].clone()
}

/// Returns the versions, latest first: their numbers, states and starts.
async fn versions(app: &App) -> Vec<Value> {
    let versions = app.get(&format!("{CLUB}/versions")).await.expect(200);
    let versions = versions["data"].as_array().unwrap().clone();
    let short = |one: &Value| json!([one["version"], one["state"], one["note"]]);
    versions.iter().map(short).collect()
}

#[tokio::test]
async fn a_scheduled_version_has_a_successor_that_begins_when_it_would_have_begun() {
    let app = App::start().await;
    app.put(GUESTS, room(1)).await.expect(201);
    publish(&app, &club("Now", "audience(\"guests\")"), json!({})).await;
    let winter = club("Winter", "audience(\"guests\")");
    let later = json!({"starts_at": "2026-12-01T08:00:00Z", "note": "Winter"});
    publish(&app, &winter, later).await;

    let stored = app.put(GUESTS, room(2)).await.expect(200);
    let club_version = |version: u32| json!({"program": "club", "version": version});
    assert_eq!(
        stored["published"],
        json!([club_version(3), club_version(4)])
    );
    let changed = "audience guests changed";
    let successor = format!("{changed}; takes the place of version 2");
    assert_eq!(
        versions(&app).await,
        [
            json!([4, "scheduled", successor]),
            json!([3, "in_force", changed]),
            json!([2, "withdrawn", "Winter"]),
            json!([1, "superseded", null]),
        ]
    );
    let successor = app.get(&format!("{CLUB}/versions/4")).await.expect(200);
    assert_eq!(successor["starts_at"], "2026-12-01T08:00:00Z");
    assert_eq!(successor["source"], winter);
    let changes = app.get(&format!("{CLUB}/versions/3/changes?from=1")).await;
    assert_eq!(
        changes.expect(200)["data"],
        json!([{"path": "audiences.guests", "sentence": "Audience 'guests': \
            'member.attributes.room == 2' instead of 'member.attributes.room == 1'."}])
    );
    assert_eq!(tier_in_room(&app, "ann", 2).await, "insider");
    app.service.clock.advance(TimeDelta::days(9));
    assert_eq!(versions(&app).await[0][1], "in_force");
    assert_eq!(tier_in_room(&app, "bob", 2).await, "insider");
    assert_eq!(tier_in_room(&app, "cleo", 1).await, "guest");
}

#[tokio::test]
async fn a_version_that_was_withdrawn_is_not_renewed() {
    let app = App::start().await;
    app.put(GUESTS, room(1)).await.expect(201);
    publish(&app, &club("Now", "influence.lower >= 60"), json!({})).await;
    let later = json!({"starts_at": "2026-12-01T08:00:00Z"});
    publish(&app, &club("Winter", "audience(\"guests\")"), later).await;
    let withdrawn = format!("{CLUB}/versions/2");
    let answer = app.send(Method::DELETE, &withdrawn, &[], "").await;
    assert_eq!(answer.status, 204);
    let stored = app.put(GUESTS, room(2)).await.expect(200);
    assert_eq!(stored["published"], json!([]));
    // Nothing refers to it any more.
    let deleted = app.send(Method::DELETE, GUESTS, &[], "").await;
    assert_eq!(deleted.status, 204);
}

#[tokio::test]
async fn a_restored_version_has_its_audiences_as_they_are_now() {
    let app = App::start().await;
    app.put(GUESTS, room(1)).await.expect(201);
    publish(&app, &club("Guests", "audience(\"guests\")"), json!({})).await;
    let other = club("Others", "influence.lower >= 60");
    publish(&app, &other, json!({})).await;
    let stored = app.put(GUESTS, room(2)).await.expect(200);
    assert_eq!(stored["published"], json!([]), "no version in force has it");

    let restored = rollback(&app, 1, 201).await;
    assert_eq!(
        (&restored["version"], &restored["restores"]),
        (&json!(3), &json!(1))
    );
    assert_eq!(tier_in_room(&app, "ann", 2).await, "insider");
    assert_eq!(tier_in_room(&app, "bob", 1).await, "guest");
    // Only its audience made it differ, which a rollback does not bring back.
    let refused = rollback(&app, 1, 409).await;
    let detail = refused["detail"].as_str().unwrap();
    assert!(detail.contains("version 3, which is in force"), "{detail}");

    publish(&app, &other, json!({})).await;
    let deleted = app.send(Method::DELETE, GUESTS, &[], "").await;
    assert_eq!(deleted.status, 204);
    let refused = rollback(&app, 1, 409).await;
    let detail = refused["detail"].as_str().unwrap();
    assert!(detail.contains("There is no audience 'guests'"), "{detail}");
    assert_eq!(versions(&app).await.len(), 4);
}

/// Waits until a replica answers with a tier by a version.
async fn eventually(app: &App, tier: &str, version: u32) {
    let path = format!("{CLUB}/members/twitter:ann/tier");
    let mut last = Value::Null;
    for _ in 0..1_000 {
        last = app.get(&path).await.expect(200);
        if last["tier"] == tier && last["basis"]["program_version"] == version {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{tier} by version {version} is not answered, but {last}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_replica_answers_by_the_changed_audience() {
    let one = App::start().await;
    let two = App::on(one.pool.clone(), config()).await;
    let jobs = [Jobs::start(&one.service), Jobs::start(&two.service)];
    one.put(GUESTS, room(1)).await.expect(201);
    one.put(PRESS, json!({"list": true})).await.expect(201);
    publish(&one, &club("Guests", "audience(\"guests\")"), json!({})).await;
    tier_in_room(&one, "ann", 2).await;
    eventually(&two, "guest", 1).await;
    one.put(GUESTS, room(2)).await.expect(200);
    eventually(&two, "insider", 2).await;

    let press = club("Press", "audience(\"press\")");
    publish(&one, &press, json!({})).await;
    eventually(&two, "guest", 3).await;
    let ann = format!("{PRESS}/members/twitter:ann");
    assert_eq!(one.put(&ann, json!({})).await.status, 204);
    eventually(&two, "insider", 3).await;
    let removed = two.send(Method::DELETE, &ann, &[], "").await;
    assert_eq!(removed.status, 204);
    eventually(&one, "guest", 3).await;
    for jobs in jobs {
        jobs.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn audiences_that_change_at_once_are_all_in_the_version_in_force() {
    let app = App::start().await;
    app.put(GUESTS, room(0)).await.expect(201);
    app.put(PRESS, room(100)).await.expect(201);
    let either = "audience(\"guests\") || audience(\"press\")";
    publish(&app, &club("Club", either), json!({})).await;
    for n in 1..=5 {
        let (guests, press) = (room(n), room(100 + n));
        let (guests, press) = tokio::join!(app.put(GUESTS, guests), app.put(PRESS, press));
        guests.expect(200);
        press.expect(200);
        assert_eq!(versions(&app).await.len(), 1 + 2 * n);
        for (name, number, tier) in [
            ("guest", n, "insider"),
            ("press", 100 + n, "insider"),
            ("former", n - 1, "guest"),
        ] {
            let name = format!("{name}{n}");
            assert_eq!(tier_in_room(&app, &name, number).await, tier, "{name}");
        }
    }
    // Of two who change what they have read, one is answered that it has changed.
    let tag = app.get(GUESTS).await.headers["etag"].clone();
    let change = async |number: usize| {
        let headers = [
            ("content-type", "application/json"),
            ("if-match", tag.to_str().unwrap()),
        ];
        let body = room(number).to_string();
        app.send(Method::PUT, GUESTS, &headers, body).await.status
    };
    let (first, second) = tokio::join!(change(201), change(202));
    let mut statuses = [first.as_u16(), second.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_that_is_published_while_its_audience_changes_has_it_as_it_is() {
    let app = App::start().await;
    app.put(GUESTS, room(0)).await.expect(201);
    publish(&app, &club("Club", "audience(\"guests\")"), json!({})).await;
    for n in 1..=10 {
        let source = club(&format!("Club {n}"), "audience(\"guests\")");
        let path = format!("{CLUB}/publish");
        let (changed, published) = tokio::join!(
            app.put(GUESTS, room(n)),
            app.post(&path, json!({"source": source}))
        );
        changed.expect(200);
        if published.status != 201 {
            let refused = published.expect(409);
            let detail = refused["detail"].as_str().unwrap();
            assert!(detail.contains("publish again"), "{detail}");
        }
        assert_eq!(tier_in_room(&app, &format!("m{n}"), n).await, "insider");
        assert_eq!(tier_in_room(&app, &format!("o{n}"), n - 1).await, "guest");
    }
}
