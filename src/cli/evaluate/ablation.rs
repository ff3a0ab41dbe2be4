//! `renown evaluate ablation`: measures what each part of the method contributes.

use serde_json::json;

use crate::cli::Result;
use crate::cli::environment::Base;
use crate::cli::evaluate::Shared;
use crate::cli::evaluate::input::{Outcomes, People};
use crate::cli::evaluate::table::TextTable;
use crate::cli::out::Out;
use renown_core::scoring::Model;
use renown_lab::evaluation;

/// The options of `renown evaluate ablation`.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    #[command(flatten)]
    shared: Shared,
    #[command(flatten)]
    people: People,
    #[command(flatten)]
    outcomes: Outcomes,
}

/// Measures the built-in model with one part of the method undone at a time.
pub fn run(base: &Base, args: &Args) -> Result {
    let model = Model::builtin();
    let mut events = args.people.read(base, &args.shared, &model)?;
    let truth = args.outcomes.needed(&mut events)?;
    let bar = Out::bar(evaluation::ablation_rows());
    let rows = evaluation::ablation(&events.sample(&model), &truth, || bar.inc(1));
    bar.finish_and_clear();
    if Out::is_json() {
        return Out::json(&json!(rows));
    }
    let mut table = TextTable::new(["undone", "NDCG@10", "Spearman", "ECE", "Brier skill"]);
    let number = |number: Option<f64>| number.map_or("-".to_owned(), |n| format!("{n:.3}"));
    for row in &rows {
        table.row([
            row.name.to_owned(),
            number(row.ndcg_at_10),
            number(row.spearman),
            number(row.confidence.map(|(ece, _)| ece)),
            (row.confidence).map_or("-".to_owned(), |(_, skill)| {
                format!("{:.1} %", 100.0 * skill)
            }),
        ]);
    }
    table.print()
}
