//! What the built-in model promises of populations.

use super::*;
use crate::scoring::Model;
use crate::simulation::Role;

/// Guests of whom something is known, at these shares of the order of scores.
fn guests_at(shares: [f64; 3]) -> [f64; 3] {
    let model = Model::builtin();
    let folk = Townsfolk::new(1, 4_000);
    let (names, hierarchy) = Default::default();
    let sample = Sample {
        model: &model,
        hierarchy: &hierarchy,
        events: &folk.events,
        as_of: folk.town.config.until,
        names: &names,
    };
    let scores = sample.population().scores(&model);
    let guests = folk.town.people.iter().zip(0..);
    let mut guests: Vec<f64> = guests
        .filter(|(person, _)| person.role != Role::Citizen)
        .filter_map(|(_, id)| scores.get(&crate::domain::AccountId(id))?.influence.score())
        .collect();
    guests.sort_by(f64::total_cmp);
    shares.map(|share| guests[(share * (guests.len() - 1) as f64) as usize])
}

#[test]
fn the_scale_is_anchored_on_the_guests_of_the_town() {
    let [median, p90, p99] = guests_at([0.5, 0.9, 0.99]);
    println!("{median:.1} {p90:.1} {p99:.1}");
    assert!((median - 20.0).abs() < 3.0, "median {median}");
    assert!((p90 - 45.0).abs() < 4.0, "90th percentile {p90}");
    assert!((p99 - 75.0).abs() < 5.0, "99th percentile {p99}");
}
