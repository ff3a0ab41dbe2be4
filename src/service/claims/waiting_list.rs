//! The waiting list of a perk whose units are gone: who waits is served in
//! order, as units are given back or added.

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

/// Somebody who waits, with what they see of the list.
#[derive(Debug, Clone)]
pub struct WaitingPlace {
    /// The wait.
    pub waiting: Waiting,
    /// How many are before them; `None` once the wait is over.
    pub before: Option<i64>,
}

impl Claims {
    /// Puts a member on the waiting list of a perk that they would get if there
    /// were a unit. Who waits already stays where they are.
    ///
    /// # Errors
    /// [`ServiceError::Refused`] if they would not get it, or need not wait;
    /// [`ServiceError::NotFound`] without such a program; if it has no such perk,
    /// or the text is no identity.
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
        let attempt = ClaimAttempt {
            in_force: &in_force,
            perk,
            member: self.claimant(work, member).await?,
            request: &request,
            origin: Origin::WaitingList,
            key: None,
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

    /// Puts people on a list, in their order. Answers those who are new on it.
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

    /// Takes a member off a list. Who is off it already stays so.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if they never were on it.
    pub async fn stop_waiting(&self, work: &mut UnitOfWork, id: WaitingId) -> Result<WaitingPlace> {
        let waiting = store::claims::waiting::lock(work.conn(), id).await?;
        let mut waiting = waiting.ok_or(NOT_WAITING)?;
        if waiting.end.is_none() {
            let end = WaitEnd {
                at: self.context.clock.now(),
                outcome: WaitOutcome::Left,
            };
            store::claims::waiting::end(work.conn(), id, &end).await?;
            self.one_fewer_waits(work, &waiting).await?;
            waiting.end = Some(end);
        }
        let before = None;
        Ok(WaitingPlace { waiting, before })
    }

    /// One wait.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] without it.
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

    /// A page of a perk's list, in order, those whose wait is over too.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] without such a program.
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
