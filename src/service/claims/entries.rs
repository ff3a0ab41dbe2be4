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

/// A request to enter a draw.
#[derive(Debug, Clone)]
pub struct EntryRequest {
    /// The program of the draw.
    pub program: ProgramId,
    /// The perk that is drawn.
    pub perk: PerkId,
    /// Any identity of the member.
    pub member: String,
    /// The request context, for conditions that read it.
    pub request: BTreeMap<String, Attribute>,
    /// A nonce that the entrant adds to the draw.
    pub nonce: Option<Nonce>,
}

/// An entry, and its place on the waiting list once it was drawn.
#[derive(Debug, Clone)]
pub struct Entered {
    /// The entry.
    pub entry: DrawEntry,
    /// The place on the waiting list; `None` before the draw.
    pub waiting: Option<Waiting>,
}

impl Claims {
    /// Enters a member in a draw, if the rules give them the perk now. Returns the
    /// entry and whether it is new: an earlier entry of the member stays as it is.
    ///
    /// # Errors
    /// [`ServiceError::Refused`] if the member may not enter, or the draw is
    /// closed; [`ServiceError::NotFound`] if there is no such program; also if the
    /// program has no such perk, or the text is not an identity.
    pub async fn enter(
        &self,
        work: &mut UnitOfWork,
        asked: EntryRequest,
    ) -> Result<(DrawEntry, bool)> {
        let in_force = self
            .programs
            .in_force_in(work.conn(), &asked.program)
            .await?;
        let perk = perk_of(&in_force.program, &asked.perk)?;
        if perk.kind != PerkKind::Draw {
            return Err(Refused::new(perk, WhyNot::NotByDraw).into());
        }
        let list = (&asked.program, &asked.perk);
        let draw = self.shared_draw(work, list).await?;
        // Read the time under the lock: the lock decides whether an entry is in
        // time.
        let now = self.context.clock.now();
        if is_closed(&draw, perk, now) {
            return Err(Refused::new(perk, WhyNot::DrawIsOver).into());
        }
        let claimant = self.claimant(work, &asked.member).await?;
        let attempt = ClaimAttempt {
            in_force: &in_force,
            perk,
            member: claimant.as_ref().map(|named| named.member),
            verified: claimant.map(|named| named.proof.is_verified()),
            request: &asked.request,
            origin: Origin::Draw,
            confirm: false,
            caller: None,
        };
        let member = self.eligible(work, &attempt, true, now).await?;
        let entry = DrawEntry {
            id: self.new_entry_id(),
            program: asked.program.clone(),
            perk: asked.perk.clone(),
            member,
            nonce: asked.nonce,
            entered_at: now,
            request: asked.request,
            withdrawn_at: None,
        };
        if store::claims::entries::add(work.conn(), &entry).await? {
            return Ok((entry, true));
        }
        let before = store::claims::entries::of_member(work.conn(), list, member).await?;
        Ok((before.ok_or(ServiceError::Busy)?, false))
    }

    /// Locks the draw so that it stays open until the transaction ends; creates it
    /// if there is none.
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

    /// Returns a random id. Unlike a UUIDv7 it does not contain the time, because
    /// it is published.
    fn new_entry_id(&self) -> EntryId {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&self.context.clock.secret()[..16]);
        EntryId(Builder::from_random_bytes(bytes).into_uuid())
    }

    /// Withdraws an entry while the draw is open. Withdrawing it again changes
    /// nothing.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no such entry;
    /// [`ServiceError::Conflict`] once the draw is closed.
    pub async fn withdraw_entry(&self, work: &mut UnitOfWork, id: EntryId) -> Result<Entered> {
        let found = store::claims::entries::get(work.conn(), id).await?;
        let found = found.ok_or(NO_ENTRY)?;
        let list = (&found.program, &found.perk);
        // Takes a shared lock, so that a concurrent draw waits.
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

    /// Returns an entry.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no such entry.
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

/// Returns the id of a drawn entry on the waiting list: its own id.
pub(super) fn wait_of(entry: EntryId) -> WaitingId {
    WaitingId(entry.0)
}
