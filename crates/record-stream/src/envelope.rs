//! The document around the records: totals, cursors, errors.

use std::fmt;

use serde::de::{DeserializeOwned, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::json_tree::JsonTree;
use crate::non_finite::quote_non_finite;
use crate::pointer::names;
use crate::scan::has_too_many_values;
use crate::utf8::{BYTE_ORDER_MARK, repair_utf8};

/// The size up to which each field is looked at, in bytes.
const LARGEST: usize = 1024 * 1024;

/// The document is not JSON, or ends too early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotJson;

impl fmt::Display for NotJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the body is not one complete JSON document")
    }
}

impl std::error::Error for NotJson {}

/// A document without its records.
#[derive(Debug)]
pub struct Envelope {
    records: String,
    has_records: bool,
    is_abridged: bool,
    text: String,
    is_object: bool,
}

/// A field of the envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field<T> {
    /// It was not sent.
    Absent,
    /// It was sent as null.
    Null,
    /// It was sent.
    Value(T),
    /// It has another type than the declared one, or was sent twice with different values: the reason.
    Invalid(&'static str),
}

impl<T> Field<T> {
    /// The value, if one was sent.
    pub fn value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null | Self::Invalid(_) => None,
        }
    }
}

impl Envelope {
    pub(crate) fn read(
        document: Vec<u8>,
        records: &str,
        has_records: bool,
        is_abridged: bool,
    ) -> Result<Self, NotJson> {
        let mut text = into_text(document);
        let mut read = serde_json::from_str(&text);
        if read.is_err()
            && let Some(quoted) = quote_non_finite(&text)
        {
            text = quoted;
            read = serde_json::from_str(&text);
        }
        let _: &RawValue = read.map_err(|_| NotJson)?;
        Ok(Self {
            records: records.to_owned(),
            has_records,
            is_abridged,
            is_object: text.trim_ascii_start().starts_with('{'),
            text,
        })
    }

    /// Whether the document has the array of records.
    #[must_use]
    pub fn has_records(&self) -> bool {
        self.has_records
    }

    /// Whether it is too large to look at each field: it has values that were not kept, or more than 1 MiB or
    /// [`MAX_VALUES`](crate::MAX_VALUES) values.
    #[must_use]
    pub fn is_large(&self) -> bool {
        self.is_abridged || self.text.len() > LARGEST || has_too_many_values(&self.text)
    }

    /// Why the document has no array of records, in serde's words; `None` if it has one.
    #[must_use]
    pub fn no_list(&self) -> Option<String> {
        if self.has_records {
            return None;
        }
        let records = &self.records;
        if records.is_empty() {
            return Some("it is not an array".to_owned());
        }
        Some(match self.is_object {
            false => "it is not an object".to_owned(),
            true if matches!(self.field::<IgnoredAny>(records), Field::Absent) => {
                format!("missing field `{records}`")
            }
            true => format!("`{records}` is not an array"),
        })
    }

    /// The document's text, with the array of records empty, and `[[]]` for each value that was not kept: one beyond 1 MiB.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The fields that were sent again later, by their JSON pointers, with their earlier values. Fields that repeat the same value are
    /// not among them, except the list of records, whose text is not kept.
    #[must_use]
    pub fn overridden(&self) -> Vec<(String, Box<RawValue>)> {
        let Ok(document) = serde_json::from_str(&self.text) else {
            return Vec::new();
        };
        let list = names(&self.records);
        let duplicates = JsonTree::read(document).drop_duplicates(usize::MAX);
        duplicates
            .into_iter()
            .filter(|it| it.differs || list.starts_with(&names(&it.pointer)))
            .map(|it| (it.pointer, it.value))
            .collect()
    }

    /// A field of the top level, by its name, or one further inside, by its JSON pointer.
    #[must_use]
    pub fn field<T: DeserializeOwned>(&self, place: &str) -> Field<T> {
        let mut value = self.text.trim_ascii();
        for name in names(place) {
            let found = match member(value, &name) {
                Ok(found) => found,
                Err(_) if value.len() == self.text.trim_ascii().len() => return Field::Absent,
                Err(_) if value == "null" => return Field::Null,
                Err(_) => return Field::Invalid("of another type"),
            };
            value = match found {
                Member::Absent => return Field::Absent,
                Member::Sent(found) => found.get(),
                Member::Contradictory => {
                    return Field::Invalid("sent twice, with different values");
                }
            };
        }
        if value == "null" {
            return Field::Null;
        }
        serde_json::from_str(value).map_or(Field::Invalid("of another type"), Field::Value)
    }
}

/// The bytes as text, without a copy if they are UTF-8.
fn into_text(document: Vec<u8>) -> String {
    match String::from_utf8(document) {
        Ok(text) if text.as_bytes().starts_with(BYTE_ORDER_MARK) => {
            repair_utf8(text.as_bytes()).into_owned()
        }
        Ok(text) => text,
        Err(error) => repair_utf8(error.as_bytes()).into_owned(),
    }
}

/// A member of an object.
enum Member<'a> {
    Absent,
    Sent(&'a RawValue),
    /// It was sent twice, with different values.
    Contradictory,
}

/// Searches an object for its member of this name, without keeping the others, which may be millions.
fn member<'a>(object: &'a str, name: &str) -> serde_json::Result<Member<'a>> {
    // Most envelopes have few of the fields that are asked for.
    let is_nowhere = || !object.contains('\\') && !object.contains(&format!("\"{name}\""));
    if object.starts_with('{') && is_nowhere() {
        return Ok(Member::Absent);
    }
    serde_json::Deserializer::from_str(object).deserialize_map(MemberVisitor { name })
}

struct MemberVisitor<'n> {
    name: &'n str,
}

impl<'de> Visitor<'de> for MemberVisitor<'_> {
    type Value = Member<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = Member::Absent;
        while let Some((name, value)) = map.next_entry::<String, &RawValue>()? {
            if name != self.name {
                continue;
            }
            found = match found {
                Member::Absent => Member::Sent(value),
                // The same value sent twice is unambiguous.
                Member::Sent(before) if before.get() == value.get() => Member::Sent(before),
                Member::Sent(_) | Member::Contradictory => Member::Contradictory,
            };
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(document: &str, has_records: bool) -> Result<Envelope, NotJson> {
        Envelope::read(document.as_bytes().to_vec(), "items", has_records, false)
    }

    #[test]
    fn fields_are_read_one_by_one() {
        let document = r#"{"a":1,"b":"x","c":null,"d":1,"d":2,"e":3,"e":3,"items":[]}"#;
        let envelope = read(document, true).unwrap();
        let number = |name| envelope.field::<u64>(name);
        assert_eq!(number("a"), Field::Value(1));
        assert_eq!(number("b"), Field::Invalid("of another type"));
        assert_eq!(number("c"), Field::Null);
        assert!(matches!(number("d"), Field::Invalid(_)));
        assert_eq!(number("e"), Field::Value(3));
        assert_eq!(number("f"), Field::Absent);
        assert_eq!(envelope.no_list(), None);
    }

    #[test]
    fn fields_further_inside_are_read_by_their_pointers() {
        let document = r#"{"meta":{"total":3,"a/b":4,"x":1,"x":2},"none":null,"list":[]}"#;
        let envelope = read(document, true).unwrap();
        let number = |place| envelope.field::<u64>(place);
        assert_eq!(number("/meta/total"), Field::Value(3));
        assert_eq!(number("/meta/a~1b"), Field::Value(4));
        assert!(matches!(number("/meta/x"), Field::Invalid(_)));
        assert_eq!(number("/meta/absent"), Field::Absent);
        assert_eq!(number("/absent/total"), Field::Absent);
        assert_eq!(number("/none/total"), Field::Null);
        assert_eq!(number("/list/total"), Field::Invalid("of another type"));
        assert_eq!(number("/meta/total/x"), Field::Invalid("of another type"));
    }

    #[test]
    fn fields_that_are_sent_again_have_their_earlier_values() {
        let document = r#"{"a":1,"a":2,"b":3,"b":3,"c":{"d":null,"d":[4]},"items":[],"items":[]}"#;
        let overridden = read(document, true).unwrap().overridden();
        let overridden = overridden
            .iter()
            .map(|(pointer, value)| (pointer.as_str(), value.get()));
        let expected = [("/items", "[]"), ("/a", "1"), ("/c/d", "null")];
        assert_eq!(overridden.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_number_that_json_does_not_have_costs_its_field_only() {
        let document = r#"{"a":NaN,"b":[-Infinity],"c":"NaN, \"Infinity","d":4,"items":[]}"#;
        let envelope = read(document, true).unwrap();
        assert_eq!(
            envelope.field::<u64>("a"),
            Field::Invalid("of another type")
        );
        assert_eq!(
            envelope.field::<String>("c"),
            Field::Value("NaN, \"Infinity".to_owned())
        );
        assert_eq!(envelope.field::<u64>("d"), Field::Value(4));
        assert!(read(r#"{"a":Nan,"items":[]}"#, true).is_err());
    }

    #[test]
    fn a_document_without_records_says_why() {
        let reason = |text: &str| read(text, false).unwrap().no_list();
        assert_eq!(reason("[]").unwrap(), "it is not an object");
        assert_eq!(reason("{}").unwrap(), "missing field `items`");
        assert_eq!(
            reason(r#"{"items":null}"#).unwrap(),
            "`items` is not an array"
        );
        assert!(read("<html>", false).is_err());
    }
}
