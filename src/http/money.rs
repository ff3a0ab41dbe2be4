//! Amounts of money in answers.

use rust_decimal::Decimal;
use serde::Serialize;
use utoipa::ToSchema;

use renown_core::domain::Money;

/// An amount of money in one currency.
#[derive(Debug, Serialize, ToSchema)]
pub struct MoneyBody {
    /// The amount, a decimal as a string.
    #[schema(value_type = String)]
    amount: Decimal,
    /// The currency, ISO 4217.
    currency: String,
}

impl From<&Money> for MoneyBody {
    fn from(money: &Money) -> Self {
        Self {
            amount: money.amount(),
            currency: money.currency().to_string(),
        }
    }
}
