//! Spacing: a piece of source on one line, as a person would write it.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::ToTokens;

/// What the prelude has: generated code names it in full.
const PRELUDE: [(&str, &str); 6] = [
    ("std::boxed::Box", "Box"),
    ("std::convert::Into", "Into"),
    ("std::option::Option", "Option"),
    ("std::result::Result", "Result"),
    ("std::string::String", "String"),
    ("std::vec::Vec", "Vec"),
];

/// Signs of several characters.
const SIGNS: [&str; 7] = ["::", "->", "=>", "..", "&&", "||", "=="];

/// The source of a part of it, on one line.
pub(super) fn text(part: &impl ToTokens) -> String {
    let mut words = Vec::new();
    flatten(part.to_token_stream(), &mut words);
    let mut line = String::new();
    let mut before = "";
    for (position, word) in words.iter().enumerate() {
        let after = words.get(position + 1).map(String::as_str);
        if word == "," && matches!(after, Some(")" | ">")) {
            continue;
        }
        // `::std` names what `std` does.
        if word == "::" && !ends_a_path(before) {
            continue;
        }
        if !line.is_empty() && is_apart(before, word) {
            line.push(' ');
        }
        line.push_str(word);
        before = word;
    }
    // In the text of an attribute, a path may begin with `::`.
    PRELUDE.iter().fold(line, |line, (long, short)| {
        line.replace(&format!("::{long}"), short)
            .replace(long, short)
    })
}

/// The words and signs, one by one.
fn flatten(tokens: TokenStream, words: &mut Vec<String>) {
    let mut open = String::new();
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let (start, end) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                words.push(std::mem::take(&mut open));
                words.push(start.to_owned());
                flatten(group.stream(), words);
                words.push(end.to_owned());
            }
            TokenTree::Punct(sign) => {
                let longer = format!("{open}{}", sign.as_char());
                if !open.is_empty() && !SIGNS.contains(&longer.as_str()) {
                    words.push(std::mem::take(&mut open));
                }
                open.push(sign.as_char());
                if sign.spacing() == Spacing::Alone || SIGNS.contains(&open.as_str()) {
                    words.push(std::mem::take(&mut open));
                }
            }
            TokenTree::Ident(word) => {
                // The sign before a lifetime's name counts as joined to it.
                words.push(std::mem::take(&mut open));
                words.push(word.to_string());
            }
            TokenTree::Literal(word) => {
                words.push(std::mem::take(&mut open));
                words.push(word.to_string());
            }
        }
    }
    words.push(open);
    words.retain(|word| !word.is_empty());
}

fn is_word(text: &str) -> bool {
    text.starts_with(|first: char| first.is_alphanumeric() || first == '_' || first == '"')
}

fn ends_a_path(before: &str) -> bool {
    before == ">" || (is_word(before) && !is_keyword(before))
}

fn is_keyword(word: &str) -> bool {
    ["as", "const", "dyn", "for", "impl", "in", "mut", "where"].contains(&word)
}

/// Whether a space stands between two words or signs.
fn is_apart(before: &str, word: &str) -> bool {
    match word {
        "," | ";" | ":" | "." | ")" | "]" | ">" | "::" => false,
        "(" => !(ends_a_path(before) || glues(before)),
        "<" => !(ends_a_path(before) || before == "impl" || before == "for" || glues(before)),
        "!" => !is_word(before),
        _ => !glues(before),
    }
}

/// Whether what follows stands right beside it.
fn glues(before: &str) -> bool {
    matches!(
        before,
        "(" | "[" | "<" | "::" | "&" | "'" | "#" | "?" | "*" | "!" | "." | "-"
    )
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::*;

    #[test]
    fn reads_like_source() {
        for source in [
            "pub fn name<'a, T: ?Sized + 'a>(&'a mut self, of: &[u8]) -> Option<Vec<(T, u8)>> where T: Send",
            "impl<T> Trait<T> for Option<&'static [u8; 3]>",
            "dyn Fn(&str) -> bool + Send",
            "#[serde(default, skip_serializing_if = \"Option::is_none\")]",
            "<T as Iterator>::Item",
            "impl Into<String>",
            "fn of(left: u8, right: u8)",
        ] {
            let tokens: TokenStream = source.parse().unwrap();
            assert_eq!(text(&tokens), source);
        }
        assert_eq!(
            text(&quote!(fn of(a: u8, b: Vec<u8,>,))),
            "fn of(a: u8, b: Vec<u8>)"
        );
        assert_eq!(
            text(&quote!(::std::option::Option<::client_runtime::Exact>)),
            "Option<client_runtime::Exact>"
        );
    }
}
