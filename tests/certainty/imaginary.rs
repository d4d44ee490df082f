//! Providers that exist only here, one for each family of paging, and their servers.

use std::marker::PhantomData;
use std::sync::Mutex;

use client_runtime::{Call, Credentials, Download, Method, Timestamp, Transport};
use serde::Deserialize;
use serde_json::{Value, json};
use tenancy::providers::{Capabilities, Page, PageRequest, Paging, RankBy, StatedOrder};
use tenancy::providers::{
    Descriptor, Endpoint, Envelope, Mapper, Mapping, NoTenant, Normaliser, connected,
};
use tenancy::{Account, Query, Status, Tenant};
use tenancy_tests::{Outcome, account, list};
use wiremock::http::HeaderMap;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

/// How many records are asked for in one page.
pub(crate) const SIZE: usize = 3;
const PATH: &str = "/things";

/// A family of paging.
pub(crate) trait Family: Clone + Default + Send + Sync + 'static {
    const PROVIDER: &'static Descriptor;

    fn request(request: &PageRequest, call: &mut Call);

    fn page(_envelope: &Envelope, _page: &mut Page) {}

    fn headers(_headers: &HeaderMap, _page: &mut Page) {}
}

const fn descriptor<F: Family>(paging: Paging, records: &'static str) -> Descriptor {
    Descriptor {
        name: "imaginary",
        title: "Imaginary",
        account: "an account",
        tenants: "things",
        credentials: &[],
        options: &[],
        base_url: "http://127.0.0.1:9",
        records,
        capabilities: Capabilities {
            default_page_size: SIZE as u32,
            ..Capabilities::new(paging, "here")
        },
        final_codes: &[],
        advice: |_| None,
        connect: |settings| {
            let credentials = Credentials::new();
            let transport = Transport::new(settings.base_url(), credentials, &settings.transport)?;
            Ok(connected(Parent(transport, PhantomData::<F>)))
        },
        normaliser: Normaliser::new::<Things<F>>,
    }
}

#[derive(Clone, Default)]
struct Things<F>(PhantomData<F>);

#[derive(Deserialize)]
struct Thing {
    id: String,
    created: Option<Timestamp>,
}

#[derive(Deserialize)]
struct Around {
    #[serde(rename = "total")]
    _total: Option<u64>,
    #[serde(rename = "next")]
    _next: Option<String>,
    #[serde(rename = "has_more")]
    _has_more: Option<bool>,
    #[serde(rename = "list_metadata")]
    _list_metadata: Option<Metadata>,
}

#[derive(Deserialize)]
struct Metadata {
    #[serde(rename = "after")]
    _after: Option<String>,
}

impl<F: Family> Mapping for Things<F> {
    type Record = Thing;
    type Envelope = Around;
    type Context = ();
    const PROVIDER: &'static Descriptor = F::PROVIDER;
    const SECRETS: &'static [&'static str] = &[];
    const NEVER_NULL: &'static [&'static str] = &[];

    fn tenant(
        &self,
        sent: Thing,
        (): &(),
        mapper: &mut Mapper<'_>,
    ) -> Result<Box<Tenant>, NoTenant> {
        let mut tenant = mapper.tenant("/id", sent.id)?;
        tenant.created_at = mapper.moment("/created", sent.created.as_ref());
        Ok(tenant)
    }

    fn page(&self, envelope: &Envelope, page: &mut Page) {
        F::page(envelope, page);
    }

    fn headers(&self, headers: &HeaderMap, page: &mut Page) {
        F::headers(headers, page);
    }
}

struct Parent<F>(Transport, PhantomData<F>);

impl<F: Family> Endpoint for Parent<F> {
    type Mapping = Things<F>;

    fn transport(&self) -> &Transport {
        &self.0
    }

    fn get(&self, request: &PageRequest) -> Download {
        let mut call = Call::new(&self.0, "listThings", Method::GET, PATH);
        call.set_query("limit", request.size());
        F::request(request, &mut call);
        call.download()
    }
}

/// By offset, with a total.
#[derive(Clone, Default)]
pub(crate) struct Offsets;

impl Family for Offsets {
    const PROVIDER: &'static Descriptor = &descriptor::<Self>(
        Paging::Ranks {
            by: RankBy::Offset { largest: None },
            order: StatedOrder::NewestFirst,
        },
        "items",
    );

    fn request(request: &PageRequest, call: &mut Call) {
        call.set_query("offset", request.offset());
    }

    fn page(envelope: &Envelope, page: &mut Page) {
        page.read_total(envelope, "total");
    }
}

/// By the address of the next page, in the body.
#[derive(Clone, Default)]
pub(crate) struct Addresses;

impl Family for Addresses {
    const PROVIDER: &'static Descriptor = &descriptor::<Self>(Paging::Links, "items");

    fn request(request: &PageRequest, call: &mut Call) {
        call.set_query("from", request.link_parameter("from"));
    }

    fn page(envelope: &Envelope, page: &mut Page) {
        page.read_next_address(envelope, "next", PATH);
    }
}

/// By the header `Link`, around a bare array.
#[derive(Clone, Default)]
pub(crate) struct LinkHeaders;

impl Family for LinkHeaders {
    const PROVIDER: &'static Descriptor = &descriptor::<Self>(Paging::Links, "");

    fn request(request: &PageRequest, call: &mut Call) {
        call.set_query("from", request.link_parameter("from"));
    }

    fn headers(headers: &HeaderMap, page: &mut Page) {
        page.read_next_header(headers, PATH);
    }
}

/// By the identity of the last record.
#[derive(Clone, Default)]
pub(crate) struct Keysets;

impl Family for Keysets {
    const PROVIDER: &'static Descriptor = &descriptor::<Self>(
        Paging::Keyset {
            order: StatedOrder::NewestFirst,
        },
        "items",
    );

    fn request(request: &PageRequest, call: &mut Call) {
        call.set_query("after", request.after());
    }

    fn page(envelope: &Envelope, page: &mut Page) {
        page.read_more(envelope, "has_more");
    }
}

/// By the identity of the last record, which each page names.
#[derive(Clone, Default)]
pub(crate) struct NamedKeysets;

impl Family for NamedKeysets {
    const PROVIDER: &'static Descriptor = &descriptor::<Self>(
        Paging::Keyset {
            order: StatedOrder::NewestFirst,
        },
        "items",
    );

    fn request(request: &PageRequest, call: &mut Call) {
        call.set_query("after", request.after());
    }

    fn page(envelope: &Envelope, page: &mut Page) {
        page.read_cursor(envelope, "/list_metadata/after");
    }
}

/// By number, in bare arrays.
#[derive(Clone, Default)]
pub(crate) struct BareArrays;

impl Family for BareArrays {
    const PROVIDER: &'static Descriptor = &descriptor::<Self>(
        Paging::Ranks {
            by: RankBy::Number { first: 1 },
            order: StatedOrder::NewestFirst,
        },
        "",
    );

    fn request(request: &PageRequest, call: &mut Call) {
        call.set_query("page", request.number());
    }
}

/// By number from 0, with a total.
#[derive(Clone, Default)]
pub(crate) struct FromZero;

impl Family for FromZero {
    const PROVIDER: &'static Descriptor = &descriptor::<Self>(
        Paging::Ranks {
            by: RankBy::Number { first: 0 },
            order: StatedOrder::NewestFirst,
        },
        "items",
    );

    fn request(request: &PageRequest, call: &mut Call) {
        call.set_query("page", request.number());
    }

    fn page(envelope: &Envelope, page: &mut Page) {
        page.read_total(envelope, "total");
    }
}

/// By status, which only the filter tells.
#[derive(Clone, Default)]
pub(crate) struct Filtered;

impl Family for Filtered {
    const PROVIDER: &'static Descriptor = &{
        let mut provider = descriptor::<Self>(Paging::Links, "items");
        provider.capabilities.status_filter = &["active", "closed"];
        provider.capabilities.status_from_filter = true;
        provider.capabilities.reports_status = true;
        provider
    };

    fn request(request: &PageRequest, call: &mut Call) {
        call.set_query("status", request.status.as_ref().map(Status::as_str));
    }

    fn page(envelope: &Envelope, page: &mut Page) {
        page.read_cursor(envelope, "next");
    }
}

/// By cursor. A plain list may leave out those that are closed.
#[derive(Clone, Default)]
pub(crate) struct Merged;

impl Family for Merged {
    const PROVIDER: &'static Descriptor = &{
        let mut provider = descriptor::<Self>(Paging::Links, "items");
        provider.capabilities.status_filter = &["active", "closed"];
        provider.capabilities.maybe_left_out = &["closed"];
        provider
    };

    fn request(request: &PageRequest, call: &mut Call) {
        call.set_query("status", request.status.as_ref().map(Status::as_str));
        call.set_query("cursor", request.cursor());
    }

    fn page(envelope: &Envelope, page: &mut Page) {
        page.read_cursor(envelope, "next");
    }
}

/// A record. The one with the largest number is the newest.
pub(crate) fn thing(number: usize) -> Value {
    json!({"id": number.to_string(), "created": format!("2026-01-01T00:00:{number:02}Z")})
}

/// The newest first of so many records, from this rank on, as many as a page has.
pub(crate) fn page(there: usize, from: usize) -> Vec<Value> {
    let ranks = from.min(there)..(from + SIZE).min(there);
    ranks.map(|rank| thing(there - rank)).collect()
}

/// A query parameter that is a number.
pub(crate) fn number(request: &Request, name: &str) -> Option<usize> {
    let mut pairs = request.url.query_pairs();
    pairs.find(|(key, _)| key == name)?.1.parse().ok()
}

/// Lists an account whose server answers the n-th request, from 0, with what the function makes of it, and counts the requests.
pub(crate) async fn read<F: Family>(
    answer: impl Fn(usize, &Request) -> ResponseTemplate + Send + Sync + 'static,
) -> (Outcome, usize) {
    read_with::<F>(Query::default(), answer).await
}

pub(crate) async fn read_with<F: Family>(
    query: Query,
    answer: impl Fn(usize, &Request) -> ResponseTemplate + Send + Sync + 'static,
) -> (Outcome, usize) {
    let server = serve(answer).await;
    let outcome = list(vec![at::<F>(&server)], query).await;
    (outcome, received(&server).await)
}

/// A server that answers the n-th request, from 0, with what the function makes of it.
pub(crate) async fn serve(
    answer: impl Fn(usize, &Request) -> ResponseTemplate + Send + Sync + 'static,
) -> MockServer {
    let server = MockServer::start().await;
    let count = Mutex::new(0);
    Mock::given(wiremock::matchers::path(PATH))
        .respond_with(move |request: &Request| {
            let mut count = count.lock().unwrap();
            *count += 1;
            answer(*count - 1, request)
        })
        .mount(&server)
        .await;
    server
}

/// The account of a server.
pub(crate) fn at<F: Family>(server: &MockServer) -> Account {
    account(F::PROVIDER, "a", &server.uri(), "")
}

/// The number of requests so far.
pub(crate) async fn received(server: &MockServer) -> usize {
    server.received_requests().await.unwrap().len()
}

pub(crate) fn body(body: Value) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_json(body)
}
