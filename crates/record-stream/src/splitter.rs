//! Splits the bytes of a JSON document into records, the elements of one array, and the envelope.

use std::borrow::Cow;
use std::ops::Range;

use crate::envelope::{Envelope, NotJson};
use crate::pointer::names;
use crate::scan::{Value, is_space};
use crate::utf8::{BYTE_ORDER_MARK, repair_utf8};

/// The size of the largest record that a [`Splitter`] keeps: 16 MiB. A larger one becomes [`SplitRecord::TooLarge`].
pub const LARGEST_RECORD: usize = 16 * 1024 * 1024;
/// From this size on, a record counts as endless, and the document as not JSON.
const ENDLESS_RECORD: u64 = 16 * LARGEST_RECORD as u64;
/// The largest envelope, in bytes.
const LARGEST_ENVELOPE: usize = 16 * 1024 * 1024;
/// The size of a batch, in bytes.
const BATCH: usize = 64 * 1024;
/// The most records for which a batch reserves room in advance.
const MOST_RESERVED: usize = 256;

/// Records that arrived together.
#[derive(Debug, Default)]
pub struct Batch {
    bytes: Vec<u8>,
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
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

/// Cuts the bytes of a JSON document, as they arrive, into its records and its [`Envelope`].
///
/// It counts brackets outside of strings and does not validate records: decoding does.
#[derive(Debug)]
pub struct Splitter {
    records: String,
    /// The names of the fields that lead to the array.
    path: Vec<String>,
    /// How many of them the present object is inside of.
    depth: usize,
    largest: usize,
    state: State,
    value: Value,
    /// The records that were not returned yet, with the current one.
    batch: Batch,
    /// Where in the batch the current record begins.
    begin: usize,
    /// How many bytes of the current record were dropped.
    dropped: u64,
    /// The document with the array empty.
    envelope: Vec<u8>,
    /// The length of the envelope before the first record.
    before: Option<usize>,
}

/// Where in the document the next byte is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Before the document.
    Start,
    /// Between two fields.
    BeforeName,
    /// In a field's name, which begins there in the envelope.
    InName { begin: usize },
    /// Between a field's name and its value.
    Colon { on_path: bool },
    /// Before a field's value.
    BeforeValue { on_path: bool },
    /// In a field's value.
    InValue,
    /// In the array, before a record; `first` directly after the bracket, `due` after a comma.
    BeforeRecord { first: bool, due: bool },
    /// In a record.
    InRecord,
    /// In a document that is not an object.
    NotObject,
    /// After the document.
    End,
}

impl Splitter {
    /// A splitter for the array in the top-level field of this name, or at this JSON pointer. The empty pointer is the document
    /// itself.
    #[must_use]
    pub fn new(records: &str) -> Self {
        Self::with_bound(records, LARGEST_RECORD)
    }

    fn with_bound(records: &str, largest: usize) -> Self {
        Self {
            records: records.to_owned(),
            path: names(records),
            depth: 0,
            largest,
            state: State::Start,
            value: Value::Plain,
            batch: Batch::default(),
            begin: 0,
            dropped: 0,
            envelope: Vec::new(),
            before: None,
        }
    }

    /// Takes the bytes that come next, and returns the records that are complete.
    ///
    /// # Errors
    /// The document is not JSON, its envelope is larger than 16 MiB, or a record has no end within 256 MiB.
    pub fn push(&mut self, mut bytes: &[u8]) -> Result<Vec<Batch>, NotJson> {
        let mut batches = Vec::new();
        while !bytes.is_empty() {
            let taken = self.take(bytes, &mut batches)?;
            bytes = &bytes[taken..];
        }
        self.cut(&mut batches);
        Ok(batches)
    }

    /// The envelope up to the records, once they have begun.
    ///
    /// # Errors
    /// It is not JSON.
    pub fn envelope_before_records(&self) -> Result<Option<Envelope>, NotJson> {
        let Some(length) = self.before else {
            return Ok(None);
        };
        let mut closed = [&self.envelope[..length], b"]"].concat();
        closed.resize(closed.len() + self.path.len(), b'}');
        Envelope::read(closed, &self.records, true).map(Some)
    }

    /// Takes the envelope, after the last byte was pushed.
    ///
    /// # Errors
    /// The document is not JSON, or is not complete.
    pub fn finish(&mut self) -> Result<Envelope, NotJson> {
        match self.state {
            State::End | State::NotObject => Envelope::read(
                std::mem::take(&mut self.envelope),
                &self.records,
                self.before.is_some(),
            ),
            _ => Err(NotJson),
        }
    }

    /// Takes some of the bytes and returns their number. Complete records stay until they are [`cut`](Self::cut) off or fill
    /// a batch.
    fn take(&mut self, bytes: &[u8], batches: &mut Vec<Batch>) -> Result<usize, NotJson> {
        let taken = match self.state {
            State::InRecord => self.take_records(bytes, batches),
            State::InValue | State::InName { .. } => self.take_value(bytes),
            _ => {
                self.step(bytes[0])?;
                1
            }
        };
        if self.envelope.len() > LARGEST_ENVELOPE || self.dropped > ENDLESS_RECORD {
            return Err(NotJson);
        }
        Ok(taken)
    }

    /// Takes one byte between values.
    fn step(&mut self, byte: u8) -> Result<(), NotJson> {
        let space = is_space(byte);
        if let State::BeforeRecord { first, due } = self.state {
            return self.before_record(byte, first, due);
        }
        self.envelope.push(byte);
        self.state = match self.state {
            state @ (State::Start | State::End | State::BeforeName) if space => state,
            State::Start if byte == b'{' => State::BeforeName,
            State::Start if byte == b'[' && self.path.is_empty() => self.begin_records(),
            // Of a byte-order mark; the envelope refuses any other use.
            State::Start if BYTE_ORDER_MARK.contains(&byte) => State::Start,
            State::Start => State::NotObject,
            State::BeforeName => match byte {
                b'"' => {
                    self.value = Value::begin(byte);
                    State::InName {
                        begin: self.envelope.len() - 1,
                    }
                }
                b',' => State::BeforeName,
                b'}' if self.depth > 0 => {
                    self.depth -= 1;
                    State::BeforeName
                }
                b'}' => State::End,
                _ => return Err(NotJson),
            },
            state @ (State::Colon { .. } | State::BeforeValue { .. }) if space => state,
            State::Colon { on_path } if byte == b':' => State::BeforeValue { on_path },
            State::BeforeValue { on_path: true } if self.depth + 1 < self.path.len() => {
                if byte == b'{' {
                    self.depth += 1;
                    State::BeforeName
                } else {
                    self.value = Value::begin(byte);
                    State::InValue
                }
            }
            State::BeforeValue { on_path: true } if byte == b'[' => self.begin_records(),
            State::BeforeValue { .. } => {
                self.value = Value::begin(byte);
                State::InValue
            }
            State::NotObject => State::NotObject,
            _ => return Err(NotJson),
        };
        Ok(())
    }

    fn begin_records(&mut self) -> State {
        self.before.get_or_insert(self.envelope.len());
        State::BeforeRecord {
            first: true,
            due: false,
        }
    }

    fn before_record(&mut self, byte: u8, first: bool, due: bool) -> Result<(), NotJson> {
        match byte {
            byte if is_space(byte) => {}
            b',' if !first && !due => {
                self.state = State::BeforeRecord {
                    first: false,
                    due: true,
                };
            }
            b']' if !due => {
                self.envelope.push(byte);
                self.state = match self.path.is_empty() {
                    true => State::End,
                    false => State::BeforeName,
                };
            }
            b',' | b']' | b'}' => return Err(NotJson),
            _ if first || due => {
                self.begin = self.batch.bytes.len();
                self.batch.bytes.push(byte);
                self.dropped = 0;
                self.value = Value::begin(byte);
                self.state = State::InRecord;
            }
            _ => return Err(NotJson),
        }
        Ok(())
    }

    /// Takes the bytes of a field's name or value, and returns their number.
    fn take_value(&mut self, bytes: &[u8]) -> usize {
        let end = self.value.end(bytes, &mut |_| false);
        let taken = end.unwrap_or(bytes.len());
        self.envelope.extend_from_slice(&bytes[..taken]);
        if end.is_some() {
            self.state = match self.state {
                State::InName { begin } => {
                    // The name may be written with escapes.
                    let name = serde_json::from_slice::<String>(&self.envelope[begin..]);
                    let wanted = self.path.get(self.depth);
                    State::Colon {
                        on_path: name.is_ok_and(|name| wanted == Some(&name)),
                    }
                }
                _ => State::BeforeName,
            };
        }
        taken
    }

    /// Takes the bytes of a record and of those that follow it, as long as they are in brackets, and returns their number.
    ///
    /// The commas between them are copied too: one copy of many records is faster than many copies of one.
    fn take_records(&mut self, bytes: &[u8], batches: &mut Vec<Batch>) -> usize {
        let base = self.batch.bytes.len();
        let most = if self.dropped > 0 { 0 } else { self.largest };
        let (begin, pieces) = (&mut self.begin, &mut self.batch.pieces);
        let end = self.value.end(bytes, &mut |end| {
            let record = *begin..base + end;
            if record.len() > most || record.end >= BATCH {
                return false;
            }
            let Some(between) = before_bracket(&bytes[end..]) else {
                return false;
            };
            *begin = record.end + between;
            if pieces.is_empty() {
                // The next ones are about as long.
                pieces.reserve((bytes.len() / record.len()).min(MOST_RESERVED));
            }
            pieces.push(Piece::Record(record));
            true
        });
        let taken = end.unwrap_or(bytes.len());
        self.batch.bytes.extend_from_slice(&bytes[..taken]);
        self.drop_too_large();
        if end.is_some() {
            self.end_record(batches);
        }
        taken
    }

    /// Drops the current record if it is too large.
    fn drop_too_large(&mut self) {
        let held = self.batch.bytes.len() - self.begin;
        if self.dropped > 0 || held > self.largest {
            self.dropped += held as u64;
            self.batch.bytes.truncate(self.begin);
        }
    }

    fn end_record(&mut self, batches: &mut Vec<Batch>) {
        self.batch.pieces.push(match self.dropped {
            0 => Piece::Record(self.begin..self.batch.bytes.len()),
            length => Piece::TooLarge(length),
        });
        self.begin = self.batch.bytes.len();
        self.state = State::BeforeRecord {
            first: false,
            due: false,
        };
        if self.batch.bytes.len() >= BATCH {
            self.cut(batches);
        }
    }

    /// Moves the complete records into a batch.
    fn cut(&mut self, batches: &mut Vec<Batch>) {
        if self.batch.pieces.is_empty() {
            return;
        }
        let whole = match self.state {
            State::InRecord => self.begin,
            _ => self.batch.bytes.len(),
        };
        let current = self.batch.bytes.split_off(whole);
        self.begin = 0;
        batches.push(std::mem::replace(
            &mut self.batch,
            Batch {
                bytes: current,
                pieces: Vec::new(),
            },
        ));
    }
}

/// The number of bytes between a record and the next one, if that is in brackets and begins in these bytes.
fn before_bracket(bytes: &[u8]) -> Option<usize> {
    let after_spaces = |from| Some(from + bytes[from..].iter().position(|byte| !is_space(*byte))?);
    let comma = after_spaces(0).filter(|at| bytes[*at] == b',')?;
    after_spaces(comma + 1).filter(|at| matches!(bytes[*at], b'{' | b'['))
}

#[cfg(test)]
mod tests;
