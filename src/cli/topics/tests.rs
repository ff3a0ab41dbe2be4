use crate::cli::topics::*;

const TOPICS: &str = "topicId,topicSlug,topicDisplayName\n1,games,Games\n2,poker,Texas Hold'em\n";
const EDGES: &str = "parentTopicId,parrentTopicSlug,childTopicId,childTopicSlug\n1,games,2,poker\n";
const NAMES: &str = "topicId,language,topicDisplayName\n1,de,Spiele\n1,es,juegos\n";

/// Creates a folder with an ontology.
fn ontology() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (file, text) in [
        ("my_topic_ontology_1.csv", TOPICS),
        ("my_topic_edge_1.csv", EDGES),
        ("my_topic_display_1.csv", NAMES),
    ] {
        fs::write(dir.path().join(file), text).unwrap();
    }
    dir
}

fn imported(path: &Path, out: &Path, languages: &[&str]) -> Result<Dictionary> {
    let languages = languages.iter().map(ToString::to_string).collect();
    import(path, out, languages)?;
    Ok(Dictionary::parse(&fs::read_to_string(out).unwrap()).unwrap())
}

fn refusal(path: &Path, out: &Path) -> String {
    imported(path, out, &[]).unwrap_err().to_string()
}

#[test]
fn a_folder_or_its_ontology_becomes_a_list_that_can_be_served() {
    let dir = ontology();
    let out = dir.path().join("topics.yaml");
    for path in [
        dir.path().to_owned(),
        dir.path().join("my_topic_ontology_1.csv"),
    ] {
        let dictionary = imported(&path, &out, &["ES"]).unwrap();
        assert_eq!(dictionary.hierarchy().len(), 1);
        assert_eq!(dictionary.find("juegos, Texas hold'em").len(), 2);
        assert!(dictionary.find("Spiele").is_empty());
    }
    // Importing a list returns the same list.
    let again = dir.path().join("again.yaml");
    imported(&out, &again, &[]).unwrap();
    assert_eq!(fs::read(&out).unwrap(), fs::read(&again).unwrap());
}

#[test]
fn a_list_that_is_there_stays_as_it_was_when_the_import_fails() {
    let dir = ontology();
    let out = dir.path().join("topics.yaml");
    fs::write(&out, "topics: []\n").unwrap();
    fs::write(dir.path().join("my_topic_edge_1.csv"), "parent,child\n").unwrap();
    let said = refusal(dir.path(), &out);
    assert!(
        said.contains("my_topic_edge_1.csv: line 1: there is no column 'parentTopicId'"),
        "{said}"
    );
    assert_eq!(fs::read_to_string(&out).unwrap(), "topics: []\n");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 4);
}

#[test]
fn an_ontology_without_parents_and_languages_is_taken() {
    let dir = tempfile::tempdir().unwrap();
    let topics = dir.path().join("mine.csv");
    fs::write(&topics, TOPICS).unwrap();
    let out = dir.path().join("topics.yaml");
    assert_eq!(imported(&topics, &out, &[]).unwrap().hierarchy().len(), 0);
    let said = imported(&topics, &out, &["de"]).unwrap_err().to_string();
    assert!(said.contains("languages were asked for"), "{said}");
}

#[test]
fn what_cannot_be_topics_is_refused() {
    let dir = ontology();
    let out = dir.path().join("topics.yaml");
    fs::write(dir.path().join("old_topic_ontology_0.csv"), TOPICS).unwrap();
    assert!(refusal(dir.path(), &out).contains("several tables are called *ontology*.csv"));
    let broken = dir.path().join("broken.yaml");
    fs::write(&broken, "topics:\n- {slug: poker, parents: [game]}\n").unwrap();
    let said = refusal(&broken, &out);
    assert!(
        said.contains("broken.yaml: line 2: 'poker' has the parent 'game'"),
        "{said}"
    );
    assert!(refusal(&dir.path().join("none"), &out).contains("must be a folder"));
    assert!(!out.exists());
}
