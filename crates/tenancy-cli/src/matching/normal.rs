//! Normalised text: what different spellings of one name have in common.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The company suffixes that normalised text drops. A form with dots is dropped only where its letters stand apart, because `Spa`
/// is a word.
pub(crate) const SUFFIXES: [&str; 36] = [
    "AB",
    "AG",
    "ApS",
    "A.S.",
    "BV",
    "Co",
    "Company",
    "Corp",
    "Corporation",
    "d.o.o.",
    "GmbH",
    "Inc",
    "Incorporated",
    "Kft",
    "KG",
    "Limited",
    "LLC",
    "LLP",
    "Ltd",
    "Ltda",
    "NV",
    "Oy",
    "Oyj",
    "PLC",
    "Pte",
    "Pty",
    "SA",
    "SARL",
    "SAS",
    "SL",
    "Sp",
    "S.p.A.",
    "SRL",
    "s.r.o.",
    "UG",
    "z.o.o.",
];

/// The company forms of Japanese names, which precede or follow the name without a space.
pub(crate) const FORMS: [&str; 3] = ["合同会社", "有限会社", "株式会社"];

/// The most letters that a suffix has if they stand apart, as in `G.m.b.H.`.
const MOST_LETTERS: usize = 4;

/// The normalised text; empty if no letter or digit is in the text.
pub(crate) fn normalised(text: &str) -> String {
    joined(&words(text))
}

/// The words of a text without company suffixes and forms: NFKC, without case, separated by everything but letters, digits and
/// their marks.
pub(super) fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for character in text.nfkc().flat_map(char::to_lowercase) {
        match character {
            // Case folding has these two, and lower case does not.
            'ß' => word.push_str("ss"),
            'ς' => word.push('σ'),
            _ if character.is_alphanumeric() || is_combining_mark(character) => {
                word.push(character);
            }
            _ if is_within_words(character) => {}
            _ if !word.is_empty() => words.push(std::mem::take(&mut word)),
            _ => {}
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    while drop_suffix(&mut words) || drop_form(&mut words) {}
    words
}

/// Joins words. Numbers stay apart: `1 11` is not `11 1`.
fn joined(words: &[String]) -> String {
    let mut text = String::new();
    for word in words {
        let is_numeric = |character: Option<char>| character.is_some_and(char::is_numeric);
        if is_numeric(text.chars().next_back()) && is_numeric(word.chars().next()) {
            text.push(' ');
        }
        text.push_str(word);
    }
    text
}

/// Apostrophes, and characters without a width, which separate no words.
fn is_within_words(character: char) -> bool {
    matches!(
        character,
        '\'' | '\u{2019}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
    )
}

/// Drops a company suffix at the end, unless it is all there is.
fn drop_suffix(words: &mut Vec<String>) -> bool {
    let most = MOST_LETTERS.min(words.len().saturating_sub(1));
    let length = (1..=most).find(|length| {
        let last = &words[words.len() - length..];
        let is_apart = *length > 1 && last.iter().all(|word| word.chars().count() == 1);
        (*length == 1 || is_apart) && is_suffix(&last.concat(), is_apart)
    });
    words.truncate(words.len() - length.unwrap_or_default());
    length.is_some()
}

/// Drops a company form at either end, unless it is all there is.
fn drop_form(words: &mut Vec<String>) -> bool {
    let is_all = |words: &[String]| words.len() == 1 && FORMS.contains(&words[0].as_str());
    if is_all(words) {
        return false;
    }
    for form in FORMS {
        let first = words.first_mut();
        if let Some(word) = first.filter(|word| word.starts_with(form)) {
            word.drain(..form.len());
        } else if let Some(word) = words.last_mut().filter(|word| word.ends_with(form)) {
            word.truncate(word.len() - form.len());
        } else {
            continue;
        }
        words.retain(|word| !word.is_empty());
        return true;
    }
    false
}

fn is_suffix(text: &str, is_apart: bool) -> bool {
    SUFFIXES.iter().any(|suffix| {
        let letters = suffix.chars().filter(|letter| *letter != '.');
        (is_apart || !suffix.contains('.'))
            && text
                .chars()
                .eq(letters.map(|letter| letter.to_ascii_lowercase()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_are_equal_and_others_are_not() {
        for (text, other, equal) in [
            ("Acme, Inc.", "ACME", true),
            ("Acme GmbH & Co. KG", "acme", true),
            ("Acme G.m.b.H.", "Acme S.A.", true),
            ("Acme S.p.A.", "Acme", true),
            ("Acme Spa", "Acme", false),
            ("Acme Sp. z o.o.", "Acme s.r.o.", true),
            ("Berlin Zoo", "Berlin", false),
            ("株式会社さくら", "さくら 株式会社", true),
            ("株式会社さくら", "さくら商事", false),
            ("Kafe-Nord", "kafe nord", true),
            ("KafeNord", "Kafe Nord", true),
            ("Straße", "STRASSE", true),
            ("ΟΔΟΣ", "οδος", true),
            ("Café", "Cafe\u{301}", true),
            ("Café", "Cafe", false),
            ("Ａｃｍｅ", "acme", true),
            ("Acme\u{200b}", "Acme", true),
            ("Lowe’s", "Lowes", true),
            // Cyrillic, and Turkish without a dot.
            ("Асme", "Acme", false),
            ("ısik", "isik", false),
            ("\u{202e}emcA", "Acme", false),
            ("كتب", "كَتَبَ", false),
            ("1-11", "11-1", false),
            ("Unit 1 1", "Unit 11", false),
            ("", "!", true),
        ] {
            assert_eq!(
                normalised(text) == normalised(other),
                equal,
                "{text} {other}"
            );
        }
        assert_eq!(normalised(" Ltd. "), "ltd");
        assert_eq!(normalised("Inc. AG"), "inc");
        assert_eq!(normalised("株式会社株式会社"), "株式会社");
        assert_eq!(normalised("—☕ 🚀!"), "");
    }

    #[test]
    fn normalised_text_of_any_text_is_fixed_and_without_case() {
        let mut random = fastrand::Rng::with_seed(18);
        for _ in 0..20_000 {
            let text: String = (0..random.usize(..12)).map(|_| random.char(..)).collect();
            let once = normalised(&text);
            assert_eq!(normalised(&once), once, "{text:?}");
        }
    }
}
