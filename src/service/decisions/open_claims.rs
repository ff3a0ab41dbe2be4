//! The claims that offers show: units that members have and that were not handed over yet.

use std::collections::BTreeMap;

use super::Decisions;
use crate::service::error::Result;
use crate::store;
use renown_core::domain::{Claim, MemberId, ProgramId};
use renown_core::rules::MemberFacts;

impl Decisions {
    /// Returns the open claims of members in a program, as of now. Reads the database only
    /// if one of the members has claimed something there.
    pub(super) async fn open_claims<'f>(
        &self,
        program: &ProgramId,
        people: impl IntoIterator<Item = &'f MemberFacts>,
    ) -> Result<BTreeMap<MemberId, Vec<Claim>>> {
        let with_claims = people.into_iter().filter_map(|facts| {
            let claimed = facts.claimed.get(program)?;
            let member = facts.member.as_ref()?;
            (!claimed.is_empty()).then_some(member.id)
        });
        let members: Vec<MemberId> = with_claims.collect();
        let mut of_members: BTreeMap<MemberId, Vec<Claim>> = BTreeMap::new();
        if members.is_empty() {
            return Ok(of_members);
        }
        let mut conn = self.context.connection().await?;
        let now = self.context.clock.now();
        for claim in store::claims::open(&mut conn, program, &members, now).await? {
            of_members.entry(claim.member).or_default().push(claim);
        }
        Ok(of_members)
    }
}
