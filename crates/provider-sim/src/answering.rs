//! The state that a server's connections share: accounts and the request log. Decides how each request is answered.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use tokio::sync::{Semaphore, watch};
use tokio::time::Instant;

use crate::account::Account;
use crate::fault::{Answer, Fault};
use crate::log::{Request, Stats};
use crate::page::Page;
use crate::population::Population;
use crate::provider::contract::Refusal;
use crate::select::select;
use crate::wire::{Head, Reply};

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
    pub(crate) account: Account,
    pub(crate) population: Population,
    pub(crate) stats: Stats,
    pub(crate) gate: Option<Arc<Semaphore>>,
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
    /// The state for these accounts, each with the origin of its address.
    pub(crate) fn new(accounts: Vec<(Account, String)>) -> io::Result<Arc<Self>> {
        let mut state = State {
            accounts: Vec::new(),
            names: HashMap::new(),
            log: Vec::new(),
            stats: Stats::default(),
        };
        for (mut account, origin) in accounts {
            let index = state.accounts.len();
            if state.names.insert(account.name.clone(), index).is_some() {
                let reason = format!("two accounts are named {:?}", account.name);
                return Err(io::Error::new(io::ErrorKind::InvalidInput, reason));
            }
            state.accounts.push(Served {
                population: account.take_population(origin),
                account,
                stats: Stats::default(),
                gate: None,
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
            // The sender lives as long as `self`, so this never fails.
            if changes.changed().await.is_err() {
                return;
            }
        }
    }

    /// Logs a request to an account and decides its answer.
    pub(crate) fn receive(self: &Arc<Self>, account: usize, head: Head, connection: u64) -> Plan {
        let mut state = self.lock();
        state.stats.enter();
        let number = state.stats.requests;
        let served = &mut state.accounts[account];
        served.stats.enter();
        let request = Request {
            number,
            account: served.account.name.clone(),
            account_number: served.stats.requests,
            connection,
            at: self.started.elapsed(),
            ..Request::new(head.method, head.target, head.headers)
        };
        let reply = served.answer(&request);
        let (delay, gate) = (served.account.latency, served.gate.clone());
        state.log.push(request);
        drop(state);
        self.changes.send_replace(());
        let shared = Arc::clone(self);
        Plan {
            reply,
            delay,
            gate,
            in_flight: InFlight { shared, account },
        }
    }
}

impl Served {
    fn answer(&mut self, request: &Request) -> Reply {
        let number = request.account_number;
        for churn in &mut self.account.churn {
            churn.apply_before(number, &mut self.population);
        }
        let mut faults = self.account.faults.iter();
        let fault = faults.find(|(when, _)| when.holds(request));
        let fault = fault.map_or_else(Fault::as_usual, |(_, fault)| fault.clone());
        let reply = self.reply(request, fault);
        for churn in &mut self.account.churn {
            churn.apply_after(number, &mut self.population);
        }
        reply
    }

    fn reply(&self, request: &Request, fault: Fault) -> Reply {
        let mut reply = match &fault.answer {
            Answer::Usual(edit) => self.usual(request, &**edit),
            Answer::Status { status, code } => {
                let code = *code;
                let refusal = Refusal::new(*status);
                self.refuse(Refusal { code, ..refusal }, request)
            }
            Answer::Literal {
                status,
                content_type,
                body,
            } => Reply::new(*status, content_type, body.clone()),
        };
        reply.headers.extend(fault.headers);
        if let Some(wait) = fault.retry_at {
            // A date has whole seconds. The wait begins when the client reads the answer, however late that is.
            let now = SystemTime::now();
            for (name, time) in [("Date", now), ("Retry-After", now + wait)] {
                reply
                    .headers
                    .push((name.to_owned(), httpdate::fmt_http_date(time)));
            }
        }
        reply.delivery = fault.delivery;
        reply
    }

    fn usual(&self, request: &Request, edit: &dyn Fn(&mut Page)) -> Reply {
        match self.list(request) {
            Ok(mut page) => {
                edit(&mut page);
                let mut reply = Reply::new(200, "application/json", page.to_text());
                reply.headers.extend(page.headers);
                reply
            }
            Err(refusal) => self.refuse(refusal, request),
        }
    }

    fn list(&self, request: &Request) -> Result<Page, Refusal> {
        let parent = &self.population.parent;
        let provider = self.account.provider;
        let template = [provider.base_path(), provider.list_path()].concat();
        let (key, value) = match_path(&template, &request.path).ok_or_else(|| Refusal::new(404))?;
        if request.method != "GET" {
            return Err(Refusal::new(405));
        }
        let mut required = provider.auth_headers(parent).into_iter();
        if !required.all(|(name, value)| request.header(name) == Some(&value)) {
            return Err(Refusal::new(401));
        }
        if !key.is_empty() && parent.credential(key) != value {
            return Err(Refusal::new(403));
        }
        let page = select(&self.account.settings, &self.population, request);
        page.map_err(|message| Refusal::invalid(provider.invalid_status(), message))
    }

    fn refuse(&self, mut refusal: Refusal, request: &Request) -> Reply {
        refusal.request = request.number;
        let parent = &self.population.parent;
        let body = self.account.provider.error(parent, &refusal);
        let content_type = match body.starts_with('{') {
            true => "application/json",
            false => "text/plain",
        };
        let mut reply = Reply::new(refusal.status, content_type, body);
        if refusal.status == 405 {
            reply.headers.push(("Allow".to_owned(), "GET".to_owned()));
        }
        reply
    }
}

/// The value of the segment `{key}` of `template`, empty without one; `None` when `path` differs elsewhere.
fn match_path<'a>(template: &'a str, path: &'a str) -> Option<(&'a str, &'a str)> {
    let Some((before, (key, after))) = template
        .split_once('{')
        .and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
    else {
        return (template == path).then_some(("", ""));
    };
    let value = path.strip_prefix(before)?.strip_suffix(after)?;
    (!value.is_empty() && !value.contains('/')).then_some((key, value))
}
