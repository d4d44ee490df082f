//! Rewrites descriptions as Markdown that rustdoc accepts without warnings.

use crate::error;

/// `text` as Markdown that rustdoc takes without a warning: code blocks are marked as text, addresses are links, and
/// brackets and angle brackets stand for themselves.
pub(crate) fn neutral(text: &str) -> String {
    let mut lines = Vec::new();
    let mut fence: Option<String> = None;
    for line in text.lines() {
        let line: String = line
            .chars()
            .filter(|letter| !is_invisible(*letter))
            .collect::<String>()
            .replace('\t', "    ");
        let trimmed = line.trim();
        match &fence {
            Some(mark)
                if trimmed.starts_with(mark.as_str())
                    && trimmed.trim_matches(['`', '~']).is_empty() =>
            {
                lines.push(mark.clone());
                fence = None;
            }
            Some(_) => lines.push(line.trim_end().to_owned()),
            None if trimmed.starts_with("```") || trimmed.starts_with("~~~") => {
                let mark: String = trimmed
                    .chars()
                    .take_while(|letter| *letter == '`' || *letter == '~')
                    .collect();
                if trimmed.len() > mark.len() && trimmed[mark.len()..].contains('`') {
                    lines.push(prose(trimmed));
                } else {
                    lines.push(format!("{mark}text"));
                    fence = Some(mark);
                }
            }
            None => {
                // Four spaces begin a code block; a list inside a list needs two.
                let indent = (line.len() - line.trim_start().len()).min(2);
                let indent = if trimmed.starts_with(['-', '*']) {
                    indent
                } else {
                    0
                };
                lines.push(format!("{}{}", " ".repeat(indent), prose(trimmed)));
            }
        }
    }
    lines.extend(fence);
    lines.join("\n").trim().to_owned()
}

/// A description on one line.
pub(crate) fn one_line(text: &str) -> String {
    neutral(&error::one_line(text))
}

/// Marks that change the direction of text, or cannot be seen: rustc refuses them in comments.
fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
        || (letter.is_control() && letter != '\t')
}

/// One line outside of code blocks; what is between backticks stays as it is.
fn prose(line: &str) -> String {
    let parts: Vec<&str> = line.split('`').collect();
    let balanced = parts.len() % 2 == 1;
    parts
        .iter()
        .enumerate()
        .map(|(index, part)| {
            let code = balanced && index % 2 == 1;
            let text = if code {
                (*part).to_owned()
            } else {
                outside_code(part)
            };
            match (index, balanced) {
                (0, _) => text,
                (_, true) => format!("`{text}"),
                (_, false) => format!("\\`{text}"),
            }
        })
        .collect()
}

fn outside_code(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        if let Some(length) = address(rest) {
            let link = rest[..length].trim_end_matches([
                '.', ',', ';', ':', ')', ']', '\'', '"', '*', '_', '!', '?', '>', '\\', '|',
            ]);
            let length = if link.len() > "https://".len() {
                link.len()
            } else {
                letter.len_utf8()
            };
            if length == link.len() {
                // Already in angle brackets: they were escaped as text, which is as good.
                out.push_str(&format!("<{link}>"));
            } else {
                out.push(letter);
            }
            rest = &rest[length..];
            continue;
        }
        match letter {
            '<' | '>' | '[' | ']' => {
                out.push('\\');
                out.push(letter);
            }
            _ => out.push(letter),
        }
        rest = &rest[letter.len_utf8()..];
    }
    out
}

/// The length of the address that `text` begins with.
fn address(text: &str) -> Option<usize> {
    let begins = ["http://", "https://"]
        .iter()
        .any(|scheme| text.starts_with(scheme));
    begins.then(|| {
        text.find(|letter: char| {
            letter.is_whitespace() || "<>[]()\"'`{}|\\^".contains(letter) || !letter.is_ascii()
        })
        .unwrap_or(text.len())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_code_a_link_or_html() {
        for (text, plain) in [
            (
                "See https://x.test/a_b. Then",
                "See <https://x.test/a_b>. Then",
            ),
            ("[docs](https://x.test/a)", "\\[docs\\](<https://x.test/a>)"),
            (
                "a <redacted> [Foo] `<kept> [kept]`",
                "a \\<redacted\\> \\[Foo\\] `<kept> [kept]`",
            ),
            ("one\n\n    let x = 1;\n", "one\n\nlet x = 1;"),
            ("```json\n{\"a\": [1]}\n```", "```text\n{\"a\": [1]}\n```"),
            ("```\nopen", "```text\nopen\n```"),
            ("~~~rust\nfn\n~~~", "~~~text\nfn\n~~~"),
            ("a ` b", "a \\` b"),
            ("- one\n    - two", "- one\n  - two"),
            ("a\r\nb\u{202e}c\u{0}", "a\nbc"),
            ("http://", "http://"),
        ] {
            assert_eq!(neutral(text), plain, "{text:?}");
        }
    }
}
