//! A recorded change of a tenant.

use jiff::Timestamp;
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use crate::Identity;
use crate::field_change::FieldChange;
use crate::store::time;

/// What a run changed in one tenant.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Change {
    /// The change's number in the history, which it keeps. Later changes of a tenant have greater numbers.
    pub number: i64,
    /// The number of the run that recorded it.
    pub run: i64,
    /// When it was recorded.
    pub at: Timestamp,
    /// The tenant.
    pub identity: Identity,
    /// What happened.
    pub kind: ChangeKind,
    /// The fields that changed; empty unless the tenant has changed.
    pub fields: Vec<FieldChange>,
    /// The tenant as it was recorded then, or as it was last if it is gone.
    pub tenant: Json,
}

/// What happened to a tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ChangeKind {
    /// It was listed for the first time.
    Created,
    /// Fields of it changed. They may change while it is gone: it is then also back.
    Changed,
    /// It no longer exists.
    Gone,
    /// It was gone, and exists again.
    Back,
}

impl ChangeKind {
    pub(crate) fn parse(kind: &str) -> Option<Self> {
        Some(match kind {
            "created" => Self::Created,
            "changed" => Self::Changed,
            "gone" => Self::Gone,
            "back" => Self::Back,
            _ => return None,
        })
    }

    /// Returns the kind as one word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Changed => "changed",
            Self::Gone => "gone",
            Self::Back => "back",
        }
    }
}

impl Change {
    /// Returns the change's ID, which no other change has, and which it keeps when its account is renamed. It begins with the number.
    /// The rest tells it from the change of this number in another database, or in this one after a backup was restored.
    #[must_use]
    pub fn id(&self) -> String {
        let Identity { account, id } = &self.identity;
        let digest = Sha256::new()
            .chain_update(format!("{} {} ", time(self.at), account.provider))
            .chain_update(id)
            .finalize();
        let mut text = format!("{}-", self.number);
        for byte in &digest[..8] {
            text.push_str(&format!("{byte:02x}"));
        }
        text
    }
}
