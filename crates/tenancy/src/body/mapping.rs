//! What the body of a provider's list means.

use std::sync::Arc;

use crate::provider::Page;
use crate::records::Entry;
use crate::{Error, RecordFault};
use record_stream::Envelope;

/// What a provider's list means: which member has the records, what a record is, and what stands around them.
pub(crate) trait Mapping: Send + Sync + 'static {
    /// The member of the document that is the array of records.
    fn records(&self) -> &'static str;

    /// What the records need to know of what stands around them. Nothing while that has not been sent: then records are
    /// held back, as far as that is affordable.
    fn context(&self, before: &Envelope) -> Option<Context>;

    /// Makes a tenant of a record.
    fn record(&self, text: &str, context: &Context) -> Entry;

    /// What the document says beside its records.
    ///
    /// # Errors
    /// It is no list, or the provider's refusal.
    fn page(&self, envelope: &Envelope) -> Result<Page, Error>;

    /// The record of this size was not held.
    fn too_large(&self, length: u64) -> Entry {
        Err(Box::new(RecordFault::unread(
            "is larger than 16 MiB",
            format!("<{length} bytes, not kept>"),
        )))
    }
}

/// What records need to know of what stands around them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Context {
    /// The parent's identity.
    pub(crate) parent: Option<Arc<str>>,
    /// Why the parent's identity is not known, where it may be sent later.
    pub(crate) parent_unknown: Option<&'static str>,
}

impl Context {
    /// The parent's identity is not known, for this reason.
    pub(crate) fn unknown(reason: &'static str) -> Self {
        Self {
            parent: None,
            parent_unknown: Some(reason),
        }
    }
}
