//! Idempotent claims through the service, against the least that is exact: claiming a
//! unit and inserting a row in one transaction, by hand, on the same server, with the
//! same concurrency.
//!
//! `cargo bench --bench claims`
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod common;

use std::sync::Arc;

use common::{Bench, median, timed};
use futures::{StreamExt, stream};
use renown::service::claims::HoldRequest;
use renown::service::members::PutMember;
use renown::service::operation::{Answered, IdempotentRequest, StoredAnswer};
use renown::service::{Service, ServiceError};
use renown_core::domain::{Attributes, CallerId, IdempotencyKey};
use sqlx::PgPool;
use uuid::Uuid;

const CLAIMS: usize = 4_000;
const AT_ONCE: usize = 64;
const ROUNDS: usize = 3;

const PROGRAM: &str = "program: shop
title: Shop
standing: { influence: 1 }
service_levels:
  - { id: standard, queue: general }
tiers:
  - { id: guest, service_level: standard }
perks:
";

#[tokio::main]
async fn main() {
    let bench = Bench::start(|_| {}).await;
    let perks = (0..ROUNDS).map(|round| {
        format!(
            "  - {{ id: p{round}, title: Unit, disclosure: So., stock: {CLAIMS}, per_member: 1 }}\n"
        )
    });
    let program = PROGRAM.to_owned() + &perks.collect::<String>();
    bench
        .service
        .programs
        .publish(None, &program, None)
        .await
        .unwrap();
    for member in 0..CLAIMS {
        enrol(&bench.service, member).await;
    }
    by_hand_tables(&bench.pool).await;
    let (mut rates, mut ratios) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let (seconds, ()) = timed(claims(&bench.service, round)).await;
        let (least, ()) = timed(by_hand(&bench.pool)).await;
        rates.push(CLAIMS as f64 / seconds);
        ratios.push(least / seconds);
    }
    println!("claims a second: {:.0}", median(rates));
    println!("claims against bare transactions: {:.2}", median(ratios));
    bench.stop().await;
}

async fn enrol(service: &Service, member: usize) {
    let put = PutMember {
        proofs: std::collections::BTreeMap::new(),
        identities: None,
        name: None,
        attributes: Attributes::default(),
        interests: Vec::new(),
        scoring: None,
        enrolled_at: None,
        if_version: None,
    };
    let name = format!("twitter:m{member}");
    service.members.put(&name, put).await.unwrap();
}

async fn claims(service: &Arc<Service>, round: usize) {
    stream::iter(0..CLAIMS)
        .for_each_concurrent(AT_ONCE, |member| async move {
            let wanted = HoldRequest {
                program: "shop".parse().unwrap(),
                perk: format!("p{round}").parse().unwrap(),
                member: format!("twitter:m{member}"),
                request: Default::default(),
                confirm: false,
                caller: None,
            };
            let request = IdempotentRequest {
                caller: CallerId(Uuid::nil()),
                name: IdempotencyKey::parse(&format!("{round}-{member}")).unwrap(),
                fingerprint: [0; 32],
            };
            let refusal = |error: &ServiceError| panic!("refused: {error}");
            let carried_out = service
                .requests
                .carry_out(Some(request), refusal, async |work| {
                    let claim = service.claims.hold_unit(work, wanted).await?;
                    Ok(StoredAnswer {
                        status: 201,
                        content_type: "application/json".to_owned(),
                        location: Some(format!("/v1/claims/{}", claim.id)),
                        body: vec![b'x'; 500].into(),
                    })
                });
            assert!(matches!(carried_out.await.unwrap(), Answered::Now(_)));
        })
        .await;
}

async fn by_hand_tables(pool: &PgPool) {
    for statement in [
        "create table bare_stock (perk text primary key, total bigint, taken bigint)",
        "insert into bare_stock values ('p', 1000000, 0)",
        "create table bare_claims (id uuid primary key, perk text, member text)",
    ] {
        sqlx::query(statement).execute(pool).await.unwrap();
    }
}

async fn by_hand(pool: &PgPool) {
    stream::iter(0..CLAIMS)
        .for_each_concurrent(AT_ONCE, |member| async move {
            let mut transaction = pool.begin().await.unwrap();
            sqlx::query(
                "update bare_stock set taken = taken + 1 where perk = 'p' and taken < total",
            )
            .execute(&mut *transaction)
            .await
            .unwrap();
            sqlx::query("insert into bare_claims values (gen_random_uuid(), 'p', $1)")
                .bind(format!("m{member}"))
                .execute(&mut *transaction)
                .await
                .unwrap();
            transaction.commit().await.unwrap();
        })
        .await;
}
