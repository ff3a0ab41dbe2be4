//! How it is known that an identity is the member's: given and shown by members' routes,
//! shown by lookups, and asked for by programs.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{App, noon};

const ANN: &str = "/v1/members/email:ann@example.com";
const DESK: &str = r#"
program: desk
service_levels:
  - { id: personal, when: identity.verified, queue: personal }
  - { id: standard, queue: general }
tiers: [{ id: guest, service_level: standard }]
perks:
  - { id: suite, title: A suite, when: identity.verified, per_member: 2, disclosure: You are known here. }
"#;

/// Stores a draft of the program, and returns what was found in it.
async fn draft(app: &App, source: &str) -> Value {
    let yaml = [("content-type", "application/yaml")];
    let path = "/v1/programs/desk/draft";
    let draft = app.send(Method::PUT, path, &yaml, source.to_owned());
    draft.await.expect(200)
}

async fn desk() -> App {
    let app = App::start().await;
    draft(&app, DESK).await;
    app.post("/v1/programs/desk/publish", json!({}))
        .await
        .expect(201);
    app
}

fn verified(by: &str) -> Value {
    json!({"state": "verified", "by": by})
}

async fn lookup(app: &App, member: &str) -> Value {
    let path = format!("/v1/programs/desk/members/{member}/service-level");
    app.get(&path).await.expect(200)
}

#[tokio::test]
async fn an_identity_is_asserted_until_it_is_verified() {
    let app = App::start().await;
    let body = json!({"identities": ["twitter:ann", "loyalty:K7"],
        "proofs": {"loyalty:K7": verified("front desk")}});
    let ann = app.put(ANN, body).await.expect(201);
    let at = noon().to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    let expected = json!({
        "email:ann@example.com": {"state": "asserted"},
        "loyalty:K7": {"state": "verified", "by": "front desk", "at": at},
        "twitter:ann": {"state": "asserted"},
    });
    assert_eq!(ann["proofs"], expected);
    // What is given again without a proof keeps it, and so does the same verification.
    app.service.clock.advance(chrono::TimeDelta::days(1));
    for body in [
        json!({}),
        json!({"identities": ["twitter:ann", "loyalty:K7"]}),
        json!({"proofs": {"loyalty:K7": verified("front desk")}}),
        json!({"proofs": ann["proofs"]}),
    ] {
        let again = app.put(ANN, body).await.expect(200);
        assert_eq!(again["proofs"], expected);
        assert_eq!(app.get(ANN).await.expect(200)["proofs"], expected);
    }
    // Another verification replaces it, and only who says so takes it back.
    let other = json!({"proofs": {
        "loyalty:K7": {"state": "verified", "by": "app", "at": "2026-11-01T00:00:00Z"},
        "twitter:ann": verified("sign-in"),
    }});
    let changed = app.patch(ANN, other).await.expect(200);
    assert_eq!(
        changed["proofs"]["loyalty:K7"],
        json!({"state": "verified", "by": "app", "at": "2026-11-01T00:00:00Z"})
    );
    assert_eq!(changed["proofs"]["twitter:ann"]["by"], "sign-in");
    for proof in [json!({"state": "asserted"}), Value::Null] {
        let taken_back = json!({"proofs": {"loyalty:K7": proof, "twitter:ann": proof}});
        let changed = app.patch(ANN, taken_back).await.expect(200);
        assert_eq!(
            changed["proofs"]["loyalty:K7"],
            json!({"state": "asserted"})
        );
        assert_eq!(
            changed["proofs"]["twitter:ann"],
            json!({"state": "asserted"})
        );
    }
}

#[tokio::test]
async fn a_verification_does_not_follow_an_identity_to_another_member() {
    let app = App::start().await;
    let proofs = json!({"twitter:ann": verified("a"), "loyalty:K7": verified("a")});
    let body = json!({"identities": ["twitter:ann", "loyalty:K7"], "proofs": proofs});
    app.put(ANN, body).await.expect(201);
    app.put(ANN, json!({"identities": []})).await.expect(200);
    let body = json!({"identities": ["twitter:ann", "loyalty:K7"]});
    let bob = app
        .put("/v1/members/email:bob@example.com", body)
        .await
        .expect(201);
    for identity in ["twitter:ann", "loyalty:K7"] {
        assert_eq!(bob["proofs"][identity], json!({"state": "asserted"}));
    }
}

#[tokio::test]
async fn a_wrong_proof_changes_nothing() {
    let app = App::start().await;
    let ann = app.enrol("email:ann@example.com").await;
    for (proofs, detail) in [
        (
            json!({"email:bob@example.com": verified("a")}),
            "an identity of the member",
        ),
        (json!({"nonsense": verified("a")}), "an identity is"),
        (json!({"email:ann@example.com": verified("")}), ""),
        (
            json!({"email:ann@example.com": verified(&"x".repeat(501))}),
            "500",
        ),
        (
            json!({"email:ann@example.com": {"state": "verified"}}),
            "by",
        ),
        (
            json!({"email:ann@example.com": {"state": "proven", "by": "a"}}),
            "proven",
        ),
        (
            json!({"email:ann@example.com": {"state": "verified", "by": "a", "at": "2030-01-01T00:00:00Z"}}),
            "future",
        ),
        (
            json!({"email:ann@example.com": verified("a"), "email:Ann@example.com": verified("b")}),
            "two proofs",
        ),
    ] {
        let problem = app.patch(ANN, json!({"proofs": proofs})).await.expect(400);
        let said = problem["detail"].as_str().unwrap();
        assert!(said.contains(detail), "{proofs}: {problem}");
        assert_eq!(app.get(ANN).await.expect(200), ann);
    }
}

#[tokio::test]
async fn a_lookup_shows_how_the_named_identity_is_known() {
    let app = desk().await;
    let body = json!({"identities": ["twitter:ann"], "proofs": {"email:ann@example.com": verified("till")}});
    let ann = app.put(ANN, body).await.expect(201);
    let by_mail = lookup(&app, "email:ann@example.com").await;
    assert_eq!(by_mail["identity"]["network"], "email");
    assert_eq!(
        by_mail["identity"]["proof"],
        ann["proofs"]["email:ann@example.com"]
    );
    assert_eq!(by_mail["service_level"]["id"], "personal");
    assert_eq!(by_mail["reason"], "personal: the identity is verified");
    // Anybody can name a handle.
    let by_handle = lookup(&app, "twitter:ann").await;
    let asserted = json!({"network": "twitter", "proof": {"state": "asserted"}});
    assert_eq!(by_handle["identity"], asserted);
    assert_eq!(by_handle["service_level"]["id"], "standard");
    // By the member's id, any verified identity counts.
    let by_id = lookup(&app, ann["id"].as_str().unwrap()).await;
    assert_eq!(by_id["identity"], Value::Null);
    assert_eq!(by_id["service_level"]["id"], "personal");
    // Each from the cache, too; and a batch says the same.
    assert_eq!(lookup(&app, "twitter:ann").await, by_handle);
    assert_eq!(lookup(&app, "email:ann@example.com").await, by_mail);
    let members = json!({"members": ["twitter:ann", "email:ann@example.com", ann["id"]]});
    let batch = app
        .post("/v1/programs/desk/lookups", members)
        .await
        .expect(200);
    for (place, single) in [by_handle, by_mail, by_id].iter().enumerate() {
        assert_eq!(batch["data"][place]["service_level"], *single);
    }
    // A new proof reaches the cache at once.
    let proof = json!({"proofs": {"twitter:ann": verified("sign-in")}});
    app.patch(ANN, proof).await.expect(200);
    let by_handle = lookup(&app, "twitter:ann").await;
    assert_eq!(by_handle["identity"]["proof"]["by"], "sign-in");
    assert_eq!(by_handle["service_level"]["id"], "personal");
}

#[tokio::test]
async fn an_opted_out_member_is_as_unknown_under_a_verified_identity() {
    let app = desk().await;
    let body =
        json!({"scoring": "opted_out", "proofs": {"email:ann@example.com": verified("till")}});
    app.put(ANN, body).await.expect(201);
    let ann = lookup(&app, "email:ann@example.com").await;
    assert_eq!(ann, lookup(&app, "email:nobody@example.com").await);
    assert_eq!(ann["identity"], Value::Null);
    let ask = json!({"program": "desk", "member": "email:ann@example.com"});
    let decision = app.post("/v1/decisions", ask).await.expect(201);
    assert_eq!(decision["inputs"]["verified"], Value::Null);
}

#[tokio::test]
async fn claims_and_decisions_ask_for_the_proof_of_the_named_identity() {
    let app = desk().await;
    let body = json!({"identities": ["twitter:ann"], "proofs": {"email:ann@example.com": verified("till")}});
    app.put(ANN, body).await.expect(201);
    let claim = |member: &str| json!({"program": "desk", "perk": "suite", "member": member});
    let refused = app.post_once("/v1/claims", "a", claim("twitter:ann")).await;
    let problem = refused.expect(409);
    assert!(
        problem.to_string().contains("depends_on_identity"),
        "{problem}"
    );
    app.post_once("/v1/claims", "b", claim("email:ann@example.com"))
        .await
        .expect(201);
    for (member, level, verified) in [
        ("twitter:ann", "standard", false),
        ("email:ann@example.com", "personal", true),
    ] {
        let ask = json!({"program": "desk", "member": member});
        let decision = app.post("/v1/decisions", ask).await.expect(201);
        assert_eq!(decision["outcome"]["service_level"]["id"], level);
        assert_eq!(decision["inputs"]["verified"], verified);
        let id = decision["id"].as_str().unwrap();
        // The proof is taken back, and the decision stays what it was.
        let taken_back = json!({"proofs": {"email:ann@example.com": null}});
        app.patch(ANN, taken_back).await.expect(200);
        let replay = app
            .get(&format!("/v1/decisions/{id}/replay"))
            .await
            .expect(200);
        assert_eq!(replay["same"], true, "{replay}");
        let again =
            json!({"proofs": {"email:ann@example.com": {"state": "verified", "by": "till"}}});
        app.patch(ANN, again).await.expect(200);
    }
}

#[tokio::test]
async fn a_tier_cannot_depend_on_the_named_identity() {
    let app = App::start().await;
    let source = DESK.replace(
        "tiers: [{",
        "tiers: [{ id: star, when: identity.verified, keep: 30d, service_level: standard }, {",
    );
    let checked = draft(&app, &source).await;
    assert_eq!(checked["valid"], false);
    let said = checked["diagnostics"].to_string();
    assert!(
        said.contains("A tier is held, and cannot depend on what is asked about it"),
        "{said}"
    );
}
