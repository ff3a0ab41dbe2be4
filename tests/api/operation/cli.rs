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
        .arg("--data-dir")
        .arg(dir.path())
        .env_remove("DATABASE_URL")
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

/// Runs `renown program holidays` on a calendar with this event.
fn holidays(event: &str) -> Output {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("days.ics");
    let calendar = format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{event}END:VCALENDAR\r\n");
    std::fs::write(&file, calendar).unwrap();
    Command::new(env!("CARGO_BIN_EXE_renown"))
        .args([Path::new("program"), Path::new("holidays"), &file])
        .output()
        .unwrap()
}

#[test]
fn a_calendar_is_printed_as_holidays() {
    let event = |start: &str| {
        format!("BEGIN:VEVENT\r\nDTSTART{start}\r\nSUMMARY:Boxing Day\r\nEND:VEVENT\r\n")
    };
    let output = holidays(&event(";VALUE=DATE:20261226"));
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let yaml = "holidays:\n  - { date: \"2026-12-26\", name: \"Boxing Day\" }\n";
    assert_eq!(text(&output.stdout), yaml);
    let output = holidays(&event(":20261226T120000Z"));
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert_eq!(text(&output.stdout), "");
    let said = text(&output.stderr);
    assert!(
        said.contains("'Boxing Day' is left out: it is not a whole day"),
        "{said}"
    );
    assert!(
        said.contains("there are no whole-day events in it"),
        "{said}"
    );
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
    assert!(sentence.contains("29 July 2026 10:00 UTC"), "{sentence}");
    let columns = format!("{points:.1},2026-07-29");
    assert!(score("csv").contains(&columns), "{columns}");
}

#[test]
fn rejected_lines_are_counted_as_an_editor_counts_them() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("events.ndjson");
    let wrong = "nonsense\n".repeat(30);
    std::fs::write(&file, format!("{}\n\n{wrong}", old_and_new_likes())).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_renown"))
        .args([Path::new("score"), &file])
        .output()
        .unwrap();
    let said = text(&output.stderr);
    // 220 likes, two blank lines, then the wrong ones, of which twenty are shown.
    assert!(said.contains("  line 223: "), "{said}");
    assert!(said.contains("  line 242: "), "{said}");
    assert!(said.contains("  and 10 more"), "{said}");
}

/// A reader that closes the pipe, as `| head -1` does, ends a command quietly.
#[test]
fn a_closed_pipe_ends_every_command_quietly() {
    let dir = tempfile::tempdir().unwrap();
    let [klub, other] = ["klub.yaml", "other.yaml"].map(|name| dir.path().join(name));
    std::fs::write(&klub, PALMS).unwrap();
    let changed = PALMS.replace("standing.lower >= 25", "standing.lower >= 45");
    std::fs::write(&other, changed).unwrap();
    let [klub, other] = [&klub, &other].map(|path| path.to_str().unwrap());
    let commands: [&[&str]; 6] = [
        &["program", "schema"],
        &["program", "check", klub],
        &["program", "diff", klub, other],
        &["topics", "find", "a show in Las Vegas"],
        &[
            "evaluate",
            "stability",
            "--against",
            "config/models/2026-2.toml",
            "--people",
            "1000",
        ],
        &["program", "check", "no-such-file.yaml"],
    ];
    for command in commands {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let status = Command::new(env!("CARGO_BIN_EXE_renown"))
            .args(command)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .stderr(writer.try_clone().unwrap())
            .stdout(writer)
            .status()
            .unwrap();
        // A panic has the exit code 101.
        assert!(
            matches!(status.code(), Some(0 | 1)),
            "{command:?}: {status}"
        );
    }
}

#[test]
fn a_command_makes_no_empty_database_to_work_on() {
    let dir = tempfile::tempdir().unwrap();
    let place = dir.path().join("nothing-here");
    let place = place.to_str().unwrap();
    let commands: [&[&str]; 4] = [
        &["keys", "create", "desk", "--scope", "lookup"],
        &["keys", "list"],
        &["models", "list"],
        &["rescore"],
    ];
    for command in commands {
        let output = Command::new(env!("CARGO_BIN_EXE_renown"))
            .args(command)
            .args(["--data-dir", place])
            .env_remove("DATABASE_URL")
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        assert_eq!(text(&output.stdout), "");
        let said = text(&output.stderr);
        assert!(
            said.contains("there is no data in") && said.contains(place),
            "{said}"
        );
        assert!(!Path::new(place).exists(), "{command:?} made a directory");
    }
}

/// Runs a command that needs no database, in a directory without one.
fn renown(arguments: &[&str]) -> Output {
    let dir = tempfile::tempdir().unwrap();
    Command::new(env!("CARGO_BIN_EXE_renown"))
        .args(arguments)
        .env("RENOWN_DATA_DIR", dir.path())
        .env_remove("DATABASE_URL")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap()
}

#[test]
fn shells_get_completions_and_readers_manual_pages() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let output = renown(&["completions", shell]);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        let script = text(&output.stdout);
        for word in ["simulate", "leaderboard"] {
            assert_eq!(script.contains(word), word == "simulate", "{shell}: {word}");
        }
    }
    let dir = tempfile::tempdir().unwrap();
    let output = renown(&["man", dir.path().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    for page in ["renown.1", "renown-program-check.1", "renown-keys-create.1"] {
        let page = std::fs::read_to_string(dir.path().join(page)).unwrap();
        assert!(
            page.contains("Examples:") || page.contains("Exit codes:"),
            "{page}"
        );
    }
}

#[test]
fn help_has_examples_and_the_exit_codes() {
    let output = renown(&["--help"]);
    assert!(text(&output.stdout).contains("Exit codes:"), "{output:?}");
    let output = renown(&["models", "switch", "--help"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(
        text(&output.stdout).contains("renown models switch 2026-3"),
        "{output:?}"
    );
    let output = renown(&["no-such-command"]);
    assert_eq!(output.status.code(), Some(2), "{output:?}");
}

#[test]
fn with_json_every_line_is_an_object_and_an_error_is_one_too() {
    let lines = |bytes: &[u8]| -> Vec<serde_json::Value> {
        let text = text(bytes);
        let parse = |line: &str| {
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
        };
        text.lines().map(parse).collect()
    };
    let good = renown(&[
        "program",
        "check",
        "config/programs/palms-klub.yaml",
        "--json",
    ]);
    assert_eq!(good.status.code(), Some(0), "{good:?}");
    let found = lines(&good.stdout);
    let last = found.last().unwrap();
    assert_eq!(last["is_good"], true);
    assert_eq!(last["file"], "config/programs/palms-klub.yaml");
    let topic = renown(&["topics", "find", "Two nights in Las Vegas", "--json"]);
    assert_eq!(lines(&topic.stdout)[0]["topic"], "las-vegas");
    let failed = renown(&["keys", "list", "--json"]);
    assert_eq!(failed.status.code(), Some(1), "{failed:?}");
    assert_eq!(lines(&failed.stdout), Vec::<serde_json::Value>::new());
    let error = lines(&failed.stderr);
    assert!(
        error[0]["error"].as_str().unwrap().contains("DATABASE_URL"),
        "{error:?}"
    );
    let wrong = renown(&["doctor", "--json"]);
    assert_eq!(wrong.status.code(), Some(1), "{wrong:?}");
    let found = lines(&wrong.stdout);
    assert!(
        found
            .iter()
            .all(|one| one["check"].is_string() && one["detail"].is_string()),
        "{found:?}"
    );
}
