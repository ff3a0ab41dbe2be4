//! The meaning of conditions.

use super::*;

fn text(text: &str) -> Attribute {
    Attribute::Text(text.into())
}

#[test]
fn a_standing_has_the_percentile_of_the_snapshot() {
    let mut somebody = person().influence(60.0, 50.0);
    assert!(!somebody.gets("standing.percentile >= 90"));
    assert!(!somebody.gets("standing.percentile < 90"), "not known yet");
    somebody.standing_percentile = Some(92.5);
    assert!(somebody.gets("standing.percentile >= 90"));
}

#[test]
fn what_is_not_known_is_neither_high_nor_low() {
    let somebody = person().influence(50.0, 40.0);
    for condition in [
        "value.score >= 20",
        "value.score < 20",
        "!(value.score >= 20)",
        "topic(\"golf\").confidence < 0.5",
        "!(topic(\"golf\").confidence < 0.5)",
        "member.attributes.visits > 3",
        "member.attributes.visits <= 3",
        "member.attributes.country != \"DE\"",
        "!(member.attributes.country in [\"DE\"])",
        "index(\"klout\").score > 0 - 1",
        "influence.score / 0 > 1",
    ] {
        assert!(!somebody.gets(&format!("'{condition}'")), "{condition}");
    }
    assert!(somebody.gets("value.unknown && !influence.unknown && !standing.unknown"));
    assert!(somebody.gets("topic(\"golf\").unknown"));
}

#[test]
fn an_attribute_takes_the_type_of_what_it_meets() {
    let somebody = person()
        .attribute("country", text("DE"))
        .attribute("visits", Attribute::Number(4.0))
        .attribute("vip", Attribute::Bool(true))
        .attribute("likes", Attribute::List(vec!["golf".into(), "spa".into()]))
        .attribute("room-type", text("suite"))
        .attribute("birthday", text("1990-05-01T00:00:00Z"));
    for condition in [
        "member.attributes.country == \"DE\"",
        "member.attributes.country in [\"AT\", \"DE\"]",
        "member.attributes.visits >= 4",
        "member.attributes.visits in [1, 4]",
        "member.attributes.vip",
        "member.attributes.vip == true",
        "!member.attributes.banned",
        "\"spa\" in member.attributes.likes",
        "size(member.attributes.likes) == 2",
        "member.attributes.likes.exists(x, x.startsWith(\"go\"))",
        "member.attributes.likes.all(x, size(x) <= 4)",
        "member.attributes[\"room-type\"].endsWith(\"ite\")",
        "member.attributes.birthday < now",
        "now - member.attributes.birthday > duration(\"3650d\")",
        "has(member.attributes.country) && !has(member.attributes.city)",
    ] {
        assert!(somebody.gets(&format!("'{condition}'")), "{condition}");
    }
    assert!(!somebody.gets("member.attributes.country >= 4"));
    assert!(!somebody.gets("member.attributes.banned == false"));
}

#[test]
fn numbers_times_and_requests_can_be_calculated_with() {
    let somebody = person()
        .influence(60.0, 50.0)
        .value(40.0, 30.0)
        .imported("klout", 61.0)
        .networks(&["github", "bluesky"])
        .request("arrival", text("2026-11-25T15:00:00Z"));
    for condition in [
        "standing.score == 50",
        "standing.lower == 40",
        "(influence.lower + value.lower) / 2 == standing.lower",
        "-value.score < 0",
        "50 <= standing.score",
        "index(\"klout\").score > influence.score",
        "influence.percentile >= 80",
        "\"github\" in member.networks",
        "size(member.networks) >= 2",
        "member.networks.exists(n, n == \"bluesky\" && tier == \"guest\")",
        "member.days_enrolled == 365",
        "influence.score >= (value.unknown ? 90 : 55)",
        "value.unknown ? false : influence.score > 59",
        "request.arrival - now < duration(\"6d\")",
        "request.arrival >= timestamp(\"2026-11-25T00:00:00Z\")",
        "now + duration(\"48h\") < request.arrival",
    ] {
        assert!(somebody.gets(&format!("'{condition}'")), "{condition}");
    }
}

#[test]
fn the_floor_is_everybodys() {
    let program = compile(&small("standing.unknown", "tier == \"guest\""));
    person().not_enrolled().facts(|facts| {
        let outcome = program.evaluate(facts);
        assert_eq!(outcome.tier.tier.as_str(), "guest");
        assert_eq!(outcome.service_level.id, "standard");
        let refused = Eligibility::Refused {
            reason: Refusal::NotEnrolled,
        };
        assert_eq!(outcome.perks[0].eligibility, refused);
        let reasons = program.explain(facts);
        assert_eq!(reasons.matched[0].id, "guest");
    });
}

#[test]
fn the_condition_is_repeated_as_it_was_written() {
    let source = small(
        "'45 <= standing.lower   &&  !value.unknown'",
        "standing.lower > 1",
    );
    let program = compile(&source);
    let when = program.tiers()[0].when();
    assert_eq!(when, Some("45 <= standing.lower && !value.unknown"));
}
