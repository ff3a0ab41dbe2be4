//! What is left of a member after opting out: nothing but what the documents name.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::harness::{App, orders, stardom};

const RIGHTS: &str = include_str!("../../../docs/rights.md");

/// The rows of a table that contain any of these texts.
async fn rows_with(app: &App, table: &str, needles: &[String]) -> i64 {
    let statement =
        format!("select count(*) from \"{table}\" as t where lower(t::text) like any($1)");
    let patterns: Vec<String> = needles.iter().map(|needle| format!("%{needle}%")).collect();
    let count = sqlx::QueryBuilder::<sqlx::Postgres>::new(statement)
        .build_query_scalar::<i64>()
        .bind(patterns)
        .fetch_one(&app.pool)
        .await;
    count.unwrap()
}

/// Returns the tables that contain any of these texts.
pub(super) async fn tables_with(app: &App, needles: &[String]) -> BTreeSet<String> {
    let tables: Vec<String> = sqlx::QueryBuilder::<sqlx::Postgres>::new(
        "select relname::text from pg_class
         where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
           and not relispartition",
    )
    .build_query_scalar()
    .fetch_all(&app.pool)
    .await
    .unwrap();
    let mut found = BTreeSet::new();
    for table in tables {
        if rows_with(app, &table, needles).await > 0 {
            found.insert(table);
        }
    }
    found
}

/// Returns the tables that contain the number of one of the member's accounts.
pub(super) async fn tables_with_accounts(app: &App, member: &str) -> BTreeSet<String> {
    let columns: Vec<(String, String)> = sqlx::QueryBuilder::<sqlx::Postgres>::new(
        "select table_name::text, column_name::text from information_schema.columns
         join pg_class on relname = table_name and not relispartition
         where table_schema = 'public' and data_type = 'bigint'
           and column_name in ('account_id', 'subject', 'actor', 'target')",
    )
    .build_query_as()
    .fetch_all(&app.pool)
    .await
    .unwrap();
    assert!(columns.len() > 4, "{columns:?}");
    let mut found = BTreeSet::new();
    for (table, column) in columns {
        let rows = sqlx::QueryBuilder::<sqlx::Postgres>::new(format!(
            "select count(*) from \"{table}\" where \"{column}\" in
                 (select account_id from accounts where member_id::text = "
        ))
        .push_bind(member)
        .push(")")
        .build_query_scalar::<i64>()
        .fetch_one(&app.pool)
        .await;
        if rows.unwrap() > 0 {
            found.insert(table);
        }
    }
    found
}

/// Returns the tables in a list of what is kept, as the document has it under a heading.
pub(super) fn kept(heading: &str) -> BTreeSet<String> {
    let (_, section) = RIGHTS.split_once(heading).unwrap();
    let lines = section
        .lines()
        .skip(1)
        .take_while(|line| !line.starts_with("## "));
    let rows = lines.filter_map(|line| line.strip_prefix("| `"));
    let first = rows.filter_map(|row| row.split('|').next());
    first
        .flat_map(|cell| cell.split(','))
        .map(|name| name.trim().trim_matches('`').to_owned())
        .collect()
}

/// Kevin, with something in as many tables as a member can be in.
pub(super) async fn busy_member(app: &App) -> String {
    app.publish_palms().await;
    app.rivals("las-vegas").await;
    // The ids that a sender gives to its events are its own, and must name nobody.
    let mut events = stardom("kevin", "las-vegas");
    for (number, event) in events.iter_mut().enumerate() {
        event["id"] = json!(format!("e{number}"));
        event["object"] = json!(format!("post/{}", number % 40));
    }
    app.events(&events).await;
    app.events(&orders("K1", 6)).await;
    let identities = json!({
        "identities": ["shop:K1", "email:kevin@secret.example", "loyalty:L-777"],
        "attributes": {"country": "US"},
    });
    let kevin = "/v1/members/twitter:kevin";
    let id = app.put(kevin, identities).await.expect(201)["id"].clone();
    let index = json!({"score": 50, "provenance": "a test", "as_of": "2026-11-01T00:00:00Z"});
    app.put(&format!("{kevin}/indices/klout"), index)
        .await
        .expect(200);
    app.settle().await;
    app.rank().await;
    let program = "/v1/programs/palms-klub";
    app.get(&format!("{program}/members/twitter:kevin/offers"))
        .await
        .expect(200);
    let decision = json!({"program": "palms-klub", "member": "twitter:kevin"});
    app.post("/v1/decisions", decision.clone())
        .await
        .expect(201);
    let mut hold = decision;
    hold["perk"] = json!("show-tickets");
    app.post_once("/v1/claims", "claim", hold).await.expect(201);
    let grant =
        json!({"member": "twitter:kevin", "perk": "show-tickets", "reason": "r", "author": "a"});
    app.post_once(&format!("{program}/grants"), "grant", grant)
        .await
        .expect(201);
    app.service.exposures.write_down_shown().await.unwrap();
    app.settle().await;
    id.as_str().unwrap().to_owned()
}

#[tokio::test]
async fn opting_out_leaves_only_what_the_document_lists() {
    let app = App::start().await;
    let id = busy_member(&app).await;
    let needles = vec![
        id.clone(),
        id.replace('-', ""),
        "kevin".to_owned(),
        "l-777".to_owned(),
    ];
    let before = tables_with(&app, &needles).await;
    for gone in [
        "scores",
        "topic_scores",
        "topic_ranks",
        "score_history",
        "exposures",
    ] {
        assert!(
            before.contains(gone),
            "{gone} would prove nothing: {before:?}"
        );
    }
    let out: Value = json!({"scoring": "opted_out"});
    app.put("/v1/members/twitter:kevin", out).await.expect(200);
    let mut at_once = tables_with(&app, &needles).await;
    at_once.append(&mut tables_with_accounts(&app, &id).await);
    let documented = kept("## What opting out keeps");
    let surplus: Vec<&String> = at_once.difference(&documented).collect();
    assert_eq!(surplus, Vec::<&String>::new(), "not in docs/rights.md");
    // The scorer and the next snapshot bring nothing back.
    app.settle().await;
    app.rank().await;
    let later = tables_with(&app, &needles).await;
    let surplus: Vec<&String> = later.difference(&documented).collect();
    assert_eq!(surplus, Vec::<&String>::new(), "not in docs/rights.md");
}
