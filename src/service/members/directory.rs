//! The list of members, and the search for some of them.

mod finder;

use std::sync::Arc;

use super::enrolment::{NO_MEMBER, profiles};
use super::{MemberProfile, Members};
use crate::service::context::Context;
use crate::service::error::{Result, ServiceError};
use crate::service::programs::Programs;
use crate::service::scores::CurrentModel;
use crate::store;

use renown_core::domain::{
    Identity, MemberFilter, MemberId, MemberPlace, ProgramId, TierFilter, TierId,
};
use renown_core::ingest::member_list::{ListFormat, ListWriter, MemberTable};

/// Lists members by what is known of them.
#[derive(Debug)]
pub struct Directory {
    context: Context,
    members: Arc<Members>,
    current: Arc<CurrentModel>,
    programs: Arc<Programs>,
}

impl Directory {
    pub(in crate::service) fn new(
        context: Context,
        members: Arc<Members>,
        current: Arc<CurrentModel>,
        programs: Arc<Programs>,
    ) -> Self {
        Self {
            context,
            members,
            current,
            programs,
        }
    }

    /// Returns the filter for a tier of a program.
    ///
    /// # Errors
    /// If there is no such program, or it has no such tier.
    pub fn tier(&self, program: ProgramId, tier: TierId) -> Result<TierFilter> {
        let in_force = self.programs.in_force(&program);
        let in_force = in_force.map_err(|_| {
            ServiceError::invalid("", format_args!("there is no program '{program}'"))
        })?;
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

    /// Returns the id under which records of a member are kept. A membership that has ended is
    /// found by the member's id alone.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if no member is or was enrolled under the identity.
    pub async fn on_record(&self, identity: &str) -> Result<MemberId> {
        if let Some(member) = self.members.find(identity).await? {
            return Ok(member);
        }
        let Identity::Member(id) = identity.parse()? else {
            return Err(NO_MEMBER);
        };
        let mut conn = self.context.connection().await?;
        match store::members::has_ended(&mut conn, id).await? {
            true => Ok(id),
            false => Err(NO_MEMBER),
        }
    }

    /// Returns a page of members, and the place after which the next page begins if there is
    /// one. The page may have fewer members than `limit`, or none, also if there is a next one.
    pub async fn list(
        &self,
        filter: &MemberFilter,
        limit: u16,
    ) -> Result<(Vec<MemberProfile>, Option<MemberPlace>)> {
        let mut conn = self.context.connection().await?;
        let model = self.current.version();
        let case_counts = &self.context.config.accounts.case_counts;
        let filter = MemberFilter {
            identity: filter
                .identity
                .clone()
                .map(|prefix| prefix.folded(case_counts)),
            ..filter.clone()
        };
        let found = store::members::search(&mut conn, &filter, &model, limit).await?;
        let ids: Vec<MemberId> = found.places.iter().map(|place| place.member).collect();
        let members = store::members::members(&mut conn, &ids).await?;
        let profiles = profiles(&mut conn, members).await?;
        Ok((profiles, found.next))
    }
}

/// The members of one page of an export.
const EXPORTED_AT_ONCE: u16 = 1_000;

/// An export that has begun.
#[derive(Debug)]
pub struct MemberExport {
    writer: ListWriter,
    /// The conditions, and where the next page begins; `None` after the last page.
    next: Option<MemberFilter>,
    is_new: bool,
}

impl Directory {
    /// Begins an export of the members that meet the conditions.
    pub async fn begin_export(
        &self,
        filter: MemberFilter,
        format: ListFormat,
    ) -> Result<MemberExport> {
        let writer = match format {
            ListFormat::Ndjson => ListWriter::Ndjson,
            ListFormat::Csv => {
                let mut conn = self.context.connection().await?;
                let types = store::members::attribute_types(&mut conn).await?;
                ListWriter::Csv(MemberTable::new(types))
            }
        };
        Ok(MemberExport {
            writer,
            next: Some(filter),
            is_new: true,
        })
    }

    /// Returns the next piece of an export; `None` after the last one. Members who enrol
    /// meanwhile may be left out, and nobody comes twice.
    pub async fn export(&self, export: &mut MemberExport) -> Result<Option<String>> {
        let Some(mut filter) = export.next.take() else {
            return Ok(None);
        };
        let (members, last) = self.list(&filter, EXPORTED_AT_ONCE).await?;
        let mut piece = match std::mem::take(&mut export.is_new) {
            true => export.writer.header(),
            false => String::new(),
        };
        for profile in &members {
            piece.push_str(&export.writer.line(&profile.member, &profile.identities));
        }
        if last.is_some() {
            filter.after = last;
            export.next = Some(filter);
        }
        Ok(Some(piece))
    }
}
