//! The cast: people who represent the cases that scoring has to get right.

use super::activity::Published;
use super::calendar::{DAY, HOUR, MINUTE, Second};
use super::dice::Dice;
use super::log::{Log, Net};
use super::people::{Habits, Person, Registry, Shopper, TownRole};
use super::topics::{TopicIndex, index_of};
use super::{Stage, TownConfig};
use renown_core::domain::{Act, Handle, Metrics, ObjectId, ReactionKind, Topic};

/// The number of days on which the bot posts.
const BOT_DAYS: i64 = 80;
/// The number of likes of the post about cookies.
const COOKIE_LIKES: usize = 6;
/// The number of reactions to the one-hit wonder's post.
const HIT_REACTIONS: usize = 300;

/// A named person of the story.
#[derive(Debug, Clone, Copy)]
pub struct Character<'a> {
    /// The person.
    pub person: &'a Person,
    /// A description of the person, without a verb of its own.
    pub line: &'static str,
}

/// The roles of the cast in the order of the programme, with a line each.
const PROGRAMME: [(TownRole, &str); 10] = [
    (
        TownRole::LocalStar,
        "the local star: hundreds of people react to what he posts about Las Vegas",
    ),
    (
        TownRole::GoodCustomer,
        "the good customer with no social life: dozens of orders, no followers",
    ),
    (
        TownRole::Journalist,
        "the journalist: of moderate reach, writes about hotels",
    ),
    (
        TownRole::Newcomer,
        "a newcomer about whom nothing is known: unknown, which is not low",
    ),
    (
        TownRole::Bot,
        "the bot that posts around the clock: nobody reacts",
    ),
    (
        TownRole::CookieExpert,
        "the cookie expert with one post: a handful of likes within a day",
    ),
    (
        TownRole::PodMember,
        "one of a pod of mutual likers: they like each other's every post, few others do",
    ),
    (
        TownRole::FarawayStar,
        "a star of open-source software: known widely, for nothing that a hotel is about",
    ),
    (
        TownRole::FadedStar,
        "a star of last season: silent for months, and fading",
    ),
    (
        TownRole::OneHitWonder,
        "the one-hit wonder: a single post that went round, nothing since",
    ),
];

/// Returns the first person of every role in the programme.
pub(super) fn cast(people: &[Person]) -> Vec<Character<'_>> {
    let of_role = |role: TownRole| people.iter().find(move |person| person.role == role);
    let character = |(role, line): (TownRole, &'static str)| {
        of_role(role).map(|person| Character { person, line })
    };
    PROGRAMME.into_iter().filter_map(character).collect()
}

/// Creates the cast, the whole pod and all newcomers.
pub(super) fn characters(registry: &mut Registry<'_>) -> Vec<Person> {
    let mut people = stars(registry);
    people.extend(bystanders(registry));
    people.push(pod_member(registry, Some(("Polly Morling", "polly"))));
    for _ in 1..registry.config.pod {
        people.push(pod_member(registry, None));
    }
    people.push(newcomer(registry, Some(("Zoe Fenrow", "zoe"))));
    for _ in 1..registry.config.guests / 20 {
        people.push(newcomer(registry, None));
    }
    people
}

/// Creates the people with many reactions.
fn stars(registry: &mut Registry<'_>) -> Vec<Person> {
    let about = |topics: &[(&str, f64)]| -> Vec<(TopicIndex, f64)> {
        topics.iter().map(|(t, w)| (index_of(t), *w)).collect()
    };
    let star = |posts, fitness, interests| Habits {
        posts,
        fitness,
        season: (0.0, 1.0),
        reacts: 1.0,
        interests,
        shopper: None,
        profiled: true,
    };
    let local = Habits {
        shopper: Some(shopper(8.0, 160.0)),
        ..star(
            130.0,
            30.0,
            about(&[("las-vegas", 1.0), ("nightlife", 0.6), ("hotels", 0.6)]),
        )
    };
    let faraway = star(
        60.0,
        14.0,
        about(&[("open-source", 1.0), ("tech", 0.6), ("science", 0.2)]),
    );
    let faded = Habits {
        season: (0.0, 0.3),
        ..star(60.0, 16.0, about(&[("music", 1.0), ("nightlife", 0.5)]))
    };
    let journalist = star(
        40.0,
        5.0,
        about(&[("hotels", 1.0), ("travel", 0.8), ("las-vegas", 0.3)]),
    );
    let all = [Net::Twitter, Net::Bluesky, Net::Mastodon];
    let coder = [Net::Github, Net::Mastodon, Net::Twitter];
    vec![
        registry.enter(TownRole::LocalStar, "Kevin Larrow", "kevin", &all, local),
        registry.enter(
            TownRole::FarawayStar,
            "Priya Ostvane",
            "priya",
            &coder,
            faraway,
        ),
        registry.enter(
            TownRole::FadedStar,
            "Hank Dunmond",
            "hank",
            &all[..1],
            faded,
        ),
        registry.enter(
            TownRole::Journalist,
            "Nora Wenquist",
            "nora",
            &all[..2],
            journalist,
        ),
    ]
}

/// Creates the people without reactions, except those that [`play`] writes.
fn bystanders(registry: &mut Registry<'_>) -> Vec<Person> {
    let twitter = [Net::Twitter];
    let customer = Habits {
        shopper: Some(shopper(45.0, 220.0)),
        ..Habits::default()
    };
    let mut quiet =
        |role, name, handle| registry.enter(role, name, handle, &twitter, Habits::default());
    let mut people = vec![
        quiet(TownRole::Bot, "Vegas Deals Nonstop", "vegasdeals"),
        quiet(TownRole::CookieExpert, "Carl Pellby", "carl"),
        quiet(TownRole::OneHitWonder, "Wendy Halnova", "wendy"),
    ];
    people.push(registry.enter(
        TownRole::GoodCustomer,
        "Grace Corfield",
        "grace",
        &[],
        customer,
    ));
    people
}

fn shopper(orders: f64, basket: f64) -> Shopper {
    Shopper {
        orders,
        basket,
        leaves: 0.0,
    }
}

fn pod_member(registry: &mut Registry<'_>, known_as: Option<(&str, &str)>) -> Person {
    let habits = Habits {
        posts: 25.0,
        season: (0.0, 1.0),
        fitness: 0.1,
        reacts: 0.2,
        interests: vec![(index_of("las-vegas"), 1.0), (index_of("nightlife"), 0.5)],
        ..Habits::default()
    };
    registry.enter_as(known_as, TownRole::PodMember, habits)
}

fn newcomer(registry: &mut Registry<'_>, known_as: Option<(&str, &str)>) -> Person {
    registry.enter_as(known_as, TownRole::Newcomer, Habits::default())
}

/// Writes the events of the cast that do not follow from its habits.
pub(super) fn play(stage: &Stage<'_>, log: &mut Log, posts: &[Published], dice: &mut Dice) {
    for person in stage.people {
        match person.role {
            TownRole::Bot => bot(stage, log, person),
            TownRole::CookieExpert => cookies(stage, log, person, dice),
            TownRole::OneHitWonder => hit(stage, log, person, dice),
            _ => {}
        }
    }
    pod(stage, log, posts, dice);
}

/// Writes a post at a fixed interval, and a profile snapshot every 30 days.
fn bot(stage: &Stage<'_>, log: &mut Log, bot: &Person) {
    let Some(account) = bot.account_on(Net::Twitter.name()) else {
        return;
    };
    let topics = stage
        .topics
        .named(&[index_of("las-vegas"), index_of("hotels")]);
    let end = stage.calendar.length();
    let step = Second::from(stage.config.bot_minutes) * MINUTE;
    let mut at = end - days_of_bot(stage.config) * DAY;
    let mut published = 0;
    let mut looked_at = at;
    while at < end {
        publish(log, account, at, &topics);
        published += 1;
        if at - looked_at >= 30 * DAY {
            looked_at = at;
            let metrics = Metrics {
                followers: Some(4),
                following: Some(4_980),
                listed: Some(0),
                posts: Some(published),
            };
            let account = account.clone();
            log.write(
                Net::Twitter,
                at,
                None,
                &[],
                Act::Profile { account, metrics },
            );
        }
        at += step;
    }
}

fn days_of_bot(config: &TownConfig) -> i64 {
    BOT_DAYS.min(i64::from(config.days))
}

/// Writes one post, and a few likes within a day.
fn cookies(stage: &Stage<'_>, log: &mut Log, expert: &Person, dice: &mut Dice) {
    let Some(account) = expert.account_on(Net::Twitter.name()) else {
        return;
    };
    let topics = stage.topics.named(&[index_of("cookies")]);
    let at = stage.calendar.length() - 9 * DAY + 3 * HOUR;
    let object = publish(log, account, at, &topics);
    for actor in passers_by(stage, dice, COOKIE_LIKES) {
        let when = at + dice.between(5 * MINUTE, DAY);
        react(
            log,
            ReactionKind::Like,
            actor,
            account,
            when,
            &object,
            &topics,
        );
    }
}

/// Writes one post that gets hundreds of reactions within days.
fn hit(stage: &Stage<'_>, log: &mut Log, wonder: &Person, dice: &mut Dice) {
    let Some(account) = wonder.account_on(Net::Twitter.name()) else {
        return;
    };
    let topics = stage
        .topics
        .named(&[index_of("las-vegas"), index_of("food")]);
    let at = stage.calendar.length() / 2;
    let object = publish(log, account, at, &topics);
    for actor in passers_by(stage, dice, HIT_REACTIONS.min(stage.people.len() / 5)) {
        let kind = match dice.below(10) {
            0..7 => ReactionKind::Like,
            7..9 => ReactionKind::Share,
            _ => ReactionKind::Reply,
        };
        let when = at + dice.exponential(12.0 * HOUR as f64) as Second;
        react(log, kind, actor, account, when, &object, &topics);
    }
}

/// Lets all members of the pod follow each other, and like each other's posts
/// within an hour.
fn pod(stage: &Stage<'_>, log: &mut Log, posts: &[Published], dice: &mut Dice) {
    let member = |person: &&Person| person.role == TownRole::PodMember;
    let accounts: Vec<&Handle> = stage
        .people
        .iter()
        .filter(member)
        .filter_map(|person| person.account_on(Net::Twitter.name()))
        .collect();
    for target in &accounts {
        for actor in accounts.iter().filter(|actor| *actor != target) {
            let act = Act::Follow {
                actor: Some((*actor).clone()),
                target: (*target).clone(),
                count: 1,
            };
            log.write(Net::Twitter, dice.between(0, DAY), None, &[], act);
        }
    }
    let pods = |post: &&Published| stage.people[post.author].role == TownRole::PodMember;
    for post in posts.iter().filter(pods) {
        let Some(target) = stage.people[post.author].account_on(post.net.name()) else {
            continue;
        };
        for actor in accounts.iter().filter(|actor| **actor != target) {
            let when = post.at + dice.between(MINUTE, HOUR);
            let (object, topics) = (&post.object, &post.topics);
            react(log, ReactionKind::Like, actor, target, when, object, topics);
        }
    }
}

/// Draws this many different citizens with an account on Twitter.
fn passers_by<'a>(stage: &Stage<'a>, dice: &mut Dice, wanted: usize) -> Vec<&'a Handle> {
    let mut citizens: Vec<&Handle> = stage
        .people
        .iter()
        .filter(|person| person.role == TownRole::Citizen)
        .filter_map(|person| person.account_on(Net::Twitter.name()))
        .collect();
    let wanted = wanted.min(citizens.len());
    // The first steps of a Fisher-Yates shuffle.
    for i in 0..wanted {
        let j = i + dice.below(citizens.len() - i);
        citizens.swap(i, j);
    }
    citizens.truncate(wanted);
    citizens
}

/// Publishes a post on Twitter, where the whole cast is.
fn publish(log: &mut Log, author: &Handle, at: Second, topics: &[Topic]) -> ObjectId {
    let object = log.new_object(Net::Twitter);
    let author = author.clone();
    log.write(
        Net::Twitter,
        at,
        Some(&object),
        topics,
        Act::Post { author },
    );
    object
}

/// Writes a reaction on Twitter.
fn react(
    log: &mut Log,
    kind: ReactionKind,
    actor: &Handle,
    target: &Handle,
    at: Second,
    object: &ObjectId,
    topics: &[Topic],
) {
    let act = Act::Reaction {
        kind,
        actor: Some(actor.clone()),
        target: target.clone(),
        count: 1,
    };
    log.write(Net::Twitter, at, Some(object), topics, act);
}
