//! Entries of draws: made and withdrawn while the draw is open.

use std::collections::BTreeMap;

use uuid::Builder;

use super::Claims;
use super::attempt::ClaimAttempt;
use super::draws::is_closed;
use super::hold::perk_of;
use super::refused::{Refused, WhyNot};
use crate::service::error::{Result, ServiceError};
use crate::service::unit_of_work::UnitOfWork;
use crate::store;

use renown_core::domain::{
    Attribute, Draw, DrawEntry, EntryId, Nonce, Origin, PerkId, ProgramId, Waiting, WaitingId,
};
use renown_core::rules::PerkKind;

/// Who wants to enter a draw.
#[derive(Debug, Clone)]
pub struct EntryRequest {
    /// In the draw of which program,
    pub program: ProgramId,
    /// and of which perk.
    pub perk: PerkId,
    /// Who: any identity.
    pub member: String,
    /// What the caller knows of the occasion, for conditions that ask for it.
    pub request: BTreeMap<String, Attribute>,
    /// What the entrant adds.
    pub nonce: Option<Nonce>,
}

/// An entry, and its wait once it was drawn.
#[derive(Debug, Clone)]
pub struct Entered {
    /// The entry.
    pub entry: DrawEntry,
    /// Its place on the list of those who are drawn.
    pub waiting: Option<Waiting>,
}

impl Claims {
    /// Enters a member whom the rules give the perk now. Who has entered already
    /// stays so, as they are: `false`.
    ///
    /// # Errors
    /// [`ServiceError::Refused`] if they may not enter, or it is too late;
    /// [`ServiceError::NotFound`] without such a program; if it has no such perk,
    /// or the text is no identity.
    pub async fn enter(
        &self,
        work: &mut UnitOfWork,
        wanted: EntryRequest,
    ) -> Result<(DrawEntry, bool)> {
        let in_force = self
            .programs
            .in_force_in(work.conn(), &wanted.program)
            .await?;
        let perk = perk_of(&in_force.program, &wanted.perk)?;
        if perk.kind != PerkKind::Draw {
            return Err(Refused::new(perk, WhyNot::NotByDraw).into());
        }
        let list = (&wanted.program, &wanted.perk);
        let draw = self.shared_draw(work, list).await?;
        // Under the lock, which decides who is in time.
        let now = self.context.clock.now();
        if is_closed(&draw, perk, now) {
            return Err(Refused::new(perk, WhyNot::DrawIsOver).into());
        }
        let attempt = ClaimAttempt {
            in_force: &in_force,
            perk,
            member: self.claimant(work, &wanted.member).await?,
            request: &wanted.request,
            origin: Origin::Draw,
            key: None,
        };
        let member = self.eligible(work, &attempt, true, now).await?;
        let entry = DrawEntry {
            id: self.new_entry_id(),
            program: wanted.program.clone(),
            perk: wanted.perk.clone(),
            member,
            nonce: wanted.nonce,
            entered_at: now,
            request: wanted.request,
            withdrawn_at: None,
        };
        if store::claims::entries::add(work.conn(), &entry).await? {
            return Ok((entry, true));
        }
        let before = store::claims::entries::of_member(work.conn(), list, member).await?;
        Ok((before.ok_or(ServiceError::Busy)?, false))
    }

    /// The draw, which stays open until the transaction ends; a new one, if
    /// there is none.
    async fn shared_draw(
        &self,
        work: &mut UnitOfWork,
        list: (&ProgramId, &PerkId),
    ) -> Result<Draw> {
        if let Some(draw) = store::claims::draws::share(work.conn(), list).await? {
            return Ok(draw);
        }
        store::claims::draws::open(work.conn(), &self.new_draw(list)).await?;
        let draw = store::claims::draws::share(work.conn(), list).await?;
        draw.ok_or(ServiceError::Busy)
    }

    /// Random and not of now, since it is published.
    fn new_entry_id(&self) -> EntryId {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&self.context.clock.secret()[..16]);
        EntryId(Builder::from_random_bytes(bytes).into_uuid())
    }

    /// Takes an entry back while the draw is open. What was taken back stays so.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] without it; [`ServiceError::Conflict`] once the
    /// draw is closed.
    pub async fn withdraw_entry(&self, work: &mut UnitOfWork, id: EntryId) -> Result<Entered> {
        let found = store::claims::entries::get(work.conn(), id).await?;
        let found = found.ok_or(NO_ENTRY)?;
        let list = (&found.program, &found.perk);
        // Whoever holds the draw waits for this, or this for them.
        let draw = store::claims::draws::share(work.conn(), list).await?;
        let now = self.context.clock.now();
        let in_force = self
            .programs
            .in_force_in(work.conn(), &found.program)
            .await
            .ok();
        let perk = in_force.as_ref().and_then(|p| p.program.perk(&found.perk));
        let is_closed = match (&draw, perk) {
            (Some(draw), Some(perk)) => is_closed(draw, perk, now),
            (draw, _) => draw.as_ref().is_some_and(|draw| draw.drawn.is_some()),
        };
        if is_closed && found.withdrawn_at.is_none() {
            let detail = "the draw is over; leave the waiting list, or release the claim";
            return Err(ServiceError::Conflict(detail.to_owned()));
        }
        store::claims::entries::withdraw(work.conn(), id, now).await?;
        let entry = store::claims::entries::get(work.conn(), id).await?;
        Ok(Entered {
            entry: entry.ok_or(NO_ENTRY)?,
            waiting: None,
        })
    }

    /// One entry.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] without it.
    pub async fn entry(&self, id: EntryId) -> Result<Entered> {
        let mut conn = self.context.pool.acquire().await?;
        let entry = store::claims::entries::get(&mut conn, id)
            .await?
            .ok_or(NO_ENTRY)?;
        let waiting = store::claims::waiting::get(&mut conn, wait_of(id)).await?;
        Ok(Entered { entry, waiting })
    }
}

const NO_ENTRY: ServiceError = ServiceError::NotFound("such entry");

/// An entry that is drawn waits under its own id.
pub(super) fn wait_of(entry: EntryId) -> WaitingId {
    WaitingId(entry.0)
}
