//! Attacks that are measured on the score, its lower end and confidence alike.

use chrono::{DateTime, Duration, Utc};

use super::rows::{LEVELS, Trial, influence, lower, most};
use super::scene::{Attack, Post, Scores, object};
use renown_core::domain::{AccountId, Act, ObjectId, ReactionKind, Topic};

/// One attack: the events it adds for some members, and what it may change.
pub(super) struct Scheme {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    /// The bounds on the score, the lower end and confidence, if promised.
    pub(super) bounds: [Option<f64>; 3],
    /// Whether the attack takes from the members instead of giving to them.
    pub(super) harms: bool,
    /// Only the last days of the town's log exist, if given.
    pub(super) log_days: Option<i64>,
    /// Adds the events; returns the members that the attack is for.
    pub(super) carry_out: fn(&Trial<'_>, &mut Attack) -> Vec<AccountId>,
}

const GAIN: Scheme = Scheme {
    name: "",
    about: "",
    bounds: [None; 3],
    harms: false,
    log_days: None,
    carry_out: |_, _| Vec::new(),
};

/// All schemes, in the order of the documentation.
pub(super) const SCHEMES: &[Scheme] = &[
    Scheme {
        name: "camouflage",
        about: "300 fresh accounts that also react to five celebrities",
        bounds: [None, Some(12.0), None],
        carry_out: |trial, attack| {
            let celebrities = trial.scene.celebrities();
            trial.for_each_buyer(attack, |attack, buyer| {
                for account in attack.fresh(300) {
                    blend_in(trial, attack, account, &celebrities, trial.days_ago(10));
                    serve(trial, attack, account, buyer, trial.days_ago(10));
                }
            })
        },
        ..GAIN
    },
    Scheme {
        name: "camouflage_in_a_young_log",
        about: "the same in the second half of a log of 20 days",
        bounds: [None, Some(20.0), None],
        log_days: Some(20),
        carry_out: |trial, attack| (SCHEMES[0].carry_out)(trial, attack),
        ..GAIN
    },
    Scheme {
        name: "aged_accounts",
        about: "100 real accounts with a past of their own, which did not know the member, bought ten days ago",
        bounds: [None, Some(12.0), None],
        carry_out: |trial, attack| {
            trial.for_each_buyer(attack, |attack, buyer| {
                for account in trial.who_do_not_know(attack, buyer, 100) {
                    serve(trial, attack, account, buyer, trial.days_ago(10));
                }
            })
        },
        ..GAIN
    },
    Scheme {
        name: "bought_seeds",
        about: "100 fresh accounts that each bought something for one dollar",
        bounds: [None, Some(12.0), None],
        carry_out: |trial, attack| {
            trial.for_each_buyer(attack, |attack, buyer| {
                let accounts = attack.fresh(100);
                for (number, account) in accounts.iter().enumerate() {
                    let amount = "1 USD".parse().expect("an amount of money");
                    let bought = Act::Purchase {
                        buyer: *account,
                        amount,
                    };
                    attack.write(trial.days_ago(11), None, bought);
                    let friends = [1, 2, 3].map(|step| accounts[(number + step) % 100]);
                    blend_in(trial, attack, *account, &friends, trial.days_ago(10));
                    serve(trial, attack, *account, buyer, trial.days_ago(10));
                }
            })
        },
        ..GAIN
    },
    Scheme {
        name: "two_hop_laundering",
        about: "30 fresh accounts react to celebrities and to 30 others, who alone react to the member, for 40 days",
        bounds: [None, Some(15.0), None],
        carry_out: |trial, attack| {
            let celebrities = trial.scene.celebrities();
            trial.for_each_buyer(attack, |attack, buyer| {
                let (first, second) = (attack.fresh(30), attack.fresh(30));
                for (number, account) in first.iter().enumerate() {
                    blend_in(trial, attack, *account, &celebrities, trial.days_ago(40));
                    let others: Vec<_> = second.iter().skip(number % 3).step_by(3).collect();
                    let others: Vec<AccountId> = others.into_iter().copied().collect();
                    blend_in(trial, attack, *account, &others, trial.days_ago(40));
                }
                for (number, account) in second.iter().enumerate() {
                    let others = [1, 2, 3].map(|step| second[(number + step) % 30]);
                    blend_in(trial, attack, *account, &others, trial.days_ago(40));
                    serve(trial, attack, *account, buyer, trial.days_ago(40));
                }
            })
        },
        ..GAIN
    },
    Scheme {
        name: "slow_drip",
        about: "the camouflaged accounts arrive one after the other over 110 days, fifty that like two posts each",
        bounds: [None, Some(27.0), None],
        carry_out: |trial, attack| {
            let celebrities = trial.scene.celebrities();
            trial.for_each_buyer(attack, |attack, buyer| {
                for account in attack.fresh(50) {
                    let from = attack.lately(trial.scene.now, 110);
                    blend_in(trial, attack, account, &celebrities, from);
                    blend_in(trial, attack, account, &[buyer], from);
                }
            })
        },
        ..GAIN
    },
    Scheme {
        name: "chain_pod",
        about: "a pod of 50 members in a ring, each likes every post of the next ten and nobody likes back",
        bounds: [None, Some(20.0), None],
        carry_out: |trial, attack| {
            let pod = trial.pod_members(attack);
            for (number, author) in pod.iter().enumerate() {
                for post in trial.scene.posts.get(author).into_iter().flatten() {
                    for step in 1..=10 {
                        let actor = pod[(number + pod.len() - step) % pod.len()];
                        let posts = std::slice::from_ref(post);
                        attack.react(post.time, ReactionKind::Like, actor, *author, posts);
                    }
                }
            }
            pod
        },
        ..GAIN
    },
    Scheme {
        name: "topic_hijack",
        about: "forty real people reply to one famous post, which names a topic on which the member was not known",
        bounds: [None, None, Some(0.34)],
        carry_out: |trial, attack| {
            let topic = known_topic();
            let members = trial.strangers(&topic);
            for member in &members {
                let post = post(trial, *member, "hijack", 0, &topic, 9);
                attack.write(post.time, Some(&post), Act::Post { author: *member });
                for actor in trial.people(attack, 40) {
                    let time = attack.lately(trial.scene.now, 9);
                    let posts = std::slice::from_ref(&post);
                    attack.react(time, ReactionKind::Reply, actor, *member, posts);
                }
            }
            members
        },
        ..GAIN
    },
    Scheme {
        name: "own_topic",
        about: "a made-up topic, on which 20 friends like 50 posts of the member, and one post each of two helpers",
        bounds: [None, None, Some(0.4)],
        carry_out: |trial, attack| {
            let members = trial.scene.guests_at(LEVELS);
            for (number, member) in members.iter().enumerate() {
                let topic = Topic::parse(&format!("made-up-{number}")).expect("a slug");
                let friends = trial.people(attack, 20);
                for number in 0..50 {
                    let post = post(trial, *member, "own", number, &topic, 80);
                    for friend in &friends {
                        let posts = std::slice::from_ref(&post);
                        attack.react(post.time, ReactionKind::Like, *friend, *member, posts);
                    }
                }
                for helper in trial.people(attack, 2) {
                    let post = post(trial, helper, "help", number as i64, &topic, 80);
                    let posts = std::slice::from_ref(&post);
                    attack.react(post.time, ReactionKind::Like, friends[0], helper, posts);
                }
            }
            members
        },
        ..GAIN
    },
    Scheme {
        name: "count_splitting",
        about: "30,000 likes without names, spread over 300 contents on a topic on which the member was not known",
        bounds: [None, Some(3.0), Some(0.3)],
        carry_out: |trial, attack| {
            let topic = known_topic();
            let members = trial.strangers(&topic);
            for member in &members {
                for number in 0..300 {
                    let post = post(trial, *member, "split", number, &topic, 10);
                    let likes = Act::Reaction {
                        kind: ReactionKind::Like,
                        actor: None,
                        target: *member,
                        count: 100,
                    };
                    attack.write(post.time, Some(&post), likes);
                }
            }
            members
        },
        ..GAIN
    },
    Scheme {
        name: "dislikes_by_vouched",
        about: "100 real, trusted accounts dislike all that a rival wrote lately",
        bounds: [Some(-2.0), Some(-2.0), None],
        harms: true,
        carry_out: |trial, attack| {
            let rivals = trial.scene.guests_at(&[0.3, 0.6, 0.95]);
            for rival in &rivals {
                let posts = trial.scene.latest_posts(*rival, 30);
                for account in &trial.scene.citizens[..100] {
                    for post in &posts {
                        let time = attack.lately(trial.scene.now, 10);
                        let posts = std::slice::from_ref(post);
                        attack.react(time, ReactionKind::Dislike, *account, *rival, posts);
                    }
                }
            }
            rivals
        },
        ..GAIN
    },
];

impl Scheme {
    /// Returns what the members gain, or lose: the most extreme change of the
    /// score, the lower end and the confidence on any topic.
    pub(super) fn change(
        &self,
        before: &Scores,
        after: &Scores,
        members: &[AccountId],
    ) -> [f64; 3] {
        let sign = if self.harms { -1.0 } else { 1.0 };
        let extreme = |change: &dyn Fn(AccountId) -> f64| {
            sign * most(members, |member| sign * change(member))
        };
        [
            extreme(&|member| influence(after, member) - influence(before, member)),
            extreme(&|member| lower(after, member) - lower(before, member)),
            sign * most(members, |member| confidence(before, after, member, sign)),
        ]
    }
}

/// Returns the largest change of a member's confidence on a topic, in the
/// direction of `sign`.
fn confidence(before: &Scores, after: &Scores, member: AccountId, sign: f64) -> f64 {
    let on = |scores: &Scores, topic: &Topic| {
        let score = scores
            .get(&member)
            .and_then(|score| score.topics.get(topic));
        score.map_or(0.0, |on_topic| on_topic.confidence.get())
    };
    let scores = [before, after].into_iter().filter_map(|s| s.get(&member));
    let topics = scores.flat_map(|score| score.topics.keys());
    let changes = topics.map(|topic| sign * (on(after, topic) - on(before, topic)));
    changes.fold(0.0, f64::max)
}

fn known_topic() -> Topic {
    Topic::parse("las-vegas").expect("a slug")
}

/// Returns a new post of a member within the last days.
fn post(
    trial: &Trial<'_>,
    author: AccountId,
    what: &str,
    number: i64,
    topic: &Topic,
    days: i64,
) -> Post {
    let name: ObjectId = object(&format!("{what}-{}-{number}", author.0));
    Post {
        object: name,
        topics: vec![topic.clone()],
        time: trial.scene.now - Duration::hours(24 * days * (number + 1) / 301 + 1),
    }
}

/// Lets an account like posts of others, from a time on.
fn blend_in(
    trial: &Trial<'_>,
    attack: &mut Attack,
    account: AccountId,
    others: &[AccountId],
    from: DateTime<Utc>,
) {
    for other in others {
        let posts = trial.scene.latest_posts(*other, 30);
        for _ in 0..2 {
            let time = attack.since(from, trial.scene.now);
            attack.react(time, ReactionKind::Like, account, *other, &posts);
        }
    }
}

/// Lets an account follow a member and react five times, from a time on.
fn serve(
    trial: &Trial<'_>,
    attack: &mut Attack,
    account: AccountId,
    buyer: AccountId,
    from: DateTime<Utc>,
) {
    use ReactionKind::{Like, Reply, Share};
    let posts = trial.scene.latest_posts(buyer, 30);
    for kind in [Like, Like, Like, Reply, Share] {
        let time = attack.since(from, trial.scene.now);
        attack.react(time, kind, account, buyer, &posts);
    }
    let follow = Act::Follow {
        actor: Some(account),
        target: buyer,
        count: 1,
    };
    let time = attack.since(from, trial.scene.now);
    attack.write(time, None, follow);
}

impl Trial<'_> {
    fn days_ago(&self, days: i64) -> DateTime<Utc> {
        self.scene.now - Duration::days(days)
    }

    fn for_each_buyer(
        &self,
        attack: &mut Attack,
        mut buy: impl FnMut(&mut Attack, AccountId),
    ) -> Vec<AccountId> {
        let buyers = self.scene.guests_at(&[0.0, 0.25, 0.5, 0.75, 0.9]);
        for buyer in &buyers {
            buy(attack, *buyer);
        }
        buyers
    }
}
