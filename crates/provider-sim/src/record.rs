//! A tenant's record as JSON text, given verbatim, and what the server reads from it to find and filter it.

use std::fmt;

use serde::Deserialize;
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::{Status, Which};

/// A tenant's record as JSON text that the server sends byte for byte, however strange it is.
///
/// The server reads the record's identity and status from the text, as far as it can; where it cannot (a hostile record), say
/// them with [`with_id`](Self::with_id) and [`with_status`](Self::with_status).
#[derive(Clone, Debug)]
pub struct Record {
    text: String,
    id: Option<String>,
    status: Option<Status>,
}

impl Record {
    /// A record that is sent exactly as `text`, which may be anything, even no JSON.
    pub fn raw(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            id: None,
            status: None,
        }
    }

    /// The identity by which the population finds this record; it does not change the text.
    #[must_use]
    pub fn with_id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }

    /// What filters take this record for; it does not change the text.
    #[must_use]
    pub fn with_status(mut self, status: Status) -> Self {
        self.status = Some(status);
        self
    }

    pub(crate) fn read(self, provider: Which) -> (Given, Status) {
        let fields = Fields::parse(&self.text);
        let property = |name: &str| fields.as_ref().and_then(|fields| fields.last(name));
        let id = self
            .id
            .or_else(|| property(id_property(provider)).map(plain_text));
        let status = self.status.unwrap_or_else(|| match provider {
            Which::OmniDim => Status::Active,
            Which::Layers => property("status")
                .map_or(Status::Other, |word| Status::from_word(&plain_text(word))),
            Which::Vobiz => Status::from_flags(
                property("enabled") != Some("false"),
                property("is_active") != Some("false"),
            ),
        });
        let users = property("users")
            .and_then(|users| serde_json::from_str::<Vec<&RawValue>>(users).ok())
            .map_or(0, |users| users.len() as u64);
        (
            Given {
                text: self.text,
                id,
                users,
            },
            status,
        )
    }
}

/// A record of a population: its text, its identity if it has one, and the number of its users (OmniDim).
#[derive(Clone, Debug)]
pub(crate) struct Given {
    pub(crate) text: String,
    pub(crate) id: Option<String>,
    pub(crate) users: u64,
}

impl Given {
    /// The same record with its status words replaced, every other byte of a value kept. A text that is no object stays as it is.
    pub(crate) fn with_status(&self, provider: Which, status: Status) -> Self {
        let mut changed = self.clone();
        let Some(mut fields) = Fields::parse(&self.text) else {
            return changed;
        };
        match provider {
            Which::OmniDim => {}
            Which::Layers => fields.set("status", format!("\"{}\"", status.word())),
            Which::Vobiz => {
                let (enabled, is_active) = status.flags();
                fields.set("enabled", enabled.to_string());
                fields.set("is_active", is_active.to_string());
            }
        }
        changed.text = fields.to_text();
        changed
    }
}

fn id_property(provider: Which) -> &'static str {
    match provider {
        Which::OmniDim | Which::Layers => "id",
        Which::Vobiz => "auth_id",
    }
}

/// A JSON string without its quotes; any other JSON value as it stands.
fn plain_text(json: &str) -> String {
    serde_json::from_str::<String>(json).unwrap_or_else(|_| json.to_owned())
}

/// The properties of a JSON object in their order, repeated ones included, each value as its own text.
pub(crate) struct Fields(pub(crate) Vec<(String, String)>);

impl Fields {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    fn last(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .rev()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    fn set(&mut self, name: &str, json: String) {
        match self.0.iter_mut().rev().find(|(key, _)| key == name) {
            Some((_, value)) => *value = json,
            None => self.0.push((name.to_owned(), json)),
        }
    }

    pub(crate) fn to_text(&self) -> String {
        let fields: Vec<String> = self
            .0
            .iter()
            .map(|(key, value)| format!("{}:{value}", quote(key)))
            .collect();
        format!("{{{}}}", fields.join(","))
    }
}

/// `text` as a JSON string.
pub(crate) fn quote(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Fields;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
                let mut fields = Vec::new();
                while let Some((key, value)) = map.next_entry::<String, Box<RawValue>>()? {
                    fields.push((key, value.get().to_owned()));
                }
                Ok(Fields(fields))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_found_by_what_its_text_says() {
        let (given, status) = Record::raw(r#"{"auth_id":"SA_1","enabled":false,"is_active":true}"#)
            .read(Which::Vobiz);
        assert_eq!(given.id.as_deref(), Some("SA_1"));
        assert_eq!(status, Status::Other);
        let (given, _) =
            Record::raw(r#"{"id":12345678901234567890,"users":[{},{}]}"#).read(Which::OmniDim);
        assert_eq!(
            (given.id.as_deref(), given.users),
            (Some("12345678901234567890"), 2)
        );
        let (given, status) = Record::raw("not JSON")
            .with_id("x")
            .with_status(Status::Archived)
            .read(Which::Layers);
        assert_eq!(
            (given.id.as_deref(), given.text.as_str(), status),
            (Some("x"), "not JSON", Status::Archived)
        );
    }

    #[test]
    fn a_change_of_status_keeps_every_other_byte_of_a_value() {
        let (given, _) =
            Record::raw(r#"{"status":"active","n":1.000000000000000000001,"n":2,"x":[ 1 ]}"#)
                .read(Which::Layers);
        let changed = given.with_status(Which::Layers, Status::Other);
        assert_eq!(
            changed.text,
            r#"{"status":"pending_review","n":1.000000000000000000001,"n":2,"x":[ 1 ]}"#
        );
    }
}
