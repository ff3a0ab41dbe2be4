//! The schema: migrated up with data in it, down to nothing, and up again.

use renown::store::schema;
use renown_core::domain::ProgramId;
use reqwest::Method;
use serde_json::json;

use crate::harness::{App, config, database, orders, stardom};

#[tokio::test]
async fn the_schema_goes_up_and_down_and_up_again() {
    let pool = database().await;
    {
        let app = App::on(pool.clone(), config()).await;
        app.publish_palms().await;
        app.enrol("twitter:kevin").await;
        claim_with_a_code(&app).await;
        app.events(&stardom("kevin", "las-vegas")).await;
        app.events(&orders("K1", 3)).await;
        app.settle().await;
        app.rank().await;
        let offers = "/v1/programs/palms-klub/members/twitter:kevin/offers";
        app.get(offers).await.expect(200);
        assert!(app.service.exposures.write_down_shown().await.unwrap() > 0);
        let palms = ProgramId::parse("palms-klub").unwrap();
        assert!(app.service.insight.take_census(&palms).await.unwrap());
        let url = json!({"url": "https://example.com/"});
        let webhook = app.post("/v1/webhooks", url).await.expect(201);
        assert!(app.service.webhooks.relay().await.unwrap() > 0);
        let log = format!(
            "/v1/webhooks/{}/deliveries",
            webhook["id"].as_str().unwrap()
        );
        assert_ne!(app.get(&log).await.expect(200)["data"], json!([]));
        give_everything(&app).await;
    }
    // Migrating again has no effect.
    schema::migrate(&pool).await.unwrap();
    schema::MIGRATIONS.undo(&pool, 0).await.unwrap();
    let left: Vec<String> = sqlx::query_scalar(
        "select tablename::text from pg_tables where schemaname = 'public' and tablename not like '\\_sqlx%'",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    assert_eq!(left, Vec::<String>::new());
    schema::migrate(&pool).await.unwrap();
    let app = App::on(pool, config()).await;
    app.enrol("twitter:kevin").await;
    app.events(&stardom("kevin", "las-vegas")[..10]).await;
    app.settle().await;
    assert_eq!(app.influence("twitter:kevin").await["state"], "known");
}

/// With `INSTA_UPDATE=always` the file is written instead of compared.
#[tokio::test]
async fn the_list_of_tables_and_columns_is_that_of_the_migrations() {
    let pool = database().await;
    let mut conn = pool.acquire().await.unwrap();
    let mut tables = schema::tables(&mut conn).await.unwrap();
    tables.remove("_sqlx_migrations");
    let lines = tables
        .iter()
        .map(|(table, columns)| format!("{table}: {}\n", columns.join(" ")));
    let made: String = lines.collect();
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/src/store/schema.txt");
        std::fs::write(file, made).unwrap();
        return;
    }
    assert_eq!(
        schema::EXPECTED,
        made,
        "write src/store/schema.txt anew: INSTA_UPDATE=always cargo test --test api migrations"
    );
    assert_eq!(schema::missing(&mut conn).await.unwrap(), [""; 0]);
    sqlx::query("alter table claims drop column program_version")
        .execute(&pool)
        .await
        .unwrap();
    sqlx::query("drop table codes")
        .execute(&pool)
        .await
        .unwrap();
    let missing = schema::missing(&mut conn).await.unwrap();
    assert_eq!(missing, ["claims.program_version", "codes"]);
}

#[tokio::test]
async fn keys_from_before_are_marked_and_their_names_made_readable() {
    let pool = database().await;
    schema::MIGRATIONS
        .undo(&pool, 20_261_126_000_000)
        .await
        .unwrap();
    let long = "x".repeat(200);
    for name in ["a\u{1b}[2J\u{9b}b", "\n", "", &long, "bootstrap"] {
        sqlx::query(
            "insert into api_keys (key_id, name, hash, scopes, created_at)
             values (gen_random_uuid(), $1, sha256(convert_to($1, 'UTF8')), '{admin}', now())",
        )
        .bind(name)
        .execute(&pool)
        .await
        .unwrap();
    }
    schema::migrate(&pool).await.unwrap();
    let app = App::on(pool, config()).await;
    let keys = app.get("/v1/keys").await.expect(200);
    let mut keys: Vec<(String, bool)> = keys["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|key| {
            (
                key["name"].as_str().unwrap().to_owned(),
                key["bootstrap"] == true,
            )
        })
        .collect();
    keys.sort();
    let name = |name: &str| (name.to_owned(), false);
    let marked = ("bootstrap".to_owned(), true);
    let long = name(&long[..100]);
    let expected = [
        name(" "),
        name("a [2J b"),
        marked,
        name("tests"),
        name("unnamed"),
        long,
    ];
    assert_eq!(keys, expected);
}

#[tokio::test]
async fn scores_from_before_are_on_the_leaderboard_at_once_and_on_those_of_topics_when_refreshed() {
    let pool = database().await;
    {
        let app = App::on(pool.clone(), config()).await;
        app.enrol("twitter:kevin").await;
        app.events(&stardom("kevin", "las-vegas")).await;
        app.settle().await;
        app.rank().await;
    }
    schema::MIGRATIONS
        .undo(&pool, 20_261_126_020_100)
        .await
        .unwrap();
    sqlx::query("update scores set body = body #- '{topics,las-vegas,lower}'")
        .execute(&pool)
        .await
        .unwrap();
    schema::migrate(&pool).await.unwrap();
    let app = App::on(pool, config()).await;
    let lower = async |query: &str, on: &str| {
        let board = app.get(&format!("/v1/leaderboard?{query}")).await;
        board.expect(200)["data"][0][on]["lower"].as_f64()
    };
    assert!(lower("", "influence").await > Some(0.0));
    let by_score = lower("topic=las-vegas&by=score", "topic").await;
    assert_eq!(by_score, Some(0.0), "read without it");
    assert!(app.service.scorer.outdated().await.unwrap() > 0);
    app.refresh().await;
    assert!(lower("topic=las-vegas", "topic").await > Some(0.0));
}

/// Adds a claim, a wait, a draw that took place and an open one.
async fn give_everything(app: &App) {
    let source = "program: fair\ntitle: Fair\nstanding: { influence: 1 }\n\
        service_levels:\n  - { id: standard, queue: general }\n\
        tiers:\n  - { id: guest, service_level: standard }\nperks:\n\
        \x20 - { id: table, title: A table, disclosure: So., kind: invitation, stock: 1 }\n\
        \x20 - { id: pass, title: A pass, disclosure: So., kind: draw, stock: 1 }\n\
        \x20 - { id: cup, title: A cup, disclosure: So., kind: draw, stock: 1 }\n";
    app.service
        .programs
        .publish(None, source, None)
        .await
        .unwrap();
    app.enrol("twitter:ann").await;
    let perks = "/v1/programs/fair/perks";
    let guests = json!({"members": ["twitter:kevin", "twitter:ann"]});
    let invitations = format!("{perks}/table/invitations");
    let invited = app.post_once(&invitations, "i", guests).await.expect(200);
    assert_eq!(invited["data"][1]["outcome"], "waiting");
    for perk in ["pass", "cup"] {
        let entries = format!("{perks}/{perk}/entries");
        let entrant = json!({"member": "twitter:kevin", "nonce": "7"});
        app.post(&entries, entrant).await.expect(201);
    }
    app.post(&format!("{perks}/pass/draw"), json!({}))
        .await
        .expect(200);
    assert_eq!(app.service.claims.serve_waiting().await.unwrap(), 1);
}

/// Adds a claim with a partner's code, and a free code.
async fn claim_with_a_code(app: &App) {
    let program = "program: shop\nservice_levels: [{ id: all, queue: general }]\n\
                   tiers: [{ id: guest, service_level: all }]\n\
                   perks: [{ id: mug, title: A mug, codes: imported, disclosure: Because. }]\n";
    app.service
        .programs
        .publish(None, program, None)
        .await
        .unwrap();
    let path = "/v1/programs/shop/perks/mug/codes/import";
    let csv = [("content-type", "text/csv")];
    app.send(Method::POST, path, &csv, "code\nFIRST-1\nSECOND-2\n")
        .await
        .expect(200);
    let body = json!({"program": "shop", "perk": "mug", "member": "twitter:kevin"});
    app.post_once("/v1/claims", "k", body).await.expect(201);
}
