//! The lookups: tier, service level and offers of one person in one program.
//! Pure reads, answered from memory when they can be, evaluated as of the
//! present tick so that an answer and its tag stay the same within it.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, Utc};

use super::Service;
use super::cache::{Answer, AnswerKey};
use super::error::Result;
use super::facts::MemberFacts;
use super::programs::InForce;
use crate::domain::{Attribute, Invalid, PerkId, ProgramId};
use crate::rules::{Facts, Hold, Outcome};

/// An evaluation, ready to be rendered.
#[derive(Debug)]
pub struct Evaluated<'e> {
    /// By which program.
    pub in_force: &'e InForce,
    /// Of whom.
    pub facts: &'e MemberFacts,
    /// The facts as the rules read them.
    pub rules: Facts<'e>,
    /// Who gets what.
    pub outcome: Outcome<'e>,
    /// Units left of each perk.
    pub stock: &'e BTreeMap<PerkId, i64>,
    /// The tick.
    pub now: DateTime<Utc>,
}

/// A rendered answer.
#[derive(Debug, Clone)]
pub struct Rendered {
    /// The body.
    pub body: Bytes,
    /// Its strong entity tag.
    pub etag: String,
}

/// What many lookups have in common, fixed when they begin, so that the first
/// and the last agree: the version, the tick, the hold on tiers and the stock.
#[derive(Debug)]
pub struct ManyLookups {
    in_force: Arc<InForce>,
    stock: BTreeMap<PerkId, i64>,
    hold: Option<Hold>,
    now: DateTime<Utc>,
    shows_offers: bool,
}

/// People evaluated before others get a turn.
const TOLD_AT_ONCE: usize = 64;

/// The lookup that shows perks, by name.
pub const OFFERS: &str = "offers";

/// How an evaluation becomes a body and its tag.
pub type Render = fn(&Evaluated<'_>) -> (Vec<u8>, String);

impl Service {
    /// Answers a lookup. `name` tells the lookups apart; `render` is what
    /// makes the body when it has to be made anew.
    ///
    /// # Errors
    /// [`super::ServiceError::NotFound`] without such a program; if the text is
    /// no identity, or the database does not answer. Never because the person
    /// is not known: they have the floor.
    pub async fn look_up(
        &self,
        program: &ProgramId,
        identity: &str,
        name: &'static str,
        render: Render,
    ) -> Result<Rendered> {
        let in_force = self.program(program)?;
        let member = self.find_member(identity).await?;
        let facts = self.member_facts(member).await?;
        let now = self.config.scoring.tick(self.clock.now());
        let Some(member) = member else {
            return self
                .render(&in_force, &facts, None, now, (name, render))
                .await;
        };
        let hold = self.hold().await?;
        let key = AnswerKey {
            member,
            program: program.clone(),
            lookup: name,
        };
        let tick = now.timestamp();
        if let Some(answer) = self
            .cache
            .answer(&key, &facts, in_force.version, tick, hold.as_ref())
        {
            return Ok(Rendered {
                body: answer.body.clone(),
                etag: answer.etag.clone(),
            });
        }
        let rendered = self
            .render(&in_force, &facts, hold.as_ref(), now, (name, render))
            .await?;
        let answer = Answer {
            facts,
            version: in_force.version,
            tick,
            hold,
            body: rendered.body.clone(),
            etag: rendered.etag.clone(),
        };
        self.cache.remember_answer(key, Arc::new(answer));
        Ok(rendered)
    }

    async fn render(
        &self,
        in_force: &Arc<InForce>,
        facts: &MemberFacts,
        hold: Option<&Hold>,
        now: DateTime<Utc>,
        (name, render): (&'static str, Render),
    ) -> Result<Rendered> {
        let stock = self.stock_shown(in_force).await?;
        let request = BTreeMap::new();
        let evaluated = evaluated(in_force, facts, &stock, &request, hold, now);
        if name == OFFERS {
            self.note_offers(in_force, &evaluated);
        }
        let (body, etag) = render(&evaluated);
        Ok(Rendered {
            body: body.into(),
            etag,
        })
    }

    /// Units left, if the program counts any.
    async fn stock_shown(&self, in_force: &InForce) -> Result<BTreeMap<PerkId, i64>> {
        let program = &in_force.program;
        match program.perks().iter().any(|perk| perk.stock.is_some()) {
            true => self.stock(program.id()).await,
            false => Ok(BTreeMap::new()),
        }
    }

    fn note_offers(&self, in_force: &Arc<InForce>, evaluated: &Evaluated<'_>) {
        self.note_showing(in_force, &evaluated.rules, &evaluated.outcome.perks);
    }

    /// Begins lookups of many people in one program, with or without the perks.
    ///
    /// # Errors
    /// [`super::ServiceError::NotFound`] without such a program; if the
    /// database does not answer.
    pub async fn begin_lookups(
        &self,
        program: &ProgramId,
        shows_offers: bool,
    ) -> Result<ManyLookups> {
        let in_force = self.program(program)?;
        Ok(ManyLookups {
            stock: self.stock_shown(&in_force).await?,
            hold: self.hold().await?,
            now: self.config.scoring.tick(self.clock.now()),
            shows_offers,
            in_force,
        })
    }

    /// Evaluates the program for a page of people, in their order, and tells
    /// what came of each.
    ///
    /// # Errors
    /// If the database does not answer.
    pub async fn look_up_many(
        &self,
        lookups: &ManyLookups,
        identities: &[String],
        mut tell: impl FnMut(&str, Result<&Evaluated<'_>, Invalid>),
    ) -> Result<()> {
        let people = self.people(identities.iter().map(String::as_str)).await?;
        let request = BTreeMap::new();
        for (place, identity) in identities.iter().enumerate() {
            match people.get(identity) {
                Ok(person) => {
                    let evaluated = evaluated(
                        &lookups.in_force,
                        person.facts,
                        &lookups.stock,
                        &request,
                        lookups.hold.as_ref().filter(|_| person.known),
                        lookups.now,
                    );
                    if lookups.shows_offers {
                        self.note_offers(&lookups.in_force, &evaluated);
                    }
                    tell(identity, Ok(&evaluated));
                }
                Err(invalid) => tell(identity, Err(invalid)),
            }
            if place % TOLD_AT_ONCE == 0 {
                tokio::task::yield_now().await;
            }
        }
        Ok(())
    }
}

fn evaluated<'e>(
    in_force: &'e InForce,
    facts: &'e MemberFacts,
    stock: &'e BTreeMap<PerkId, i64>,
    request: &'e BTreeMap<String, Attribute>,
    hold: Option<&'e Hold>,
    now: DateTime<Utc>,
) -> Evaluated<'e> {
    let rules = facts.as_rules(in_force.program.id(), stock, request, hold, now);
    Evaluated {
        outcome: in_force.program.evaluate(&rules),
        in_force,
        facts,
        rules,
        stock,
        now,
    }
}
