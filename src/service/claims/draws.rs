//! Draws: the commitment, the draw itself, and its published document. The draw
//! puts the entrants on the perk's waiting list, in the order drawn. That list is
//! served like any other: a member that may not have the perk any more is passed
//! over, and a released unit goes to the next.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::Claims;
use super::attempt::in_all;
use super::entries::wait_of;
use super::expiry::pass_over;
use super::hold::perk_of;
use super::refused::{Refused, WhyNot};
use crate::service::error::{Result, ServiceError};
use crate::service::programs::InForce;
use crate::service::unit_of_work::UnitOfWork;
use crate::service::webhooks::{About, MessageBody, PerkDrawnBody};
use crate::store;
use crate::store::claims::draws::Fate;
use crate::store::claims::waiting::NewWaiting;
use crate::store::webhooks::outbox::Message;
use renown_core::domain::{
    Draw, DrawEntry, Drawn, EntryId, Origin, PerkId, ProgramId, Seed, WaitOutcome,
};
use renown_core::fairness::draw::document::{DrawDocument, DrawStanding, DrawnEntry};
use renown_core::fairness::draw::{
    ALGORITHM, DESCRIPTION, DrawHeader, Ticket, commitment, digest, order,
};
use renown_core::rules::{Perk, PerkKind};

/// Returns whether a draw accepts no more entries: it was held, or its time has
/// come.
pub(super) fn is_closed(draw: &Draw, perk: &Perk, now: DateTime<Utc>) -> bool {
    draw.drawn.is_some() || is_time(perk, now)
}

/// Returns whether the time has come at which a draw is held automatically.
fn is_time(perk: &Perk, now: DateTime<Utc>) -> bool {
    perk.draws.is_some_and(|draws| now >= draws)
}

impl Claims {
    /// Returns a new draw that commits to a random seed now.
    pub(in crate::service) fn new_draw(&self, (program, perk): (&ProgramId, &PerkId)) -> Draw {
        let seed = Seed(self.context.clock.secret());
        Draw {
            program: program.clone(),
            perk: perk.clone(),
            commitment: commitment(&seed),
            seed,
            committed_at: self.context.clock.now(),
            drawn: None,
        }
    }

    /// Returns the published document of a perk's draw. The first request makes the
    /// draw commit to a seed.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no such program or draw.
    pub async fn draw(&self, list: (&ProgramId, &PerkId)) -> Result<DrawDocument> {
        let in_force = self.programs.in_force(list.0)?;
        let perk = in_force.program.perk(list.1);
        let by_draw = perk.is_some_and(|perk| perk.kind == PerkKind::Draw);
        if by_draw {
            self.ensure_draw(list).await?;
        }
        // One snapshot of the database, so that the parts agree.
        let mut read = store::begin_reading(&self.context.pool).await?;
        let draw = store::claims::draws::get(&mut read, list)
            .await?
            .ok_or(NO_DRAW)?;
        let mut document = about(&draw);
        let left = match perk.map(in_all) {
            Some(in_all) => store::claims::quotas::not_taken(&mut read, list, in_all).await?,
            None => Some(0),
        };
        match draw.drawn {
            Some(drawn) => {
                let fates = store::claims::draws::fates(&mut read, list).await?;
                publish(&mut document, &draw, &drawn, fates, left);
            }
            None => {
                document.draws_at = perk.and_then(|perk| perk.draws);
                document.units = left;
                document.entry_count = store::claims::draws::count(&mut read, list).await?;
            }
        }
        read.commit().await?;
        Ok(document)
    }

    /// Makes a draw commit to a seed, if it has not yet.
    async fn ensure_draw(&self, list: (&ProgramId, &PerkId)) -> Result<()> {
        let mut conn = self.context.pool.acquire().await?;
        if store::claims::draws::get(&mut conn, list).await?.is_none() {
            store::claims::draws::open(&mut conn, &self.new_draw(list)).await?;
        }
        Ok(())
    }

    /// Holds a draw that has no time set, or whose time has come.
    ///
    /// # Errors
    /// [`ServiceError::Conflict`] if the draw was held, has no entries, or is held
    /// automatically at a later time; [`ServiceError::Refused`] if the perk is not
    /// given by a draw; [`ServiceError::NotFound`] if there is no such program;
    /// also if the program has no such perk.
    pub async fn hold_draw(
        &self,
        work: &mut UnitOfWork,
        list: (&ProgramId, &PerkId),
    ) -> Result<Draw> {
        let in_force = self.programs.in_force_in(work.conn(), list.0).await?;
        let perk = perk_of(&in_force.program, list.1)?;
        if perk.kind != PerkKind::Draw {
            return Err(Refused::new(perk, WhyNot::NotByDraw).into());
        }
        let draw = store::claims::draws::lock(work.conn(), list).await?;
        let draw = draw.ok_or_else(|| ServiceError::Conflict(NO_ENTRIES.to_owned()))?;
        if let Some(drawn) = draw.drawn {
            let detail = format!("the draw was held at {}, and is held once", drawn.at);
            return Err(ServiceError::Conflict(detail));
        }
        if let Some(draws) = perk.draws.filter(|draws| self.context.clock.now() < *draws) {
            let detail = format!("the draw holds itself at {draws}");
            return Err(ServiceError::Conflict(detail));
        }
        let draw = self.held(work, &in_force, perk, draw).await?;
        match draw.drawn {
            Some(drawn) if drawn.entries == 0 => Err(ServiceError::Conflict(NO_ENTRIES.to_owned())),
            _ => Ok(draw),
        }
    }

    /// Holds the draws whose time has come. Returns how many.
    pub async fn hold_due_draws(&self) -> Result<usize> {
        let mut conn = self.context.pool.acquire().await?;
        let open = store::claims::draws::not_held(&mut conn).await?;
        drop(conn);
        let mut held = 0;
        for (program, perk) in open {
            match self.hold_if_due((&program, &perk)).await {
                Ok(is_held) => held += usize::from(is_held),
                Err(error) => pass_over(error, &perk)?,
            }
        }
        Ok(held)
    }

    /// Holds a draw that is due. Returns `false` if it is not due, or another
    /// replica was first.
    async fn hold_if_due(&self, list: (&ProgramId, &PerkId)) -> Result<bool> {
        let is_due =
            |perk: &Perk| perk.kind == PerkKind::Draw && is_time(perk, self.context.clock.now());
        // First by the program in memory, which is cheap; then by the database.
        let heard = self.programs.in_force(list.0).ok();
        let heard = heard.as_ref().and_then(|p| p.program.perk(list.1));
        if !heard.is_some_and(is_due) {
            return Ok(false);
        }
        self.context
            .carry_out(async |work| {
                let draw = store::claims::draws::lock(work.conn(), list).await?;
                let in_force = self.programs.in_force_in(work.conn(), list.0).await?;
                let perk = in_force.program.perk(list.1).filter(|perk| is_due(perk));
                let draw = draw.filter(|draw| draw.drawn.is_none());
                let (Some(draw), Some(perk)) = (draw, perk) else {
                    return Ok(false);
                };
                self.held(work, &in_force, perk, draw).await?;
                Ok(true)
            })
            .await
    }

    /// Holds a locked draw: entries are closed, and all entrants are put on the
    /// waiting list in the order drawn.
    async fn held(
        &self,
        work: &mut UnitOfWork,
        in_force: &InForce,
        perk: &Perk,
        draw: Draw,
    ) -> Result<Draw> {
        let list = (&draw.program, &draw.perk);
        let at = self.context.clock.now();
        let entries = store::claims::entries::of_draw(work.conn(), list).await?;
        let count = i64::try_from(entries.len()).unwrap_or(i64::MAX);
        let left = store::claims::quotas::not_taken(work.conn(), list, in_all(perk)).await?;
        let units = left.unwrap_or(count);
        let tickets: Vec<Ticket> = entries.iter().map(ticket).collect();
        let digest = digest(&DrawHeader::of(&draw, units, at), &tickets);
        let drawn = Drawn {
            at,
            digest,
            entries: count,
            units,
        };
        self.list_in_order(work, &draw, &digest, entries).await?;
        store::claims::draws::close(work.conn(), &draw, &drawn).await?;
        let message = self.drawn_message(in_force, &draw, &drawn)?;
        store::webhooks::outbox::add(work.conn(), &[message]).await?;
        self.gives_back(work);
        let drawn = Some(drawn);
        Ok(Draw { drawn, ..draw })
    }

    async fn list_in_order(
        &self,
        work: &mut UnitOfWork,
        draw: &Draw,
        digest: &[u8; 32],
        mut entries: Vec<DrawEntry>,
    ) -> Result<()> {
        let list = (&draw.program, &draw.perk);
        let order = order(&draw.seed, digest, entries.iter().map(|entry| entry.id));
        let places = order.into_iter().zip(0..);
        let places: HashMap<EntryId, usize> = places.collect();
        entries.sort_unstable_by_key(|entry| places[&entry.id]);
        let new = entries.into_iter().map(|entry| NewWaiting {
            id: wait_of(entry.id),
            member: entry.member,
            origin: Origin::Draw,
            request: entry.request,
        });
        let new: Vec<NewWaiting> = new.collect();
        // Members may wait from a version in which the perk was not given by a
        // draw. They would come before all drawn ones.
        let now = self.context.clock.now();
        let cleared =
            store::claims::waiting_lists::clear(work.conn(), list, WaitOutcome::Withdrawn, now)
                .await?;
        if cleared > 0 {
            store::claims::quotas::wait(work.conn(), list.0, list.1, -cleared).await?;
        }
        let joined = self.join(work, list, &new).await?;
        // A member has joined the list at this moment: try again.
        if joined.len() == new.len() {
            Ok(())
        } else {
            Err(ServiceError::Busy)
        }
    }

    fn drawn_message(&self, in_force: &InForce, draw: &Draw, drawn: &Drawn) -> Result<Message> {
        let body = MessageBody::PerkDrawn(PerkDrawnBody {
            perk: draw.perk.clone(),
            entries: drawn.entries,
            units: drawn.units,
            commitment: hex::encode(draw.commitment),
            digest: hex::encode(drawn.digest),
            seed: hex::encode(draw.seed.0),
            program_version: in_force.version,
        });
        let about = About {
            program: Some(draw.program.clone()),
            member: None,
        };
        body.message(self.context.clock.new_id(), drawn.at, about)
    }
}

const NO_DRAW: ServiceError = ServiceError::NotFound("draw of such a perk");
const NO_ENTRIES: &str = "nobody has entered the draw";

fn ticket(entry: &DrawEntry) -> Ticket {
    Ticket {
        id: entry.id,
        nonce: entry.nonce.clone(),
    }
}

/// The part of the document that is public at any time.
fn about(draw: &Draw) -> DrawDocument {
    DrawDocument {
        algorithm: ALGORITHM.to_owned(),
        description: DESCRIPTION.to_owned(),
        program: draw.program.clone(),
        perk: draw.perk.clone(),
        commitment: hex::encode(draw.commitment),
        committed_at: draw.committed_at,
        draws_at: None,
        drawn_at: None,
        units: None,
        units_now: None,
        entry_count: 0,
        digest: None,
        seed: None,
        entries: None,
    }
}

/// Adds the part of the document that is public after the draw.
fn publish(
    document: &mut DrawDocument,
    draw: &Draw,
    drawn: &Drawn,
    fates: Vec<Fate>,
    left: Option<i64>,
) {
    let entries: Vec<DrawnEntry> = fates.into_iter().map(published).collect();
    let have = entries.iter().filter(|e| e.standing() == DrawStanding::Has);
    let have = have.count() as i64;
    document.drawn_at = Some(drawn.at);
    document.units = Some(drawn.units);
    document.units_now = left.map(|left| left + have);
    document.entry_count = drawn.entries;
    document.digest = Some(hex::encode(drawn.digest));
    document.seed = Some(hex::encode(draw.seed.0));
    document.entries = Some(entries);
}

fn published(fate: Fate) -> DrawnEntry {
    let outcome = match (fate.outcome, fate.claim) {
        (None, _) => "waiting",
        (Some(_), Some(state)) => state.as_str(),
        (Some(outcome), None) => outcome.as_str(),
    };
    DrawnEntry {
        id: fate.id.0,
        nonce: fate.nonce,
        place: fate.place,
        outcome: outcome.to_owned(),
    }
}
