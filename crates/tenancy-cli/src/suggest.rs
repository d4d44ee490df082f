//! Finds the word that was probably meant.

/// The known word that is nearest to what was written, if one is near.
fn nearest<'a>(written: &str, known: &[&'a str]) -> Option<&'a str> {
    let written = written.to_lowercase();
    known
        .iter()
        .map(|word| (strsim::damerau_levenshtein(&written, word), *word))
        .filter(|(distance, word)| *distance <= (word.chars().count() / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

/// What to do about an unknown word: `did you mean …?` if a known one is near, and the known ones.
pub(crate) fn instead(written: &str, known: &[&str]) -> String {
    let meant = nearest(written, known)
        .map(|word| format!("did you mean `{word}`? "))
        .unwrap_or_default();
    format!("{meant}known are {}", known.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_words_are_suggested_and_far_ones_are_not() {
        let known = ["omnidim", "layers", "vobiz"];
        assert_eq!(nearest("vobix", &known), Some("vobiz"));
        assert_eq!(nearest("OmniDim", &known), Some("omnidim"));
        assert_eq!(nearest("twilio", &known), None);
        assert_eq!(
            instead("layer", &known),
            "did you mean `layers`? known are omnidim, layers, vobiz"
        );
        assert_eq!(instead("", &known), "known are omnidim, layers, vobiz");
    }
}
