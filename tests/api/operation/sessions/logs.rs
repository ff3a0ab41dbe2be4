//! What is secret is in no line of the log.

use std::io;
use std::sync::{Arc, Mutex};

use renown_core::domain::Scope;
use reqwest::Method;
use serde_json::json;
use tracing_subscriber::fmt::MakeWriter;

use super::providers::{Browser, with_provider};
use super::{page, sign_in, signed_in, status};
use crate::harness::App;

/// Keeps what is logged.
#[derive(Debug, Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn no_key_no_token_and_no_code_is_logged() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter("trace")
        .with_writer(log.clone())
        .finish();
    // While there is one subscriber alone, what other threads do not log counts as logged by
    // nobody. So there are two.
    let _other = tracing::Dispatch::new(tracing_subscriber::registry());
    // All tasks of this test run on this thread.
    let _logging = tracing::subscriber::set_default(subscriber);
    let app = with_provider("http://127.0.0.1:9/realm").await;
    let mut secrets = vec![app.key.clone(), "rk_wrong_0123456789abcdef01234".to_owned()];
    assert_eq!(sign_in(&app, &secrets[1]).await.status, 401);
    let cookie = signed_in(&app, &app.key).await;
    assert_eq!(status(&app, &cookie).await, 200);
    let out = page(&app, &cookie, Method::DELETE, "/v1/session").await;
    assert_eq!(out.status, 204);
    secrets.push(cookie.split_once('=').unwrap().1.to_owned());
    secrets.push(desk_token(&app).await);
    let mut browser = Browser::new();
    browser.open(&app, "/auth/corp/start").await;
    let code = "/auth/corp/callback?code=a-code-of-theirs&state=a-state-of-ours";
    browser.open(&app, code).await;
    secrets.extend(["a-code-of-theirs".to_owned(), "a-state-of-ours".to_owned()]);

    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    // What happened is there.
    for said in [
        "/v1/session",
        "/v1/desk-tokens",
        "a person was not signed in",
    ] {
        assert!(log.contains(said), "{said}");
    }
    for secret in secrets {
        assert!(!log.contains(&secret), "{secret}");
    }
}

async fn desk_token(app: &App) -> String {
    app.publish_palms().await;
    let (_, key) = app.new_key(&[Scope::Lookup], None).await;
    let bearer = format!("Bearer {key}");
    let headers = [
        ("authorization", bearer.as_str()),
        ("content-type", "application/json"),
    ];
    let body = json!({"program": "palms-klub", "desk": "support"}).to_string();
    let made = app.send(Method::POST, "/v1/desk-tokens", &headers, body);
    made.await.expect(201)["token"].as_str().unwrap().to_owned()
}
