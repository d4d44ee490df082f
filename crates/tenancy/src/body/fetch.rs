//! Reads the body of a list off the wire.

use std::sync::Arc;

use client_runtime::{Chunk, Download};
use progenitor_client::{ByteStream, ResponseValue};
use serde::de::IgnoredAny;

use super::mapping::Mapping;
use super::reader::Reader;
use super::rest::{Member, Rest};
use super::splitter::NotJson;
use crate::Error;
use crate::provider::{Arrivals, Page};
use client_runtime::OmittedField;

/// What a client's stream method answers.
type Answer<E> = Result<ResponseValue<ByteStream>, progenitor_client::Error<E>>;

/// Reads a page.
pub(crate) async fn fetch_page<A, F, E>(
    mut download: Download<A>,
    mapping: Arc<dyn Mapping>,
    explain: impl Fn(client_runtime::Error) -> Error,
) -> Result<Page, Error>
where
    A: FnMut() -> F,
    F: Future<Output = Answer<E>>,
{
    let mut reader = Reader::new(mapping.clone());
    let mut records = Vec::new();
    loop {
        let read = match download.chunk().await.map_err(&explain)? {
            Chunk::Bytes(bytes) => reader.push(&bytes).map(|whole| (whole, None)),
            Chunk::End => reader.end().map(|(held, rest)| (held, Some(rest))),
            Chunk::Again => {
                reader = Reader::new(mapping.clone());
                records = Vec::new();
                continue;
            }
        };
        match read {
            Ok((mut more, rest)) => {
                records.append(&mut more);
                if let Some(rest) = rest {
                    let page = around(&rest, &*mapping)?;
                    return Ok(Page { records, ..page });
                }
            }
            Err(NotJson) => download.not_json().map_err(&explain)?,
        }
    }
}

/// Reads a list that is one body, and sends its records to `arrivals` while the rest is still arriving. The page has the
/// fields around them, and the last records.
pub(crate) async fn fetch_list<A, F, E>(
    mut download: Download<A>,
    mapping: Arc<dyn Mapping>,
    arrivals: &Arrivals,
    explain: impl Fn(client_runtime::Error) -> Error,
) -> Result<Page, Error>
where
    A: FnMut() -> F,
    F: Future<Output = Answer<E>>,
{
    let mut reader = Reader::new(mapping.clone());
    loop {
        let read = match download.chunk().await.map_err(&explain)? {
            Chunk::Bytes(bytes) => reader.push(&bytes),
            Chunk::End => match reader.end() {
                Ok((records, rest)) => {
                    let page = around(&rest, &*mapping);
                    if page.is_err() {
                        // The records were readable, whatever is wrong around them.
                        arrivals.records(records).await;
                        return page;
                    }
                    return page.map(|page| Page { records, ..page });
                }
                Err(NotJson) => Err(NotJson),
            },
            Chunk::Again => {
                reader = Reader::new(mapping.clone());
                arrivals.again().await;
                continue;
            }
        };
        match read {
            Ok(records) => arrivals.records(records).await,
            Err(NotJson) => download.not_json().map_err(&explain)?,
        }
    }
}

/// What the document says beside its records.
fn around(rest: &Rest, mapping: &dyn Mapping) -> Result<Page, Error> {
    let mut page = mapping.page(rest)?;
    if let Member::Odd(reason) = rest.member::<Vec<IgnoredAny>>(mapping.records()) {
        let path = format!("/{}", mapping.records());
        page.left_out.push(OmittedField::new(path, reason));
    }
    Ok(page)
}
