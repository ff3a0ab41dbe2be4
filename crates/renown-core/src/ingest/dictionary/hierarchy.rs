//! Cycles in the hierarchy of topics, which must have none.

/// The progress of the walk at a topic.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    /// On the current path.
    Open,
    Done,
}

/// Calls `found` with each cycle it meets: a chain of topics, each a parent of
/// the one before, the first a parent of the last. If the last step of each
/// reported chain is removed, the graph has no cycle. The same graph always
/// gives the same reports.
///
/// The walk does not recurse, so that a chain may be as long as the list.
pub(in crate::ingest) fn cycles(parents: &[Vec<usize>], mut found: impl FnMut(&[usize])) {
    let mut states = vec![State::New; parents.len()];
    for start in 0..parents.len() {
        if states[start] != State::New {
            continue;
        }
        // The current path, and how many parents of each topic on it have been
        // tried.
        let mut way = vec![start];
        let mut tried = vec![0];
        states[start] = State::Open;
        while let (Some(&topic), Some(next)) = (way.last(), tried.last_mut()) {
            let Some(&parent) = parents[topic].get(*next) else {
                states[topic] = State::Done;
                way.pop();
                tried.pop();
                continue;
            };
            *next += 1;
            match states[parent] {
                State::Done => {}
                State::New => {
                    states[parent] = State::Open;
                    way.push(parent);
                    tried.push(0);
                }
                State::Open => {
                    let from = way.iter().position(|&open| open == parent);
                    found(&way[from.unwrap_or(0)..]);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all(parents: &[Vec<usize>]) -> Vec<Vec<usize>> {
        let mut all = Vec::new();
        cycles(parents, |cycle| all.push(cycle.to_vec()));
        all
    }

    #[test]
    fn two_ways_to_one_topic_are_no_cycle() {
        assert!(all(&[vec![1, 2], vec![3], vec![3], vec![]]).is_empty());
    }

    #[test]
    fn a_cycle_is_told_from_its_first_topic_to_its_last() {
        assert_eq!(all(&[vec![1], vec![2], vec![1]]), [[1, 2]]);
        assert_eq!(all(&[vec![0]]), [[0]]);
    }

    #[test]
    fn a_chain_may_be_long() {
        let chain: Vec<Vec<usize>> = (0..200_000).map(|n| vec![(n + 1) % 200_000]).collect();
        assert_eq!(all(&chain).len(), 1);
    }

    proptest! {
        #[test]
        fn without_the_steps_that_were_told_there_is_no_cycle(
            mut parents in proptest::collection::vec(proptest::collection::vec(0usize..8, 0..4), 8)
        ) {
            for cycle in all(&parents) {
                let (first, last) = (cycle[0], cycle[cycle.len() - 1]);
                parents[last].retain(|&parent| parent != first);
            }
            prop_assert!(all(&parents).is_empty());
        }
    }
}
