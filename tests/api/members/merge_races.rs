//! Merges beside what else happens to the same members at the same time.

use futures::future::{join, join_all};
use reqwest::Method;
use serde_json::{Value, json};

use super::merge::{merge, undo};
use super::merge_claims::{claim, shop};
use crate::harness::{Answer, App};

/// No request fails for a reason that is not the caller's.
fn expect_one_of(answers: &[Answer], allowed: &[u16]) {
    for answer in answers {
        assert!(allowed.contains(&answer.status.as_u16()), "{answer:?}");
    }
}

fn count(answers: &[Answer], status: u16) -> usize {
    answers
        .iter()
        .filter(|answer| answer.status == status)
        .count()
}

/// The counts of limits are those of the claims, whoever has them.
async fn check_counts(app: &App) {
    let wrong: i64 = sqlx::query_scalar(
        "select count(*) from member_claims
         where perk_id <> '' and units <> (select count(*) from claims
             where (claims.member_id, claims.program_id, claims.perk_id)
                     = (member_claims.member_id, member_claims.program_id, member_claims.perk_id)
                 and state in ('held', 'confirmed', 'redeemed'))",
    )
    .fetch_one(&app.pool)
    .await
    .unwrap();
    assert_eq!(wrong, 0);
    let lost: i64 = sqlx::query_scalar(
        "select count(*) from claims join members using (member_id)
         where members.ended_at is not null",
    )
    .fetch_one(&app.pool)
    .await
    .unwrap();
    assert_eq!(lost, 0, "a claim of a member who is no more");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_merges_in_both_directions_one_is_made() {
    let app = shop(&["a", "b"]).await;
    for _ in 0..3 {
        let merges = (0..8).map(|n| match n % 2 {
            0 => merge(&app, "twitter:a", "twitter:b"),
            _ => merge(&app, "twitter:b", "twitter:a"),
        });
        let merges = join_all(merges).await;
        expect_one_of(&merges, &[201, 409]);
        assert_eq!(count(&merges, 201), 1);
        let made = merges.iter().find(|answer| answer.status == 201).unwrap();
        let made = made.json();
        let undos = join_all((0..6).map(|_| undo(&app, &made))).await;
        expect_one_of(&undos, &[200, 409]);
        assert_eq!(count(&undos, 200), 1, "exactly one undo");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn claims_beside_a_merge_count_and_none_is_lost() {
    let app = shop(&["a", "b"]).await;
    for round in 0..4 {
        let claims = (0..12).map(|n| claim(&app, if n % 2 == 0 { "a" } else { "b" }, "mug"));
        let (claims, merged) = join(join_all(claims), merge(&app, "twitter:a", "twitter:b")).await;
        let merged = merged.expect(201);
        expect_one_of(&claims, &[201, 409]);
        for refused in claims.iter().filter(|answer| answer.status == 409) {
            assert_eq!(refused.json()["refusal"], "member_limit", "round {round}");
        }
        check_counts(&app).await;
        let mine = app.get("/v1/members/twitter:a/claims").await.expect(200);
        let mine = mine["data"].as_array().unwrap().clone();
        let held = |claim: &&Value| claim["state"] == "confirmed";
        let mine: Vec<Value> = mine.iter().filter(held).cloned().collect();
        assert_eq!(mine.len(), count(&claims, 201), "round {round}");
        // At least what one person may have, and at most what two may have.
        assert!((2..=4).contains(&mine.len()), "{}", mine.len());
        let steps = mine.iter().map(|claim| {
            let path = format!("/v1/claims/{}/release", claim["id"].as_str().unwrap());
            let app = &app;
            async move { app.post(&path, json!({})).await }
        });
        let (steps, undone) = join(join_all(steps), undo(&app, &merged)).await;
        expect_one_of(&steps, &[200]);
        undone.expect(200);
        check_counts(&app).await;
        let left: i64 = sqlx::query_scalar("select sum(units)::bigint from member_claims")
            .fetch_one(&app.pool)
            .await
            .unwrap();
        assert_eq!(left, 0, "round {round}");
    }
}

/// Waits until this many connections wait for a lock.
async fn until_waiting(app: &App, count: i64) {
    let waits = "select count(*) from pg_stat_activity
                 where datname = current_database() and wait_event_type = 'Lock'";
    while sqlx::query_scalar::<_, i64>(waits)
        .fetch_one(&app.pool)
        .await
        .unwrap()
        < count
    {
        tokio::task::yield_now().await;
    }
}

/// A claim has found its member, and waits for a merge that absorbs them: it is made for
/// the survivor, and not refused as that of nobody.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_claim_that_has_to_wait_for_a_merge_is_the_survivors() {
    let app = shop(&["a", "b"]).await;
    let b = app.get("/v1/members/twitter:b").await.expect(200);
    let mut other = app.pool.begin().await.unwrap();
    sqlx::query("select from members where member_id::text = $1 for no key update")
        .bind(b["id"].as_str().unwrap().to_owned())
        .execute(&mut *other)
        .await
        .unwrap();
    let claimed = async {
        until_waiting(&app, 1).await;
        claim(&app, "b", "mug").await
    };
    let release = async {
        until_waiting(&app, 2).await;
        other.commit().await.unwrap();
    };
    let merged = merge(&app, "twitter:a", "twitter:b");
    let (merged, (claimed, ())) = join(merged, join(claimed, release)).await;
    let merged = merged.expect(201);
    assert_eq!(claimed.expect(201)["member"], merged["survivor"]);
    check_counts(&app).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn opting_out_beside_a_merge_holds() {
    let app = shop(&["a", "b"]).await;
    for _ in 0..4 {
        let out = json!({"scoring": "opted_out"});
        let patch = app.patch("/v1/members/twitter:b", out);
        let (patched, merged) = join(patch, merge(&app, "twitter:a", "twitter:b")).await;
        patched.expect(200);
        let merged = merged.expect(201);
        let member = app.get("/v1/members/twitter:a").await.expect(200);
        assert_eq!(member["scoring"], "opted_out");
        undo(&app, &merged).await.expect(200);
        let member = app.get("/v1/members/twitter:b").await.expect(200);
        assert_eq!(member["scoring"], "opted_out");
        for name in ["a", "b"] {
            let path = format!("/v1/members/twitter:{name}");
            let active = json!({"scoring": "active"});
            app.patch(&path, active).await.expect(200);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ending_a_membership_beside_a_merge_leaves_one_order_of_the_two() {
    let app = App::start().await;
    for _ in 0..4 {
        app.put("/v1/members/twitter:a", json!({})).await;
        app.put("/v1/members/twitter:b", json!({})).await;
        let end = app.send(Method::DELETE, "/v1/members/twitter:b", &[], "");
        let (ended, merged) = join(end, merge(&app, "twitter:a", "twitter:b")).await;
        assert_eq!(ended.status, 204);
        let (of_a, of_b) = join(
            app.get("/v1/members/twitter:a"),
            app.get("/v1/members/twitter:b"),
        )
        .await;
        assert_eq!(of_b.status, 404);
        match merged.status.as_u16() {
            // Merged first: the end was that of the one person.
            201 => assert_eq!(of_a.status, 404),
            400 => assert_eq!(of_a.status, 200),
            _ => panic!("{merged:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_scorer_and_waits_beside_merges_keep_the_counts() {
    let app = shop(&["a", "b", "c"]).await;
    claim(&app, "c", "cup").await.expect(201);
    for _ in 0..3 {
        let wait = |member: &'static str| {
            let body = json!({"member": format!("twitter:{member}")});
            app.post("/v1/programs/shop/perks/cup/waiting", body)
        };
        let scorer = async {
            for _ in 0..10 {
                app.service.scorer.advance().await.unwrap();
                app.service.claims.serve_waiting().await.unwrap();
            }
        };
        let merges = async {
            let merged = merge(&app, "twitter:a", "twitter:b").await.expect(201);
            undo(&app, &merged).await.expect(200);
        };
        let waits = join_all([wait("a"), wait("b"), wait("a"), wait("b")]);
        let (waits, ((), ())) = join(waits, join(scorer, merges)).await;
        expect_one_of(&waits, &[200]);
        let (counted, waiting): (i64, i64) = sqlx::query_as(
            "select (select waiting from perk_stock where perk_id = 'cup'),
                    (select count(*) from waiting where left_at is null)",
        )
        .fetch_one(&app.pool)
        .await
        .unwrap();
        assert_eq!(counted, waiting);
    }
}
