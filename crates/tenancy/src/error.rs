//! The errors of an account and of one record.

use std::error::Error as StdError;
use std::fmt;

use crate::Report;
use crate::advice::general_advice;
use crate::engine::fingerprint;

/// The kind of an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The configuration is wrong; no request was sent.
    ///
    /// *Troubleshooting:* the message names the setting and what to do.
    Configuration,
    /// A call to the provider failed; [`Error::call`] has the details.
    ///
    /// *Troubleshooting:* see [`client_runtime::ErrorKind`] for the kind of the call's failure.
    Call,
    /// The provider refused the request in a response with a success status.
    ///
    /// *Troubleshooting:* the message has the provider's words; usually the account lacks a right.
    Refused,
    /// The provider's list makes no progress: a cursor repeats, pages have nothing new, or the list does not end.
    ///
    /// *Troubleshooting:* the fault is the provider's. Run it again; if it persists, report it to the provider with the request.
    NoProgress,
    /// The provider's list contradicts what the provider states about it, so the list may be incomplete.
    ///
    /// *Troubleshooting:* tenants may have been created or deleted while the list was read: run it again at a quieter
    /// hour.
    Inconsistent,
}

/// A failure that ends the listing of an account, or prevents it.
#[derive(Debug)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    advice: Option<String>,
    call: Option<Box<client_runtime::Error>>,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            advice: None,
            call: None,
        }
    }

    /// Creates the error of an invalid setting.
    #[must_use]
    pub fn configuration(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Configuration, message)
    }

    /// Creates the error of a failed call, with this advice or else general advice.
    #[must_use]
    pub fn from_call(call: client_runtime::Error, advice: Option<&str>) -> Self {
        let kind = match call.kind() {
            client_runtime::ErrorKind::Configuration => ErrorKind::Configuration,
            _ => ErrorKind::Call,
        };
        let advice = advice
            .map(str::to_owned)
            .or_else(|| general_advice(&call).map(str::to_owned));
        Self {
            kind,
            message: call.to_string(),
            advice,
            call: Some(Box::new(call)),
        }
    }

    /// Creates the error of a refusal that arrived with a success status.
    #[must_use]
    pub fn refused(message: impl Into<String>, advice: Option<&str>) -> Self {
        Self {
            advice: advice.map(str::to_owned),
            ..Self::new(ErrorKind::Refused, message)
        }
    }

    pub(crate) fn advise(mut self, advice: &str) -> Self {
        self.advice = Some(advice.to_owned());
        self
    }

    /// Returns the kind of failure.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Returns what to do about the failure, in one sentence.
    #[must_use]
    pub fn advice(&self) -> Option<&str> {
        self.advice.as_deref()
    }

    /// Returns the failed call, if any: status, and the provider's code, message and request id.
    #[must_use]
    pub fn call(&self) -> Option<&client_runtime::Error> {
        self.call.as_deref()
    }
}

impl From<client_runtime::Error> for Error {
    fn from(call: client_runtime::Error) -> Self {
        Self::from_call(call, None)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        // The message already is the call's, so the chain continues with the call's source.
        self.call.as_ref().and_then(|call| call.source())
    }
}

/// The end of a [`Listing`](crate::Listing) from which tenants are missing. All that could be listed was yielded before.
#[derive(Debug)]
#[non_exhaustive]
pub struct Incomplete {
    /// The report of the listing, which says for each account what is missing. It has no checkpoints:
    /// [`Listing::report`](crate::Listing::report) has them.
    pub report: Report,
    /// Each error of the listing, except those that [`Listing::take_errors`](crate::Listing::take_errors) returned.
    pub errors: Vec<ListingError>,
}

/// Names the first three accounts that are not complete.
impl fmt::Display for Incomplete {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sources = self.report.sources.iter();
        let mut incomplete = sources.filter(|source| !source.complete);
        f.write_str("the list is not complete: ")?;
        for (position, source) in incomplete.by_ref().take(3).enumerate() {
            let separator = if position == 0 { "" } else { "; " };
            let reason = source.error.as_deref().unwrap_or_default();
            write!(
                f,
                "{separator}{} ({}): {reason}",
                source.account, source.provider
            )?;
        }
        match incomplete.count() {
            0 => Ok(()),
            more => write!(f, "; and {more} more accounts"),
        }
    }
}

impl StdError for Incomplete {}

/// Something that is missing from a listing, and why. The listing continues after it.
#[derive(Debug)]
#[non_exhaustive]
pub struct ListingError {
    /// The provider.
    pub provider: String,
    /// The account.
    pub account: String,
    /// What is missing.
    pub kind: ListingErrorKind,
}

/// What is missing from a listing.
#[derive(Debug)]
#[non_exhaustive]
pub enum ListingErrorKind {
    /// One record, which could not be mapped. The others of its page are listed. Only the first thousand such records of an
    /// account are reported as errors; [`SourceReport::quarantined`](crate::SourceReport::quarantined) counts all.
    Record(QuarantinedRecord),
    /// The rest of the account's list. The other accounts are listed.
    Account(Error),
}

impl fmt::Display for ListingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): ", self.account, self.provider)?;
        match &self.kind {
            ListingErrorKind::Record(record) => record.fmt(f),
            ListingErrorKind::Account(error) => {
                error.fmt(f)?;
                error
                    .advice()
                    .map_or(Ok(()), |advice| write!(f, "; {advice}"))
            }
        }
    }
}

impl StdError for ListingError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.kind {
            ListingErrorKind::Record(_) => None,
            ListingErrorKind::Account(error) => error.source(),
        }
    }
}

/// A record that could not be mapped to a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct QuarantinedRecord {
    /// The record's position in the account's list, from 0 in the order received.
    pub position: u64,
    /// The faulty place in the record: a JSON pointer; empty for the record itself.
    pub path: String,
    /// The fault in that place.
    pub reason: String,
    /// The provider's record, with secrets redacted, truncated to 4 KiB.
    pub record: String,
    /// A fingerprint that distinguishes it from other unreadable records.
    pub(crate) identity: u128,
}

/// The most of a quarantined record that is kept, in bytes.
const LONGEST_RECORD: usize = 4096;

impl QuarantinedRecord {
    /// Creates a record that could not be mapped. The engine fills in its position.
    #[must_use]
    pub fn new(path: impl Into<String>, reason: impl Into<String>, record: &crate::Raw) -> Self {
        let mut end = record.get().len().min(LONGEST_RECORD);
        while !record.get().is_char_boundary(end) {
            end -= 1;
        }
        Self {
            position: 0,
            path: path.into(),
            reason: reason.into(),
            record: record.get()[..end].to_owned(),
            identity: fingerprint(record.get()),
        }
    }

    /// Takes the fingerprint from this text, which the provider sent for the record.
    pub(crate) fn sent_as(self, text: &str) -> Self {
        Self {
            identity: fingerprint(text),
            ..self
        }
    }

    /// Creates a record that was not read.
    pub(crate) fn unread(reason: impl Into<String>, record: String) -> Self {
        Self {
            position: 0,
            path: String::new(),
            reason: reason.into(),
            identity: fingerprint(&record),
            record,
        }
    }
}

impl fmt::Display for QuarantinedRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "record {} cannot be read", self.position)?;
        if !self.path.is_empty() {
            write!(f, " at {}", self.path)?;
        }
        write!(f, ": {}", self.reason)
    }
}
