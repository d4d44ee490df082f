//! The limits that a provider sets for a tenant.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The limits that a provider sets a tenant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Limits {
    /// The number of simultaneous calls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concurrent_calls: Option<i64>,
    /// The rate limit, in the provider's own unit, which its documents may not name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_rate: Option<i64>,
}
