//! A merge and its undo give back what was before, whatever the two members have done.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use super::merge::{merge, preview, state, undo};
use super::merge_claims::{claim, shop};
use crate::harness::{App, like};

/// Something that one of the two does.
#[derive(Debug, Clone)]
enum Act {
    Claim(bool, &'static str),
    Wait(bool),
    Enter(bool),
    Attribute(bool, &'static str, u8),
    Interest(bool, &'static str),
    Name(bool, &'static str),
    Index(bool, &'static str, u8),
    Grant(bool),
    Liked(bool, u8),
    OptOut(bool),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let perk = prop::sample::select(vec!["mug", "cup", "tea", "coffee"]);
    let word = || prop::sample::select(vec!["art", "food", "golf"]);
    let act = prop_oneof![
        5 => (any::<bool>(), perk).prop_map(|(who, perk)| Act::Claim(who, perk)),
        2 => any::<bool>().prop_map(Act::Wait),
        2 => any::<bool>().prop_map(Act::Enter),
        3 => (any::<bool>(), word(), 0..2u8).prop_map(|(who, name, value)| {
            Act::Attribute(who, name, value)
        }),
        2 => (any::<bool>(), word()).prop_map(|(who, topic)| Act::Interest(who, topic)),
        1 => (any::<bool>(), word()).prop_map(|(who, name)| Act::Name(who, name)),
        2 => (any::<bool>(), word(), 0..2u8).prop_map(|(who, name, value)| {
            Act::Index(who, name, value)
        }),
        1 => any::<bool>().prop_map(Act::Grant),
        4 => (any::<bool>(), any::<u8>()).prop_map(|(who, by)| Act::Liked(who, by)),
        1 => any::<bool>().prop_map(Act::OptOut),
    ];
    prop::collection::vec(act, 1..20)
}

fn who(first: bool) -> &'static str {
    if first { "a" } else { "b" }
}

/// Carries an act out. What the rules refuse is no act.
async fn act(app: &App, number: usize, act: &Act) {
    let patch = async |first: bool, body: Value| {
        let path = format!("/v1/members/twitter:{}", who(first));
        app.patch(&path, body).await.expect(200);
    };
    let list = async |first: bool, path: &str| {
        let body = json!({"member": format!("twitter:{}", who(first))});
        app.post(&format!("/v1/programs/shop/perks/{path}"), body)
            .await;
    };
    match act {
        Act::Claim(first, perk) => drop(claim(app, who(*first), perk).await),
        Act::Wait(first) => list(*first, "cup/waiting").await,
        Act::Enter(first) => list(*first, "pass/entries").await,
        Act::Attribute(first, name, value) => {
            patch(*first, json!({"attributes": {*name: value}})).await;
        }
        Act::Interest(first, topic) => patch(*first, json!({"interests": [topic]})).await,
        Act::Name(first, name) => patch(*first, json!({ "name": name })).await,
        Act::Index(first, name, score) => {
            let path = format!("/v1/members/twitter:{}/indices/{name}", who(*first));
            let as_of = "2026-11-01T00:00:00Z";
            let index = json!({"score": score, "provenance": "a test", "as_of": as_of});
            app.put(&path, index).await.expect(200);
        }
        Act::Grant(first) => {
            let member = format!("twitter:{}", who(*first));
            let grant = json!({"member": member, "perk": "mug", "reason": "r", "author": "a"});
            app.post("/v1/programs/shop/grants", grant)
                .await
                .expect(201);
        }
        Act::Liked(first, by) => {
            let by = format!("fan{by}");
            app.events(&[like(&format!("like-{number}"), &by, who(*first), "food")])
                .await;
        }
        Act::OptOut(first) => patch(*first, json!({"scoring": "opted_out"})).await,
    }
}

/// What is counted and listed of the two, and of the perks.
async fn lists(app: &App) -> Vec<String> {
    sqlx::query_scalar(
        "select concat_ws(' ', 'wait', perk_id, place, member_id, left_at is null) from waiting
         union all
         select concat_ws(' ', 'entry', entry_id, member_id, withdrawn_at is null)
         from draw_entries
         union all
         select concat_ws(' ', 'stock', perk_id, taken, waiting) from perk_stock
         union all
         select concat_ws(' ', 'used', scope, units) from claim_usage
         order by 1",
    )
    .fetch_all(&app.pool)
    .await
    .unwrap()
}

async fn walk(acts: Vec<Act>) -> Result<(), TestCaseError> {
    let app = shop(&["a", "b", "c"]).await;
    for (number, one) in acts.iter().enumerate() {
        act(&app, number, one).await;
    }
    app.settle().await;
    let both = async || {
        (
            state(&app, "twitter:a").await,
            state(&app, "twitter:b").await,
        )
    };
    let before = (both().await, lists(&app).await);
    let preview = preview(&app, "twitter:a", "twitter:b").await.expect(200);
    let merged = merge(&app, "twitter:a", "twitter:b").await.expect(201);
    let joined = state(&app, "twitter:a").await;
    prop_assert_eq!(
        &preview["influence"]["after"],
        &joined["score"]["influence"]
    );
    for value in ["name", "attributes", "interests", "scoring"] {
        prop_assert_eq!(&preview["member"][value], &joined["member"][value]);
    }
    app.settle().await;
    prop_assert_eq!(&state(&app, "twitter:a").await["score"], &joined["score"]);
    undo(&app, &merged).await.expect(200);
    prop_assert_eq!(&(both().await, lists(&app).await), &before);
    app.settle().await;
    prop_assert_eq!(&(both().await, lists(&app).await), &before);
    Ok(())
}

#[test]
fn a_merge_and_its_undo_give_back_what_was_before() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut runner = TestRunner::new(Config {
        cases: 10,
        max_shrink_iters: 20,
        failure_persistence: None,
        ..Config::default()
    });
    let walked = runner.run(&acts(), |acts| runtime.block_on(walk(acts)));
    walked.unwrap();
}
