//! What stands around the records of a list: totals, cursors, refusals.

use client_runtime::{JsonTree, repair_utf8};
use serde::de::DeserializeOwned;

use super::splitter::NotJson;

/// A list's document without its records.
#[derive(Debug)]
pub(crate) struct Rest {
    text: String,
    members: Option<Vec<(String, JsonTree)>>,
    has_records: bool,
}

/// A member of the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Member<T> {
    /// It was not sent.
    Absent,
    /// It was sent as null.
    Null,
    /// It was sent.
    Value(T),
    /// It was sent, and is not what was declared, or was sent twice with different values.
    Odd(&'static str),
}

impl<T> Member<T> {
    pub(crate) fn value(self) -> Option<T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Null | Self::Odd(_) => None,
        }
    }
}

impl Rest {
    /// Reads the document.
    pub(super) fn read(document: &[u8], has_records: bool) -> Result<Self, NotJson> {
        let text = repair_utf8(document).into_owned();
        let tree = JsonTree::read(serde_json::from_str(&text).map_err(|_| NotJson)?);
        Ok(Self {
            members: match tree {
                JsonTree::Object(members) => Some(members),
                JsonTree::Array(_) | JsonTree::Leaf(_) => None,
            },
            text,
            has_records,
        })
    }

    /// Reads what stands before the records, once they begin.
    pub(super) fn read_before_records(document: &[u8]) -> Result<Self, NotJson> {
        Self::read(&[document, b"]}"].concat(), true)
    }

    /// Whether the records were there: an array of the right name.
    pub(crate) fn has_records(&self) -> bool {
        self.has_records
    }

    /// Why the document is no list, if it is none: in the words that serde has for it.
    pub(crate) fn no_list(&self, records: &str) -> Option<String> {
        if self.has_records {
            return None;
        }
        Some(match &self.members {
            None => "it is no object".to_owned(),
            Some(members) if members.iter().any(|(name, _)| name == records) => {
                format!("`{records}` is no array")
            }
            Some(_) => format!("missing field `{records}`"),
        })
    }

    /// The document's text.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// A member of the top level.
    pub(crate) fn member<T: DeserializeOwned>(&self, name: &str) -> Member<T> {
        let mut sent = self
            .members
            .iter()
            .flatten()
            .filter(|(member, _)| member == name)
            .map(|(_, value)| value.to_raw());
        let Some(value) = sent.next() else {
            return Member::Absent;
        };
        // A member sent twice alike leaves no doubt about what is meant.
        if sent.any(|other| other.get() != value.get()) {
            return Member::Odd("sent twice, with different values");
        }
        if value.get() == "null" {
            return Member::Null;
        }
        serde_json::from_str(value.get()).map_or(Member::Odd("of another type"), Member::Value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_read_one_by_one() {
        let rest = Rest::read(
            br#"{"a":1,"b":"x","c":null,"d":1,"d":2,"e":3,"e":3,"items":[]}"#,
            true,
        )
        .unwrap();
        let number = |name| rest.member::<u64>(name);
        assert_eq!(number("a"), Member::Value(1));
        assert_eq!(number("b"), Member::Odd("of another type"));
        assert_eq!(number("c"), Member::Null);
        assert!(matches!(number("d"), Member::Odd(_)));
        assert_eq!(number("e"), Member::Value(3));
        assert_eq!(number("f"), Member::Absent);
        assert_eq!(rest.no_list("items"), None);
    }

    #[test]
    fn what_is_no_list_is_told() {
        let told = |text: &str| Rest::read(text.as_bytes(), false).unwrap().no_list("items");
        assert_eq!(told("[]").unwrap(), "it is no object");
        assert_eq!(told("{}").unwrap(), "missing field `items`");
        assert_eq!(told(r#"{"items":null}"#).unwrap(), "`items` is no array");
        assert!(Rest::read(b"<html>", false).is_err());
    }
}
