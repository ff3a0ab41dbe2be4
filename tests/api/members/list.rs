//! Listing members, and searching for some of them.

use serde_json::{Value, json};

use crate::harness::App;

/// Enrols members of different kinds, in this order.
async fn town(app: &App) {
    let members = [
        (
            "twitter:kevin",
            json!({"name": "Kevin Ito", "identities": ["loyalty:12", "email:kevin@example.com"],
            "attributes": {"country": "US", "vip": true, "visits": 3, "likes": ["golf", "tea"]}}),
        ),
        (
            "twitter:kevina",
            json!({"name": "Zoë van Dyk", "attributes": {"country": "NL", "likes": "golf"}}),
        ),
        (
            "loyalty:123",
            json!({"name": "Søren Kierkegaard", "attributes": {"country": "US", "visits": 4}}),
        ),
        (
            "mastodon:zoe@example.social",
            json!({"name": "ZOE Vandermeer", "identities": ["twitter:zed"],
            "attributes": {"vip": false, "floor": "3"}}),
        ),
        ("crm:A 1", json!({"attributes": {"note": "true"}})),
    ];
    for (identity, body) in members {
        let identity = identity.replace(' ', "%20");
        app.put(&format!("/v1/members/{identity}"), body)
            .await
            .expect(201);
    }
}

/// Returns the first identity of each member of a list.
fn first_identities(page: &Value) -> Vec<String> {
    let members = page["data"].as_array().unwrap().iter();
    let first = |member: &Value| member["identities"][0].as_str().unwrap().to_owned();
    members.map(first).collect()
}

async fn found(app: &App, query: &str) -> Vec<String> {
    let page = app.get(&format!("/v1/members?{query}")).await.expect(200);
    assert_eq!(page["page"]["next_cursor"], Value::Null, "{query}");
    first_identities(&page)
}

const KEVIN: &str = "twitter:kevin";
const KEVINA: &str = "twitter:kevina";
const SOREN: &str = "loyalty:123";
const ZED: &str = "mastodon:zoe@example.social";
const CRM: &str = "crm:A 1";

#[tokio::test]
async fn members_are_found_by_what_is_known_of_them() {
    let app = App::start().await;
    town(&app).await;
    let cases: &[(&str, &[&str])] = &[
        ("", &[CRM, ZED, SOREN, KEVINA, KEVIN]),
        // By the beginning of an identity, as the network compares it, in its order.
        ("identity=twitter:kev", &[KEVIN, KEVINA]),
        ("identity=X:@KEVIN", &[KEVIN, KEVINA]),
        ("identity=twitter:kevina", &[KEVINA]),
        ("identity=twitter:", &[KEVIN, KEVINA, ZED]),
        ("identity=mastodon:@ZOE@exa", &[ZED]),
        ("identity=loyalty:12", &[KEVIN, SOREN]),
        ("identity=loyalty:123", &[SOREN]),
        ("identity=email:KEVIN@", &[KEVIN]),
        ("identity=crm:A+1", &[CRM]),
        ("identity=crm:a", &[]),
        ("identity=github:kev", &[]),
        // By the beginnings of words of the name, whatever their case and accents.
        ("name=zoe", &[KEVINA, ZED]),
        ("name=ZO%C3%8B", &[KEVINA, ZED]),
        ("name=van", &[KEVINA, ZED]),
        ("name=van+z+d", &[KEVINA]),
        ("name=vanz", &[]),
        ("name=soren", &[SOREN]),
        ("name=yk", &[]),
        // By attributes.
        ("attribute.country=US", &[SOREN, KEVIN]),
        ("attribute.country=us", &[]),
        ("attribute.visits=3", &[KEVIN]),
        ("attribute.visits=3.0", &[KEVIN]),
        ("attribute.vip=true", &[KEVIN]),
        ("attribute.note=%22true%22", &[CRM]),
        ("attribute.note=true", &[]),
        ("attribute.floor=%223%22", &[ZED]),
        ("attribute.likes=golf", &[KEVINA, KEVIN]),
        ("attribute.likes=%5B%22golf%22%2C%22tea%22%5D", &[KEVIN]),
        ("attribute.country=US&attribute.visits=4", &[SOREN]),
        // Together.
        ("identity=twitter:kev&attribute.country=NL", &[KEVINA]),
        ("identity=twitter:kev&name=ito", &[KEVIN]),
        ("name=kevin&attribute.country=NL", &[]),
    ];
    for (query, expected) in cases {
        let mut found = found(&app, query).await;
        let mut expected = expected.to_vec();
        // The clock of the tests stands still, and so their ids are in no order.
        if !query.contains("identity=") {
            found.sort();
            expected.sort();
        }
        assert_eq!(found, expected, "{query}");
    }
}

#[tokio::test]
async fn members_are_found_by_tier_and_topic() {
    let app = App::with_a_star().await;
    app.publish_palms().await;
    app.enrol("twitter:ann").await;
    app.settle().await;
    app.service.tiers.sweep().await.unwrap();
    let tier = app
        .get("/v1/programs/palms-klub/members/twitter:kevin/tier")
        .await
        .expect(200)["tier"]
        .as_str()
        .unwrap()
        .to_owned();
    let star = found(&app, &format!("program=palms-klub&tier={tier}")).await;
    assert_eq!(star, ["shop:K1"], "Kevin");
    let tiers = app.get("/v1/members?program=palms-klub&tier=none").await;
    let problem = tiers.expect(400)["detail"].as_str().unwrap().to_owned();
    assert!(problem.contains(&tier), "{problem}");
    let floor = problem.rsplit(", ").next().unwrap();
    let floor = found(&app, &format!("program=palms-klub&tier={floor}")).await;
    assert!(floor.contains(&"twitter:ann".to_owned()), "{floor:?}");
    assert!(!floor.contains(&"shop:K1".to_owned()), "{floor:?}");
    let on_topic = found(&app, "topic=%23LasVegas&identity=twitter:k").await;
    assert_eq!(on_topic, ["shop:K1"], "Kevin");
    let on_topic = found(&app, "topic=las-vegas").await;
    assert_eq!(on_topic.len(), 13, "{on_topic:?}");
    assert_eq!(found(&app, "topic=golf").await, [""; 0]);
}

#[tokio::test]
async fn a_search_that_cannot_be_made_says_why() {
    let app = App::start().await;
    app.publish_palms().await;
    for (query, wanted) in [
        ("identity=kevin", "identity:"),
        ("identity=no+net:x", "network"),
        ("name=%3F", "name:"),
        ("attribute.Country=US", "attribute"),
        ("attribute.=US", "attribute.NAME"),
        ("attribute.a=1&attribute.a=2", "given twice"),
        ("tier=insider", "program"),
        ("program=palms-klub", "tier"),
        ("program=palms-klub&tier=gold", "insider"),
        ("program=none&tier=gold", "none"),
        ("topic=!!", "topic"),
        ("limit=0", "limit"),
        ("cursor=nonsense", "cursor"),
        ("country=US", "attribute.NAME"),
    ] {
        let problem = app.get(&format!("/v1/members?{query}")).await.expect(400);
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains(wanted), "{query}: {detail}");
    }
}

/// Reads all pages of a list, and enrols somebody before each page but the first.
async fn pages(app: &App, query: &str, newcomers: &[&str]) -> Vec<String> {
    let mut all = Vec::new();
    let mut path = format!("/v1/members?limit=3&{query}");
    let mut newcomers = newcomers.iter();
    loop {
        let answer = app.get(&path).await;
        let page = answer.expect(200);
        all.extend(first_identities(&page));
        let Some(cursor) = page["page"]["next_cursor"].as_str() else {
            assert!(!answer.headers.contains_key("link"));
            return all;
        };
        let link = answer.headers["link"].to_str().unwrap();
        assert!(
            link.contains(cursor) && link.contains("rel=\"next\""),
            "{link}"
        );
        path = link[1..].split('>').next().unwrap().to_owned();
        if let Some(newcomer) = newcomers.next() {
            let body = json!({"name": "Newcomer Ng Xa", "attributes": {"a": 1}});
            app.put(&format!("/v1/members/{newcomer}"), body)
                .await
                .expect(201);
        }
    }
}

#[tokio::test]
async fn pages_stay_stable_while_members_are_added() {
    let app = App::start().await;
    for number in 0..10 {
        let body = json!({"name": format!("Newton N{number} Xavier"), "attributes": {"a": 1},
            "identities": [format!("twitter:n{number}-too")]});
        app.put(&format!("/v1/members/twitter:n{number}"), body)
            .await
            .expect(201);
    }
    let expected: Vec<String> = (0..10).map(|n| format!("twitter:n{n}")).collect();
    let of_before = |seen: &[String]| -> Vec<String> {
        let before = seen.iter().filter(|one| one.starts_with("twitter:n"));
        before.cloned().collect()
    };
    let queries = [
        "",
        "attribute.a=1",
        "identity=twitter:",
        "name=new",
        "name=xa+new",
    ];
    for (place, query) in queries.into_iter().enumerate() {
        let newcomers = ["a", "nn", "z"].map(|name| format!("twitter:{name}-{place}"));
        let newcomers: Vec<&str> = newcomers.iter().map(String::as_str).collect();
        let seen = pages(&app, query, &newcomers).await;
        let mut once = seen.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), seen.len(), "somebody is listed twice: {seen:?}");
        let mut before = of_before(&seen);
        before.retain(|one| !one.starts_with("twitter:nn"));
        // Of members with the same word, those are first whose ids are, which are in no order
        // here.
        if !query.starts_with("identity") {
            before.sort();
        }
        assert_eq!(before, expected, "{query}");
    }
}

#[tokio::test]
async fn a_cursor_belongs_to_its_list() {
    let app = App::start().await;
    town(&app).await;
    let page = app.get("/v1/members?limit=1").await.expect(200);
    let cursor = page["page"]["next_cursor"].as_str().unwrap();
    let other = app
        .get(&format!("/v1/members?name=zoe&cursor={cursor}"))
        .await;
    assert_eq!(other.problem(400), "invalid-request");
}
