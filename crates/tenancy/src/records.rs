//! What a provider's module makes of a record: a tenant with what was wrong in it, or a fault.

use client_runtime::OmittedField;

use crate::{RecordFault, Tenant};

/// One record of a page: mapped, or the reason why not.
pub type Entry = Result<Mapped, Box<RecordFault>>;

/// A mapped record.
#[derive(Debug)]
#[non_exhaustive]
pub struct Mapped {
    /// The tenant. It is handed on more than once, so it is held at a distance.
    pub tenant: Box<Tenant>,
    /// What the tenant comes without, because the record did not have it in the declared shape.
    pub left_out: Vec<OmittedField>,
    /// The fields that the provider's document does not know, as JSON pointers into the record.
    pub unknown_fields: Vec<String>,
    /// The fields whose value is a word that the provider's document does not know, as JSON pointers into the record.
    pub unknown_values: Vec<String>,
    /// The fields that are null and that the provider's document does not let be null, as JSON pointers into the record.
    pub undeclared_nulls: Vec<String>,
}

impl Mapped {
    /// A mapped record, all fields of which the provider's document knows.
    #[must_use]
    pub fn new(tenant: impl Into<Box<Tenant>>, left_out: Vec<OmittedField>) -> Self {
        Self {
            tenant: tenant.into(),
            left_out,
            unknown_fields: Vec::new(),
            unknown_values: Vec::new(),
            undeclared_nulls: Vec::new(),
        }
    }
}
