//! One name for one thing: a public type name occurs once in all crates, so that a
//! reader who meets it knows what it is.

use std::collections::BTreeMap;
use std::fs;

use super::{root, sources};

/// `Result` is an alias of each layer, as Rust code has it everywhere.
const SHARED: &[&str] = &["Result"];

#[test]
fn a_public_type_name_occurs_once() {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for folder in ["src", "crates"] {
        for path in sources(&root().join(folder)) {
            let file = path.strip_prefix(root()).expect("it lies below");
            let file = file.to_str().expect("names are plain").to_owned();
            if file.contains("/tests") {
                continue;
            }
            let text = fs::read_to_string(&path).expect("a source is readable");
            for name in public_types(&text) {
                places
                    .entry(name.to_owned())
                    .or_default()
                    .push(file.clone());
            }
        }
    }
    assert!(places.len() > 500, "the types were found");
    let repeated: Vec<_> = places
        .into_iter()
        .filter(|(name, files)| files.len() > 1 && !SHARED.contains(&name.as_str()))
        .collect();
    assert!(repeated.is_empty(), "{repeated:#?}");
}

/// The names of the types that a source declares `pub`.
fn public_types(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| {
        let mut words = line.trim_start().strip_prefix("pub ")?.split(' ');
        let kind = words.next()?;
        let rest = words.next()?;
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
        let is_type = ["struct", "enum", "union", "trait", "type"].contains(&kind);
        let name = &rest[..end.unwrap_or(rest.len())];
        // Within a macro the name is a parameter.
        (is_type && !name.is_empty()).then_some(name)
    })
}

#[test]
fn types_are_found_however_they_are_declared() {
    let text = "pub struct A<'a> {\n    pub enum B {\npub type C = u8;\npub(super) struct D;\n\
                pub fn e() {}\npub trait F: G {\nstruct H;\npub struct I;";
    let found: Vec<&str> = public_types(text).collect();
    assert_eq!(found, ["A", "B", "C", "F", "I"]);
}
