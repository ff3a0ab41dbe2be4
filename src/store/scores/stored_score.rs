//! The two forms in which a score is stored.

use crate::store::{Result, StoreError};
use renown_core::domain::Score;

/// A score as a row has it. Reading it takes time, so it is not read where the database is
/// waited for.
#[derive(Debug)]
pub(in crate::store) enum StoredScore {
    /// The packed form.
    Packed(Vec<u8>),
    /// The text of the body, if the score was written by a version without a packed form.
    Text(String),
}

impl StoredScore {
    /// Takes the columns `packed` and `body`. The query leaves the body out if there is the
    /// packed form, because its text takes longest to make.
    pub(in crate::store) fn new(packed: Option<Vec<u8>>, body: Option<String>) -> Result<Self> {
        match (packed, body) {
            (Some(packed), _) => Ok(Self::Packed(packed)),
            (None, Some(body)) => Ok(Self::Text(body)),
            (None, None) => Err(StoreError::Corrupt("a score without its body".to_owned())),
        }
    }

    /// Returns the score.
    ///
    /// # Errors
    /// If it has a form that this version does not write.
    pub(in crate::store) fn read(&self) -> Result<Score> {
        Ok(match self {
            Self::Packed(packed) => Score::decode(packed)?,
            Self::Text(body) => serde_json::from_str(body)?,
        })
    }
}
