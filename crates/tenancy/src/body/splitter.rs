//! Cuts the bytes of a JSON document into the elements of one array of its top level, and the rest.

use std::ops::Range;

use memchr::memchr2;

/// The largest record that is held, in bytes. A larger one is no record of a tenant that anybody wrote.
pub(super) const LARGEST_RECORD: usize = 16 * 1024 * 1024;
/// How much may stand around the records, in bytes.
const LARGEST_REST: usize = 16 * 1024 * 1024;
/// How many bytes of records make a batch.
const BATCH: usize = 8 * 1024;

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

/// A value whose end is looked for.
#[derive(Clone, Copy, Debug, Default)]
struct Value {
    depth: usize,
    in_text: bool,
    /// Whether the byte before was a backslash that escapes the next one.
    escaped: bool,
    /// Whether it is a number or a word, which ends where something else begins.
    plain: bool,
}

const TEXT: u8 = 1;
const OPEN: u8 = 2;
const CLOSE: u8 = 3;

/// What a byte outside of texts means for where a value ends.
static MEANING: [u8; 256] = {
    let mut meaning = [0; 256];
    meaning[b'"' as usize] = TEXT;
    meaning[b'{' as usize] = OPEN;
    meaning[b'[' as usize] = OPEN;
    meaning[b'}' as usize] = CLOSE;
    meaning[b']' as usize] = CLOSE;
    meaning
};

impl Value {
    fn begin(first: u8) -> Self {
        let in_text = first == b'"';
        let depth = usize::from(MEANING[usize::from(first)] == OPEN);
        Self {
            depth,
            in_text,
            escaped: false,
            plain: !in_text && depth == 0,
        }
    }

    /// Where the value ends: after that many of these bytes, or not in them. They follow the value's first byte.
    fn end(&mut self, bytes: &[u8]) -> Option<usize> {
        if self.plain {
            return bytes
                .iter()
                .position(|byte| is_space(*byte) || matches!(byte, b',' | b']' | b'}'));
        }
        let mut at = 0;
        loop {
            if self.in_text {
                if self.escaped {
                    bytes.get(at)?;
                    self.escaped = false;
                    at += 1;
                }
                at += memchr2(b'"', b'\\', &bytes[at..])? + 1;
                if bytes[at - 1] == b'\\' {
                    self.escaped = true;
                    continue;
                }
                self.in_text = false;
                if self.depth == 0 {
                    return Some(at);
                }
            }
            while MEANING[usize::from(*bytes.get(at)?)] == 0 {
                at += 1;
            }
            match MEANING[usize::from(bytes[at])] {
                TEXT => self.in_text = true,
                OPEN => self.depth += 1,
                _ => self.depth = self.depth.saturating_sub(1),
            }
            at += 1;
            if self.depth == 0 {
                return Some(at);
            }
        }
    }
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
            value: Value::default(),
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

    /// Takes some of the bytes that come next, never more than one element, and says how many. Whole elements are kept until
    /// they are [`cut`](Self::cut) off, or are a batch.
    pub(super) fn take(
        &mut self,
        bytes: &[u8],
        batches: &mut Vec<Batch>,
    ) -> Result<usize, NotJson> {
        let taken = match self.state {
            State::InElement => self.element(bytes, batches),
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

    /// Whether the byte that comes next is the first one of an element that is an object.
    pub(super) fn is_before_object(&self, byte: u8) -> bool {
        let due = matches!(self.state, State::BeforeElement { first, due } if first || due);
        due && byte == b'{'
    }

    /// The element that comes next is taken by somebody else.
    pub(super) fn leave_out_element(&mut self) {
        self.state = State::BeforeElement {
            first: false,
            due: false,
        };
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
        let end = self.value.end(bytes);
        if end.is_some() {
            self.state = State::Members;
        }
        let taken = end.unwrap_or(bytes.len());
        self.rest.extend_from_slice(&bytes[..taken]);
        taken
    }

    /// Takes the bytes of an element, and says how many they were.
    fn element(&mut self, bytes: &[u8], batches: &mut Vec<Batch>) -> usize {
        let end = self.value.end(bytes);
        let taken = end.unwrap_or(bytes.len());
        let held = self.batch.bytes.len() - self.begin;
        if self.dropped > 0 || held + taken > self.largest {
            self.dropped += (held + taken) as u64;
            self.batch.bytes.truncate(self.begin);
        } else {
            self.batch.bytes.extend_from_slice(&bytes[..taken]);
        }
        if end.is_some() {
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
        taken
    }

    /// Hands on the elements that are whole.
    pub(super) fn cut(&mut self, batches: &mut Vec<Batch>) {
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

/// White space between JSON's tokens (RFC 8259, 2).
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The elements, the rest and whether the document is whole.
    fn split(document: &[u8], chunk: usize) -> Result<(Vec<String>, String, bool), NotJson> {
        let mut splitter = Splitter::with_bound("items", 32);
        let mut batches = Vec::new();
        for bytes in document.chunks(chunk) {
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
            r#"{"items" 1}"#,
            r#"{"items":[]}}"#,
        ] {
            assert!(split(broken.as_bytes(), 4).is_err(), "{broken}");
        }
    }
}
