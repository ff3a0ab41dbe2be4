//! The table of routes in `docs/keys.md`.

use std::collections::BTreeMap;

use renown_core::domain::Scope;
use reqwest::Method;

const DOCUMENT: &str = include_str!("../../../../docs/keys.md");

/// What a key needs for a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    /// No key.
    Nothing,
    /// A scope, or `admin`.
    Scope(Scope),
    /// No key of this kind is enough.
    Refused,
}

/// What keys need for a route.
#[derive(Debug)]
pub(super) struct Needs {
    /// Keys for all programs.
    pub(super) everywhere: Need,
    /// Keys that are limited to the program that the request is about.
    pub(super) limited: Need,
}

/// A method and a path with parameters.
pub(super) type Route = (String, String);

/// Reads the table.
pub(super) fn table() -> BTreeMap<Route, Needs> {
    let rows = DOCUMENT.lines().filter_map(row);
    let mut table = BTreeMap::new();
    for (route, needs) in rows {
        let twice = table.insert(route.clone(), needs);
        assert!(twice.is_none(), "{route:?} is in the table twice");
    }
    table
}

/// Reads a row such as ``| `GET /v1/keys` | `admin` | – |``.
fn row(line: &str) -> Option<(Route, Needs)> {
    let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
    let [route, everywhere, limited] = cells[..] else {
        return None;
    };
    let (method, path) = route.trim_matches('`').split_once(' ')?;
    path.starts_with('/').then(|| {
        let needs = Needs {
            everywhere: need(everywhere),
            limited: need(limited),
        };
        ((method.to_owned(), path.to_owned()), needs)
    })
}

fn need(cell: &str) -> Need {
    match cell {
        "no key" => Need::Nothing,
        "–" => Need::Refused,
        scope => Need::Scope(scope.trim_matches('`').parse().unwrap()),
    }
}

/// Returns every route of the contract.
pub(super) fn routes() -> Vec<Route> {
    let document = serde_json::to_value(renown::http::openapi()).unwrap();
    let paths = document["paths"].as_object().unwrap().iter();
    let routes = paths.flat_map(|(path, item)| {
        let methods = item.as_object().unwrap().keys();
        let methods =
            methods.filter(|name| Method::from_bytes(name.to_uppercase().as_bytes()).is_ok());
        methods.map(|method| (method.to_uppercase(), path.clone()))
    });
    routes.collect()
}

#[test]
fn the_table_has_every_route_of_the_contract_and_no_other() {
    let mut listed: Vec<Route> = table().into_keys().collect();
    let mut routes = routes();
    listed.sort();
    routes.sort();
    assert_eq!(listed, routes);
}
