//! Laws of scoring under a correction of confidence.

use proptest::prelude::*;

use super::laws::{is_genuine, never_lower};
use super::*;
use crate::scoring::Correction;

fn corrections() -> impl Strategy<Value = Correction> {
    let numbers = (-8.0..8.0, prop_oneof![Just(0.0), 0.0..8.0]);
    numbers.prop_map(|(intercept, slope)| Correction::new(intercept, slope).unwrap())
}

#[test]
fn a_correction_that_would_turn_the_order_is_refused() {
    for (intercept, slope) in [(0.0, -0.1), (f64::NAN, 1.0), (0.0, f64::INFINITY)] {
        assert!(Correction::new(intercept, slope).is_err());
    }
    let turned = serde_json::from_str::<Correction>(r#"{"intercept": 0.0, "slope": -1.0}"#);
    assert!(turned.is_err());
}

proptest! {
    #[test]
    fn a_reaction_lowers_no_corrected_confidence(
        events in history(), others in prop::collection::vec(history(), 1..3), habits in habits(),
        correction in corrections(), more in any_event(A).prop_filter("positive", is_genuine)
    ) {
        let model = Model::builtin();
        let states: Vec<AccountState> = others.iter().map(|events| fold(&model, events)).collect();
        let mut snapshot = crowd(&model, &states, &habits);
        snapshot.correct(correction);
        let mut state = fold(&model, &events);
        let before = score(&model, &snapshot, &alone(&state), now());
        state.fold(&model, &more);
        never_lower(&before, &score(&model, &snapshot, &alone(&state), now()))?;
    }

    #[test]
    fn one_event_never_gives_more_than_a_fifth_however_it_is_corrected(
        event in any_event(A), others in prop::collection::vec(history(), 1..3), correction in corrections()
    ) {
        let model = Model::builtin();
        let states: Vec<AccountState> = others.iter().map(|events| fold(&model, events)).collect();
        let mut snapshot = crowd(&model, &states, &[]);
        snapshot.correct(correction);
        let score = score(&model, &snapshot, &alone(&fold(&model, [&event])), now());
        for on_topic in score.topics.values() {
            prop_assert!(on_topic.confidence.get() <= 0.2);
        }
    }

    #[test]
    fn a_correction_is_stored_with_its_snapshot(events in history(), correction in corrections()) {
        let model = Model::builtin();
        let plain = crowd(&model, &[fold(&model, &events)], &[]);
        let mut corrected = plain.clone();
        corrected.correct(correction);
        prop_assert_eq!(Snapshot::decode(&corrected.encode()).unwrap(), corrected.clone());
        // Without one, the bytes are those that earlier versions read.
        prop_assert_eq!(plain.encode()[0], 3);
        prop_assert_eq!(corrected.correction(), Some(correction));
    }

    #[test]
    fn the_correction_that_changes_nothing_changes_nothing(events in history()) {
        let model = Model::builtin();
        let state = fold(&model, &events);
        let plain = crowd(&model, std::slice::from_ref(&state), &[]);
        let mut corrected = plain.clone();
        corrected.correct(Correction::new(0.0, 1.0).unwrap());
        let [a, b] = [plain, corrected].map(|it| score(&model, &it, &alone(&state), now()));
        prop_assert_eq!(a.topics, b.topics);
    }
}
