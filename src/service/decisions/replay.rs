//! Replays decisions: the version of the program that decided, in force or not, is
//! evaluated again on the recorded inputs.

use serde_json::value::RawValue;

use super::Decisions;
use super::decide::{Decision, raw};
use crate::service::error::{Result, ServiceError};
use crate::store;
use crate::store::StoreError;
use renown_core::rules::{ENGINE, Program, Replay};

/// A recorded decision and its replay.
#[derive(Debug, Clone)]
pub struct Replayed {
    /// The version of the engine that decided.
    pub engine: String,
    /// The version of the engine that replayed.
    pub engine_now: &'static str,
    /// The recorded outcome.
    pub recorded: Box<RawValue>,
    /// The replayed outcome, in canonical JSON.
    pub replayed: Box<RawValue>,
    /// JSON pointers to the differences, at most 100; empty if the outcomes are
    /// equal byte for byte.
    pub differences: Vec<String>,
}

impl Decisions {
    /// Replays a recorded decision. It reads only the record and the program's
    /// source; later changes of the member have no influence.
    ///
    /// # Errors
    /// [`ServiceError::Program`] if this engine cannot compile that version any
    /// more.
    pub async fn replay(&self, decision: &Decision) -> Result<Replayed> {
        let mut conn = self.context.pool.acquire().await?;
        let version = store::programs::version(&mut conn, &decision.program, decision.version);
        let missing = || StoreError::Corrupt("the version that decided is gone".into());
        let version = version.await?.ok_or_else(missing)?;
        drop(conn);
        let program = Program::load(&version.source, Some(&version.audiences));
        let program = program.map_err(ServiceError::Program)?;
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
