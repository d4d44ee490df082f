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
use crate::records::{LeftOut, Records};

/// How many bytes may have been received since records were last handed on before no more are.
const MOST_WAITING: usize = 512 * 1024;

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
    let mut records = Records::default();
    loop {
        let read = match download.chunk().await.map_err(&explain)? {
            Chunk::Bytes(bytes) => reader.push(&bytes).map(|whole| (whole, None)),
            Chunk::End => reader.end().map(|(held, rest)| (held, Some(rest))),
            Chunk::Again => {
                reader = Reader::new(mapping.clone());
                records = Records::default();
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

/// Reads a list that is one body. Its records are handed on as they arrive; what the page has is what stands around them, and
/// the last of them.
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
    let mut records = Records::default();
    let rest = receive(download, &mapping, arrivals, &mut records, explain).await;
    match rest.and_then(|rest| around(&rest, &*mapping)) {
        Ok(page) => Ok(Page { records, ..page }),
        Err(error) => {
            // Whatever is wrong with the list, these tenants were in it.
            arrivals.records(records).await;
            Err(error)
        }
    }
}

/// Receives a list that is one body, and gives what stands around its records. Those that nobody has taken yet are left in
/// `records`, also where the body breaks off for good.
async fn receive<A, F, E>(
    mut download: Download<A>,
    mapping: &Arc<dyn Mapping>,
    arrivals: &Arrivals,
    records: &mut Records,
    explain: impl Fn(client_runtime::Error) -> Error,
) -> Result<Rest, Error>
where
    A: FnMut() -> F,
    F: Future<Output = Answer<E>>,
{
    let mut reader = Reader::new(mapping.clone());
    let mut waiting = 0;
    loop {
        let some_wait = records.len() > 0;
        let chunk = tokio::select! {
            biased;
            () = arrivals.hand_on(records), if some_wait => {
                waiting = 0;
                continue;
            }
            chunk = download.chunk(), if !some_wait || waiting < MOST_WAITING => chunk.map_err(&explain)?,
        };
        let read = match &chunk {
            Chunk::Bytes(bytes) => {
                waiting += bytes.len();
                reader.push(bytes).map(|whole| (whole, None))
            }
            Chunk::End => reader.end().map(|(held, rest)| (held, Some(rest))),
            Chunk::Again => {
                reader = Reader::new(mapping.clone());
                *records = Records::default();
                waiting = 0;
                arrivals.again().await;
                continue;
            }
        };
        match read {
            Ok((mut more, rest)) => {
                records.append(&mut more);
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
