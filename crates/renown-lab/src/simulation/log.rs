//! The networks of the town, and the log of events.

use super::calendar::{Calendar, Second};
use renown_core::domain::{
    Act, Event, EventId, EventKey, Handle, Network, ObjectId, ReactionKind, Source, Topic,
};

/// A network that the town uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Net {
    Twitter,
    Bluesky,
    Mastodon,
    Github,
    Shop,
}

impl Net {
    /// The networks with reactions, in order of popularity.
    pub(super) const SOCIAL: [Self; 4] =
        [Self::Twitter, Self::Bluesky, Self::Mastodon, Self::Github];
    pub(super) const ALL: [Self; 5] = [
        Self::Twitter,
        Self::Bluesky,
        Self::Mastodon,
        Self::Github,
        Self::Shop,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Twitter => "twitter",
            Self::Bluesky => "bluesky",
            Self::Mastodon => "mastodon",
            Self::Github => "github",
            Self::Shop => "shop",
        }
    }

    pub(super) fn network(self) -> Network {
        Network::parse(self.name()).expect("the name of every network is a slug")
    }

    /// Returns the handle of a person with this short name on the network.
    pub(super) fn handle(self, name: &str) -> Handle {
        let written = match self {
            Self::Bluesky => format!("{name}.sky.example"),
            Self::Mastodon => format!("{name}@neon.example"),
            Self::Twitter | Self::Github | Self::Shop => name.to_owned(),
        };
        Handle::parse(&self.network(), &written).expect("short names are ASCII words")
    }

    /// Returns the kinds of reactions on the network and their frequencies, in
    /// percent.
    pub(super) fn habits(self) -> &'static [(ReactionKind, f64)] {
        use ReactionKind::{Dislike, Like, Mention, Reply, Save, Share};
        match self {
            Self::Twitter => &[
                (Like, 62.0),
                (Reply, 13.0),
                (Share, 14.0),
                (Save, 5.0),
                (Mention, 5.0),
                (Dislike, 1.0),
            ],
            Self::Github => &[(Save, 60.0), (Reply, 24.0), (Like, 14.0), (Dislike, 2.0)],
            _ => &[
                (Like, 55.0),
                (Reply, 18.0),
                (Share, 20.0),
                (Save, 3.0),
                (Mention, 4.0),
            ],
        }
    }

    /// Returns the share of reactions of a kind whose actor the network does
    /// not name.
    pub(super) fn hides(self, kind: ReactionKind) -> f64 {
        match (self, kind) {
            (Self::Twitter, ReactionKind::Like | ReactionKind::Save) => 0.45,
            (Self::Twitter, ReactionKind::Share) => 0.15,
            (Self::Mastodon, ReactionKind::Like) => 0.25,
            (_, ReactionKind::Dislike) => 0.7,
            (_, ReactionKind::Like) => 0.08,
            _ => 0.0,
        }
    }
}

/// Collects events, assigns their ids, and drops events outside the window.
#[derive(Debug)]
pub(super) struct Log {
    calendar: Calendar,
    books: Vec<Book>,
    events: Vec<Event<Handle>>,
}

/// The part of the log for one network.
#[derive(Debug)]
struct Book {
    network: Network,
    source: Source,
    events: u64,
    objects: u64,
}

impl Log {
    pub(super) fn new(calendar: Calendar) -> Self {
        let book = |net: Net| Book {
            network: net.network(),
            source: Source::parse(&format!("town-{}", net.name()))
                .expect("the name of every network makes a source"),
            events: 0,
            objects: 0,
        };
        Self {
            calendar,
            books: Net::ALL.into_iter().map(book).collect(),
            events: Vec::new(),
        }
    }

    /// Assigns the id of a new post or order.
    pub(super) fn new_object(&mut self, net: Net) -> ObjectId {
        let book = &mut self.books[net as usize];
        book.objects += 1;
        let prefix = if net == Net::Shop { "order" } else { "post" };
        let id = format!("{}/{prefix}/{}", net.name(), book.objects);
        ObjectId::parse(&id).expect("a network's name and a number make an object's id")
    }

    /// Writes an event and returns its id; `None` if it lies outside the
    /// window.
    pub(super) fn write(
        &mut self,
        net: Net,
        at: Second,
        object: Option<&ObjectId>,
        topics: &[Topic],
        act: Act<Handle>,
    ) -> Option<EventId> {
        if !self.calendar.contains(at) {
            return None;
        }
        let book = &mut self.books[net as usize];
        book.events += 1;
        let id = EventId::parse(&format!("{}-{}", act.event_type().as_str(), book.events))
            .expect("a type and a number make an event's id");
        let mut topics = topics.to_vec();
        topics.sort();
        topics.dedup();
        self.events.push(Event {
            key: EventKey {
                source: book.source.clone(),
                id: id.clone(),
            },
            time: self.calendar.time(at),
            network: book.network.clone(),
            object: object.cloned(),
            topics,
            act,
        });
        Some(id)
    }

    /// Returns all events in order of time. Events of the same second stay in
    /// the order of writing.
    pub(super) fn finish(mut self) -> Vec<Event<Handle>> {
        self.events.sort_by_key(|event| event.time);
        self.events
    }
}
