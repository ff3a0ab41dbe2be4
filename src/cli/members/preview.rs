//! What a merge would do, in words.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::cli::Result;
use crate::cli::out::Out;
use crate::service::members::{
    ExclusiveTogether, IndexBeforeAndAfter, MergePreview, ProgramPreview,
};
use renown_core::domain::{Scoring, ValueNames};

/// What a merge would do, as a server answers.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::cli) struct Preview {
    survivor: Uuid,
    absorbed: Uuid,
    conflicts: Vec<String>,
    member: Joined,
    added: Names,
    kept: Names,
    influence: Both,
    value: Both,
    programs: Vec<ProgramPreview>,
    exclusive: Vec<ExclusiveTogether>,
    estimates: Vec<String>,
}

/// The joined member.
#[derive(Debug, Serialize, Deserialize)]
struct Joined {
    scoring: Scoring,
}

/// Names of values.
#[derive(Debug, Serialize, Deserialize)]
struct Names {
    #[serde(default)]
    identities: Vec<String>,
    attributes: Vec<String>,
    interests: Vec<String>,
    indices: Vec<String>,
}

/// An index of both members, and of the joined one.
#[derive(Debug, Serialize, Deserialize)]
struct Both {
    survivor: Score,
    absorbed: Score,
    after: Score,
}

/// A score; `None` if it is unknown.
#[derive(Debug, Serialize, Deserialize)]
struct Score {
    score: Option<f64>,
}

impl From<MergePreview> for Preview {
    fn from(preview: MergePreview) -> Self {
        let identities = preview.identities.iter().map(ToString::to_string);
        Self {
            survivor: preview.survivor.0,
            absorbed: preview.absorbed.0,
            conflicts: preview.joined.conflicts,
            member: Joined {
                scoring: preview.joined.values.scoring,
            },
            added: Names {
                identities: identities.collect(),
                ..preview.joined.added.into()
            },
            kept: preview.joined.kept.into(),
            influence: preview.influence.into(),
            value: preview.value.into(),
            programs: preview.programs,
            exclusive: preview.exclusive,
            estimates: preview.estimates,
        }
    }
}

impl From<ValueNames> for Names {
    fn from(names: ValueNames) -> Self {
        Self {
            identities: Vec::new(),
            attributes: names.attributes,
            interests: names.interests.iter().map(ToString::to_string).collect(),
            indices: names.indices.iter().map(ToString::to_string).collect(),
        }
    }
}

impl From<IndexBeforeAndAfter> for Both {
    fn from(index: IndexBeforeAndAfter) -> Self {
        let [survivor, absorbed, after] =
            [index.survivor, index.absorbed, index.after].map(|index| Score {
                score: index.score(),
            });
        Self {
            survivor,
            absorbed,
            after,
        }
    }
}

impl Preview {
    /// Prints it.
    pub(super) fn show(&self) -> Result {
        if Out::is_json() {
            return Out::object(self);
        }
        let (absorbed, survivor) = (self.absorbed, self.survivor);
        Out::line(&format!("{absorbed} would be merged into {survivor}"))?;
        for conflict in &self.conflicts {
            Out::line(&format!("  not possible: {conflict}"))?;
        }
        for (what, names) in [
            ("identities that move", &self.added.identities),
            ("attributes that are added", &self.added.attributes),
            ("attributes that stay as they are", &self.kept.attributes),
            ("interests that are added", &self.added.interests),
            ("indices that are added", &self.added.indices),
        ] {
            if !names.is_empty() {
                Out::line(&format!("  {what}: {}", names.join(", ")))?;
            }
        }
        if self.member.scoring == Scoring::OptedOut {
            Out::line("  the joined member has opted out")?;
        }
        self.influence.show("influence")?;
        self.value.show("value")?;
        self.programs.iter().try_for_each(show_program)?;
        for group in &self.exclusive {
            let group = &group.group;
            Out::line(&format!("  each has a perk of the exclusive group {group}"))?;
        }
        for estimate in &self.estimates {
            Out::line(&format!("  estimated: {estimate}"))?;
        }
        Ok(())
    }
}

impl Both {
    fn show(&self, name: &str) -> Result {
        let words = |score: &Score| {
            let score = score.score.map(|score| format!("{score:.1}"));
            score.unwrap_or_else(|| "unknown".to_owned())
        };
        let (survivor, absorbed) = (words(&self.survivor), words(&self.absorbed));
        let after = words(&self.after);
        Out::line(&format!(
            "  {name}: {survivor} and {absorbed}, together {after}"
        ))
    }
}

fn show_program(program: &ProgramPreview) -> Result {
    Out::line(&format!(
        "  {}: {} and {}, together {}",
        program.program, program.survivor_tier, program.absorbed_tier, program.tier
    ))?;
    for claims in &program.claims {
        let beyond = if claims.exceeds_limit {
            ", more than the limit for one member"
        } else {
            ""
        };
        let (perk, together) = (&claims.perk, claims.together);
        Out::line(&format!("    {perk}: {together} units together{beyond}"))?;
    }
    for (what, perks) in [
        ("both wait for", &program.both_wait),
        ("both have entered the draw of", &program.both_entered),
    ] {
        for perk in perks {
            Out::line(&format!("    {what} {perk}"))?;
        }
    }
    Ok(())
}
