//! Answers with an `ETag`: asked again with it, they are not sent again.

use reqwest::Method;
use serde_json::json;

use crate::harness::App;

const FAIR: &str = "program: fair
title: Fair
standing: { influence: 1 }
service_levels:
  - { id: standard, queue: general }
tiers:
  - { id: guest, service_level: standard }
perks:
  - { id: mug, title: A mug, disclosure: So., codes: imported, experiment: { hold_back: 10%, salt: mug } }
  - { id: trip, title: A trip, disclosure: So., kind: draw, stock: 1 }
";

/// Its experiment may hold anything back from the member, so nothing of it is claimed.
const STUDY: &str = "program: study
title: Study
standing: { influence: 1 }
experiment: { hold_back: 10%, salt: study }
service_levels:
  - { id: standard, queue: general }
tiers:
  - { id: guest, service_level: standard }
perks:
  - { id: mug, title: A mug, disclosure: So. }
";

#[tokio::test]
async fn an_answer_that_has_not_changed_is_not_sent_again() {
    let app = App::with_a_star().await;
    for program in [FAIR, STUDY] {
        app.service
            .programs
            .publish(None, program, None)
            .await
            .unwrap();
    }
    app.publish_palms().await;
    let id = |body: serde_json::Value| body["id"].as_str().unwrap().to_owned();
    let asked = json!({"program": "palms-klub", "member": "twitter:kevin"});
    let decision = id(app.post("/v1/decisions", asked).await.expect(201));
    let hold = json!({"program": "palms-klub", "perk": "show-tickets", "member": "twitter:kevin"});
    let claim = id(app.post_once("/v1/claims", "k", hold).await.expect(201));
    let perks = "/v1/programs/fair/perks";
    let kevin = json!({"member": "twitter:kevin"});
    let entry = app.post(&format!("{perks}/trip/entries"), kevin).await;
    let entry = id(entry.expect(201));
    let draw = app.post(&format!("{perks}/trip/draw"), json!({})).await;
    draw.expect(200);
    let member = "/v1/members/twitter:kevin";
    let index = json!({"score": 71, "provenance": "a test", "as_of": "2018-05-25T00:00:00Z"});
    app.put(&format!("{member}/indices/klout"), index)
        .await
        .expect(200);
    let lookups = "/v1/programs/palms-klub/members/twitter:kevin";
    for path in [
        "/v1/claims".to_owned(),
        "/v1/decisions".to_owned(),
        "/v1/messages".to_owned(),
        "/v1/overview".to_owned(),
        "/v1/topics".to_owned(),
        perks.to_owned(),
        "/v1/programs/palms-klub/standings".to_owned(),
        "/v1/programs/palms-klub/tiers".to_owned(),
        format!("/v1/claims/{claim}"),
        format!("/v1/decisions/{decision}/replay"),
        format!("/v1/entries/{entry}"),
        format!("{member}/score"),
        format!("{member}/score/explanation"),
        format!("{member}/score/history"),
        format!("{member}/topics"),
        "/v1/members".to_owned(),
        format!("{member}/tiers"),
        format!("{member}/claims"),
        format!("{member}/grants"),
        format!("{member}/decisions"),
        format!("{member}/messages"),
        format!("{member}/events"),
        format!("{member}/indices"),
        format!("{member}/indices/klout"),
        "/v1/model".to_owned(),
        format!("{lookups}/tier"),
        format!("{lookups}/service-level"),
        format!("{lookups}/offers"),
        format!("{perks}/mug/codes"),
        format!("{perks}/mug/experiment"),
        format!("{perks}/trip/draw"),
        "/v1/programs/study/experiment".to_owned(),
        "/v1/programs/study/experiments".to_owned(),
        "/v1/programs/palms-klub/report".to_owned(),
        "/v1/schemas/program.json".to_owned(),
    ] {
        let first = app.get(&path).await;
        first.expect(200);
        let tag = first.headers["etag"].to_str().unwrap();
        let again = [("if-none-match", tag)];
        let again = app.send(Method::GET, &path, &again, "").await;
        assert_eq!(
            (again.status.as_u16(), again.bytes.len()),
            (304, 0),
            "{path}"
        );
    }
}
