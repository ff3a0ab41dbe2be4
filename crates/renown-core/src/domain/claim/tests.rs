use super::*;
use proptest::prelude::*;

fn at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(second, 0).unwrap()
}

/// A simple model of a claim, to compare with: a word and two times.
#[derive(Debug, Clone, PartialEq)]
struct Sheet {
    word: &'static str,
    confirmed: bool,
    redeemed: Option<i64>,
    end: Option<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Wish {
    Confirm(Option<i64>),
    Redeem,
    Release,
    Expire,
    Cancel,
    Reverse,
}

/// Seconds after a redemption in which it can be reversed.
const WITHIN: i64 = 10;

impl Wish {
    fn step(self) -> Step {
        match self {
            Self::Confirm(by) => Step::Confirm {
                redeem_by: by.map(at),
            },
            Self::Redeem => Step::Redeem { by: None },
            Self::Release => Step::End(Ending::Released),
            Self::Expire => Step::End(Ending::Expired),
            Self::Cancel => Step::End(Ending::Cancelled {
                reason: "closed".into(),
            }),
            Self::Reverse => Step::Reverse {
                reason: "the wrong guest".into(),
                within: TimeDelta::seconds(WITHIN),
            },
        }
    }
}

impl Sheet {
    /// Applies the rules to the model; returns whether the step is possible.
    fn wish(&mut self, wish: Wish, now: i64) -> bool {
        let over = self.end.is_some_and(|end| now >= end);
        let (word, end) = match (self.word, wish) {
            ("held", Wish::Confirm(by)) if !over => ("confirmed", by),
            ("confirmed", Wish::Confirm(_)) => return true,
            ("confirmed", Wish::Redeem) if !over => {
                self.redeemed = Some(now);
                ("redeemed", None)
            }
            ("redeemed", Wish::Reverse) if now < self.redeemed.unwrap() + WITHIN => {
                ("reversed", None)
            }
            ("held" | "confirmed", Wish::Release) => ("released", None),
            ("held" | "confirmed", Wish::Cancel) => ("cancelled", None),
            ("held" | "confirmed", Wish::Expire) if over => ("expired", None),
            ("released", Wish::Release)
            | ("cancelled", Wish::Cancel)
            | ("reversed", Wish::Reverse)
            | ("expired", Wish::Expire) => return true,
            _ => return false,
        };
        self.confirmed |= word == "confirmed";
        (self.word, self.end) = (word, end);
        true
    }

    fn of(state: &State) -> Self {
        let confirmed = match state {
            State::Held(_) => false,
            State::Confirmed(_) | State::Redeemed(_) => true,
            State::Ended(ended) => ended.confirmed_at.is_some(),
        };
        let redeemed = match state {
            State::Redeemed(redeemed) => Some(redeemed.at),
            State::Ended(Ended {
                how: Ending::Reversed { redeemed_at, .. },
                ..
            }) => Some(*redeemed_at),
            _ => None,
        };
        Self {
            word: state.kind().as_str(),
            confirmed,
            redeemed: redeemed.map(|at| at.timestamp()),
            end: state.expires_at().map(|end| end.timestamp()),
        }
    }
}

fn wishes() -> impl Strategy<Value = Vec<(Wish, i64)>> {
    let wish = prop_oneof![
        prop::option::of(0..60i64).prop_map(Wish::Confirm),
        Just(Wish::Redeem),
        Just(Wish::Release),
        Just(Wish::Expire),
        Just(Wish::Cancel),
        Just(Wish::Reverse),
    ];
    prop::collection::vec((wish, 0..15i64), 0..12)
}

proptest! {
    #[test]
    fn a_walk_through_the_states_is_that_of_the_sheet(until in 1..40i64, wishes in wishes()) {
        let mut state = State::Held(Held { until: at(until) });
        let mut sheet = Sheet { word: "held", confirmed: false, redeemed: None, end: Some(until) };
        let mut now = 0;
        for (wish, pause) in wishes {
            now += pause;
            let before = state.clone();
            let done = sheet.wish(wish, now);
            match state.after(wish.step(), at(now)) {
                Ok(after) => {
                    prop_assert!(done, "{wish:?} at {now} from {before:?}");
                    state = after;
                }
                Err(_) => {
                    prop_assert!(!done, "{wish:?} at {now} from {before:?}");
                    state = before;
                }
            }
            prop_assert_eq!(Sheet::of(&state), sheet.clone());
        }
    }
}

#[test]
fn what_was_redeemed_stays_so_unless_it_is_reversed() {
    let redeemed = State::Redeemed(Redeemed {
        confirmed_at: at(1),
        at: at(2),
        by: None,
    });
    for wish in [
        Wish::Confirm(None),
        Wish::Redeem,
        Wish::Release,
        Wish::Expire,
        Wish::Cancel,
    ] {
        let refused = redeemed.clone().after(wish.step(), at(3));
        assert_eq!(refused, Err(NotPossible::Redeemed(at(2))), "{wish:?}");
    }
}

#[test]
fn a_hold_that_is_over_cannot_be_confirmed_although_nobody_has_ended_it() {
    let held = Held { until: at(10) };
    let late = held.clone().confirm(at(10), None);
    let wanted = "confirmed";
    assert_eq!(late, Err(NotPossible::Lapsed { wanted, by: at(10) }));
    assert!(held.confirm(at(9), None).is_ok());
}

#[test]
fn names_read_back() {
    for (origin, name) in Origin::ALL {
        assert_eq!(origin.as_str(), name);
        assert_eq!(name.parse(), Ok(origin));
    }
}
