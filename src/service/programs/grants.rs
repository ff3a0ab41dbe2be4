//! Grants: tiers and perks that staff give to members, with author, reason and
//! time; and their audit.

use chrono::{DateTime, SubsecRound, Utc};

use super::Grants;
use crate::service::error::{Result, ServiceError};
use crate::service::paging;
use crate::service::unit_of_work::UnitOfWork;
use crate::store;

use renown_core::domain::{
    CallerId, Gift, Grant, GrantFilter, GrantId, Identity, Invalid, MemberId, ProgramId,
    RecordedGrant, Revocation, TextLine,
};
use renown_core::rules::Program;

/// Who decided on a grant, and who recorded it.
#[derive(Debug, Clone)]
pub struct Decider {
    /// The name of the person.
    pub author: TextLine,
    /// The caller; `None` for one in the shell.
    pub caller: Option<CallerId>,
}

/// A grant to be made.
#[derive(Debug, Clone)]
pub struct NewGrant {
    /// Any identity of the member.
    pub member: String,
    /// The tier or perk.
    pub gift: Gift,
    /// The reason.
    pub reason: TextLine,
    /// The start; absent: now.
    pub starts_at: Option<DateTime<Utc>>,
    /// The end; absent: until the grant is revoked.
    pub ends_at: Option<DateTime<Utc>>,
}

impl Grants {
    /// Grants a tier or perk to a member.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no such program or member; also if
    /// the program has no such tier or perk, or a text or time is invalid.
    pub async fn grant(
        &self,
        work: &mut UnitOfWork,
        program: &ProgramId,
        new: NewGrant,
        by: &Decider,
    ) -> Result<RecordedGrant> {
        let in_force = self.programs.in_force(program)?;
        check_gift(&in_force.program, &new.gift)
            .map_err(|why| invalid(new.gift.kind().as_str(), &why))?;
        let identity = new.member.parse::<Identity>();
        let identity = identity.map_err(|why| invalid("member", &why))?;
        let member = self.members.share(work.conn(), &identity).await?;
        let member = member.ok_or(ServiceError::NotFound("such member; enrol them first"))?;
        let grant = self.new_grant(new.gift, new.starts_at, new.ends_at);
        let grant = grant.map_err(|(field, why)| invalid(field, &why))?;
        let recorded = self.to_record(member, grant, new.reason.into(), by, None);
        store::programs::grants::add(work.conn(), program, std::slice::from_ref(&recorded)).await?;
        self.tell_of_grants(work, &[member]).await?;
        Ok(recorded)
    }

    /// Returns a new grant. On failure, returns the time that is wrong and why.
    pub(in crate::service) fn new_grant(
        &self,
        gift: Gift,
        starts_at: Option<DateTime<Utc>>,
        ends_at: Option<DateTime<Utc>>,
    ) -> Result<Grant, (&'static str, Invalid)> {
        let now = self.context.clock.now();
        // "Now" is the start of the present tick: lookups evaluate as of the tick,
        // so they show the grant at once.
        let starts_at = starts_at.unwrap_or_else(|| self.context.config.scoring.tick(now));
        if starts_at < DateTime::UNIX_EPOCH {
            let why = "a grant does not begin before 1970";
            return Err(("from", Invalid::new(why)));
        }
        // Rounded as Postgres stores times, so that equal times compare equal
        // later.
        let starts_at = starts_at.trunc_subsecs(6);
        let ends_at = ends_at.map(|end| end.trunc_subsecs(6));
        if ends_at.is_some_and(|end| end <= starts_at || end <= now) {
            let why = "a grant ends after it begins, and not in the past";
            return Err(("until", Invalid::new(why)));
        }
        Ok(Grant {
            id: GrantId(self.context.clock.new_id()),
            gift,
            starts_at,
            ends_at,
        })
    }

    pub(in crate::service) fn to_record(
        &self,
        member: MemberId,
        grant: Grant,
        reason: String,
        by: &Decider,
        list: Option<&TextLine>,
    ) -> RecordedGrant {
        RecordedGrant {
            member,
            grant,
            reason,
            author: by.author.to_string(),
            caller: by.caller,
            list: list.map(ToString::to_string),
            created_at: self.context.clock.now(),
            revoked: None,
        }
    }

    /// Returns a page of a member's grants in a program, latest first. A member
    /// that is not enrolled or opted out has none.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no such program; also if the text is
    /// not an identity.
    pub async fn grants_of(
        &self,
        program: &ProgramId,
        identity: &str,
        filter: GrantFilter,
        limit: u16,
    ) -> Result<(Vec<RecordedGrant>, Option<GrantId>)> {
        self.programs.in_force(program)?;
        let Some(member) = self.facts.taking_part(identity).await? else {
            return Ok((Vec::new(), None));
        };
        let filter = GrantFilter {
            member: Some(member),
            ..filter
        };
        self.grants(program, &filter, limit).await
    }

    /// Returns a page of a member's grants in all programs, latest first, and the last id of
    /// the page if there is another one.
    pub async fn of_member(
        &self,
        member: MemberId,
        before: Option<GrantId>,
        limit: u16,
    ) -> Result<(Vec<(ProgramId, RecordedGrant)>, Option<GrantId>)> {
        let mut conn = self.context.pool.acquire().await?;
        let rows = paging::rows_for(limit);
        let grants = store::programs::grants::of_member(&mut conn, member, before, rows);
        let mut grants = grants.await?;
        let more = paging::cut(&mut grants, limit);
        let next = grants.last().filter(|_| more).map(|(_, row)| row.grant.id);
        Ok((grants, next))
    }

    /// Returns a page of a program's grants, latest first, and the last id of the
    /// page if there is another one.
    pub async fn grants(
        &self,
        program: &ProgramId,
        filter: &GrantFilter,
        limit: u16,
    ) -> Result<(Vec<RecordedGrant>, Option<GrantId>)> {
        self.programs.in_force(program)?;
        let mut conn = self.context.pool.acquire().await?;
        let rows = paging::rows_for(limit);
        let mut grants = store::programs::grants::page(&mut conn, program, filter, rows).await?;
        let more = paging::cut(&mut grants, limit);
        let next = grants.last().filter(|_| more).map(|row| row.grant.id);
        Ok((grants, next))
    }

    /// Revokes a grant. A grant that was revoked before stays as it is.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no such grant.
    pub async fn revoke_grant(
        &self,
        work: &mut UnitOfWork,
        program: &ProgramId,
        id: GrantId,
        by: &Decider,
        reason: &TextLine,
    ) -> Result<RecordedGrant> {
        let missing = || ServiceError::NotFound("such grant in this program");
        let grant = store::programs::grants::get(work.conn(), program, id).await?;
        let member = grant.ok_or_else(missing)?.member;
        let revocation = Revocation {
            at: self.context.clock.now(),
            by: by.author.to_string(),
            reason: reason.to_string(),
        };
        store::programs::grants::revoke(work.conn(), &[id], &revocation).await?;
        self.tell_of_grants(work, &[member]).await?;
        let revoked = store::programs::grants::get(work.conn(), program, id).await?;
        revoked.ok_or_else(missing)
    }

    /// Queues members for the scorer, and drops their cached facts after the
    /// commit.
    pub(in crate::service) async fn tell_of_grants(
        &self,
        work: &mut UnitOfWork,
        members: &[MemberId],
    ) -> Result<()> {
        store::scores::projections::queue_rescores(work.conn(), members).await?;
        store::events::intake::notify_appended(work.conn()).await?;
        members.iter().for_each(|member| work.changes(*member));
        Ok(())
    }
}

pub(super) fn invalid(field: &str, why: &dyn std::fmt::Display) -> ServiceError {
    let pointer = if field.is_empty() {
        String::new()
    } else {
        format!("/{field}")
    };
    ServiceError::invalid(pointer, why)
}

/// Checks that the program has the tier or perk, and that it is not the floor.
pub(super) fn check_gift(program: &Program, gift: &Gift) -> Result<(), Invalid> {
    match gift {
        Gift::Tier(tier) if program.tier(tier).is_none() => {
            let tiers: Vec<&str> = program.tiers().iter().map(|t| t.id.as_str()).collect();
            Err(Invalid::new(format_args!(
                "there is no tier '{tier}'; the tiers are: {}",
                tiers.join(", ")
            )))
        }
        Gift::Tier(tier) if *tier == program.floor().id => Err(Invalid::new(format_args!(
            "'{tier}' is the floor, which everybody has"
        ))),
        Gift::Perk(perk) if program.perk(perk).is_none() => {
            Err(Invalid::new(format_args!("there is no perk '{perk}'")))
        }
        _ => Ok(()),
    }
}
