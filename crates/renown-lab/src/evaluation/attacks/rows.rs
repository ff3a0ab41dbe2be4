//! The attacks, one function for each row of the table.

use chrono::Duration;
use rand::RngExt;
use rand::seq::index::sample;

use super::AttackTarget;
use super::scene::{Attack, Post, Scene, Scores, object};
use renown_core::domain::{AccountId, Act, ReactionKind, Topic};
use renown_core::scoring::Model;

/// The account of the bot, which has no earlier events.
const BOT: AccountId = AccountId(900_000);

/// One attack: the events it adds, and the measure.
pub(super) struct Row {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) bound: f64,
    pub(super) target: AttackTarget,
    pub(super) measure: fn(&Trial<'_>) -> f64,
}

/// The setting of one attack.
pub(super) struct Trial<'a> {
    pub(super) model: &'a Model,
    pub(super) scene: &'a Scene,
    pub(super) seed: u64,
    /// The scores before the attack.
    pub(super) before: &'a Scores,
}

/// All rows, in the order of the documentation.
pub(super) const ROWS: &[Row] = &[
    Row {
        name: "bot_nobody_reacts",
        about: "a bot posts once a minute for 80 days, nobody reacts: its influence",
        bound: 5.0,
        target: AttackTarget::AtMost,
        measure: |trial| {
            let mut attack = trial.attack(1);
            bot(trial, &mut attack);
            influence(&trial.after(attack), BOT)
        },
    },
    Row {
        name: "bot_with_own_bots",
        about: "the same, reacted to only by its own 50 fresh bots: its influence",
        bound: 10.0,
        target: AttackTarget::AtMost,
        measure: |trial| {
            let mut attack = trial.attack(2);
            let posts = bot(trial, &mut attack);
            own_bots(trial, &mut attack, &posts);
            influence(&trial.after(attack), BOT)
        },
    },
    Row {
        name: "bought_bundle",
        about: "a bought bundle, attributed to fresh accounts: the most points that a member gains, also on the lower end",
        bound: 3.0,
        target: AttackTarget::AtMost,
        measure: |trial| {
            let mut attack = trial.attack(3);
            let buyers = trial.scene.guests_at(LEVELS);
            for buyer in &buyers {
                bundle(trial, &mut attack, *buyer);
            }
            let after = trial.after(attack);
            most(&buyers, |buyer| {
                let gained = influence(&after, buyer) - influence(trial.before, buyer);
                gained.max(lower(&after, buyer) - lower(trial.before, buyer))
            })
        },
    },
    Row {
        name: "bought_counts",
        about: "the same as bare counts: the most points that a member's lower end gains",
        bound: 3.0,
        target: AttackTarget::AtMost,
        measure: |trial| {
            let mut attack = trial.attack(4);
            let buyers = trial.scene.guests_at(LEVELS);
            for buyer in &buyers {
                counts(trial, &mut attack, *buyer);
            }
            let after = trial.after(attack);
            most(&buyers, |buyer| {
                lower(&after, buyer) - lower(trial.before, buyer)
            })
        },
    },
    Row {
        name: "topic_for_an_upgrade",
        about: "200 posts about a topic on which a member was not known, 20 friends like each: the topic's confidence",
        bound: 0.3,
        target: AttackTarget::AtMost,
        measure: |trial| {
            let mut attack = trial.attack(5);
            let topic = Topic::parse("las-vegas").expect("a slug");
            let members = trial.strangers(&topic);
            for member in &members {
                friends(trial, &mut attack, *member, &topic);
            }
            let after = trial.after(attack);
            most(&members, |member| {
                let on_topic = after
                    .get(&member)
                    .and_then(|score| score.topics.get(&topic));
                on_topic.map_or(0.0, |on_topic| on_topic.confidence.get())
            })
        },
    },
    Row {
        name: "dislikes_on_a_rival",
        about: "1,000 dislikes from fresh accounts on a rival: the points lost, on influence or a topic",
        bound: -2.0,
        target: AttackTarget::AtLeast,
        measure: |trial| {
            let mut attack = trial.attack(6);
            let rivals = trial.scene.guests_at(&[0.3, 0.6, 0.95]);
            for rival in &rivals {
                dislikes(trial, &mut attack, *rival);
            }
            let after = trial.after(attack);
            -most(&rivals, |rival| lost(trial.before, &after, rival))
        },
    },
    Row {
        name: "pod",
        about: "a pod of 50 members who like each other's every post: the most points that one gains",
        bound: 5.0,
        target: AttackTarget::AtMost,
        measure: |trial| {
            let mut attack = trial.attack(7);
            let pod = pod(trial, &mut attack);
            let after = trial.after(attack);
            most(&pod, |one| {
                influence(&after, one) - influence(trial.before, one)
            })
        },
    },
    Row {
        name: "thousand_likes_of_one",
        about: "1,000 likes from one account against 10 likes from it: how many times the effect",
        bound: 1.5,
        target: AttackTarget::AtMost,
        measure: |trial| {
            let fan = trial.scene.citizens[50];
            let effect = |likes| effect(trial, 8, &[(fan, likes)]);
            effect(1_000) / effect(10)
        },
    },
    Row {
        name: "hundred_reactors",
        about: "100 distinct reactors against 100 reactions from one: how many times the effect",
        bound: 5.0,
        target: AttackTarget::AtLeast,
        measure: |trial| {
            let many: Vec<_> = trial.scene.citizens[50..150]
                .iter()
                .map(|c| (*c, 1))
                .collect();
            effect(trial, 9, &many) / effect(trial, 9, &[(trial.scene.citizens[50], 100)])
        },
    },
];

/// The attacked members, as shares of the order of scores: from nearly unknown
/// to well known.
pub(super) const LEVELS: &[f64] = &[0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 0.97];

impl Trial<'_> {
    fn attack(&self, row: u64) -> Attack {
        Attack::new(self.seed, row)
    }

    fn after(&self, attack: Attack) -> Scores {
        self.scene.scores(self.model, attack.events)
    }

    /// Returns five members across the scale that have no evidence on a topic.
    pub(super) fn strangers(&self, topic: &Topic) -> Vec<AccountId> {
        let known = |member: &AccountId| {
            let score = self.before.get(member);
            let on_topic = score.and_then(|score| score.topics.get(topic));
            on_topic.is_some_and(|on_topic| on_topic.evidence > 0.0)
        };
        let guests = self.scene.guests.iter().copied();
        let strangers: Vec<AccountId> = guests.filter(|guest| !known(guest)).collect();
        let last = strangers.len().saturating_sub(1);
        let at = |fifth: usize| strangers.get(fifth * last / 4).copied();
        (0..5).filter_map(at).collect()
    }

    /// Returns random people of the more active half that never enrolled.
    pub(super) fn people(&self, attack: &mut Attack, count: usize) -> Vec<AccountId> {
        let citizens = &self.scene.citizens;
        let chosen = sample(&mut attack.dice, citizens.len() / 2, count);
        chosen.iter().map(|at| citizens[at]).collect()
    }

    /// Returns random people of the more active half that never enrolled and did
    /// not react to a member.
    pub(super) fn who_do_not_know(
        &self,
        attack: &mut Attack,
        member: AccountId,
        count: usize,
    ) -> Vec<AccountId> {
        let known = self.scene.reactors(member);
        let mut people = self.people(attack, self.scene.citizens.len() / 2);
        people.retain(|person| !known.contains(person));
        people.truncate(count);
        people
    }

    /// Returns 50 random guests with posts.
    pub(super) fn pod_members(&self, attack: &mut Attack) -> Vec<AccountId> {
        let posting: Vec<AccountId> = (self.scene.guests.iter().copied())
            .filter(|guest| self.scene.posts.contains_key(guest))
            .collect();
        let chosen = sample(&mut attack.dice, posting.len(), posting.len().min(50));
        chosen.iter().map(|at| posting[at]).collect()
    }
}

pub(super) fn influence(scores: &Scores, of: AccountId) -> f64 {
    let score = scores.get(&of).and_then(|score| score.influence.score());
    score.unwrap_or(0.0)
}

pub(super) fn lower(scores: &Scores, of: AccountId) -> f64 {
    let interval = scores.get(&of).and_then(|score| score.influence.interval());
    interval.map_or(0.0, |interval| interval.lower)
}

pub(super) fn most(members: &[AccountId], measure: impl Fn(AccountId) -> f64) -> f64 {
    let all = members.iter().map(|member| measure(*member));
    all.fold(f64::NEG_INFINITY, f64::max)
}

/// Returns the points that a member lost, on influence or on the topic with the
/// largest loss.
fn lost(before: &Scores, after: &Scores, of: AccountId) -> f64 {
    let overall = influence(before, of) - influence(after, of);
    let (Some(before), Some(after)) = (before.get(&of), after.get(&of)) else {
        return overall;
    };
    let topics = before.topics.iter().map(|(topic, before)| {
        let after = after.topics.get(topic).map_or(0.0, |after| after.influence);
        before.influence - after
    });
    topics.fold(overall, f64::max)
}

/// Writes a post every minute over the last 80 days.
fn bot(trial: &Trial<'_>, attack: &mut Attack) -> Vec<Post> {
    const MINUTES: i64 = 80 * 24 * 60;
    let topic = Topic::parse("las-vegas").expect("a slug");
    let posts: Vec<Post> = (0..MINUTES)
        .map(|minute| Post {
            object: object(&format!("bot-{minute}")),
            topics: vec![topic.clone()],
            time: trial.scene.now - Duration::minutes(MINUTES - minute),
        })
        .collect();
    for post in &posts {
        attack.write(post.time, Some(post), Act::Post { author: BOT });
    }
    posts
}

/// Lets each of 50 fresh accounts follow the bot and react to it ten times a
/// day.
fn own_bots(trial: &Trial<'_>, attack: &mut Attack, posts: &[Post]) {
    use ReactionKind::{Endorse, Like, List, Reply, Share};
    for actor in attack.fresh(50) {
        let follow = Act::Follow {
            actor: Some(actor),
            target: BOT,
            count: 1,
        };
        attack.write(trial.scene.now - Duration::days(79), None, follow);
        for kind in [Like, Reply, Share, List, Endorse] {
            for _ in 0..160 {
                let time = attack.lately(trial.scene.now, 79);
                attack.react(time, kind, actor, BOT, posts);
            }
        }
    }
}

/// Writes 3,530 comments, 25,750 likes and 5,100 follows within ten days, by
/// 5,100 fresh accounts.
fn bundle(trial: &Trial<'_>, attack: &mut Attack, buyer: AccountId) {
    let posts = trial.scene.latest_posts(buyer, 30);
    let accounts = attack.fresh(5_100);
    for actor in &accounts {
        let time = attack.lately(trial.scene.now, 10);
        let follow = Act::Follow {
            actor: Some(*actor),
            target: buyer,
            count: 1,
        };
        attack.write(time, None, follow);
    }
    for (kind, count) in [(ReactionKind::Reply, 3_530), (ReactionKind::Like, 25_750)] {
        for _ in 0..count {
            let actor = accounts[attack.dice.random_range(0..accounts.len())];
            let time = attack.lately(trial.scene.now, 10);
            attack.react(time, kind, actor, buyer, &posts);
        }
    }
}

/// Writes the same numbers as counts without actors.
fn counts(trial: &Trial<'_>, attack: &mut Attack, buyer: AccountId) {
    let posts = trial.scene.latest_posts(buyer, 30);
    let each = |total: u32| total / posts.len() as u32 + 1;
    for post in &posts {
        let time = attack.lately(trial.scene.now, 10);
        for (kind, total) in [(ReactionKind::Reply, 3_530), (ReactionKind::Like, 25_750)] {
            let act = Act::Reaction {
                kind,
                actor: None,
                target: buyer,
                count: each(total),
            };
            attack.write(time, Some(post), act);
        }
    }
    let follows = Act::Follow {
        actor: None,
        target: buyer,
        count: 5_100,
    };
    attack.write(trial.scene.now, None, follows);
}

/// Writes 200 posts about a topic over 80 days, each liked by the same 20
/// people.
fn friends(trial: &Trial<'_>, attack: &mut Attack, member: AccountId, topic: &Topic) {
    let friends = trial.people(attack, 20);
    for number in 0..200 {
        let time = attack.lately(trial.scene.now, 80);
        let post = Post {
            object: object(&format!("upgrade-{}-{number}", member.0)),
            topics: vec![topic.clone()],
            time,
        };
        attack.write(time, Some(&post), Act::Post { author: member });
        for friend in &friends {
            let posts = std::slice::from_ref(&post);
            attack.react(time, ReactionKind::Like, *friend, member, posts);
        }
    }
}

fn dislikes(trial: &Trial<'_>, attack: &mut Attack, rival: AccountId) {
    let posts = trial.scene.latest_posts(rival, 30);
    for actor in attack.fresh(1_000) {
        let time = attack.lately(trial.scene.now, 5);
        attack.react(time, ReactionKind::Dislike, actor, rival, &posts);
    }
}

/// Lets 50 random guests with posts like all posts of each other.
fn pod(trial: &Trial<'_>, attack: &mut Attack) -> Vec<AccountId> {
    let pod = trial.pod_members(attack);
    for author in &pod {
        for post in trial.scene.posts.get(author).into_iter().flatten() {
            for actor in pod.iter().filter(|actor| *actor != author) {
                let posts = std::slice::from_ref(post);
                attack.react(post.time, ReactionKind::Like, *actor, *author, posts);
            }
        }
    }
    pod
}

/// Returns the points that likes on one day give to the median member.
fn effect(trial: &Trial<'_>, row: u64, likes: &[(AccountId, usize)]) -> f64 {
    let mut attack = trial.attack(row);
    let member = trial.scene.guests_at(&[0.5]);
    let posts = trial.scene.latest_posts(member[0], 10);
    for (actor, times) in likes {
        for _ in 0..*times {
            let time = trial.scene.now - Duration::days(1);
            attack.react(time, ReactionKind::Like, *actor, member[0], &posts);
        }
    }
    influence(&trial.after(attack), member[0]) - influence(trial.before, member[0])
}
