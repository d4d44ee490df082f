//! Cuts the bytes of a JSON document into its records, the elements of one array of the top level, and the envelope.

use std::borrow::Cow;
use std::ops::Range;

use crate::envelope::{Envelope, NotJson};
use crate::scan::{Value, is_space};
use crate::utf8::repair_utf8;

/// The largest record that is kept, in bytes. A larger one is dropped.
const LARGEST_RECORD: usize = 16 * 1024 * 1024;
/// The largest envelope, in bytes.
const LARGEST_ENVELOPE: usize = 16 * 1024 * 1024;
/// The size of a batch, in bytes.
const BATCH: usize = 64 * 1024;
/// The most elements for which a batch reserves room in advance.
const MOST_FORESEEN: usize = 256;

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
    /// It has this many bytes, more than the 16 MiB that are kept, and was dropped.
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
    largest: usize,
    state: State,
    value: Value,
    /// The elements that are not handed on yet, the one under way included.
    batch: Batch,
    /// Where in the batch the element under way begins.
    begin: usize,
    /// How many bytes of the element under way were dropped.
    dropped: u64,
    /// The document with the array empty.
    rest: Vec<u8>,
    /// How much of the rest stands before the array's elements.
    before: Option<usize>,
}

/// Where in the document the next byte is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Before the document.
    Start,
    /// Between two members.
    Members,
    /// In a member's name, which begins there in the rest.
    Name { begin: usize },
    /// Between a member's name and its value.
    Colon { is_records: bool },
    /// Before a member's value.
    BeforeValue { is_records: bool },
    /// In a member's value.
    InValue,
    /// In the array, before an element; `first` directly after the bracket, `due` after a comma.
    BeforeElement { first: bool, due: bool },
    /// In an element.
    InElement,
    /// In a document that is no object.
    Other,
    /// After the document.
    End,
}

impl Splitter {
    /// A splitter for the array in the top-level field of this name.
    #[must_use]
    pub fn new(records: &str) -> Self {
        Self::with_bound(records, LARGEST_RECORD)
    }

    fn with_bound(records: &str, largest: usize) -> Self {
        Self {
            records: records.to_owned(),
            largest,
            state: State::Start,
            value: Value::Plain,
            batch: Batch::default(),
            begin: 0,
            dropped: 0,
            rest: Vec::new(),
            before: None,
        }
    }

    /// Takes the bytes that come next, and returns the records that are complete.
    ///
    /// # Errors
    /// The document is not JSON, or its envelope is larger than 16 MiB.
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
        let closed = [&self.rest[..length], b"]}"].concat();
        Envelope::read(&closed, &self.records, true).map(Some)
    }

    /// The envelope, after the last byte was pushed.
    ///
    /// # Errors
    /// The document is not JSON, or is not complete.
    pub fn finish(&self) -> Result<Envelope, NotJson> {
        match self.state {
            State::End | State::Other => {
                Envelope::read(&self.rest, &self.records, self.before.is_some())
            }
            _ => Err(NotJson),
        }
    }

    /// Takes some of the bytes that come next, and says how many. Whole elements are kept until they are [`cut`](Self::cut) off,
    /// or are a batch.
    fn take(&mut self, bytes: &[u8], batches: &mut Vec<Batch>) -> Result<usize, NotJson> {
        let taken = match self.state {
            State::InElement => self.elements(bytes, batches),
            State::InValue => self.member_value(bytes),
            _ => {
                self.step(bytes[0])?;
                1
            }
        };
        if self.rest.len() > LARGEST_ENVELOPE {
            return Err(NotJson);
        }
        Ok(taken)
    }

    /// Takes one byte between values.
    fn step(&mut self, byte: u8) -> Result<(), NotJson> {
        let space = is_space(byte);
        if let State::BeforeElement { first, due } = self.state {
            return self.before_element(byte, first, due);
        }
        self.rest.push(byte);
        self.state = match self.state {
            state @ (State::Start | State::End | State::Members) if space => state,
            State::Start if byte == b'{' => State::Members,
            State::Start => State::Other,
            State::Members => match byte {
                b'"' => State::Name {
                    begin: self.rest.len() - 1,
                },
                b',' => State::Members,
                b'}' => State::End,
                _ => return Err(NotJson),
            },
            State::Name { begin } => self.name(begin),
            state @ (State::Colon { .. } | State::BeforeValue { .. }) if space => state,
            State::Colon { is_records } if byte == b':' => State::BeforeValue { is_records },
            State::BeforeValue { is_records: true } if byte == b'[' => {
                self.before.get_or_insert(self.rest.len());
                State::BeforeElement {
                    first: true,
                    due: false,
                }
            }
            State::BeforeValue { .. } => {
                self.value = Value::begin(byte);
                State::InValue
            }
            State::Other => State::Other,
            _ => return Err(NotJson),
        };
        Ok(())
    }

    /// The state after one more byte of a member's name.
    fn name(&self, begin: usize) -> State {
        let name = &self.rest[begin..];
        let ends = name.len() > 1 && name.ends_with(b"\"") && {
            let backslashes = name[1..name.len() - 1]
                .iter()
                .rev()
                .take_while(|byte| **byte == b'\\');
            backslashes.count() % 2 == 0
        };
        if !ends {
            return State::Name { begin };
        }
        // The name may be written with escapes.
        let name = serde_json::from_slice::<String>(name);
        State::Colon {
            is_records: name.is_ok_and(|name| name == self.records),
        }
    }

    fn before_element(&mut self, byte: u8, first: bool, due: bool) -> Result<(), NotJson> {
        match byte {
            byte if is_space(byte) => {}
            b',' if !first && !due => {
                self.state = State::BeforeElement {
                    first: false,
                    due: true,
                };
            }
            b']' if !due => {
                self.rest.push(byte);
                self.state = State::Members;
            }
            b',' | b']' | b'}' => return Err(NotJson),
            _ if first || due => {
                self.begin = self.batch.bytes.len();
                self.batch.bytes.push(byte);
                self.dropped = 0;
                self.value = Value::begin(byte);
                self.state = State::InElement;
            }
            _ => return Err(NotJson),
        }
        Ok(())
    }

    /// Takes the bytes of a member's value, and says how many they were.
    fn member_value(&mut self, bytes: &[u8]) -> usize {
        let end = self.value.end(bytes, &mut |_| false);
        if end.is_some() {
            self.state = State::Members;
        }
        let taken = end.unwrap_or(bytes.len());
        self.rest.extend_from_slice(&bytes[..taken]);
        taken
    }

    /// Takes the bytes of an element, and of those that follow it as long as they are in brackets, and says how many they were.
    ///
    /// What stands between them is copied too: one copy of many elements takes less time than many copies of one.
    fn elements(&mut self, bytes: &[u8], batches: &mut Vec<Batch>) -> usize {
        let base = self.batch.bytes.len();
        let most = if self.dropped > 0 { 0 } else { self.largest };
        let (begin, pieces) = (&mut self.begin, &mut self.batch.pieces);
        let end = self.value.end(bytes, &mut |end| {
            let element = *begin..base + end;
            if element.len() > most || element.end >= BATCH {
                return false;
            }
            let Some(between) = before_bracket(&bytes[end..]) else {
                return false;
            };
            *begin = element.end + between;
            if pieces.is_empty() {
                // Those that follow are about as long.
                pieces.reserve((bytes.len() / element.len()).min(MOST_FORESEEN));
            }
            pieces.push(Piece::Record(element));
            true
        });
        let taken = end.unwrap_or(bytes.len());
        self.batch.bytes.extend_from_slice(&bytes[..taken]);
        self.drop_too_large();
        if end.is_some() {
            self.end_element(batches);
        }
        taken
    }

    /// Drops what there is of the element under way if it is larger than what is held.
    fn drop_too_large(&mut self) {
        let held = self.batch.bytes.len() - self.begin;
        if self.dropped > 0 || held > self.largest {
            self.dropped += held as u64;
            self.batch.bytes.truncate(self.begin);
        }
    }

    fn end_element(&mut self, batches: &mut Vec<Batch>) {
        self.batch.pieces.push(match self.dropped {
            0 => Piece::Record(self.begin..self.batch.bytes.len()),
            length => Piece::TooLarge(length),
        });
        self.begin = self.batch.bytes.len();
        self.state = State::BeforeElement {
            first: false,
            due: false,
        };
        if self.batch.bytes.len() >= BATCH {
            self.cut(batches);
        }
    }

    /// Hands on the elements that are whole.
    fn cut(&mut self, batches: &mut Vec<Batch>) {
        if self.batch.pieces.is_empty() {
            return;
        }
        let whole = match self.state {
            State::InElement => self.begin,
            _ => self.batch.bytes.len(),
        };
        let under_way = self.batch.bytes.split_off(whole);
        self.begin = 0;
        batches.push(std::mem::replace(
            &mut self.batch,
            Batch {
                bytes: under_way,
                pieces: Vec::new(),
            },
        ));
    }
}

/// How many bytes stand between an element and the next one, if that is in brackets and begins in these bytes.
fn before_bracket(bytes: &[u8]) -> Option<usize> {
    let after_spaces = |from| Some(from + bytes[from..].iter().position(|byte| !is_space(*byte))?);
    let comma = after_spaces(0).filter(|at| bytes[*at] == b',')?;
    after_spaces(comma + 1).filter(|at| matches!(bytes[*at], b'{' | b'['))
}

#[cfg(test)]
mod tests;
