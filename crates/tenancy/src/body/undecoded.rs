//! Records that were split off and are made tenants one by one, when they are taken.

use std::sync::Arc;

use client_runtime::legible;

use super::mapping::{Context, Mapping};
use super::splitter::{Batch, Piece};
use crate::records::Entry;

/// A batch of records that are made tenants when they are taken, on whichever thread that is.
pub(super) struct Undecoded {
    mapping: Arc<dyn Mapping>,
    context: Arc<Context>,
    batch: Batch,
    /// How many of them were taken.
    taken: usize,
}

impl Undecoded {
    pub(super) fn new(mapping: Arc<dyn Mapping>, context: Arc<Context>, batch: Batch) -> Self {
        Self {
            mapping,
            context,
            batch,
            taken: 0,
        }
    }

    fn entry(&self, piece: &Piece) -> Entry {
        match piece {
            Piece::TooLarge(length) => self.mapping.too_large(*length),
            Piece::Record(range) => {
                let text = legible(&self.batch.bytes[range.clone()]);
                self.mapping.record(&text, &self.context)
            }
        }
    }
}

impl Iterator for Undecoded {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        let piece = self.batch.pieces.get(self.taken)?;
        self.taken += 1;
        Some(self.entry(piece))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.batch.pieces.len() - self.taken;
        (left, Some(left))
    }
}

impl ExactSizeIterator for Undecoded {}
