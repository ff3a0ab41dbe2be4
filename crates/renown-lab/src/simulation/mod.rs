//! A simulated town, which is the reference population.
//!
//! [`Town::simulate`] creates a few thousand people, some hundreds of whom are
//! enrolled guests of a hotel, and their events on several networks over some
//! months: posts, reactions that decline quickly after a post, follows, profile
//! snapshots, purchases. Reach is heavy-tailed, and people with followers win
//! more of them. A small [cast](Town::cast) has the cases that scoring has to
//! get right: a local star, a bot, a pod of mutual likers, an expert on
//! cookies, newcomers, a good customer without followers.
//!
//! Everything follows from the configuration: the same configuration gives the
//! same town, event for event.
//!
//! | file | content |
//! |---|---|
//! | `people`, `story` | the people: ordinary ones, then the cast |
//! | `activity`, `society`, `reactions` | social life, in order of time |
//! | `shopping` | orders and refunds |
//! | `calendar`, `log`, `dice`, `topics`, `names` | shared tools |

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

pub use people::{Person, TownRole};
pub use story::Character;

/// The configuration of a town. The same configuration gives the same town.
///
/// Any values are allowed: [`Town::simulate`] limits them to the ranges given
/// here, within which the story works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TownConfig {
    /// The seed of all random draws.
    pub seed: u64,
    /// The number of people, with the cast: at least twice `guests`, at most 2
    /// million.
    pub people: usize,
    /// The number of enrolled people: at least 60 and at least twice `pod`, at
    /// most a million.
    pub guests: usize,
    /// The length of the window, in days: 30 to 3,650.
    pub days: u32,
    /// The end of the window, to the second, in the years 1980 to 9999. Every
    /// event lies in the `days` before it.
    pub until: DateTime<Utc>,
    /// The interval of the bot's posts, in minutes, over the last 80 days: at
    /// least 1.
    pub bot_minutes: u32,
    /// The number of people that like all posts of each other: 2 to 1,000.
    pub pod: usize,
}

impl TownConfig {
    /// Returns the configuration of the demo: 5,000 people, of whom 400 are
    /// guests, over 120 days, with some 160,000 events.
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

    /// Returns the configuration with every value in its range.
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

    /// Returns the length of the window divided by 120 days, the period of all
    /// rates.
    fn scale(&self) -> f64 {
        f64::from(self.days) / 120.0
    }
}

/// A town: its people and their events.
#[derive(Debug, Clone, PartialEq)]
pub struct Town {
    /// The configuration, with every value in its range.
    pub config: TownConfig,
    /// All people: first the cast, then the other guests, then the people that
    /// never enrolled.
    pub people: Vec<Person>,
    /// The events, in order of time. Every event has a unique key.
    pub events: Vec<Event<Handle>>,
}

impl Town {
    /// Simulates the town of a configuration.
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

    /// Returns the enrolled people.
    pub fn guests(&self) -> impl Iterator<Item = &Person> {
        self.people.iter().filter(|p| p.enrolled.is_some())
    }

    /// Returns the characters of the story, the local star first.
    pub fn cast(&self) -> Vec<Character<'_>> {
        story::cast(&self.people)
    }
}

/// The data that every part of the simulation reads and none changes.
#[derive(Debug)]
struct Stage<'a> {
    config: &'a TownConfig,
    calendar: &'a Calendar,
    topics: &'a Topics,
    people: &'a [Person],
}
