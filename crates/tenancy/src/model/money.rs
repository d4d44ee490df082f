//! An amount of money.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Decimal;

/// An amount of money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Money {
    /// The amount, with every digit sent.
    pub amount: Decimal,
    /// The currency as the provider writes it: a symbol such as `$` is not turned into an ISO code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
}

impl Money {
    /// Creates an amount in a currency, as sent.
    #[must_use]
    pub fn new(amount: impl Into<Decimal>, currency: Option<String>) -> Self {
        Self {
            amount: amount.into(),
            currency,
        }
    }
}
