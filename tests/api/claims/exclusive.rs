//! Exclusive groups: a member gets one perk of a group, in all programs that name it.

use futures::future::join_all;
use serde_json::{Value, json};

use super::open_all;
use crate::harness::{Answer, App};

const WELCOME: &str = "exclusive: welcome";

/// A program with these perks; each is an id and further fields.
fn program(id: &str, perks: &[(&str, &str)]) -> String {
    let perks = perks.iter().map(|(id, fields)| {
        format!("  - {{ id: {id}, title: A gift, disclosure: Because., {fields} }}\n")
    });
    format!(
        "program: {id}\nservice_levels: [{{ id: all, queue: general }}]\n\
         tiers: [{{ id: guest, service_level: all }}]\nperks:\n{}",
        perks.collect::<String>()
    )
}

async fn claim(app: &App, member: usize, (program, perk): (&str, &str)) -> Answer {
    let name = app.service.clock.new_id().to_string();
    let body = json!({"program": program, "perk": perk, "member": format!("twitter:m{member}")});
    app.post_once("/v1/claims", &name, body).await
}

async fn end(app: &App, claim: &Value, step: &str) {
    let path = format!("/v1/claims/{}/{step}", claim["id"].as_str().unwrap());
    let body = match step {
        "cancel" => json!({"reason": "a test"}),
        _ => json!({}),
    };
    app.post(&path, body).await.expect(200);
}

/// The refusal of each offer, and the perk that excludes it.
async fn offers(app: &App, program: &str, member: usize) -> Vec<(Value, Value)> {
    let path = format!("/v1/programs/{program}/members/twitter:m{member}/offers");
    let offers = app.get(&path).await.expect(200);
    let offers = offers["offers"].as_array().unwrap().iter();
    let offer = |offer: &Value| (offer["refusal"].clone(), offer["excluded_by"].clone());
    offers.map(offer).collect()
}

fn by(program: &str, perk: &str, claimed: bool) -> (Value, Value) {
    let by = json!({"program": program, "perk": perk, "claimed": claimed});
    (json!("exclusive_of"), by)
}

fn open() -> (Value, Value) {
    (Value::Null, Value::Null)
}

#[track_caller]
fn refused(answer: &Answer) -> Value {
    assert_eq!(answer.problem(409), "claim-refused");
    let problem = answer.json();
    assert_eq!(problem["refusal"], "exclusive_of");
    problem["reason"]["excluded_by"].clone()
}

/// Two programs with two perks each of one group.
fn two() -> [String; 2] {
    [
        program("klub", &[("spa", WELCOME), ("show", WELCOME)]),
        program("lounge", &[("meal", WELCOME), ("drink", WELCOME)]),
    ]
}

#[tokio::test]
async fn one_of_a_group_excludes_the_others_until_it_is_given_back() {
    let app = open_all(&two(), 1).await;
    assert_eq!(offers(&app, "lounge", 0).await, [open(), open()]);
    for ending in ["release", "cancel"] {
        let claimed = claim(&app, 0, ("klub", "spa")).await.expect(201);
        assert_eq!(
            offers(&app, "klub", 0).await,
            [
                (json!("member_limit"), Value::Null),
                by("klub", "spa", true)
            ]
        );
        let excluded = by("klub", "spa", true);
        assert_eq!(
            offers(&app, "lounge", 0).await,
            [excluded.clone(), excluded.clone()]
        );
        assert_eq!(refused(&claim(&app, 0, ("klub", "show")).await), excluded.1);
        assert_eq!(
            refused(&claim(&app, 0, ("lounge", "meal")).await),
            excluded.1
        );
        end(&app, &claimed, ending).await;
        assert_eq!(offers(&app, "lounge", 0).await, [open(), open()]);
    }
    // What is redeemed excludes for good.
    let claimed = claim(&app, 0, ("lounge", "meal")).await.expect(201);
    for step in ["confirm", "redeem"] {
        end(&app, &claimed, step).await;
    }
    let excluded = by("lounge", "meal", true).1;
    assert_eq!(refused(&claim(&app, 0, ("klub", "spa")).await), excluded);
}

#[tokio::test]
async fn a_hold_that_expires_is_free_again() {
    let app = open_all(&two(), 1).await;
    claim(&app, 0, ("klub", "spa")).await.expect(201);
    app.service.clock.advance(chrono::Duration::days(3));
    app.service.claims.expire_due().await.unwrap();
    claim(&app, 0, ("lounge", "meal")).await.expect(201);
}

#[tokio::test]
async fn the_best_of_a_ranked_group_is_offered_alone() {
    let value = "exclusive: { group: welcome, pick: value }";
    let perks = [
        ("drink", format!("{value}, value: 9 USD")),
        ("show", format!("{value}, value: 120 USD, stock: 1")),
    ];
    let perks = perks.each_ref().map(|(id, fields)| (*id, fields.as_str()));
    let app = open_all(&[program("klub", &perks)], 2).await;
    assert_eq!(
        offers(&app, "klub", 0).await,
        [by("klub", "show", false), open()]
    );
    let excluded = by("klub", "show", false).1;
    assert_eq!(refused(&claim(&app, 0, ("klub", "drink")).await), excluded);
    claim(&app, 1, ("klub", "show")).await.expect(201);
    // The better one is gone.
    claim(&app, 0, ("klub", "drink")).await.expect(201);
}

#[tokio::test]
async fn a_grant_does_not_give_a_second_one() {
    let app = open_all(&two(), 1).await;
    claim(&app, 0, ("klub", "spa")).await.expect(201);
    let grant =
        json!({"member": "twitter:m0", "perk": "show", "author": "Maria", "reason": "a guest"});
    app.post("/v1/programs/klub/grants", grant)
        .await
        .expect(201);
    let excluded = by("klub", "spa", true).1;
    assert_eq!(refused(&claim(&app, 0, ("klub", "show")).await), excluded);
}

#[tokio::test]
async fn waiting_members_invitations_and_draws_respect_the_group() {
    let invited = "exclusive: welcome, kind: invitation, stock: 5";
    let drawn = "exclusive: welcome, kind: draw, stock: 5";
    let app = open_all(
        &[
            program(
                "klub",
                &[("spa", "exclusive: welcome, stock: 1"), ("show", WELCOME)],
            ),
            program("dinner", &[("table", invited), ("pass", drawn)]),
        ],
        4,
    )
    .await;
    // The first has the unit; the second waits and takes the other perk meanwhile.
    let first = claim(&app, 0, ("klub", "spa")).await.expect(201);
    let waiting = "/v1/programs/klub/perks/spa/waiting";
    for member in ["twitter:m1", "twitter:m2"] {
        app.post(waiting, json!({"member": member}))
            .await
            .expect(200);
    }
    let entries = "/v1/programs/dinner/perks/pass/entries";
    app.post(entries, json!({"member": "twitter:m1"}))
        .await
        .expect(201);
    app.post(entries, json!({"member": "twitter:m3"}))
        .await
        .expect(201);
    claim(&app, 1, ("klub", "show")).await.expect(201);
    let again = app.post(waiting, json!({"member": "twitter:m1"})).await;
    assert_eq!(refused(&again), by("klub", "show", true).1);
    end(&app, &first, "release").await;
    assert_eq!(app.service.claims.serve_waiting().await.unwrap(), 2);
    let list = app.get(waiting).await.expect(200);
    assert_eq!(list["data"][0]["outcome"], "exclusive_of", "{list}");
    assert_eq!(list["data"][1]["outcome"], "claimed", "{list}");

    // A member who has one is neither invited, nor may they enter, nor do they win.
    let body = json!({"members": ["twitter:m1", "twitter:m0", "twitter:m2"]});
    let invited = app
        .post_once("/v1/programs/dinner/perks/table/invitations", "a", body)
        .await;
    let invited = invited.expect(200);
    let outcome = |place: usize| invited["data"][place]["outcome"].clone();
    assert_eq!(
        [outcome(0), outcome(1), outcome(2)],
        ["refused", "invited", "refused"]
    );
    assert_eq!(invited["data"][0]["refusal"], "exclusive_of");
    let entry = app.post(entries, json!({"member": "twitter:m2"})).await;
    assert_eq!(refused(&entry), by("klub", "spa", true).1);
    app.post("/v1/programs/dinner/perks/pass/draw", json!({}))
        .await
        .expect(200);
    app.service.claims.serve_waiting().await.unwrap();
    let draw = app
        .get("/v1/programs/dinner/perks/pass/draw")
        .await
        .expect(200);
    let mut outcomes: Vec<&str> = draw["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["outcome"].as_str().unwrap())
        .collect();
    outcomes.sort_unstable();
    assert_eq!(outcomes, ["exclusive_of", "held"], "{draw}");
}

#[tokio::test]
async fn a_decision_says_what_excludes_and_is_replayed() {
    let app = open_all(&two(), 1).await;
    claim(&app, 0, ("klub", "spa")).await.expect(201);
    let body = json!({"program": "lounge", "member": "twitter:m0"});
    let decision = app.post("/v1/decisions", body).await.expect(201);
    let reason = &decision["outcome"]["not_matched"][0];
    assert_eq!(reason["excluded_by"], by("klub", "spa", true).1);
    assert_eq!(reason["counterfactual"]["reason"], "exclusive_of");
    let replay = format!("/v1/decisions/{}/replay", decision["id"].as_str().unwrap());
    assert_eq!(app.get(&replay).await.expect(200)["same"], true);
}

/// Claims of each member on all perks of the group, in both programs and twice at once, and
/// an invitation of all of them in a third.
#[tokio::test]
async fn however_many_ask_at_once_each_member_gets_one() {
    const MEMBERS: usize = 12;
    let [klub, lounge] = two();
    let dinner = program(
        "dinner",
        &[("table", "exclusive: welcome, kind: invitation, stock: 99")],
    );
    let app = open_all(&[klub, lounge, dinner], MEMBERS).await;
    let perks = [
        ("klub", "spa"),
        ("klub", "show"),
        ("lounge", "meal"),
        ("lounge", "drink"),
    ];
    let claims = (0..MEMBERS).flat_map(|member| {
        let twice = perks.into_iter().chain(perks);
        let app = &app;
        twice.map(move |perk| async move {
            loop {
                let answer = claim(app, member, perk).await;
                // A conflict of locks is answered as such: ask again.
                if answer.status != 503 {
                    break answer.status == 201;
                }
            }
        })
    });
    let members: Vec<String> = (0..MEMBERS)
        .rev()
        .map(|n| format!("twitter:m{n}"))
        .collect();
    let invite = async {
        for attempt in 0.. {
            let body = json!({"members": members});
            let path = "/v1/programs/dinner/perks/table/invitations";
            let answer = app.post_once(path, &format!("i{attempt}"), body).await;
            if answer.status != 503 {
                answer.expect(200);
                return;
            }
        }
    };
    let (given, ()) = futures::join!(join_all(claims), invite);
    let counts: Vec<(i64, i64)> = sqlx::query_as(
        "select count(*), count(distinct member_id) from claims
         where state = 'held' and exclusive_group = 'welcome'",
    )
    .fetch_all(&app.pool)
    .await
    .unwrap();
    let members = i64::try_from(MEMBERS).unwrap();
    assert_eq!(counts, [(members, members)]);
    let invited: i64 =
        sqlx::query_scalar("select count(*) from claims where program_id = 'dinner'")
            .fetch_one(&app.pool)
            .await
            .unwrap();
    let claimed = i64::try_from(given.iter().filter(|given| **given).count()).unwrap();
    assert_eq!(claimed + invited, members);
}

#[tokio::test]
async fn a_reversed_redemption_frees_the_group() {
    let app = open_all(&two(), 1).await;
    let claimed = claim(&app, 0, ("klub", "spa")).await.expect(201);
    end(&app, &claimed, "confirm").await;
    end(&app, &claimed, "redeem").await;
    let excluded = refused(&claim(&app, 0, ("lounge", "meal")).await);
    assert_eq!(excluded, by("klub", "spa", true).1);
    let path = format!("/v1/claims/{}/reverse", claimed["id"].as_str().unwrap());
    let reason = json!({"reason": "the wrong guest"});
    app.post(&path, reason).await.expect(200);
    claim(&app, 0, ("lounge", "meal")).await.expect(201);
}

/// A member whose turn comes keeps it, although a better perk of the group is free as well.
#[tokio::test]
async fn a_turn_that_comes_is_not_lost_to_a_better_perk_that_is_free() {
    let ranked = "stock: 1, exclusive: { group: welcome, pick: value }";
    let perks = [
        ("suite", &*format!("{ranked}, value: 50 USD")),
        ("room", &*format!("{ranked}, value: 20 USD")),
    ];
    let app = open_all(&[program("klub", &perks)], 3).await;
    let suite = claim(&app, 0, ("klub", "suite")).await.expect(201);
    let room = claim(&app, 1, ("klub", "room")).await.expect(201);
    let wait = json!({"member": "twitter:m2"});
    let list = "/v1/programs/klub/perks/room/waiting";
    app.post(list, wait).await.expect(200);
    end(&app, &suite, "release").await;
    end(&app, &room, "release").await;
    app.service.claims.serve_waiting().await.unwrap();
    let waited = app.get(list).await.expect(200)["data"][0].clone();
    assert_eq!(waited["outcome"], "claimed", "{waited}");
}
