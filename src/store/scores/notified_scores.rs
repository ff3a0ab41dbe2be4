//! Notified scores: the indices of each member's last notification, from which the next
//! change is measured.

use sqlx::PgConnection;
use std::collections::BTreeMap;

use crate::store::Result;
use renown_core::domain::MemberId;

/// The indices last notified of a member.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct NotifiedScore {
    /// The influence, from 0 to 100; absent while unknown.
    pub influence: Option<f64>,
    /// The value, from 0 to 100; absent while unknown.
    pub value: Option<f64>,
}

/// A row of the table.
struct Row {
    member_id: MemberId,
    influence: Option<f64>,
    value: Option<f64>,
}

fn by_member(rows: Vec<Row>) -> BTreeMap<MemberId, NotifiedScore> {
    let notified = rows.into_iter().map(|row| {
        let notified = NotifiedScore {
            influence: row.influence,
            value: row.value,
        };
        (row.member_id, notified)
    });
    notified.collect()
}

/// Returns the notified scores of members. Members without a notification are left out.
pub async fn of(
    conn: &mut PgConnection,
    members: &[MemberId],
) -> Result<BTreeMap<MemberId, NotifiedScore>> {
    let rows = sqlx::query_as!(
        Row,
        "select member_id, influence, value from told_scores where member_id = any($1)",
        members as _
    )
    .fetch_all(conn)
    .await?;
    Ok(by_member(rows))
}

/// Records notified scores.
pub async fn set(
    conn: &mut PgConnection,
    notified: &BTreeMap<MemberId, NotifiedScore>,
) -> Result<()> {
    if notified.is_empty() {
        return Ok(());
    }
    let members: Vec<_> = notified.keys().collect();
    let influences: Vec<Option<f64>> = notified
        .values()
        .map(|notified| notified.influence)
        .collect();
    let values: Vec<Option<f64>> = notified.values().map(|notified| notified.value).collect();
    sqlx::query!(
        "insert into told_scores (member_id, influence, value)
         select * from unnest($1::uuid[], $2::float8[], $3::float8[])
         on conflict (member_id) do update
         set influence = excluded.influence, value = excluded.value",
        members as _,
        influences as _,
        values as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Deletes the notified scores of members and returns them.
pub async fn forget(
    conn: &mut PgConnection,
    members: &[MemberId],
) -> Result<BTreeMap<MemberId, NotifiedScore>> {
    let rows = sqlx::query_as!(
        Row,
        "delete from told_scores where member_id = any($1) returning member_id, influence, value",
        members as _
    )
    .fetch_all(conn)
    .await?;
    Ok(by_member(rows))
}
