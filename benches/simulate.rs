//! A changed program simulated on a million members, and their tiers evaluated again after it
//! was published, each against copying the same scores out of the same database, which is the
//! least that reading them takes: as the text of their bodies, and in the packed form.
//!
//! `cargo bench --bench simulate`; `RENOWN_BENCH_MEMBERS` sets another number.
//! `RENOWN_BENCH_SCORES=text` leaves the packed form out, as versions before 0.5 did.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod common;

use common::{Bench, median, timed};
use futures::TryStreamExt;
use renown::service::programs::SimulationRequest;
use renown_core::domain::{ProgramId, Score, Unit};
use sqlx::postgres::PgPoolCopyExt;
use sqlx::types::{Json, Uuid};
use sqlx::{Executor, PgPool};

const ROUNDS: usize = 3;
const PROGRAM: &str = include_str!("../config/programs/palms-klub.yaml");

/// Copies of all scores: as text, and packed.
const COPIES: [(&str, &str); 2] = [
    (
        "text",
        "copy (select member_id, body from scores) to stdout",
    ),
    (
        "packed",
        "copy (select member_id, packed from scores) to stdout (format binary)",
    ),
];

/// The seconds of something in each round, and of copying the scores in the same round.
#[derive(Default)]
struct Rounds {
    ours: Vec<f64>,
    copies: [Vec<f64>; 2],
}

impl Rounds {
    fn add(&mut self, seconds: f64, copies: [f64; 2]) {
        self.ours.push(seconds);
        for (all, seconds) in self.copies.iter_mut().zip(copies) {
            all.push(seconds);
        }
    }

    fn print(&self, name: &str) {
        for ((form, _), copies) in COPIES.iter().zip(&self.copies) {
            let ratios = self.ours.iter().zip(copies).map(|(ours, copy)| ours / copy);
            println!(
                "{name}, against copying their scores out ({form}): {:.2} times its time ({:.2} s, {:.2} s)",
                median(ratios.collect()),
                median(self.ours.clone()),
                median(copies.clone()),
            );
        }
    }
}

/// The result of a simulation.
struct Simulated {
    seconds: f64,
    members: u64,
}

#[tokio::main]
async fn main() {
    let count: i64 = std::env::var("RENOWN_BENCH_MEMBERS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(1_000_000);
    let bench = Bench::start(|_| {}).await;
    publish(&bench, PROGRAM).await;
    let (seconds, ()) = timed(fill(&bench, count)).await;
    eprintln!("{count} members in {seconds:.0} s");
    let (mut whole, mut sample) = (Rounds::default(), Rounds::default());
    for round in 0..ROUNDS {
        let copies = copy_scores(&bench.pool).await;
        let all = simulate(&bench, None).await;
        let some = simulate(&bench, Some(10_000)).await;
        eprintln!(
            "round {round}: {} members in {:.2} s; {} sampled in {:.2} s; copies {copies:.2?} s",
            all.members, all.seconds, some.members, some.seconds,
        );
        whole.add(all.seconds, copies);
        sample.add(some.seconds, copies);
    }
    whole.print(&format!("simulation of {count} members"));
    sample.print("simulation of a sample of 10000");
    sweeps(&bench, count).await;
    bench.stop().await;
}

async fn publish(bench: &Bench, source: &str) {
    let programs = &bench.service.programs;
    programs.publish(None, source, None).await.unwrap();
}

/// Evaluates the tiers of all members for the passing of time, and after new versions.
async fn sweeps(bench: &Bench, count: i64) {
    let tiers = &bench.service.tiers;
    let (seconds, swept) = timed(tiers.sweep()).await;
    assert!(swept.unwrap());
    // The first one records much: no tier is in the state that an evaluation leaves.
    println!("first sweep of {count} members: {seconds:.1} s");
    let mut moved = Rounds::default();
    let mut none_moved = Vec::new();
    for round in 0..ROUNDS {
        let copies = copy_scores(&bench.pool).await;
        let threshold = format!("standing.lower >= {}", 30 + round);
        let source = PROGRAM.replace("standing.lower >= 25", &threshold);
        publish(bench, &source).await;
        let seconds = sweep_due(bench, 1).await;
        eprintln!("round {round}: swept in {seconds:.2} s; copies {copies:.2?} s");
        moved.add(seconds, copies);
        publish(bench, &source.replace("stock: 200", "stock: 150")).await;
        none_moved.push(sweep_due(bench, 0).await);
    }
    moved.print(&format!("sweep of {count} members after another threshold"));
    println!(
        "sweep of {count} members after another stock: {:.4} s",
        median(none_moved)
    );
}

/// Carries out the sweep that is due, in so many programs, and returns the seconds.
async fn sweep_due(bench: &Bench, programs: usize) -> f64 {
    let tiers = &bench.service.tiers;
    let (seconds, swept) = timed(async {
        let plan = tiers.due_sweep().await.unwrap().unwrap();
        assert_eq!(plan.programs().len(), programs);
        tiers.carry_out_sweep(plan).await.unwrap()
    })
    .await;
    assert!(swept);
    seconds
}

async fn simulate(bench: &Bench, sample: Option<u64>) -> Simulated {
    let request = SimulationRequest {
        shows_identities: false,
        source: Some(PROGRAM.replace("standing.lower >= 25", "standing.lower >= 30")),
        sample,
        groups: Some(vec!["country".to_owned(), "gender".to_owned()]),
        uptake: Unit::try_from(SimulationRequest::UPTAKE).unwrap(),
    };
    let program = ProgramId::parse("palms-klub").unwrap();
    let (seconds, simulation) = timed(async {
        let prepared = bench.service.simulations.prepare(&program, request).await;
        prepared.unwrap().run().await.unwrap()
    })
    .await;
    assert!(simulation.moves.settled.down > 0, "{:?}", simulation.moves);
    Simulated {
        seconds,
        members: simulation.members,
    }
}

/// Copies all scores out in each form, and returns the seconds.
async fn copy_scores(pool: &PgPool) -> [f64; 2] {
    let mut seconds = [0.0; 2];
    for (place, (form, statement)) in COPIES.iter().enumerate() {
        let (took, bytes) = timed(copy_out(pool, statement)).await;
        eprintln!("copied {} MB ({form})", bytes / 1_000_000);
        seconds[place] = took;
    }
    seconds
}

async fn copy_out(pool: &PgPool, statement: &str) -> usize {
    let pieces = pool.copy_out_raw(statement).await.unwrap();
    pieces
        .try_fold(0, |sum, piece| async move { Ok(sum + piece.len()) })
        .await
        .unwrap()
}

/// Moves scores in the order of their members from where they were made, in pages, and packs
/// them as the scorer does.
async fn pack_scores(pool: &PgPool) {
    let as_text = std::env::var("RENOWN_BENCH_SCORES").is_ok_and(|form| form == "text");
    let mut after = Uuid::nil();
    loop {
        let rows: Vec<(Uuid, Json<Score>)> = sqlx::query_as(
            "select member_id, body from made_scores where member_id > $1
             order by member_id limit 10000",
        )
        .bind(after)
        .fetch_all(pool)
        .await
        .unwrap();
        let Some((last, _)) = rows.last() else {
            break;
        };
        after = *last;
        let members: Vec<Uuid> = rows.iter().map(|(member, _)| *member).collect();
        let packed: Vec<Option<Vec<u8>>> = rows
            .iter()
            .map(|(_, score)| (!as_text).then(|| score.encode()))
            .collect();
        sqlx::query(
            "insert into scores (member_id, model_version, snapshot_id, as_of, influence, body, packed)
             select member_id, model_version, snapshot_id, as_of, influence, body, new.packed
             from made_scores join unnest($1::uuid[], $2::bytea[]) as new (member_id, packed)
                 using (member_id)
             order by member_id",
        )
        .bind(members)
        .bind(packed)
        .execute(pool)
        .await
        .unwrap();
    }
}

/// Inserts made-up members directly, without the log. Every tenth is unknown; the
/// others have six topics. Each has one or two accounts, some have an imported index,
/// and those with a high standing hold a tier.
async fn fill(bench: &Bench, count: i64) {
    let pool = &bench.pool;
    let model = bench.service.scorer.model();
    let model = model.version().as_str();
    let statements = [
        "select setseed(0.5)".to_owned(),
        // Ids in order of time with a random tail, like those of the service.
        format!(
            "insert into members (member_id, scoring, attributes, enrolled_at, updated_at)
             select (lpad(to_hex(1760000000000 + i), 12, '0') || '7000' || md5(i::text))::varchar(32)::uuid,
                 case when i % 100 = 0 then 'opted_out' else 'active' end,
                 jsonb_build_object(
                     'country', (array['US','DE','FR','GB','IT','ES','JP','BR'])[1 + floor(8 * random() * random())::int],
                     'gender', (array['f','m','x'])[1 + floor(2.02 * random())::int],
                     'visits', floor(20 * random()), 'newsletter', random() < 0.5, 'city', 'city-' || i % 700),
                 now() - 800 * random() * interval '1 day', now()
             from generate_series(1, {count}) as i"
        ),
        "insert into accounts (network, handle_mac, key_id, member_id, handle)
         select network, sha256((member_id::text || network)::bytea), 1, member_id, 'h' || left(member_id::text, 13)
         from members, unnest(array['twitter', 'shop']) as network
         where network = 'twitter' or random() < 0.5"
            .to_owned(),
        "insert into member_indices (member_id, index_name, score, provenance, as_of)
         select member_id, 'klout', 100 * random(), 'import', now() from members where random() < 0.1"
            .to_owned(),
        format!(
            "create unlogged table made_scores as
             select member_id, '{model}' as model_version, 1::bigint as snapshot_id,
                 date_trunc('minute', now()) as as_of, influence,
                 jsonb_build_object(
                     'influence', case when influence is null then '{{\"state\": \"unknown\"}}'::jsonb
                         else jsonb_build_object('state', 'known', 'score', influence, 'lower', influence * 0.8,
                             'upper', least(100, influence * 1.2), 'percentile', 100 * random(), 'evidence', 50 * random()) end,
                     'value', case when influence is null or random() < 0.5 then '{{\"state\": \"unknown\"}}'::jsonb
                         else jsonb_build_object('state', 'known', 'score', 60 * random(), 'lower', 30 * random(),
                             'upper', 60 + 40 * random(), 'percentile', null, 'evidence', 9 * random()) end,
                     'topics', case when influence is null then '{{}}'::jsonb else (
                         select jsonb_object_agg(topic, jsonb_build_object('influence', 100 * random(),
                             'confidence', random(), 'evidence', 20 * random(), 'interest', random()))
                         from unnest(array['las-vegas', 'nightlife', 'food', 'hotels', 'music', 'travel']) as topic
                         where made.member_id is not null) end,
                     'as_of', '2026-11-24T12:00:00Z', 'model', '{model}', 'snapshot', 1) as body
             from (select member_id, case when random() < 0.1 then null else 100 * random() * random() end as influence
                   from members where scoring = 'active') as made"
        ),
        "insert into member_tiers (member_id, program_id, tier, since, keep_until, in_effect, history_id)
         select member_id, 'palms-klub', tier, now() - interval '9 days',
             now() + 90 * random() * interval '1 day', tier, member_id
         from (select member_id, case when influence > 60 then 'insider' else 'regular' end as tier
               from made_scores where influence > 20) as held"
            .to_owned(),
        "create index on made_scores (member_id)".to_owned(),
        "analyze".to_owned(),
    ];
    for statement in statements {
        execute(pool, statement).await;
    }
    pack_scores(pool).await;
    execute(pool, "drop table made_scores".to_owned()).await;
    execute(pool, "vacuum analyze".to_owned()).await;
}

async fn execute(pool: &PgPool, statement: String) {
    let mut query = sqlx::QueryBuilder::<sqlx::Postgres>::new(statement);
    pool.execute(query.build()).await.unwrap();
}
