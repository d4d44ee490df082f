//! The words of names and texts, and what each is about.

use std::collections::HashMap;
use std::sync::LazyLock;

macro_rules! vocabulary {
    ($($(#[$doc:meta])* $about:ident: $words:literal)*) => {
        /// What a word is about.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum About {
            $($(#[$doc])* $about,)*
            /// A record of the list that is read.
            Listed,
        }

        const VOCABULARY: &[(About, &str)] = &[$((About::$about, $words),)*];
    };
}

vocabulary! {
    /// Something went wrong, or something is missing.
    Trouble: "abort capped clipped degraded denied dropped err errcode errmsg errno error exceeded exception excluded fail failure
        fault forbidden incomplete interrupted invalid limited lost missing omitted overflow partial partially reached refuse
        reject skipped stale throttled timed timedout timeout trimmed truncate truncation unauthorised unauthorized unavailable
        unhealthy unprocessed unreachable warn warning"
    /// Not.
    Not: "no non not without"
    /// All went well.
    Well: "complete entire exhaustive loaded ok okay succeed success successful whole"
    /// The end of the list.
    Last: "done drained end eof exhausted final finish last terminal"
    /// Further records.
    Next: "continuation continue evaluated following more next older remaining subsequent successor"
    /// A place in the list from which reading continues.
    Cursor: "after anchor bookmark checkpoint cursor iterator locator mark marker pit pointer resume resumption scroll seek watermark"
    /// The same, or a credential.
    Token: "token"
    /// Records before the page.
    Back: "before first preceding prev previous self"
    /// The place at which the page starts.
    Start: "offset position skip start"
    /// The page, and its place in the list.
    Place: "begin current from index page per to"
    /// How many.
    Number: "count found matched matches nb num number of total"
    /// How large: a list, a page, or something else.
    Size: "cardinality length size"
    /// A record.
    Record: "children collection document element entries entry hit item list node object record resource result row value"
    /// How the request ended.
    Status: "code outcome request response return state status"
    /// A text for people.
    Text: "comment description detail explanation hint info message msg note notice reason text"
    /// An address.
    Location: "href link uri url"
    /// An identity.
    Key: "id key uuid"
    /// As the last word, another thing than records, whatever words are before it.
    Thing: "attribute budget call callback column contact date day delay doc documentation duration email field format hour interval
        minute percent percentage phone policy rate ratio reset schema second sms step threshold time timestamp tolerance ttl
        webhook window"
    /// Another thing than records, which is counted or remains.
    Subject: "billing cache credit default license limit max maximum memory min minimum plan quota retry seat shard usage"
    /// Someone's account, or the request: its fields are not about the list.
    Entity: "account admin company customer facet facets filter filters member organisation organization owner parent permission permissions profile query
        reseller session subscription team user viewer workspace"
    /// The answer, or how the list was requested.
    Mute: "class currency elapsed environment etag help host kind label language latency locale name order path region search server
        sort took trace type version zone"
    /// Nothing.
    Noise: "a amz an and api approximate available d data estimated exact filtered grand has have http in is meta metadata ms odata opc
        overall pager pagination paging the was wp x"
}

static KNOWN: LazyLock<HashMap<&str, About>> = LazyLock::new(|| {
    let words = VOCABULARY.iter();
    let words = words.map(|(about, words)| words.split_whitespace().map(|word| (word, *about)));
    words.flatten().collect()
});

/// The longest text without a gap in which words are looked for.
const LONGEST: usize = 40;

/// What a word is about, also where it is inflected.
pub(super) fn about(word: &str) -> Option<About> {
    let stem = |end: &&str| KNOWN.get(word.strip_suffix(*end)?);
    ["", "s", "es", "d", "ed", "ing"]
        .iter()
        .find_map(stem)
        .copied()
}

/// Whether a text has this word in it.
pub(super) fn is_among(word: &str, words: &str) -> bool {
    words.split_whitespace().any(|other| other == word)
}

/// Whether the word, in the singular, is about someone's account or the request.
pub(super) fn is_entity(word: &str) -> bool {
    KNOWN.get(word) == Some(&About::Entity)
}

/// The words of a name or a text, in lower case, however they are joined.
pub(super) fn split(text: &str) -> Vec<String> {
    let mut joined = vec![String::new()];
    let mut was_lower = false;
    for letter in text.chars().filter(|letter| *letter != '\'') {
        let begins = !letter.is_alphanumeric() || (was_lower && letter.is_uppercase());
        was_lower = letter.is_lowercase() || letter.is_numeric();
        if begins {
            joined.push(String::new());
        }
        if let Some(word) = joined.last_mut().filter(|_| letter.is_alphanumeric()) {
            word.extend(letter.to_lowercase());
        }
    }
    joined.retain(|word| !word.is_empty());
    let parts = |word: String| parts(&word).unwrap_or(vec![word]);
    joined.into_iter().flat_map(parts).collect()
}

/// The known words that a word is joined of, as in `totalcount`.
fn parts(word: &str) -> Option<Vec<String>> {
    if about(word).is_some() {
        return Some(vec![word.to_owned()]);
    }
    if word.len() > LONGEST || !word.is_ascii() {
        return None;
    }
    let split_at = |at| {
        let (first, rest) = word.split_at(at);
        about(first)?;
        let mut words = vec![first.to_owned()];
        words.extend(parts(rest)?);
        Some(words)
    };
    (2..word.len().saturating_sub(1)).rev().find_map(split_at)
}

/// The words for a record of one list.
#[derive(Debug, Default)]
pub(super) struct Listed(Vec<String>);

impl Listed {
    /// From the list's name, and the provider's word for its tenants.
    pub(super) fn new(list: &str, tenants: &str) -> Self {
        let singular = |word: String| word.trim_end_matches('s').to_owned();
        let words = split(list).into_iter().chain(split(tenants));
        Self(words.map(singular).collect())
    }

    /// What a word is about, beside this list.
    pub(super) fn about(&self, word: &str) -> Option<About> {
        let singular = word.trim_end_matches('s');
        let is_listed = self.0.iter().any(|listed| listed == singular);
        about(word)
            .filter(|about| *about == About::Record || !is_listed)
            .or(is_listed.then_some(About::Listed))
    }
}
