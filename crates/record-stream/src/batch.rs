//! Records that were split off a document.

use std::borrow::Cow;
use std::ops::Range;

use crate::utf8::repair_utf8;

/// Records that arrived together.
#[derive(Debug, Default)]
pub struct Batch {
    pub(crate) bytes: Vec<u8>,
    pub(crate) pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Where in the batch's bytes the record is.
    Record(Range<usize>),
    TooLarge(u64),
}

/// One record of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SplitRecord<'a> {
    /// Its text.
    Text(Cow<'a, str>),
    /// It has this many bytes, more than [`LARGEST_RECORD`](crate::LARGEST_RECORD), and was dropped.
    TooLarge(u64),
}

impl Batch {
    /// The number of bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// The records, in the order sent.
    pub fn records(&self) -> impl ExactSizeIterator<Item = SplitRecord<'_>> {
        self.pieces.iter().map(|piece| match piece {
            Piece::Record(range) => SplitRecord::Text(repair_utf8(&self.bytes[range.clone()])),
            Piece::TooLarge(length) => SplitRecord::TooLarge(*length),
        })
    }
}
