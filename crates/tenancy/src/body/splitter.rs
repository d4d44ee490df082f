//! Cuts the bytes of a JSON document into the elements of one array of its top level, and the rest.

use std::ops::Range;

use super::scan::{Value, is_space};

/// The largest record that is held, in bytes. A larger one is no record of a tenant that anybody wrote.
const LARGEST_RECORD: usize = 16 * 1024 * 1024;
/// How much may stand around the records, in bytes.
const LARGEST_REST: usize = 16 * 1024 * 1024;
/// How many bytes of records make a batch.
const BATCH: usize = 64 * 1024;
/// For how many elements there is room from the first one on.
const MOST_FORESEEN: usize = 256;

/// Records that arrived together.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub(super) bytes: Vec<u8>,
    pub(super) pieces: Vec<Piece>,
}

/// One element of the array.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Where in the batch's bytes it is.
    Record(Range<usize>),
    /// It has so many bytes, more than are held, and was dropped.
    TooLarge(u64),
}

/// The document is no JSON, or not all of it is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NotJson;

/// Cuts the bytes of a JSON document, in pieces as they arrive, into the elements of the array that is a member of its top
/// level, and the rest of the document.
///
/// It counts brackets outside of texts and judges neither the elements nor the rest: whoever decodes them does.
#[derive(Debug)]
pub(super) struct Splitter {
    records: &'static str,
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
    /// Looks for the array that is the member of this name.
    pub(super) fn new(records: &'static str) -> Self {
        Self::with_bound(records, LARGEST_RECORD)
    }

    fn with_bound(records: &'static str, largest: usize) -> Self {
        Self {
            records,
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

    /// Takes the bytes that come next, and hands on the records that are whole.
    pub(super) fn push(
        &mut self,
        mut bytes: &[u8],
        batches: &mut Vec<Batch>,
    ) -> Result<(), NotJson> {
        while !bytes.is_empty() {
            let taken = self.take(bytes, batches)?;
            bytes = &bytes[taken..];
        }
        self.cut(batches);
        Ok(())
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
        if self.rest.len() > LARGEST_REST {
            return Err(NotJson);
        }
        Ok(taken)
    }

    /// The document without the elements, as far as it is there; whether the array was met; whether the document is whole.
    pub(super) fn rest(&self) -> (&[u8], bool, bool) {
        let whole = matches!(self.state, State::End | State::Other);
        (&self.rest, self.before.is_some(), whole)
    }

    /// The document up to the array and its bracket, once it has begun.
    pub(super) fn before_records(&self) -> Option<&[u8]> {
        self.before.map(|length| &self.rest[..length])
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

    use super::super::random;
    use super::*;

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
            splitter.push(bytes, &mut batches)?;
        }
        let mut elements = Vec::new();
        for batch in batches {
            for piece in &batch.pieces {
                elements.push(match piece {
                    Piece::Record(range) => {
                        String::from_utf8_lossy(&batch.bytes[range.clone()]).into_owned()
                    }
                    Piece::TooLarge(length) => format!("too large: {length}"),
                });
            }
        }
        let (rest, _, whole) = splitter.rest();
        Ok((elements, String::from_utf8_lossy(rest).into_owned(), whole))
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
        let mut batches = Vec::new();
        let mut splitter = Splitter::new("items");
        splitter.push(document.as_bytes(), &mut batches).unwrap();
        let sizes: Vec<_> = batches.iter().map(|batch| batch.bytes.len()).collect();
        assert!(sizes.len() > 7, "{sizes:?}");
        assert!(
            sizes.iter().all(|size| *size < BATCH + element.len()),
            "{sizes:?}"
        );
    }
}
