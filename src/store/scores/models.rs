//! The scoring models of this database, of which one is in force.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::store::{Result, StoreError};
use renown_core::domain::{AccountId, MemberId, ModelState, ModelVersion};
use renown_core::scoring::ScoreMoves;

/// The channel on which it is said that another model is in force.
pub(in crate::store) const MODEL_CHANGED: &str = "model_changed";

/// A stored model.
#[derive(Debug, Clone)]
pub struct StoredModel {
    /// Its version.
    pub version: ModelVersion,
    /// The file.
    pub body: String,
    /// Where it stands.
    pub state: ModelState,
    /// When the state began.
    pub since: DateTime<Utc>,
    /// How far members would move, if it is or was ready.
    pub report: Option<ScoreMoves>,
}

struct Row {
    model_version: ModelVersion,
    body: String,
    state: String,
    since: DateTime<Utc>,
    report: Option<Json<ScoreMoves>>,
}

impl TryFrom<Row> for StoredModel {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            version: row.model_version,
            body: row.body,
            state: row.state.parse::<ModelState>().map_err(StoreError::from)?,
            since: row.since,
            report: row.report.map(|report| report.0),
        })
    }
}

/// Keeps others from registering a model or putting one in force until the end of the
/// transaction.
pub async fn lock(conn: &mut PgConnection) -> Result<()> {
    sqlx::query!("lock table models in share row exclusive mode")
        .execute(conn)
        .await?;
    Ok(())
}

/// Returns a model.
pub async fn get(conn: &mut PgConnection, version: &ModelVersion) -> Result<Option<StoredModel>> {
    let row = sqlx::query_as!(
        Row,
        r#"select model_version, body, state, since, report as "report: Json<ScoreMoves>"
           from models where model_version = $1"#,
        version as _
    )
    .fetch_optional(conn)
    .await?;
    row.map(StoredModel::try_from).transpose()
}

/// Returns the model in force; `None` if none was ever registered.
pub async fn in_force(conn: &mut PgConnection) -> Result<Option<StoredModel>> {
    let row = sqlx::query_as!(
        Row,
        r#"select model_version, body, state, since, report as "report: Json<ScoreMoves>"
           from models where state = 'in_force'"#
    )
    .fetch_optional(conn)
    .await?;
    row.map(StoredModel::try_from).transpose()
}

/// Returns the version of the model in force.
pub async fn version_in_force(conn: &mut PgConnection) -> Result<Option<ModelVersion>> {
    let version = sqlx::query_scalar!("select model_version from models where state = 'in_force'")
        .fetch_optional(conn)
        .await?;
    Ok(version)
}

/// Returns the models that are being built or ready.
pub async fn next(conn: &mut PgConnection) -> Result<Vec<StoredModel>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select model_version, body, state, since, report as "report: Json<ScoreMoves>"
           from models where state in ('building', 'ready') order by since"#
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(StoredModel::try_from).collect()
}

/// Returns the versions that have scores of members, latest checkpoint first.
pub async fn with_scores(conn: &mut PgConnection) -> Result<Vec<ModelVersion>> {
    let versions = sqlx::query_scalar!(
        "select model_version from projections where position > 0 order by position desc"
    )
    .fetch_all(conn)
    .await?;
    Ok(versions)
}

/// Writes a model with its state, in the place of an earlier state.
pub async fn set(
    conn: &mut PgConnection,
    (version, body): (&ModelVersion, &str),
    state: ModelState,
    since: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "insert into models (model_version, body, state, since) values ($1, $2, $3, $4)
         on conflict (model_version) do update
         set state = excluded.state, since = excluded.since",
        version as _,
        body,
        state.as_str(),
        since
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Says of a model that is being built that it is ready, or renews its report.
pub async fn set_ready(
    conn: &mut PgConnection,
    version: &ModelVersion,
    report: &ScoreMoves,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "update models set since = case state when 'ready' then since else $3 end,
             state = 'ready', report = $2
         where model_version = $1 and state in ('building', 'ready')",
        version as _,
        Json(report) as _,
        now
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Puts a model in force in the place of the present one, and queues all members to be
/// scored and judged by it. Every replica is notified on commit.
pub async fn put_in_force(
    conn: &mut PgConnection,
    version: &ModelVersion,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query!(
        "update models set state = 'retired', since = $1 where state = 'in_force'",
        now
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "update models set state = 'in_force', since = $2 where model_version = $1",
        version as _,
        now
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "insert into rescores (member_id) select member_id from members on conflict do nothing"
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!("select pg_notify($1, '')", MODEL_CHANGED)
        .fetch_one(conn)
        .await?;
    Ok(())
}

/// Removes up to `limit` accounts from the queue of the next model and returns them.
pub async fn take_refolds(conn: &mut PgConnection, limit: i64) -> Result<Vec<AccountId>> {
    let rows = sqlx::query_scalar!(
        "delete from next_refolds where account_id in
             (select account_id from next_refolds limit $1 for update skip locked)
         returning account_id",
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

/// Returns up to `limit` members that take part in scoring and have no score by a model.
pub async fn without_score(
    conn: &mut PgConnection,
    version: &ModelVersion,
    limit: i64,
) -> Result<Vec<MemberId>> {
    let rows = sqlx::query_scalar!(
        "select member_id from members m
         where scoring = 'active'
           and not exists (select from scores s
                           where s.member_id = m.member_id and s.model_version = $1)
         limit $2",
        version as _,
        limit
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}

/// Returns the scores of a page of members by two models, after a member, in order of
/// their ids: of those that have both.
pub async fn compared(
    conn: &mut PgConnection,
    [from, to]: [&ModelVersion; 2],
    after: Option<MemberId>,
    limit: i64,
) -> Result<Vec<(MemberId, [Option<f64>; 2])>> {
    let rows = sqlx::query!(
        "select a.member_id, a.influence as before, b.influence as after
         from scores a join scores b using (member_id)
         where a.model_version = $1 and b.model_version = $2
           and ($3::uuid is null or a.member_id > $3)
         order by a.member_id limit $4",
        from as _,
        to as _,
        after as _,
        limit
    )
    .fetch_all(conn)
    .await?;
    let pair = |row: (MemberId, Option<f64>, Option<f64>)| (row.0, [row.1, row.2]);
    Ok(rows
        .into_iter()
        .map(|row| pair((row.member_id, row.before, row.after)))
        .collect())
}

/// Deletes up to `limit` rows a table of what was computed with models that were retired
/// before a time. Snapshots and the history of scores stay. Returns how many.
pub async fn forget_retired(
    conn: &mut PgConnection,
    before: DateTime<Utc>,
    limit: i64,
) -> Result<u64> {
    let retired = sqlx::query_scalar!(
        "select model_version from models join projections using (model_version)
         where state = 'retired' and since < $1",
        before
    )
    .fetch_all(&mut *conn)
    .await?;
    let mut deleted = 0;
    for version in retired {
        deleted += forget(conn, &version, limit).await?;
    }
    Ok(deleted)
}

/// Deletes up to `limit` rows a table of what was computed with a model, and when nothing
/// is left, its checkpoint. Returns how many.
pub async fn forget(conn: &mut PgConnection, version: &ModelVersion, limit: i64) -> Result<u64> {
    let mut deleted = 0;
    macro_rules! delete {
        ($statement:literal) => {
            let done = sqlx::query!($statement, version as _, limit);
            deleted += done.execute(&mut *conn).await?.rows_affected();
        };
    }
    delete!(
        "delete from account_states where ctid = any(array(
             select ctid from account_states where model_version = $1 limit $2))"
    );
    delete!(
        "delete from topic_scores where ctid = any(array(
             select ctid from topic_scores where model_version = $1 limit $2))"
    );
    delete!(
        "delete from topic_ranks where ctid = any(array(
             select ctid from topic_ranks where model_version = $1 limit $2))"
    );
    delete!(
        "delete from scores where ctid = any(array(
             select ctid from scores where model_version = $1 limit $2))"
    );
    if deleted == 0 {
        let checkpoint = sqlx::query!(
            "delete from projections where model_version = $1",
            version as _
        );
        deleted = checkpoint.execute(conn).await?.rows_affected();
    }
    Ok(deleted)
}
