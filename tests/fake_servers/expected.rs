//! What the log must hold in the end: each event that the mapping of the recording gives.

use std::collections::BTreeSet;

use chrono::{TimeDelta, Utc};
use renown_core::domain::{AllowedSources, Source};
use renown_core::ingest::dictionary::Dictionary;
use renown_core::ingest::{Context, Format, Given, Mapped};
use sqlx::PgPool;

/// What the documents of a recording are mapped to.
#[derive(Debug, Default)]
pub struct Expected {
    /// The ids of the events.
    pub ids: BTreeSet<String>,
    /// Documents that are ignored and rejected.
    pub ignored: u64,
    pub rejected: u64,
}

impl Expected {
    pub fn of(format: Format, documents: impl IntoIterator<Item = Vec<u8>>) -> Self {
        let given = Given {
            source: Some(Source::parse("any").unwrap()),
            ..Given::default()
        };
        let context = Context {
            now: Utc::now(),
            max_future: TimeDelta::seconds(300),
            currencies: &BTreeSet::new(),
            dictionary: &Dictionary::default(),
            sources: &AllowedSources::All,
            given: &given,
        };
        let mut expected = Self::default();
        for document in documents {
            match format.parse(&document, &context) {
                Ok(Mapped::Events(events)) => {
                    let ids = events.into_iter().map(|parsed| parsed.event.key.id.into());
                    expected.ids.extend(ids);
                }
                Ok(Mapped::Ignored(_)) => expected.ignored += 1,
                Err(_) => expected.rejected += 1,
            }
        }
        expected
    }

    /// Returns whether the log has all of a source, each once; fails if it has more.
    pub async fn is_in_log(&self, pool: &PgPool, source: &str) -> bool {
        let ids: Vec<String> = sqlx::query_scalar(
            "select e.id from events e join sources s using (source_id) where s.name = $1",
        )
        .bind(source)
        .fetch_all(pool)
        .await
        .unwrap();
        // A profile is named after the time at which it was seen.
        let is_profile = |id: &String| id.contains("/account-");
        let ids: Vec<String> = ids.into_iter().filter(|id| !is_profile(id)).collect();
        let distinct: BTreeSet<String> = ids.iter().cloned().collect();
        assert_eq!(ids.len(), distinct.len(), "an event is in the log twice");
        let more: Vec<&String> = distinct.difference(&self.ids).collect();
        assert!(more.is_empty(), "{more:?}");
        distinct.len() == self.ids.len()
    }
}
