//! Intake: which events are accepted, which are refused and how; none is lost or
//! counted twice.

use std::io::Write;

use bytes::Bytes;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::harness::{App, like};

#[tokio::test]
async fn one_object_an_array_and_a_stream_are_taken() {
    let app = App::start().await;
    let one = app
        .post("/v1/events", like("1", "ann", "bob", "food"))
        .await
        .expect(200);
    assert_eq!(
        one,
        json!({"accepted": 1, "duplicates": 0, "rejected_count": 0, "rejected": [],
            "ignored_count": 0, "ignored": []})
    );
    let array = json!([
        like("2", "ann", "bob", "food"),
        like("3", "ann", "bob", "food")
    ]);
    assert_eq!(
        app.post("/v1/events", array).await.expect(200)["accepted"],
        2
    );
    let lines = format!(
        "{}\r\n\n{}",
        like("4", "ann", "bob", "food"),
        like("5", "ann", "bob", "food")
    );
    assert_eq!(app.stream(lines).await.expect(200)["accepted"], 2);
}

#[tokio::test]
async fn compressed_bodies_are_taken() {
    let app = App::start().await;
    let lines = |from: usize| -> Vec<u8> {
        let events = (from..from + 10).map(|n| like(&n.to_string(), "ann", "bob", "food"));
        events
            .map(|event| event.to_string() + "\n")
            .collect::<String>()
            .into_bytes()
    };
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&lines(0)).unwrap();
    let bodies = [
        ("gzip", gzip.finish().unwrap()),
        ("zstd", zstd::encode_all(lines(10).as_slice(), 1).unwrap()),
    ];
    for (encoding, body) in bodies {
        let headers = [
            ("content-type", "application/x-ndjson"),
            ("content-encoding", encoding),
        ];
        let answer = app.send(Method::POST, "/v1/events", &headers, body).await;
        assert_eq!(answer.expect(200)["accepted"], 10, "{encoding}");
    }
}

#[tokio::test]
async fn a_repetition_is_a_duplicate_and_other_content_a_conflict() {
    let app = App::start().await;
    let event = like("1", "ann", "bob", "food");
    let lines = format!("{event}\n{event}\n");
    let first = app.stream(lines.clone()).await.expect(200);
    assert_eq!(
        (&first["accepted"], &first["duplicates"]),
        (&json!(1), &json!(1))
    );
    let again = app.stream(lines).await.expect(200);
    assert_eq!(
        (&again["accepted"], &again["duplicates"]),
        (&json!(0), &json!(2))
    );
    let other = app
        .post("/v1/events", like("1", "zoe", "bob", "food"))
        .await
        .expect(200);
    assert_eq!(
        other["rejected"][0]["problem"]["type"],
        "urn:renown:problem:event-conflict"
    );
    assert_eq!(other["rejected_count"], 1);
}

#[tokio::test]
async fn each_event_of_a_batch_is_judged_by_the_first_with_its_key() {
    let app = App::start().await;
    app.events(&[like("old", "ann", "bob", "food")]).await;
    let items = [
        like("new", "ann", "bob", "food"),
        like("old", "ann", "bob", "food"),
        like("new", "ann", "bob", "food"),
        like("new", "zoe", "bob", "food"),
        like("old", "zoe", "bob", "food"),
        like("old", "ann", "bob", "food"),
    ];
    let lines = items.map(|item| item.to_string()).join("\n");
    let report = app.stream(lines).await.expect(200);
    assert_eq!(report["accepted"], 1, "{report}");
    assert_eq!(report["duplicates"], 3, "{report}");
    let refused = report["rejected"].as_array().unwrap();
    let refused = refused.iter().map(|one| one["index"].clone());
    assert_eq!(refused.collect::<Vec<_>>(), [3, 4]);
}

#[tokio::test]
async fn each_bad_item_has_its_problem_and_the_good_ones_are_in() {
    let app = App::start().await;
    let with = |id: &str, name: &str, value: Value| {
        let mut event = like(id, "ann", "bob", "food");
        event[name] = value;
        event.to_string().into_bytes()
    };
    /// A line, and the slug and pointer of its problem.
    type Case = (Vec<u8>, Option<(&'static str, &'static str)>);
    let lines: Vec<Case> = vec![
        (with("0", "count", json!(1)), None),
        (b"{\"id\": \"1\", ".to_vec(), Some(("malformed-json", ""))),
        (
            with("2", "colour", json!("red")),
            Some(("invalid-event", "/colour")),
        ),
        (
            with("3", "count", json!("many")),
            Some(("invalid-event", "/count")),
        ),
        (
            with("4", "time", json!("2036-01-01T00:00:00Z")),
            Some(("invalid-event", "/time")),
        ),
        (
            with("5", "time", json!("2026-11-22T11:00:00")),
            Some(("invalid-event", "/time")),
        ),
        (
            with("6", "count", json!(-3)),
            Some(("invalid-event", "/count")),
        ),
        (b"{\"id\":\"\xff\"}".to_vec(), Some(("malformed-json", ""))),
        (
            with("8", "object", json!("a\u{0}b")),
            Some(("invalid-event", "/object")),
        ),
        (
            with("9", "topics", json!(["x".repeat(10_000)])),
            Some(("invalid-event", "/topics/0")),
        ),
        (
            with("10", "text", json!("x".repeat(70_000))),
            Some(("event-too-large", "")),
        ),
        (b"[1, 2]".to_vec(), Some(("invalid-event", ""))),
        (with("12", "count", json!(2)), None),
    ];
    let body: Vec<u8> = lines
        .iter()
        .flat_map(|(line, _)| [line.as_slice(), b"\n"].concat())
        .collect();
    let report = app.stream(body).await.expect(200);
    assert_eq!(report["accepted"], 2, "{report}");
    let expected: Vec<(usize, &str, &str)> = lines
        .iter()
        .enumerate()
        .filter_map(|(index, (_, problem))| problem.map(|(slug, pointer)| (index, slug, pointer)))
        .collect();
    assert_eq!(report["rejected_count"], expected.len());
    for (rejected, (index, slug, pointer)) in
        report["rejected"].as_array().unwrap().iter().zip(expected)
    {
        assert_eq!(rejected["index"], index, "{rejected}");
        assert_eq!(
            rejected["problem"]["type"],
            format!("urn:renown:problem:{slug}"),
            "{rejected}"
        );
        assert_eq!(rejected["problem"]["pointer"], pointer, "{rejected}");
        assert!(
            rejected["problem"]["detail"].as_str().unwrap().len() > 10,
            "{rejected}"
        );
    }
}

#[tokio::test]
async fn a_line_of_a_hundred_megabytes_is_one_bad_item() {
    let app = App::start().await;
    let first = Bytes::from(like("1", "ann", "bob", "food").to_string() + "\n");
    let last = Bytes::from("\n".to_owned() + &like("2", "ann", "bob", "food").to_string());
    let megabyte = Bytes::from(vec![b'x'; 1 << 20]);
    let pieces = std::iter::once(first)
        .chain(std::iter::repeat_n(megabyte, 100))
        .chain([last])
        .map(Ok::<_, std::io::Error>);
    let body = reqwest::Body::wrap_stream(futures::stream::iter(pieces));
    let report = app.stream(body).await.expect(200);
    assert_eq!(
        (&report["accepted"], &report["rejected_count"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(report["rejected"][0]["index"], 1);
}

#[tokio::test]
async fn a_body_that_stops_half_way_keeps_what_came_before() {
    let app = App::start().await;
    let lines = format!(
        "{}\n{}\n",
        like("1", "ann", "bob", "food"),
        like("2", "ann", "bob", "food")
    );
    let head = format!(
        "POST /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/x-ndjson\r\nContent-Length: {}\r\n\r\n{lines}{{\"id\":",
        app.key,
        lines.len() + 5000
    );
    let mut socket = tokio::net::TcpStream::connect(&app.address).await.unwrap();
    socket.write_all(head.as_bytes()).await.unwrap();
    socket.shutdown().await.unwrap();
    let mut answer = Vec::new();
    let _ = socket.read_to_end(&mut answer).await;
    drop(socket);
    // Whether or not the answer arrived: sent again, both events are known.
    for _ in 0..100 {
        let report = app.stream(lines.clone()).await.expect(200);
        if report["duplicates"] == 2 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("what was sent before the break is not stored");
}

#[tokio::test]
async fn what_trickles_in_does_not_wait_for_the_end_of_its_stream() {
    let app = App::start().await;
    let (lines, body) = futures::channel::mpsc::unbounded::<Result<Bytes, std::io::Error>>();
    let sent = app.stream(reqwest::Body::wrap_stream(body));
    let watched = async {
        let line = |id: &str| {
            Ok(Bytes::from(
                like(id, "ann", "bob", "food").to_string() + "\n",
            ))
        };
        lines.unbounded_send(line("1")).unwrap();
        for _ in 0..500 {
            let stored: i64 = sqlx::query_scalar("select count(*) from events")
                .fetch_one(&app.pool)
                .await
                .unwrap();
            if stored == 1 {
                lines.unbounded_send(line("2")).unwrap();
                lines.close_channel();
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("the first event waits for the end of the stream");
    };
    let (answer, ()) = tokio::join!(sent, watched);
    assert_eq!(answer.expect(200)["accepted"], 2);
}

#[tokio::test]
async fn bodies_that_cannot_be_read_are_clear_problems() {
    let app = App::start().await;
    let post = async |content_type: &str, encoding: &str, body: Vec<u8>| {
        let headers = [
            ("content-type", content_type),
            ("content-encoding", encoding),
        ];
        app.send(Method::POST, "/v1/events", &headers, body).await
    };
    assert_eq!(
        post("text/csv", "", b"a,b".to_vec()).await.problem(415),
        "unsupported-media-type"
    );
    assert_eq!(
        post("", "", b"{}".to_vec()).await.problem(415),
        "unsupported-media-type"
    );
    let br = post("application/json", "br", b"{}".to_vec()).await;
    assert_eq!(br.problem(415), "unsupported-media-type");
    assert_eq!(
        post("application/json", "", vec![]).await.problem(400),
        "malformed-body"
    );
    assert_eq!(
        post("application/json", "", b"[{]".to_vec())
            .await
            .problem(400),
        "malformed-body"
    );
    let no_gzip = post("application/x-ndjson", "gzip", b"plain".to_vec()).await;
    assert_eq!(no_gzip.problem(400), "interrupted-body");
    let huge = post("application/json", "", vec![b' '; 17 << 20]).await;
    assert_eq!(huge.problem(413), "body-too-large");
}

#[tokio::test]
async fn strict_handling_is_all_or_nothing() {
    let app = App::start().await;
    let strict = [
        ("content-type", "application/json"),
        ("prefer", "handling=strict"),
    ];
    let send = async |body: Value| {
        app.send(Method::POST, "/v1/events", &strict, body.to_string())
            .await
    };
    let mut wrong = like("2", "ann", "bob", "food");
    wrong["count"] = json!(0);
    let refused = send(json!([like("1", "ann", "bob", "food"), wrong])).await;
    assert_eq!(refused.problem(422), "events-rejected");
    assert_eq!(refused.json()["rejected"][0]["index"], 1);
    app.events(&[like("3", "ann", "bob", "food")]).await;
    let conflict = send(json!([
        like("4", "ann", "bob", "food"),
        like("3", "zoe", "bob", "food")
    ]))
    .await;
    assert_eq!(conflict.problem(422), "events-rejected");
    // Neither refusal has an effect.
    let good = send(json!([
        like("1", "ann", "bob", "food"),
        like("4", "ann", "bob", "food")
    ]))
    .await;
    assert_eq!(good.expect(200)["accepted"], 2);
    assert_eq!(good.headers["preference-applied"], "handling=strict");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn senders_at_the_same_time_store_each_event_once() {
    let app = App::start().await;
    let senders = (0..32).map(|sender| {
        let app = &app;
        async move {
            let events =
                (0..40).map(|n| like(&format!("e{}", (n + sender) % 50), "ann", "bob", "food"));
            let lines: Vec<String> = events.map(|event| event.to_string()).collect();
            app.stream(lines.join("\n")).await.expect(200)
        }
    });
    let reports = futures::future::join_all(senders).await;
    let sum = |name: &str| {
        reports
            .iter()
            .map(|report| report[name].as_u64().unwrap())
            .sum::<u64>()
    };
    assert_eq!(sum("accepted"), 50);
    assert_eq!(sum("duplicates"), 32 * 40 - 50);
    assert_eq!(sum("rejected_count"), 0);
    let stored: i64 = sqlx::query_scalar("select count(*) from events")
        .fetch_one(&app.pool)
        .await
        .unwrap();
    assert_eq!(stored, 50);
}

#[tokio::test]
async fn an_undo_restores_exactly_whenever_it_arrives() {
    let app = App::start().await;
    app.enrol("twitter:bob").await;
    app.events(&[
        like("1", "ann", "bob", "food"),
        like("2", "zoe", "bob", "food"),
    ])
    .await;
    app.settle().await;
    let before = app.influence("twitter:bob").await;
    let undo = |id: &str, of: &str| {
        json!({"id": id, "source": "test", "type": "undo", "time": "2026-11-22T11:30:00Z",
               "network": "twitter", "undo": of})
    };
    app.events(&[like("3", "tom", "bob", "food")]).await;
    app.settle().await;
    assert_ne!(app.influence("twitter:bob").await, before);
    app.events(&[undo("u3", "3")]).await;
    app.settle().await;
    assert_eq!(app.influence("twitter:bob").await, before);
    app.events(&[undo("u4", "4")]).await;
    app.events(&[like("4", "tom", "bob", "food")]).await;
    app.settle().await;
    assert_eq!(app.influence("twitter:bob").await, before);
}

#[tokio::test]
async fn the_order_of_arrival_does_not_matter() {
    let (one, other) = (App::start().await, App::start().await);
    let mut events = crate::harness::stardom("kevin", "las-vegas");
    events.truncate(200);
    for app in [&one, &other] {
        app.enrol("twitter:kevin").await;
        for chunk in events.chunks(70) {
            app.events(chunk).await;
            app.settle().await;
        }
        events.reverse();
    }
    let score = async |app: &App| {
        app.influence("twitter:kevin").await["score"]
            .as_f64()
            .unwrap()
    };
    assert!((score(&one).await - score(&other).await).abs() < 1e-9);
}
