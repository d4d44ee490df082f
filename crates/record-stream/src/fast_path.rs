//! Decodes a typical record faster than `serde_json`, all or nothing.
//!
//! The fast path accepts only records without unknown fields, and reads them as `serde_json` does. The caller falls back to
//! `serde_json` for all others.

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, forward_to_deserialize_any};

use crate::raw_number;
use tokens::{Fallback, Tokens};

mod tokens;

/// The depth limit of `serde_json`.
const DEEPEST: u8 = 127;

/// Decodes a document, or returns `None` to have `serde_json` read it.
pub(crate) fn decode<'de, T: Deserialize<'de>>(text: &'de str) -> Option<T> {
    let mut reader = Reader::new(text);
    let value = T::deserialize(&mut reader);
    // Before the value is moved: this order saves a copy.
    if !reader.tokens.is_at_end() {
        return None;
    }
    value.ok()
}

/// A document being read.
struct Reader<'de> {
    tokens: Tokens<'de>,
    /// How many more levels of arrays and objects may be opened.
    room: u8,
}

impl<'de> Reader<'de> {
    fn new(text: &'de str) -> Self {
        Self {
            tokens: Tokens::new(text),
            room: DEEPEST,
        }
    }

    /// Reads from a bracket to its counterpart.
    fn inside<T>(
        &mut self,
        brackets: [u8; 2],
        read: impl FnOnce(Members<'_, 'de>) -> Result<T, Fallback>,
    ) -> Result<T, Fallback> {
        let [begin, end] = brackets;
        self.tokens.expect(begin)?;
        self.room = self.room.checked_sub(1).ok_or(Fallback)?;
        let value = read(Members {
            reader: self,
            end,
            first: true,
        })?;
        self.room += 1;
        self.tokens.expect(end)?;
        Ok(value)
    }
}

impl<'de> Deserializer<'de> for &mut Reader<'de> {
    type Error = Fallback;

    #[inline]
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fallback> {
        match self.tokens.peek()? {
            b'"' => self.tokens.string(visitor),
            b't' | b'f' => self.deserialize_bool(visitor),
            b'-' => visitor.visit_i64(self.tokens.whole_number()?),
            b'0'..=b'9' => visitor.visit_u64(self.tokens.whole_number()?.unsigned_abs()),
            _ => Err(Fallback),
        }
    }

    #[inline]
    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fallback> {
        if self.tokens.take_word("true")? {
            visitor.visit_bool(true)
        } else if self.tokens.take_word("false")? {
            visitor.visit_bool(false)
        } else {
            Err(Fallback)
        }
    }

    #[inline]
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fallback> {
        self.tokens.string(visitor)
    }

    #[inline]
    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fallback> {
        self.tokens.string(visitor)
    }

    #[inline]
    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fallback> {
        self.tokens.string(visitor)
    }

    #[inline]
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fallback> {
        match self.tokens.take_word("null")? {
            true => visitor.visit_none(),
            false => visitor.visit_some(self),
        }
    }

    #[inline]
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fallback> {
        match name {
            raw_number::NAME => visitor.visit_borrowed_bytes(self.tokens.number()?.as_bytes()),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    #[inline]
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fallback> {
        self.inside(*b"[]", |elements| visitor.visit_seq(elements))
    }

    #[inline]
    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fallback> {
        self.inside(*b"{}", |members| visitor.visit_map(members))
    }

    #[inline]
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fallback> {
        self.deserialize_map(visitor)
    }

    /// serde's derived code asks for a value to ignore when it skips an unknown field.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Fallback> {
        Err(Fallback)
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char bytes byte_buf unit unit_struct tuple
        tuple_struct enum
    }
}

/// The content between two brackets.
struct Members<'a, 'de> {
    reader: &'a mut Reader<'de>,
    end: u8,
    first: bool,
}

impl Members<'_, '_> {
    /// Whether another member follows.
    #[inline]
    fn has_next(&mut self) -> Result<bool, Fallback> {
        let at_end = self.reader.tokens.peek()? == self.end;
        if at_end || std::mem::take(&mut self.first) {
            return Ok(!at_end);
        }
        self.reader.tokens.expect(b',')?;
        Ok(true)
    }
}

impl<'de> SeqAccess<'de> for Members<'_, 'de> {
    type Error = Fallback;

    #[inline]
    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Fallback> {
        if !self.has_next()? {
            return Ok(None);
        }
        // After a comma, a closing bracket is refused as the beginning of a value.
        seed.deserialize(&mut *self.reader).map(Some)
    }
}

impl<'de> MapAccess<'de> for Members<'_, 'de> {
    type Error = Fallback;

    #[inline]
    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Fallback> {
        if !self.has_next()? {
            return Ok(None);
        }
        match self.reader.tokens.peek()? {
            b'"' => seed.deserialize(&mut *self.reader).map(Some),
            _ => Err(Fallback),
        }
    }

    #[inline]
    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Fallback> {
        self.reader.tokens.expect(b':')?;
        seed.deserialize(&mut *self.reader)
    }
}

#[cfg(test)]
mod tests;
