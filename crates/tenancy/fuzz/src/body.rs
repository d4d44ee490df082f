//! Body: that of a list, however its bytes arrive.

use serde_json::Value;
use tenancy::{Entry, Error, Normaliser, Page, Tenant};

use crate::providers::Provider;

/// What a body came to.
#[derive(Debug)]
pub enum Read {
    /// Its records in order, and what stands around them.
    Page(Vec<Entry>, Page),
    /// It is no list, or none that is whole.
    Nothing(Error),
}

/// Any bytes come to the same however they are cut; of a list that is JSON, each element is one tenant or one fault;
/// nothing panics. Gives the tenants.
///
/// # Panics
/// That does not hold.
pub fn holds(data: &[u8]) -> Vec<Tenant> {
    Provider::ALL
        .into_iter()
        .flat_map(|provider| at(provider, data))
        .collect()
}

fn at(provider: Provider, body: &[u8]) -> Vec<Tenant> {
    let whole = read(provider, [body]);
    // The same cuts for the same bytes, so that a failure can be had again.
    let seed = body.iter().fold(body.len() as u64, |hash, byte| {
        hash.wrapping_mul(31).wrapping_add(u64::from(*byte))
    });
    let random = read(provider, cut(body, fastrand::Rng::with_seed(seed)));
    let single = read(provider, body.chunks(1));
    for pieces in [&random, &single] {
        assert_eq!(
            shown(&whole),
            shown(pieces),
            "{provider:?}: cuts do not matter"
        );
    }
    let Read::Page(entries, _) = whole else {
        return Vec::new();
    };
    if let Some(expected) = elements(provider, body) {
        assert_eq!(entries.len(), expected, "{provider:?}: a record is lost");
    }
    entries
        .into_iter()
        .flatten()
        .map(|mapped| *mapped.tenant)
        .collect()
}

/// Reads a body that comes in pieces.
pub fn read<'a>(provider: Provider, pieces: impl IntoIterator<Item = &'a [u8]>) -> Read {
    let mut entries = Vec::new();
    match read_to(provider.normaliser(), pieces, &mut entries) {
        Ok(page) => Read::Page(entries, page),
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
    entries.append(&mut page.records);
    Ok(page)
}

fn cut(body: &[u8], mut random: fastrand::Rng) -> Vec<&[u8]> {
    let mut pieces = Vec::new();
    let mut rest = body;
    while !rest.is_empty() {
        // Empty pieces as well.
        let (piece, others) = rest.split_at(random.usize(..=rest.len().min(24)));
        pieces.push(piece);
        rest = others;
    }
    pieces
}

/// Everything that can be told apart. Of what is nothing, how far it was read is not: the pieces say so.
fn shown(read: &Read) -> String {
    match read {
        Read::Page(entries, page) => format!("{entries:?} {page:?}"),
        Read::Nothing(error) => format!("{error}"),
    }
}

/// How many elements the list has, if the body is JSON and has one list by its name, and no other member of that name.
fn elements(provider: Provider, body: &[u8]) -> Option<usize> {
    let name = provider.records();
    let text = std::str::from_utf8(body).ok()?;
    let document: Value = serde_json::from_str(text).ok()?;
    let list = document.get(name)?.as_array()?;
    // Written with an escape, a name stands in the text otherwise.
    let is_only = text.matches(name).count() == 1 && !text.contains('\\');
    is_only.then_some(list.len())
}
