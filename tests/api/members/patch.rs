//! Changing some of what is known of a member.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, App};

const KEVIN: &str = "/v1/members/twitter:kevin";

async fn patch_if(app: &App, version: &str, body: Value) -> Answer {
    let headers = [
        ("content-type", "application/merge-patch+json"),
        ("if-match", version),
    ];
    app.send(Method::PATCH, KEVIN, &headers, body.to_string())
        .await
}

/// Kevin with something in every field.
async fn kevin(app: &App) -> Value {
    let body = json!({
        "identities": ["loyalty:K1"],
        "name": "Kevin Ito",
        "attributes": {"country": "US", "vip": true, "visits": 3},
        "interests": ["food", "las-vegas"],
    });
    app.put(KEVIN, body).await.expect(201)
}

#[tokio::test]
async fn what_a_patch_does_not_name_stays() {
    let app = App::start().await;
    let mut expected = kevin(&app).await;
    let changes = [
        (json!({}), json!({})),
        (
            json!({"attributes": {"vip": null, "visits": 4, "tour": "no"}}),
            json!({"attributes": {"country": "US", "visits": 4.0, "tour": "no"}}),
        ),
        (json!({"name": "K. Ito"}), json!({"name": "K. Ito"})),
        (
            json!({"interests": ["golf"]}),
            json!({"interests": ["golf"]}),
        ),
        (
            json!({"identities": ["loyalty:K2"]}),
            json!({"identities": ["twitter:kevin", "loyalty:K2"], "proofs": {
                "twitter:kevin": {"state": "asserted"}, "loyalty:K2": {"state": "asserted"}}}),
        ),
        (
            json!({"scoring": "opted_out"}),
            json!({"scoring": "opted_out"}),
        ),
        (
            json!({"name": null, "attributes": null, "interests": null, "identities": null}),
            json!({"name": null, "attributes": {}, "interests": [], "identities": ["twitter:kevin"],
                "proofs": {"twitter:kevin": {"state": "asserted"}}}),
        ),
        (json!({"scoring": "active"}), json!({"scoring": "active"})),
    ];
    for (patch, changed) in changes {
        let answer = app.patch(KEVIN, patch.clone()).await.expect(200);
        for (name, value) in changed.as_object().unwrap() {
            expected[name] = value.clone();
        }
        assert_eq!(answer, expected, "{patch}");
        assert_eq!(app.get(KEVIN).await.expect(200), expected, "{patch}");
    }
}

/// Of an empty change, not even the version is new.
#[tokio::test]
async fn a_patch_that_changes_nothing_keeps_the_version() {
    let app = App::start().await;
    kevin(&app).await;
    let before = app.get(KEVIN).await;
    for patch in [
        json!({}),
        json!({"attributes": {"vip": true, "none": null}}),
    ] {
        let after = app.patch(KEVIN, patch).await;
        assert_eq!(after.expect(200), before.json());
        assert_eq!(after.headers["etag"], before.headers["etag"]);
    }
}

#[tokio::test]
async fn a_put_replaces_what_it_does_not_name_and_leaves_consent_and_identities() {
    let app = App::start().await;
    let before = kevin(&app).await;
    app.patch(KEVIN, json!({"scoring": "opted_out"}))
        .await
        .expect(200);
    let after = app.put(KEVIN, json!({})).await.expect(200);
    for (name, value) in [
        ("name", json!(null)),
        ("attributes", json!({})),
        ("interests", json!([])),
        ("scoring", json!("opted_out")),
        ("identities", before["identities"].clone()),
        ("enrolled_at", before["enrolled_at"].clone()),
    ] {
        assert_eq!(after[name], value, "{name}");
    }
}

#[tokio::test]
async fn only_a_member_can_be_patched() {
    let app = App::start().await;
    let answer = app.patch(KEVIN, json!({"name": "Kevin"})).await;
    assert_eq!(answer.problem(404), "not-found");
    assert_eq!(app.get(KEVIN).await.problem(404), "not-found");
}

#[tokio::test]
async fn mistakes_in_a_patch_are_pointed_at_and_change_nothing() {
    let app = App::start().await;
    kevin(&app).await;
    let before = app.get(KEVIN).await;
    let many = |count: usize| -> Value {
        (0..count)
            .map(|n| (format!("a{n}"), json!(n)))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    let cases = [
        (
            json!({"identities": ["twitter:a", "nonsense"]}),
            "/identities/1",
        ),
        (json!({"attributes": {"a": {"b": 1}}}), "/attributes"),
        (json!({"attributes": {"Bad Name": null}}), "/attributes"),
        (json!({"attributes": many(62)}), "/attributes"),
        (json!({"attributes": many(129)}), "/attributes"),
        (json!({"interests": ["ok", "!!"]}), "/interests/1"),
        (json!({"scoring": "maybe"}), "/scoring"),
        (json!({"scoring": null}), "/scoring"),
        (json!({"name": " "}), "/name"),
        (json!({"name": "a\nb"}), "/name"),
        (json!({"name": "x".repeat(201)}), "/name"),
        (
            json!({"enrolled_at": "2020-01-01T00:00:00Z"}),
            "/enrolled_at",
        ),
        (json!({"id": "0198c0de-0000-7000-8000-000000000000"}), "/id"),
    ];
    for (body, pointer) in cases {
        let answer = app.patch(KEVIN, body.clone()).await;
        assert_eq!(answer.problem(400), "invalid-request", "{body}");
        let found = answer.json()["pointer"].as_str().unwrap().to_owned();
        assert!(found.starts_with(pointer), "{body}: {found}");
    }
    let taken = json!({"name": "Not Kevin", "identities": ["twitter:zoe"]});
    app.enrol("twitter:zoe").await;
    let answer = app.patch(KEVIN, taken).await;
    assert_eq!(answer.problem(409), "conflict");
    let text = [("content-type", "text/plain")];
    let answer = app.send(Method::PATCH, KEVIN, &text, "{}").await;
    assert_eq!(answer.problem(415), "unsupported-media-type");
    let after = app.get(KEVIN).await;
    assert_eq!(
        (after.json(), &after.headers["etag"]),
        (before.json(), &before.headers["etag"])
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_patches_of_one_version_at_once_one_is_made() {
    let app = App::start().await;
    kevin(&app).await;
    let version = app.get(KEVIN).await.headers["etag"].clone();
    let version = version.to_str().unwrap();
    let patches = (0..12).map(|n| patch_if(&app, version, json!({"attributes": {"by": n}})));
    let answers = futures::future::join_all(patches).await;
    let made: Vec<&Answer> = answers.iter().filter(|one| one.status == 200).collect();
    assert_eq!(made.len(), 1, "{answers:?}");
    for refused in answers.iter().filter(|one| one.status != 200) {
        assert_eq!(refused.problem(412), "precondition-failed");
    }
    assert_eq!(app.get(KEVIN).await.json(), made[0].json());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn patches_of_different_attributes_at_once_are_all_made() {
    let app = App::start().await;
    kevin(&app).await;
    let patches = (0..12).map(|n| {
        let name = format!("a{n}");
        app.patch(KEVIN, json!({"attributes": {name: n}}))
    });
    for answer in futures::future::join_all(patches).await {
        answer.expect(200);
    }
    let after = app.get(KEVIN).await.json();
    assert_eq!(after["attributes"].as_object().unwrap().len(), 3 + 12);
}
