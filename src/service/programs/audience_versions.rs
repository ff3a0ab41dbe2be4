//! What audiences and programs have to do with each other: the check of an audience, and the
//! new versions of programs whose audiences change.

use std::sync::Arc;

use sqlx::PgConnection;

use super::Programs;
use super::versions::{about, after_others};
use crate::service::error::{Result, ServiceError};
use crate::service::unit_of_work::UnitOfWork;
use crate::service::webhooks::{MessageBody, ProgramWithdrawnBody};
use crate::store;
use crate::store::programs::{NewVersion, audiences};
use renown_core::domain::{
    AudienceName, AudienceRules, CallerId, ProgramId, ProgramVersion, VersionRecord,
};
use renown_core::rules::{Audience, AudienceTest, CheckedAudience, Diagnostic, Program, Setting};

impl Programs {
    /// Checks the file of an audience.
    ///
    /// # Errors
    /// [`ServiceError::Program`] with all mistakes.
    pub(super) async fn check_audience(
        &self,
        name: &AudienceName,
        source: &str,
        others: &AudienceRules,
    ) -> Result<CheckedAudience> {
        let now = self.context.clock.now();
        let (name, source, others) = (name.clone(), source.to_owned(), others.clone());
        let topics = Arc::clone(&self.topic_names);
        let protected = self.context.config.programs.protected_attributes.clone();
        let checking = tokio::task::spawn_blocking(move || {
            let setting = Setting {
                now,
                topics: &topics,
                protected: &protected,
                audiences: Some(&others),
            };
            Audience::compile(&source, Some(&name), &setting)
        });
        let checked = checking.await.map_err(|_| ServiceError::Busy)?;
        checked.map_err(ServiceError::Program)
    }

    /// Publishes a new version of each version in force or scheduled that refers to an
    /// audience, with the same source and the present rules. The caller has the lock of
    /// audiences. A scheduled version is withdrawn, and its successor begins when it would
    /// have begun. Drafts and stocks stay as they are.
    ///
    /// # Errors
    /// [`ServiceError::Conflict`] if a program would not be right with these rules.
    pub(super) async fn renew(
        self: &Arc<Self>,
        work: &mut UnitOfWork,
        name: &AudienceName,
        rules: &AudienceRules,
        by: Option<CallerId>,
    ) -> Result<Vec<(ProgramId, ProgramVersion)>> {
        let mut programs: Vec<ProgramId> = using(work.conn(), name, self.context.clock.now())
            .await?
            .into_iter()
            .map(|version| version.program)
            .collect();
        programs.dedup();
        for program in &programs {
            store::programs::lock(work.conn(), program, self.context.clock.now()).await?;
        }
        let now = self.context.clock.now();
        let mut published = Vec::new();
        for version in using(work.conn(), name, now).await? {
            let program = Program::load(&version.source, Some(rules)).map_err(|found| {
                let why = Diagnostic::first_error(&found);
                let program = &version.program;
                ServiceError::Conflict(format!("the program '{program}' refers to it: {why}"))
            })?;
            let new = self.renewed(work, &version, &program, name, by).await?;
            published.push((version.program, new));
        }
        if !published.is_empty() {
            let programs = Arc::clone(self);
            work.after_commit(async move { programs.reload().await });
        }
        Ok(published)
    }

    async fn renewed(
        self: &Arc<Self>,
        work: &mut UnitOfWork,
        old: &VersionRecord,
        program: &Program,
        name: &AudienceName,
        by: Option<CallerId>,
    ) -> Result<ProgramVersion> {
        let now = self.context.clock.now();
        let mut note = format!("audience {name} changed");
        let starts_at = if old.starts_at > now {
            note.push_str(&format!("; takes the place of version {}", old.version.0));
            store::programs::withdraw(work.conn(), &old.program, old.version, now).await?;
            let withdrawn = MessageBody::ProgramWithdrawn(ProgramWithdrawnBody {
                program_version: old.version,
            });
            let message =
                withdrawn.message(self.context.clock.new_id(), now, about(&old.program))?;
            store::webhooks::outbox::add(work.conn(), &[message]).await?;
            old.starts_at
        } else {
            let versions = store::programs::versions(work.conn(), &old.program).await?;
            after_others(&versions, now)
        };
        let new = NewVersion {
            source: &old.source,
            audiences: program.audiences(),
            by,
            starts_at,
            note: Some(&note),
            restores: None,
        };
        self.write(work, program, &new, now).await
    }

    /// Refuses to go on if a program in force or scheduled, or another audience, refers to an
    /// audience.
    pub(super) async fn refuse_if_used(
        &self,
        conn: &mut PgConnection,
        name: &AudienceName,
    ) -> Result<()> {
        let used = using(conn, name, self.context.clock.now()).await?;
        let mut programs: Vec<&str> = used.iter().map(|v| v.program.as_str()).collect();
        programs.dedup();
        if !programs.is_empty() {
            let programs = programs.join(", ");
            return Err(ServiceError::Conflict(format!(
                "these programs refer to the audience '{name}': {programs}"
            )));
        }
        let rules = audiences::rules(conn).await?;
        let named = |other: &&AudienceName| {
            let names = rules.get(other).map(AudienceTest::named_in);
            names.is_some_and(|names| names.contains(name))
        };
        let others: Vec<&str> = rules
            .names()
            .filter(named)
            .map(AudienceName::as_str)
            .collect();
        match others.is_empty() {
            true => Ok(()),
            false => Err(ServiceError::Conflict(format!(
                "these audiences refer to the audience '{name}': {}",
                others.join(", ")
            ))),
        }
    }
}

/// Returns the versions in force or scheduled that refer to an audience, by program.
async fn using(
    conn: &mut PgConnection,
    name: &AudienceName,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Vec<VersionRecord>> {
    let mut versions = store::programs::in_force_from(conn, now).await?;
    versions.retain(|version| version.audiences.get(name).is_some());
    Ok(versions)
}
