//! The reason of a tier or a service level in one sentence.

use super::*;

const KLUB: &str = include_str!("klub.yaml");

fn tier(program: &Program, person: &Person) -> String {
    person.facts(|facts| program.tier_in_words(facts, &program.evaluate(facts)))
}

fn grant(tier: &str, until: Option<&str>) -> Grant {
    Grant {
        id: GrantId(Uuid::nil()),
        gift: Gift::Tier(TierId::parse(tier).unwrap()),
        starts_at: now() - TimeDelta::days(1),
        ends_at: until.map(|until| until.parse().unwrap()),
    }
}

#[test]
fn a_reason_says_what_was_found_and_what_is_asked() {
    let klub = compile(KLUB);
    let star = person()
        .influence(82.0, 74.0)
        .value(40.0, 30.0)
        .topic("las-vegas", 0.83, 0.6);
    let customer = person().value(85.0, 78.0);
    let little = person().influence(20.0, 10.0);
    for (person, said) in [
        (
            star,
            "Insider: standing at least 56, where 45 is asked, and confidence in Las Vegas 83%, \
             where 60% is asked",
        ),
        (customer, "Regular: standing at least 31, where 25 is asked"),
        (
            little,
            "Guest: everybody gets at least this; for Regular: standing at least 6, where 25 is \
             asked",
        ),
        (
            person().attribute("stays", Attribute::Number(1.0)),
            "Guest: everybody gets at least this; for Regular: standing not known yet, where 25 \
             is asked",
        ),
        (
            person(),
            "Guest: nothing is known of this person yet, and everybody gets at least this",
        ),
        (
            person().not_enrolled(),
            "Guest: nothing is known of this person, and everybody gets at least this",
        ),
    ] {
        assert_eq!(tier(&klub, &person), said);
    }
}

#[test]
fn a_kept_tier_says_until_when_and_what_it_lacks() {
    let klub = compile(KLUB);
    let kept = |until: Option<&str>, noticed: Option<&str>| {
        let mut kept = person().influence(20.0, 10.0);
        kept.held = Some(EarnedTier {
            tier: TierId::parse("insider").unwrap(),
            since: now() - TimeDelta::days(50),
            keep_until: until.map(|until| until.parse().unwrap()),
            noticed_at: noticed.map(|noticed| noticed.parse().unwrap()),
        });
        tier(&klub, &kept)
    };
    // The dates are those of the program's time zone, hours behind UTC.
    let lacks = "; standing at least 6, where 45 is asked, and confidence in Las Vegas not known \
                 yet, where 60% is asked";
    assert_eq!(
        kept(Some("2026-12-04T06:00:00Z"), None),
        format!("Insider: kept at least until 3 December 2026{lacks}")
    );
    assert_eq!(
        kept(Some("2026-12-04T20:00:00Z"), Some("2026-11-19T12:00:00Z")),
        format!("Insider: kept until 4 December 2026{lacks}")
    );
    assert_eq!(
        kept(Some("2026-11-01T00:00:00Z"), None),
        format!("Insider: kept for now{lacks}")
    );
}

#[test]
fn a_grant_is_named_with_its_end() {
    let klub = compile(KLUB);
    let mut granted = person();
    granted.grants = vec![grant("insider", Some("2027-01-01T07:59:59Z"))];
    assert_eq!(
        tier(&klub, &granted),
        "Insider: by a grant, until 31 December 2026"
    );
    granted.grants = vec![grant("insider", None)];
    assert_eq!(tier(&klub, &granted), "Insider: by a grant");
    // A person who opted out, or is not enrolled, looks as if never seen.
    assert_eq!(
        tier(&klub, &granted.not_enrolled()),
        "Guest: nothing is known of this person, and everybody gets at least this"
    );
}

#[test]
fn other_tests_are_put_in_words() {
    let vip = || person().attribute("vip", Attribute::Bool(true));
    let country = |code: &str| person().attribute("country", Attribute::Text(code.into()));
    let known = person().influence(20.0, 10.0).topic("golf", 0.5, 0.2);
    let floor = "guest: everybody gets at least this; for star: ";
    for (condition, person, said) in [
        (
            "member.attributes.vip",
            vip(),
            "star: vip is true".to_owned(),
        ),
        (
            "member.attributes.country == \"US\"",
            country("US"),
            "star: country is US".to_owned(),
        ),
        (
            "member.attributes.country in [\"US\", \"CA\"]",
            country("CA").value(1.0, 0.0),
            "star: country CA, where one of US, CA is asked".to_owned(),
        ),
        (
            "member.attributes.country == \"US\"",
            country("DE").value(1.0, 0.0),
            format!("{floor}country DE, where US is asked"),
        ),
        (
            "influence.score > 20",
            known.clone(),
            format!("{floor}influence 20, where more than 20 is asked"),
        ),
        (
            "value.lower >= 20 || topic(\"golf\").rank <= 10",
            known.clone(),
            format!("{floor}value not known yet, where 20 is asked"),
        ),
        (
            "value.unknown && member.days_enrolled >= 30",
            known.clone(),
            "star: nothing is known of value, and days enrolled 365, where 30 is asked".to_owned(),
        ),
        (
            "size(member.networks) >= 2",
            known,
            format!("{floor}`size(member.networks) >= 2` does not hold"),
        ),
    ] {
        let program = published(&small(&format!("'{condition}'"), "value.unknown"));
        assert_eq!(tier(&program, &person), said, "{condition}");
    }
}

#[test]
fn a_sentence_names_at_most_three_tests() {
    let tests = ["days_enrolled >= 1"; 2].map(|test| format!("member.{test}"));
    let named = ["a", "b", "c", "d"].map(|name| format!("member.attributes.{name}"));
    let all: Vec<String> = tests.into_iter().chain(named).collect();
    let program = published(&small(&all.join(" && "), "value.unknown"));
    let mut all = person();
    for name in ["a", "b", "c", "d"] {
        all = all.attribute(name, Attribute::Bool(true));
    }
    assert_eq!(
        tier(&program, &all),
        "star: days enrolled 365, where 1 is asked, a is true, b is true, and 2 more"
    );
}

#[test]
fn a_level_given_by_a_condition_has_its_own_reason() {
    let source = r#"
program: desk
service_levels:
  - { id: urgent, title: Urgent, when: request.severity == "critical", queue: first }
  - { id: standard, queue: general }
tiers: [{ id: guest, title: Guest, service_level: standard }]
"#;
    let desk = published(source);
    let level =
        |person: &Person| person.facts(|facts| desk.level_in_words(facts, &desk.evaluate(facts)));
    let critical = Attribute::Text("critical".into());
    assert_eq!(
        level(&person().not_enrolled().request("severity", critical)),
        "Urgent: severity of the request is critical"
    );
    assert_eq!(
        level(&person().not_enrolled()),
        "Guest: nothing is known of this person, and everybody gets at least this"
    );
}
