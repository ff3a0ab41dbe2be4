//! All states and scores rebuilt from the log, as `renown rescore` does, against a binary
//! COPY of what scoring reads of the same events out of the same database. And how the time
//! grows: ten times the events and members against one.
//!
//! `cargo bench --bench rebuild`; `RENOWN_BENCH_EVENTS` sets another number.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod common;

use common::{Bench, median, row, timed};
use futures::TryStreamExt;
use sqlx::postgres::PgPoolCopyExt;
use sqlx::{Executor, PgPool};

const ROUNDS: usize = 3;
/// The events of one member, about.
const EACH: usize = 50;

/// Medians in seconds.
struct Times {
    rebuild: f64,
    copy: f64,
}

#[tokio::main]
async fn main() {
    let count: usize = std::env::var("RENOWN_BENCH_EVENTS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(1_000_000);
    let few = measure(count / 10).await;
    let many = measure(count).await;
    row(
        &format!(
            "rebuild, {count} events of {} members, against a binary COPY",
            count / EACH
        ),
        many.rebuild / many.copy,
        format_args!("{:.2} s", many.rebuild),
        format_args!("{:.2} s", many.copy),
    );
    row(
        &format!("rebuild, {count} events, against a tenth of them"),
        many.rebuild / few.rebuild,
        format_args!("{:.2} s", many.rebuild),
        format_args!("{:.2} s", few.rebuild),
    );
}

async fn measure(count: usize) -> Times {
    let bench = Bench::start(|_| {}).await;
    fill(&bench, count).await;
    // The first rebuild writes the states and scores that the others compare and replace.
    let report = bench.service.scorer.rebuild(|_| {}).await.unwrap();
    assert_eq!(report.members, count / EACH);
    assert!(bench.service.scorer.take_snapshot().await.unwrap());
    while bench.service.scorer.refresh().await.unwrap() > 0 {}
    let (mut rebuilds, mut copies) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        bench.pool.execute("vacuum analyze").await.unwrap();
        let (copy, bytes) = timed(copy_events(&bench.pool)).await;
        let (rebuild, report) = timed(bench.service.scorer.rebuild(|_| {})).await;
        let report = report.unwrap();
        assert_eq!(report.greatest_difference, 0.0);
        eprintln!(
            "round {round}: {} events of {} members in {rebuild:.2} s; copying {} MB {copy:.2} s; at most {} MB resident",
            report.events,
            report.members,
            bytes / 1_000_000,
            peak()
        );
        rebuilds.push(rebuild);
        copies.push(copy);
    }
    bench.stop().await;
    Times {
        rebuild: median(rebuilds),
        copy: median(copies),
    }
}

/// Copies out what the fold of a state reads, in no order.
async fn copy_events(pool: &PgPool) -> usize {
    let statement = "copy (
        select e.subject, e.actor, e.source_id, e.id, e.type, e.time, e.object, e.topics, e.count,
               e.amount, e.currency, e.metrics
        from events e join accounts a on a.account_id = e.subject and a.member_id is not null
        where not exists (select from undone u where u.source_id = e.source_id and u.id = e.id)
    ) to stdout (format binary)";
    let pieces = pool.copy_out_raw(statement).await.unwrap();
    pieces
        .try_fold(0, |sum, piece| async move { Ok(sum + piece.len()) })
        .await
        .unwrap()
}

/// Returns the most memory that this process had, in megabytes.
fn peak() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let value = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let value = value.unwrap().trim().trim_end_matches(" kB");
    value.parse::<usize>().unwrap() / 1000
}

/// Writes members and a log of made-up events directly. A tenth of the events is about people
/// who are no members. Most are reactions; some members react, post and buy.
async fn fill(bench: &Bench, count: usize) {
    let members = count / EACH;
    let others = count / 10;
    let statements = [
        "select setseed(0.5)".to_owned(),
        format!(
            "insert into members (member_id, scoring, attributes, enrolled_at, updated_at)
             select (lpad(to_hex(1760000000000 + i), 12, '0') || '7000' || md5(i::text))::varchar(32)::uuid,
                 'active', '{{}}', now() - interval '300 days', now()
             from generate_series(1, {members}) as i"
        ),
        "insert into accounts (network, handle_mac, key_id, member_id, handle)
         select 'twitter', sha256(member_id::text::bytea), 1, member_id, 'h' || left(member_id::text, 13)
         from members order by md5(member_id::text)"
            .to_owned(),
        format!(
            "insert into accounts (network, handle_mac, key_id)
             select 'twitter', sha256(i::text::bytea), 1 from generate_series(1, {others}) as i"
        ),
        "delete from refolds".to_owned(),
        "delete from next_refolds".to_owned(),
        "delete from rescores".to_owned(),
        "insert into sources (name) values ('bench')".to_owned(),
        format!(
            "insert into events (received_at, position, ordinal, source_id, id, type, time, network,
                                 subject, actor, object, topics, count, amount, currency)
             select now(), 1 + i / 5000, i % 5000, source_id, 'event-' || i, type,
                 now() - ({count} - i) * interval '200 days' / {count}, 'twitter', subject,
                 case when type between 1 and 10 then {members} + 1 + floor({others} * random())::bigint end,
                 case when type <> 7 then 'content-' || subject || '-' || i % 23 end,
                 array[(array['food', 'music', 'travel', 'hotels', 'nightlife', 'las-vegas'])[1 + subject % 6],
                       'topic-' || i % 7],
                 1, case when type = 11 then 10 + i % 90 end, case when type = 11 then 'USD' end
             from (select i, source_id, (array[1, 1, 1, 1, 1, 3, 4, 6, 6, 6, 7, 0, 11])[1 + floor(13 * random())::int] as type,
                          1 + floor(power(random(), 1.5) * case when i % 10 = 0 then {others} else {members} end)::bigint as subject
                   from generate_series(0, {count} - 1) as i, sources where name = 'bench') as made"
        ),
        "update log_head set position = (select max(position) from events)".to_owned(),
        "vacuum analyze".to_owned(),
    ];
    for statement in statements {
        let mut query = sqlx::QueryBuilder::<sqlx::Postgres>::new(statement);
        bench.pool.execute(query.build()).await.unwrap();
    }
    let model = bench.service.scorer.model();
    let version = model.version().as_str();
    sqlx::query("insert into projections (name, model_version, position) select 'scores', $1, position from log_head
                 on conflict (name, model_version) do update set position = excluded.position")
        .bind(version)
        .execute(&bench.pool)
        .await
        .unwrap();
}
