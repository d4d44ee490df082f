//! Finds, in fields around the records that the provider's document does not declare, what says that the page is not all there is.

use http::HeaderMap;
use record_stream::{Envelope, MAX_UNKNOWN};
use serde_json::Value;

use super::address;
use crate::page::{Next, Page};

/// Fields that say that something went wrong beside the list.
const PARTIAL: [&str; 17] = [
    "error",
    "errors",
    "errorcode",
    "errormessage",
    "partial",
    "ispartial",
    "partialresults",
    "truncated",
    "istruncated",
    "incomplete",
    "incompleteresults",
    "timedout",
    "failed",
    "failures",
    "degraded",
    "incompletedata",
    "resultstruncated",
];
/// Fields that say the same by being false.
const WHOLE: [&str; 8] = [
    "success",
    "ok",
    "complete",
    "iscomplete",
    "completed",
    "jobcomplete",
    "exhaustive",
    "isexhaustive",
];
/// Values of a field `status` that say the same.
const FAILED: [&str; 7] = [
    "error",
    "failed",
    "failure",
    "partial",
    "incomplete",
    "timeout",
    "timedout",
];
/// Fields that say whether more records follow.
const MORE: [&str; 10] = [
    "more",
    "hasmore",
    "hasnext",
    "hasnextpage",
    "hasmoreresults",
    "hasmoreitems",
    "moreavailable",
    "moreresults",
    "morerecords",
    "remaining",
];
/// Fields that say the same by being false.
const LAST: [&str; 6] = [
    "last",
    "islast",
    "lastpage",
    "islastpage",
    "final",
    "isfinal",
];
const TOTAL: [&str; 6] = [
    "total",
    "totalcount",
    "totalitems",
    "totalrecords",
    "totalresults",
    "totalentries",
];
/// Objects in which the fields above are looked for.
const CONTAINERS: [&str; 16] = [
    "meta",
    "metadata",
    "pagination",
    "paging",
    "pageinfo",
    "page",
    "links",
    "cursor",
    "cursors",
    "resultinfo",
    "responsemetadata",
    "list",
    "data",
    "response",
    "result",
    "shards",
];

/// The largest envelope whose undeclared fields are read, in bytes.
const LARGEST: usize = 1024 * 1024;

/// Adds to the page what its undeclared fields say.
pub(super) fn read(envelope: &Envelope, page: &mut Page) {
    if page.unknown_fields.is_empty() {
        return;
    }
    let is_large = envelope.is_abridged() || envelope.text().len() > LARGEST;
    if is_large || page.unknown_fields.len() >= MAX_UNKNOWN {
        let says = || "beside the list, there is more than is looked at".to_owned();
        page.partial.get_or_insert_with(says);
        return;
    }
    let Ok(document) = serde_json::from_str::<Value>(envelope.text()) else {
        return;
    };
    let mut hints = Hints::default();
    for pointer in &page.unknown_fields {
        let name = pointer.rsplit('/').next().unwrap_or_default();
        if let Some(value) = document.pointer(pointer) {
            hints.look(name, value);
        }
    }
    page.partial = page.partial.take().or(hints.partial);
    if !hints.is_last {
        page.more = page.more.take().or(hints.more);
    }
    if page.total.is_none() {
        page.total = hints.total;
    }
}

/// Adds to the page what its headers say, where the provider does not page by them.
pub(super) fn read_headers(headers: &HeaderMap, page: &mut Page) {
    let leads_on = matches!(address::link_header(headers), Some(Some(_)));
    if leads_on && matches!(page.next, Next::End | Next::Unsaid) {
        let says = || "the header `Link` leads to further records".to_owned();
        page.more.get_or_insert_with(says);
    }
}

#[derive(Default)]
struct Hints {
    partial: Option<String>,
    more: Option<String>,
    /// Whether a field says that nothing follows.
    is_last: bool,
    total: Option<u64>,
}

impl Hints {
    fn look(&mut self, name: &str, value: &Value) {
        let word: String = name
            .chars()
            .filter(|letter| letter.is_alphanumeric())
            .collect();
        let word = word.to_lowercase();
        let word = word.as_str();
        if *value == Value::Bool(false) && WHOLE.contains(&word) {
            let says = || format!("beside the list, `{name}` is false");
            self.partial.get_or_insert_with(says);
        } else if *value == Value::Bool(false) && LAST.contains(&word) {
            self.more
                .get_or_insert_with(|| format!("`{name}` is false"));
        } else if is_empty(value) {
            self.is_last |= MORE.contains(&word) && *value == Value::Bool(false);
        } else if word == "status" && is_failure(value) {
            let says = || format!("beside the list, `{name}` names a failure");
            self.partial.get_or_insert_with(says);
        } else if CONTAINERS.contains(&word) && value.is_object() {
            for (name, value) in value.as_object().into_iter().flatten() {
                self.look(name, value);
            }
        } else if PARTIAL.contains(&word) {
            self.partial
                .get_or_insert_with(|| format!("beside the list, `{name}` is set"));
        } else if MORE.contains(&word) || is_link(word) {
            let says = || format!("`{name}`, which is not declared, may lead to further records");
            self.more.get_or_insert_with(says);
        } else if TOTAL.contains(&word) {
            self.total = count(value);
        }
    }
}

pub(super) fn is_failure(status: &Value) -> bool {
    match status {
        Value::String(word) => {
            FAILED.contains(&word.to_lowercase().replace(['_', '-'], "").as_str())
        }
        Value::Number(code) => code.as_u64().is_some_and(|code| (400..600).contains(&code)),
        _ => false,
    }
}

/// Whether the name is that of a link to further records.
fn is_link(word: &str) -> bool {
    let back = ["prev", "before", "self", "first"];
    let parts = [
        "next",
        "cursor",
        "continuation",
        "pagetoken",
        "paginationtoken",
        "lastevaluated",
    ];
    let words = [
        "after",
        "startingafter",
        "searchafter",
        "marker",
        "bookmark",
        "scrollid",
    ];
    !back.iter().any(|part| word.contains(part))
        && (parts.iter().any(|part| word.contains(part)) || words.contains(&word))
}

pub(super) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Bool(true) => false,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty() || text == "false",
        Value::Array(values) => values.is_empty(),
        Value::Object(fields) => fields.is_empty(),
    }
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
