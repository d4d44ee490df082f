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
mod tests {
    use fastrand::Rng;

    use super::*;
    use crate::random;

    /// The elements, the rest and whether the document is whole.
    fn split(document: &[u8], chunk: usize) -> Result<(Vec<String>, String, bool), NotJson> {
        split_chunks(document.chunks(chunk), 32)
    }

    fn split_chunks<'a>(
        chunks: impl Iterator<Item = &'a [u8]>,
        largest: usize,
    ) -> Result<(Vec<String>, String, bool), NotJson> {
        let mut splitter = Splitter::with_bound("items", largest);
        let mut batches = Vec::new();
        for bytes in chunks {
            batches.extend(splitter.push(bytes)?);
        }
        let mut elements = Vec::new();
        for batch in batches {
            elements.extend(batch.records().map(|record| match record {
                SplitRecord::Text(text) => text.into_owned(),
                SplitRecord::TooLarge(length) => format!("too large: {length}"),
            }));
        }
        let whole = matches!(splitter.state, State::End | State::Other);
        let rest = String::from_utf8_lossy(&splitter.rest).into_owned();
        Ok((elements, rest, whole))
    }

    #[test]
    fn elements_and_rest_come_apart_however_the_bytes_are_cut() {
        let document = r#" {"a":[{"items":[9]}],"it\u0065ms" : [ {"x":"]}\"\\"} ,7,"\"]", [1,[2]],null,{} ],"b":"}","n":-1.5e3} "#;
        let whole = split(document.as_bytes(), document.len()).unwrap();
        assert_eq!(
            whole.0,
            [
                r#"{"x":"]}\"\\"}"#,
                "7",
                r#""\"]""#,
                "[1,[2]]",
                "null",
                "{}"
            ]
        );
        assert_eq!(
            whole.1,
            r#" {"a":[{"items":[9]}],"it\u0065ms" : [],"b":"}","n":-1.5e3} "#
        );
        assert!(whole.2);
        for chunk in 1..document.len() {
            assert_eq!(split(document.as_bytes(), chunk).unwrap(), whole, "{chunk}");
        }
    }

    #[test]
    fn a_quote_that_is_escaped_does_not_end_a_name() {
        let document = r#"{"\"items":[7],"\\":1,"a\\\"items":[8],"items":[9]}"#;
        for chunk in 1..=document.len() {
            let (elements, rest, whole) = split(document.as_bytes(), chunk).unwrap();
            assert_eq!(elements, ["9"], "{chunk}");
            assert_eq!(rest, document.replace('9', ""));
            assert!(whole);
        }
    }

    #[test]
    fn an_element_that_is_too_large_is_dropped_and_no_other() {
        let long = format!(r#"{{"x":"{}"}}"#, "y".repeat(40));
        let document = format!(r#"{{"items":[{{"a":1}},{long},{{"b":2}}]}}"#);
        for chunk in 1..document.len() {
            let (elements, rest, _) = split(document.as_bytes(), chunk).unwrap();
            assert_eq!(elements, [r#"{"a":1}"#, "too large: 48", r#"{"b":2}"#]);
            assert_eq!(rest, r#"{"items":[]}"#);
        }
    }

    #[test]
    fn what_is_cut_short_is_not_whole_and_what_is_no_json_is_told() {
        let document = r#"{"items":[{"a":1}],"b":2}"#;
        for end in 1..document.len() {
            let (_, _, whole) = split(&document.as_bytes()[..end], 3).unwrap();
            assert!(!whole, "{end}");
        }
        for broken in [
            r#"{"items":[{"a":1} {"b":2}]}"#,
            r#"{"items":[{"a":1},]}"#,
            r#"{"items":[,]}"#,
            r#"{"items":[,{"a":1}]}"#,
            r#"{"items":[{"a":1},,{"b":2}]}"#,
            r#"{"items" 1}"#,
            r#"{"items":[]}}"#,
        ] {
            assert!(split(broken.as_bytes(), 4).is_err(), "{broken}");
        }
    }

    /// A document with an array of random elements, of which some are broken.
    fn random_document(rng: &mut Rng) -> Vec<u8> {
        let mut document = br#"{"before":{"items":[1]},"items":["#.to_vec();
        for at in 0..rng.usize(..20) {
            if at > 0 {
                random::comma(rng, &mut document);
            }
            random::value(rng, 1, &mut document);
        }
        document.extend_from_slice(br#"],"after":"#);
        random::value(rng, 0, &mut document);
        document.push(b'}');
        if rng.u8(..4) == 0 {
            let garbage = random::garbage(rng);
            let at = rng.usize(..document.len());
            let removed = at..rng.usize(at..document.len().min(at + 3));
            let length = rng.usize(..garbage.len().min(3) + 1);
            document.splice(removed, garbage[..length].iter().copied());
        }
        document
    }

    #[test]
    fn random_documents_come_apart_as_they_do_byte_by_byte() {
        let mut met = [0; 2];
        for seed in 0..5_000 {
            let mut rng = Rng::with_seed(seed);
            let document = random_document(&mut rng);
            let largest = rng.usize(1..600);
            let expected = split_chunks(document.chunks(1), largest);
            met[usize::from(expected.is_ok())] += 1;
            let chunks = random::cut(&mut rng, &document);
            for chunks in [chunks, vec![&document[..]]] {
                let split = split_chunks(chunks.into_iter(), largest);
                assert_eq!(split, expected, "seed {seed}");
            }
        }
        assert!(met.iter().all(|times| *times > 100), "{met:?}");
    }

    #[test]
    fn what_is_pushed_at_once_comes_in_batches() {
        let element = format!(r#"{{"x":"{}"}}"#, "y".repeat(1000));
        let document = format!(r#"{{"items":[{}]}}"#, [&element[..]; 500].join(","));
        let mut splitter = Splitter::new("items");
        let batches = splitter.push(document.as_bytes()).unwrap();
        let sizes: Vec<_> = batches.iter().map(Batch::size).collect();
        assert!(sizes.len() > 7, "{sizes:?}");
        assert!(
            sizes.iter().all(|size| *size < BATCH + element.len()),
            "{sizes:?}"
        );
    }
}
