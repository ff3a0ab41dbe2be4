//! The release of everything that a member has under way.

use super::Claims;
use crate::service::error::{Result, ServiceError};
use crate::service::unit_of_work::UnitOfWork;
use crate::store;

use renown_core::domain::{Ending, MemberId, State, Step};

impl Claims {
    /// Releases the units that are held for a member, and takes the member off waiting lists
    /// and out of open draws. Units that are confirmed or redeemed stay theirs. The caller
    /// has locked the member, so that nothing is added.
    pub(in crate::service) async fn release_all(
        &self,
        work: &mut UnitOfWork,
        member: MemberId,
    ) -> Result<()> {
        for id in store::claims::held_for(work.conn(), member).await? {
            let claim = self.claim_in(work, id).await?;
            // One that was confirmed or ended meanwhile stays as it is.
            if let State::Held(_) = claim.state {
                self.moved(work, claim, Step::End(Ending::Released)).await?;
            }
        }
        for wait in store::claims::waiting::of_member_anywhere(work.conn(), member).await? {
            self.stop_waiting(work, wait).await?;
        }
        for entry in store::claims::entries::of_member_anywhere(work.conn(), member).await? {
            match self.withdraw_entry(work, entry).await {
                // Of one that is about to be drawn, the member is passed over.
                Ok(_) | Err(ServiceError::Conflict(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}
