//! Two members who are one person: what a merge would do, the merge, and its undo.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};

use super::opted_out::{kept, tables_with};
use crate::harness::{Answer, App};

/// Asks for what a merge would do.
pub(super) async fn preview(app: &App, survivor: &str, from: &str) -> Answer {
    let path = format!("/v1/members/{survivor}/merge/preview");
    app.post(&path, json!({ "from": from })).await
}

/// Merges the member `from` into `survivor`.
pub(super) async fn merge(app: &App, survivor: &str, from: &str) -> Answer {
    let path = format!("/v1/members/{survivor}/merge");
    let body = json!({"from": from, "reason": "the same passport"});
    app.post(&path, body).await
}

/// Undoes a merge.
pub(super) async fn undo(app: &App, merge: &Value) -> Answer {
    let path = format!("/v1/merges/{}/undo", merge["id"].as_str().unwrap());
    app.post(&path, json!({"reason": "father and son"})).await
}

/// Everything that is to be the same after a merge and its undo.
pub(super) async fn state(app: &App, member: &str) -> Value {
    let of = async |what: &str| {
        let answer = app.get(&format!("/v1/members/{member}{what}")).await;
        let mut body = answer.expect(200);
        if let Some(body) = body.as_object_mut() {
            body.remove("updated_at");
        }
        body
    };
    let counts: Vec<(String, String, i64)> = sqlx::query_as(
        "select program_id, perk_id, units from member_claims
         where member_id::text = $1 and units > 0 order by 1, 2",
    )
    .bind(of("").await["id"].as_str().unwrap().to_owned())
    .fetch_all(&app.pool)
    .await
    .unwrap();
    json!({
        "member": of("").await, "tiers": of("/tiers").await, "claims": of("/claims").await,
        "grants": of("/grants").await, "indices": of("/indices").await,
        "score": of("/score").await, "history": of("/score/history").await, "counts": counts,
    })
}

fn id(body: &Value) -> String {
    body["id"].as_str().unwrap().to_owned()
}

async fn tier(app: &App, member: &str) -> Value {
    let tiers = app.get(&format!("/v1/members/{member}/tiers")).await;
    tiers.expect(200)["data"][0]["tier"].clone()
}

/// A star, and the guest of a hotel who is the same person.
async fn star_and_guest() -> (App, String, String) {
    let app = App::with_a_star().await;
    app.publish_palms().await;
    app.settle().await;
    app.service.tiers.sweep().await.unwrap();
    let star = json!({
        "name": "Kev", "attributes": {"country": "US", "vip": true}, "interests": ["art"],
    });
    let star = app.patch("/v1/members/twitter:kevin", star).await;
    let guest = json!({
        "identities": ["email:kevin@example.com"], "name": "Kevin Ito",
        "attributes": {"country": "NL"}, "interests": ["food"],
        "enrolled_at": "2020-01-01T00:00:00Z",
    });
    let guest = app.put("/v1/members/loyalty:K7", guest).await.expect(201);
    let index = json!({"score": 50, "provenance": "a test", "as_of": "2026-11-01T00:00:00Z"});
    let klout = "/v1/members/twitter:kevin/indices/klout";
    app.put(klout, index).await.expect(200);
    app.settle().await;
    (app, id(&guest), id(&star.expect(200)))
}

#[tokio::test]
async fn two_members_become_one_and_two_again() {
    let (app, guest, star) = star_and_guest().await;
    let before = (state(&app, &guest).await, state(&app, &star).await);
    assert_eq!(tier(&app, &star).await, "insider");
    let preview = preview(&app, "loyalty:K7", "twitter:kevin").await;
    let preview = preview.expect(200);
    let untouched = (state(&app, &guest).await, state(&app, &star).await);
    assert_eq!(untouched, before, "a preview changes nothing");

    let merged = merge(&app, "loyalty:K7", "twitter:kevin").await;
    let address = merged.headers["location"].to_str().unwrap().to_owned();
    let merged = merged.expect(201);
    assert_eq!(merged, app.get(&address).await.expect(200));
    assert_eq!(
        (&merged["survivor"], &merged["absorbed"]),
        (&json!(guest), &json!(star))
    );
    let now = state(&app, &guest).await;
    // Every name of either leads to the one, also the id of the other.
    for name in ["twitter:kevin", "shop:K1", "loyalty:K7", star.as_str()] {
        assert_eq!(state(&app, name).await, now, "{name}");
    }
    assert_eq!(now["member"]["name"], "Kevin Ito");
    assert_eq!(
        now["member"]["attributes"],
        json!({"country": "NL", "vip": true})
    );
    assert_eq!(now["member"]["interests"], json!(["art", "food"]));
    assert_eq!(now["member"]["enrolled_at"], "2020-01-01T00:00:00Z");
    // What the preview said is what happened.
    for value in ["name", "attributes", "interests", "scoring", "enrolled_at"] {
        assert_eq!(preview["member"][value], now["member"][value], "{value}");
    }
    assert_eq!(preview["added"]["attributes"], json!(["vip"]));
    assert_eq!(preview["added"]["indices"], json!(["klout"]));
    let added = json!(["shop:K1", "twitter:kevin"]);
    assert_eq!(preview["added"]["identities"], added);
    assert_eq!(preview["kept"]["attributes"], json!(["country"]));
    assert_eq!(preview["kept"]["name"], true);
    assert_eq!(preview["influence"]["after"], now["score"]["influence"]);
    assert_eq!(preview["influence"]["survivor"]["state"], "unknown");
    assert_eq!(preview["value"]["after"], now["score"]["value"]);
    let palms = &preview["programs"][0];
    assert_eq!(
        (
            &palms["survivor_tier"],
            &palms["absorbed_tier"],
            &palms["tier"]
        ),
        (
            &json!("guest"),
            &json!("insider"),
            &now["tiers"]["data"][0]["tier"]
        )
    );
    assert_eq!(tier(&app, &guest).await, "insider");

    // The history says why.
    let history = format!("/v1/programs/palms-klub/members/{guest}/tier/history");
    let entry = app.get(&history).await.expect(200)["data"][0].clone();
    assert_eq!(
        (&entry["reason"], &entry["merge"], &entry["to"]),
        (&json!("merged"), &merged["id"], &json!("insider"))
    );
    app.settle().await;
    app.service.tiers.sweep().await.unwrap();
    assert_eq!(state(&app, &guest).await, now, "the scorer agrees");

    let undone = undo(&app, &merged).await.expect(200);
    assert_eq!(undone["undone"]["reason"], "father and son");
    let after = (state(&app, &guest).await, state(&app, &star).await);
    assert_eq!(after, before);
    app.settle().await;
    app.service.tiers.sweep().await.unwrap();
    let after = (state(&app, &guest).await, state(&app, &star).await);
    assert_eq!(after, before, "the scorer agrees");
    assert_eq!(undo(&app, &merged).await.problem(409), "conflict");
    let path = format!("/v1/members/{star}/merges");
    let merges = app.get(&path).await;
    assert_eq!(merges.expect(200)["data"], json!([undone]));
    let tag = [("if-none-match", merges.headers["etag"].to_str().unwrap())];
    let same = app.send(Method::GET, &path, &tag, "").await;
    assert_eq!(same.status, 304);
}

#[tokio::test]
async fn what_changed_since_the_merge_stays_with_the_survivor() {
    let (app, guest, star) = star_and_guest().await;
    let merged = merge(&app, &guest, &star).await.expect(201);
    let change = json!({
        "name": "Kevin I.", "attributes": {"vip": false, "seat": "aisle"},
        "identities": ["email:kevin@example.com", "loyalty:K7", "shop:K1"],
    });
    let path = format!("/v1/members/{star}");
    app.patch(&path, change).await.expect(200);
    app.enrol("twitter:kevin").await;
    undo(&app, &merged).await.expect(200);
    let guest = app.get(&format!("/v1/members/{guest}")).await.expect(200);
    let star = app.get(&format!("/v1/members/{star}")).await.expect(200);
    assert_eq!(guest["name"], "Kevin I.");
    assert_eq!(
        guest["attributes"],
        json!({"country": "NL", "vip": false, "seat": "aisle"})
    );
    assert_eq!(star["attributes"], json!({"country": "US", "vip": true}));
    assert_eq!(
        star["identities"],
        json!(["shop:K1"]),
        "twitter:kevin has gone elsewhere"
    );
}

#[tokio::test]
async fn whoever_has_opted_out_stays_out() {
    for (out, other) in [("twitter:a", "twitter:b"), ("twitter:b", "twitter:a")] {
        let app = App::start().await;
        app.enrol(other).await;
        let opted_out = json!({"scoring": "opted_out"});
        let path = format!("/v1/members/{out}");
        app.put(&path, opted_out.clone()).await.expect(201);
        let preview = preview(&app, "twitter:a", "twitter:b").await.expect(200);
        assert_eq!(preview["member"]["scoring"], "opted_out");
        let merged = merge(&app, "twitter:a", "twitter:b").await.expect(201);
        let scoring = async |who: &str| {
            let member = app.get(&format!("/v1/members/{who}")).await.expect(200);
            member["scoring"].clone()
        };
        assert_eq!(scoring("twitter:a").await, "opted_out");
        undo(&app, &merged).await.expect(200);
        assert_eq!(scoring(out).await, "opted_out");
        assert_eq!(scoring(other).await, "active");
        // Who opts out while they are one person does so for both.
        let merged = merge(&app, "twitter:a", "twitter:b").await.expect(201);
        app.patch("/v1/members/twitter:b", opted_out)
            .await
            .expect(200);
        undo(&app, &merged).await.expect(200);
        assert_eq!(scoring(out).await, "opted_out");
        assert_eq!(scoring(other).await, "opted_out");
    }
}

/// A list says it as a `PATCH` does.
#[tokio::test]
async fn an_opt_out_in_a_list_since_a_merge_is_for_both() {
    let app = App::start().await;
    app.enrol("twitter:a").await;
    let out = json!({"scoring": "opted_out"});
    app.put("/v1/members/twitter:b", out).await.expect(201);
    let merged = merge(&app, "twitter:a", "twitter:b").await.expect(201);
    for scoring in ["active", "opted_out"] {
        let list = format!("identity,scoring\ntwitter:a,{scoring}\n");
        let csv = [("content-type", "text/csv")];
        let path = "/v1/members/import";
        let imported = app.send(Method::POST, path, &csv, list).await.expect(200);
        assert_eq!(imported["changed"], 1, "{imported}");
    }
    undo(&app, &merged).await.expect(200);
    for member in ["twitter:a", "twitter:b"] {
        let member = app.get(&format!("/v1/members/{member}")).await.expect(200);
        assert_eq!(member["scoring"], "opted_out");
    }
}

#[tokio::test]
async fn a_chain_is_undone_from_its_end() {
    let app = App::start().await;
    let mut ids = Vec::new();
    for name in ["twitter:a", "twitter:b", "twitter:c"] {
        ids.push(id(&app.enrol(name).await));
    }
    let first = merge(&app, "twitter:b", "twitter:a").await.expect(201);
    let second = merge(&app, "twitter:c", &ids[0]).await.expect(201);
    assert_eq!(second["absorbed"], json!(ids[1]), "the id of a leads to b");
    for name in ids
        .iter()
        .map(String::as_str)
        .chain(["twitter:a", "twitter:b"])
    {
        let member = app.get(&format!("/v1/members/{name}")).await.expect(200);
        assert_eq!(member["id"], json!(ids[2]), "{name}");
    }
    let refused = undo(&app, &first).await;
    assert_eq!(refused.problem(409), "conflict");
    assert!(
        refused.json()["detail"]
            .as_str()
            .unwrap()
            .contains(&id(&second))
    );
    undo(&app, &second).await.expect(200);
    let member = app
        .get(&format!("/v1/members/{}", ids[0]))
        .await
        .expect(200);
    assert_eq!(member["id"], json!(ids[1]));
    undo(&app, &first).await.expect(200);
    for (id, name) in ids.iter().zip(["twitter:a", "twitter:b", "twitter:c"]) {
        let member = app.get(&format!("/v1/members/{id}")).await.expect(200);
        assert_eq!(
            (&member["id"], &member["identities"]),
            (&json!(id), &json!([name]))
        );
    }
}

#[tokio::test]
async fn mistakes_change_nothing() {
    let app = App::start().await;
    app.enrol("twitter:a").await;
    let other = json!({"identities": ["loyalty:A1"]});
    app.put("/v1/members/twitter:b", other).await.expect(201);
    for path in ["merge", "merge/preview"] {
        let ask = async |survivor: &str, from: &str| {
            let mut body = json!({"from": from, "reason": "r"});
            if path != "merge" {
                body.as_object_mut().unwrap().remove("reason");
            }
            let path = format!("/v1/members/{survivor}/{path}");
            app.post(&path, body).await
        };
        let same = ask("twitter:b", "loyalty:A1").await;
        assert_eq!(same.problem(409), "conflict");
        let nobody = ask("twitter:b", "loyalty:nobody").await;
        assert_eq!(nobody.problem(400), "invalid-request");
        assert_eq!(nobody.json()["pointer"], "/from");
        let nobody = ask("twitter:nobody", "twitter:a").await;
        assert_eq!(nobody.problem(404), "not-found");
        let odd = ask("twitter:a", "no identity").await;
        assert_eq!(odd.problem(400), "invalid-request");
    }
    let unknown = json!({"id": app.service.clock.new_id()});
    assert_eq!(undo(&app, &unknown).await.problem(404), "not-found");
    let path = format!("/v1/merges/{}", id(&unknown));
    assert_eq!(app.get(&path).await.problem(404), "not-found");
    // More attributes than a member may have.
    for (name, letter) in [("twitter:a", "a"), ("twitter:b", "b")] {
        let names = (0..40).map(|n| (format!("{letter}{n}"), json!(n)));
        let attributes: serde_json::Map<String, Value> = names.collect();
        let body = json!({ "attributes": attributes });
        let path = format!("/v1/members/{name}");
        app.patch(&path, body).await.expect(200);
    }
    let previewed = preview(&app, "twitter:a", "twitter:b").await.expect(200);
    assert_eq!(previewed["conflicts"].as_array().unwrap().len(), 1);
    let refused = merge(&app, "twitter:a", "twitter:b").await;
    assert_eq!(refused.problem(409), "conflict");
    assert_eq!(refused.json()["detail"], previewed["conflicts"][0]);
    app.get("/v1/members/twitter:b").await.expect(200);
}

#[tokio::test]
async fn a_merge_is_undone_in_its_time_and_while_the_member_is_there() {
    let app = App::with(|config| config.members.merge_undo_seconds = 3600).await;
    let old = id(&app.enrol("twitter:a").await);
    app.enrol("twitter:b").await;
    let late = merge(&app, "twitter:b", "twitter:a").await.expect(201);
    app.service.clock.advance(TimeDelta::hours(1));
    assert_eq!(undo(&app, &late).await.problem(409), "conflict");
    app.service.merges.forget_old_details().await.unwrap();
    assert_eq!(undo(&app, &late).await.problem(409), "conflict");

    app.enrol("twitter:c").await;
    let merged = merge(&app, "twitter:c", "twitter:b").await.expect(201);
    let path = format!("/v1/members/{old}");
    let ended = app.send(Method::DELETE, &path, &[], "").await;
    assert_eq!(
        ended.status, 204,
        "the id of one who was absorbed ends the membership"
    );
    for gone in ["twitter:a", "twitter:b", "twitter:c", &old] {
        let answer = app.get(&format!("/v1/members/{gone}")).await;
        assert_eq!(answer.problem(404), "not-found", "{gone}");
    }
    assert_eq!(undo(&app, &merged).await.problem(409), "conflict");
}

#[tokio::test]
async fn a_request_that_is_sent_again_merges_once() {
    let app = App::start().await;
    app.enrol("twitter:a").await;
    app.enrol("twitter:b").await;
    let body = json!({"from": "twitter:b", "reason": "r"});
    let path = "/v1/members/twitter:a/merge";
    let first = app.post_once(path, "m", body.clone()).await.expect(201);
    let again = app.post_once(path, "m", body).await.expect(201);
    assert_eq!(first, again);
    let path = format!("/v1/merges/{}/undo", id(&first));
    let reason = json!({"reason": "r"});
    let first = app.post_once(&path, "u", reason.clone()).await.expect(200);
    let again = app.post_once(&path, "u", reason).await.expect(200);
    assert_eq!(first, again);
}

/// The end of a membership leaves nothing of either of the two but what the document lists,
/// and no name, handle or attribute.
#[tokio::test]
async fn ending_the_survivor_ends_what_was_kept_for_the_undo() {
    let (app, guest, star) = star_and_guest().await;
    merge(&app, &guest, &star).await.expect(201);
    let held = tables_with(&app, &["kevin@example.com".to_owned()]).await;
    assert!(held.contains("identities"), "{held:?}");
    let path = format!("/v1/members/{guest}");
    let ended = app.send(Method::DELETE, &path, &[], "").await;
    assert_eq!(ended.status, 204);
    app.settle().await;
    let documented = kept("## What ending a membership keeps");
    let needles: Vec<String> = [&guest, &star]
        .into_iter()
        .flat_map(|id| [id.clone(), id.replace('-', "")])
        .collect();
    let left = tables_with(&app, &needles).await;
    let surplus: Vec<&String> = left.difference(&documented).collect();
    assert_eq!(surplus, [""; 0], "not in docs/rights.md");
    let needles = ["kevin", "kev\"", "k7"].map(str::to_owned).to_vec();
    let named = tables_with(&app, &needles).await;
    // The ids of events and contents are the sender's own.
    let others = ["idempotency_keys", "events", "event_keys"].map(str::to_owned);
    let others = BTreeSet::from(others);
    let surplus: Vec<&String> = named.difference(&others).collect();
    assert_eq!(surplus, [""; 0]);
}
