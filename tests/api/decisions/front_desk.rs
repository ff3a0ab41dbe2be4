//! What a lookup tells the people at a front desk: why the guest has the tier, what
//! amenities are called, what to hand out, and what is wrong with an unknown identity.

use chrono::TimeDelta;
use reqwest::Method;
use serde_json::{Value, json};

use crate::harness::App;

const KLUB: &str = "/v1/programs/palms-klub/members";

async fn hotel() -> App {
    let app = App::start().await;
    app.publish_palms().await;
    app.and_a_star().await
}

async fn ask(app: &App, member: &str, lookup: &str) -> Value {
    app.get(&format!("{KLUB}/{member}/{lookup}"))
        .await
        .expect(200)
}

/// Looks a member up in a batch, which must say the same as the single lookups.
async fn in_a_batch(app: &App, member: &str) -> Value {
    let body = json!({"members": [member], "include": ["tier", "service_level", "offers"]});
    let batch = app
        .post("/v1/programs/palms-klub/lookups", body)
        .await
        .expect(200)["data"][0]
        .clone();
    assert_eq!(batch["tier"], ask(app, member, "tier").await);
    assert_eq!(
        batch["service_level"],
        ask(app, member, "service-level").await
    );
    assert_eq!(batch["offers"], ask(app, member, "offers").await);
    batch
}

#[tokio::test]
async fn the_reason_is_one_sentence_and_amenities_have_titles() {
    let app = hotel().await;
    let star = in_a_batch(&app, "twitter:kevin").await;
    let reason = star["tier"]["reason"].as_str().unwrap();
    assert!(
        reason.starts_with("Insider: standing at least ") && reason.contains("where 25 is asked"),
        "{reason}"
    );
    assert!(reason.contains("confidence in Las Vegas"), "{reason}");
    assert_eq!(star["service_level"]["reason"], *reason);
    assert_eq!(star["offers"]["reason"], *reason);
    assert_eq!(
        star["tier"]["amenity_titles"]["late-checkout"],
        "Late check-out, until 2 pm"
    );
    assert_eq!(
        star["tier"]["amenities"].as_array().unwrap().len(),
        star["tier"]["amenity_titles"].as_object().unwrap().len()
    );
}

#[tokio::test]
async fn the_reason_of_an_opted_out_member_is_that_of_a_stranger() {
    let app = hotel().await;
    app.patch("/v1/members/twitter:kevin", json!({"scoring": "opted_out"}))
        .await
        .expect(200);
    let opted_out = in_a_batch(&app, "twitter:kevin").await;
    let stranger = in_a_batch(&app, "twitter:nobody-of-that-name").await;
    for lookup in ["tier", "service_level", "offers"] {
        assert_eq!(opted_out[lookup], stranger[lookup]);
    }
    assert_eq!(
        stranger["tier"]["reason"],
        "Guest: nothing is known of this person, and everybody gets at least this"
    );
}

#[tokio::test]
async fn offers_name_the_units_to_hand_out_and_the_perks_to_give() {
    let app = hotel().await;
    let offers = ask(&app, "twitter:kevin", "offers").await;
    assert_eq!(offers["open_claims"], json!([]));
    let to_give = offers["to_give"].as_array().unwrap();
    assert!(to_give.contains(&json!("show-tickets")), "{offers}");
    let hold = |perk: &str, confirm: bool| json!({"program": "palms-klub", "perk": perk, "member": "twitter:kevin", "confirm": confirm});
    let held = app
        .post_once("/v1/claims", "a", hold("show-tickets", false))
        .await
        .expect(201);
    let open = in_a_batch(&app, "twitter:kevin").await["offers"]["open_claims"].clone();
    let unit = |claim: &Value| {
        json!([{
            "claim": claim["id"], "perk": "show-tickets", "title": "Two tickets to tonight's show",
            "state": claim["state"], "until": claim["expires_at"],
        }])
    };
    assert_eq!(open, unit(&held));
    assert_eq!(open[0]["state"], "held");
    // A confirmation changes no count, and yet the answer.
    let step = async |step: &str| {
        let path = format!("/v1/claims/{}/{step}", held["id"].as_str().unwrap());
        app.post_once(&path, step, json!({})).await.expect(200)
    };
    let confirmed = step("confirm").await;
    let offers = in_a_batch(&app, "twitter:kevin").await["offers"].clone();
    assert_eq!(offers["open_claims"], unit(&confirmed));
    assert_eq!(offers["open_claims"][0]["state"], "confirmed");
    // One for each member: it is not to be given again.
    assert!(
        !offers["to_give"]
            .as_array()
            .unwrap()
            .contains(&json!("show-tickets"))
    );
    step("redeem").await;
    let offers = in_a_batch(&app, "twitter:kevin").await["offers"].clone();
    assert_eq!(offers["open_claims"], json!([]));
}

#[tokio::test]
async fn a_unit_whose_time_is_over_is_not_handed_out() {
    let app = hotel().await;
    let body = json!({"program": "palms-klub", "perk": "show-tickets", "member": "twitter:kevin"});
    let held = app.post_once("/v1/claims", "a", body).await.expect(201);
    let until: chrono::DateTime<chrono::Utc> =
        held["expires_at"].as_str().unwrap().parse().unwrap();
    let left = until - app.service.clock.now();
    app.service.clock.advance(left);
    let offers = ask(&app, "twitter:kevin", "offers").await;
    assert_eq!(offers["open_claims"], json!([]));
}

#[tokio::test]
async fn an_unknown_network_gets_a_hint() {
    let app = hotel().await;
    app.put("/v1/members/crm:77", json!({"identities": ["pms:77"]}))
        .await
        .expect(201);
    // Known networks, other kinds of identities and member ids get none, known or not.
    for member in [
        "twitter:kevin",
        "twitter:nobody-of-that-name",
        "pms:1",
        "email:no@body.example",
        "01890a5d-ac96-774b-bcce-b302099a8057",
    ] {
        let batch = in_a_batch(&app, member).await;
        for lookup in ["tier", "service_level", "offers"] {
            assert_eq!(batch[lookup]["hint"], Value::Null, "{member}");
        }
    }
    for (member, hint) in [
        ("pmss:77", "did you mean 'pms'?"),
        ("twiter:kevin", "did you mean 'twitter'?"),
        ("loyality:77", "did you mean 'loyalty'?"),
        (
            "opera:77",
            "known are email, loyalty, crm, pms, shop, twitter",
        ),
    ] {
        let batch = in_a_batch(&app, member).await;
        let network = member.split(':').next().unwrap();
        let said = format!("no member has an account on the network '{network}'; {hint}");
        for lookup in ["tier", "service_level", "offers"] {
            assert_eq!(batch[lookup]["hint"], said, "{member}");
        }
    }
    // A reactor's network is not one by which a member can be found.
    let like = json!({"id": "1", "source": "s", "type": "like", "network": "forum",
        "time": "2026-11-20T12:00:00Z", "actor": "a", "target": "b", "object": "o"});
    app.events(&[like]).await;
    let said = ask(&app, "forum:a", "tier").await["hint"].clone();
    assert!(said.as_str().unwrap().contains("'forum'"), "{said}");
}

#[tokio::test]
async fn the_tag_of_an_unknown_identity_is_stable() {
    let app = hotel().await;
    for member in ["opera:77", "twitter:nobody-of-that-name"] {
        let path = format!("{KLUB}/{member}/tier");
        let tag = app.get(&path).await.headers["etag"].clone();
        app.service.clock.advance(TimeDelta::hours(2));
        app.refresh().await;
        let headers = [("if-none-match", tag.to_str().unwrap())];
        let again = app.send(Method::GET, &path, &headers, "").await;
        assert_eq!(again.status, 304);
    }
}
