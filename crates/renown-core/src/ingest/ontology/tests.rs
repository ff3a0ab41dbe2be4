use std::path::{Path, PathBuf};

use super::*;
use crate::ingest::dictionary::Dictionary;
use proptest::prelude::*;

const TOPICS: &str = "\
\"topicId\",\"topicSlug\",\"topicDisplayName\",\"wikiItemId\"
1,\"games\",\"Games\",\"Q1\"
2,\"card-games\",\"Card Games\",\"Q2\"
3,\"poker\",\"Poker, the game\",\"Q3\"
4,\"Gold\",\"Gold\",\"Q4\"
";
const EDGES: &str = "\
\"parentTopicId\",\"parrentTopicSlug\",\"childTopicId\",\"childTopicSlug\"
0,\"_ROOT_\",0,\"_ROOT_\"
0,\"_ROOT_\",1,\"games\"
1,\"games\",2,\"card-games\"
2,\"card-games\",3,\"poker\"
2,\"card-games\",3,\"poker\"
";
const NAMES: &str = "\
\"topicId\",\"language\",\"topicDisplayName\"
1,\"de\",\"Spiele\"
2,\"de\",\"Kartenspiele\"
1,\"fr\",\"Jeux\"
2,\"fr\",\"Jeux\"
4,\"fr\",\"or\"
9,\"fr\",\"inconnu\"
";

fn table<'a>(name: &'a str, text: &'a str) -> OntologyTable<'a> {
    let bytes = text.as_bytes();
    OntologyTable { name, bytes }
}

fn tables<'a>(topics: &'a str, edges: &'a str, names: &'a str) -> Tables<'a> {
    Tables {
        topics: table("topics.csv", topics),
        edges: Some(table("edges.csv", edges)),
        names: Some(table("names.csv", names)),
    }
}

fn languages(languages: &[&str]) -> Option<BTreeSet<String>> {
    Some(languages.iter().map(ToString::to_string).collect())
}

#[track_caller]
fn refused(topics: &str, edges: &str, names: &str, expected: &str) {
    let error = read(&tables(topics, edges, names), None).unwrap_err();
    assert!(error.to_string().contains(expected), "{error}");
}

fn topic(text: &str) -> Topic {
    Topic::parse(text).unwrap()
}

#[test]
fn three_tables_are_one_list_of_topics() {
    let (list, summary) = read(&tables(TOPICS, EDGES, NAMES), None).unwrap();
    let dictionary = Dictionary::new(&list).unwrap();
    assert_eq!(dictionary.parents(&topic("poker")), [topic("card-games")]);
    assert_eq!(
        dictionary.resolve(topic("Kartenspiele")),
        topic("card-games")
    );
    assert_eq!(dictionary.resolve(topic("Poker, the game")), topic("poker"));
    assert_eq!((summary.topics, summary.names, summary.edges), (4, 4, 2));
    assert_eq!((summary.root_edges, summary.names_of_unknown), (2, 1));
    // "or" is gold in French, and is not found in English sentences.
    assert_eq!(dictionary.resolve(topic("or")), topic("gold"));
    assert!(dictionary.find("this or that").is_empty());
}

#[test]
fn the_header_may_be_spelt_right_and_lines_may_end_as_on_windows() {
    let edges = EDGES.replace("parrent", "parent").replace('\n', "\r\n");
    let topics = format!("\u{feff}{}", TOPICS.replace("topicSlug", "Topic_Slug"));
    let (list, _) = read(&tables(&topics, &edges, NAMES), None).unwrap();
    assert_eq!(list, read(&tables(TOPICS, EDGES, NAMES), None).unwrap().0);
}

#[test]
fn only_the_languages_that_are_wanted_are_taken() {
    let german = languages(&["de"]);
    let (list, _) = read(&tables(TOPICS, EDGES, NAMES), german.as_ref()).unwrap();
    let names: Vec<&String> = list.topics.iter().flat_map(|topic| &topic.names).collect();
    assert_eq!(names, ["Kartenspiele", "Spiele", "Poker, the game"]);
    let error = read(
        &tables(TOPICS, EDGES, NAMES),
        languages(&["de", "jp"]).as_ref(),
    );
    assert_eq!(
        error.unwrap_err().to_string(),
        "names.csv: no name is in the language 'jp'; there are: de, fr"
    );
}

#[test]
fn a_name_of_two_topics_goes_to_the_one_whose_slug_it_is_or_to_none() {
    let topics = "topicId,topicSlug,topicDisplayName\n1,fashion,Fashion\n2,fashion-super,Fashion\n\
                  3,smoking,Pipe\n4,plumbing,Pipe\n";
    let tables = Tables {
        topics: table("t", topics),
        edges: None,
        names: None,
    };
    let (list, summary) = read(&tables, None).unwrap();
    assert!(list.topics.iter().all(|topic| topic.names.is_empty()));
    assert_eq!((summary.left_to_slug, summary.ambiguous()), (1, 1));
    assert!(Dictionary::new(&list).is_ok());
}

#[test]
fn cycles_are_broken_and_named() {
    let edges = format!("{EDGES}3,poker,1,games\n1,games,1,games\n77,ghosts,1,games\n");
    let (list, summary) = read(&tables(TOPICS, &edges, NAMES), None).unwrap();
    assert!(Dictionary::new(&list).is_ok());
    assert_eq!(summary.broken_cycles.len(), 2);
    assert_eq!((summary.edges, summary.edges_of_unknown), (2, 1));
    let said = summary.to_string();
    assert!(said.contains("2 edges that closed a cycle: "), "{said}");
    assert!(said.contains("not listed: ghosts"), "{said}");
}

#[test]
fn mistakes_are_refused_with_file_line_and_column() {
    let windows = TOPICS.replace('\n', "\r\n");
    let broken = format!("{windows}\r\n5,,Empty,Q5\r\n");
    refused(
        &broken,
        EDGES,
        NAMES,
        "topics.csv: line 7, column 'topicSlug': must not be empty",
    );
    let twice = format!("{TOPICS}2,cards,Cards,Q2\n");
    refused(
        &twice,
        EDGES,
        NAMES,
        "line 6, column 'topicId': 2 was given on line 3 already",
    );
    let nonsense = format!("{TOPICS}5,#!,Cards,Q2\n");
    refused(
        &nonsense,
        EDGES,
        NAMES,
        "line 6, column 'topicSlug': topic must contain",
    );
    let short = format!("{TOPICS}5,cards\n");
    refused(
        &short,
        EDGES,
        NAMES,
        "topics.csv: line 6: 2 fields where the header has 4",
    );
    let open = format!("{TOPICS}5,cards,\"Cards,Q5\n6,dice,Dice,Q6\n");
    refused(&open, EDGES, NAMES, "topics.csv: line 6: 3 fields");
    let open = format!("{TOPICS}5,cards,Cards,\"Q5\n6,dice,Dice,Q6\n");
    let expected = "topics.csv: line 6, column 4: a quote is opened";
    refused(&open, EDGES, NAMES, expected);
    refused(
        "id;slug\n",
        EDGES,
        NAMES,
        "line 1: there is no column 'topicId'",
    );
    refused("", EDGES, NAMES, "line 1: there is no column 'topicId'");
    refused(
        TOPICS,
        TOPICS,
        NAMES,
        "edges.csv: line 1: there is no column 'parentTopicId'",
    );
    let empty = format!("{NAMES}1,de,\n");
    refused(
        TOPICS,
        EDGES,
        &empty,
        "names.csv: line 8, column 'topicDisplayName'",
    );
    let mut latin = tables(TOPICS, EDGES, NAMES);
    latin.topics.bytes = b"topicId,topicSlug,topicDisplayName\n1,a1,ok\n2,b1,M\xfcnchen\n";
    assert_eq!(
        read(&latin, None).unwrap_err().to_string(),
        "topics.csv: line 3, column 'topicDisplayName': must be encoded in UTF-8"
    );
}

proptest! {
    #[test]
    fn an_import_that_is_written_and_read_is_the_same_list(
        topics in proptest::collection::vec(("[a-zA-Z0-9!-]{0,4}[a-z]", "[a-zß東テ .',\"-]{0,6}"), 1..12),
        edges in proptest::collection::vec((0usize..12, 0usize..12), 0..30),
    ) {
        let field = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let rows = topics.iter().enumerate();
        let rows = rows.map(|(id, (slug, name))| format!("{id},{},{}\n", field(slug), field(name)));
        let topics = format!("topicId,topicSlug,topicDisplayName\n{}", rows.collect::<String>());
        let rows = edges.iter().map(|(parent, child)| format!("{parent},p,{child},c\n"));
        let edges = format!("{}\n{}", EDGES.lines().next().unwrap(), rows.collect::<String>());
        let tables = Tables { topics: table("t", &topics), edges: Some(table("e", &edges)), names: None };
        let (list, _) = read(&tables, None).unwrap();
        let yaml = list.to_yaml().unwrap();
        prop_assert_eq!(&TopicList::parse(&yaml).unwrap(), &list);
        prop_assert!(Dictionary::parse(&yaml).is_ok(), "{}", yaml);
    }
}

/// Returns the folder of Klout's ontology, if it is on this machine.
fn klout() -> Option<PathBuf> {
    let dir = std::env::var_os("RENOWN_TEST_DATA").map(|dir| Path::new(&dir).join("klout"));
    let dir = dir.filter(|dir| dir.exists());
    if dir.is_none() {
        eprintln!("skipped: RENOWN_TEST_DATA names no folder with klout/ in it");
    }
    dir
}

#[test]
fn the_ontology_of_klout_is_taken_whole() {
    let Some(dir) = klout() else { return };
    let file = |kind: &str| {
        let name = format!("klout_topic_{kind}_20180601.csv");
        std::fs::read_to_string(dir.join(name)).unwrap()
    };
    let (topics, edges, names) = (file("ontology"), file("edge"), file("display"));
    let (list, summary) = read(&tables(&topics, &edges, &names), None).unwrap();
    eprintln!("{summary}");
    assert_eq!((summary.topics, summary.merged_topics), (8033, 0));
    assert!(summary.names > 19_000 && summary.edges > 13_000);
    assert_eq!(summary.unusable_names + summary.names_of_unknown, 6);
    let dictionary = Dictionary::parse(&list.to_yaml().unwrap()).unwrap();
    for (text, expected) in [
        ("Ich mag FUSSBALL", "soccer"),
        ("وصفات الطبخ", "recipes"),
        ("una tarde de FOTOGRAFÍA", "photography"),
        ("la photographie", "photography"),
    ] {
        assert!(dictionary.find(text).contains(&topic(expected)), "{text}");
    }
    let above: Vec<String> = dictionary
        .ancestors(&topic("poker"))
        .into_iter()
        .map(ToString::to_string)
        .collect();
    assert!(
        above.iter().any(|topic| topic.ends_with("-super")),
        "{above:?}"
    );
}
