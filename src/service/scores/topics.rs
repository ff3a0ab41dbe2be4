//! The list of topics, with the number of their members as of the latest rank snapshot.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::Scores;
use crate::service::error::Result;
use crate::store;
use renown_core::domain::Topic;

/// A topic in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedTopic {
    /// The topic.
    pub topic: Topic,
    /// Its other names, in order.
    pub names: Vec<Topic>,
    /// The members with a score on it.
    pub members: u64,
}

/// Topics, those with the most members first.
#[derive(Debug, Clone)]
pub struct TopicListing {
    /// When the members were counted; `None` if they were not.
    pub as_of: Option<DateTime<Utc>>,
    /// The topics.
    pub topics: Vec<ListedTopic>,
}

impl Scores {
    /// Returns the topics with the most members, at most `limit`: all, or those of which the
    /// slug or another name begins so. Topics of the list of topics that no member has come
    /// last.
    ///
    /// # Errors
    /// If the beginning has no letter or digit.
    pub async fn topics(&self, start: Option<&str>, limit: u16) -> Result<TopicListing> {
        let start = start.map(Topic::parse).transpose()?;
        let listed = matching(&self.topic_names, start.as_ref());
        let mut conn = self.context.connection().await?;
        let (model, rows) = (self.current.version(), i64::from(limit));
        let mut counted = match &start {
            None => store::scores::topics::largest(&mut conn, &model, rows).await?,
            Some(start) => {
                let others: Vec<Topic> = listed.iter().map(|topic| (*topic).clone()).collect();
                let which = (start, &others[..]);
                store::scores::topics::beginning(&mut conn, &model, which, rows).await?
            }
        };
        // A list that is not full has every topic with members.
        let missing = usize::from(limit) - counted.len();
        let known: BTreeSet<Topic> = counted.iter().map(|(topic, _)| topic.clone()).collect();
        let empty = listed.into_iter().filter(|topic| !known.contains(topic));
        counted.extend(empty.take(missing).map(|topic| (topic.clone(), 0)));
        let snapshot = self.current.snapshot();
        let mut names = other_names(&self.topic_names, &counted);
        let topics = counted.iter().map(|(topic, members)| ListedTopic {
            names: names.remove(topic).unwrap_or_default(),
            topic: topic.clone(),
            members: *members,
        });
        Ok(TopicListing {
            as_of: (snapshot.id().0 > 0).then(|| snapshot.taken_at()),
            topics: topics.collect(),
        })
    }
}

/// Returns the topics that have a name that begins so.
fn matching<'n>(names: &'n BTreeMap<Topic, Topic>, start: Option<&Topic>) -> BTreeSet<&'n Topic> {
    let begins = |name: &Topic| start.is_none_or(|start| name.as_str().starts_with(start.as_str()));
    let found = names.iter().filter(|(name, _)| begins(name));
    found.map(|(_, topic)| topic).collect()
}

/// Returns the other names of these topics.
fn other_names<'t>(
    names: &BTreeMap<Topic, Topic>,
    of: &'t [(Topic, u64)],
) -> BTreeMap<&'t Topic, Vec<Topic>> {
    let mut all: BTreeMap<&Topic, Vec<Topic>> =
        of.iter().map(|(topic, _)| (topic, Vec::new())).collect();
    for (name, topic) in names.iter().filter(|(name, topic)| name != topic) {
        if let Some(own) = all.get_mut(topic) {
            own.push(name.clone());
        }
    }
    all
}
