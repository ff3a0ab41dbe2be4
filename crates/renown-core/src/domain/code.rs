//! Codes: what a member shows at a till to get the unit of a claim. Either made
//! here, to be read aloud and typed, or made by a partner, and then any text.

use std::fmt;

use super::Invalid;
use super::names::names;

/// The symbols of codes that are made here: no two that people take for each
/// other by eye, but for 6 and G. Their number is a prime, which the check needs.
const ALPHABET: &[u8; BASE as usize] = b"0123456789ACDEFGHJKMNPQRTVWXY";
const BASE: u32 = 29;
/// What people type who take a symbol for another one that is not among ours.
const LOOK_ALIKES: [(u8, u8); 8] = [
    (b'O', b'0'),
    (b'I', b'1'),
    (b'L', b'1'),
    (b'Z', b'2'),
    (b'S', b'5'),
    (b'B', b'8'),
    (b'U', b'V'),
    (b'|', b'1'),
];
/// Symbols that are drawn: 68 bits.
const DRAWN: usize = 14;
/// All symbols, the one that checks the others being the last.
const LENGTH: usize = DRAWN + 1;
/// Symbols that are shown together.
const GROUP: usize = 5;
/// The shortest and the longest code of a partner, in characters.
const IMPORTED: (usize, usize) = (4, 100);

/// Where a code comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeSource {
    /// It was made here.
    Generated,
    /// A partner made it.
    Imported,
}

names! {
    CodeSource, "the source of a code":
    Generated = "generated",
    Imported = "imported",
}

/// How many codes of a perk are in which state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CodeCounts {
    /// A claim can still take them.
    pub free: u64,
    /// Of claims that are held or confirmed.
    pub assigned: u64,
    /// Of claims that were redeemed.
    pub redeemed: u64,
    /// Of claims that were given back: nobody can use them.
    pub void: u64,
}

/// A code. Whoever knows it can redeem it, so that it is not shown in logs.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Code {
    text: Box<str>,
    is_generated: bool,
}

impl Code {
    /// Makes a code of random bits.
    pub fn generate(random: [u8; 16]) -> Self {
        let mut number = u128::from_be_bytes(random);
        let mut digits = [0; LENGTH];
        for digit in &mut digits[..DRAWN] {
            // There are 60 bits more than are drawn: no symbol is favoured.
            *digit = (number % u128::from(BASE)) as u32;
            number /= u128::from(BASE);
        }
        digits[DRAWN] = (BASE - weighted(&digits) % BASE) % BASE;
        let symbol = |digit: &u32| char::from(ALPHABET[*digit as usize]);
        Self {
            text: digits.iter().map(symbol).collect::<String>().into(),
            is_generated: true,
        }
    }

    /// Checks a code that a partner made. Its white space at the ends is no
    /// part of it; its case is.
    ///
    /// # Errors
    /// If it has fewer than 4 or more than 100 characters, or one that cannot
    /// be seen.
    pub fn imported(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        let (least, most) = IMPORTED;
        if !(least..=most).contains(&text.chars().count()) || !text.chars().all(is_visible) {
            return Err(Invalid::new(format_args!(
                "a code has {least} to {most} characters that can be seen, and no white space"
            )));
        }
        Ok(Self {
            text: text.into(),
            is_generated: false,
        })
    }

    /// A code as it is stored.
    pub fn stored(source: CodeSource, text: String) -> Self {
        Self {
            text: text.into(),
            is_generated: source == CodeSource::Generated,
        }
    }

    /// The text by which it is stored and found.
    pub fn key(&self) -> &str {
        &self.text
    }

    /// Where it comes from.
    pub fn source(&self) -> CodeSource {
        match self.is_generated {
            true => CodeSource::Generated,
            false => CodeSource::Imported,
        }
    }
}

/// As people read it: `K7QM2-RT4XW-9AECD`.
impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, symbol) in self.text.char_indices() {
            if self.is_generated && place > 0 && place % GROUP == 0 {
                f.write_str("-")?;
            }
            write!(f, "{symbol}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

/// What somebody typed, or a scanner read, as a code.
#[derive(Clone, PartialEq, Eq)]
pub struct EnteredCode {
    exact: String,
    symbols: Option<String>,
}

impl EnteredCode {
    /// Reads it. Case, white space, hyphens and look-alikes are forgiven where it
    /// may be one of ours.
    ///
    /// # Errors
    /// If it can be no code at all: empty, longer than any, or with a control
    /// character.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        let length = text.chars().count();
        if length == 0 || length > IMPORTED.1 || text.chars().any(char::is_control) {
            return Err(Invalid::new(format_args!(
                "a code is a text of 1 to {} characters without control characters",
                IMPORTED.1
            )));
        }
        Ok(Self {
            exact: text.to_owned(),
            symbols: symbols(text),
        })
    }

    /// Whether it looks like a code that was made here and is none: a symbol of
    /// it is wrong, or two have changed places.
    pub fn is_mistyped(&self) -> bool {
        let symbols = self.symbols.as_deref();
        symbols.is_some_and(|symbols| !fits(symbols.as_bytes()))
    }

    /// The keys under which it may be stored, as a code of a partner and as one
    /// of ours.
    pub fn keys(&self) -> Vec<String> {
        let ours = self.symbols.clone().filter(|_| !self.is_mistyped());
        let mut keys = vec![self.exact.clone()];
        keys.extend(ours.filter(|ours| *ours != self.exact));
        keys
    }
}

impl fmt::Debug for EnteredCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EnteredCode(…)")
    }
}

/// The symbols of a text, if it is as long as a code that was made here.
fn symbols(text: &str) -> Option<String> {
    let told = text.chars().filter(|c| !c.is_whitespace() && !is_dash(*c));
    let symbols: Option<String> = told.map(symbol).collect();
    symbols.filter(|symbols| symbols.len() == LENGTH)
}

fn symbol(typed: char) -> Option<char> {
    let typed = u8::try_from(typed.to_ascii_uppercase()).ok()?;
    let alike = LOOK_ALIKES.iter().find(|(alike, _)| *alike == typed);
    let meant = alike.map_or(typed, |(_, meant)| *meant);
    ALPHABET.contains(&meant).then_some(char::from(meant))
}

/// Word processors make long ones of them.
fn is_dash(c: char) -> bool {
    c == '-' || ('\u{2010}'..='\u{2015}').contains(&c) || c == '\u{2212}'
}

fn is_visible(c: char) -> bool {
    // Zero-width and directional marks are no white space and cannot be seen.
    let marks = '\u{200b}'..='\u{200f}';
    let hidden = marks.contains(&c) || ('\u{202a}'..='\u{202e}').contains(&c);
    !c.is_whitespace() && !c.is_control() && !hidden && c != '\u{2060}' && c != '\u{feff}'
}

/// Whether the last symbol is the one that the others ask for.
fn fits(symbols: &[u8]) -> bool {
    let digit = |symbol| ALPHABET.iter().position(|known| known == symbol);
    let digits: Option<Vec<u32>> = symbols.iter().map(|s| Some(digit(s)? as u32)).collect();
    digits.is_some_and(|digits| weighted(&digits).is_multiple_of(BASE))
}

/// The sum of all digits, each times its place from the end, as in an ISBN-10.
/// Places differ and are below a prime, so that one other symbol, or any two
/// that have changed places, make another remainder.
fn weighted(digits: &[u32]) -> u32 {
    let places = (1..=digits.len() as u32).rev();
    digits.iter().zip(places).map(|(d, place)| d * place).sum()
}

#[cfg(test)]
mod tests;
