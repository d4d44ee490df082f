//! Finds, in the fields around the records, what says that the page is not all there is.
//!
//! A field is read by the family of its name ([`FieldName`]) and by its value, whether the provider's document has it or not. A
//! field that belongs to no family may mean anything, unless it is a text: the list is then at most assumed.

use http::HeaderMap;
use http::header::CONTENT_RANGE;
use record_stream::{Envelope, MAX_UNKNOWN};
use serde_json::Value;

use super::address;
use super::field_name::FieldName;
use super::field_value::{count, flag, is_empty, is_unwell, is_well, total};
use crate::page::{Next, Page};

/// The largest envelope whose fields are read, in bytes.
const LARGEST: usize = 1024 * 1024;
/// How deep objects are looked into.
const DEEPEST: usize = 4;

/// Adds to a page of so many records what the fields around them say.
pub(super) fn read(envelope: &Envelope, list: &str, records: usize, page: &mut Page) {
    let is_large = envelope.is_abridged() || envelope.text().len() > LARGEST;
    if is_large || page.unknown_fields.len() >= MAX_UNKNOWN {
        let says = || "beside the list, there is more than is looked at".to_owned();
        page.partial.get_or_insert_with(says);
        return;
    }
    let Ok(Value::Object(fields)) = serde_json::from_str(envelope.text()) else {
        return;
    };
    let mut hints = Hints::new(list, records);
    for (name, value) in &fields {
        let pointer = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
        if page.unknown_fields.contains(&pointer) {
            hints.look(name, value, 0);
        } else {
            hints.look_at_declared(name, value);
        }
    }
    for pointer in &page.unknown_fields {
        // Those of the top level were read above.
        let Some((objects, name)) = pointer[1..].rsplit_once('/') else {
            continue;
        };
        let elsewhere = objects
            .split('/')
            .any(|name| FieldName::new(name).is_elsewhere());
        if let Some(value) = fields_at(&fields, pointer).filter(|_| !elsewhere) {
            hints.look(name, value, 0);
        }
    }
    hints.tell(page);
}

fn fields_at<'v>(fields: &'v serde_json::Map<String, Value>, pointer: &str) -> Option<&'v Value> {
    let (first, rest) = pointer.strip_prefix('/')?.split_once('/')?;
    fields.get(first)?.pointer(&format!("/{rest}"))
}

/// Adds to the page what its headers say, where the provider does not page by them.
pub(super) fn read_headers(headers: &HeaderMap, records: usize, page: &mut Page) {
    let mut hints = Hints::new("", records);
    for (name, value) in headers {
        let value = value.to_str().unwrap_or_default();
        if let Some(name) = name.as_str().strip_prefix("x-")
            && !FieldName::new(name).is_elsewhere()
        {
            hints.look_at_header(name, value);
        }
        if name == CONTENT_RANGE
            && let Some((_, total)) = value.split_once('/')
            && !value.starts_with("bytes")
        {
            hints.at_least = hints.at_least.max(total.parse().ok());
        }
    }
    hints.tell(page);
    let leads_on = matches!(address::link_header(headers), Some(Some(_)));
    if leads_on && matches!(page.next, Next::End | Next::Unsaid) {
        let says = || "the header `Link` leads to further records".to_owned();
        page.more.get_or_insert_with(says);
    }
}

/// What the fields say.
struct Hints<'l> {
    /// The name of the list, and the number of records on the page.
    list: &'l str,
    records: usize,
    partial: Option<String>,
    more: Option<String>,
    /// A field that may lead to further records, if no other says that nothing follows.
    cursor: Option<String>,
    is_last: bool,
    at_least: Option<u64>,
    ambiguous: Option<String>,
}

impl<'l> Hints<'l> {
    fn new(list: &'l str, records: usize) -> Self {
        Self {
            list,
            records,
            partial: None,
            more: None,
            cursor: None,
            is_last: false,
            at_least: None,
            ambiguous: None,
        }
    }

    /// Adds what was found to a page.
    fn tell(self, page: &mut Page) {
        page.partial = page.partial.take().or(self.partial);
        let cursor = self.cursor.filter(|_| !self.is_last);
        page.more = page.more.take().or(self.more).or(cursor);
        page.at_least = page.at_least.max(self.at_least);
        page.ambiguous = page.ambiguous.take().or(self.ambiguous);
    }

    /// Looks at a field that the provider's document has: it says what follows by itself, but not what went wrong.
    fn look_at_declared(&mut self, name: &str, value: &Value) {
        let of = FieldName::new(name);
        if of.is_trouble() {
            self.trouble(name, value);
        } else if of.is_whole() {
            self.whole(name, value);
        } else if of.is_text() && !is_empty(value) && !is_well(value) {
            self.set(name);
        }
    }

    fn look_at_header(&mut self, name: &str, value: &str) {
        let of = FieldName::new(name);
        let value = match value.parse::<u64>() {
            Ok(number) => number.into(),
            Err(_) => value.into(),
        };
        // How many requests remain is not about the list.
        let leads_on = of.is_next() && !name.contains("remaining");
        if of.is_pages() || of.is_total(self.list) || leads_on || of.is_trouble() {
            self.look(name, &value, 0);
        }
    }

    /// Looks at a field that the provider's document does not have.
    fn look(&mut self, name: &str, value: &Value, depth: usize) {
        let of = FieldName::new(name);
        let flag = flag(value);
        if of.is_trouble() {
            self.trouble(name, value);
        } else if let Some(number) = count(value).filter(|_| of.is_pages()) {
            let full_pages = number.saturating_sub(1);
            self.at_least(
                full_pages.saturating_mul(self.records as u64) + u64::from(full_pages > 0),
            );
        } else if let Some(number) = total(value).filter(|_| of.is_total(self.list)) {
            self.at_least(number);
        } else if let Some(flag) = flag.filter(|_| of.is_last()) {
            self.is_last |= flag;
            if !flag {
                self.more
                    .get_or_insert_with(|| format!("`{name}` is false"));
            }
        } else if of.is_whole() {
            self.whole(name, value);
        } else if of.is_next() {
            self.next(name, value);
        } else if is_empty(value) {
        } else if let Value::Object(fields) = value
            && !of.is_elsewhere()
            && depth < DEEPEST
        {
            for (inner, value) in fields {
                match name.contains("shard") {
                    // Its numbers count other things than records.
                    true => self.look_at_declared(inner, value),
                    false => self.look(inner, value, depth + 1),
                }
            }
        } else if of.is_cursor() {
            self.cursor.get_or_insert_with(|| leads_on(name));
        } else if of.is_status() {
            self.status(name, value);
        } else if of.is_text() {
            self.text(name, value);
        } else if let Value::Array(values) = value {
            self.array(name, values, depth);
        } else if !value.is_string()
            && !of.is_harmless()
            && count(value) != Some(self.records as u64)
        {
            // A text that belongs to no family says nothing of the list.
            self.unknown(name);
        }
    }

    fn at_least(&mut self, number: u64) {
        self.at_least = self.at_least.max(Some(number));
    }

    fn set(&mut self, name: &str) {
        self.partial
            .get_or_insert_with(|| format!("beside the list, `{name}` is set"));
    }

    fn unknown(&mut self, name: &str) {
        let says =
            || format!("beside the list is `{name}`, which the provider's document does not have");
        self.ambiguous.get_or_insert_with(says);
    }

    fn trouble(&mut self, name: &str, value: &Value) {
        let is_deprecation = || value.to_string().to_lowercase().contains("deprecat");
        if is_empty(value) || is_well(value) {
        } else if is_deprecation() {
            self.text(name, value);
        } else {
            self.set(name);
        }
    }

    fn whole(&mut self, name: &str, value: &Value) {
        match flag(value) {
            Some(true) => {}
            Some(false) => {
                let says = || format!("beside the list, `{name}` is false");
                self.partial.get_or_insert_with(says);
            }
            None if value.is_null() || is_well(value) || count(value).is_some() => {}
            None => self.unknown(name),
        }
    }

    fn next(&mut self, name: &str, value: &Value) {
        if *value == Value::Bool(false) {
            self.is_last = true;
        }
        let is_set = match value {
            Value::Object(fields) => fields.values().any(|value| !is_empty(value)),
            value => !is_empty(value),
        };
        if is_set {
            self.more.get_or_insert_with(|| leads_on(name));
        }
    }

    fn status(&mut self, name: &str, value: &Value) {
        match count(value) {
            Some(0 | 1 | 200) => {}
            Some(203 | 206 | 300..600) => self.set(name),
            None if is_well(value) || flag(value) == Some(true) => {}
            _ if is_unwell(value) => self.set(name),
            _ => self.unknown(name),
        }
    }

    fn text(&mut self, name: &str, value: &Value) {
        if is_unwell(value) {
            self.set(name);
        } else if !is_well(value) {
            self.unknown(name);
        }
    }

    fn array(&mut self, name: &str, values: &[Value], depth: usize) {
        let relation =
            |value: &Value| Some((value.get("rel")?.as_str()?.to_owned(), value.clone()));
        let relations: Vec<_> = values.iter().filter_map(relation).collect();
        if relations.len() == values.len() && depth < DEEPEST {
            for (relation, link) in relations {
                self.look(&relation, link.get("href").unwrap_or(&link), depth + 1);
            }
        } else if FieldName::new(name).is_harmless() {
        } else if self.records == 0 && values.iter().any(Value::is_object) {
            let says = || format!("the list is empty, and `{name}` beside it has records");
            self.partial.get_or_insert_with(says);
        } else {
            self.unknown(name);
        }
    }
}

fn leads_on(name: &str) -> String {
    format!("`{name}`, which is not declared, may lead to further records")
}
