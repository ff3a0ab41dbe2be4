//! Reads a published ontology of topics into a list of topics. An ontology has
//! three tables, as Klout published its own: topics, edges between them, and
//! their names in other languages.
//!
//! An error in a table is reported with its line and column. What is correct
//! but does not fit into a list of topics is left out and counted: names of
//! several topics, edges that close a cycle.

mod names;
mod summary;
mod table;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use super::dictionary::{DictionaryEntry, Key, TopicList, hierarchy, short};
use crate::domain::{Invalid, Topic};
pub use summary::Summary;

/// The root above all topics in a table of edges; not a topic itself.
const ROOT: &str = "_ROOT_";

/// A table: CSV with a header.
#[derive(Debug, Clone, Copy)]
pub struct OntologyTable<'a> {
    /// The name of the file, for error messages.
    pub name: &'a str,
    /// The content of the file.
    pub bytes: &'a [u8],
}

/// The tables of an ontology.
#[derive(Debug, Clone, Copy)]
pub struct Tables<'a> {
    /// The topics. Columns: `topicId`, `topicSlug`, `topicDisplayName`.
    pub topics: OntologyTable<'a>,
    /// The parents of topics, if given. Columns: `parentTopicId`,
    /// `parentTopicSlug`, `childTopicId`, `childTopicSlug`.
    pub edges: Option<OntologyTable<'a>>,
    /// Names in several languages, if given. Columns: `topicId`, `language`,
    /// `topicDisplayName`.
    pub names: Option<OntologyTable<'a>>,
}

/// A topic of the ontology, as far as it has been read.
struct Draft {
    slug: Topic,
    names: Vec<String>,
    parents: Vec<usize>,
}

/// Reads an ontology. `languages` selects the names to include (`en`, `de`);
/// `None` selects all. Names in the table of topics are always included.
///
/// [`Dictionary::new`](super::dictionary::Dictionary::new) accepts the list. It
/// is sorted by slug, so that a new version of the ontology compares well with
/// the one before.
///
/// # Errors
/// If a table is not in this format (the error names file, line and column), or
/// there are no names in one of the languages.
pub fn read(
    tables: &Tables<'_>,
    languages: Option<&BTreeSet<String>>,
) -> Result<(TopicList, Summary), Invalid> {
    let mut ontology = Ontology::default();
    ontology.read_topics(&tables.topics)?;
    match (&tables.names, languages) {
        (Some(table), _) => ontology.read_names(table, languages)?,
        (None, Some(_)) => {
            return Err(Invalid::new(
                "languages were asked for, and there is no table of names in languages \
                 (topicId, language, topicDisplayName)",
            ));
        }
        (None, None) => {}
    }
    if let Some(table) = &tables.edges {
        ontology.read_edges(table)?;
    }
    ontology.break_cycles();
    names::settle(&mut ontology.drafts, &mut ontology.summary);
    Ok(ontology.finish())
}

/// What has been read so far.
#[derive(Default)]
struct Ontology {
    drafts: Vec<Draft>,
    /// The draft of each id, and the byte at which its row begins.
    ids: BTreeMap<String, (usize, usize)>,
    /// The draft of each slug.
    slugs: BTreeMap<Key, usize>,
    summary: Summary,
}

impl Ontology {
    fn read_topics(&mut self, table: &OntologyTable<'_>) -> Result<(), Invalid> {
        table.rows(["topicId", "topicSlug", "topicDisplayName"], |row| {
            let id = row.given(0)?;
            if let Some((_, at)) = self.ids.get(id) {
                let before = table.line(*at);
                let reason = format_args!("{} was given on line {before} already", short(id));
                return Err(row.wrong(0, reason));
            }
            let slug = row.given(1)?;
            if slug == ROOT {
                return Ok(());
            }
            let slug = Topic::parse(slug).map_err(|invalid| row.wrong(1, invalid))?;
            let next = self.drafts.len();
            let draft = *self.slugs.entry(Key::of(&slug)).or_insert(next);
            if draft == next {
                self.drafts.push(Draft {
                    slug,
                    names: Vec::new(),
                    parents: Vec::new(),
                });
            } else {
                self.summary.merged_topics += 1;
            }
            self.ids.insert(id.to_owned(), (draft, row.at));
            if !row.fields[2].is_empty() {
                self.drafts[draft].names.push(row.fields[2].to_owned());
            }
            Ok(())
        })
    }

    fn read_names(
        &mut self,
        table: &OntologyTable<'_>,
        languages: Option<&BTreeSet<String>>,
    ) -> Result<(), Invalid> {
        let mut there = BTreeSet::new();
        table.rows(["topicId", "language", "topicDisplayName"], |row| {
            let (id, language) = (row.given(0)?, row.given(1)?.to_lowercase());
            let wanted = languages.is_none_or(|wanted| wanted.contains(&language));
            match self.ids.get(id) {
                _ if !wanted => {}
                None => self.summary.names_of_unknown += 1,
                Some((draft, _)) => {
                    let name = row.given(2)?.to_owned();
                    self.drafts[*draft].names.push(name);
                }
            }
            there.insert(language);
            Ok(())
        })?;
        let missing = languages.into_iter().flatten();
        match missing.into_iter().find(|wanted| !there.contains(*wanted)) {
            None => Ok(()),
            Some(missing) => {
                let there: Vec<String> = there.into_iter().collect();
                Err(Invalid::new(format_args!(
                    "{}: no name is in the language '{}'; there are: {}",
                    table.name,
                    short(missing),
                    there.join(", ")
                )))
            }
        }
    }

    fn read_edges(&mut self, table: &OntologyTable<'_>) -> Result<(), Invalid> {
        let columns = [
            "parentTopicId",
            "parentTopicSlug",
            "childTopicId",
            "childTopicSlug",
        ];
        table.rows(columns, |row| {
            let (parent, child) = (row.given(0)?, row.given(2)?);
            if row.fields[1] == ROOT || row.fields[3] == ROOT {
                self.summary.root_edges += 1;
                return Ok(());
            }
            let mut place = |id: &str, slug: &str| match self.ids.get(id) {
                Some((draft, _)) => Some(*draft),
                None => {
                    self.summary.unknown_topics.insert(short(slug));
                    None
                }
            };
            let ends = (place(parent, row.fields[1]), place(child, row.fields[3]));
            let (Some(parent), Some(child)) = ends else {
                self.summary.edges_of_unknown += 1;
                return Ok(());
            };
            let parents = &mut self.drafts[child].parents;
            if !parents.contains(&parent) {
                parents.push(parent);
            }
            Ok(())
        })
    }

    /// Leaves out the last step of each cycle.
    fn break_cycles(&mut self) {
        let graph: Vec<Vec<usize>> = (self.drafts.iter())
            .map(|draft| draft.parents.clone())
            .collect();
        hierarchy::cycles(&graph, |cycle| {
            let (Some(&first), Some(&last)) = (cycle.first(), cycle.last()) else {
                return;
            };
            let step = format!("{} in {}", self.drafts[last].slug, self.drafts[first].slug);
            self.summary.broken_cycles.push(step);
            self.drafts[last].parents.retain(|parent| *parent != first);
        });
    }

    fn finish(self) -> (TopicList, Summary) {
        let Self {
            drafts,
            mut summary,
            ..
        } = self;
        let slugs: Vec<Topic> = drafts.iter().map(|draft| draft.slug.clone()).collect();
        let slug = |place: usize| slugs[place].clone();
        let topics = drafts.into_iter().map(|draft| DictionaryEntry {
            slug: draft.slug,
            names: draft.names,
            parents: draft.parents.into_iter().map(slug).collect(),
        });
        let mut topics: Vec<DictionaryEntry> = topics.collect();
        topics.sort_by(|a, b| a.slug.cmp(&b.slug));
        let list = TopicList { topics };
        summary.count(&list);
        (list, summary)
    }
}
