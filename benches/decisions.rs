//! A program of a hundred perks, evaluated and explained for a thousand people that
//! differ in everything that its conditions read; against cloning as many results. No
//! database, no HTTP, one thread.
//!
//! `cargo bench --bench decisions`
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::hint::black_box;
use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use renown_core::domain::*;
use renown_core::rules::{
    Efforts, Facts, KnownMember, Outcome, Program, Reasons, Setting, TakenPerk, Used,
};
use uuid::Uuid;

/// The same allocator as the service.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const PEOPLE: usize = 1_000;
const PERKS: usize = 100;
const ROUNDS: usize = 15;
const TOPICS: [&str; 20] = [
    "las-vegas",
    "hotels",
    "nightlife",
    "golf",
    "spa",
    "food",
    "music",
    "soccer",
    "fashion",
    "photography",
    "travel",
    "cars",
    "art",
    "film",
    "wine",
    "poker",
    "boxing",
    "comedy",
    "yoga",
    "running",
];
const TIERS: [&str; 5] = ["diamond", "gold", "silver", "regular", "guest"];

fn main() {
    let now: DateTime<Utc> = "2026-11-22T12:00:00Z".parse().unwrap();
    let source = source();
    let compiled = Program::compile(&source, &Setting::at(now)).unwrap();
    let program = compiled.program;
    assert_eq!(program.perks().len(), PERKS);
    let people = people(now);
    let stock = BTreeMap::from([(PerkId::parse("perk-7").unwrap(), 0)]);
    let used = Used::default();
    let facts: Vec<Facts<'_>> = people
        .iter()
        .map(|who| who.facts(&stock, &used, now))
        .collect();
    let outcomes: Vec<Outcome<'_>> = facts.iter().map(|facts| program.evaluate(facts)).collect();
    let reasons: Vec<Reasons<'_>> = facts.iter().map(|facts| program.explain(facts)).collect();
    tell(&outcomes, &reasons);

    let (mut evaluate, mut clone, mut explain) = (Vec::new(), Vec::new(), Vec::new());
    let (mut clone_reasons, mut ratio, mut reasons_ratio) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let cloned = each(&outcomes, |outcome| outcome.clone());
        let evaluated = each(&facts, |facts| program.evaluate(facts));
        let cloned_reasons = each(&reasons, |reasons| reasons.clone());
        let explained = each(&facts, |facts| program.explain(facts));
        // The first round warms up.
        if round > 0 {
            clone.push(cloned);
            evaluate.push(evaluated);
            ratio.push(evaluated / cloned);
            clone_reasons.push(cloned_reasons);
            explain.push(explained);
            reasons_ratio.push(explained / cloned_reasons);
        }
    }
    println!(
        "an outcome of {PERKS} perks, against cloning it: {:.1} times its time ({:.2} µs, {:.3} µs)",
        median(ratio),
        median(evaluate),
        median(clone)
    );
    println!(
        "an explanation of {PERKS} perks, against cloning it: {:.1} times its time ({:.1} µs, {:.1} µs)",
        median(reasons_ratio),
        median(explain),
        median(clone_reasons)
    );
}

/// Returns the microseconds that `work` takes for one of the items, on average.
fn each<'f, F, T>(of: &'f [F], work: impl Fn(&'f F) -> T) -> f64 {
    let began = Instant::now();
    for one in of {
        black_box(work(black_box(one)));
    }
    began.elapsed().as_secs_f64() * 1e6 / of.len() as f64
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Prints the outcomes, to show that the program does not refuse every person.
fn tell(outcomes: &[Outcome<'_>], reasons: &[Reasons<'_>]) {
    let mut tiers: BTreeMap<&str, usize> = BTreeMap::new();
    for outcome in outcomes {
        *tiers.entry(outcome.tier.tier.as_str()).or_default() += 1;
    }
    let matched: usize = reasons.iter().map(|reasons| reasons.matched.len()).sum();
    let what_ifs = reasons.iter().flat_map(|reasons| &reasons.not_matched);
    let what_ifs = what_ifs.filter(|reason| reason.counterfactual.is_some());
    eprintln!(
        "{} people in tiers {tiers:?}; for each {} matched and {} counterfactuals",
        outcomes.len(),
        matched / reasons.len(),
        what_ifs.count() / reasons.len()
    );
}

/// A program with five tiers, and perks whose conditions read every kind of fact.
fn source() -> String {
    let mut text = String::from(
        "program: bench\ntopics: [las-vegas, hotels]\n\
         standing: { influence: 0.5, value: 0.3, klout: 0.2 }\n\
         service_levels: [{ id: best, queue: vip }, { id: standard, queue: general }]\ntiers:\n",
    );
    let conditions = [
        "standing.lower >= 70 && topic(\"las-vegas\").confidence >= 0.6",
        "standing.lower >= 50 && (value.lower >= 40 || topic(\"hotels\").confidence >= 0.5)",
        "standing.lower >= 35 || member.attributes.vip",
        "standing.lower >= 15 || value.lower >= 40",
    ];
    for (tier, when) in TIERS.iter().zip(conditions) {
        let _ = write!(
            text,
            "  - id: {tier}\n    when: '{when}'\n    keep: 90d\n    service_level: best\n"
        );
    }
    text.push_str("  - id: guest\n    service_level: standard\nperks:\n");
    for n in 0..PERKS {
        let _ = write!(
            text,
            "  - id: perk-{n}\n    title: The perk of number {n}\n    when: '{}'\n    \
             disclosure: Because of your public activity and your stays.\n",
            condition(n)
        );
        if n % 3 == 0 {
            let (a, b) = (TOPICS[n % 20], TOPICS[(n + 7) % 20]);
            let _ = writeln!(text, "    topics: [{a}, {b}]");
        }
        if n % 7 == 0 {
            text.push_str("    stock: 100\n    from: 2026-11-01\n    until: 2026-12-31\n");
        }
    }
    text
}

fn condition(n: usize) -> String {
    let topic = TOPICS[n % TOPICS.len()];
    let percent = 10 + (n * 7) % 80;
    match n % 10 {
        0 => format!("standing.lower >= {percent}"),
        1 => "tier in [\"diamond\", \"gold\"] || (standing.unknown && member.days_enrolled < 30)"
            .into(),
        2 => {
            format!("topic(\"{topic}\").confidence >= 0.{percent} && influence.score >= {percent}")
        }
        3 => format!(
            "member.attributes.country in [\"DE\", \"AT\", \"CH\"] && value.lower >= {percent}"
        ),
        4 => "tier != \"guest\" && (!has(request.party_size) || request.party_size <= 6)".into(),
        5 => format!(
            "member.attributes.visits >= {} || topic(\"{topic}\").interest >= 0.4",
            n % 13
        ),
        6 => format!(
            "!member.attributes.staff && standing.score >= {percent} && member.days_enrolled >= {percent}"
        ),
        7 => format!("\"twitter\" in member.networks && influence.percentile >= {percent}"),
        8 => format!(
            "index(\"klout\").score >= {percent} || (influence.lower + value.lower) / 2 >= {percent}"
        ),
        _ => format!(
            "request.channel == \"desk\" && (tier in [\"diamond\", \"gold\", \"silver\"] || topic(\"{topic}\").influence >= {percent})"
        ),
    }
}

/// A person with all values that facts borrow.
struct Person {
    member: Option<KnownMember>,
    score: Score,
    imported: BTreeMap<IndexName, ImportedIndex>,
    ranks: BTreeMap<Topic, u32>,
    held: Option<EarnedTier>,
    claimed: BTreeMap<PerkId, i64>,
    request: BTreeMap<String, Attribute>,
}

/// No perks of exclusive groups.
static ON_NO_LIST: BTreeSet<AudienceName> = BTreeSet::new();
static NOTHING_TAKEN: BTreeMap<GroupName, Vec<TakenPerk>> = BTreeMap::new();

impl Person {
    fn facts<'a>(
        &'a self,
        stock: &'a BTreeMap<PerkId, i64>,
        used: &'a Used,
        now: DateTime<Utc>,
    ) -> Facts<'a> {
        Facts {
            verified: None,
            member: self.member.as_ref(),
            score: &self.score,
            imported: &self.imported,
            ranks: &self.ranks,
            standing_percentile: None,
            audiences: &ON_NO_LIST,
            held: self.held.as_ref(),
            grants: &[],
            hold: None,
            claimed: &self.claimed,
            taken: &NOTHING_TAKEN,
            stock,
            used,
            request: &self.request,
            efforts: Efforts::none(),
            opened_at: None,
            now,
        }
    }
}

fn people(now: DateTime<Utc>) -> Vec<Person> {
    let mut dice = ChaCha8Rng::seed_from_u64(1);
    (0..PEOPLE).map(|_| person(&mut dice, now)).collect()
}

fn person(dice: &mut ChaCha8Rng, now: DateTime<Utc>) -> Person {
    let days = |dice: &mut ChaCha8Rng, most| TimeDelta::days(dice.random_range(0..most));
    let mut score = Score::unknown(now, ModelVersion::parse("bench").unwrap(), SnapshotId(1));
    score.influence = index(dice);
    score.value = index(dice);
    for _ in 0..dice.random_range(0..12) {
        let topic = Topic::parse(TOPICS[dice.random_range(0..TOPICS.len())]).unwrap();
        score.topics.insert(topic, topic_score(dice));
    }
    let imported = dice.random_bool(0.5).then(|| {
        let index = ImportedIndex {
            score: dice.random::<f64>() * 100.0,
            provenance: "a file".into(),
            as_of: now - days(dice, 300),
        };
        (IndexName::parse("klout").unwrap(), index)
    });
    let held = dice.random_bool(0.4).then(|| {
        let since = now - days(dice, 80);
        EarnedTier {
            tier: TierId::parse(TIERS[dice.random_range(0..4)]).unwrap(),
            since,
            keep_until: Some(since + TimeDelta::days(90)),
            noticed_at: None,
        }
    });
    let country = ["DE", "AT", "US", "FR", "JP"][dice.random_range(0..5)];
    let attributes = BTreeMap::from([
        ("country".to_owned(), Attribute::Text(country.into())),
        (
            "visits".to_owned(),
            Attribute::Number(f64::from(dice.random_range(0..20))),
        ),
        ("vip".to_owned(), Attribute::Bool(dice.random_bool(0.1))),
        ("staff".to_owned(), Attribute::Bool(dice.random_bool(0.1))),
    ]);
    let channel = ["desk", "web", "phone"][dice.random_range(0..3)];
    let party = f64::from(dice.random_range(1..10));
    let networks = ["bluesky", "github", "twitter"].map(|name| Network::parse(name).unwrap());
    let enrolled_at = dice.random_bool(0.95).then(|| now - days(dice, 800));
    let linked = networks.into_iter().filter(|_| dice.random_bool(0.5));
    let networks: Vec<Network> = linked.collect();
    let attributes = Attributes::try_from(attributes).unwrap();
    Person {
        member: enrolled_at.map(|enrolled_at| KnownMember {
            id: MemberId(Uuid::nil()),
            enrolled_at,
            attributes,
            networks,
        }),
        score,
        imported: imported.into_iter().collect(),
        ranks: BTreeMap::new(),
        held,
        claimed: BTreeMap::new(),
        request: BTreeMap::from([
            ("channel".to_owned(), Attribute::Text(channel.into())),
            ("party_size".to_owned(), Attribute::Number(party)),
        ]),
    }
}

fn index(dice: &mut ChaCha8Rng) -> Index {
    if dice.random_bool(0.1) {
        return Index::Unknown;
    }
    let score = dice.random::<f64>() * 100.0;
    Index::Known {
        score,
        interval: Interval {
            lower: score * 0.8,
            upper: score.mul_add(0.8, 20.0),
        },
        percentile: Some(score),
        evidence: 10.0,
    }
}

fn topic_score(dice: &mut ChaCha8Rng) -> TopicScore {
    let confidence = dice.random::<f64>();
    TopicScore {
        influence: 100.0 * confidence,
        confidence: Unit::clamped(confidence),
        evidence: 5.0,
        interest: Unit::clamped(dice.random()),
        ..TopicScore::default()
    }
}
