//! The body of a list, without any network.

use std::sync::Arc;

use super::mapping::Mapping;
use super::reader::{Reader, page_of};
use crate::Error;
use crate::error::ErrorKind;
use crate::provider::Page;
use crate::records::Entry;
use record_stream::NotJson;

/// Reads the body of a provider's list into tenants, in pieces as they arrive, without any network: a body that was saved,
/// or comes another way. A [`Listing`](crate::Listing) reads bodies with the same code.
///
/// Each provider makes one: [`Vobiz::normaliser`](crate::providers::Vobiz::normaliser). It knows one body and drops no
/// duplicates: for that there are [`Identities`](crate::Identities).
pub struct Normaliser {
    mapping: Arc<dyn Mapping>,
    reader: Reader,
}

impl Normaliser {
    pub(crate) fn new(mapping: Arc<dyn Mapping>) -> Self {
        Self {
            reader: Reader::new(mapping.clone()),
            mapping,
        }
    }

    /// Takes the bytes that come next and returns the records that are complete, in order.
    ///
    /// # Errors
    /// The body is no JSON.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<Entry>, Error> {
        self.reader.push(bytes).map_err(not_json)
    }

    /// The body is at its end: gives what stands around the records, and in it the records that had to wait for that.
    ///
    /// # Errors
    /// The body is no JSON, not all of it is there, it is no list, or the provider's refusal.
    pub fn finish(mut self) -> Result<Page, Error> {
        let (records, envelope) = self.reader.end().map_err(not_json)?;
        let page = page_of(&envelope, &*self.mapping)?;
        Ok(Page { records, ..page })
    }
}

fn not_json(NotJson: NotJson) -> Error {
    Error::new(ErrorKind::Refused, "the body is no whole JSON document")
}
