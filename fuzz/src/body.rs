//! Fuzzes the body of a list, cut anywhere.

use serde_json::Value;
use tenancy::providers::{ALL, Descriptor};
use tenancy::providers::{Entry, Normaliser, Page};
use tenancy::{Error, Tenant};

/// The result of reading a body.
#[derive(Debug)]
pub enum Read {
    /// Its records in order, and the page around them.
    Page(Vec<Entry>, Box<Page>),
    /// It is not a complete list.
    Nothing(Error),
}

/// Checks that bytes give the same result however they are cut; that each element of a JSON list becomes one tenant or one
/// fault; and that nothing panics. Returns the tenants.
///
/// # Panics
/// One of these properties does not hold.
pub fn holds(data: &[u8]) -> Vec<Tenant> {
    ALL.iter().flat_map(|provider| at(provider, data)).collect()
}

fn at(provider: &Descriptor, body: &[u8]) -> Vec<Tenant> {
    let whole = read(provider, [body]);
    // The same cuts for the same bytes, so that a failure can be reproduced.
    let seed = body.iter().fold(body.len() as u64, |hash, byte| {
        hash.wrapping_mul(31).wrapping_add(u64::from(*byte))
    });
    let random = read(provider, cut(body, fastrand::Rng::with_seed(seed)));
    let single = read(provider, body.chunks(1));
    for pieces in [&random, &single] {
        assert_eq!(
            shown(&whole),
            shown(pieces),
            "{}: cuts do not matter",
            provider.name
        );
    }
    let Read::Page(entries, _) = whole else {
        return Vec::new();
    };
    if let Some(expected) = elements(provider, body) {
        assert_eq!(
            entries.len(),
            expected,
            "{}: a record is lost",
            provider.name
        );
    }
    entries
        .into_iter()
        .flatten()
        .map(|mapped| *mapped.tenant)
        .collect()
}

/// Reads a body that comes in pieces.
pub fn read<'a>(provider: &Descriptor, pieces: impl IntoIterator<Item = &'a [u8]>) -> Read {
    let mut entries = Vec::new();
    match read_to((provider.normaliser)("account", true), pieces, &mut entries) {
        Ok(page) => Read::Page(entries, Box::new(page)),
        Err(error) => Read::Nothing(error),
    }
}

fn read_to<'a>(
    mut normaliser: Normaliser,
    pieces: impl IntoIterator<Item = &'a [u8]>,
    entries: &mut Vec<Entry>,
) -> Result<Page, Error> {
    for bytes in pieces {
        entries.extend(normaliser.push(bytes)?);
    }
    let mut page = normaliser.finish()?;
    entries.append(page.records.mapped());
    Ok(page)
}

/// A page of the provider with these elements, as JSON text, and nothing else.
pub fn page_of(provider: &Descriptor, elements: &str) -> String {
    let list = provider.records_pointer();
    let names = list.split('/').filter(|name| !name.is_empty());
    names.rfold(format!("[{elements}]"), |inner, name| {
        format!(r#"{{"{name}":{inner}}}"#)
    })
}

fn cut(body: &[u8], mut random: fastrand::Rng) -> Vec<&[u8]> {
    let mut pieces = Vec::new();
    let mut rest = body;
    while !rest.is_empty() {
        // Some pieces are empty.
        let (piece, others) = rest.split_at(random.usize(..=rest.len().min(24)));
        pieces.push(piece);
        rest = others;
    }
    pieces
}

/// All that may not depend on the cuts. Of a body that fails, the records read before that do.
fn shown(read: &Read) -> String {
    match read {
        Read::Page(entries, page) => format!("{entries:?} {page:?}"),
        Read::Nothing(error) => format!("{error}"),
    }
}

/// How many elements the list has, if the body is JSON and has one list at its place, and no other members of the names there.
fn elements(provider: &Descriptor, body: &[u8]) -> Option<usize> {
    let place = provider.records_pointer();
    let text = std::str::from_utf8(body).ok()?;
    let document: Value = serde_json::from_str(text).ok()?;
    let list = document.pointer(&place)?.as_array()?;
    let mut names = place.split('/').skip(1);
    // With escapes, the names may be written in other ways.
    let is_only =
        names.all(|name| text.matches(&format!("\"{name}\"")).count() == 1) && !text.contains('\\');
    is_only.then_some(list.len())
}
