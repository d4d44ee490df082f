//! The four states in which a simulated tenant can be, and the words or flags that each provider has for them.

/// A tenant's state, as the server filters by it.
///
/// | | Layers `status` | Vobiz `enabled` | Vobiz `is_active` | OmniDim users' `is_active` |
/// |---|---|---|---|---|
/// | `Active` | `active` | true | true | true |
/// | `Suspended` | `suspended` | true | false | false |
/// | `Archived` | `archived` | false | false | false |
/// | `Other` | `pending_review`, a word no document knows | false | true | false |
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// In use.
    Active,
    /// Stopped for now.
    Suspended,
    /// Stopped for good.
    Archived,
    /// None of the three: see the table.
    Other,
}

impl Status {
    /// The word that Layers sends for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Archived => "archived",
            Self::Other => "pending_review",
        }
    }

    /// Vobiz' two booleans for it: `enabled` and `is_active`.
    pub fn flags(self) -> (bool, bool) {
        match self {
            Self::Active => (true, true),
            Self::Suspended => (true, false),
            Self::Archived => (false, false),
            Self::Other => (false, true),
        }
    }

    pub(crate) fn from_word(word: &str) -> Self {
        match word {
            "active" => Self::Active,
            "suspended" => Self::Suspended,
            "archived" => Self::Archived,
            _ => Self::Other,
        }
    }

    pub(crate) fn from_flags(enabled: bool, is_active: bool) -> Self {
        match (enabled, is_active) {
            (true, true) => Self::Active,
            (true, false) => Self::Suspended,
            (false, false) => Self::Archived,
            (false, true) => Self::Other,
        }
    }
}
