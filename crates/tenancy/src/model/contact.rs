//! How to reach a tenant.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How to reach a tenant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Contact {
    /// An email address, not validated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// A telephone number, not normalised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
}

impl Contact {
    /// Returns the contact, if there is an address or a number.
    #[must_use]
    pub fn new(email: Option<String>, phone: Option<String>) -> Option<Self> {
        (email.is_some() || phone.is_some()).then_some(Self { email, phone })
    }
}
