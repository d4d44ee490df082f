//! Decodes a record as nearly all are sent: quicker than `serde_json`, and all or nothing.
//!
//! What is read here is what `serde_json` would have read, and has no members that its type does not know. Not all that is JSON
//! is read here, and nothing is said of what is not: that is looked at more closely with `serde_json` itself.

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, forward_to_deserialize_any};

use crate::raw_number;
use tokens::{Fallback, Tokens};

mod tokens;

/// How many arrays and objects may stand in one another, as `serde_json` has it.
const DEEPEST: u8 = 127;

/// Decodes a document. Nothing where it is not as expected, or is so in an unusual way.
pub(crate) fn decode<'de, T: Deserialize<'de>>(text: &'de str) -> Option<T> {
    let mut reader = Reader::new(text);
    let value = T::deserialize(&mut reader);
    // Asked before the value is looked at, which would be copied on the way otherwise.
    if !reader.tokens.is_at_end() {
        return None;
    }
    value.ok()
}

/// A document that is read.
struct Reader<'de> {
    tokens: Tokens<'de>,
    /// How many more arrays and objects may be begun inside of those that are.
    room: u8,
}

impl<'de> Reader<'de> {
    fn new(text: &'de str) -> Self {
        Self {
            tokens: Tokens::new(text),
            room: DEEPEST,
        }
    }

    /// Goes past what stands between a bracket and its counterpart.
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

    /// serde's derived code skips a member that it does not know by asking for a value to ignore.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Fallback> {
        Err(Fallback)
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
        // No value begins with a bracket that closes: after a comma it is refused there.
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
