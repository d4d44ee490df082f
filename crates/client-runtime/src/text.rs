//! Makes text from outside safe to show.

/// The longest text taken over from a provider's body into an error message, in characters.
const LONGEST_TEXT: usize = 500;

/// The text on one line, bounded, with control characters escaped: it comes from a stranger and goes to a terminal.
pub(crate) fn printable(text: &str) -> String {
    let mut out = String::new();
    for (position, character) in text.trim().chars().enumerate() {
        if position == LONGEST_TEXT {
            out.push('…');
            break;
        }
        if character.is_control() {
            out.extend(character.escape_default());
        } else {
            out.push(character);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_cannot_reach_the_terminal_raw() {
        assert_eq!(printable("a\u{1b}[31mb\r\n"), "a\\u{1b}[31mb");
        assert_eq!(
            printable(&"x".repeat(2000)).chars().count(),
            LONGEST_TEXT + 1
        );
    }
}
