//! A recorded decision can be replayed to exactly the same bytes.

use proptest::prelude::*;
use proptest::sample::select;
use rust_decimal::Decimal;

use super::*;

const KLUB: &str = include_str!("klub.yaml");

const EDGES: &[f64] = &[
    0.0,
    -0.0,
    0.1 + 0.2,
    1.0 / 3.0,
    5e-324,
    f64::MIN_POSITIVE,
    f64::MAX,
    9_007_199_254_740_993.0,
    1e23,
    8.41e21,
    2.225_073_858_507_201e-308,
];

/// Generates numbers that are hard to write and read: any bits, and the
/// extremes.
fn awkward() -> impl Strategy<Value = f64> {
    let any = any::<u64>().prop_map(f64::from_bits);
    prop_oneof![any.prop_filter("finite", |n| n.is_finite()), select(EDGES)]
}

/// Generates numbers from 0 to 100 with all digits.
fn points() -> impl Strategy<Value = f64> {
    prop_oneof![0.0..=100.0_f64, select(&[0.0, 0.1 + 0.2, 45.0, 100.0][..])]
}

fn some_index() -> impl Strategy<Value = Index> {
    let known = (
        points(),
        points(),
        points(),
        prop::option::of(points()),
        awkward(),
    );
    let known = known.prop_map(|(a, b, c, percentile, evidence)| Index::Known {
        score: a,
        interval: Interval {
            lower: b.min(c),
            upper: b.max(c),
        },
        percentile,
        evidence,
    });
    prop_oneof![1 => Just(Index::Unknown), 4 => known]
}

fn some_topics() -> impl Strategy<Value = BTreeMap<Topic, TopicScore>> {
    let names = select(&["las-vegas", "nightlife", "golf", "東京", "c++"][..]);
    let score = (points(), 0.0..=1.0_f64, awkward(), 0.0..=1.0_f64);
    prop::collection::btree_map(names, score, 0..5).prop_map(|topics| {
        let topics = topics.into_iter().map(|(name, (a, b, c, d))| {
            let score = TopicScore {
                influence: a,
                lower: a / 2.0,
                next: None,
                confidence: Unit::clamped(b),
                evidence: c,
                interest: Unit::clamped(d),
            };
            (Topic::parse(name).unwrap(), score)
        });
        topics.collect()
    })
}

fn some_attribute() -> impl Strategy<Value = Attribute> {
    prop_oneof![
        any::<bool>().prop_map(Attribute::Bool),
        awkward().prop_map(Attribute::Number),
        "\\PC{0,12}".prop_map(Attribute::Text),
        prop::collection::vec("\\PC{0,6}", 0..4).prop_map(Attribute::List),
    ]
}

fn some_attributes() -> impl Strategy<Value = BTreeMap<String, Attribute>> {
    let names = select(&["vip", "visits", "country", "likes", "party_size"][..]);
    prop::collection::btree_map(names.prop_map(str::to_owned), some_attribute(), 0..5)
}

fn some_held() -> impl Strategy<Value = EarnedTier> {
    let tiers = select(&["star", "insider", "regular", "diamond"][..]);
    let days = || prop::option::of(-100..100_i64);
    (tiers, 0..400_i64, days(), days()).prop_map(|(tier, since, keep, noticed)| EarnedTier {
        tier: TierId::parse(tier).unwrap(),
        since: now() - TimeDelta::microseconds(since * 86_400_000_001),
        keep_until: keep.map(|days| now() + TimeDelta::days(days)),
        noticed_at: noticed.map(|days| now() + TimeDelta::days(days)),
    })
}

fn some_grant() -> impl Strategy<Value = Grant> {
    let gifts = select(&["star", "insider", "gift", "show-tickets"][..]);
    (gifts, -5..5_i64, prop::option::of(1..10_i64)).prop_map(|(gift, from, days)| Grant {
        id: GrantId(Uuid::from_u128(7)),
        gift: match gift {
            "star" | "insider" => Gift::Tier(TierId::parse(gift).unwrap()),
            perk => Gift::Perk(PerkId::parse(perk).unwrap()),
        },
        starts_at: now() + TimeDelta::days(from),
        ends_at: days.map(|days| now() + TimeDelta::days(from + days)),
    })
}

fn somebody() -> impl Strategy<Value = Person> {
    let scored = (some_index(), some_index(), some_topics());
    let known = (
        some_attributes(),
        some_attributes(),
        prop::option::of(points()),
    );
    let held = prop::option::of(some_held());
    let rest = (
        prop::option::of(0..1_000_i64),
        held,
        0..1_000_000_i64,
        -1..2_i64,
    );
    let given = (
        prop::collection::vec(some_grant(), 0..3),
        prop::option::of(1..20_u32),
        prop::option::of(points()),
        (0..2_i64, 0..2_i64, 0..100_000_i64),
    );
    (scored, known, rest, given).prop_map(|(scored, known, rest, given)| {
        let (enrolled, held, micros, left) = rest;
        let mut somebody = match known.2 {
            Some(score) => person().imported("klout", score),
            None => person(),
        };
        (
            somebody.score.influence,
            somebody.score.value,
            somebody.score.topics,
        ) = scored;
        somebody.attributes = Attributes::try_from(known.0).unwrap();
        somebody.request = known.1;
        somebody.enrolled = enrolled;
        somebody.held = held;
        somebody.grants = given.0;
        let golf = Topic::parse("golf").unwrap();
        somebody.ranks.extend(given.1.map(|rank| (golf, rank)));
        somebody.standing_percentile = given.2;
        somebody.now = now() + TimeDelta::microseconds(micros);
        let gift = PerkId::parse("gift").unwrap();
        let (claimed, today, cents) = given.3;
        somebody.stock.insert(gift.clone(), left);
        if claimed > 0 {
            somebody.claimed.insert(gift.clone(), claimed);
        }
        if today > 0 {
            somebody.used.today.insert(gift.clone(), today);
            somebody.used.program_today = today + 1;
            somebody.used.spent.insert(gift, Decimal::new(cents, 2));
            somebody.used.program_spent = Decimal::new(cents, 1);
        }
        somebody.networks(&["github"])
    })
}

/// Limits that a person may have reached.
const LIMITS: &str = "    per_day: 1\n    value: 300 USD\n    budget: 1000 USD\n\
                      limits: { per_member: 2, per_day: 3, budget: 9000 USD }\n";

fn some_program() -> impl Strategy<Value = String> {
    let condition = prop_oneof![
        points().prop_map(|n| format!("standing.lower >= {n:.7}")),
        points().prop_map(|n| format!("influence.score / 3 < {n:.7} || value.unknown")),
        points().prop_map(|n| format!("topic(\"golf\").influence * 7 >= {n:.7}")),
        points().prop_map(|n| format!("index(\"klout\").score + value.lower > {n:.7}")),
        points().prop_map(|n| format!("member.attributes.visits / 7 <= {n:.7}")),
        Just("member.attributes.country in [\"DE\"] || request.vip".to_owned()),
        Just("topic(\"golf\").rank <= 10 || standing.percentile > 90.5".to_owned()),
        Just("member.days_enrolled < 30 || tier == \"star\"".to_owned()),
        Just("now < timestamp(\"2026-11-20T12:00:00.5Z\") && standing.unknown".to_owned()),
    ];
    let tier = points().prop_map(|n| format!("standing.lower >= {n:.7}"));
    let made = (tier, condition.clone(), condition, any::<bool>());
    let made = made.prop_map(|(tier, a, b, both)| {
        let sign = if both { "&&" } else { "||" };
        small(&tier, &format!("'({a}) {sign} ({b})'")) + LIMITS
    });
    prop_oneof![1 => Just(KLUB.to_owned()), 4 => made]
}

/// Records the inputs and the answer of a decision.
fn record(program: &Program, somebody: &Person) -> (String, String) {
    somebody.facts(|facts| {
        let inputs = canonical(&Inputs::of(facts, program)).unwrap();
        (inputs, canonical(&program.explain(facts)).unwrap())
    })
}

proptest! {
    #[test]
    fn a_number_that_was_recorded_is_the_same_number(number in awkward()) {
        let somebody = person().request("n", Attribute::Number(number));
        let program = published(KLUB);
        let text = somebody.facts(|facts| canonical(&Inputs::of(facts, &program)).unwrap());
        let read: Inputs = serde_json::from_str(&text).unwrap();
        let Attribute::Number(again) = read.request["n"] else { panic!("{read:?}") };
        prop_assert_eq!(again.to_bits(), number.to_bits());
        prop_assert_eq!(canonical(&read).unwrap(), text);
    }

    #[test]
    fn a_replay_gives_the_same_bytes(source in some_program(), somebody in somebody()) {
        let (inputs, outcome) = record(&published(&source), &somebody);
        let loaded = Program::load(&source, None).unwrap();
        let replay = Replay::of(&loaded, &inputs, &outcome).unwrap();
        prop_assert_eq!(&replay.differences, &Vec::<String>::new());
        prop_assert_eq!(replay.outcome, outcome);
        prop_assert_eq!(&replay.engine, ENGINE);
    }

    #[test]
    fn what_was_recorded_is_read_back_whole(somebody in somebody()) {
        somebody.facts(|facts| {
            let inputs = Inputs::of(facts, &published(KLUB));
            let read: Inputs = serde_json::from_str(&canonical(&inputs).unwrap()).unwrap();
            prop_assert_eq!(&read, &inputs);
            prop_assert_eq!(Freshness::of(&read.facts()), Freshness::of(facts));
            Ok(())
        })?;
    }
}

fn klub_replayed(change: impl Fn(String, String) -> (String, String)) -> Replay {
    let program = compile(KLUB);
    let (inputs, outcome) = record(&program, &person().influence(60.0, 50.0));
    let (inputs, outcome) = change(inputs, outcome);
    Replay::of(&program, &inputs, &outcome).unwrap()
}

#[test]
fn a_change_of_the_record_is_pointed_at() {
    let replay = klub_replayed(|inputs, outcome| {
        (inputs, outcome.replace("\"lower\":30.0", "\"lower\":31.0"))
    });
    assert_eq!(replay.differences, ["/standing/lower"]);
    assert!(replay.outcome.contains("\"lower\":30.0"));
    let replay = klub_replayed(|inputs, outcome| {
        (inputs.replace("\"lower\":50.0", "\"lower\":1.0"), outcome)
    });
    assert!(replay.differences.contains(&"/standing/lower".to_owned()));
    assert!(!replay.same());
}

#[test]
fn what_only_one_side_has_is_one_difference() {
    let replay = klub_replayed(|inputs, outcome| {
        (
            inputs,
            outcome.replace("\"standing\":{", "\"a/b~c\":[{}],\"standing\":{"),
        )
    });
    assert_eq!(replay.differences, ["/a~1b~0c"]);
    let replay = klub_replayed(|inputs, _| (inputs, "{\"matched\":[]}".to_owned()));
    assert!(
        replay.differences.contains(&"/matched/0".to_owned()),
        "{replay:?}"
    );
    assert!(
        replay.differences.contains(&"/tier".to_owned()),
        "{replay:?}"
    );
}

#[test]
fn other_bytes_for_the_same_content_are_a_difference_of_the_whole() {
    let replay = klub_replayed(|inputs, outcome| (inputs, format!("{outcome} ")));
    assert_eq!(replay.differences, [""]);
}

#[test]
fn what_was_recorded_before_there_were_holds_and_limits_is_still_read() {
    let program = compile(KLUB);
    let (inputs, outcome) = record(&program, &person());
    for later in ["\"hold\"", "\"claimed\"", "\"used\""] {
        assert!(!inputs.contains(later), "{inputs}");
    }
    assert!(Replay::of(&program, &inputs, &outcome).unwrap().same());
    assert!(Replay::of(&program, "{}", &outcome).is_err());
}

#[test]
fn no_more_than_a_hundred_differences_are_told() {
    let tests: Vec<String> = (0..300).map(|n| format!("\"{n}\":{n}")).collect();
    let replay = klub_replayed(|inputs, _| (inputs, format!("{{{}}}", tests.join(","))));
    assert_eq!(replay.differences.len(), 100);
}

#[test]
fn how_old_each_input_was_is_said() {
    let mut somebody = person().imported("klout", 61.0).influence(60.0, 50.0);
    somebody.held = Some(EarnedTier {
        tier: TierId::parse("insider").unwrap(),
        since: now() - TimeDelta::days(80),
        keep_until: None,
        noticed_at: None,
    });
    somebody.now = now() + TimeDelta::hours(1);
    let klout = IndexName::parse("klout").unwrap();
    let fresh = somebody.facts(Freshness::of);
    assert_eq!(fresh.score_as_of, now());
    assert_eq!(fresh.indices_as_of, [(klout, now())].into());
    assert_eq!(fresh.tier_held_since, Some(now() - TimeDelta::days(80)));
    let stranger = somebody.not_enrolled().facts(Freshness::of);
    assert_eq!(stranger.tier_held_since, None);
}
