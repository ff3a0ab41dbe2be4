//! Step by step gives the same result as all at once, whatever happens in between.

use chrono::{TimeZone, Utc};
use renown::clock::Clock;
use renown::service::members::PutMember;
use renown::service::scores::Progress;
use renown_core::ingest::native;
use renown_lab::simulation::{Town, TownConfig};

use crate::harness::{App, config, database, noon, service};

fn town() -> Town {
    let until = Utc.with_ymd_and_hms(2026, 11, 22, 0, 0, 0).unwrap();
    Town::simulate(&TownConfig {
        people: 300,
        guests: 60,
        days: 40,
        bot_minutes: 600,
        ..TownConfig::demo(until)
    })
}

async fn enrol(app: &App, town: &Town) {
    for guest in town.guests() {
        let identities = guest.identities();
        let first = identities[0].to_string();
        let put = PutMember {
            proofs: std::collections::BTreeMap::new(),
            identities: Some(identities),
            name: None,
            attributes: guest.attributes.clone(),
            interests: guest.declared.clone(),
            scoring: None,
            enrolled_at: guest.enrolled,
            if_version: None,
        };
        app.service.members.put(&first, put).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rebuild_gives_what_the_scorer_gave() {
    let app = App::start().await;
    app.publish_palms().await;
    let town = town();
    let lines: Vec<String> = town.events.iter().map(native::write).collect();
    let third = lines.len() / 3;
    // Half of the guests come late, and some of the events come twice.
    app.stream(lines[..third].join("\n")).await.expect(200);
    app.settle().await;
    enrol(&app, &town).await;
    app.settle().await;
    for chunk in lines[third - 100..].chunks(977) {
        app.stream(chunk.join("\n")).await.expect(200);
        assert!(matches!(
            app.service.scorer.advance().await.unwrap(),
            Progress::Advanced { .. } | Progress::Idle
        ));
    }
    app.settle().await;
    app.rank().await;
    let report = app.service.scorer.rebuild(|_| {}).await.unwrap();
    assert!(report.members > 50 && report.events > 1000, "{report:?}");
    assert!(report.greatest_difference <= 1e-6, "{report:?}");
    let again = app.service.scorer.rebuild(|_| {}).await.unwrap();
    assert_eq!(again.greatest_difference, 0.0);
}

type States = Vec<(i64, String, Vec<u8>)>;

/// Returns all states and scores that are stored.
async fn stored(pool: &sqlx::PgPool) -> (States, Vec<(uuid::Uuid, serde_json::Value)>) {
    let states = "select account_id, model_version, state from account_states order by 1, 2";
    let scores = "select member_id, body || jsonb_build_object('topic_lines', (
                      select jsonb_agg(jsonb_build_array(topic, t.influence, t.lower) order by topic)
                      from topic_scores t where t.member_id = s.member_id))
                  from scores s order by 1";
    let states = sqlx::query_as(states).fetch_all(pool).await.unwrap();
    let scores = sqlx::query_as(scores).fetch_all(pool).await.unwrap();
    (states, scores)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rebuild_in_parts_of_any_size_repairs_what_was_damaged() {
    let pool = database().await;
    let app = App::on(pool.clone(), config()).await;
    let town = town();
    enrol(&app, &town).await;
    let lines: Vec<String> = town.events.iter().map(native::write).collect();
    app.stream(lines.join("\n")).await.expect(200);
    app.settle().await;
    app.rank().await;
    let before = stored(&pool).await;
    // Empty states, of accounts without events, are not rebuilt.
    app.service.scorer.rebuild(|_| {}).await.unwrap();
    let whole = stored(&pool).await;
    assert!(whole.0.len() > 50 && whole.0.iter().all(|state| before.0.contains(state)));
    assert!(whole.1.len() > 50 && whole.1 == before.1);
    for accounts in [1, 7, 1_000_000] {
        // Some states are of other accounts, some are gone, one is of an account without events.
        for damage in [
            "update account_states s set state = o.state from account_states o
             where s.account_id % 3 = 0 and o.account_id = (select min(account_id) from account_states)",
            "delete from account_states where account_id % 5 = 0",
            "insert into account_states select 1000000, model_version, state from account_states limit 1",
            "update scores set influence = 99, body = jsonb_set(body, '{influence}', '{\"state\": \"unknown\"}')
             where (select count(*) from scores o where o.member_id < scores.member_id) % 4 = 0",
            "delete from topic_scores where influence > 20",
        ] {
            sqlx::query(damage).execute(&pool).await.unwrap();
        }
        assert!(stored(&pool).await != whole);
        let mut config = config();
        config.scoring.rebuild_accounts = accounts;
        let other = App::on(pool.clone(), config).await;
        let report = other.service.scorer.rebuild(|_| {}).await.unwrap();
        assert!(report.greatest_difference > 1.0, "{report:?}");
        assert!(stored(&pool).await == whole, "{accounts} accounts at once");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_scorers_and_a_restart_count_nothing_twice() {
    let pool = database().await;
    let town = town();
    let app = App::on(pool.clone(), config()).await;
    enrol(&app, &town).await;
    let (other, _) = service(pool.clone(), config(), Clock::fixed(noon())).await;
    let lines: Vec<String> = town.events.iter().map(native::write).collect();
    for chunk in lines.chunks(500) {
        app.stream(chunk.join("\n")).await.expect(200);
        let (one, two) = tokio::join!(app.service.scorer.advance(), other.scorer.advance());
        one.unwrap();
        two.unwrap();
    }
    drop(app);
    let restarted = App::on(pool, config()).await;
    restarted.settle().await;
    let report = restarted.service.scorer.rebuild(|_| {}).await.unwrap();
    assert!(report.members > 50, "{report:?}");
    assert!(report.greatest_difference <= 1e-6, "{report:?}");
}

#[tokio::test]
async fn a_database_is_not_opened_with_another_handle_key() {
    let pool = database().await;
    let _app = App::on(pool.clone(), config()).await;
    let mut other = config();
    other.accounts.hash_key = renown::config::Secret::new("another key, by mistake");
    let parts = renown::service::Parts {
        handle_keys: other.accounts.handle_keys().unwrap(),
        model: renown_core::scoring::Model::builtin(),
        dictionary: renown::service::load_dictionary(&other).unwrap(),
        clock: Clock::fixed(noon()),
        config: other,
    };
    let refused = renown::service::Service::start(pool, parts)
        .await
        .unwrap_err();
    assert!(
        refused.to_string().contains("accounts.hash_key"),
        "{refused}"
    );
}

#[tokio::test]
async fn a_handle_key_can_be_replaced_without_losing_anybody() {
    use renown::config::{RetiredKey, Secret};
    let pool = database().await;
    let app = App::on(pool.clone(), config()).await;
    let before = app.enrol("twitter:kevin").await;
    let mut rotated = config();
    rotated.accounts.retired_hash_keys = vec![RetiredKey {
        id: 1,
        key: config().accounts.hash_key,
    }];
    rotated.accounts.hash_key = Secret::new("the next key, for tests only");
    rotated.accounts.hash_key_id = 2;
    let app = App::on(pool, rotated).await;
    assert_eq!(
        app.get("/v1/members/twitter:kevin").await.expect(200),
        before
    );
    app.events(&[crate::harness::like("1", "ann", "kevin", "food")])
        .await;
    app.settle().await;
    assert_eq!(app.influence("twitter:kevin").await["state"], "known");
    let keys: Vec<i16> = sqlx::query_scalar("select distinct key_id from accounts")
        .fetch_all(&app.pool)
        .await
        .unwrap();
    assert_eq!(keys, [2], "rehashed on sight");
}
