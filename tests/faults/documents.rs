//! The documents that lead through a task: their lines of shell are run as they stand there,
//! and the answers that they show are the real ones.

mod page;
mod shown;

use page::Page;

/// Reads a document of the repository.
fn document(path: &str) -> String {
    let path = format!("{}/{path}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn ones_own_data_leads_to_a_tier() {
    Page::section(&document("README.md"), "Ten minutes with your own data").holds();
}

#[test]
fn the_tour_of_the_desks_shows_what_is_answered() {
    Page::whole(&document("docs/tour-desk.md")).holds();
}

#[test]
fn a_table_of_another_system_is_taken_in_as_shown() {
    Page::section(&document("docs/formats.md"), "Tables").holds();
}

#[test]
fn the_tour_for_marketers_shows_what_is_answered() {
    Page::whole(&document("docs/tour-marketer.md")).holds();
}
