//! Programs: drafts, checks, and the compiled versions in force.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::Programs;
use crate::service::error::{Result, ServiceError};
use crate::store;

use renown_core::domain::{AudienceRules, ProgramId, ProgramVersion, VersionRecord};
use renown_core::rules::{
    Compiled, Diagnostic, LadderTier, MAX_SOURCE_BYTES, Program, Setting, Severity,
};

/// The error for a program that was never published.
pub(in crate::service) const NO_PROGRAM: ServiceError = ServiceError::NotFound("such program");

/// If so many versions of a program came one after the other, their ladders are not compared.
const MANY_VERSIONS: usize = 20;

/// A compiled version of a program.
#[derive(Debug)]
pub struct InForce {
    /// The version number.
    pub version: ProgramVersion,
    /// The time at which it comes into force, past or future.
    pub starts_at: DateTime<Utc>,
    /// The compiled program.
    pub program: Program,
}

/// The version in force and the scheduled ones of each program, in order of their
/// start. The time selects the version, so that all replicas switch at the same
/// moment.
#[derive(Debug, Default)]
pub(super) struct Loaded(BTreeMap<ProgramId, Vec<Arc<InForce>>>);

impl Loaded {
    /// Returns the versions that are in force at a time, one for each program.
    pub(in crate::service) fn in_force_at(
        &self,
        now: DateTime<Utc>,
    ) -> impl Iterator<Item = &Arc<InForce>> {
        self.0
            .values()
            .filter_map(move |versions| at(versions, now))
    }

    fn version(&self, program: &ProgramId, version: ProgramVersion) -> Option<&Arc<InForce>> {
        let versions = self.0.get(program)?;
        versions.iter().find(|known| known.version == version)
    }
}

fn at(versions: &[Arc<InForce>], now: DateTime<Utc>) -> Option<&Arc<InForce>> {
    versions.iter().rfind(|version| version.starts_at <= now)
}

/// The result of checking a source.
#[derive(Debug)]
pub struct CheckedProgram {
    /// The program's id, if the source has a valid one.
    pub id: Option<ProgramId>,
    /// Mistakes and warnings, in order of the lines.
    pub diagnostics: Vec<Diagnostic>,
    /// The ladder of tiers; `None` if the source cannot be read as a program. A ladder that
    /// can be read but not published is there, so that a page can show what is wrong with it.
    pub ladder: Option<Vec<LadderTier>>,
}

/// A source with what its analysis found.
struct Analysed {
    /// The program, or all findings if one of them is an error.
    compiled: Result<Compiled, Vec<Diagnostic>>,
    ladder: Option<Vec<LadderTier>>,
}

impl CheckedProgram {
    /// Returns whether the source can be published.
    pub fn is_valid(&self) -> bool {
        self.diagnostics
            .iter()
            .all(|finding| finding.severity != Severity::Error)
    }
}

impl Programs {
    /// Compiles a source with the present context, and compares its names with those that
    /// the data has.
    async fn checked(&self, source: &str) -> Result<Analysed> {
        let mut checked = self.analysed(source).await?;
        if let Ok(compiled) = &mut checked.compiled
            && !compiled.named.is_empty()
        {
            let mut conn = self.context.pool.acquire().await?;
            let known = store::programs::known_names(&mut conn, &compiled.named).await?;
            compiled.compare_with(&known);
        }
        Ok(checked)
    }

    /// Compiles a source. It runs on a blocking thread, because analysing a large program
    /// may take a while.
    async fn analysed(&self, source: &str) -> Result<Analysed> {
        let now = self.context.clock.now();
        let (source, topics) = (source.to_owned(), Arc::clone(&self.topic_names));
        let audiences = self.audience_rules().await?;
        let protected = self.context.config.programs.protected_attributes.clone();
        let compiling = tokio::task::spawn_blocking(move || {
            let setting = Setting {
                now,
                topics: &topics,
                protected: &protected,
                audiences: Some(&audiences),
            };
            let compiled = Program::compile(&source, &setting);
            let ladder = match &compiled {
                Ok(compiled) => Some(compiled.program.ladder()),
                // Checks that concern only new programs do not hide the ladder.
                Err(_) => Program::load(&source, Some(&audiences))
                    .ok()
                    .map(|program| program.ladder()),
            };
            Analysed { compiled, ladder }
        });
        compiling.await.map_err(|_| ServiceError::Busy)
    }

    /// Returns the rules of all audiences.
    pub(super) async fn audience_rules(&self) -> Result<AudienceRules> {
        let mut conn = self.context.pool.acquire().await?;
        Ok(store::programs::audiences::rules(&mut conn).await?)
    }

    /// Compiles a source that is to be published.
    ///
    /// # Errors
    /// [`ServiceError::Program`] with all mistakes; also if the source names
    /// another program.
    pub(in crate::service) async fn compile(
        &self,
        expected: Option<&ProgramId>,
        source: &str,
    ) -> Result<Compiled> {
        let checked = self.checked(source).await?;
        let compiled = checked.compiled.map_err(ServiceError::Program)?;
        if let Some(expected) = expected {
            refuse_other_name(expected, Some(compiled.program.id()))?;
        }
        Ok(compiled)
    }

    /// Checks a source without storing anything.
    ///
    /// # Errors
    /// If the service is shutting down.
    pub async fn check(&self, source: &str) -> Result<CheckedProgram> {
        let Analysed { compiled, ladder } = self.checked(source).await?;
        let (id, diagnostics) = match compiled {
            Ok(compiled) => (Some(compiled.program.id().clone()), compiled.warnings),
            Err(diagnostics) => (None, diagnostics),
        };
        Ok(CheckedProgram {
            id,
            diagnostics,
            ladder,
        })
    }

    /// Stores a draft, with or without mistakes, and returns its diagnostics.
    ///
    /// # Errors
    /// If the source is larger than a program file may be, or names another program.
    pub async fn put_draft(&self, program: &ProgramId, source: &str) -> Result<CheckedProgram> {
        if source.len() > MAX_SOURCE_BYTES {
            let detail = format!("a program has at most {MAX_SOURCE_BYTES} bytes");
            return Err(ServiceError::invalid("", detail));
        }
        let checked = self.check(source).await?;
        refuse_other_name(program, checked.id.as_ref())?;
        let mut conn = self.context.pool.acquire().await?;
        store::programs::put_draft(&mut conn, program, source, self.context.clock.now()).await?;
        Ok(checked)
    }

    /// Returns the source of the draft.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no draft.
    pub async fn draft(&self, program: &ProgramId) -> Result<String> {
        let mut conn = self.context.pool.acquire().await?;
        let draft = store::programs::draft(&mut conn, program).await?;
        draft.ok_or(ServiceError::NotFound("draft of this program"))
    }

    /// Returns the ids of the programs in force, in order.
    pub fn ids(&self) -> Vec<ProgramId> {
        let programs = self.loaded.load();
        let in_force = programs.in_force_at(self.context.clock.now());
        in_force
            .map(|in_force| in_force.program.id().clone())
            .collect()
    }

    /// Returns the versions in force, one for each program, in the order of their ids.
    pub fn all_in_force(&self) -> Vec<Arc<InForce>> {
        self.in_force_at(self.context.clock.now())
    }

    /// Returns the versions that are in force at a time, one for each program.
    pub(in crate::service) fn in_force_at(&self, now: DateTime<Utc>) -> Vec<Arc<InForce>> {
        self.loaded.load().in_force_at(now).cloned().collect()
    }

    /// Returns the version in force of a program, from memory.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if no version is in force.
    pub fn in_force(&self, id: &ProgramId) -> Result<Arc<InForce>> {
        let programs = self.loaded.load();
        let versions = programs.0.get(id);
        let in_force = versions.and_then(|versions| at(versions, self.context.clock.now()));
        in_force.cloned().ok_or(NO_PROGRAM)
    }

    /// Returns the version in force of a program: from memory, unless a new version
    /// may not have arrived there.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if no version is in force.
    pub(in crate::service) async fn present(&self, id: &ProgramId) -> Result<Arc<InForce>> {
        if self.context.cache.is_fresh() {
            return self.in_force(id);
        }
        Box::pin(async {
            let mut conn = self.context.connection().await?;
            self.in_force_in(&mut conn, id).await
        })
        .await
    }

    /// Returns the version in force of a program, as the database has it in this
    /// transaction. Claims and other gifts must not depend on a notice of the
    /// latest version.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if no version is in force; [`ServiceError::Busy`]
    /// if this release of the service cannot compile it.
    pub(in crate::service) async fn in_force_in(
        &self,
        conn: &mut sqlx::PgConnection,
        id: &ProgramId,
    ) -> Result<Arc<InForce>> {
        let version = store::programs::in_force_at(conn, id, self.context.clock.now()).await?;
        let version = version.ok_or(NO_PROGRAM)?;
        if let Some(known) = self.loaded.load().version(id, version) {
            return Ok(Arc::clone(known));
        }
        let published = store::programs::version(conn, id, version).await?;
        let compiled = compile_stored(&published.ok_or(NO_PROGRAM)?);
        compiled.map(Arc::new).ok_or(ServiceError::Busy)
    }

    /// Reloads the versions in force and the scheduled ones; compiles those that
    /// are new.
    pub async fn reload(&self) -> Result<()> {
        // One at a time, so that an older read cannot overwrite a newer one.
        let _turn = self.reloading.lock().await;
        let mut conn = self.context.pool.acquire().await?;
        let before = self.loaded.load_full();
        let mut programs: BTreeMap<ProgramId, Vec<Arc<InForce>>> = BTreeMap::new();
        for published in store::programs::in_force_from(&mut conn, self.context.clock.now()).await?
        {
            let known = before
                .version(&published.program, published.version)
                .cloned();
            if let Some(version) = known.or_else(|| compile_stored(&published).map(Arc::new)) {
                programs.entry(published.program).or_default().push(version);
            }
        }
        self.loaded.store(Arc::new(Loaded(programs)));
        Ok(())
    }

    /// Whether all versions of a program have had the same ladder that were or may have been in
    /// force since one was, up to another one.
    pub(super) async fn has_kept_its_ladder(
        &self,
        conn: &mut sqlx::PgConnection,
        program: &ProgramId,
        (from, to): (ProgramVersion, ProgramVersion),
    ) -> Result<bool> {
        let versions = store::programs::versions(conn, program).await?;
        let place = |wanted| {
            let mut versions = versions.iter();
            let version = versions.find(|version| version.version == wanted)?;
            Some((version.starts_at, version.version))
        };
        let (Some(from), Some(to)) = (place(from), place(to)) else {
            return Ok(false);
        };
        // A version is in force from its start until the next one starts.
        let between = from.min(to)..=from.max(to);
        let meanwhile = versions
            .iter()
            .filter(|version| between.contains(&(version.starts_at, version.version)));
        let meanwhile: Vec<VersionRecord> = meanwhile.take(MANY_VERSIONS).cloned().collect();
        if meanwhile.len() == MANY_VERSIONS {
            return Ok(false);
        }
        let comparing = tokio::task::spawn_blocking(move || {
            let compiled: Option<Vec<InForce>> = meanwhile.iter().map(compile_stored).collect();
            compiled.is_some_and(|versions| {
                let same = |pair: &[InForce]| pair[0].program.has_same_ladder(&pair[1].program);
                versions.windows(2).all(same)
            })
        });
        comparing.await.map_err(|_| ServiceError::Busy)
    }

    /// Sets the stock of perks as the versions in force say, after a scheduled
    /// version has come into force.
    pub async fn follow_stock(&self) -> Result<()> {
        let programs = self.loaded.load_full();
        let mut conn = self.context.pool.acquire().await?;
        for in_force in programs.in_force_at(self.context.clock.now()) {
            let program = &in_force.program;
            for perk in program.perks() {
                store::programs::follow_stock(&mut conn, program.id(), &perk.id, perk.stock)
                    .await?;
            }
        }
        Ok(())
    }
}

fn compile_stored(published: &VersionRecord) -> Option<InForce> {
    match Program::load(&published.source, Some(&published.audiences)) {
        Ok(program) => Some(InForce {
            version: published.version,
            starts_at: published.starts_at,
            program,
        }),
        Err(diagnostics) => {
            let program = &published.program;
            let first = Diagnostic::first_error(&diagnostics);
            tracing::error!(%program, first, "a published program does not compile any more");
            None
        }
    }
}

fn refuse_other_name(expected: &ProgramId, named: Option<&ProgramId>) -> Result<()> {
    match named.filter(|named| *named != expected) {
        Some(named) => Err(ServiceError::invalid(
            "/program",
            format_args!("the file says 'program: {named}', the address says '{expected}'"),
        )),
        None => Ok(()),
    }
}
