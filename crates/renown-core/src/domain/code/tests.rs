//! Codes are read as they are typed, and typing errors are noticed.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

fn read(text: &str) -> EnteredCode {
    EnteredCode::parse(text).unwrap()
}

/// Returns whether a text is read as this code.
fn is(text: &str, code: &Code) -> bool {
    read(text).keys().iter().any(|key| key == code.key())
}

#[test]
fn a_code_is_shown_in_groups_and_known_by_its_symbols() {
    let code = Code::generate([7; 16]);
    let shown = code.to_string();
    assert_eq!((shown.len(), code.key().len()), (17, 15));
    assert_eq!(shown.replace('-', ""), code.key());
    assert!(shown.as_bytes()[5] == b'-' && shown.as_bytes()[11] == b'-');
    assert_eq!(code.source(), CodeSource::Generated);
    assert_eq!(
        format!("{code:?} {:?}", read(&shown)),
        "Code(…) EnteredCode(…)"
    );
}

#[test]
fn the_alphabet_has_no_look_alikes_and_a_prime_number_of_symbols() {
    let known: BTreeSet<&u8> = ALPHABET.iter().collect();
    assert_eq!(known.len(), BASE as usize);
    assert!((2..BASE).all(|n| !BASE.is_multiple_of(n)));
    for (alike, meant) in LOOK_ALIKES {
        assert!(!known.contains(&alike) && known.contains(&meant));
    }
    // The check distinguishes places only if there are fewer than the prime.
    assert!(LENGTH < BASE as usize);
    let bits = (f64::from(BASE)).log2() * DRAWN as f64;
    assert!(bits >= 64.0, "{bits} bits");
}

#[test]
fn a_code_of_a_partner_is_any_text_that_can_be_seen() {
    for text in ["SUMMER-26", "ab12", "50%-OFF!", "été2026", "💐💐💐💐"] {
        let code = Code::imported(text).unwrap();
        assert_eq!((code.key(), code.to_string().as_str()), (text, text));
        assert!(is(&format!("  {text} "), &code));
    }
    assert_eq!(Code::imported(" ab12\t").unwrap().key(), "ab12");
    assert!(Code::imported(&"x".repeat(100)).is_ok());
    for text in [
        "",
        "abc",
        "two words",
        "a\u{200b}bcd",
        "tab\tbed",
        "\u{202e}abcd",
        "a\0bcd",
    ] {
        assert!(Code::imported(text).is_err(), "{text:?}");
    }
    assert!(Code::imported(&"x".repeat(101)).is_err());
    // The case of imported codes counts.
    assert!(!is("AB12", &Code::imported("ab12").unwrap()));
}

#[test]
fn what_can_be_no_code_is_refused() {
    for text in ["", "   ", "a\nb", "\0"] {
        assert!(EnteredCode::parse(text).is_err(), "{text:?}");
    }
    assert!(EnteredCode::parse(&"x".repeat(101)).is_err());
    assert!(!read("SUMMER").is_mistyped());
}

proptest! {
    #[test]
    fn case_spaces_hyphens_and_look_alikes_are_forgiven(
        random in any::<[u8; 16]>(),
        slips in prop::collection::vec(any::<prop::sample::Index>(), 15),
        joint in "[ \u{2013}-]{0,2}",
    ) {
        let code = Code::generate(random);
        let sloppy: String = code.key().bytes().zip(slips).map(|(symbol, slip)| {
            let alike = LOOK_ALIKES.iter().filter(|(_, meant)| *meant == symbol);
            let mut ways: Vec<char> = alike.map(|(alike, _)| char::from(*alike)).collect();
            ways.push(char::from(symbol));
            ways.extend(ways.clone().iter().map(char::to_ascii_lowercase));
            format!("{}{joint}", slip.get(&ways))
        }).collect();
        prop_assert!(is(&sloppy, &code), "{}", sloppy);
        prop_assert!(!read(&sloppy).is_mistyped());
    }

    /// Tries every other symbol at every place, and every swap of two symbols.
    #[test]
    fn every_single_slip_is_noticed(random in any::<[u8; 16]>()) {
        let code = Code::generate(random);
        let symbols = code.key().as_bytes();
        for place in 0..LENGTH {
            for other in ALPHABET.iter().filter(|other| **other != symbols[place]) {
                let mut wrong = symbols.to_vec();
                wrong[place] = *other;
                prop_assert!(read(std::str::from_utf8(&wrong).unwrap()).is_mistyped());
            }
            for other in place + 1..LENGTH {
                let mut wrong = symbols.to_vec();
                wrong.swap(place, other);
                let wrong = read(std::str::from_utf8(&wrong).unwrap());
                prop_assert_eq!(wrong.is_mistyped(), symbols[place] != symbols[other]);
            }
        }
    }

    #[test]
    fn nothing_that_is_typed_breaks_the_reading(text in any::<String>()) {
        if let Ok(entered) = EnteredCode::parse(&text) {
            prop_assert!(!entered.keys().is_empty());
        }
        let _ = Code::imported(&text);
    }

    #[test]
    fn other_bits_make_another_code(a in 0..1_u128 << 68, b in 0..1_u128 << 68) {
        let of = |n: u128| Code::generate(n.to_be_bytes());
        prop_assert_eq!(a == b, of(a) == of(b));
    }
}

#[test]
fn every_symbol_is_drawn_at_every_place_about_as_often() {
    // A fixed sequence of pseudo-random bits.
    let mut state = 1_u64;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33).to_be_bytes()[4..].try_into().unwrap()
    };
    let mut counts = [[0_u32; 29]; DRAWN];
    for _ in 0..29_000 {
        let parts: [[u8; 4]; 4] = [next(), next(), next(), next()];
        let code = Code::generate(parts.concat().try_into().unwrap());
        for (place, symbol) in code.key().bytes().take(DRAWN).enumerate() {
            let digit = ALPHABET.iter().position(|known| *known == symbol).unwrap();
            counts[place][digit] += 1;
        }
    }
    for place in counts {
        assert!(place.iter().all(|n| (800..1_200).contains(n)), "{place:?}");
    }
}
