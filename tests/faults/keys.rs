//! Keys that end, on several replicas: within the times that `docs/keys.md` promises. And
//! keys in the shell.

use std::time::{Duration, Instant};

use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::process::{Databases, KEY, Served, command, dir};
use crate::report::held;

/// The longest time for which another replica may accept a key that was revoked.
const REFUSED_WITHIN: Duration = Duration::from_secs(1);
/// The longest time for which a stream may go on after its key.
const STREAM_ENDS_WITHIN: Duration = Duration::from_secs(2);

async fn send(served: &Served, key: &str, method: Method, path: &str, body: Value) -> (u16, Value) {
    let url = format!("http://{}{path}", served.address);
    let request = Client::new()
        .request(method, url)
        .bearer_auth(key)
        .json(&body);
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    (status, answer.json().await.unwrap_or_default())
}

/// Creates a key and returns its id and secret.
async fn create(served: &Served, more: Value) -> (String, String) {
    let mut body = json!({"name": "tests", "scopes": ["admin"]});
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    let (status, created) = send(served, KEY, Method::POST, "/v1/keys", body).await;
    assert_eq!(status, 201, "{created}");
    let text = |name: &str| created[name].as_str().unwrap().to_owned();
    (text("id"), text("secret"))
}

async fn status(served: &Served, key: &str) -> u16 {
    send(served, key, Method::GET, "/v1/leaderboard", Value::Null)
        .await
        .0
}

/// Opens a stream and reads its beginning.
async fn open(served: &Served, key: &str) -> reqwest::Response {
    let url = format!("http://{}/v1/stream", served.address);
    let mut stream = Client::new()
        .get(url)
        .bearer_auth(key)
        .send()
        .await
        .unwrap();
    assert_eq!(stream.status(), 200);
    stream.chunk().await.unwrap();
    stream
}

/// Returns how long it takes until a replica refuses a key, and until a stream ends.
async fn both_end(served: &Served, key: &str, mut stream: reqwest::Response) -> [Duration; 2] {
    let started = Instant::now();
    let refused = async {
        while status(served, key).await != 401 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        started.elapsed()
    };
    let ended = async {
        while let Ok(Some(_)) = stream.chunk().await {}
        started.elapsed()
    };
    let (refused, ended) = tokio::join!(refused, ended);
    [refused, ended]
}

/// Signs in and out on one replica, and returns how long another one takes to refuse the
/// cookie.
async fn session_ends(one: &Served, two: &Served) -> Duration {
    let client = Client::new();
    let url = |served: &Served| format!("http://{}/v1/session", served.address);
    let signed_in = client.post(url(one)).json(&json!({"key": KEY}));
    let signed_in = signed_in.send().await.unwrap();
    assert_eq!(signed_in.status(), 201);
    let cookie = signed_in.headers()["set-cookie"].to_str().unwrap();
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let status = async || {
        let asked = client.get(url(two)).header("cookie", &cookie).send();
        asked.await.unwrap().status().as_u16()
    };
    for _ in 0..20 {
        assert_eq!(status().await, 200);
    }
    let out = client.delete(url(one)).header("cookie", &cookie);
    let out = out
        .header("renown-request", "page")
        .header("sec-fetch-site", "same-origin");
    assert_eq!(out.send().await.unwrap().status(), 204);
    let started = Instant::now();
    while status().await != 401 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    started.elapsed()
}

#[tokio::test]
async fn a_key_that_ends_is_refused_on_every_replica_and_its_streams_end() {
    let dir = dir();
    let mut databases = Databases::start(dir.path()).await;
    let url = databases.create().await;
    let mut one = Served::start(dir.path(), Some(url.clone()));
    one.ready(&Client::new()).await;
    let mut two = Served::start(dir.path(), Some(url.clone()));
    two.ready(&Client::new()).await;

    for round in 0..3 {
        let (id, secret) = create(&one, json!({})).await;
        for _ in 0..20 {
            assert_eq!(status(&two, &secret).await, 200);
        }
        let stream = open(&two, &secret).await;
        let path = format!("/v1/keys/{id}/revoke");
        assert_eq!(send(&one, KEY, Method::POST, &path, json!({})).await.0, 200);
        let [refused, ended] = both_end(&two, &secret, stream).await;
        println!("revoked, round {round}: refused after {refused:?}, stream ended after {ended:?}");
        assert!(refused <= REFUSED_WITHIN && ended <= STREAM_ENDS_WITHIN);
    }

    let expires_at = chrono::Utc::now() + chrono::TimeDelta::seconds(3);
    let (_, secret) = create(&one, json!({"expires_at": expires_at})).await;
    assert_eq!(status(&two, &secret).await, 200);
    let stream = open(&two, &secret).await;
    let left = (expires_at - chrono::Utc::now())
        .to_std()
        .unwrap_or_default();
    tokio::time::sleep(left).await;
    let [refused, ended] = both_end(&two, &secret, stream).await;
    println!("expired: refused after {refused:?}, stream ended after {ended:?}");
    assert!(refused <= REFUSED_WITHIN && ended <= STREAM_ENDS_WITHIN);

    for round in 0..3 {
        let refused = session_ends(&one, &two).await;
        println!("signed out, round {round}: refused after {refused:?}");
        assert!(refused <= REFUSED_WITHIN);
    }

    // A replica that starts with a new bootstrap key ends the old one everywhere.
    let new = "rk_new_0123456789abcdef0123456789";
    let vars = [("RENOWN_BOOTSTRAP_KEY", new)];
    drop(one);
    let mut one = Served::start_with(dir.path(), Some(url), &vars);
    one.ready(&Client::new()).await;
    assert_eq!(
        (status(&one, new).await, status(&one, KEY).await),
        (200, 401)
    );
    tokio::time::sleep(REFUSED_WITHIN).await;
    assert_eq!(
        (status(&two, new).await, status(&two, KEY).await),
        (200, 401)
    );
    held(
        "a revoked and an expired key, and a session: refused on the other replica within a second, streams ended",
    );
}

#[tokio::test]
async fn keys_are_managed_in_the_shell() {
    let dir = dir();
    let mut databases = Databases::start(dir.path()).await;
    let url = databases.create().await;
    let run = |args: &[&str]| {
        let output = command("keys", dir.path(), Some(&url))
            .args(args)
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (
            output.status.success(),
            text(output.stdout),
            text(output.stderr),
        )
    };
    let create = |name: &str, more: &[&str]| run(&[&["create", name], more].concat());
    for (name, options, said) in [
        ("a\u{1b}b", &["--scope", "lookup"][..], "control character"),
        (&"x".repeat(101), &["--scope", "lookup"], "longer than 100"),
        (
            "k",
            &["--scope", "lookup", "--source", "crm"],
            "events:write",
        ),
        (
            "k",
            &["--scope", "metrics", "--program", "klub"],
            "limited to a program",
        ),
        (
            "k",
            &["--scope", "lookup", "--expires", "2020-01-01T00:00:00Z"],
            "in the future",
        ),
    ] {
        let (good, _, errors) = create(name, options);
        assert!(!good && errors.contains(said), "{errors}");
    }
    let options = [
        "--scope",
        "events:write",
        "--source",
        "crm",
        "--expires",
        "2100-01-01T00:00:00Z",
    ];
    let (good, created, errors) = create("from the crm", &options);
    assert!(good, "{errors}");
    let (id, secret) = created.trim().split_once("  ").unwrap();
    let (good, rotated, errors) = run(&["rotate", id, "--overlap", "60"]);
    assert!(good && errors.contains("works until"), "{errors}");
    let (same, other) = rotated.trim().split_once("  ").unwrap();
    assert!(same == id && other != secret);
    let (_, list, _) = run(&["list"]);
    for part in [
        id,
        "from the crm",
        "events:write",
        "as crm",
        "expires 2100",
        "never used",
    ] {
        assert!(list.contains(part), "{part} in {list}");
    }
    assert!(!list.contains(secret) && !list.contains(other));
    assert!(run(&["revoke", id]).0);
    assert!(run(&["list"]).1.contains("revoked"));
    let (good, _, errors) = run(&["revoke", "01890a5d-ac96-774b-bcce-b302099a8057"]);
    assert!(!good && errors.contains("no such key"), "{errors}");
    held("keys: created, rotated and revoked in the shell of a running service");
}
