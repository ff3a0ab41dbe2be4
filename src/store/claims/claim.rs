//! Claims: one row for each, from its hold to its end.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use sqlx::{PgConnection, QueryBuilder};
use uuid::Uuid;

use crate::store::{Result, StoreError};
use renown_core::domain::{
    CallerId, Claim, ClaimFilter, ClaimId, Code, CodeSource, Confirmed, Currency, Ended, Ending,
    GroupName, Held, MemberId, Money, Origin, PerkId, ProgramId, ProgramVersion, Redeemed, State,
    StateKind,
};

struct Row {
    claim_id: ClaimId,
    program_id: ProgramId,
    perk_id: PerkId,
    member_id: MemberId,
    program_version: ProgramVersion,
    origin: Origin,
    state: StateKind,
    held_at: DateTime<Utc>,
    confirmed_at: Option<DateTime<Utc>>,
    redeemed_at: Option<DateTime<Utc>>,
    ended_at: Option<DateTime<Utc>>,
    end_reason: Option<String>,
    expires_at: Option<DateTime<Utc>>,
    day: NaiveDate,
    value_amount: Option<Decimal>,
    value_currency: Option<Currency>,
    key_id: Option<CallerId>,
    redeemed_by: Option<CallerId>,
    code: Option<String>,
    code_source: Option<CodeSource>,
}

/// Selects claims with their codes; `$which` continues the statement after `from`.
macro_rules! claims {
    ($which:tt, $($argument:expr),+ $(,)?) => {
        sqlx::query_as!(
            Row,
            r#"select claims.claim_id, claims.program_id, claims.perk_id, member_id,
                      program_version, origin, state, held_at, confirmed_at, redeemed_at, ended_at,
                      end_reason, expires_at, day, value_amount, value_currency, key_id,
                      redeemed_by, codes.code as "code?", codes.source as "code_source?"
               from claims left join codes on codes.claim_id = claims.claim_id "#
                + $which,
            $($argument),+
        )
    };
}

impl Row {
    /// Builds the state from the columns. A constraint of the table keeps them
    /// consistent.
    fn state(&self) -> Result<State> {
        let missing = || StoreError::Corrupt(format!("the times of claim {}", self.claim_id));
        let end = |how| {
            Ok(State::Ended(Ended {
                how,
                at: self.ended_at.ok_or_else(missing)?,
                confirmed_at: self.confirmed_at,
            }))
        };
        match self.state {
            StateKind::Held => Ok(State::Held(Held {
                until: self.expires_at.ok_or_else(missing)?,
            })),
            StateKind::Confirmed => Ok(State::Confirmed(Confirmed {
                at: self.confirmed_at.ok_or_else(missing)?,
                redeem_by: self.expires_at,
            })),
            StateKind::Redeemed => Ok(State::Redeemed(Redeemed {
                confirmed_at: self.confirmed_at.ok_or_else(missing)?,
                at: self.redeemed_at.ok_or_else(missing)?,
                by: self.redeemed_by,
            })),
            StateKind::Released => end(Ending::Released),
            StateKind::Expired => end(Ending::Expired),
            StateKind::Cancelled | StateKind::Reversed => {
                let reason = self.end_reason.clone().unwrap_or_default();
                end(match self.redeemed_at {
                    None => Ending::Cancelled { reason },
                    Some(redeemed_at) => Ending::Reversed {
                        reason,
                        redeemed_at,
                        redeemed_by: self.redeemed_by,
                    },
                })
            }
        }
    }
}

impl TryFrom<Row> for Claim {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self> {
        let value = match (row.value_amount, &row.value_currency) {
            (Some(amount), Some(currency)) => Some(Money::new(amount, currency.clone())?),
            _ => None,
        };
        let code = row.code_source.zip(row.code.clone());
        Ok(Self {
            state: row.state()?,
            code: code.map(|(source, code)| Code::stored(source, code)),
            id: row.claim_id,
            program: row.program_id,
            perk: row.perk_id,
            member: row.member_id,
            version: row.program_version,
            origin: row.origin,
            held_at: row.held_at,
            day: row.day,
            value,
            caller: row.key_id,
        })
    }
}

/// Returns the state as the table has it. A reversed claim is a cancelled one that was
/// redeemed, which older versions of the service can read.
fn stored(kind: StateKind) -> StateKind {
    match kind {
        StateKind::Reversed => StateKind::Cancelled,
        kind => kind,
    }
}

/// The columns of a state.
struct Times<'a> {
    confirmed_at: Option<DateTime<Utc>>,
    redeemed_at: Option<DateTime<Utc>>,
    ended_at: Option<DateTime<Utc>>,
    end_reason: Option<&'a str>,
    redeemed_by: Option<CallerId>,
}

impl<'a> Times<'a> {
    fn of(state: &'a State) -> Self {
        let mut times = Self {
            confirmed_at: None,
            redeemed_at: None,
            ended_at: None,
            end_reason: None,
            redeemed_by: None,
        };
        match state {
            State::Held(_) => {}
            State::Confirmed(confirmed) => times.confirmed_at = Some(confirmed.at),
            State::Redeemed(redeemed) => {
                times.confirmed_at = Some(redeemed.confirmed_at);
                times.redeemed_at = Some(redeemed.at);
                times.redeemed_by = redeemed.by;
            }
            State::Ended(ended) => {
                times.confirmed_at = ended.confirmed_at;
                times.ended_at = Some(ended.at);
                times.end_reason = ended.how.reason();
                if let Ending::Reversed {
                    redeemed_at,
                    redeemed_by,
                    ..
                } = &ended.how
                {
                    times.redeemed_at = Some(*redeemed_at);
                    times.redeemed_by = *redeemed_by;
                }
            }
        }
        times
    }
}

/// Returns the claims of members in a program whose units are held or confirmed at a time,
/// oldest first.
pub async fn open(
    conn: &mut PgConnection,
    program: &ProgramId,
    members: &[MemberId],
    now: DateTime<Utc>,
) -> Result<Vec<Claim>> {
    let rows = claims!(
        "where member_id = any($1) and claims.program_id = $2 and state in ('held', 'confirmed')
             and (expires_at is null or expires_at > $3)
         order by claims.claim_id",
        members as _,
        program as _,
        now
    );
    let rows = rows.fetch_all(conn).await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// A claim to be inserted, with the exclusive group that its perk is in.
#[derive(Debug, Clone, Copy)]
pub struct NewClaim<'c> {
    /// The claim.
    pub claim: &'c Claim,
    /// The group, if there is one.
    pub group: Option<&'c GroupName>,
}

/// Inserts claims that are held or confirmed.
pub async fn insert(conn: &mut PgConnection, new: &[NewClaim<'_>]) -> Result<()> {
    /// Returns one column of all claims.
    fn column<'c, T>(new: &[NewClaim<'c>], of: impl Fn(&'c Claim) -> T) -> Vec<T> {
        new.iter().map(|new| of(new.claim)).collect()
    }
    let groups: Vec<Option<&GroupName>> = new.iter().map(|new| new.group).collect();
    sqlx::query!(
        "insert into claims (claim_id, program_id, perk_id, member_id, program_version, origin,
             state, held_at, confirmed_at, expires_at, day, value_amount, value_currency, key_id,
             exclusive_group)
         select * from unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::integer[],
             $6::text[], $7::text[], $8::timestamptz[], $9::timestamptz[], $10::timestamptz[],
             $11::date[], $12::numeric[], $13::text[], $14::uuid[], $15::text[])",
        column(new, |claim| claim.id) as _,
        column(new, |claim| &claim.program) as _,
        column(new, |claim| &claim.perk) as _,
        column(new, |claim| claim.member) as _,
        column(new, |claim| claim.version) as _,
        column(new, |claim| claim.origin) as _,
        column(new, |claim| stored(claim.state.kind())) as _,
        &column(new, |claim| claim.held_at),
        column(new, |claim| Times::of(&claim.state).confirmed_at) as _,
        column(new, |claim| claim.state.expires_at()) as _,
        &column(new, |claim| claim.day),
        column(new, |claim| claim.value.as_ref().map(Money::amount)) as _,
        column(new, |claim| claim.value.as_ref().map(Money::currency)) as _,
        column(new, |claim| claim.caller) as _,
        groups as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes a claim's new state. The caller has [`lock`]ed the claim.
///
/// # Errors
/// [`StoreError::Corrupt`] if there is no such claim.
pub async fn set_state(conn: &mut PgConnection, claim: &Claim) -> Result<()> {
    let times = Times::of(&claim.state);
    let done = sqlx::query!(
        "update claims set state = $2, confirmed_at = $3, redeemed_at = $4, ended_at = $5,
             end_reason = $6, expires_at = $7, redeemed_by = $8
         where claim_id = $1",
        claim.id as _,
        stored(claim.state.kind()) as _,
        times.confirmed_at,
        times.redeemed_at,
        times.ended_at,
        times.end_reason,
        claim.state.expires_at(),
        times.redeemed_by as _
    )
    .execute(conn)
    .await?;
    match done.rows_affected() {
        1 => Ok(()),
        _ => Err(StoreError::Corrupt(format!("claim {} is gone", claim.id))),
    }
}

/// Returns a claim.
pub async fn get(conn: &mut PgConnection, id: ClaimId) -> Result<Option<Claim>> {
    let row = claims!("where claims.claim_id = $1", id as _)
        .fetch_optional(conn)
        .await?;
    row.map(TryInto::try_into).transpose()
}

/// Returns a claim and locks it until the end of the transaction.
pub async fn lock(conn: &mut PgConnection, id: ClaimId) -> Result<Option<Claim>> {
    let row = claims!("where claims.claim_id = $1 for update of claims", id as _)
        .fetch_optional(conn)
        .await?;
    row.map(TryInto::try_into).transpose()
}

/// A claim whose time is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// The claim.
    pub id: ClaimId,
    /// When its time was over.
    pub at: DateTime<Utc>,
}

/// Returns claims whose time is over, ordered by that time, after a given one.
pub async fn due(
    conn: &mut PgConnection,
    now: DateTime<Utc>,
    after: Option<Due>,
    limit: i64,
) -> Result<Vec<Due>> {
    let (at, id) = after.map_or((DateTime::UNIX_EPOCH, Uuid::nil()), |due| {
        (due.at, due.id.0)
    });
    let rows = sqlx::query!(
        r#"select claim_id, expires_at as "expires_at!" from claims
           where expires_at <= $1 and (expires_at, claim_id) > ($2, $3)
           order by expires_at, claim_id limit $4"#,
        now,
        at,
        id,
        limit
    )
    .fetch_all(conn)
    .await?;
    let due = rows.into_iter().map(|row| Due {
        id: row.claim_id,
        at: row.expires_at,
    });
    Ok(due.collect())
}

/// Returns the held, confirmed and redeemed claims of these members on a perk.
pub async fn of_members(
    conn: &mut PgConnection,
    (program, perk): (&ProgramId, &PerkId),
    members: &[MemberId],
) -> Result<Vec<Claim>> {
    let rows = claims!(
        "where claims.program_id = $1 and claims.perk_id = $2 and member_id = any($3)
             and state in ('held', 'confirmed', 'redeemed')
           order by claims.claim_id",
        program as _,
        perk as _,
        members as _
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Returns the claims on units that are held for a member, in the order in which their
/// counts are locked.
pub async fn held_for(conn: &mut PgConnection, member: MemberId) -> Result<Vec<ClaimId>> {
    let ids = sqlx::query_scalar!(
        "select claim_id from claims where member_id = $1 and state = 'held'
         order by program_id, perk_id, claim_id",
        member as _
    );
    Ok(ids.fetch_all(conn).await?)
}

/// Returns a page of claims, latest first.
pub async fn page(conn: &mut PgConnection, filter: &ClaimFilter, rows: i64) -> Result<Vec<Claim>> {
    let ids = page_ids(conn, filter, rows).await?;
    let rows = claims!(
        "where claims.claim_id = any($1)
           order by claims.claim_id desc",
        ids as _
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Builds one statement for each combination of filters, so that each uses the right
/// index: Postgres would soon use a generic plan, without an index, for a statement
/// with `$1 is null or …`.
async fn page_ids(
    conn: &mut PgConnection,
    filter: &ClaimFilter,
    rows: i64,
) -> Result<Vec<ClaimId>> {
    let mut query = QueryBuilder::new("select claim_id from claims where true");
    if let Some(member) = filter.member {
        query.push(" and member_id = ").push_bind(member);
    }
    if let Some(program) = &filter.program {
        query.push(" and program_id = ").push_bind(program);
    }
    if let Some(perk) = &filter.perk {
        query.push(" and perk_id = ").push_bind(perk);
    }
    if let Some(state) = filter.state {
        query.push(" and state = ").push_bind(stored(state));
        match state {
            StateKind::Cancelled => query.push(" and redeemed_at is null"),
            StateKind::Reversed => query.push(" and redeemed_at is not null"),
            _ => &mut query,
        };
    }
    if let Some(before) = filter.before {
        query.push(" and claim_id < ").push_bind(before);
    }
    query.push(" order by claim_id desc limit ").push_bind(rows);
    Ok(query.build_query_scalar().fetch_all(conn).await?)
}
