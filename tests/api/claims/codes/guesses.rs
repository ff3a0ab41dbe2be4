//! A caller that tries wrong codes has to wait; a caller with right codes never.

use super::*;

/// Codes that do not exist.
fn guess(n: usize) -> String {
    format!("GUESS-{n}")
}

#[tokio::test]
async fn a_few_wrong_codes_are_forgiven_and_then_one_more_a_while() {
    let app = open("codes: generated", 1).await;
    let (_, code) = confirmed(&app, 0).await;
    for n in 0..10 {
        assert_eq!(redeem(&app, &guess(n)).await.problem(404), "not-found");
    }
    let limited = redeem(&app, &guess(10)).await;
    assert_eq!(limited.problem(429), "too-many-requests");
    assert_eq!(limited.headers["retry-after"], "6");
    assert_eq!(limited.headers["ratelimit"], "\"codes\";r=0;t=6");
    assert_eq!(limited.headers["ratelimit-policy"], "\"codes\";q=10;w=60");
    // A right code has to wait too: otherwise guessing could go on unnoticed.
    assert_eq!(redeem(&app, &code).await.problem(429), "too-many-requests");
    // Another key has its own allowance.
    let other = app.key_for("shop", &["claims:write"]).await;
    let answer = redeem_with(&app, &other, json!({"code": guess(11)})).await;
    assert_eq!(answer.problem(404), "not-found");
    app.service.clock.advance(Duration::seconds(4));
    let limited = redeem(&app, &guess(12)).await;
    assert_eq!(limited.problem(429), "too-many-requests");
    assert_eq!(limited.headers["retry-after"], "2");
    app.service.clock.advance(Duration::seconds(2));
    assert_eq!(redeem(&app, &guess(13)).await.problem(404), "not-found");
    assert_eq!(redeem(&app, &code).await.problem(429), "too-many-requests");
    app.service.clock.advance(Duration::seconds(6));
    redeem(&app, &code).await.expect(200);
}

#[tokio::test]
async fn to_guess_with_many_hands_gains_nothing() {
    let app = open("codes: generated", 0).await;
    let answers = join_all((0..60).map(|n| {
        let guess = guess(n);
        let app = &app;
        async move { redeem(app, &guess).await }
    }))
    .await;
    let looked_up = answers.iter().filter(|a| a.status == 404).count();
    let limited = answers.iter().filter(|a| a.status == 429).count();
    assert_eq!((looked_up, limited), (10, 50));
}

#[tokio::test]
async fn right_codes_are_never_limited() {
    let app = App::with(|config| config.codes.guesses = 2).await;
    let program = shop("shop", "codes: generated, per_member: 40");
    app.service
        .programs
        .publish(None, &program, None)
        .await
        .unwrap();
    app.enrol("twitter:m0").await;
    let mut codes = Vec::new();
    for _ in 0..40 {
        codes.push(confirmed(&app, 0).await.1);
    }
    // More at once than may fail.
    let answers = join_all(codes.iter().map(|code| redeem(&app, code))).await;
    assert!(answers.iter().all(|answer| answer.status == 200));
    // A code that was redeemed before is no guess either.
    for code in &codes[..5] {
        assert_eq!(redeem(&app, code).await.problem(409), "conflict");
    }
}

/// The type of a problem, also of a repeated answer.
fn kind(answer: &Answer) -> String {
    answer.json()["type"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_request_that_is_sent_again_is_no_further_guess() {
    let app = open("codes: generated", 0).await;
    let body = json!({"code": "GUESS-1"});
    for _ in 0..20 {
        let answer = app.post_once("/v1/redemptions", "k", body.clone()).await;
        assert_eq!(kind(&answer), "urn:renown:problem:not-found");
    }
    for n in 0..9 {
        assert_eq!(redeem(&app, &guess(n)).await.problem(404), "not-found");
    }
    assert_eq!(redeem(&app, "X").await.problem(429), "too-many-requests");
    // The stored answer is repeated even while the caller has to wait.
    let answer = app.post_once("/v1/redemptions", "k", body).await;
    assert_eq!(kind(&answer), "urn:renown:problem:not-found");
}
