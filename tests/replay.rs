//! One account at a local server that answers with whatever a test hands it.

use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};

use provider_sim::{Paging, Provider};
use tenancy::{Account, Query};
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, Request, ResponseTemplate};

use crate::providers::facts;
use crate::{Outcome, account, filters_by_status, list};

/// The credentials of every account here.
pub const CREDENTIAL: &str = "k3y-of-the-replayed-account";

/// One account at a local server that answers with whatever a test hands it. The server and the client are the same for
/// all lists, so that thousands of them take seconds.
pub struct Replay {
    _server: MockServer,
    script: Arc<Mutex<Script>>,
    account: Account,
}

/// The bodies to answer with, and what was asked for so far.
#[derive(Default)]
struct Script {
    first: Vec<u8>,
    rest: Vec<u8>,
    asked: Vec<String>,
}

/// What one list came to.
#[derive(Debug)]
pub struct Played {
    /// What was listed, and the report.
    pub outcome: Outcome,
    /// What was asked for: paths with their queries.
    pub requests: Vec<String>,
}

impl Replay {
    /// A server and an account of the provider there.
    ///
    /// # Panics
    /// There is no such provider.
    pub async fn start(provider: &str) -> Self {
        let script = Arc::<Mutex<Script>>::default();
        let server = MockServer::builder()
            .disable_request_recording()
            .start()
            .await;
        let answers = script.clone();
        let paging = Provider::named(provider).paging();
        let elsewhere = after_the_last(provider, 0);
        Mock::given(method("GET"))
            .respond_with(move |request: &Request| {
                let mut script = answers.lock().unwrap();
                let asked = &request.url[url::Position::BeforePath..];
                script.asked.push(asked.to_owned());
                let mut parameters = request.url.query_pairs();
                let body = if parameters.any(|(name, _)| filters_by_status(&name)) {
                    &elsewhere
                } else if is_first(request, &paging) {
                    &script.first
                } else {
                    &script.rest
                };
                ResponseTemplate::new(200).set_body_raw(body.clone(), "application/json")
            })
            .mount(&server)
            .await;
        let base_url = server.uri();
        let account = account(crate::provider(provider), "replayed", &base_url, CREDENTIAL);
        Self {
            _server: server,
            script,
            account,
        }
    }

    /// Lists the account. `first` is the answer to every request for the first page of the list, `rest` the one to all
    /// others. A list by status is empty.
    ///
    /// # Panics
    /// The list before panicked.
    pub async fn play(&self, first: Vec<u8>, rest: Vec<u8>, raw: bool) -> Played {
        *self.script.lock().unwrap() = Script {
            first,
            rest,
            asked: Vec::new(),
        };
        let mut query = Query::default();
        query.raw = raw;
        query.concurrency = NonZeroU32::MIN;
        let outcome = list(vec![self.account.clone()], query).await;
        let requests = std::mem::take(&mut self.script.lock().unwrap().asked);
        Played { outcome, requests }
    }
}

/// Whether the first page is asked for.
fn is_first(request: &Request, paging: &Paging) -> bool {
    request
        .url
        .query_pairs()
        .all(|(name, value)| match *paging {
            Paging::Numbers { page, first, .. } if name == page => value == first.to_string(),
            Paging::Offset { offset, .. } if name == offset => value == "0",
            Paging::Token { token: next, .. } | Paging::Keyset { after: next, .. } => name != next,
            _ => true,
        })
}

/// What a provider answers after its last record, when there are so many in all.
///
/// # Panics
/// There is no such provider.
#[must_use]
pub fn after_the_last(provider: &str, total: usize) -> Vec<u8> {
    (facts(provider).after_the_last)(total)
        .to_string()
        .into_bytes()
}
