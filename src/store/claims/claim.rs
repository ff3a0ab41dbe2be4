//! Claims: one row each, from the hold to its end.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use sqlx::{PgConnection, QueryBuilder};
use uuid::Uuid;

use crate::store::{Result, StoreError};
use renown_core::domain::{
    Claim, ClaimId, Code, CodeSource, Confirmed, Currency, Ended, Ending, Held, KeyId, MemberId,
    Money, Origin, PerkId, ProgramId, ProgramVersion, Redeemed, State,
};

/// Which claims a list has.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Only those of one program.
    pub program: Option<ProgramId>,
    /// Only those on one perk.
    pub perk: Option<PerkId>,
    /// Only one member's.
    pub member: Option<MemberId>,
    /// Only those in a state, by its name.
    pub state: Option<String>,
    /// Only those before this one.
    pub before: Option<ClaimId>,
}

struct Row {
    claim_id: Uuid,
    program_id: String,
    perk_id: String,
    member_id: Uuid,
    program_version: i32,
    origin: String,
    state: String,
    held_at: DateTime<Utc>,
    confirmed_at: Option<DateTime<Utc>>,
    redeemed_at: Option<DateTime<Utc>>,
    ended_at: Option<DateTime<Utc>>,
    end_reason: Option<String>,
    expires_at: Option<DateTime<Utc>>,
    day: NaiveDate,
    value_amount: Option<Decimal>,
    value_currency: Option<String>,
    key_id: Option<Uuid>,
    redeemed_by: Option<Uuid>,
    code: Option<String>,
    code_source: Option<String>,
}

impl Row {
    fn code(&self) -> Result<Option<Code>> {
        let (Some(code), Some(source)) = (&self.code, &self.code_source) else {
            return Ok(None);
        };
        let source = CodeSource::parse(source)
            .ok_or_else(|| StoreError::Corrupt(format!("a code that is '{source}'")))?;
        Ok(Some(Code::stored(source, code.clone())))
    }

    /// The state that the columns say; the table's constraint sees to it that
    /// they say one.
    fn state(&self) -> Result<State> {
        let missing = || StoreError::Corrupt(format!("the times of claim {}", self.claim_id));
        let end = |how| {
            Ok(State::Ended(Ended {
                how,
                at: self.ended_at.ok_or_else(missing)?,
                confirmed_at: self.confirmed_at,
            }))
        };
        match self.state.as_str() {
            "held" => Ok(State::Held(Held {
                until: self.expires_at.ok_or_else(missing)?,
            })),
            "confirmed" => Ok(State::Confirmed(Confirmed {
                at: self.confirmed_at.ok_or_else(missing)?,
                redeem_by: self.expires_at,
            })),
            "redeemed" => Ok(State::Redeemed(Redeemed {
                confirmed_at: self.confirmed_at.ok_or_else(missing)?,
                at: self.redeemed_at.ok_or_else(missing)?,
                by: self.redeemed_by.map(KeyId),
            })),
            "released" => end(Ending::Released),
            "expired" => end(Ending::Expired),
            "cancelled" => end(Ending::Cancelled {
                reason: self.end_reason.clone().unwrap_or_default(),
            }),
            other => Err(StoreError::Corrupt(format!("a claim that is '{other}'"))),
        }
    }
}

impl TryFrom<Row> for Claim {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self> {
        let origin = Origin::parse(&row.origin)
            .ok_or_else(|| StoreError::Corrupt(format!("a claim by '{}'", row.origin)))?;
        let value = match (row.value_amount, &row.value_currency) {
            (Some(amount), Some(currency)) => Some(Money::new(amount, Currency::parse(currency)?)?),
            _ => None,
        };
        Ok(Self {
            state: row.state()?,
            code: row.code()?,
            id: ClaimId(row.claim_id),
            program: ProgramId::parse(&row.program_id)?,
            perk: PerkId::parse(&row.perk_id)?,
            member: MemberId(row.member_id),
            version: ProgramVersion(row.program_version),
            origin,
            held_at: row.held_at,
            day: row.day,
            value,
            key: row.key_id.map(KeyId),
        })
    }
}

/// What of a state its columns say.
struct Times<'a> {
    confirmed_at: Option<DateTime<Utc>>,
    redeemed_at: Option<DateTime<Utc>>,
    ended_at: Option<DateTime<Utc>>,
    end_reason: Option<&'a str>,
    redeemed_by: Option<KeyId>,
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
                if let Ending::Cancelled { reason } = &ended.how {
                    times.end_reason = Some(reason);
                }
            }
        }
        times
    }
}

/// Writes a new claim.
///
/// # Errors
/// If the database does not answer.
pub async fn insert(conn: &mut PgConnection, claim: &Claim) -> Result<()> {
    let times = Times::of(&claim.state);
    sqlx::query!(
        "insert into claims (claim_id, program_id, perk_id, member_id, program_version, origin,
             state, held_at, confirmed_at, redeemed_at, ended_at, end_reason, expires_at, day,
             value_amount, value_currency, key_id, redeemed_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
        claim.id.0,
        claim.program.as_str(),
        claim.perk.as_str(),
        claim.member.0,
        claim.version.0,
        claim.origin.as_str(),
        claim.state.as_str(),
        claim.held_at,
        times.confirmed_at,
        times.redeemed_at,
        times.ended_at,
        times.end_reason,
        claim.state.expires_at(),
        claim.day,
        claim.value.as_ref().map(Money::amount),
        claim.value.as_ref().map(|value| value.currency().as_str()),
        claim.key.map(|key| key.0),
        times.redeemed_by.map(|key| key.0)
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Writes the state that a claim has come to. The caller has [`lock`]ed it.
///
/// # Errors
/// [`StoreError::Corrupt`] if there is no such claim.
pub async fn set_state(conn: &mut PgConnection, claim: &Claim) -> Result<()> {
    let times = Times::of(&claim.state);
    let done = sqlx::query!(
        "update claims set state = $2, confirmed_at = $3, redeemed_at = $4, ended_at = $5,
             end_reason = $6, expires_at = $7, redeemed_by = $8
         where claim_id = $1",
        claim.id.0,
        claim.state.as_str(),
        times.confirmed_at,
        times.redeemed_at,
        times.ended_at,
        times.end_reason,
        claim.state.expires_at(),
        times.redeemed_by.map(|key| key.0)
    )
    .execute(conn)
    .await?;
    match done.rows_affected() {
        1 => Ok(()),
        _ => Err(StoreError::Corrupt(format!("claim {} is gone", claim.id))),
    }
}

/// One claim.
///
/// # Errors
/// If the database does not answer.
pub async fn get(conn: &mut PgConnection, id: ClaimId) -> Result<Option<Claim>> {
    let row = sqlx::query_as!(
        Row,
        r#"select claims.claim_id, claims.program_id, claims.perk_id, member_id, program_version, origin,
                  state, held_at, confirmed_at, redeemed_at, ended_at, end_reason, expires_at, day,
                  value_amount, value_currency, key_id, redeemed_by,
                  codes.code as "code?", codes.source as "code_source?"
           from claims left join codes on codes.claim_id = claims.claim_id
           where claims.claim_id = $1"#,
        id.0
    )
    .fetch_optional(conn)
    .await?;
    row.map(TryInto::try_into).transpose()
}

/// One claim, which nobody else moves until the transaction ends.
///
/// # Errors
/// If the database does not answer.
pub async fn lock(conn: &mut PgConnection, id: ClaimId) -> Result<Option<Claim>> {
    let row = sqlx::query_as!(
        Row,
        r#"select claims.claim_id, claims.program_id, claims.perk_id, member_id, program_version, origin,
                  state, held_at, confirmed_at, redeemed_at, ended_at, end_reason, expires_at, day,
                  value_amount, value_currency, key_id, redeemed_by,
                  codes.code as "code?", codes.source as "code_source?"
           from claims left join codes on codes.claim_id = claims.claim_id
           where claims.claim_id = $1 for update of claims"#,
        id.0
    )
    .fetch_optional(conn)
    .await?;
    row.map(TryInto::try_into).transpose()
}

/// A claim whose time is over, and when it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// Which.
    pub id: ClaimId,
    /// When its time was over.
    pub at: DateTime<Utc>,
}

/// Claims whose time is over, in that order, after one of them.
///
/// # Errors
/// If the database does not answer.
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
        id: ClaimId(row.claim_id),
        at: row.expires_at,
    });
    Ok(due.collect())
}

/// The claims of these members on a perk that were not given back.
///
/// # Errors
/// If the database does not answer.
pub async fn of_members(
    conn: &mut PgConnection,
    (program, perk): (&ProgramId, &PerkId),
    members: &[MemberId],
) -> Result<Vec<Claim>> {
    let ids: Vec<Uuid> = members.iter().map(|member| member.0).collect();
    let rows = sqlx::query_as!(
        Row,
        r#"select claims.claim_id, claims.program_id, claims.perk_id, member_id, program_version, origin,
                  state, held_at, confirmed_at, redeemed_at, ended_at, end_reason, expires_at, day,
                  value_amount, value_currency, key_id, redeemed_by,
                  codes.code as "code?", codes.source as "code_source?"
           from claims left join codes on codes.claim_id = claims.claim_id
           where claims.program_id = $1 and claims.perk_id = $2 and member_id = any($3)
             and state in ('held', 'confirmed', 'redeemed')
           order by claims.claim_id"#,
        program.as_str(),
        perk.as_str(),
        &ids
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// A page of claims, latest first.
///
/// # Errors
/// If the database does not answer.
pub async fn page(conn: &mut PgConnection, wanted: &Wanted, rows: i64) -> Result<Vec<Claim>> {
    let ids = page_ids(conn, wanted, rows).await?;
    let rows = sqlx::query_as!(
        Row,
        r#"select claims.claim_id, claims.program_id, claims.perk_id, member_id, program_version, origin,
                  state, held_at, confirmed_at, redeemed_at, ended_at, end_reason, expires_at, day,
                  value_amount, value_currency, key_id, redeemed_by,
                  codes.code as "code?", codes.source as "code_source?"
           from claims left join codes on codes.claim_id = claims.claim_id
           where claims.claim_id = any($1)
           order by claims.claim_id desc"#,
        &ids
    )
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// A statement for each way of asking, so that each gets the index that it needs:
/// one that leaves out what is null would soon be planned for none.
async fn page_ids(conn: &mut PgConnection, wanted: &Wanted, rows: i64) -> Result<Vec<Uuid>> {
    let mut query = QueryBuilder::new("select claim_id from claims where true");
    if let Some(member) = wanted.member {
        query.push(" and member_id = ").push_bind(member.0);
    }
    if let Some(program) = &wanted.program {
        query.push(" and program_id = ").push_bind(program.as_str());
    }
    if let Some(perk) = &wanted.perk {
        query.push(" and perk_id = ").push_bind(perk.as_str());
    }
    if let Some(state) = &wanted.state {
        query.push(" and state = ").push_bind(state.as_str());
    }
    if let Some(before) = wanted.before {
        query.push(" and claim_id < ").push_bind(before.0);
    }
    query.push(" order by claim_id desc limit ").push_bind(rows);
    Ok(query.build_query_scalar().fetch_all(conn).await?)
}
