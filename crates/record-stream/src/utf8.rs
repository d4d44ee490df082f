//! Repairs bytes that are not UTF-8.

use std::borrow::Cow;

/// Precedes the text in files by some Microsoft tools. A reader may ignore it (RFC 8259, 8.1).
pub(crate) const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Makes JSON of bytes that would be JSON if they were UTF-8 without a byte-order mark (RFC 8259, 8.1).
///
/// Each byte that is not UTF-8 becomes an escape that is valid JSON and no valid text: only the string it stands in cannot be
/// read, not the whole document, and strings that differed still differ.
#[must_use]
pub fn repair_utf8(sent: &[u8]) -> Cow<'_, str> {
    let sent = sent.strip_prefix(BYTE_ORDER_MARK).unwrap_or(sent);
    if let Ok(text) = std::str::from_utf8(sent) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(sent.len() + 64);
    for chunk in sent.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            // Half of a surrogate pair, twice: what precedes it (a backslash, or the other half) may absorb the first.
            for _ in 0..2 {
                text.push_str(&format!("\\udc{byte:02x}"));
            }
        }
    }
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use serde::de::IgnoredAny;

    use super::*;

    #[test]
    fn a_byte_that_is_not_utf8_costs_its_string_only() {
        let read = |sent: &'static [u8]| repair_utf8(sent).into_owned();
        let is_json = |text: &str| serde_json::from_str::<IgnoredAny>(text).is_ok();
        assert_eq!(read("\"ü\"".as_bytes()), "\"ü\"");
        for sent in [&b"\"a\xff\""[..], b"\"a\\\xff\"", b"\"a\\ud83d\xff\""] {
            let text = read(sent);
            assert!(is_json(&text), "{text:?}");
            assert!(serde_json::from_str::<String>(&text).is_err(), "{text:?}");
        }
        assert_ne!(read(b"\"\xfe\""), read(b"\"\xff\""));
        assert!(!is_json(&read(b"[1,\xff]")), "outside of a string");
    }
}
