//! Properties of the built-in model on simulated populations.

use std::collections::HashMap;

use super::*;
use crate::simulation::TownRole;
use renown_core::domain::AccountId;
use renown_core::scoring::{Hierarchy, Model};

fn sample<'a>(
    model: &'a Model,
    folk: &'a Townsfolk,
    hierarchy: &'a Hierarchy,
    names: &'a HashMap<String, AccountId>,
) -> TownSample<'a> {
    TownSample {
        model,
        hierarchy,
        events: &folk.events,
        as_of: folk.town.config.until,
        names,
    }
}

/// Returns the scores of a town's guests at these shares of the order of scores. Guests
/// without a score are left out.
fn guests_at(seed: u64, shares: [f64; 3]) -> [f64; 3] {
    let model = Model::builtin();
    let folk = Townsfolk::new(seed, 4_000);
    let (names, hierarchy) = Default::default();
    let sample = sample(&model, &folk, &hierarchy, &names);
    let scores = sample.population().scores(&model);
    let guests = folk.town.people.iter().zip(0..);
    let mut guests: Vec<f64> = guests
        .filter(|(person, _)| person.role != TownRole::Citizen)
        .filter_map(|(_, id)| scores.get(&AccountId(id))?.influence.score())
        .collect();
    guests.sort_by(f64::total_cmp);
    shares.map(|share| guests[(share * (guests.len() - 1) as f64) as usize])
}

/// The mean of several towns, because four of the guests of one are above its 99th
/// percentile.
#[test]
fn the_scale_is_anchored_on_the_guests_of_the_town() {
    let towns = [1, 2, 4, 5, 7].map(|seed| guests_at(seed, [0.5, 0.9, 0.99]));
    let mean_of = |at: usize| mean(towns.iter().map(|town| town[at])).unwrap();
    for (at, anchor, within) in [(0, 20.0, 2.0), (1, 45.0, 2.0), (2, 75.0, 3.0)] {
        let found = mean_of(at);
        assert!((found - anchor).abs() < within, "{anchor}: {found}");
    }
}

#[test]
fn every_attack_is_withstood_and_would_not_be_without_defences() {
    let model = Model::builtin();
    let steps = std::cell::Cell::new(0);
    let rows = attacks(&model, 1, 4_000, || steps.set(steps.get() + 1));
    assert_eq!(steps.get(), attack_rows());
    let failed: Vec<_> = rows.iter().filter(|row| !row.holds).collect();
    assert!(failed.is_empty(), "{failed:#?}");
    // Otherwise the rows would prove nothing.
    for name in [
        "bot_with_own_bots",
        "bought_bundle",
        "topic_for_an_upgrade",
        "pod",
    ] {
        let row = rows.iter().find(|row| row.name == name).unwrap();
        assert!(Some(row.undefended) > row.bound, "{row:#?}");
    }
}

#[test]
fn another_model_moves_members_and_the_same_moves_nobody() {
    let model = Model::builtin();
    let text = include_str!("../../../../config/model.toml")
        .replace("like = 1.0", "like = 0.2")
        .replace("version = \"2026-3\"", "version = \"other\"");
    let other = Model::parse(&text).unwrap();
    let folk = Townsfolk::new(1, 1_000);
    let (names, hierarchy) = Default::default();
    let sample = sample(&model, &folk, &hierarchy, &names);
    let same = stability(&sample, &model).moves;
    assert_eq!(
        (same.most, same.only_one, same.histogram.len()),
        (0.0, 0, 1)
    );
    let moved = stability(&sample, &other).moves;
    assert!(moved.p95 > 1.0 && moved.most >= moved.p95 && moved.p95 >= moved.median);
    let counted: usize = moved.histogram.iter().map(|column| column.members).sum();
    assert_eq!(counted, moved.members);
}

#[test]
fn intervals_of_the_town_contain_what_the_other_half_says() {
    let model = Model::builtin();
    let folk = Townsfolk::new(1, 2_000);
    let (names, hierarchy) = Default::default();
    let sample = sample(&model, &folk, &hierarchy, &names);
    let found = coverage(&sample, 1).unwrap();
    assert!((0.85..=0.95).contains(&found.coverage), "{found:?}");
}
