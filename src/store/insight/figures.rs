//! Figures about all members: counted here for the job that measures them, and kept until it
//! measures again.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::PgConnection;

use crate::store::Result;
use crate::store::scores::StoredScore;
use renown_core::domain::{
    Figure, MemberCounts, MemberId, ModelVersion, PerkClaims, PerkId, ProgramId, Score, TierId,
};

/// What a figure says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FigureKind {
    /// How many members there are.
    Members,
    /// Where members stand in a program.
    Standings,
    /// How many members have each tier of a program.
    Tiers,
    /// How many units of each perk of a program are claimed.
    Perks,
    /// Up to which position of the log events were counted.
    Events,
    /// How many units were held in each hour.
    Claims,
    /// How many messages of each type there were.
    Messages,
    /// How many members had a score, and how far the scorer was behind, in the last 24 hours.
    Recent,
}

impl FigureKind {
    fn as_str(self) -> &'static str {
        match self {
            Self::Members => "members",
            Self::Standings => "standings",
            Self::Tiers => "tiers",
            Self::Perks => "perks",
            Self::Events => "events",
            Self::Claims => "claims",
            Self::Messages => "messages",
            Self::Recent => "recent",
        }
    }
}

/// Returns a figure; `None` if it was never measured, or another version of the service wrote
/// it in a form that this one does not read. Without a program it is about all.
pub async fn latest<T: DeserializeOwned>(
    conn: &mut PgConnection,
    kind: FigureKind,
    program: Option<&ProgramId>,
) -> Result<Option<Figure<T>>> {
    let row = sqlx::query!(
        "select measured_at, body from figures where kind = $1 and program_id = $2",
        kind.as_str(),
        program.map_or("", ProgramId::as_str)
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.and_then(|row| {
        Some(Figure {
            at: row.measured_at,
            body: serde_json::from_value(row.body).ok()?,
        })
    }))
}

/// Puts a figure in the place of the one before.
pub async fn save(
    conn: &mut PgConnection,
    kind: FigureKind,
    program: Option<&ProgramId>,
    figure: &Figure<impl Serialize>,
) -> Result<()> {
    sqlx::query!(
        "insert into figures (kind, program_id, measured_at, body) values ($1, $2, $3, $4)
         on conflict (kind, program_id) do update
         set measured_at = excluded.measured_at, body = excluded.body",
        kind.as_str(),
        program.map_or("", ProgramId::as_str),
        figure.at,
        serde_json::to_value(&figure.body)?
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Counts the members.
pub async fn count_members(conn: &mut PgConnection, model: &ModelVersion) -> Result<MemberCounts> {
    let members = sqlx::query!(
        r#"select count(*) filter (where scoring = 'active') as "active!",
                  count(*) filter (where scoring = 'opted_out' and ended_at is null) as "opted_out!"
           from members"#
    )
    .fetch_one(&mut *conn)
    .await?;
    let scored = sqlx::query_scalar!(
        r#"select count(*) as "count!" from scores
           where model_version = $1 and influence is not null"#,
        model as _
    )
    .fetch_one(conn)
    .await?;
    Ok(MemberCounts {
        active: members.active.cast_unsigned(),
        opted_out: members.opted_out.cast_unsigned(),
        scored: scored.cast_unsigned(),
    })
}

/// Returns at most this many of the members who take part in scoring, each with the score by
/// a model, if there is one. A hash of the id selects them, so that the sample is always the
/// same and evenly spread.
pub async fn sample_scores(
    conn: &mut PgConnection,
    model: &ModelVersion,
    limit: i64,
) -> Result<Vec<(MemberId, Option<Score>)>> {
    let rows = sqlx::query!(
        r#"select m.member_id, s.packed as "packed?",
                  case when s.packed is null then s.body::text end as body
           from (select member_id from members where scoring = 'active'
                 order by uuid_hash_extended(member_id, 0) & 4294967295, member_id
                 limit $2) m
           left join scores s on s.member_id = m.member_id and s.model_version = $1
           order by m.member_id"#,
        model as _,
        limit
    )
    .fetch_all(conn)
    .await?;
    let mut scores = Vec::with_capacity(rows.len());
    for row in rows {
        let stored = match (row.packed, row.body) {
            (None, None) => None,
            (packed, body) => Some(StoredScore::new(packed, body)?),
        };
        let score = stored.map(|stored| stored.read()).transpose()?;
        scores.push((row.member_id, score));
    }
    Ok(scores)
}

/// Counts the claims of each perk of a program, and those held since a time.
pub async fn count_claims(
    conn: &mut PgConnection,
    program: &ProgramId,
    since: DateTime<Utc>,
) -> Result<BTreeMap<PerkId, PerkClaims>> {
    let rows = sqlx::query!(
        r#"select perk_id, count(*) filter (where state = 'held') as "held!",
                  count(*) filter (where state = 'confirmed') as "confirmed!",
                  count(*) filter (where state = 'redeemed') as "redeemed!",
                  count(*) filter (where held_at >= $2) as "recent!"
           from claims
           where program_id = $1 and state in ('held', 'confirmed', 'redeemed')
           group by perk_id"#,
        program as _,
        since
    )
    .fetch_all(conn)
    .await?;
    let claims = rows.into_iter().map(|row| {
        let claims = PerkClaims {
            held: row.held.cast_unsigned(),
            confirmed: row.confirmed.cast_unsigned(),
            redeemed: row.redeemed.cast_unsigned(),
            recent: row.recent.cast_unsigned(),
        };
        (row.perk_id, claims)
    });
    Ok(claims.collect())
}

/// Counts the members with each tier of a program except its floor, which members have
/// without a record of it.
pub async fn count_tiers(
    conn: &mut PgConnection,
    program: &ProgramId,
    floor: &TierId,
) -> Result<BTreeMap<TierId, u64>> {
    let rows = sqlx::query!(
        r#"select in_effect, count(*) as "members!" from member_tiers
           where program_id = $1 and in_effect <> $2 group by in_effect"#,
        program as _,
        floor as _
    )
    .fetch_all(conn)
    .await?;
    let rows = rows.into_iter();
    Ok(rows
        .map(|row| (row.in_effect, row.members.cast_unsigned()))
        .collect())
}

/// Counts of members by tier, by day.
pub type TierDays = BTreeMap<NaiveDate, BTreeMap<TierId, u64>>;

/// Writes the members of each tier on some days of a program, in the place of what was
/// written before.
pub async fn save_tier_days(
    conn: &mut PgConnection,
    program: &ProgramId,
    days: &TierDays,
) -> Result<()> {
    let on_days: Vec<NaiveDate> = days.keys().copied().collect();
    let all = days.iter();
    let all = all.flat_map(|(day, tiers)| tiers.iter().map(move |(tier, n)| (*day, tier, *n)));
    let (mut each_day, mut tiers, mut members) = (Vec::new(), Vec::new(), Vec::new());
    for (day, tier, count) in all {
        each_day.push(day);
        tiers.push(tier);
        members.push(i64::try_from(count).unwrap_or(i64::MAX));
    }
    sqlx::query!(
        "delete from tier_days where program_id = $1 and day = any($2)",
        program as _,
        &on_days
    )
    .execute(&mut *conn)
    .await?;
    sqlx::query!(
        "insert into tier_days (program_id, day, tier, members)
         select $1, day, tier, members
         from unnest($2::date[], $3::text[], $4::bigint[]) as new (day, tier, members)",
        program as _,
        &each_day,
        tiers as _,
        &members
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Returns the members of each tier on the days of a program, both ends included.
pub async fn tier_days(
    conn: &mut PgConnection,
    program: &ProgramId,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<TierDays> {
    let rows = sqlx::query!(
        "select day, tier, members from tier_days
         where program_id = $1 and day >= $2 and day <= $3",
        program as _,
        from,
        to
    )
    .fetch_all(conn)
    .await?;
    let mut days = TierDays::new();
    for row in rows {
        let day = days.entry(row.day).or_default();
        day.insert(row.tier, row.members.cast_unsigned());
    }
    Ok(days)
}

/// Returns whether the members of tiers were ever counted on a day of the program.
pub async fn has_tier_days(conn: &mut PgConnection, program: &ProgramId) -> Result<bool> {
    let any = sqlx::query_scalar!(
        r#"select exists (select from tier_days where program_id = $1) as "any!""#,
        program as _
    );
    Ok(any.fetch_one(conn).await?)
}

/// Members who moved from one tier to another on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TierMoves {
    /// The day, in the program's time zone.
    pub day: NaiveDate,
    /// The tier before; `None` for the floor of members without a record.
    pub from: Option<TierId>,
    /// The tier after.
    pub to: TierId,
    /// How many moves there were.
    pub moves: u64,
}

/// Returns all moves on the ladder of a program, by the days of its time zone, of the members
/// who take part in scoring. It reads the whole history.
pub async fn tier_moves(
    conn: &mut PgConnection,
    program: &ProgramId,
    zone: Tz,
) -> Result<Vec<TierMoves>> {
    let rows = sqlx::query!(
        r#"select (h.at at time zone $2)::date as "day!", h.from_tier, h.to_tier,
                  count(*) as "moves!"
           from tier_history h
           join members m using (member_id)
           where h.program_id = $1 and m.scoring = 'active'
           group by 1, 2, 3"#,
        program as _,
        zone.name()
    )
    .fetch_all(conn)
    .await?;
    let moves = rows.into_iter().map(|row| TierMoves {
        day: row.day,
        from: row.from_tier,
        to: row.to_tier,
        moves: row.moves.cast_unsigned(),
    });
    Ok(moves.collect())
}

/// Returns how many of the members who take part in scoring enrolled on each day of a time
/// zone.
pub async fn enrolments(conn: &mut PgConnection, zone: Tz) -> Result<BTreeMap<NaiveDate, u64>> {
    let rows = sqlx::query!(
        r#"select (enrolled_at at time zone $1)::date as "day!", count(*) as "members!"
           from members where scoring = 'active' group by 1"#,
        zone.name()
    )
    .fetch_all(conn)
    .await?;
    let rows = rows.into_iter();
    Ok(rows
        .map(|row| (row.day, row.members.cast_unsigned()))
        .collect())
}

/// Returns when the first version of a program came into force.
pub async fn first_in_force(
    conn: &mut PgConnection,
    program: &ProgramId,
) -> Result<Option<DateTime<Utc>>> {
    let first = sqlx::query_scalar!(
        "select min(starts_at) from program_versions
         where program_id = $1 and withdrawn_at is null",
        program as _
    );
    Ok(first.fetch_one(conn).await?)
}
