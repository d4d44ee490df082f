//! What a body comes to, however its bytes are cut and its members ordered.

use std::sync::{Arc, LazyLock};

use client_runtime::{Credentials, Download, Options, Transport};
use futures::future::join;
use futures::stream::iter;
use progenitor_client::{ByteStream, ResponseValue};

use record_stream::Envelope;

use super::{Context, Mapping, fetch_list};
use crate::provider::{Arrival, Arrivals};
use crate::providers::{OmniDim, Vobiz};
use crate::records::{Entry, Mapped};
use crate::{Error, Normaliser, Page, Tenant};

/// Setting up TLS takes longer than all else here.
static OMNIDIM: LazyLock<OmniDim> = LazyLock::new(|| {
    let credentials = omnidim_client::Credentials::new("key");
    OmniDim::new(omnidim_client::Client::connect(credentials).unwrap())
});

fn omnidim() -> Normaliser {
    OMNIDIM.normaliser("a", false)
}

fn vobiz() -> Normaliser {
    let credentials = vobiz_client::Credentials::new("MA_X", "token");
    let client = vobiz_client::Client::connect(credentials).unwrap();
    Vobiz::new(client, "MA_X").unwrap().normaliser("a", true)
}

/// Each record in a line, and the page without its records.
fn read(
    mut normaliser: Normaliser,
    body: &[u8],
    chunk: usize,
) -> Result<(Vec<String>, Page), Error> {
    let mut entries = Vec::new();
    for bytes in body.chunks(chunk) {
        entries.extend(normaliser.push(bytes)?);
    }
    let mut page = normaliser.finish()?;
    entries.append(&mut page.records);
    let line = |entry| match entry {
        Ok(mapped) => format!("{mapped:?}"),
        Err(fault) => format!("{fault:?}"),
    };
    Ok((entries.into_iter().map(line).collect(), page))
}

fn parents(body: &str) -> Vec<Option<String>> {
    let mut normaliser = omnidim();
    let records = normaliser.push(body.as_bytes()).unwrap();
    let held = normaliser.finish().unwrap().records;
    records
        .into_iter()
        .chain(held)
        .map(|entry| entry.unwrap().tenant.parent_id)
        .collect()
}

#[test]
fn a_body_reads_the_same_however_it_is_cut() {
    let body = br#"{"total_organizations":4,"reseller_organization":{"id":7},"success":true,"organizations":
        [{"id":1,"name":"A","users":[{"name":"}]\"\\"}]},{"id":"x"},[],{"id":2,"name":"\u00e9","new":[{"id":1}]},{"id":3,"name":"b"#
        .iter()
        .chain(b"\xff\xfe\"}]}")
        .copied()
        .collect::<Vec<u8>>();
    let whole = read(omnidim(), &body, body.len()).unwrap();
    assert_eq!(whole.0.len(), 5);
    assert_eq!(whole.1.total, Some(4));
    for chunk in 1..=body.len() {
        let cut = read(omnidim(), &body, chunk).unwrap();
        assert_eq!(cut.0, whole.0, "{chunk}");
    }
}

#[test]
fn the_parent_is_found_on_either_side_of_the_list() {
    let list = r#""organizations":[{"id":1},{"id":2}]"#;
    let parent = r#""reseller_organization":{"name":5,"id":7}"#;
    let seven = || vec![Some("7".to_owned()); 2];
    assert_eq!(parents(&format!("{{{parent},{list}}}")), seven());
    assert_eq!(parents(&format!("{{{list},{parent}}}")), seven());
    assert_eq!(parents(&format!("{{{list}}}")), [None, None]);
}

#[test]
fn a_parent_that_comes_too_late_is_told_of_and_not_waited_for() {
    let record = |id: usize| format!(r#"{{"id":{id},"name":"{}"}}"#, "n".repeat(1000));
    let records: Vec<String> = (0..6000).map(record).collect();
    let body = format!(
        r#"{{"organizations":[{}],"reseller_organization":{{"id":7}}}}"#,
        records.join(",")
    );
    let mut normaliser = omnidim();
    let (nearly, rest) = body.as_bytes().split_at(4 * 1024 * 1024 - 8 * 1024);
    let (beyond, rest) = rest.split_at(16 * 1024);
    assert_eq!(normaliser.push(nearly).unwrap().len(), 0);
    let mut records = normaliser.push(beyond).unwrap();
    assert!(records.len() > 4000, "{} are not held back", records.len());
    records.append(&mut normaliser.push(rest).unwrap());
    records.append(&mut normaliser.finish().unwrap().records);
    assert_eq!(records.len(), 6000);
    for entry in records {
        let mapped = entry.unwrap();
        assert_eq!(mapped.tenant.parent_id, None);
        assert_eq!(mapped.left_out[0].path, "/reseller_organization/id");
    }
}

#[test]
fn records_that_need_nothing_of_what_stands_around_them_are_not_held_back() {
    let mut normaliser = vobiz();
    let records = normaliser.push(br#"{"sub_accounts":[{"auth_id":"SA_1"},"#);
    assert_eq!(records.unwrap().len(), 1);
}

#[test]
fn a_refusal_is_found_behind_the_list() {
    let body = br#"{"organizations":[{"id":1}],"success":false,"error_description":"no reseller"}"#;
    let mut normaliser = omnidim();
    normaliser.push(body).unwrap();
    let refused = normaliser.finish().unwrap_err();
    assert!(refused.to_string().contains("no reseller"), "{refused}");
}

#[test]
fn what_stands_around_the_records_and_is_odd_costs_itself_only() {
    let body = br#"{"sub_accounts":[{"auth_id":"SA_1","auth_token":"s3cret"}],"total":"1","size":25,"size":26}"#;
    let (records, page) = read(vobiz(), body, 7).unwrap();
    assert_eq!(records.len(), 1);
    assert!(!records[0].contains("s3cret"));
    assert_eq!((page.total, page.size), (None, None));
    let told: Vec<_> = page.left_out.iter().map(|field| &field.path).collect();
    assert_eq!(told, ["/total", "/size"]);
}

#[test]
fn a_record_that_is_no_json_is_told_of_without_its_bytes() {
    let body = br#"{"sub_accounts":[{"auth_id":"SA_1","auth_token":s3cret},{"auth_id":"SA_2"}],"total":2}"#;
    let (records, _) = read(vobiz(), body, 5).unwrap();
    assert_eq!(records.len(), 2);
    assert!(records[0].contains("not shown"), "{}", records[0]);
    assert!(!records[0].contains("s3cret"));
    assert!(records[1].contains("SA_2"));
}

#[test]
fn what_is_no_list_or_no_whole_one_is_an_error() {
    for body in [
        "",
        "<html>",
        "{",
        r#"{"sub_accounts":[{"#,
        r#"{"sub_accounts":[]}}"#,
    ] {
        assert!(read(vobiz(), body.as_bytes(), 3).is_err(), "{body}");
    }
    for body in ["[]", "{}", r#"{"sub_accounts":null}"#, r#"{"error":"no"}"#] {
        let error = read(vobiz(), body.as_bytes(), 3).unwrap_err();
        assert!(error.to_string().contains("declared shape"), "{error}");
    }
}

/// A list whose records are the identities of its tenants.
struct Identities;

impl Mapping for Identities {
    fn records(&self) -> &'static str {
        "items"
    }

    fn context(&self, _: &Envelope) -> Option<Context> {
        Some(Context::default())
    }

    fn record(&self, text: &str, _: &Context) -> Entry {
        Ok(Mapped::new(Tenant::new("test", "a", text), Vec::new()))
    }

    fn page(&self, _: &Envelope) -> Result<Page, Error> {
        Ok(Page::new(Vec::new()))
    }
}

/// The pieces of the body are all there before anybody takes a record.
#[tokio::test]
async fn what_was_decoded_before_a_body_breaks_off_for_good_is_handed_on() {
    let mut options = Options::default();
    options.max_retries = 0;
    let credentials = Credentials::new();
    let transport = Transport::new("http://127.0.0.1:9", credentials, &options).unwrap();
    let ask = async || {
        let pieces = [r#"{"items":[1,"#, "2,", "3,", "4,5"].map(|piece| Ok(piece.into()));
        let body = ByteStream::new(Box::pin(iter(pieces)));
        let answer = ResponseValue::new(body, Default::default(), Default::default());
        Ok::<_, progenitor_client::Error<()>>(answer)
    };
    let (arrivals, mut arriving) = Arrivals::channel();
    let fetch = async move {
        let download = Download::new(transport, "list", ask);
        let explain = |call| Error::from_call(call, None);
        fetch_list(download, Arc::new(Identities), &arrivals, explain).await
    };
    let take = async {
        let mut taken = Vec::new();
        while let Some(Arrival::Records(records)) = arriving.recv().await {
            taken.extend(records.into_iter().map(|entry| entry.unwrap().tenant.id));
        }
        taken
    };
    let (page, taken) = join(fetch, take).await;
    assert!(page.is_err());
    assert_eq!(taken, ["1", "2", "3", "4"]);
}
