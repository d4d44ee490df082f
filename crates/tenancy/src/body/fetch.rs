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
use crate::provider::{Arrivals, Entry, LeftOut, Page};

/// How many decoded records may wait to be handed on before no more are received.
const MOST_DECODED: usize = 256;

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

/// Reads a list that is one body. Its records are decoded on all cores, if they are many, and handed on as they arrive; what
/// the page has is what stands around them, and the last of them.
pub(crate) async fn fetch_list<A, F, E>(
    download: Download<A>,
    mapping: Arc<dyn Mapping>,
    arrivals: &Arrivals,
    explain: impl Fn(client_runtime::Error) -> Error,
) -> Result<Page, Error>
where
    A: FnMut() -> F,
    F: Future<Output = Answer<E>>,
{
    let mut decoding = Decoding::new();
    let mut decoded = Vec::new();
    let rest = receive(
        download,
        &mapping,
        arrivals,
        &mut decoding,
        &mut decoded,
        explain,
    );
    let page = rest.await.and_then(|rest| around(&rest, &*mapping));
    while let Some(mut records) = decoding.next().await {
        decoded.append(&mut records);
    }
    match page {
        Ok(page) => Ok(Page {
            records: decoded,
            ..page
        }),
        Err(error) => {
            // Whatever is wrong with the list, these tenants were in it.
            arrivals.records(decoded).await;
            Err(error)
        }
    }
}

/// Receives a list that is one body, and gives what stands around its records. Of those, what nobody has taken yet is left in
/// `decoding` and before that in `decoded`, also where the body breaks off for good.
async fn receive<A, F, E>(
    mut download: Download<A>,
    mapping: &Arc<dyn Mapping>,
    arrivals: &Arrivals,
    decoding: &mut Decoding,
    decoded: &mut Vec<Entry>,
    explain: impl Fn(client_runtime::Error) -> Error,
) -> Result<Rest, Error>
where
    A: FnMut() -> F,
    F: Future<Output = Answer<E>>,
{
    let mut reader = Reader::new(mapping.clone());
    let mut received = 0;
    loop {
        let wants_more = decoding.is_short() && decoded.len() < MOST_DECODED;
        let chunk = tokio::select! {
            biased;
            Some(mut records) = decoding.next() => {
                decoded.append(&mut records);
                continue;
            }
            () = arrivals.hand_on(decoded), if !decoded.is_empty() => continue,
            chunk = download.chunk(), if wants_more => chunk.map_err(&explain)?,
        };
        let read = match &chunk {
            Chunk::Bytes(bytes) if !decoding.is_worthwhile_after(received) => {
                received += bytes.len();
                let read = reader.decode(bytes, decoded);
                read.map(|()| (Vec::new(), None))
            }
            Chunk::Bytes(bytes) => reader.push(bytes).map(|work| (work, None)),
            Chunk::End => reader.end().map(|(work, rest)| (work, Some(rest))),
            Chunk::Again => {
                reader = Reader::new(mapping.clone());
                *decoding = Decoding::new();
                decoded.clear();
                received = 0;
                arrivals.again().await;
                continue;
            }
        };
        match read {
            Ok((work, rest)) => {
                decoding.add(work);
                if let Some(rest) = rest {
                    return Ok(rest);
                }
            }
            Err(NotJson) => download.not_json().map_err(&explain)?,
        }
    }
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
