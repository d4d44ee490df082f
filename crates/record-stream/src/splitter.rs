//! Splits the bytes of a JSON document into records, the elements of one array, and the envelope.

use crate::batch::{Batch, LARGEST_RECORD, Piece};
use crate::envelope::{Envelope, NotJson};
use crate::pointer::names;
use crate::scan::{Value, is_space};
use crate::utf8::BYTE_ORDER_MARK;

/// Beyond these sizes, a record, or the white space before one, counts as endless, and the document as not JSON.
const ENDLESS: (u64, u64) = (256 * 1024 * 1024, 16 * 1024 * 1024);
/// The largest envelope, in bytes, and the most bytes of its values that are not kept.
const LARGEST_ENVELOPE: (usize, usize) = (2 * 1024 * 1024, 16 * 1024 * 1024);
/// The size to which the values of an envelope are kept, in bytes.
const LARGEST_VALUES: usize = 1024 * 1024;
/// Replaces a value that is not kept: it fits no type that a field is read as.
const NOT_KEPT: &[u8] = b"[[]]";
/// The size of a batch, in bytes.
const BATCH: usize = 64 * 1024;
/// The most records in a batch: a decoded record may take hundreds of bytes, however short its text is.
const MOST_RECORDS: usize = 256;

/// Cuts the bytes of a JSON document, as they arrive, into its records and its [`Envelope`].
///
/// It counts brackets outside of strings and does not validate records: decoding does. Nor does it validate the values that the
/// envelope does not keep.
#[derive(Debug)]
pub struct Splitter {
    records: String,
    /// The names of the fields that lead to the array.
    path: Vec<String>,
    /// How many of them the present object is inside of.
    depth: usize,
    largest: usize,
    largest_values: usize,
    state: State,
    value: Value,
    /// The records that were not returned yet, with the current one.
    batch: Batch,
    /// Where in the batch the current record begins.
    begin: usize,
    /// How many bytes of the current record, or of the white space before it, were dropped.
    dropped: u64,
    /// The document with the array empty.
    envelope: Vec<u8>,
    /// How many bytes of its values were not kept.
    not_kept: usize,
    /// The length of the envelope before the first record.
    before: Option<usize>,
    /// The records that were complete when the document proved not to be JSON.
    rescued: Vec<Batch>,
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
    /// In a field's value, which begins there in the envelope; `kept` while there is room.
    InValue { begin: usize, kept: bool },
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
        Self::with_bounds(records, LARGEST_RECORD, LARGEST_VALUES)
    }

    fn with_bounds(records: &str, largest: usize, largest_values: usize) -> Self {
        Self {
            records: records.to_owned(),
            path: names(records),
            depth: 0,
            largest,
            largest_values,
            state: State::Start,
            value: Value::Plain,
            batch: Batch::default(),
            begin: 0,
            dropped: 0,
            envelope: Vec::new(),
            not_kept: 0,
            before: None,
            rescued: Vec::new(),
        }
    }

    /// Takes the bytes that come next, and returns the records that are complete.
    ///
    /// # Errors
    /// The document is not JSON, or its envelope, a record or the white space before a record exceeds its size limit.
    pub fn push(&mut self, mut bytes: &[u8]) -> Result<Vec<Batch>, NotJson> {
        let mut batches = Vec::new();
        while !bytes.is_empty() {
            match self.take(bytes, &mut batches) {
                Ok(taken) => bytes = &bytes[taken..],
                Err(NotJson) => {
                    self.cut(&mut batches);
                    self.rescued = batches;
                    return Err(NotJson);
                }
            }
        }
        self.cut(&mut batches);
        Ok(batches)
    }

    /// Takes the records that arrived whole before [`push`](Self::push) failed, and that it did not return.
    pub fn rescue(&mut self) -> Vec<Batch> {
        std::mem::take(&mut self.rescued)
    }

    /// The envelope up to the records, once they have begun.
    ///
    /// # Errors
    /// It is not JSON.
    pub fn envelope_before_records(&self) -> Result<Option<Envelope>, NotJson> {
        let Some(length) = self.before else {
            return Ok(None);
        };
        // To grow, it would be copied again.
        let mut closed = Vec::with_capacity(length + 1 + self.path.len());
        closed.extend_from_slice(&self.envelope[..length]);
        closed.push(b']');
        closed.extend(self.path.iter().map(|_| b'}'));
        self.read_envelope(closed).map(Some)
    }

    /// Takes the envelope, after the last byte was pushed.
    ///
    /// # Errors
    /// The document is not JSON, or is not complete.
    pub fn finish(&mut self) -> Result<Envelope, NotJson> {
        match self.state {
            State::End | State::NotObject => {
                let document = std::mem::take(&mut self.envelope);
                self.read_envelope(document)
            }
            _ => Err(NotJson),
        }
    }

    fn read_envelope(&self, document: Vec<u8>) -> Result<Envelope, NotJson> {
        let (has_records, is_abridged) = (self.before.is_some(), self.not_kept > 0);
        Envelope::read(document, &self.records, has_records, is_abridged)
    }

    /// Takes some of the bytes and returns their number. Complete records stay until they are [`cut`](Self::cut) off or fill
    /// a batch.
    fn take(&mut self, bytes: &[u8], batches: &mut Vec<Batch>) -> Result<usize, NotJson> {
        let taken = match self.state {
            State::InRecord => self.take_records(bytes, batches),
            State::InValue { .. } | State::InName { .. } => self.take_value(bytes),
            _ => {
                self.step(bytes[0])?;
                1
            }
        };
        let (kept, not_kept) = LARGEST_ENVELOPE;
        let is_large = self.envelope.len() > kept || self.not_kept > not_kept;
        if is_large || self.dropped > ENDLESS.0 {
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
                    self.begin_value(byte)
                }
            }
            State::BeforeValue { on_path: true } if byte == b'[' => self.begin_records(),
            State::BeforeValue { .. } => self.begin_value(byte),
            State::NotObject => State::NotObject,
            _ => return Err(NotJson),
        };
        Ok(())
    }

    fn begin_value(&mut self, byte: u8) -> State {
        self.value = Value::begin(byte);
        State::InValue {
            begin: self.envelope.len() - 1,
            kept: true,
        }
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
            byte if is_space(byte) && self.dropped > ENDLESS.1 => return Err(NotJson),
            byte if is_space(byte) => self.dropped += 1,
            b',' if !first && !due => {
                let due = true;
                self.state = State::BeforeRecord { first, due };
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
        self.drop_large_value(end.is_some());
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

    /// Drops the current value if the envelope has no room for it, and replaces it at its end.
    fn drop_large_value(&mut self, is_at_end: bool) {
        if let State::InValue { begin, kept } = &mut self.state {
            let length = self.envelope.len() - *begin;
            *kept &= self.envelope.len() <= self.largest_values;
            if !*kept {
                self.not_kept += length;
                self.envelope.truncate(*begin);
                let replacement = if is_at_end { NOT_KEPT } else { b"" };
                self.envelope.extend_from_slice(replacement);
            }
        }
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
            // The record that fills the batch ends it.
            let is_full = record.end >= BATCH || pieces.len() + 1 >= MOST_RECORDS;
            if record.len() > most || is_full {
                return false;
            }
            let Some(between) = before_bracket(&bytes[end..]) else {
                return false;
            };
            *begin = record.end + between;
            if pieces.is_empty() {
                // The next ones are about as long.
                pieces.reserve((bytes.len() / record.len()).min(MOST_RECORDS));
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
        (self.begin, self.dropped) = (self.batch.bytes.len(), 0);
        self.state = State::BeforeRecord {
            first: false,
            due: false,
        };
        if self.batch.bytes.len() >= BATCH || self.batch.pieces.len() >= MOST_RECORDS {
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
