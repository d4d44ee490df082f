//! The role that a place of a provider's document has in a list of tenants.

use super::facts::Place;
use super::field_map::FieldMap;

/// The role of a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Request,
    Server,
    Credentials,
    /// A response with a status that means success.
    Success,
    /// Any other response.
    Failure,
    /// A parameter with the size of a page.
    Size,
    /// A parameter with a page's number, offset or cursor.
    Position,
    /// A parameter with the order of the list.
    Order,
    /// Another parameter of the query.
    Filter,
    /// A parameter in the path or a header.
    Argument,
    /// The list of records.
    Records,
    Total,
    /// A field of the page that says what follows.
    Continuation,
    /// Another field of the page that `tenancy` reads.
    Page,
    Identity,
    Status,
    /// A field that another field of the model shows.
    Mapped,
    Unmapped,
}

const SIZES: &str = "size limit pagesize perpage pagelimit count maxresults maxitems take top";
const POSITIONS: &str = "page pagenumber pageindex cursor pagecursor offset pageoffset skip start startindex after \
    pageafter startingafter endingbefore pagetoken nextpagetoken nexttoken continuationtoken continuation marker";
const ORDERS: &str = "sort order orderby sortby sortorder direction";
const TOTALS: &str = "total totalcount totalitems totalrecords totalresults";
const CONTINUATIONS: &str = "next nextcursor nextpage nextpagetoken nexttoken nexturl cursor hasmore hasnext hasnextpage \
    more truncated istruncated partial pagination paging links meta errors";

/// The role of a place; `records` is the path of the list.
pub(super) fn role(place: &Place, records: Option<&str>, map: &FieldMap) -> Role {
    match place {
        Place::Request => Role::Request,
        Place::Server => Role::Server,
        Place::Credentials => Role::Credentials,
        Place::Response(status) if status.starts_with('2') => Role::Success,
        Place::Response(_) => Role::Failure,
        Place::Parameter(within, name) if within == "query" => of_parameter(name),
        Place::Parameter(..) => Role::Argument,
        Place::Envelope(path) if Some(path.as_str()) == records => Role::Records,
        Place::Envelope(path) => of_envelope(path, map.of_envelope(path)),
        Place::Record(path) => of_record(map.of_record(path)),
    }
}

fn of_parameter(name: &str) -> Role {
    match letters(name) {
        name if is_among(&name, SIZES) => Role::Size,
        name if is_among(&name, POSITIONS) => Role::Position,
        name if is_among(&name, ORDERS) => Role::Order,
        _ => Role::Filter,
    }
}

fn of_envelope(path: &str, moves: &[String]) -> Role {
    let has = |what: &str| moves.iter().any(|moved| moved == what);
    let last = letters(path.rsplit('.').next().unwrap_or(path));
    if has("report.expected") || (moves.is_empty() && is_among(&last, TOTALS)) {
        Role::Total
    } else if is_among(&last, CONTINUATIONS) {
        Role::Continuation
    } else if moves.is_empty() {
        Role::Unmapped
    } else {
        Role::Page
    }
}

fn of_record(moves: &[String]) -> Role {
    let has = |what: &str| moves.iter().any(|moved| moved == what);
    if has("id") {
        Role::Identity
    } else if has("status") {
        Role::Status
    } else if moves.is_empty() {
        Role::Unmapped
    } else {
        Role::Mapped
    }
}

/// A name without punctuation, in lower case: `page[size]` is `pagesize`.
fn letters(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    letters.collect::<String>().to_ascii_lowercase()
}

fn is_among(name: &str, words: &str) -> bool {
    words.split_whitespace().any(|word| word == name)
}
