//! The errors of an account and of one record.

use std::error::Error as StdError;
use std::fmt;

use crate::advice::general_advice;
use crate::engine::fingerprint;

/// What kind of failure an [`Error`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Something was set up wrong; no request was sent.
    ///
    /// *Troubleshooting:* the message names the setting and what to do.
    Configuration,
    /// A call to the provider failed; [`Error::call`] has the details.
    ///
    /// *Troubleshooting:* see [`client_runtime::ErrorKind`] for the kind of the call's failure.
    Call,
    /// The provider answered with a success that says it is none.
    ///
    /// *Troubleshooting:* the message has the provider's words; usually the account lacks a right.
    Refused,
    /// The provider's list does not get on: a cursor that was there before, pages without anything new, no end.
    ///
    /// *Troubleshooting:* the provider is at fault. Run it again; if it stays, report it to them with the request.
    NoProgress,
    /// The provider's list does not agree with what the provider itself says about it, so it cannot be called whole.
    ///
    /// *Troubleshooting:* tenants may have been created or deleted while the list was read: run it again at a quieter
    /// time.
    Inconsistent,
}

/// A failure that ends the listing of an account, or keeps it from starting.
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

    /// A setting that is not valid.
    #[must_use]
    pub fn configuration(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Configuration, message)
    }

    /// A call that failed, and what to do about it.
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

    /// The provider refused in a body that came as a success.
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

    /// What kind of failure this is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// What to do about it, in one sentence.
    #[must_use]
    pub fn advice(&self) -> Option<&str> {
        self.advice.as_deref()
    }

    /// The call that failed, if it was one: status, the provider's code, message and request id.
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
    /// One record could not be made a tenant. The others of its page are listed. Only the first thousand such records of an
    /// account come as errors; [`SourceReport::quarantined`](crate::SourceReport::quarantined) counts all.
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

/// A record that could not be made a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct QuarantinedRecord {
    /// Which record of the account's list, from 0 in the order received.
    pub position: u64,
    /// Where in the record: a JSON pointer; empty for the record itself.
    pub path: String,
    /// What was wrong there.
    pub reason: String,
    /// The record as sent, secrets redacted, cut off after 4 KiB.
    pub record: String,
    /// What tells it from other records that cannot be read either.
    pub(crate) identity: u128,
}

/// How much of a quarantined record is kept, in bytes.
const LONGEST_RECORD: usize = 4096;

impl QuarantinedRecord {
    /// A record that could not be mapped. Its position is filled in by the engine.
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

    /// As it was sent, the record is this text.
    pub(crate) fn sent_as(self, text: &str) -> Self {
        Self {
            identity: fingerprint(text),
            ..self
        }
    }

    /// A record that was not looked at.
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
