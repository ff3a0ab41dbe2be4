//! The arrows of the house: which room may use which, and where SQL and HTTP
//! may be spoken. Follows every path in the sources that leads out of its room.

mod paths;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use paths::paths_in;

/// The rooms without I/O, time or randomness of their own.
const PURE: &[&str] = &[
    "domain",
    "ingest",
    "scoring",
    "rules",
    "fairness",
    "simulation",
    "evaluation",
];

/// What each room may use, beside itself. Nothing else, and nobody unnamed.
fn allowed(room: &str) -> Option<Vec<&'static str>> {
    let rooms: &[&str] = match room {
        "main" => &["cli", "telemetry"],
        "cli" => {
            let wired = [
                "config",
                "telemetry",
                "clock",
                "postgres",
                "http",
                "jobs",
                "service",
                "store",
            ];
            return Some([&wired, PURE].concat());
        }
        // Of scoring and rules, the types of their results.
        "http" => &[
            "service", "domain", "scoring", "rules", "config", "clock", "web",
        ],
        "jobs" => &["service", "store", "clock", "config", "domain"],
        "service" => &[
            "store", "ingest", "scoring", "rules", "fairness", "domain", "clock", "config",
        ],
        "store" => &["domain", "scoring", "rules"],
        "rules" => &["domain", "fairness"],
        "ingest" | "scoring" | "fairness" | "simulation" => &["domain"],
        "evaluation" => &["scoring", "simulation", "domain"],
        "telemetry" => &["config"],
        "config" => &["domain"],
        "domain" | "clock" | "postgres" | "web" => &[],
        _ => return None,
    };
    Some(rooms.to_vec())
}

/// Files outside of the store that hold SQL, each for a reason.
const SQL_EXCEPTIONS: &[(&str, &str)] = &[
    (
        "src/postgres/cluster.rs",
        "creates the database that the store lives in",
    ),
    (
        "src/postgres/tests.rs",
        "asks the server that it has started",
    ),
];

#[test]
fn every_arrow_is_one_of_the_design() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = sources(&root.join("src"));
    assert!(files.len() > 10, "the sources were found");
    let complaints: Vec<String> = files
        .iter()
        .flat_map(|path| {
            let text = fs::read_to_string(path).expect("a source is readable");
            let name = path.strip_prefix(root).expect("it lies below");
            complaints(name.to_str().expect("names are plain"), &text)
        })
        .collect();
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

#[test]
fn the_exceptions_are_still_needed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (file, reason) in SQL_EXCEPTIONS {
        let text = fs::read_to_string(root.join(file)).expect("the file exists");
        let needed = paths_in(&text).iter().any(|path| is_sql(&path.names));
        assert!(needed, "{file} no longer {reason}: strike it off the list");
    }
}

/// All Rust files below `dir`, in order.
fn sources(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut entries: Vec<_> = fs::read_dir(dir)
        .expect("the directory exists")
        .map(|entry| entry.expect("it is readable").path())
        .collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

/// What is wrong with one file, each as a sentence. `file` is like `src/store/keys.rs`.
fn complaints(file: &str, text: &str) -> BTreeSet<String> {
    let mut complaints = BTreeSet::new();
    let (room, depth) = place(file);
    if room == "lib" {
        return complaints;
    }
    let Some(allowed) = allowed(room) else {
        complaints.insert(format!(
            "{file}: the room `{room}` is not on the plan; give it a line in {}",
            file!()
        ));
        return complaints;
    };
    for path in paths_in(text) {
        let names = &path.names;
        if let Some(target) = path.leads_to(depth)
            && target != room
            && !allowed.contains(&target)
        {
            complaints.insert(format!("{file}: `{room}` may not use `{target}`"));
        }
        let excepted = SQL_EXCEPTIONS
            .iter()
            .any(|(exception, _)| *exception == file);
        if is_sql(names) && room != "store" && !excepted {
            complaints.insert(format!(
                "{file}: `{}` is SQL, which belongs into `store`",
                names.join("::")
            ));
        }
        let serves = file == "src/cli/serve.rs" || file.starts_with("src/cli/serve/");
        if names[0] == "axum" && room != "http" && !serves {
            complaints.insert(format!("{file}: `axum` belongs into `http`"));
        }
    }
    complaints
}

/// The room of a file, and how many modules deep it lies below the crate.
fn place(file: &str) -> (&str, usize) {
    let below = file.strip_prefix("src/").unwrap_or(file);
    let below = below.strip_suffix(".rs").unwrap_or(below);
    let below = below.strip_suffix("/mod").unwrap_or(below);
    let room = below.split('/').next().unwrap_or(below);
    let depth = match below {
        "lib" | "main" => 0,
        _ => below.split('/').count(),
    };
    (room, depth)
}

/// Statements, as opposed to connections, pools and transactions.
fn is_sql(names: &[String]) -> bool {
    names[0] == "sqlx"
        && names[1..].iter().any(|name| {
            name.starts_with("query") || matches!(&**name, "QueryBuilder" | "raw_sql" | "*")
        })
}

/// The test itself must be able to fail.
mod can_fail {
    use super::*;

    fn only(file: &str, text: &str) -> Vec<String> {
        complaints(file, text).into_iter().collect()
    }

    #[test]
    fn a_room_may_use_what_the_plan_says_and_itself() {
        let text = "use crate::domain::{Event, Topic}; use crate::store::rows; use super::keys;";
        assert_eq!(only("src/store/events.rs", text), [""; 0]);
        let text = "fn main() -> ExitCode { renown::cli::run() }";
        assert_eq!(only("src/main.rs", text), [""; 0]);
    }

    #[test]
    fn an_arrow_the_wrong_way_is_found_however_it_is_written() {
        for text in [
            "use crate::http::Problem;",
            "use crate::http;",
            "use crate :: http as web_server;",
            "use crate::{domain::Event, http::{Problem, Page}};",
            "use crate::{\n    domain::{Event, Topic},\n    http,\n};",
            "pub use crate::http::*;",
            "fn f() -> crate::http::Problem { crate::http::problem() }",
            "macro_rules! m { () => { $crate::http::problem() } }",
            "use super::super::http::Problem;",
            "use super::super::{domain::Event, http};",
            "use self::super::super::http;",
            "mod tests { use super::super::super::http::Problem; }",
        ] {
            assert_eq!(
                only("src/store/events.rs", text),
                ["src/store/events.rs: `store` may not use `http`"],
                "{text}"
            );
        }
        assert_eq!(only("src/store/mod.rs", "use super::http;").len(), 1);
        assert_eq!(only("src/clock.rs", "use super::config::Config;").len(), 1);
        assert_eq!(only("src/main.rs", "use renown::store::Store;").len(), 1);
    }

    #[test]
    fn what_stays_within_the_room_or_only_looks_like_an_arrow_is_no_arrow() {
        for text in [
            "mod tests { use super::super::http; }",
            "use super::http;",
            "// use crate::http;\n/* crate::http /* crate::jobs */ crate::http */",
            "/// See [`crate::http::Problem`].\nstruct S;",
            "const A: &str = \"crate::http \\\" crate::http\"; const B: &str = r#\"crate::\"http\"#;",
            "const A: char = '\"'; const B: char = '\\''; fn f<'a>(x: &'a str) {}",
            "pub(crate) fn http() {} pub(super) mod http {}",
            "fn f() { let r = b\"crate::http\"; other::http::call(r) }",
        ] {
            assert_eq!(only("src/store/events.rs", text), [""; 0], "{text}");
        }
    }

    #[test]
    fn everything_of_the_root_at_once_is_refused() {
        assert_eq!(only("src/rules/mod.rs", "use crate::*;").len(), 1);
        assert_eq!(only("src/rules/mod.rs", "use super::*;").len(), 1);
        assert_eq!(
            only("src/rules/mod.rs", "mod tests { use super::*; }").len(),
            0
        );
    }

    #[test]
    fn the_domain_uses_nothing_and_a_new_room_needs_a_place_on_the_plan() {
        for room in PURE.iter().filter(|room| **room != "domain") {
            let text = format!("use crate::{room}::Thing;");
            assert_eq!(only("src/domain/ids.rs", &text).len(), 1);
        }
        let unplanned = only("src/helpers.rs", "");
        assert!(unplanned[0].contains("not on the plan"), "{unplanned:?}");
    }

    #[test]
    fn sql_outside_of_the_store_is_found() {
        for text in [
            "async fn f(pool: &PgPool) { sqlx::query(\"SELECT 1\").execute(pool).await; }",
            "fn f() { let q = sqlx::query_as!(Row, \"SELECT 1\"); }",
            "use sqlx::{PgPool, query_scalar};",
            "use sqlx::QueryBuilder;",
            "use sqlx::query_builder::QueryBuilder as Builder;",
            "use sqlx::*;",
        ] {
            assert_eq!(only("src/service/ingest.rs", text).len(), 1, "{text}");
            assert_eq!(only("src/store/events.rs", text).len(), 0, "{text}");
        }
        let transaction = "use sqlx::{PgPool, Transaction}; use sqlx::postgres::PgPoolOptions;";
        assert_eq!(only("src/service/ingest.rs", transaction), [""; 0]);
    }

    #[test]
    fn axum_outside_of_http_is_found() {
        let text = "use axum::{Router, extract::State};";
        assert_eq!(only("src/http/mod.rs", text), [""; 0]);
        assert_eq!(only("src/cli/serve.rs", text), [""; 0]);
        assert_eq!(
            only("src/cli/doctor.rs", text),
            ["src/cli/doctor.rs: `axum` belongs into `http`"]
        );
        assert_eq!(
            only("src/service/members.rs", "fn f() { axum::serve(a, b) }").len(),
            1
        );
    }
}
