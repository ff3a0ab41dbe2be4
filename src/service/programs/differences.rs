//! What changes from one version of a program to another, or by a source that is not
//! published, in words.

use super::Programs;
use crate::service::error::{Result, ServiceError};
use renown_core::domain::{ProgramId, ProgramVersion, VersionRecord};
use renown_core::rules::{Compiled, Difference, Program, diff};

impl Programs {
    /// Describes the changes from one version to another in words.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if a version does not exist;
    /// [`ServiceError::Conflict`] if one cannot be compiled any more.
    pub async fn differences(
        &self,
        program: &ProgramId,
        from: ProgramVersion,
        to: ProgramVersion,
    ) -> Result<Vec<Difference>> {
        let (from, to) = (
            self.version(program, from).await?,
            self.version(program, to).await?,
        );
        Ok(diff(&load(&from)?, &load(&to)?))
    }

    /// Describes in words what a source, or the draft, would change in the version in force.
    /// Returns that version, too; without one there is nothing to compare with.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] if there is no draft, [`ServiceError::Program`] with all
    /// mistakes of the source; also if the source names another program.
    pub async fn differences_of_source(
        &self,
        program: &ProgramId,
        source: Option<String>,
    ) -> Result<(Option<ProgramVersion>, Vec<Difference>)> {
        let source = match source {
            Some(source) => source,
            None => self.draft(program).await?,
        };
        let Compiled { program: after, .. } = self.compile(Some(program), &source).await?;
        Ok(match self.in_force(program) {
            Ok(before) => (Some(before.version), diff(&before.program, &after)),
            Err(_) => (None, Vec::new()),
        })
    }
}

/// Compiles a published version.
pub(super) fn load(version: &VersionRecord) -> Result<Program> {
    Program::load(&version.source, Some(&version.audiences)).map_err(|_| {
        ServiceError::Conflict(format!(
            "version {} cannot be read any more",
            version.version.0
        ))
    })
}
