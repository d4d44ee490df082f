//! Reads the body of a list off the wire.

use std::sync::Arc;

use client_runtime::{Chunk, Download};
use progenitor_client::{ByteStream, ResponseValue};
use record_stream::NotJson;

use super::mapping::Mapping;
use super::reader::{Reader, page_of};
use crate::Error;
use crate::provider::{Arrivals, Page};

/// What a client's stream method answers.
type Answer<E> = Result<ResponseValue<ByteStream>, progenitor_client::Error<E>>;

/// Reads a page.
pub(crate) async fn fetch_page<A, F, E>(
    download: Download<A>,
    mapping: Arc<dyn Mapping>,
    explain: impl Fn(client_runtime::Error) -> Error,
) -> Result<Page, Error>
where
    A: FnMut() -> F,
    F: Future<Output = Answer<E>>,
{
    read(download, mapping, None, explain).await
}

/// Reads a list that is one body, and sends its records to `arrivals` while the rest is still arriving. The page has the
/// fields around them, and the last records.
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
    read(download, mapping, Some(arrivals), explain).await
}

async fn read<A, F, E>(
    mut download: Download<A>,
    mapping: Arc<dyn Mapping>,
    arrivals: Option<&Arrivals>,
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
            Chunk::Bytes(bytes) => reader.push(&bytes),
            Chunk::End => match reader.end() {
                Ok((mut held, envelope)) => {
                    records.append(&mut held);
                    let page = page_of(&envelope, &*mapping);
                    if let (Err(_), Some(arrivals)) = (&page, arrivals) {
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
                records.clear();
                if let Some(arrivals) = arrivals {
                    arrivals.again().await;
                }
                continue;
            }
        };
        match read {
            Ok(mut more) => match arrivals {
                Some(arrivals) => arrivals.records(more).await,
                None => records.append(&mut more),
            },
            Err(NotJson) => download.not_json().map_err(&explain)?,
        }
    }
}
