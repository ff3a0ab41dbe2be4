//! The routes as the contract has them: what is known of a request before its handler is
//! called, and the counts of answers.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::http::Method;
use metrics::Histogram;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn};
use utoipa::openapi::{OpenApi, RefOr};

use crate::http::contract::errors::{FOR_OPERATORS, WITHOUT_DATABASE, needs_caller, operations};
use crate::http::deprecation::Deprecation;
use crate::http::error::Problem;

/// The routes that are not in the contract, because they are for browsers.
const FOR_BROWSERS: &[&str] = &[
    "/auth/{provider}/callback",
    "/auth/{provider}/start",
    "/openapi.json",
];
/// The routes without a time limit of their own; their bodies have one.
const STREAMS: &[&str] = &[
    "/v1/events",
    "/v1/members/export",
    "/v1/members/import",
    "/v1/programs/{program}/experiment",
    "/v1/programs/{program}/perks/{perk}/experiment",
    "/v1/programs/{program}/perks/{perk}/codes/import",
    "/v1/programs/{program}/simulate",
    "/v1/stream",
    "/v1/webhooks/{webhook}",
    "/v1/webhooks/{webhook}/replay",
];
/// Stands for the rest of a parameter's name, for those that are part of an object.
const ANY: &str = "NAME";

/// The routes whose requests take long and can be sent again later.
const BULK: &[&str] = &[
    "/v1/events",
    "/v1/members/export",
    "/v1/members/import",
    "/v1/programs/{program}/lookups",
    "/v1/programs/{program}/simulate",
    "/v1/programs/{program}/perks/{perk}/codes/import",
    "/v1/webhooks/{webhook}/replay",
];

/// How much a request asks of the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestSize {
    /// A lookup, or what is answered without the database.
    Small,
    /// One of the requests that do not belong to the others.
    Usual,
    /// A list or a stream.
    Bulk,
}

/// All routes.
#[derive(Debug)]
pub struct Routes {
    routes: Vec<Route>,
    by_path: matchit::Router<usize>,
    /// Stands for every path without a route.
    none: Route,
}

/// A route.
#[derive(Debug)]
pub struct Route {
    /// Its path, with the names of parameters for their values.
    pub path: Box<str>,
    /// Whether it takes as long as its body does.
    pub is_stream: bool,
    /// How much a request to it asks, if it is not a lookup.
    size: RequestSize,
    /// Whether its `GET` is a lookup.
    is_lookup: bool,
    methods: Vec<RouteMethod>,
    /// The counts of answers by the first digit of the status, from 1 to 5.
    answers: [AtomicU64; 5],
    /// The times that answers took; made with the first, so that unused routes have no lines.
    seconds: OnceLock<Histogram>,
}

/// A method of a route, as the contract has it.
#[derive(Debug)]
struct RouteMethod {
    method: Method,
    /// The names of its query parameters.
    query_names: Vec<String>,
    /// Whether it is for callers who have been found and are under their limit.
    needs_caller: bool,
    deprecation: Option<Deprecation>,
}

impl Routes {
    /// Reads the routes from the contract.
    ///
    /// # Panics
    /// If two of the contract's paths are in conflict, which the router would refuse too.
    pub fn of(document: &mut OpenApi) -> Self {
        let described = document.paths.paths.iter_mut().map(|(path, item)| {
            let methods = operations(item).map(|(method, operation)| RouteMethod {
                method,
                query_names: names(operation),
                needs_caller: needs_caller(path, operation),
                deprecation: Deprecation::of(operation),
            });
            let mut route = Route::new(path, methods.collect());
            let tags = item.get.iter().filter_map(|get| get.tags.as_ref());
            route.is_lookup = tags.flatten().any(|tag| tag == "lookups");
            route
        });
        let mut routes: Vec<Route> = described.collect();
        routes.extend(FOR_BROWSERS.iter().map(|path| Route::new(path, Vec::new())));
        let mut by_path = matchit::Router::new();
        for (number, route) in routes.iter().enumerate() {
            by_path
                .insert(route.path.as_ref(), number)
                .expect("no two paths are in conflict");
        }
        Self {
            routes,
            by_path,
            none: Route::new("none", Vec::new()),
        }
    }

    /// Returns the route that takes a path.
    pub fn find(&self, path: &str) -> &Route {
        match self.by_path.at(path) {
            Ok(found) => &self.routes[*found.value],
            Err(_) => &self.none,
        }
    }

    /// Sets the metric `renown_http_answers_total` to the counts.
    pub fn publish_counts(&self) {
        for route in self.routes.iter().chain([&self.none]) {
            for (class, count) in (1..).zip(&route.answers) {
                let count = count.load(Ordering::Relaxed);
                if count > 0 {
                    let labels = [
                        ("route", route.path.to_string()),
                        ("status", format!("{class}xx")),
                    ];
                    metrics::counter!("renown_http_answers_total", &labels).absolute(count);
                }
            }
        }
    }
}

impl Route {
    fn new(path: &str, methods: Vec<RouteMethod>) -> Self {
        Self {
            path: path.into(),
            is_stream: STREAMS.contains(&path),
            is_lookup: false,
            size: match path {
                "/v1/stream" | "none" => RequestSize::Small,
                path if WITHOUT_DATABASE.contains(&path) => RequestSize::Small,
                path if FOR_OPERATORS.contains(&path) => RequestSize::Small,
                path if FOR_BROWSERS.contains(&path) => RequestSize::Small,
                path if BULK.contains(&path) => RequestSize::Bulk,
                _ => RequestSize::Usual,
            },
            methods,
            answers: Default::default(),
            seconds: OnceLock::new(),
        }
    }

    /// Returns what the contract says of a method; `None` if it does not have it.
    fn method(&self, method: &Method) -> Option<&RouteMethod> {
        let method = match *method {
            Method::HEAD => &Method::GET,
            _ => method,
        };
        self.methods.iter().find(|known| known.method == method)
    }

    /// Returns whether a method is for callers who have been found and are under their limit.
    pub fn needs_caller(&self, method: &Method) -> bool {
        self.method(method).is_some_and(|known| known.needs_caller)
    }

    /// Returns since when a method is deprecated, and until when it works; `None` if it is not.
    pub fn deprecation(&self, method: &Method) -> Option<&Deprecation> {
        self.method(method)?.deprecation.as_ref()
    }

    /// Returns how much a request with a method asks of the service.
    pub fn size(&self, method: &Method) -> RequestSize {
        match self.is_lookup && *method == Method::GET {
            true => RequestSize::Small,
            false => self.size,
        }
    }

    /// Counts an answer by its status, with the time that it took. The counts are plain numbers
    /// that become metrics when these are read, so that counting costs next to nothing.
    pub fn count(&self, status: u16, took: Duration) {
        let class = usize::from(status / 100).clamp(1, 5) - 1;
        self.answers[class].fetch_add(1, Ordering::Relaxed);
        // A stream lasts as long as its caller wants.
        if !self.is_stream {
            let route = || self.path.to_string();
            let make = || metrics::histogram!("renown_http_request_seconds", "route" => route());
            self.seconds.get_or_init(make).record(took.as_secs_f64());
        }
    }

    /// Checks the query of a request. One that is misspelt would otherwise be ignored, and the
    /// caller would take the answer for what was asked. Routes that are not in the contract
    /// take any.
    ///
    /// # Errors
    /// A problem that names the unknown parameter and the known ones.
    pub fn check_query(&self, method: &Method, query: &str) -> Result<(), Problem> {
        let Some(RouteMethod {
            query_names: known, ..
        }) = self.method(method)
        else {
            return Ok(());
        };
        let mut names = form_urlencoded::parse(query.as_bytes()).map(|(name, _)| name);
        match names.find(|name| !known.iter().any(|known| matches(known, name))) {
            None => Ok(()),
            Some(unknown) => Err(Problem::invalid_request().detail(match known.as_slice() {
                [] => format!("there is no parameter '{unknown}': this route has none"),
                known => format!(
                    "there is no parameter '{unknown}'; this route has: {}",
                    known.join(", ")
                ),
            })),
        }
    }
}

/// The known name of a parameter that is an object stands for all that begin with it.
fn matches(known: &str, name: &str) -> bool {
    match known.strip_suffix(ANY) {
        Some(prefix) => name.starts_with(prefix),
        None => known == name,
    }
}

/// Returns the names of an operation's query parameters.
fn names(operation: &Operation) -> Vec<String> {
    let name = |parameter: &RefOr<Parameter>| match parameter {
        RefOr::T(parameter) if parameter.parameter_in == ParameterIn::Query => {
            match parameter.explode {
                Some(true) => Some(format!("{}.{ANY}", parameter.name)),
                _ => Some(parameter.name.clone()),
            }
        }
        _ => None,
    };
    let parameters = operation.parameters.iter().flatten();
    parameters.filter_map(name).collect()
}
