//! Reads the body of a list without a network.

use std::fmt;

use crate::page::Page;
use crate::{Error, Records};

/// Reads the body of a provider's list into tenants, in pieces, without any network: a body that was saved, or that
/// arrives by other means. A [`Listing`](crate::Listing) reads bodies with the same code.
///
/// A [`Descriptor`](super::Descriptor) makes one. It reads one body and drops no duplicates: for those there is
/// [`Identities`](crate::providers::Identities).
///
/// # Examples
/// ```
/// use tenancy::providers::vobiz;
///
/// let mut normaliser = (vobiz::DESCRIPTOR.normaliser)("agency-eu", false);
/// let body = br#"{"sub_accounts": [{"auth_id": "SA_1", "name": "Acme"}], "total": 1}"#;
/// let mut records = normaliser.push(body)?;
/// records.append(normaliser.finish()?.records);
/// for entry in records {
///     match entry {
///         Ok(mapped) => assert_eq!(mapped.tenant.id, "SA_1"),
///         Err(unlisted) => eprintln!("{unlisted:?}"),
///     }
/// }
/// # Ok::<(), tenancy::Error>(())
/// ```
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

impl fmt::Debug for Normaliser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Normaliser").finish_non_exhaustive()
    }
}
