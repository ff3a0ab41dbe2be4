//! Importing lists of members: each line by itself, and the same list again changes nothing.

use futures::StreamExt;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, App};

const IMPORT: &str = "/v1/members/import";

async fn send(app: &App, query: &str, kind: &str, list: impl Into<reqwest::Body>) -> Answer {
    let headers = [("content-type", kind)];
    let path = format!("{IMPORT}{query}");
    app.send(Method::POST, &path, &headers, list).await
}

async fn import(app: &App, list: impl Into<reqwest::Body>) -> Value {
    send(app, "", "text/csv", list).await.expect(200)
}

/// Sends a list and returns the result of each line, and the summary.
async fn lines(app: &App, query: &str, list: impl Into<reqwest::Body>) -> (Vec<Value>, Value) {
    let headers = [
        ("content-type", "text/csv"),
        ("accept", "application/x-ndjson"),
    ];
    let path = format!("{IMPORT}{query}");
    let answer = app.send(Method::POST, &path, &headers, list).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["content-type"], "application/x-ndjson");
    let text = String::from_utf8(answer.bytes.to_vec()).unwrap();
    let mut lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let last = lines.pop().unwrap();
    (lines, last["summary"].clone())
}

/// The counts of created, changed, unchanged and refused lines, and the next line.
fn counts(report: &Value) -> Value {
    json!([
        report["created"],
        report["changed"],
        report["unchanged"],
        report["refused_count"],
        report["next_line"]
    ])
}

async fn member(app: &App, identity: &str) -> Value {
    app.get(&format!("/v1/members/{identity}"))
        .await
        .expect(200)
}

#[tokio::test]
async fn the_good_lines_are_in_and_the_bad_ones_say_what_is_wrong() {
    let app = App::start().await;
    let list = "\u{feff}email,twitter,name,scoring,interests,enrolled_at,attributes.visits,attributes.zip:text\r\n\
                ann@example.com,Ann,Ann Lee,,golf; Las Vegas,2025-01-02T03:04:05Z,3,01234\r\n\
                \"open@example.com,,,,,,,\r\n\
                bob@example.com,,\"Bob, Jr\",opted_out,,,,\r\n\
                nobody,,,,,,,\r\n\
                cy@example.com,,,,,2999-01-01T00:00:00Z,,\r\n\
                dee@example.com,,,maybe,,,,\r\n\
                ,zoe,,,,,TRUE,";
    let report = import(&app, list).await;
    assert_eq!(counts(&report), json!([3, 0, 0, 4, 9]));
    let refused = report["refused"].as_array().unwrap().iter();
    let refused: Vec<Value> = refused
        .map(|line| json!([line["line"], line["column"]]))
        .collect();
    let expected = json!([[3, ""], [5, "email"], [6, "enrolled_at"], [7, "scoring"]]);
    assert_eq!(json!(refused), expected);
    let ann = member(&app, "twitter:ann").await;
    assert_eq!(
        ann["identities"],
        json!(["twitter:ann", "email:ann@example.com"])
    );
    assert_eq!(ann["attributes"], json!({"visits": 3.0, "zip": "01234"}));
    assert_eq!(ann["interests"], json!(["golf", "las-vegas"]));
    assert_eq!(ann["enrolled_at"], "2025-01-02T03:04:05Z");
    let bob = member(&app, "email:bob@example.com").await;
    assert_eq!(
        (&bob["name"], &bob["scoring"]),
        (&json!("Bob, Jr"), &json!("opted_out"))
    );
    let found = app
        .get("/v1/members?name=jr&identity=email:")
        .await
        .expect(200);
    assert_eq!(found["data"][0]["id"], bob["id"]);
    let found = app.get("/v1/members?attribute.visits=3").await.expect(200);
    assert_eq!(found["data"][0]["id"], ann["id"]);

    let again = import(&app, list).await;
    assert_eq!(counts(&again), json!([0, 0, 3, 4, 9]));
    assert_eq!(member(&app, "twitter:ann").await, ann);
}

#[tokio::test]
async fn a_line_changes_only_what_it_says() {
    let app = App::start().await;
    let kevin = json!({
        "name": "Kevin Ito", "identities": ["email:kevin@example.com"], "scoring": "opted_out",
        "attributes": {"country": "US", "visits": 3}, "interests": ["golf"]
    });
    app.put("/v1/members/twitter:kevin", kevin)
        .await
        .expect(201);
    let list = "twitter,loyalty,name,interests,attributes.visits,attributes.country\n\
                kevin,K7,,,4,\\N\n\
                nora,N1,Nora,tea,1,NL\n";
    let (results, summary) = lines(&app, "", list).await;
    assert_eq!(counts(&summary), json!([1, 1, 0, 0, 4]));
    assert_eq!(results[0]["result"], "changed");
    let columns = json!(["identities", "attributes.country", "attributes.visits"]);
    assert_eq!(results[0]["columns"], columns);
    let kevin = member(&app, "loyalty:K7").await;
    assert_eq!(kevin["id"], results[0]["member"]);
    assert_eq!(kevin["scoring"], "opted_out");
    assert_eq!(kevin["attributes"], json!({"visits": 4.0}));
    let kept = json!([kevin["name"], kevin["interests"], kevin["identities"][1]]);
    assert_eq!(
        kept,
        json!(["Kevin Ito", ["golf"], "email:kevin@example.com"])
    );

    let documents = concat!(
        r#"{"identity": "loyalty:K7", "name": null, "interests": null, "scoring": "active"}"#,
        "\n",
        r#"{"identity": "twitter:nora", "attributes": {"visits": null}}"#,
        "\n",
        r#"{"identity": "twitter:nora", "colour": "red"}"#,
    );
    let report = send(&app, "", "application/x-ndjson", documents)
        .await
        .expect(200);
    assert_eq!(counts(&report), json!([0, 2, 0, 1, 4]));
    assert_eq!(report["refused"][0]["column"], "/colour");
    let kevin = member(&app, "twitter:kevin").await;
    let changed = json!([kevin["name"], kevin["interests"], kevin["scoring"]]);
    assert_eq!(changed, json!([null, [], "active"]));
    let found = app.get("/v1/members?name=kevin").await.expect(200);
    assert_eq!(found["data"], json!([]));
    assert_eq!(
        member(&app, "twitter:nora").await["attributes"],
        json!({"country": "NL"})
    );
}

#[tokio::test]
async fn a_line_names_one_person() {
    let app = App::start().await;
    app.enrol("twitter:one").await;
    app.enrol("email:two@example.com").await;
    let list = "identity,identity,name\n\
                twitter:one,email:two@example.com,Both\n\
                twitter:new,loyalty:9,First\n\
                loyalty:9,,Second\n\
                loyalty:9,twitter:one,Third\n\
                loyalty:9,twitter:new,Second\n\
                01890a5d-ac96-774b-bcce-b302099a8057,,Nobody\n\
                01890a5d-ac96-774b-bcce-b302099a8057,crm:1,Somebody\n";
    let (results, summary) = lines(&app, "", list).await;
    let kinds: Vec<&str> = results
        .iter()
        .map(|line| line["result"].as_str().unwrap())
        .collect();
    let expected = [
        "refused",
        "created",
        "changed",
        "refused",
        "unchanged",
        "refused",
        "created",
    ];
    assert_eq!(kinds, expected);
    assert_eq!(counts(&summary), json!([2, 1, 1, 3, 9]));
    let detail = results[0]["detail"].as_str().unwrap();
    assert!(detail.contains("two members"), "{detail}");
    let new = member(&app, "twitter:new").await;
    assert_eq!(
        (&new["name"], &new["id"]),
        (&json!("Second"), &results[1]["member"])
    );
    assert_eq!(member(&app, "twitter:one").await["name"], Value::Null);
}

#[tokio::test]
async fn a_dry_run_says_what_would_change_and_writes_nothing() {
    let app = App::start().await;
    let kevin = app.enrol("twitter:kevin").await;
    // More than one batch, with the first person again at the end.
    let mut list = "twitter,name\nkevin,Kevin\nfirst,\nKEVIN,\n@@,\n".to_owned();
    (0..5_000).for_each(|n| list.push_str(&format!("n{n},N\n")));
    list.push_str("first,\n");
    let (results, summary) = lines(&app, "?dry_run=true", list.clone()).await;
    assert_eq!(counts(&summary), json!([5_001, 2, 1, 1, 5_007]));
    let first = json!({
        "line": 2, "result": "changed", "member": kevin["id"], "columns": ["name"]
    });
    assert_eq!(results[0], first);
    assert_eq!(results[2]["result"], "unchanged");
    let last = results.last().unwrap();
    assert_eq!(
        (&last["line"], &last["member"]),
        (&json!(5_006), &results[1]["member"])
    );
    assert_eq!(member(&app, "twitter:kevin").await, kevin);
    assert_eq!(app.get("/v1/members/twitter:first").await.status, 404);
    for table in ["members", "accounts"] {
        let count =
            sqlx::QueryBuilder::<sqlx::Postgres>::new(format!("select count(*) from {table}"))
                .build_query_scalar::<i64>()
                .fetch_one(&app.pool)
                .await
                .unwrap();
        assert_eq!(count, 1, "{table}");
    }
    // Written, it continues from a line.
    let report = send(&app, "?from_line=4", "text/csv", list)
        .await
        .expect(200);
    assert_eq!(counts(&report), json!([5_001, 0, 1, 1, 5_007]));
    assert_eq!(member(&app, "twitter:kevin").await["name"], Value::Null);
}

#[tokio::test]
async fn a_list_without_a_header_is_refused_whole() {
    let app = App::start().await;
    let wide: Vec<u8> = "email\na@example.com\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let lists: [(&str, Vec<u8>); 6] = [
        ("names the columns", b"".to_vec()),
        (
            "no column 'country'",
            b"email,country\na@example.com,US\n".to_vec(),
        ),
        (
            "separated by commas",
            b"email;name\na@example.com;A\n".to_vec(),
        ),
        (
            "comes twice",
            b"email,email\na@example.com,b@example.com\n".to_vec(),
        ),
        ("names the columns", b"name\nAnn\n".to_vec()),
        ("UTF-16", wide),
    ];
    for (part, list) in lists {
        for accept in ["application/json", "application/x-ndjson"] {
            let headers = [("content-type", "text/csv"), ("accept", accept)];
            let answer = app.send(Method::POST, IMPORT, &headers, list.clone()).await;
            assert_eq!(answer.problem(400), "invalid-request");
            let detail = answer.json()["detail"].as_str().unwrap().to_owned();
            assert!(detail.contains(part), "{detail}");
        }
    }
    let answer = send(&app, "", "application/json", "[]").await;
    assert_eq!(answer.problem(415), "unsupported-media-type");
    let answer = send(&app, "?dry=true", "text/csv", "email\n").await;
    assert_eq!(answer.problem(400), "invalid-request");
    assert_eq!(app.get("/v1/members").await.expect(200)["data"], json!([]));
}

#[tokio::test]
async fn a_list_that_ends_early_says_how_far_it_came() {
    let app = App::with(|config| {
        config.ingest.max_rejections = 3;
        config.http.stream_seconds = 1;
        config.http.max_stream_bytes = 100_000;
    })
    .await;
    let nonsense = format!(
        "loyalty\nL1\n{}\n{}",
        "a,b\n".repeat(3),
        "L2\n".repeat(8_000)
    );
    let answer = send(&app, "", "text/csv", nonsense).await;
    assert_eq!(answer.problem(422), "too-many-rejected");
    let problem = answer.json();
    assert_eq!(
        (&problem["created"], &problem["refused_count"]),
        (&json!(2), &json!(3))
    );
    let begin = bytes::Bytes::from_static(b"loyalty\nL3\n");
    let begin = futures::stream::once(async { Ok::<_, std::io::Error>(begin) });
    let stalled = reqwest::Body::wrap_stream(begin.chain(futures::stream::pending()));
    let answer = send(&app, "", "text/csv", stalled).await;
    assert_eq!(answer.problem(408), "body-timeout");
    assert_eq!(answer.json()["next_line"], 3);
    let answer = send(
        &app,
        "",
        "text/csv",
        format!("loyalty\n{}", "L4\n".repeat(40_000)),
    )
    .await;
    assert_eq!(answer.problem(413), "body-too-large");
    let gzip = [("content-type", "text/csv"), ("content-encoding", "gzip")];
    let answer = app.send(Method::POST, IMPORT, &gzip, "loyalty\nL5\n").await;
    assert_eq!(answer.problem(400), "interrupted-body");
    for (identity, status) in [("L1", 200), ("L3", 200), ("L4", 200), ("L5", 404)] {
        let answer = app.get(&format!("/v1/members/loyalty:{identity}")).await;
        assert_eq!(answer.status, status, "{identity}");
    }
}

#[tokio::test]
async fn two_lists_at_once_and_single_changes_enrol_each_person_once() {
    let app = App::start().await;
    let list = |numbers: Vec<usize>, name: &str| {
        let lines = numbers.iter().map(|n| format!("p{n},L{n},{name},{n}\n"));
        format!(
            "twitter,loyalty,name,attributes.n\n{}",
            lines.collect::<String>()
        )
    };
    let forwards = list((0..900).collect(), "Ann");
    let backwards = list((0..900).rev().collect(), "Bob");
    let puts = async {
        for n in (0..900).step_by(90) {
            let body =
                json!({"attributes": {"put": true}, "identities": [format!("loyalty:L{n}")]});
            let answer = app.put(&format!("/v1/members/twitter:p{n}"), body).await;
            assert!(
                [200, 201].contains(&answer.status.as_u16()),
                "{}",
                answer.status
            );
        }
    };
    let (a, b, ()) = tokio::join!(import(&app, forwards), import(&app, backwards), puts);
    for report in [&a, &b] {
        assert_eq!(report["refused_count"], 0, "{report}");
    }
    let members: i64 = sqlx::query_scalar("select count(*) from members")
        .fetch_one(&app.pool)
        .await
        .unwrap();
    assert_eq!(members, 900);
    assert_eq!(
        member(&app, "twitter:p899").await["id"],
        member(&app, "loyalty:L899").await["id"]
    );
}

#[tokio::test]
async fn an_import_reaches_caches_and_events_that_came_before() {
    let app = App::start().await.and_a_star().await;
    app.publish_palms().await;
    let tier = "/v1/programs/palms-klub/members/loyalty:S1/tier";
    let floor = app.get(tier).await.expect(200);
    let list = "twitter,loyalty,attributes.vip\nkevin,S1,true\n";
    let report = import(&app, list).await;
    assert_eq!(report["refused_count"], 0, "{report}");
    app.settle().await;
    let known = app.get(tier).await.expect(200);
    assert_ne!(floor["tier"], known["tier"], "{known}");
    let out = "loyalty,scoring\nS1,opted_out\n";
    assert_eq!(counts(&import(&app, out).await), json!([0, 1, 0, 0, 3]));
    app.settle().await;
    assert_eq!(app.get(tier).await.expect(200)["tier"], floor["tier"]);
}

/// The search finds members by hashes of their attributes, which the import writes itself.
#[tokio::test]
async fn the_terms_of_attributes_are_those_of_the_database() {
    let app = App::start().await;
    let attributes = json!({
        "a": 3, "b": 0.1, "c": -0.0, "d": 1e21, "e": 1.5e-9, "f": -2.50, "g": true,
        "h": "a \"quote\" \\ and / é 東 \u{1f9d1}", "i": "", "j": ["x", "x", "y\"z"], "k": [], "l": "3"
    });
    let line = |attributes: &Value| json!({"identity": "loyalty:1", "attributes": attributes});
    let report = send(
        &app,
        "",
        "application/x-ndjson",
        line(&attributes).to_string(),
    )
    .await;
    assert_eq!(report.expect(200)["created"], 1);
    let wrong = "select count(*) from (
            select member_id, term from member_attributes
            except select member_id, term from members, attribute_terms(attributes) as term
            union all
            (select member_id, term from members, attribute_terms(attributes) as term
            except select member_id, term from member_attributes)) as wrong";
    let count = || async {
        let wrong = sqlx::query_scalar::<_, i64>(wrong)
            .fetch_one(&app.pool)
            .await
            .unwrap();
        let all = "select count(*) from member_attributes";
        (
            wrong,
            sqlx::query_scalar::<_, i64>(all)
                .fetch_one(&app.pool)
                .await
                .unwrap(),
        )
    };
    assert_eq!(count().await, (0, 12));
    let changes = json!({"a": 4, "b": null, "h": "x", "j": ["y\"z"], "new": false});
    let report = send(&app, "", "application/x-ndjson", line(&changes).to_string()).await;
    assert_eq!(report.expect(200)["changed"], 1);
    assert_eq!(count().await, (0, 11));
    // A single change has the triggers still.
    let body = json!({"attributes": {"a": 5, "z": 1}});
    app.patch("/v1/members/loyalty:1", body).await.expect(200);
    assert_eq!(count().await, (0, 12));
}
