//! The topics of the town.

use super::dice::{Dice, Urn};
use renown_core::domain::Topic;

/// The topics, the most popular first. The town lies near Las Vegas.
pub(super) const TOPICS: [&str; 32] = [
    "las-vegas",
    "food",
    "music",
    "travel",
    "nightlife",
    "sports",
    "movies",
    "hotels",
    "tech",
    "gaming",
    "fitness",
    "photography",
    "fashion",
    "pets",
    "poker",
    "coffee",
    "books",
    "cars",
    "cooking",
    "art",
    "comedy",
    "hiking",
    "golf",
    "wine",
    "gardening",
    "science",
    "local-news",
    "open-source",
    "magic",
    "weddings",
    "cookies",
    "astronomy",
];

/// The decline of popularity with rank: weight ∝ rank^-EXPONENT (Zipf).
const EXPONENT: f64 = 0.8;

/// The index of a topic in [`TOPICS`].
pub(super) type TopicIndex = usize;

/// The topics as domain values, and the urn that interests are drawn from.
#[derive(Debug)]
pub(super) struct Topics {
    all: Vec<Topic>,
    popularity: Urn<TopicIndex>,
}

impl Topics {
    pub(super) fn new() -> Self {
        Self {
            all: TOPICS
                .iter()
                .map(|slug| Topic::parse(slug).expect("every topic of the list is a slug"))
                .collect(),
            popularity: Urn::new((0..TOPICS.len()).map(|i| (i, (i as f64 + 1.0).powf(-EXPONENT)))),
        }
    }

    /// Returns the topics with these indices.
    pub(super) fn named(&self, indices: &[TopicIndex]) -> Vec<Topic> {
        let named = indices.iter().filter_map(|i| self.all.get(*i));
        named.cloned().collect()
    }

    /// Draws a few interests with their weights, the strongest first.
    pub(super) fn interests(&self, dice: &mut Dice) -> Vec<(TopicIndex, f64)> {
        let wanted = 2 + dice.below(4);
        let mut found: Vec<(TopicIndex, f64)> = Vec::with_capacity(wanted);
        while found.len() < wanted {
            let Some(topic) = self.popularity.draw(dice) else {
                break;
            };
            if found.iter().all(|(other, _)| *other != topic) {
                let weight = 1.0 / (found.len() as f64 + 1.0);
                found.push((topic, weight));
            }
        }
        found
    }
}

/// Returns the index of a topic that the story names.
pub(super) fn index_of(slug: &str) -> TopicIndex {
    TOPICS
        .iter()
        .position(|topic| *topic == slug)
        .expect("the story speaks of topics on the list only")
}
