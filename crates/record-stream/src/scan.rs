//! Finds where a JSON value ends, in pieces as they arrive.
//!
//! The scan validates nothing: the value may not be JSON.

use memchr::memchr2;

use crate::block::{self, Strings};

/// The most values in a document that is decoded, an object or array counted as eight: even an empty one may take hundreds of
/// bytes of memory.
pub const MAX_VALUES: usize = 192 * 1024;

/// What an object or array counts as.
const CONTAINER: usize = 8;

/// A value whose end is searched for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value {
    /// An object or an array.
    InBrackets(Brackets),
    /// A string, and whether the byte before was a backslash that escapes the next one.
    String { escaped: bool },
    /// A number, `true`, `false` or `null`, which ends where something else begins.
    Plain,
}

impl Value {
    pub(crate) fn begin(first: u8) -> Self {
        match first {
            b'{' | b'[' => Self::InBrackets(Brackets::default()),
            b'"' => Self::String { escaped: false },
            _ => Self::Plain,
        }
    }

    /// The number of these bytes after which the value ends, if it ends in them. They follow the value's first byte.
    ///
    /// `continues` receives the end of a value in brackets and returns whether to scan on to the end of the next one: it vouches
    /// that the next one is in brackets too, begins in these bytes, and has only white space and a comma before it.
    pub(crate) fn end(
        &mut self,
        bytes: &[u8],
        continues: &mut dyn FnMut(usize) -> bool,
    ) -> Option<usize> {
        match self {
            Self::InBrackets(brackets) => {
                // The copy stays in registers.
                let mut copy = *brackets;
                let end = copy.end(bytes, continues);
                *brackets = copy;
                end
            }
            Self::String { escaped } => end_of_string(bytes, escaped),
            Self::Plain => bytes
                .iter()
                .position(|byte| is_space(*byte) || matches!(byte, b',' | b']' | b'}')),
        }
    }
}

/// The number of open brackets of either kind, and whether a string is open.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Brackets {
    depth: usize,
    strings: Strings,
}

/// After the bracket that begins a value.
impl Default for Brackets {
    fn default() -> Self {
        Self {
            depth: 1,
            strings: Strings::default(),
        }
    }
}

impl Brackets {
    #[inline(always)]
    fn end(&mut self, bytes: &[u8], continues: &mut dyn FnMut(usize) -> bool) -> Option<usize> {
        let (blocks, rest) = bytes.as_chunks::<{ block::SIZE }>();
        let mut begin = 0;
        for block in blocks {
            let end;
            match self.strings.take_block(block) {
                Some(brackets) => end = self.end_in_block(block, brackets, begin, continues),
                None => (*self, end) = self.end_byte_by_byte(block, begin, continues),
            }
            if end.is_some() {
                return end;
            }
            begin += block::SIZE;
        }
        let end;
        (*self, end) = self.end_byte_by_byte(rest, begin, continues);
        end
    }

    #[inline(always)]
    fn end_in_block(
        &mut self,
        block: &[u8; block::SIZE],
        mut brackets: u64,
        begin: usize,
        continues: &mut dyn FnMut(usize) -> bool,
    ) -> Option<usize> {
        while brackets != 0 {
            let at = brackets.trailing_zeros() as usize;
            brackets &= brackets - 1;
            if self.is_last(block[at]) && !continues(begin + at + 1) {
                return Some(begin + at + 1);
            }
        }
        None
    }

    /// By value, so that the caller can keep `self` in registers.
    #[inline(never)]
    fn end_byte_by_byte(
        mut self,
        bytes: &[u8],
        begin: usize,
        continues: &mut dyn FnMut(usize) -> bool,
    ) -> (Self, Option<usize>) {
        for (at, byte) in bytes.iter().enumerate() {
            if self.strings.take(*byte) && self.is_last(*byte) && !continues(begin + at + 1) {
                return (self, Some(begin + at + 1));
            }
        }
        (self, None)
    }

    /// Counts a byte that looks like a bracket, and returns whether it closes the value.
    #[inline(always)]
    fn is_last(&mut self, byte: u8) -> bool {
        let (opens, closes) = block::opens_and_closes(byte);
        self.depth += usize::from(opens);
        self.depth -= usize::from(closes);
        self.depth == 0
    }
}

fn end_of_string(bytes: &[u8], escaped: &mut bool) -> Option<usize> {
    let mut at = 0;
    loop {
        if *escaped {
            bytes.get(at)?;
            *escaped = false;
            at += 1;
        }
        at += memchr2(b'"', b'\\', &bytes[at..])? + 1;
        if bytes[at - 1] == b'"' {
            return Some(at);
        }
        *escaped = true;
    }
}

/// Whether a document has more than [`MAX_VALUES`] values.
pub(crate) fn has_too_many_values(document: &str) -> bool {
    document.len() > MAX_VALUES / CONTAINER && values(document.as_bytes()) > MAX_VALUES
}

/// The number of values, an object or array counted as [`CONTAINER`].
fn values(text: &[u8]) -> usize {
    let mut count = 0;
    let mut rest = text;
    let is_one = |byte: &u8| matches!(byte, b',' | b'[' | b'{' | b'"');
    while let Some(at) = rest.iter().position(is_one) {
        let byte = rest[at];
        rest = &rest[at + 1..];
        match byte {
            // Each value but the first has a separator before it.
            b',' => count += 1,
            b'"' => {
                let end = end_of_string(rest, &mut false);
                rest = &rest[end.unwrap_or(rest.len())..];
            }
            _ => count += CONTAINER,
        }
    }
    count
}

/// White space between JSON's tokens (RFC 8259, 2).
pub(crate) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

#[cfg(test)]
mod tests {
    use fastrand::Rng;

    use super::*;
    use crate::random;

    /// Where a value ends that begins with this byte: after that many of the bytes that follow it.
    fn reference(first: u8, bytes: &[u8]) -> Option<usize> {
        let is_plain = !matches!(first, b'"' | b'{' | b'[');
        let mut depth = usize::from(matches!(first, b'{' | b'['));
        let mut in_text = first == b'"';
        let mut escaped = false;
        for (at, byte) in bytes.iter().enumerate() {
            match byte {
                b' ' | b'\t' | b'\n' | b'\r' | b',' | b']' | b'}' if is_plain => return Some(at),
                _ if is_plain => continue,
                _ if escaped => escaped = false,
                b'\\' if in_text => escaped = true,
                b'"' => in_text = !in_text,
                b'{' | b'[' if !in_text => depth += 1,
                b'}' | b']' if !in_text => depth -= 1,
                _ => continue,
            }
            if depth == 0 && !in_text {
                return Some(at + 1);
            }
        }
        None
    }

    /// Where the value ends if its bytes come in these chunks.
    fn scan(first: u8, chunks: &[&[u8]]) -> Option<usize> {
        let mut value = Value::begin(first);
        let mut before = 0;
        for chunk in chunks {
            if let Some(end) = value.end(chunk, &mut |_| false) {
                return Some(before + end);
            }
            before += chunk.len();
        }
        None
    }

    #[test]
    fn random_values_end_where_a_plain_scan_finds_it() {
        let mut met = [0; 2];
        for seed in 0..20_000 {
            let mut rng = Rng::with_seed(seed);
            let first = rng.choice(*b"{{{[\"n").unwrap();
            // Garbage closes a few brackets soon.
            let mut bytes = vec![b'['; rng.choice([0, 0, 3, 30]).unwrap()];
            bytes.extend(random::garbage(&mut rng));
            random::value(&mut rng, 0, &mut bytes);
            bytes.extend(random::garbage(&mut rng));
            let expected = reference(first, &bytes);
            met[usize::from(expected.is_some())] += 1;
            let chunks = random::cut(&mut rng, &bytes);
            for chunks in [&chunks[..], &[&bytes]] {
                assert_eq!(scan(first, chunks), expected, "seed {seed}");
            }
        }
        assert!(met.iter().all(|times| *times > 2000), "{met:?}");
    }

    #[test]
    fn runs_of_backslashes_cross_the_borders_of_blocks() {
        for before in 0..=block::SIZE {
            for run in 0..=2 * block::SIZE + 2 {
                let document = format!(
                    r#"{{"{}{}"}}"}},{{"}}"#,
                    "a".repeat(before),
                    r"\".repeat(run)
                );
                let bytes = &document.as_bytes()[1..];
                let expected = reference(b'{', bytes);
                for cut in [0, 1, 63, 64, 65, before, before + run] {
                    let (left, right) = bytes.split_at(cut.min(bytes.len()));
                    let end = scan(b'{', &[left, right]);
                    assert_eq!(end, expected, "{before} {run} {cut}");
                }
            }
        }
    }

    #[test]
    fn a_backslash_outside_of_texts_escapes_nothing() {
        for before in 0..=2 * block::SIZE {
            let document = format!(r#"{{{}\"}}"\"}}"#, " ".repeat(before));
            let bytes = &document.as_bytes()[1..];
            let padded = [bytes, &[b' '; 2 * block::SIZE]].concat();
            assert_eq!(reference(b'{', bytes), None);
            assert_eq!(scan(b'{', &[&padded]), reference(b'{', &padded), "{before}");
        }
    }

    #[test]
    fn values_are_counted_outside_of_strings() {
        for (text, expected) in [
            (r#"{"a":[1,{},"],[\",{"],"b":2}"#, 3 * CONTAINER + 3),
            ("[[],[]]", 3 * CONTAINER + 1),
            (r#"",[{"#, 0),
            ("7", 0),
        ] {
            assert_eq!(values(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn values_in_a_row_end_one_by_one() {
        let value = r#"{"a":["]}",{}],"_":"y"}"#;
        let values = [value; 40].join(" , ");
        let mut ends = Vec::new();
        let end = Value::begin(b'{').end(&values.as_bytes()[1..], &mut |end| {
            ends.push(end + 1);
            ends.len() < 30
        });
        let expected: Vec<_> = (0..30)
            .map(|at| at * (value.len() + 3) + value.len())
            .collect();
        assert_eq!(ends, expected);
        assert_eq!(end, Some(expected[29] - 1));
    }
}
