//! What the connections of one server share: accounts, the request log, and the decision what each request is answered.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use tokio::sync::{Semaphore, watch};
use tokio::time::Instant;

use crate::account::{Account, Credentials, Latency, Settings};
use crate::churn::Churn;
use crate::fault::{Answer, Fault, Framing, When};
use crate::http::{Body, Head, Reply};
use crate::log::{Request, Stats};
use crate::population::Population;
use crate::provider::{self, Refusal, Route};
use crate::{Page, Which};

/// The shared state, and a signal of its changes.
pub(crate) struct Shared {
    state: Mutex<State>,
    changes: watch::Sender<()>,
    started: Instant,
}

pub(crate) struct State {
    pub(crate) accounts: Vec<Served>,
    pub(crate) names: HashMap<String, usize>,
    pub(crate) log: Vec<Request>,
    pub(crate) stats: Stats,
}

/// An account that is being served.
pub(crate) struct Served {
    pub(crate) name: String,
    pub(crate) credentials: Credentials,
    settings: Settings,
    pub(crate) latency: Latency,
    pub(crate) faults: Vec<(When, Fault)>,
    churn: Vec<Churn>,
    pub(crate) population: Population,
    pub(crate) stats: Stats,
    pub(crate) gate: Option<Arc<Semaphore>>,
    window: Option<Window>,
}

/// The requests that the rate limit let through since a moment of the server's clock.
struct Window {
    began: Duration,
    passed: u64,
}

/// How a request is to be answered.
pub(crate) struct Plan {
    pub(crate) reply: Reply,
    pub(crate) delay: Duration,
    pub(crate) gate: Option<Arc<Semaphore>>,
    pub(crate) in_flight: InFlight,
}

/// Counts a request as in flight until it is dropped.
pub(crate) struct InFlight {
    shared: Arc<Shared>,
    account: usize,
}

impl Drop for InFlight {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        state.stats.leave();
        state.accounts[self.account].stats.leave();
        drop(state);
        self.shared.changes.send_replace(());
    }
}

impl Shared {
    pub(crate) fn new(accounts: impl IntoIterator<Item = Account>) -> io::Result<Arc<Self>> {
        let mut state = State {
            accounts: Vec::new(),
            names: HashMap::new(),
            log: Vec::new(),
            stats: Stats::default(),
        };
        for mut account in accounts {
            let index = state.accounts.len();
            let population = account.take_population();
            if state.names.insert(account.name.clone(), index).is_some() {
                let reason = format!("two accounts are named {:?}", account.name);
                return Err(io::Error::new(io::ErrorKind::InvalidInput, reason));
            }
            state.accounts.push(Served {
                name: account.name,
                credentials: account.credentials,
                settings: account.settings,
                latency: account.latency,
                faults: account.faults,
                churn: account.churn,
                population,
                stats: Stats::default(),
                gate: None,
                window: None,
            });
        }
        Ok(Arc::new(Self {
            state: Mutex::new(state),
            changes: watch::Sender::new(()),
            started: Instant::now(),
        }))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until `done` is true of the state.
    pub(crate) async fn wait_until(&self, mut done: impl FnMut(&State) -> bool) {
        let mut changes = self.changes.subscribe();
        while !done(&self.lock()) {
            // The sender lives as long as `self`, so this fails never.
            if changes.changed().await.is_err() {
                return;
            }
        }
    }

    /// Logs a request and decides its answer.
    pub(crate) fn receive(self: &Arc<Self>, account: usize, head: Head, connection: u64) -> Plan {
        let mut state = self.lock();
        let mut request = to_request(head);
        request.connection = connection;
        request.at = self.started.elapsed();
        state.stats.enter();
        request.number = state.stats.requests;
        let route = Route::of(&request.path);
        let served = &mut state.accounts[account];
        served.stats.enter();
        request.account.clone_from(&served.name);
        request.account_number = served.stats.requests;
        let (reply, delay) = served.answer(&route, &request);
        let gate = served.gate.clone();
        state.log.push(request);
        drop(state);
        self.changes.send_replace(());
        Plan {
            reply,
            delay,
            gate,
            in_flight: InFlight {
                shared: Arc::clone(self),
                account,
            },
        }
    }
}

impl Served {
    fn provider(&self) -> Which {
        self.credentials.provider()
    }

    fn answer(&mut self, route: &Route, request: &Request) -> (Reply, Duration) {
        let number = request.account_number;
        for churn in &mut self.churn {
            churn.apply_before(number, &mut self.population);
        }
        let fault = self
            .faults
            .iter_mut()
            .find_map(|(when, fault)| when.take(request).then(|| fault.clone()));
        let latency = self
            .latency
            .as_ref()
            .map_or(Duration::ZERO, |latency| latency(request));
        let delay = latency + fault.as_ref().map_or(Duration::ZERO, |fault| fault.delay);
        let reply = match (fault, self.over_limit(request.at)) {
            (None, Some(wait)) => self.too_many(wait, request),
            (fault, _) => self.reply(route, request, fault),
        };
        for churn in &mut self.churn {
            churn.apply_after(number, &mut self.population);
        }
        (reply, delay)
    }

    /// How long the rate limit still holds; counts a request that it lets through.
    fn over_limit(&mut self, now: Duration) -> Option<Duration> {
        let (most, length) = self.settings.rate_limit?;
        let window = match &mut self.window {
            Some(window) if now < window.began + length => window,
            other => other.insert(Window {
                began: now,
                passed: 0,
            }),
        };
        if window.passed < most {
            window.passed += 1;
            return None;
        }
        Some(window.began + length - now)
    }

    fn too_many(&self, wait: Duration, request: &Request) -> Reply {
        let mut reply = self.refuse(&Refusal::new(429), request);
        if self.provider() == Which::Layers {
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            reply
                .headers
                .push(("Retry-After".to_owned(), seconds.to_string()));
        }
        reply
    }

    fn reply(&self, route: &Route, request: &Request, fault: Option<Fault>) -> Reply {
        let fault = fault.unwrap_or_else(Fault::as_usual);
        let mut reply = match &fault.answer {
            Answer::AsUsual => self.usual(route, request, &|_| {}),
            Answer::Edited(edit) => self.usual(route, request, &**edit),
            Answer::Status { status, code } => {
                self.refuse(&Refusal::new(*status).with_code(*code), request)
            }
            Answer::Literal {
                status,
                content_type,
                body,
            } => Reply::new(*status, content_type, Body::Bytes(body.clone())),
        };
        reply.headers.extend(fault.headers);
        if let Some(wait) = fault.retry_at {
            reply
                .headers
                .push(("Retry-After".to_owned(), http_date_after(wait)));
        }
        let accepts_gzip = request
            .header("accept-encoding")
            .is_some_and(|accepted| accepted.contains("gzip"));
        reply.gzip = fault.gzip || self.settings.gzip && accepts_gzip;
        reply.framing = match fault.framing {
            Framing::Fitting if self.settings.chunked => Framing::Chunked,
            framing => framing,
        };
        reply.delivery = fault.delivery;
        reply
    }

    fn is_authorized(&self, request: &Request) -> bool {
        let headers = self.credentials.auth_headers();
        headers
            .iter()
            .all(|(name, value)| request.header(name) == Some(value))
    }

    fn usual(&self, route: &Route, request: &Request, edit: &dyn Fn(&mut Page)) -> Reply {
        let own_id = match &self.credentials {
            Credentials::Vobiz { auth_id, .. } => Some(auth_id.as_str()),
            _ => None,
        };
        let listed = match (request.method.as_str(), route) {
            (_, Route::Unknown) => Err(Refusal::new(404)),
            ("GET", _) if !self.is_authorized(request) => Err(Refusal::new(401)),
            ("GET", _) => provider::list(&self.settings, &self.population, route, request, own_id),
            _ => Err(Refusal::new(405)),
        };
        match listed {
            Ok(mut page) => {
                edit(&mut page);
                Reply::new(200, "application/json", Body::Page(page))
            }
            Err(refusal) => self.refuse(&refusal, request),
        }
    }

    fn refuse(&self, refusal: &Refusal, request: &Request) -> Reply {
        refusal_reply(refusal, self.provider(), &self.settings, request)
    }
}

fn refusal_reply(
    refusal: &Refusal,
    provider: Which,
    settings: &Settings,
    request: &Request,
) -> Reply {
    let body = refusal.body(provider, settings, request.number);
    let mut reply = Reply::new(
        refusal.status,
        "application/json",
        Body::Bytes(body.into_bytes()),
    );
    if refusal.status == 405 {
        reply.headers.push(("Allow".to_owned(), "GET".to_owned()));
    }
    reply
}

fn http_date_after(wait: Duration) -> String {
    let exact = SystemTime::now() + wait;
    let since_epoch = exact
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    let whole = since_epoch.as_secs() + u64::from(since_epoch.subsec_nanos() > 0);
    httpdate::fmt_http_date(SystemTime::UNIX_EPOCH + Duration::from_secs(whole))
}

fn to_request(head: Head) -> Request {
    let (path, raw_query) = match head.target.split_once('?') {
        Some((path, query)) => (path.to_owned(), Some(query.to_owned())),
        None => (head.target, None),
    };
    let query = raw_query
        .as_deref()
        .map(|query| {
            form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect()
        })
        .unwrap_or_default();
    Request {
        number: 0,
        account: String::new(),
        account_number: 0,
        connection: 0,
        at: Duration::ZERO,
        method: head.method,
        path,
        raw_query,
        query,
        headers: head.headers,
    }
}
