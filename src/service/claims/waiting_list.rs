//! The waiting list of a perk that has no free unit: members are served in order,
//! as units are released or added.

use std::collections::BTreeMap;

use super::Claims;
use super::attempt::ClaimAttempt;
use super::hold::perk_of;
use super::refused::{Refused, WhyNot};

use crate::service::decisions::supply;
use crate::service::error::{Result, ServiceError};
use crate::service::paging;
use crate::service::unit_of_work::UnitOfWork;
use crate::store;
use crate::store::claims::waiting::NewWaiting;
use renown_core::domain::{
    Attribute, MemberId, Origin, PerkId, ProgramId, WaitEnd, WaitOutcome, Waiting, WaitingId,
};
use renown_core::rules::{Perk, PerkKind, Program};

/// A wait, and the member's position on the list.
#[derive(Debug, Clone)]
pub struct WaitingPlace {
    /// The wait.
    pub waiting: Waiting,
    /// The number of members before them; `None` once the wait is over.
    pub before: Option<i64>,
}

impl Claims {
    /// Puts a member on the waiting list of a perk that the rules would give them
    /// if a unit were left. A member that waits already keeps their place.
    ///
    /// # Errors
    /// [`ServiceError::Refused`] if the rules would not give it, or units are left;
    /// [`ServiceError::NotFound`] if there is no such program; also if the program
    /// has no such perk, or the text is not an identity.
    pub async fn wait_for(
        &self,
        work: &mut UnitOfWork,
        (program, perk): (&ProgramId, &PerkId),
        member: &str,
        request: BTreeMap<String, Attribute>,
    ) -> Result<WaitingPlace> {
        let in_force = self.programs.in_force_in(work.conn(), program).await?;
        let perk = perk_of(&in_force.program, perk)?;
        match perk.kind {
            PerkKind::Guaranteed => {}
            PerkKind::Draw => return Err(Refused::new(perk, WhyNot::ByDraw).into()),
            PerkKind::Invitation => return Err(Refused::new(perk, WhyNot::ByInvitation).into()),
        }
        let claimant = self.claimant(work, member).await?;
        let attempt = ClaimAttempt {
            in_force: &in_force,
            perk,
            member: claimant.as_ref().map(|named| named.member),
            verified: claimant.map(|named| named.proof.is_verified()),
            request: &request,
            origin: Origin::WaitingList,
            confirm: false,
            caller: None,
        };
        let member = self
            .eligible(work, &attempt, true, self.context.clock.now())
            .await?;
        if self.is_left(work, &in_force.program, perk).await? {
            return Err(Refused::new(perk, WhyNot::NothingToWaitFor).into());
        }
        let new = NewWaiting {
            id: WaitingId(self.context.clock.new_id()),
            member,
            origin: Origin::WaitingList,
            request,
        };
        self.join(work, (program, &perk.id), &[new]).await?;
        self.place_of(work, (program, &perk.id), member).await
    }

    /// Puts members on a list, in their order. Returns the ids of the new waits.
    pub(in crate::service) async fn join(
        &self,
        work: &mut UnitOfWork,
        list: (&ProgramId, &PerkId),
        new: &[NewWaiting],
    ) -> Result<Vec<WaitingId>> {
        let now = self.context.clock.now();
        let joined = store::claims::waiting::join(work.conn(), list, new, now).await?;
        if !joined.is_empty() {
            let more = joined.len() as i64;
            store::claims::quotas::wait(work.conn(), list.0, list.1, more).await?;
        }
        Ok(joined)
    }

    async fn is_left(&self, work: &mut UnitOfWork, program: &Program, perk: &Perk) -> Result<bool> {
        let supply = supply(work.conn(), program, self.context.clock.now()).await?;
        Ok(program.left_of_stock(perk, &supply.left) != Some(0))
    }

    async fn place_of(
        &self,
        work: &mut UnitOfWork,
        list: (&ProgramId, &PerkId),
        member: MemberId,
    ) -> Result<WaitingPlace> {
        let waiting = store::claims::waiting::of_member(work.conn(), list, member).await?;
        let waiting = waiting.ok_or(NOT_WAITING)?;
        let before = Some(store::claims::waiting::before(work.conn(), &waiting).await?);
        Ok(WaitingPlace { waiting, before })
    }

    /// Takes a member off a list. A wait that is over stays as it is.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no such wait.
    pub async fn stop_waiting(&self, work: &mut UnitOfWork, id: WaitingId) -> Result<WaitingPlace> {
        let waiting = store::claims::waiting::lock(work.conn(), id).await?;
        let mut waiting = waiting.ok_or(NOT_WAITING)?;
        if waiting.end.is_none() {
            let end = WaitEnd {
                at: self.context.clock.now(),
                outcome: WaitOutcome::Left,
            };
            store::claims::waiting::end(work.conn(), &[(id, end.clone())]).await?;
            self.one_fewer_waits(work, &waiting).await?;
            waiting.end = Some(end);
        }
        let before = None;
        Ok(WaitingPlace { waiting, before })
    }

    /// Returns a wait.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no such wait.
    pub async fn waiting(&self, id: WaitingId) -> Result<WaitingPlace> {
        let mut conn = self.context.pool.acquire().await?;
        let waiting = store::claims::waiting::get(&mut conn, id)
            .await?
            .ok_or(NOT_WAITING)?;
        let before = match waiting.end {
            None => Some(store::claims::waiting::before(&mut conn, &waiting).await?),
            Some(_) => None,
        };
        Ok(WaitingPlace { waiting, before })
    }

    /// Returns a page of a perk's list in order, including waits that are over, and
    /// the last place of the page if there is another one.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no such program.
    pub async fn waiting_list(
        &self,
        list: (&ProgramId, &PerkId),
        after: Option<i64>,
        limit: u16,
    ) -> Result<(Vec<Waiting>, Option<i64>)> {
        self.programs.in_force(list.0)?;
        let mut conn = self.context.pool.acquire().await?;
        let rows = paging::rows_for(limit);
        let mut waiting = store::claims::waiting::page(&mut conn, list, after, rows).await?;
        let more = paging::cut(&mut waiting, limit);
        let next = waiting.last().filter(|_| more).map(|row| row.place);
        Ok((waiting, next))
    }
}

const NOT_WAITING: ServiceError = ServiceError::NotFound("such wait");
