//! An independent check of the contract: schemathesis makes requests from the OpenAPI
//! document, valid ones and wrong ones, and compares the answers with it. Where it is not
//! available (no Python, no network) the test prints so and is skipped.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::requests::Town;
use crate::pypi;

fn files() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schemathesis")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_service_keeps_its_contract_with_generated_requests() {
    let st = match pypi::install("schemathesis").await {
        Ok(programs) => programs.join("st"),
        Err(why) => return println!("skipped, schemathesis is not available: {why}"),
    };
    let town = Town::start().await;
    let mut command = Command::new(st);
    command
        .arg("--config-file")
        .arg(files().join("schemathesis.toml"));
    command.args([
        "run",
        &format!("http://{}/openapi.json", town.address()),
        "--no-color",
    ]);
    command.args(["--header", &format!("Authorization: Bearer {}", town.key())]);
    // Bounds fuzzing and the stateful phase; the other phases are finite.
    command.args(["--max-time", "120"]);
    command.env("SCHEMATHESIS_HOOKS", files().join("hooks.py"));
    command.current_dir(env!("CARGO_TARGET_TMPDIR"));
    let tested = tokio::task::spawn_blocking(move || command.output()).await;
    let output = tested.unwrap().unwrap();
    // Shown if the test fails, and with --nocapture.
    println!("{}", String::from_utf8_lossy(&output.stdout));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    // Else all answers since would have been 401, which says little.
    assert!(town.key_works().await, "the key of the requests was ended");
}
