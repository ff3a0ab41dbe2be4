//! Exporting members as a list that is read back as it is.

use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::App;

const CSV: &str = "text/csv";
const NDJSON: &str = "application/x-ndjson";

async fn export(app: &App, query: &str, kind: &str) -> String {
    let path = format!("/v1/members/export{query}");
    let answer = app.send(Method::GET, &path, &[("accept", kind)], "").await;
    assert_eq!(answer.status, 200);
    assert!(
        answer.headers["content-type"]
            .to_str()
            .unwrap()
            .starts_with(kind)
    );
    String::from_utf8(answer.bytes.to_vec()).unwrap()
}

async fn import(app: &App, kind: &str, list: String) -> Value {
    let headers = [("content-type", kind)];
    let answer = app
        .send(Method::POST, "/v1/members/import", &headers, list)
        .await;
    let report = answer.expect(200);
    assert_eq!(report["refused_count"], 0, "{report}");
    json!([report["created"], report["changed"], report["unchanged"]])
}

/// Members with values that mean something to a spreadsheet, or to JSON.
async fn town(app: &App) {
    let members = [
        (
            "twitter:kevin",
            json!({"name": "=Kevin, \"K\" Ito", "identities": ["loyalty:1; 2", "email:k@example.com"],
            "attributes": {"country": "US", "vip": true, "visits": 3, "likes": ["golf", "a;b"]},
            "interests": ["las-vegas", "golf"], "enrolled_at": "2025-01-02T03:04:05.678901Z"}),
        ),
        (
            "mastodon:zoe@example.social",
            json!({"name": " 'tis\\N ", "scoring": "opted_out",
            "attributes": {"country": "", "visits": "many", "note": "-1+1", "zip": "01234"}}),
        ),
        (
            "crm:=A",
            json!({"name": "\\N", "attributes": {"zip": " x ", "country": "@SUM(A1)"}}),
        ),
    ];
    for (identity, body) in members {
        app.put(&format!("/v1/members/{identity}"), body)
            .await
            .expect(201);
    }
    // A member of whom nothing is known but the id.
    let lone = app.enrol("twitter:lone").await;
    let path = format!("/v1/members/{}", lone["id"].as_str().unwrap());
    app.patch(&path, json!({"identities": null}))
        .await
        .expect(200);
}

/// Returns the members of a list in NDJSON without their ids.
fn without_ids(list: &str) -> Vec<Value> {
    let lines = list.lines().map(|line| {
        let mut member: Value = serde_json::from_str(line).unwrap();
        member.as_object_mut().unwrap().remove("id");
        member
    });
    lines.collect()
}

#[tokio::test]
async fn an_export_is_read_back_as_it_is() {
    let app = App::start().await;
    town(&app).await;
    for kind in [CSV, NDJSON] {
        let list = export(&app, "", kind).await;
        assert_eq!(import(&app, kind, list).await, json!([0, 0, 4]), "{kind}");
    }
    let other = App::start().await;
    // Nobody is found elsewhere by an id that was given here.
    let headers = [("content-type", CSV)];
    let list = export(&app, "", CSV).await;
    let answer = other
        .send(Method::POST, "/v1/members/import", &headers, list)
        .await;
    let report = answer.expect(200);
    assert_eq!(
        (&report["created"], &report["refused_count"]),
        (&json!(3), &json!(1))
    );
    let mut expected = without_ids(&export(&app, "", NDJSON).await);
    expected.retain(|member| member["identities"] != json!([]));
    let mut copied = without_ids(&export(&other, "", NDJSON).await);
    for list in [&mut expected, &mut copied] {
        list.sort_by_key(|member| member["identities"].to_string());
    }
    assert_eq!(expected, copied);
}

#[tokio::test]
async fn no_cell_of_a_table_is_a_formula() {
    let app = App::start().await;
    town(&app).await;
    let table = export(&app, "", CSV).await;
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let header = reader.headers().unwrap().clone();
    assert_eq!(&header[0], "id");
    assert!(
        header.iter().any(|name| name == "attributes.zip:text"),
        "{header:?}"
    );
    assert!(
        header.iter().any(|name| name == "attributes.visits"),
        "{header:?}"
    );
    let mut rows = 0;
    for row in reader.records() {
        rows += 1;
        for cell in &row.unwrap() {
            let is_number = cell.parse::<f64>().is_ok();
            assert!(
                is_number || !cell.starts_with(['=', '+', '-', '@']),
                "{cell}"
            );
        }
    }
    assert_eq!(rows, 4);
}

#[tokio::test]
async fn an_export_has_those_who_meet_the_conditions_page_after_page() {
    let app = App::start().await;
    let lines = (0..2_300).map(|n| {
        format!(
            "{{\"identity\":\"loyalty:L{n}\",\"attributes\":{{\"even\":{}}}}}\n",
            n % 2 == 0
        )
    });
    import(&app, NDJSON, lines.collect()).await;
    for (query, count) in [
        ("", 2_300),
        ("?attribute.even=true", 1_150),
        ("?identity=loyalty:L229", 11),
        ("?identity=loyalty:L229&attribute.even=false", 6),
    ] {
        let list = export(&app, query, NDJSON).await;
        let mut identities: Vec<Value> = without_ids(&list)
            .iter()
            .map(|member| member["identities"][0].clone())
            .collect();
        assert_eq!(identities.len(), count, "{query}");
        identities.sort_by_key(Value::to_string);
        identities.dedup();
        assert_eq!(identities.len(), count, "{query}");
    }
    for query in ["?limit=1", "?tier=insider", "?identity=nobody"] {
        let answer = app.get(&format!("/v1/members/export{query}")).await;
        assert_eq!(answer.problem(400), "invalid-request", "{query}");
    }
}
