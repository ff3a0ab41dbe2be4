//! Ranks on the leaderboards of topics and percentiles of standings in programs, as of
//! the latest rank snapshot.

use sqlx::PgConnection;
use uuid::Uuid;

use crate::store::Result;
use renown_core::domain::{MemberId, ModelVersion, ProgramId, Topic};

/// The most rows of one statement.
const CHUNK: usize = 20_000;

/// Replaces all ranks of a model.
pub async fn replace(
    conn: &mut PgConnection,
    model: &ModelVersion,
    places: &[(MemberId, Topic, u32)],
) -> Result<()> {
    sqlx::query!(
        "delete from topic_ranks where model_version = $1",
        model as _
    )
    .execute(&mut *conn)
    .await?;
    for chunk in places.chunks(CHUNK) {
        let members: Vec<Uuid> = chunk.iter().map(|(member, ..)| member.0).collect();
        let topics: Vec<&str> = chunk.iter().map(|(_, topic, _)| topic.as_str()).collect();
        let ranks: Vec<i32> = chunk
            .iter()
            .map(|(.., rank)| i32::try_from(*rank).unwrap_or(i32::MAX))
            .collect();
        sqlx::query!(
            "insert into topic_ranks (member_id, model_version, topic, rank)
             select member_id, $4, topic, rank
             from unnest($1::uuid[], $2::text[], $3::integer[]) as new (member_id, topic, rank)",
            members as _,
            topics as _,
            &ranks,
            model as _
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

/// Replaces the percentiles of all standings in a program.
pub async fn replace_standings(
    conn: &mut PgConnection,
    program: &ProgramId,
    percentiles: &[(MemberId, f64)],
) -> Result<()> {
    sqlx::query!(
        "delete from standing_percentiles where program_id = $1",
        program as _
    )
    .execute(&mut *conn)
    .await?;
    for chunk in percentiles.chunks(CHUNK) {
        let members: Vec<Uuid> = chunk.iter().map(|(member, _)| member.0).collect();
        let shares: Vec<f64> = chunk.iter().map(|(_, percentile)| *percentile).collect();
        sqlx::query!(
            "insert into standing_percentiles (member_id, program_id, percentile)
             select member_id, $3, percentile
             from unnest($1::uuid[], $2::float8[]) as new (member_id, percentile)",
            members as _,
            &shares,
            program as _
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

/// Deletes the ranks and percentiles of members. Until the next snapshot the ranks of
/// others keep the gap.
pub async fn forget(conn: &mut PgConnection, members: &[MemberId]) -> Result<()> {
    sqlx::query!(
        "delete from topic_ranks where member_id = any($1)",
        members as _
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "delete from standing_percentiles where member_id = any($1)",
        members as _
    )
    .execute(conn)
    .await?;
    Ok(())
}
