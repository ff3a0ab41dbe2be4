//! Commands with `--server`: they do through a running service what they do on a database.

use std::path::Path;
use std::process::Command;

use reqwest::Client;

use crate::process::{BINARY, KEY, Served, dir};

const PROGRAM: &str = "
program: klub
title: Klub
standing: { influence: 1 }
service_levels: [{ id: standard, queue: general }]
tiers:
  - { id: insider, title: Insider, when: standing.lower >= 25, service_level: standard }
  - { id: guest, title: Guest, service_level: standard }
perks:
  - id: tickets
    title: Tickets
    when: tier == 'guest'
    stock: 5
    codes: imported
    disclosure: You received this as a guest.
";

/// A shell on another machine: it knows an address and a key, and has no database.
struct Shell<'a> {
    address: String,
    key: &'a str,
    dir: &'a Path,
}

/// What a command printed.
#[derive(Debug)]
struct Printed {
    good: bool,
    out: String,
    errors: String,
}

impl Shell<'_> {
    fn run(&self, args: &[&str]) -> Printed {
        self.printed(&mut self.command(args))
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(BINARY);
        command
            .args(args)
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("RENOWN_SERVER", &self.address)
            .env("RENOWN_KEY", self.key)
            .env("RENOWN_DATA_DIR", self.dir.join("none"))
            .current_dir(self.dir);
        command
    }

    fn printed(&self, command: &mut Command) -> Printed {
        let output = command.output().unwrap();
        Printed {
            good: output.status.success(),
            out: String::from_utf8(output.stdout).unwrap(),
            errors: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Runs a command that asks no server.
    fn local(&self, args: &[&str]) -> Printed {
        self.printed(self.command(args).env_remove("RENOWN_SERVER"))
    }

    /// Runs a command that must succeed; returns what it printed.
    fn good(&self, args: &[&str]) -> String {
        let printed = self.run(args);
        assert!(printed.good, "{args:?}: {printed:?}");
        printed.out
    }

    /// Runs a command that must fail; returns all that it printed.
    fn bad(&self, args: &[&str]) -> String {
        let printed = self.run(args);
        assert!(!printed.good, "{args:?}: {printed:?}");
        printed.out + &printed.errors
    }

    fn write(&self, file: &str, text: &str) {
        let file = self.dir.join(file);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }
}

#[track_caller]
fn says(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part} in {text}");
    }
}

#[tokio::test]
async fn commands_do_through_a_server_what_they_do_on_a_database() {
    let (data, work) = (dir(), dir());
    let mut served = Served::start(data.path(), None);
    served.ready(&Client::new()).await;
    let shell = Shell {
        address: format!("http://{}", served.address),
        key: KEY,
        dir: work.path(),
    };
    programs_are_kept_in_a_directory(&shell);
    audiences_are_kept_beside_programs(&shell);
    drafts_and_simulations(&shell);
    members_are_imported_exported_and_merged(&shell);
    lists_are_imported(&shell);
    keys_are_managed(&shell);
    what_cannot_be_done_is_refused(&shell, served.address.as_str());
    assert!(!work.path().join("none").exists(), "no database was made");
    served.terminate().await;
}

fn programs_are_kept_in_a_directory(shell: &Shell<'_>) {
    shell.write("programs/klub.yaml", PROGRAM);
    shell.write("programs/desks/desk.yaml", &PROGRAM.replace("klub", "desk"));
    says(
        &shell.bad(&["diff", "programs"]),
        &["desk: is new", "klub: is new"],
    );

    // One mistake, and nothing is published.
    shell.write("programs/broken.yaml", &PROGRAM.replace("lower", "lover"));
    says(
        &shell.bad(&["apply", "programs"]),
        &["lover", "did you mean", "nothing was changed"],
    );
    std::fs::remove_file(shell.dir.join("programs/broken.yaml")).unwrap();
    shell.write("programs/twice.yml", PROGRAM);
    says(
        &shell.bad(&["apply", "programs"]),
        &["klub is in programs/klub.yaml, too"],
    );
    std::fs::remove_file(shell.dir.join("programs/twice.yml")).unwrap();
    says(
        &shell.bad(&["program", "pull"]),
        &["no program is in force"],
    );

    let applied = shell.good(&["apply", "programs", "--note", "first"]);
    says(
        &applied,
        &["klub version 1 is in force", "desk version 1 is in force"],
    );
    let applied = shell.good(&["apply", "programs"]);
    says(&applied, &["klub: version 1, in force, is the same"]);
    shell.good(&["diff", "programs"]);

    shell.write("programs/klub.yaml", &PROGRAM.replace(">= 25", ">= 30"));
    says(
        &shell.bad(&["diff", "programs"]),
        &["klub: differs from version 1, in force", "25", "30"],
    );
    says(
        &shell.good(&["apply", "programs"]),
        &["klub version 2", "desk: version 1"],
    );
    std::fs::remove_file(shell.dir.join("programs/desks/desk.yaml")).unwrap();
    says(
        &shell.good(&["diff", "programs"]),
        &["desk: is in force, and not in"],
    );
    says(
        &shell.good(&["program", "publish", "programs/klub.yaml"]),
        &["klub version 2"],
    );

    says(
        &shell.good(&["program", "pull", "--dir", "pulled"]),
        &["pulled/klub.yaml"],
    );
    let pulled = std::fs::read_to_string(shell.dir.join("pulled/klub.yaml")).unwrap();
    assert_eq!(pulled, PROGRAM.replace(">= 25", ">= 30"));
    says(
        &shell.good(&["program", "pull", "--dir", "pulled"]),
        &["klub.yaml (as it was)"],
    );
    shell.write("pulled/klub.yaml", "mine");
    says(
        &shell.bad(&["program", "pull", "klub", "--dir", "pulled"]),
        &["--force"],
    );
    shell.good(&["program", "pull", "klub", "--dir", "pulled", "--force"]);
    let forced = std::fs::read_to_string(shell.dir.join("pulled/klub.yaml")).unwrap();
    assert_eq!(forced, pulled);
}

fn audiences_are_kept_beside_programs(shell: &Shell<'_>) {
    // In the order of their names, each comes before the one that it names.
    shell.write("club/a.yaml", "audience: guests\nwhen: audience(\"vip\")\n");
    shell.write("club/b.yaml", "audience: vip\nlist: true\n");
    let club = PROGRAM.replace("program: klub", "program: club");
    let club = club.replace("standing.lower >= 25", "audience('guests')");
    shell.write("club/club.yaml", &club);
    let differs = shell.bad(&["diff", "club"]);
    says(
        &differs,
        &[
            "audience guests: is new",
            "audience vip: is new",
            "club: is new",
        ],
    );

    audiences_are_checked_without_a_server(shell);
    shell.write("club/c.yaml", "audience: other\nwhen: audience('guest')\n");
    says(
        &shell.bad(&["apply", "club"]),
        &["did you mean 'guests'", "nothing was changed"],
    );
    shell.write("club/c.yaml", "audience: vip\nlist: true\n");
    says(
        &shell.bad(&["apply", "club"]),
        &["the audience vip is in club/b.yaml, too"],
    );
    std::fs::remove_file(shell.dir.join("club/c.yaml")).unwrap();
    shell.write("club/b.yaml", "audience: vip\nwhen: audience('guests')\n");
    says(
        &shell.bad(&["apply", "club"]),
        &["vip → ", "nothing was changed"],
    );
    shell.write("club/b.yaml", "audience: vip\nlist: true\n");

    let applied = shell.good(&["apply", "club"]);
    says(
        &applied,
        &[
            "audience vip is stored\naudience guests is stored",
            "club version 1",
        ],
    );
    let again = shell.good(&["apply", "club"]);
    says(
        &again,
        &[
            "audience guests: is the same",
            "club: version 1, in force, is the same",
        ],
    );
    shell.good(&["diff", "club"]);
    shell.write(
        "club/a.yaml",
        "audience: guests\nwhen: audience(\"vip\") || value.lower >= 90\n",
    );
    let differs = shell.bad(&["diff", "club"]);
    says(
        &differs,
        &[
            "audience guests: differs",
            "was when: audience(\"vip\"), and is when: ",
        ],
    );
    let applied = shell.good(&["apply", "club"]);
    says(
        &applied,
        &[
            "audience guests is stored",
            "club version 2 follows from it",
        ],
    );
}

/// With the audiences of files, and without a database.
fn audiences_are_checked_without_a_server(shell: &Shell<'_>) {
    let check = |args: &[&str]| {
        let args = [&["program", "check"][..], args].concat();
        let printed = shell.local(&args);
        (printed.good, printed.out + &printed.errors)
    };
    let (good, said) = check(&["club/club.yaml", "--audiences", "club"]);
    assert!(good, "{said}");
    says(&said, &["club/club.yaml: good"]);
    let each = ["--audiences", "club/a.yaml", "--audiences", "club/b.yaml"];
    let (good, said) = check(&[&["club/club.yaml"][..], &each].concat());
    assert!(good, "{said}");
    let (good, said) = check(&["club/club.yaml", "--audiences", "club/b.yaml"]);
    assert!(!good, "{said}");
    says(&said, &["There is no audience 'guests'"]);
    let (good, said) = check(&["club/club.yaml", "--audiences", "club/a.yaml"]);
    assert!(!good, "{said}");
    says(&said, &["There is no audience 'vip'", "club/a.yaml"]);
    let (good, said) = check(&["club/club.yaml", "--audiences", "club/club.yaml"]);
    assert!(!good, "{said}");
    says(&said, &["club/club.yaml: it is not an audience"]);
    let refused = shell.bad(&["program", "check", "club/club.yaml", "--audiences", "club"]);
    says(&refused, &["--audiences", "apply"]);
}

fn members_are_imported_exported_and_merged(shell: &Shell<'_>) {
    shell.write(
        "members.csv",
        "email,name\ncleo@example.com,Cleo\nbad,Dan\neve@example.com,Eve\n",
    );
    let dry = shell.bad(&["members", "import", "members.csv", "--dry-run"]);
    says(
        &dry,
        &["would be 2 created", "1 refused", "line 3, email: "],
    );
    let imported = shell.bad(&["members", "import", "members.csv"]);
    says(
        &imported,
        &[
            "2 created, 0 changed, 0 unchanged, 1 refused",
            "line 3, email: ",
        ],
    );
    let again = shell.bad(&["members", "import", "members.csv", "--lines"]);
    says(
        &again,
        &[
            "\"result\":\"unchanged\"",
            "0 created, 0 changed, 2 unchanged, 1 refused",
        ],
    );
    let exported = shell.good(&["members", "export", "--identity", "email:cleo"]);
    assert!(
        exported.contains("cleo@example.com") && !exported.contains("eve@"),
        "{exported}"
    );
    shell.good(&["members", "export", "--out", "all.ndjson"]);
    let all = std::fs::read_to_string(shell.dir.join("all.ndjson")).unwrap();
    assert_eq!(all.lines().count(), 2, "{all}");
    let both = [
        "members",
        "merge",
        "email:cleo@example.com",
        "email:eve@example.com",
    ];
    let preview = shell.good(&[&both[..], &["--preview"]].concat());
    says(
        &preview,
        &[
            "would be merged into",
            "\n  identities that move: email:eve@example.com\n",
            "\n  influence: unknown and unknown, together unknown\n",
            "\n  klub: guest and guest, together guest\n",
        ],
    );
    let merged = shell.good(&[&both[..], &["--reason", "one passport"]].concat());
    let id = merged.trim().rsplit(' ').next().unwrap();
    let undo = ["members", "merge", "--undo", id, "--reason", "sisters"];
    says(&shell.good(&undo), &["are two again"]);
    says(&shell.bad(&undo), &["the server refuses", "was undone"]);
}

fn drafts_and_simulations(shell: &Shell<'_>) {
    says(
        &shell.good(&["program", "check", "programs/klub.yaml"]),
        &["good"],
    );
    shell.write(
        "broken.yaml",
        &PROGRAM.replace("standing.lower", "standing.lover"),
    );
    says(
        &shell.bad(&["program", "check", "broken.yaml"]),
        &["lover", "broken.yaml:7"],
    );
    says(
        &shell.good(&["program", "push", "programs/klub.yaml"]),
        &["klub: stored as the draft"],
    );
    shell.bad(&["program", "push", "broken.yaml"]);
    let simulated = shell.good(&["program", "simulate", "programs/klub.yaml", "--json"]);
    let simulated: serde_json::Value = serde_json::from_str(&simulated).unwrap();
    assert_eq!(simulated["compared_with"], 2);
    says(
        &shell.good(&["program", "simulate", "programs/klub.yaml"]),
        &["insider", "tickets"],
    );
}

fn events_are_a_table(shell: &Shell<'_>) {
    let table = "\u{feff}id,source,type,time,network,target,topics,count\r\n\
                 t1,crm,like,2026-11-22T11:00:00Z,bluesky,\"kevin.example.com\",coffee; tea,2\r\n\
                 t2,crm,like,2026-11-22T11:00:00Z,bluesky,kevin.example.com,,many\r\n\
                 \r\n\
                 t3,crm,like,yesterday,bluesky,kevin.example.com,,\r\n\
                 t4,crm,like\r\n\
                 \"t5,crm,like,2026-11-22T11:00:00Z,bluesky,kevin.example.com,,\r\n\
                 t6,crm,profile,2026-11-22T11:00:00Z,bluesky,kevin.example.com,,\r\n\
                 t7,crm,like,2026-11-22T11:00:00Z,bluesky,kevin.example.com,,";
    shell.write("events.csv", table);
    let printed = shell.run(&["import", "events.csv"]);
    assert!(printed.good, "{printed:?}");
    says(&printed.out, &["2 accepted, 0 duplicates, 5 rejected"]);
    let lines: Vec<&str> = printed.errors.lines().map(str::trim).collect();
    let begins = [
        "line 3 /count: ",
        "line 5 /time: ",
        "line 6: the line has 3 cells",
        "line 7: a quote",
        "line 8 /metrics: ",
    ];
    assert_eq!(lines.len(), begins.len(), "{lines:?}");
    for (line, begin) in lines.iter().zip(begins) {
        assert!(line.starts_with(begin), "{line}");
    }
    let again = shell.good(&["import", "events.csv"]);
    says(&again, &["0 accepted, 2 duplicates, 5 rejected"]);
    let scored = shell.local(&["score", "events.csv"]);
    assert!(scored.good, "{scored:?}");
    says(
        &scored.errors,
        &["from 2 events", "5 rejected", "line 3 /count: "],
    );
    shell.write("other.csv", "id,name\n1,Ann\n");
    says(
        &shell.bad(&["import", "other.csv"]),
        &["other.csv: there is no column 'name'; known are: id, source"],
    );
}

fn lists_are_imported(shell: &Shell<'_>) {
    let like = |id: &str| {
        format!(
            r#"{{"id":"{id}","source":"crm","type":"like","time":"2026-11-22T11:00:00Z","network":"bluesky","target":"kevin.example.com"}}"#
        )
    };
    let events = format!(
        "{}\n\n{{\"id\":7}}\n{}\n{}\n",
        like("1"),
        like("2"),
        like("2")
    );
    shell.write("events.ndjson", &events);
    let printed = shell.run(&["import", "events.ndjson"]);
    assert!(printed.good, "{printed:?}");
    says(&printed.out, &["2 accepted, 1 duplicates, 1 rejected"]);
    says(&printed.errors, &["line 3 /id: "]);
    assert!(!shell.run(&["import", "--strict", "events.ndjson"]).good);
    events_are_a_table(shell);

    shell.write("vip.csv", "member,tier\nemail:ann@example.com,insider\n");
    let import = [
        "grants",
        "import",
        "vip.csv",
        "--program",
        "klub",
        "--list",
        "vip",
        "--author",
        "Ann",
    ];
    says(
        &shell.bad(&import),
        &["0 granted", "1 rejected", "line 2, member: "],
    );
    let enrolling = [&import[..], &["--enrol"]].concat();
    says(&shell.good(&enrolling), &["1 granted", "1 enrolled"]);
    let list = shell.good(&["grants", "list", "--program", "klub", "--active"]);
    says(&list, &["tier insider  Ann", "until taken back"]);
    let id = list.split("  ").next().unwrap();
    let revoke = [
        "grants",
        "revoke",
        id,
        "--program",
        "klub",
        "--author",
        "Bob",
        "--reason",
        "end",
    ];
    says(&shell.good(&revoke), &["is taken back"]);
    says(
        &shell.good(&["grants", "list", "--program", "klub"]),
        &["by Bob"],
    );

    shell.write("codes.csv", "code\nAAAA-1\nAAAA-2\nx\nAAAA-2\n");
    let of = ["--program", "klub", "--perk", "tickets"];
    let imported = shell.bad(&[&["codes", "import", "codes.csv"][..], &of].concat());
    says(
        &imported,
        &["2 accepted, 1 duplicates, 1 rejected", "line 4: "],
    );
    let counted = shell.good(&[&["codes", "count"][..], &of].concat());
    says(&counted, &["2 free, 0 assigned, 0 redeemed, 0 void"]);
    says(&shell.good(&["models", "list"]), &["in_force"]);
    let nothing = "01a20bc1-c39e-7000-8000-000000000000";
    says(&shell.bad(&["decision", "show", nothing]), &["there is no"]);
}

fn keys_are_managed(shell: &Shell<'_>) {
    let scope = ["--scope", "lookup", "--program", "klub"];
    let created = shell.good(&[&["keys", "create", "front desk"][..], &scope].concat());
    let (id, secret) = created.trim().split_once("  ").unwrap();
    let desk = Shell {
        key: secret,
        address: shell.address.clone(),
        dir: shell.dir,
    };
    says(&desk.good(&["program", "pull", "klub"]), &["klub.yaml"]);
    says(
        &desk.bad(&["program", "publish", "klub.yaml"]),
        &["the server refuses", "programs:write"],
    );
    let rotated = shell.run(&["keys", "rotate", id, "--overlap", "60"]);
    says(&rotated.errors, &["works until"]);
    let list = shell.good(&["keys", "list"]);
    says(&list, &["front desk  lookup  klub"]);
    assert!(!list.contains(secret) && !list.contains(KEY));
    shell.good(&["keys", "revoke", id]);
    says(
        &desk.bad(&["program", "pull", "klub", "--force"]),
        &["the server refuses", "key"],
    );
}

fn what_cannot_be_done_is_refused(shell: &Shell<'_>, address: &str) {
    for command in [&["migrate"][..], &["rescore"], &["doctor"], &["serve"]] {
        says(&shell.bad(command), &["works on a database", address]);
    }
    let to = |address: &str, key| Shell {
        address: address.to_owned(),
        key,
        dir: shell.dir,
    };
    let list = ["keys", "list"];
    says(
        &to(&shell.address, "").bad(&list),
        &["RENOWN_KEY", "RENOWN_KEY_FILE"],
    );
    says(
        &to("http://192.0.2.1", KEY).bad(&list),
        &["not encrypted", "--plain-http"],
    );
    let wrong = to(&shell.address, "rk_unknown_0123456789abcdef0123456789").bad(&list);
    says(&wrong, &["the server refuses"]);
    let elsewhere = to(&format!("{}/elsewhere", shell.address), KEY).bad(&list);
    says(&elsewhere, &["the server refuses"]);
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);
    let unreachable = to(&nobody, KEY).bad(&list);
    says(&unreachable, &[&nobody, "refused"]);
    for text in [wrong, elsewhere, unreachable] {
        assert!(!text.contains(KEY), "{text}");
    }
    says(
        &shell.bad(&["--server", "renown.example.com", "keys", "list"]),
        &["--server"],
    );
}
