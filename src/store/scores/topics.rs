//! Topics with the number of their members, as of the latest rank snapshot.

use std::collections::BTreeMap;

use sqlx::PgConnection;

use crate::store::Result;
use renown_core::domain::{ModelVersion, Topic};

/// Comes after every text that begins with what it is added to.
const LAST: char = char::MAX;

/// Replaces the topics of a model.
pub async fn replace(
    conn: &mut PgConnection,
    model: &ModelVersion,
    sizes: &BTreeMap<&Topic, u64>,
) -> Result<()> {
    sqlx::query!(
        "delete from topic_members where model_version = $1",
        model as _
    )
    .execute(&mut *conn)
    .await?;
    let topics: Vec<&&Topic> = sizes.keys().collect();
    let members: Vec<i64> = sizes.values().map(|size| size.cast_signed()).collect();
    sqlx::query!(
        "insert into topic_members (model_version, topic, members)
         select $1, topic, members from unnest($2::text[], $3::bigint[]) as new (topic, members)",
        model as _,
        topics as _,
        &members
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Returns the topics with the most members.
pub async fn largest(
    conn: &mut PgConnection,
    model: &ModelVersion,
    limit: i64,
) -> Result<Vec<(Topic, u64)>> {
    let rows = sqlx::query!(
        "select topic, members from topic_members
         where model_version = $1 order by members desc, topic limit $2",
        model as _,
        limit
    )
    .fetch_all(conn)
    .await?;
    let rows = rows.into_iter();
    Ok(rows
        .map(|row| (row.topic, row.members.cast_unsigned()))
        .collect())
}

/// Returns the topics with the most members of those whose slug begins so, and of these
/// others.
pub async fn beginning(
    conn: &mut PgConnection,
    model: &ModelVersion,
    (start, others): (&Topic, &[Topic]),
    limit: i64,
) -> Result<Vec<(Topic, u64)>> {
    let start = start.as_str();
    let rows = sqlx::query!(
        "select topic, members from topic_members
         where model_version = $1 and (topic >= $2 and topic < $3 or topic = any($4))
         order by members desc, topic limit $5",
        model as _,
        start,
        format!("{start}{LAST}"),
        others as _,
        limit
    )
    .fetch_all(conn)
    .await?;
    let rows = rows.into_iter();
    Ok(rows
        .map(|row| (row.topic, row.members.cast_unsigned()))
        .collect())
}
