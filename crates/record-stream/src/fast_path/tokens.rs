//! Reads JSON text token by token.

use std::fmt;

use serde::de::{Error, Visitor};
use wide::u8x16;

use crate::raw_number::is_decimal;

/// The document is left to `serde_json`.
#[derive(Debug)]
pub(crate) struct Fallback;

impl fmt::Display for Fallback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not read")
    }
}

impl std::error::Error for Fallback {}

impl Error for Fallback {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

/// A JSON text, and how far it has been read.
pub(crate) struct Tokens<'de> {
    text: &'de str,
    at: usize,
}

impl<'de> Tokens<'de> {
    pub(crate) fn new(text: &'de str) -> Self {
        Self { text, at: 0 }
    }

    /// The next byte that is not white space.
    #[inline]
    pub(crate) fn peek(&mut self) -> Result<u8, Fallback> {
        loop {
            match self.text.as_bytes().get(self.at) {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.at += 1,
                Some(byte) => return Ok(*byte),
                None => return Err(Fallback),
            }
        }
    }

    /// Whether only white space is left.
    pub(crate) fn is_at_end(&mut self) -> bool {
        self.peek().is_err()
    }

    /// Takes the next byte that is not white space, which must be this one.
    #[inline]
    pub(crate) fn expect(&mut self, byte: u8) -> Result<(), Fallback> {
        if self.peek()? != byte {
            return Err(Fallback);
        }
        self.at += 1;
        Ok(())
    }

    /// Takes a word, if it comes next.
    #[inline]
    pub(crate) fn take_word(&mut self, word: &str) -> Result<bool, Fallback> {
        self.peek()?;
        let is_next = self.text.as_bytes()[self.at..].starts_with(word.as_bytes());
        if is_next {
            self.at += word.len();
        }
        Ok(is_next)
    }

    /// Takes an integer.
    pub(crate) fn whole_number(&mut self) -> Result<i64, Fallback> {
        match self.number()? {
            // `serde_json` reads it as a floating-point number.
            "-0" => Err(Fallback),
            number if is_decimal(number.as_bytes()) => number.parse().map_err(|_| Fallback),
            _ => Err(Fallback),
        }
    }

    /// Takes the characters of a number, valid or not.
    pub(crate) fn number(&mut self) -> Result<&'de str, Fallback> {
        self.peek()?;
        let text = &self.text[self.at..];
        let is_part = |byte: &u8| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
        let length = text.bytes().take_while(|byte| is_part(byte)).count();
        self.at += length;
        Ok(&text[..length])
    }

    /// Takes a string and passes it to the visitor.
    #[inline]
    pub(crate) fn string<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, Fallback> {
        self.expect(b'"')?;
        let begin = self.at;
        self.at += plain(&self.text.as_bytes()[begin..]);
        match self.text.as_bytes().get(self.at) {
            Some(b'"') => {
                let text = &self.text[begin..self.at];
                self.at += 1;
                visitor.visit_borrowed_str(text)
            }
            Some(b'\\') => {
                self.at = begin - 1;
                visitor.visit_string(self.escaped_string()?)
            }
            _ => Err(Fallback),
        }
    }

    /// Takes a string with escapes, which begins here.
    #[cold]
    fn escaped_string(&mut self) -> Result<String, Fallback> {
        let rest = &self.text[self.at..];
        let mut strings = serde_json::Deserializer::from_str(rest).into_iter();
        let string = strings.next().and_then(Result::ok).ok_or(Fallback)?;
        self.at += strings.byte_offset();
        Ok(string)
    }
}

/// The number of leading bytes that stand for themselves in a string: the next byte is a quote, a backslash or a control
/// character, or there is none.
#[inline]
fn plain(text: &[u8]) -> usize {
    let mut at = 0;
    while let Some(sixteen) = text[at..].first_chunk() {
        let bytes = u8x16::new(*sixteen);
        let is = |byte| bytes.simd_eq(u8x16::splat(byte));
        let is_control = bytes.min(u8x16::splat(0x1f)).simd_eq(bytes);
        let special = (is(b'"') | is(b'\\') | is_control).to_bitmask();
        if special != 0 {
            return at + special.trailing_zeros() as usize;
        }
        at += sixteen.len();
    }
    let is_plain = |byte: &&u8| !matches!(byte, b'"' | b'\\' | ..0x20);
    at + text[at..].iter().take_while(is_plain).count()
}
