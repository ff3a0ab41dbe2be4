//! Draws: seeds, commitments and results.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::store::{Result, StoreError};
use renown_core::domain::{
    Draw, Drawn, EntryId, Nonce, PerkId, ProgramId, Seed, StateKind, WaitOutcome,
};

struct Row {
    program_id: ProgramId,
    perk_id: PerkId,
    seed: Vec<u8>,
    commitment: Vec<u8>,
    committed_at: DateTime<Utc>,
    drawn_at: Option<DateTime<Utc>>,
    digest: Option<Vec<u8>>,
    entries: Option<i64>,
    units: Option<i64>,
}

/// Selects draws; `$which` continues the statement after `from`.
macro_rules! draws {
    ($which:tt, $($argument:expr),+ $(,)?) => {
        sqlx::query_as!(
            Row,
            "select program_id, perk_id, seed, commitment, committed_at, drawn_at, digest, entries,
                    units
             from draws " + $which,
            $($argument),+
        )
    };
}

impl TryFrom<Row> for Draw {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self> {
        let drawn = match (row.drawn_at, row.digest, row.entries, row.units) {
            (Some(at), Some(digest), Some(entries), Some(units)) => Some(Drawn {
                at,
                digest: bytes(digest)?,
                entries,
                units,
            }),
            _ => None,
        };
        Ok(Self {
            program: row.program_id,
            perk: row.perk_id,
            seed: Seed(bytes(row.seed)?),
            commitment: bytes(row.commitment)?,
            committed_at: row.committed_at,
            drawn,
        })
    }
}

fn bytes(stored: Vec<u8>) -> Result<[u8; 32]> {
    let wrong = |_| StoreError::Corrupt("32 bytes of a draw".into());
    stored.try_into().map_err(wrong)
}

/// Inserts an open draw, unless the perk has one already.
pub async fn open(conn: &mut PgConnection, draw: &Draw) -> Result<()> {
    sqlx::query!(
        "insert into draws (program_id, perk_id, seed, commitment, committed_at)
         values ($1, $2, $3, $4, $5)
         on conflict (program_id, perk_id) do nothing",
        draw.program as _,
        draw.perk as _,
        &draw.seed.0,
        &draw.commitment,
        draw.committed_at
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Returns a perk's draw.
pub async fn get(
    conn: &mut PgConnection,
    (program, perk): (&ProgramId, &PerkId),
) -> Result<Option<Draw>> {
    let row = draws!(
        "where program_id = $1 and perk_id = $2",
        program as _,
        perk as _
    )
    .fetch_optional(conn)
    .await?;
    row.map(TryInto::try_into).transpose()
}

/// Returns a perk's draw and takes a shared lock: until the end of the transaction the
/// draw cannot take place, but others may enter and withdraw.
pub async fn share(
    conn: &mut PgConnection,
    (program, perk): (&ProgramId, &PerkId),
) -> Result<Option<Draw>> {
    let row = draws!(
        "where program_id = $1 and perk_id = $2 for share",
        program as _,
        perk as _
    )
    .fetch_optional(conn)
    .await?;
    row.map(TryInto::try_into).transpose()
}

/// Returns a perk's draw and locks it: no entry can be added until the end of the
/// transaction. Waits for transactions that are adding entries.
pub async fn lock(
    conn: &mut PgConnection,
    (program, perk): (&ProgramId, &PerkId),
) -> Result<Option<Draw>> {
    let row = draws!(
        "where program_id = $1 and perk_id = $2 for update",
        program as _,
        perk as _
    )
    .fetch_optional(conn)
    .await?;
    row.map(TryInto::try_into).transpose()
}

/// Writes the result of a draw. The caller has [`lock`]ed it.
///
/// # Errors
/// [`StoreError::Corrupt`] if the draw took place before.
pub async fn close(conn: &mut PgConnection, draw: &Draw, drawn: &Drawn) -> Result<()> {
    let done = sqlx::query!(
        "update draws set drawn_at = $3, digest = $4, entries = $5, units = $6
         where program_id = $1 and perk_id = $2 and drawn_at is null",
        draw.program as _,
        draw.perk as _,
        drawn.at,
        &drawn.digest,
        drawn.entries,
        drawn.units
    )
    .execute(conn)
    .await?;
    match done.rows_affected() {
        1 => Ok(()),
        _ => Err(StoreError::Corrupt(format!(
            "the draw of {} was held before",
            draw.perk
        ))),
    }
}

/// Returns the draws that have not taken place yet.
pub async fn not_held(conn: &mut PgConnection) -> Result<Vec<(ProgramId, PerkId)>> {
    let rows = sqlx::query!(
        "select program_id, perk_id from draws where drawn_at is null order by program_id, perk_id"
    )
    .fetch_all(conn)
    .await?;
    let draws = rows.into_iter().map(|row| (row.program_id, row.perk_id));
    Ok(draws.collect())
}

/// The result of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fate {
    /// The entry.
    pub id: EntryId,
    /// The nonce that the entrant added, if any.
    pub nonce: Option<Nonce>,
    /// Its place in the drawn order, from 1.
    pub place: i64,
    /// How its wait ended; absent while it waits.
    pub outcome: Option<WaitOutcome>,
    /// The state of the claim that it became, if it did.
    pub claim: Option<StateKind>,
}

/// Returns the result of each entry of a draw that took place, in order of entry id.
pub async fn fates(
    conn: &mut PgConnection,
    (program, perk): (&ProgramId, &PerkId),
) -> Result<Vec<Fate>> {
    let rows = sqlx::query!(
        r#"select e.entry_id, e.nonce, w.outcome as "outcome?", w.claim_id as "claim_id?",
                  c.state as "claim?",
                  row_number() over (order by w.place) as "place!"
           from draw_entries e
           join waiting w on w.waiting_id = e.entry_id
           left join claims c on c.claim_id = w.claim_id
           where e.program_id = $1 and e.perk_id = $2 and e.withdrawn_at is null
           order by e.entry_id"#,
        program as _,
        perk as _
    )
    .fetch_all(conn)
    .await?;
    let fates = rows.into_iter().map(|row| {
        let outcome = row.outcome.as_deref();
        let outcome = outcome.map(|name| WaitOutcome::new(name, row.claim_id));
        Ok(Fate {
            id: row.entry_id,
            nonce: row.nonce,
            place: row.place,
            outcome: outcome.transpose()?,
            claim: row.claim,
        })
    });
    fates.collect()
}

/// Counts the entries that were not withdrawn.
pub async fn count(conn: &mut PgConnection, (program, perk): (&ProgramId, &PerkId)) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        r#"select count(*) as "count!" from draw_entries
           where program_id = $1 and perk_id = $2 and withdrawn_at is null"#,
        program as _,
        perk as _
    )
    .fetch_one(conn)
    .await?)
}
