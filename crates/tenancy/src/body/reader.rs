//! Reads the body of a list: into records, as soon as they can be made tenants, and what stands around them.

use std::sync::Arc;

use client_runtime::repair_utf8;

use super::mapping::{Context, Mapping};
use super::rest::Rest;
use super::splitter::{Batch, NotJson, Piece, Splitter};
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
        let held = self.held.len();
        self.splitter.push(bytes, &mut self.held)?;
        let added = self.held[held..].iter().map(|batch| batch.bytes.len());
        self.held_bytes += added.sum::<usize>();
        if !self.held.is_empty() && !self.knows_context()? && self.held_bytes > MOST_HELD {
            self.context = Some(Context::unknown(SENT_TOO_LATE));
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
        let mut entries =
            Vec::with_capacity(self.held.iter().map(|batch| batch.pieces.len()).sum());
        for batch in self.held.drain(..) {
            entries.extend(batch.pieces.iter().map(|piece| match piece {
                Piece::TooLarge(length) => self.mapping.too_large(*length),
                Piece::Record(range) => {
                    let text = repair_utf8(&batch.bytes[range.clone()]);
                    self.mapping.record(&text, context)
                }
            }));
        }
        entries
    }

    /// The body is at its end: gives the records that were held back, and what stands around them all.
    pub(super) fn end(&mut self) -> Result<(Vec<Entry>, Rest), NotJson> {
        let (document, has_records, whole) = self.splitter.rest();
        if !whole {
            return Err(NotJson);
        }
        let rest = Rest::read(document, has_records)?;
        if self.context.is_none() {
            self.context = Some(self.mapping.context(&rest).unwrap_or_default());
        }
        Ok((self.release(), rest))
    }
}
