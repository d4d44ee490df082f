//! The meaning of a field's name, from the words in it.

use super::words::About::{self, *};
use super::words::{Listed, about, is_among, is_entity, split};

/// What a field of some name is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Something went wrong, or records are missing.
    Trouble,
    /// The request succeeded, or the list is complete.
    Whole,
    /// The page is the last one.
    Last,
    /// Further records.
    Next,
    /// Further records, unless another field says that there are none.
    Cursor,
    /// The place of the page's first or last record, which a last page may have, too.
    Position,
    /// The place at which the page starts.
    Start,
    /// The number of records.
    Total,
    /// The number of pages.
    Pages,
    /// How the request ended.
    Status,
    /// A text for people.
    Text,
    /// Records before the page.
    Back,
    /// Nothing of the records.
    Nothing,
    /// Perhaps further records or missing ones: some of the words say so, and others are not known.
    Open,
    /// The words are not known.
    Unknown,
}

/// The name of a field beside the records.
#[derive(Debug, Default)]
pub(super) struct FieldName {
    /// Its words, with those around it that count.
    words: Vec<(String, Option<About>)>,
    /// Whether an object around it is about something unknown.
    is_inside_unknown: bool,
    /// Whether it, or an object around it, is about something else than the list.
    is_elsewhere: bool,
}

/// The words that may stand beside one that leads to further records.
const PLACES: [About; 14] = [
    Next, Not, Last, Cursor, Token, Back, Start, Place, Number, Size, Record, Listed, Location, Key,
];

/// The words for the number of records that a page may have.
const SIZES: &str = "batch cap limit max maximum per size top window";

impl FieldName {
    pub(super) fn new(name: &str, listed: &Listed) -> Self {
        Self::default().inner(name, listed)
    }

    /// The name of a field in the object of this name.
    pub(super) fn inner(&self, name: &str, listed: &Listed) -> Self {
        let around = self.words.iter().filter(|(word, about)| {
            matches!(about, Some(Subject | Thing)) || word.starts_with("page") || word == "cursors"
        });
        let own = split(name).into_iter().map(|word| {
            let about = listed.about(&word);
            (word, about)
        });
        let own: Vec<_> = own.filter(|(_, about)| *about != Some(Noise)).collect();
        let is_unknown = |(_, about): &(_, Option<About>)| about.is_none_or(|it| it == Entity);
        Self {
            is_inside_unknown: self.is_inside_unknown || self.words.iter().any(is_unknown),
            is_elsewhere: self.is_elsewhere
                || own.iter().any(|(word, _)| is_entity(word))
                || matches!(own.last(), Some((_, Some(Thing)))),
            words: around.cloned().chain(own).collect(),
        }
    }

    pub(super) fn is_elsewhere(&self) -> bool {
        self.is_elsewhere
    }

    pub(super) fn has(&self, about: About) -> bool {
        self.words.iter().any(|(_, of)| *of == Some(about))
    }

    pub(super) fn has_word(&self, word: &str) -> bool {
        self.words.iter().any(|(own, _)| own == word)
    }

    /// Whether it has words, and no others than these.
    fn only(&self, known: &[About]) -> bool {
        let is_known = |about: &Option<About>| about.is_some_and(|about| known.contains(&about));
        !self.words.is_empty() && self.words.iter().all(|(_, about)| is_known(about))
    }

    /// The last word says what a thing is.
    pub(super) fn head(&self) -> (&str, Option<About>) {
        let head = self.words.last();
        head.map_or(("", None), |(word, about)| (word, *about))
    }

    /// Whether each of its words is known.
    pub(super) fn is_known(&self) -> bool {
        self.words.iter().all(|(_, about)| about.is_some())
    }

    /// Whether it may be when something was or will be, such as `created_at`.
    pub(super) fn is_time(&self) -> bool {
        let ends = ["after", "at", "before", "by", "on", "since", "until"];
        self.words.len() > 1 && ends.contains(&self.head().0)
    }

    /// Whether it may be the most records that a page has. A `size` may be that of the list, and SCIM's `itemsPerPage` counts the
    /// records of the page.
    pub(super) fn is_page_size(&self) -> bool {
        let is_size = |word: &str| is_among(word, SIZES);
        let is_place =
            |about: Option<About>| matches!(about, Some(Place | Record | Number | Start));
        let mut words = self.words.iter();
        words.all(|(word, about)| is_size(word) || is_place(*about))
            && self.words.iter().any(|(word, _)| is_size(word))
            && !(self.words.len() == 1 && self.has_word("size"))
            && !(self.has(Record) && self.has_word("per"))
    }

    pub(super) fn meaning(&self) -> Meaning {
        let (word, head) = self.head();
        let says = |about, no, yes| match self.has(Not) {
            _ if !self.has(about) => None,
            true => Some(no),
            false => Some(yes),
        };
        let is_thing = head == Some(Thing) || (head == Some(Location) && !self.has(Next));
        if is_thing {
            return Meaning::Nothing;
        }
        if let Some(meaning) = says(Trouble, Meaning::Whole, Meaning::Trouble) {
            return meaning;
        }
        if let Some(meaning) = says(Next, Meaning::Last, Meaning::Next) {
            let remains = self.has_word("remaining");
            return match self.only(&PLACES) {
                // How many tenants may still be created.
                true if remains && self.has(Listed) => Meaning::Open,
                true => meaning,
                false if remains && (self.has(Subject) || self.has(Thing)) => Meaning::Nothing,
                false if head == Some(Text) => Meaning::Text,
                false => Meaning::Open,
            };
        }
        if let Some(meaning) = self.place().or_else(|| self.number()) {
            return meaning;
        }
        match head {
            Some(Text) => Meaning::Text,
            Some(Status) if self.only(&[Status, Record, Well]) => Meaning::Status,
            _ if word == "result" && self.only(&[Status, Record]) => Meaning::Status,
            _ if self.has(Last) && self.only(&[Last, Place, Number, Record, Listed]) => {
                Meaning::Last
            }
            _ if self.has(Well) && self.only(&[Well, Place, Number, Record, Listed, Status]) => {
                Meaning::Whole
            }
            Some(Mute | Place | Key) => Meaning::Nothing,
            Some(Size) if self.has(Place) => Meaning::Nothing,
            _ if self.has(Subject) => Meaning::Nothing,
            _ if self.has(Well) => Meaning::Open,
            _ => Meaning::Unknown,
        }
    }

    /// The meaning of a place in the list.
    fn place(&self) -> Option<Meaning> {
        let is_place = self.only(&PLACES);
        let has_position = self.has(Cursor) || self.has(Token);
        Some(match self.head().1 {
            _ if self.has(Subject) => return None,
            _ if self.has(Back) && is_place => Meaning::Back,
            Some(Key) if self.has(Last) && is_place => Meaning::Position,
            Some(Key) if self.has(Start) || self.has_word("from") => Meaning::Open,
            _ if has_position && is_place => {
                match self.has(Last) || self.has(Start) || self.has_word("cursors") {
                    true => Meaning::Position,
                    false => Meaning::Cursor,
                }
            }
            _ if self.has(Cursor) => Meaning::Open,
            _ if self.has(Start) && self.only(&[Start, Place]) => Meaning::Start,
            _ if self.head().0 == "page" && self.words.len() == 1 => Meaning::Start,
            _ => return None,
        })
    }

    /// The meaning of a number.
    fn number(&self) -> Option<Meaning> {
        let words: Vec<_> = self.words.iter().map(|(word, _)| word.as_str()).collect();
        let is_number =
            |word: &&str| about(word) == Some(Number) || ["last", "max", "no"].contains(word);
        let is_pages = match words.as_slice() {
            ["pages"]
            | ["pages", "total"]
            | ["last", "page", "number"]
            | [.., "page" | "pages", "count" | "of"] => true,
            ["page", before @ .., "page" | "pages"] | [before @ .., "page" | "pages"] => {
                !before.is_empty() && before.iter().all(is_number)
            }
            _ => false,
        };
        if is_pages {
            return Some(Meaning::Pages);
        }
        if matches!(words.last(), Some(&("num" | "number"))) || words.contains(&"per") {
            return Some(Meaning::Nothing);
        }
        let of_records = self.has(Record) || self.has(Listed);
        let is_number = self.has(Number) || (self.has(Size) && of_records);
        let is_total = is_number && self.only(&[Number, Size, Record, Listed, Place]);
        (is_total && !self.is_inside_unknown).then_some(Meaning::Total)
    }
}
