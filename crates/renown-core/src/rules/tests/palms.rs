//! The example program, and what it gives to each person.

use super::*;

const SOURCE: &str = include_str!("klub.yaml");

fn people() -> Vec<(&'static str, Person)> {
    vec![
        ("a stranger", person().not_enrolled()),
        ("a newcomer", person().enrolled(3)),
        ("enrolled for a year, nothing known", person()),
        (
            "a local star",
            person()
                .influence(82.0, 74.0)
                .value(40.0, 30.0)
                .topic("las-vegas", 0.8, 0.6)
                .request("party_size", Attribute::Number(4.0)),
        ),
        (
            "almost a local star",
            person()
                .influence(75.0, 64.0)
                .value(20.0, 10.5)
                .topic("las-vegas", 0.52, 0.6),
        ),
        (
            "a star elsewhere",
            person().influence(95.0, 90.0).topic("cookies", 0.95, 1.0),
        ),
        (
            "a good customer with no social life",
            person()
                .value(85.0, 78.0)
                .request("party_size", Attribute::Number(8.0)),
        ),
    ]
}

#[test]
fn the_example_is_right() {
    let compiled = Program::compile(SOURCE, &Setting::at(now())).unwrap();
    assert_eq!(compiled.warnings, []);
    let program = compiled.program;
    assert_eq!(program.id().as_str(), "palms-klub");
    assert_eq!(program.floor().id.as_str(), "guest");
    assert_eq!(program.level_of(&program.floor().id).queue, "general");
    assert_eq!(program.timezone().name(), "America/Los_Angeles");
}

#[test]
fn what_each_gets() {
    let program = compile(SOURCE);
    let mut table = String::new();
    for (who, person) in people() {
        person.facts(|facts| {
            let outcome = program.evaluate(facts);
            table += &format!("{who}: {}, {}", outcome.tier.tier, outcome.service_level.id);
            for perk in outcome.perks {
                table += &match perk.eligibility {
                    Eligibility::Eligible => format!(", {}", perk.perk),
                    Eligibility::Refused { reason } => format!(", no {} ({reason:?})", perk.perk),
                };
            }
            table.push('\n');
        });
    }
    insta::assert_snapshot!(table);
}

#[test]
fn why() {
    let program = compile(SOURCE);
    for (who, person) in people() {
        let name = format!("why_{}", who.replace(", ", "_").replace(' ', "_"));
        person.facts(|facts| insta::assert_yaml_snapshot!(name, program.explain(facts)));
    }
}

#[test]
fn a_kept_tier_is_given_and_says_until_when() {
    let program = compile(SOURCE);
    let mut faded = person().influence(30.0, 20.0).topic("las-vegas", 0.8, 0.6);
    let until = now() + TimeDelta::days(10);
    faded.held = Some(EarnedTier {
        tier: TierId::parse("insider").unwrap(),
        since: now() - TimeDelta::days(80),
        keep_until: Some(until),
        noticed_at: None,
    });
    faded.facts(|facts| {
        let outcome = program.evaluate(facts);
        assert_eq!(outcome.earned.as_str(), "guest");
        assert_eq!(outcome.tier.tier.as_str(), "insider");
        assert_eq!(outcome.perks[0].eligibility, Eligibility::Eligible);
        let reasons = program.explain(facts);
        let insider = reasons.matched.iter().find(|r| r.id == "insider").unwrap();
        assert_eq!(insider.kept_until, Some(until));
        let failing: Vec<&str> = insider.tests.iter().map(|t| t.test.as_str()).collect();
        assert_eq!(failing, ["standing.lower >= 45"]);
        assert!(
            reasons
                .not_matched
                .iter()
                .all(|r| r.kind == Kind::Perk || r.id == "regular")
        );
    });
}

#[test]
fn an_explanation_agrees_with_the_evaluation() {
    let program = compile(SOURCE);
    for (who, person) in people() {
        person.facts(|facts| {
            let (outcome, reasons) = (program.evaluate(facts), program.explain(facts));
            assert_eq!(outcome.tier, reasons.tier, "{who}");
            for perk in outcome.perks {
                let given = reasons
                    .matched
                    .iter()
                    .any(|r| r.kind == Kind::Perk && r.id == perk.perk.as_str());
                assert_eq!(
                    perk.eligibility == Eligibility::Eligible,
                    given,
                    "{who}: {}",
                    perk.perk
                );
            }
        });
    }
}

#[test]
fn one_perk_is_explained_as_it_is_among_all() {
    for source in shipped() {
        let program = compile(&source);
        for (who, person) in people() {
            person.facts(|facts| {
                let reasons = program.explain(facts);
                let all = reasons.matched.into_iter().chain(reasons.not_matched);
                let among_all: Vec<_> = all.filter(|r| r.kind == Kind::Perk).collect();
                assert_eq!(among_all.len(), program.perks().len());
                for reason in among_all {
                    let perk = program.perk(&PerkId::parse(reason.id).unwrap()).unwrap();
                    assert_eq!(program.explain_perk(perk, facts), reason, "{who}");
                }
            });
        }
    }
}

#[test]
fn the_same_facts_give_the_same_bytes() {
    for (_, person) in people() {
        let bytes = || {
            let program = compile(SOURCE);
            person.facts(|facts| serde_json::to_string(&program.explain(facts)).unwrap())
        };
        assert_eq!(bytes(), bytes());
    }
}

#[test]
fn json_is_as_good_as_yaml() {
    let value: serde_json::Value = serde_saphyr::from_str(SOURCE).unwrap();
    let json = serde_json::to_string_pretty(&value).unwrap();
    let (yaml, json) = (compile(SOURCE), compile(&json));
    for (_, person) in people() {
        person.facts(|facts| assert_eq!(yaml.explain(facts), json.explain(facts)));
    }
}

#[test]
fn stock_and_dates_close_a_perk_for_everybody() {
    let program = compile(SOURCE);
    let reason = |person: &Person| {
        person.facts(|facts| match program.evaluate(facts).perks[0].eligibility {
            Eligibility::Eligible => None,
            Eligibility::Refused { reason } => Some(reason),
        })
    };
    let mut newcomer = person().enrolled(3);
    assert_eq!(reason(&newcomer), None);
    newcomer
        .stock
        .insert(PerkId::parse("show-tickets").unwrap(), 0);
    assert_eq!(reason(&newcomer), Some(Refusal::OutOfStock));
    newcomer.now = "2027-01-01T07:59:59Z".parse().unwrap();
    assert_eq!(reason(&newcomer), Some(Refusal::OutOfStock));
    newcomer.now = "2027-01-01T08:00:00Z".parse().unwrap();
    assert_eq!(reason(&newcomer), Some(Refusal::Expired));
    newcomer.now = "2026-11-01T06:59:59Z".parse().unwrap();
    assert_eq!(reason(&newcomer), Some(Refusal::NotStarted));
}

#[test]
fn a_stock_that_the_program_does_not_count_any_more_is_no_limit() {
    let program = compile(&SOURCE.replace("    stock: 200\n", ""));
    let mut newcomer = person().enrolled(3);
    let tickets = PerkId::parse("show-tickets").unwrap();
    newcomer.stock.insert(tickets, 0);
    newcomer.facts(|facts| {
        let eligibility = program.evaluate(facts).perks[0].eligibility;
        assert_eq!(eligibility, Eligibility::Eligible);
    });
}

/// Returns the sources of the example programs that Renown ships.
fn shipped() -> Vec<String> {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/../../config/programs");
    let files = std::fs::read_dir(directory).unwrap();
    let read = |entry: std::io::Result<std::fs::DirEntry>| entry.unwrap().path();
    files
        .map(|entry| std::fs::read_to_string(read(entry)).unwrap())
        .collect()
}

#[test]
fn the_programs_that_we_ship_have_no_mistakes_and_no_warnings() {
    let programs = shipped();
    assert!(programs.len() >= 8, "{} programs", programs.len());
    for source in programs {
        let compiled = Program::compile(&source, &Setting::at(now())).unwrap();
        assert_eq!(compiled.warnings, [], "{source}");
    }
}
