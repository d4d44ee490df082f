//! Escapes the character NUL, which PostgreSQL cannot store in text.

use std::borrow::Cow;

/// The escape character: a noncharacter in Unicode, and escaped itself.
const MARK: char = '\u{10ffff}';

/// Escapes a text for storage.
pub(super) fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(['\0', MARK]) {
        return Cow::Borrowed(text);
    }
    let escaped = text.chars().flat_map(|character| match character {
        '\0' => [Some(MARK), Some('0')],
        MARK => [Some(MARK), Some(MARK)],
        other => [Some(other), None],
    });
    Cow::Owned(escaped.flatten().collect())
}

/// Restores an escaped text.
pub(super) fn unescape(stored: &str) -> Cow<'_, str> {
    if !stored.contains(MARK) {
        return Cow::Borrowed(stored);
    }
    let mut text = String::with_capacity(stored.len());
    let mut characters = stored.chars();
    while let Some(character) = characters.next() {
        text.push(match character {
            MARK => match characters.next() {
                Some('0') => '\0',
                other => other.unwrap_or(MARK),
            },
            other => other,
        });
    }
    Cow::Owned(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_comes_back_and_none_has_a_nul() {
        for text in [
            "",
            "plain",
            "\0",
            "a\0b\0",
            "\u{10ffff}0",
            "\u{10ffff}\0\u{10ffff}",
        ] {
            let stored = escape(text);
            assert!(!stored.contains('\0'));
            assert_eq!(unescape(&stored), text);
        }
    }
}
