//! The tables of routes and roles in `docs/keys.md`.

use std::collections::{BTreeMap, BTreeSet};

use renown_core::domain::{Right, Role, Scope};
use reqwest::Method;

const DOCUMENT: &str = include_str!("../../../../docs/keys.md");

/// What a key needs for a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    /// No key.
    Nothing,
    /// Any key or session.
    Any,
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
    /// What a role needs, if that is not the right of the scope.
    pub(super) finer: Option<Finer>,
    /// Whether a request changes nothing, or only if it is told to.
    pub(super) asks: bool,
}

impl Needs {
    /// Returns whether a role reaches the route.
    pub(super) fn allow(&self, role: &RoleRights, method: &str) -> bool {
        let right = match (self.everywhere, self.finer) {
            (Need::Nothing | Need::Any, _) => return true,
            (Need::Refused, _) | (Need::Scope(_), Some(Finer::NoRole)) => return false,
            (Need::Scope(_), Some(Finer::Right(finer))) => finer.to_string(),
            (Need::Scope(scope), None) => scope.to_string(),
        };
        match role {
            RoleRights::Every => true,
            RoleRights::Reading => method == "GET" || self.asks,
            RoleRights::These(rights) => rights.contains(&right),
        }
    }
}

/// What a role needs for a route.
#[derive(Debug, Clone, Copy)]
pub(super) enum Finer {
    /// A right that is finer than a scope.
    Right(Right),
    /// No role is enough.
    NoRole,
}

/// The rights of a role.
#[derive(Debug)]
pub(super) enum RoleRights {
    Every,
    Reading,
    These(Vec<String>),
}

/// Reads the table of roles.
pub(super) fn roles() -> BTreeMap<Role, RoleRights> {
    let role = |line| match cells(line)[..] {
        [name, rights] => Some((name.trim_matches('`').parse().ok()?, of_role(rights))),
        _ => None,
    };
    let roles: BTreeMap<_, _> = DOCUMENT.lines().filter_map(role).collect();
    assert_eq!(roles.len(), Role::ALL.len());
    roles
}

fn of_role(rights: &str) -> RoleRights {
    match rights {
        "every right" => RoleRights::Every,
        "every right, for requests that only ask" => RoleRights::Reading,
        these => RoleRights::These(quoted(these).map(str::to_owned).collect()),
    }
}

/// Reads the routes that need a right finer than a scope.
fn finer() -> BTreeMap<Route, Finer> {
    let rows = DOCUMENT.lines().filter_map(|line| match cells(line)[..] {
        ["of no role", _, routes] => Some((Finer::NoRole, routes)),
        [right, _, routes] => {
            let right = right.trim_matches('`').parse().ok()?;
            Some((Finer::Right(right), routes))
        }
        _ => None,
    });
    let routes = |(finer, routes)| {
        let routes = quoted(routes).filter_map(route);
        routes.map(move |route| (route, finer))
    };
    rows.flat_map(routes).collect()
}

/// Reads the routes of `POST` that only ask.
fn asking() -> BTreeSet<Route> {
    let rows = DOCUMENT.lines().filter_map(|line| match cells(line)[..] {
        ["only asks", routes] => Some(quoted(routes).filter_map(route)),
        _ => None,
    });
    rows.flatten().collect()
}

/// Returns what stands between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

fn cells(line: &str) -> Vec<&str> {
    line.trim_matches('|').split('|').map(str::trim).collect()
}

fn route(text: &str) -> Option<Route> {
    let (method, path) = text.split_once(' ')?;
    path.starts_with('/')
        .then(|| (method.to_owned(), path.to_owned()))
}

/// A method and a path with parameters.
pub(super) type Route = (String, String);

/// Reads the table.
pub(super) fn table() -> BTreeMap<Route, Needs> {
    let rows = DOCUMENT.lines().filter_map(row);
    let (mut table, mut finer, mut asking) = (BTreeMap::new(), finer(), asking());
    for (route, mut needs) in rows {
        needs.finer = finer.remove(&route);
        needs.asks = asking.remove(&route);
        let twice = table.insert(route.clone(), needs);
        assert!(twice.is_none(), "{route:?} is in the table twice");
    }
    assert!(finer.is_empty(), "{finer:?} is not in the table");
    assert!(asking.is_empty(), "{asking:?} is not in the table");
    table
}

/// Reads a row such as ``| `GET /v1/keys` | `admin` | – |``.
fn row(line: &str) -> Option<(Route, Needs)> {
    let [name, everywhere, limited] = cells(line)[..] else {
        return None;
    };
    let route = route(name.trim_matches('`'))?;
    let needs = Needs {
        everywhere: need(everywhere),
        limited: need(limited),
        finer: None,
        asks: false,
    };
    Some((route, needs))
}

fn need(cell: &str) -> Need {
    match cell {
        "no key" => Need::Nothing,
        "any" => Need::Any,
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
