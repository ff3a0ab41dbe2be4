//! Verification of a draw: it is repeated from its published record.

use std::collections::{BTreeMap, BTreeSet};

use super::document::{DrawDocument, DrawStanding, DrawnEntry};
use super::{ALGORITHM, DrawHeader, Ticket, commitment, digest, order};
use crate::domain::{EntryId, Seed};

/// The findings of a verification.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verification {
    /// Checks that passed, a sentence each.
    pub right: Vec<String>,
    /// Checks that failed, a sentence each.
    pub wrong: Vec<String>,
    /// Facts that the document does not prove but that readers should know, a
    /// sentence each.
    pub remarks: Vec<String>,
}

impl Verification {
    fn check(&mut self, is_right: bool, right: String, wrong: String) {
        if is_right {
            self.right.push(right);
        } else {
            self.wrong.push(wrong);
        }
    }
}

/// Repeats a draw and compares the commitment, the digest and the order. Also
/// checks that no unit went to an entry before one that still waits.
pub fn verify(document: &DrawDocument) -> Verification {
    let mut verdict = Verification::default();
    if document.algorithm != ALGORITHM {
        let unknown = format!("the algorithm is not '{ALGORITHM}', which is known here");
        verdict.wrong.push(unknown);
        return verdict;
    }
    let (Some(seed), Some(entries), Some(drawn_at), Some(units)) = (
        &document.seed,
        &document.entries,
        document.drawn_at,
        document.units,
    ) else {
        let open = "the draw has not been held, or a part of the document is missing";
        verdict.wrong.push(open.to_owned());
        return verdict;
    };
    let mut bytes = [0; 32];
    if hex::decode_to_slice(seed, &mut bytes).is_err() {
        verdict
            .wrong
            .push("the seed is not 64 hexadecimal digits".to_owned());
        return verdict;
    }
    let seed = Seed(bytes);
    check_commitment(document, &seed, &mut verdict);
    check_list(document, entries, &mut verdict);
    let head = DrawHeader {
        program: &document.program,
        perk: &document.perk,
        units,
        committed_at: document.committed_at,
        drawn_at,
    };
    let digest = check_digest(document, &head, entries, &mut verdict);
    check_order(&seed, &digest, entries, &mut verdict);
    check_outcomes(document, entries, &mut verdict);
    verdict
}

fn check_commitment(document: &DrawDocument, seed: &Seed, verdict: &mut Verification) {
    let made = hex::encode(commitment(seed));
    verdict.check(
        made.eq_ignore_ascii_case(&document.commitment),
        "the seed is the one that the draw committed to".to_owned(),
        format!("the seed's SHA-256 is {made}, which is not the commitment"),
    );
    verdict.check(
        document.drawn_at >= Some(document.committed_at),
        "the commitment came before the draw".to_owned(),
        "the commitment came after the draw".to_owned(),
    );
}

fn check_list(document: &DrawDocument, entries: &[DrawnEntry], verdict: &mut Verification) {
    let count = entries.len();
    verdict.check(
        i64::try_from(count) == Ok(document.entry_count),
        format!("all {count} entries are listed"),
        format!(
            "{count} entries are listed, and there were {}",
            document.entry_count
        ),
    );
    let different: BTreeSet<_> = entries.iter().map(|entry| entry.id).collect();
    verdict.check(
        different.len() == count,
        "no entry is listed twice".to_owned(),
        "an entry is listed twice".to_owned(),
    );
}

/// Computes the digest of the listed entries and compares it with the published
/// one.
fn check_digest(
    document: &DrawDocument,
    head: &DrawHeader<'_>,
    entries: &[DrawnEntry],
    verdict: &mut Verification,
) -> [u8; 32] {
    let tickets = entries.iter().map(|entry| Ticket {
        id: EntryId(entry.id),
        nonce: entry.nonce.clone(),
    });
    let made = digest(head, &tickets.collect::<Vec<_>>());
    let text = hex::encode(made);
    let published = document.digest.as_deref().unwrap_or("missing");
    verdict.check(
        text.eq_ignore_ascii_case(published),
        "the digest is that of the draw and its entries".to_owned(),
        format!("the digest of the draw and its entries is {text}; published is {published}"),
    );
    made
}

fn check_order(seed: &Seed, digest: &[u8; 32], entries: &[DrawnEntry], verdict: &mut Verification) {
    let ids = entries.iter().map(|entry| EntryId(entry.id));
    let drawn = order(seed, digest, ids);
    let places = drawn.iter().zip(1_i64..);
    let places: BTreeMap<EntryId, i64> = places.map(|(id, place)| (*id, place)).collect();
    let misplaced: Vec<&DrawnEntry> = entries
        .iter()
        .filter(|entry| places.get(&EntryId(entry.id)) != Some(&entry.place))
        .collect();
    let wrong = misplaced.first().map_or_else(String::new, |first| {
        format!(
            "{} entries have another place than the seed gives them; the first is {}: {}, not {}",
            misplaced.len(),
            first.id,
            places[&EntryId(first.id)],
            first.place
        )
    });
    verdict.check(
        misplaced.is_empty(),
        "every entry has the place that seed and digest give it".to_owned(),
        wrong,
    );
}

/// Checks that the units went down the order, and that no more were given than
/// there are.
fn check_outcomes(document: &DrawDocument, entries: &[DrawnEntry], verdict: &mut Verification) {
    let with = |standing| entries.iter().filter(move |e| e.standing() == standing);
    let first_waits = with(DrawStanding::Waits).map(|entry| entry.place).min();
    let had = with(DrawStanding::Has).chain(with(DrawStanding::Had));
    let last_had = had.map(|entry| entry.place).max();
    let overtaken = first_waits.filter(|waits| last_had.is_some_and(|had| had > *waits));
    verdict.check(
        overtaken.is_none(),
        "nobody got a unit before somebody who still waits".to_owned(),
        format!(
            "place {} still waits, and place {} got a unit",
            overtaken.unwrap_or_default(),
            last_had.unwrap_or_default()
        ),
    );
    let has = with(DrawStanding::Has).count() as i64;
    if let Some(units) = document.units_now {
        verdict.check(
            has <= units,
            format!("{has} have one of the {units} units"),
            format!("{has} have a unit, of {units}"),
        );
        if has < units && first_waits.is_some() {
            let left = units - has;
            let remark = format!("{left} units are on their way to those who wait");
            verdict.remarks.push(remark);
        }
        if document.units != Some(units) {
            let remark = "the number of units was changed after the draw";
            verdict.remarks.push(remark.to_owned());
        }
    }
    remark_on_passed(with(DrawStanding::Passed), verdict);
}

/// Adds a remark for each reason for which entries were passed over. The rules
/// and the facts about people are not published, so these reasons cannot be
/// checked.
fn remark_on_passed<'e>(passed: impl Iterator<Item = &'e DrawnEntry>, verdict: &mut Verification) {
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for entry in passed {
        *reasons.entry(&entry.outcome).or_default() += 1;
    }
    for (reason, count) in reasons {
        let remark = format!("{count} passed over, for which the reason given is '{reason}'");
        verdict.remarks.push(remark);
    }
}
