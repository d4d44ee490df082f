//! Reads the body of a list without any network.

use record_stream::NotJson;

use super::decoder::Decoder;
use super::mapping::Mapping;
use super::reader::{NotAList, Reader};
use crate::Error;
use crate::provider::Page;
use crate::records::Entry;

/// Reads the body of a provider's list into tenants, in pieces, without any network: a body that was saved, or that
/// arrives by other means. A [`Listing`](crate::Listing) reads bodies with the same code.
///
/// A [`Descriptor`](super::Descriptor) makes one. It reads one body and drops no duplicates: for those there is
/// [`Identities`](crate::Identities).
pub struct Normaliser(Box<dyn Body>);

/// A reader of some provider's bodies.
trait Body: Send {
    fn push(&mut self, bytes: &[u8]) -> Result<Vec<Entry>, NotJson>;
    fn finish(&mut self) -> Result<Page, Error>;
}

impl Normaliser {
    /// Creates a normaliser for the account of this name. With `raw`, each tenant carries its record as sent.
    #[must_use]
    pub fn new<M: Mapping>(account: &str, raw: bool) -> Self {
        Self(Box::new(Reader::new(Decoder::new(
            M::default(),
            account,
            raw,
        ))))
    }

    /// Takes the bytes that come next and returns the records that are complete, in order.
    ///
    /// # Errors
    /// The body is not JSON.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<Entry>, Error> {
        self.0.push(bytes).map_err(not_json)
    }

    /// Ends the body and returns its page, with the records that waited for the end.
    ///
    /// # Errors
    /// The body is not JSON, is incomplete, is not a list, or is a refusal.
    pub fn finish(mut self) -> Result<Page, Error> {
        self.0.finish()
    }
}

impl<M: Mapping> Body for Reader<M> {
    fn push(&mut self, bytes: &[u8]) -> Result<Vec<Entry>, NotJson> {
        Reader::push(self, bytes)
    }

    fn finish(&mut self) -> Result<Page, Error> {
        let (records, envelope) = self.end().map_err(not_json)?;
        let page = self.page(&envelope).map_err(|fault| match fault {
            NotAList::Refused(refusal) => {
                let message = format!("the document is a refusal: {:?}", refusal.reason);
                Error::refused(message, refusal.advice)
            }
            NotAList::Undeclared(reason) => {
                let message = format!("the document does not have the declared shape: {reason}");
                Error::refused(message, None)
            }
        })?;
        Ok(Page { records, ..page })
    }
}

fn not_json(NotJson: NotJson) -> Error {
    Error::refused("the body is not a complete JSON document", None)
}
