//! Codes that a member shows to get the unit of a claim. A code is either generated
//! here, so that it can be read aloud and typed, or imported from a partner as any
//! text.

use std::fmt;

use super::Invalid;
use super::invisible::is_invisible;
use super::names::names;

/// The symbols of generated codes. No two of them look alike, except 6 and G. Their
/// number is a prime, which the check symbol needs.
const ALPHABET: &[u8; BASE as usize] = b"0123456789ACDEFGHJKMNPQRTVWXY";
const BASE: u32 = 29;
/// Characters that are typed by mistake, and the symbols that they stand for.
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
/// The number of random symbols: 68 bits.
const DRAWN: usize = 14;
/// The number of all symbols; the last one is the check symbol.
const LENGTH: usize = DRAWN + 1;
/// The number of symbols in a displayed group.
const GROUP: usize = 5;
/// The shortest and the longest imported code, in characters.
const IMPORTED: (usize, usize) = (4, 100);

/// The origin of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeSource {
    /// The code was generated here.
    Generated,
    /// The code was imported from a partner.
    Imported,
}

names! {
    CodeSource, "the source of a code":
    Generated = "generated",
    Imported = "imported",
}

/// The number of a perk's codes in each state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CodeCounts {
    /// Codes that no claim has used yet.
    pub free: u64,
    /// Codes of claims that are held or confirmed.
    pub assigned: u64,
    /// Codes of redeemed claims.
    pub redeemed: u64,
    /// Codes of claims that were released, expired or were cancelled; they cannot
    /// be used again.
    pub void: u64,
}

/// A code. Knowing it is enough to redeem it, so it never appears in logs.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Code {
    text: Box<str>,
    is_generated: bool,
}

impl Code {
    /// Generates a code from random bits.
    pub fn generate(random: [u8; 16]) -> Self {
        let mut number = u128::from_be_bytes(random);
        let mut digits = [0; LENGTH];
        for digit in &mut digits[..DRAWN] {
            // The bits beyond the drawn symbols (60) keep every symbol equally
            // likely.
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

    /// Checks an imported code. White space at its ends is removed; its case is
    /// kept.
    ///
    /// # Errors
    /// If it has fewer than 4 or more than 100 characters, or contains white space
    /// or an invisible character.
    pub fn imported(text: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        let (least, most) = IMPORTED;
        if !(least..=most).contains(&text.chars().count()) || text.chars().any(is_invisible) {
            return Err(Invalid::new(format_args!(
                "a code has {least} to {most} characters that can be seen, and no white space"
            )));
        }
        Ok(Self {
            text: text.into(),
            is_generated: false,
        })
    }

    /// Restores a code from the database, without checking it.
    pub fn stored(source: CodeSource, text: String) -> Self {
        Self {
            text: text.into(),
            is_generated: source == CodeSource::Generated,
        }
    }

    /// Returns the text under which the code is stored and found.
    pub fn key(&self) -> &str {
        &self.text
    }

    /// Returns the origin of the code.
    pub fn source(&self) -> CodeSource {
        match self.is_generated {
            true => CodeSource::Generated,
            false => CodeSource::Imported,
        }
    }
}

/// Displays generated codes in groups: `K7QM2-RT4XW-9AECD`.
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

/// A code as it was typed or scanned.
#[derive(Clone, PartialEq, Eq)]
pub struct EnteredCode {
    exact: String,
    symbols: Option<String>,
}

impl EnteredCode {
    /// Reads a typed code. If it may be a generated one, case, white space, hyphens
    /// and look-alike characters do not matter.
    ///
    /// # Errors
    /// If it is empty, longer than any code, or contains a control character.
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

    /// Returns whether it looks like a generated code but has a wrong check symbol:
    /// one symbol is wrong, or two are swapped.
    pub fn is_mistyped(&self) -> bool {
        let symbols = self.symbols.as_deref();
        symbols.is_some_and(|symbols| !fits(symbols.as_bytes()))
    }

    /// Returns the keys under which the code may be stored: as an imported code and
    /// as a generated one.
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

/// Returns the symbols of a text that is as long as a generated code.
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

/// Returns whether a character is a hyphen or dash; word processors replace hyphens
/// by dashes.
fn is_dash(c: char) -> bool {
    c == '-' || ('\u{2010}'..='\u{2015}').contains(&c) || c == '\u{2212}'
}

/// Returns whether the check symbol matches the others.
fn fits(symbols: &[u8]) -> bool {
    let digit = |symbol| ALPHABET.iter().position(|known| known == symbol);
    let digits: Option<Vec<u32>> = symbols.iter().map(|s| Some(digit(s)? as u32)).collect();
    digits.is_some_and(|digits| weighted(&digits).is_multiple_of(BASE))
}

/// Sums all digits, each times its place from the end, as in an ISBN-10. The places
/// differ and are smaller than a prime, so one wrong symbol, or any two swapped
/// symbols, change the remainder.
fn weighted(digits: &[u32]) -> u32 {
    let places = (1..=digits.len() as u32).rev();
    digits.iter().zip(places).map(|(d, place)| d * place).sum()
}

#[cfg(test)]
mod tests;
