//! Everything that was given to one member or decided about them.

use reqwest::Method;
use serde_json::{Value, json};

use super::opted_out::busy_member;
use crate::harness::{App, like};

/// Reads all pages of a list of a member, two items at a time.
async fn all(app: &App, list: &str) -> Vec<Value> {
    let mut path = format!("/v1/members/twitter:kevin/{list}?limit=2");
    let mut items = Vec::new();
    loop {
        let answer = app.get(&path).await;
        let page = answer.expect(200);
        let data = page["data"].as_array().unwrap();
        assert!(data.len() <= 2, "{page}");
        items.extend(data.iter().cloned());
        if page["page"]["next_cursor"].is_null() {
            return items;
        }
        let link = answer.headers["link"].to_str().unwrap();
        path = link[1..].split('>').next().unwrap().to_owned();
    }
}

#[tokio::test]
async fn each_list_has_what_is_about_the_member_and_nothing_else() {
    let app = App::start().await;
    let id = busy_member(&app).await;
    app.enrol("twitter:zoe").await;
    let about = |member: &str| json!({"program": "palms-klub", "member": member});
    for member in ["twitter:zoe", "twitter:kevin", "twitter:kevin"] {
        app.post("/v1/decisions", about(member)).await.expect(201);
    }
    let grant =
        |member: &str| json!({"member": member, "tier": "insider", "reason": "r", "author": "a"});
    for member in ["twitter:zoe", "twitter:kevin", "twitter:kevin"] {
        app.post("/v1/programs/palms-klub/grants", grant(member))
            .await
            .expect(201);
    }
    app.settle().await;

    let decisions = all(&app, "decisions").await;
    assert_eq!(decisions.len(), 3);
    for line in &decisions {
        let path = format!("/v1/decisions/{}", line["id"].as_str().unwrap());
        let decision = app.get(&path).await.expect(200);
        assert_eq!(decision["member"], id.as_str());
        assert_eq!(decision["decided_at"], line["decided_at"]);
    }
    let grants = all(&app, "grants").await;
    assert_eq!(grants.len(), 3);
    for grant in &grants {
        assert_eq!(
            (&grant["member"], &grant["program"]),
            (&json!(id), &json!("palms-klub"))
        );
    }
    let claims = all(&app, "claims").await;
    assert_eq!(claims.len(), 1);
    let listed = app.get("/v1/claims?member=twitter:kevin").await.expect(200);
    assert_eq!(json!(claims), listed["data"]);
    let messages = all(&app, "messages").await;
    assert!(messages.len() > 2, "{messages:?}");
    for message in &messages {
        assert_eq!(message["data"]["member"], id.as_str(), "{message}");
        assert!(message["type"].is_string() && message["timestamp"].is_string());
    }
    let tiers = all(&app, "tiers").await;
    assert_eq!(tiers.len(), 1);
    assert_eq!(
        (&tiers[0]["program"], &tiers[0]["tier"]),
        (&json!("palms-klub"), &json!("insider"))
    );
    assert!(tiers[0]["since"].is_string(), "{tiers:?}");
    for list in ["claims", "messages", "events"] {
        let page = app
            .get(&format!("/v1/members/twitter:zoe/{list}"))
            .await
            .expect(200);
        let empty = list == "messages" || page["data"] == json!([]);
        assert!(empty, "{list}: {page}");
    }
}

#[tokio::test]
async fn events_are_listed_across_the_accounts_without_who_acted() {
    let app = App::start().await;
    let mut events: Vec<Value> = (0..5)
        .map(|n| like(&format!("t{n}"), "ann", "kevin", "food"))
        .collect();
    events.extend((0..4).map(|n| {
        let mut like = like(&format!("g{n}"), "bob", "kev", "golf");
        like["network"] = json!("github");
        like
    }));
    events.push(like("other", "ann", "zoe", "food"));
    app.events(&events).await;
    let body = json!({"identities": ["github:kev"]});
    app.put("/v1/members/twitter:kevin", body).await.expect(201);
    let undo = json!({"id": "u", "source": "test", "type": "undo", "time": "2026-11-22T11:30:00Z", "network": "twitter", "undo": "t2"});
    let late = like("late", "cy", "kevin", "food");
    app.events(&[undo, late]).await;
    let listed = all(&app, "events").await;
    let ids: Vec<&str> = listed
        .iter()
        .map(|event| event["id"].as_str().unwrap())
        .collect();
    let mut sorted = ids.clone();
    sorted.sort_unstable();
    assert_eq!(
        sorted,
        ["g0", "g1", "g2", "g3", "late", "t0", "t1", "t2", "t3", "t4"]
    );
    assert_eq!(ids[0], "late", "received last");
    for event in &listed {
        assert_eq!(event["undone"], event["id"] == "t2", "{event}");
        assert_eq!(event["type"], "like");
        let text = event.to_string();
        assert!(!text.contains("ann") && !text.contains("bob"), "{text}");
    }
}

#[tokio::test]
async fn pages_of_events_stay_stable_while_others_arrive() {
    let app = App::start().await;
    app.enrol("twitter:kevin").await;
    let before: Vec<Value> = (0..6)
        .map(|n| like(&format!("b{n}"), "ann", "kevin", "food"))
        .collect();
    app.events(&before).await;
    let mut path = "/v1/members/twitter:kevin/events?limit=2".to_owned();
    let mut seen = Vec::new();
    for page in 0..3 {
        let answer = app.get(&path).await;
        for event in answer.expect(200)["data"].as_array().unwrap() {
            seen.push(event["id"].as_str().unwrap().to_owned());
        }
        app.events(&[like(&format!("n{page}"), "ann", "kevin", "food")])
            .await;
        if let Some(link) = answer.headers.get("link") {
            path = link.to_str().unwrap()[1..]
                .split('>')
                .next()
                .unwrap()
                .to_owned();
        }
    }
    assert_eq!(seen, ["b5", "b4", "b3", "b2", "b1", "b0"]);
}

#[tokio::test]
async fn records_outlast_the_membership_and_are_found_by_the_id() {
    let app = App::start().await;
    let id = busy_member(&app).await;
    let claims = all(&app, "claims").await;
    app.send(Method::DELETE, "/v1/members/twitter:kevin", &[], "")
        .await;
    let path = |member: &str, list: &str| format!("/v1/members/{member}/{list}");
    for list in [
        "tiers",
        "claims",
        "grants",
        "decisions",
        "messages",
        "events",
    ] {
        assert_eq!(
            app.get(&path("twitter:kevin", list)).await.problem(404),
            "not-found"
        );
        app.get(&path(&id, list)).await.expect(200);
    }
    let after = app.get(&path(&id, "claims")).await.expect(200);
    assert_eq!(after["data"][0]["id"], claims[0]["id"]);
    assert_eq!(
        app.get(&path(&id, "grants")).await.json()["data"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        app.get(&path(&id, "events")).await.json()["data"],
        json!([])
    );
    assert_eq!(
        app.get(&path(&id, "indices")).await.problem(404),
        "not-found"
    );
}

#[tokio::test]
async fn indices_are_read_listed_and_deleted() {
    let app = App::start().await;
    app.enrol("twitter:kevin").await;
    let indices = "/v1/members/twitter:kevin/indices";
    assert_eq!(app.get(indices).await.expect(200), json!({"data": []}));
    let index = |score: f64| json!({"score": score, "provenance": "last known", "as_of": "2018-05-25T00:00:00Z"});
    for (name, score) in [("klout", 71.5), ("kred", 60.0)] {
        app.put(&format!("{indices}/{name}"), index(score))
            .await
            .expect(200);
    }
    assert_eq!(
        app.get(&format!("{indices}/klout")).await.expect(200),
        index(71.5)
    );
    let listed = app.get(indices).await.expect(200);
    let names: Vec<&Value> = listed["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["index"])
        .collect();
    assert_eq!(names, ["klout", "kred"]);
    assert_eq!(listed["data"][0]["score"], 71.5);
    let delete = async || {
        let path = format!("{indices}/klout");
        app.send(Method::DELETE, &path, &[], "").await
    };
    assert_eq!(delete().await.status, 204);
    assert_eq!(delete().await.problem(404), "not-found");
    assert_eq!(
        app.get(&format!("{indices}/klout")).await.problem(404),
        "not-found"
    );
    assert_eq!(
        app.get(&format!("{indices}/Bad Name")).await.problem(400),
        "invalid-request"
    );
    for path in [
        "/v1/members/twitter:zoe/indices",
        "/v1/members/twitter:zoe/indices/klout",
    ] {
        assert_eq!(app.get(path).await.problem(404), "not-found");
    }
}
