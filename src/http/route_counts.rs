//! Counts of answers by route and class of status. They are plain atomic
//! counters, so that counting costs next to nothing, and are published when the
//! metrics are read.

use std::sync::RwLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// The counters of one route.
#[derive(Debug)]
struct Route {
    name: &'static str,
    /// The counts by first digit of the status, from 1 to 5.
    answers: [AtomicU64; 5],
}

/// The routes that were called so far. There are at most as many as in the route
/// table.
#[derive(Debug, Default)]
pub struct RouteCounts(RwLock<Vec<Route>>);

impl RouteCounts {
    /// Returns the route's name as a static string. It is leaked once for each
    /// route, which is bounded because the route table does not grow.
    pub fn intern(&self, name: &str) -> &'static str {
        if let Some(known) = self.find(name) {
            return known;
        }
        let mut routes = self.0.write().unwrap_or_else(|poison| poison.into_inner());
        if let Some(known) = routes.iter().find(|route| route.name == name) {
            return known.name;
        }
        let name: &'static str = Box::leak(name.into());
        let answers = Default::default();
        routes.push(Route { name, answers });
        name
    }

    fn find(&self, name: &str) -> Option<&'static str> {
        let routes = self.0.read().unwrap_or_else(|poison| poison.into_inner());
        routes
            .iter()
            .find(|route| route.name == name)
            .map(|route| route.name)
    }

    /// Counts an answer under its route and class of status.
    pub fn count(&self, route: &str, status: u16) {
        let routes = self.0.read().unwrap_or_else(|poison| poison.into_inner());
        let class = usize::from(status / 100).clamp(1, 5) - 1;
        if let Some(route) = routes.iter().find(|known| known.name == route) {
            route.answers[class].fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Sets the `renown_http_answers_total` metric to the counts.
    pub fn publish(&self) {
        let routes = self.0.read().unwrap_or_else(|poison| poison.into_inner());
        for route in routes.iter() {
            for (class, count) in route.answers.iter().enumerate() {
                let labels = [
                    ("route", route.name.to_owned()),
                    ("status", format!("{}xx", class + 1)),
                ];
                metrics::counter!("renown_http_answers_total", &labels)
                    .absolute(count.load(Ordering::Relaxed));
            }
        }
    }
}
