//! Decodes a record and maps it: to a tenant, or to a quarantined record that keeps the record's bytes.

use std::sync::Arc;

use record_stream::{Decoded, quote_non_finite};
use serde_json::value::RawValue;

use super::mapping::{Mapper, Mapping, NoTenant};
use super::never_null::NeverNull;
use crate::entry::{Entry, Mapped, Unlisted};
use crate::{Raw, QuarantinedRecord};

/// Decodes and maps the records of one account's list.
#[derive(Clone)]
pub(super) struct Decoder<M> {
    pub(super) mapping: M,
    account: Arc<str>,
    /// Whether each tenant carries its record as sent.
    raw: bool,
    never_null: NeverNull,
}

impl<M: Mapping> Decoder<M> {
    pub(super) fn new(mapping: M, account: &str, raw: bool) -> Self {
        Self {
            mapping,
            account: account.into(),
            raw,
            never_null: NeverNull::new(M::NEVER_NULL),
        }
    }

    pub(super) fn entry(&self, text: &str, context: &M::Context) -> Entry {
        let decoded = Decoded::<M::Record>::read(text);
        let sent = decoded
            .value
            .map_err(|error| self.quarantined(text, &error.path, &error.reason))?;
        let mut mapper = Mapper {
            provider: M::PROVIDER.name,
            account: &self.account,
            zone: self.mapping.zone(),
            omitted: decoded.omitted,
            unknown_values: Vec::new(),
        };
        let mut tenant = self
            .mapping
            .tenant(sent, context, &mut mapper)
            .map_err(|reason| match reason {
                NoTenant::Parent(id) => Unlisted::Parent(id),
                NoTenant::Unidentified { path, reason } => self.quarantined(text, path, reason),
            })?;
        if self.raw {
            tenant.raw = redacted::<M>(text);
        }
        Ok(Mapped {
            tenant,
            omitted: mapper.omitted,
            unknown_fields: decoded.unknown,
            unknown_values: mapper.unknown_values,
            undeclared_nulls: self.never_null.violated(text),
        })
    }

    fn quarantined(&self, text: &str, path: &str, reason: &str) -> Unlisted {
        let record = match redacted::<M>(text) {
            Some(record) => QuarantinedRecord::new(path, reason, &record),
            // Without its structure, its secrets cannot be told from the rest.
            None => QuarantinedRecord::unread(reason, format!("<{} bytes, not shown>", text.len())),
        };
        record.sent_as(text).into()
    }
}

fn redacted<M: Mapping>(text: &str) -> Option<Raw> {
    let redacted = |text: &str| {
        let record: &RawValue = serde_json::from_str(text).ok()?;
        Some(Raw::redacted(record, M::SECRETS))
    };
    redacted(text).or_else(|| redacted(&quote_non_finite(text)?))
}
