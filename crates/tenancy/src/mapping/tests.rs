//! Tests the reading of bodies, with a provider that exists only here.

use client_runtime::{Call, Credentials, Download, Method, Secret, Transport};
use futures::future::join;
use record_stream::Envelope;
use serde::Deserialize;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{Descriptor, Endpoint, Mapper, Mapping, NoTenant, Normaliser, Settings, connected};
use crate::entry::Entry;
use crate::page::Page;
use crate::paging::{PageRequest, Position};
use crate::provider::{Arrival, Arrivals};
use crate::{Account, Capabilities, Error, Paging, Tenant};

static DESCRIPTOR: Descriptor = Descriptor {
    name: "imaginary",
    title: "Imaginary",
    account: "an account",
    tenants: "things",
    credentials: &[],
    options: &[],
    base_url: "http://127.0.0.1:9",
    records: "items",
    capabilities: Capabilities::new(Paging::OneBody, "here"),
    final_codes: &["CLOSED"],
    advice: |_| None,
    connect: |settings| {
        assert_eq!(settings.transport.final_codes.last().unwrap(), "CLOSED");
        let mut options = settings.transport.clone();
        options.max_retries = 0;
        let transport = Transport::new(settings.base_url(), Credentials::new(), &options)?;
        Ok(connected(Parent(transport)))
    },
    normaliser: Normaliser::new::<Things>,
};

#[derive(Clone, Default)]
struct Things;

#[derive(Deserialize)]
struct Thing {
    id: String,
    name: Option<String>,
    #[serde(default, rename = "token")]
    _token: Option<Secret>,
}

#[derive(Deserialize)]
struct List {
    #[serde(rename = "total")]
    _total: Option<u64>,
    #[serde(rename = "size")]
    _size: Option<u32>,
}

impl Mapping for Things {
    type Record = Thing;
    type Envelope = List;
    type Context = ();
    const PROVIDER: &'static Descriptor = &DESCRIPTOR;
    const SECRETS: &'static [&'static str] = &["token"];
    const NEVER_NULL: &'static [&'static str] = &["name"];

    fn tenant(
        &self,
        sent: Thing,
        (): &(),
        mapper: &mut Mapper<'_>,
    ) -> Result<Box<Tenant>, NoTenant> {
        let mut tenant = mapper.tenant("/id", sent.id)?;
        tenant.name = sent.name;
        Ok(tenant)
    }

    fn page(&self, envelope: &Envelope, page: &mut Page) {
        page.total = page.declared(envelope, "total");
        page.size = page.declared(envelope, "size");
    }
}

struct Parent(Transport);

impl Endpoint for Parent {
    type Mapping = Things;

    fn transport(&self) -> &Transport {
        &self.0
    }

    fn get(&self, _: &PageRequest) -> Download {
        Call::new(&self.0, "listThings", Method::GET, "/things").download()
    }
}

/// Each record as a line, and the page without its records.
fn read(body: &[u8], chunk: usize) -> Result<(Vec<String>, Page), Error> {
    let mut normaliser = (DESCRIPTOR.normaliser)("a", true);
    let mut entries = Vec::new();
    for bytes in body.chunks(chunk) {
        entries.extend(normaliser.push(bytes)?);
    }
    let mut page = normaliser.finish()?;
    entries.append(page.records.mapped());
    let line = |entry| match entry {
        Ok(mapped) => format!("{mapped:?}"),
        Err(error) => format!("{error:?}"),
    };
    Ok((entries.into_iter().map(line).collect(), page))
}

#[test]
fn a_body_reads_the_same_however_it_is_cut() {
    let body = br#"{"total":4,"items":
        [{"id":"1","name":"A","x":[{"name":"}]\"\\"}]},{"id":7},[],{"id":"2","name":"\u00e9","new":[{"id":1}]},{"id":"3","name":"b"#
        .iter()
        .chain(b"\xff\xfe\"}]}")
        .copied()
        .collect::<Vec<u8>>();
    let whole = read(&body, body.len()).unwrap();
    assert_eq!(whole.0.len(), 5);
    assert_eq!(whole.1.total, Some(4));
    for chunk in 1..=body.len() {
        assert_eq!(read(&body, chunk).unwrap().0, whole.0, "{chunk}");
    }
}

#[test]
fn records_without_a_context_do_not_wait() {
    let mut normaliser = (DESCRIPTOR.normaliser)("a", false);
    let records = normaliser.push(br#"{"items":[{"id":"1"},"#).unwrap();
    assert_eq!(records.len(), 1);
}

#[test]
fn a_contradictory_field_of_the_envelope_costs_only_itself() {
    let body = br#"{"items":[{"id":"1","token":"s3cret"}],"total":"1","size":25,"size":26}"#;
    let (records, page) = read(body, 7).unwrap();
    assert_eq!(records.len(), 1);
    assert!(!records[0].contains("s3cret"));
    assert_eq!((page.total, page.size), (None, None));
    let omitted: Vec<_> = page.omitted.iter().map(|field| &field.path).collect();
    assert_eq!(omitted, ["/total", "/size"]);
}

#[test]
fn in_one_body_another_record_of_the_same_identity_is_quarantined() {
    let body = br#"{"items":[{"id":"1","name":"A"},{"id":"1","name":"A"},{"id":"2"},{"id":"1","name":"B","token":"s3cret"}]}"#;
    let (records, _) = read(body, 7).unwrap();
    let is_quarantined = |record: &String| record.contains("the identity of another record");
    let quarantined: Vec<_> = records.iter().map(is_quarantined).collect();
    assert_eq!(quarantined, [false, false, false, true]);
    assert!(!records[3].contains("s3cret"));
}

#[test]
fn a_record_that_is_not_json_is_reported_without_its_bytes() {
    let body = br#"{"items":[{"id":"1","token":s3cret},{"id":"2"}],"total":2}"#;
    let (records, _) = read(body, 5).unwrap();
    assert_eq!(records.len(), 2);
    assert!(records[0].contains("not shown"), "{}", records[0]);
    assert!(!records[0].contains("s3cret"));
}

#[test]
fn a_body_that_is_not_a_complete_list_is_an_error() {
    for body in ["", "<html>", "{", r#"{"items":[{"#, r#"{"items":[]}}"#] {
        assert!(read(body.as_bytes(), 3).is_err(), "{body}");
    }
    for body in ["[]", "{}", r#"{"items":{}}"#, r#"{"error":"no"}"#] {
        let error = read(body.as_bytes(), 3).unwrap_err();
        assert!(error.to_string().contains("declared shape"), "{error}");
    }
}

#[test]
fn settings_of_another_provider_are_refused() {
    let error = Account::connect("a", &DESCRIPTOR, &Settings::new([("key", "k")])).unwrap_err();
    assert_eq!(error.to_string(), "`key` is not a credential of imaginary");
}

#[test]
fn a_large_field_of_the_envelope_is_not_kept_and_its_neighbours_are_read() {
    let numbers = "0,".repeat(1024 * 1024);
    let body = |name: &str| format!(r#"{{"{name}":[{numbers}0],"items":[],"total":7}}"#);
    let (_, page) = read(body("x").as_bytes(), 32 * 1024).unwrap();
    assert_eq!((page.total, page.partial.is_some()), (Some(7), true));
    let (_, page) = read(body("size").as_bytes(), 32 * 1024).unwrap();
    assert_eq!((page.total, page.size), (Some(7), None));
    assert_eq!(page.omitted[0].path, "/size");
}

/// What arrives of a body before its page, and the page.
async fn fetched(body: String) -> (Result<Page, Error>, Vec<Vec<Entry>>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let settings = Settings {
        base_url: Some(format!("http://{}", listener.local_addr().unwrap())),
        ..Settings::default()
    };
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        assert!(stream.read(&mut [0; 4096]).await.unwrap() > 0);
        let head = "HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n";
        let sent = format!("{head}{body}");
        stream.write_all(sent.as_bytes()).await.unwrap();
    });
    let account = Account::connect("a", &DESCRIPTOR, &settings).unwrap();
    let request = PageRequest {
        position: Position::Whole,
        size: 0,
        status: None,
        account: "a".to_owned(),
        raw: false,
    };
    let (arrivals, mut arriving) = Arrivals::channel();
    let fetch = async move { account.provider().fetch(&request, &arrivals).await };
    let take = async {
        let mut taken = Vec::new();
        while let Some(Arrival::Records(records)) = arriving.recv().await {
            taken.push(records.into_iter().collect());
        }
        taken
    };
    join(fetch, take).await
}

#[tokio::test]
async fn records_before_a_break_are_delivered() {
    let broken = r#"{"items":[{"id":"1"},{"id":"2"},{"id":"3"},{"id""#;
    let (page, arrived) = fetched(broken.to_owned()).await;
    assert!(page.is_err());
    let arrived = arrived.into_iter().flatten();
    let ids: Vec<_> = arrived.map(|entry| entry.unwrap().tenant.id).collect();
    assert_eq!(ids, ["1", "2", "3"]);
}

/// A consumer of any speed has one arrival, another one waits, and the fetch holds two.
#[tokio::test]
async fn short_records_arrive_a_few_at_a_time() {
    let body = format!(r#"{{"items":[{}"#, "{},".repeat(20_000));
    let (_, arrived) = fetched(body).await;
    let sizes: Vec<_> = arrived.iter().map(Vec::len).collect();
    assert_eq!(sizes.iter().sum::<usize>(), 20_000);
    assert!(sizes.iter().all(|size| *size <= 256), "{sizes:?}");
}
