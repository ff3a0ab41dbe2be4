//! The command line as it is shown: with examples for every command, and the exit codes.

use clap::{Command, CommandFactory};

use crate::cli::Cli;

/// What every command returns to the shell.
const EXIT_CODES: &str = "Exit codes:
  0  done; of a check: all is well
  1  it failed, and standard error says why; or the answer is no: something differs, is wrong or
     was rejected
  2  the command line is wrong

With --json the output is one JSON object a line, or one document; an error is
{\"error\": \"…\"} on standard error. Colours and progress are for terminals alone, and
NO_COLOR turns colours off.";

/// The examples of each command.
const EXAMPLES: &[(&str, &[&str])] = &[
    (
        "serve",
        &[
            "renown serve",
            "RENOWN__HTTP__BIND=0.0.0.0:8080 renown serve --config renown.toml",
        ],
    ),
    ("demo", &["renown demo"]),
    (
        "migrate",
        &["DATABASE_URL=postgres://renown@db/renown renown migrate"],
    ),
    (
        "import",
        &[
            "renown import events.ndjson.zst",
            "renown import sales.csv --strict",
        ],
    ),
    (
        "connect list",
        &["renown connect list", "renown connect list --json"],
    ),
    ("connect forget", &["renown connect forget jetstream"]),
    (
        "connect bluesky",
        &["renown connect bluesky --name jetstream"],
    ),
    ("connect github", &["renown connect github --org example"]),
    (
        "connect mastodon",
        &["renown connect mastodon --url https://mastodon.example --hashtag lasvegas"],
    ),
    (
        "connect ndjson",
        &["tail -F events.ndjson | renown connect ndjson"],
    ),
    (
        "connect csv",
        &["renown connect csv bookings.csv --mapping bookings.yaml --preview"],
    ),
    (
        "members import",
        &[
            "renown members import members.csv --dry-run",
            "renown members import members.csv --from-line 5000",
        ],
    ),
    ("members export", &["renown members export --format ndjson"]),
    (
        "members merge",
        &[
            "renown members merge loyalty:K7 email:kevin@example.com --preview",
            "renown members merge loyalty:K7 email:kevin@example.com --reason 'The same passport.'",
        ],
    ),
    ("rescore", &["renown rescore"]),
    ("score", &["renown score events.ndjson --format table"]),
    (
        "evaluate ranking",
        &[
            "renown evaluate ranking",
            "renown evaluate ranking events.ndjson --json",
        ],
    ),
    (
        "evaluate calibration",
        &["renown evaluate calibration --svg reliability.svg"],
    ),
    ("evaluate ablation", &["renown evaluate ablation"]),
    ("evaluate backtest", &["renown evaluate backtest --json"]),
    ("evaluate attacks", &["renown evaluate attacks"]),
    (
        "evaluate stability",
        &["renown evaluate stability --against config/model.toml"],
    ),
    ("program check", &["renown program check hotel.yaml"]),
    (
        "program diff",
        &["renown program diff before.yaml after.yaml"],
    ),
    (
        "program simulate",
        &["renown program simulate hotel.yaml --sample 10000"],
    ),
    (
        "program schema",
        &["renown program schema > program.schema.json"],
    ),
    ("program holidays", &["renown program holidays austria.ics"]),
    (
        "program publish",
        &["renown program publish hotel.yaml --note 'More tickets.'"],
    ),
    ("program push", &["renown program push hotel.yaml"]),
    (
        "program pull",
        &["renown program pull palms-klub --dir programs"],
    ),
    (
        "apply",
        &["renown apply programs --note \"$(git rev-parse --short HEAD)\""],
    ),
    ("diff", &["renown diff programs"]),
    (
        "grants import",
        &["renown grants import press.csv --program palms-klub --list press --author Ann"],
    ),
    (
        "grants list",
        &["renown grants list --program palms-klub --active"],
    ),
    (
        "grants revoke",
        &[
            "renown grants revoke 0198c0de-0000-7000-8000-000000000000 --program palms-klub --author Ann --reason 'The visit is over.'",
        ],
    ),
    (
        "codes import",
        &["renown codes import codes.csv --program palms-klub --perk show-tickets"],
    ),
    (
        "codes count",
        &["renown codes count --program palms-klub --perk show-tickets"],
    ),
    (
        "decision show",
        &["renown decision show 0198c0de-0000-7000-8000-000000000000"],
    ),
    (
        "decision replay",
        &["renown decision replay 0198c0de-0000-7000-8000-000000000000"],
    ),
    (
        "draw verify",
        &["renown draw verify draw.json --entry 0198c0de-0000-7000-8000-000000000000"],
    ),
    (
        "topics import",
        &["renown topics import ontology --languages en,de --out topics.yaml"],
    ),
    ("topics check", &["renown topics check topics.yaml"]),
    (
        "topics find",
        &["renown topics find 'Two nights in Las Vegas'"],
    ),
    (
        "keys create",
        &["renown keys create 'front desk' --scope lookup --program palms-klub"],
    ),
    ("keys list", &["renown keys list"]),
    (
        "keys rotate",
        &["renown keys rotate 0198c0de-0000-7000-8000-000000000000 --overlap 3600"],
    ),
    (
        "keys revoke",
        &["renown keys revoke 0198c0de-0000-7000-8000-000000000000"],
    ),
    ("models list", &["renown models list"]),
    ("models switch", &["renown models switch 2026-3"]),
    (
        "doctor",
        &["renown doctor", "renown doctor --url http://127.0.0.1:8080"],
    ),
    (
        "completions",
        &["renown completions bash > /etc/bash_completion.d/renown"],
    ),
    ("man", &["renown man /usr/local/share/man/man1"]),
];

/// Returns the command line with its examples.
pub(super) fn command() -> Command {
    let mut command = Cli::command().after_help(EXIT_CODES);
    for (path, examples) in EXAMPLES {
        let names: Vec<&str> = path.split(' ').collect();
        let mut text = String::from("Examples:");
        for example in *examples {
            text.push_str("\n  ");
            text.push_str(example);
        }
        command = with_examples(command, &names, text);
    }
    command
}

fn with_examples(command: Command, path: &[&str], text: String) -> Command {
    match path {
        [] => command.after_help(text),
        [name, rest @ ..] => command.mut_subcommand(name, |inner| with_examples(inner, rest, text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the paths of the commands that have no commands of their own.
    fn leaves(command: &Command, path: &str, found: &mut Vec<String>) {
        let mut inner = command.get_subcommands().peekable();
        if inner.peek().is_none() {
            found.push(path.trim().to_owned());
        }
        for one in inner {
            leaves(one, &format!("{path} {}", one.get_name()), found);
        }
    }

    #[test]
    fn every_command_has_an_example() {
        let mut found = Vec::new();
        leaves(&command(), "", &mut found);
        let with: Vec<&str> = EXAMPLES.iter().map(|(path, _)| *path).collect();
        let without: Vec<&String> = found
            .iter()
            .filter(|path| !with.contains(&path.as_str()))
            .collect();
        assert!(without.is_empty(), "{without:?}");
        command().debug_assert();
    }

    /// Splits a line as a shell does, as far as the examples need it.
    fn words(line: &str) -> Vec<String> {
        let mut words = vec![String::new()];
        let mut quote = None;
        for character in line.chars() {
            match (quote, character) {
                (Some(open), _) if character == open => quote = None,
                (None, '\'' | '"') => quote = Some(character),
                (None, ' ') => words.push(String::new()),
                _ => words.last_mut().expect("there is one").push(character),
            }
        }
        words
    }

    #[test]
    fn every_example_is_a_command_line_that_is_understood() {
        for (path, examples) in EXAMPLES {
            for example in *examples {
                let words = words(example);
                let begin = words.iter().position(|word| word == "renown");
                let own = words.into_iter().skip(begin.expect("it calls renown"));
                let own: Vec<String> = own.take_while(|word| word != ">").collect();
                let line = own.join(" ");
                assert!(
                    line.starts_with(&format!("renown {path}")),
                    "{path}: {example}"
                );
                if let Err(error) = command().try_get_matches_from(own) {
                    panic!("{example}: {error}");
                }
            }
        }
    }
}
