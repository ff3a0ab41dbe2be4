//! Money on the wire.

use rust_decimal::Decimal;
use serde::Serialize;
use utoipa::ToSchema;

use renown_core::domain::Money;

/// An amount of money.
#[derive(Debug, Serialize, ToSchema)]
pub struct MoneyBody {
    /// A decimal, as a string.
    #[schema(value_type = String)]
    amount: Decimal,
    /// ISO 4217.
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
