//! The differences between the audiences of two versions.

use super::Changes;
use crate::domain::{AudienceName, AudienceRule, AudienceRules};

/// Compares the audiences that both versions refer to. Of the others, a condition says that
/// it names them, or no longer.
pub(super) fn audiences(changes: &mut Changes, before: &AudienceRules, after: &AudienceRules) {
    let rule = |rules: &AudienceRules, name: &AudienceName| rules.get(name).map(in_words);
    let both = before.names().filter(|name| after.get(name).is_some());
    for name in both {
        let (path, what) = (format!("audiences.{name}"), format!("Audience '{name}'"));
        changes.field(&path, &what, rule(before, name), rule(after, name));
    }
}

fn in_words(rule: &AudienceRule) -> String {
    match rule {
        AudienceRule::When(when) => format!("'{when}'"),
        AudienceRule::List => "a list".to_owned(),
    }
}
