//! The four states of a simulated tenant.

/// A tenant's state, as the server filters by it. Each provider has its own words or flags for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// In use.
    Active,
    /// Stopped for now.
    Suspended,
    /// Stopped for good.
    Archived,
    /// None of the three: a word or a combination of flags that no document explains.
    Other,
}
