//! What the demo prints when it is ready: a link, and lines to try.

/// Returns the text with the link that signs in, and commands to try, one per question.
pub(super) fn text(address: &str, key: &str) -> String {
    let get = |path: &str| format!("curl -fsS -H 'Authorization: Bearer {key}' '{address}{path}'");
    let klub = "/v1/programs/palms-klub/members";
    let decide = format!(
        "curl -fsS -H 'Authorization: Bearer {key}' -H 'Content-Type: application/json' \
         -d '{{\"program\":\"palms-klub\",\"member\":\"twitter:carl\"}}' '{address}/v1/decisions'"
    );
    let simulate = format!(
        "curl -fsS -H 'Authorization: Bearer {key}' -H 'Accept: application/json' \
         -H 'Content-Type: application/json' -d '{{}}' \
         '{address}/v1/programs/palms-klub/simulate'"
    );
    let claim = format!(
        "curl -fsS -H 'Authorization: Bearer {key}' -H 'Content-Type: application/json' \
         -H 'Idempotency-Key: zoe-and-the-show' \
         -d '{{\"program\":\"palms-klub\",\"perk\":\"show-tickets\",\"member\":\"twitter:zoe\"}}' \
         '{address}/v1/claims'"
    );
    let lines = [
        (
            "The front desk: which tier does Kevin, who writes about Las Vegas, get?",
            get(&format!("{klub}/twitter:kevin/tier")),
        ),
        (
            "The same by loyalty number, for Grace, who buys a lot and never posts:",
            get(&format!("{klub}/loyalty:K100007/tier")),
        ),
        (
            "The support desk: how is Grace's ticket handled?",
            get(&format!("{klub}/email:grace@example.com/service-level")),
        ),
        (
            "Zoe is new and nothing is known of her. What may she have?",
            get(&format!("{klub}/twitter:zoe/offers")),
        ),
        (
            "She takes the show tickets. Sent again, this line gets the same answer, and she gets no more:",
            claim,
        ),
        (
            "The dashboard: who matters for Las Vegas?",
            get("/v1/leaderboard?topic=las-vegas&limit=5"),
        ),
        (
            "Where do Kevin's points come from?",
            get("/v1/members/twitter:kevin/score/explanation"),
        ),
        (
            "A bot that posts every few minutes, to which nobody reacts:",
            get("/v1/members/twitter:vegasdeals/score"),
        ),
        (
            "Carl wrote one post about cookies. What does he get, what not, and what would change it?",
            decide,
        ),
        (
            "The marketer has a draft that asks insiders for a standing of 45, not 25. Who would lose what?",
            simulate,
        ),
    ];
    // What comes after '#' stays in the browser: it is in no log of a proxy.
    let mut text = format!(
        "\nListening on {address}. Sign in to the pages with this link:\n\n\
         {address}/sign-in#key={key}\n\n\
         The reference of the API is at {address}/docs. Or try:\n"
    );
    for (question, line) in lines {
        text.push_str(&format!("\n# {question}\n{line}\n"));
    }
    text.push_str("\nCtrl-C stops it; the data is kept.");
    text
}
