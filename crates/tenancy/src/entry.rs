//! A mapped record: a tenant with what it omits, the parent, or a quarantined record.

use client_runtime::OmittedField;

use crate::{QuarantinedRecord, Tenant};

/// One record of a page: mapped, or the reason why it is not a tenant.
pub type Entry = Result<Mapped, Unlisted>;

/// Why a record is not a tenant.
#[derive(Debug)]
#[non_exhaustive]
pub enum Unlisted {
    /// The record is the parent account, with this identity, in the list of its children. It is dropped and counted.
    Parent(String),
    /// The record cannot be mapped. It is quarantined.
    Quarantined(Box<QuarantinedRecord>),
}

impl From<QuarantinedRecord> for Unlisted {
    fn from(record: QuarantinedRecord) -> Self {
        Self::Quarantined(Box::new(record))
    }
}

/// A mapped record.
#[derive(Debug)]
#[non_exhaustive]
pub struct Mapped {
    /// The tenant, boxed because it is moved several times.
    pub tenant: Box<Tenant>,
    /// The fields that the tenant omits because their values did not fit the provider's document.
    pub omitted: Vec<OmittedField>,
    /// The fields that the provider's document does not declare, as JSON pointers into the record.
    pub unknown_fields: Vec<String>,
    /// The fields whose value is a word that the provider's document does not list, as JSON pointers into the record.
    pub unknown_values: Vec<String>,
    /// The fields that are null although the provider's document does not allow it, as JSON pointers into the record.
    pub undeclared_nulls: Vec<String>,
}

impl Mapped {
    /// Creates a mapped record without drift.
    #[must_use]
    pub fn new(tenant: impl Into<Box<Tenant>>, omitted: Vec<OmittedField>) -> Self {
        Self {
            tenant: tenant.into(),
            omitted,
            unknown_fields: Vec::new(),
            unknown_values: Vec::new(),
            undeclared_nulls: Vec::new(),
        }
    }
}
