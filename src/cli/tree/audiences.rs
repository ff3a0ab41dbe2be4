//! The audiences of a directory and of a deployment.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::files::Files;
use crate::cli::deployment::{DeployedAudience, Deployment, Refusal};
use crate::cli::out::Out;
use crate::cli::{CliError, Result};
use renown_core::domain::{AudienceName, AudienceRule, AudienceRules};
use renown_core::rules::{Audience, AudienceTest};

/// The audiences of a deployment, by name.
pub(super) type Deployed = BTreeMap<AudienceName, DeployedAudience>;

/// Returns the rules that there are when the audiences of the files are stored.
pub(super) fn rules_with(deployed: &Deployed, files: &Files) -> AudienceRules {
    let present = deployed.iter().map(|(name, one)| (name, &one.rule));
    let new = files.audiences.iter();
    let new = new.map(|(name, (_, audience))| (name, &audience.rule));
    let rules = present.chain(new);
    rules
        .map(|(name, rule)| (name.clone(), rule.clone()))
        .collect()
}

/// Returns whether a file is what the deployment has.
pub(super) fn is_applied(deployed: &Deployed, audience: &Audience) -> bool {
    let present = deployed.get(&audience.name);
    present.is_some_and(|one| one.rule == audience.rule && one.title == audience.title)
}

/// Says how an audience differs from that of the deployment.
pub(super) fn say(deployed: &Deployed, audience: &Audience) -> Result {
    let name = &audience.name;
    let Some(present) = deployed.get(name) else {
        return say_state(name, "new", || format!("audience {name}: is new"));
    };
    if is_applied(deployed, audience) {
        return say_state(name, "same", || format!("audience {name}: is the same"));
    }
    say_state(name, "differs", || {
        let mut text = format!("audience {name}: differs");
        if present.rule != audience.rule {
            let (before, after) = (in_words(&present.rule), in_words(&audience.rule));
            text.push_str(&format!(
                "\n  was {before}, and is {after} in the directory"
            ));
        }
        if present.title != audience.title {
            text.push_str("\n  has another title");
        }
        text
    })
}

/// Says how an audience of the directory stands to the deployment's.
pub(super) fn say_state(name: &AudienceName, state: &str, text: impl FnOnce() -> String) -> Result {
    Out::item(&json!({"audience": name.to_string(), "state": state}), text)
}

fn in_words(rule: &AudienceRule) -> String {
    match rule {
        AudienceRule::When(when) => format!("when: {when}"),
        AudienceRule::List => "a list".to_owned(),
    }
}

/// Stores the audiences that differ, each after those that it names.
///
/// # Errors
/// If one is refused; those before it are stored.
pub(super) async fn store(deployment: &Deployment, deployed: &Deployed, files: &Files) -> Result {
    let all = files.audiences.values();
    let mut waiting: Vec<_> = all.filter(|(_, one)| !is_applied(deployed, one)).collect();
    while !waiting.is_empty() {
        let later: BTreeSet<AudienceName> =
            waiting.iter().map(|(_, one)| one.name.clone()).collect();
        let waits = |one: &Audience| {
            let named = AudienceTest::named_in(&one.rule);
            named.iter().any(|name| later.contains(name))
        };
        // Without a circle, which was refused before, some wait for no other.
        let (rest, ready): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|(_, one)| waits(one));
        if ready.is_empty() {
            return Err(CliError::Failed(
                "audiences name one another in a circle".into(),
            ));
        }
        for (file, audience) in ready {
            let name = &audience.name;
            match deployment.put_audience(name, &file.source).await {
                Ok((warnings, published)) => {
                    file.show(&warnings);
                    say_state(name, "stored", || format!("audience {name} is stored"))?;
                    for (program, version) in published {
                        let item = json!({
                            "program": program, "version": version.0, "state": "in_force",
                        });
                        Out::item(&item, || {
                            format!("{program} version {} follows from it", version.0)
                        })?;
                    }
                }
                Err(Refusal::Mistakes(found)) => {
                    file.show(&found);
                    return Err(CliError::Said);
                }
                Err(Refusal::Other(error)) => return Err(error),
            }
        }
        waiting = rest;
    }
    Ok(())
}
