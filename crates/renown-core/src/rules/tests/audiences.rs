//! Audiences: what programs make of them, and what is refused.

use proptest::prelude::*;

use super::file_schema::valid_audience;
use super::*;

fn name(name: &str) -> AudienceName {
    AudienceName::parse(name).unwrap()
}

/// Returns rules from names and conditions; `list` stands for a list.
fn rules(audiences: &[(&str, &str)]) -> AudienceRules {
    let rule = |when: &str| match when {
        "list" => AudienceRule::List,
        when => AudienceRule::When(when.to_owned()),
    };
    let all = audiences.iter();
    all.map(|(audience, when)| (name(audience), rule(when)))
        .collect()
}

fn compile_with(source: &str, known: &AudienceRules) -> Result<Compiled, Vec<Diagnostic>> {
    let setting = Setting {
        audiences: Some(known),
        ..Setting::at(now())
    };
    Program::compile(source, &setting)
}

fn with(tier: &str, perk: &str, audiences: &[(&str, &str)]) -> Program {
    let source = small(&format!("'{tier}'"), &format!("'{perk}'"));
    match compile_with(&source, &rules(audiences)) {
        Ok(compiled) => compiled.program,
        Err(found) => panic!("{}", render(&found, &source, "test.yaml", false)),
    }
}

fn gets(program: &Program, person: &Person) -> bool {
    let eligible = person.facts(|facts| program.evaluate(facts).perks[0].eligibility);
    eligible == Eligibility::Eligible
}

/// Returns the first error of a program with this tier.
fn refused(tier: &str, audiences: &[(&str, &str)]) -> String {
    let source = small(&format!("'{tier}'"), "'true'");
    let found = compile_with(&source, &rules(audiences)).unwrap_err();
    let first = &found[0];
    let hint = first.hint.as_deref().unwrap_or_default();
    format!("{}:{} {} ({hint})", first.line, first.column, first.message)
}

fn messages(found: Vec<Diagnostic>) -> String {
    let messages: Vec<String> = found.into_iter().map(|found| found.message).collect();
    messages.join(" ")
}

/// Returns the first error of an audience with this condition.
fn refused_audience(audience: &str, when: &str, others: &[(&str, &str)]) -> String {
    let known = rules(others);
    let setting = Setting {
        audiences: Some(&known),
        ..Setting::at(now())
    };
    let source = format!("when: '{when}'");
    let found = Audience::compile(&source, Some(&name(audience)), &setting).unwrap_err();
    found[0].message.clone()
}

#[test]
fn a_list_is_a_test_of_its_own() {
    let program = with(
        "standing.lower >= 50",
        "audience(\"press\") && !audience(\"banned\")",
        &[("press", "list"), ("banned", "list")],
    );
    assert!(gets(&program, &person().listed("press")));
    assert!(!gets(&program, &person().listed("press").listed("banned")));
    assert!(!gets(&program, &person()));
    // A person who is not enrolled is on no list.
    let gone = person().listed("press").not_enrolled();
    assert!(!gets(&program, &gone));
}

#[test]
fn an_audience_in_an_audience_counts_as_written_out() {
    let audiences = [
        ("locals", "member.attributes.city == \"Las Vegas\""),
        (
            "vip",
            "influence.lower >= 60 || audience(\"locals\") && audience(\"press\")",
        ),
        ("press", "list"),
    ];
    let program = with("standing.lower >= 50", "audience(\"vip\")", &audiences);
    let local = person().attribute("city", Attribute::Text("Las Vegas".into()));
    assert!(gets(&program, &person().influence(70.0, 65.0)));
    assert!(gets(&program, &local.clone().listed("press")));
    assert!(!gets(&program, &local));
    let used: Vec<&str> = program
        .audiences()
        .names()
        .map(AudienceName::as_str)
        .collect();
    assert_eq!(used, ["locals", "press", "vip"]);
}

#[test]
fn the_answer_names_the_audience_and_shows_its_tests() {
    let audiences = [("vip", "influence.lower >= 60 && value.lower >= 20")];
    let program = with("standing.lower >= 50", "audience(\"vip\")", &audiences);
    let somebody = person().influence(40.0, 30.0).value(50.0, 40.0);
    somebody.facts(|facts| {
        let reasons = program.explain(facts);
        let gift = reasons
            .not_matched
            .iter()
            .find(|reason| reason.id == "gift");
        let tests = &gift.unwrap().tests;
        assert_eq!(tests.len(), 1);
        assert_eq!(tests[0].test, "audience(\"vip\")");
        assert!(!tests[0].holds);
        assert_eq!(tests[0].tests[0].test, "influence.lower >= 60");
        assert_eq!(tests[0].tests[0].off_by, Some(30.0));
        assert_eq!(tests[0].tests.len(), 1);
        // The counterfactual changes the number inside.
        let what_if = canonical(gift.unwrap()).unwrap();
        assert!(
            what_if.contains("\"name\":\"influence.lower\""),
            "{what_if}"
        );
    });
}

#[test]
fn nobody_can_put_themselves_on_a_list() {
    let program = with(
        "standing.lower >= 50",
        "audience(\"press\")",
        &[("press", "list")],
    );
    person().facts(|facts| {
        let reasons = canonical(&program.explain(facts)).unwrap();
        assert!(reasons.contains("depends_on_others"), "{reasons}");
    });
}

#[test]
fn a_circle_is_shown() {
    let circle = [
        ("a", "audience(\"b\")"),
        ("b", "influence.lower > 1 || audience(\"c\")"),
        ("c", "!audience(\"a\")"),
    ];
    let message = refused("audience(\"a\")", &circle);
    assert!(message.contains("in a circle: a → b → c → a."), "{message}");
    let message = refused_audience("a", "audience(\"b\")", &circle[1..]);
    assert!(message.contains("in a circle: a → b → c → a."), "{message}");
    let message = refused_audience("a", "audience(\"a\")", &[]);
    assert!(message.contains("in a circle: a → a."), "{message}");
}

#[test]
fn an_unknown_audience_is_refused_with_the_nearest_name() {
    let known = [("vip-guests", "list"), ("press", "list")];
    let message = refused("audience(\"vip-guest\")", &known);
    assert!(
        message.contains("There is no audience 'vip-guest'."),
        "{message}"
    );
    assert!(message.contains("did you mean 'vip-guests'?"), "{message}");
}

#[test]
fn an_audience_means_the_same_in_every_program() {
    for (when, wrong) in [
        ("tier == \"star\"", "cannot depend on 'tier'"),
        ("request.vip", "cannot depend on 'request'"),
        ("table(\"upgrade\").level == \"a\"", "cannot use a table"),
        ("influence >= 3", "more than one number"),
        (
            "audience(\"nobody\")",
            "There is no audience 'nobody', which 'a' names.",
        ),
    ] {
        let message = refused_audience("a", when, &[]);
        assert!(message.contains(wrong), "{when}: {message}");
    }
}

#[test]
fn a_chain_that_doubles_at_each_step_is_refused_in_no_time() {
    let names: Vec<String> = (0..9).map(|i| format!("a{i}")).collect();
    for double in [
        "audience(\"X\") && influence.lower > 1 || audience(\"X\")",
        "(audience(\"X\") ? 1 : 2) + (audience(\"X\") ? 3 : 4) > 1",
    ] {
        let conditions: Vec<String> = (0..9)
            .map(|i| match i {
                0 => "value.lower >= 1 || influence.lower >= 1".to_owned(),
                i => {
                    let one = double.replace('X', &names[i - 1]);
                    let many = [one.as_str(); 4].join(" && ");
                    format!("({many}) || value.lower > 90")
                }
            })
            .collect();
        let all = names.iter().zip(&conditions);
        let all: Vec<(&str, &str)> = all.map(|(n, c)| (n.as_str(), c.as_str())).collect();
        let message = refused("audience(\"a7\")", &all);
        assert!(message.contains("too large"), "{message}");
        // The chain itself has a limit too.
        let message = refused("audience(\"a8\")", &all);
        assert!(message.contains("At most 8 audiences"), "{message}");
    }
}

#[test]
fn a_file_is_checked_without_the_service_with_a_note() {
    let setting = Setting {
        audiences: None,
        ..Setting::at(now())
    };
    let source = small("'audience(\"anything\")'", "'true'");
    let compiled = Program::compile(&source, &setting).unwrap();
    let codes: Vec<&str> = compiled.warnings.iter().map(|found| found.code).collect();
    assert!(codes.contains(&"audience-not-checked"), "{codes:?}");
}

#[test]
fn a_replay_uses_the_lists_that_were_recorded() {
    let audiences = [("press", "list"), ("other", "list")];
    let program = with("standing.lower >= 50", "audience(\"press\")", &audiences);
    let member = person().listed("press").listed("other").listed("secret");
    member.facts(|facts| {
        let inputs = canonical(&Inputs::of(facts, &program)).unwrap();
        assert!(inputs.contains("\"audiences\":[\"press\"]"), "{inputs}");
        let outcome = canonical(&program.explain(facts)).unwrap();
        assert!(Replay::of(&program, &inputs, &outcome).unwrap().same());
    });
    // A record from before there were audiences is read and written unchanged.
    let plain = compile(&small("standing.lower >= 50", "'true'"));
    member.facts(|facts| {
        let inputs = canonical(&Inputs::of(facts, &plain)).unwrap();
        assert!(!inputs.contains("audiences"), "{inputs}");
    });
}

#[test]
fn a_file_says_what_an_audience_is() {
    let read = |source: &str, expected: Option<&str>| {
        let expected = expected.map(name);
        let found = Audience::compile(source, expected.as_ref(), &Setting::at(now()));
        let valid = valid_audience(source);
        let known = found.map(|checked| checked.audience);
        (known.map_err(messages), valid)
    };
    let (audience, valid) = read(
        "audience: vip\ntitle: Guests\nwhen: value.lower > 3\n",
        None,
    );
    let audience = audience.unwrap();
    assert!(valid);
    assert_eq!(audience.name, name("vip"));
    assert_eq!(audience.title.as_deref(), Some("Guests"));
    assert_eq!(audience.rule, AudienceRule::When("value.lower > 3".into()));
    let (list, valid) = read("{\"audience\": \"vip\", \"list\": true}", None);
    assert_eq!(list.unwrap().rule, AudienceRule::List);
    assert!(valid);
    assert_eq!(read("list: true", Some("vip")).0.unwrap().name, name("vip"));
    for (source, wrong) in [
        ("when: value.lower > 3", "The field 'audience' is missing."),
        ("audience: VIP\nlist: true", "'VIP' is not right"),
        ("audience: vip", "The field 'when' is missing."),
        ("audience: vip\nlist: false", "'list' can only be 'true'"),
        (
            "audience: vip\nlist: true\nwhen: value.lower > 3",
            "not both",
        ),
        ("audience: vip\nwhen: 3", "This must be text"),
        (
            "audience: vip\nwen: value.lower > 3",
            "There is no field 'wen' here.",
        ),
    ] {
        let (found, valid) = read(source, None);
        let message = found.unwrap_err();
        assert!(message.contains(wrong), "{source}: {message}");
        assert!(!valid, "{source}");
    }
    let other = read("audience: other\nlist: true", Some("vip"))
        .0
        .unwrap_err();
    assert!(other.contains("the address says 'vip'"), "{other}");
}

#[test]
fn the_test_outside_of_programs_knows_members_only() {
    let known = rules(&[
        ("vip", "influence.lower >= 60 || audience(\"press\")"),
        ("press", "list"),
    ]);
    let test = AudienceTest::compile(&name("vip"), &known).unwrap();
    let holds = |person: &Person| person.facts(|facts| test.holds(facts));
    assert!(holds(&person().influence(70.0, 65.0)));
    assert!(holds(&person().listed("press")));
    assert!(!holds(&person()));
    assert!(!holds(&person().influence(70.0, 65.0).not_enrolled()));
}

/// Conditions that an audience may have, with a letter for the places of others.
fn condition() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        (0.0..100.0).prop_map(|n| format!("influence.lower >= {n:.1}")),
        (0.0..100.0).prop_map(|n| format!("standing.score < {n:.1}")),
        Just("topic(\"golf\").unknown".to_owned()),
        Just("member.attributes.vip == true".to_owned()),
        Just("member.attributes.country in [\"DE\", \"US\"]".to_owned()),
        Just("\"github\" in member.networks".to_owned()),
        Just("member.networks.exists(n, n == \"github\")".to_owned()),
        Just("(value.unknown ? 1 : 2) > 1".to_owned()),
        Just("audience(\"press\")".to_owned()),
    ];
    (leaf.clone(), leaf.clone(), leaf, 0..4).prop_map(|(a, b, c, shape)| match shape {
        0 => format!("{a} && !({b} || {c})"),
        1 => format!("{a} || {b} && {c}"),
        2 => format!("!{} || {c}", format_args!("({a} && {b})")),
        _ => format!("{a} ? {b} : {c}"),
    })
}

fn somebody() -> impl Strategy<Value = Person> {
    let numbers = (
        0.0..100.0f64,
        0.0..100.0f64,
        0..4u8,
        any::<bool>(),
        any::<bool>(),
    );
    numbers.prop_map(|(influence, value, known, vip, listed)| {
        let mut somebody = person();
        if known & 1 == 1 {
            somebody = somebody.influence(influence, influence * 0.8);
        }
        if known & 2 == 2 {
            somebody = somebody.value(value, value * 0.7).networks(&["github"]);
        }
        if vip {
            somebody = somebody.attribute("vip", Attribute::Bool(vip));
        }
        if listed {
            somebody = somebody.listed("press");
        }
        somebody.attribute("country", Attribute::Text("DE".into()))
    })
}

/// Returns what a program gives, in canonical JSON.
fn outcome(program: &Program, person: &Person) -> String {
    person.facts(|facts| canonical(&program.evaluate(facts)).unwrap())
}

proptest! {
    #[test]
    fn a_program_with_audiences_gives_what_it_gives_with_the_conditions_written_out(
        first in condition(),
        second in condition(),
        around in 0..4,
        somebody in somebody(),
    ) {
        let around = match around {
            0 => "X && value.lower >= 10",
            1 => "!X || value.lower >= 40",
            2 => "X ? value.lower >= 10 : influence.unknown",
            _ => "(X ? 60 : 30) < value.score",
        };
        let nested = format!("({second}) || !INNER");
        let audiences = [
            ("press", "list"),
            ("inner", first.as_str()),
            ("outer", &nested.replace("INNER", "audience(\"inner\")")),
        ];
        let known = rules(&audiences);
        let named = around.replace('X', "audience(\"outer\")");
        let written = around.replace('X', &format!("({})", nested.replace("INNER", &format!("({first})"))));
        let load = |condition: &str| {
            let source = small(&format!("'{condition}'"), &format!("'{condition}'"));
            Program::load(&source, Some(&known)).unwrap()
        };
        let (named, written) = (load(&named), load(&written));
        prop_assert_eq!(outcome(&named, &somebody), outcome(&written, &somebody));
    }
}
