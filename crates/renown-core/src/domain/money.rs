//! Money: decimal amounts with a currency, never floats.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Invalid;
use super::invalid::text_newtype;

/// The largest amount that an event or perk can have.
const MAX_AMOUNT: i64 = 1_000_000_000_000;
/// The number of digits allowed after the point; more than any currency in use
/// needs.
const MAX_SCALE: u32 = 6;

/// An ISO 4217 code: three capital letters. Whether there is a rate for it depends
/// on the model.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency(Box<str>);

impl Currency {
    /// Upper-cases and checks the code.
    ///
    /// # Errors
    /// If it is not three ASCII letters.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if text.len() == 3 && text.bytes().all(|b| b.is_ascii_alphabetic()) {
            Ok(Self(text.to_ascii_uppercase().into()))
        } else {
            Err(Invalid::new(
                "currency must be a three-letter ISO 4217 code such as USD",
            ))
        }
    }
}
text_newtype!(Currency);

/// A non-negative amount of money. `amount` is a decimal number as a string,
/// `currency` a three-letter ISO 4217 code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Money {
    /// A decimal number as a text.
    #[schema(value_type = String)]
    amount: Decimal,
    /// Three letters of ISO 4217.
    #[schema(value_type = String)]
    currency: Currency,
}

impl Money {
    /// Checks the amount: 0 to 10¹², at most 6 digits after the point.
    ///
    /// # Errors
    /// If it is negative, too large or has too many digits.
    pub fn new(amount: Decimal, currency: Currency) -> Result<Self, Invalid> {
        if amount.is_sign_negative() && !amount.is_zero() {
            return Err(Invalid::new("an amount of money must not be negative"));
        }
        if amount > Decimal::from(MAX_AMOUNT) {
            return Err(Invalid::new(format_args!(
                "an amount of money must be at most {MAX_AMOUNT}"
            )));
        }
        let amount = amount.normalize();
        if amount.scale() > MAX_SCALE {
            return Err(Invalid::new(format_args!(
                "an amount of money must have at most {MAX_SCALE} digits after the point"
            )));
        }
        Ok(Self { amount, currency })
    }

    /// Returns the amount without trailing zeros.
    pub fn amount(&self) -> Decimal {
        self.amount
    }

    /// Returns the currency.
    pub fn currency(&self) -> &Currency {
        &self.currency
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount, self.currency)
    }
}

/// Reads an amount as program files write it: `120 USD`.
impl FromStr for Money {
    type Err = Invalid;
    fn from_str(text: &str) -> Result<Self, Invalid> {
        let explain = || Invalid::new("an amount of money is written as '120 USD'");
        let (amount, currency) = text.trim().split_once(' ').ok_or_else(explain)?;
        let amount = amount.parse().map_err(|_| explain())?;
        Money::new(amount, Currency::parse(currency.trim())?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_program_files_write() {
        let money: Money = "120.50 usd".parse().unwrap();
        assert_eq!(money.to_string(), "120.5 USD");
    }

    #[test]
    fn refuses_what_is_no_amount() {
        for text in [
            "120",
            "USD",
            "-1 USD",
            "1 DOLLAR",
            "1e400 USD",
            "0.0000001 USD",
        ] {
            assert!(text.parse::<Money>().is_err(), "{text}");
        }
    }
}
