//! A draft simulated on a population whose results were computed by hand.

mod town;

use renown::service::programs::SimulationRequest;
use renown_core::domain::{ProgramId, Scope, Unit};
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::App;
use town::{MEMBERS, SMALL, Town, enrol, program};

const SIMULATE: &str = "/v1/programs/klub/simulate";
const ONLY_RESULT: (&str, &str) = ("accept", "application/json");
const JSON: (&str, &str) = ("content-type", "application/json");

fn group<'a>(simulation: &'a Value, by: &str, name: &str) -> &'a Value {
    let named = |list: &'a Value, key: &str, name: &str| {
        let list = list.as_array().unwrap();
        list.iter()
            .find(|item| item[key] == name)
            .unwrap_or_else(|| panic!("{name} in {list:?}"))
    };
    named(
        &named(&simulation["groups"], "by", by)["groups"],
        "group",
        name,
    )
}

#[tokio::test]
async fn a_higher_threshold_names_its_losers_and_changes_nothing() {
    let town = Town::build().await;
    town.app
        .service
        .programs
        .publish(None, &town.lenient(), None)
        .await
        .unwrap();
    town.app.service.tiers.sweep().await.unwrap();
    let before = town.written().await;
    assert_eq!(before.0, 61, "everybody who buys was granted gold");
    let found = town
        .simulate(json!({"source": town.strict(), "uptake": 0.1}))
        .await
        .expect(200);
    assert_eq!(town.written().await, before);

    assert_eq!(
        (&found["members"], &found["population"]),
        (&json!(MEMBERS), &json!(MEMBERS))
    );
    assert_eq!(found["compared_with"], 1);
    let moves = &found["moves"]["at_once"];
    assert_eq!((&moves["up"], &moves["down"]), (&json!(0), &json!(SMALL)));
    assert_eq!(moves["same"], MEMBERS - SMALL);
    assert_eq!(
        found["tiers"][0]["at_once"],
        json!({"before": 30 + 5 + 15 + 9 + 2, "after": 45})
    );
    assert_eq!(
        found["service_levels"][1]["at_once"],
        json!({"before": 12, "after": 28})
    );
    let named: Vec<&str> = found["most_affected"]
        .as_array()
        .unwrap()
        .iter()
        .map(|affected| {
            let effect = &affected["at_once"];
            assert_eq!(
                (
                    &effect["tier_before"],
                    &effect["tier_after"],
                    &effect["places"]
                ),
                (&json!("gold"), &json!("basic"), &json!(-1))
            );
            assert_eq!(
                (&effect["perks_lost"], &effect["perks_gained"]),
                (&json!(["bottle"]), &json!([]))
            );
            affected["member"].as_str().unwrap()
        })
        .collect();
    assert_eq!(named, town.small_buyers);
}

#[tokio::test]
async fn the_most_affected_have_their_names() {
    let town = Town::build().await;
    let app = &town.app;
    app.service
        .programs
        .publish(None, &town.lenient(), None)
        .await
        .unwrap();
    app.service.tiers.sweep().await.unwrap();
    let first = &town.small_buyers[0];
    let path = format!("/v1/members/{first}");
    let account = app.get(&path).await.expect(200)["identities"][0].clone();
    let known = json!({"name": "Ann", "identities": [account, "email:ann@example.com"]});
    app.patch(&path, known).await.expect(200);
    app.settle().await;
    let body = json!({"source": town.strict()});
    let found = town.simulate(body.clone()).await.expect(200);
    let affected = &found["most_affected"][0];
    assert_eq!(
        (&affected["member"], &affected["name"]),
        (&json!(first), &json!("Ann"))
    );
    assert_eq!(
        affected["identity"], account,
        "an account comes before an address"
    );
    let second = &found["most_affected"][1];
    assert_eq!(second["name"], Value::Null);
    assert!(
        second["identity"].as_str().unwrap().starts_with("shop:"),
        "{second}"
    );

    // A key that is limited to the program is told names alone, as at a desk.
    let key = app.key_for("klub", &["programs:write"]).await;
    let bearer = format!("Bearer {key}");
    let headers = [("authorization", bearer.as_str()), JSON, ONLY_RESULT];
    let limited = app
        .send(Method::POST, SIMULATE, &headers, body.to_string())
        .await
        .expect(200);
    let affected = &limited["most_affected"][0];
    assert_eq!(
        (&affected["name"], &affected["identity"]),
        (&json!("Ann"), &Value::Null)
    );
}

#[tokio::test]
async fn cost_and_the_day_on_which_stock_runs_out() {
    let town = Town::build().await;
    town.app
        .service
        .programs
        .publish(None, &town.lenient(), None)
        .await
        .unwrap();
    let found = town
        .simulate(json!({"source": town.strict(), "uptake": 0.1}))
        .await
        .expect(200);
    let (bottle, glass) = (&found["perks"][0], &found["perks"][1]);
    let change = json!({"before": 61, "after": 45, "gained": 0, "lost": SMALL});
    assert_eq!(bottle["eligible"]["at_once"], change);
    // 90 bottles are wanted: 9 on the first day (the 22nd), 17.1 by the second and 24.4
    // by the third.
    assert_eq!(
        (&bottle["demand"], &bottle["units_left"]),
        (&json!(90), &json!(20))
    );
    assert_eq!(bottle["runs_out_on"], "2026-11-24");
    assert_eq!(
        bottle["cost"],
        json!({"currency": "EUR", "expected": "250", "at_most": "250"})
    );
    // 73 glasses are wanted, and 1 - 0.9^4 = 34 % of them within four days: 25.1.
    assert_eq!(
        (&glass["days"], &glass["expected_units"]),
        (&json!(4), &json!(25))
    );
    assert_eq!(
        glass["cost"],
        json!({"currency": "USD", "expected": "75", "at_most": "219"})
    );
    assert_eq!(glass["runs_out_on"], Value::Null);
    assert_eq!(found["costs"], json!([bottle["cost"], glass["cost"]]));

    // Claimed units stay claimed, and no version may have fewer.
    sqlx::query("update perk_stock set taken = 15 where perk_id = 'bottle'")
        .execute(&town.app.pool)
        .await
        .unwrap();
    let found = town
        .simulate(json!({"source": town.strict(), "uptake": 0.1}))
        .await
        .expect(200);
    assert_eq!(found["perks"][0]["units_left"], 5);
    assert_eq!(found["perks"][0]["runs_out_on"], "2026-11-22");
    let fewer = town.strict().replace("stock: 20", "stock: 14");
    assert_eq!(
        town.simulate(json!({"source": fewer})).await.problem(409),
        "conflict"
    );
    let more = town.strict().replace("stock: 20", "stock: 30");
    let found = town.simulate(json!({"source": more})).await.expect(200);
    assert_eq!(
        (
            &found["perks"][0]["stock"],
            &found["perks"][0]["units_left"]
        ),
        (&json!(30), &json!(15))
    );
    assert_eq!(found["uptake"], 0.02);
}

#[tokio::test]
async fn the_impact_on_groups_is_measured_by_four_fifths() {
    let town = Town::build().await;
    town.app
        .service
        .programs
        .publish(None, &town.lenient(), None)
        .await
        .unwrap();
    let body = json!({"source": town.strict(), "groups": ["country"]});
    let found = town.simulate(body).await.expect(200);
    let rate = |by: &str, name: &str, when: &str| {
        group(&found, by, name)["above_floor"]["settled"][when].clone()
    };
    // 35 of 40, then 30 of 40; 24 of 30, then 15 of 30.
    let whole = json!({"chosen": 30, "share": 0.75, "ratio": 1.0, "finding": "fair"});
    assert_eq!(rate("country", "US", "after"), whole);
    assert_eq!(rate("country", "US", "before")["share"], 0.875);
    let germans = rate("country", "DE", "before");
    assert_eq!(
        (&germans["share"], &germans["finding"]),
        (&json!(0.8), &json!("fair"))
    );
    let germans = rate("country", "DE", "after");
    assert_eq!(
        (&germans["share"], &germans["ratio"], &germans["finding"]),
        (&json!(0.5), &json!(0.5 / 0.75), &json!("below_four_fifths"))
    );
    // Both of them were gold, which is no measure for the others.
    let french = rate("country", "FR", "after");
    assert_eq!(
        (&french["chosen"], &french["finding"]),
        (&json!(0), &json!("too_few"))
    );
    assert_eq!(group(&found, "country", "(unknown)")["members"], 1);
    let bottle = &group(&found, "country", "DE")["perks"][0];
    assert_eq!(
        (&bottle["perk"], &bottle["at_once"]["after"]["share"]),
        (&json!("bottle"), &json!(0.5))
    );
    assert_eq!(group(&found, "evidence", "known")["members"], 61);
    assert_eq!(group(&found, "evidence", "unknown")["members"], 12);

    // Without being asked: the protected attributes that any member has.
    let body = json!({"gender": "f", "country": "US"});
    enrol(&town.app, "ada", json!({"attributes": body})).await;
    let found = town
        .simulate(json!({"source": town.strict()}))
        .await
        .expect(200);
    let by: Vec<&Value> = found["groups"]
        .as_array()
        .unwrap()
        .iter()
        .map(|g| &g["by"])
        .collect();
    assert_eq!(by, ["evidence", "gender"]);
}

#[tokio::test]
async fn kept_tiers_are_lost_later() {
    let town = Town::build().await;
    let kept = |least: f64| program(least, "keep: 30d,");
    let (low, high) = (town.small / 2.0, (town.small + town.big) / 2.0);
    town.app
        .service
        .programs
        .publish(None, &kept(low), None)
        .await
        .unwrap();
    town.app.service.tiers.sweep().await.unwrap();
    let found = town
        .simulate(json!({"source": kept(high)}))
        .await
        .expect(200);
    assert_eq!(found["moves"]["at_once"]["down"], 0);
    assert_eq!(found["moves"]["settled"]["down"], SMALL);
    assert_eq!(
        found["most_affected"].as_array().unwrap().len() as u64,
        SMALL
    );
    assert_eq!(found["perks"][0]["eligible"]["at_once"]["lost"], 0);
    assert_eq!(found["perks"][0]["eligible"]["settled"]["lost"], SMALL);
}

#[tokio::test]
async fn the_draft_is_simulated_against_nothing_the_first_time() {
    let town = Town::build().await;
    assert_eq!(town.simulate(json!({})).await.problem(404), "not-found");
    let yaml = [("content-type", "application/yaml")];
    let path = "/v1/programs/klub/draft";
    town.app
        .send(Method::PUT, path, &yaml, town.lenient())
        .await
        .expect(200);
    let found = town.simulate(json!({})).await.expect(200);
    assert_eq!(found["compared_with"], Value::Null);
    assert_eq!(found["moves"]["at_once"]["up"], MEMBERS);
    assert_eq!(found["perks"][1]["eligible"]["at_once"]["gained"], MEMBERS);
    assert_eq!(found["perks"][1]["units_left"], 500);
    assert_eq!(
        found["tiers"][0]["place"],
        json!({"before": null, "after": 1})
    );
}

#[tokio::test]
async fn what_cannot_be_published_is_refused_before_anything_is_streamed() {
    let app = App::start().await;
    let broken = program(1.0, "").replace("value.lower", "value.lover");
    let refused = app.post(SIMULATE, json!({"source": broken})).await;
    assert_eq!(refused.problem(422), "program-invalid");
    let checked = app.service.programs.check(&broken).await.unwrap();
    assert_eq!(
        refused.json()["diagnostics"],
        serde_json::to_value(checked.diagnostics).unwrap()
    );
    let other = program(1.0, "").replace("klub", "lounge");
    assert_eq!(
        app.post(SIMULATE, json!({"source": other}))
            .await
            .problem(400),
        "invalid-request"
    );
    for (field, value) in [
        ("uptake", json!(1.5)),
        ("sample", json!(0)),
        ("groups", json!(vec!["a"; 11])),
        ("sauce", json!("x")),
    ] {
        let answer = app
            .post(SIMULATE, json!({"source": program(1.0, ""), field: value}))
            .await;
        assert_eq!(answer.problem(400), "invalid-request", "{field}");
    }
    let (_, secret) = app.new_key(&[Scope::Lookup], None).await;
    let bearer = format!("Bearer {secret}");
    let headers = [("authorization", bearer.as_str()), JSON];
    let refused = app.send(Method::POST, SIMULATE, &headers, "{}").await;
    assert_eq!(refused.problem(403), "forbidden");
}

#[tokio::test]
async fn a_stream_says_how_far_it_is_and_ends_with_the_result() {
    let town = Town::build().await;
    let body = json!({"source": town.lenient()});
    let streamed = town.app.post(SIMULATE, body.clone()).await;
    assert_eq!(streamed.headers["content-type"], "application/x-ndjson");
    let text = String::from_utf8(streamed.bytes.to_vec()).unwrap();
    let lines: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines[0], json!({"progress": {"done": 0, "of": MEMBERS}}));
    let (last, progress) = lines.split_last().unwrap();
    assert!(
        progress
            .iter()
            .all(|line| line["progress"]["of"] == MEMBERS),
        "{text}"
    );
    assert_eq!(last["result"], town.simulate(body).await.expect(200));
}

#[tokio::test]
async fn a_sample_is_about_as_large_as_asked_and_always_the_same() {
    let town = Town::build().await;
    let ask = |sample: u64| town.simulate(json!({"source": town.lenient(), "sample": sample}));
    let found = ask(30).await.expect(200);
    let members = found["members"].as_u64().unwrap();
    // Five standard deviations either way.
    assert!((9..=51).contains(&members), "{members}");
    assert_eq!(found["population"], MEMBERS);
    assert_eq!(found["sampled_share"], members as f64 / MEMBERS as f64);
    let glass = &found["perks"][1];
    assert_eq!(
        (&glass["eligible"]["at_once"]["after"], &glass["demand"]),
        (&json!(members), &json!(MEMBERS))
    );
    assert_eq!(found, ask(30).await.expect(200));
    assert_eq!(ask(1_000).await.expect(200)["members"], MEMBERS);
}

#[tokio::test]
async fn one_simulation_at_a_time_and_none_for_nobody() {
    let town = Town::build().await;
    let program_id = ProgramId::parse("klub").unwrap();
    let request = SimulationRequest {
        shows_identities: true,
        source: Some(town.lenient()),
        sample: None,
        groups: None,
        uptake: Unit::ONE,
    };
    let prepared = town
        .app
        .service
        .simulations
        .prepare(&program_id, request)
        .await
        .unwrap();
    let body = json!({"source": town.lenient()});
    let refused = town.simulate(body.clone()).await;
    assert_eq!(refused.problem(503), "unavailable");
    assert_eq!(refused.headers["retry-after"], "10");
    drop(prepared);
    town.simulate(body).await.expect(200);

    let app = App::start().await;
    let nobody = app.send(
        Method::POST,
        SIMULATE,
        &[JSON, ONLY_RESULT],
        json!({"source": program(1.0, "")}).to_string(),
    );
    let found = nobody.await.expect(200);
    assert_eq!(
        (&found["members"], &found["most_affected"]),
        (&json!(0), &json!([]))
    );
    assert_eq!(found["perks"][1]["state"], "open");
}

/// The answer does not depend on which worker gets which page.
#[tokio::test]
async fn one_connection_finds_the_same_as_two() {
    let town = Town::build().await;
    // Three pages.
    sqlx::query(
        r#"insert into members (member_id, scoring, attributes, enrolled_at, updated_at)
           select gen_random_uuid(), 'active', '{"gender": "f"}', '2026-11-01', '2026-11-01'
           from generate_series(1, 4100)"#,
    )
    .execute(&town.app.pool)
    .await
    .unwrap();
    let body = json!({"source": town.strict()});
    let found = town.simulate(body.clone()).await.expect(200);
    assert_eq!(found["members"], MEMBERS + 4_100);
    assert_eq!(group(&found, "gender", "f")["members"], 4_100);
    assert_eq!(found["tiers"][0]["at_once"]["after"], 45);
    let mut config = crate::harness::config();
    config.database.max_connections = 6;
    let app = App::on(town.app.pool.clone(), config).await;
    let headers = [JSON, ONLY_RESULT];
    let alone = app
        .send(Method::POST, SIMULATE, &headers, body.to_string())
        .await;
    assert_eq!(alone.expect(200), found);
}

#[tokio::test]
async fn it_ends_when_the_caller_goes() {
    let town = Town::build().await;
    // It cannot get further than the first scores.
    let mut blocking = town.app.pool.begin().await.unwrap();
    sqlx::query("lock table scores in access exclusive mode")
        .execute(&mut *blocking)
        .await
        .unwrap();
    let body = json!({"source": town.lenient()});
    let url = format!("http://{}{SIMULATE}", town.app.address);
    let request = reqwest::Client::new().post(url).bearer_auth(&town.app.key);
    let mut streamed = request.json(&body).send().await.unwrap();
    let first = streamed.chunk().await.unwrap().unwrap();
    assert!(first.starts_with(b"{\"progress\""), "{first:?}");
    assert_eq!(
        town.simulate(body.clone()).await.problem(503),
        "unavailable"
    );
    drop(streamed);
    let program = ProgramId::parse("klub").unwrap();
    let request = SimulationRequest {
        shows_identities: true,
        source: Some(town.lenient()),
        sample: None,
        groups: None,
        uptake: Unit::ONE,
    };
    let again = async {
        loop {
            let prepared = town
                .app
                .service
                .simulations
                .prepare(&program, request.clone())
                .await;
            match prepared {
                Ok(prepared) => return prepared,
                Err(_) => tokio::time::sleep(std::time::Duration::from_millis(50)).await,
            }
        }
    };
    let prepared = tokio::time::timeout(std::time::Duration::from_secs(20), again)
        .await
        .unwrap();
    drop(blocking);
    assert_eq!(prepared.run().await.unwrap().members, MEMBERS);
}
