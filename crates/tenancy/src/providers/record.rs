//! What every provider's mapping has in common: from a record off the wire to a tenant or a fault.

use std::fmt::Display;
use std::sync::Arc;

use client_runtime::{Decoded, Timestamp, Transport};
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::nulls::NotNull;
use crate::body::{Context, Mapping};
use crate::provider::Page;
use crate::records::{Entry, Mapped};
use crate::{Error, Moment, Raw, RecordFault, Tenant};
use client_runtime::OmittedField;
use record_stream::{Envelope, Field};

/// What a provider's list means, record by record: all of a [`Mapping`] that differs from provider to provider.
pub(super) trait List: Send + Sync + 'static {
    /// A record as it is sent.
    type Record: DeserializeOwned;

    /// The member of the document that is the array of records.
    const RECORDS: &'static str;

    /// What all records have in common.
    fn common(&self) -> &Common;

    /// What the records need to know of what stands around them, which is nothing for most.
    fn context(&self, _before: &Envelope) -> Option<Context> {
        Some(Context::default())
    }

    /// Whether the record lacks a property that may be absent and is never null by the provider's document: then it may have
    /// been sent as null, which is drift.
    fn lacks_not_null(_sent: &Self::Record) -> bool {
        true
    }

    /// Makes a tenant of a record.
    fn tenant(
        &self,
        sent: Self::Record,
        context: &Context,
        notes: &mut Notes,
    ) -> Result<Box<Tenant>, NoTenant>;

    /// What the document says beside its records.
    fn page(&self, envelope: &Envelope) -> Result<Page, Error>;
}

impl<L: List> Mapping for L {
    fn records(&self) -> &'static str {
        L::RECORDS
    }

    fn context(&self, before: &Envelope) -> Option<Context> {
        List::context(self, before)
    }

    fn record(&self, text: &str, context: &Context) -> Entry {
        map(self, Decoded::read(text), text, context)
    }

    fn page(&self, envelope: &Envelope) -> Result<Page, Error> {
        List::page(self, envelope)
    }
}

/// Collects, while one record is mapped, what its tenant comes without, and what the provider's document does not know.
pub(super) struct Notes {
    left_out: Vec<OmittedField>,
    unknown_values: Vec<String>,
}

impl Notes {
    pub(super) fn leave_out(&mut self, path: impl Into<String>, reason: impl Into<String>) {
        self.left_out.push(OmittedField::new(path, reason));
    }

    /// A word is none of those that the provider's document lists.
    pub(super) fn unknown_value(&mut self, path: impl Into<String>) {
        self.unknown_values.push(path.into());
    }

    /// A time as sent, read; what cannot be read is left out.
    pub(super) fn moment(
        &mut self,
        path: impl Display,
        sent: Option<&Timestamp>,
    ) -> Option<Moment> {
        let sent = sent?;
        let read = Moment::read(sent.as_str());
        if read.is_none() {
            self.leave_out(path.to_string(), "neither a time nor a date");
        }
        read
    }
}

/// Why a record that was decoded is no tenant all the same.
pub(super) struct NoTenant {
    pub(super) path: &'static str,
    pub(super) reason: &'static str,
}

/// An identity, which is not empty.
pub(super) fn identity(path: &'static str, id: String) -> Result<String, NoTenant> {
    if id.chars().all(char::is_whitespace) {
        return Err(NoTenant {
            path,
            reason: "is empty, and it is what identifies the tenant",
        });
    }
    Ok(id)
}

/// What all records of a list have in common.
pub(super) struct Common {
    /// The account's name.
    pub(super) account: Arc<str>,
    /// Whether each tenant carries the record as it was sent.
    raw: bool,
    /// The names of the properties whose values are secrets.
    secrets: &'static [&'static str],
    not_null: NotNull,
}

impl Common {
    /// `secrets` and `not_null` are the provider's client's `SECRET_PROPERTIES` and `NOT_NULL_PROPERTIES`.
    pub(super) fn new(
        account: &str,
        raw: bool,
        secrets: &'static [&'static str],
        not_null: &'static [&'static str],
    ) -> Self {
        Self {
            account: account.into(),
            raw,
            secrets,
            not_null: NotNull::new(not_null),
        }
    }

    fn quarantined(&self, text: &str, path: &str, reason: &str) -> Box<RecordFault> {
        let fault = match self.redacted(text) {
            Some(record) => RecordFault::new(path, reason, &record),
            // Where the members cannot be told apart, neither can the secrets.
            None => RecordFault::unread(reason, format!("<{} bytes, not shown>", text.len())),
        };
        Box::new(fault.sent_as(text))
    }

    fn redacted(&self, text: &str) -> Option<Raw> {
        let record: &RawValue = serde_json::from_str(text).ok()?;
        Some(Raw::redacted(record, self.secrets))
    }
}

/// Maps one record of a page.
fn map<L: List>(list: &L, decoded: Decoded<L::Record>, text: &str, context: &Context) -> Entry {
    let common = list.common();
    let sent = match decoded.value {
        Ok(sent) => sent,
        Err(error) => return Err(common.quarantined(text, &error.path, &error.reason)),
    };
    let left_out = decoded
        .omitted
        .iter()
        .map(|field| OmittedField::new(&field.path, &field.reason))
        .collect();
    let mut notes = Notes {
        left_out,
        unknown_values: Vec::new(),
    };
    let undeclared_nulls = match L::lacks_not_null(&sent) {
        true => common.not_null.violated(text),
        false => Vec::new(),
    };
    let mut tenant = list
        .tenant(sent, context, &mut notes)
        .map_err(|fault| common.quarantined(text, fault.path, fault.reason))?;
    if common.raw {
        tenant.raw = common.redacted(text);
    }
    Ok(Mapped {
        unknown_fields: decoded.unknown,
        unknown_values: notes.unknown_values,
        undeclared_nulls,
        ..Mapped::new(tenant, notes.left_out)
    })
}

/// The document has no list in it: the error, with the provider's own words where a transport can make them safe to show.
pub(super) fn no_list(
    transport: Option<&Transport>,
    operation: &str,
    reason: &str,
    envelope: &Envelope,
) -> Error {
    match transport {
        Some(transport) => {
            let call = transport.undeclared(operation, reason, envelope.text().as_bytes());
            Error::from_call(call, None)
        }
        None => Error::refused(format!("the document has no list: {reason}"), None),
    }
}

/// What stands around the records and is not declared in the type of the page.
pub(super) fn undeclared<T: DeserializeOwned>(envelope: &Envelope) -> Vec<String> {
    Decoded::<T>::read(envelope.text()).unknown
}

/// What stands around the records under this name. What is not as declared is left out of the page.
pub(super) fn declared<T: DeserializeOwned>(
    envelope: &Envelope,
    name: &str,
    page: &mut Page,
) -> Option<T> {
    let member = envelope.field(name);
    if let Field::Invalid(reason) = member {
        page.left_out
            .push(OmittedField::new(format!("/{name}"), reason));
    }
    member.value()
}
