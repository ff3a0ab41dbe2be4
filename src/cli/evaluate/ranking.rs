//! `renown evaluate ranking`: compares the ranking with later outcomes.

use serde_json::json;

use crate::cli::Result;
use crate::cli::environment::Base;
use crate::cli::evaluate::Shared;
use crate::cli::evaluate::input::{Outcomes, People};
use crate::cli::evaluate::table::TextTable;
use crate::cli::out::Out;
use renown_lab::evaluation::{self, Ranking};

/// The options of `renown evaluate ranking`.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    #[command(flatten)]
    shared: Shared,
    #[command(flatten)]
    people: People,
    #[command(flatten)]
    outcomes: Outcomes,
}

/// Ranks members by score and by every baseline, and compares the rankings.
pub fn run(base: &Base, args: &Args) -> Result {
    let model = args.shared.model(base)?;
    let mut events = args.people.read(base, &args.shared, &model)?;
    let truth = args.outcomes.needed(&mut events)?;
    let ranking = evaluation::ranking(&events.sample(&model), &truth, args.shared.seed);
    if Out::is_json() {
        return Out::json(&json!(ranking));
    }
    print(&ranking)
}

/// Prints a comparison of rankings.
pub(super) fn print(ranking: &Ranking) -> Result {
    let mut table = TextTable::new(["ranked by", "NDCG@10", "Spearman"]);
    let number = |number: Option<f64>| number.map_or("-".to_owned(), |n| format!("{n:.3}"));
    for row in &ranking.rows {
        let name = row.name.to_owned();
        table.row([name, number(row.ndcg_at_10), number(row.spearman)]);
    }
    table.print()?;
    Out::line(&format!(
        "NDCG over {} topics with five or more active members; Spearman over {} members.",
        ranking.topics, ranking.members
    ))
}
