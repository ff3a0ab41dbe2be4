//! Saved audiences: stored, replaced, deleted; and the members on lists.
//!
//! A change of what an audience means makes a new version of each program that refers to
//! it, so that a version never changes and a replay holds.

use super::{Audiences, NO_AUDIENCE};
use crate::service::context::ChangeAttempts;
use crate::service::error::{Result, ServiceError};
use crate::service::unit_of_work::UnitOfWork;
use crate::store;
use crate::store::programs::audiences;
use renown_core::domain::{
    AudienceName, AudienceRule, AudienceRules, CallerId, MemberId, ProgramId, ProgramVersion,
    SavedAudience,
};
use renown_core::rules::{Audience, AudienceTest, CheckedAudience, Diagnostic};

/// The most audiences of a deployment.
const MAX_AUDIENCES: usize = 500;
/// The most members that are added and removed at once.
pub const MAX_LISTED_AT_ONCE: usize = 1_000;

/// A stored audience, and what followed from it.
#[derive(Debug)]
pub struct StoredAudience {
    /// The audience.
    pub audience: SavedAudience,
    /// Whether there was none with this name before.
    pub created: bool,
    /// Warnings for its author.
    pub warnings: Vec<Diagnostic>,
    /// The versions that were published because the audience changed.
    pub published: Vec<(ProgramId, ProgramVersion)>,
}

/// A change of a list.
#[derive(Debug, Clone, Default)]
pub struct ListChange {
    /// Identities of members to add.
    pub add: Vec<String>,
    /// Identities of members to remove.
    pub remove: Vec<String>,
}

/// What a change of a list did.
#[derive(Debug, Clone, Default)]
pub struct ListChanged {
    /// How many members were added.
    pub added: usize,
    /// How many members were removed.
    pub removed: usize,
    /// The identities under which no member is enrolled.
    pub unknown: Vec<String>,
}

impl Audiences {
    /// Returns all audiences, in the order of their names.
    pub async fn all(&self) -> Result<Vec<SavedAudience>> {
        let mut conn = self.context.connection().await?;
        Ok(audiences::all(&mut conn).await?)
    }

    /// Returns an audience.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no such audience.
    pub async fn get(&self, name: &AudienceName) -> Result<SavedAudience> {
        let mut conn = self.context.connection().await?;
        audiences::get(&mut conn, name).await?.ok_or(NO_AUDIENCE)
    }

    /// Stores an audience from its file, in the place of the one with its name.
    ///
    /// # Errors
    /// [`ServiceError::Program`] with all mistakes of the file;
    /// [`ServiceError::PreconditionFailed`] if the version is not the wanted one;
    /// [`ServiceError::Conflict`] if a program or an audience that refers to it would not be
    /// right any more, or there are too many audiences.
    pub async fn put(
        &self,
        name: &AudienceName,
        source: &str,
        if_version: Option<i64>,
        by: Option<CallerId>,
    ) -> Result<StoredAudience> {
        let mut attempts = ChangeAttempts::default();
        loop {
            let put =
                async |work: &mut UnitOfWork| self.put_in(work, name, source, if_version, by).await;
            match self.context.carry_out(put).await {
                Err(error) if attempts.go_on(&error) => {}
                result => return result,
            }
        }
    }

    async fn put_in(
        &self,
        work: &mut UnitOfWork,
        name: &AudienceName,
        source: &str,
        if_version: Option<i64>,
        by: Option<CallerId>,
    ) -> Result<StoredAudience> {
        audiences::lock_changes(work.conn()).await?;
        let before = audiences::get(work.conn(), name).await?;
        check_version(before.as_ref(), if_version)?;
        let mut rules = audiences::rules(work.conn()).await?;
        let CheckedAudience { audience, warnings } =
            self.programs.check_audience(name, source, &rules).await?;
        if before.is_none() && rules.names().count() >= MAX_AUDIENCES {
            let detail = format!("there are {MAX_AUDIENCES} audiences, which is the most");
            return Err(ServiceError::Conflict(detail));
        }
        let unchanged = before
            .as_ref()
            .filter(|before| before.title == audience.title && before.rule == audience.rule);
        if let Some(unchanged) = unchanged {
            return Ok(StoredAudience {
                audience: unchanged.clone(),
                created: false,
                warnings,
                published: Vec::new(),
            });
        }
        let rule = audience.rule.clone();
        let saved = self.saved(before.as_ref(), audience);
        audiences::put(work.conn(), &saved).await?;
        let mut published = Vec::new();
        if before.as_ref().is_some_and(|before| before.rule != rule) {
            rules.set(name.clone(), rule);
            check_others(name, &rules)?;
            self.empty(work, name).await?;
            published = self.programs.renew(work, name, &rules, by).await?;
        }
        Ok(StoredAudience {
            audience: saved,
            created: before.is_none(),
            warnings,
            published,
        })
    }

    fn saved(&self, before: Option<&SavedAudience>, audience: Audience) -> SavedAudience {
        let now = self.context.clock.now();
        SavedAudience {
            name: audience.name,
            title: audience.title,
            rule: audience.rule,
            version: before.map_or(1, |before| before.version + 1),
            created_at: before.map_or(now, |before| before.created_at),
            updated_at: now,
        }
    }

    /// Deletes an audience.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no such audience;
    /// [`ServiceError::PreconditionFailed`] if the version is not the wanted one;
    /// [`ServiceError::Conflict`] if a program in force or scheduled, or another audience,
    /// refers to it.
    pub async fn delete(&self, name: &AudienceName, if_version: Option<i64>) -> Result<()> {
        let mut attempts = ChangeAttempts::default();
        loop {
            let delete = async |work: &mut UnitOfWork| {
                audiences::lock_changes(work.conn()).await?;
                let present = audiences::get(work.conn(), name).await?;
                check_version(present.as_ref(), if_version)?;
                present.ok_or(NO_AUDIENCE)?;
                self.programs.refuse_if_used(work.conn(), name).await?;
                self.empty(work, name).await?;
                Ok(audiences::delete(work.conn(), name).await?)
            };
            match self.context.carry_out(delete).await {
                Err(error) if attempts.go_on(&error) => {}
                result => return result,
            }
        }
    }

    /// Adds members to a list, and removes others. What is so already stays so.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no such audience; [`ServiceError::Conflict`] if
    /// it has a condition; [`ServiceError::Invalid`] if there are too many identities, or one
    /// has a wrong form.
    pub async fn change_list(
        &self,
        name: &AudienceName,
        change: &ListChange,
    ) -> Result<ListChanged> {
        if change.add.len() + change.remove.len() > MAX_LISTED_AT_ONCE {
            let detail = format!("at most {MAX_LISTED_AT_ONCE} members change at once");
            let at = match change.remove.len() > MAX_LISTED_AT_ONCE {
                true => "/remove",
                false => "/add",
            };
            return Err(ServiceError::invalid(at, detail));
        }
        let mut unknown = Vec::new();
        let add = self.found("/add", &change.add, &mut unknown).await?;
        let remove = self.found("/remove", &change.remove, &mut unknown).await?;
        let mut attempts = ChangeAttempts::default();
        loop {
            let act = async |work: &mut UnitOfWork| {
                let now = self.context.clock.now();
                match audiences::locked_rule(work.conn(), name).await? {
                    None => return Err(NO_AUDIENCE),
                    Some(AudienceRule::List) => {}
                    Some(AudienceRule::When(_)) => return Err(no_list(name)),
                }
                let added = audiences::add(work.conn(), name, &add, now).await?;
                let removed = audiences::remove(work.conn(), name, &remove).await?;
                let all: Vec<MemberId> = added.iter().chain(&removed).copied().collect();
                changed(work, &all).await?;
                Ok((added.len(), removed.len()))
            };
            match self.context.carry_out(act).await {
                Err(error) if attempts.go_on(&error) => {}
                result => {
                    let (added, removed) = result?;
                    return Ok(ListChanged {
                        added,
                        removed,
                        unknown,
                    });
                }
            }
        }
    }

    /// Finds the members behind identities.
    async fn found(
        &self,
        field: &str,
        identities: &[String],
        unknown: &mut Vec<String>,
    ) -> Result<Vec<MemberId>> {
        let mut found = Vec::with_capacity(identities.len());
        for (place, identity) in identities.iter().enumerate() {
            let member = self
                .members
                .find(identity)
                .await
                .map_err(|error| match error {
                    ServiceError::Invalid { detail, .. } => {
                        ServiceError::invalid(format!("{field}/{place}"), detail)
                    }
                    other => other,
                })?;
            match member {
                Some(member) => found.push(member),
                None => unknown.push(identity.clone()),
            }
        }
        Ok(found)
    }

    /// Removes all members from a list that ends, or becomes a condition.
    async fn empty(&self, work: &mut UnitOfWork, name: &AudienceName) -> Result<()> {
        let removed = audiences::empty(work.conn(), name).await?;
        changed(work, &removed).await
    }
}

/// Queues members to be looked at again, and drops their cached facts after the commit.
async fn changed(work: &mut UnitOfWork, members: &[MemberId]) -> Result<()> {
    if members.is_empty() {
        return Ok(());
    }
    store::scores::projections::queue_rescores(work.conn(), members).await?;
    store::events::intake::notify_appended(work.conn()).await?;
    members.iter().for_each(|member| work.changes(*member));
    Ok(())
}

fn check_version(present: Option<&SavedAudience>, wanted: Option<i64>) -> Result<()> {
    let is = |wanted| present.is_some_and(|present| present.version == wanted);
    match wanted.is_none_or(is) {
        true => Ok(()),
        false => Err(ServiceError::PreconditionFailed),
    }
}

fn no_list(name: &AudienceName) -> ServiceError {
    ServiceError::Conflict(format!(
        "the audience '{name}' has a condition, which alone decides who is in it"
    ))
}

/// Checks that all audiences that name a changed one are still right.
fn check_others(changed: &AudienceName, rules: &AudienceRules) -> Result<()> {
    for name in rules.names().filter(|name| *name != changed) {
        let Err(found) = AudienceTest::compile(name, rules) else {
            continue;
        };
        let why = Diagnostic::first_error(&found);
        return Err(ServiceError::Conflict(format!(
            "the audience '{name}' would not be right any more: {why}"
        )));
    }
    Ok(())
}
