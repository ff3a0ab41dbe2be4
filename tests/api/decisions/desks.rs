//! Service levels as support desks ask for them: the context of the ticket, when targets are
//! due, and the recipes that convert an answer for desk software.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::programs::schemes::scheme;

const DESK: &str = "/v1/programs/support-desk/members";
/// A Thursday before Christmas, three in the afternoon in Berlin.
const OPENED: &str = "2026-12-24T14:00:00Z";

#[tokio::test]
async fn a_target_is_due_in_the_hours_of_the_desk() {
    let app = scheme("support-desk").await;
    let path = format!("{DESK}/email:never@seen.example/service-level");
    let level = app
        .get(&format!("{path}?opened_at={OPENED}"))
        .await
        .expect(200);
    let expected = json!({
        "counted_from": OPENED,
        // The clock of the tests stands on a Sunday.
        "open_now": false,
        "opens_at": "2026-11-23T07:00:00Z",
        "closes_at": null,
        "first_reply_due_at": "2026-12-28T10:00:00Z",
        "next_reply_due_at": "2026-12-30T08:00:00Z",
        "resolution_due_at": "2027-01-07T09:00:00Z",
        "close_due_at": "2027-01-11T15:00:00Z",
    });
    assert_eq!(level["service_clock"], expected);
    // Without it, targets count from now.
    let level = app.get(&path).await.expect(200);
    assert_eq!(
        level["service_clock"]["counted_from"],
        "2026-11-22T12:00:00Z"
    );
    assert_eq!(
        level["service_clock"]["first_reply_due_at"],
        "2026-11-23T16:00:00Z"
    );
    let body = json!({"program": "support-desk", "member": "email:never@seen.example", "opened_at": OPENED});
    let decision = app.post("/v1/decisions", body).await.expect(201);
    assert_eq!(decision["outcome"]["service_clock"], expected);
    assert_eq!(decision["inputs"]["opened_at"], OPENED);
    let replay = format!("/v1/decisions/{}/replay", decision["id"].as_str().unwrap());
    assert_eq!(app.get(&replay).await.expect(200)["same"], true);
}

#[tokio::test]
async fn the_severity_of_the_ticket_decides_for_everybody() {
    let app = scheme("support-desk").await;
    let level = async |query: &str| {
        let path = format!("{DESK}/email:never@seen.example/service-level{query}");
        app.get(&path).await.expect(200)["service_level"]["id"].clone()
    };
    assert_eq!(level("?request.severity=critical").await, "urgent");
    assert_eq!(level("?request.severity=%22critical%22").await, "urgent");
    assert_eq!(level("?request.severity=low").await, "standard");
    assert_eq!(level("").await, "standard");
}

#[tokio::test]
async fn offers_read_the_context_in_the_query() {
    let app = scheme("support-desk").await;
    app.enrol("email:carl@example.com").await;
    let offer = async |query: &str| {
        let path = format!("{DESK}/email:carl@example.com/offers{query}");
        app.get(&path).await.expect(200)["offers"][0]["eligible"].clone()
    };
    assert_eq!(offer("").await, false);
    assert_eq!(offer("?request.severity=critical").await, true);
    // The answer without a context is still its own.
    assert_eq!(offer("").await, false);
}

#[tokio::test]
async fn a_wrong_context_is_refused() {
    let app = scheme("support-desk").await;
    let path = format!("{DESK}/email:carl@example.com/service-level");
    for (query, detail) in [
        ("?severity=critical", "there is no parameter 'severity'"),
        ("?request.=critical", "an attribute's name must be"),
        ("?opened_at=yesterday", "a time is RFC 3339"),
        ("?request.n=1&request.n=2", "'request.n' is given twice"),
        ("?request.A%20b=1", "an attribute's name must be"),
    ] {
        let problem = app.get(&format!("{path}{query}")).await.expect(400);
        let said = problem["detail"].as_str().unwrap();
        assert!(said.contains(detail), "{query}: {problem}");
    }
}

/// Runs a recipe of the documents on an answer.
fn recipe(name: &str, arguments: &[&str], answer: &Value) -> Value {
    let file = format!("{}/docs/recipes/{name}.py", env!("CARGO_MANIFEST_DIR"));
    let mut python = Command::new("python3")
        .arg(file)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = python.stdin.take().unwrap();
    stdin.write_all(answer.to_string().as_bytes()).unwrap();
    drop(stdin);
    let output = python.wait_with_output().unwrap();
    assert!(output.status.success(), "{name}");
    serde_json::from_slice(&output.stdout).unwrap()
}

#[tokio::test]
async fn recipes_convert_an_answer_exactly() {
    let app = scheme("support-desk").await;
    let ask = async |severity: &str| {
        let path = format!(
            "{DESK}/email:never@seen.example/service-level?opened_at={OPENED}&request.severity={severity}"
        );
        app.get(&path).await.expect(200)
    };
    let (standard, urgent) = (ask("low").await, ask("critical").await);

    let zendesk = recipe("zendesk", &["Berlin"], &standard);
    assert_eq!(zendesk["ticket"], json!({"ticket": {"priority": "low"}}));
    assert_eq!(zendesk["tags"], json!({"tags": ["renown_standard"]}));
    let policy = &zendesk["sla_policy"]["sla_policy"];
    assert_eq!(policy["title"], "Standard support");
    assert_eq!(
        policy["filter"],
        json!({"all": [{"field": "current_tags", "operator": "includes", "value": "renown_standard"}], "any": []})
    );
    let metrics = policy["policy_metrics"].as_array().unwrap();
    let targets = [
        ("first_reply_time", 480),
        ("next_reply_time", 1440),
        ("total_resolution_time", 4320),
    ];
    let mut expected = Vec::new();
    for (metric, target) in targets {
        for priority in ["urgent", "high", "normal", "low"] {
            expected.push(json!({
                "priority": priority, "metric": metric, "target": target, "business_hours": true,
            }));
        }
    }
    assert_eq!(metrics, &expected);
    assert_eq!(
        zendesk["schedule"],
        json!({"schedule": {"name": "support-desk", "time_zone": "Berlin"}})
    );
    assert_eq!(
        zendesk["intervals"]["workweek"]["intervals"],
        standard["service_level"]["business_hours"]["intervals"]
    );
    let holidays: Vec<&str> = zendesk["holidays"]
        .as_array()
        .unwrap()
        .iter()
        .map(|holiday| holiday["holiday"]["start_date"].as_str().unwrap())
        .collect();
    assert_eq!(
        holidays,
        [
            "2026-01-01",
            "2026-05-01",
            "2026-10-03",
            "2026-12-25",
            "2026-12-26",
            "2027-01-01",
            "2027-03-26",
            "2027-03-29",
            "2027-05-01",
            "2027-10-03",
            "2027-12-25",
            "2027-12-26",
        ]
    );
    let zendesk = recipe("zendesk", &[], &urgent);
    assert_eq!(zendesk["ticket"]["ticket"]["priority"], "urgent");
    assert_eq!(
        zendesk["sla_policy"]["sla_policy"]["policy_metrics"][0]["target"],
        15
    );
    assert_eq!(zendesk["schedule"], Value::Null);
    assert_eq!(zendesk["holidays"], json!([]));

    let freshdesk = recipe("freshdesk", &["43"], &standard);
    assert_eq!(
        freshdesk["ticket"],
        json!({"priority": 1, "group_id": 43, "fr_due_by": "2026-12-28T10:00:00Z", "due_by": "2027-01-07T09:00:00Z"})
    );
    let target = json!({
        "respond_within": 28800, "resolve_within": 259200, "business_hours": true,
        "escalation_enabled": false,
    });
    assert_eq!(
        freshdesk["sla_policy"],
        json!({
            "name": "Standard support", "applicable_to": {"group_ids": [43]},
            "sla_target": {"priority_4": target, "priority_3": target, "priority_2": target, "priority_1": target},
        })
    );
    let freshdesk = recipe("freshdesk", &["43"], &urgent);
    assert_eq!(
        freshdesk["ticket"],
        json!({"priority": 4, "group_id": 43, "fr_due_by": "2026-12-24T14:15:00Z", "due_by": "2026-12-24T18:00:00Z"})
    );

    let intercom = recipe("intercom", &[], &standard);
    assert_eq!(
        intercom,
        json!({
            "conversation": {"custom_attributes": {
                "Service level": "Standard support", "Queue": "general",
                "First reply due": 1798452000, "Next reply due": 1798617600,
                "Resolution due": 1799312400, "Close due": 1799679600,
            }},
            "sla": {
                "name": "Standard support", "first_response_time": 28800,
                "next_response_time": 86400, "time_to_resolve": 259200, "time_to_close": 345600,
                "office_hours": true,
            },
        })
    );
}
