//! The HTTP lookups: tier, service level and offers of a member in a program. They
//! write nothing to the database and are answered from the cache if possible. They
//! are evaluated as of the present tick, so that the answer and its tag stay the
//! same within a tick. Only what is left of perks is read as of now.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, Utc};

use super::Decisions;
use super::decide::check_context;
use super::many_members::OneMember;

use crate::service::cache::{AnswerKey, BorrowedAnswerKey, CachedAnswer, Ingredients};
use crate::service::error::Result;
use crate::service::members::NamedMember;
use crate::service::programs::InForce;
use renown_core::domain::{Attribute, Claim, Invalid, ProgramId};
use renown_core::rules::{DemotionFreeze, Facts, MemberFacts, Occasion, Outcome, Supply};

/// The kinds of lookups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Question {
    /// The member's tier.
    Tier,
    /// The member's service level.
    ServiceLevel,
    /// The perks offered to the member. Shows what is left now, whatever the tick.
    Offers,
}

/// What the caller knows of the occasion of a lookup.
#[derive(Debug, Default)]
pub struct LookupContext {
    /// The request context, for conditions that read it.
    pub request: BTreeMap<String, Attribute>,
    /// When the ticket was opened; `None` for now.
    pub opened_at: Option<DateTime<Utc>>,
}

impl LookupContext {
    fn is_empty(&self) -> bool {
        self.request.is_empty() && self.opened_at.is_none()
    }
}

impl Question {
    /// Whether the answer shows what is left and what the member has claimed.
    fn shows_supply(self) -> bool {
        self == Self::Offers
    }
}

/// An evaluation, ready to be rendered.
#[derive(Debug)]
pub struct Evaluated<'e> {
    /// The program and its version.
    pub in_force: &'e InForce,
    /// The member's facts.
    pub facts: &'e MemberFacts,
    /// The facts as the rules read them.
    pub rules: Facts<'e>,
    /// The tier and the perks.
    pub outcome: Outcome<'e>,
    /// The tick as of which it was evaluated.
    pub now: DateTime<Utc>,
    /// The member's open claims in the program; empty where the lookup does not show them.
    pub claims: &'e [Claim],
    /// The member, and the identity by which the caller named them; `None` if no member takes
    /// part in scoring under it.
    pub named: Option<&'e NamedMember>,
    /// What is probably wrong with an identity that leads to no member.
    pub hint: Option<String>,
}

/// A rendered answer.
#[derive(Debug, Clone)]
pub struct Rendered {
    /// The response body.
    pub body: Bytes,
    /// The strong entity tag of the body.
    pub etag: Bytes,
}

/// What the lookups of one batch have in common: the version, the tick, the request
/// context, the demotion freeze and the supply. Fixed at the start, so that the first and the
/// last lookup agree.
#[derive(Debug)]
pub struct ManyLookups {
    in_force: Arc<InForce>,
    supply: Supply,
    context: LookupContext,
    hold: Option<DemotionFreeze>,
    now: DateTime<Utc>,
    shows_offers: bool,
}

/// Members evaluated before other tasks get a turn.
const TOLD_AT_ONCE: usize = 64;

/// Makes the answer of an evaluation.
pub type Render = fn(&Evaluated<'_>) -> Rendered;

/// What the caller of one lookup asks, and as of which tick.
#[derive(Clone, Copy)]
struct Asked<'q> {
    question: Question,
    context: &'q LookupContext,
    now: DateTime<Utc>,
    render: Render,
}

impl Decisions {
    /// Answers a lookup. `render` makes the body unless a cached one is still
    /// valid; an answer with a request context is not cached, because contexts differ
    /// from one to the next. An unknown member has the floor; that is not an error.
    ///
    /// # Errors
    /// [`NotFound`](crate::service::ServiceError::NotFound) if there is no such
    /// program; also if the text is not an identity.
    pub async fn look_up(
        &self,
        program: &ProgramId,
        identity: &str,
        question: Question,
        context: &LookupContext,
        render: Render,
    ) -> Result<Rendered> {
        let in_force = self.programs.present(program).await?;
        let (named, facts) = self.facts.find(identity).await?;
        let now = self.context.config.scoring.tick(self.context.clock.now());
        let supply = match question.shows_supply() {
            true => Box::pin(self.facts.supply(&in_force.program, now)).await?,
            false => Supply::default(),
        };
        let Some(named) = named else {
            let person = OneMember {
                named: None,
                facts: &facts,
            };
            let mut evaluated = evaluated(&in_force, person, &supply, context, None, now);
            let networks = Box::pin(self.networks.known([identity])).await?;
            evaluated.hint = networks.hint(identity);
            return Ok(render(&evaluated));
        };
        let mut claims = match question.shows_supply() {
            true => Box::pin(self.open_claims(program, [&*facts])).await?,
            false => BTreeMap::new(),
        };
        let from = Ingredients {
            facts,
            version: in_force.version,
            tick: now.timestamp(),
            hold: self.sources.hold().await?,
            supply,
            claims: claims.remove(&named.member).unwrap_or_default(),
        };
        let asked = Asked {
            question,
            context,
            now,
            render,
        };
        if !context.is_empty() {
            return Ok(self.answer(&in_force, asked, &named, &from));
        }
        let borrowed = BorrowedAnswerKey {
            named: &named,
            program,
            question,
        };
        if let Some(answer) = self.context.cache.answer(&borrowed, &from) {
            return Ok(answer.rendered.clone());
        }
        let rendered = self.answer(&in_force, asked, &named, &from);
        let answer = CachedAnswer {
            rendered: rendered.clone(),
            made_from: from,
        };
        let key = AnswerKey {
            program: program.clone(),
            question,
            named,
        };
        self.context.cache.remember_answer(key, Arc::new(answer));
        Ok(rendered)
    }

    /// Evaluates and renders, and records the exposure if offers are shown.
    fn answer(
        &self,
        in_force: &Arc<InForce>,
        asked: Asked<'_>,
        named: &Arc<NamedMember>,
        from: &Ingredients,
    ) -> Rendered {
        let (supply, hold) = (&from.supply, from.hold.as_ref());
        let person = OneMember {
            named: Some(named),
            facts: &from.facts,
        };
        let mut evaluated = evaluated(in_force, person, supply, asked.context, hold, asked.now);
        evaluated.claims = &from.claims;
        if asked.question == Question::Offers {
            self.note_offers(in_force, &evaluated);
        }
        (asked.render)(&evaluated)
    }

    fn note_offers(&self, in_force: &Arc<InForce>, evaluated: &Evaluated<'_>) {
        self.exposures
            .note_exposures(in_force, &evaluated.rules, &evaluated.outcome.perks);
    }

    /// Begins a batch of lookups in one program, with or without the perks.
    ///
    /// # Errors
    /// [`NotFound`](crate::service::ServiceError::NotFound) if there is no such
    /// program; [`Invalid`](crate::service::ServiceError::Invalid) if the request context is
    /// too large.
    pub async fn begin_lookups(
        &self,
        program: &ProgramId,
        shows_offers: bool,
        request: BTreeMap<String, Attribute>,
    ) -> Result<ManyLookups> {
        check_context(&request)?;
        let in_force = self.programs.present(program).await?;
        let now = self.context.config.scoring.tick(self.context.clock.now());
        Ok(ManyLookups {
            supply: self.facts.supply(&in_force.program, now).await?,
            hold: self.sources.hold().await?,
            now,
            context: LookupContext {
                request,
                opened_at: None,
            },
            shows_offers,
            in_force,
        })
    }

    /// Evaluates the program for a page of members, in their order, and passes each
    /// result to `tell`.
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
        let found = identities.iter().map(|text| (text, people.get(text)));
        let unknown = found
            .clone()
            .filter(|(_, found)| matches!(found, Ok(one) if one.named.is_none()));
        let networks = self.networks.known(unknown.map(|(text, _)| text.as_str()));
        let networks = networks.await?;
        let claims = match lookups.shows_offers {
            true => {
                let facts = found.filter_map(|(_, found)| found.ok().map(|one| one.facts));
                let program = lookups.in_force.program.id();
                self.open_claims(program, facts).await?
            }
            false => BTreeMap::new(),
        };
        for (place, identity) in identities.iter().enumerate() {
            match people.get(identity) {
                Ok(person) => {
                    let mut evaluated = evaluated(
                        &lookups.in_force,
                        person,
                        &lookups.supply,
                        &lookups.context,
                        lookups.hold.as_ref().filter(|_| person.named.is_some()),
                        lookups.now,
                    );
                    if person.named.is_none() {
                        evaluated.hint = networks.hint(identity);
                    }
                    let member = person.facts.member.as_ref();
                    let claims = member.and_then(|member| claims.get(&member.id));
                    evaluated.claims = claims.map_or(&[], Vec::as_slice);
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
    person: OneMember<'e>,
    supply: &'e Supply,
    context: &'e LookupContext,
    hold: Option<&'e DemotionFreeze>,
    now: DateTime<Utc>,
) -> Evaluated<'e> {
    let facts = person.facts;
    let rules = facts.in_program(
        in_force.program.id(),
        Occasion {
            supply,
            request: &context.request,
            verified: person.named.map(|named| named.proof.is_verified()),
            hold,
            opened_at: context.opened_at,
            now,
        },
    );
    Evaluated {
        outcome: in_force.program.evaluate(&rules),
        in_force,
        facts,
        rules,
        now,
        claims: &[],
        named: person
            .named
            .filter(|_| facts.member.is_some())
            .map(Arc::as_ref),
        hint: None,
    }
}
