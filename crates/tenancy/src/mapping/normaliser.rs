//! Reads the body of a list without a network.

use crate::page::Page;
use crate::{Error, Records};

/// Reads the body of a provider's list into tenants, in pieces, without any network: a body that was saved, or that
/// arrives by other means. A [`Listing`](crate::Listing) reads bodies with the same code.
///
/// A [`Descriptor`](super::Descriptor) makes one. It reads one body and drops no duplicates: for those there is
/// [`Identities`](crate::Identities).
pub struct Normaliser(pub(super) Box<dyn Body>);

/// A reader of some provider's bodies.
pub(super) trait Body: Send {
    fn push(&mut self, bytes: &[u8]) -> Result<Records, Error>;
    fn finish(&mut self) -> Result<Page, Error>;
    /// The properties that the mapping knows as secrets.
    #[cfg(test)]
    fn secrets(&self) -> &'static [&'static str];
}

impl Normaliser {
    /// Takes the bytes that come next and returns the records that are complete, in order.
    ///
    /// # Errors
    /// The body is not JSON.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Records, Error> {
        self.0.push(bytes)
    }

    /// Ends the body and returns its page, with the records that waited for the end.
    ///
    /// # Errors
    /// The body is not JSON, is incomplete, is not a list, or is a refusal.
    pub fn finish(mut self) -> Result<Page, Error> {
        self.0.finish()
    }

    #[cfg(test)]
    pub(crate) fn secrets(&self) -> &'static [&'static str] {
        self.0.secrets()
    }
}
