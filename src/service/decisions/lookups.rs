//! The lookups: tier, service level and offers of one person in one program.
//! Pure reads, answered from memory when they can be, evaluated as of the
//! present tick so that an answer and its tag stay the same within it, but for
//! what is left of perks: that is as of now.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, Utc};

use super::Decisions;

use crate::service::cache::{AnswerKey, CachedAnswer, Ingredients};
use crate::service::error::Result;
use crate::service::programs::InForce;
use renown_core::domain::{Attribute, Invalid, ProgramId};
use renown_core::rules::{DemotionFreeze, Facts, MemberFacts, Occasion, Outcome, Supply};

/// Which of the lookups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Question {
    /// Which tier has this person?
    Tier,
    /// How is this person served?
    ServiceLevel,
    /// What may this person have? Shows what is left now, whatever the tick.
    Offers,
}

impl Question {
    fn shows_supply(self) -> bool {
        self == Self::Offers
    }
}

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
/// and the last agree: the version, the tick, the hold on tiers and the supply.
#[derive(Debug)]
pub struct ManyLookups {
    in_force: Arc<InForce>,
    supply: Supply,
    hold: Option<DemotionFreeze>,
    now: DateTime<Utc>,
    shows_offers: bool,
}

/// People evaluated before others get a turn.
const TOLD_AT_ONCE: usize = 64;

/// How an evaluation becomes a body and its tag.
pub type Render = fn(&Evaluated<'_>) -> (Vec<u8>, String);

impl Decisions {
    /// Answers a lookup. `render` is what makes the body when it has to be made
    /// anew.
    ///
    /// # Errors
    /// [`crate::service::ServiceError::NotFound`] without such a program; if the text is
    /// no identity, or the database does not answer. Never because the person
    /// is not known: they have the floor.
    pub async fn look_up(
        &self,
        program: &ProgramId,
        identity: &str,
        question: Question,
        render: Render,
    ) -> Result<Rendered> {
        let in_force = self.programs.in_force(program)?;
        let member = self.members.find(identity).await?;
        let facts = self.facts.of(member).await?;
        let now = self.context.config.scoring.tick(self.context.clock.now());
        let supply = match question.shows_supply() {
            true => self.facts.supply(&in_force.program, now).await?,
            false => Supply::default(),
        };
        let Some(member) = member else {
            let request = BTreeMap::new();
            let evaluated = evaluated(&in_force, &facts, &supply, &request, None, now);
            return Ok(rendered(&evaluated, render));
        };
        let from = Ingredients {
            facts,
            version: in_force.version,
            tick: now.timestamp(),
            hold: self.sources.hold().await?,
            supply,
        };
        let key = AnswerKey {
            member,
            program: program.clone(),
            question,
        };
        if let Some(answer) = self.context.cache.answer(&key, &from) {
            return Ok(Rendered {
                body: answer.body.clone(),
                etag: answer.etag.clone(),
            });
        }
        let rendered = self.answer(&in_force, question, &from, now, render);
        let answer = CachedAnswer {
            body: rendered.body.clone(),
            etag: rendered.etag.clone(),
            made_from: from,
        };
        self.context.cache.remember_answer(key, Arc::new(answer));
        Ok(rendered)
    }

    /// Answers anew, and notes what somebody is shown by it.
    fn answer(
        &self,
        in_force: &Arc<InForce>,
        question: Question,
        from: &Ingredients,
        now: DateTime<Utc>,
        render: Render,
    ) -> Rendered {
        let (supply, hold) = (&from.supply, from.hold.as_ref());
        let request = BTreeMap::new();
        let evaluated = evaluated(in_force, &from.facts, supply, &request, hold, now);
        if question == Question::Offers {
            self.note_offers(in_force, &evaluated);
        }
        rendered(&evaluated, render)
    }

    fn note_offers(&self, in_force: &Arc<InForce>, evaluated: &Evaluated<'_>) {
        self.exposures
            .note_exposures(in_force, &evaluated.rules, &evaluated.outcome.perks);
    }

    /// Begins lookups of many people in one program, with or without the perks.
    ///
    /// # Errors
    /// [`crate::service::ServiceError::NotFound`] without such a program; if the
    /// database does not answer.
    pub async fn begin_lookups(
        &self,
        program: &ProgramId,
        shows_offers: bool,
    ) -> Result<ManyLookups> {
        let in_force = self.programs.in_force(program)?;
        let now = self.context.config.scoring.tick(self.context.clock.now());
        Ok(ManyLookups {
            supply: self.facts.supply(&in_force.program, now).await?,
            hold: self.sources.hold().await?,
            now,
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
        let people = self
            .facts
            .people(identities.iter().map(String::as_str))
            .await?;
        let request = BTreeMap::new();
        for (place, identity) in identities.iter().enumerate() {
            match people.get(identity) {
                Ok(person) => {
                    let evaluated = evaluated(
                        &lookups.in_force,
                        person.facts,
                        &lookups.supply,
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

fn rendered(evaluated: &Evaluated<'_>, render: Render) -> Rendered {
    let (body, etag) = render(evaluated);
    Rendered {
        body: body.into(),
        etag,
    }
}

fn evaluated<'e>(
    in_force: &'e InForce,
    facts: &'e MemberFacts,
    supply: &'e Supply,
    request: &'e BTreeMap<String, Attribute>,
    hold: Option<&'e DemotionFreeze>,
    now: DateTime<Utc>,
) -> Evaluated<'e> {
    let rules = facts.in_program(
        in_force.program.id(),
        Occasion {
            supply,
            request,
            hold,
            now,
        },
    );
    Evaluated {
        outcome: in_force.program.evaluate(&rules),
        in_force,
        facts,
        rules,
        now,
    }
}
