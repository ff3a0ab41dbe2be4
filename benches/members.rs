//! The import of members against `COPY` of the same rows into the same tables with the same
//! indexes, the import of a list again, and the search among the members, in one run on one
//! machine.
//!
//! `cargo bench --bench members [-- 1000000]`
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod common;

use std::time::Instant;

use bytes::Bytes;
use common::{Bench, row, timed};
use futures::TryStreamExt;
use renown::service::members::{MemberImport, MemberReport};
use renown_core::domain::{
    Attribute, AttributeName, IdentityPrefix, MemberFilter, NamePrefix, ProgramId, TierFilter,
    TierId,
};
use renown_core::ingest::member_list::ListFormat;
use sqlx::PgPool;

/// The number of members of a run without an argument.
const MEMBERS: u64 = 100_000;
/// Searches of each kind.
const SEARCHES: u32 = 200;

const COUNTRIES: [&str; 8] = ["US", "NL", "DE", "FR", "GB", "JP", "BR", "KE"];
const NAMES: [&str; 6] = ["Ann", "Zoë", "Kevin", "Søren", "Maria", "Wei"];

#[tokio::main]
async fn main() {
    let members = std::env::args()
        .skip(1)
        .find_map(|argument| argument.parse().ok());
    let members = members.unwrap_or(MEMBERS);
    let bench = Bench::start(|_| {}).await;
    let before = memory();
    let (seconds, report) = timed(import(&bench, members)).await;
    assert_eq!((report.created, report.refused), (members, 0));
    println!(
        "memory of the process during the import: {before} MiB before, at most {} MiB",
        memory()
    );
    let (again, report) = timed(import(&bench, members)).await;
    assert_eq!(report.unchanged, members);
    println!(
        "the same list again: {:.0} a second",
        members as f64 / again
    );
    let copied = copy(&bench.pool).await;
    let rate = |seconds: f64| format!("{:.0} a second", members as f64 / seconds);
    let name = format!("import of {members} members, against COPY of the same rows");
    row(&name, copied / seconds, rate(seconds), rate(copied));
    search(&bench, members).await;
    bench.stop().await;
}

/// Imports members with an identity and three attributes each.
async fn import(bench: &Bench, members: u64) -> MemberReport<String> {
    let line = |n: u64| {
        let country = COUNTRIES[(n % 8) as usize];
        format!(
            "m{n}@example.com,{country},{},{}\n",
            n % 50,
            n.is_multiple_of(3)
        )
    };
    let header = "email,attributes.country,attributes.visits,attributes.newsletter\n";
    let pieces = (0..members.div_ceil(4_000)).map(move |piece| {
        let lines = (piece * 4_000..members.min((piece + 1) * 4_000)).map(line);
        let header = if piece == 0 { header } else { "" };
        Ok::<_, String>(Bytes::from(header.to_owned() + &lines.collect::<String>()))
    });
    let import = MemberImport {
        format: ListFormat::Csv,
        from_line: 1,
        is_dry: false,
    };
    let list = futures::stream::iter(pieces);
    bench
        .service
        .members
        .import_list(import, list, None)
        .await
        .unwrap()
}

/// The most memory that the process has had, in MiB.
fn memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next());
    kilobytes.unwrap().parse::<u64>().unwrap() / 1024
}

/// Returns the seconds that `COPY` of all rows takes into tables like those that the import
/// fills, with their indexes, but without references and triggers.
async fn copy(pool: &PgPool) -> f64 {
    let mut conn = pool.acquire().await.unwrap();
    let mut seconds = 0.0;
    for table in ["members", "identities", "member_attributes", "rescores"] {
        let mut rows = Vec::new();
        let mut out = conn
            .copy_out_raw(&format!("copy {table} to stdout"))
            .await
            .unwrap();
        while let Some(row) = out.try_next().await.unwrap() {
            rows.push(row);
        }
        drop(out);
        let create = format!("create table copied_{table} (like {table} including all)");
        sqlx::raw_sql(sqlx::AssertSqlSafe(create))
            .execute(&mut *conn)
            .await
            .unwrap();
        let began = Instant::now();
        let mut copy = conn
            .copy_in_raw(&format!("copy copied_{table} from stdin"))
            .await
            .unwrap();
        for row in rows {
            copy.send(row).await.unwrap();
        }
        copy.finish().await.unwrap();
        seconds += began.elapsed().as_secs_f64();
        eprintln!("COPY of {table}: {:.1} s so far", seconds);
    }
    seconds
}

/// Gives members names, tiers and topics, and measures searches.
async fn search(bench: &Bench, members: u64) {
    furnish(&bench.pool).await;
    let attribute = |name: &str, value| vec![(AttributeName::parse(name).unwrap(), value)];
    let identity = |text: &str| Some(text.parse::<IdentityPrefix>().unwrap());
    let name = |text: &str| Some(text.parse::<NamePrefix>().unwrap());
    let topic = || Some(bench.service.scores.topic("golf").unwrap());
    let tier = |tier: &str, is_floor| {
        Some(TierFilter {
            program: ProgramId::parse("palms-klub").unwrap(),
            tier: TierId::parse(tier).unwrap(),
            is_floor,
        })
    };
    let country = || attribute("country", Attribute::Text("KE".into()));
    let none = MemberFilter::default;
    let some = format!("email:m{}", members / 3);
    let kinds: Vec<(&str, MemberFilter)> = vec![
        ("all", none()),
        (
            "identity",
            MemberFilter {
                identity: identity(&some),
                ..none()
            },
        ),
        (
            "identity of a kind",
            MemberFilter {
                identity: identity("email:"),
                ..none()
            },
        ),
        (
            "name",
            MemberFilter {
                name: name("zoe 12"),
                ..none()
            },
        ),
        (
            "frequent name",
            MemberFilter {
                name: name("zoe"),
                ..none()
            },
        ),
        (
            "attribute",
            MemberFilter {
                attributes: country(),
                ..none()
            },
        ),
        (
            "rare tier",
            MemberFilter {
                tier: tier("star", false),
                ..none()
            },
        ),
        (
            "floor",
            MemberFilter {
                tier: tier("guest", true),
                ..none()
            },
        ),
        (
            "topic",
            MemberFilter {
                topic: topic(),
                ..none()
            },
        ),
        (
            "attribute and tier",
            MemberFilter {
                attributes: country(),
                tier: tier("star", false),
                ..none()
            },
        ),
        (
            "attribute and topic",
            MemberFilter {
                attributes: country(),
                topic: topic(),
                ..none()
            },
        ),
        (
            "tier and topic",
            MemberFilter {
                tier: tier("star", false),
                topic: topic(),
                ..none()
            },
        ),
        (
            "name and tier",
            MemberFilter {
                name: name("zoe"),
                tier: tier("star", false),
                ..none()
            },
        ),
        (
            "name and attribute",
            MemberFilter {
                name: name("zoe"),
                attributes: country(),
                ..none()
            },
        ),
        (
            "identity of a kind and tier",
            MemberFilter {
                identity: identity("email:"),
                tier: tier("star", false),
                ..none()
            },
        ),
        (
            "identity of a kind and topic",
            MemberFilter {
                identity: identity("email:"),
                topic: topic(),
                ..none()
            },
        ),
        (
            "identity of a kind and name",
            MemberFilter {
                identity: identity("email:"),
                name: name("zoe 12"),
                ..none()
            },
        ),
        (
            "all of them",
            MemberFilter {
                identity: identity("email:m"),
                name: name("zoe"),
                attributes: country(),
                tier: tier("star", false),
                topic: topic(),
                ..none()
            },
        ),
    ];
    for (kind, filter) in kinds {
        let mut times = Vec::new();
        let mut found = 0;
        for _ in 0..SEARCHES {
            let (seconds, page) = timed(bench.service.directory.list(&filter, 50)).await;
            found = page.unwrap().0.len();
            times.push(seconds * 1_000.0);
            if times.iter().sum::<f64>() > 20_000.0 {
                break;
            }
        }
        times.sort_by(f64::total_cmp);
        let p99 = times[(times.len() * 99 / 100).min(times.len() - 1)];
        let half = times[times.len() / 2];
        println!("search by {kind}: {found} found, half in {half:.1} ms, p99 {p99:.1} ms");
    }
}

/// Names for all; a rare tier for one in a thousand, and another for one in ten; a topic for
/// one in a hundred.
async fn furnish(pool: &PgPool) {
    let names: Vec<String> = NAMES.iter().map(|name| (*name).to_lowercase()).collect();
    let names = names.join(",").replace('ë', "e").replace('ø', "o");
    let furnish = format!(
        "insert into member_names (word, member_id)
         select (string_to_array('{names}', ','))[1 + row % 6], member_id from
             (select member_id, row_number() over (order by member_id) as row from members) m;
         insert into member_names (word, member_id)
         select (row / 10)::text, member_id from
             (select member_id, row_number() over (order by member_id) as row from members) m;
         insert into programs (program_id, updated_at) values ('palms-klub', now());
         insert into member_tiers (program_id, member_id, tier, in_effect, since)
         select 'palms-klub', member_id, tier, tier, now() from
             (select member_id, case when row % 1000 = 0 then 'star' else 'regular' end as tier
              from (select member_id, row_number() over (order by member_id) as row from members) m
              where row % 10 = 0) m;
         insert into topic_scores (model_version, topic, member_id, influence, lower)
         select '2026-3', 'golf', member_id, 10, 5 from
             (select member_id, row_number() over (order by member_id) as row from members) m
         where row % 100 = 0;
         analyze"
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(furnish))
        .execute(pool)
        .await
        .unwrap();
}
