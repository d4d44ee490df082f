//! The identity of a parent that is sent beside the list.

use client_runtime::RawNumber;
use record_stream::{Decoded, Envelope, Field};
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

/// The identity of the parent, from the envelope. A [`Mapping::Context`](super::Mapping::Context).
#[derive(Debug, Default)]
pub enum ParentId {
    /// Not sent.
    #[default]
    Absent,
    /// Sent.
    Known(String),
    /// Perhaps sent, and not readable.
    Unknown {
        /// The identity's place, as a JSON pointer into the envelope.
        path: &'static str,
        /// Why it is unknown.
        reason: &'static str,
    },
}

impl ParentId {
    /// Reads an identity that is a whole number from the object in the envelope's first field of `path`, or returns `None`
    /// if that field has not arrived. `id` takes the identity from the object.
    pub fn read<T: DeserializeOwned>(
        envelope: &Envelope,
        path: &'static str,
        id: fn(T) -> Option<RawNumber>,
    ) -> Option<Self> {
        let name = path.split('/').nth(1).unwrap_or_default();
        let unknown = |reason| Self::Unknown { path, reason };
        let sent = match envelope.field::<Box<RawValue>>(name) {
            Field::Absent => return None,
            Field::Null => return Some(Self::Absent),
            Field::Invalid(reason) => return Some(unknown(reason)),
            Field::Value(sent) => Decoded::<T>::read(sent.get()),
        };
        let inner = path.get(1 + name.len()..).unwrap_or_default();
        let wrong = sent.omitted.iter().any(|field| field.path == inner);
        Some(match sent.value.map(id) {
            Ok(Some(id)) if !id.is_integer() => unknown("no whole number"),
            Ok(id) if !wrong => id.map_or(Self::Absent, |id| Self::Known(id.into())),
            _ => unknown("of another type"),
        })
    }

    /// The identity, if it is known.
    #[must_use]
    pub fn known(&self) -> Option<&str> {
        match self {
            Self::Known(id) => Some(id),
            Self::Absent | Self::Unknown { .. } => None,
        }
    }

    /// The identity of a parent for which the records cannot wait any longer.
    #[must_use]
    pub const fn late(path: &'static str) -> Self {
        let reason = "sent after more records than are held back";
        Self::Unknown { path, reason }
    }
}
