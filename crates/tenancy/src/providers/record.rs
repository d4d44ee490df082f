//! What every provider's mapping has in common: from a record off the wire to a tenant or a fault.

use client_runtime::{Record, Timestamp};
use serde_json::value::RawValue;

use crate::provider::{Entry, LeftOut, Mapped};
use crate::{Moment, Raw, RecordFault, Tenant};

/// Collects, while one record is mapped, what its tenant comes without.
pub(super) struct Notes {
    left_out: Vec<LeftOut>,
}

impl Notes {
    pub(super) fn leave_out(&mut self, path: impl Into<String>, reason: impl Into<String>) {
        self.left_out.push(LeftOut::new(path, reason));
    }

    /// A time as sent, read; what cannot be read is left out.
    pub(super) fn moment(&mut self, path: &str, sent: Option<&Timestamp>) -> Option<Moment> {
        let read = Moment::read(sent?.as_str());
        if read.is_none() {
            self.leave_out(path, "no time and no date that can be read");
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
pub(super) fn identity<'a>(path: &'static str, id: &'a str) -> Result<&'a str, NoTenant> {
    if id.trim().is_empty() {
        return Err(NoTenant {
            path,
            reason: "is empty, and it is what identifies the tenant",
        });
    }
    Ok(id)
}

/// The largest record that is made a tenant, in bytes. A larger one is no record of a tenant that anybody wrote.
const LARGEST_RECORD: usize = 16 * 1024 * 1024;

/// Maps one record of a page.
pub(super) fn map<T>(
    record: &Record<T>,
    raw: bool,
    secrets: &[&str],
    mapping: impl FnOnce(&T, &mut Notes) -> Result<Tenant, NoTenant>,
) -> Entry {
    let redacted = |record: &RawValue| Raw::redacted(record, secrets);
    if record.raw().get().len() > LARGEST_RECORD {
        return Err(RecordFault::new(
            "",
            "is larger than 16 MiB",
            &redacted(record.raw()),
        ));
    }
    let decoded = record
        .decoded()
        .map_err(|error| RecordFault::new(&error.path, &error.reason, &redacted(record.raw())))?;
    let left_out = record
        .repairs()
        .iter()
        .map(|repair| LeftOut::new(&repair.path, &repair.reason))
        .collect();
    let mut notes = Notes { left_out };
    let mut tenant = mapping(decoded, &mut notes)
        .map_err(|fault| RecordFault::new(fault.path, fault.reason, &redacted(record.raw())))?;
    tenant.raw = raw.then(|| redacted(record.raw()));
    Ok(Mapped {
        unknown_fields: record.unknown().to_vec(),
        ..Mapped::new(tenant, notes.left_out)
    })
}
