//! Reads the body of a list as it arrives: splits off the records, which are mapped when they are taken, then reads the envelope.

use std::collections::{HashMap, VecDeque};
use std::hash::BuildHasher;
use std::sync::{Arc, Mutex, PoisonError};

use foldhash::quality::RandomState;
use memchr::memchr_iter;
use record_stream::{
    Batch, Decoded, Envelope, Field, NotJson, OmittedField, SplitRecord, Splitter, quote_non_finite,
};
use serde::de::IgnoredAny;
use serde_json::Value;
use serde_json::value::RawValue;

use super::hints;
use super::mapper::{Mapper, Mapping, NoTenant, Refusal};
use super::never_null::NeverNull;
use super::normaliser::{Body, Normaliser};
use super::words::Listed;
use crate::entry::{Entry, Mapped, Unlisted};
use crate::page::Page;
use crate::{Error, Paging, QuarantinedRecord, Raw, Records};

/// How many bytes of memory records take that wait for their context.
const MOST_HELD: usize = 4 * 1024 * 1024;

/// The memory that a mapped record and each of its values may take beside their text, in bytes.
const RECORD: usize = 1024;
const VALUE: usize = 128;

/// Reads the body of a list in pieces, as they arrive.
pub(super) struct Reader<M: Mapping> {
    decoder: Decoder<M>,
    splitter: Splitter,
    mapper: Option<Arc<BatchMapper<M>>>,
    /// Whether the fields before the records were searched for the context.
    searched: bool,
    held: VecDeque<Batch>,
    held_bytes: usize,
    /// The number of records so far.
    sent: usize,
    /// The memory that the records may take, once they are mapped, in bytes.
    mapped_size: usize,
}

/// Maps the records of a body, whose context is known.
struct BatchMapper<M: Mapping> {
    decoder: Decoder<M>,
    context: M::Context,
    /// What the batches before had, if the body is the whole list.
    contents: Mutex<Contents>,
}

/// The fingerprints of a body's records, by those of their identities; in parts, because a map that grows takes its old and its new
/// memory at once.
#[derive(Default)]
struct Contents {
    parts: [HashMap<u64, u64, RandomState>; 8],
    hasher: RandomState,
}

impl Contents {
    /// Whether another record has the same identity and other bytes.
    fn contradict(&mut self, id: &str, text: &str) -> bool {
        let [id, text] = [id, text].map(|text| self.hasher.hash_one(text));
        let part = &mut self.parts[(id % 8) as usize];
        *part.entry(id).or_insert(text) != text
    }
}

/// The envelope of a body without a list.
pub(super) enum NotAList {
    /// The provider refused.
    Refused(Refusal),
    /// The document is something else.
    Undeclared(String),
}

impl<M: Mapping> Reader<M> {
    pub(super) fn new(decoder: Decoder<M>) -> Self {
        Self {
            decoder,
            splitter: Splitter::new(M::PROVIDER.records),
            mapper: None,
            searched: false,
            held: VecDeque::new(),
            held_bytes: 0,
            sent: 0,
            mapped_size: 0,
        }
    }

    /// Starts again, at the beginning of a body.
    pub(super) fn restart(&mut self) {
        *self = Self::new(self.decoder.clone());
    }

    /// Takes the bytes that come next.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<(), NotJson> {
        let batches = self.splitter.push(bytes)?;
        self.held_bytes += batches.iter().map(in_memory).sum::<usize>();
        self.sent += batches
            .iter()
            .map(|batch| batch.records().len())
            .sum::<usize>();
        self.held.extend(batches);
        if !self.held.is_empty() {
            self.find_context()?;
        }
        Ok(())
    }

    fn find_context(&mut self) -> Result<(), NotJson> {
        if !self.searched
            && let Some(before) = self.splitter.envelope_before_records()?
        {
            self.searched = true;
            if let Some(context) = self.decoder.mapping.context(&before) {
                self.know(context);
            }
        }
        if self.mapper.is_none() && self.held_bytes > MOST_HELD {
            self.know(self.decoder.mapping.late_context());
        }
        Ok(())
    }

    fn know(&mut self, context: M::Context) {
        self.mapper = Some(Arc::new(BatchMapper {
            decoder: self.decoder.clone(),
            context,
            contents: Mutex::default(),
        }));
    }

    /// The next batch of records, once their context is known.
    pub(super) fn ready(&mut self) -> Option<Records> {
        let mapper = Arc::clone(self.mapper.as_ref()?);
        let batch = self.held.pop_front()?;
        self.held_bytes -= in_memory(&batch);
        self.mapped_size += batch.bytes().len()
            + batch.records().len() * RECORD
            + memchr_iter(b',', batch.bytes()).count() * VALUE;
        let count = batch.records().len();
        Some(Records::unmapped(count, move || mapper.map(&batch)))
    }

    fn all_ready(&mut self) -> Records {
        let mut all = Records::default();
        while let Some(batch) = self.ready() {
            all.append(batch);
        }
        all
    }

    /// Makes the records ready that arrived whole in a body that did not.
    pub(super) fn rescue(&mut self) {
        let batches = self.splitter.rescue();
        self.held_bytes += batches.iter().map(in_memory).sum::<usize>();
        self.held.extend(batches);
        if self.mapper.is_none() {
            self.know(self.decoder.mapping.late_context());
        }
    }

    /// Ends the body, and returns the envelope.
    pub(super) fn end(&mut self) -> Result<Envelope, NotJson> {
        let envelope = self.splitter.finish()?;
        if self.mapper.is_none() {
            let found = self.decoder.mapping.context(&envelope);
            self.know(found.unwrap_or_default());
        }
        Ok(envelope)
    }

    /// The number of records so far.
    pub(super) fn sent(&self) -> usize {
        self.sent
    }

    /// The memory that the records may take, once they are mapped, in bytes.
    pub(super) fn mapped_size(&self) -> usize {
        self.mapped_size
    }

    /// Reads the envelope into a page without records.
    pub(super) fn page(&self, envelope: &Envelope) -> Result<Page, NotAList> {
        let mapping = &self.decoder.mapping;
        if let Some(refusal) = mapping.refusal(envelope) {
            return Err(NotAList::Refused(refusal));
        }
        let records = M::PROVIDER.records;
        // Some servers write an empty list as null.
        let is_null = matches!(envelope.field::<IgnoredAny>(records), Field::Null);
        if let Some(reason) = envelope.no_list()
            && !is_null
        {
            return Err(NotAList::Undeclared(reason));
        }
        let mut page = Page::new(Vec::new());
        if !envelope.is_large() {
            let text = match is_null {
                true => with_empty_list(envelope.text(), &M::PROVIDER.records_pointer()),
                false => None,
            };
            let text = text.as_deref().unwrap_or(envelope.text());
            page.unknown_fields = Decoded::<M::Envelope>::read(text).unknown;
        }
        mapping.page(envelope, &mut page);
        let listed = Listed::new(records, M::PROVIDER.tenants);
        hints::read(envelope, listed, self.sent, &mut page);
        if is_null {
            if page.total != Some(0) && page.at_least != Some(0) {
                let says = || format!("`{records}` is null, which may be an empty list or none");
                page.ambiguous.get_or_insert_with(says);
            }
            let omitted = OmittedField::new(M::PROVIDER.records_pointer(), "is null");
            page.omitted.push(omitted);
        }
        if let Field::Invalid(reason) = envelope.field::<Vec<IgnoredAny>>(records) {
            let path = M::PROVIDER.records_pointer();
            page.omitted.push(OmittedField::new(path, reason));
        }
        Ok(page)
    }
}

impl<M: Mapping> BatchMapper<M> {
    fn map(&self, batch: &Batch) -> Vec<Entry> {
        // A repeat among pages may be due to a change in between; one body is a snapshot.
        let is_snapshot = M::PROVIDER.capabilities.paging == Paging::OneBody;
        // Never contended: batches are mapped one after the other.
        let mut contents = self.contents.lock().unwrap_or_else(PoisonError::into_inner);
        let entries = batch.records().map(|record| match record {
            SplitRecord::TooLarge(length) => Err(too_large(length)),
            SplitRecord::Text(text) => {
                let mapped = self.decoder.entry(&text, &self.context)?;
                if is_snapshot && contents.contradict(&mapped.tenant.id, &text) {
                    let reason = "has the identity of another record, and other content";
                    return Err(self.decoder.quarantined(&text, "", reason));
                }
                Ok(mapped)
            }
        });
        entries.collect()
    }
}

impl Normaliser {
    /// Creates a normaliser for the account of this name. With `raw`, each tenant carries its record as sent.
    #[must_use]
    pub fn new<M: Mapping>(account: &str, raw: bool) -> Self {
        let decoder = Decoder::new(M::default(), account, raw);
        Self(Box::new(Reader::new(decoder)))
    }
}

impl<M: Mapping> Body for Reader<M> {
    #[cfg(test)]
    fn secrets(&self) -> &'static [&'static str] {
        M::SECRETS
    }

    fn push(&mut self, bytes: &[u8]) -> Result<Records, Error> {
        Reader::push(self, bytes).map_err(not_json)?;
        Ok(self.all_ready())
    }

    fn finish(&mut self) -> Result<Page, Error> {
        let envelope = self.end().map_err(not_json)?;
        let records = self.all_ready();
        let page = self.page(&envelope).map_err(|error| match error {
            NotAList::Refused(refusal) => {
                let message = format!("the document is a refusal: {:?}", refusal.reason);
                Error::refused(message, refusal.advice)
            }
            NotAList::Undeclared(reason) => {
                let message = format!("the document does not have the declared shape: {reason}");
                Error::refused(message, None)
            }
        })?;
        Ok(Page { records, ..page })
    }
}

/// The envelope's text with an empty list where it is null: what else it has can then be read by its type.
fn with_empty_list(text: &str, pointer: &str) -> Option<String> {
    let mut document: Value = serde_json::from_str(text).ok()?;
    *document.pointer_mut(pointer)? = Value::Array(Vec::new());
    Some(document.to_string())
}

/// How many bytes of memory a batch takes, beside its records' bytes about 32 for each.
fn in_memory(batch: &Batch) -> usize {
    batch.bytes().len() + 32 * batch.records().len()
}

fn not_json(NotJson: NotJson) -> Error {
    Error::refused("the body is not a complete JSON document", None)
}

fn too_large(length: u64) -> Unlisted {
    let record = format!("<{length} bytes, not kept>");
    QuarantinedRecord::unread("is larger than 8 MiB", record).into()
}

/// Decodes and maps the records of one account's list.
#[derive(Clone)]
pub(super) struct Decoder<M> {
    mapping: M,
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

    /// Maps a record: to a tenant, or to a quarantined record that keeps its bytes.
    fn entry(&self, text: &str, context: &M::Context) -> Entry {
        let decoded = Decoded::<M::Record>::read(text);
        let sent = decoded
            .value
            .map_err(|error| self.quarantined(text, &error.path, &error.reason))?;
        let mut mapper = Mapper {
            provider: M::PROVIDER.name,
            account: &self.account,
            parent_id: self.mapping.parent_id(context),
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
            // If it cannot be parsed, its secrets cannot be found.
            None => QuarantinedRecord::unread(reason, format!("<{} bytes, not shown>", text.len())),
        };
        record.sent_as(text).into()
    }
}

fn redacted<M: Mapping>(text: &str) -> Option<Raw> {
    let redacted = |text: &str| {
        let record: &RawValue = serde_json::from_str(text).ok()?;
        Some(Raw::redacted(record, M::SECRETS, M::NO_SECRETS))
    };
    redacted(text).or_else(|| redacted(&quote_non_finite(text)?))
}
