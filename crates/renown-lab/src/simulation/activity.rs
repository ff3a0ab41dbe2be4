//! Social life, in order of time: posts with their reactions, follows, lists,
//! endorsements, and the profile snapshots that a collector takes.

use super::Stage;
use super::calendar::{DAY, Second};
use super::dice::{Dice, Urn};
use super::log::{Log, Net};
use super::reactions;
use super::society::{Bond, PersonIndex, Society};
use super::topics::{TopicIndex, index_of};
use renown_core::domain::{Act, Handle, Metrics, ObjectId, ReactionKind, Topic};

/// Follows without a reaction before them, per person and 120 days.
const FOLLOWS: f64 = 1.6;
/// Unfollows, per person and 120 days.
const UNFOLLOWS: f64 = 0.15;
/// Additions to a curated list, per person and 120 days.
const LISTS: f64 = 0.12;
/// Endorsements on a topic, per person and 120 days.
const ENDORSEMENTS: f64 = 0.3;
/// The factor between a profile's follower counts and the followers in the
/// town, because the town is only a part of the world.
const WORLD: u64 = 6;

/// A published post.
#[derive(Debug)]
pub(super) struct Published {
    pub author: PersonIndex,
    pub net: Net,
    pub at: Second,
    pub object: ObjectId,
    pub topics: Vec<Topic>,
    /// The index of its first topic, if it has any.
    pub about: Option<TopicIndex>,
}

/// A planned action. The other people involved are drawn when it takes place.
#[derive(Debug, Clone, Copy)]
enum Moment {
    Post(PersonIndex),
    Follow,
    Unfollow,
    List,
    Endorse,
    Snapshot(PersonIndex),
}

/// Simulates the whole window and returns the posts in order of time.
pub(super) fn play(
    stage: &Stage<'_>,
    log: &mut Log,
    mut when: Dice,
    mut dice: Dice,
) -> Vec<Published> {
    let society = Society::before(stage.people, &mut dice);
    let people = stage.people.len();
    let mut scene = Scene {
        stage,
        log,
        dice,
        society,
        usage: Urn::new([
            (Net::Twitter, 0.7),
            (Net::Bluesky, 0.15),
            (Net::Mastodon, 0.1),
            (Net::Github, 0.05),
        ]),
        listed: vec![0; people],
        posted: vec![0; people],
        published: Vec::new(),
    };
    for (at, moment) in agenda(stage, &mut when) {
        scene.enact(at, moment);
    }
    scene.published
}

/// Returns all planned actions, in order of time.
fn agenda(stage: &Stage<'_>, dice: &mut Dice) -> Vec<(Second, Moment)> {
    let scale = stage.config.scale();
    let calendar = stage.calendar;
    let mut agenda = Vec::new();
    for (index, person) in stage.people.iter().enumerate() {
        let habits = &person.habits;
        for _ in 0..dice.poisson(habits.posts * scale) {
            agenda.push((calendar.moment(dice, habits.season), Moment::Post(index)));
        }
        if habits.profiled {
            let mut at = dice.between(0, 30 * DAY);
            while calendar.contains(at) {
                agenda.push((at, Moment::Snapshot(index)));
                at += 30 * DAY;
            }
        }
    }
    for (rate, moment) in [
        (FOLLOWS, Moment::Follow),
        (UNFOLLOWS, Moment::Unfollow),
        (LISTS, Moment::List),
        (ENDORSEMENTS, Moment::Endorse),
    ] {
        for _ in 0..dice.poisson(rate * scale * stage.people.len() as f64) {
            agenda.push((calendar.moment(dice, (0.0, 1.0)), moment));
        }
    }
    agenda.sort_by_key(|(at, _)| *at);
    agenda
}

/// The state of the simulation between two actions.
#[derive(Debug)]
struct Scene<'a> {
    stage: &'a Stage<'a>,
    log: &'a mut Log,
    dice: Dice,
    society: Society<'a>,
    /// The distribution of activity over the networks.
    usage: Urn<Net>,
    listed: Vec<u64>,
    posted: Vec<u64>,
    published: Vec<Published>,
}

impl Scene<'_> {
    fn enact(&mut self, at: Second, moment: Moment) {
        match moment {
            Moment::Post(author) => self.post(at, author),
            Moment::Follow => self.follow(at),
            Moment::Unfollow => self.unfollow(at),
            Moment::List => self.list(at),
            Moment::Endorse => self.endorse(at),
            Moment::Snapshot(person) => self.snapshot(at, person),
        }
    }

    fn post(&mut self, at: Second, author: PersonIndex) {
        let networks = self.society.networks(author);
        // The first network is the one that a person uses most.
        let net = if self.dice.chance(0.6) {
            networks.first()
        } else {
            self.dice.pick(&networks)
        };
        let Some(&net) = net else { return };
        let about = self.subjects(author, net);
        let topics = self.stage.topics.named(&about);
        let object = self.log.new_object(net);
        if let Some(author) = self.handle(author, net) {
            let act = Act::Post { author };
            self.log.write(net, at, Some(&object), &topics, act);
        }
        self.posted[author] += 1;
        let post = Published {
            author,
            net,
            at,
            object,
            topics,
            about: about.first().copied(),
        };
        reactions::play(
            self.stage,
            self.log,
            &mut self.dice,
            &mut self.society,
            &post,
        );
        self.published.push(post);
    }

    /// Draws the topics of a post: none, one interest, or two. On GitHub it is
    /// software.
    fn subjects(&mut self, author: PersonIndex, net: Net) -> Vec<TopicIndex> {
        if net == Net::Github {
            let tech = self.dice.chance(0.4);
            return vec![index_of(if tech { "tech" } else { "open-source" })];
        }
        let interests = Urn::new(self.stage.people[author].habits.interests.iter().copied());
        let wanted = match self.dice.below(10) {
            0 => 0,
            1..7 => 1,
            _ => 2,
        };
        let mut subjects = Vec::new();
        for _ in 0..wanted {
            subjects.extend(interests.draw(&mut self.dice));
        }
        subjects.dedup();
        subjects
    }

    fn follow(&mut self, at: Second) {
        let Some(net) = self.usage.draw(&mut self.dice) else {
            return;
        };
        let target = if self.dice.chance(0.7) {
            self.society.somebody_followed(&mut self.dice)
        } else {
            self.society.somebody_noticed(net, &mut self.dice)
        };
        let actor = self.society.anybody(net, &mut self.dice);
        let (Some(actor), Some(target)) = (actor, target) else {
            return;
        };
        if !self.society.is_on(target, net) {
            return;
        }
        let bond = Bond {
            net,
            actor,
            target,
            since: at,
        };
        if self.society.follow(bond) {
            write_follow(self.stage, self.log, bond);
        }
    }

    fn unfollow(&mut self, at: Second) {
        let Some(bond) = self.society.unfollow(at, &mut self.dice) else {
            return;
        };
        let actor = self.handle(bond.actor, bond.net);
        let target = self.handle(bond.target, bond.net);
        if let (Some(actor), Some(target)) = (actor, target) {
            let act = Act::Unfollow { actor, target };
            self.log.write(bond.net, at, None, &[], act);
        }
    }

    fn list(&mut self, at: Second) {
        let Some(net) = self.usage.draw(&mut self.dice) else {
            return;
        };
        let target = self.society.somebody_noticed(net, &mut self.dice);
        let actor = self.society.anybody(net, &mut self.dice);
        if let (Some(actor), Some(target)) = (actor, target) {
            self.vouch(at, net, ReactionKind::List, (actor, target), &[]);
            self.listed[target] += 1;
        }
    }

    fn endorse(&mut self, at: Second) {
        let Some(net) = self.usage.draw(&mut self.dice) else {
            return;
        };
        let Some(target) = self.society.somebody_noticed(net, &mut self.dice) else {
            return;
        };
        let Some(&(topic, _)) = self.dice.pick(&self.stage.people[target].habits.interests) else {
            return;
        };
        if let Some(actor) = self.society.enthusiast(net, topic, &mut self.dice) {
            let topics = self.stage.topics.named(&[topic]);
            self.vouch(at, net, ReactionKind::Endorse, (actor, target), &topics);
        }
    }

    /// Writes a reaction to a person, not to one of the person's posts.
    fn vouch(
        &mut self,
        at: Second,
        net: Net,
        kind: ReactionKind,
        (actor, target): (PersonIndex, PersonIndex),
        topics: &[Topic],
    ) {
        if actor == target {
            return;
        }
        if let (actor @ Some(_), Some(target)) = (self.handle(actor, net), self.handle(target, net))
        {
            let act = Act::Reaction {
                kind,
                actor,
                target,
                count: 1,
            };
            self.log.write(net, at, None, topics, act);
        }
    }

    /// Writes a snapshot of each profile of a person. The less a network is
    /// used, the fewer followers it has. Twitter also reports new followers
    /// without naming them.
    fn snapshot(&mut self, at: Second, person: PersonIndex) {
        for (rank, net) in (1..).zip(self.society.networks(person)) {
            let Some(account) = self.handle(person, net) else {
                continue;
            };
            let metrics = Metrics {
                followers: Some(self.society.follower_count(person) * WORLD / rank),
                following: Some(self.society.following_count(person) * WORLD / rank),
                listed: Some(self.listed[person]),
                posts: Some(self.posted[person]),
            };
            let fitness = self.stage.people[person].habits.fitness;
            let newly = self.dice.poisson(fitness / 3.0);
            if newly > 1 && net == Net::Twitter {
                let act = Act::Follow {
                    actor: None,
                    target: account.clone(),
                    count: newly,
                };
                self.log.write(net, at, None, &[], act);
            }
            self.log
                .write(net, at, None, &[], Act::Profile { account, metrics });
        }
    }

    fn handle(&self, person: PersonIndex, net: Net) -> Option<Handle> {
        self.stage.people[person].account_on(net.name()).cloned()
    }
}

/// Writes the event of a follow.
pub(super) fn write_follow(stage: &Stage<'_>, log: &mut Log, bond: Bond) {
    let handle = |person: PersonIndex| stage.people[person].account_on(bond.net.name()).cloned();
    if let (actor @ Some(_), Some(target)) = (handle(bond.actor), handle(bond.target)) {
        let act = Act::Follow {
            actor,
            target,
            count: 1,
        };
        log.write(bond.net, bond.since, None, &[], act);
    }
}
