//! Decisions made again: by the version of the program that decided, in force
//! or not, on what was recorded.

use serde_json::value::RawValue;

use super::Decisions;
use super::decide::{Decision, raw};
use crate::service::error::{Result, ServiceError};
use crate::store;
use crate::store::StoreError;
use renown_core::rules::{ENGINE, Program, Replay};

/// A decision, and what came of making it again.
#[derive(Debug, Clone)]
pub struct Replayed {
    /// The version of the engine that decided.
    pub engine: String,
    /// The version of the engine that replayed.
    pub engine_now: &'static str,
    /// What was answered then, as it was recorded.
    pub recorded: Box<RawValue>,
    /// What is answered now, in canonical JSON.
    pub replayed: Box<RawValue>,
    /// JSON pointers to where they differ, at most 100; none if every byte is
    /// the same.
    pub differences: Vec<String>,
}

impl Decisions {
    /// Makes a recorded decision again. Nothing but the record and the
    /// program's text is read: what became of the member does not matter.
    ///
    /// # Errors
    /// [`ServiceError::Program`] if this engine cannot read the version that
    /// decided any more.
    pub async fn replay(&self, decision: &Decision) -> Result<Replayed> {
        let mut conn = self.context.pool.acquire().await?;
        let source = store::programs::source(&mut conn, &decision.program, decision.version);
        let missing = || StoreError::Corrupt("the version that decided is gone".into());
        let source = source.await?.ok_or_else(missing)?;
        drop(conn);
        let program = Program::load(&source).map_err(ServiceError::Program)?;
        let replay = Replay::of(&program, decision.inputs.get(), decision.outcome.get());
        let replay = replay.map_err(StoreError::from)?;
        Ok(Replayed {
            engine: replay.engine,
            engine_now: ENGINE,
            recorded: decision.outcome.clone(),
            replayed: raw(replay.outcome)?,
            differences: replay.differences,
        })
    }
}
