//! Programs: drafts, checks, publication, and the compiled ones in force.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::Service;
use super::error::{Result, ServiceError};
use crate::domain::{KeyId, PerkId, ProgramId, ProgramVersion};
use crate::rules::{Compiled, Diagnostic, Program, Setting, Severity};
use crate::store::{self, StoreError};

/// A program in force, compiled once.
#[derive(Debug)]
pub struct InForce {
    /// Which version it is.
    pub version: ProgramVersion,
    /// The program.
    pub program: Program,
}

/// Every program in force.
#[derive(Debug, Default)]
pub(super) struct Programs(BTreeMap<ProgramId, Arc<InForce>>);

impl Programs {
    pub(super) fn iter(&self) -> impl Iterator<Item = &Arc<InForce>> {
        self.0.values()
    }
}

/// What a check of a source found.
#[derive(Debug)]
pub struct CheckedProgram {
    /// The program's id, if the source has a good one.
    pub id: Option<ProgramId>,
    /// Mistakes and warnings, in the order of the lines.
    pub diagnostics: Vec<Diagnostic>,
}

impl CheckedProgram {
    /// Whether it can be published.
    pub fn is_valid(&self) -> bool {
        self.diagnostics
            .iter()
            .all(|finding| finding.severity != Severity::Error)
    }
}

/// A version that was published.
#[derive(Debug, Clone)]
pub struct PublishedVersion {
    /// Of which program.
    pub program: ProgramId,
    /// 1, 2, 3, …
    pub version: ProgramVersion,
    /// As it was written.
    pub source: String,
    /// When.
    pub published_at: DateTime<Utc>,
    /// What its author should look at again.
    pub warnings: Vec<Diagnostic>,
}

impl Service {
    /// What programs are checked against here and now.
    pub(super) fn setting(&self) -> Setting<'_> {
        Setting {
            now: self.clock.now(),
            topics: &self.topic_names,
            protected: &self.config.programs.protected_attributes,
        }
    }

    /// Checks a source without storing anything.
    pub fn check_program(&self, source: &str) -> CheckedProgram {
        match Program::compile(source, &self.setting()) {
            Ok(Compiled { program, warnings }) => CheckedProgram {
                id: Some(program.id().clone()),
                diagnostics: warnings,
            },
            Err(diagnostics) => CheckedProgram {
                id: None,
                diagnostics,
            },
        }
    }

    /// Stores what is being worked on, mistakes and all, and says which there are.
    ///
    /// # Errors
    /// If the source names another program, or the database does not answer.
    pub async fn put_draft(&self, program: &ProgramId, source: &str) -> Result<CheckedProgram> {
        let checked = self.check_program(source);
        refuse_other_name(program, checked.id.as_ref())?;
        let mut conn = self.pool.acquire().await?;
        store::programs::put_draft(&mut conn, program, source, self.clock.now()).await?;
        Ok(checked)
    }

    /// Publishes the draft of a program.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] without a draft; as [`publish`](Self::publish).
    pub async fn publish_draft(
        &self,
        program: &ProgramId,
        by: Option<KeyId>,
    ) -> Result<PublishedVersion> {
        let mut conn = self.pool.acquire().await?;
        let draft = store::programs::draft(&mut conn, program).await?;
        drop(conn);
        let source = draft.ok_or(ServiceError::NotFound("draft of this program"))?;
        self.publish(Some(program), &source, by).await
    }

    /// Publishes a source as the next version of its program. A source that is
    /// in force already stays the version it is.
    ///
    /// # Errors
    /// [`ServiceError::Program`] with every mistake;
    /// [`ServiceError::Conflict`] if more of a perk is taken than its new stock.
    pub async fn publish(
        &self,
        expected: Option<&ProgramId>,
        source: &str,
        by: Option<KeyId>,
    ) -> Result<PublishedVersion> {
        let now = self.clock.now();
        let compiled = Program::compile(source, &self.setting()).map_err(ServiceError::Program)?;
        let id = compiled.program.id().clone();
        if let Some(expected) = expected {
            refuse_other_name(expected, Some(&id))?;
        }
        let mut transaction = self.pool.begin().await?;
        let latest = store::programs::versions(&mut transaction, &id)
            .await?
            .into_iter()
            .next();
        if let Some(latest) = latest.filter(|latest| latest.source == source) {
            return Ok(published(latest, compiled.warnings));
        }
        let version = store::programs::publish(&mut transaction, &id, source, by, now).await?;
        for perk in compiled.program.perks() {
            if let Some(total) = perk.stock {
                let set = store::programs::set_stock(&mut transaction, &id, &perk.id, total).await;
                set.map_err(|error| too_little_stock(error, &perk.id))?;
            }
        }
        transaction.commit().await?;
        self.reload_programs().await?;
        let version = store::programs::Published {
            program: id,
            version,
            source: source.to_owned(),
            published_at: now,
        };
        Ok(published(version, compiled.warnings))
    }

    /// Every version of a program, latest first.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if none was published.
    pub async fn program_versions(&self, program: &ProgramId) -> Result<Vec<PublishedVersion>> {
        let mut conn = self.pool.acquire().await?;
        let versions = store::programs::versions(&mut conn, program).await?;
        if versions.is_empty() {
            return Err(ServiceError::NotFound("such program"));
        }
        Ok(versions
            .into_iter()
            .map(|version| published(version, Vec::new()))
            .collect())
    }

    /// The programs in force, by id.
    pub fn program_ids(&self) -> Vec<ProgramId> {
        self.programs.load().0.keys().cloned().collect()
    }

    /// A program in force.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if it was never published.
    pub fn program(&self, id: &ProgramId) -> Result<Arc<InForce>> {
        let programs = self.programs.load();
        programs
            .0
            .get(id)
            .cloned()
            .ok_or(ServiceError::NotFound("such program"))
    }

    /// Reads the programs in force again and compiles those that changed.
    ///
    /// # Errors
    /// If the database does not answer.
    pub async fn reload_programs(&self) -> Result<()> {
        let mut conn = self.pool.acquire().await?;
        let before = self.programs.load_full();
        let mut programs = BTreeMap::new();
        for published in store::programs::in_force(&mut conn).await? {
            let known = before.0.get(&published.program);
            let known = known
                .filter(|known| known.version == published.version)
                .cloned();
            let in_force = match known {
                Some(known) => known,
                None => match compile_stored(&published) {
                    Some(in_force) => Arc::new(in_force),
                    None => continue,
                },
            };
            programs.insert(published.program, in_force);
        }
        self.programs.store(Arc::new(Programs(programs)));
        Ok(())
    }

    /// How many units of each perk are left.
    pub(super) async fn stock(&self, program: &ProgramId) -> Result<BTreeMap<PerkId, i64>> {
        let mut conn = self.pool.acquire().await?;
        Ok(store::programs::stock(&mut conn, program).await?)
    }
}

fn compile_stored(published: &store::programs::Published) -> Option<InForce> {
    match Program::load(&published.source) {
        Ok(program) => Some(InForce {
            version: published.version,
            program,
        }),
        Err(diagnostics) => {
            let program = &published.program;
            let first = diagnostics.first().map(|finding| finding.message.as_str());
            tracing::error!(%program, first, "a published program does not compile any more");
            None
        }
    }
}

fn published(version: store::programs::Published, warnings: Vec<Diagnostic>) -> PublishedVersion {
    PublishedVersion {
        program: version.program,
        version: version.version,
        source: version.source,
        published_at: version.published_at,
        warnings,
    }
}

pub(super) fn refuse_other_name(expected: &ProgramId, named: Option<&ProgramId>) -> Result<()> {
    match named.filter(|named| *named != expected) {
        Some(named) => Err(ServiceError::invalid(
            "/program",
            format_args!("the file says 'program: {named}', the address says '{expected}'"),
        )),
        None => Ok(()),
    }
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
