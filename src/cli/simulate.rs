//! `renown program simulate FILE`: prints what a draft would change, as tables.

use std::path::PathBuf;
use std::time::Duration;

use crate::cli::deployment::{Deployment, Refusal};
use crate::cli::environment::Base;
use crate::cli::evaluate::table::TextTable;
use crate::cli::out::Out;
use crate::cli::program::{read, show};
use crate::cli::{CliError, Result};
use crate::service::programs::{PreparedSimulation, SimulationRequest};
use renown_core::domain::{PerkId, TierId, Unit};
use renown_core::fairness::impact::{Finding, Rate};
use renown_core::rules::simulate::{
    Affected, CostForecast, Grouping, Horizons, Moves, PerkImpact, Rates, Simulation,
};

/// The options of `renown program simulate`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Program to simulate, in YAML or JSON.
    file: PathBuf,
    /// Evaluate a sample of about N members, always the same ones, instead of all.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    sample: Option<u64>,
    /// Group members by this attribute; if not given, by each protected attribute
    /// that occurs. May be given several times.
    #[arg(long = "group", value_name = "ATTRIBUTE")]
    groups: Vec<String>,
    /// Assumed probability, from 0 to 1, that an eligible member claims a perk on a
    /// day.
    #[arg(long, value_name = "U", default_value_t = SimulationRequest::UPTAKE)]
    uptake: f64,
}

/// Simulates the program, and prints the result.
pub async fn run(base: &Base, args: &Args) -> Result {
    let source = read(&args.file)?;
    let uptake = Unit::try_from(args.uptake)
        .map_err(|invalid| CliError::Failed(format!("--uptake {invalid}")))?;
    let request = SimulationRequest {
        shows_identities: true,
        source: Some(source.clone()),
        sample: args.sample,
        groups: (!args.groups.is_empty()).then(|| args.groups.clone()),
        uptake,
    };
    let simulated = Deployment::run(base, async |deployment| {
        let found = deployment.check(&source).await?;
        show(&found.diagnostics, &source, &args.file);
        let program = found.program.ok_or(CliError::Said)?;
        Ok(deployment.simulate(&program, request).await)
    });
    let simulation = match simulated.await? {
        Ok(simulation) => simulation,
        Err(Refusal::Other(error)) => return Err(error),
        Err(Refusal::Mistakes(diagnostics)) => {
            show(&diagnostics, &source, &args.file);
            return Err(CliError::Said);
        }
    };
    if Out::is_json() {
        let document = serde_json::to_value(&simulation);
        return Out::json(&document.map_err(|error| CliError::Failed(error.to_string()))?);
    }
    print(&simulation)
}

/// Runs a simulation, and shows its progress.
pub(super) async fn with_bar(prepared: PreparedSimulation) -> crate::service::Result<Simulation> {
    let progress = prepared.progress();
    let bar = Out::bar(progress.of());
    let mut ticks = tokio::time::interval(Duration::from_millis(200));
    let mut running = std::pin::pin!(prepared.run());
    let result = loop {
        tokio::select! {
            result = &mut running => break result,
            _ = ticks.tick() => bar.set_position(progress.done()),
        }
    };
    bar.finish_and_clear();
    result
}

fn print(simulation: &Simulation) -> Result {
    let against = match simulation.compared_with {
        Some(version) => format!("version {}", version.0),
        None => "nothing published".to_owned(),
    };
    Out::line(&format!(
        "{} against {against}: {} of {} members ({:.1} %)\n",
        simulation.program,
        simulation.members,
        simulation.population,
        100.0 * simulation.sampled_share
    ))?;
    tiers(simulation)?;
    moves("at once", &simulation.moves.at_once)?;
    moves("settled", &simulation.moves.settled)?;
    levels(simulation)?;
    perks(simulation)?;
    for grouping in &simulation.groups {
        groups(grouping)?;
    }
    affected(&simulation.most_affected)
}

fn tiers(simulation: &Simulation) -> Result {
    let mut table = TextTable::new(["tier", "before", "at once", "settled before", "settled"]);
    for tier in &simulation.tiers {
        let Horizons { at_once, settled } = tier.members;
        let counts = [at_once.before, at_once.after, settled.before, settled.after];
        let [a, b, c, d] = counts.map(|count| count.to_string());
        table.row([tier.tier.to_string(), a, b, c, d]);
    }
    finish(&table)
}

fn moves(when: &str, moves: &Moves) -> Result {
    let Moves { up, down, same, .. } = moves;
    Out::line(&format!("{when}: {up} up, {down} down, {same} stay"))?;
    let mut table = TextTable::new(["from", "to", "places", "members"]);
    for way in moves.ways.iter().filter(|way| way.places != 0) {
        let places = format!("{:+}", way.places);
        let to = way.to.to_string();
        table.row([name(way.from.as_ref()), to, places, way.members.to_string()]);
    }
    finish(&table)
}

fn levels(simulation: &Simulation) -> Result {
    let mut table = TextTable::new(["service level", "before", "at once", "settled"]);
    for level in &simulation.service_levels {
        let Horizons { at_once, settled } = level.members;
        let counts = [at_once.before, at_once.after, settled.after];
        let [a, b, c] = counts.map(|count| count.to_string());
        table.row([level.service_level.clone(), a, b, c]);
    }
    finish(&table)
}

fn perks(simulation: &Simulation) -> Result {
    Out::line(&format!(
        "if of those eligible {} claim a day:",
        simulation.uptake
    ))?;
    let mut table = TextTable::new([
        "perk",
        "before",
        "after",
        "gained",
        "lost",
        "demand",
        "left",
        "claimed",
        "cost",
        "at most",
        "runs out on",
    ]);
    for perk in &simulation.perks {
        table.row(perk_row(perk));
    }
    for cost in &simulation.costs {
        let [expected, at_most] = money(Some(cost));
        let mut row: [String; 11] = std::array::from_fn(|_| String::new());
        (row[0], row[8], row[9]) = ("all".to_owned(), expected, at_most);
        table.row(row);
    }
    finish(&table)
}

fn perk_row(perk: &PerkImpact) -> [String; 11] {
    let change = perk.eligible.at_once;
    let [expected, at_most] = money(perk.cost.as_ref());
    let left = perk
        .units_left
        .map_or("-".to_owned(), |left| left.to_string());
    let day = perk
        .runs_out_on
        .map_or("-".to_owned(), |day| day.to_string());
    [
        perk.perk.to_string(),
        change.before.to_string(),
        change.after.to_string(),
        change.gained.to_string(),
        change.lost.to_string(),
        perk.demand.to_string(),
        left,
        perk.expected_units.to_string(),
        expected,
        at_most,
        day,
    ]
}

fn money(cost: Option<&CostForecast>) -> [String; 2] {
    let amount = |amount: Option<_>, currency: &_| match amount {
        Some(amount) => format!("{amount} {currency}"),
        None => "-".to_owned(),
    };
    match cost {
        None => ["-".to_owned(), "-".to_owned()],
        Some(cost) => [cost.expected, cost.at_most].map(|sum| amount(sum, &cost.currency)),
    }
}

/// Prints the shares above the floor by the rules alone, because tiers that are
/// still kept would hide the effect of a change for a while.
fn groups(grouping: &Grouping) -> Result {
    let by = grouping.by.as_str();
    let mut table = TextTable::new([by, "members", "above floor before", "after", "ratio", ""]);
    for group in &grouping.groups {
        let Rates { before, after } = group.above_floor.settled;
        table.row([
            group.group.clone(),
            group.members.to_string(),
            percent(before.share),
            percent(after.share),
            after
                .ratio
                .map_or("-".to_owned(), |ratio| format!("{ratio:.2}")),
            finding(&after).to_owned(),
        ]);
    }
    finish(&table)
}

fn finding(rate: &Rate) -> &'static str {
    match rate.finding {
        Finding::Fair => "",
        Finding::BelowFourFifths => "below four fifths",
        Finding::TooFew => "too few to say",
        Finding::NothingToCompare => "nothing to compare",
    }
}

fn affected(most: &[Affected]) -> Result {
    let mut table = TextTable::new([
        "most affected",
        "before",
        "at once",
        "settled",
        "lost",
        "gained",
    ]);
    for affected in most {
        let Horizons { at_once, settled } = &affected.effects;
        let perks = |perks: &[PerkId]| match perks {
            [] => "-".to_owned(),
            perks => perks
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(","),
        };
        table.row([
            who(affected),
            name(settled.tier_before.as_ref()),
            at_once.tier_after.to_string(),
            settled.tier_after.to_string(),
            perks(&settled.perks_lost),
            perks(&settled.perks_gained),
        ]);
    }
    match most {
        [] => Out::line("nobody is affected"),
        _ => table.print(),
    }
}

/// Returns the name and an identity of a member, and the id if neither is known.
fn who(affected: &Affected) -> String {
    let name = affected.name.as_ref().map(ToString::to_string);
    let known: Vec<String> = name.into_iter().chain(affected.identity.clone()).collect();
    match known.is_empty() {
        true => affected.member.to_string(),
        false => known.join(", "),
    }
}

fn name(tier: Option<&TierId>) -> String {
    tier.map_or("-".to_owned(), ToString::to_string)
}

fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

/// Prints a table and an empty line.
fn finish<const N: usize>(table: &TextTable<N>) -> Result {
    table.print()?;
    Out::line("")
}
