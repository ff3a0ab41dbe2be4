//! The list of members, and the search for some of them.

use std::sync::Arc;

use super::MemberProfile;
use super::enrolment::profiles;
use crate::service::context::Context;
use crate::service::error::{Result, ServiceError};
use crate::service::paging;
use crate::service::programs::Programs;
use crate::service::scores::CurrentModel;
use crate::store;

use renown_core::domain::{MemberFilter, MemberId, MemberPlace, ProgramId, TierFilter, TierId};

/// Lists members by what is known of them.
#[derive(Debug)]
pub struct Directory {
    context: Context,
    current: Arc<CurrentModel>,
    programs: Arc<Programs>,
}

impl Directory {
    pub(in crate::service) fn new(
        context: Context,
        current: Arc<CurrentModel>,
        programs: Arc<Programs>,
    ) -> Self {
        Self {
            context,
            current,
            programs,
        }
    }

    /// Returns the filter for a tier of a program.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no such program; also if it has no such tier.
    pub fn tier(&self, program: ProgramId, tier: TierId) -> Result<TierFilter> {
        let in_force = self.programs.in_force(&program)?;
        if in_force.program.tier(&tier).is_none() {
            let tiers = in_force.program.tiers().iter();
            let tiers: Vec<&str> = tiers.map(|tier| tier.id.as_str()).collect();
            let detail = format!(
                "there is no tier '{tier}'; the tiers are: {}",
                tiers.join(", ")
            );
            return Err(ServiceError::invalid("", detail));
        }
        Ok(TierFilter {
            is_floor: in_force.program.floor().id == tier,
            program,
            tier,
        })
    }

    /// Returns a page of members, and the last place of the page if there is another one.
    pub async fn list(
        &self,
        filter: &MemberFilter,
        limit: u16,
    ) -> Result<(Vec<MemberProfile>, Option<MemberPlace>)> {
        let mut conn = self.context.connection().await?;
        let model = self.current.version();
        let rows = paging::rows_for(limit);
        let mut places = store::members::search(&mut conn, filter, &model, rows).await?;
        let more = paging::cut(&mut places, limit);
        let ids: Vec<MemberId> = places.iter().map(|place| place.member).collect();
        let members = store::members::members(&mut conn, &ids).await?;
        let profiles = profiles(&mut conn, members).await?;
        Ok((profiles, places.pop().filter(|_| more)))
    }
}
