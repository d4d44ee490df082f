//! Requests the list of an account over HTTP.

use std::mem;
use std::sync::Arc;

use client_runtime::{Chunk, Download, Traffic, Transport};
use http::HeaderMap;
use record_stream::{Envelope, NotJson};
use tracing::Instrument;

use super::mapper::Mapping;
use super::reader::{Decoder, NotAList, Reader};
use super::words::Listed;
use super::{address, hints};
use crate::page::{Next, Page};
use crate::paging::{PageRequest, Paging};
use crate::provider::{Arrivals, Fetch};
use crate::{Capabilities, Error, Provider, Records};

/// The list of one account over HTTP: which request has which page. [`connected`] makes a [`Provider`] of it.
pub trait Endpoint: Send + Sync + 'static {
    /// The mapping of the list's bodies.
    type Mapping: Mapping;

    /// The transport of the account's client.
    fn transport(&self) -> &Transport;

    /// The mapping, with the account's options.
    fn mapping(&self) -> Self::Mapping {
        Self::Mapping::default()
    }

    /// The request of a page, with the ending `stream` of the generated client's request.
    fn get(&self, request: &PageRequest) -> Download;
}

/// Makes a provider of an endpoint.
pub fn connected(endpoint: impl Endpoint) -> Arc<dyn Provider> {
    Arc::new(Connected(endpoint))
}

struct Connected<E>(E);

impl<E: Endpoint> Provider for Connected<E> {
    fn name(&self) -> &'static str {
        E::Mapping::PROVIDER.name
    }

    fn capabilities(&self) -> &'static Capabilities {
        &E::Mapping::PROVIDER.capabilities
    }

    fn fetch<'a>(&'a self, request: &'a PageRequest, arrivals: &'a Arrivals) -> Fetch<'a> {
        let span = tracing::debug_span!("list", account = request.account);
        Box::pin(fetch(&self.0, request, arrivals).instrument(span))
    }

    fn traffic(&self) -> Traffic {
        self.0.transport().traffic()
    }
}

/// The memory that a page's records may take once they are mapped, in bytes.
const MOST_KEPT: usize = 8 * 1024 * 1024;

/// Fetches a page. The records of a list that is one body go to `arrivals` while the rest is still arriving, and so do those of a
/// page that is too large to keep; the page then has the last of them. If the page cannot be read, its records that could be read
/// go to `arrivals` all the same.
async fn fetch<E: Endpoint>(
    endpoint: &E,
    request: &PageRequest,
    arrivals: &Arrivals,
) -> Result<Page, Error> {
    let mut records = Records::default();
    let page = receive(endpoint, request, arrivals, &mut records).await;
    let can = &E::Mapping::PROVIDER.capabilities;
    match page {
        Ok(mut page) => {
            let is_first = request.position == can.paging.first_page();
            if can.empty_if_not_allowed && is_first && records.is_empty() {
                let why = "the list is empty, and the provider also answers a key without access with an empty list";
                page.ambiguous.get_or_insert_with(|| why.to_owned());
            }
            Ok(Page {
                records,
                maybe_cut: can.maybe_cut,
                ..page
            })
        }
        Err(error) => {
            arrivals.records(records).await;
            Err(error)
        }
    }
}

/// Receives a page, and leaves its records that did not go to `arrivals` in `records`.
async fn receive<E: Endpoint>(
    endpoint: &E,
    request: &PageRequest,
    arrivals: &Arrivals,
    records: &mut Records,
) -> Result<Page, Error> {
    let is_whole = E::Mapping::PROVIDER.capabilities.paging == Paging::OneBody;
    let mut streams = is_whole;
    let mut download = endpoint.get(request);
    // What arrives of a list is listed, and the page says that it is only a part.
    download.accept_parts();
    let mut reader = Reader::new(Decoder::new(
        endpoint.mapping(),
        &request.account,
        request.raw,
    ));
    // The most records of an earlier attempt at the page.
    let mut rescued = Records::default();
    loop {
        let read = match download.chunk().await {
            Ok(Chunk::Bytes(bytes)) => reader.push(&bytes).map(|()| None).map_err(|NotJson| None),
            Ok(Chunk::End) => reader.end().map(Some).map_err(|NotJson| None),
            Ok(Chunk::Again) => {
                reader.rescue();
                take_ready(&mut reader, records, &mut streams, arrivals).await;
                reader.restart();
                let broken = mem::take(records);
                if is_whole {
                    arrivals.records(broken).await;
                    // Records of a page among others that come again are duplicates.
                    arrivals.again().await;
                } else if broken.len() > rescued.len() {
                    rescued = broken;
                }
                continue;
            }
            Err(error) => Err(Some(error)),
        };
        let envelope = match read {
            Ok(envelope) => envelope,
            Err(error) => {
                let error = match error {
                    None => download.not_json().err(),
                    error => error,
                };
                let Some(error) = error else { continue };
                reader.rescue();
                take_ready(&mut reader, records, &mut streams, arrivals).await;
                if rescued.len() > records.len() {
                    *records = rescued;
                }
                return Err(explained::<E>(error));
            }
        };
        take_ready(&mut reader, records, &mut streams, arrivals).await;
        let Some(envelope) = envelope else {
            if streams {
                arrivals.records(mem::take(records)).await;
            }
            continue;
        };
        match reader.page(&envelope) {
            Ok(mut page) => {
                page.partial = download.part().or(page.partial);
                read_headers(endpoint, download.headers(), reader.sent(), &mut page);
                return Ok(page);
            }
            Err(error) => {
                let retried = download.try_later(envelope.text().as_bytes());
                if !retried.map_err(explained::<E>)? {
                    return Err(no_list(endpoint, download.operation(), &envelope, error));
                }
            }
        }
    }
}

/// Adds the records that are ready to `records`. If the page `streams`, or else once they are too many to keep, those before them
/// go to `arrivals`.
async fn take_ready<M: Mapping>(
    reader: &mut Reader<M>,
    records: &mut Records,
    streams: &mut bool,
    arrivals: &Arrivals,
) {
    while let Some(batch) = reader.ready() {
        if *streams {
            arrivals.records(mem::take(records)).await;
        }
        records.append(batch);
        *streams |= reader.mapped_size() > MOST_KEPT;
    }
}

/// The error for the envelope of a body without a list.
fn no_list<E: Endpoint>(
    endpoint: &E,
    operation: &str,
    envelope: &Envelope,
    error: NotAList,
) -> Error {
    let transport = endpoint.transport();
    match error {
        NotAList::Refused(refusal) => {
            let reason = transport.presentable(&refusal.reason);
            let message = format!("{operation}: the answer is a success without a list: {reason}");
            Error::refused(message, refusal.advice)
        }
        NotAList::Undeclared(reason) => {
            explained::<E>(transport.undeclared(operation, &reason, envelope.text().as_bytes()))
        }
    }
}

/// Adds what the headers say, and pins the address of the next page to the account's host.
fn read_headers<E: Endpoint>(
    endpoint: &E,
    headers: Option<&HeaderMap>,
    records: usize,
    page: &mut Page,
) {
    if let Some(headers) = headers {
        endpoint.mapping().headers(headers, page);
        let of = E::Mapping::PROVIDER;
        let listed = Listed::new(of.records, of.tenants);
        hints::read_headers(headers, listed, records, page);
    }
    let next = mem::replace(&mut page.next, Next::Unsaid);
    page.next = match next {
        Next::Address(address) => {
            let base = endpoint.transport().base_url();
            address::pinned(address, base, E::Mapping::PROVIDER.base_url)
        }
        next => next,
    };
    if let Next::Unreadable(reason) = &mut page.next {
        *reason = endpoint.transport().presentable(reason);
    }
}

fn explained<E: Endpoint>(call: client_runtime::Error) -> Error {
    let advice = (E::Mapping::PROVIDER.advice)(&call);
    Error::from_call(call, advice)
}
