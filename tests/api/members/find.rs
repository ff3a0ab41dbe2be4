//! Finding members by a text that may be the beginning of a name or of any identity.

use serde_json::{Value, json};

use crate::harness::App;

async fn town() -> App {
    let app = App::start().await;
    let members = [
        (
            "twitter:kevin",
            json!({"name": "Kevin Ito", "identities": ["loyalty:K12", "email:kevin@example.com"]}),
        ),
        ("twitter:kev", json!({"name": "Zoë van Dyk"})),
        ("shop:KEY-9", json!({"name": "Søren Kierkegaard"})),
        ("crm:Kx%201", json!({})),
        (
            "mastodon:kevina@example.social",
            json!({"name": "Ann Kevlar"}),
        ),
    ];
    for (identity, body) in members {
        app.put(&format!("/v1/members/{identity}"), body)
            .await
            .expect(201);
    }
    app
}

/// Returns the first identity of each member that is found.
async fn found(app: &App, query: &str) -> Vec<String> {
    let page = app.get(&format!("/v1/members?{query}")).await.expect(200);
    assert_eq!(page["page"]["next_cursor"], Value::Null);
    let members = page["data"].as_array().unwrap().iter();
    members
        .map(|member| member["identities"][0].as_str().unwrap().to_owned())
        .collect()
}

const KEVIN: &str = "twitter:kevin";
const KEV: &str = "twitter:kev";
const SOREN: &str = "shop:KEY-9";
const CRM: &str = "crm:Kx 1";
const ANN: &str = "mastodon:kevina@example.social";

#[tokio::test]
async fn names_and_identities_are_found_by_their_beginnings_in_any_case() {
    let app = town().await;
    let cases: &[(&str, &[&str])] = &[
        // A whole identity is first, then names, then what begins so.
        ("q=kev", &[KEV, KEVIN, ANN]),
        ("q=KEV", &[KEV, KEVIN, ANN]),
        ("q=@Kevi", &[KEVIN, ANN]),
        ("q=k12", &[KEVIN]),
        ("q=kevin@", &[KEVIN]),
        ("q=key", &[SOREN]),
        ("q=kX", &[CRM]),
        ("q=van+z", &[KEV]),
        ("q=soren", &[SOREN]),
        ("q=twitter:ke", &[KEV, KEVIN]),
        ("q=loyalty:k1", &[KEVIN]),
        ("q=nobody", &[]),
        ("q=%25", &[]),
        ("q=%3F!", &[]),
    ];
    for (query, expected) in cases {
        assert_eq!(found(&app, query).await, *expected, "{query}");
    }
    assert_eq!(found(&app, "q=ke&limit=2").await.len(), 2);
    let page = app.get("/v1/members?q=ito").await.expect(200);
    assert_eq!(page["data"][0]["name"], "Kevin Ito");
    assert_eq!(
        page["data"][0]["identities"],
        json!(["twitter:kevin", "email:kevin@example.com", "loyalty:K12"])
    );
}

#[tokio::test]
async fn a_text_stands_alone() {
    let app = town().await;
    let long = "k".repeat(290);
    for query in [
        "q=kev&name=kev",
        "q=kev&identity=twitter:kev",
        "q=kev&attribute.country=US",
        "q=kev&topic=golf",
        "q=kev&cursor=abc",
        "q=",
        "q=+",
        "q=a%0Ab",
        &format!("q={long}"),
    ] {
        let refused = app.get(&format!("/v1/members?{query}")).await;
        assert_eq!(refused.problem(400), "invalid-request", "{query}");
    }
}
