//! What would lift a refusal, as something that people can do: worked out by scoring the
//! member's stored evidence with more of it.

use std::sync::Arc;

use super::Decisions;
use crate::service::error::Result;
use crate::service::programs::InForce;
use crate::service::scores::StoredEvidence;
use renown_core::domain::MoreReactions;
use renown_core::rules::{Efforts, Facts, Inputs, Outlook};
use renown_core::scoring::Supposition;

/// The length of a computation that is passed to another thread; see
/// [`Compute::run`](crate::service::Compute::run).
const LONG: usize = usize::MAX;

impl Decisions {
    /// Returns the efforts that would lift the refusals of a program. It reads the member's
    /// evidence only if one of them may need more reactions.
    pub(super) async fn efforts(
        &self,
        in_force: &Arc<InForce>,
        facts: &Facts<'_>,
    ) -> Result<Efforts> {
        let Some(member) = facts.member else {
            return Ok(Efforts::default());
        };
        let refusals = in_force.program.liftable_refusals(facts);
        if !refusals.need_outlook() {
            return Ok(in_force.program.efforts(facts, refusals, None));
        }
        let (model, snapshot) = (self.current.model(), self.current.snapshot());
        let mut conn = self.context.connection().await?;
        let stored = StoredEvidence::load(&mut conn, model.version(), member.id).await?;
        drop(conn);
        let in_force = Arc::clone(in_force);
        let inputs = Inputs::of(facts, &in_force.program);
        let search = move || {
            let at = inputs.score.as_of;
            let supposed = Supposition::new(&model, &snapshot, stored.evidence(), at);
            let score = |more: &MoreReactions, days| supposed.score(more, days);
            let outlook = Outlook::new(supposed.wait_days(), &score);
            in_force
                .program
                .efforts(&inputs.facts(), refusals, Some(outlook))
        };
        self.context.compute.run(LONG, search).await
    }
}
