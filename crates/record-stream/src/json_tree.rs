//! A JSON document as it was sent: members in order, duplicates kept, numbers to the digit.

use std::collections::{HashMap, HashSet};
use std::fmt;

use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::value::RawValue;

use crate::pointer::child_pointer;

/// Stands for a secret in what is shown.
pub const REDACTED: &str = "<redacted>";
/// The depth to which a document is parsed. What lies deeper stays in one piece, as it was sent.
const MAX_DEPTH: usize = 64;

/// The most members and elements into which a document is parsed. The objects and arrays beyond stay in one piece.
const MAX_NODES: usize = 100_000;

/// A JSON document as it was sent: members in order, duplicates kept, numbers to the digit.
///
/// `serde_json::Value` keeps none of the three. It can be written only by `serde_json`.
#[derive(Clone, Debug)]
pub enum JsonTree {
    /// An object's members, in the order sent; a key may occur twice.
    Object(Vec<(String, JsonTree)>),
    /// An array's elements.
    Array(Vec<JsonTree>),
    /// Any other value, and what is nested too deep or has too many members, as text.
    Leaf(Box<RawValue>),
}

impl JsonTree {
    /// Parses a document.
    #[must_use]
    pub fn read(raw: &RawValue) -> Self {
        Self::read_to(raw, MAX_DEPTH, &mut MAX_NODES.clone())
    }

    /// Reads a value to this depth. `nodes` is the number of members and elements that may still be read.
    fn read_to(raw: &RawValue, depth: usize, nodes: &mut usize) -> Self {
        let is_nested = raw.get().starts_with(['{', '[']);
        // A `RawValue` is JSON, so this fails only for too many children and for a key that is not Unicode.
        let Some(children) = (is_nested && depth > 0)
            .then(|| Children::read(raw.get(), *nodes).ok())
            .flatten()
        else {
            return Self::Leaf(raw.to_owned());
        };
        *nodes -= children.len();
        let mut read = |value: &RawValue| Self::read_to(value, depth - 1, nodes);
        match children {
            Children::Members(members) => {
                let members = members.into_iter();
                Self::Object(members.map(|(key, value)| (key, read(value))).collect())
            }
            Children::Elements(elements) => Self::Array(elements.into_iter().map(read).collect()),
        }
    }

    /// The document as text.
    #[must_use]
    pub fn to_raw(&self) -> Box<RawValue> {
        serde_json::value::to_raw_value(self).unwrap_or_else(|_| RawValue::NULL.to_owned())
    }

    /// The document with the value of every secret member replaced by `"<redacted>"`, at any depth. `is_secret` judges
    /// by the member's name. An object or array that was not parsed is replaced too.
    #[must_use]
    pub fn redacted(self, is_secret: &dyn Fn(&str) -> bool) -> Self {
        match self {
            Self::Object(members) => Self::Object(
                members
                    .into_iter()
                    .map(|(key, value)| {
                        let hidden = is_secret(&key) && !value.is_plain();
                        let value = if hidden {
                            Self::placeholder()
                        } else {
                            value.redacted(is_secret)
                        };
                        (key, value)
                    })
                    .collect(),
            ),
            Self::Array(elements) => Self::Array(
                elements
                    .into_iter()
                    .map(|value| value.redacted(is_secret))
                    .collect(),
            ),
            Self::Leaf(raw) if raw.get().starts_with(['{', '[']) => Self::placeholder(),
            leaf @ Self::Leaf(_) => leaf,
        }
    }

    /// Whether the value cannot be a secret: null, true, false.
    fn is_plain(&self) -> bool {
        matches!(self, Self::Leaf(raw) if matches!(raw.get(), "null" | "true" | "false"))
    }

    fn placeholder() -> Self {
        let text = format!("\"{}\"", REDACTED);
        Self::Leaf(RawValue::from_string(text).unwrap_or_else(|_| RawValue::NULL.to_owned()))
    }

    /// Keeps the last of several members of one name, as most parsers do, and returns the first `most` of the others.
    pub(crate) fn drop_duplicates(&mut self, most: usize) -> Vec<Duplicate> {
        let mut dropped = Vec::new();
        self.drop_duplicates_at("", most, &mut dropped);
        dropped
    }

    fn drop_duplicates_at(&mut self, pointer: &str, most: usize, dropped: &mut Vec<Duplicate>) {
        match self {
            Self::Object(members) => {
                let mut kept: Vec<(String, Self)> = Vec::new();
                let mut places = HashMap::new();
                for (name, value) in std::mem::take(members).into_iter().rev() {
                    let place = *places.entry(name.clone()).or_insert(kept.len());
                    if place == kept.len() {
                        kept.push((name, value));
                    } else if dropped.len() < most {
                        let value = value.to_raw();
                        dropped.push(Duplicate {
                            pointer: child_pointer(pointer, &name),
                            differs: kept[place].1.to_raw().get() != value.get(),
                            value,
                        });
                    }
                }
                kept.reverse();
                *members = kept;
                for (name, value) in members {
                    value.drop_duplicates_at(&child_pointer(pointer, name), most, dropped);
                }
            }
            Self::Array(elements) => {
                for (position, value) in elements.iter_mut().enumerate() {
                    let pointer = child_pointer(pointer, &position.to_string());
                    value.drop_duplicates_at(&pointer, most, dropped);
                }
            }
            Self::Leaf(_) => {}
        }
    }

    /// Removes the member or element at the path. Returns whether there was one.
    pub(crate) fn remove(&mut self, path: &[Step]) -> bool {
        let Some((step, rest)) = path.split_first() else {
            return false;
        };
        match (self, step) {
            (Self::Object(members), Step::Key(key)) => {
                let Some(position) = members.iter().position(|(name, _)| name == key) else {
                    return false;
                };
                if rest.is_empty() {
                    members.remove(position);
                    return true;
                }
                members[position].1.remove(rest)
            }
            (Self::Array(elements), Step::Index(index)) if *index < elements.len() => {
                if rest.is_empty() {
                    elements.remove(*index);
                    return true;
                }
                elements[*index].remove(rest)
            }
            _ => false,
        }
    }
}

/// A member that was followed by another one of its name.
#[derive(Debug)]
pub(crate) struct Duplicate {
    /// A JSON pointer to the member.
    pub(crate) pointer: String,
    pub(crate) value: Box<RawValue>,
    /// Whether the last member of the name has another value.
    pub(crate) differs: bool,
}

/// The document without those fields of its top level that repeat an earlier one's name and value to the letter; `None` if
/// there are none.
///
/// # Errors
/// It is no JSON object.
pub fn without_repeats(document: &[u8]) -> serde_json::Result<Option<Vec<u8>>> {
    let members = match Children::read(
        std::str::from_utf8(document).map_err(serde::de::Error::custom)?,
        usize::MAX,
    )? {
        Children::Members(members) => members,
        Children::Elements(_) => return Err(serde::de::Error::custom("not an object")),
    };
    let mut met = HashSet::new();
    let once: Vec<_> = members
        .iter()
        .filter(|(name, value)| met.insert((name, value.get())))
        .map(|(name, value)| (name.clone(), JsonTree::Leaf((*value).to_owned())))
        .collect();
    if once.len() == members.len() {
        return Ok(None);
    }
    serde_json::to_vec(&JsonTree::Object(once)).map(Some)
}

/// One step of a path into a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Key(String),
    Index(usize),
}

impl Step {
    /// The pointer to where the step leads from `pointer`.
    pub(crate) fn extend(&self, pointer: &str) -> String {
        match self {
            Self::Key(key) => child_pointer(pointer, key),
            Self::Index(index) => child_pointer(pointer, &index.to_string()),
        }
    }
}

impl Serialize for JsonTree {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Object(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (key, value) in members {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
            Self::Array(elements) => {
                let mut array = serializer.serialize_seq(Some(elements.len()))?;
                for value in elements {
                    array.serialize_element(value)?;
                }
                array.end()
            }
            Self::Leaf(raw) => raw.serialize(serializer),
        }
    }
}

/// What is directly inside an object or an array, in order, with duplicates.
enum Children<'a> {
    Members(Vec<(String, &'a RawValue)>),
    Elements(Vec<&'a RawValue>),
}

impl<'a> Children<'a> {
    /// Reads an object or an array that has no more than `most` children.
    fn read(text: &'a str, most: usize) -> serde_json::Result<Self> {
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let children = deserializer.deserialize_any(ChildrenVisitor { most })?;
        deserializer.end()?;
        Ok(children)
    }

    fn len(&self) -> usize {
        match self {
            Self::Members(members) => members.len(),
            Self::Elements(elements) => elements.len(),
        }
    }
}

struct ChildrenVisitor {
    most: usize,
}

impl ChildrenVisitor {
    fn push<T, E: serde::de::Error>(&self, children: &mut Vec<T>, child: T) -> Result<(), E> {
        if children.len() == self.most {
            return Err(E::custom("it has too many members"));
        }
        children.push(child);
        Ok(())
    }
}

impl<'de> Visitor<'de> for ChildrenVisitor {
    type Value = Children<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or an array")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            self.push(&mut members, member)?;
        }
        Ok(Children::Members(members))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = seq.next_element()? {
            self.push(&mut elements, element)?;
        }
        Ok(Children::Elements(elements))
    }
}

#[cfg(test)]
mod tests;
