//! A provider's own word for a tenant's status.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A provider's own word for a tenant's status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum StatusWord {
    /// A switch.
    Switch(bool),
    /// A word.
    Word(Cow<'static, str>),
}
