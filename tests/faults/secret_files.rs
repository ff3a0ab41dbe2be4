//! Secrets in files that the environment names.

use reqwest::{Client, StatusCode};

use crate::process::{Databases, HASH_KEY, KEY, Served, command, dir};
use crate::report::held;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_secret_can_come_from_a_file() {
    let dir = dir();
    let mut databases = Databases::start(dir.path()).await;
    let url = databases.create().await;
    let file = |name: &str, content: &str| {
        let path = dir.path().join(name);
        std::fs::write(&path, format!("{content}\n")).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let retired = format!("[{{id=1,key=\"{HASH_KEY}\"}}]");
    let vars = [
        ("DATABASE_URL_FILE", file("url", &url)),
        ("RENOWN_BOOTSTRAP_KEY", String::new()),
        ("RENOWN_BOOTSTRAP_KEY_FILE", file("bootstrap", KEY)),
        ("RENOWN__ACCOUNTS__HASH_KEY", String::new()),
        (
            "RENOWN__ACCOUNTS__HASH_KEY_FILE",
            file("hash", "another key that is only for tests"),
        ),
        ("RENOWN__ACCOUNTS__HASH_KEY_ID", "2".to_owned()),
        (
            "RENOWN__ACCOUNTS__RETIRED_HASH_KEYS_FILE",
            file("retired", &retired),
        ),
        (
            "RENOWN_CONFIG",
            file(
                "renown.toml",
                "[http]\npublic_url = \"https://renown.example.com\"\n\
                 [sign_in.providers.corp]\ntitle = \"Corp\"\nissuer = \"https://corp.example\"\n\
                 client_id = \"renown\"\nrole_claim = \"groups\"\n\
                 roles = { admins = \"admin\" }",
            ),
        ),
        // Digits alone are a text, too.
        (
            "RENOWN__SIGN_IN__PROVIDERS__CORP__CLIENT_SECRET_FILE",
            file("client", "0123456789"),
        ),
    ];
    let vars: Vec<(&str, &str)> = vars
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    // It would start a Postgres of its own here, and must not.
    let data = dir.path().join("none");
    let mut served = Served::start_with(&data, None, &vars);
    let client = Client::new();
    served.ready(&client).await;
    assert!(!data.exists());
    let url = format!("http://{}/v1/sources", served.address);
    let sources = client.get(url).bearer_auth(KEY).send().await.unwrap();
    assert_eq!(sources.status(), StatusCode::OK);
    let url = format!("http://{}/v1/session/providers", served.address);
    let providers = client.get(url).send().await.unwrap().text().await.unwrap();
    assert_eq!(providers, r#"{"data":[{"id":"corp","title":"Corp"}]}"#);
    held("secrets: read from files");
}

#[test]
fn a_secret_that_cannot_be_read_keeps_the_service_from_starting() {
    let dir = dir();
    let refused = |vars: &[(&str, &str)]| {
        let mut command = command("serve", dir.path(), None);
        let output = command.envs(vars.iter().copied()).output().unwrap();
        assert!(!output.status.success());
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let missing = refused(&[("DATABASE_URL_FILE", "/nowhere/url")]);
    assert!(missing.contains("DATABASE_URL_FILE"), "{missing}");
    assert!(missing.contains("/nowhere/url"), "{missing}");
    let both = refused(&[("RENOWN__ACCOUNTS__HASH_KEY_FILE", "/nowhere/key")]);
    assert!(
        both.contains("both RENOWN__ACCOUNTS__HASH_KEY and"),
        "{both}"
    );
}
