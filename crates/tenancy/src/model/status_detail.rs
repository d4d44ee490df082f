//! A provider's own words for a tenant's status.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::slice;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A provider's own words for a tenant's status, by the name of its field. Written as an object.
///
/// There are one or two, in each tenant of a list: it is no `BTreeMap`, which takes half a kilobyte for the first of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatusDetail(Words);

type Word = (Cow<'static, str>, StatusWord);

/// Words in the order of their fields' names. One or two need no memory of their own.
#[derive(Clone, Debug)]
enum Words {
    One(Word),
    Two([Word; 2]),
    Others(Vec<Word>),
}

impl Default for Words {
    fn default() -> Self {
        Self::Others(Vec::new())
    }
}

impl PartialEq for Words {
    fn eq(&self, other: &Self) -> bool {
        self.as_slice() == other.as_slice()
    }
}

impl Eq for Words {}

impl Words {
    fn as_slice(&self) -> &[Word] {
        match self {
            Self::One(word) => slice::from_ref(word),
            Self::Two(words) => words,
            Self::Others(words) => words,
        }
    }
}

/// A word of a provider's about a tenant's status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum StatusWord {
    /// A switch.
    Switch(bool),
    /// A word.
    Word(Cow<'static, str>),
}

impl StatusDetail {
    /// The word in the field of this name.
    #[must_use]
    pub fn get(&self, field: &str) -> Option<&StatusWord> {
        let (_, word) = self.0.as_slice().iter().find(|(name, _)| name == field)?;
        Some(word)
    }

    /// The fields and their words, in the order of the fields' names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &StatusWord)> {
        self.0.as_slice().iter().map(|(name, word)| (&**name, word))
    }

    /// Whether there are no words.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.as_slice().is_empty()
    }
}

/// Of two words in fields of the same name the last one counts.
impl FromIterator<(Cow<'static, str>, StatusWord)> for StatusDetail {
    fn from_iter<I: IntoIterator<Item = (Cow<'static, str>, StatusWord)>>(words: I) -> Self {
        let mut words = words.into_iter().fuse();
        let mut all: Vec<_> = match (words.next(), words.next(), words.next()) {
            (Some(only), None, _) => return Self(Words::One(only)),
            (Some(one), Some(other), None) if one.0 < other.0 => {
                return Self(Words::Two([one, other]));
            }
            (first, second, third) => {
                let first = [first, second, third].into_iter().flatten();
                first.chain(words).collect()
            }
        };
        if !all.is_sorted_by(|(one, _), (next, _)| one < next) {
            all.reverse();
            all.sort_by(|(one, _), (other, _)| one.cmp(other));
            all.dedup_by(|(later, _), (kept, _)| later == kept);
        }
        Self(Words::Others(all))
    }
}

impl Serialize for StatusDetail {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for StatusDetail {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let words = BTreeMap::<String, StatusWord>::deserialize(deserializer)?;
        Ok(words
            .into_iter()
            .map(|(name, word)| (name.into(), word))
            .collect())
    }
}

impl JsonSchema for StatusDetail {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "StatusDetail".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        BTreeMap::<String, StatusWord>::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_an_object_with_each_field_once_in_order() {
        let words = [("b", false), ("a", true), ("b", true)];
        let detail: StatusDetail = words
            .into_iter()
            .map(|(name, on)| (name.into(), StatusWord::Switch(on)))
            .collect();
        let text = r#"{"a":true,"b":true}"#;
        assert_eq!(serde_json::to_string(&detail).unwrap(), text);
        assert_eq!(serde_json::from_str::<StatusDetail>(text).unwrap(), detail);
        assert_eq!(detail.get("b"), Some(&StatusWord::Switch(true)));
        assert_eq!(detail.get("c"), None);
        assert!(!detail.is_empty());
        let word: StatusDetail = serde_json::from_str(r#"{"status":"active"}"#).unwrap();
        let told: Vec<_> = word.iter().collect();
        assert_eq!(told, [("status", &StatusWord::Word("active".into()))]);
        assert!(StatusDetail::default().is_empty());
    }

    #[test]
    fn two_are_equal_when_they_say_the_same() {
        let word = |word: &'static str| ("status".into(), StatusWord::Word(word.into()));
        let detail = |words: Vec<_>| words.into_iter().collect::<StatusDetail>();
        let active = detail(vec![word("active")]);
        assert_eq!(active, detail(vec![word("frozen"), word("active")]));
        assert_ne!(active, detail(vec![word("frozen")]));
        assert_ne!(active, StatusDetail::default());
    }

    #[test]
    fn is_in_order_and_without_repeats_however_the_words_came() {
        for (words, text) in [
            ([("a", true), ("b", false)], r#"{"a":true,"b":false}"#),
            ([("b", true), ("a", false)], r#"{"a":false,"b":true}"#),
            ([("a", true), ("a", false)], r#"{"a":false}"#),
        ] {
            let word = |(name, on): (&'static str, bool)| (name.into(), StatusWord::Switch(on));
            let detail: StatusDetail = words.into_iter().map(word).collect();
            assert_eq!(serde_json::to_string(&detail).unwrap(), text);
        }
    }

    #[test]
    fn one_word_or_two_in_order_need_no_memory_of_their_own() {
        let detail = |names: &[&'static str]| {
            let word = |name: &&'static str| ((*name).into(), StatusWord::Switch(true));
            names.iter().map(word).collect::<StatusDetail>()
        };
        assert!(matches!(detail(&["a"]).0, Words::One(_)));
        assert!(matches!(detail(&["a", "b"]).0, Words::Two(_)));
        assert!(matches!(detail(&["a", "b", "c"]).0, Words::Others(_)));
    }
}
