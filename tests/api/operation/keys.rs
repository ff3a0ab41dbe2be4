//! What each API key may do.

use renown_core::domain::Scope;
use reqwest::Method;
use serde_json::json;

use crate::harness::App;

#[tokio::test]
async fn without_a_good_key_there_is_nothing() {
    let app = App::start().await;
    let none = app
        .send(Method::GET, "/v1/leaderboard", &[("authorization", "")], "")
        .await;
    assert_eq!(none.problem(401), "unauthorized");
    assert_eq!(none.headers["www-authenticate"], "Bearer");
    let wrong = [("authorization", "Bearer this-is-not-a-key-of-ours")];
    assert_eq!(
        app.send(Method::GET, "/v1/leaderboard", &wrong, "")
            .await
            .problem(401),
        "unauthorized"
    );
}

#[tokio::test]
async fn every_documented_route_but_the_health_checks_and_schemas_needs_a_key() {
    let app = App::start().await;
    let document = serde_json::to_value(renown::http::openapi()).unwrap();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for method in operations.as_object().unwrap().keys() {
            let concrete = path
                .replace("{id}", "01890a5d-ac96-774b-bcce-b302099a8057")
                .replace(['{', '}'], "");
            let method: Method = method.to_uppercase().parse().unwrap();
            let headers = [("authorization", ""), ("content-type", "application/json")];
            let answer = app.send(method.clone(), &concrete, &headers, "{}").await;
            let open = matches!(
                path.as_str(),
                "/livez" | "/readyz" | "/v1/schemas/program.json"
            );
            assert_eq!(
                answer.status == 401,
                !open,
                "{method} {path}: {}",
                answer.status
            );
        }
    }
}

#[tokio::test]
async fn a_scope_is_needed_and_a_revoked_key_is_none() {
    let app = App::start().await;
    let scopes = [Scope::Lookup].into();
    let (id, secret) = app
        .service
        .keys
        .create("desk", &scopes, None)
        .await
        .unwrap();
    let bearer = format!("Bearer {}", secret.reveal());
    let desk = [
        ("authorization", bearer.as_str()),
        ("content-type", "application/json"),
    ];
    app.send(Method::GET, "/v1/leaderboard", &desk, "")
        .await
        .expect(200);
    assert_eq!(
        app.send(Method::POST, "/v1/events", &desk, "{}")
            .await
            .problem(403),
        "forbidden"
    );
    assert_eq!(
        app.send(Method::PUT, "/v1/members/twitter:a", &desk, "{}")
            .await
            .problem(403),
        "forbidden"
    );
    for path in ["/metrics", "/v1/sources"] {
        let refused = app.send(Method::GET, path, &desk, "").await;
        assert_eq!(refused.problem(403), "forbidden", "{path}");
    }
    app.service.keys.revoke(id).await.unwrap();
    assert_eq!(
        app.send(Method::GET, "/v1/leaderboard", &desk, "")
            .await
            .problem(401),
        "unauthorized"
    );
}

#[tokio::test]
async fn a_key_of_one_program_does_not_reach_another() {
    let app = App::start().await;
    app.publish_palms().await;
    let scopes = [Scope::Lookup, Scope::ProgramsWrite].into();
    let other = Some("lounge".parse().unwrap());
    let (_, secret) = app
        .service
        .keys
        .create("lounge", &scopes, other)
        .await
        .unwrap();
    let bearer = format!("Bearer {}", secret.reveal());
    let headers = [
        ("authorization", bearer.as_str()),
        ("content-type", "application/json"),
    ];
    let palms = "/v1/programs/palms-klub/members/twitter:kevin";
    for lookup in ["tier", "service-level", "offers"] {
        let answer = app
            .send(Method::GET, &format!("{palms}/{lookup}"), &headers, "")
            .await;
        assert_eq!(answer.problem(403), "forbidden");
    }
    let decide = json!({"program": "palms-klub", "member": "twitter:kevin"}).to_string();
    assert_eq!(
        app.send(Method::POST, "/v1/decisions", &headers, decide)
            .await
            .problem(403),
        "forbidden"
    );
    let draft = app
        .send(Method::PUT, "/v1/programs/palms-klub/draft", &headers, "{}")
        .await;
    assert_eq!(draft.problem(403), "forbidden");
}

#[tokio::test]
async fn secrets_are_stored_only_as_hashes() {
    let app = App::start().await;
    let rows: Vec<String> = sqlx::query_scalar("select api_keys::text from api_keys")
        .fetch_all(&app.pool)
        .await
        .unwrap();
    assert!(!rows.is_empty());
    assert!(rows.iter().all(|row| !row.contains(&app.key)));
}
