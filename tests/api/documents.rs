//! The documents: the files that they link to exist.

use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn every_link_to_a_file_leads_to_one() {
    let documents = documents();
    assert!(documents.len() > 10, "the documents were found");
    let broken: Vec<String> = documents.iter().flat_map(|path| broken_in(path)).collect();
    assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
}

fn documents() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = [root.to_owned(), root.join("docs")];
    let entries = folders.iter().flat_map(|dir| fs::read_dir(dir).unwrap());
    entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect()
}

/// Returns the broken links of a document. Links are written `[text](target)`; one with
/// a scheme leads elsewhere.
fn broken_in(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap();
    let targets = text
        .split("](")
        .skip(1)
        .filter_map(|it| it.split(')').next());
    let files = targets
        .filter(|target| !target.contains("://") && !target.starts_with('#'))
        .filter_map(|target| target.split('#').next());
    let folder = path.parent().unwrap();
    files
        .filter(|file| !folder.join(file).exists())
        .map(|file| format!("{}: {file} does not exist", path.display()))
        .collect()
}
