//! Escapes control characters, terminal sequences and bidirectional controls in text from outside.

use std::borrow::Cow;

/// Whether a character controls a terminal: a control character, a line or paragraph separator, or a bidirectional control
/// (Unicode Standard Annex #9, section 2).
fn is_control(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        )
}

/// The text on one line, with controls shown as `\n` or `\u{1b}`.
pub(crate) fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(is_control) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if is_control(character) {
            escaped.extend(character.escape_default());
        } else {
            escaped.push(character);
        }
    }
    Cow::Owned(escaped)
}

/// JSON with the same meaning, safe on a terminal. Controls that serde_json leaves unescaped occur only within strings, where
/// an escape means the same.
pub(crate) fn escape_json(text: &str) -> Cow<'_, str> {
    let unescaped = |character: char| character >= '\u{7f}' && is_control(character);
    if !text.contains(unescaped) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if unescaped(character) {
            escaped.push_str(&format!("\\u{:04x}", u32::from(character)));
        } else {
            escaped.push(character);
        }
    }
    Cow::Owned(escaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_acts_on_the_terminal() {
        for (sent, shown) in [
            ("Acme", "Acme"),
            ("Café ☕🚀 بن 👩‍🚀", "Café ☕🚀 بن 👩‍🚀"),
            ("\u{1b}[31mred\u{7}", "\\u{1b}[31mred\\u{7}"),
            ("a\nb\tc\r", "a\\nb\\tc\\r"),
            ("\u{7f}\u{9b}31m", "\\u{7f}\\u{9b}31m"),
            ("gnp\u{202e}exe.\u{2069}", "gnp\\u{202e}exe.\\u{2069}"),
            ("\u{200f}\u{61c}\u{2028}", "\\u{200f}\\u{61c}\\u{2028}"),
        ] {
            assert_eq!(escape(sent), shown);
        }
    }

    #[test]
    fn json_keeps_its_meaning() {
        let sent = "a\u{1b}\u{7f}\u{9b}\u{202e}\u{2028}é\n";
        let text = serde_json::to_string_pretty(&vec![sent]).unwrap();
        let safe = escape_json(&text);
        assert_eq!(safe, "[\n  \"a\\u001b\\u007f\\u009b\\u202e\\u2028é\\n\"\n]");
        assert_eq!(serde_json::from_str::<Vec<String>>(&safe).unwrap(), [sent]);
    }
}
