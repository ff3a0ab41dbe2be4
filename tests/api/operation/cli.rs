//! The command line from outside: its output and its exit codes.

use std::path::Path;
use std::process::{Command, Output};

use crate::harness::PALMS;

/// Runs `renown program check` on a file with this text.
fn check(source: &str) -> Output {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("klub.yaml");
    std::fs::write(&file, source).unwrap();
    Command::new(env!("CARGO_BIN_EXE_renown"))
        .args([Path::new("program"), Path::new("check"), &file])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn a_good_program_is_called_good() {
    let output = check(PALMS);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(text(&output.stdout).ends_with("klub.yaml: good\n"));
    assert_eq!(text(&output.stderr), "");
}

#[test]
fn a_mistake_in_a_program_is_shown_and_fails() {
    let broken = PALMS.replace("standing.lower >= 25", "standing.lover >= 25");
    let output = check(&broken);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert_eq!(text(&output.stdout), "");
    let said = text(&output.stderr);
    let at = |line: &str| line.contains("standing.lover");
    let line = broken.lines().position(at).unwrap() + 1;
    for part in [
        "[unknown-name] Error: There is no 'lover' here.",
        &format!("klub.yaml:{line}:20 ]"),
        "tiers[0].when",
        "Help: did you mean 'lower'?",
    ] {
        assert!(said.contains(part), "{part} in:\n{said}");
    }
    // The output is not a terminal, so it has no colours.
    assert!(!said.contains('\u{1b}'), "{said}");
}

#[test]
fn what_could_not_be_checked_is_shown_and_passes() {
    let opaque = "member.attributes.city.startsWith(\"Las\") && standing.lower >= 25";
    let output = check(&PALMS.replace("standing.lower >= 25", opaque));
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(text(&output.stdout).ends_with("klub.yaml: good\n"));
    let said = text(&output.stderr);
    assert!(said.contains("[not-analysed] Note:"), "{said}");
}

#[test]
fn the_schema_of_programs_is_printed_as_it_is_shipped() {
    let output = Command::new(env!("CARGO_BIN_EXE_renown"))
        .args(["program", "schema"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let shipped = include_str!("../../../config/program.schema.json");
    assert_eq!(text(&output.stdout), shipped);
}

/// Likes by people who have known Ann for long, and by people who came yesterday.
fn old_and_new_likes() -> String {
    let like = |n: u32| {
        let day = if n < 20 { "01-01" } else { "06-29" };
        format!(
            "{{\"id\":\"{n}\",\"source\":\"t\",\"type\":\"like\",\"time\":\"2026-{day}T10:00:00Z\",\
             \"network\":\"twitter\",\"actor\":\"fan{n}\",\"target\":\"ann\",\
             \"object\":\"post/{n}\",\"topics\":[\"food\"]}}\n"
        )
    };
    (0..220).map(like).collect()
}

#[test]
fn scores_of_a_file_say_how_many_points_wait_and_until_when() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("events.ndjson");
    std::fs::write(&file, old_and_new_likes()).unwrap();
    let score = |format: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_renown"))
            .args([
                Path::new("score"),
                &file,
                Path::new("--format"),
                Path::new(format),
            ])
            .args(["--as-of", "2026-06-30T10:00:00Z"])
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        text(&output.stdout)
    };
    let lines = score("ndjson");
    let first: serde_json::Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    let points = first["pending"]["points"].as_f64().unwrap();
    assert!(points > 5.0, "{first}");
    assert_eq!(first["pending"]["until"], "2026-07-29T10:00:00Z");
    let sentence = first["waiting"].as_str().unwrap();
    assert!(
        sentence.starts_with(&format!("{points:.1} points")),
        "{sentence}"
    );
    assert!(sentence.contains("2026-07-29 10:00 UTC"), "{sentence}");
    let columns = format!("{points:.1},2026-07-29");
    assert!(score("csv").contains(&columns), "{columns}");
}
