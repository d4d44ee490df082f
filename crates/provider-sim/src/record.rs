//! A tenant's record as verbatim JSON text, and a JSON object's members in order.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::status::Status;

/// A tenant's record as JSON text that the server sends byte for byte, however malformed it is.
///
/// The server reads the record's identity and status from the text; where it cannot (a hostile record), state them with
/// [`with_id`](Self::with_id) and [`with_status`](Self::with_status).
#[derive(Clone, Debug)]
pub struct Record {
    pub(crate) text: String,
    pub(crate) id: Option<String>,
    pub(crate) status: Option<Status>,
}

impl Record {
    /// A record that is sent exactly as `text`, which may be anything, even invalid JSON.
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

    /// The status by which filters select this record; it does not change the text.
    #[must_use]
    pub fn with_status(mut self, status: Status) -> Self {
        self.status = Some(status);
        self
    }
}

/// The members of a JSON object in order, duplicates included, each value as JSON text.
///
/// A name may be a path, `meta/total`: the member `total` of the object in `meta`, which is made where it is absent.
#[derive(Clone, Debug, Default)]
pub struct Members(pub(crate) Vec<(String, String)>);

impl Members {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// The JSON text of a member, the last of that name.
    pub fn get(&self, name: &str) -> Option<&str> {
        if let Some((outer, name)) = name.split_once('/') {
            let members: HashMap<Cow<'_, str>, &RawValue> =
                serde_json::from_str(self.get(outer)?).ok()?;
            return members.get(name).map(|value| value.get());
        }
        let found = self.0.iter().rev().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    /// The text of a member that is a JSON string.
    pub fn text(&self, name: &str) -> Option<String> {
        serde_json::from_str(self.get(name)?).ok()
    }

    /// Sets a member to the JSON text `json`, in place or, where it is absent, at the end.
    pub fn set(&mut self, name: &str, json: impl ToString) {
        if let Some((outer, name)) = name.split_once('/') {
            return self.inside(outer, |members| members.set(name, json));
        }
        match self.0.iter_mut().rev().find(|(key, _)| key == name) {
            Some((_, value)) => *value = json.to_string(),
            None => self.append(name, json),
        }
    }

    /// Adds a member at the end, even where one of that name exists.
    pub fn append(&mut self, name: &str, json: impl ToString) {
        if let Some((outer, name)) = name.split_once('/') {
            return self.inside(outer, |members| members.append(name, json));
        }
        self.0.push((name.to_owned(), json.to_string()));
    }

    /// Removes every member of that name.
    pub fn remove(&mut self, name: &str) {
        if let Some((outer, name)) = name.split_once('/') {
            return self.inside(outer, |members| members.remove(name));
        }
        self.0.retain(|(key, _)| key != name);
    }

    /// Moves a member to the end.
    pub fn move_last(&mut self, name: &str) {
        if let Some(at) = self.0.iter().position(|(key, _)| key == name) {
            let member = self.0.remove(at);
            self.0.push(member);
        }
    }

    /// Edits the object in a member.
    fn inside(&mut self, name: &str, edit: impl FnOnce(&mut Self)) {
        let mut members = self.get(name).and_then(Self::parse).unwrap_or_default();
        edit(&mut members);
        self.set(name, members.to_text());
    }

    pub(crate) fn to_text(&self) -> String {
        let members: Vec<String> = self
            .0
            .iter()
            .map(|(key, value)| format!("{}:{value}", quote(key)))
            .collect();
        format!("{{{}}}", members.join(","))
    }
}

/// `text` as a JSON string.
pub(crate) fn quote(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Members;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some((key, value)) = map.next_entry::<String, Box<RawValue>>()? {
                    members.push((key, value.get().to_owned()));
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}
