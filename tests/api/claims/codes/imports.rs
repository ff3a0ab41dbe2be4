//! Codes of a partner: imported from a list, one for each claim, never used twice.

use super::*;

const IMPORT: &str = "/v1/programs/shop/perks/mug/codes/import";

async fn import(app: &App, list: impl Into<reqwest::Body>) -> Answer {
    let csv = [("content-type", "text/csv")];
    app.send(Method::POST, IMPORT, &csv, list).await
}

async fn counts(app: &App) -> Value {
    let counts = app
        .get("/v1/programs/shop/perks/mug/codes")
        .await
        .expect(200);
    json!([
        counts["free"],
        counts["assigned"],
        counts["redeemed"],
        counts["void"]
    ])
}

async fn offer(app: &App) -> Value {
    let offers = app.get("/v1/programs/shop/members/twitter:m0/offers").await;
    let offer = offers.expect(200)["offers"][0].clone();
    json!([offer["refusal"], offer["left"]])
}

#[tokio::test]
async fn a_list_is_taken_in_and_adds_nothing_when_it_comes_again() {
    let app = open("codes: imported", 1).await;
    assert_eq!(offer(&app).await, json!(["out_of_stock", 0]));
    let list = "\u{feff}code\r\nFIRST-1\r\n\r\n\"SECOND,2\"\r\nFIRST-1\r\nabc\r\na,b\r\nTHIRD-3";
    let report = import(&app, list).await.expect(200);
    assert_eq!(
        (&report["accepted"], &report["duplicates"]),
        (&json!(3), &json!(1))
    );
    assert_eq!(report["rejected_count"], 2);
    let lines: Vec<&Value> = report["rejected"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| &line["line"])
        .collect();
    assert_eq!(lines, [6, 7]);
    assert_eq!(counts(&app).await, json!([3, 0, 0, 0]));
    assert_eq!(offer(&app).await, json!([null, 3]));
    let again = import(&app, list).await.expect(200);
    assert_eq!(
        (&again["accepted"], &again["duplicates"]),
        (&json!(0), &json!(4))
    );
    assert_eq!(offer(&app).await, json!([null, 3]));
}

#[tokio::test]
async fn what_is_no_list_is_refused_and_changes_nothing() {
    let app = open("codes: imported", 1).await;
    for list in [
        "",
        "FIRST-1\nSECOND-2\n",
        "member\nFIRST-1\n",
        "code,member\nFIRST-1,x\n",
    ] {
        assert_eq!(
            import(&app, list).await.problem(400),
            "invalid-request",
            "{list:?}"
        );
    }
    let json = [("content-type", "application/json")];
    let answer = app
        .send(Method::POST, IMPORT, &json, "code\nFIRST-1\n")
        .await;
    assert_eq!(answer.problem(415), "unsupported-media-type");
    assert_eq!(counts(&app).await, json!([0, 0, 0, 0]));
    let missing = IMPORT.replace("mug", "cup");
    let csv = [("content-type", "text/csv")];
    let answer = app
        .send(Method::POST, &missing, &csv, "code\nFIRST-1\n")
        .await;
    assert_eq!(answer.problem(404), "not-found");
    let missing = IMPORT.replace("shop", "shed");
    let answer = app
        .send(Method::POST, &missing, &csv, "code\nFIRST-1\n")
        .await;
    assert_eq!(answer.problem(404), "not-found");
    let own = shop("shop", "codes: generated");
    app.service
        .programs
        .publish(None, &own, None)
        .await
        .unwrap();
    assert_eq!(
        import(&app, "code\nFIRST-1\n").await.problem(409),
        "conflict"
    );
    // The key of a till may not import codes either.
    let till = app.key_for("shop", &["claims:write"]).await;
    let bearer = format!("Bearer {till}");
    let headers = [
        ("content-type", "text/csv"),
        ("authorization", bearer.as_str()),
    ];
    let answer = app.send(Method::POST, IMPORT, &headers, "code\n").await;
    assert_eq!(answer.problem(403), "forbidden");
}

#[tokio::test]
async fn a_list_that_ends_early_says_so_and_keeps_what_came_before() {
    let change = |config: &mut Config| {
        config.ingest.max_rejections = 3;
        config.http.stream_seconds = 1;
    };
    let app = shop_with("codes: imported", 1, change).await;
    let nonsense = "code\nFIRST-1\na,b\na,b\na,b\n";
    let answer = import(&app, nonsense).await;
    assert_eq!(answer.problem(422), "too-many-rejected");
    let begin = bytes::Bytes::from_static(b"code\nTHIRD-3\n");
    let begin = futures::stream::once(async { Ok::<_, std::io::Error>(begin) });
    let stalled = reqwest::Body::wrap_stream(begin.chain(futures::stream::pending()));
    let answer = import(&app, stalled).await;
    assert_eq!(answer.problem(408), "body-timeout");
    assert_eq!(counts(&app).await, json!([2, 0, 0, 0]));
}

#[tokio::test]
async fn there_are_no_more_units_than_codes_and_none_is_used_again() {
    let app = open("codes: imported, stock: 9", 3).await;
    import(&app, "code\nFIRST-1\nSECOND-2\n").await.expect(200);
    assert_eq!(offer(&app).await, json!([null, 2]));
    let (claim, first) = confirmed(&app, 0).await;
    let (_, second) = confirmed(&app, 1).await;
    assert_eq!(
        BTreeSet::from([&*first, &*second]),
        BTreeSet::from(["FIRST-1", "SECOND-2"])
    );
    let refused = hold(&app, "shop", 2, true).await;
    assert_eq!(refused.problem(409), "claim-refused");
    assert_eq!(refused.json()["refusal"], "out_of_stock");
    let exhausted: i64 =
        sqlx::query_scalar("select count(*) from outbox where type = 'perk.exhausted'")
            .fetch_one(&app.pool)
            .await
            .unwrap();
    assert_eq!(exhausted, 1);
    // The unit is released, and its code is void.
    step(&app, &claim, "release").await.expect(200);
    assert_eq!(
        hold(&app, "shop", 2, true).await.problem(409),
        "claim-refused"
    );
    assert_eq!(counts(&app).await, json!([0, 1, 0, 1]));
    import(&app, "code\nFIRST-1\nTHIRD-3\n").await.expect(200);
    let (_, third) = confirmed(&app, 2).await;
    assert_eq!(third, "THIRD-3");
    let redeemed = redeem(&app, " SECOND-2 ").await.expect(200);
    assert_eq!(redeemed["code"], "SECOND-2");
    assert_eq!(redeem(&app, "second-2").await.problem(404), "not-found");
    assert_eq!(counts(&app).await, json!([0, 1, 1, 1]));
}

#[tokio::test]
async fn a_crowd_and_two_lists_meet_and_every_code_has_one_claim() {
    let app = open("codes: imported, per_member: 3", 12).await;
    let list = |from: usize, to: usize| {
        let lines: Vec<String> = (from..to).map(|n| format!("CODE-{n:04}")).collect();
        format!("code\n{}\n", lines.join("\n"))
    };
    import(&app, list(0, 8)).await.expect(200);
    let imports = async {
        // The second list contains codes of the first, in the opposite order.
        let (a, b) = tokio::join!(import(&app, list(0, 14)), import(&app, list(6, 20)));
        (a.expect(200), b.expect(200))
    };
    let claims = join_all((0..36).map(|n| hold(&app, "shop", n % 12, true)));
    let ((a, b), claims) = tokio::join!(imports, claims);
    let accepted = a["accepted"].as_u64().unwrap() + b["accepted"].as_u64().unwrap();
    assert_eq!(accepted, 12);
    let given = claims.iter().filter(|answer| answer.status == 201);
    let codes: Vec<String> = given.map(|a| a.json()["code"].to_string()).collect();
    let distinct: BTreeSet<&String> = codes.iter().collect();
    assert_eq!(distinct.len(), codes.len());
    assert!((8..=20).contains(&codes.len()), "{}", codes.len());
    let free = 20 - codes.len();
    assert_eq!(counts(&app).await, json!([free, codes.len(), 0, 0]));
    assert_eq!(offer(&app).await[1], free);
}

#[tokio::test]
async fn new_codes_go_to_those_who_wait_first() {
    let app = open("codes: imported", 3).await;
    import(&app, "code\nFIRST-1\n").await.expect(200);
    confirmed(&app, 0).await;
    let waiting = "/v1/programs/shop/perks/mug/waiting";
    let waits = json!({"member": "twitter:m1"});
    app.post(waiting, waits).await.expect(200);
    import(&app, "code\nSECOND-2\n").await.expect(200);
    assert_eq!(offer(&app).await[1], 0, "it is meant for who waits");
    assert_eq!(
        hold(&app, "shop", 2, true).await.problem(409),
        "claim-refused"
    );
    assert_eq!(app.service.claims.serve_waiting().await.unwrap(), 1);
    let list = app.get("/v1/claims?member=twitter:m1").await.expect(200);
    assert_eq!(list["data"][0]["state"], "held");
    let held = step(&app, &list["data"][0], "confirm").await.expect(200);
    assert_eq!(held["code"], "SECOND-2");
}

#[tokio::test]
async fn a_code_of_two_partners_is_not_mistaken() {
    let app = open("codes: imported", 1).await;
    let other = shop("other", "codes: imported");
    app.service
        .programs
        .publish(None, &other, None)
        .await
        .unwrap();
    import(&app, "code\nSUMMER-1\n").await.expect(200);
    let csv = [("content-type", "text/csv")];
    let path = IMPORT.replace("shop", "other");
    app.send(Method::POST, &path, &csv, "code\nSUMMER-1\n")
        .await
        .expect(200);
    let here = hold(&app, "shop", 0, true).await.expect(201);
    // Only one of them belongs to a claim, so that one is meant.
    hold(&app, "other", 0, true).await.expect(201);
    let which = redeem(&app, "SUMMER-1").await;
    assert_eq!(which.problem(409), "conflict");
    let body = json!({"code": "SUMMER-1", "program": "shop", "perk": "mug"});
    let redeemed = app.post("/v1/redemptions", body.clone()).await.expect(200);
    assert_eq!(redeemed["id"], here["id"]);
    // Now the other one is meant.
    let second = redeem(&app, "SUMMER-1").await.expect(200);
    assert_eq!(second["program"], "other");
    assert_eq!(
        app.post("/v1/redemptions", body).await.problem(409),
        "conflict"
    );
}

#[tokio::test]
async fn a_partners_code_may_look_like_one_of_ours_that_is_wrong() {
    let app = open("codes: imported", 1).await;
    import(&app, "code\nAAAAA-AAAAA-AAAAC\n").await.expect(200);
    let (_, code) = confirmed(&app, 0).await;
    assert_eq!(redeem(&app, &code).await.expect(200)["code"], code);
    // A lookup of a wrong code is a guess.
    for _ in 0..10 {
        let guess = redeem(&app, "AAAAA-AAAAA-AAAAD").await;
        assert_eq!(guess.problem(404), "not-found");
    }
    let guess = redeem(&app, "AAAAA-AAAAA-AAAAD").await;
    assert_eq!(guess.problem(429), "too-many-requests");
}

#[tokio::test]
async fn a_long_list_takes_its_time_and_little_room() {
    // Longer than the time limit of a request, and larger than a body that is read as a
    // whole.
    let app = App::with(|config| {
        config.http.timeout_seconds = 1;
        config.http.max_body_bytes = 10_000;
    })
    .await;
    let program = shop("shop", "codes: imported");
    app.service
        .programs
        .publish(None, &program, None)
        .await
        .unwrap();
    let lines = futures::stream::iter((0..=50).map(|part| {
        let lines = (0..2_000).map(|n| format!("PARTNER-{:08}\n", part * 2_000 + n));
        Ok::<_, std::io::Error>(match part {
            0 => "code\n".to_owned(),
            _ => lines.collect(),
        })
    }));
    let report = import(&app, reqwest::Body::wrap_stream(lines))
        .await
        .expect(200);
    assert_eq!(report["accepted"], 100_000);
    assert_eq!(counts(&app).await, json!([100_000, 0, 0, 0]));
}

#[tokio::test]
async fn what_came_before_a_list_broke_off_is_stored() {
    let app = App::with(|config| config.http.max_stream_bytes = 40_000).await;
    let program = shop("shop", "codes: imported");
    app.service
        .programs
        .publish(None, &program, None)
        .await
        .unwrap();
    let lines: String = (0..5_000).map(|n| format!("PARTNER-{n:08}\n")).collect();
    let parts = [Ok("code\n".to_owned()), Ok(lines[..17_000].to_owned())];
    let broken = parts
        .into_iter()
        .chain([Err(std::io::Error::other("gone"))]);
    let stream = reqwest::Body::wrap_stream(futures::stream::iter(broken));
    // The sender is gone and does not receive the answer.
    let url = format!("http://{}{IMPORT}", app.address);
    let sent = reqwest::Client::new().post(url).bearer_auth(&app.key);
    let sent = sent
        .header("content-type", "text/csv")
        .body(stream)
        .send()
        .await;
    assert!(sent.is_err());
    let long = import(&app, format!("code\n{lines}")).await;
    assert_eq!(long.problem(413), "body-too-large");
    let stored = counts(&app).await[0].as_u64().unwrap();
    let report = long.json();
    let told = |member: &str| report[member].as_u64().unwrap();
    assert!(stored > 0 && stored < 5_000, "{stored}");
    assert_eq!(stored, told("accepted") + told("duplicates"), "{report}");
}
