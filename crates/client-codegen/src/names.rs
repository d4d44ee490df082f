//! The identifiers that progenitor and typify derive from a document's names, and names that cannot clash.

use std::collections::BTreeSet;

use crate::extension::is_among;
use heck::{ToPascalCase, ToSnakeCase};

/// Rust's keywords, strict and reserved: none can be a plain identifier.
const KEYWORDS: &str = "abstract as async await become box break const continue crate do dyn else enum extern false \
    final fn for gen if impl in let loop macro match mod move mut override priv pub ref return Self \
    self static struct super trait true try type typeof unsafe unsized use virtual where while yield";

/// Names that generated code uses unqualified, so that no type of a document may take them.
const TAKEN_TYPES: &str = "Box Clone Copy Debug Default Deserialize Display Eq Err From FromStr Hash Into None Ok Option \
    Ord PartialEq PartialOrd Result Self Send Serialize Some String Sync ToString TryFrom TryInto \
    Vec";

/// The type name that typify makes of `text`, made safe: `account-list` is `AccountList`, `String` is `StringValue`.
///
/// typify respells the name that it is given, so the name is one that respelling leaves alone.
pub(crate) fn type_name(text: &str) -> String {
    let name = words(text);
    if is_among(&name, TAKEN_TYPES) {
        format!("{name}Value")
    } else {
        name
    }
}

/// `text` as part of a type name: nothing is taken, since something stands before it.
pub(crate) fn words(text: &str) -> String {
    let mut name = identifier(text, str::to_pascal_case, "X");
    loop {
        let again = identifier(&name, str::to_pascal_case, "X");
        if again == name {
            return name;
        }
        name = again;
    }
}

/// The field, argument or method name that is made of `text`: `page[number]` is `page_number`, `type` is `type_`.
pub(crate) fn value_name(text: &str) -> String {
    identifier(text, str::to_snake_case, "x")
}

/// `text` in a case, in ASCII, with letters that no identifier has taken out, never empty, never a keyword.
///
/// An identifier in another script would need the reader's keyboard, and rustc lints it.
fn identifier(text: &str, case: fn(&str) -> String, prefix: &str) -> String {
    let spoken = match text {
        "+1" => "plus1".to_owned(),
        "-1" => "minus1".to_owned(),
        _ => deunicode::deunicode(text)
            .replace('\'', "")
            .replace(|letter: char| !is_continue(letter), "-"),
    };
    let cased = case(&spoken);
    let name = match cased.chars().next() {
        None => prefix.to_owned(),
        Some(first) if is_start(first) => cased,
        Some(_) => format!("{prefix}{cased}"),
    };
    if is_among(&name, KEYWORDS) {
        format!("{name}_")
    } else {
        name
    }
}

fn is_continue(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

fn is_start(letter: char) -> bool {
    letter.is_ascii_alphabetic()
}

/// A word for one element of a list called `plural`: `organizations` is `organization`, `data` is `data_item`.
pub(crate) fn singular(plural: &str) -> String {
    let lower = plural.to_ascii_lowercase();
    let cut =
        |letters: usize, ending: &str| format!("{}{ending}", &plural[..plural.len() - letters]);
    if lower.len() > 4 && lower.ends_with("ies") {
        cut(3, "y")
    } else if ["sses", "xes", "ches", "shes"]
        .iter()
        .any(|ending| lower.ends_with(ending))
    {
        cut(2, "")
    } else if lower.len() > 3
        && lower.ends_with('s')
        && !lower.ends_with("ss")
        && !lower.ends_with("us")
    {
        cut(1, "")
    } else {
        format!("{plural}_item")
    }
}

/// `wanted`, or `wanted2`, `wanted3`, … : the first that is not in `taken`; it is then. `Self_` becomes `Self2`.
pub(crate) fn unique(wanted: &str, taken: &mut BTreeSet<String>) -> String {
    numbered(wanted, |name| taken.insert(name.to_owned()))
}

/// `wanted`, or `wanted2`, `wanted3`, … : the first that is free.
pub(crate) fn numbered(wanted: &str, mut is_free: impl FnMut(&str) -> bool) -> String {
    let mut name = wanted.to_owned();
    let mut number = 2;
    while !is_free(&name) {
        name = format!("{}{number}", wanted.trim_end_matches('_'));
        number += 1;
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn type_names_are_safe() {
        for (text, name) in [
            ("account-list", "AccountList"),
            ("String", "StringValue"),
            ("200", "X200"),
            ("", "X"),
            ("日本", "RiBen"),
            ("Hélène", "Helene"),
            ("v3OAuthToken", "V3oAuthToken"),
            ("self", "Self_"),
            ("foo.bar/Baz", "FooBarBaz"),
        ] {
            assert_eq!(type_name(text), name, "{text}");
        }
    }

    #[test]
    fn value_names_are_safe() {
        for (text, name) in [
            ("page[number]", "page_number"),
            ("type", "type_"),
            ("X-Id", "x_id"),
            ("2fa", "x2fa"),
            ("prénom", "prenom"),
        ] {
            assert_eq!(value_name(text), name, "{text}");
        }
    }

    #[test]
    fn one_of_many_is_named() {
        for (many, one) in [
            ("organizations", "organization"),
            ("companies", "company"),
            ("addresses", "address"),
            ("data", "data_item"),
            ("status", "status_item"),
        ] {
            assert_eq!(singular(many), one);
        }
    }

    #[test]
    fn a_taken_name_is_numbered() {
        let mut taken = BTreeSet::new();
        let names: Vec<_> = (0..3).map(|_| unique("Page", &mut taken)).collect();
        assert_eq!(names, ["Page", "Page2", "Page3"]);
        let mut taken = BTreeSet::new();
        let names: Vec<_> = ["self", "Self", "self"]
            .map(|name| unique(&type_name(name), &mut taken))
            .to_vec();
        assert_eq!(names, ["Self_", "Self2", "Self3"]);
    }
}
