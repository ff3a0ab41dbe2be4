use super::document::{DrawDocument, DrawnEntry};
use super::verify::verify;
use super::*;
use proptest::prelude::*;
use std::collections::BTreeSet;
use uuid::Uuid;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn entry(number: u128, nonce: &str) -> Ticket {
    Ticket {
        id: EntryId(Uuid::from_u128(0x4000_8000_0000_0000_0000 | number)),
        nonce: Nonce::parse(nonce).ok(),
    }
}

fn sweepstake() -> (ProgramId, PerkId) {
    let program = ProgramId::parse("sweepstake").unwrap();
    (program, PerkId::parse("festival-pass").unwrap())
}

fn head((program, perk): &(ProgramId, PerkId)) -> DrawHeader<'_> {
    DrawHeader {
        program,
        perk,
        units: 2,
        committed_at: at("2026-11-01T00:00:00Z"),
        drawn_at: at("2026-11-22T12:00:00.500Z"),
    }
}

fn drawn(seed: &Seed, entries: &[Ticket]) -> Vec<EntryId> {
    let names = sweepstake();
    let digest = digest(&head(&names), entries);
    order(seed, &digest, entries.iter().map(|entry| entry.id))
}

/// Values computed with Python's hashlib and hmac.
#[test]
fn the_algorithm_is_the_one_that_is_described() {
    let seed = Seed([7; 32]);
    let entries = [
        entry(1, ""),
        entry(2, "luck"),
        entry(3, "7~!"),
        entry(4, ""),
    ];
    let names = sweepstake();
    assert_eq!(
        hex::encode(commitment(&seed)),
        "4bb06f8e4e3a7715d201d573d0aa423762e55dabd61a2c02278fa56cc6d294e0"
    );
    let digest = digest(&head(&names), &entries);
    assert_eq!(
        hex::encode(digest),
        "1d104fc01f805fb1bf5a43b90529d63f8f1370789356eb3ba178ddbe46a3745d"
    );
    let expected = [4, 3, 1, 2].map(|number| entry(number, "").id);
    assert_eq!(drawn(&seed, &entries), expected);
}

/// Returns a seed by its number, so that each run tries the same seeds.
fn numbered(number: u32) -> Seed {
    Seed(Sha256::digest(number.to_le_bytes()).into())
}

#[test]
fn every_entry_is_as_likely_at_every_place() {
    const ENTRIES: usize = 12;
    const DRAWS: u32 = 6_000;
    let entries: Vec<Ticket> = (1..=ENTRIES as u128).map(|n| entry(n, "")).collect();
    let mut counts = vec![[0_f64; ENTRIES]; ENTRIES];
    for number in 0..DRAWS {
        for (place, id) in drawn(&numbered(number), &entries).into_iter().enumerate() {
            let which = entries.iter().position(|entry| entry.id == id).unwrap();
            counts[place][which] += 1.0;
        }
    }
    let expected = f64::from(DRAWS) / ENTRIES as f64;
    for (place, counts) in counts.iter().enumerate() {
        let parts = counts.iter().map(|count| (count - expected).powi(2));
        let chi_square = parts.sum::<f64>() / expected;
        // With 11 degrees of freedom, 99.99 % of values are below.
        assert!(chi_square < 37.4, "place {place}: {chi_square}");
    }
}

fn entries() -> impl Strategy<Value = Vec<Ticket>> {
    let nonce = prop_oneof![Just(String::new()), "[!-~]{1,64}"];
    let entry = (any::<u128>(), nonce).prop_map(|(id, nonce)| Ticket {
        id: EntryId(Uuid::from_u128(id)),
        nonce: Nonce::parse(&nonce).ok(),
    });
    prop::collection::vec(entry, 1..30).prop_map(|mut entries| {
        let mut seen = BTreeSet::new();
        entries.retain(|entry| seen.insert(entry.id));
        entries
    })
}

/// Returns the published record of a draw in which the first two entries won.
fn published(seed: &Seed, entries: &[Ticket]) -> DrawDocument {
    let names = sweepstake();
    let head = head(&names);
    let digest = digest(&head, entries);
    let order = order(seed, &digest, entries.iter().map(|entry| entry.id));
    let listed = entries.iter().map(|entry| {
        let place = order.iter().position(|id| *id == entry.id).unwrap() as i64 + 1;
        DrawnEntry {
            id: entry.id.0,
            nonce: entry.nonce.clone(),
            place,
            outcome: if place <= 2 { "held" } else { "waiting" }.to_owned(),
        }
    });
    DrawDocument {
        algorithm: ALGORITHM.to_owned(),
        description: DESCRIPTION.to_owned(),
        program: names.0.clone(),
        perk: names.1.clone(),
        commitment: hex::encode(commitment(seed)),
        committed_at: head.committed_at,
        draws_at: None,
        drawn_at: Some(head.drawn_at),
        units: Some(2),
        units_now: Some(2),
        entry_count: entries.len() as i64,
        digest: Some(hex::encode(digest)),
        seed: Some(hex::encode(seed.0)),
        entries: Some(listed.collect()),
    }
}

proptest! {
    #[test]
    fn the_order_is_of_the_entries_and_not_of_how_they_come(
        seed in prop::array::uniform32(any::<u8>()),
        (entries, shuffled) in entries().prop_flat_map(|entries| {
            (Just(entries.clone()), Just(entries).prop_shuffle())
        }),
    ) {
        let order = drawn(&Seed(seed), &entries);
        prop_assert_eq!(&drawn(&Seed(seed), &shuffled), &order);
        let all: BTreeSet<EntryId> = order.iter().copied().collect();
        prop_assert_eq!(all, entries.iter().map(|entry| entry.id).collect());
        prop_assert_eq!(order.len(), entries.len());
    }

    #[test]
    fn what_was_drawn_is_found_right_and_a_change_is_found(
        seed in prop::array::uniform32(any::<u8>()),
        entries in entries(),
        which in any::<prop::sample::Index>(),
        bit in 0..256_usize,
    ) {
        let right = published(&Seed(seed), &entries);
        let verdict = verify(&right);
        prop_assert_eq!(&verdict.wrong, &Vec::<String>::new());
        // One changed bit of the seed.
        let mut other = seed;
        other[bit / 8] ^= 1 << (bit % 8);
        let mut changed = right.clone();
        changed.seed = Some(hex::encode(other));
        prop_assert!(!verify(&changed).wrong.is_empty());
        let place = which.index(entries.len());
        let entry = |document: &mut DrawDocument, change: fn(&mut DrawnEntry)| {
            change(&mut document.entries.as_mut().unwrap()[place]);
        };
        // A changed id, nonce or place of an entry.
        let changes: [fn(&mut DrawnEntry); 3] = [
            |entry| entry.id = Uuid::from_u128(entry.id.as_u128() ^ 1),
            |entry| entry.nonce = match entry.nonce {
                Some(_) => None,
                None => Nonce::parse("added").ok(),
            },
            |entry| entry.place += 1,
        ];
        for change in changes {
            let mut changed = right.clone();
            entry(&mut changed, change);
            prop_assert!(!verify(&changed).wrong.is_empty());
        }
        // An entry left out.
        let mut changed = right.clone();
        changed.entries.as_mut().unwrap().remove(place);
        changed.entry_count -= 1;
        prop_assert!(!verify(&changed).wrong.is_empty());
    }
}

#[test]
fn who_was_overtaken_is_found() {
    let entries: Vec<Ticket> = (1..=5).map(|n| entry(n, "")).collect();
    let right = published(&numbered(1), &entries);
    let with = |outcomes: [&str; 5]| {
        let mut changed = right.clone();
        for entry in changed.entries.as_mut().unwrap() {
            entry.outcome = outcomes[entry.place as usize - 1].to_owned();
        }
        verify(&changed)
    };
    for right in [
        ["held", "redeemed", "waiting", "waiting", "waiting"],
        ["released", "condition", "held", "held", "waiting"],
        ["expired", "left", "confirmed", "left", "not_enrolled"],
    ] {
        assert_eq!(with(right).wrong, Vec::<String>::new(), "{right:?}");
    }
    for wrong in [
        ["held", "waiting", "held", "waiting", "waiting"],
        ["held", "held", "held", "waiting", "waiting"],
        ["waiting", "released", "waiting", "waiting", "waiting"],
    ] {
        assert_eq!(with(wrong).wrong.len(), 1, "{wrong:?}");
    }
    let passed = with(["held", "condition", "condition", "left", "held"]);
    assert_eq!(passed.remarks.len(), 2, "{passed:?}");
}

#[test]
fn an_open_draw_has_nothing_to_verify() {
    let mut open = published(&numbered(1), &[entry(1, "")]);
    open.seed = None;
    assert_eq!(verify(&open).wrong.len(), 1);
    let mut other = published(&numbered(1), &[entry(1, "")]);
    other.algorithm = "dice".to_owned();
    assert_eq!(verify(&other).wrong.len(), 1);
}
