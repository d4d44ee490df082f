//! The opaque token of a paged list: its content and its encoding.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::paging::Paging;

/// Where the next page begins.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Cursor {
    #[serde(flatten)]
    pub(crate) start: Start,
    /// The other parameters of the call that made it, where tokens remember them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) query: Vec<(String, String)>,
    /// Distinguishes tokens of the same place.
    #[serde(default, skip_serializing)]
    pub(crate) again: u64,
}

/// Where a page begins among the tenants that match.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Start {
    /// At this position.
    Offset(usize),
    /// After the tenant of this number.
    Beyond(u32),
    /// After the tenant of this identity.
    After(String),
}

impl Cursor {
    /// The value of the paging parameter that leads there: a number for an offset, which again is the same with a zero before it.
    pub(crate) fn text(&self, paging: Paging) -> String {
        match (paging, &self.start) {
            (Paging::Offset { .. }, Start::Offset(offset)) => {
                format!("{}{offset}", "0".repeat(self.again as usize))
            }
            _ => self.encode(),
        }
    }

    /// Base64 that always ends in `=` and contains `+` and `/`, so that a client that does not URL-encode it is found out.
    pub(crate) fn encode(&self) -> String {
        let mut content = json!(self);
        content["v"] = ">>>???".into();
        if self.again > 0 {
            content["again"] = self.again.into();
        }
        let mut text = content.to_string();
        while text.len().is_multiple_of(3) {
            text.push(' ');
        }
        STANDARD.encode(text)
    }

    pub(crate) fn decode(text: &str) -> Option<Self> {
        serde_json::from_slice(&STANDARD.decode(text).ok()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_needs_url_encoding_and_decodes_to_its_content() {
        for offset in [0, 1, 25, 125, 1_000, 99_999] {
            for query in [vec![], vec![("status".to_owned(), "active".to_owned())]] {
                let start = Start::Offset(offset);
                let text = Cursor {
                    start,
                    query: query.clone(),
                    again: 3,
                }
                .encode();
                assert!(
                    text.ends_with('=') && text.contains('+') && text.contains('/'),
                    "{text}"
                );
                let back = Cursor::decode(&text).unwrap();
                assert!(matches!(back.start, Start::Offset(found) if found == offset));
                assert_eq!((back.query, back.again), (query, 3));
            }
        }
        assert!(Cursor::decode("nonsense").is_none());
    }
}
