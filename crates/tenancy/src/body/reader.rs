//! Reads the body of a list into work that can be done on any thread, in order.

use std::sync::Arc;

use client_runtime::legible;

use super::mapping::{Context, Mapping};
use super::rest::Rest;
use super::splitter::{Batch, NotJson, Piece, Splitter};
use crate::provider::Entry;

/// How many bytes of records are held back while what they need to know has not been sent.
const MOST_HELD: usize = 4 * 1024 * 1024;
const SENT_TOO_LATE: &str = "sent after more records than are held back";

/// Reads the body of a list, in pieces as they arrive.
pub(super) struct Reader {
    mapping: Arc<dyn Mapping>,
    splitter: Splitter,
    context: Option<Arc<Context>>,
    held: Vec<Batch>,
    held_bytes: usize,
}

/// Records to be made tenants.
pub(super) struct Work {
    mapping: Arc<dyn Mapping>,
    context: Arc<Context>,
    batch: Batch,
}

impl Reader {
    pub(super) fn new(mapping: Arc<dyn Mapping>) -> Self {
        Self {
            splitter: Splitter::new(mapping.records()),
            mapping,
            context: None,
            held: Vec::new(),
            held_bytes: 0,
        }
    }

    /// Takes the bytes that come next, and gives the records that are whole.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<Vec<Work>, NotJson> {
        let mut batches = Vec::new();
        self.splitter.push(bytes, &mut batches)?;
        self.held_bytes += batches.iter().map(|batch| batch.bytes.len()).sum::<usize>();
        self.held.append(&mut batches);
        if self.held.is_empty() {
            return Ok(Vec::new());
        }
        if self.context.is_none() {
            self.context = self.look_around()?.map(Arc::new);
        }
        Ok(self.release())
    }

    /// What the records need to know, as far as it was sent before them.
    fn look_around(&self) -> Result<Option<Context>, NotJson> {
        if let Some(before) = self.splitter.before_records()
            && let Some(context) = self.mapping.context(&Rest::read_before_records(before)?)
        {
            return Ok(Some(context));
        }
        Ok((self.held_bytes > MOST_HELD).then(|| Context::unknown(SENT_TOO_LATE)))
    }

    fn release(&mut self) -> Vec<Work> {
        let Some(context) = &self.context else {
            return Vec::new();
        };
        self.held_bytes = 0;
        let work = |batch| Work {
            mapping: self.mapping.clone(),
            context: context.clone(),
            batch,
        };
        self.held.drain(..).map(work).collect()
    }

    /// The body is at its end: gives the records that were held back, and what stands around them all.
    pub(super) fn end(&mut self) -> Result<(Vec<Work>, Rest), NotJson> {
        let (document, has_records, whole) = self.splitter.rest();
        if !whole {
            return Err(NotJson);
        }
        let rest = Rest::read(document, has_records)?;
        if self.context.is_none() {
            self.context = Some(Arc::new(self.mapping.context(&rest).unwrap_or_default()));
        }
        Ok((self.release(), rest))
    }
}

impl Work {
    /// How many bytes of records it is.
    pub(super) fn bytes(&self) -> usize {
        self.batch.bytes.len()
    }

    /// Makes the tenants, in order.
    pub(super) fn run(&self) -> Vec<Entry> {
        // All bytes are looked at once, and one by one only where one of them is no UTF-8.
        let text = std::str::from_utf8(&self.batch.bytes);
        let entry = |piece: &Piece| match (piece, text) {
            (Piece::TooLarge(length), _) => self.mapping.too_large(*length),
            (Piece::Record(range), Ok(text)) => {
                self.mapping.record(&text[range.clone()], &self.context)
            }
            (Piece::Record(range), Err(_)) => {
                let text = legible(&self.batch.bytes[range.clone()]);
                self.mapping.record(&text, &self.context)
            }
        };
        self.batch.pieces.iter().map(entry).collect()
    }
}
