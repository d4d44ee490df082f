//! Finds, in the fields around the records, what says that the page is not all there is.
//!
//! A field is read by its name's [`Meaning`] and by its value, whether the provider's document has it or not. Where either may mean
//! anything, the list is at most assumed, unless the value is a text of an unknown name.

use http::header::{AGE, CONTENT_RANGE, WARNING};
use http::{HeaderMap, HeaderName};
use record_stream::{Envelope, LONGEST_POINTER, MAX_UNKNOWN};
use serde_json::{Map, Value};

use super::address;
use super::field_name::{FieldName, Meaning};
use super::field_value::{
    Says, count, flag, is_empty, is_no_trouble, is_prose, is_time, plain, read_text, total,
};
use super::words::{About, Listed, is_among, split};
use crate::page::{Next, Page};

/// How deep objects are looked into.
const DEEPEST: usize = 4;
/// The age of a cached answer, in seconds, from which the list may have changed since.
const OUT_OF_DATE: u64 = 60;

/// Adds to a page of so many records what the fields around them say.
pub(super) fn read(envelope: &Envelope, listed: Listed, records: usize, page: &mut Page) {
    let unknown = &page.unknown_fields;
    let is_cut = |pointer: &String| pointer.len() > LONGEST_POINTER;
    if envelope.is_large() || unknown.len() >= MAX_UNKNOWN || unknown.iter().any(is_cut) {
        let says = || "beside the list, there is more than is looked at".to_owned();
        page.partial.get_or_insert_with(says);
        return;
    }
    let document = serde_json::from_str(envelope.text()).unwrap_or(Value::Null);
    let mut hints = Hints::new(listed, records);
    // The provider's mapping reads the document's own fields, but not what went wrong.
    for (name, value) in document.as_object().into_iter().flatten() {
        let pointer = || format!("/{}", name.replace('~', "~0").replace('/', "~1"));
        match FieldName::new(name, &hints.listed).meaning() {
            Meaning::Trouble | Meaning::Whole => hints.look(&FieldName::default(), name, value, 0),
            Meaning::Text if !is_empty(value) && !page.unknown_fields.contains(&pointer()) => {
                let (says, least) = read_text(&plain(value), &hints.listed, hints.records);
                hints.at_least = hints.at_least.max(least);
                if says != Says::Well {
                    hints.set(name);
                }
            }
            _ => {}
        }
    }
    for pointer in &page.unknown_fields {
        let mut names = names(pointer);
        let name = names.pop().unwrap_or_default();
        let inner = |around: FieldName, name: &String| around.inner(name, &hints.listed);
        let around = names.iter().fold(FieldName::default(), inner);
        if let Some(value) = document.pointer(pointer).filter(|_| !around.is_elsewhere()) {
            hints.look(&around, &name, value, 0);
        }
    }
    for (pointer, before) in envelope.overridden() {
        let mut names = names(&pointer);
        let name = names.pop().unwrap_or_default();
        let says = || format!("beside the list, `{name}` is sent twice");
        hints.ambiguous.get_or_insert_with(says);
        let before = serde_json::from_str(before.get()).unwrap_or(Value::Null);
        let inner = |around: FieldName, name: &String| around.inner(name, &hints.listed);
        let around = names.iter().fold(FieldName::default(), inner);
        for value in [Some(&before), document.pointer(&pointer)] {
            hints.look(&around, &name, value.unwrap_or(&Value::Null), 0);
        }
    }
    hints.tell(page);
}

/// The names in a JSON pointer.
fn names(pointer: &str) -> Vec<String> {
    let names = pointer.split('/').skip(1);
    names
        .map(|name| name.replace("~1", "/").replace("~0", "~"))
        .collect()
}

/// Adds to the page what its headers say, where the provider does not page by them.
pub(super) fn read_headers(headers: &HeaderMap, listed: Listed, records: usize, page: &mut Page) {
    use Meaning::{Back, Nothing, Unknown};
    let mut hints = Hints::new(listed, records);
    for (name, value) in headers {
        let value = value.to_str().unwrap_or_default();
        let of = FieldName::new(name.as_str(), &hints.listed);
        let object = serde_json::from_str(value).ok().filter(Value::is_object);
        let object = object.filter(|_| of.is_known() && of.meaning() != Nothing);
        if name == WARNING {
            hints.text(name.as_str(), value, true);
        } else if name == CONTENT_RANGE {
            let of_records = value
                .split_once('/')
                .filter(|_| !value.starts_with("bytes"));
            match of_records {
                Some((_, "*")) => hints.unknown(name.as_str()),
                Some((_, total)) => hints.at_least = hints.at_least.max(total.parse().ok()),
                None => {}
            }
        } else if is_from_cache(name, value) {
            let says = || format!("by the header `{name}`, the page is from a cache");
            hints.ambiguous.get_or_insert_with(says);
        } else if object.is_some()
            || of.is_page_size()
            || !matches!(of.meaning(), Back | Nothing | Unknown)
        {
            let value = object.unwrap_or_else(|| value.into());
            hints.look(&FieldName::default(), name.as_str(), &value, 0);
        }
    }
    hints.tell(page);
    let leads_on = matches!(address::link_header(headers), Some(Some(_)));
    if leads_on && matches!(page.next, Next::End | Next::Unsaid) {
        let says = || "the header `Link` leads to further records".to_owned();
        page.more.get_or_insert_with(says);
    }
}

/// Whether a header says that a cache answered, with what may be out of date.
fn is_from_cache(name: &HeaderName, value: &str) -> bool {
    match name.as_str() {
        _ if name == AGE => value.parse::<u64>().is_ok_and(|age| age >= OUT_OF_DATE),
        "cache-status" | "cf-cache-status" | "x-cache" | "x-cache-status" => {
            let words = split(value);
            words.iter().any(|word| is_among(word, "hit stale"))
        }
        _ => false,
    }
}

/// What the fields say.
#[derive(Default)]
struct Hints {
    listed: Listed,
    /// The number of records on the page.
    records: u64,
    partial: Option<String>,
    more: Option<String>,
    /// A field that may lead to further records, if no other says that nothing follows.
    cursor: Option<String>,
    /// A field that may lead to further records, or say where the last one was.
    position: Option<String>,
    is_last: bool,
    at_least: Option<u64>,
    ambiguous: Option<String>,
    /// The address of this page or the first one.
    here: Option<String>,
    /// The address of the last page.
    last: Option<String>,
}

impl Hints {
    fn new(listed: Listed, records: usize) -> Self {
        let records = records as u64;
        Self {
            listed,
            records,
            ..Self::default()
        }
    }

    /// Adds what was found to a page.
    fn tell(mut self, page: &mut Page) {
        if self.here.is_some() && self.last.is_some() && self.here != self.last {
            let says = "beside the list, the address of the last page is another one".to_owned();
            insert(&mut self.ambiguous, says);
        }
        let may_follow = self.cursor.filter(|_| !self.is_last);
        let position = self.position.filter(|_| !self.is_last);
        let [follows, doubt] = match page.next {
            Next::End => [may_follow, position],
            _ => [may_follow.or(position), None],
        };
        page.partial = page.partial.take().or(self.partial);
        page.at_least = page.at_least.max(self.at_least);
        page.more = page.more.take().or(self.more).or(follows);
        page.ambiguous = page.ambiguous.take().or(self.ambiguous).or(doubt);
    }

    /// Looks at a field in these objects.
    fn look(&mut self, around: &FieldName, name: &str, value: &Value, depth: usize) {
        let of = around.inner(name, &self.listed);
        let value = value.get("href").unwrap_or(value);
        self.address(&of, value);
        let names_next = |name: &String| FieldName::new(name, &self.listed).has(About::Next);
        match (of.meaning(), value) {
            (Meaning::Trouble | Meaning::Open, _) if of.is_time() && is_time(value) => {}
            _ if of.is_page_size() && self.records > 0 && count(value) == Some(self.records) => {
                let says = format!("by `{name}`, the page may be full");
                insert(&mut self.cursor, says);
            }
            (Meaning::Trouble, _) => self.trouble(&of, name, value),
            (Meaning::Next, _) => self.next(&of, name, value),
            (Meaning::Total, _) if total(value).is_some() => {
                self.at_least = self.at_least.max(total(value))
            }
            (Meaning::Pages, _) if count(value).is_some() => {
                let before = count(value)
                    .map(|pages| pages.saturating_sub(1))
                    .filter(|n| *n > 0);
                let least =
                    before.map(|pages| pages.saturating_mul(self.records).saturating_add(1));
                self.at_least = self.at_least.max(least);
            }
            (Meaning::Last | Meaning::Pages, _) if flag(value).is_some() && !value.is_number() => {
                match flag(value) {
                    Some(true) => self.is_last = true,
                    _ => insert(&mut self.more, format!("`{name}` is false")),
                }
            }
            (Meaning::Whole, _) if !value.is_object() => self.whole(name, value),
            (Meaning::Status, _) if !value.is_object() && !value.is_array() => {
                self.status(name, value);
            }
            (Meaning::Open, Value::Bool(false)) if of.has(About::Well) => self.unknown(name),
            _ if is_empty(value) => {}
            (Meaning::Position, Value::Object(fields)) => self.look_into(&of, fields, depth),
            (Meaning::Cursor, Value::Object(fields)) if fields.keys().any(names_next) => {
                self.look_into(&of, fields, depth);
            }
            (Meaning::Cursor, _) => insert(&mut self.cursor, leads_on(name)),
            (Meaning::Position, _) => insert(&mut self.position, leads_on(name)),
            (Meaning::Open, _) => self.unknown(name),
            (_, Value::Object(_)) if of.is_elsewhere() => {}
            (_, Value::Object(fields)) => self.look_into(&of, fields, depth),
            (Meaning::Text, Value::String(_) | Value::Array(_)) => {
                self.text(name, &plain(value), true)
            }
            (Meaning::Back, _) => {}
            (_, Value::Array(values)) => self.array(&of, name, values, depth),
            _ if flag(value) == Some(true) && count(value).is_none() => self.unknown(name),
            (Meaning::Start, Value::String(_)) if count(value).is_none() && !is_time(value) => {
                insert(&mut self.cursor, leads_on(name));
            }
            (Meaning::Nothing, Value::String(text)) => self.text(name, text, false),
            (Meaning::Nothing | Meaning::Start, _) => {}
            _ if of.has(About::Number) && count(value) > Some(self.records) => self.unknown(name),
            (_, Value::String(text)) => self.text(name, text, false),
            _ if count(value) == Some(self.records) || (of.is_time() && is_time(value)) => {}
            _ => self.unknown(name),
        }
    }

    /// Looks at the address of a page.
    fn address(&mut self, of: &FieldName, value: &Value) {
        let address = value.as_str().filter(|text| text.contains('/'));
        let slot = match of.has_word("first") || of.has_word("self") {
            true => &mut self.here,
            false if of.has(About::Last) => &mut self.last,
            false => return,
        };
        *slot = slot.take().or(address.map(str::to_owned));
    }

    fn look_into(&mut self, of: &FieldName, fields: &Map<String, Value>, depth: usize) {
        if depth >= DEEPEST {
            let says = "beside the list, there is more than is looked at".to_owned();
            insert(&mut self.ambiguous, says);
            return;
        }
        for (name, value) in fields {
            self.look(of, name, value, depth + 1);
        }
    }

    fn set(&mut self, name: &str) {
        let says = format!("beside the list, `{name}` is set");
        insert(&mut self.partial, says);
    }

    fn unknown(&mut self, name: &str) {
        let says =
            format!("beside the list is `{name}`, which the provider's document does not have");
        insert(&mut self.ambiguous, says);
    }

    fn trouble(&mut self, of: &FieldName, name: &str, value: &Value) {
        // Seconds, rather than an event.
        let is_setting = of.head().0 == "timeout" && count(value) > Some(1);
        if is_no_trouble(value) {
        } else if is_setting {
            self.unknown(name);
        } else if plain(value).to_lowercase().contains("deprecat") {
            self.text(name, &plain(value), true);
        } else {
            self.set(name);
        }
    }

    fn whole(&mut self, name: &str, value: &Value) {
        match (flag(value), value) {
            (Some(true), _) | (_, Value::Null) => {}
            (Some(false), _) => {
                let says = format!("beside the list, `{name}` is false");
                insert(&mut self.partial, says);
            }
            (_, Value::String(text)) => self.text(name, text, true),
            _ if count(value) == Some(self.records) => {}
            _ => self.unknown(name),
        }
    }

    fn next(&mut self, of: &FieldName, name: &str, value: &Value) {
        let is_set = match value {
            Value::Object(fields) => fields.values().any(|value| !is_empty(value)),
            value => !is_empty(value),
        };
        let number = count(value);
        if !is_set {
            self.is_last |= flag(value) == Some(false) && number.is_none();
        } else if number.is_some() && of.has(About::Start) {
            self.at_least = self.at_least.max(number);
            insert(&mut self.position, leads_on(name));
        } else if number == Some(1) && of.has(About::Place) {
            insert(&mut self.position, leads_on(name));
        } else {
            insert(&mut self.more, leads_on(name));
        }
    }

    fn status(&mut self, name: &str, value: &Value) {
        match (count(value), value) {
            (Some(0 | 1 | 200), _) | (_, Value::Null) => {}
            (Some(203 | 206 | 300..600), _) | (_, Value::Bool(false)) => self.set(name),
            (None, _) if flag(value) == Some(true) || plain(value).is_empty() => {}
            (None, Value::String(text)) => self.text(name, text, true),
            _ => self.unknown(name),
        }
    }

    /// A text says nothing of the list if its name is unknown, unless the list is empty.
    fn text(&mut self, name: &str, text: &str, is_known: bool) {
        if !is_prose(text) {
            return;
        }
        let (says, least) = read_text(text, &self.listed, self.records);
        match says {
            Says::Bad if is_known || self.records == 0 => self.set(name),
            Says::Open if !is_known && self.records > 0 && least <= Some(self.records) => {}
            Says::Well => {}
            _ => self.unknown(name),
        }
        self.at_least = self.at_least.max(least.filter(|_| is_known));
    }

    fn array(&mut self, of: &FieldName, name: &str, values: &[Value], depth: usize) {
        let relation =
            |value: &Value| Some((value.get("rel")?.as_str()?.to_owned(), value.clone()));
        let relations: Vec<_> = values.iter().filter_map(relation).collect();
        if relations.len() == values.len() && depth < DEEPEST {
            for (relation, link) in relations {
                self.look(of, &relation, link.get("href").unwrap_or(&link), depth + 1);
            }
        } else if matches!(of.meaning(), Meaning::Nothing | Meaning::Start) {
        } else if self.records == 0 && values.iter().any(Value::is_object) {
            let says = format!("the list is empty, and `{name}` beside it has records");
            insert(&mut self.partial, says);
        } else {
            self.unknown(name);
        }
    }
}

fn insert(slot: &mut Option<String>, says: String) {
    slot.get_or_insert(says);
}

fn leads_on(name: &str) -> String {
    format!("`{name}`, which is not declared, may lead to further records")
}

#[cfg(test)]
mod tests;
