//! Reactions to a post: mostly by the author's followers, mostly soon, partly
//! anonymous. Now and then a reactor begins to follow the author.

use super::Stage;
use super::activity::{Published, write_follow};
use super::calendar::{DAY, HOUR, MINUTE, Second};
use super::dice::{Dice, Urn};
use super::log::{Log, Net};
use super::society::{Bond, PersonIndex, Society};
use renown_core::domain::{Act, EventId, ReactionKind};

/// The random spread between posts (standard deviation of the logarithm).
const LUCK: f64 = 0.9;
/// The share of reactions that come from followers.
const BY_FOLLOWERS: f64 = 0.55;
/// The share that comes from others who care about the topic. The rest comes
/// from any person on the network.
const BY_ENTHUSIASTS: f64 = 0.35;
/// The probability that a reactor begins to follow.
const CONVERSION: f64 = 0.04;
/// The probability that a like is undone.
const REGRET: f64 = 0.006;
/// The probability that a reply is by the author.
const SELF_REPLY: f64 = 0.08;
/// The minimum number of anonymous likes for which the network reports counts.
const AGGREGATE_FROM: usize = 4;

/// Draws and writes all reactions to one post.
pub(super) fn play(
    stage: &Stage<'_>,
    log: &mut Log,
    dice: &mut Dice,
    society: &mut Society<'_>,
    post: &Published,
) {
    let expected = stage.people[post.author].habits.fitness * society.growth(post.author);
    let mut echo = Echo {
        stage,
        log,
        dice,
        society,
        post,
        seen: Vec::new(),
        nameless: Vec::new(),
    };
    echo.play(expected);
}

/// The reactions to one post.
#[derive(Debug)]
struct Echo<'a, 'b> {
    stage: &'a Stage<'a>,
    log: &'a mut Log,
    dice: &'a mut Dice,
    society: &'a mut Society<'b>,
    post: &'a Published,
    /// The reactors by kind, because no person likes one post twice.
    seen: Vec<(ReactionKind, PersonIndex)>,
    /// The times of likes without a named actor.
    nameless: Vec<Second>,
}

impl Echo<'_, '_> {
    fn play(&mut self, expected: f64) {
        let net = self.post.net;
        let kinds = Urn::new(net.habits().iter().copied());
        let mean = expected * self.dice.noise(LUCK);
        for _ in 0..self.dice.poisson(mean) {
            let Some(kind) = kinds.draw(self.dice) else {
                return;
            };
            let at = self.post.at + delay(self.dice);
            if !self.dice.chance(net.hides(kind)) {
                self.by_name(at, kind);
            } else if kind == ReactionKind::Like {
                self.nameless.push(at);
            } else {
                self.write(at, kind, None, 1);
            }
        }
        self.tell_nameless();
    }

    /// Writes a reaction by an actor whom the network names.
    fn by_name(&mut self, at: Second, kind: ReactionKind) {
        let author = self.post.author;
        if kind == ReactionKind::Reply && self.dice.chance(SELF_REPLY) {
            self.write(at, kind, Some(author), 1);
            return;
        }
        let Some(actor) = self.reactor() else { return };
        if actor == author || self.seen.contains(&(kind, actor)) {
            return;
        }
        self.seen.push((kind, actor));
        let Some(id) = self.write(at, kind, Some(actor), 1) else {
            return;
        };
        if kind == ReactionKind::Like && self.dice.chance(REGRET) {
            let later = at + self.dice.exponential(HOUR as f64) as Second;
            self.log
                .write(self.post.net, later, None, &[], Act::Undo { id });
        } else if kind != ReactionKind::Dislike && self.dice.chance(CONVERSION) {
            self.convert(at, actor);
        }
    }

    fn convert(&mut self, at: Second, actor: PersonIndex) {
        let at = at + self.dice.between(0, 10 * MINUTE);
        let bond = Bond {
            net: self.post.net,
            actor,
            target: self.post.author,
            since: at,
        };
        if self.stage.calendar.contains(at) && self.society.follow(bond) {
            write_follow(self.stage, self.log, bond);
        }
    }

    fn reactor(&mut self) -> Option<PersonIndex> {
        let Published {
            author, net, about, ..
        } = *self.post;
        if self.dice.chance(BY_FOLLOWERS) {
            // A follower may only be on another network, so a few are tried.
            for _ in 0..4 {
                match self.society.follower(author, self.dice) {
                    Some(person) if self.society.is_on(person, net) => return Some(person),
                    Some(_) => {}
                    None => break,
                }
            }
        }
        let cares = BY_ENTHUSIASTS / (1.0 - BY_FOLLOWERS);
        match about {
            Some(topic) if self.dice.chance(cares) => {
                self.society.enthusiast(net, topic, self.dice)
            }
            _ => self.society.anybody(net, self.dice),
        }
    }

    /// Writes the anonymous likes: as single likes or, on Twitter and if there
    /// are many, as two counts.
    fn tell_nameless(&mut self) {
        let mut times = std::mem::take(&mut self.nameless);
        times.retain(|at| self.stage.calendar.contains(*at));
        times.sort_unstable();
        let pooled = times.len() >= AGGREGATE_FROM && self.post.net == Net::Twitter;
        let (first, last) = times.split_at(if pooled { times.len() / 2 } else { 0 });
        for part in [first, last] {
            match (pooled, part.last()) {
                (true, Some(&at)) => {
                    let count = u32::try_from(part.len()).unwrap_or(u32::MAX);
                    self.write(at, ReactionKind::Like, None, count);
                }
                _ => {
                    for &at in part {
                        self.write(at, ReactionKind::Like, None, 1);
                    }
                }
            }
        }
    }

    fn write(
        &mut self,
        at: Second,
        kind: ReactionKind,
        actor: Option<PersonIndex>,
        count: u32,
    ) -> Option<EventId> {
        let net = self.post.net;
        let people = self.stage.people;
        let handle = |person: PersonIndex| people[person].account_on(net.name()).cloned();
        let act = Act::Reaction {
            kind,
            actor: actor.and_then(handle),
            target: handle(self.post.author)?,
            count,
        };
        // A mention is in the content of the actor, not of the target.
        let object = (kind != ReactionKind::Mention).then_some(&self.post.object);
        self.log.write(net, at, object, &self.post.topics, act)
    }
}

/// Draws the delay of a reaction after its post: three in four come within
/// hours, the others over days.
fn delay(dice: &mut Dice) -> Second {
    let mean = if dice.chance(0.75) { 3 * HOUR } else { 2 * DAY };
    1 + dice.exponential(mean as f64) as Second
}
