//! The schema: up with data in it, down to nothing, and up again.

use renown::domain::ProgramId;
use renown::store;
use serde_json::json;

use crate::harness::{App, config, database, orders, stardom};

#[tokio::test]
async fn the_schema_goes_up_and_down_and_up_again() {
    let pool = database().await;
    {
        let app = App::on(pool.clone(), config()).await;
        app.publish_palms().await;
        app.enrol("twitter:kevin").await;
        app.events(&stardom("kevin", "las-vegas")).await;
        app.events(&orders("K1", 3)).await;
        app.settle().await;
        app.rank().await;
        let offers = "/v1/programs/palms-klub/members/twitter:kevin/offers";
        app.get(offers).await.expect(200);
        assert_eq!(app.service.write_showings().await.unwrap(), 1);
        let palms = ProgramId::parse("palms-klub").unwrap();
        assert!(app.service.take_census(&palms).await.unwrap());
        let url = json!({"url": "https://example.com/"});
        let webhook = app.post("/v1/webhooks", url).await.expect(201);
        let replay = format!("/v1/webhooks/{}/replay", webhook["id"].as_str().unwrap());
        assert!(app.service.relay_outbox().await.unwrap() > 0);
        let queued = app.post(&replay, json!({"after": 0})).await.expect(200);
        assert_ne!(queued["queued"], 0);
    }
    // Running what has run does no harm.
    store::migrate(&pool).await.unwrap();
    store::MIGRATIONS.undo(&pool, 0).await.unwrap();
    let left: Vec<String> = sqlx::query_scalar(
        "select tablename::text from pg_tables where schemaname = 'public' and tablename not like '\\_sqlx%'",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    assert_eq!(left, Vec::<String>::new());
    store::migrate(&pool).await.unwrap();
    let app = App::on(pool, config()).await;
    app.enrol("twitter:kevin").await;
    app.events(&stardom("kevin", "las-vegas")[..10]).await;
    app.settle().await;
    assert_eq!(app.influence("twitter:kevin").await["state"], "known");
}
