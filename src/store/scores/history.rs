//! The score history: the last score of each day.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;

use crate::store::Result;
use renown_core::domain::{
    DayRange, DayScore, Index, Interval, MemberId, ModelVersion, SnapshotId,
};

struct Row {
    day: NaiveDate,
    as_of: DateTime<Utc>,
    model_version: ModelVersion,
    snapshot_id: SnapshotId,
    influence: Option<f64>,
    influence_lower: Option<f64>,
    influence_upper: Option<f64>,
    influence_percentile: Option<f64>,
    influence_evidence: Option<f64>,
    value: Option<f64>,
    value_lower: Option<f64>,
    value_upper: Option<f64>,
    value_percentile: Option<f64>,
    value_evidence: Option<f64>,
}

impl From<Row> for DayScore {
    fn from(row: Row) -> Self {
        Self {
            day: row.day,
            as_of: row.as_of,
            model: row.model_version,
            snapshot: row.snapshot_id,
            influence: index(
                row.influence,
                row.influence_lower.zip(row.influence_upper),
                row.influence_percentile,
                row.influence_evidence,
            ),
            value: index(
                row.value,
                row.value_lower.zip(row.value_upper),
                row.value_percentile,
                row.value_evidence,
            ),
        }
    }
}

fn index(
    score: Option<f64>,
    bounds: Option<(f64, f64)>,
    percentile: Option<f64>,
    evidence: Option<f64>,
) -> Index {
    match (score, bounds, evidence) {
        (Some(score), Some((lower, upper)), Some(evidence)) => Index::Known {
            score,
            interval: Interval { lower, upper },
            percentile,
            evidence,
        },
        _ => Index::Unknown,
    }
}

/// Writes the current scores of members into the history; each replaces an earlier one
/// of the same day.
pub(super) async fn keep(
    conn: &mut PgConnection,
    members: &[MemberId],
    model: &ModelVersion,
) -> Result<()> {
    sqlx::query!(
        "insert into score_history (member_id, day, model_version, snapshot_id, as_of,
             influence, influence_lower, influence_upper, influence_percentile, influence_evidence,
             value, value_lower, value_upper, value_percentile, value_evidence)
         select s.member_id, (s.as_of at time zone 'UTC')::date, s.model_version, s.snapshot_id, s.as_of,
             i.score, i.lower, i.upper, i.percentile, i.evidence,
             v.score, v.lower, v.upper, v.percentile, v.evidence
         from scores s
         cross join jsonb_to_record(s.body -> 'influence') as i (score float8, lower float8,
             upper float8, percentile float8, evidence float8)
         cross join jsonb_to_record(s.body -> 'value') as v (score float8, lower float8,
             upper float8, percentile float8, evidence float8)
         where s.member_id = any($1) and s.model_version = $2
         order by s.member_id
         on conflict (member_id, day, model_version) do update
         set snapshot_id = excluded.snapshot_id, as_of = excluded.as_of,
             influence = excluded.influence, influence_lower = excluded.influence_lower,
             influence_upper = excluded.influence_upper,
             influence_percentile = excluded.influence_percentile,
             influence_evidence = excluded.influence_evidence,
             value = excluded.value, value_lower = excluded.value_lower,
             value_upper = excluded.value_upper, value_percentile = excluded.value_percentile,
             value_evidence = excluded.value_evidence",
        members as _,
        model as _)
    .execute(conn)
    .await?;
    Ok(())
}

/// Deletes the history of members.
pub(in crate::store) async fn forget(conn: &mut PgConnection, members: &[MemberId]) -> Result<()> {
    sqlx::query!(
        "delete from score_history where member_id = any($1)",
        members as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Returns a page of a member's days, latest first, before a day if one is given. If
/// several models published on a day, the score of the given model comes first, then
/// the latest.
pub async fn page(
    conn: &mut PgConnection,
    member: MemberId,
    model: &ModelVersion,
    days: DayRange,
    before: Option<NaiveDate>,
    limit: i64,
) -> Result<Vec<DayScore>> {
    let rows = sqlx::query_as!(
        Row,
        "select distinct on (day) day, as_of, model_version, snapshot_id,
             influence, influence_lower, influence_upper, influence_percentile, influence_evidence,
             value, value_lower, value_upper, value_percentile, value_evidence
         from score_history
         where member_id = $1 and ($3::date is null or day >= $3)
           and ($4::date is null or day <= $4) and ($5::date is null or day < $5)
         order by day desc, model_version = $2 desc, as_of desc
         limit $6",
        member as _,
        model as _,
        days.from,
        days.to,
        before,
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// The influence of a member as it was published on a day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PastInfluence {
    /// The influence.
    pub score: f64,
    /// Its lower end.
    pub lower: f64,
}

/// Returns the influence by a model that was published last for each member up to a day; none
/// of a member of whom it was unknown.
pub async fn up_to(
    conn: &mut PgConnection,
    members: &[MemberId],
    model: &ModelVersion,
    day: NaiveDate,
) -> Result<BTreeMap<MemberId, PastInfluence>> {
    let rows = sqlx::query!(
        r#"select wanted.member_id as "member_id!: MemberId", past.influence, past.influence_lower
           from unnest($1::uuid[]) as wanted (member_id)
           cross join lateral (
               select influence, influence_lower from score_history h
               where h.member_id = wanted.member_id and h.day <= $2 and h.model_version = $3
               order by h.day desc limit 1) past"#,
        members as _,
        day,
        model as _
    )
    .fetch_all(conn)
    .await?;
    let known = rows.into_iter().filter_map(|row| {
        let past = PastInfluence {
            score: row.influence?,
            lower: row.influence_lower?,
        };
        Some((row.member_id, past))
    });
    Ok(known.collect())
}

/// Deletes up to `limit` entries from before a day and returns how many.
pub async fn prune(conn: &mut PgConnection, before: NaiveDate, limit: i64) -> Result<u64> {
    let pruned = sqlx::query!(
        "delete from score_history where ctid = any(array(
             select ctid from score_history where day < $1 limit $2 for update skip locked))",
        before,
        limit
    )
    .execute(conn)
    .await?;
    Ok(pruned.rows_affected())
}
