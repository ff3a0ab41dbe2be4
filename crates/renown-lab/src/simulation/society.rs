//! Followers and communities. People with more followers win more of them.

use super::calendar::Second;
use super::dice::{Dice, Urn};
use super::log::Net;
use super::people::Person;
use super::topics::TOPICS;

/// The index of a person in the town.
pub(super) type PersonIndex = usize;

/// A follow for which there is an event, so that an unfollow can undo it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bond {
    pub net: Net,
    pub actor: PersonIndex,
    pub target: PersonIndex,
    /// The time of the follow.
    pub since: Second,
}

/// The relations between people at one moment.
#[derive(Debug)]
pub(super) struct Society<'a> {
    people: &'a [Person],
    /// By network and topic: the people who care about it, weighted by how
    /// readily they react.
    communities: Vec<Vec<Urn<PersonIndex>>>,
    /// By network: the people who react, weighted by how readily they do.
    reacting: Vec<Urn<PersonIndex>>,
    /// By network: the people who get reactions, weighted by fitness.
    noticed: Vec<Urn<PersonIndex>>,
    followers: Vec<Vec<PersonIndex>>,
    followers_at_first: Vec<usize>,
    following: Vec<u64>,
    /// Each person once for every follower won.
    by_followers: Vec<PersonIndex>,
    bonds: Vec<Bond>,
}

impl<'a> Society<'a> {
    /// Creates the relations before the window. Followers are in proportion to
    /// fitness and come from the communities that a person posts for.
    pub(super) fn before(people: &'a [Person], dice: &mut Dice) -> Self {
        let mut society = Self {
            people,
            communities: Net::SOCIAL.map(|net| communities(people, net)).into(),
            reacting: Net::SOCIAL
                .map(|net| urn(people, net, |p| p.habits.reacts))
                .into(),
            noticed: Net::SOCIAL
                .map(|net| urn(people, net, |p| p.habits.fitness))
                .into(),
            followers: vec![Vec::new(); people.len()],
            followers_at_first: Vec::new(),
            following: vec![0; people.len()],
            by_followers: Vec::new(),
            bonds: Vec::new(),
        };
        for (target, person) in people.iter().enumerate() {
            let fitness = person.habits.fitness;
            let wanted = if fitness > 0.0 {
                2.0 + 3.0 * fitness
            } else {
                0.0
            };
            for _ in 0..wanted as usize {
                if let Some(actor) = society.stranger(target, dice) {
                    society.add_follower(actor, target);
                }
            }
        }
        society.followers_at_first = society.followers.iter().map(Vec::len).collect();
        society
    }

    /// Returns the social networks of a person, the most used first.
    pub(super) fn networks(&self, person: PersonIndex) -> Vec<Net> {
        let accounts = &self.people[person].accounts;
        let net = |name: &str| Net::SOCIAL.into_iter().find(|net| net.name() == name);
        let names = accounts.iter().map(|account| account.network().as_str());
        names.filter_map(net).collect()
    }

    pub(super) fn is_on(&self, person: PersonIndex, net: Net) -> bool {
        self.people[person].account_on(net.name()).is_some()
    }

    /// Draws a person on this network who cares about this topic.
    pub(super) fn enthusiast(
        &self,
        net: Net,
        topic: usize,
        dice: &mut Dice,
    ) -> Option<PersonIndex> {
        self.communities.get(net as usize)?.get(topic)?.draw(dice)
    }

    /// Draws a person on this network who reacts.
    pub(super) fn anybody(&self, net: Net, dice: &mut Dice) -> Option<PersonIndex> {
        self.reacting.get(net as usize)?.draw(dice)
    }

    /// Draws a person on this network, weighted by fitness.
    pub(super) fn somebody_noticed(&self, net: Net, dice: &mut Dice) -> Option<PersonIndex> {
        self.noticed.get(net as usize)?.draw(dice)
    }

    /// Draws a person in proportion to followers (preferential attachment).
    pub(super) fn somebody_followed(&self, dice: &mut Dice) -> Option<PersonIndex> {
        dice.pick(&self.by_followers).copied()
    }

    /// Draws a follower of a person.
    pub(super) fn follower(&self, of: PersonIndex, dice: &mut Dice) -> Option<PersonIndex> {
        dice.pick(&self.followers[of]).copied()
    }

    pub(super) fn follows(&self, actor: PersonIndex, target: PersonIndex) -> bool {
        self.followers[target].contains(&actor)
    }

    pub(super) fn follower_count(&self, of: PersonIndex) -> u64 {
        self.followers[of].len() as u64
    }

    pub(super) fn following_count(&self, of: PersonIndex) -> u64 {
        self.following[of]
    }

    /// Returns the growth of a person's followers since the start of the
    /// window, limited to 0.5 to 3. Reactions grow with it.
    pub(super) fn growth(&self, of: PersonIndex) -> f64 {
        let at_first = self.followers_at_first[of].max(1) as f64;
        (self.followers[of].len() as f64 / at_first).clamp(0.5, 3.0)
    }

    /// Adds a follow; returns whether it is new.
    pub(super) fn follow(&mut self, bond: Bond) -> bool {
        let new = self.add_follower(bond.actor, bond.target);
        if new {
            self.bonds.push(bond);
        }
        new
    }

    /// Removes a random follow for which there is an event. Returns `None` if
    /// the drawn follow has not begun yet.
    pub(super) fn unfollow(&mut self, at: Second, dice: &mut Dice) -> Option<Bond> {
        let index = dice.below(self.bonds.len());
        if self.bonds.get(index)?.since >= at {
            return None;
        }
        let bond = self.bonds.swap_remove(index);
        self.followers[bond.target].retain(|actor| *actor != bond.actor);
        self.following[bond.actor] = self.following[bond.actor].saturating_sub(1);
        Some(bond)
    }

    /// Draws a possible follower from a community that the target posts for.
    fn stranger(&self, target: PersonIndex, dice: &mut Dice) -> Option<PersonIndex> {
        let (topic, _) = *dice.pick(&self.people[target].habits.interests)?;
        let net = *dice.pick(&self.networks(target))?;
        self.enthusiast(net, topic, dice)
    }

    fn add_follower(&mut self, actor: PersonIndex, target: PersonIndex) -> bool {
        if actor == target || self.follows(actor, target) {
            return false;
        }
        self.followers[target].push(actor);
        self.following[actor] += 1;
        self.by_followers.push(target);
        true
    }
}

fn communities(people: &[Person], net: Net) -> Vec<Urn<PersonIndex>> {
    let mut members: Vec<Vec<(PersonIndex, f64)>> = vec![Vec::new(); TOPICS.len()];
    for (index, person) in people.iter().enumerate() {
        if person.account_on(net.name()).is_some() {
            for (topic, weight) in &person.habits.interests {
                members[*topic].push((index, weight * person.habits.reacts));
            }
        }
    }
    members.into_iter().map(Urn::new).collect()
}

fn urn(people: &[Person], net: Net, weight: impl Fn(&Person) -> f64) -> Urn<PersonIndex> {
    let here = people.iter().enumerate();
    let here = here.filter(|(_, person)| person.account_on(net.name()).is_some());
    Urn::new(here.map(|(index, person)| (index, weight(person))))
}
