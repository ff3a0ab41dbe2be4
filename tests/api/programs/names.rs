//! Names in programs that nothing in the data of the deployment has.

use std::process::Command;

use reqwest::Method;
use serde_json::{Value, json};
use sqlx::ConnectOptions;

use crate::harness::{App, PALMS};

const MISSPELT: &str = "\
program: shop
standing: { influence: 0.5, kluot: 0.5 }
service_levels: [{ id: standard, queue: general }]
tiers:
  - { id: fan, when: member.attributes.vists >= 3, keep: 30d, service_level: standard }
  - { id: guest, service_level: standard }
perks:
  - { id: mug, title: A mug, when: '\"twiter\" in member.networks', disclosure: So. }
  - { id: cup, title: A cup, when: member.attributes.vists >= 9, disclosure: So. }
";

/// A deployment with a member that has an index, an attribute and an account.
async fn with_data() -> App {
    let app = App::start().await;
    let ann = json!({"attributes": {"visits": 4}});
    app.put("/v1/members/twitter:ann", ann).await.expect(201);
    let klout = json!({"score": 46.0, "provenance": "klout.com", "as_of": "2026-11-20T00:00:00Z"});
    let path = "/v1/members/twitter:ann/indices/klout";
    app.put(path, klout).await.expect(200);
    app
}

async fn draft(app: &App, program: &str, source: &str) -> Value {
    let yaml = [("content-type", "application/yaml")];
    let path = format!("/v1/programs/{program}/draft");
    let draft = app.send(Method::PUT, &path, &yaml, source.to_owned()).await;
    draft.expect(200)
}

/// Returns the codes of diagnostics with their hints.
fn codes(diagnostics: &Value) -> Vec<(&str, &str)> {
    let text = |value: &'_ Value| value.as_str().unwrap_or_default().to_owned();
    let all = diagnostics.as_array().unwrap().iter();
    let warnings = all.inspect(|d| assert_eq!(text(&d["severity"]), "warning", "{d}"));
    warnings
        .map(|d| (d["code"].as_str().unwrap(), d["hint"].as_str().unwrap()))
        .collect()
}

#[tokio::test]
async fn a_name_that_nothing_has_is_reported_with_the_nearest() {
    let app = with_data().await;
    let expected = [
        ("unknown-index", "did you mean 'klout'?"),
        ("unknown-attribute", "did you mean 'visits'?"),
        ("unknown-network", "did you mean 'twitter'?"),
    ];
    let checked = draft(&app, "shop", MISSPELT).await;
    assert_eq!(checked["valid"], true);
    assert_eq!(codes(&checked["diagnostics"]), expected);
    let published = app
        .send(Method::POST, "/v1/programs/shop/publish", &[], "")
        .await
        .expect(201);
    assert_eq!(codes(&published["warnings"]), expected);
    let right = MISSPELT
        .replace("kluot", "klout")
        .replace("vists", "visits")
        .replace("twiter", "twitter");
    assert_eq!(draft(&app, "shop", &right).await["diagnostics"], json!([]));
}

#[tokio::test]
async fn a_deployment_without_data_reports_no_names() {
    let app = App::start().await;
    let checked = draft(&app, "shop", MISSPELT).await;
    assert_eq!(checked["diagnostics"], json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_shell_compares_names_with_the_data_if_there_is_any() {
    let app = with_data().await;
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("shop.yaml");
    std::fs::write(&file, MISSPELT).unwrap();
    let check = |url: Option<&str>| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_renown"));
        command.args(["program", "check"]).arg(&file);
        command.arg("--data-dir").arg(dir.path());
        command.env_remove("DATABASE_URL");
        command.envs(url.map(|url| ("DATABASE_URL", url)));
        let output = command.output().unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    let url = app.pool.connect_options().to_url_lossy();
    let said = check(Some(url.as_str()));
    for hint in ["'klout'", "'visits'", "'twitter'"] {
        assert!(said.contains(hint), "{said}");
    }
    assert_eq!(check(None), "");
    // A program is checked all the same if the database does not answer.
    let said = check(Some("postgres://nobody@127.0.0.1:1/nothing"));
    assert!(said.contains("not compared with the data"), "{said}");
    assert!(!said.contains("'klout'"), "{said}");
}

#[tokio::test]
async fn the_program_of_the_hotel_names_nothing_unknown() {
    let app = with_data().await;
    let checked = draft(&app, "palms-klub", PALMS).await;
    assert_eq!(checked["diagnostics"], json!([]));
}
