//! Reads the body of a list: into tenants at once, or into work that can be done on any thread, in order.

use std::sync::Arc;

use client_runtime::legible;

use super::mapping::{Context, Mapping};
use super::rest::Rest;
use super::splitter::{Batch, LARGEST_RECORD, NotJson, Piece, Splitter};
use crate::provider::Entry;

/// How many bytes of records are held back while what they need to know has not been sent.
const MOST_HELD: usize = 4 * 1024 * 1024;
const SENT_TOO_LATE: &str = "sent after more records than are held back";

/// Reads the body of a list, in pieces as they arrive.
pub(super) struct Reader {
    mapping: Arc<dyn Mapping>,
    splitter: Splitter,
    context: Option<Arc<Context>>,
    /// Whether what stands before the records was read.
    looked_around: bool,
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
            looked_around: false,
            held: Vec::new(),
            held_bytes: 0,
        }
    }

    /// Takes the bytes that come next, and gives the records that are whole.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<Vec<Work>, NotJson> {
        let mut batches = Vec::new();
        self.splitter.push(bytes, &mut batches)?;
        self.take(batches)
    }

    /// Takes the bytes that come next, and makes tenants of the records that are whole.
    ///
    /// A record that is as expected is decoded where it is, and its end is known by that: only the others are split off
    /// first.
    pub(super) fn decode(&mut self, bytes: &[u8], entries: &mut Vec<Entry>) -> Result<(), NotJson> {
        let text = text_at_the_beginning(bytes);
        let mut batches = Vec::new();
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            if self.splitter.is_before_object(*byte) && self.knows_context()? {
                self.splitter.cut(&mut batches);
                self.run(std::mem::take(&mut batches), entries)?;
                if let Some(length) = self.first_record(text.get(at..), entries) {
                    self.splitter.leave_out_element();
                    at += length;
                    continue;
                }
            }
            at += self.splitter.take(&bytes[at..], &mut batches)?;
        }
        self.splitter.cut(&mut batches);
        self.run(batches, entries)
    }

    /// Makes a tenant of the record that the text begins with, and says how long it is; nothing where it has to be split off
    /// first.
    fn first_record(&self, text: Option<&str>, entries: &mut Vec<Entry>) -> Option<usize> {
        let (entry, length) = self.mapping.first_record(text?, self.context.as_ref()?)?;
        if length > LARGEST_RECORD {
            return None;
        }
        entries.push(entry);
        Some(length)
    }

    /// Makes tenants of records that were split off, as soon as what they need to know is known.
    fn run(&mut self, batches: Vec<Batch>, entries: &mut Vec<Entry>) -> Result<(), NotJson> {
        for work in self.take(batches)? {
            entries.append(&mut work.run());
        }
        Ok(())
    }

    /// Records that were split off: gives those that can be decoded now.
    fn take(&mut self, mut batches: Vec<Batch>) -> Result<Vec<Work>, NotJson> {
        self.held_bytes += batches.iter().map(|batch| batch.bytes.len()).sum::<usize>();
        self.held.append(&mut batches);
        if self.held.is_empty() {
            return Ok(Vec::new());
        }
        if !self.knows_context()? && self.held_bytes > MOST_HELD {
            self.context = Some(Arc::new(Context::unknown(SENT_TOO_LATE)));
        }
        Ok(self.release())
    }

    /// Whether it is known what the records need to know. What was sent before them is read once.
    fn knows_context(&mut self) -> Result<bool, NotJson> {
        if !self.looked_around
            && let Some(before) = self.splitter.before_records()
        {
            self.looked_around = true;
            let before = Rest::read_before_records(before)?;
            self.context = self.mapping.context(&before).map(Arc::new);
        }
        Ok(self.context.is_some())
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

/// The text that bytes begin with: all of them, but for a character that is cut off at their end, or what follows one that
/// is none.
fn text_at_the_beginning(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_else(|error| {
        let text = std::str::from_utf8(&bytes[..error.valid_up_to()]);
        text.unwrap_or_default()
    })
}
