//! The list of topics with their members.

use serde_json::{Value, json};

use crate::harness::{App, like};

async fn topics(app: &App, query: &str) -> Vec<(String, u64)> {
    let list = app.get(&format!("/v1/topics{query}")).await.expect(200);
    let topics = list["data"].as_array().unwrap().iter();
    topics
        .map(|topic| {
            let name = topic["topic"].as_str().unwrap().to_owned();
            (name, topic["members"].as_u64().unwrap())
        })
        .collect()
}

#[tokio::test]
async fn topics_with_the_most_members_are_first() {
    let app = App::with_a_star().await;
    app.events(&[
        like("1", "ann", "kevin", "golf"),
        like("22", "bob", "rival1", "golf"),
    ])
    .await;
    app.settle().await;
    app.rank().await;
    let list = app.get("/v1/topics?limit=3").await.expect(200);
    assert_eq!(list["as_of"], "2026-11-22T12:00:00Z");
    let all = topics(&app, "?limit=3").await;
    assert_eq!(
        all[..2],
        [("las-vegas".to_owned(), 13), ("golf".to_owned(), 2)]
    );
    // The third is one of the list of topics, which no member has.
    assert_eq!((all.len(), all[2].1), (3, 0));
}

#[tokio::test]
async fn topics_are_found_by_the_beginning_of_any_name() {
    let app = App::with_a_star().await;
    for query in [
        "?q=las-v",
        "?q=Las%20Ve",
        "?q=%23LasVe",
        "?q=vega",
        "?q=sin",
    ] {
        let found = topics(&app, query).await;
        assert_eq!(found, [("las-vegas".to_owned(), 13)], "{query}");
    }
    let list = app.get("/v1/topics?q=vegas").await.expect(200);
    let names = list["data"][0]["names"].as_array().unwrap();
    assert!(names.contains(&json!("sin-city")), "{names:?}");
    assert_eq!(topics(&app, "?q=nothing-begins-so").await, []);
    for query in ["?q=%23", "?limit=0", "?limit=201"] {
        let refused = app.get(&format!("/v1/topics{query}")).await;
        assert_eq!(refused.problem(400), "invalid-request", "{query}");
    }
}

#[tokio::test]
async fn before_the_first_snapshot_no_member_is_counted() {
    let app = App::start().await;
    let list = app.get("/v1/topics?q=vegas").await.expect(200);
    assert_eq!(list["as_of"], Value::Null);
    assert_eq!(list["data"][0]["members"], 0);
}
