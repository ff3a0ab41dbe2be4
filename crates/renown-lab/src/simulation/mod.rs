//! A made-up town with a story: the reference population.
//!
//! [`Town::simulate`] makes up a few thousand people, some hundreds of them
//! enrolled guests of a hotel, and what they did on several networks over some
//! months: posts, reactions that fall off quickly after a post, follows,
//! profile snapshots, purchases. Reach is heavy-tailed, and whoever has
//! followers wins more of them. A small [cast](Town::cast) plays the cases that
//! scoring has to get right: a local star, a bot, a pod of mutual likers, an
//! expert on cookies, newcomers, a good customer whom nobody follows.
//!
//! Everything follows from the configuration: the same one gives the same town,
//! event for event.
//!
//! | file | |
//! |---|---|
//! | `people`, `story` | who lives here: the ordinary, then the cast |
//! | `activity`, `society`, `reactions` | social life, in order of time |
//! | `shopping` | orders and refunds |
//! | `calendar`, `log`, `dice`, `topics`, `names` | the means |

mod activity;
mod calendar;
mod dice;
mod log;
mod names;
mod people;
mod reactions;
mod shopping;
mod society;
mod story;
#[cfg(test)]
mod tests;
mod topics;

use chrono::{DateTime, TimeZone, Timelike, Utc};

use calendar::Calendar;
use dice::{Dice, Part};
use log::Log;
use renown_core::domain::{Event, Handle};
use topics::Topics;

pub use people::{Person, Role};
pub use story::Character;

/// What a town is made from. The same configuration gives the same town.
///
/// Any values will do: [`Town::simulate`] brings them into the ranges given
/// here, which are those within which the story can be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TownConfig {
    /// What all chance is drawn from.
    pub seed: u64,
    /// How many people there are, the cast included: at least twice `guests`,
    /// at most 2 million.
    pub people: usize,
    /// How many of them are enrolled: at least 60, and twice the pod;
    /// at most a million.
    pub guests: usize,
    /// How long the window is, in days: 30 to 3,650.
    pub days: u32,
    /// The end of the window, to the second, in the years 1980 to 9999; every
    /// event lies in the `days` before it.
    pub until: DateTime<Utc>,
    /// The bot posts every so many minutes, in the last 80 days: at least 1.
    pub bot_minutes: u32,
    /// How many people like each other's every post: 2 to 1,000.
    pub pod: usize,
}

impl TownConfig {
    /// The town of the demo: 5,000 people, of whom 400 are guests, over 120
    /// days; some 160,000 events.
    pub fn demo(until: DateTime<Utc>) -> Self {
        Self {
            seed: 2011,
            people: 5_000,
            guests: 400,
            days: 120,
            until,
            bot_minutes: 15,
            pod: 12,
        }
    }

    /// The same, with every value in its range.
    fn in_range(&self) -> Self {
        let year = |y| Utc.with_ymd_and_hms(y, 1, 1, 0, 0, 0).single();
        let until = self.until.with_nanosecond(0).unwrap_or(self.until);
        let pod = self.pod.clamp(2, 1_000);
        let guests = self.guests.clamp(60.max(2 * pod), 1_000_000);
        Self {
            seed: self.seed,
            people: self.people.clamp(2 * guests, 2_000_000),
            guests,
            days: self.days.clamp(30, 3_650),
            until: match (year(1980), year(9999)) {
                (Some(first), Some(last)) => until.clamp(first, last),
                _ => until,
            },
            bot_minutes: self.bot_minutes.max(1),
            pod,
        }
    }

    /// How much longer the window is than the one that rates are given for.
    fn scale(&self) -> f64 {
        f64::from(self.days) / 120.0
    }
}

/// A town: who lives there and what they did.
#[derive(Debug, Clone, PartialEq)]
pub struct Town {
    /// What it was made from, every value in its range.
    pub config: TownConfig,
    /// Everybody: the cast first, then the other guests, then those who never
    /// enrolled.
    pub people: Vec<Person>,
    /// What they did, in order of time. Every event has a key of its own.
    pub events: Vec<Event<Handle>>,
}

impl Town {
    /// Makes the town up.
    pub fn simulate(config: &TownConfig) -> Self {
        let config = config.in_range();
        let calendar = Calendar::new(config.until, config.days);
        let topics = Topics::new();
        let people = people::populate(&config, &topics);
        let mut log = Log::new(calendar);
        let stage = Stage {
            config: &config,
            calendar: &calendar,
            topics: &topics,
            people: &people,
        };
        let part = |part| Dice::new(config.seed, part);
        let posts = activity::play(&stage, &mut log, part(Part::Calendar), part(Part::Activity));
        story::play(&stage, &mut log, &posts, &mut part(Part::Story));
        shopping::play(&stage, &mut log, &mut part(Part::Shopping));
        let events = log.finish();
        Self {
            config,
            people,
            events,
        }
    }

    /// The enrolled.
    pub fn guests(&self) -> impl Iterator<Item = &Person> {
        self.people.iter().filter(|p| p.enrolled.is_some())
    }

    /// The characters of the story, the local star first.
    pub fn cast(&self) -> Vec<Character<'_>> {
        story::cast(&self.people)
    }
}

/// What every part of the play sees and none changes.
#[derive(Debug)]
struct Stage<'a> {
    config: &'a TownConfig,
    calendar: &'a Calendar,
    topics: &'a Topics,
    people: &'a [Person],
}
