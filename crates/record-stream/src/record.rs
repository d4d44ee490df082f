//! Decodes one record independently of the others.

use std::fmt;

use serde::de::{Deserialize, DeserializeOwned, Deserializer};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use serde_path_to_error::Segment;

use crate::fast_path;
use crate::json_tree::{JsonTree, Step};
use crate::non_finite::quote_non_finite;
use crate::pointer::child_pointer;
use crate::scan::{MAX_VALUES, has_too_many_values};

/// The most fields of one record that are listed as unknown.
pub const MAX_UNKNOWN: usize = 10_000;
/// The reason reported for a field that was sent twice with different values.
pub const SENT_TWICE: &str = "sent twice; the last one counts";
/// The most fields that are omitted from one record.
const MAX_OMITTED: usize = 64;

/// One element of a list: decoded, or its bytes and the reason why not.
///
/// Decoding a page as one value would let one malformed record cost all of them; decoding a `Record` never fails. A field of
/// the wrong type is omitted where the type allows it to be absent, and [`omitted`](Record::omitted) names it. Only a record
/// that lacks a required field, or has a wrong one, is an error.
#[derive(Clone)]
pub struct Record<T> {
    raw: Box<RawValue>,
    decoded: Decoded<T>,
}

/// The result of decoding one record. A [`Record`] holds it beside the record's text.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Decoded<T> {
    /// The decoded record, or why it could not be decoded.
    pub value: Result<T, RecordError>,
    /// The fields that were omitted so that the others could be decoded.
    pub omitted: Vec<OmittedField>,
    /// The fields that the type does not have, as JSON pointers into the record; the first [`MAX_UNKNOWN`] of them.
    pub unknown: Vec<String>,
}

/// A field that was omitted so that the others could be decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct OmittedField {
    /// Where: a JSON pointer into the record.
    pub path: String,
    /// What was wrong there. Never quotes a value.
    pub reason: String,
}

/// Why a record could not be decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecordError {
    /// Where: a JSON pointer into the record; empty for the record itself.
    pub path: String,
    /// What was wrong there. Never quotes a value.
    pub reason: String,
}

impl OmittedField {
    /// An omitted field.
    #[must_use]
    pub fn new(path: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            reason: reason.into(),
        }
    }
}

impl fmt::Display for RecordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => f.write_str(&self.reason),
            path => write!(f, "{path}: {}", self.reason),
        }
    }
}

impl std::error::Error for RecordError {}

impl<T> Record<T> {
    /// The decoded record.
    ///
    /// # Errors
    /// The record could not be decoded.
    pub fn decoded(&self) -> Result<&T, &RecordError> {
        self.decoded.value.as_ref()
    }

    /// The decoded record.
    ///
    /// # Errors
    /// The record could not be decoded.
    pub fn into_decoded(self) -> Result<T, RecordError> {
        self.decoded.value
    }

    /// The record as it was sent, secrets included.
    pub fn raw(&self) -> &RawValue {
        &self.raw
    }

    /// The fields that the type does not have, as JSON pointers into the record.
    pub fn unknown(&self) -> &[String] {
        &self.decoded.unknown
    }

    /// The fields that were omitted so that the others could be decoded.
    pub fn omitted(&self) -> &[OmittedField] {
        &self.decoded.omitted
    }
}

impl<T: DeserializeOwned> Record<T> {
    /// Decodes one record.
    #[must_use]
    pub fn read(raw: Box<RawValue>) -> Self {
        let decoded = Decoded::read(raw.get());
        Self { raw, decoded }
    }
}

impl<T: DeserializeOwned> Decoded<T> {
    /// Decodes the text of one record.
    #[must_use]
    pub fn read(text: &str) -> Self {
        // serde would take an array for a struct: its elements for the fields, in the order of their declaration.
        if !text.trim_ascii_start().starts_with('{') {
            return Self::failed("is not an object");
        }
        if has_too_many_values(text) {
            let reason =
                format!("has more than {MAX_VALUES} values, an object or array counted as 8");
            return Self::failed(&reason);
        }
        match fast_path::decode(text) {
            Some(value) => Self::as_expected(value, Vec::new()),
            None => Self::read_closely(text),
        }
    }

    fn as_expected(value: T, unknown: Vec<String>) -> Self {
        Self {
            value: Ok(value),
            omitted: Vec::new(),
            unknown,
        }
    }

    /// Reads a record that the fast path leaves to serde, such as one with unknown fields.
    #[cold]
    fn read_closely(text: &str) -> Self {
        match decode_with_unknown(text) {
            Ok((value, unknown)) => Self::as_expected(value, unknown),
            Err(_) => Self::read_tolerantly(text),
        }
    }

    /// Reads a record that does not fit its type: omits what does not fit, one field at a time.
    fn read_tolerantly(text: &str) -> Self {
        let mut tree = match serde_json::from_str(text) {
            Ok(raw) => JsonTree::read(raw),
            Err(error) => {
                return match quote_non_finite(text) {
                    Some(quoted) => Self::read_closely(&quoted),
                    None => Self::failed(&without_values(&error)),
                };
            }
        };
        let mut omitted: Vec<OmittedField> = tree
            .drop_duplicates(MAX_OMITTED)
            .into_iter()
            .filter(|duplicate| duplicate.differs)
            .map(|duplicate| OmittedField::new(duplicate.pointer, SENT_TWICE))
            .collect();
        loop {
            let fitting = tree.to_raw();
            let failure = match decode_with_path::<T>(&fitting) {
                Ok(value) => {
                    return Self {
                        value: Ok(value),
                        omitted,
                        unknown: unknown_members::<T>(fitting.get()),
                    };
                }
                Err(failure) => failure,
            };
            if omitted.len() >= MAX_OMITTED || !tree.remove(&failure.path) {
                return Self {
                    value: Err(failure.into_error(&omitted)),
                    omitted,
                    unknown: Vec::new(),
                };
            }
            omitted.push(OmittedField {
                path: failure.pointer(),
                reason: failure.reason,
            });
        }
    }

    fn failed(reason: &str) -> Self {
        let error = RecordError {
            path: String::new(),
            reason: reason.to_owned(),
        };
        Self {
            value: Err(error),
            omitted: Vec::new(),
            unknown: Vec::new(),
        }
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Record<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Box::<RawValue>::deserialize(deserializer).map(Self::read)
    }
}

/// Writes the record as it was sent, secrets included.
impl<T> Serialize for Record<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.raw.serialize(serializer)
    }
}

/// Shows what was decoded, never the text, which may hold secrets.
impl<T: fmt::Debug> fmt::Debug for Record<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("decoded", &self.decoded.value)
            .field("omitted", &self.decoded.omitted)
            .finish_non_exhaustive()
    }
}

struct Failure {
    path: Vec<Step>,
    reason: String,
}

impl Failure {
    fn pointer(&self) -> String {
        let steps = self.path.iter();
        steps.fold(String::new(), |pointer, step| step.extend(&pointer))
    }

    /// A required field that was omitted for its type is missing in the end: then the type is the reason.
    fn into_error(self, omitted: &[OmittedField]) -> RecordError {
        let path = self.pointer();
        let missing = self
            .reason
            .strip_prefix("missing field `")
            .and_then(|rest| rest.split_once('`'))
            .map(|(name, _)| format!("{path}/{name}"));
        omitted
            .iter()
            .find(|field| Some(&field.path) == missing.as_ref())
            .map(|field| RecordError {
                path: field.path.clone(),
                reason: field.reason.clone(),
            })
            .unwrap_or(RecordError {
                path,
                reason: self.reason,
            })
    }
}

/// Decodes a record, and lists its fields that the type does not have.
fn decode_with_unknown<T: DeserializeOwned>(text: &str) -> serde_json::Result<(T, Vec<String>)> {
    let mut unknown = Vec::new();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = serde_ignored::deserialize(&mut deserializer, |path| {
        if unknown.len() < MAX_UNKNOWN {
            unknown.push(pointer(&path));
        }
    })?;
    deserializer.end()?;
    Ok((value, unknown))
}

/// The fields of a record that the type does not have; none if the record does not decode.
fn unknown_members<T: DeserializeOwned>(text: &str) -> Vec<String> {
    decode_with_unknown::<T>(text).map_or_else(|_| Vec::new(), |(_, unknown)| unknown)
}

fn pointer(path: &serde_ignored::Path<'_>) -> String {
    use serde_ignored::Path;
    match path {
        Path::Root => String::new(),
        Path::Seq { parent, index } => child_pointer(&pointer(parent), &index.to_string()),
        Path::Map { parent, key } => child_pointer(&pointer(parent), key),
        Path::Some { parent }
        | Path::NewtypeStruct { parent }
        | Path::NewtypeVariant { parent } => pointer(parent),
    }
}

/// Decodes a record and locates the failure.
fn decode_with_path<T: DeserializeOwned>(raw: &RawValue) -> Result<T, Failure> {
    let mut deserializer = serde_json::Deserializer::from_str(raw.get());
    serde_path_to_error::deserialize(&mut deserializer).map_err(|error| Failure {
        path: error.path().iter().filter_map(step).collect(),
        reason: without_values(error.inner()),
    })
}

fn step(segment: &Segment) -> Option<Step> {
    match segment {
        Segment::Seq { index } => Some(Step::Index(*index)),
        Segment::Map { key } => Some(Step::Key(key.clone())),
        Segment::Enum { .. } | Segment::Unknown => None,
    }
}

/// The error's message without the position and without the values that serde quotes, which may be secrets.
#[must_use]
pub fn without_values(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let message = message
        .split_once(" at line ")
        .map_or(message.as_str(), |(before, _)| before);
    // Half of a surrogate pair, which `repair_utf8` makes of a byte that is not UTF-8.
    if ["lone leading surrogate", "unexpected end of hex escape"]
        .iter()
        .any(|prefix| message.starts_with(prefix))
    {
        return "is not valid Unicode".to_owned();
    }
    let quoting = ["invalid type: ", "invalid value: ", "unknown variant "]
        .iter()
        .any(|prefix| message.starts_with(prefix));
    match (quoting, message.rfind(", expected ")) {
        (true, Some(expected)) => {
            let (what, expected) = message.split_at(expected);
            let what = what.split(['"', '`']).next().unwrap_or_default().trim_end();
            format!("{what}{expected}")
        }
        _ => message.to_owned(),
    }
}

#[cfg(test)]
mod tests;
