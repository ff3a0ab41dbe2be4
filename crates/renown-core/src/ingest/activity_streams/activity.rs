//! What activities mean.

use super::node::Node;
use super::people::{Person, is_person, is_public};
use super::plan::{Plan, Plans, Stop};
use super::vocabulary::Meaning;
use super::{Reader, content_digest};
use crate::domain::EventType;
use crate::ingest::draft::DraftMetrics;
use crate::ingest::{IgnoredReason, derived};

/// The most pairs of a person and an object that one activity may name.
const MAX_PAIRS: usize = 100;

impl Reader<'_> {
    /// Reads a document.
    pub(super) fn document<'a>(&self, node: &Node<'a>) -> Plans<'a> {
        self.activity(node, true)
    }

    /// Reads an activity or an object. Groups announce the activities of their members: with
    /// `announced`, the one that is announced counts.
    fn activity<'a>(&self, node: &Node<'a>, announced: bool) -> Plans<'a> {
        match Meaning::of(node) {
            Meaning::Create => self.create(node),
            Meaning::Like => self.reactions(node, EventType::Like),
            Meaning::Dislike => self.reactions(node, EventType::Dislike),
            Meaning::Announce => match announced_activity(node).filter(|_| announced) {
                Some(inner) => self.activity(&inner, false),
                None => self.share(node),
            },
            Meaning::Follow => self.follow(node),
            Meaning::Add => self.add(node),
            Meaning::Undo => self.undo(node),
            Meaning::Reject => self.reject(node),
            Meaning::Update => self.update(node),
            Meaning::Delete => self.delete(node),
            Meaning::Content => self.post(node, node),
            Meaning::Actor => self.profile(node, node),
            Meaning::Collection => Err(not_counted(
                "it is a collection without items of its own, or one within another",
            )),
            Meaning::OtherActivity | Meaning::OtherObject => Err(not_counted(format_args!(
                "'{}' says nothing about influence or interests",
                node.types().join(", ")
            ))),
            Meaning::Unknown => Err(unknown_type(node)),
        }
    }

    /// Reads an activity in which each person reacts to each object.
    fn reactions<'a>(&self, activity: &Node<'a>, kind: EventType) -> Plans<'a> {
        let actors = actors(activity)?;
        let objects = activity.all("object");
        if objects.is_empty() {
            return Err(unknown_target("it has no 'object'"));
        }
        let id = self.id_of(activity);
        let parts = self.parts(&id, actors.len() * objects.len())?;
        let pairs = actors
            .iter()
            .flat_map(|actor| objects.iter().map(move |o| (actor, o)));
        let plans = pairs.zip(parts).filter_map(|((actor, object), id)| {
            let owner = self.owner(object, activity)?;
            let plan = Plan::new(kind, id, activity).actor(actor).target(&owner);
            Some(plan.object(object).time(&[activity]).about(object))
        });
        some(plans.collect(), || {
            unknown_target("neither the object nor its address says whose it is")
        })
    }

    fn share<'a>(&self, activity: &Node<'a>) -> Plans<'a> {
        if !is_public(activity, activity) {
            let detail = "it is for some people only";
            return Err(Stop::ignored(IgnoredReason::NotPublic, detail));
        }
        self.reactions(activity, EventType::Share)
    }

    fn follow<'a>(&self, activity: &Node<'a>) -> Plans<'a> {
        let actors = actors(activity)?;
        let people = Person::all(activity, "object");
        let id = self.id_of(activity);
        let parts = self.parts(&id, actors.len() * people.len())?;
        let pairs = actors
            .iter()
            .flat_map(|actor| people.iter().map(move |p| (actor, p)));
        let plans = pairs.zip(parts).map(|((actor, person), id)| {
            let plan = Plan::new(EventType::Follow, id, activity);
            plan.actor(actor).target(person).time(&[activity])
        });
        some(plans.collect(), || {
            unknown_target("it has no 'object' with an id")
        })
    }

    /// Reads an activity that puts something into a collection: a person into a list, or the
    /// content of another person into one's own.
    fn add<'a>(&self, activity: &Node<'a>) -> Plans<'a> {
        let actors = actors(activity)?;
        let objects = activity.all("object");
        if objects
            .iter()
            .any(|object| Meaning::of(object) == Meaning::OtherObject)
        {
            return Err(not_counted(
                "what was added is neither a person nor content",
            ));
        }
        let mut plans = match objects.first().is_some_and(is_person) {
            true => self.reactions(activity, EventType::List)?,
            false => self.reactions(activity, EventType::Save)?,
        };
        let own: Vec<_> = actors.iter().map(|actor| self.handle(actor)).collect();
        plans.retain(|plan| {
            let target = plan.draft.target.as_ref();
            let target = target.map(|address| Person {
                address: address.clone(),
                at: String::new(),
            });
            !own.contains(&target.and_then(|person| self.handle(&person)))
        });
        some(plans, || {
            not_counted("a person's own content in a collection of their own")
        })
    }

    /// Reads an activity that takes back another one. A follow that is taken back is the
    /// end of following; of anything else the event is undone.
    fn undo<'a>(&self, activity: &Node<'a>) -> Plans<'a> {
        let objects = activity.all("object");
        let Some(object) = objects.first() else {
            return Err(not_counted("it does not say what is undone"));
        };
        if object.is_reference() {
            return Ok(vec![self.undoing(
                activity,
                None,
                object.id().unwrap_or_default(),
                object,
            )]);
        }
        match Meaning::of(object) {
            Meaning::Follow => self.unfollow(activity, object),
            Meaning::Create => {
                let created = object.first("object");
                let id = created.as_ref().and_then(Node::id);
                let id = id.map_or_else(|| self.id_of(object), str::to_owned);
                Ok(vec![self.undoing(activity, None, &id, object)])
            }
            Meaning::Like | Meaning::Dislike | Meaning::Announce | Meaning::Add => {
                let pairs = object.all("actor").len() * object.all("object").len();
                let parts = self.parts(&self.id_of(object), pairs.max(1))?;
                let plans = (1..).zip(parts).map(|(number, undone)| {
                    let part = (number > 1).then(|| number.to_string());
                    self.undoing(activity, part.as_deref(), &undone, object)
                });
                Ok(plans.collect())
            }
            _ => Err(not_counted("what is undone is not counted")),
        }
    }

    fn unfollow<'a>(&self, activity: &Node<'a>, follow: &Node<'a>) -> Plans<'a> {
        let followers = Person::all(follow, "actor");
        let people = Person::all(follow, "object");
        match (&followers[..], &people[..]) {
            ([follower], [person]) => {
                let plan = Plan::new(EventType::Unfollow, self.event_id(activity), activity);
                Ok(vec![plan.actor(follower).target(person).time(&[activity])])
            }
            _ => Ok(vec![self.undoing(
                activity,
                None,
                &self.id_of(follow),
                follow,
            )]),
        }
    }

    /// Reads a refusal: who is refused does not follow any more.
    fn reject<'a>(&self, activity: &Node<'a>) -> Plans<'a> {
        let object = activity.first("object");
        match object.filter(|object| Meaning::of(object) == Meaning::Follow) {
            Some(follow) => self.unfollow(activity, &follow),
            None => Err(not_counted(
                "what is refused is no follow that is said here",
            )),
        }
    }

    /// Reads the deletion of a post. With an account itself, nothing that it did is undone.
    fn delete<'a>(&self, activity: &Node<'a>) -> Plans<'a> {
        let Some(object) = activity.first("object") else {
            return Err(not_counted("it does not say what is deleted"));
        };
        let Some(id) = object.id() else {
            return Err(not_counted("what is deleted has no id"));
        };
        let actors = Person::all(activity, "actor");
        let is_self = actors.iter().any(|actor| actor.address == id);
        if is_self || Meaning::of(&object) == Meaning::Actor {
            return Err(not_counted(
                "an account is deleted; delete its member to forget it",
            ));
        }
        Ok(vec![self.undoing(activity, None, id, &object)])
    }

    /// Reads a change of content. Content keeps its id when it changes: it counts as a new post
    /// only if no event of that id was taken in before.
    fn update<'a>(&self, activity: &Node<'a>) -> Plans<'a> {
        let object = activity.first("object");
        let written_out = object.filter(|object| !object.is_reference() && object.id().is_some());
        match written_out {
            Some(person) if Meaning::of(&person) == Meaning::Actor => {
                self.profile(activity, &person)
            }
            Some(content) => self.post(activity, &content),
            None => Err(not_counted(
                "it does not say what the changed object is like, or which one it is",
            )),
        }
    }

    /// Reads a profile that has counts.
    fn profile<'a>(&self, activity: &Node<'a>, person: &Node<'a>) -> Plans<'a> {
        let count = |member: &str| person.first(member)?.first("totalItems")?.value().as_u64();
        let metrics: DraftMetrics<'a> = [
            ("followers", count("followers")),
            ("following", count("following")),
            ("posts", count("outbox")),
        ]
        .into_iter()
        .filter_map(|(name, count)| Some((name.into(), count?)))
        .collect();
        if metrics.is_empty() {
            return Err(not_counted("a profile without counts"));
        }
        let Some(account) = Person::of(person) else {
            return Err(unknown_target("the profile has no id"));
        };
        let id = match activity.at == person.at {
            // A profile by itself has the same id each time.
            true => {
                let part = format!("profile-{}", content_digest(person));
                derived::event_id(&account.address, Some(&part))
            }
            false => self.event_id(activity),
        };
        let mut plan = Plan::new(EventType::Profile, id, activity).target(&account);
        plan.draft.metrics = Some(metrics);
        Ok(vec![match activity.at == person.at {
            // When the account was created says nothing about its counts.
            true => plan.time_updated(person),
            false => plan.time(&[activity]),
        }])
    }

    fn undoing<'a>(
        &self,
        activity: &Node<'a>,
        part: Option<&str>,
        undone: &str,
        object: &Node<'_>,
    ) -> Plan<'a> {
        let id = derived::event_id(&self.id_of(activity), part);
        let mut plan = Plan::new(EventType::Undo, id, activity);
        let actor = Person::all(activity, "actor").into_iter().next();
        plan.origin = actor.map(|actor| actor.address);
        let undone = derived::event_id(undone, None);
        plan.undo(undone, object).time(&[activity])
    }

    fn event_id(&self, activity: &Node<'_>) -> String {
        derived::event_id(&self.id_of(activity), None)
    }

    /// Returns the ids of the events of an activity: the first has its id.
    fn parts(&self, id: &str, count: usize) -> Result<Vec<String>, Stop> {
        if count > MAX_PAIRS {
            let detail =
                format!("an activity names at most {MAX_PAIRS} pairs of people and objects");
            return Err(Stop::Rejected(crate::ingest::Rejection::invalid(
                "/object", detail,
            )));
        }
        let part = |number: usize| (number > 1).then(|| number.to_string());
        let ids = (1..=count).map(|number| derived::event_id(id, part(number).as_deref()));
        Ok(ids.collect())
    }
}

fn actors<'a>(activity: &Node<'a>) -> Result<Vec<Person<'a>>, Stop> {
    let actors = Person::all(activity, "actor");
    match actors.is_empty() {
        false => Ok(actors),
        true => Err(Stop::ignored(
            IgnoredReason::UnknownActor,
            "'actor' has no id of a person",
        )),
    }
}

/// Returns the activity that a group announces, if it is in the document.
fn announced_activity<'a>(announce: &Node<'a>) -> Option<Node<'a>> {
    let inner = announce.first("object")?;
    (!inner.is_reference() && Meaning::of(&inner).is_activity()).then_some(inner)
}

fn some<'a>(plans: Vec<Plan<'a>>, none: impl FnOnce() -> Stop) -> Plans<'a> {
    match plans.is_empty() {
        false => Ok(plans),
        true => Err(none()),
    }
}

fn not_counted(detail: impl ToString) -> Stop {
    Stop::ignored(IgnoredReason::NotCounted, detail)
}

fn unknown_target(detail: impl ToString) -> Stop {
    Stop::ignored(IgnoredReason::UnknownTarget, detail)
}

fn unknown_type(node: &Node<'_>) -> Stop {
    let types = node.types();
    Stop::ignored(
        IgnoredReason::UnknownType,
        match types.is_empty() {
            true => "the document has no type".to_owned(),
            false => format!("the type '{}' is not known here", types.join(", ")),
        },
    )
}
