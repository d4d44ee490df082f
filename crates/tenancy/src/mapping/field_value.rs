//! The meaning of a field's value, however it was written.

use serde_json::Value;

use super::words::{About, Listed, about, is_among, split};

/// A value as a text.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.trim().to_owned(),
        value => value.to_string(),
    }
}

/// Yes or no, however it was written.
pub(super) fn flag(value: &Value) -> Option<bool> {
    match plain(value).to_lowercase().as_str() {
        "true" | "yes" | "y" | "on" | "t" | "1" => Some(true),
        "false" | "no" | "n" | "off" | "f" | "0" => Some(false),
        _ => None,
    }
}

/// Whether nothing is there.
pub(super) fn is_empty(value: &Value) -> bool {
    let text = plain(value).to_lowercase();
    text.is_empty() || is_among(&text, "false no none null nil n/a zero 0 0.0 [] {}")
}

/// The least number of records by a total: a number, alone or as `{"value": 7, "relation": "gte"}`, which has no upper bound.
pub(super) fn total(value: &Value) -> Option<u64> {
    let is_open = value
        .get("relation")
        .is_some_and(|relation| relation != "eq");
    let total = count(value.get("value").unwrap_or(value))?;
    Some(total.saturating_add(u64::from(is_open)))
}

/// A number of records, however it was written.
pub(super) fn count(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => {
            let whole = |number: &f64| *number >= 0.0 && number.fract() == 0.0 && *number < 1e15;
            number
                .as_u64()
                .or_else(|| number.as_f64().filter(whole).map(|number| number as u64))
        }
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// Whether a field that says what went wrong says that nothing did.
pub(super) fn is_no_trouble(value: &Value) -> bool {
    match value {
        Value::Array(values) => values.iter().all(is_no_trouble),
        Value::Object(fields) => fields.values().all(is_no_trouble),
        value => {
            let words = split(&plain(value));
            let left = without_denials(&words);
            let denied = "and detected found occurred or reported";
            is_empty(value)
                || (words.len() == 1 && about(&words[0]) == Some(About::Well))
                || (left.len() < words.len() && left.iter().all(|word| is_among(word, denied)))
        }
    }
}

/// The words without "no errors", "0 failed" and the like.
fn without_denials(words: &[String]) -> Vec<&str> {
    let mut left: Vec<&str> = Vec::new();
    for word in words {
        let is_trouble = about(word) == Some(About::Trouble) || is_among(word, "issues problems");
        match left.last() {
            Some(&("no" | "0" | "zero" | "without")) if is_trouble => {
                left.pop();
            }
            _ => left.push(word),
        }
    }
    left
}

/// Whether a value says when something is: a date, or seconds since 1970.
pub(super) fn is_time(value: &Value) -> bool {
    match value {
        Value::String(text) => {
            let year = text.split('-').next().unwrap_or_default();
            let is_date = |letter: char| letter.is_ascii_digit() || "-:.+TZ ".contains(letter);
            year.len() == 4 && text.len() > 4 && text.chars().all(is_date)
        }
        value => count(value).is_some_and(|number| number >= 1_000_000_000),
    }
}

/// What a text for people says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Says {
    /// All went well, and nothing else.
    Well,
    /// Something went wrong.
    Bad,
    /// Something else.
    Open,
}

/// The longest text that is read, in bytes.
const LONGEST: usize = 4096;
/// Words that are bad in a text, beside those of trouble.
const BAD: &str = "again blocked broken busy cancel canceled cancelled cannot cant corrupt couldnt crash crashed disabled down exceed \
    exceeds expired internal killed locked outage overload overloaded pending processing progress queued quota restricted retry \
    revoked slow suspended temporarily throttle throttling too unable unexpected unsuccessful wrong";
/// Words that are bad in a text after another one.
const BAD_AFTER: [(&str, &str); 6] = [
    ("not", UNDONE),
    ("no", "could"),
    ("could", "not"),
    ("only", "first"),
    ("rate", "limit"),
    ("under", "maintenance"),
];
const UNDONE: &str = "all allowed authorised authorized available complete completed enough fetched found included listed loaded ok \
    permitted reachable ready responding retrieved returned successful";
/// Words that say that all went well, beside those of success.
const WELL: &str = "done fetched found healthy listed retrieved returned successfully";
/// Words that change nothing.
const BENIGN: &str = "a all and api are been data executed for from get had has have http in is operation page query read request the their to was were \
    with your";

/// What a text says beside a list of so many records, and the least number of records by it.
pub(super) fn read_text(text: &str, listed: &Listed, records: u64) -> (Says, Option<u64>) {
    if text.len() > LONGEST {
        return (Says::Open, None);
    }
    let words = split(text);
    let left = without_denials(&words);
    let number = |word: &str| word.parse::<u64>().ok();
    let is_bad = |word: &&str| about(word) == Some(About::Trouble) || is_among(word, BAD);
    let is_bad_after = |(first, then): &(&str, &str)| {
        let mut after = left.iter().skip_while(|word| *word != first).skip(1);
        after.any(|word| is_among(word, then))
    };
    let is_record = |word: &&str| matches!(listed.about(word), Some(About::Listed | About::Record));
    let is_well = |word: &&str| about(word) == Some(About::Well) || is_among(word, WELL);
    let is_benign = |word: &&str| match (number(word), about(word)) {
        (Some(number), _) => number >= records || number == 200,
        (_, Some(About::Status | About::Entity | About::Number)) => true,
        _ => is_well(word) || is_record(word) || is_among(word, BENIGN),
    };
    let is_denied = left.len() < words.len();
    let says = if left.iter().any(is_bad) || BAD_AFTER.iter().any(is_bad_after) {
        Says::Bad
    } else if left.iter().all(is_benign) && (is_denied || left.iter().any(is_well)) {
        Says::Well
    } else {
        Says::Open
    };
    let counted = left.iter().filter_map(|word| number(word));
    // "200 OK" counts no records.
    if says == Says::Well && (left.iter().any(is_record) || !left.contains(&"200")) {
        return (says, counted.max());
    }
    let left: Vec<_> = left.into_iter().filter(|word| *word != "out").collect();
    let of = left.windows(3).filter(|three| three[1] == "of");
    let of = of.map(|three| (number(three[0]), number(three[2])));
    let fraction = text.trim().split_once('/').map(|(part, whole)| {
        let part = part.rsplit('-').next().unwrap_or_default();
        (number(part), number(whole))
    });
    let least = of
        .chain(fraction)
        .filter(|(part, whole)| part.is_some() && part <= whole);
    (says, least.filter_map(|(_, whole)| whole).max())
}

/// Whether a text is an address, or a date: it says nothing to people.
pub(super) fn is_prose(text: &str) -> bool {
    let is_address = (text.contains("://") || text.starts_with('/')) && !text.contains(' ');
    !is_address && !is_time(&text.into())
}
