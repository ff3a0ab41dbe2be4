//! Claims, waits and entries of two members that are merged.

use std::collections::BTreeMap;

use sqlx::PgConnection;

use crate::store::Result;
use renown_core::domain::{ClaimId, EntryId, GroupName, MemberId, PerkId, ProgramId, WaitingId};

/// Locks the claims of members that count for limits until the end of the transaction: no
/// step changes them meanwhile.
pub async fn lock_counted(conn: &mut PgConnection, members: &[MemberId]) -> Result<()> {
    sqlx::query!(
        r#"select 1 as "one!" from claims
           where member_id = any($1) and state in ('held', 'confirmed', 'redeemed')
           order by claim_id for update"#,
        members as _
    )
    .fetch_all(conn)
    .await?;
    Ok(())
}

/// Moves all claims from one member to another. Returns them.
pub async fn move_claims(
    conn: &mut PgConnection,
    from: MemberId,
    to: MemberId,
) -> Result<Vec<ClaimId>> {
    let moved = sqlx::query_scalar!(
        "update claims set member_id = $2 where member_id = $1 returning claim_id",
        from as _,
        to as _
    );
    Ok(moved.fetch_all(conn).await?)
}

/// Gives those of these claims that a member still has to another member.
pub async fn give_claims(
    conn: &mut PgConnection,
    claims: &[ClaimId],
    (from, to): (MemberId, MemberId),
) -> Result<()> {
    sqlx::query!(
        "update claims set member_id = $3 where claim_id = any($1) and member_id = $2",
        claims as _,
        from as _,
        to as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Counts the claims of members anew, as limits for one member read them. The caller has
/// locked the members and their claims.
pub async fn recount(conn: &mut PgConnection, members: &[MemberId]) -> Result<()> {
    sqlx::query!(
        "with counted as (
             select member_id, program_id, coalesce(perk_id, '') as perk_id, count(*) as units
             from claims
             where member_id = any($1) and state in ('held', 'confirmed', 'redeemed')
             group by grouping sets ((member_id, program_id, perk_id), (member_id, program_id))
         ), wanted as (
             select * from counted
             union all
             select known.member_id, known.program_id, known.perk_id, 0 from member_claims known
             where known.member_id = any($1) and not exists (
                 select from counted
                 where (counted.member_id, counted.program_id, counted.perk_id)
                     = (known.member_id, known.program_id, known.perk_id))
         )
         insert into member_claims as known (member_id, program_id, perk_id, units)
         select member_id, program_id, perk_id, units from wanted
         order by member_id, program_id, perk_id
         on conflict (member_id, program_id, perk_id) do update set units = excluded.units",
        members as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Moves waits that have not ended from one member to another.
pub async fn move_waits(
    conn: &mut PgConnection,
    from: MemberId,
    to: MemberId,
) -> Result<Vec<WaitingId>> {
    let moved = sqlx::query_scalar!(
        "update waiting set member_id = $2 where member_id = $1 and left_at is null
         returning waiting_id",
        from as _,
        to as _
    );
    Ok(moved.fetch_all(conn).await?)
}

/// Gives those of these waits that a member still has to another member.
pub async fn give_waits(
    conn: &mut PgConnection,
    waits: &[WaitingId],
    (from, to): (MemberId, MemberId),
) -> Result<()> {
    sqlx::query!(
        "update waiting set member_id = $3 where waiting_id = any($1) and member_id = $2",
        waits as _,
        from as _,
        to as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Lets a wait that a merge has ended go on in its place; `false` if the member waits for
/// the same again.
pub async fn reopen_wait(conn: &mut PgConnection, wait: WaitingId) -> Result<bool> {
    let reopened = sqlx::query!(
        "update waiting set left_at = null, outcome = null
         where waiting_id = $1 and outcome = 'left' and not exists (
             select from waiting other
             where (other.program_id, other.perk_id, other.member_id)
                     = (waiting.program_id, waiting.perk_id, waiting.member_id)
                 and other.left_at is null)",
        wait as _
    )
    .execute(conn)
    .await?;
    Ok(reopened.rows_affected() == 1)
}

/// Moves entries of draws that have not taken place from one member to another.
pub async fn move_entries(
    conn: &mut PgConnection,
    from: MemberId,
    to: MemberId,
) -> Result<Vec<EntryId>> {
    let moved = sqlx::query_scalar!(
        "update draw_entries set member_id = $2 from draws
         where draw_entries.member_id = $1 and withdrawn_at is null and drawn_at is null
             and (draws.program_id, draws.perk_id) = (draw_entries.program_id, draw_entries.perk_id)
         returning entry_id",
        from as _,
        to as _
    );
    Ok(moved.fetch_all(conn).await?)
}

/// Gives those of these entries that a member still has, in draws that have not taken
/// place, to another member.
pub async fn give_entries(
    conn: &mut PgConnection,
    entries: &[EntryId],
    (from, to): (MemberId, MemberId),
) -> Result<()> {
    sqlx::query!(
        "update draw_entries set member_id = $3 from draws
         where entry_id = any($1) and member_id = $2 and drawn_at is null
             and (draws.program_id, draws.perk_id)
                 = (draw_entries.program_id, draw_entries.perk_id)",
        entries as _,
        from as _,
        to as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Brings back an entry that a merge has withdrawn, unless the draw has taken place or the
/// member has entered again.
pub async fn reinstate_entry(conn: &mut PgConnection, entry: EntryId) -> Result<()> {
    sqlx::query!(
        "update draw_entries set withdrawn_at = null from draws
         where entry_id = $1 and drawn_at is null
             and (draws.program_id, draws.perk_id)
                 = (draw_entries.program_id, draw_entries.perk_id)
             and not exists (
                 select from draw_entries other
                 where (other.program_id, other.perk_id, other.member_id)
                         = (draw_entries.program_id, draw_entries.perk_id, draw_entries.member_id)
                     and other.withdrawn_at is null)",
        entry as _
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// UnitsByPerk by perk.
pub type UnitsByPerk = BTreeMap<PerkId, i64>;

/// Returns what members have claimed and not given back, by program and perk.
pub async fn counts(
    conn: &mut PgConnection,
    members: &[MemberId],
) -> Result<BTreeMap<(MemberId, ProgramId), UnitsByPerk>> {
    let rows = sqlx::query!(
        "select member_id, program_id, perk_id, units
         from member_claims where member_id = any($1) and perk_id <> '' and units > 0",
        members as _
    )
    .fetch_all(conn)
    .await?;
    let mut counts: BTreeMap<(MemberId, ProgramId), UnitsByPerk> = BTreeMap::new();
    for row in rows {
        let of_program = counts.entry((row.member_id, row.program_id)).or_default();
        of_program.insert(PerkId::parse(&row.perk_id)?, row.units);
    }
    Ok(counts)
}

/// A perk of an exclusive group that a member has.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct HeldOfGroup {
    /// The group.
    pub group: GroupName,
    /// The member.
    pub member: MemberId,
    /// The program of the perk.
    pub program: ProgramId,
    /// The perk.
    pub perk: PerkId,
}

/// Returns the perks of exclusive groups that members have, in order.
pub async fn exclusive(conn: &mut PgConnection, members: &[MemberId]) -> Result<Vec<HeldOfGroup>> {
    let mut held = sqlx::query_as!(
        HeldOfGroup,
        r#"select distinct exclusive_group as "group!", member_id as member,
                  program_id as program, perk_id as perk
           from claims
           where member_id = any($1) and exclusive_group is not null
               and state in ('held', 'confirmed', 'redeemed')"#,
        members as _
    )
    .fetch_all(conn)
    .await?;
    held.sort();
    Ok(held)
}

/// A list on which, or a draw in which, a member is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Listed {
    /// The program.
    pub program: ProgramId,
    /// The perk.
    pub perk: PerkId,
}

/// Returns the perks for which both members wait.
pub async fn both_wait(
    conn: &mut PgConnection,
    (one, other): (MemberId, MemberId),
) -> Result<Vec<Listed>> {
    let both = sqlx::query_as!(
        Listed,
        "select program_id as program, perk_id as perk from waiting
         where member_id in ($1, $2) and left_at is null
         group by program_id, perk_id having count(*) > 1 order by program_id, perk_id",
        one as _,
        other as _
    );
    Ok(both.fetch_all(conn).await?)
}

/// Returns the perks whose draws both members have entered, and that were not drawn yet.
pub async fn both_entered(
    conn: &mut PgConnection,
    (one, other): (MemberId, MemberId),
) -> Result<Vec<Listed>> {
    let both = sqlx::query_as!(
        Listed,
        "select program_id as program, perk_id as perk
         from draw_entries join draws using (program_id, perk_id)
         where member_id in ($1, $2) and withdrawn_at is null and drawn_at is null
         group by program_id, perk_id having count(*) > 1 order by program_id, perk_id",
        one as _,
        other as _
    );
    Ok(both.fetch_all(conn).await?)
}
