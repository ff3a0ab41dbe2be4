//! Programs that are correct in form and probably mistaken in meaning, each with the
//! finding that its author reads; and programs that mean what they say, which get none.

use super::*;

const MISTAKEN: &str = include_str!("mistaken.yaml");
const RIGHT: &str = include_str!("right.yaml");

/// Returns the programs of a file with their titles.
fn programs(file: &str) -> impl Iterator<Item = (&str, String)> {
    file.split("---\n").map(|part| {
        let (title, fields) = part.split_once('\n').unwrap();
        (title.trim_start_matches("# "), complete(fields))
    })
}

/// Adds the fields that a program must have and that do not matter in an example.
fn complete(fields: &str) -> String {
    let mut source = format!("program: p\n{fields}");
    let mut add = |field: &str, value: &str| {
        if !fields.lines().any(|line| line.starts_with(field)) {
            source += &format!("{field} {value}\n");
        }
    };
    add("service_levels:", "[{ id: s, queue: q }]");
    add("tiers:", "[{ id: guest, service_level: s }]");
    source
}

/// Checks a program as a deployment does that has some topics, indices, attributes and
/// networks.
fn findings(source: &str) -> Vec<Diagnostic> {
    let topics = ["golf", "spa", "las-vegas"].map(|name| Topic::parse(name).unwrap());
    let topics: BTreeMap<Topic, Topic> = topics.map(|topic| (topic.clone(), topic)).into();
    let setting = Setting {
        topics: &topics,
        ..Setting::at(now())
    };
    let attributes = [
        "visits", "country", "likes", "city", "vip", "banned", "birthday",
    ];
    let attributes = attributes.map(|name| (DataKind::Attribute, name));
    let networks = ["github", "bluesky"].map(|name| (DataKind::Network, name));
    let indices = [(DataKind::Index, "klout")];
    let names = attributes.into_iter().chain(networks).chain(indices);
    let known: KnownNames = names.map(|(kind, name)| (kind, name.to_owned())).collect();
    match Program::compile(source, &setting) {
        Ok(mut compiled) => {
            compiled.compare_with(&known);
            compiled.warnings
        }
        Err(found) => found,
    }
}

#[test]
fn a_mistake_in_meaning_is_found() {
    let mut report = String::new();
    let mut count = 0;
    for (mistake, source) in programs(MISTAKEN) {
        let found = findings(&source);
        let named = |f: &Diagnostic| f.severity == Severity::Note || f.hint.is_some();
        let found_it = found.iter().any(|f| f.severity != Severity::Note);
        assert!(found_it && found.iter().all(named), "{mistake}: {found:?}");
        assert!(found.iter().all(|f| f.line > 0), "{mistake}: {found:?}");
        report += &format!(
            "## {mistake}\n\n{}\n",
            render(&found, &source, "p.yaml", false)
        );
        count += 1;
    }
    assert!(count >= 50, "{count} programs");
    insta::assert_snapshot!(report);
}

#[test]
fn a_program_that_means_what_it_says_gets_no_warning() {
    for (what, source) in programs(RIGHT) {
        let found = findings(&source);
        // A tier may go without hysteresis, and a test may be beyond the analysis.
        let about_meaning = |f: &&Diagnostic| f.severity != Severity::Note;
        let found: Vec<_> = found.iter().filter(about_meaning).collect();
        assert!(found.is_empty(), "{what}: {}", render_all(&found, &source));
    }
}

fn render_all(found: &[&Diagnostic], source: &str) -> String {
    let found: Vec<Diagnostic> = found.iter().map(|f| (*f).clone()).collect();
    render(&found, source, "p.yaml", false)
}

#[test]
fn a_deployment_without_data_judges_no_names() {
    let (_, source) = programs(MISTAKEN)
        .find(|(mistake, _)| *mistake == "An index that is misspelt")
        .unwrap();
    let mut compiled = Program::compile(&source, &Setting::at(now())).unwrap();
    compiled.compare_with(&KnownNames::default());
    assert_eq!(compiled.warnings, []);
    assert_eq!(compiled.named.len(), 1);
}

/// Returns the examples of a document: the texts of its blocks of YAML.
fn examples(document: &str) -> Vec<String> {
    let path = format!("{}/../../docs/{document}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let blocks = text.split("```yaml\n").skip(1);
    let blocks = blocks.map(|block| block.split("```").next().unwrap().to_owned());
    blocks.collect()
}

#[test]
fn the_examples_of_the_documents_get_no_warning() {
    let floor = "- { id: regular, when: standing.lower >= 20, keep: 30d, service_level: s }\n\
                 - { id: guest, service_level: s }\n";
    let tier = &examples("programs.md")[0];
    let perk = &examples("programs.md")[1];
    let table = &examples("tables.md")[0];
    let source = complete(&format!(
        "timezone: America/Los_Angeles\ntiers:\n{tier}  service_level: s\n{floor}perks:\n{perk}{table}"
    ));
    let mut found = findings(&source);
    found.retain(|finding| finding.severity != Severity::Note);
    assert_eq!(found, [], "{source}");
}
