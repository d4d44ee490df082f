//! Decodes a record as nearly all are sent: quicker than `serde_json`, and all or nothing.
//!
//! What is read here is what `serde_json` would have read, and has no members that its type does not know. Not all that is JSON
//! is read here, and nothing is said of what is not: that is looked at more closely with `serde_json` itself.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, forward_to_deserialize_any};

use super::exact::{self, is_decimal};

/// How many arrays and objects may stand in one another, as `serde_json` has it.
const DEEPEST: u8 = 127;

/// Decodes a document. Nothing where it is not as expected, or is so in an unusual way.
pub(super) fn decode<'de, T: Deserialize<'de>>(text: &'de str) -> Option<T> {
    let mut reader = Reader::new(text);
    let value = T::deserialize(&mut reader);
    // Asked before the value is looked at, which would be copied on the way otherwise.
    if !reader.is_at_end() {
        return None;
    }
    value.ok()
}

/// As [`decode`], of the document that the text begins with. Says how long it is.
pub(super) fn decode_first<'de, T: Deserialize<'de>>(text: &'de str) -> Option<(T, usize)> {
    let mut reader = Reader::new(text);
    let value = T::deserialize(&mut reader).ok()?;
    Some((value, reader.at))
}

/// The document is not as expected, or not as usual: whoever wants to know has to look more closely.
#[derive(Debug)]
struct NotUsual;

impl fmt::Display for NotUsual {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not read")
    }
}

impl std::error::Error for NotUsual {}

impl Error for NotUsual {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

/// A document, and how far it has been read.
struct Reader<'de> {
    text: &'de str,
    at: usize,
    /// How many more arrays and objects may be begun inside of those that are.
    room: u8,
}

impl<'de> Reader<'de> {
    fn new(text: &'de str) -> Self {
        Self {
            text,
            at: 0,
            room: DEEPEST,
        }
    }

    /// The next byte that is no white space.
    #[inline]
    fn peek(&mut self) -> Result<u8, NotUsual> {
        loop {
            match self.text.as_bytes().get(self.at) {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.at += 1,
                Some(byte) => return Ok(*byte),
                None => return Err(NotUsual),
            }
        }
    }

    fn is_at_end(&mut self) -> bool {
        self.peek().is_err()
    }

    /// Goes past the next byte that is no white space, which has to be this one.
    #[inline]
    fn expect(&mut self, byte: u8) -> Result<(), NotUsual> {
        if self.peek()? != byte {
            return Err(NotUsual);
        }
        self.at += 1;
        Ok(())
    }

    /// Goes past a word, if it is the next one.
    #[inline]
    fn take_word(&mut self, word: &str) -> Result<bool, NotUsual> {
        self.peek()?;
        let is_next = self.text.as_bytes()[self.at..].starts_with(word.as_bytes());
        if is_next {
            self.at += word.len();
        }
        Ok(is_next)
    }

    /// Goes past a whole number.
    fn whole_number(&mut self) -> Result<i64, NotUsual> {
        match self.number()? {
            // `serde_json` takes it for a floating-point number.
            "-0" => Err(NotUsual),
            number if is_decimal(number.as_bytes()) => number.parse().map_err(|_| NotUsual),
            _ => Err(NotUsual),
        }
    }

    /// Goes past all that may be part of a number.
    fn number(&mut self) -> Result<&'de str, NotUsual> {
        self.peek()?;
        let text = &self.text[self.at..];
        let is_part = |byte: &u8| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
        let length = text.bytes().take_while(|byte| is_part(byte)).count();
        self.at += length;
        Ok(&text[..length])
    }

    /// Goes past a string, and gives what stands between its quotes if that stands for itself.
    #[inline]
    fn string<V: Visitor<'de>>(&mut self, visitor: V) -> Result<V::Value, NotUsual> {
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
            _ => Err(NotUsual),
        }
    }

    /// Goes past a string with escapes, which begins here.
    #[cold]
    fn escaped_string(&mut self) -> Result<String, NotUsual> {
        let rest = &self.text[self.at..];
        let mut strings = serde_json::Deserializer::from_str(rest).into_iter();
        let string = strings.next().and_then(Result::ok).ok_or(NotUsual)?;
        self.at += strings.byte_offset();
        Ok(string)
    }

    /// Goes past what stands between a bracket and its counterpart.
    fn inside<T>(
        &mut self,
        brackets: [u8; 2],
        read: impl FnOnce(Members<'_, 'de>) -> Result<T, NotUsual>,
    ) -> Result<T, NotUsual> {
        let [begin, end] = brackets;
        self.expect(begin)?;
        self.room = self.room.checked_sub(1).ok_or(NotUsual)?;
        let value = read(Members {
            reader: self,
            end,
            first: true,
        })?;
        self.room += 1;
        self.expect(end)?;
        Ok(value)
    }
}

/// A word, each byte of which is one.
const EACH: u64 = 0x0101_0101_0101_0101;

/// How many bytes the text begins with that stand for themselves in a string: the next one is a quote, a backslash, a control
/// character, or none.
// Where it is inlined, there are no registers left for what each eight bytes are compared with.
#[inline(never)]
fn plain(text: &[u8]) -> usize {
    let mut at = 0;
    while let Some(eight) = text[at..].first_chunk() {
        // To take a byte from a smaller one sets the highest bit: of the first byte that is no plain one, and perhaps of others
        // behind it. Bytes that have it set before are parts of characters.
        let word = u64::from_le_bytes(*eight);
        let [control, quote, backslash] = [
            word.wrapping_sub(EACH * 0x20),
            (word ^ (EACH * b'"' as u64)).wrapping_sub(EACH),
            (word ^ (EACH * b'\\' as u64)).wrapping_sub(EACH),
        ];
        let odd = (control | quote | backslash) & !word & (EACH * 0x80);
        if odd != 0 {
            return at + odd.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let is_plain = |byte: &&u8| !matches!(byte, b'"' | b'\\' | ..0x20);
    at + text[at..].iter().take_while(is_plain).count()
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = NotUsual;

    #[inline]
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotUsual> {
        match self.peek()? {
            b'"' => self.string(visitor),
            b't' | b'f' => self.deserialize_bool(visitor),
            b'-' => visitor.visit_i64(self.whole_number()?),
            b'0'..=b'9' => visitor.visit_u64(self.whole_number()?.unsigned_abs()),
            _ => Err(NotUsual),
        }
    }

    #[inline]
    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotUsual> {
        if self.take_word("true")? {
            visitor.visit_bool(true)
        } else if self.take_word("false")? {
            visitor.visit_bool(false)
        } else {
            Err(NotUsual)
        }
    }

    #[inline]
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotUsual> {
        self.string(visitor)
    }

    #[inline]
    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotUsual> {
        self.string(visitor)
    }

    #[inline]
    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotUsual> {
        self.string(visitor)
    }

    #[inline]
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotUsual> {
        match self.take_word("null")? {
            true => visitor.visit_none(),
            false => visitor.visit_some(self),
        }
    }

    #[inline]
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, NotUsual> {
        match name {
            exact::NAME => visitor.visit_borrowed_bytes(self.number()?.as_bytes()),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    #[inline]
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotUsual> {
        self.inside(*b"[]", |elements| visitor.visit_seq(elements))
    }

    #[inline]
    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, NotUsual> {
        self.inside(*b"{}", |members| visitor.visit_map(members))
    }

    #[inline]
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, NotUsual> {
        self.deserialize_map(visitor)
    }

    /// serde's derived code skips a member that it does not know by asking for a value to ignore.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, NotUsual> {
        Err(NotUsual)
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char bytes byte_buf unit unit_struct tuple
        tuple_struct enum
    }
}

/// What stands between two brackets.
struct Members<'a, 'de> {
    reader: &'a mut Reader<'de>,
    end: u8,
    first: bool,
}

impl Members<'_, '_> {
    /// Whether there is another one: then it is what has to come next.
    #[inline]
    fn has_next(&mut self) -> Result<bool, NotUsual> {
        let at_end = self.reader.peek()? == self.end;
        if at_end || std::mem::take(&mut self.first) {
            return Ok(!at_end);
        }
        self.reader.expect(b',')?;
        Ok(true)
    }
}

impl<'de> SeqAccess<'de> for Members<'_, 'de> {
    type Error = NotUsual;

    #[inline]
    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, NotUsual> {
        if !self.has_next()? {
            return Ok(None);
        }
        match self.reader.peek()? {
            b']' => Err(NotUsual),
            _ => seed.deserialize(&mut *self.reader).map(Some),
        }
    }
}

impl<'de> MapAccess<'de> for Members<'_, 'de> {
    type Error = NotUsual;

    #[inline]
    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, NotUsual> {
        if !self.has_next()? {
            return Ok(None);
        }
        match self.reader.peek()? {
            b'"' => seed.deserialize(&mut *self.reader).map(Some),
            _ => Err(NotUsual),
        }
    }

    #[inline]
    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, NotUsual> {
        self.reader.expect(b':')?;
        seed.deserialize(&mut *self.reader)
    }
}

#[cfg(test)]
mod tests;
