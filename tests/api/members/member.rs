//! Enrolling members, and finding them again.

use renown_core::domain::Scope;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{App, like};

#[tokio::test]
async fn a_member_is_found_by_any_identity_in_any_spelling() {
    let app = App::start().await;
    let body = json!({
        "identities": ["email:Kevin@Example.com", "loyalty:K1", "mastodon:@kevin@example.social"],
        "attributes": {"country": "US", "vip": true, "visits": 3, "likes": ["golf"]},
        "interests": ["#LasVegas"],
        "enrolled_at": "2020-01-01T00:00:00Z",
    });
    let made = app
        .put("/v1/members/twitter:@Kevin", body)
        .await
        .expect(201);
    assert_eq!(made["enrolled_at"], "2020-01-01T00:00:00Z");
    let id = made["id"].as_str().unwrap();
    for identity in [
        "twitter:kevin",
        "TWITTER:@KEVIN",
        "email:kevin@example.COM",
        "loyalty:K1",
        "mastodon:Kevin@example.social",
        id,
    ] {
        let found = app
            .get(&format!("/v1/members/{identity}"))
            .await
            .expect(200);
        assert_eq!(found, made, "{identity}");
    }
    for identity in ["twitter:kevi", "loyalty:k2", "email:x@example.com"] {
        assert_eq!(
            app.get(&format!("/v1/members/{identity}"))
                .await
                .problem(404),
            "not-found"
        );
    }
}

#[tokio::test]
async fn putting_the_same_twice_changes_nothing() {
    let app = App::start().await;
    let body = json!({"identities": ["loyalty:K1"], "attributes": {"country": "US"}});
    let path = "/v1/members/twitter:kevin";
    let first = app.put(path, body.clone()).await;
    first.expect(201);
    let second = app.put(path, body).await;
    assert_eq!(second.expect(200), first.json());
    assert_eq!(second.headers["etag"], first.headers["etag"]);
}

#[tokio::test]
async fn identities_that_are_not_named_are_taken_away() {
    let app = App::start().await;
    let path = "/v1/members/twitter:kevin";
    app.put(path, json!({"identities": ["loyalty:K1", "github:kev"]}))
        .await
        .expect(201);
    let kept = app.put(path, json!({})).await.expect(200);
    assert_eq!(kept["identities"].as_array().unwrap().len(), 3);
    let fewer = app.put(path, json!({"identities": []})).await.expect(200);
    assert_eq!(fewer["identities"], json!(["twitter:kevin"]));
    assert_eq!(
        app.get("/v1/members/loyalty:K1").await.problem(404),
        "not-found"
    );
    assert_eq!(
        app.get("/v1/members/github:kev").await.problem(404),
        "not-found"
    );
}

#[tokio::test]
async fn an_identity_of_somebody_else_is_a_conflict_and_changes_nothing() {
    let app = App::start().await;
    let kevin = json!({"identities": ["loyalty:K1"]});
    let kevin = app
        .put("/v1/members/twitter:kevin", kevin)
        .await
        .expect(201);
    for stolen in ["loyalty:K1", "twitter:Kevin"] {
        let body = json!({"identities": [stolen], "attributes": {"vip": true}});
        let answer = app.put("/v1/members/twitter:zoe", body.clone()).await;
        assert_eq!(answer.problem(409), "conflict", "{stolen}");
        assert_eq!(answer.json()["member"], kevin["id"], "{stolen}");
        app.enrol("twitter:ann").await;
        let answer = app.patch("/v1/members/twitter:ann", body.clone()).await;
        assert_eq!(answer.problem(409), "conflict", "{stolen}");
        assert_eq!(answer.json()["member"], kevin["id"], "{stolen}");
        app.send(Method::DELETE, "/v1/members/twitter:ann", &[], "")
            .await;
        // A key that may not read members learns nothing.
        let (_, key) = app
            .new_key(&[Scope::Lookup, Scope::ClaimsWrite], None)
            .await;
        let bearer = format!("Bearer {key}");
        let headers = [
            ("authorization", bearer.as_str()),
            ("content-type", "application/json"),
        ];
        let path = "/v1/members/twitter:zoe";
        let answer = app
            .send(Method::PUT, path, &headers, body.to_string())
            .await;
        assert_eq!(answer.problem(403), "forbidden", "{stolen}");
        assert_eq!(answer.json().get("member"), None, "{stolen}");
    }
    assert_eq!(
        app.get("/v1/members/twitter:zoe").await.problem(404),
        "not-found"
    );
}

#[tokio::test]
async fn a_version_that_has_passed_is_refused() {
    let app = App::start().await;
    let path = "/v1/members/twitter:kevin";
    let made = app.put(path, json!({})).await;
    let etag = made.headers["etag"].to_str().unwrap();
    let put = async |version: &str, body: Value| {
        let headers = [("content-type", "application/json"), ("if-match", version)];
        app.send(Method::PUT, path, &headers, body.to_string())
            .await
    };
    put(etag, json!({"attributes": {"a": 1}})).await.expect(200);
    let late = put(etag, json!({"attributes": {"a": 2}})).await;
    assert_eq!(late.problem(412), "precondition-failed");
    assert_eq!(
        put("\"x\"", json!({})).await.problem(412),
        "precondition-failed"
    );
    assert_eq!(app.get(path).await.json()["attributes"]["a"], 1.0);
}

#[tokio::test]
async fn what_was_received_before_enrolment_counts() {
    let app = App::start().await;
    app.events(&[
        like("1", "ann", "kevin", "food"),
        like("2", "bob", "kevin", "food"),
    ])
    .await;
    app.settle().await;
    assert_eq!(app.influence("twitter:kevin").await["state"], "unknown");
    app.enrol("twitter:kevin").await;
    app.settle().await;
    let late = app.influence("twitter:kevin").await;
    assert_eq!(late["state"], "known");

    let early = App::start().await;
    early.enrol("twitter:kevin").await;
    early
        .events(&[
            like("1", "ann", "kevin", "food"),
            like("2", "bob", "kevin", "food"),
        ])
        .await;
    early.settle().await;
    assert_eq!(early.influence("twitter:kevin").await, late);
}

#[tokio::test]
async fn an_account_that_is_unlinked_earns_nothing_any_more() {
    let app = App::start().await;
    let path = "/v1/members/loyalty:K1";
    app.put(path, json!({"identities": ["twitter:kevin"]}))
        .await
        .expect(201);
    app.events(&[like("1", "ann", "kevin", "food")]).await;
    app.settle().await;
    assert_eq!(app.influence("loyalty:K1").await["state"], "known");
    app.put(path, json!({"identities": []})).await.expect(200);
    app.settle().await;
    assert_eq!(app.influence("loyalty:K1").await["state"], "unknown");
}

#[tokio::test]
async fn opted_out_not_enrolled_and_never_seen_look_alike() {
    let app = App::start().await;
    app.publish_palms().await;
    app.enrol("twitter:kevin").await;
    app.events(&crate::harness::stardom("kevin", "las-vegas"))
        .await;
    app.events(&[like("r", "x", "reactor", "las-vegas")]).await;
    app.settle().await;
    app.rank().await;
    app.put("/v1/members/twitter:kevin", json!({"scoring": "opted_out"}))
        .await
        .expect(200);
    let board = app.get("/v1/leaderboard").await.expect(200);
    assert_eq!(
        board["data"],
        json!([]),
        "at once, before the scorer comes by"
    );
    app.settle().await;
    let paths = [
        "/v1/members/{}/score",
        "/v1/members/{}/score/explanation",
        "/v1/members/{}/topics",
        "/v1/programs/palms-klub/members/{}/tier",
        "/v1/programs/palms-klub/members/{}/service-level",
        "/v1/programs/palms-klub/members/{}/offers",
    ];
    for path in paths {
        let of = async |who: &str| app.get(&path.replace("{}", who)).await.expect(200);
        let never_seen = of("twitter:nobody-at-all").await;
        assert_eq!(of("twitter:kevin").await, never_seen, "{path}");
        assert_eq!(of("twitter:reactor").await, never_seen, "{path}");
    }
}

#[tokio::test]
async fn consent_changes_only_if_it_is_named() {
    let app = App::start().await;
    let path = "/v1/members/twitter:kevin";
    let scoring = async |body: Value| -> Value {
        let member = app.put(path, body).await;
        assert!(member.status.is_success(), "{member:?}");
        member.json()["scoring"].clone()
    };
    assert_eq!(scoring(json!({})).await, "active", "a new member's");
    assert_eq!(scoring(json!({"scoring": "opted_out"})).await, "opted_out");
    for change in [
        json!({}),
        json!({"attributes": {"country": "US"}}),
        json!({"interests": ["food"]}),
        json!({"identities": ["loyalty:K1"]}),
    ] {
        assert_eq!(scoring(change.clone()).await, "opted_out", "{change}");
    }
    // A list that enrols finds the member, who stays as they are.
    app.publish_palms().await;
    let import = "/v1/programs/palms-klub/grants/import?list=press&author=Maria&enrol=true";
    let headers = [("content-type", "text/csv"), ("idempotency-key", "press")];
    let list = "member,tier\ntwitter:kevin,insider\n".to_owned();
    let imported = app.send(Method::POST, import, &headers, list).await;
    assert!(imported.status.is_success(), "{imported:?}");
    assert_eq!(app.get(path).await.expect(200)["scoring"], "opted_out");
    assert_eq!(scoring(json!({"scoring": "active"})).await, "active");
}

#[tokio::test]
async fn only_members_are_kept_by_name() {
    let app = App::start().await;
    app.enrol("twitter:kevin").await;
    app.events(&[like("1", "stranger-with-a-name", "kevin", "food")])
        .await;
    app.settle().await;
    let dump = async |table: &str| -> String {
        let query = format!("select coalesce(string_agg(t::text, ' '), '') from {table} t");
        sqlx::query_scalar(sqlx::AssertSqlSafe(query))
            .fetch_one(&app.pool)
            .await
            .unwrap()
    };
    for table in [
        "accounts",
        "events",
        "event_keys",
        "account_states",
        "scores",
    ] {
        assert!(
            !dump(table).await.contains("stranger-with-a-name"),
            "{table}"
        );
    }
    assert!(dump("accounts").await.contains("kevin"));
}

#[tokio::test]
async fn mistakes_in_a_body_are_pointed_at() {
    let app = App::start().await;
    let cases = [
        (
            json!({"identities": ["twitter:a", "nonsense"]}),
            "/identities/1",
        ),
        (json!({"attributes": {"a": {"b": 1}}}), "/attributes"),
        (json!({"attributes": {"Bad Name": 1}}), "/attributes"),
        (json!({"interests": ["ok", "!!"]}), "/interests/1"),
        (json!({"scoring": "maybe"}), "/scoring"),
        (json!({"nickname": "kev"}), "/nickname"),
        (
            json!({"enrolled_at": "2036-01-01T00:00:00Z"}),
            "/enrolled_at",
        ),
    ];
    for (body, pointer) in cases {
        let answer = app.put("/v1/members/twitter:kevin", body.clone()).await;
        assert_eq!(answer.problem(400), "invalid-request", "{body}");
        let found = answer.json()["pointer"].as_str().unwrap().to_owned();
        assert!(found.starts_with(pointer), "{body}: {found}");
    }
    assert_eq!(
        app.get("/v1/members/twitter:kevin").await.problem(404),
        "not-found"
    );
}

#[tokio::test]
async fn an_index_from_elsewhere_is_kept_with_its_provenance() {
    let app = App::start().await;
    app.enrol("twitter:kevin").await;
    let body =
        json!({"score": 71.5, "provenance": "last known, 2018", "as_of": "2018-05-25T00:00:00Z"});
    let path = "/v1/members/twitter:kevin/indices/klout";
    assert_eq!(app.put(path, body.clone()).await.expect(200), body);
    let too_much = json!({"score": 171.5, "provenance": "", "as_of": "2018-05-25T00:00:00Z"});
    assert_eq!(
        app.put(path, too_much).await.problem(400),
        "invalid-request"
    );
    let ours = app
        .put("/v1/members/twitter:kevin/indices/influence", body.clone())
        .await;
    assert_eq!(ours.problem(400), "invalid-request");
    let nobody = app.put("/v1/members/twitter:zoe/indices/klout", body).await;
    assert_eq!(nobody.problem(404), "not-found");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn callers_who_enrol_the_same_person_at_once_enrol_one() {
    let app = App::start().await;
    // The account exists already, so that no insert makes the requests wait for each
    // other.
    app.events(&[like("1", "ann", "kevin", "food")]).await;
    let puts = (0..12).map(|_| app.put("/v1/members/twitter:kevin", json!({})));
    let answers = futures::future::join_all(puts).await;
    let enrolled = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(enrolled, 1);
    for answer in &answers {
        assert!(
            [200, 201, 409].contains(&answer.status.as_u16()),
            "{answer:?}"
        );
    }
    let members: i64 = sqlx::query_scalar("select count(*) from members")
        .fetch_one(&app.pool)
        .await
        .unwrap();
    assert_eq!(members, 1);
}

/// A deadlock ends one of the transactions in it. If that is a change of a member, it is
/// made again: nobody sees it.
#[tokio::test]
async fn a_change_that_meets_others_in_a_deadlock_is_made_again() {
    let app = App::with_a_star().await;
    let id = app.get("/v1/members/twitter:kevin").await.expect(200)["id"].clone();
    let id: uuid::Uuid = id.as_str().unwrap().parse().unwrap();
    // Postgres ends the one that waits first, unless this machine is too busy.
    for _ in 0..5 {
        let scoring = json!({"scoring": "active"});
        app.put("/v1/members/twitter:kevin", scoring).await;
        app.settle().await;
        // Another transaction has the score, which opting out deletes, …
        let mut other = app.pool.begin().await.unwrap();
        sqlx::query("select from scores where member_id = $1 for update")
            .bind(id)
            .execute(&mut *other)
            .await
            .unwrap();
        let opt_out = app.put("/v1/members/twitter:kevin", json!({"scoring": "opted_out"}));
        let meet = async {
            let waits = "select exists (select from pg_stat_activity
                         where datname = current_database() and wait_event_type = 'Lock')";
            while !sqlx::query_scalar::<_, bool>(waits)
                .fetch_one(&app.pool)
                .await
                .unwrap()
            {
                tokio::task::yield_now().await;
            }
            // … and then wants the member, which the change has.
            let wanted = sqlx::query("select from members where member_id = $1 for update")
                .bind(id)
                .execute(&mut *other)
                .await;
            other.commit().await.unwrap();
            wanted.is_ok()
        };
        let (answer, change_was_ended) = tokio::join!(opt_out, meet);
        assert_eq!(answer.expect(200)["scoring"], "opted_out");
        if change_was_ended {
            return;
        }
    }
    panic!("Postgres never ended the change");
}

/// The scorer takes a member from its queue and writes the score then. An opting-out that
/// locked the score before it waited for the queue would meet it in a deadlock.
#[tokio::test]
async fn an_opting_out_that_meets_the_scorer_holds_no_score_that_the_scorer_wants() {
    let app = App::with_a_star().await;
    let id = app.get("/v1/members/twitter:kevin").await.expect(200)["id"].clone();
    let id: uuid::Uuid = id.as_str().unwrap().parse().unwrap();
    let queue = "insert into rescores (member_id) values ($1)";
    sqlx::query(queue)
        .bind(id)
        .execute(&app.pool)
        .await
        .unwrap();
    let mut scorer = app.pool.begin().await.unwrap();
    sqlx::query("delete from rescores where member_id = $1")
        .bind(id)
        .execute(&mut *scorer)
        .await
        .unwrap();
    let opt_out = app.put("/v1/members/twitter:kevin", json!({"scoring": "opted_out"}));
    let scorer = async {
        // The opting-out waits for the queue.
        let waits = "select exists (select from pg_stat_activity
             where datname = current_database() and wait_event_type = 'Lock')";
        loop {
            let waits: bool = sqlx::query_scalar(waits)
                .fetch_one(&app.pool)
                .await
                .unwrap();
            if waits {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        sqlx::query("select from scores where member_id = $1 for update nowait")
            .bind(id)
            .execute(&mut *scorer)
            .await
            .unwrap();
        scorer.commit().await.unwrap();
    };
    let (answer, ()) = tokio::join!(opt_out, scorer);
    assert_eq!(answer.expect(200)["scoring"], "opted_out");
}
