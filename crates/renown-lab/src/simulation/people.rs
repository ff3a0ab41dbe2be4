//! The people of the town.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::TownConfig;
use super::dice::{Dice, Part, Urn};
use super::log::Net;
use super::names::Name;
use super::story;
use super::topics::{TopicIndex, Topics, index_of};
use renown_core::domain::{Attribute, Attributes, ExternalKind, Handle, Identity, Topic};

/// The role of a person in the story.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TownRole {
    /// A person of the town that never enrolled.
    Citizen,
    /// An ordinary guest. Guests differ from each other as much as citizens do.
    Guest,
    /// Some 15 % of the guests: known to a few, comes back now and then.
    Regular,
    /// Some 5 % of the guests: well known for the town's nightlife, comes
    /// often.
    Insider,
    /// Kevin: the best-known guest on Las Vegas, hotels and nightlife.
    LocalStar,
    /// A guest that is widely known, but for nothing related to a hotel.
    FarawayStar,
    /// A star in the first third of the window, silent since then.
    FadedStar,
    /// A person with one post that spread widely, and no other events.
    OneHitWonder,
    /// A journalist who writes about hotels. Her reach is moderate, but the
    /// hotel wants a good relation with her.
    Journalist,
    /// A person with one post, about cookies, which a few people liked within a
    /// day.
    CookieExpert,
    /// A bot that posts around the clock and gets no reactions.
    Bot,
    /// A member of a pod whose members like all posts of each other.
    PodMember,
    /// A guest that enrolled within the last 30 days and has no events.
    Newcomer,
    /// A guest that buys a lot and has no social life.
    GoodCustomer,
}

/// A person of the town.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    /// The first name and the surname.
    pub name: String,
    /// The person's role in the story.
    pub role: TownRole,
    /// The accounts, the most used first. A person with a loyalty number also
    /// has an account of that name on the network `shop`, with which purchases
    /// are made.
    pub accounts: Vec<Handle>,
    /// An email address at `example.com`, if known.
    pub email: Option<String>,
    /// The loyalty number, if there is one.
    pub loyalty: Option<String>,
    /// The time of enrolment; `None` if the person never enrolled.
    pub enrolled: Option<DateTime<Utc>>,
    /// The attributes of a guest: `country`, `language`, `age_group`,
    /// `newsletter`. They are drawn independently of reach. Empty for a
    /// citizen.
    pub attributes: Attributes,
    /// The topics that a guest declared as interests.
    pub declared: Vec<Topic>,
    pub(super) habits: Habits,
}

impl Person {
    /// Returns the person's account on the network of this name.
    pub fn account_on(&self, network: &str) -> Option<&Handle> {
        self.accounts
            .iter()
            .find(|account| account.network().as_str() == network)
    }

    /// Returns all identities of the person: accounts, then email, then loyalty
    /// number.
    pub fn identities(&self) -> Vec<Identity> {
        let external = |kind, value: &Option<String>| {
            let value = value.as_deref()?;
            Some(Identity::External(kind, value.into()))
        };
        let accounts = self.accounts.iter().cloned().map(Identity::Account);
        accounts
            .chain(external(ExternalKind::Email, &self.email))
            .chain(external(ExternalKind::Loyalty, &self.loyalty))
            .collect()
    }
}

/// The parameters of a person's behaviour. Rates are per 120 days.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Habits {
    /// The mean number of posts.
    pub posts: f64,
    /// The part of the window in which the person posts, as fractions of it.
    pub season: (f64, f64),
    /// The mean number of reactions to a post, before followers are won.
    pub fitness: f64,
    /// How readily the person reacts to others; about 1 is usual.
    pub reacts: f64,
    /// The topics of the person's posts and interests, with weights.
    pub interests: Vec<(TopicIndex, f64)>,
    /// The buying behaviour, if the person buys.
    pub shopper: Option<Shopper>,
    /// Whether a profile snapshot is taken every 30 days.
    pub profiled: bool,
}

/// The buying behaviour of a person.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Shopper {
    /// Orders per 120 days, as long as the person is a customer.
    pub orders: f64,
    /// The median amount of an order.
    pub basket: f64,
    /// The probability that an order is the last one.
    pub leaves: f64,
}

/// Creates all people: the cast, then the other guests, then the other
/// citizens.
pub(super) fn populate(config: &TownConfig, topics: &Topics) -> Vec<Person> {
    let mut registry = Registry::new(config, topics);
    let mut people = story::characters(&mut registry);
    let share = |percent: usize| config.guests * percent / 100;
    for (role, count) in [
        (TownRole::Insider, share(5)),
        (TownRole::Regular, share(15)),
    ] {
        people.extend((0..count).map(|_| registry.ordinary(role)));
    }
    // The cast and the shares above never exceed the minimum number of guests.
    while people.len() < config.guests {
        people.push(registry.ordinary(TownRole::Guest));
    }
    while people.len() < config.people {
        people.push(registry.ordinary(TownRole::Citizen));
    }
    people
}

/// Creates people, one after the other.
#[derive(Debug)]
pub(super) struct Registry<'a> {
    pub(super) config: &'a TownConfig,
    pub(super) topics: &'a Topics,
    pub(super) dice: Dice,
    countries: Urn<(&'static str, &'static str)>,
    entered: usize,
}

impl<'a> Registry<'a> {
    fn new(config: &'a TownConfig, topics: &'a Topics) -> Self {
        Self {
            config,
            topics,
            dice: Dice::new(config.seed, Part::People),
            countries: Urn::new([
                (("US", "en"), 62.0),
                (("CA", "en"), 9.0),
                (("MX", "es"), 9.0),
                (("GB", "en"), 7.0),
                (("DE", "de"), 6.0),
                (("FR", "fr"), 4.0),
                (("JP", "ja"), 3.0),
            ]),
            entered: 0,
        }
    }

    /// Creates a random person with a role.
    pub(super) fn ordinary(&mut self, role: TownRole) -> Person {
        let name = Name::draw(&mut self.dice);
        let handle = name.handle(self.entered);
        let habits = self.habits(role);
        let networks = self.networks(&habits);
        self.enter(role, &name.full(), &handle, &networks, habits)
    }

    /// Creates a person of the story, on Twitter only. The name and handle are
    /// given or random.
    pub(super) fn enter_as(
        &mut self,
        known_as: Option<(&str, &str)>,
        role: TownRole,
        habits: Habits,
    ) -> Person {
        if let Some((name, handle)) = known_as {
            return self.enter(role, name, handle, &[Net::Twitter], habits);
        }
        let name = Name::draw(&mut self.dice);
        let handle = name.handle(self.entered);
        self.enter(role, &name.full(), &handle, &[Net::Twitter], habits)
    }

    /// Creates a person with this name, handle and networks. A guest's
    /// attributes and declared topics are drawn.
    pub(super) fn enter(
        &mut self,
        role: TownRole,
        name: &str,
        handle: &str,
        networks: &[Net],
        habits: Habits,
    ) -> Person {
        let number = 100_000 + self.entered;
        self.entered += 1;
        let loyalty = habits.shopper.map(|_| format!("K{number}"));
        let shop = loyalty.as_deref().map(|number| Net::Shop.handle(number));
        let social = networks.iter().map(|net| net.handle(handle));
        let accounts = social.chain(shop).collect();
        let guest = role != TownRole::Citizen;
        Person {
            name: name.to_owned(),
            role,
            accounts,
            email: (guest && (role != TownRole::Guest || self.dice.chance(0.9)))
                .then(|| format!("{handle}@example.com")),
            loyalty,
            enrolled: guest.then(|| self.enrolment(role)),
            attributes: if guest {
                self.attributes()
            } else {
                Attributes::default()
            },
            declared: if guest {
                self.declared(&habits.interests)
            } else {
                Vec::new()
            },
            habits,
        }
    }

    fn habits(&mut self, role: TownRole) -> Habits {
        let dice = &mut self.dice;
        let (posts, fitness, shops, orders) = match role {
            TownRole::Insider => (
                dice.lognormal(45.0, 0.3),
                dice.lognormal(9.0, 0.3),
                1.0,
                9.0,
            ),
            TownRole::Regular => (
                dice.lognormal(24.0, 0.4),
                dice.lognormal(5.0, 0.4),
                1.0,
                5.0,
            ),
            // People who enrol are more active than the town as a whole.
            TownRole::Guest => (
                dice.lognormal(14.0, 1.0).min(90.0),
                dice.lognormal(3.2, 1.0).min(15.0),
                0.75,
                3.0,
            ),
            _ => (
                dice.lognormal(2.2, 1.2).min(90.0),
                dice.lognormal(1.2, 1.3).min(15.0),
                0.06,
                3.0,
            ),
        };
        Habits {
            posts,
            season: (0.0, 1.0),
            fitness,
            reacts: dice.lognormal(1.0, 1.2),
            shopper: dice.chance(shops).then(|| Shopper {
                // Gamma rates over Poisson orders, and a Beta probability to
                // leave.
                orders: dice.gamma(1.2, orders),
                basket: dice.lognormal(90.0, 0.7),
                leaves: dice.beta(0.8, 5.0),
            }),
            profiled: role != TownRole::Citizen && dice.chance(0.8),
            interests: self.interests(role),
        }
    }

    fn interests(&mut self, role: TownRole) -> Vec<(TopicIndex, f64)> {
        let mut interests = self.topics.interests(&mut self.dice);
        let lately = match role {
            TownRole::Insider => 1.0,
            TownRole::Regular => 0.6,
            // Guests of the hotel are interested in the place.
            TownRole::Guest => 0.3,
            _ => 0.0,
        };
        if self.dice.chance(lately) {
            for slug in ["las-vegas", "nightlife", "hotels"] {
                let topic = index_of(slug);
                interests.retain(|(other, _)| *other != topic);
                interests.push((topic, 0.8));
            }
        }
        interests
    }

    /// Draws the networks of a person: one for most people, several for some.
    /// People interested in software are mostly on GitHub.
    fn networks(&mut self, habits: &Habits) -> Vec<Net> {
        let software = [index_of("tech"), index_of("open-source")];
        let codes = habits.interests.iter().any(|(t, _)| software.contains(t));
        let mut networks = Vec::new();
        for (net, share) in [
            (Net::Twitter, 0.86),
            (Net::Bluesky, 0.3),
            (Net::Mastodon, 0.2),
            (Net::Github, if codes { 0.6 } else { 0.0 }),
        ] {
            if self.dice.chance(share) {
                networks.push(net);
            }
        }
        if networks.is_empty() {
            networks.push(Net::Twitter);
        }
        networks
    }

    fn enrolment(&mut self, role: TownRole) -> DateTime<Utc> {
        let days = match role {
            TownRole::Newcomer => (1, 30),
            TownRole::Guest => (31, 700),
            _ => (150, 700),
        };
        let hours = self.dice.between(days.0 * 24, days.1 * 24);
        self.config.until - TimeDelta::hours(hours)
    }

    fn attributes(&mut self) -> Attributes {
        let (country, language) = self.countries.draw(&mut self.dice).unwrap_or(("US", "en"));
        let ages = ["18-29", "30-44", "45-59", "60+"];
        let age = self.dice.pick(&ages).copied().unwrap_or("30-44");
        let text = |value: &str| Attribute::Text(value.to_owned());
        let known = BTreeMap::from([
            ("country".to_owned(), text(country)),
            ("language".to_owned(), text(language)),
            ("age_group".to_owned(), text(age)),
            (
                "newsletter".to_owned(),
                Attribute::Bool(self.dice.chance(0.6)),
            ),
        ]);
        Attributes::try_from(known).expect("four short attributes are within the bounds")
    }

    fn declared(&mut self, interests: &[(TopicIndex, f64)]) -> Vec<Topic> {
        let says: Vec<TopicIndex> = interests
            .iter()
            .map(|(topic, _)| *topic)
            .filter(|_| self.dice.chance(0.15))
            .collect();
        let mut declared = self.topics.named(&says);
        declared.sort();
        declared
    }
}
