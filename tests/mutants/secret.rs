//! The secret that stands in every record whose provider sends one.

/// A sub-account's token.
pub(crate) const SECRET: &str = "t0ken-of-a-mutant-77aa";
