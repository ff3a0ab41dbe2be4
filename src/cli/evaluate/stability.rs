//! `renown evaluate stability`: compares two models.

use std::path::PathBuf;

use serde_json::json;

use crate::cli::environment::Base;
use crate::cli::evaluate::Shared;
use crate::cli::evaluate::input::People;
use crate::cli::evaluate::table::TextTable;
use crate::cli::out::Out;
use crate::cli::{Result, score};
use renown_lab::evaluation;

/// The options of `renown evaluate stability`.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    #[command(flatten)]
    shared: Shared,
    #[command(flatten)]
    people: People,
    /// Model to compare with, in the format of config/model.toml.
    #[arg(long, value_name = "FILE")]
    against: PathBuf,
}

/// Reports how far members would move.
pub fn run(base: &Base, args: &Args) -> Result {
    let model = args.shared.model(base)?;
    let other = score::model(base, Some(&args.against))?;
    let events = args.people.read(base, &args.shared, &model)?;
    let found = evaluation::stability(&events.sample(&model), &other);
    if Out::is_json() {
        return Out::json(&json!(found));
    }
    let most = found
        .moves
        .histogram
        .iter()
        .map(|moved| moved.members)
        .max();
    let most = most.unwrap_or(1).max(1);
    let mut table = TextTable::new(["influence moves by", "members", ""]);
    for moved in &found.moves.histogram {
        // At least one mark for a group that is not empty.
        let bar = (moved.members * 40).div_ceil(most);
        table.row([
            format!("{:+.1} to {:+.1}", moved.from, moved.to),
            moved.members.to_string(),
            format!("{:<40}", "#".repeat(bar)),
        ]);
    }
    table.print()?;
    let spearman = found.spearman.map_or("-".to_owned(), |r| format!("{r:.3}"));
    Out::line(&format!(
        "From {} to {}: {} members, of whom half move by at most {:.1} points, 95 % by {:.1}, \
         nobody by more than {:.1}. Rank correlation {spearman}; known under one model only: {}.",
        found.from,
        found.to,
        found.moves.members,
        found.moves.median,
        found.moves.p95,
        found.moves.most,
        found.moves.only_one
    ))
}
