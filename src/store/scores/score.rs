//! Published scores and their leaderboards.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::store::Result;
use crate::store::insight::exposures;
use crate::store::scores::{history, ranks};
use renown_core::domain::{LeaderboardCursor, MemberId, ModelVersion, Score, SnapshotId, Topic};

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
    let bodies: Vec<Json<&Score>> = scores.iter().map(|(_, score)| Json(score)).collect();
    sqlx::query!(
        "insert into scores (member_id, model_version, snapshot_id, as_of, influence, body)
         select member_id, $6, snapshot_id, as_of, influence, body
         from unnest($1::uuid[], $2::bigint[], $3::timestamptz[], $4::float8[], $5::jsonb[])
             as new (member_id, snapshot_id, as_of, influence, body)
         on conflict (member_id, model_version) do update
         set snapshot_id = excluded.snapshot_id, as_of = excluded.as_of,
             influence = excluded.influence, body = excluded.body",
        &members as _,
        snapshots as _,
        &times,
        influences as _,
        bodies as _,
        model as _
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
        earned.map(|(topic, score)| (*member, topic, score.influence))
    });
    let mut owners = Vec::new();
    let mut topics = Vec::new();
    let mut influences = Vec::new();
    for (owner, topic, influence) in ranked {
        owners.push(owner);
        topics.push(topic);
        influences.push(influence);
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
        "insert into topic_scores (member_id, model_version, topic, influence)
         select member_id, $4, topic, influence
         from unnest($1::uuid[], $2::text[], $3::float8[]) as new (member_id, topic, influence)
         on conflict (member_id, model_version, topic) do update
         set influence = excluded.influence where topic_scores.influence <> excluded.influence",
        &owners as _,
        &topics as _,
        &influences,
        model as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Deletes what was computed about members that are no longer scored: scores, topic scores,
/// ranks, percentiles, score history and exposures.
pub async fn withdraw(conn: &mut PgConnection, members: &[MemberId]) -> Result<()> {
    sqlx::query!("delete from scores where member_id = any($1)", members as _)
        .execute(&mut *conn)
        .await?;
    sqlx::query!(
        "delete from topic_scores where member_id = any($1)",
        members as _
    )
    .execute(&mut *conn)
    .await?;
    ranks::forget(conn, members).await?;
    exposures::forget(conn, members).await?;
    history::forget(conn, members).await
}

/// Returns a page of the overall leaderboard, best first, after a cursor. Members that
/// opted out have no score and do not appear.
pub async fn leaderboard(
    conn: &mut PgConnection,
    model: &ModelVersion,
    after: Option<LeaderboardCursor>,
    limit: i64,
) -> Result<Vec<(MemberId, Score)>> {
    let (influence, member) = (
        after.map(|cursor| cursor.influence),
        after.map(|cursor| cursor.member.0),
    );
    let rows = sqlx::query!(
        r#"select member_id, body as "body: Json<Score>" from scores
           where model_version = $1 and influence is not null
             and ($2::float8 is null or influence < $2 or (influence = $2 and member_id > $3))
           order by influence desc, member_id
           limit $4"#,
        model as _,
        influence,
        member,
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.member_id, row.body.0))
        .collect())
}

/// Returns a page of a topic's leaderboard, best first, after a cursor.
pub async fn topic_leaderboard(
    conn: &mut PgConnection,
    model: &ModelVersion,
    topic: &Topic,
    after: Option<LeaderboardCursor>,
    limit: i64,
) -> Result<Vec<(MemberId, Score)>> {
    let (influence, member) = (
        after.map(|cursor| cursor.influence),
        after.map(|cursor| cursor.member.0),
    );
    let rows = sqlx::query!(
        r#"select t.member_id, s.body as "body: Json<Score>"
           from topic_scores t
           join scores s using (member_id, model_version)
           where t.model_version = $1 and t.topic = $2
             and ($3::float8 is null or t.influence < $3
                  or (t.influence = $3 and t.member_id > $4))
           order by t.influence desc, t.member_id
           limit $5"#,
        model as _,
        topic as _,
        influence,
        member,
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.member_id, row.body.0))
        .collect())
}

/// Returns members whose score is out of date: computed with another snapshot, before
/// `oldest` or after `newest`.
pub async fn overtaken(
    conn: &mut PgConnection,
    model: &ModelVersion,
    snapshot: SnapshotId,
    oldest: DateTime<Utc>,
    newest: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<MemberId>> {
    let rows = sqlx::query_scalar!(
        "select member_id from scores
         where model_version = $1 and (snapshot_id <> $2 or as_of < $3 or as_of > $4)
         limit $5",
        model as _,
        snapshot as _,
        oldest,
        newest,
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
    snapshot: SnapshotId,
    oldest: DateTime<Utc>,
    newest: DateTime<Utc>,
) -> Result<i64> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from scores
           where model_version = $1 and (snapshot_id <> $2 or as_of < $3 or as_of > $4)"#,
        model as _,
        snapshot as _,
        oldest,
        newest
    )
    .fetch_one(conn)
    .await?;
    Ok(count)
}
