//! Identities in another case: a loyalty number is the same, a crm number is not.

use renown_core::domain::ExternalKind;
use serde_json::{Value, json};

use reqwest::Method;

use crate::harness::{Answer, App};

const K7: &str = "/v1/members/loyalty:K7";

async fn id(app: &App, member: &str) -> Value {
    let answer = app.get(&format!("/v1/members/{member}")).await;
    match answer.status.as_u16() {
        404 => Value::Null,
        _ => answer.expect(200)["id"].clone(),
    }
}

/// Stores an identity as versions did that compared it exactly.
async fn as_before(app: &App, member: &Value, value: &str) {
    let member: uuid::Uuid = member["id"].as_str().unwrap().parse().unwrap();
    let insert = "insert into identities (kind, value, member_id) values ('loyalty', $1, $2)";
    let insert = sqlx::query(insert).bind(value).bind(member);
    insert.execute(&app.pool).await.unwrap();
}

#[tokio::test]
async fn a_loyalty_number_is_the_same_in_any_case() {
    let app = App::start().await;
    let member = app.enrol("loyalty:K7").await;
    assert_eq!(member["identities"], json!(["loyalty:K7"]));
    for spelling in ["loyalty:K7", "loyalty:k7", "LOYALTY:k7"] {
        assert_eq!(id(&app, spelling).await, member["id"], "{spelling}");
    }
    // Given again in another case, it is kept as it was first written.
    let body = json!({"identities": ["loyalty:k7", "email:ann@example.com"]});
    let changed = app.put("/v1/members/loyalty:k7", body).await.expect(200);
    assert_eq!(changed["id"], member["id"]);
    assert_eq!(
        changed["identities"],
        json!(["email:ann@example.com", "loyalty:K7"])
    );
    // Nobody else can have it.
    let taken = json!({"identities": ["loyalty:k7"]});
    app.put("/v1/members/email:bob@example.com", taken)
        .await
        .expect(409);
    let both = json!({"identities": ["loyalty:z9", "loyalty:Z9"]});
    let carl = app
        .put("/v1/members/email:carl@example.com", both)
        .await
        .expect(201);
    assert_eq!(carl["identities"].as_array().unwrap().len(), 2, "{carl}");
    let batch = json!({"members": ["loyalty:k7", "loyalty:K7"], "include": ["tier"]});
    app.publish_palms().await;
    let batch = app
        .post("/v1/programs/palms-klub/lookups", batch)
        .await
        .expect(200);
    assert_eq!(batch["data"][0]["tier"]["member"], member["id"]);
    assert_eq!(batch["data"][1]["tier"]["member"], member["id"]);
}

#[tokio::test]
async fn numbers_of_earlier_versions_are_found() {
    let app = App::start().await;
    let old = app.enrol("email:old@example.com").await;
    as_before(&app, &old, "K7").await;
    for spelling in ["loyalty:K7", "loyalty:k7"] {
        assert_eq!(id(&app, spelling).await, old["id"], "{spelling}");
    }
    app.put(K7, json!({})).await.expect(200);
    let taken = json!({"identities": ["loyalty:k7"]});
    app.put("/v1/members/email:bob@example.com", taken)
        .await
        .expect(409);
}

#[tokio::test]
async fn two_members_whose_numbers_differ_in_case_alone_stay_apart() {
    let app = App::start().await;
    let upper = app.enrol("email:upper@example.com").await;
    let lower = app.enrol("email:lower@example.com").await;
    as_before(&app, &upper, "AB").await;
    as_before(&app, &lower, "ab").await;
    assert_eq!(id(&app, "loyalty:AB").await, upper["id"]);
    assert_eq!(id(&app, "loyalty:ab").await, lower["id"]);
    // Of a third spelling, nobody can say whose it is, and nobody can have it.
    assert_eq!(id(&app, "loyalty:Ab").await, Value::Null);
    let taken = app.put("/v1/members/loyalty:Ab", json!({})).await;
    let taken = taken.expect(409);
    let owners = [&upper["id"], &lower["id"]];
    assert!(owners.contains(&&taken["member"]), "{taken}");
    let given = json!({"identities": ["loyalty:aB"]});
    app.put("/v1/members/email:third@example.com", given)
        .await
        .expect(409);
    assert_eq!(id(&app, "loyalty:aB").await, Value::Null);
    // Nor by a list.
    let report = import(&app, "", "loyalty,name\nAb,Ann\nAB,Bob\n").await;
    assert_eq!(report["refused"][0]["line"], 2, "{report}");
    assert_eq!(report["refused_count"], 1);
    assert_eq!(report["changed"], 1);
    let upper = app.get("/v1/members/loyalty:AB").await.expect(200);
    assert_eq!(upper["name"], "Bob");
    app.publish_palms().await;
    let granted = grant(&app, "member,tier\nloyalty:Ab,insider\n").await;
    assert_eq!(granted.status, 200, "{granted:?}");
    assert_eq!(id(&app, "loyalty:Ab").await, Value::Null);
}

async fn import(app: &App, query: &str, csv: &'static str) -> Value {
    let headers = [("content-type", "text/csv")];
    let path = format!("/v1/members/import{query}");
    let answer = app.send(Method::POST, &path, &headers, csv).await;
    answer.expect(200)
}

async fn grant(app: &App, csv: &'static str) -> Answer {
    let path = "/v1/programs/palms-klub/grants/import?list=a&author=Ann&enrol=true";
    let headers = [("content-type", "text/csv")];
    app.send(Method::POST, path, &headers, csv).await
}

#[tokio::test]
async fn an_imported_number_is_the_same_in_any_case() {
    let app = App::start().await;
    let list = "loyalty,name\nAB12,Ann\nab12,Ann Lee\nCD1,Cy\n";
    for query in ["?dry_run=true", ""] {
        let report = import(&app, query, list).await;
        let counts = json!([
            report["created"],
            report["changed"],
            report["refused_count"]
        ]);
        assert_eq!(counts, json!([2, 1, 0]), "{query}: {report}");
    }
    let ann = app.get("/v1/members/loyalty:ab12").await.expect(200);
    assert_eq!(ann["identities"], json!(["loyalty:AB12"]));
    assert_eq!(ann["name"], "Ann Lee");
    // Nobody else can have it, by a change or by another list.
    let taken = json!({"identities": ["loyalty:aB12"]});
    app.put("/v1/members/email:bob@example.com", taken)
        .await
        .expect(409);
    let report = import(&app, "", "loyalty,name\naB12,Ann\n").await;
    assert_eq!(json!([report["created"], report["changed"]]), json!([0, 1]));
    // Two spellings in one line are one number.
    let report = import(&app, "", "identity,loyalty\nloyalty:Z9,z9\n").await;
    assert_eq!(report["created"], 1, "{report}");
    let one = app.get("/v1/members/loyalty:Z9").await.expect(200);
    assert_eq!(one["identities"].as_array().unwrap().len(), 1, "{one}");
}

#[tokio::test]
async fn members_are_searched_by_numbers_in_any_case() {
    let app = App::start().await;
    let one = app.enrol("loyalty:Kc7").await;
    let old = app.enrol("email:old@example.com").await;
    as_before(&app, &old, "kC8").await;
    as_before(&app, &old, "KC8").await;
    app.enrol("crm:Kc9").await;
    let found = async |prefix: &str, more: &str| {
        let path = format!("/v1/members?identity={prefix}{more}");
        app.get(&path).await.expect(200)
    };
    for prefix in ["loyalty:kc", "loyalty:KC", "loyalty:Kc"] {
        let page = found(prefix, "").await;
        let ids: Vec<&Value> = page["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|m| &m["id"])
            .collect();
        assert_eq!(ids, [&one["id"], &old["id"]], "{prefix}: {page}");
    }
    let first = found("loyalty:kC", "&limit=1").await;
    assert_eq!(first["data"][0]["id"], one["id"]);
    let cursor = first["page"]["next_cursor"].as_str().unwrap();
    let second = found("loyalty:kC", &format!("&limit=1&cursor={cursor}")).await;
    assert_eq!(second["data"][0]["id"], old["id"], "{second}");
    assert_eq!(found("crm:kc", "").await["data"], json!([]));
    assert_eq!(
        found("crm:Kc", "").await["data"].as_array().unwrap().len(),
        1
    );
}

#[tokio::test]
async fn a_crm_number_is_compared_exactly_and_a_loyalty_number_if_configured() {
    let app = App::with(|config| {
        config.accounts.case_counts = vec![ExternalKind::Crm, ExternalKind::Loyalty];
    })
    .await;
    let one = app.enrol("loyalty:K7").await;
    let other = app.enrol("loyalty:k7").await;
    assert_ne!(one["id"], other["id"]);
    let app = App::start().await;
    let one = app.enrol("crm:X1").await;
    assert_eq!(id(&app, "crm:x1").await, Value::Null);
    assert_eq!(id(&app, "crm:X1").await, one["id"]);
}

#[tokio::test]
async fn two_spellings_at_once_enrol_one_member() {
    let app = App::start().await;
    let enrol = |number: usize| {
        let spelling = if number.is_multiple_of(2) { "K7" } else { "k7" };
        let app = &app;
        async move {
            let path = format!("/v1/members/loyalty:{spelling}");
            app.put(&path, json!({})).await.json()["id"].clone()
        }
    };
    let ids = futures::future::join_all((0..8).map(enrol)).await;
    let enrolled: std::collections::BTreeSet<String> = ids
        .iter()
        .filter_map(|id| Some(id.as_str()?.to_owned()))
        .collect();
    assert_eq!(enrolled.len(), 1, "{ids:?}");
}

#[tokio::test]
async fn a_list_with_two_spellings_enrols_one_member() {
    let app = App::start().await;
    app.publish_palms().await;
    let csv = "member,tier\nloyalty:K7,insider\nloyalty:k7,insider\n";
    let answer = grant(&app, csv).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(id(&app, "loyalty:K7").await, id(&app, "loyalty:k7").await);
    assert_ne!(id(&app, "loyalty:K7").await, Value::Null);
}
