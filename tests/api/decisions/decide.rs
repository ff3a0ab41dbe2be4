//! Decisions: all reasons are given and recorded, and counterfactuals come true.

use serde_json::{Value, json};

use crate::harness::{App, like, stardom};

pub(super) fn about<'o>(outcome: &'o Value, list: &str, id: &str) -> &'o Value {
    let list = outcome[list].as_array().unwrap();
    list.iter()
        .find(|reason| reason["id"] == id)
        .unwrap_or_else(|| panic!("{id} in {list:?}"))
}

#[tokio::test]
async fn a_refusal_says_what_failed_by_how_much_and_what_would_change_it() {
    let app = App::start().await;
    app.publish_palms().await;
    app.enrol("twitter:carl").await;
    app.events(&[like("1", "ann", "carl", "cookies")]).await;
    app.settle().await;
    let body =
        json!({"program": "palms-klub", "member": "twitter:carl", "request": {"channel": "desk"}});
    let decision = app.post("/v1/decisions", body).await.expect(201);
    let outcome = &decision["outcome"];
    assert_eq!(about(outcome, "matched", "guest")["kind"], "tier");
    let regular = about(outcome, "not_matched", "regular");
    let test = &regular["tests"][0];
    assert_eq!(test["test"], "standing.lower >= 15");
    let number = |name: &str| test[name].as_f64().unwrap();
    assert!(
        (number("required") - number("actual") - number("off_by")).abs() < 1e-6,
        "{test}"
    );
    assert_eq!(regular["counterfactual"]["result"], "possible");
    assert_eq!(decision["inputs"]["request"]["channel"], "desk");
}

#[tokio::test]
async fn a_counterfactual_comes_true_when_its_evidence_is_sent() {
    let app = App::start().await;
    app.publish_palms().await;
    app.enrol("twitter:kevin").await;
    app.rivals("las-vegas").await;
    let events = stardom("kevin", "las-vegas");
    app.events(&events[..8]).await;
    app.settle().await;
    let decide = async || {
        let body = json!({"program": "palms-klub", "member": "twitter:kevin", "dry": true});
        app.post("/v1/decisions", body).await.expect(200)
    };
    let before = decide().await;
    let insider = about(&before["outcome"], "not_matched", "insider");
    let asked: Vec<(&str, f64)> = insider["counterfactual"]["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|change| {
            (
                change["name"].as_str().unwrap(),
                change["to"].as_f64().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        asked,
        [
            ("standing.lower", 25.0),
            ("topic(\"las-vegas\").confidence", 0.6)
        ]
    );
    app.events(&events[8..]).await;
    app.settle().await;
    app.rank().await;
    let after = decide().await;
    assert!(after["outcome"]["standing"]["lower"].as_f64().unwrap() >= 25.0);
    assert_eq!(
        about(&after["outcome"], "matched", "insider")["refusal"],
        Value::Null
    );
}

#[tokio::test]
async fn a_decision_is_kept_as_it_was_made() {
    let app = App::start().await;
    app.publish_palms().await;
    app.enrol("twitter:kevin").await;
    let body = json!({"program": "palms-klub", "member": "twitter:kevin"});
    let made = app.post("/v1/decisions", body).await;
    let location = made.headers["location"].to_str().unwrap().to_owned();
    app.events(&stardom("kevin", "las-vegas")).await;
    app.settle().await;
    let kept = app.get(&location).await;
    assert_eq!(kept.expect(200), made.expect(201));
    let other = app
        .get("/v1/decisions/01890a5d-ac96-774b-bcce-b302099a8057")
        .await;
    assert_eq!(other.problem(404), "not-found");
}

#[tokio::test]
async fn a_dry_run_is_not_recorded() {
    let app = App::start().await;
    app.publish_palms().await;
    let body = json!({"program": "palms-klub", "member": "twitter:kevin", "dry": true});
    let decision = app.post("/v1/decisions", body).await.expect(200);
    assert_eq!(decision["id"], Value::Null);
    let recorded: i64 = sqlx::query_scalar("select count(*) from decisions")
        .fetch_one(&app.pool)
        .await
        .unwrap();
    assert_eq!(recorded, 0);
}

#[tokio::test]
async fn the_request_counts_where_a_condition_reads_it() {
    let app = App::start().await;
    app.publish_palms().await;
    app.enrol("twitter:kevin").await;
    app.events(&stardom("kevin", "las-vegas")).await;
    app.settle().await;
    let decide = async |party: u32| {
        let body = json!({"program": "palms-klub", "member": "twitter:kevin", "dry": true, "request": {"party_size": party}});
        app.post("/v1/decisions", body).await.expect(200)["outcome"].clone()
    };
    assert_eq!(about(&decide(4).await, "matched", "cabana")["kind"], "perk");
    let refused = decide(9).await;
    assert_eq!(
        about(&refused, "not_matched", "cabana")["refusal"],
        "condition"
    );
}

#[tokio::test]
async fn mistakes_are_refused() {
    let app = App::start().await;
    app.publish_palms().await;
    let unknown = json!({"program": "no-such", "member": "twitter:kevin"});
    assert_eq!(
        app.post("/v1/decisions", unknown).await.problem(404),
        "not-found"
    );
    let cases = [
        json!({"program": "palms-klub"}),
        json!({"program": "palms-klub", "member": "nonsense"}),
        json!({"program": "Not A Slug", "member": "twitter:kevin"}),
        json!({"program": "palms-klub", "member": "twitter:kevin", "request": {"a": {"b": 1}}}),
        json!({"program": "palms-klub", "member": "twitter:kevin", "request": {"a": "x".repeat(1001)}}),
        json!({"program": "palms-klub", "member": "twitter:kevin", "now": "2026-01-01T00:00:00Z"}),
    ];
    for body in cases {
        assert_eq!(
            app.post("/v1/decisions", body.clone()).await.problem(400),
            "invalid-request",
            "{body}"
        );
    }
}
