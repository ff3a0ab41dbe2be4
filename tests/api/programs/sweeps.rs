//! Sweeps after new versions: whom they evaluate, and that they say the same as one of all.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::types::Uuid;

use crate::harness::{App, PALMS, orders};

/// What is recorded of a member in the program: the tier, the tier in effect, since when, and
/// until when it is kept.
type Recorded = (Uuid, String, String, DateTime<Utc>, Option<DateTime<Utc>>);

async fn recorded(app: &App) -> Vec<Recorded> {
    sqlx::query_as(
        "select member_id, tier, in_effect, since, keep_until from member_tiers order by member_id",
    )
    .fetch_all(&app.pool)
    .await
    .unwrap()
}

async fn changes(app: &App) -> i64 {
    sqlx::query_scalar("select count(*) from tier_history")
        .fetch_one(&app.pool)
        .await
        .unwrap()
}

async fn publish(app: &App, source: &str) {
    let programs = &app.service.programs;
    programs.publish(None, source, None).await.unwrap();
}

/// Returns the programs in which the sweep that is due evaluates members, and carries it out.
async fn follow(app: &App) -> Vec<String> {
    let tiers = &app.service.tiers;
    let plan = tiers.due_sweep().await.unwrap().unwrap();
    let programs: BTreeSet<_> = plan.programs().clone();
    assert!(tiers.carry_out_sweep(plan).await.unwrap());
    programs.iter().map(ToString::to_string).collect()
}

/// A star, customers of several sizes, and people of whom nothing is known.
async fn town() -> App {
    let app = App::with_a_star().await;
    for (buyer, count) in [("K2", 2), ("K3", 8), ("K4", 20), ("K5", 60)] {
        let identity = serde_json::json!({"identities": [format!("shop:{buyer}")]});
        let path = format!("/v1/members/loyalty:{buyer}");
        app.put(&path, identity).await.expect(201);
        app.events(&orders(buyer, count)).await;
    }
    app.settle().await;
    app.rank().await;
    publish(&app, PALMS).await;
    assert!(app.service.tiers.sweep().await.unwrap());
    let held = recorded(&app).await;
    assert!(held.len() > 2, "{held:?}");
    app
}

#[tokio::test]
async fn a_version_with_the_same_ladder_has_nobody_evaluated() {
    let app = town().await;
    let before = recorded(&app).await;
    app.service.clock.advance(TimeDelta::hours(23));
    publish(&app, &PALMS.replace("stock: 200", "stock: 150")).await;
    assert_eq!(follow(&app).await, [""; 0]);
    assert!(!app.service.tiers.is_sweep_due().await.unwrap());
    assert_eq!(recorded(&app).await, before);
    // The sweep for the passing of time is due a day after the last one nevertheless.
    app.service.clock.advance(TimeDelta::hours(1));
    assert_eq!(follow(&app).await, ["palms-klub"]);
    assert_ne!(recorded(&app).await, before, "kept for longer");
}

#[tokio::test]
async fn only_the_program_whose_ladder_changed_is_evaluated() {
    let app = town().await;
    let other = PALMS.replace("program: palms-klub", "program: other");
    publish(&app, &other).await;
    assert_eq!(follow(&app).await, ["other"]);
    publish(&app, &other.replace("stock: 200", "stock: 150")).await;
    publish(&app, &PALMS.replace("keep: 90d", "keep: 91d")).await;
    assert_eq!(follow(&app).await, ["palms-klub"]);
}

#[tokio::test]
async fn a_sweep_after_a_version_records_the_tiers_that_a_sweep_of_all_does() {
    let app = town().await;
    let versions = [
        ("stock: 200", "stock: 100"),
        ("standing.lower >= 15", "standing.lower >= 5"),
        ("standing.lower >= 25 && ", ""),
        ("standing.lower >= 15", "standing.lower >= 99"),
        ("title: Regular", "title: Friend"),
        ("keep: 180d", "keep: 30d"),
        ("keep: 90d", "keep: 100d"),
        ("id: regular", "id: friend"),
        ("value: 0.4", "value: 4"),
        ("disclosure: You", "disclosure: Now you"),
    ];
    let mut moved = 0;
    for (from, to) in versions {
        let mut source = PALMS.replace(from, to);
        if to == "id: friend" {
            source = source.replace("\"regular\"", "\"friend\"");
        }
        assert_ne!(source, PALMS, "{from}");
        app.service.clock.advance(TimeDelta::minutes(5));
        let before = changes(&app).await;
        publish(&app, &source).await;
        follow(&app).await;
        moved += changes(&app).await - before;
        let (tiers, history) = (recorded(&app).await, changes(&app).await);
        // A sweep of all finds nothing to change, except that tiers are kept from now on.
        assert!(app.service.tiers.sweep().await.unwrap());
        assert_eq!(changes(&app).await, history, "{to}");
        for (one, other) in tiers.iter().zip(recorded(&app).await) {
            let of = |of: &Recorded| (of.0, of.1.clone(), of.2.clone(), of.3);
            assert_eq!(of(one), of(&other), "{to}");
            let renewed = other.4.zip(one.4).map(|(later, until)| later - until);
            let day = TimeDelta::zero()..TimeDelta::days(1);
            assert!(
                renewed.is_none_or(|by| day.contains(&by)),
                "{to}: {renewed:?}"
            );
            assert_eq!(one.4.is_some(), other.4.is_some(), "{to}");
        }
    }
    assert!(moved > 4, "{moved} moves");
}

#[tokio::test]
async fn what_a_version_in_between_moved_is_moved_back() {
    let app = town().await;
    let before = recorded(&app).await;
    // Before a sweep follows it, the scorer evaluates members with it.
    publish(
        &app,
        &PALMS.replace("standing.lower >= 15", "standing.lower >= 0"),
    )
    .await;
    app.rank().await;
    let moved = recorded(&app).await;
    assert!(
        moved
            .iter()
            .map(|of| &of.2)
            .ne(before.iter().map(|of| &of.2))
    );
    // The ladder is that of the last sweep again, but was not in between.
    publish(&app, PALMS).await;
    assert_eq!(follow(&app).await, ["palms-klub"]);
}
