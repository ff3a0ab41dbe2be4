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
use crate::domain::{PerkId, ProgramId};
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
            return self.render(&in_force, &facts, None, now, render).await;
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
            .render(&in_force, &facts, hold.as_ref(), now, render)
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
        in_force: &InForce,
        facts: &MemberFacts,
        hold: Option<&Hold>,
        now: DateTime<Utc>,
        render: Render,
    ) -> Result<Rendered> {
        let program = in_force.program.id();
        let stock = match in_force
            .program
            .perks()
            .iter()
            .any(|perk| perk.stock.is_some())
        {
            true => self.stock(program).await?,
            false => BTreeMap::new(),
        };
        let request = BTreeMap::new();
        let rules = facts.as_rules(program, &stock, &request, hold, now);
        let (body, etag) = render(&Evaluated {
            outcome: in_force.program.evaluate(&rules),
            in_force,
            facts,
            rules,
            stock: &stock,
            now,
        });
        Ok(Rendered {
            body: body.into(),
            etag,
        })
    }
}
