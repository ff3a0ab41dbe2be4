//! The two forms in which a score is stored.

use serde_json::Value;

use crate::harness::{App, config};

const READ_FROM_SCORES: [&str; 3] = [
    "/v1/members/twitter:kevin/score",
    "/v1/programs/palms-klub/members/twitter:kevin/tier",
    "/v1/programs/palms-klub/members/twitter:kevin/offers",
];

/// Answers of a service that has nothing in memory.
async fn answers(app: &App) -> Vec<Value> {
    let other = App::on(app.pool.clone(), config()).await;
    let mut answers = Vec::new();
    for path in READ_FROM_SCORES {
        answers.push(other.get(path).await.expect(200));
    }
    answers
}

async fn unpacked(app: &App) -> i64 {
    sqlx::query_scalar("select count(*) from scores where packed is null")
        .fetch_one(&app.pool)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_score_without_its_packed_form_is_read_from_its_body_alike() {
    let app = App::with_a_star().await;
    app.publish_palms().await;
    assert_eq!(unpacked(&app).await, 0);
    let packed = answers(&app).await;
    sqlx::query("update scores set packed = null")
        .execute(&app.pool)
        .await
        .unwrap();
    assert_eq!(answers(&app).await, packed);
}

#[tokio::test]
async fn a_body_that_an_earlier_version_writes_counts_and_the_next_score_is_packed() {
    let app = App::with_a_star().await;
    app.publish_palms().await;
    let before = answers(&app).await;
    // An earlier version does not know the packed form, and leaves it as it is.
    sqlx::query(
        "update scores set as_of = as_of,
             body = jsonb_set(body, '{influence,score}', to_jsonb(12.5))",
    )
    .execute(&app.pool)
    .await
    .unwrap();
    assert_ne!(unpacked(&app).await, 0);
    let after = answers(&app).await;
    assert_eq!(after[0]["influence"]["score"], 12.5);
    assert_ne!(after[0], before[0]);
    app.rank().await;
    assert_eq!(unpacked(&app).await, 0);
    assert_ne!(answers(&app).await[0]["influence"]["score"], 12.5);
}
