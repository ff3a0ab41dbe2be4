//! The population of the simulation tests.

use reqwest::Method;
use serde_json::{Value, json};

use super::{JSON, ONLY_RESULT, SIMULATE};
use crate::harness::{Answer, App, orders};

/// Big buyers, small buyers and members without events, by country. Two more: one has
/// opted out, and one has no country.
const PEOPLE: &[(&str, usize, usize, usize)] =
    &[("US", 30, 5, 5), ("DE", 15, 9, 6), ("FR", 0, 2, 0)];
/// 40 + 30 + 2, and the one without a country.
pub const MEMBERS: u64 = 73;
pub const SMALL: u64 = 5 + 9 + 2;

/// A town with scores for all members, and the lower bounds of the value of small and
/// big buyers.
pub struct Town {
    pub app: App,
    pub small: f64,
    pub big: f64,
    pub small_buyers: Vec<String>,
}

impl Town {
    pub async fn build() -> Self {
        let app = App::start().await;
        let mut events = Vec::new();
        let mut small_buyers = Vec::new();
        for (country, big, small, unknown) in PEOPLE {
            for n in 0..big + small + unknown {
                let name = format!("{}{n}", country.to_lowercase());
                let id = enrol(&app, &name, json!({"attributes": {"country": country}})).await;
                if n < *big {
                    events.extend(orders(&name, 9));
                } else if n < big + small {
                    events.extend(orders(&name, 1));
                    small_buyers.push(id);
                }
            }
        }
        enrol(&app, "nomad", json!({})).await;
        enrol(
            &app,
            "shy",
            json!({"scoring": "opted_out", "attributes": {"country": "US"}}),
        )
        .await;
        app.events(&events).await;
        app.settle().await;
        small_buyers.sort();
        let (small, big) = (value(&app, "us30").await, value(&app, "us0").await);
        assert!(0.0 < small && small + 5.0 < big, "{small} {big}");
        Self {
            app,
            small,
            big,
            small_buyers,
        }
    }

    /// A program in which every buyer is gold.
    pub fn lenient(&self) -> String {
        program(self.small / 2.0, "")
    }

    /// A program in which only big buyers are gold.
    pub fn strict(&self) -> String {
        program((self.small + self.big) / 2.0, "")
    }

    pub async fn simulate(&self, body: Value) -> Answer {
        let headers = [JSON, ONLY_RESULT];
        let body = body.to_string();
        self.app.send(Method::POST, SIMULATE, &headers, body).await
    }

    /// Everything that a simulation might have written.
    pub async fn written(&self) -> (i64, i64, i64, String) {
        let query = "select (select count(*) from tier_history), (select count(*) from decisions),
             (select count(*) from program_versions),
             (select coalesce(string_agg(t::text, ',' order by t::text), '') from member_tiers t)";
        sqlx::query_as(query)
            .fetch_one(&self.app.pool)
            .await
            .unwrap()
    }
}

/// A program: gold from a lower bound on, with the given `keep`; a bottle for gold
/// members, a glass for everybody.
pub fn program(least: f64, keep: &str) -> String {
    format!(
        "program: klub\nstanding: {{ value: 1 }}\n\
         service_levels: [{{ id: fast, queue: a }}, {{ id: slow, queue: b }}]\n\
         tiers:\n  - {{ id: gold, when: value.lower >= {least:.6}, {keep} service_level: fast }}\n\
         \x20 - {{ id: basic, service_level: slow }}\n\
         perks:\n  - {{ id: bottle, title: A bottle, when: 'tier == \"gold\"', stock: 20, per_member: 2,\n\
         \x20     value: 12.50 EUR, until: 2026-11-25, disclosure: Because you buy. }}\n\
         \x20 - {{ id: glass, title: A glass, stock: 500, value: 3 USD, until: 2026-11-25, disclosure: Welcome. }}\n"
    )
}

pub async fn enrol(app: &App, name: &str, body: Value) -> String {
    let member = app.put(&format!("/v1/members/shop:{name}"), body).await;
    member.expect(201)["id"].as_str().unwrap().to_owned()
}

async fn value(app: &App, name: &str) -> f64 {
    let score = app.get(&format!("/v1/members/shop:{name}/score")).await;
    score.expect(200)["value"]["lower"].as_f64().unwrap()
}
