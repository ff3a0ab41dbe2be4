//! Deliveries: messages are sent signed, in order for each member, until they are
//! accepted; none is lost, whatever fails.

use chrono::{TimeDelta, Utc};
use renown::clock::Clock;
use renown::jobs::Jobs;
use renown::store;
use serde_json::{Value, json};

use crate::harness::{App, config, database, service, stardom};
use crate::webhooks::receiver;
use crate::webhooks::receiver::{
    Receiver, Reply, allow_here, deliver_after, hook, log, member, message, path, states, tell,
};

#[tokio::test]
async fn what_happens_is_told_and_signed() {
    let app = receiver::app().await;
    let receiver = Receiver::start().await;
    let webhook = hook(&app, &receiver, json!({})).await;
    app.publish_palms().await;
    app.rivals("las-vegas").await;
    app.enrol("twitter:kevin").await;
    app.events(&stardom("kevin", "las-vegas")).await;
    app.settle().await;
    app.service.webhooks.deliver_due().await.unwrap();

    let received = receiver.received();
    let kinds: Vec<Value> = received.iter().map(|r| r.json()["type"].clone()).collect();
    for kind in ["program.published", "score.changed", "tier.changed"] {
        assert!(kinds.contains(&json!(kind)), "{kind} in {kinds:?}");
    }
    let kevin = app.get("/v1/members/twitter:kevin").await.expect(200);
    for request in &received {
        assert!(request.is_signed_with(webhook["secret"].as_str().unwrap()));
        assert_eq!(request.path, "/hook");
        assert_eq!(request.header("content-type"), "application/json");
        let sent = request.header("webhook-timestamp").parse::<i64>().unwrap();
        assert_eq!(sent, app.service.clock.now().timestamp());
        assert_eq!(request.json()["id"], request.header("webhook-id"));
    }
    let changed = received.iter().find(|r| r.json()["type"] == "tier.changed");
    let changed = changed.unwrap().json();
    assert_eq!(changed["data"]["member"], kevin["id"]);
    assert_eq!(changed["data"]["program"], "palms-klub");
    assert_eq!(changed["data"]["to"], "insider");
    assert!(changed["timestamp"].as_str().unwrap().ends_with('Z'));
    let log = log(&app, &webhook).await;
    assert!(states(&log).iter().all(|state| *state == "delivered"));
    assert_eq!(log.len(), received.len());
    receiver.forget();
    app.service.webhooks.deliver_due().await.unwrap();
    assert_eq!(receiver.received().len(), 0, "told once");
}

#[tokio::test]
async fn a_webhook_is_told_of_its_types_and_its_program_alone() {
    let app = receiver::app().await;
    let [all, tiers, klub, other] = [
        Receiver::start().await,
        Receiver::start().await,
        Receiver::start().await,
        Receiver::start().await,
    ];
    hook(&app, &all, json!({})).await;
    hook(&app, &tiers, json!({"types": ["tier.changed"]})).await;
    hook(&app, &klub, json!({"program": "palms-klub"})).await;
    hook(&app, &other, json!({"program": "press-list"})).await;
    tell(&app, &[(Some(member(1)), 1), (None, 2)]).await;
    app.service.webhooks.deliver_due().await.unwrap();
    let sorted = |receiver: &Receiver| {
        let mut numbers = receiver.numbers();
        numbers.sort_unstable();
        numbers
    };
    assert_eq!(sorted(&all), [1, 2]);
    assert_eq!(sorted(&tiers), [1]);
    assert_eq!(sorted(&klub), [1, 2]);
    assert_eq!(sorted(&other), [0; 0]);
}

#[tokio::test]
async fn what_fails_is_tried_again_later_under_the_same_id() {
    let app = receiver::app().await;
    let receiver = Receiver::start().await;
    let webhook = hook(&app, &receiver, json!({})).await;
    receiver.answers_with(500);
    tell(&app, &[(Some(member(1)), 1)]).await;
    app.service.webhooks.deliver_due().await.unwrap();
    let failed = log(&app, &webhook).await.remove(0);
    assert_eq!(
        (&failed["state"], &failed["attempts"]),
        (&json!("pending"), &json!(1))
    );
    assert_eq!(
        (&failed["failure"], &failed["status"]),
        (&json!("status"), &json!(500))
    );
    let due: chrono::DateTime<Utc> = failed["retry_at"].as_str().unwrap().parse().unwrap();
    let pause = due - app.service.clock.now();
    assert!(
        (4_000..=6_000).contains(&pause.num_milliseconds()),
        "{pause}"
    );

    deliver_after(&app, pause - TimeDelta::milliseconds(1)).await;
    assert_eq!(receiver.received().len(), 1, "not before it is due");
    receiver.answers_with(200);
    deliver_after(&app, TimeDelta::milliseconds(1)).await;
    let received = receiver.received();
    assert_eq!(received.len(), 2);
    assert_eq!(received[0].id(), received[1].id());
    assert_eq!(received[0].body, received[1].body);
    assert_ne!(
        received[0].header("webhook-timestamp"),
        received[1].header("webhook-timestamp")
    );
    let delivered = log(&app, &webhook).await.remove(0);
    assert_eq!(
        (&delivered["state"], &delivered["attempts"]),
        (&json!("delivered"), &json!(2))
    );
    assert_eq!(
        (&delivered["failure"], &delivered["retry_at"]),
        (&Value::Null, &Value::Null)
    );
}

#[tokio::test]
async fn a_failure_holds_up_what_comes_later_about_the_same_member_and_nothing_else() {
    let app = receiver::app().await;
    let receiver = Receiver::start().await;
    let webhook = hook(&app, &receiver, json!({})).await;
    receiver.answers(|request| match request.number() {
        1 => Reply::Status(503),
        _ => Reply::Status(200),
    });
    let (ann, ben) = (Some(member(1)), Some(member(2)));
    tell(
        &app,
        &[(ann, 1), (ann, 2), (ben, 3), (None, 4), (ann, 5), (ben, 6)],
    )
    .await;
    app.service.webhooks.deliver_due().await.unwrap();
    let mut numbers = receiver.numbers();
    numbers.sort_unstable();
    assert_eq!(numbers, [1, 3, 4, 6], "2 and 5 wait behind 1");
    // A later message waits behind it in the line.
    tell(&app, &[(ann, 7)]).await;
    app.service.webhooks.deliver_due().await.unwrap();
    assert!(!receiver.numbers().contains(&7));

    receiver.answers_with(200);
    receiver.forget();
    deliver_after(&app, TimeDelta::seconds(6)).await;
    assert_eq!(receiver.numbers(), [1, 2, 5, 7]);
    assert!(
        states(&log(&app, &webhook).await)
            .iter()
            .all(|state| *state == "delivered")
    );
}

#[tokio::test]
async fn a_receiver_that_is_away_loses_nothing_and_gets_everything_in_order_when_it_is_back() {
    let app = receiver::app().await;
    let receiver = Receiver::start().await;
    hook(&app, &receiver, json!({})).await;
    receiver.answers_with(502);
    let mut number = 0;
    for _ in 0..6 {
        for who in 1..=3 {
            number += 1;
            tell(&app, &[(Some(member(who)), number)]).await;
        }
        deliver_after(&app, TimeDelta::hours(1)).await;
    }
    receiver.answers_with(200);
    receiver.forget();
    deliver_after(&app, TimeDelta::hours(24)).await;
    let received = receiver.received();
    assert_eq!(received.len(), 18);
    for who in 1..=3 {
        let id = json!(member(who));
        let own = received.iter().filter(|r| r.json()["data"]["member"] == id);
        let own: Vec<i64> = own.map(|request| request.number()).collect();
        assert!(own.is_sorted() && own.len() == 6, "{own:?}");
    }
}

#[tokio::test]
async fn a_slow_receiver_holds_up_no_other_and_is_given_up_in_time() {
    let app = App::with(|config| {
        allow_here(config);
        config.webhooks.timeout_seconds = 1;
        config.webhooks.in_flight = 2;
    })
    .await;
    let (slow, fast) = (Receiver::start().await, Receiver::start().await);
    let webhook = hook(&app, &slow, json!({})).await;
    hook(&app, &fast, json!({})).await;
    slow.answers(|_| Reply::Hang);
    let everybody: Vec<_> = (1..=20)
        .map(|who| (Some(member(who)), who as i64))
        .collect();
    tell(&app, &everybody).await;
    let delivering = tokio::spawn({
        let service = std::sync::Arc::clone(&app.service);
        async move { service.webhooks.deliver_due().await.unwrap() }
    });
    // Before the slow one has received more than its first two.
    fast.has(20).await;
    assert!(slow.received().len() < 20);
    delivering.await.unwrap();
    assert_eq!(slow.received().len(), 20);
    for row in log(&app, &webhook).await {
        assert_eq!(
            (&row["failure"], &row["status"]),
            (&json!("timeout"), &Value::Null)
        );
    }
    slow.release();
    slow.forget();
    deliver_after(&app, TimeDelta::seconds(6)).await;
    assert_eq!(slow.received().len(), 20);
}

#[tokio::test]
async fn a_redirect_is_a_failure_and_is_not_followed() {
    let app = receiver::app().await;
    let (receiver, elsewhere) = (Receiver::start().await, Receiver::start().await);
    let webhook = hook(&app, &receiver, json!({})).await;
    for status in [301, 302, 303, 307, 308] {
        let target = elsewhere.url.clone();
        receiver.answers(move |_| Reply::With(status, "location", target.clone()));
        tell(&app, &[(Some(member(u128::from(status))), 1)]).await;
        app.service.webhooks.deliver_due().await.unwrap();
        let last = log(&app, &webhook).await.pop().unwrap();
        assert_eq!(last["status"], status);
        assert_eq!(last["state"], "pending");
    }
    assert_eq!(elsewhere.received().len(), 0);
}

#[tokio::test]
async fn a_receiver_that_is_gone_disables_its_webhook_which_goes_on_where_it_was() {
    let app = receiver::app().await;
    let receiver = Receiver::start().await;
    let webhook = hook(&app, &receiver, json!({})).await;
    receiver.answers_with(410);
    let ann = Some(member(1));
    tell(&app, &[(ann, 1), (ann, 2)]).await;
    app.service.webhooks.deliver_due().await.unwrap();
    assert_eq!(receiver.numbers(), [1]);
    let disabled = app.get(&path(&webhook)).await.expect(200);
    assert_eq!(disabled["enabled"], false);
    assert_eq!(disabled["disabled"]["reason"], "gone");
    let gone = log(&app, &webhook).await.remove(0);
    assert_eq!(
        (&gone["state"], &gone["status"]),
        (&json!("pending"), &json!(410))
    );

    receiver.answers_with(200);
    receiver.forget();
    tell(&app, &[(ann, 3), (Some(member(2)), 4)]).await;
    deliver_after(&app, TimeDelta::days(4)).await;
    assert_eq!(
        receiver.numbers(),
        [0; 0],
        "nothing is sent while it is disabled"
    );
    app.patch(&path(&webhook), json!({"enabled": true}))
        .await
        .expect(200);
    app.service.webhooks.deliver_due().await.unwrap();
    let mut numbers = receiver.numbers();
    numbers.retain(|number| *number != 4);
    assert_eq!(numbers, [1, 2, 3]);
    assert_eq!(receiver.received().len(), 4, "what came meanwhile too");
}

#[tokio::test]
async fn a_receiver_that_asks_for_time_is_given_it() {
    let app = receiver::app().await;
    let receiver = Receiver::start().await;
    let webhook = hook(&app, &receiver, json!({})).await;
    receiver.answers(|_| Reply::With(429, "retry-after", "3600".to_owned()));
    tell(&app, &[(Some(member(1)), 1)]).await;
    app.service.webhooks.deliver_due().await.unwrap();
    deliver_after(&app, TimeDelta::seconds(3599)).await;
    assert_eq!(receiver.received().len(), 1);
    // Not longer than a day, whatever it asks for; and only with a status that allows
    // it.
    receiver.answers(|_| Reply::With(503, "retry-after", "99999999".to_owned()));
    deliver_after(&app, TimeDelta::seconds(1)).await;
    receiver.answers(|_| Reply::With(500, "retry-after", "86400".to_owned()));
    deliver_after(&app, TimeDelta::days(1)).await;
    assert_eq!(receiver.received().len(), 3);
    let row = log(&app, &webhook).await.remove(0);
    let due: chrono::DateTime<Utc> = row["retry_at"].as_str().unwrap().parse().unwrap();
    assert!(
        due - app.service.clock.now() <= TimeDelta::minutes(36),
        "{row}"
    );
}

#[tokio::test]
async fn an_attempt_that_is_killed_is_repeated_under_the_same_id() {
    let app = receiver::app().await;
    let receiver = Receiver::start().await;
    let webhook = hook(&app, &receiver, json!({})).await;
    receiver.answers(|_| Reply::Hang);
    tell(&app, &[(Some(member(1)), 1)]).await;
    let delivering = tokio::spawn({
        let service = std::sync::Arc::clone(&app.service);
        async move { service.webhooks.deliver_due().await }
    });
    receiver.has(1).await;
    delivering.abort();
    assert!(delivering.await.unwrap_err().is_cancelled());
    receiver.release();
    receiver.answers_with(200);
    app.service.webhooks.deliver_due().await.unwrap();
    assert_eq!(receiver.received().len(), 1, "somebody may still be at it");
    deliver_after(&app, TimeDelta::minutes(1)).await;
    let received = receiver.received();
    assert_eq!(received.len(), 2);
    assert_eq!(received[0].id(), received[1].id());
    assert_eq!(states(&log(&app, &webhook).await), ["delivered"]);
}

#[tokio::test]
async fn a_message_that_is_committed_late_is_not_skipped() {
    let app = receiver::app().await;
    let receiver = Receiver::start().await;
    hook(&app, &receiver, json!({})).await;
    let now = app.service.clock.now();
    let mut late = app.pool.begin().await.unwrap();
    let first = message(now, Some(member(1)), 1);
    store::webhooks::outbox::add(&mut late, &[first])
        .await
        .unwrap();
    tell(&app, &[(Some(member(2)), 2)]).await;
    app.service.webhooks.deliver_due().await.unwrap();
    assert_eq!(receiver.numbers(), [2]);
    late.commit().await.unwrap();
    app.service.webhooks.deliver_due().await.unwrap();
    assert_eq!(receiver.numbers(), [2, 1]);
    let positions: Vec<i64> = sqlx::query_scalar("select position from outbox order by position")
        .fetch_all(&app.pool)
        .await
        .unwrap();
    assert_eq!(positions, [1, 2], "without gaps, in the order of commits");
}

#[tokio::test]
async fn a_name_that_leads_inside_is_not_called() {
    let app = App::start().await;
    let inside = Receiver::start().await;
    let port = inside.url.rsplit(':').next().unwrap();
    let url = format!("https://localhost:{port}");
    let webhook = app
        .post("/v1/webhooks", json!({"url": url}))
        .await
        .expect(201);
    tell(&app, &[(Some(member(1)), 1)]).await;
    app.service.webhooks.deliver_due().await.unwrap();
    assert_eq!(inside.received().len(), 0);
    let row = log(&app, &webhook).await.remove(0);
    assert_eq!(
        (&row["state"], &row["failure"]),
        (&json!("pending"), &json!("forbidden_address"))
    );
}

#[tokio::test]
async fn two_replicas_deliver_everything_in_order_about_each_member() {
    let pool = database().await;
    let mut config = config();
    allow_here(&mut config);
    config.webhooks.poll_milliseconds = 10;
    let app = App::on(pool.clone(), config.clone()).await;
    let receiver = Receiver::start().await;
    let webhook = hook(&app, &receiver, json!({})).await;
    let (one, _) = service(pool.clone(), config.clone(), Clock::System).await;
    let (two, _) = service(pool, config, Clock::System).await;
    let jobs = [Jobs::start(&one), Jobs::start(&two)];
    // Some fail the first time, and are tried again after some seconds.
    let failed = std::sync::Mutex::new(std::collections::BTreeSet::new());
    receiver.answers(move |request| {
        let first = failed.lock().unwrap().insert(request.number());
        Reply::Status(if first && request.number() % 97 == 0 {
            500
        } else {
            200
        })
    });
    let mut expected: std::collections::BTreeMap<u128, Vec<i64>> = Default::default();
    let mut number = 0;
    for _ in 0..20 {
        let mut batch = Vec::new();
        for who in 1..=10 {
            number += 1;
            batch.push((Some(member(who)), number));
            expected.entry(who).or_default().push(number);
        }
        tell(&app, &batch).await;
    }
    let delivered = async {
        while log_count(&app, "delivered").await < number {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), delivered)
        .await
        .expect("everything is delivered some time");
    for jobs in jobs {
        jobs.stop().await;
    }
    let received = receiver.received();
    for (who, expected) in expected {
        let id = json!(member(who));
        let own = received.iter().filter(|r| r.json()["data"]["member"] == id);
        let mut own: Vec<i64> = own.map(|request| request.number()).collect();
        own.dedup();
        assert_eq!(own, expected, "in order, repetitions side by side");
    }
    assert_eq!(app.get(&path(&webhook)).await.expect(200)["enabled"], true);
}

async fn log_count(app: &App, state: &str) -> i64 {
    sqlx::query_scalar("select count(*) from webhook_deliveries where state = $1")
        .bind(state)
        .fetch_one(&app.pool)
        .await
        .unwrap()
}

#[tokio::test]
async fn lines_in_which_nothing_waits_do_not_stand_in_the_way() {
    let app = receiver::app().await;
    let receiver = Receiver::start().await;
    let webhook = hook(&app, &receiver, json!({})).await;
    // Lines that replays during running attempts may leave behind.
    sqlx::query(
        "insert into webhook_lines (webhook_id, line, due_at)
         select $1::uuid, gen_random_uuid(), '2026-01-01' from generate_series(1, 20)",
    )
    .bind(webhook["id"].as_str().unwrap())
    .execute(&app.pool)
    .await
    .unwrap();
    tell(&app, &[(Some(member(1)), 1), (None, 2)]).await;
    for _ in 0..4 {
        app.service.webhooks.deliver_due().await.unwrap();
    }
    assert_eq!(receiver.received().len(), 2);
    let left: i64 = sqlx::query_scalar("select count(*) from webhook_lines")
        .fetch_one(&app.pool)
        .await
        .unwrap();
    assert_eq!(left, 0);
}
