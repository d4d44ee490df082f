//! The opaque cursor of Layers: what it holds, and the text that hides it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::Status;
use crate::population::Start;

/// Where the next page begins. A sample cursor of another list of this provider decodes to `{"offset":25}`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cursor {
    pub(crate) start: Start,
    /// The filter of the call that made it, where cursors remember it.
    pub(crate) status: Option<Status>,
    /// Tells cursors to the same place apart.
    pub(crate) again: u64,
}

impl Cursor {
    /// Base64 that always ends in `=` and always contains `+` and `/`, so that a client that does not URL-encode it is found out.
    pub(crate) fn encode(self) -> String {
        let mut content = match self.start {
            Start::Offset(offset) => json!({ "offset": offset }),
            Start::Below(sequence) => json!({ "below": sequence }),
        };
        content["v"] = ">>>???".into();
        if let Some(status) = self.status {
            content["status"] = status.word().into();
        }
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
        let content: Value = serde_json::from_slice(&STANDARD.decode(text).ok()?).ok()?;
        let number = |name: &str| content[name].as_u64();
        let start = match (number("offset"), number("below")) {
            (Some(offset), None) => Start::Offset(offset.try_into().ok()?),
            (None, Some(sequence)) => Start::Below(sequence.try_into().ok()?),
            _ => return None,
        };
        Some(Self {
            start,
            status: content["status"].as_str().map(Status::from_word),
            again: number("again").unwrap_or(0),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_needs_url_encoding_and_comes_back() {
        for offset in [0, 1, 25, 125, 1_000, 99_999] {
            for status in [None, Some(Status::Active), Some(Status::Suspended)] {
                let text = Cursor {
                    start: Start::Offset(offset),
                    status,
                    again: 3,
                }
                .encode();
                assert!(
                    text.ends_with('=') && text.contains('+') && text.contains('/'),
                    "{text}"
                );
                let back = Cursor::decode(&text).unwrap();
                assert!(matches!(back.start, Start::Offset(o) if o == offset));
                assert_eq!((back.status, back.again), (status, 3));
            }
        }
        assert!(Cursor::decode("nonsense").is_none());
    }
}
