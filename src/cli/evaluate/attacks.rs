//! `renown evaluate attacks`: measures what attackers gain.

use serde_json::json;

use crate::cli::Result;
use crate::cli::environment::Base;
use crate::cli::evaluate::table::TextTable;
use crate::cli::evaluate::{Shared, TownArgs};
use crate::cli::out::Out;
use renown_lab::evaluation::{self, Attacked, Measured};

/// The options of `renown evaluate attacks`.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Args {
    #[command(flatten)]
    shared: Shared,
    #[command(flatten)]
    town: TownArgs,
}

/// Runs every attack on the simulated town; fails if one exceeds its bound.
pub fn run(base: &Base, args: &Args) -> Result {
    let model = args.shared.model(base)?;
    let bar = Out::bar(evaluation::attack_rows());
    let mut rows = evaluation::attacks(&model, args.shared.seed, args.town.people as usize, || {
        bar.inc(1)
    });
    bar.finish_and_clear();
    let holds = rows.iter().all(|row| row.holds);
    if Out::is_json() {
        Out::json(&json!(rows))?;
    } else {
        let mut table = TextTable::new(["attack", "measured", "bound", "holds", "undefended"]);
        for row in &rows {
            let sign = match row.target {
                evaluation::AttackTarget::AtMost => "≤",
                evaluation::AttackTarget::AtLeast => "≥",
            };
            table.row([
                named(row),
                format!("{:.2}", row.measured),
                (row.bound).map_or("-".to_owned(), |bound| format!("{sign} {bound}")),
                match (row.bound, row.holds) {
                    (None, _) => "-",
                    (Some(_), true) => "yes",
                    (Some(_), false) => "NO",
                }
                .to_owned(),
                format!("{:.2}", row.undefended),
            ]);
        }
        table.print()?;
        rows.dedup_by_key(|row| row.name);
        for row in &rows {
            Out::line(&format!("{}: {}.", row.name, row.about))?;
        }
    }
    Out::verdict(holds, "an attack gains more than it may")
}

/// Returns the name of a row, with what it measures where there are several.
fn named(row: &Attacked) -> String {
    let on = match row.on {
        None => return row.name.to_owned(),
        Some(Measured::Score) => "score",
        Some(Measured::Lower) => "lower",
        Some(Measured::Confidence) => "confidence",
    };
    format!("{}: {on}", row.name)
}
