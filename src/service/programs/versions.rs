//! Versions of programs: published at once or from a later time on, withdrawn
//! before they begin, restored as new versions, and compared in words.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::Programs;
use super::differences::load;
use crate::service::error::{Result, ServiceError};
use crate::service::unit_of_work::UnitOfWork;
use crate::service::webhooks::{About, MessageBody, ProgramPublishedBody, ProgramWithdrawnBody};
use crate::store;
use crate::store::StoreError;
use crate::store::programs::NewVersion;
use renown_core::domain::{
    AudienceName, CallerId, PerkId, ProgramId, ProgramVersion, VersionRecord,
};
use renown_core::rules::{Compiled, Diagnostic, LadderTier, Perk, Program, diff};

/// The maximum length of a note, in characters.
const MAX_NOTE: usize = 500;

/// How a source is to be published.
#[derive(Debug, Clone, Default)]
pub struct Publishing {
    /// The caller; `None` for one in the shell.
    pub by: Option<CallerId>,
    /// When it comes into force; absent: at once.
    pub starts_at: Option<DateTime<Utc>>,
    /// The author's note, at most 500 characters.
    pub note: Option<String>,
}

/// A published version.
#[derive(Debug, Clone)]
pub struct PublishedVersion {
    /// The version.
    pub version: VersionRecord,
    /// Its present state.
    pub state: VersionState,
    /// Warnings for its author.
    pub warnings: Vec<Diagnostic>,
}

/// The state of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VersionState {
    /// The version is in force.
    InForce,
    /// It comes into force later.
    Scheduled,
    /// It was in force; a later version has replaced it.
    Superseded,
    /// It was withdrawn before it came into force.
    Withdrawn,
}

/// A compiled source, ready to be published. Nothing is written yet.
#[derive(Debug)]
pub struct Publication {
    program: Program,
    source: String,
    /// The earlier version that it restores.
    restores: Option<ProgramVersion>,
    how: Publishing,
    warnings: Vec<Diagnostic>,
}

impl Programs {
    /// Prepares the draft of a program to be published.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no draft; otherwise as
    /// [`prepare`](Self::prepare).
    pub async fn prepare_draft(&self, program: &ProgramId, how: Publishing) -> Result<Publication> {
        let source = self.draft(program).await?;
        self.prepare(Some(program), &source, how).await
    }

    /// Publishes a source at once, without a note.
    ///
    /// # Errors
    /// As [`publish_as`](Self::publish_as).
    pub async fn publish(
        self: &Arc<Self>,
        expected: Option<&ProgramId>,
        source: &str,
        by: Option<CallerId>,
    ) -> Result<PublishedVersion> {
        let how = Publishing {
            by,
            ..Publishing::default()
        };
        self.publish_as(expected, source, how).await
    }

    /// Publishes a source as the next version of its program.
    ///
    /// # Errors
    /// As [`prepare`](Self::prepare) and [`put_in_force`](Self::put_in_force).
    pub async fn publish_as(
        self: &Arc<Self>,
        expected: Option<&ProgramId>,
        source: &str,
        how: Publishing,
    ) -> Result<PublishedVersion> {
        let ready = self.prepare(expected, source, how).await?;
        self.context
            .carry_out(async |work| self.put_in_force(work, ready).await)
            .await
    }

    /// Prepares a source to be published.
    ///
    /// # Errors
    /// [`ServiceError::Program`] with all mistakes; also if its start is in the
    /// past or the note is too long.
    pub async fn prepare(
        &self,
        expected: Option<&ProgramId>,
        source: &str,
        how: Publishing,
    ) -> Result<Publication> {
        check_note(how.note.as_deref())?;
        let Compiled {
            program, warnings, ..
        } = self.compile(expected, source).await?;
        if how
            .starts_at
            .is_some_and(|at| at < self.context.clock.now())
        {
            let detail = "a version cannot begin in the past; leave it out for at once";
            return Err(ServiceError::invalid("/starts_at", detail));
        }
        Ok(Publication {
            program,
            source: source.to_owned(),
            restores: None,
            how,
            warnings,
        })
    }

    /// Prepares an earlier version to be restored, as a new version with its
    /// source.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no such version;
    /// [`ServiceError::Conflict`] if it cannot be compiled any more, is in force, or differs
    /// from what is in force only in its audiences.
    pub async fn prepare_rollback(
        &self,
        program: &ProgramId,
        to: ProgramVersion,
        how: Publishing,
    ) -> Result<Publication> {
        check_note(how.note.as_deref())?;
        let earlier = self.version(program, to).await?;
        if self.in_force(program).is_ok_and(|now| now.version == to) {
            return Err(ServiceError::Conflict(format!(
                "version {} is in force",
                to.0
            )));
        }
        // It was checked when it was published. Checks that were added since do not
        // prevent a rollback.
        // Audiences mean what they mean now: a change of one concerns the version in force.
        let audiences = self.audience_rules().await?;
        let loaded = Program::load(&earlier.source, Some(&audiences));
        let loaded = loaded.map_err(|found| {
            let why = Diagnostic::first_error(&found);
            ServiceError::Conflict(format!("version {} cannot be restored: {why}", to.0))
        })?;
        self.refuse_same(&earlier, &loaded).await?;
        Ok(Publication {
            program: loaded,
            source: earlier.source,
            restores: Some(to),
            how,
            warnings: Vec::new(),
        })
    }

    /// Refuses to restore a version that differs from the one in force only in what its
    /// audiences meant: a restored version has them as they are now.
    async fn refuse_same(&self, earlier: &VersionRecord, restored: &Program) -> Result<()> {
        let Ok(present) = self.in_force(&earlier.program) else {
            return Ok(());
        };
        let present = self.version(&earlier.program, present.version).await?;
        let is_same =
            present.source == earlier.source && present.audiences == *restored.audiences();
        if !is_same || present.audiences == earlier.audiences {
            return Ok(());
        }
        Err(ServiceError::Conflict(format!(
            "version {} differs only in its audiences from version {}, which is in force: change \
             the audiences themselves",
            earlier.version.0, present.version.0
        )))
    }

    /// Publishes a prepared source. If the same source is in force already, no new
    /// version is made.
    ///
    /// # Errors
    /// [`ServiceError::Conflict`] if more units of a perk are claimed than its new
    /// stock.
    pub async fn put_in_force(
        self: &Arc<Self>,
        work: &mut UnitOfWork,
        ready: Publication,
    ) -> Result<PublishedVersion> {
        let Publication {
            program,
            source,
            restores,
            how,
            warnings,
        } = ready;
        let id = program.id();
        refuse_stale_audiences(work.conn(), &program).await?;
        store::programs::lock(work.conn(), id, self.context.clock.now()).await?;
        // Read the time under the lock, so that a later version begins later.
        let now = self.context.clock.now();
        let versions = store::programs::versions(work.conn(), id).await?;
        let present = in_force(&versions, now);
        let at_once = how.starts_at.is_none();
        if let Some(present) =
            present.filter(|v| at_once && v.source == source && v.audiences == *program.audiences())
        {
            return Ok(self.published(present.clone(), &versions, warnings));
        }
        let new = NewVersion {
            source: &source,
            audiences: program.audiences(),
            by: how.by,
            starts_at: how
                .starts_at
                .map_or_else(|| after_others(&versions, now), |at| at.max(now)),
            note: how.note.as_deref(),
            restores,
        };
        let version = self.write(work, &program, &new, now).await?;
        if at_once {
            set_stock(work.conn(), &program).await?;
        }
        store::programs::clear_draft(work.conn(), id, &source).await?;
        let versions = store::programs::versions(work.conn(), id).await?;
        let programs = Arc::clone(self);
        work.after_commit(async move { programs.reload().await });
        let stored = versions.iter().find(|stored| stored.version == version);
        let stored = stored.ok_or_else(|| StoreError::Corrupt("a version is gone".into()))?;
        Ok(self.published(stored.clone(), &versions, warnings))
    }

    /// Writes a version and its message. The caller has the program's lock, and has read the
    /// time under it: the version is published then, and does not begin before.
    pub(super) async fn write(
        &self,
        work: &mut UnitOfWork,
        program: &Program,
        new: &NewVersion<'_>,
        now: DateTime<Utc>,
    ) -> Result<ProgramVersion> {
        let id = program.id();
        let version = store::programs::publish(work.conn(), id, new, now).await?;
        let before = self.in_force(id).ok();
        let changes = before.map(|before| diff(&before.program, program));
        let body = MessageBody::ProgramPublished(ProgramPublishedBody {
            program_version: version,
            starts_at: new.starts_at,
            note: new.note.map(str::to_owned),
            restores: new.restores,
            changes,
        });
        let message = body.message(self.context.clock.new_id(), now, about(id))?;
        store::webhooks::outbox::add(work.conn(), &[message]).await?;
        Ok(version)
    }

    /// Withdraws a version that has not come into force.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no such version;
    /// [`ServiceError::Conflict`] if it has come into force: then an earlier
    /// version has to be restored instead.
    pub async fn withdraw(&self, program: &ProgramId, version: ProgramVersion) -> Result<()> {
        self.version(program, version).await?;
        let mut transaction = self.context.transaction().await?;
        store::programs::lock(&mut transaction, program, self.context.clock.now()).await?;
        let now = self.context.clock.now();
        if !store::programs::withdraw(&mut transaction, program, version, now).await? {
            return Err(ServiceError::Conflict(format!(
                "version {} has begun, or was taken back; bring an earlier one back with a rollback",
                version.0
            )));
        }
        // Receivers were notified of the start, so they are notified of the
        // withdrawal.
        let body = MessageBody::ProgramWithdrawn(ProgramWithdrawnBody {
            program_version: version,
        });
        let message = body.message(self.context.clock.new_id(), now, about(program))?;
        store::webhooks::outbox::add(&mut transaction, &[message]).await?;
        transaction.commit().await?;
        self.reload().await
    }

    /// Returns one version of a program.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no such version.
    pub async fn version(
        &self,
        program: &ProgramId,
        version: ProgramVersion,
    ) -> Result<VersionRecord> {
        let mut conn = self.context.pool.acquire().await?;
        let stored = store::programs::version(&mut conn, program, version).await?;
        stored.ok_or(ServiceError::NotFound("such version of this program"))
    }

    /// Returns one version of a program as it was published, with its ladder; the ladder is
    /// `None` if this release of the service cannot read the version any more.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no such version.
    pub async fn published_version(
        &self,
        program: &ProgramId,
        version: ProgramVersion,
    ) -> Result<(PublishedVersion, Option<Vec<LadderTier>>)> {
        let versions = self.program_versions(program).await?;
        let found = versions
            .into_iter()
            .find(|published| published.version.version == version);
        let found = found.ok_or(ServiceError::NotFound("such version of this program"))?;
        let ladder = load(&found.version).ok().map(|program| program.ladder());
        Ok((found, ladder))
    }

    /// Returns all versions of a program, latest first.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if no version was published.
    pub async fn program_versions(&self, program: &ProgramId) -> Result<Vec<PublishedVersion>> {
        let mut conn = self.context.pool.acquire().await?;
        let versions = store::programs::versions(&mut conn, program).await?;
        if versions.is_empty() {
            return Err(ServiceError::NotFound("such program"));
        }
        let each = |version: &VersionRecord| self.published(version.clone(), &versions, Vec::new());
        Ok(versions.iter().map(each).collect())
    }

    fn published(
        &self,
        version: VersionRecord,
        all: &[VersionRecord],
        warnings: Vec<Diagnostic>,
    ) -> PublishedVersion {
        let now = self.context.clock.now();
        let state = if version.withdrawn_at.is_some() {
            VersionState::Withdrawn
        } else if version.starts_at > now {
            VersionState::Scheduled
        } else if in_force(all, now).is_some_and(|present| present.version == version.version) {
            VersionState::InForce
        } else {
            VersionState::Superseded
        };
        PublishedVersion {
            version,
            state,
            warnings,
        }
    }
}

pub(super) fn about(program: &ProgramId) -> About {
    About {
        program: Some(program.clone()),
        member: None,
    }
}

/// Returns when a version that is published now comes into force: now, or at the
/// start of the latest immediate version, if that came from a clock that is ahead
/// of ours.
pub(super) fn after_others(versions: &[VersionRecord], now: DateTime<Utc>) -> DateTime<Utc> {
    let at_once = |version: &&VersionRecord| version.starts_at == version.published_at;
    let others = versions
        .iter()
        .filter(at_once)
        .map(|version| version.starts_at);
    others.fold(now, DateTime::max)
}

/// Returns the version in force at a time: the one with the latest start, of those
/// that have begun and were not withdrawn.
fn in_force(versions: &[VersionRecord], now: DateTime<Utc>) -> Option<&VersionRecord> {
    let started =
        |version: &&VersionRecord| version.withdrawn_at.is_none() && version.starts_at <= now;
    let candidates = versions.iter().filter(started);
    candidates.max_by_key(|version| (version.starts_at, version.version))
}

fn check_note(note: Option<&str>) -> Result<()> {
    let right = |note: &str| note.chars().count() <= MAX_NOTE && !note.contains('\0');
    if note.is_none_or(right) {
        return Ok(());
    }
    let detail = format!("a note has at most {MAX_NOTE} characters");
    Err(ServiceError::invalid("/note", detail))
}

/// Refuses a program that was compiled with audiences that have changed since, and lets
/// none change until the end of the transaction.
async fn refuse_stale_audiences(conn: &mut PgConnection, program: &Program) -> Result<()> {
    if program.audiences().is_empty() {
        return Ok(());
    }
    store::programs::audiences::lock_against_changes(conn).await?;
    let present = store::programs::audiences::rules(conn).await?;
    let compiled = program.audiences();
    let stale = |name: &&AudienceName| compiled.get(name) != present.get(name);
    match compiled.names().find(stale) {
        None => Ok(()),
        Some(name) => Err(ServiceError::Conflict(format!(
            "the audience '{name}' was changed at this moment: publish again"
        ))),
    }
}

async fn set_stock(conn: &mut PgConnection, program: &Program) -> Result<()> {
    // In the order in which claims lock the stocks, so that the two cannot deadlock.
    let mut perks: Vec<&Perk> = program.perks().iter().collect();
    perks.sort_by(|a, b| a.id.cmp(&b.id));
    for perk in perks {
        let set = store::programs::set_stock(conn, program.id(), &perk.id, perk.stock).await;
        set.map_err(|error| too_little_stock(error, &perk.id))?;
    }
    Ok(())
}

fn too_little_stock(error: StoreError, perk: &PerkId) -> ServiceError {
    match error {
        StoreError::Constraint { constraint, .. } if constraint == "perk_stock_never_oversold" => {
            stock_conflict(perk)
        }
        other => other.into(),
    }
}

pub(super) fn stock_conflict(perk: &PerkId) -> ServiceError {
    ServiceError::Conflict(format!("more of '{perk}' is taken than the new stock"))
}
