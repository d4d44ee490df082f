//! Records that were split off a document.

use std::borrow::Cow;
use std::ops::Range;

use crate::utf8::repair_utf8;

/// The size of the largest record that a [`Splitter`](crate::Splitter) keeps: 8 MiB. A larger one becomes [`SplitRecord::TooLarge`].
pub const LARGEST_RECORD: usize = 8 * 1024 * 1024;

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
    /// It has this many bytes, more than [`LARGEST_RECORD`], and was dropped.
    TooLarge(u64),
}

impl Batch {
    /// The records' bytes, with what is between them.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The records, in the order sent.
    #[must_use]
    pub fn records(&self) -> impl ExactSizeIterator<Item = SplitRecord<'_>> {
        self.pieces.iter().map(|piece| match piece {
            Piece::Record(range) => match repair_utf8(&self.bytes[range.clone()]) {
                // A byte that is not UTF-8 becomes twelve.
                text if text.len() > LARGEST_RECORD => SplitRecord::TooLarge(text.len() as u64),
                text => SplitRecord::Text(text),
            },
            Piece::TooLarge(length) => SplitRecord::TooLarge(*length),
        })
    }
}
