//! The whole population, read in ranges of member ids: a range scan a table
//! costs a third of looking the same members up one by one.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool, Postgres, QueryBuilder, Transaction};
use std::collections::BTreeMap;
use uuid::Uuid;

use crate::store::claims::usage;
use crate::store::claims::usage::Claimed;
use crate::store::members::Member;
use crate::store::programs::tiers::HeldTier;
use crate::store::programs::{grants, tiers};
use crate::store::scores::ranks;
use crate::store::{Result, StoreError, members};
use renown_core::domain::{
    Grant, ImportedIndex, IndexName, MemberId, ModelVersion, Network, ProgramId, Score, Topic,
};

/// Members after the first id up to the last.
#[derive(Debug, Clone, Copy)]
pub struct Range {
    /// The last member of the range before.
    pub after: MemberId,
    /// The last member of this one.
    pub up_to: MemberId,
}

/// What programs read of the members of a range, as it was stored. The scores
/// are still text: reading them is most of the work, and not for the thread
/// that talks to the database.
#[derive(Debug)]
pub struct Stored {
    /// Those who take part in scoring, in order of their ids.
    pub members: Vec<Member>,
    /// By member.
    pub networks: BTreeMap<MemberId, Vec<Network>>,
    /// By member.
    pub imported: BTreeMap<MemberId, BTreeMap<IndexName, ImportedIndex>>,
    /// Their places on the leaderboards of topics.
    pub ranks: BTreeMap<MemberId, BTreeMap<Topic, u32>>,
    /// Where they stand among others in the program.
    pub standing_percentiles: BTreeMap<MemberId, f64>,
    /// The tiers that members hold in the program.
    pub held: BTreeMap<MemberId, HeldTier>,
    /// What people gave them in the program.
    pub grants: BTreeMap<MemberId, Vec<Grant>>,
    /// What members have claimed in the program and not given back.
    pub claimed: BTreeMap<MemberId, Claimed>,
    scores: Vec<(MemberId, String)>,
}

impl Stored {
    /// Reads the scores. Takes microseconds a member.
    ///
    /// # Errors
    /// If one is not what this version writes.
    pub fn scores(&self) -> Result<BTreeMap<MemberId, Score>> {
        let read = |(member, body): &(MemberId, String)| Ok((*member, serde_json::from_str(body)?));
        self.scores.iter().map(read).collect()
    }
}

/// Begins another that sees the same moment as one that is under way.
///
/// # Errors
/// If the database does not answer.
pub async fn begin_beside(
    pool: &PgPool,
    first: &mut PgConnection,
) -> Result<Transaction<'static, Postgres>> {
    let snapshot = sqlx::query_scalar!(r#"select pg_export_snapshot() as "name!""#)
        .fetch_one(first)
        .await?;
    let plain = |c: char| c.is_ascii_hexdigit() || c == '-';
    if !snapshot.chars().all(plain) {
        return Err(StoreError::Corrupt(format!("a snapshot '{snapshot}'")));
    }
    let mut transaction = crate::store::begin_reading(pool).await?;
    // It takes no parameters; the name is digits and dashes.
    let statement = format!("set transaction snapshot '{snapshot}'");
    QueryBuilder::new(statement)
        .build()
        .execute(&mut *transaction)
        .await?;
    Ok(transaction)
}

/// How many members take part in scoring.
///
/// # Errors
/// If the database does not answer.
pub async fn count(conn: &mut PgConnection) -> Result<u64> {
    let count =
        sqlx::query_scalar!(r#"select count(*) as "count!" from members where scoring = 'active'"#)
            .fetch_one(conn)
            .await?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// The whole population in ranges of so many members.
///
/// # Errors
/// If the database does not answer.
pub async fn ranges(conn: &mut PgConnection, members: i64) -> Result<Vec<Range>> {
    let ends = sqlx::query_scalar!(
        r#"select member_id as "member_id!" from (
               select member_id, row_number() over (order by member_id) as place from members
           ) numbered
           where place % $1 = 0 order by member_id"#,
        members
    )
    .fetch_all(conn)
    .await?;
    let mut after = MemberId(Uuid::nil());
    let ends = ends.into_iter().chain([Uuid::max()]);
    let range = |end| Range {
        after: std::mem::replace(&mut after, MemberId(end)),
        up_to: MemberId(end),
    };
    Ok(ends.map(range).collect())
}

/// About the given share of the members who take part in scoring, always the
/// same ones, spread evenly whatever their ids have in common.
///
/// # Errors
/// If the database does not answer.
pub async fn sample(conn: &mut PgConnection, share: f64) -> Result<Vec<MemberId>> {
    let hashes = f64::from(u32::MAX) + 1.0;
    let ids = sqlx::query_scalar!(
        "select member_id from members
         where scoring = 'active' and uuid_hash_extended(member_id, 0) & 4294967295 < $1
         order by member_id",
        (share.clamp(0.0, 1.0) * hashes) as i64
    )
    .fetch_all(conn)
    .await?;
    Ok(ids.into_iter().map(MemberId).collect())
}

/// What programs read of the members of a range.
///
/// # Errors
/// If the database does not answer.
pub async fn read(
    conn: &mut PgConnection,
    range: Range,
    program: &ProgramId,
    model: &ModelVersion,
    now: DateTime<Utc>,
) -> Result<Stored> {
    Ok(Stored {
        members: members::active_in(conn, range.after, range.up_to).await?,
        networks: networks(conn, range).await?,
        imported: imported(conn, range).await?,
        ranks: ranks::in_range(conn, range, model).await?,
        standing_percentiles: ranks::standings_in_range(conn, range, program).await?,
        held: tiers::held_in(conn, range, program).await?,
        grants: grants::in_range(conn, range, program, now).await?,
        claimed: usage::claimed_in(conn, range, program).await?,
        scores: scores(conn, range, model).await?,
    })
}

async fn networks(
    conn: &mut PgConnection,
    range: Range,
) -> Result<BTreeMap<MemberId, Vec<Network>>> {
    let rows = sqlx::query!(
        r#"select member_id as "member_id!", network from accounts
           where member_id > $1 and member_id <= $2"#,
        range.after.0,
        range.up_to.0
    )
    .fetch_all(conn)
    .await?;
    let mut networks: BTreeMap<MemberId, Vec<Network>> = BTreeMap::new();
    for row in rows {
        let of_member = networks.entry(MemberId(row.member_id)).or_default();
        of_member.push(Network::parse(&row.network)?);
    }
    Ok(networks)
}

async fn imported(
    conn: &mut PgConnection,
    range: Range,
) -> Result<BTreeMap<MemberId, BTreeMap<IndexName, ImportedIndex>>> {
    let rows = sqlx::query!(
        "select member_id, index_name, score, provenance, as_of from member_indices
         where member_id > $1 and member_id <= $2",
        range.after.0,
        range.up_to.0
    )
    .fetch_all(conn)
    .await?;
    let mut imported: BTreeMap<MemberId, BTreeMap<IndexName, ImportedIndex>> = BTreeMap::new();
    for row in rows {
        let index = ImportedIndex {
            score: row.score,
            provenance: row.provenance,
            as_of: row.as_of,
        };
        let of_member = imported.entry(MemberId(row.member_id)).or_default();
        of_member.insert(IndexName::parse(&row.index_name)?, index);
    }
    Ok(imported)
}

async fn scores(
    conn: &mut PgConnection,
    range: Range,
    model: &ModelVersion,
) -> Result<Vec<(MemberId, String)>> {
    let rows = sqlx::query!(
        r#"select member_id, body::text as "body!" from scores
           where member_id > $1 and member_id <= $2 and model_version = $3"#,
        range.after.0,
        range.up_to.0,
        model.as_str()
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| (MemberId(row.member_id), row.body))
        .collect())
}
