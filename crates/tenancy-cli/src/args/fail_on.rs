//! What else than missing tenants makes a list fail.

use clap::ValueEnum;

/// What a list can be that is not all it could be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// The provider sent data that its document does not declare
    Drift,
    /// The certainty of an account's list is `assumed`
    Assumed,
    /// Tenants lack fields whose values did not fit the document
    LeftOut,
    /// The certainty of an account's list is `unproved`
    Unproved,
}
