//! `renown draw verify FILE`: repeats a draw from its published document, without a
//! database or a key.

use std::io::Read;
use std::path::PathBuf;

use indicatif::ProgressBar;
use serde_json::json;
use uuid::Uuid;

use crate::cli::out::Out;
use crate::cli::{CliError, Result, files};
use renown_core::fairness::draw::document::DrawDocument;
use renown_core::fairness::draw::verify::{Verification, verify};

/// The subcommands of `renown draw`.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Action {
    /// Verify a draw: its seed, digest, order and recipients; exits with 1 if
    /// anything is wrong.
    Verify {
        /// Answer of `GET …/draw`; - for standard input.
        file: PathBuf,
        /// Commitment noted before the draw, in hexadecimal digits; fails if the
        /// draw has another one.
        #[arg(long, value_name = "HEX")]
        commitment: Option<String>,
        /// Id of an entry (a UUID); prints its place, and fails if it did not take
        /// part.
        #[arg(long, value_name = "ID")]
        entry: Option<Uuid>,
    },
}

/// Runs the subcommand.
pub fn run(action: &Action) -> Result {
    let Action::Verify {
        file,
        commitment,
        entry,
    } = action;
    let mut text = Vec::new();
    let failed =
        |error: &dyn std::fmt::Display| CliError::Failed(format!("{}: {error}", file.display()));
    let mut reader = files::open(file, &ProgressBar::hidden())?;
    reader.read_to_end(&mut text).map_err(|e| failed(&e))?;
    let document: DrawDocument = serde_json::from_slice(&text).map_err(|e| failed(&e))?;
    let mut verdict = verify(&document);
    if let Some(noted) = commitment {
        check_commitment(&document, noted, &mut verdict);
    }
    if let Some(id) = entry {
        check_entry(&document, *id, &mut verdict);
    }
    print(&document, &verdict)
}

fn check_commitment(document: &DrawDocument, noted: &str, verdict: &mut Verification) {
    if noted.trim().eq_ignore_ascii_case(&document.commitment) {
        verdict
            .right
            .push("the commitment is the one that was noted".to_owned());
    } else {
        verdict
            .wrong
            .push("the commitment is not the one that was noted".to_owned());
    }
}

fn check_entry(document: &DrawDocument, id: Uuid, verdict: &mut Verification) {
    let entry = document
        .entries
        .iter()
        .flatten()
        .find(|entry| entry.id == id);
    match entry {
        Some(entry) => {
            let nonce = entry.nonce.as_ref().map_or("none", |nonce| nonce.as_str());
            verdict.right.push(format!(
                "entry {id} took part; nonce {nonce}, place {}, {}",
                entry.place, entry.outcome
            ));
        }
        None => verdict.wrong.push(format!("entry {id} did not take part")),
    }
}

fn print(document: &DrawDocument, verdict: &Verification) -> Result {
    let is_good = verdict.wrong.is_empty();
    let verified = match Out::is_json() {
        true => Out::object(&json!({
            "program": document.program,
            "perk": document.perk,
            "is_right": is_good,
            "right": verdict.right,
            "remarks": verdict.remarks,
            "wrong": verdict.wrong,
        })),
        false => print_text(document, verdict),
    };
    verified?;
    if is_good { Ok(()) } else { Err(CliError::Said) }
}

fn print_text(document: &DrawDocument, verdict: &Verification) -> Result {
    Out::line(&format!(
        "the draw of {} in {}",
        document.perk, document.program
    ))?;
    for right in &verdict.right {
        Out::line(&format!("  right: {right}"))?;
    }
    for remark in &verdict.remarks {
        Out::line(&format!("  note:  {remark}"))?;
    }
    for wrong in &verdict.wrong {
        Out::line(&format!("  WRONG: {wrong}"))?;
    }
    Ok(())
}
