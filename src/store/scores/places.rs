//! The first places of the leaderboard, day by day.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use sqlx::PgConnection;

use crate::store::Result;
use renown_core::domain::{LeaderboardOrder, MemberId, ModelVersion};

/// The places that are kept of each day.
const KEPT: i64 = 1_000;

/// Keeps the present first places of a model as those of a day, in the place of those that
/// were kept of it before.
pub async fn keep(conn: &mut PgConnection, model: &ModelVersion, day: NaiveDate) -> Result<()> {
    sqlx::query!("delete from leaderboard_days where day = $1", day)
        .execute(&mut *conn)
        .await?;
    sqlx::query!(
        "insert into leaderboard_days (member_id, day, rank_by_lower, rank_by_score)
         select coalesce(l.member_id, s.member_id), $2, l.rank, s.rank
         from (select member_id, row_number() over (order by lower desc, member_id) as rank
               from scores where model_version = $1 and lower is not null
               order by lower desc, member_id limit $3) l
         full join
              (select member_id, row_number() over (order by influence desc, member_id) as rank
               from scores where model_version = $1 and influence is not null
               order by influence desc, member_id limit $3) s using (member_id)",
        model as _,
        day,
        KEPT
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Deletes the places of days before a day.
pub async fn forget_before(conn: &mut PgConnection, day: NaiveDate) -> Result<()> {
    sqlx::query!("delete from leaderboard_days where day < $1", day)
        .execute(conn)
        .await?;
    Ok(())
}

/// Deletes the places of members.
pub(in crate::store) async fn forget(conn: &mut PgConnection, members: &[MemberId]) -> Result<()> {
    sqlx::query!(
        "delete from leaderboard_days where member_id = any($1)",
        members as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Returns the places of members on a day, by an order; none of a member who was not among
/// the first.
pub async fn on_day(
    conn: &mut PgConnection,
    members: &[MemberId],
    day: NaiveDate,
    by: LeaderboardOrder,
) -> Result<BTreeMap<MemberId, i32>> {
    let rows = sqlx::query!(
        "select member_id, rank_by_lower, rank_by_score from leaderboard_days
         where member_id = any($1) and day = $2",
        members as _,
        day
    )
    .fetch_all(conn)
    .await?;
    let places = rows.into_iter().filter_map(|row| {
        let rank = match by {
            LeaderboardOrder::Lower => row.rank_by_lower,
            LeaderboardOrder::Score => row.rank_by_score,
        };
        Some((row.member_id, rank?))
    });
    Ok(places.collect())
}
