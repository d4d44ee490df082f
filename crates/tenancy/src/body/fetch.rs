//! Reads the body of a list off the wire.

use std::sync::Arc;

use client_runtime::{Chunk, Download};
use progenitor_client::{ByteStream, ResponseValue};
use serde::de::IgnoredAny;

use super::decoding::Decoding;
use super::mapping::Mapping;
use super::reader::{Reader, Work};
use super::rest::{Member, Rest};
use super::splitter::NotJson;
use crate::Error;
use crate::provider::{Arrivals, LeftOut, Page};

/// What a client's stream method answers.
type Answer<E> = Result<ResponseValue<ByteStream>, progenitor_client::Error<E>>;

/// Reads a page, and decodes it in the task that fetches it: other pages are fetched by others.
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
    let rest = loop {
        let read = match download.chunk().await.map_err(&explain)? {
            Chunk::Bytes(bytes) => reader.decode(&bytes, &mut records).map(|()| None),
            Chunk::End => reader.end().map(Some),
            Chunk::Again => {
                reader = Reader::new(mapping.clone());
                records.clear();
                continue;
            }
        };
        match read {
            Ok(None) => {}
            Ok(Some((held, rest))) => {
                records.extend(held.iter().flat_map(Work::run));
                break rest;
            }
            Err(NotJson) => download.not_json().map_err(&explain)?,
        }
    };
    Ok(Page {
        records,
        ..around(&rest, &*mapping)?
    })
}

/// Reads a list that is one body. Its records are decoded on all cores and handed on as they arrive; what the page has is
/// what stands around them.
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
    let mut decoding = Decoding::new();
    let rest = loop {
        let chunk = tokio::select! {
            biased;
            Some(records) = decoding.next() => {
                arrivals.records(records).await;
                continue;
            }
            chunk = download.chunk(), if decoding.is_short() => chunk.map_err(&explain)?,
        };
        let read = match &chunk {
            Chunk::Bytes(bytes) => reader.push(bytes).map(|work| (work, None)),
            Chunk::End => reader.end().map(|(work, rest)| (work, Some(rest))),
            Chunk::Again => {
                reader = Reader::new(mapping.clone());
                decoding = Decoding::new();
                arrivals.again().await;
                continue;
            }
        };
        match read {
            Ok((work, rest)) => {
                decoding.add(work);
                if let Some(rest) = rest {
                    break rest;
                }
            }
            Err(NotJson) => download.not_json().map_err(&explain)?,
        }
    };
    let page = around(&rest, &*mapping)?;
    while let Some(records) = decoding.next().await {
        arrivals.records(records).await;
    }
    Ok(page)
}

/// What the document says beside its records.
fn around(rest: &Rest, mapping: &dyn Mapping) -> Result<Page, Error> {
    let mut page = mapping.page(rest)?;
    if let Member::Odd(reason) = rest.member::<Vec<IgnoredAny>>(mapping.records()) {
        let path = format!("/{}", mapping.records());
        page.left_out.push(LeftOut::new(path, reason));
    }
    Ok(page)
}
