//! Memberships that end: what is released, what is left, and what others see.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use super::opted_out::{busy_member, kept, tables_with, tables_with_accounts};
use crate::harness::{Answer, App, stardom};

const SHOP: &str = "program: shop
title: Shop
standing: { influence: 1 }
service_levels:
  - { id: standard, queue: general }
tiers:
  - { id: guest, service_level: standard }
perks:
  - { id: mug, title: A mug, disclosure: So., stock: 30, per_member: 30 }
  - { id: cup, title: A cup, disclosure: So., stock: 1 }
  - { id: pass, title: A pass, disclosure: You entered., kind: draw, stock: 1 }
";

async fn shop(members: usize) -> App {
    let app = App::start().await;
    app.service
        .programs
        .publish(None, SHOP, None)
        .await
        .unwrap();
    for member in 0..members {
        app.enrol(&format!("twitter:m{member}")).await;
    }
    app
}

async fn end(app: &App, member: &str) -> Answer {
    let path = format!("/v1/members/{member}");
    app.send(Method::DELETE, &path, &[], "").await
}

async fn claim(app: &App, member: usize, perk: &str, name: &str, confirm: bool) -> Answer {
    let member = format!("twitter:m{member}");
    let body = json!({"program": "shop", "perk": perk, "member": member, "confirm": confirm});
    app.post_once("/v1/claims", name, body).await
}

fn id(body: &Value) -> String {
    body["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn ending_a_membership_leaves_only_what_the_document_lists() {
    let app = App::start().await;
    let id = busy_member(&app).await;
    app.patch("/v1/members/twitter:kevin", json!({"name": "Kevin Ito"}))
        .await
        .expect(200);
    let mut needles = vec![id.clone(), id.replace('-', "")];
    assert_eq!(end(&app, "twitter:kevin").await.status, 204);
    let documented = kept("## What ending a membership keeps");
    let now = async || -> BTreeSet<String> {
        let mut found = tables_with(&app, &needles).await;
        found.append(&mut tables_with_accounts(&app, &id).await);
        found
    };
    let surplus: Vec<String> = now().await.difference(&documented).cloned().collect();
    assert_eq!(surplus, [""; 0], "not in docs/rights.md");
    app.settle().await;
    app.rank().await;
    let surplus: Vec<String> = now().await.difference(&documented).cloned().collect();
    assert_eq!(surplus, [""; 0], "not in docs/rights.md");
    // What the business said about the member, and their handles, are nowhere but in
    // stored answers to requests, for a day.
    needles = ["kevin", "l-777"].map(str::to_owned).to_vec();
    let named = tables_with(&app, &needles).await;
    let answers = BTreeSet::from(["idempotency_keys".to_owned()]);
    let surplus: Vec<&String> = named.difference(&answers).collect();
    assert_eq!(surplus, [""; 0]);
}

#[tokio::test]
async fn who_has_left_is_gone_from_everywhere_and_may_come_again() {
    let app = App::with_a_star().await;
    app.publish_palms().await;
    app.settle().await;
    app.service.tiers.sweep().await.unwrap();
    let kevin = "/v1/members/twitter:kevin";
    let old = id(&app.get(kevin).await.expect(200));
    let stale = [("if-match", "\"v0\"")];
    let answer = app.send(Method::DELETE, kevin, &stale, "").await;
    assert_eq!(answer.problem(412), "precondition-failed");
    assert_eq!(end(&app, "twitter:kevin").await.status, 204);

    for name in ["twitter:kevin", "shop:K1", old.as_str()] {
        let gone = app.get(&format!("/v1/members/{name}")).await;
        assert_eq!(gone.problem(404), "not-found");
        for path in [
            "/v1/members/{}/score",
            "/v1/programs/palms-klub/members/{}/tier",
            "/v1/programs/palms-klub/members/{}/offers",
        ] {
            let of = async |who: &str| app.get(&path.replace("{}", who)).await.expect(200);
            let network = name
                .split_once(':')
                .map_or("twitter", |(network, _)| network);
            let stranger = of(&format!("{network}:never-seen")).await;
            assert_eq!(of(name).await, stranger, "{path}");
        }
    }
    let listed = app
        .get("/v1/members?limit=200")
        .await
        .expect(200)
        .to_string();
    let board = app
        .get("/v1/leaderboard?limit=200")
        .await
        .expect(200)
        .to_string();
    assert!(!listed.contains(&old) && !board.contains(&old));
    assert_eq!(end(&app, &old).await.status, 204, "again, by the id");
    assert_eq!(end(&app, "twitter:kevin").await.problem(404), "not-found");
    let patch = app.patch(&format!("/v1/members/{old}"), json!({})).await;
    assert_eq!(patch.problem(404), "not-found");
    let put = app.put(&format!("/v1/members/{old}"), json!({})).await;
    assert_eq!(put.problem(404), "not-found");

    app.settle().await;
    let new = app.enrol("twitter:kevin").await;
    assert_ne!(id(&new), old);
    assert_eq!(new["identities"], json!(["twitter:kevin"]));
    app.settle().await;
    let known = app.influence("twitter:kevin").await;
    assert_eq!(known["state"], "known", "the events are still there");
}

#[tokio::test]
async fn what_is_under_way_is_released_and_what_was_given_stays() {
    let app = shop(2).await;
    let held = id(&claim(&app, 0, "mug", "held", false).await.expect(201));
    let given = id(&claim(&app, 0, "mug", "given", true).await.expect(201));
    let cup = id(&claim(&app, 1, "cup", "cup", false).await.expect(201));
    let member = json!({"member": "twitter:m0"});
    let perks = "/v1/programs/shop/perks";
    let wait = app
        .post(&format!("{perks}/cup/waiting"), member.clone())
        .await;
    let wait = id(&wait.expect(200));
    let entry = app.post(&format!("{perks}/pass/entries"), member).await;
    let entry = id(&entry.expect(201));
    assert_eq!(end(&app, "twitter:m0").await.status, 204);

    let get = async |path: String| app.get(&path).await.expect(200);
    assert_eq!(get(format!("/v1/claims/{held}")).await["state"], "released");
    assert_eq!(
        get(format!("/v1/claims/{given}")).await["state"],
        "confirmed"
    );
    assert_eq!(get(format!("/v1/waiting/{wait}")).await["outcome"], "left");
    assert_ne!(
        get(format!("/v1/entries/{entry}")).await["withdrawn_at"],
        Value::Null
    );
    // The cup is for whoever asks next, and the given mug can still be handed over.
    let release = format!("/v1/claims/{cup}/release");
    app.post(&release, json!({})).await.expect(200);
    claim(&app, 1, "cup", "again", true).await.expect(201);
    let redeem = format!("/v1/claims/{given}/redeem");
    app.post(&redeem, json!({})).await.expect(200);
    let taken: i64 = sqlx::query_scalar("select taken from perk_stock where perk_id = 'mug'")
        .fetch_one(&app.pool)
        .await
        .unwrap();
    assert_eq!(taken, 1);
}

/// Whoever comes first: a claim is made and then released, or it is refused. No unit is
/// lost, and none stays held for somebody who has left.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_membership_that_ends_while_units_are_claimed_leaves_nothing_held() {
    let app = shop(1).await;
    for round in 0..4 {
        let member = app.put("/v1/members/twitter:m0", json!({})).await.json();
        let member = id(&member);
        let names: Vec<String> = (0..8).map(|n| format!("{round}-{n}")).collect();
        let claims = names.iter().map(|name| claim(&app, 0, "mug", name, false));
        let ends = (0..3).map(|_| end(&app, &member));
        let (claims, ends) = tokio::join!(
            futures::future::join_all(claims),
            futures::future::join_all(ends)
        );
        for answer in &ends {
            assert_eq!(answer.status, 204, "{answer:?}");
        }
        for answer in &claims {
            assert!([201, 409].contains(&answer.status.as_u16()), "{answer:?}");
        }
        let (held, taken): (i64, i64) = sqlx::query_as(
            "select (select count(*) from claims where state = 'held'),
                    coalesce((select taken from perk_stock where perk_id = 'mug'), 0)",
        )
        .fetch_one(&app.pool)
        .await
        .unwrap();
        assert_eq!((held, taken), (0, 0), "round {round}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_put_beside_the_end_finds_the_member_or_makes_a_new_one() {
    let app = App::start().await;
    app.events(&stardom("kevin", "las-vegas")[..20]).await;
    app.enrol("twitter:kevin").await;
    let puts = (0..6).map(|_| app.put("/v1/members/twitter:kevin", json!({})));
    let ends = (0..6).map(|_| end(&app, "twitter:kevin"));
    let (puts, ends) = tokio::join!(
        futures::future::join_all(puts),
        futures::future::join_all(ends)
    );
    for answer in &puts {
        // 409: two of them enrol the same person.
        assert!(
            [200, 201, 409].contains(&answer.status.as_u16()),
            "{answer:?}"
        );
    }
    for answer in &ends {
        assert!([204, 404].contains(&answer.status.as_u16()), "{answer:?}");
    }
    let made = 1 + puts.iter().filter(|answer| answer.status == 201).count();
    let ended = ends.iter().filter(|answer| answer.status == 204).count();
    let present: i64 = sqlx::query_scalar("select count(*) from members where ended_at is null")
        .fetch_one(&app.pool)
        .await
        .unwrap();
    assert_eq!(made - ended, present as usize);
}
