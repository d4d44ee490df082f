//! `client.toml`: the name and the operations of one crate of the workspace.

use serde::Deserialize;

use crate::error::{Error, Result};
use crate::options::Selection;

/// The file beside a provider's document.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct ClientToml {
    /// The crate's name.
    pub name: String,
    /// The crate's version.
    pub version: String,
    /// The provider's name.
    pub title: String,
    /// One sentence for the registry.
    pub description: String,
    /// The crate's licence, as an SPDX expression.
    pub license: Option<String>,
    /// The operations, in the order in which they are documented.
    pub operations: Vec<Selection>,
    /// Where each fact was read, and when: for people.
    #[serde(default)]
    pub sources: Vec<Source>,
}

/// Where a fact was read.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// What was read.
    pub fact: String,
    /// Title and address of the page.
    pub document: String,
    /// The day, or the year, on which it was read.
    pub read: String,
}

impl ClientToml {
    /// Reads the file's text.
    ///
    /// # Errors
    /// It is no TOML, or has other keys.
    pub fn parse(text: &str) -> Result<Self> {
        toml::from_str(text).map_err(|error| Error::in_file("client.toml", error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::Paging;

    #[test]
    fn a_file_is_read_and_an_unknown_key_refused() {
        let text = "name = 'a-client'\nversion = '0.1.0'\ntitle = 'A'\ndescription = 'd'\n\
                    [[operations]]\nid = 'GET /a'\n[[operations]]\nid = 'b'\nrecords = 'items'\n\
                    paging = {cursor = 'after', next = 'meta.next'}\n";
        let read = ClientToml::parse(text).unwrap();
        assert_eq!(
            read.operations[1],
            Selection {
                id: "b".to_owned(),
                records: Some("items".to_owned()),
                paging: Some(Paging::Cursor {
                    cursor: "after".to_owned(),
                    next: "meta.next".to_owned()
                }),
                examples: Vec::new(),
            }
        );
        let error = ClientToml::parse(&format!("{text}record = 'x'\n")).unwrap_err();
        assert!(error.reason.contains("unknown field `record`"), "{error}");
    }
}
