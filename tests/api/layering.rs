//! Checks which rooms use which, and where SQL and HTTP may be used. Follows every path
//! in the sources that leads out of its room. Cargo checks dependencies between crates;
//! this test checks those within them.

mod names;
mod paths;
mod plan;

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use paths::paths_in;
use plan::{Crate, HOUSE, IMPURE, drawn};

/// Files outside of the store that contain SQL, each with the reason.
const SQL_EXCEPTIONS: &[(&str, &str)] = &[
    (
        "crates/renown-postgres/src/cluster.rs",
        "creates the database that the store lives in",
    ),
    (
        "crates/renown-postgres/src/tests.rs",
        "asks the server that it has started",
    ),
];

#[test]
fn every_arrow_is_one_of_the_plan() {
    let root = root();
    let files: Vec<PathBuf> = HOUSE
        .iter()
        .flat_map(|part| sources(&root.join(part.folder)))
        .collect();
    assert!(files.len() > 100, "the sources were found");
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
fn the_map_in_the_sources_is_the_plan() {
    let text = fs::read_to_string(root().join("src/lib.rs")).expect("the map is there");
    let map: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("//! "))
        .filter(|line| line.contains(" → "))
        .collect();
    assert_eq!(map, drawn(HOUSE), "draw src/lib.rs's map anew");
}

#[test]
fn every_room_of_the_plan_exists() {
    for part in HOUSE {
        for (room, _) in part.rooms {
            let folder = root().join(part.folder);
            let exists = folder.join(format!("{room}.rs")).exists()
                || folder.join(room).join("mod.rs").exists();
            assert!(exists, "there is no {room} in {}", part.folder);
        }
    }
}

#[test]
fn a_subject_has_the_same_folder_in_every_layer() {
    let layers = ["src/store", "src/service", "src/http", "tests/api"];
    let [store, others @ ..] = layers.map(|layer| {
        let entries = fs::read_dir(root().join(layer)).expect("the layer exists");
        let subjects = entries
            .map(|entry| entry.expect("it is readable").path())
            .filter(|path| path.join("mod.rs").exists())
            .map(|path| path.file_name().map(OsStr::to_owned));
        subjects.collect::<BTreeSet<_>>()
    });
    assert!(store.len() >= 9, "the subjects were found: {store:?}");
    for (layer, subjects) in layers[1..].iter().zip(others) {
        assert_eq!(subjects, store, "{layer}");
    }
}

#[test]
fn the_pure_crate_depends_on_nothing_that_is_not() {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--offline", "--package", "renown-core"])
        .args(["--edges", "normal", "--prefix", "none", "--format", "{p}"])
        .current_dir(root())
        .output()
        .expect("cargo is there");
    let tree = String::from_utf8(tree.stdout).expect("cargo writes UTF-8");
    let packages: BTreeSet<&str> = tree.lines().filter_map(|l| l.split(' ').next()).collect();
    assert!(packages.contains("serde"), "the tree was read: {tree}");
    let impure: Vec<_> = IMPURE.iter().filter(|it| packages.contains(*it)).collect();
    assert_eq!(impure, Vec::<&&str>::new());
}

#[test]
fn the_exceptions_are_still_needed() {
    for (file, reason) in SQL_EXCEPTIONS {
        let text = fs::read_to_string(root().join(file)).expect("the file exists");
        let needed = paths_in(&text).iter().any(|path| is_sql(&path.names));
        assert!(needed, "{file} no longer {reason}: strike it off the list");
    }
}

#[test]
fn transactions_begin_in_the_store() {
    for file in sources(&root().join("src")) {
        let text = std::fs::read_to_string(&file).unwrap();
        let direct = ["pool.begin(", "pool.begin_with("];
        let found = direct.iter().find(|call| text.contains(**call));
        assert_eq!(found, None, "{}: use store::begin", file.display());
    }
}

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns all Rust files below `dir`, in order.
pub fn sources(dir: &Path) -> Vec<PathBuf> {
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

/// Returns the violations of one file as sentences. `file` is like `src/store/keys.rs`.
fn complaints(file: &str, text: &str) -> BTreeSet<String> {
    let mut complaints = BTreeSet::new();
    let Some(part) = HOUSE.iter().find(|part| file.starts_with(part.folder)) else {
        complaints.insert(format!("{file}: its crate is not on the plan"));
        return complaints;
    };
    let (room, depth) = place(part, file);
    if room == "lib" {
        return complaints;
    }
    let uses = part.rooms.iter().find(|(name, _)| *name == room);
    if uses.is_none() && !part.rooms.is_empty() {
        complaints.insert(format!(
            "{file}: the room `{room}` is not on the plan; give it a line in {}",
            file!().replace(".rs", "/plan.rs")
        ));
        return complaints;
    }
    for path in paths_in(text) {
        let names = &path.names;
        if let Some((_, uses)) = uses
            && let Some(target) = target(part, &path, depth)
            && target != room
        {
            if !uses.contains(&target) {
                complaints.insert(format!("{file}: `{room}` may not use `{target}`"));
            } else if path.re_exported {
                // Otherwise a third room could reach `target` through this one.
                complaints.insert(format!("{file}: `{room}` may not re-export `{target}`"));
            }
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

/// Returns the room or crate of ours that a path leads to, if it leads to one.
fn target<'p>(part: &Crate, path: &'p paths::Written, depth: usize) -> Option<&'p str> {
    let other = |other: &&Crate| other.path == path.names[0] && other.path != part.path;
    if let Some(other) = HOUSE.iter().find(other) {
        return Some(other.name);
    }
    path.leads_to(depth)
}

/// Returns the room of a file, and how many modules deep the file is below the crate.
fn place<'f>(part: &Crate, file: &'f str) -> (&'f str, usize) {
    let below = file.strip_prefix(part.folder).unwrap_or(file);
    let below = below.trim_start_matches('/');
    let below = below.strip_suffix(".rs").unwrap_or(below);
    let below = below.strip_suffix("/mod").unwrap_or(below);
    let room = below.split('/').next().unwrap_or(below);
    let depth = match below {
        "lib" | "main" => 0,
        _ => below.split('/').count(),
    };
    (room, depth)
}

/// Returns whether a path names statements, as opposed to connections, pools and
/// transactions.
fn is_sql(names: &[String]) -> bool {
    names[0] == "sqlx"
        && names[1..].iter().any(|name| {
            name.starts_with("query") || matches!(&**name, "QueryBuilder" | "raw_sql" | "*")
        })
}

/// Tests that the check itself can fail.
mod can_fail {
    use super::*;

    fn only(file: &str, text: &str) -> Vec<String> {
        complaints(file, text).into_iter().collect()
    }

    #[test]
    fn a_room_may_use_what_the_plan_says_and_itself() {
        let text = "use renown_core::domain::Event; use crate::store::rows; use super::keys;";
        assert_eq!(only("src/store/events.rs", text), [""; 0]);
        let text = "use crate::domain::Event; use super::draw;";
        assert_eq!(
            only("crates/renown-core/src/fairness/lift.rs", text),
            [""; 0]
        );
        let text = "fn main() -> ExitCode { renown::cli::run() }";
        assert_eq!(only("src/main.rs", text), [""; 0]);
    }

    #[test]
    fn an_arrow_the_wrong_way_is_found_however_it_is_written() {
        for text in [
            "use crate::http::Problem;",
            "use crate::http;",
            "use crate :: http as web_server;",
            "use crate::{store::Event, http::{Problem, Page}};",
            "use crate::{\n    store::{Event, Topic},\n    http,\n};",
            "pub use crate::http::*;",
            "fn f() -> crate::http::Problem { crate::http::problem() }",
            "macro_rules! m { () => { $crate::http::problem() } }",
            "use super::super::http::Problem;",
            "use super::super::{store::Event, http};",
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
        let rules = "crates/renown-core/src/rules/mod.rs";
        assert_eq!(only(rules, "use crate::*;").len(), 1);
        assert_eq!(only(rules, "use super::*;").len(), 1);
        assert_eq!(only(rules, "mod tests { use super::*; }").len(), 0);
    }

    #[test]
    fn the_domain_uses_nothing_and_a_new_room_needs_a_place_on_the_plan() {
        for room in ["rules", "scoring", "ingest", "fairness"] {
            let text = format!("use crate::{room}::Thing;");
            assert_eq!(
                only("crates/renown-core/src/domain/ids.rs", &text).len(),
                1,
                "{room}"
            );
        }
        for unplanned in ["src/helpers.rs", "crates/renown-helpers/src/lib.rs"] {
            let found = only(unplanned, "");
            assert!(found[0].contains("not on the plan"), "{found:?}");
        }
    }

    #[test]
    fn an_arrow_to_another_crate_is_found() {
        let text = "use renown_lab::simulation::Town;";
        assert_eq!(only("src/cli/demo.rs", text), [""; 0]);
        assert_eq!(
            only("src/http/lookups.rs", text),
            ["src/http/lookups.rs: `http` may not use `lab`"]
        );
        let text = "fn f(town: renown_core::domain::Topic) {}";
        assert_eq!(only("src/clock.rs", text).len(), 1);
    }

    #[test]
    fn a_re_export_of_another_room_is_found() {
        for text in [
            "pub use crate::store::claims::Row;",
            "pub(crate) use crate::store::{claims::Row, keys};",
            "pub(in crate::service) use super::super::store::claims;",
        ] {
            assert_eq!(
                only("src/service/claims/mod.rs", text),
                ["src/service/claims/mod.rs: `service` may not re-export `store`"],
                "{text}"
            );
        }
        for text in [
            "use crate::store::claims::Row; pub use claim::Claims;",
            "pub fn f(); use crate::store::claims;",
            "pub use super::cache::Cache;",
        ] {
            assert_eq!(only("src/service/claims/mod.rs", text), [""; 0], "{text}");
        }
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
