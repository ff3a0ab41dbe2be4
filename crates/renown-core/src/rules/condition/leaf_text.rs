//! The text of a test, kept because every explanation shows it again.

use std::fmt::{self, Debug, Formatter};
use std::sync::OnceLock;

use super::expr::{Leaf, Names};
use super::print::Show;

/// The text of a test, written when it is first shown. It follows from the test, so it counts
/// in no comparison. A copy begins without it, because it may get other names.
#[derive(Default)]
pub(in crate::rules) struct LeafText(OnceLock<Box<str>>);

impl Leaf {
    /// Returns the test in the notation of conditions. `names` are those of the program whose
    /// condition has the test.
    pub(in crate::rules) fn shown(&self, names: &Names) -> &str {
        let text = &self.text.0;
        text.get_or_init(|| Show(self, names).to_string().into())
    }
}

impl Clone for LeafText {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl PartialEq for LeafText {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Debug for LeafText {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("LeafText")
    }
}
