//! Reads the body of a list: into records, as soon as they can be made tenants, and what stands around them.

use std::sync::Arc;

use record_stream::{Batch, Envelope, Field, NotJson, OmittedField, SplitRecord, Splitter};
use serde::de::IgnoredAny;

use super::mapping::{Context, Mapping};
use crate::Error;
use crate::provider::Page;
use crate::records::Entry;

/// How many bytes of records are held back while what they need to know has not been sent.
const MOST_HELD: usize = 4 * 1024 * 1024;
const SENT_TOO_LATE: &str = "sent after more records than are held back";

/// Reads the body of a list, in pieces as they arrive.
pub(super) struct Reader {
    mapping: Arc<dyn Mapping>,
    splitter: Splitter,
    context: Option<Context>,
    /// Whether what stands before the records was read.
    looked_around: bool,
    held: Vec<Batch>,
    held_bytes: usize,
}

impl Reader {
    pub(super) fn new(mapping: Arc<dyn Mapping>) -> Self {
        Self {
            splitter: Splitter::new(mapping.records()),
            mapping,
            context: None,
            looked_around: false,
            held: Vec::new(),
            held_bytes: 0,
        }
    }

    /// Takes the bytes that come next, and gives the records that are whole, as soon as what they need to know is known.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<Vec<Entry>, NotJson> {
        let batches = self.splitter.push(bytes)?;
        self.held_bytes += batches.iter().map(Batch::size).sum::<usize>();
        self.held.extend(batches);
        if !self.held.is_empty() && !self.knows_context()? && self.held_bytes > MOST_HELD {
            self.context = Some(Context::unknown(SENT_TOO_LATE));
        }
        Ok(self.release())
    }

    /// Whether it is known what the records need to know. What was sent before them is read once.
    fn knows_context(&mut self) -> Result<bool, NotJson> {
        if !self.looked_around
            && let Some(before) = self.splitter.envelope_before_records()?
        {
            self.looked_around = true;
            self.context = self.mapping.context(&before);
        }
        Ok(self.context.is_some())
    }

    /// Decodes what was held back, once the context is known.
    fn release(&mut self) -> Vec<Entry> {
        let Some(context) = &self.context else {
            return Vec::new();
        };
        self.held_bytes = 0;
        let records = self.held.iter().map(|batch| batch.records().len()).sum();
        let mut entries = Vec::with_capacity(records);
        for batch in self.held.drain(..) {
            entries.extend(batch.records().map(|record| match record {
                SplitRecord::TooLarge(length) => self.mapping.too_large(length),
                SplitRecord::Text(text) => self.mapping.record(&text, context),
            }));
        }
        entries
    }

    /// The body is at its end: gives the records that were held back, and the envelope.
    pub(super) fn end(&mut self) -> Result<(Vec<Entry>, Envelope), NotJson> {
        let envelope = self.splitter.finish()?;
        if self.context.is_none() {
            self.context = Some(self.mapping.context(&envelope).unwrap_or_default());
        }
        Ok((self.release(), envelope))
    }
}

/// What the envelope says beside its records.
///
/// # Errors
/// The envelope has no list, or the provider's refusal.
pub(super) fn page_of(envelope: &Envelope, mapping: &dyn Mapping) -> Result<Page, Error> {
    let mut page = mapping.page(envelope)?;
    if let Field::Invalid(reason) = envelope.field::<Vec<IgnoredAny>>(mapping.records()) {
        let path = format!("/{}", mapping.records());
        page.left_out.push(OmittedField::new(path, reason));
    }
    Ok(page)
}
