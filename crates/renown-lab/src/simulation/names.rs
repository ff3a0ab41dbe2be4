//! Invented names: common first names, with surnames and handles made of
//! syllables. No real person is meant.

use super::dice::Dice;

const FIRST: [&str; 96] = [
    "Ada", "Aiko", "Alba", "Amir", "Anders", "Anna", "Arjun", "Asha", "Bela", "Ben", "Bruno",
    "Cara", "Chen", "Clara", "Dario", "Diana", "Dmitri", "Edda", "Elif", "Ella", "Emil", "Esra",
    "Eva", "Fadi", "Felix", "Finn", "Flora", "Gina", "Goran", "Greta", "Hana", "Hugo", "Ida",
    "Igor", "Ines", "Ivan", "Ivy", "Jada", "Jan", "Jonas", "Jorge", "Jude", "Juno", "Kai", "Kim",
    "Kofi", "Lara", "Lars", "Leila", "Leo", "Lin", "Lola", "Luca", "Lucy", "Malik", "Mara",
    "Marek", "Mateo", "Maya", "Mei", "Milo", "Mina", "Nadia", "Nico", "Nils", "Noa", "Olga",
    "Omar", "Oskar", "Pablo", "Petra", "Pia", "Quinn", "Rafa", "Rania", "Remy", "Rita", "Ruben",
    "Sami", "Sara", "Sven", "Tara", "Theo", "Tilda", "Tom", "Uma", "Vera", "Viktor", "Wanda",
    "Wim", "Xena", "Yara", "Yusuf", "Zain", "Zita", "Zora",
];

const ONSET: [&str; 24] = [
    "Bel", "Bram", "Cor", "Dun", "Elm", "Fen", "Gar", "Hal", "Isk", "Jor", "Kel", "Lar", "Mor",
    "Nim", "Ost", "Pell", "Quor", "Ras", "Sel", "Tam", "Ulv", "Vor", "Wen", "Zan",
];

const ENDING: [&str; 20] = [
    "ado", "andra", "bek", "by", "dale", "eno", "field", "grove", "ick", "ila", "ling", "mond",
    "nova", "osi", "quist", "row", "sund", "tova", "vane", "yama",
];

/// A first name and a surname.
#[derive(Debug)]
pub(super) struct Name {
    first: &'static str,
    last: String,
}

impl Name {
    pub(super) fn draw(dice: &mut Dice) -> Self {
        let mut one = |words: &[&'static str]| dice.pick(words).copied().unwrap_or("Kim");
        Self {
            first: one(&FIRST),
            last: format!("{}{}", one(&ONSET), one(&ENDING)),
        }
    }

    /// Returns the first name and the surname.
    pub(super) fn full(&self) -> String {
        format!("{} {}", self.first, self.last)
    }

    /// Returns a unique handle, because it ends in the person's number.
    pub(super) fn handle(&self, number: usize) -> String {
        format!("{}_{}{number}", self.first, self.last).to_lowercase()
    }
}
