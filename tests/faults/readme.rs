//! The lines of the README that lead from one's own data to a tier, run as they stand there.

use std::net::TcpListener;
use std::process::Command;

use crate::process::{BINARY, dir};

const README: &str = include_str!("../../README.md");

/// Asks for Ann's tier until her reactions count, and ends the service.
const END: &str = r#"
for _ in $(seq 60); do
    curl -s -H "Authorization: Bearer $KEY" localhost:8080/v1/programs/cafe/members/bluesky:ann.example.social/tier > ann.json
    grep -q '"tier":"friend"' ann.json && break
    sleep 0.5
done
cat ann.json
kill $!
wait $!
"#;

/// Returns the lines of shell of a section.
fn shell(section: &str) -> String {
    let start = README.find(&format!("\n## {section}\n")).unwrap();
    let rest = &README[start + 1..];
    let text = &rest[..rest.find("\n## ").unwrap()];
    let blocks = text.split("```sh\n").skip(1);
    blocks
        .map(|block| block.split("```").next().unwrap())
        .collect()
}

#[test]
fn ones_own_data_leads_to_a_tier() {
    let dir = dir();
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let script = (shell("Ten minutes with your own data") + END)
        .replace("localhost:8080", &free.to_string());
    let bin = std::path::Path::new(BINARY).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let output = Command::new("bash")
        .args(["-euc", &script])
        .current_dir(dir.path())
        .env_remove("DATABASE_URL")
        .env("PATH", path)
        .env("RENOWN_DATA_DIR", dir.path().join("data"))
        .env("RENOWN__HTTP__BIND", free.to_string())
        .env("RENOWN__LOG__FILTER", "off")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{errors}");
    assert!(said.contains("would be 3 created"), "{said}");
    assert!(said.contains("3 created, 0 changed"), "{said}");
    assert!(said.contains("2 accepted"), "{said}");
    let friends = said.matches("\"tier\":\"friend\"").count();
    assert!((2..=3).contains(&friends), "{said}");
}
