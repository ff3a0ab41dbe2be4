//! Claims of one program that wait for each other share a transaction. Each has its own answer
//! nevertheless.

use futures::future::join_all;
use serde_json::{Value, json};
use sqlx::{Postgres, Transaction};

use super::open;
use crate::harness::{Answer, App};

const SHOP: &str = "program: shop
title: Shop
standing: { influence: 1 }
service_levels:
  - { id: standard, queue: general }
tiers:
  - { id: guest, service_level: standard }
perks:
  - { id: mug, title: A mug, disclosure: So., stock: 3 }
  - { id: tea, title: Tea, disclosure: So., codes: generated }
  - { id: spa, title: A bath, disclosure: So., exclusive: welcome }
  - { id: show, title: A show, disclosure: So., exclusive: welcome }
";

async fn claim(app: &App, key: &str, perk: &str, member: &str) -> Answer {
    let body = json!({"program": "shop", "perk": perk, "member": member});
    app.post_once("/v1/claims", key, body).await
}

/// Locks all members, so that the first claim waits for its member, and all that come after it
/// wait in line.
async fn hold_up(app: &App) -> Transaction<'static, Postgres> {
    let mut transaction = app.pool.begin().await.unwrap();
    sqlx::query("select 1 from members for update")
        .fetch_all(&mut *transaction)
        .await
        .unwrap();
    transaction
}

/// Sends claims while the first one is held up, and returns the answers to all others.
async fn together(app: &App, asked: &[(&str, &str, &str)]) -> Vec<Answer> {
    let held_up = hold_up(app).await;
    let first = claim(app, "first", "tea", "twitter:m0");
    let others = async {
        // The first one is on its way; the others arrive behind it.
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        let others = asked
            .iter()
            .map(|(key, perk, member)| claim(app, key, perk, member));
        let others = join_all(others);
        let go_on = async {
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;
            held_up.rollback().await.unwrap();
        };
        tokio::join!(others, go_on).0
    };
    let (first, others) = tokio::join!(first, others);
    first.expect(201);
    others
}

fn refusal(answer: &Answer) -> Value {
    assert_eq!(answer.problem(409), "claim-refused");
    answer.json()["refusal"].clone()
}

#[tokio::test]
async fn claims_that_wait_together_are_answered_each_for_itself() {
    let app = open(SHOP, 7).await;
    let asked = [
        ("a", "mug", "twitter:m1"),
        ("b", "mug", "twitter:nobody"),
        ("c", "hat", "twitter:m2"),
        ("d", "mug", "what?"),
        ("e", "tea", "twitter:m2"),
        ("f", "mug", "twitter:m3"),
        ("g", "mug", "twitter:m4"),
        ("h", "mug", "twitter:m5"),
        ("i", "spa", "twitter:m6"),
        ("j", "show", "twitter:m6"),
    ];
    let answers = together(&app, &asked).await;
    let by_key = |key: &str| {
        let place = asked.iter().position(|(name, ..)| *name == key).unwrap();
        &answers[place]
    };
    assert_eq!(refusal(by_key("b")), "not_enrolled");
    assert_eq!(by_key("c").problem(400), "invalid-request");
    assert_eq!(by_key("d").problem(400), "invalid-request");
    by_key("e").expect(201);
    // Three of the four get a mug, and the fourth is told that none is left.
    let mugs = ["a", "f", "g", "h"].map(by_key);
    assert_eq!(mugs.iter().filter(|answer| answer.status == 201).count(), 3);
    let left_out = mugs.into_iter().find(|answer| answer.status != 201);
    assert_eq!(refusal(left_out.unwrap()), "out_of_stock");
    // One of a group excludes the other, though both were asked for at once.
    let of_group = ["i", "j"].map(by_key);
    assert_eq!(
        of_group
            .iter()
            .filter(|answer| answer.status == 201)
            .count(),
        1
    );
    let left_out = of_group.into_iter().find(|answer| answer.status != 201);
    assert_eq!(refusal(left_out.unwrap()), "exclusive_of");
    // Each answer is stored under its own key. A text that is not an identity is refused before
    // its key is looked at.
    let stored = asked
        .iter()
        .zip(&answers)
        .filter(|((key, ..), _)| *key != "d");
    for ((key, perk, member), answer) in stored {
        let again = claim(&app, key, perk, member).await;
        assert_eq!(again.status, answer.status, "{key}");
        assert_eq!(again.headers["idempotency-replayed"], "true", "{key}");
    }
    let units: i64 =
        sqlx::query_scalar("select sum(units)::bigint from member_claims where perk_id <> ''")
            .fetch_one(&app.pool)
            .await
            .unwrap();
    assert_eq!(
        units, 6,
        "the first one, a tea, three mugs and one of the group"
    );
}

#[tokio::test]
async fn a_claim_that_fails_costs_no_other() {
    let app = open(SHOP, 5).await;
    let broken = app.get("/v1/members/twitter:m4").await.expect(200);
    sqlx::query(r#"update members set attributes = '{"x": {"y": 1}}' where member_id = $1::uuid"#)
        .bind(broken["id"].as_str().unwrap())
        .execute(&app.pool)
        .await
        .unwrap();
    let asked = [
        ("a", "mug", "twitter:m1"),
        ("b", "mug", "twitter:m4"),
        ("c", "tea", "twitter:m2"),
        ("d", "mug", "twitter:m3"),
    ];
    let answers = together(&app, &asked).await;
    let statuses: Vec<u16> = answers
        .iter()
        .map(|answer| answer.status.as_u16())
        .collect();
    assert_eq!(statuses, [201, 500, 201, 201]);
}
