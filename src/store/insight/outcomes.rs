//! Outcomes: what members did before and after their first exposure, read from the
//! events of their accounts, without undone ones.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sqlx::PgConnection;
use std::collections::BTreeMap;

use crate::store::Result;
use crate::store::insight::exposures::Participant;
use renown_core::domain::{AccountId, Currency, EventType, MemberId, Money, ObjectId};

/// A purchase or a refund.
#[derive(Debug, Clone, PartialEq)]
pub struct Paid {
    /// The account.
    pub account: AccountId,
    /// The order's id, if it has one.
    pub order: Option<ObjectId>,
    /// The event's time.
    pub at: DateTime<Utc>,
    /// The amount.
    pub amount: Money,
    /// Whether it is a refund.
    pub refund: bool,
}

/// Reactions that a member received from others. An event counts as often as its
/// `count`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Received {
    /// In the days before the first exposure.
    pub before: u64,
    /// In the days after.
    pub after: u64,
}

struct Row {
    member_id: MemberId,
    account_id: AccountId,
    object: Option<ObjectId>,
    time: DateTime<Utc>,
    amount: Option<Decimal>,
    currency: Option<Currency>,
    refund: bool,
}

/// Returns the purchases and refunds in so many days before and after each
/// participant's first exposure, in order of time.
pub async fn payments(
    conn: &mut PgConnection,
    people: &[Participant],
    days: i32,
) -> Result<BTreeMap<MemberId, Vec<Paid>>> {
    let (members, moments) = columns(people);
    let rows = sqlx::query_as!(
        Row,
        r#"select shown.member_id as "member_id!: MemberId", a.account_id, e.object, e.time, e.amount,
                  e.currency, e.type = $5 as "refund!"
           from unnest($1::uuid[], $2::timestamptz[]) as shown (member_id, first_at)
           join accounts a on a.member_id = shown.member_id
           join events e on e.subject = a.account_id
           where e.type in ($4, $5)
             and e.time >= shown.first_at - make_interval(days => $3)
             and e.time < shown.first_at + make_interval(days => $3)
             and not exists (select from undone u where u.source_id = e.source_id and u.id = e.id)
           order by e.time, e.source_id, e.id"#,
        members as _,
        &moments,
        days,
        EventType::Purchase as _,
        EventType::Refund as _
    )
    .fetch_all(conn)
    .await?;
    let mut payments: BTreeMap<MemberId, Vec<Paid>> = BTreeMap::new();
    for row in rows {
        let (Some(amount), Some(currency)) = (row.amount, row.currency) else {
            continue;
        };
        let of_member = payments.entry(row.member_id).or_default();
        of_member.push(Paid {
            account: row.account_id,
            order: row.object,
            at: row.time,
            amount: Money::new(amount, currency)?,
            refund: row.refund,
        });
    }
    Ok(payments)
}

/// Counts the reactions that each participant received in so many days before and after
/// the first exposure. Dislikes and reactions of the member's own accounts do not
/// count.
pub async fn reactions(
    conn: &mut PgConnection,
    people: &[Participant],
    days: i32,
) -> Result<BTreeMap<MemberId, Received>> {
    let (members, moments) = columns(people);
    let kinds = [
        EventType::Like,
        EventType::Save,
        EventType::Reply,
        EventType::Mention,
        EventType::Share,
        EventType::List,
        EventType::Endorse,
    ];
    let rows = sqlx::query!(
        r#"select shown.member_id as "member_id!: MemberId",
                  coalesce(sum(e.count) filter (where e.time < shown.first_at), 0)::bigint as "before!",
                  coalesce(sum(e.count) filter (where e.time >= shown.first_at), 0)::bigint as "after!"
           from unnest($1::uuid[], $2::timestamptz[]) as shown (member_id, first_at)
           join accounts a on a.member_id = shown.member_id
           join events e on e.subject = a.account_id
           where e.type = any($4)
             and e.time >= shown.first_at - make_interval(days => $3)
             and e.time < shown.first_at + make_interval(days => $3)
             and not exists (select from undone u where u.source_id = e.source_id and u.id = e.id)
             and not exists (
                 select from accounts own
                 where own.account_id = e.actor and own.member_id = shown.member_id)
           group by shown.member_id"#,
        members as _,
        &moments,
        days,
        &kinds as _
    )
    .fetch_all(conn)
    .await?;
    let received = rows.into_iter().map(|row| {
        let [before, after] = [row.before, row.after].map(|n| u64::try_from(n).unwrap_or(0));
        (row.member_id, Received { before, after })
    });
    Ok(received.collect())
}

fn columns(people: &[Participant]) -> (Vec<MemberId>, Vec<DateTime<Utc>>) {
    let pair = |person: &Participant| (person.member, person.first_at);
    people.iter().map(pair).unzip()
}
