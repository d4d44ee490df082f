//! A known secret, used everywhere, shows up nowhere.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::error::Error as _;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, Once};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use client_runtime::{Call, Credentials, Method, Options, Pages, Record, Secret, Transport};
use provider_sim::Simulator;
use serde::Deserialize;
use serde_json::{Value, json};
use tenancy::providers::{self, Descriptor, Settings};
use tenancy::{Account, ListingErrorKind, Query, SourceReport};
use tenancy_tests::checked::Listing;
use tenancy_tests::providers::ALL as FACTS;
use tenancy_tests::replay::CREDENTIAL;
use tenancy_tests::{Outcome, account, list, put_at, root};
use tracing_subscriber::filter::LevelFilter;
use wiremock::matchers::{any, path_regex};
use wiremock::{Mock, MockServer, ResponseTemplate};

const SECRET: &str = "s3cr3t-9d41-known";

/// What was logged in this process, by whatever crate, on whatever level.
static LOGGED: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// Writes down what is logged.
#[derive(Clone)]
struct Log;

impl Write for Log {
    fn write(&mut self, line: &[u8]) -> std::io::Result<usize> {
        LOGGED.lock().unwrap().extend(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// For crates that log through `log`.
impl log::Log for Log {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        // The test's own server tells what it received.
        if !["wiremock", "hyper_util::server"]
            .iter()
            .any(|own| record.target().starts_with(own))
        {
            let line = format!("{} {}\n", record.target(), record.args());
            LOGGED.lock().unwrap().extend(line.as_bytes());
        }
    }

    fn flush(&self) {}
}

/// From now on everything is logged, down to the last detail.
fn log_everything() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        tracing_subscriber::fmt()
            .with_max_level(LevelFilter::TRACE)
            .with_ansi(false)
            .with_writer(|| Log)
            .init();
        log::set_logger(&Log).unwrap();
        log::set_max_level(log::LevelFilter::Trace);
    });
}

fn logged() -> String {
    String::from_utf8_lossy(&LOGGED.lock().unwrap()).into_owned()
}

async fn serve(status: u16, body: serde_json::Value) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(any())
        .respond_with(ResponseTemplate::new(status).set_body_json(body))
        .mount(&server)
        .await;
    server
}

/// An account at each provider, whose address is below the provider's name.
fn accounts(base_url: &str) -> Vec<Account> {
    let connect = |provider: &&'static Descriptor| {
        let base_url = format!("{base_url}/{}", provider.name);
        account(provider, provider.name, &base_url, SECRET)
    };
    providers::ALL.iter().map(connect).collect()
}

/// Everything that a listing can show, as one text.
fn shown(outcome: &Outcome) -> String {
    let mut text = format!("{outcome:?}");
    text += &serde_json::to_string(&outcome.tenants).unwrap();
    text += &serde_json::to_string(&outcome.report).unwrap();
    for error in &outcome.errors {
        text += &error.to_string();
        let mut cause = std::error::Error::source(error);
        while let Some(error) = cause {
            text += &format!("{error} {error:?}");
            cause = error.source();
        }
    }
    text
}

async fn assert_hidden(server: &MockServer) -> Outcome {
    log_everything();
    let accounts = accounts(&server.uri());
    let mut query = Query::default();
    query.raw = true;
    let listing = Listing::new(accounts.clone(), query.clone()).unwrap();
    let before = format!("{accounts:?} {listing:?} {query:?}");
    let outcome = list(accounts.clone(), query).await;
    let basic = basic_credentials(server).await;
    for (place, text) in [
        ("before", before),
        ("after", shown(&outcome)),
        ("panics", panics(&accounts, &outcome)),
        ("the log", logged()),
    ] {
        let encoded = basic.iter().any(|basic| text.contains(basic));
        assert!(
            !text.is_empty() && !text.contains(SECRET) && !encoded,
            "{place}: {text}"
        );
    }
    assert!(logged().contains("request{operation="), "{}", logged());
    outcome
}

/// The encoded credentials of requests with basic authentication. Every request carries the secret, encoded or not.
async fn basic_credentials(server: &MockServer) -> Vec<String> {
    let mut found = Vec::new();
    for request in server.received_requests().await.unwrap() {
        let sent = request.headers.get("authorization");
        let sent = sent.map_or("", |sent| sent.to_str().unwrap());
        match sent.strip_prefix("Basic ") {
            Some(encoded) => {
                let decoded = BASE64_STANDARD.decode(encoded).unwrap();
                assert!(String::from_utf8(decoded).unwrap().contains(SECRET));
                found.push(encoded.to_owned());
            }
            None => assert!(format!("{:?}", request.headers).contains(SECRET)),
        }
    }
    found
}

/// A record with this identity at every provider.
fn identified(id: &Value) -> Value {
    let identities = FACTS.iter().flat_map(|facts| facts.feeds);
    let identities = identities.filter(|(_, to)| *to == "id");
    let members = identities.map(|(name, _)| ((*name).to_owned(), id.clone()));
    Value::Object(members.collect())
}

/// A server with a page of these records at every provider.
async fn serve_records(records: &[Value]) -> MockServer {
    let server = MockServer::start().await;
    for facts in FACTS {
        let mut page = json!({});
        put_at(&mut page, &facts.provider.records_pointer(), records.into());
        if let Some(total) = facts.total {
            put_at(&mut page, total, records.len().into());
        }
        let below = path_regex(format!("^/{}/", facts.provider.name));
        let answer = ResponseTemplate::new(200).set_body_json(page);
        Mock::given(below).respond_with(answer).mount(&server).await;
    }
    server
}

fn failed<E>(failure: E) -> Result<(), E> {
    Err(failure)
}

/// What a consumer that panics would print: with everything in scope, and by unwrapping each error.
fn panics(accounts: &[Account], outcome: &Outcome) -> String {
    let said = |panicking: &dyn Fn()| {
        let payload = catch_unwind(AssertUnwindSafe(panicking)).unwrap_err();
        payload.downcast_ref::<String>().unwrap().clone()
    };
    let mut text = said(&|| panic!("{accounts:?} {outcome:?}"));
    for error in &outcome.errors {
        text += &said(&|| failed(error).unwrap());
        if let ListingErrorKind::Account(error) = &error.kind {
            text += &said(&|| failed(error).unwrap());
            if let Some(call) = error.call() {
                text += &said(&|| failed(call).unwrap());
            }
        }
    }
    text
}

#[tokio::test]
async fn in_records_whether_they_can_be_read_or_not() {
    let record = |id: Value| {
        let mut record = identified(&id);
        record["auth_token"] = SECRET.into();
        record["new_api_key"] = SECRET.into();
        record["nested"] = json!({"password": [SECRET]});
        record
    };
    let ids = [json!("SA_1"), json!({"no": "id"}), json!(4)];
    let server = serve_records(&ids.map(record)).await;
    let outcome = assert_hidden(&server).await;
    assert!(!outcome.tenants.is_empty() && !outcome.errors.is_empty());
    let raw = outcome.tenants[0].raw.as_ref().unwrap().get();
    assert!(raw.contains("\"auth_token\":\"<redacted>\""), "{raw}");
}

#[tokio::test]
async fn as_a_token_of_the_wrong_type() {
    let mut record = identified(&json!("SA_1"));
    record["auth_token"] = json!([SECRET]);
    let outcome = assert_hidden(&serve_records(&[record]).await).await;
    assert!(outcome.ids().contains(&"SA_1"));
}

#[tokio::test]
async fn echoed_in_errors() {
    for body in [
        json!({"error": {"code": SECRET, "message": format!("key {SECRET} unknown"), "requestId": SECRET}}),
        json!({"error": format!("Bearer {SECRET}")}),
        json!({"success": false, "error": SECRET}),
        json!(SECRET),
    ] {
        for status in [200, 401, 403, 404] {
            let outcome = assert_hidden(&serve(status, body.clone()).await).await;
            assert_eq!(outcome.errors.len(), providers::ALL.len());
        }
    }
}

/// Names by which providers call secrets that their documents do not declare.
const SECRET_NAMES: [&str; 20] = [
    "access_key",
    "accessToken",
    "apiKey",
    "Authorization",
    "bearer",
    "client_secret",
    "cookie",
    "credentials",
    "encryptionKey",
    "jwt",
    "new-api-key",
    "passcode",
    "passphrase",
    "passwd",
    "password_hash",
    "private_key",
    "pwd",
    "refresh token",
    "signing_key",
    "webhookSecret",
];

#[tokio::test]
async fn as_unknown_fields_whose_names_say_what_they_are() {
    for name in SECRET_NAMES {
        let hidden = json!([
            {name: SECRET},
            {"more": {name: {"value": SECRET}}},
            {"more": [{name: [SECRET, 1]}]},
        ]);
        let record = |number: u64, unknown: &Value| {
            let mut record = identified(&format!("SA_{number}").into());
            record["id"] = number.into();
            record["users"] = json!([]);
            record["unknown"] = unknown.clone();
            record[name] = SECRET.into();
            record
        };
        let mut records: Vec<_> = (1..)
            .zip(hidden.as_array().unwrap())
            .map(|(number, unknown)| record(number, unknown))
            .collect();
        let mut unreadable = record(4, &hidden);
        for id in identified(&Value::Null).as_object().unwrap().keys() {
            unreadable[id] = Value::Null;
        }
        unreadable.as_object_mut().unwrap().remove("id");
        records.push(unreadable);
        let outcome = assert_hidden(&serve_records(&records).await).await;
        // The others identify tenants by text under another name.
        let sources = &outcome.report.sources;
        let read = |source: &&SourceReport| (source.tenants, source.quarantined) == (3, 1);
        let source = sources.iter().rfind(read).unwrap();
        assert!(
            source.unknown_fields.iter().any(|path| path.contains(name)),
            "{source:?}"
        );
        let raw = outcome
            .tenants
            .iter()
            .find(|tenant| *tenant.account == *source.account)
            .unwrap()
            .raw
            .as_ref()
            .unwrap();
        assert!(raw.get().contains("<redacted>"), "{}", raw.get());
    }
}

/// The snapshots are read by everybody who reads the repository.
#[test]
fn in_the_snapshots() {
    let mut secrets: Vec<String> = [
        SECRET,
        CREDENTIAL,
        "t0ken-of-a-mutant-77aa",
        "sk-secret",
        "s3cret-of-a-record",
    ]
    .map(str::to_owned)
    .to_vec();
    let sim = Simulator::demo().unwrap();
    for account in sim.accounts() {
        let (_, secret) = account.credentials().pop().unwrap();
        secrets.push(secret);
        secrets.push("sim-auth-token-that-must-not-be-shown".to_owned());
    }
    let mut read = 0;
    for path in snapshots(&root().join("tests")).chain(snapshots(&root().join("crates"))) {
        let text = std::fs::read_to_string(&path).unwrap();
        read += 1;
        for secret in &secrets {
            assert!(!text.contains(secret), "{path:?} has {secret}");
        }
        for sent in text.split("\"auth_token\":").skip(1) {
            assert!(
                sent.trim_start().starts_with("\"<redacted>\""),
                "{path:?}: {sent:.40}"
            );
        }
    }
    assert!(read > 50, "{read} snapshots");
}

/// The snapshots below a folder.
fn snapshots(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let mut folders = vec![folder.to_owned()];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path
                .extension()
                .is_some_and(|extension| extension == "snap")
            {
                found.push(path);
            }
        }
    }
    found.into_iter()
}

/// A raw client without the rest of `tenancy`: what its public types show of a secret that is no credential.
#[tokio::test]
async fn in_what_a_raw_client_receives() {
    const PLANTED: &str = "pl4nted-77c2-secret";
    #[derive(Debug, Deserialize)]
    struct Page {
        #[serde(rename = "items")]
        _items: Vec<Record<Thing>>,
    }
    #[derive(Debug, Deserialize)]
    struct Thing {
        #[serde(rename = "id")]
        _id: String,
        #[serde(rename = "token")]
        _token: Option<Secret>,
    }
    log_everything();
    let page = json!({"items": [{"id": "1", "token": PLANTED}, {"id": 7, "token": PLANTED}]});
    let refusal = json!({"error": {"code": "NO", "message": "refused"}, "token": PLANTED});
    for (status, body) in [
        (200, page),
        (200, json!({"items": PLANTED})),
        (403, refusal),
    ] {
        let server = MockServer::start().await;
        let answer = ResponseTemplate::new(status).insert_header("set-cookie", PLANTED);
        let answer = answer.set_body_json(body);
        Mock::given(any()).respond_with(answer).mount(&server).await;
        let credentials = Credentials::new().bearer(SECRET);
        let transport = Transport::new(&server.uri(), credentials, &Options::default()).unwrap();
        let call = Call::new(&transport, "list", Method::GET, "/things");
        let mut download = call.clone().download();
        let _ = download.chunk().await;
        let mut pages = Pages::<Page>::by_token(call.clone(), "cursor", |_| None);
        let _ = pages.next().await;
        let mut text = format!("{transport:?}{call:?}{download:?}{pages:?}");
        match call.receive_json::<Page>().await {
            Ok(page) => text += &format!("{page:?}"),
            Err(error) => text += &format!("{error}{error:?}{:?}", error.source()),
        }
        for secret in [PLANTED, SECRET] {
            assert!(!text.contains(secret), "{status}: {text}");
            assert!(!logged().contains(secret), "{status}: {}", logged());
        }
    }
}

#[test]
fn in_the_settings_of_an_account() {
    for provider in providers::ALL {
        let credentials = provider.credentials.iter().map(|field| (field.key, SECRET));
        let settings = Settings::new(credentials);
        assert!(
            !format!("{settings:?}").contains(SECRET),
            "{}",
            provider.name
        );
    }
}
