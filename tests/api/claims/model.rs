//! A random walk through everything that can happen to claims, over HTTP, against a
//! model that a person could keep on paper.

use chrono::Duration;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{Answer, App};
use crate::webhooks::payloads;

const MEMBERS: usize = 5;
const PER_MEMBER: usize = 2;
const PER_DAY: usize = 4;
const HOLD_HOURS: i64 = 10;
const REDEEM_HOURS: i64 = 20;
/// The configured time in which a redemption can be reversed.
const REVERSAL_HOURS: i64 = 24;

#[derive(Debug, Clone, Copy)]
enum Act {
    DemotionFreeze(usize),
    Confirm(usize),
    Redeem(usize),
    Release(usize),
    Cancel(usize),
    Reverse(usize),
    Wait(usize),
    Leave(usize),
    Pass(i64),
    Upkeep,
    Restock(usize),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        5 => (0..MEMBERS).prop_map(Act::DemotionFreeze),
        3 => (0..12usize).prop_map(Act::Confirm),
        2 => (0..12usize).prop_map(Act::Redeem),
        2 => (0..12usize).prop_map(Act::Release),
        1 => (0..12usize).prop_map(Act::Cancel),
        2 => (0..12usize).prop_map(Act::Reverse),
        4 => (0..MEMBERS).prop_map(Act::Wait),
        1 => (0..MEMBERS).prop_map(Act::Leave),
        2 => (1..15i64).prop_map(Act::Pass),
        3 => Just(Act::Upkeep),
        1 => (1..7usize).prop_map(Act::Restock),
    ];
    prop::collection::vec(act, 10..60)
}

/// A claim in the model.
#[derive(Debug, Clone)]
struct Line {
    id: String,
    member: usize,
    state: &'static str,
    ends: Option<i64>,
    /// When it was redeemed.
    redeemed: Option<i64>,
    day: i64,
}

impl Line {
    fn is_taken(&self) -> bool {
        matches!(self.state, "held" | "confirmed" | "redeemed")
    }

    fn is_over(&self, now: i64) -> bool {
        self.ends.is_some_and(|end| now >= end)
    }
}

/// The model. Times are hours since the beginning, which was at noon.
struct Model {
    stock: usize,
    now: i64,
    lines: Vec<Line>,
    /// Members with the ids of their waits, in order.
    waiting: Vec<(usize, String)>,
}

impl Model {
    fn today(&self) -> i64 {
        (self.now + 12).div_euclid(24)
    }

    fn taken(&self) -> usize {
        self.lines.iter().filter(|line| line.is_taken()).count()
    }

    fn limit(&self, member: usize, any_left: bool) -> Option<&'static str> {
        let taken = self.lines.iter().filter(|line| line.is_taken());
        let of_member = taken.clone().filter(|line| line.member == member).count();
        let today = taken.filter(|line| line.day == self.today()).count();
        if of_member >= PER_MEMBER {
            Some("member_limit")
        } else if !any_left {
            Some("out_of_stock")
        } else if today >= PER_DAY {
            Some("day_limit")
        } else {
            None
        }
    }

    fn left(&self) -> usize {
        self.stock.saturating_sub(self.taken() + self.waiting.len())
    }

    fn hold(&mut self, member: usize, id: String) {
        self.lines.push(Line {
            id,
            member,
            state: "held",
            ends: Some(self.now + HOLD_HOURS),
            redeemed: None,
            day: self.today(),
        });
    }

    /// Returns the state after a step, or `None` if the step is refused.
    fn step(&self, line: &Line, act: Act) -> Option<(&'static str, Option<i64>)> {
        let over = line.is_over(self.now);
        match (line.state, act) {
            ("held", Act::Confirm(_)) if !over => {
                Some(("confirmed", Some(self.now + REDEEM_HOURS)))
            }
            ("confirmed", Act::Confirm(_)) => Some((line.state, line.ends)),
            ("confirmed", Act::Redeem(_)) if !over => Some(("redeemed", None)),
            ("held" | "confirmed" | "released", Act::Release(_)) => Some(("released", None)),
            ("held" | "confirmed" | "cancelled", Act::Cancel(_)) => Some(("cancelled", None)),
            ("redeemed", Act::Reverse(_)) if self.now < line.redeemed? + REVERSAL_HOURS => {
                Some(("reversed", None))
            }
            ("reversed", Act::Reverse(_)) => Some(("reversed", None)),
            _ => None,
        }
    }

    /// Ends claims whose time is over and serves the waiting list. Returns the members
    /// that were served, in order.
    fn upkeep(&mut self) -> Vec<usize> {
        let now = self.now;
        for line in &mut self.lines {
            if matches!(line.state, "held" | "confirmed") && line.is_over(now) {
                (line.state, line.ends) = ("expired", None);
            }
        }
        let mut served = Vec::new();
        while self.taken() < self.stock && !self.waiting.is_empty() {
            let member = self.waiting[0].0;
            match self.limit(member, true) {
                Some("day_limit") => break,
                Some(_) => {
                    self.waiting.remove(0);
                }
                None => {
                    self.waiting.remove(0);
                    self.hold(member, String::new());
                    served.push(member);
                }
            }
        }
        served
    }
}

fn program(stock: usize) -> String {
    format!(
        "program: shop\ntitle: Shop\nstanding: {{ influence: 1 }}\n\
         service_levels:\n  - {{ id: standard, queue: general }}\n\
         tiers:\n  - {{ id: guest, service_level: standard }}\n\
         perks:\n  - {{ id: mug, title: A mug, disclosure: So., stock: {stock}, \
         per_member: {PER_MEMBER}, per_day: {PER_DAY}, hold: {HOLD_HOURS}h, \
         redeem: {REDEEM_HOURS}h }}\n"
    )
}

/// The service and the model.
struct Walk {
    app: App,
    model: Model,
    /// The members' ids in the service.
    members: Vec<Value>,
    requests: usize,
}

impl Walk {
    async fn begin() -> Self {
        let app = App::start().await;
        app.service
            .programs
            .publish(None, &program(3), None)
            .await
            .unwrap();
        let mut members = Vec::new();
        for member in 0..MEMBERS {
            let enrolled = app.enrol(&format!("twitter:m{member}")).await;
            members.push(enrolled["id"].clone());
        }
        let model = Model {
            stock: 3,
            now: 0,
            lines: Vec::new(),
            waiting: Vec::new(),
        };
        Self {
            app,
            model,
            members,
            requests: 0,
        }
    }

    async fn act(&mut self, act: Act) {
        match act {
            Act::DemotionFreeze(member) => self.hold(member).await,
            Act::Wait(member) => self.wait(member).await,
            Act::Leave(member) => self.leave(member).await,
            Act::Pass(hours) => {
                self.app.service.clock.advance(Duration::hours(hours));
                self.model.now += hours;
            }
            Act::Upkeep => self.upkeep().await,
            Act::Restock(stock) => {
                let published = self
                    .app
                    .service
                    .programs
                    .publish(None, &program(stock), None)
                    .await;
                assert_eq!(published.is_ok(), stock >= self.model.taken());
                if published.is_ok() {
                    self.model.stock = stock;
                }
            }
            Act::Confirm(n) => self.step(n, "confirm", act).await,
            Act::Redeem(n) => self.step(n, "redeem", act).await,
            Act::Release(n) => self.step(n, "release", act).await,
            Act::Cancel(n) => self.step(n, "cancel", act).await,
            Act::Reverse(n) => self.step(n, "reverse", act).await,
        }
    }

    async fn post(&mut self, path: &str, body: Value) -> Answer {
        self.requests += 1;
        let name = format!("n{}", self.requests);
        self.app.post_once(path, &name, body).await
    }

    async fn hold(&mut self, member: usize) {
        let body =
            json!({"program": "shop", "perk": "mug", "member": format!("twitter:m{member}")});
        let answer = self.post("/v1/claims", body).await;
        match self.model.limit(member, self.model.left() > 0) {
            Some(limit) => assert_eq!(answer.expect(409)["refusal"], limit),
            None => {
                let id = answer.expect(201)["id"].as_str().unwrap().to_owned();
                self.model.hold(member, id);
            }
        }
    }

    async fn wait(&mut self, member: usize) {
        let body = json!({"member": format!("twitter:m{member}")});
        let answer = self.post("/v1/programs/shop/perks/mug/waiting", body).await;
        let refusal = match self.model.limit(member, true) {
            None if self.model.left() > 0 => Some("nothing_to_wait_for"),
            limit => limit,
        };
        if let Some(refusal) = refusal {
            assert_eq!(answer.expect(409)["refusal"], refusal);
            return;
        }
        let place = answer.expect(200);
        let waits = self
            .model
            .waiting
            .iter()
            .position(|(own, _)| *own == member);
        let before = waits.unwrap_or(self.model.waiting.len());
        assert_eq!(place["before"], before);
        if waits.is_none() {
            let id = place["id"].as_str().unwrap().to_owned();
            self.model.waiting.push((member, id));
        }
    }

    async fn leave(&mut self, member: usize) {
        let place = self
            .model
            .waiting
            .iter()
            .position(|(own, _)| *own == member);
        if let Some(place) = place {
            let (_, id) = self.model.waiting.remove(place);
            let path = format!("/v1/waiting/{id}");
            self.app
                .send(Method::DELETE, &path, &[], "")
                .await
                .expect(200);
        }
    }

    async fn step(&mut self, nth: usize, step: &str, act: Act) {
        let Some(line) = self.model.lines.get(nth).cloned() else {
            return;
        };
        let body = match act {
            Act::Cancel(_) | Act::Reverse(_) => json!({"reason": "closed"}),
            _ => json!({}),
        };
        let answer = self
            .post(&format!("/v1/claims/{}/{step}", line.id), body)
            .await;
        match self.model.step(&line, act) {
            None => assert_eq!(answer.problem(409), "conflict"),
            Some((state, ends)) => {
                assert_eq!(answer.expect(200)["state"], state);
                let now = self.model.now;
                let line = &mut self.model.lines[nth];
                (line.state, line.ends) = (state, ends);
                line.redeemed = line.redeemed.or((state == "redeemed").then_some(now));
            }
        }
    }

    async fn upkeep(&mut self) {
        self.app.service.claims.expire_due().await.unwrap();
        self.app.service.claims.serve_waiting().await.unwrap();
        let served = self.model.upkeep();
        // Ids of the same moment have no order, so claims are matched by the member
        // served.
        let claims = self.claims().await;
        for member in served {
            let new = claims.iter().find(|claim| {
                let known = |line: &Line| line.id == claim["id"].as_str().unwrap();
                claim["member"] == self.members[member] && !self.model.lines.iter().any(known)
            });
            let id = new.unwrap()["id"].as_str().unwrap().to_owned();
            let open = |line: &&mut Line| line.id.is_empty() && line.member == member;
            self.model.lines.iter_mut().find(open).unwrap().id = id;
        }
    }

    async fn claims(&self) -> Vec<Value> {
        let page = self.app.get("/v1/claims?limit=200").await.expect(200);
        page["data"].as_array().unwrap().clone()
    }

    /// Compares the service with the model.
    async fn compare(&self) {
        let claims = self.claims().await;
        assert_eq!(claims.len(), self.model.lines.len());
        for line in &self.model.lines {
            let claim = claims
                .iter()
                .find(|claim| claim["id"] == line.id.as_str())
                .unwrap();
            assert_eq!(claim["state"], line.state, "{line:?}");
        }
        let stock: (Option<i64>, i64, i64) =
            sqlx::query_as("select total, taken, waiting from perk_stock")
                .fetch_one(&self.app.pool)
                .await
                .unwrap();
        let (taken, waiting) = (self.model.taken() as i64, self.model.waiting.len() as i64);
        assert_eq!(stock, (Some(self.model.stock as i64), taken, waiting));
        let used: Vec<i64> = sqlx::query_scalar(
            "select units from claim_usage where scope in ('program', 'perk/mug')",
        )
        .fetch_all(&self.app.pool)
        .await
        .unwrap();
        assert!(
            used.iter().all(|units| *units == taken),
            "{used:?} of {taken}"
        );
    }
}

#[test]
fn a_walk_through_everything_is_that_of_the_paper() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let config = Config {
        // Each case has its own database.
        cases: 24,
        max_shrink_iters: 30,
        failure_persistence: None,
        ..Config::default()
    };
    let walked = TestRunner::new(config).run(&acts(), |acts| {
        let walk = async {
            let mut walk = Walk::begin().await;
            for act in acts {
                walk.act(act).await;
                walk.compare().await;
            }
            payloads::told(&walk.app.pool).await;
        };
        let walk = std::panic::AssertUnwindSafe(walk);
        let walked = runtime.block_on(futures::FutureExt::catch_unwind(walk));
        walked.map_err(|_| TestCaseError::fail("the service and the paper differ; see above"))
    });
    walked.unwrap();
}
