//! The log of deliveries: failed messages, or all from a position on, can be sent
//! again; secrets that change; and what is deleted.

use chrono::TimeDelta;
use serde_json::json;

use crate::webhooks::receiver;
use crate::webhooks::receiver::{
    Receiver, Reply, deliver_after, hook, log, member, path, states, tell,
};

#[tokio::test]
async fn what_is_given_up_lets_the_next_go_and_can_be_sent_again() {
    let app = receiver::app().await;
    let receiver = Receiver::start().await;
    let webhook = hook(&app, &receiver, json!({})).await;
    receiver.answers(|request| match request.number() {
        1 => Reply::Status(400),
        _ => Reply::Status(200),
    });
    let ann = Some(member(1));
    tell(&app, &[(ann, 1), (ann, 2)]).await;
    app.service.webhooks.deliver_due().await.unwrap();
    let mut days = 0.0;
    while !receiver.numbers().contains(&2) {
        deliver_after(&app, TimeDelta::hours(1)).await;
        days += 1.0 / 24.0;
        assert!(days < 5.0, "it is given up some time");
    }
    assert!(days > 2.5, "not before three days or so: {days}");
    assert_eq!(receiver.numbers().iter().filter(|n| **n == 1).count(), 10);
    let rows = log(&app, &webhook).await;
    assert_eq!(states(&rows), ["failed", "delivered"]);
    assert_eq!(rows[0]["attempts"], 10);

    receiver.answers_with(200);
    receiver.forget();
    let place = path(&webhook);
    let one = format!(
        "{place}/deliveries/{}/replay",
        rows[0]["id"].as_str().unwrap()
    );
    let pending = app.post(&one, json!({})).await.expect(200);
    assert_eq!(
        (&pending["state"], &pending["attempts"]),
        (&json!("pending"), &json!(0))
    );
    app.service.webhooks.deliver_due().await.unwrap();
    assert_eq!(receiver.numbers(), [1]);
    assert_eq!(
        states(&log(&app, &webhook).await),
        ["delivered", "delivered"]
    );
    let nothing = format!(
        "{place}/deliveries/{}/replay",
        webhook["id"].as_str().unwrap()
    );
    assert_eq!(
        app.post(&nothing, json!({})).await.problem(404),
        "not-found"
    );
}

#[tokio::test]
async fn everything_from_somewhere_on_can_be_sent_again_also_to_a_new_webhook() {
    let app = receiver::app().await;
    let ann = Some(member(1));
    tell(&app, &[(ann, 1), (ann, 2)]).await;
    app.service.webhooks.deliver_due().await.unwrap();
    app.service.clock.advance(TimeDelta::hours(1));
    let later = app.service.clock.now();
    tell(&app, &[(ann, 3)]).await;
    app.service.webhooks.deliver_due().await.unwrap();

    let receiver = Receiver::start().await;
    let webhook = hook(&app, &receiver, json!({})).await;
    let replay = format!("{}/replay", path(&webhook));
    app.service.webhooks.deliver_due().await.unwrap();
    assert_eq!(receiver.numbers(), [0; 0], "it begins with what comes");
    let queued = app.post(&replay, json!({"since": later})).await.expect(200);
    assert_eq!(queued["queued"], 1);
    app.service.webhooks.deliver_due().await.unwrap();
    assert_eq!(receiver.numbers(), [3]);
    receiver.forget();
    let queued = app.post(&replay, json!({"after": 0})).await.expect(200);
    assert_eq!(queued["queued"], 3, "delivered or not");
    app.service.webhooks.deliver_due().await.unwrap();
    assert_eq!(receiver.numbers(), [1, 2, 3]);
    let none = app.post(&replay, json!({"after": 3})).await.expect(200);
    assert_eq!(none["queued"], 0);

    for body in [json!({}), json!({"after": 0, "since": later})] {
        assert_eq!(
            app.post(&replay, body).await.problem(400),
            "invalid-request"
        );
    }
    for after in [-1, 4] {
        let gone = app.post(&replay, json!({"after": after})).await.expect(410);
        assert_eq!((&gone["oldest"], &gone["latest"]), (&json!(0), &json!(3)));
    }
}

#[tokio::test]
async fn a_secret_that_was_changed_signs_for_a_day_more() {
    let app = receiver::app().await;
    let receiver = Receiver::start().await;
    let own = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    let webhook = hook(&app, &receiver, json!({"secret": own})).await;
    assert_eq!(webhook["secret"], own);
    let rotate = format!("{}/rotate-secret", path(&webhook));
    let rotated = app.post(&rotate, json!({})).await.expect(200);
    let new = rotated["secret"].as_str().unwrap().to_owned();
    assert_ne!(new, own);
    tell(&app, &[(Some(member(1)), 1)]).await;
    app.service.webhooks.deliver_due().await.unwrap();
    let both = receiver.received().remove(0);
    assert_eq!(both.signatures(), 2);
    assert!(both.is_signed_with(own) && both.is_signed_with(&new));

    // After another rotation, all three sign, each until its day is over.
    app.service.clock.advance(TimeDelta::hours(12));
    let newest = app.post(&rotate, json!({})).await.expect(200)["secret"].clone();
    receiver.forget();
    tell(&app, &[(Some(member(1)), 2)]).await;
    app.service.webhooks.deliver_due().await.unwrap();
    assert_eq!(receiver.received()[0].signatures(), 3);
    app.service.clock.advance(TimeDelta::hours(12));
    receiver.forget();
    tell(&app, &[(Some(member(1)), 3)]).await;
    app.service.webhooks.deliver_due().await.unwrap();
    let later = receiver.received().remove(0);
    assert_eq!(later.signatures(), 2);
    assert!(!later.is_signed_with(own) && later.is_signed_with(&new));
    assert!(later.is_signed_with(newest.as_str().unwrap()));
}

#[tokio::test]
async fn the_log_comes_in_pages_and_by_state() {
    let app = receiver::app().await;
    let receiver = Receiver::start().await;
    let webhook = hook(&app, &receiver, json!({})).await;
    receiver.answers(|request| Reply::Status(if request.number() > 3 { 500 } else { 200 }));
    let all: Vec<_> = (1..=5).map(|who| (Some(member(who)), who as i64)).collect();
    tell(&app, &all).await;
    app.service.webhooks.deliver_due().await.unwrap();
    let deliveries = format!("{}/deliveries", path(&webhook));
    let mut seen = Vec::new();
    let mut next = format!("{deliveries}?limit=2");
    loop {
        let page = app.get(&next).await.expect(200);
        seen.extend(
            page["data"]
                .as_array()
                .unwrap()
                .iter()
                .map(|row| row["position"].clone()),
        );
        let Some(cursor) = page["page"]["next_cursor"].as_str() else {
            break;
        };
        next = format!("{deliveries}?limit=2&cursor={cursor}");
    }
    assert_eq!(seen, [5, 4, 3, 2, 1]);
    let pending = app
        .get(&format!("{deliveries}?state=pending"))
        .await
        .expect(200);
    assert_eq!(pending["data"].as_array().unwrap().len(), 2);
    app.service.measure().await.unwrap();
    let metrics = app.get("/metrics").await;
    let metrics = String::from_utf8_lossy(&metrics.bytes).into_owned();
    assert!(
        metrics.contains("renown_webhook_deliveries_pending 2"),
        "{metrics}"
    );
    for wrong in ["state=lost", "limit=0", "cursor=nonsense"] {
        let answer = app.get(&format!("{deliveries}?{wrong}")).await;
        assert_eq!(answer.problem(400), "invalid-request", "{wrong}");
    }
}

#[tokio::test]
async fn what_is_old_is_cleared_away_and_what_is_undelivered_is_not() {
    let app = receiver::app().await;
    let receiver = Receiver::start().await;
    let webhook = hook(&app, &receiver, json!({})).await;
    receiver.answers(|request| Reply::Status(if request.number() == 2 { 410 } else { 200 }));
    tell(&app, &[(Some(member(1)), 1)]).await;
    app.service.webhooks.deliver_due().await.unwrap();
    tell(&app, &[(Some(member(2)), 2)]).await;
    app.service.webhooks.deliver_due().await.unwrap();
    tell(&app, &[(Some(member(3)), 3)]).await;
    app.service.webhooks.deliver_due().await.unwrap();
    app.service.clock.advance(TimeDelta::days(31));
    tell(&app, &[(Some(member(4)), 4)]).await;
    app.service.webhooks.deliver_due().await.unwrap();
    assert!(app.service.webhooks.prune().await.unwrap());
    let kept: Vec<i64> = sqlx::query_scalar("select position from outbox order by position")
        .fetch_all(&app.pool)
        .await
        .unwrap();
    assert_eq!(kept, [2, 4], "the one that is pending, and the new one");
    assert_eq!(log(&app, &webhook).await.len(), 1);
    // It continues with what there is.
    receiver.answers_with(200);
    receiver.forget();
    app.patch(&path(&webhook), json!({"enabled": true}))
        .await
        .expect(200);
    app.service.webhooks.deliver_due().await.unwrap();
    let mut numbers = receiver.numbers();
    numbers.sort_unstable();
    assert_eq!(numbers, [2, 4]);
    // A deleted webhook does not stop the pruning of messages.
    receiver.answers_with(500);
    tell(&app, &[(Some(member(5)), 5)]).await;
    app.service.webhooks.deliver_due().await.unwrap();
    app.send(reqwest::Method::DELETE, &path(&webhook), &[], "")
        .await;
    app.service.clock.advance(TimeDelta::days(31));
    while !app.service.webhooks.prune().await.unwrap() {}
    for table in [
        "outbox",
        "webhooks",
        "webhook_secrets",
        "webhook_deliveries",
        "webhook_lines",
    ] {
        let query = format!("select count(*) from {table}");
        let left: i64 = sqlx::QueryBuilder::<sqlx::Postgres>::new(query)
            .build_query_scalar()
            .fetch_one(&app.pool)
            .await
            .unwrap();
        assert_eq!(left, 0, "{table}");
    }
}
