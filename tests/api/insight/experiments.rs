//! Experiments: the control group, what is recorded of it, and whether the offer has an
//! effect.

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::{App, noon};

/// Half of the people are the control group for the voucher.
const CLUB: &str = r#"program: club
service_levels: [{ id: fast, queue: a }]
tiers: [{ id: guest, amenities: [water], service_level: fast }]
perks:
  - { id: voucher, title: A voucher, experiment: { hold_back: 50%, salt: spring }, disclosure: Because. }
  - { id: badge, title: A badge, disclosure: Because. }
  - { id: suite, title: A suite, when: has(member.attributes.vip), experiment: { hold_back: 50%, salt: spring }, disclosure: Because. }
"#;

const REPORT: &str = "/v1/programs/club/perks/voucher/experiment";

/// A club of people, each with an account in the shop.
struct Club {
    app: App,
    people: Vec<String>,
}

impl Club {
    async fn of(members: usize) -> Self {
        Self::under(CLUB, members).await
    }

    async fn under(program: &str, members: usize) -> Self {
        let app = App::start().await;
        app.service
            .programs
            .publish(None, program, None)
            .await
            .unwrap();
        let mut people = Vec::new();
        for n in 0..members {
            let name = format!("shop:p{n}");
            app.enrol(&name).await;
            people.push(name);
        }
        Self { app, people }
    }

    async fn offer(&self, person: &str, perk: usize) -> Value {
        let path = format!("/v1/programs/club/members/{person}/offers");
        let offers = self.app.get(&path).await.expect(200);
        offers["offers"][perk].clone()
    }

    /// Every person asks for offers. Returns those that were offered the voucher, and
    /// the control group.
    async fn everybody_looks(&self) -> [Vec<String>; 2] {
        let mut sides = [Vec::new(), Vec::new()];
        for person in &self.people {
            let offer = self.offer(person, 0).await;
            let side = match offer["refusal"].as_str() {
                None => 0,
                Some("held_back") => 1,
                other => panic!("{other:?}"),
            };
            assert_eq!(offer["eligible"], side == 0);
            sides[side].push(person.clone());
        }
        self.app.service.exposures.write_down_shown().await.unwrap();
        sides
    }

    /// Orders of the first of some people, a day after they were shown offers.
    async fn buy(&self, people: &[String], buyers: usize) {
        let order = |(n, person): (usize, &String)| {
            json!({
                "id": format!("order-{person}"), "source": "shop", "type": "purchase",
                "time": noon() + TimeDelta::days(1), "network": "shop",
                "actor": person.trim_start_matches("shop:"), "object": format!("o-{person}"),
                "value": format!("{}.50", 10 + n % 5), "currency": "USD",
            })
        };
        let orders: Vec<Value> = people[..buyers].iter().enumerate().map(order).collect();
        if !orders.is_empty() {
            self.app.events(&orders).await;
        }
    }

    fn wait(&self, days: i64) {
        self.app.service.clock.advance(TimeDelta::days(days));
    }

    async fn report(&self) -> Value {
        self.app.get(REPORT).await.expect(200)
    }

    async fn exposures(&self) -> i64 {
        sqlx::query_scalar("select count(*) from exposures where salt <> ''")
            .fetch_one(&self.app.pool)
            .await
            .unwrap()
    }
}

#[tokio::test]
async fn whoever_is_held_back_is_told_so_and_keeps_what_everybody_has() {
    let club = Club::of(12).await;
    let [offered, held_back] = club.everybody_looks().await;
    assert!(!offered.is_empty() && !held_back.is_empty());
    for person in &held_back {
        let path = format!("/v1/programs/club/members/{person}/tier");
        let tier = club.app.get(&path).await.expect(200);
        assert_eq!(tier["tier"], "guest");
        assert_eq!(tier["amenities"], json!(["water"]));
        assert_eq!(club.offer(person, 1).await["eligible"], true);
        // A person that would not get the voucher anyway gets that reason, not this
        // one.
        assert_eq!(club.offer(person, 2).await["refusal"], "condition");
    }
    let decision = json!({"program": "club", "member": held_back[0]});
    let decision = club.app.post("/v1/decisions", decision).await.expect(201);
    let refused = decision["outcome"]["not_matched"].as_array().unwrap();
    let voucher = refused.iter().find(|r| r["id"] == "voucher").unwrap();
    assert_eq!(voucher["refusal"], "held_back");
    assert_eq!(voucher["held_back"]["salt"], "spring");
    assert_eq!(voucher["held_back"]["hold_back"], "50%");
    let impossible = json!({"result": "impossible", "reason": "held_back"});
    assert_eq!(voucher["counterfactual"], impossible);
    let id = decision["id"].as_str().unwrap();
    let replay = club.app.get(&format!("/v1/decisions/{id}/replay")).await;
    assert_eq!(replay.expect(200)["same"], true);
    // The control group cannot claim it either.
    let claim = json!({"program": "club", "perk": "voucher", "member": held_back[0]});
    let refused = club.app.post_once("/v1/claims", "a", claim).await;
    assert_eq!(refused.status, 409);
    assert_eq!(refused.json()["reason"]["refusal"], "held_back");
}

#[tokio::test]
async fn the_groups_are_the_same_on_every_call_and_day() {
    let club = Club::of(20).await;
    let first = club.everybody_looks().await;
    club.wait(3);
    assert_eq!(club.everybody_looks().await, first);
    // Another version with the same experiment changes nothing.
    let renamed = CLUB.replace("title: A voucher", "title: The voucher");
    club.app
        .service
        .programs
        .publish(None, &renamed, None)
        .await
        .unwrap();
    assert_eq!(club.everybody_looks().await, first);
    // Each exposure was recorded once, with its first time.
    assert_eq!(club.exposures().await, 20);
    let firsts: Vec<DateTime<Utc>> = sqlx::query_scalar("select distinct first_at from exposures")
        .fetch_all(&club.app.pool)
        .await
        .unwrap();
    assert_eq!(firsts, [noon()]);
}

#[tokio::test]
async fn a_planted_lift_is_found() {
    let club = Club::of(160).await;
    let [offered, held_back] = club.everybody_looks().await;
    assert!(offered.len() >= 60 && held_back.len() >= 60);
    club.wait(29);
    club.buy(&offered, offered.len() * 6 / 10).await;
    club.buy(&held_back, held_back.len() * 2 / 10).await;
    let report = club.report().await;
    let [first, second] = [&report["arms"][0], &report["arms"][1]];
    assert_eq!(
        (&first["arm"], &second["arm"]),
        (&json!("offered"), &json!("held_back"))
    );
    assert_eq!(first["complete"], offered.len());
    assert_eq!(second["complete"], held_back.len());
    assert_eq!(first["purchases"]["buyers"], offered.len() * 6 / 10);
    assert_eq!(report["currency"], "USD");
    // A few dozen are too few for means, though not for shares.
    for (measure, conclusion) in [
        ("amount", "too_few"),
        ("orders", "too_few"),
        ("buyers", "higher"),
    ] {
        let lift = &report["lift"][measure];
        assert_eq!(lift["conclusion"], conclusion, "{lift}");
        assert!(
            lift["difference"]["lower"].as_f64().unwrap() > 0.0,
            "{lift}"
        );
        assert!(lift["ratio"]["lower"].as_f64().unwrap() > 1.0, "{lift}");
    }
    assert_eq!(report["lift"]["reactions"]["conclusion"], "too_few");
    assert_eq!(report["split"]["mismatch"], false);
    assert_eq!(report["warnings"], json!([]));
}

#[tokio::test]
async fn no_lift_is_found_where_there_is_none() {
    let club = Club::of(160).await;
    let [offered, held_back] = club.everybody_looks().await;
    club.wait(29);
    club.buy(&offered, offered.len() * 3 / 10).await;
    club.buy(&held_back, held_back.len() * 3 / 10).await;
    let report = club.report().await;
    assert_eq!(report["lift"]["buyers"]["conclusion"], "inconclusive");
    for measure in ["amount", "orders", "buyers"] {
        let lift = &report["lift"][measure];
        let bound = |name: &str| lift["difference"][name].as_f64().unwrap();
        assert!(bound("lower") <= 0.0 && 0.0 <= bound("upper"), "{lift}");
    }
}

#[tokio::test]
async fn only_days_that_are_over_and_events_within_them_count() {
    let club = Club::of(24).await;
    let [offered, _] = club.everybody_looks().await;
    let buyer = offered[0].trim_start_matches("shop:").to_owned();
    let event = |id: &str, kind: &str, days: i64, object: &str, value: &str| {
        json!({
            "id": id, "source": "shop", "type": kind, "time": noon() + TimeDelta::days(days),
            "network": "shop", "actor": buyer, "object": object, "value": value, "currency": "EUR",
        })
    };
    club.wait(27);
    let arm = club.report().await["arms"][0].clone();
    assert_eq!(
        (&arm["exposed"], &arm["complete"]),
        (&json!(offered.len()), &json!(0))
    );
    assert_eq!(arm["purchases"]["amount_per_member"], Value::Null);
    club.wait(3);
    let undo = json!({
        "id": "u", "source": "shop", "type": "undo", "time": noon() + TimeDelta::days(4),
        "network": "shop", "undo": "undone",
    });
    club.app
        .events(&[
            event("before", "purchase", -1, "o0", "100"),
            event("within", "purchase", 2, "o1", "10"),
            event("back", "refund", 3, "o1", "4"),
            event("back-before", "refund", 3, "o0", "50"),
            event("undone", "purchase", 3, "o2", "1000"),
            undo,
            event("after", "purchase", 28, "o3", "1000"),
        ])
        .await;
    let like = |id: &str, actor: &str, days: i64, count: u32| {
        json!({
            "id": id, "source": "shop", "type": "like", "time": noon() + TimeDelta::days(days),
            "network": "shop", "actor": actor, "target": buyer, "count": count,
        })
    };
    club.app
        .events(&[
            like("l1", "fan", 1, 1),
            like("l2", &buyer, 1, 1),
            like("l3", "fan", -2, 1),
        ])
        .await;
    let arm = club.report().await["arms"][0].clone();
    // 6 EUR in the base currency.
    let model = club.app.service.scorer.model();
    let rate = model.rates();
    let six = rate.convert(&"6 EUR".parse().unwrap()).unwrap().normalize();
    assert_eq!(arm["purchases"]["amount"], six.to_string());
    assert_eq!(arm["purchases"]["orders"], 1);
    assert_eq!(arm["reactions"]["count"], 1);
    assert!(arm["before"]["reactions_per_member"].as_f64().unwrap() > 0.0);
    // Fewer days contain less.
    let path = format!("{REPORT}?outcome_days=1");
    let report = club.app.get(&path).await.expect(200);
    assert_eq!(report["arms"][0]["purchases"]["amount"], "0");
    assert_eq!(report["lift"]["amount"]["conclusion"], "too_few");
}

#[tokio::test]
async fn what_a_person_gave_is_offered_to_whoever_was_held_back_and_counts_on_no_side() {
    let club = Club::of(10).await;
    let [_, held_back] = club.everybody_looks().await;
    let noted = club.exposures().await;
    let grant = json!({
        "member": held_back[0], "perk": "suite", "author": "Maria", "reason": "a friend of the house",
    });
    club.app
        .post("/v1/programs/club/grants", grant)
        .await
        .expect(201);
    assert_eq!(club.offer(&held_back[0], 2).await["eligible"], true);
    club.app.service.exposures.write_down_shown().await.unwrap();
    assert_eq!(club.exposures().await, noted);
}

#[tokio::test]
async fn whoever_opts_out_is_in_no_experiment_any_more() {
    let club = Club::of(6).await;
    club.everybody_looks().await;
    let path = format!("/v1/members/{}", club.people[0]);
    // Exposed once more just before, and recorded just after.
    club.wait(1);
    club.offer(&club.people[0], 0).await;
    club.app
        .put(&path, json!({"scoring": "opted_out"}))
        .await
        .expect(200);
    club.app.service.exposures.write_down_shown().await.unwrap();
    assert_eq!(club.exposures().await, 5);
    let rows: i64 = sqlx::query_scalar("select count(distinct member_id) from exposures")
        .fetch_one(&club.app.pool)
        .await
        .unwrap();
    assert_eq!(rows, 5);
}

#[tokio::test]
async fn exposures_whose_writing_is_given_up_are_written_the_next_time() {
    let club = Club::of(1).await;
    club.offer(&club.people[0], 0).await;
    let mut busy = club.app.pool.begin().await.unwrap();
    sqlx::query("lock table exposures in access exclusive mode")
        .execute(&mut *busy)
        .await
        .unwrap();
    let writing = club.app.service.exposures.write_down_shown();
    let waited = tokio::time::timeout(std::time::Duration::from_millis(200), writing).await;
    assert!(waited.is_err(), "{waited:?}");
    busy.rollback().await.unwrap();
    // The transaction that was given up holds the job's lock until Postgres has ended it.
    let mut written = 0;
    for _ in 0..100 {
        written = club.app.service.exposures.write_down_shown().await.unwrap();
        if written > 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(written, 1);
    assert_eq!(club.exposures().await, 1);
}

#[tokio::test]
async fn only_what_is_shown_is_noted() {
    let club = Club::of(3).await;
    let who = json!({"members": club.people});
    let lookups = "/v1/programs/club/lookups";
    club.app.post(lookups, who).await.expect(200);
    let tier = format!("/v1/programs/club/members/{}/tier", club.people[0]);
    club.app.get(&tier).await.expect(200);
    let dry = json!({"program": "club", "member": club.people[0], "dry": true});
    club.app.post("/v1/decisions", dry).await.expect(200);
    let stranger = "/v1/programs/club/members/shop:nobody/offers";
    club.app.get(stranger).await.expect(200);
    assert_eq!(
        club.app.service.exposures.write_down_shown().await.unwrap(),
        0
    );
    assert_eq!(club.exposures().await, 0);
    // Recorded decisions, claims and offers in batches are exposures.
    let decision = json!({"program": "club", "member": club.people[0]});
    club.app.post("/v1/decisions", decision).await.expect(201);
    assert_eq!(
        club.app.service.exposures.write_down_shown().await.unwrap(),
        1
    );
    assert_eq!(club.exposures().await, 1);
    let claim = json!({"program": "club", "perk": "voucher", "member": club.people[1]});
    club.app.post_once("/v1/claims", "a", claim).await;
    assert_eq!(
        club.app.service.exposures.write_down_shown().await.unwrap(),
        1
    );
    assert_eq!(club.exposures().await, 2);
    let who = json!({"members": club.people, "include": ["offers"]});
    club.app.post(lookups, who).await.expect(200);
    assert_eq!(
        club.app.service.exposures.write_down_shown().await.unwrap(),
        3
    );
    assert_eq!(club.exposures().await, 3);
}

#[tokio::test]
async fn a_split_that_nobody_drew_is_told() {
    let club = Club::of(60).await;
    let [_, held_back] = club.everybody_looks().await;
    // Only half of them were ever exposed.
    sqlx::query("delete from exposures where arm = 'offered'")
        .execute(&club.app.pool)
        .await
        .unwrap();
    let report = club.report().await;
    assert_eq!(report["arms"][1]["exposed"], held_back.len());
    assert_eq!(report["split"]["mismatch"], true);
    assert_eq!(report["warnings"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn whoever_changes_sides_counts_where_they_were_first() {
    let club = Club::of(40).await;
    let [offered, held_back] = club.everybody_looks().await;
    club.wait(1);
    let less = CLUB.replace("hold_back: 50%", "hold_back: 5%");
    club.app
        .service
        .programs
        .publish(None, &less, None)
        .await
        .unwrap();
    let [_, still] = club.everybody_looks().await;
    assert!(still.len() < held_back.len());
    let report = club.report().await;
    assert_eq!(report["arms"][0]["exposed"], offered.len());
    assert_eq!(report["arms"][1]["exposed"], held_back.len());
    assert_eq!(report["switched"], held_back.len() - still.len());
    // A new salt is a new experiment; the old one can still be read.
    let anew = CLUB.replace("salt: spring", "salt: autumn");
    club.app
        .service
        .programs
        .publish(None, &anew, None)
        .await
        .unwrap();
    assert_eq!(club.report().await["arms"][0]["exposed"], 0);
    let old = club
        .app
        .get(&format!("{REPORT}?version=1"))
        .await
        .expect(200);
    assert_eq!(old["salt"], "spring");
    assert_eq!(old["arms"][0]["exposed"], offered.len());
}

#[tokio::test]
async fn a_whole_program_can_be_compared() {
    let program = format!("experiment: {{ hold_back: 50%, salt: all }}\n{CLUB}");
    let club = Club::under(&program, 10).await;
    club.everybody_looks().await;
    let list = club
        .app
        .get("/v1/programs/club/experiments")
        .await
        .expect(200);
    let list = list["data"].as_array().unwrap();
    let about = |one: &Value| (one["perk"].clone(), one["salt"].clone());
    let of: Vec<_> = list.iter().map(about).collect();
    assert_eq!(
        of,
        [
            (Value::Null, json!("all")),
            (json!("voucher"), json!("spring")),
            (json!("suite"), json!("spring")),
        ]
    );
    assert_eq!(list[0]["perks"], json!(["badge"]));
    let seen = |one: &Value| one["offered"].as_u64().unwrap() + one["held_back"].as_u64().unwrap();
    assert_eq!(
        (seen(&list[0]), seen(&list[1]), seen(&list[2])),
        (10, 10, 0)
    );
    let report = club
        .app
        .get("/v1/programs/club/experiment")
        .await
        .expect(200);
    assert_eq!(
        (&report["perk"], &report["salt"]),
        (&Value::Null, &json!("all"))
    );
    let badge = "/v1/programs/club/perks/badge/experiment";
    let of_badge = club.app.get(badge).await.expect(200);
    assert_eq!(of_badge["arms"], report["arms"]);
}

#[tokio::test]
async fn a_simulation_counts_whoever_is_held_back_apart() {
    let plain = CLUB.replace("experiment: { hold_back: 50%, salt: spring }, ", "");
    let club = Club::under(&plain, 40).await;
    let headers = [
        ("content-type", "application/json"),
        ("accept", "application/json"),
    ];
    let simulate = "/v1/programs/club/simulate";
    let body = json!({"source": CLUB}).to_string();
    let answer = club.app.send(Method::POST, simulate, &headers, body).await;
    let result = answer.expect(200);
    let voucher = &result["perks"][0];
    let held_back = &voucher["held_back"]["at_once"];
    let (before, after) = (&held_back["before"], held_back["after"].as_u64().unwrap());
    assert_eq!(before, 0);
    assert!((8..=32).contains(&after), "{after}");
    assert_eq!(voucher["eligible"]["at_once"]["before"], 40);
    assert_eq!(voucher["eligible"]["at_once"]["after"], 40 - after);
    assert_eq!(voucher["demand"], 40 - after);
    // After publication, it does as simulated.
    club.app
        .service
        .programs
        .publish(None, CLUB, None)
        .await
        .unwrap();
    let [_, held_back] = club.everybody_looks().await;
    assert_eq!(held_back.len() as u64, after);
}

#[tokio::test]
async fn what_cannot_be_answered_is_said() {
    let club = Club::of(1).await;
    for (path, status, problem) in [
        ("/v1/programs/nothing/experiments", 404, "not-found"),
        ("/v1/programs/club/experiment", 404, "not-found"),
        ("/v1/programs/club/perks/badge/experiment", 404, "not-found"),
        (
            "/v1/programs/club/perks/nothing/experiment",
            404,
            "not-found",
        ),
        (
            "/v1/programs/club/perks/voucher/experiment?version=9",
            404,
            "not-found",
        ),
        (
            "/v1/programs/club/perks/voucher/experiment?outcome_days=0",
            400,
            "invalid-request",
        ),
        (
            "/v1/programs/club/perks/voucher/experiment?outcome_days=366",
            400,
            "invalid-request",
        ),
        (
            "/v1/programs/club/perks/voucher/experiment?days=1",
            400,
            "invalid-request",
        ),
    ] {
        assert_eq!(club.app.get(path).await.problem(status), problem, "{path}");
    }
}

#[tokio::test]
async fn a_perks_own_experiment_is_no_part_of_the_programs_with_the_same_salt() {
    let program = CLUB.replace(
        "program: club",
        "program: club\nexperiment: { hold_back: 1%, salt: spring }",
    );
    let club = Club::under(&program, 40).await;
    let [offered, held_back] = club.everybody_looks().await;
    assert!(offered.len() > 5 && held_back.len() > 5);
    club.app.service.exposures.write_down_shown().await.unwrap();
    let whole = club
        .app
        .get("/v1/programs/club/experiment")
        .await
        .expect(200);
    // Only the badge takes part in the experiment of the program; one percent of forty
    // is hardly one.
    assert!(
        whole["arms"][1]["exposed"].as_u64().unwrap() <= 3,
        "{whole}"
    );
    assert_eq!(whole["switched"], 0);
}
