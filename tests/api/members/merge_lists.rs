//! Lists of audiences in a merge: the survivor is on those of both, and an undo gives them back.

use reqwest::Method;
use serde_json::{Value, json};

use super::merge::{merge, preview, undo};
use crate::harness::App;

const CLUB: &str = r#"program: club
service_levels: [{ id: standard, queue: general }]
tiers:
  - { id: insider, when: 'audience("vip")', service_level: standard }
  - { id: guest, service_level: standard }
"#;

/// Ann is on the list of the press, Bob on that and on the list of guests who matter.
async fn lists() -> App {
    let app = App::start().await;
    for member in ["twitter:ann", "twitter:bob"] {
        app.put(&format!("/v1/members/{member}"), json!({}))
            .await
            .expect(201);
    }
    for (list, members) in [
        ("press", json!(["twitter:ann", "twitter:bob"])),
        ("vip", json!(["twitter:bob"])),
    ] {
        let path = format!("/v1/audiences/{list}");
        app.put(&path, json!({"list": true})).await.expect(201);
        let add = json!({"add": members});
        app.post(&format!("{path}/members"), add).await.expect(200);
    }
    app.post("/v1/programs/club/publish", json!({"source": CLUB}))
        .await
        .expect(201);
    app
}

/// Returns the ids of the members on the lists of the press and of guests who matter.
async fn on_lists(app: &App) -> [Vec<Value>; 2] {
    let mut lists = Vec::new();
    for list in ["press", "vip"] {
        let page = app.get(&format!("/v1/audiences/{list}/members")).await;
        let page = page.expect(200);
        let members = page["data"].as_array().unwrap().iter();
        lists.push(members.map(|member| member["id"].clone()).collect());
    }
    lists.try_into().unwrap()
}

async fn tier(app: &App, member: &str) -> Value {
    let path = format!("/v1/programs/club/members/{member}/tier");
    app.get(&path).await.expect(200)["tier"].clone()
}

#[tokio::test]
async fn the_survivor_is_on_the_lists_of_both_and_an_undo_gives_them_back() {
    let app = lists().await;
    let before = on_lists(&app).await;
    assert_eq!((before[0].len(), before[1].len()), (2, 1));
    let previewed = preview(&app, "twitter:ann", "twitter:bob")
        .await
        .expect(200);
    assert_eq!(previewed["programs"][0]["tier"], "insider", "{previewed}");
    let merged = merge(&app, "twitter:ann", "twitter:bob").await.expect(201);
    let ann = &merged["survivor"];
    assert_eq!(on_lists(&app).await, [vec![ann.clone()], vec![ann.clone()]]);
    assert_eq!(tier(&app, "twitter:ann").await, "insider");

    undo(&app, &merged).await.expect(200);
    assert_eq!(on_lists(&app).await, before);
    assert_eq!(tier(&app, "twitter:ann").await, "guest");
    assert_eq!(tier(&app, "twitter:bob").await, "insider");
}

#[tokio::test]
async fn a_person_taken_off_a_list_since_a_merge_stays_off() {
    let app = lists().await;
    let before = on_lists(&app).await;
    let merged = merge(&app, "twitter:ann", "twitter:bob").await.expect(201);
    let off = "/v1/audiences/vip/members/twitter:bob";
    let removed = app.send(Method::DELETE, off, &[], "").await;
    assert_eq!(removed.status, 204);
    let gone = app
        .send(Method::DELETE, "/v1/audiences/press", &[], "")
        .await;
    assert_eq!(gone.status, 204);
    undo(&app, &merged).await.expect(200);
    let vip = app.get("/v1/audiences/vip/members").await.expect(200);
    assert_eq!(vip["data"], json!([]), "{before:?}");
    assert_eq!(tier(&app, "twitter:bob").await, "guest");
}
