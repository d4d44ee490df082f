//! The contract of a provider's mapping: from its records to tenants, and from its envelope to the next page.

use std::fmt::Display;
use std::sync::Arc;

use client_runtime::{RawNumber, Timestamp};
use http::HeaderMap;
use serde::de::DeserializeOwned;

use super::assumed_zone::AssumedZone;
use super::descriptor::Descriptor;
use super::parent_id::ParentId;
use crate::{Moment, Page, Tenant};
use record_stream::{Envelope, OmittedField, SENT_TWICE};
use serde_json::Value;

/// Maps the bodies of a provider's list. A default mapping is one without options.
pub trait Mapping: Clone + Default + Send + Sync + 'static {
    /// A record, as the generated client declares it.
    type Record: DeserializeOwned;
    /// A page, as the generated client declares it. Only its field names count: a page with others reports drift.
    type Envelope: DeserializeOwned;
    /// The part of the envelope that a tenant needs, such as its parent; `()` for most providers.
    type Context: Default + Send + Sync;

    /// The provider.
    const PROVIDER: &'static Descriptor;
    /// The properties whose values are secrets.
    const SECRETS: &'static [&'static str];
    /// The properties that look like secrets by name but are not, such as an identity called `api_key`.
    const NO_SECRETS: &'static [&'static str] = &[];
    /// The properties that may be absent and are never null. A null reports drift.
    const NEVER_NULL: &'static [&'static str];

    /// Maps a record.
    ///
    /// # Errors
    /// The record does not identify a tenant, or is the parent.
    fn tenant(
        &self,
        sent: Self::Record,
        context: &Self::Context,
        mapper: &mut Mapper<'_>,
    ) -> Result<Box<Tenant>, NoTenant>;

    /// Reads the envelope into a page: the total, the page size, the page's place, what follows.
    fn page(&self, envelope: &Envelope, page: &mut Page);

    /// Reads the answer's headers into the page, after the envelope. A body without a network has no headers.
    fn headers(&self, _headers: &HeaderMap, _page: &mut Page) {}

    /// Reads the context from the fields that have arrived, or returns `None` if it may be among those to come. Records
    /// wait for it, up to a few megabytes.
    fn context(&self, _envelope: &Envelope) -> Option<Self::Context> {
        Some(Self::Context::default())
    }

    /// The context of records that cannot wait for theirs any longer.
    fn late_context(&self) -> Self::Context {
        Self::Context::default()
    }

    /// The identity of the account whose children are listed, where the configuration or the envelope states it. A record with it,
    /// in upper or lower case, is the parent's own and no tenant.
    fn parent_id<'a>(&'a self, _context: &'a Self::Context) -> Option<&'a str> {
        None
    }

    /// The zone of times that are sent without one, if an account's options state it.
    fn zone(&self) -> Option<&AssumedZone> {
        None
    }

    /// Recognises a refusal that came with a status of success.
    fn refusal(&self, _envelope: &Envelope) -> Option<Refusal> {
        None
    }
}

/// A refusal that came with a status of success.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// The provider's words.
    pub reason: String,
    /// What to do about it.
    pub advice: Option<&'static str>,
}

impl Refusal {
    /// A refusal whose reason is the first text among these fields of the envelope, or the `message` in one of them.
    #[must_use]
    pub fn stated(envelope: &Envelope, fields: &[&str], advice: &'static str) -> Option<Self> {
        let text = |name: &&str| {
            let value: Value = envelope.field(name).value()?;
            let text = value.get("message").unwrap_or(&value);
            text.as_str().map(str::to_owned)
        };
        Some(Self {
            reason: fields.iter().find_map(text)?,
            advice: Some(advice),
        })
    }
}

/// The reason why a record is no tenant.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum NoTenant {
    /// A field does not identify a tenant. The record is quarantined.
    Unidentified {
        /// The field, as a JSON pointer into the record.
        path: &'static str,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The record is the parent, of this identity, in the list of its children. It is dropped and counted.
    Parent(String),
}

/// Maps one record: starts its tenant, and collects what the tenant omits.
#[derive(Debug)]
pub struct Mapper<'a> {
    pub(super) provider: &'static str,
    pub(super) account: &'a Arc<str>,
    pub(super) parent_id: Option<&'a str>,
    pub(super) zone: Option<&'a AssumedZone>,
    pub(super) omitted: Vec<OmittedField>,
    pub(super) unknown_values: Vec<String>,
}

impl Mapper<'_> {
    /// Starts a tenant with the identity at `path`.
    ///
    /// # Errors
    /// The identity is empty, was sent twice with different values, or is that of the [parent](Mapping::parent_id).
    pub fn tenant(&self, path: &'static str, id: String) -> Result<Box<Tenant>, NoTenant> {
        if id.chars().all(char::is_whitespace) {
            let reason = "is empty, and it is what identifies the tenant";
            return Err(NoTenant::Unidentified { path, reason });
        }
        let is_twice = |field: &OmittedField| field.path == path && field.reason == SENT_TWICE;
        if self.omitted.iter().any(is_twice) {
            let reason =
                "is sent twice, with different values, and it is what identifies the tenant";
            return Err(NoTenant::Unidentified { path, reason });
        }
        if self
            .parent_id
            .is_some_and(|parent| parent.eq_ignore_ascii_case(&id))
        {
            return Err(NoTenant::Parent(id));
        }
        let mut tenant = Box::new(Tenant::new(self.provider, self.account.clone(), id));
        tenant.assumptions = self.zone.map(AssumedZone::assumption).into_iter().collect();
        Ok(tenant)
    }

    /// Starts a tenant whose identity, at `path`, is a whole number.
    ///
    /// # Errors
    /// The number has a fraction or an exponent, or is the identity of the [parent](Mapping::parent_id).
    pub fn numbered_tenant(
        &self,
        path: &'static str,
        id: RawNumber,
    ) -> Result<Box<Tenant>, NoTenant> {
        if !id.is_integer() {
            let reason = "is no whole number, and it is what identifies the tenant";
            return Err(NoTenant::Unidentified { path, reason });
        }
        self.tenant(path, id.into())
    }

    /// Reads a whole number as text, or omits it if it is not whole.
    pub fn whole_number(&mut self, path: impl Display, sent: Option<RawNumber>) -> Option<String> {
        let sent = sent?;
        if !sent.is_integer() {
            self.omit(path, "is no whole number");
            return None;
        }
        Some(sent.into())
    }

    /// Reads the parent's identity, or omits it if it is unknown.
    pub fn parent(&mut self, parent: &ParentId) -> Option<String> {
        match parent {
            ParentId::Absent => None,
            ParentId::Known(id) => Some(id.clone()),
            ParentId::Unknown { path, reason } => {
                self.omit(path, *reason);
                None
            }
        }
    }

    /// Notes that the list at `path` has more or fewer elements than the record states.
    pub fn counted<T>(
        &mut self,
        path: impl Display,
        list: Option<&[T]>,
        stated: Option<i64>,
        elements: &str,
    ) {
        let Some(stated) = stated else { return };
        let listed = list.map_or(0, <[T]>::len);
        if usize::try_from(stated) != Ok(listed) {
            self.omit(path, format!("{listed} of {stated} {elements}"));
        }
    }

    /// Notes that the tenant omits the value at `path`, a JSON pointer into the record.
    pub fn omit(&mut self, path: impl Display, reason: impl Into<String>) {
        self.omitted
            .push(OmittedField::new(path.to_string(), reason));
    }

    /// Notes a word that the provider's document does not list.
    pub fn unknown_value(&mut self, path: impl Display) {
        self.unknown_values.push(path.to_string());
    }

    /// Reads a time, in the assumed zone if it has none, or omits it if it is neither a time nor a date.
    pub fn moment(&mut self, path: impl Display, sent: Option<&Timestamp>) -> Option<Moment> {
        let read = Moment::read(sent?.as_str());
        if read.is_none() {
            self.omit(path, "neither a time nor a date");
        }
        let zone = self.zone;
        read.map(|moment| zone.map_or(moment, |zone| zone.apply(moment)))
    }

    /// Reads a time in whole seconds since 1970, or omits it if it is far beyond any date.
    pub fn unix_time(&mut self, path: impl Display, sent: Option<i64>) -> Option<Moment> {
        let read = jiff::Timestamp::from_second(sent?).ok();
        if read.is_none() {
            self.omit(path, "no time in seconds since 1970");
        }
        read.map(Moment::Instant)
    }
}
