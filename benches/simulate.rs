//! A changed program simulated on a million members, against copying the same scores
//! out of the same database, which is the least that reading them takes.
//!
//! `cargo bench --bench simulate`; `RENOWN_BENCH_MEMBERS` sets another number.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod common;

use common::{Bench, median, timed};
use futures::TryStreamExt;
use renown::service::programs::SimulationRequest;
use renown_core::domain::{ProgramId, Unit};
use sqlx::postgres::PgPoolCopyExt;
use sqlx::{Executor, PgPool};

const ROUNDS: usize = 3;
const PROGRAM: &str = include_str!("../config/programs/palms-klub.yaml");

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
    bench
        .service
        .programs
        .publish(None, PROGRAM, None)
        .await
        .unwrap();
    let (seconds, ()) = timed(fill(&bench, count)).await;
    eprintln!("{count} members in {seconds:.0} s");
    let (mut whole, mut ratios, mut sampled) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let (copy, bytes) = timed(copy_scores(&bench.pool)).await;
        let all = simulate(&bench, None).await;
        let some = simulate(&bench, Some(10_000)).await;
        eprintln!(
            "round {round}: {} members in {:.1} s; {} sampled in {:.2} s; copying {} MB of scores {copy:.1} s",
            all.members,
            all.seconds,
            some.members,
            some.seconds,
            bytes / 1_000_000
        );
        whole.push(all.seconds);
        sampled.push(some.seconds);
        ratios.push(all.seconds / copy);
    }
    let seconds = median(whole);
    println!("simulation of {count} members, seconds: {seconds:.1}");
    println!("members a second: {:.0}", count as f64 / seconds);
    println!(
        "simulation of a sample of 10000, seconds: {:.2}",
        median(sampled)
    );
    println!(
        "simulation against copying the scores out: {:.1}",
        median(ratios)
    );
    // The cost of publishing afterwards: the tiers of all members are evaluated again.
    let (seconds, swept) = timed(bench.service.tiers.sweep()).await;
    assert!(swept.unwrap());
    println!("sweep of {count} members, seconds: {seconds:.0}");
    bench.stop().await;
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

async fn copy_scores(pool: &PgPool) -> usize {
    let statement = "copy (select member_id, body from scores) to stdout";
    let pieces = pool.copy_out_raw(statement).await.unwrap();
    pieces
        .try_fold(0, |sum, piece| async move { Ok(sum + piece.len()) })
        .await
        .unwrap()
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
            "insert into scores (member_id, model_version, snapshot_id, as_of, influence, body)
             select member_id, '{model}', 1, date_trunc('minute', now()), influence,
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
                     'as_of', '2026-11-24T12:00:00Z', 'model', '{model}', 'snapshot', 1)
             from (select member_id, case when random() < 0.1 then null else 100 * random() * random() end as influence
                   from members where scoring = 'active') as made"
        ),
        "insert into member_tiers (member_id, program_id, tier, since, keep_until, in_effect, history_id)
         select member_id, 'palms-klub', tier, now() - interval '9 days',
             now() + 90 * random() * interval '1 day', tier, member_id
         from (select member_id, case when influence > 60 then 'insider' else 'regular' end as tier
               from scores where influence > 20) as held"
            .to_owned(),
        "vacuum analyze".to_owned(),
    ];
    for statement in statements {
        let mut query = sqlx::QueryBuilder::<sqlx::Postgres>::new(statement);
        pool.execute(query.build()).await.unwrap();
    }
}
