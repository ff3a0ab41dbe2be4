//! Published scores and their leaderboards.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::store::Result;
use crate::store::insight::exposures;
use crate::store::scores::{history, places, ranks};
use renown_core::domain::{
    LeaderboardCursor, LeaderboardOrder, MemberId, ModelVersion, Score, SnapshotId, Topic,
};

/// Publishes scores in the place of earlier ones, and writes them into the history.
pub async fn publish(conn: &mut PgConnection, scores: &[(MemberId, Score)]) -> Result<()> {
    let Some((_, first)) = scores.first() else {
        return Ok(());
    };
    write(conn, scores).await?;
    let members: Vec<MemberId> = scores.iter().map(|(member, _)| *member).collect();
    history::keep(conn, &members, &first.model).await
}

/// Writes scores in the place of earlier ones by the same model.
pub async fn write(conn: &mut PgConnection, scores: &[(MemberId, Score)]) -> Result<()> {
    let Some((_, first)) = scores.first() else {
        return Ok(());
    };
    let model = first.model.clone();
    let members: Vec<MemberId> = scores.iter().map(|(member, _)| *member).collect();
    let snapshots: Vec<SnapshotId> = scores.iter().map(|(_, score)| score.snapshot).collect();
    let times: Vec<DateTime<Utc>> = scores.iter().map(|(_, score)| score.as_of).collect();
    let influences: Vec<Option<f64>> = scores
        .iter()
        .map(|(_, score)| score.influence.score())
        .collect();
    let lower_ends: Vec<Option<f64>> = scores
        .iter()
        .map(|(_, score)| score.influence.interval().map(|interval| interval.lower))
        .collect();
    let rechecks: Vec<Option<DateTime<Utc>>> =
        scores.iter().map(|(_, score)| score.recheck_at()).collect();
    let bodies: Vec<Json<&Score>> = scores.iter().map(|(_, score)| Json(score)).collect();
    let packed: Vec<Vec<u8>> = scores.iter().map(|(_, score)| score.encode()).collect();
    sqlx::query!(
        "insert into scores
             (member_id, model_version, snapshot_id, as_of, influence, lower, recheck_at, body,
              packed)
         select member_id, $8, snapshot_id, as_of, influence, lower, recheck_at, body, packed
         from unnest($1::uuid[], $2::bigint[], $3::timestamptz[], $4::float8[], $5::float8[],
                     $6::timestamptz[], $7::jsonb[], $9::bytea[])
             as new (member_id, snapshot_id, as_of, influence, lower, recheck_at, body, packed)
         on conflict (member_id, model_version) do update
         set snapshot_id = excluded.snapshot_id, as_of = excluded.as_of,
             influence = excluded.influence, lower = excluded.lower,
             recheck_at = excluded.recheck_at, body = excluded.body,
             packed = excluded.packed",
        &members as _,
        snapshots as _,
        &times,
        influences as _,
        lower_ends as _,
        rechecks as _,
        bodies as _,
        model as _,
        &packed
    )
    .execute(&mut *conn)
    .await?;
    publish_topics(conn, &model, &members, scores).await
}

async fn publish_topics(
    conn: &mut PgConnection,
    model: &ModelVersion,
    members: &[MemberId],
    scores: &[(MemberId, Score)],
) -> Result<()> {
    let ranked = scores.iter().flat_map(|(member, score)| {
        let earned = score
            .topics
            .iter()
            .filter(|(_, topic)| topic.evidence > 0.0);
        earned.map(|(topic, score)| (*member, topic, score))
    });
    let mut owners = Vec::new();
    let mut topics = Vec::new();
    let (mut influences, mut lower_ends) = (Vec::new(), Vec::new());
    for (owner, topic, score) in ranked {
        owners.push(owner);
        topics.push(topic);
        influences.push(score.influence);
        lower_ends.push(score.lower);
    }
    sqlx::query!(
        "delete from topic_scores
         where member_id = any($1) and model_version = $2
           and (member_id, topic) not in (select * from unnest($3::uuid[], $4::text[]))",
        members as _,
        model as _,
        &owners as _,
        &topics as _
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "insert into topic_scores (member_id, model_version, topic, influence, lower)
         select member_id, $5, topic, influence, lower
         from unnest($1::uuid[], $2::text[], $3::float8[], $4::float8[])
             as new (member_id, topic, influence, lower)
         on conflict (member_id, model_version, topic) do update
         set influence = excluded.influence, lower = excluded.lower
         where topic_scores.influence <> excluded.influence
            or topic_scores.lower is distinct from excluded.lower",
        &owners as _,
        &topics as _,
        &influences,
        &lower_ends,
        model as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Deletes what was computed about members that are no longer scored: scores, topic scores,
/// ranks, percentiles, score history, places of the last days and exposures.
pub async fn withdraw(conn: &mut PgConnection, members: &[MemberId]) -> Result<()> {
    unpublish(conn, members).await?;
    exposures::forget(conn, members).await?;
    places::forget(conn, members).await?;
    history::forget(conn, members).await
}

/// Deletes the present scores, topic scores, ranks and percentiles of members. Their score
/// history and exposures stay.
pub async fn unpublish(conn: &mut PgConnection, members: &[MemberId]) -> Result<()> {
    sqlx::query!("delete from scores where member_id = any($1)", members as _)
        .execute(&mut *conn)
        .await?;
    sqlx::query!(
        "delete from topic_scores where member_id = any($1)",
        members as _
    )
    .execute(&mut *conn)
    .await?;
    ranks::forget(conn, members).await
}

/// Reads a page of the overall leaderboard in the order of a column.
macro_rules! page_by {
    ($column:literal, $conn:ident, $model:ident, $after:ident, $limit:ident) => {{
        let rows = sqlx::query!(
            r#"select member_id, body as "body: Json<Score>" from scores
               where model_version = $1 and "#
                + $column
                + r#" is not null
                 and ($2::float8 is null
                      or ("#
                + $column
                + r#" <= $2 and ("#
                + $column
                + r#" < $2 or member_id > $3)))
               order by "#
                + $column
                + r#" desc, member_id
               limit $4"#,
            $model as _,
            $after.map(|cursor| cursor.at),
            $after.map(|cursor| cursor.member.0),
            $limit
        );
        let rows = rows.fetch_all($conn).await?.into_iter();
        rows.map(|row| (row.member_id, row.body.0)).collect()
    }};
}

/// Returns a page of the overall leaderboard, best first, after a cursor of the same order.
/// Members that opted out have no score and do not appear.
pub async fn leaderboard(
    conn: &mut PgConnection,
    model: &ModelVersion,
    by: LeaderboardOrder,
    after: Option<LeaderboardCursor>,
    limit: i64,
) -> Result<Vec<(MemberId, Score)>> {
    Ok(match by {
        LeaderboardOrder::Lower => page_by!("lower", conn, model, after, limit),
        LeaderboardOrder::Score => page_by!("influence", conn, model, after, limit),
    })
}

/// Reads a page of a topic's leaderboard in the order of a column.
macro_rules! topic_page_by {
    ($column:literal, $conn:ident, $model:ident, $topic:ident, $after:ident, $limit:ident) => {{
        let rows = sqlx::query!(
            r#"select t.member_id, s.body as "body: Json<Score>"
               from topic_scores t
               join scores s using (member_id, model_version)
               where t.model_version = $1 and t.topic = $2 and t."#
                + $column
                + r#" is not null
                 and ($3::float8 is null
                      or (t."#
                + $column
                + r#" <= $3
                          and (t."#
                + $column
                + r#" < $3 or t.member_id > $4)))
               order by t."#
                + $column
                + r#" desc, t.member_id
               limit $5"#,
            $model as _,
            $topic as _,
            $after.map(|cursor| cursor.at),
            $after.map(|cursor| cursor.member.0),
            $limit
        );
        let rows = rows.fetch_all($conn).await?.into_iter();
        rows.map(|row| (row.member_id, row.body.0)).collect()
    }};
}

/// Returns a page of a topic's leaderboard, best first, after a cursor of the same order.
pub async fn topic_leaderboard(
    conn: &mut PgConnection,
    model: &ModelVersion,
    topic: &Topic,
    by: LeaderboardOrder,
    after: Option<LeaderboardCursor>,
    limit: i64,
) -> Result<Vec<(MemberId, Score)>> {
    Ok(match by {
        LeaderboardOrder::Lower => topic_page_by!("lower", conn, model, topic, after, limit),
        LeaderboardOrder::Score => topic_page_by!("influence", conn, model, topic, after, limit),
    })
}

/// What makes a score up to date.
#[derive(Debug, Clone, Copy)]
pub struct UpToDate {
    /// The snapshot that it was computed with.
    pub snapshot: SnapshotId,
    /// The earliest time as of which it may be computed.
    pub oldest: DateTime<Utc>,
    /// The latest such time.
    pub newest: DateTime<Utc>,
    /// The time as of which it would be computed now. No limit on it has lifted by then.
    pub now: DateTime<Utc>,
}

/// Returns members whose score is out of date.
pub async fn overtaken(
    conn: &mut PgConnection,
    model: &ModelVersion,
    fresh: UpToDate,
    limit: i64,
) -> Result<Vec<MemberId>> {
    let rows = sqlx::query_scalar!(
        "select member_id from scores
         where model_version = $1
           and (snapshot_id <> $2 or as_of < $3 or as_of > $4 or recheck_at <= $5)
         limit $6",
        model as _,
        fresh.snapshot as _,
        fresh.oldest,
        fresh.newest,
        fresh.now,
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

/// Counts the members that [`overtaken`] would return without a limit.
pub async fn count_overtaken(
    conn: &mut PgConnection,
    model: &ModelVersion,
    fresh: UpToDate,
) -> Result<i64> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from scores
           where model_version = $1
             and (snapshot_id <> $2 or as_of < $3 or as_of > $4 or recheck_at <= $5)"#,
        model as _,
        fresh.snapshot as _,
        fresh.oldest,
        fresh.newest,
        fresh.now
    )
    .fetch_one(conn)
    .await?;
    Ok(count)
}
