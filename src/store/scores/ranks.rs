//! Places on the leaderboards of topics and among those who stand in a program,
//! as of the latest rank snapshot.

use sqlx::PgConnection;
use std::collections::BTreeMap;
use uuid::Uuid;

use crate::store::Result;
use crate::store::decisions::population::Range;
use renown_core::domain::{MemberId, ModelVersion, ProgramId, Topic};

/// The places of members, by topic.
///
/// # Errors
/// If the database does not answer.
pub async fn of(
    conn: &mut PgConnection,
    members: &[MemberId],
    model: &ModelVersion,
) -> Result<BTreeMap<MemberId, BTreeMap<Topic, u32>>> {
    let members: Vec<Uuid> = members.iter().map(|member| member.0).collect();
    let rows = sqlx::query!(
        "select member_id, topic, rank from topic_ranks
         where member_id = any($1) and model_version = $2",
        &members,
        model.as_str()
    )
    .fetch_all(conn)
    .await?;
    by_topic(
        rows.into_iter()
            .map(|row| (row.member_id, row.topic, row.rank)),
    )
}

/// The places of the members of a range, by topic.
///
/// # Errors
/// If the database does not answer.
pub async fn in_range(
    conn: &mut PgConnection,
    range: Range,
    model: &ModelVersion,
) -> Result<BTreeMap<MemberId, BTreeMap<Topic, u32>>> {
    let rows = sqlx::query!(
        "select member_id, topic, rank from topic_ranks
         where member_id > $1 and member_id <= $2 and model_version = $3",
        range.after.0,
        range.up_to.0,
        model.as_str()
    )
    .fetch_all(conn)
    .await?;
    by_topic(
        rows.into_iter()
            .map(|row| (row.member_id, row.topic, row.rank)),
    )
}

fn by_topic(
    rows: impl Iterator<Item = (Uuid, String, i32)>,
) -> Result<BTreeMap<MemberId, BTreeMap<Topic, u32>>> {
    let mut all: BTreeMap<MemberId, BTreeMap<Topic, u32>> = BTreeMap::new();
    for (member, topic, rank) in rows {
        let of_member = all.entry(MemberId(member)).or_default();
        of_member.insert(
            Topic::parse(&topic)?,
            u32::try_from(rank).unwrap_or(u32::MAX),
        );
    }
    Ok(all)
}

/// Rows of one statement.
const CHUNK: usize = 20_000;

/// Replaces all places of a model.
///
/// # Errors
/// If the database does not answer.
pub async fn replace(
    conn: &mut PgConnection,
    model: &ModelVersion,
    places: &[(MemberId, Topic, u32)],
) -> Result<()> {
    sqlx::query!(
        "delete from topic_ranks where model_version = $1",
        model.as_str()
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
            &members,
            topics as _,
            &ranks,
            model.as_str()
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

/// Where members stand among others, by program, in percent.
///
/// # Errors
/// If the database does not answer.
pub async fn standings_of(
    conn: &mut PgConnection,
    members: &[MemberId],
) -> Result<BTreeMap<MemberId, BTreeMap<ProgramId, f64>>> {
    let members: Vec<Uuid> = members.iter().map(|member| member.0).collect();
    let rows = sqlx::query!(
        "select member_id, program_id, percentile from standing_percentiles
         where member_id = any($1)",
        &members
    )
    .fetch_all(conn)
    .await?;
    let mut all: BTreeMap<MemberId, BTreeMap<ProgramId, f64>> = BTreeMap::new();
    for row in rows {
        let of_member = all.entry(MemberId(row.member_id)).or_default();
        of_member.insert(ProgramId::parse(&row.program_id)?, row.percentile);
    }
    Ok(all)
}

/// Where the members of a range stand among others in a program, in percent.
///
/// # Errors
/// If the database does not answer.
pub async fn standings_in_range(
    conn: &mut PgConnection,
    range: Range,
    program: &ProgramId,
) -> Result<BTreeMap<MemberId, f64>> {
    let rows = sqlx::query!(
        "select member_id, percentile from standing_percentiles
         where member_id > $1 and member_id <= $2 and program_id = $3",
        range.after.0,
        range.up_to.0,
        program.as_str()
    )
    .fetch_all(conn)
    .await?;
    let rows = rows.into_iter();
    Ok(rows
        .map(|row| (MemberId(row.member_id), row.percentile))
        .collect())
}

/// Replaces where everybody stands in a program.
///
/// # Errors
/// If the database does not answer.
pub async fn replace_standings(
    conn: &mut PgConnection,
    program: &ProgramId,
    percentiles: &[(MemberId, f64)],
) -> Result<()> {
    sqlx::query!(
        "delete from standing_percentiles where program_id = $1",
        program.as_str()
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
            &members,
            &shares,
            program.as_str()
        )
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}
