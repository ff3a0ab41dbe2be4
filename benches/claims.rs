//! Idempotent claims through the service, against the least that is exact: claiming a
//! unit and inserting a row in one transaction, by hand, on the same server, with the
//! same concurrency. And a thousand invitations in one call, against as many plain inserts in
//! one transaction.
//!
//! `cargo bench --bench claims`
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod common;

use std::sync::Arc;

use common::{Bench, median, row, timed};
use futures::{StreamExt, stream};
use renown::service::claims::{ClaimRequest, HoldRequest, Invitation, InviteRequest};
use renown::service::members::PutMember;
use renown::service::operation::{Answered, IdempotentRequest, StoredAnswer};
use renown::service::{Service, UnitOfWork};
use renown_core::domain::{Attributes, CallerId, IdempotencyKey};
use sqlx::PgPool;
use uuid::Uuid;

/// How many claims are made at once, and how many in all.
const CROWDS: [(usize, usize); 2] = [(64, 6_000), (1, 1_000)];
const INVITED: usize = 1_000;
const MEMBERS: usize = 6_000;
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
    let perk = |id: String, more: &str| {
        format!(
            "  - {{ id: {id}, title: Unit, disclosure: So., stock: {MEMBERS}, per_member: 1{more} }}\n"
        )
    };
    let mut program = PROGRAM.to_owned();
    for round in 0..ROUNDS {
        for (at_once, _) in CROWDS {
            program += &perk(format!("p{round}-{at_once}"), "");
        }
        program += &perk(format!("i{round}"), ", kind: invitation");
    }
    bench
        .service
        .programs
        .publish(None, &program, None)
        .await
        .unwrap();
    for member in 0..MEMBERS {
        enrol(&bench.service, member).await;
    }
    by_hand_tables(&bench.pool).await;
    for (at_once, count) in CROWDS {
        let (mut ours, mut theirs, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
        for round in 0..ROUNDS {
            let (seconds, ()) = timed(claims(&bench.service, round, at_once, count)).await;
            let (least, ()) = timed(by_hand(&bench.pool, at_once, count)).await;
            ours.push(count as f64 / seconds);
            theirs.push(count as f64 / least);
            ratios.push(least / seconds);
        }
        let name = format!("claims on one perk, {at_once} at once, against bare transactions");
        let rate = |rates| format!("{:.0} a second", median(rates));
        row(&name, median(ratios), rate(ours), rate(theirs));
    }
    let (mut ours, mut theirs, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let (seconds, ()) = timed(invitations(&bench.service, round)).await;
        let (least, ()) = timed(inserts_by_hand(&bench.pool)).await;
        ours.push(seconds);
        theirs.push(least);
        ratios.push(seconds / least);
    }
    let name = format!("{INVITED} invitations in one call, in times of as many plain inserts");
    let time = |seconds| format!("{:.3} s", median(seconds));
    row(&name, median(ratios), time(ours), time(theirs));
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

async fn claims(service: &Arc<Service>, round: usize, at_once: usize, count: usize) {
    stream::iter(0..count)
        .for_each_concurrent(at_once, |member| async move {
            let hold = HoldRequest {
                program: "shop".parse().unwrap(),
                perk: format!("p{round}-{at_once}").parse().unwrap(),
                member: format!("twitter:m{member}"),
                request: Default::default(),
                confirm: false,
                caller: None,
            };
            let asked = ClaimRequest {
                hold,
                request: request(&format!("{round}-{at_once}-{member}")),
                answer: |claim| {
                    Ok(StoredAnswer {
                        status: 201,
                        content_type: "application/json".to_owned(),
                        location: Some(format!("/v1/claims/{}", claim.id)),
                        body: vec![b'x'; 500].into(),
                    })
                },
                refusal: |error| panic!("refused: {error}"),
            };
            let held = service.claims.hold(&service.requests, asked).await;
            assert!(matches!(held.unwrap(), Answered::Now(_)));
        })
        .await;
}

fn request(key: &str) -> IdempotentRequest {
    IdempotentRequest {
        caller: CallerId(Uuid::nil()),
        name: IdempotencyKey::parse(key).unwrap(),
        fingerprint: [0; 32],
    }
}

async fn invitations(service: &Arc<Service>, round: usize) {
    let asked = InviteRequest {
        program: "shop".parse().unwrap(),
        perk: format!("i{round}").parse().unwrap(),
        members: (0..INVITED)
            .map(|member| format!("twitter:m{member}"))
            .collect(),
        request: Default::default(),
        caller: None,
    };
    let invite = async |work: &mut UnitOfWork| service.claims.invite(work, &asked).await;
    let invited = service.carry_out(invite).await.unwrap();
    assert!(
        invited
            .iter()
            .all(|one| matches!(one.invitation, Invitation::Held(_)))
    );
}

async fn inserts_by_hand(pool: &PgPool) {
    let mut transaction = pool.begin().await.unwrap();
    for member in 0..INVITED {
        sqlx::query("insert into bare_claims values (gen_random_uuid(), 'p', $1)")
            .bind(format!("m{member}"))
            .execute(&mut *transaction)
            .await
            .unwrap();
    }
    transaction.commit().await.unwrap();
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

async fn by_hand(pool: &PgPool, at_once: usize, count: usize) {
    stream::iter(0..count)
        .for_each_concurrent(at_once, |member| async move {
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
