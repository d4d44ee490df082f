//! Reads what an envelope, or the headers, say of a page.
//!
//! A place in the envelope is the name of a top-level field, or a JSON pointer such as `/meta/total`.

use http::HeaderMap;
use record_stream::{Envelope, Field, OmittedField};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::address;
use super::field_value::{self, Says, is_empty, plain, read_text};
use super::words::{Listed, is_among};
use crate::page::{Next, Page};
use crate::paging::link_parameter;

impl Page {
    /// Reads a field of the envelope, or notes that it is not as declared.
    pub fn declared<T: DeserializeOwned>(&mut self, envelope: &Envelope, place: &str) -> Option<T> {
        let field = envelope.field(place);
        if let Field::Invalid(reason) = field {
            self.omit(place, reason);
        }
        field.value()
    }

    /// Reads the total that the provider's document promises. One that is absent, or is not a number of records, proves nothing.
    pub fn read_total(&mut self, envelope: &Envelope, place: &str) {
        self.total = self.count(envelope, place);
        self.unclear |= self.total.is_none();
    }

    /// Reads the page size that the provider used.
    pub fn read_size(&mut self, envelope: &Envelope, place: &str) {
        let size = self.count(envelope, place);
        self.size = size.and_then(|size| size.try_into().ok());
    }

    /// Reads the page's number, as the provider counts.
    pub fn read_number(&mut self, envelope: &Envelope, place: &str) {
        self.place.number = self.count(envelope, place);
    }

    /// Reads the number of records before the page.
    pub fn read_start(&mut self, envelope: &Envelope, place: &str) {
        self.place.start = self.count(envelope, place);
    }

    /// Reads the number of records before the page, or of pages, where no document says which of them it is.
    pub fn read_offset(&mut self, envelope: &Envelope, place: &str) {
        self.place.offset = self.count(envelope, place);
    }

    /// Reads the number of records before the page's last one.
    pub fn read_end(&mut self, envelope: &Envelope, place: &str) {
        self.place.end = self.count(envelope, place);
    }

    /// Reads a cursor that is null or empty on the last page. An object that is null where it should have the cursor says nothing, and
    /// neither does a word such as `undefined`, or 0, in its place.
    pub fn read_cursor(&mut self, envelope: &Envelope, place: &str) {
        self.next = match envelope.field(place) {
            Field::Value(Value::String(cursor)) if cursor.is_empty() => Next::End,
            Field::Value(value) if is_no_cursor(&value) => {
                self.omit(place, "no cursor");
                match value {
                    Value::String(_) | Value::Number(_) => Next::Unsaid,
                    _ => Next::End,
                }
            }
            Field::Value(Value::String(cursor)) => Next::Link(cursor),
            Field::Value(Value::Number(cursor)) => {
                self.omit(place, "of another type");
                Next::Link(cursor.to_string())
            }
            Field::Value(_) => self.unreadable(place, "of another type"),
            Field::Null if is_empty_around(envelope, place) => Next::Unsaid,
            Field::Invalid(reason) if is_empty_around(envelope, place) => {
                self.omit(place, reason);
                Next::Unsaid
            }
            Field::Null => Next::End,
            Field::Absent => Next::Unsaid,
            Field::Invalid(reason) => self.unreadable(place, reason),
        };
    }

    /// Reads the address of the next page, absolute or relative, that is null or empty on the last page.
    ///
    /// `list` is the end of the path that the address has to have, such as `/Accounts.json`; the host has to be the account's.
    pub fn read_next_address(&mut self, envelope: &Envelope, place: &str, list: &str) {
        self.read_cursor(envelope, place);
        if let Next::Link(address) = &self.next {
            self.next = address::next(address, list);
        }
    }

    /// Requires a query parameter of the address of the next page. Without it, a request would begin the list anew.
    pub fn require_parameter(&mut self, name: &str) {
        if let Next::Address(address) = &self.next
            && link_parameter(address, name).is_none()
        {
            self.next = Next::Unreadable(format!("`{address}` has no `{name}`"));
        }
    }

    /// Reads the address of the next page from the header `Link`. Where the header names other pages only, this is the last one.
    ///
    /// `list` is the end of the path that the address has to have.
    pub fn read_next_header(&mut self, headers: &HeaderMap, list: &str) {
        self.next = match address::link_header(headers) {
            None => Next::Unsaid,
            Some(None) => Next::End,
            Some(Some(address)) => address::next(&address, list),
        };
    }

    /// Reads a flag that says whether more records follow the last one of the page.
    pub fn read_more(&mut self, envelope: &Envelope, place: &str) {
        self.next = match envelope.field(place) {
            Field::Value(Value::Bool(true)) => Next::More,
            Field::Value(Value::Bool(false)) => Next::End,
            Field::Value(_) => self.unreadable(place, "of another type"),
            Field::Null | Field::Absent => Next::Unsaid,
            Field::Invalid(reason) => self.unreadable(place, reason),
        };
    }

    /// Reads a field that is set where the page is not all that it should be: an error beside the list, a list cut short.
    pub fn read_partial(&mut self, envelope: &Envelope, place: &str) {
        if let Field::Value(value) = envelope.field::<Value>(place)
            && !is_empty(&value)
        {
            let says = || format!("beside the list, `{place}` is set");
            self.partial.get_or_insert_with(says);
        }
    }

    /// Reads a word that says whether the page is all that it should be, such as `error` or `partial`.
    pub fn read_status(&mut self, envelope: &Envelope, place: &str) {
        let word: Option<String> = self.declared(envelope, place);
        let says = |word: String| read_text(&word, &Listed::default(), 0).0;
        if word.map(says) == Some(Says::Bad) {
            let says = || format!("beside the list, `{place}` names a failure");
            self.partial.get_or_insert_with(says);
        }
    }

    /// Reads a number of records, however it was written, or notes that it is not as declared.
    fn count(&mut self, envelope: &Envelope, place: &str) -> Option<u64> {
        let value: Value = self.declared(envelope, place)?;
        // Documents declare 64 bits with a sign.
        if value.as_i64().is_none_or(i64::is_negative) {
            self.omit(place, "of another type");
        }
        field_value::count(&value)
    }

    /// A field that does not say what follows, which the report names even if the list could be read to its end.
    fn unreadable(&mut self, place: &str, reason: &str) -> Next {
        self.omit(place, reason);
        Next::Unreadable(format!("`{place}` is {reason}"))
    }

    fn omit(&mut self, place: &str, reason: &str) {
        let slash = if place.starts_with('/') { "" } else { "/" };
        self.omitted
            .push(OmittedField::new(format!("{slash}{place}"), reason));
    }
}

/// Whether a value means that there is no cursor. Some serialisers write an empty value of another type instead, or a word such as
/// `undefined`.
fn is_no_cursor(value: &Value) -> bool {
    is_empty(value) || is_among(&plain(value).to_lowercase(), "undefined -1 end eof")
}

/// Whether an object that should have this place is null, or an empty array as PHP writes it.
fn is_empty_around(envelope: &Envelope, place: &str) -> bool {
    let around = place.rsplit_once('/').map(|(around, _)| around);
    around
        .filter(|around| !around.is_empty())
        .is_some_and(|around| {
            matches!(
                envelope.field::<[(); 0]>(around),
                Field::Null | Field::Value([])
            )
        })
}
