//! Suggests corrections for misspelt words.

/// The known word nearest to what was written, if one is near.
fn nearest<'a>(written: &str, known: &[&'a str]) -> Option<&'a str> {
    let written = written.to_lowercase();
    known
        .iter()
        .map(|word| (strsim::damerau_levenshtein(&written, word), *word))
        .filter(|(distance, word)| *distance <= (word.chars().count() / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

/// What to do about an unknown word: the nearest known one if there is one, and all known ones. `plural` says what they are.
pub(crate) fn instead(written: &str, plural: &str, known: &[&str]) -> String {
    let known_words = format!("known {plural} are {}", known.join(", "));
    match nearest(written, known) {
        Some(word) => format!("did you mean `{word}`? The {known_words}"),
        None => format!("the {known_words}"),
    }
}

/// What to do about an unknown word that may be a secret: quotes it only if it is near a known one. `noun` says what it is.
pub(crate) fn instead_of_secret(written: &str, noun: &str, known: &[&str]) -> String {
    let what = match nearest(written, known) {
        Some(_) => format!("{noun} `{written}`"),
        None => format!("such {noun}"),
    };
    format!(
        "there is no {what}; {}",
        instead(written, &format!("{noun}s"), known)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_words_are_suggested_and_far_ones_are_not() {
        let known = ["status", "name", "balance"];
        assert_eq!(nearest("balence", &known), Some("balance"));
        assert_eq!(nearest("Name", &known), Some("name"));
        assert_eq!(nearest("email", &known), None);
        assert_eq!(
            instead("stats", "fields", &known),
            "did you mean `status`? The known fields are status, name, balance"
        );
        assert_eq!(
            instead("", "fields", &known),
            "the known fields are status, name, balance"
        );
        assert_eq!(
            instead_of_secret("names", "field", &known),
            "there is no field `names`; did you mean `name`? The known fields are status, name, balance"
        );
        assert_eq!(
            instead_of_secret("hunter2", "field", &known),
            "there is no such field; the known fields are status, name, balance"
        );
    }
}
