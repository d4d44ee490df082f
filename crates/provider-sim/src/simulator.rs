//! The server's life: it starts on loopback, is looked at and changed while it runs, and ends when it is dropped.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::{Semaphore, oneshot};
use tokio::task::AbortHandle;

use crate::account::{Account, Credentials, Provider};
use crate::fault::{Fault, When};
use crate::http;
use crate::log::{Request, Stats};
use crate::population::Population;
use crate::server::{Served, Shared};
use crate::{Which, demo};

/// A running server. Dropping it closes its port and all its connections.
#[derive(Debug)]
pub struct Simulator {
    handle: Handle,
    runs: Runs,
}

#[derive(Clone)]
struct Handle {
    shared: Arc<Shared>,
    addresses: Arc<[SocketAddr]>,
}

impl std::fmt::Debug for Handle {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Handle")
            .field("addresses", &self.addresses)
            .finish_non_exhaustive()
    }
}

#[derive(Debug)]
enum Runs {
    Thread {
        stop: Option<oneshot::Sender<()>>,
        thread: Option<JoinHandle<()>>,
    },
    Task(AbortHandle),
}

impl Simulator {
    /// Serves each of `accounts` on a free port of 127.0.0.1, all in one new thread, so that callers without a runtime are
    /// served too. Its pauses are in real time.
    ///
    /// # Errors
    /// When two accounts have the same name (`InvalidInput`), or no port or thread can be had.
    pub fn start(accounts: impl IntoIterator<Item = Account>) -> io::Result<Self> {
        let (handle, listeners) = open(accounts)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (stop, stopped) = oneshot::channel::<()>();
        let shared = Arc::clone(&handle.shared);
        let listeners = {
            let _inside = runtime.enter();
            registered(listeners)?
        };
        let thread = std::thread::Builder::new()
            .name("provider-sim".to_owned())
            .spawn(move || {
                runtime.block_on(async {
                    tokio::select! {
                        () = http::serve(listeners, shared) => {}
                        _ = stopped => {}
                    }
                });
            })?;
        Ok(Self {
            handle,
            runs: Runs::Thread {
                stop: Some(stop),
                thread: Some(thread),
            },
        })
    }

    /// Starts a server as a task of the current tokio runtime, so that its pauses follow that runtime's clock: where the clock is
    /// paused, latencies take no real time.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    ///
    /// # Panics
    /// Outside a tokio runtime with I/O and time enabled.
    pub fn start_in_runtime(accounts: impl IntoIterator<Item = Account>) -> io::Result<Self> {
        let (handle, listeners) = open(accounts)?;
        let listeners = registered(listeners)?;
        let task = tokio::spawn(http::serve(listeners, Arc::clone(&handle.shared)));
        Ok(Self {
            handle,
            runs: Runs::Task(task.abort_handle()),
        })
    }

    /// Starts the demonstration: one account at each provider (`omnidim-demo`, `layers-demo`, `vobiz-demo`) with hand-made tenants.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn demo() -> io::Result<Self> {
        Self::start(demo::accounts())
    }

    /// The account of that name.
    ///
    /// # Panics
    /// When there is none.
    pub fn account(&self, name: &str) -> AccountHandle {
        let index = self.handle.shared.lock().names.get(name).copied();
        match index {
            Some(index) => AccountHandle {
                handle: self.handle.clone(),
                index,
            },
            None => panic!("no account {name:?} is served"),
        }
    }

    /// All accounts in the order in which they were given.
    pub fn accounts(&self) -> Vec<AccountHandle> {
        let count = self.handle.shared.lock().accounts.len();
        (0..count)
            .map(|index| AccountHandle {
                handle: self.handle.clone(),
                index,
            })
            .collect()
    }

    /// Every request received so far, in the order of arrival.
    pub fn requests(&self) -> Vec<Request> {
        self.handle.shared.lock().log.clone()
    }

    /// Forgets the requests that were logged; numbers and counters go on.
    pub fn forget_requests(&self) {
        self.handle.shared.lock().log.clear();
    }

    /// The counters over all accounts, requests of no account included.
    pub fn stats(&self) -> Stats {
        self.handle.shared.lock().stats
    }

    /// Waits until the server's counters satisfy `done`.
    pub async fn wait_until(&self, done: impl Fn(&Stats) -> bool) {
        self.handle
            .shared
            .wait_until(|state| done(&state.stats))
            .await;
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        match &mut self.runs {
            Runs::Thread { stop, thread } => {
                drop(stop.take());
                if let Some(thread) = thread.take() {
                    // A panic of the server has been printed by its own thread.
                    let _ = thread.join();
                }
            }
            Runs::Task(task) => task.abort(),
        }
    }
}

fn open(accounts: impl IntoIterator<Item = Account>) -> io::Result<(Handle, Vec<TcpListener>)> {
    let shared = Shared::new(accounts)?;
    let mut listeners = Vec::new();
    for _ in &shared.lock().accounts {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        listeners.push(listener);
    }
    let addresses = listeners
        .iter()
        .map(TcpListener::local_addr)
        .collect::<io::Result<_>>()?;
    Ok((Handle { shared, addresses }, listeners))
}

/// Registers the listeners with the current runtime.
fn registered(listeners: Vec<TcpListener>) -> io::Result<Vec<tokio::net::TcpListener>> {
    listeners
        .into_iter()
        .map(tokio::net::TcpListener::from_std)
        .collect()
}

/// One account of a running server: to look at and to change while it is being listed. Cheap to clone.
#[derive(Clone, Debug)]
pub struct AccountHandle {
    handle: Handle,
    index: usize,
}

impl AccountHandle {
    /// Its name.
    pub fn name(&self) -> String {
        self.with(|served| served.name.clone())
    }

    /// Its provider.
    pub fn provider(&self) -> Provider {
        Provider(self.secrets().provider())
    }

    /// What a client must send, by the keys of the provider's documents.
    pub fn credentials(&self) -> Vec<(&'static str, String)> {
        match self.secrets() {
            Credentials::OmniDim { api_key } | Credentials::Layers { api_key } => {
                vec![("api_key", api_key)]
            }
            Credentials::Vobiz {
                auth_id,
                auth_token,
            } => vec![("auth_id", auth_id), ("auth_token", auth_token)],
        }
    }

    /// The value of one credential.
    ///
    /// # Panics
    /// When the provider has none of that key.
    pub fn credential(&self, key: &str) -> String {
        let credentials = self.credentials();
        match credentials.into_iter().find(|(name, _)| *name == key) {
            Some((_, value)) => value,
            None => panic!("no credential {key:?} at this provider"),
        }
    }

    fn secrets(&self) -> Credentials {
        self.with(|served| served.credentials.clone())
    }

    /// The address where it alone is served. Once the server is dropped, connections to it are refused.
    pub fn address(&self) -> SocketAddr {
        self.handle.addresses[self.index]
    }

    /// The base URL for its clients, without a closing slash.
    pub fn base_url(&self) -> String {
        let path = match self.secrets().provider() {
            Which::OmniDim => "/api/v1",
            Which::Layers | Which::Vobiz => "",
        };
        format!("http://{}{path}", self.address())
    }

    /// The address of its list, without a query.
    pub fn list_url(&self) -> String {
        let path = match self.secrets() {
            Credentials::OmniDim { .. } => "/reseller/organizations".to_owned(),
            Credentials::Layers { .. } => "/v1/organizations".to_owned(),
            Credentials::Vobiz { auth_id, .. } => {
                format!("/api/v1/accounts/{auth_id}/sub-accounts/")
            }
        };
        self.base_url() + &path
    }

    /// The headers by which a client shows its credentials.
    pub fn auth_headers(&self) -> Vec<(&'static str, String)> {
        self.secrets().auth_headers()
    }

    /// Looks at or changes the tenants; the next request sees the change.
    pub fn population<T>(&self, change: impl FnOnce(&mut Population) -> T) -> T {
        self.with(|served| change(&mut served.population))
    }

    /// The tenants' identities in listed order.
    pub fn ids(&self) -> Vec<String> {
        self.population(|population| population.ids())
    }

    /// Creates `count` generated tenants, the newest of all, and returns their identities, oldest first.
    pub fn create(&self, count: u32) -> Vec<String> {
        self.population(|population| population.create(count))
    }

    /// Deletes a tenant; false when there is none of that identity.
    pub fn delete(&self, id: &str) -> bool {
        self.population(|population| population.delete(id))
    }

    /// Its requests so far, in the order of arrival.
    pub fn requests(&self) -> Vec<Request> {
        let name = self.name();
        let state = self.handle.shared.lock();
        state
            .log
            .iter()
            .filter(|request| request.account == name)
            .cloned()
            .collect()
    }

    /// Its counters.
    pub fn stats(&self) -> Stats {
        self.with(|served| served.stats)
    }

    /// Waits until its counters satisfy `done`.
    pub async fn wait_until(&self, done: impl Fn(&Stats) -> bool) {
        self.handle
            .shared
            .wait_until(|state| done(&state.accounts[self.index].stats))
            .await;
    }

    /// Adds a fault, before those that it has.
    pub fn fault(&self, when: impl Into<When>, fault: Fault) {
        self.with(|served| served.faults.insert(0, (when.into(), fault)));
    }

    /// The next `count` requests are answered with `fault`.
    pub fn fault_next(&self, count: u64, fault: Fault) {
        self.with(|served| {
            let first = served.stats.requests + 1;
            served
                .faults
                .insert(0, ((first..first + count).into(), fault));
        });
    }

    /// Takes away all faults.
    pub fn clear_faults(&self) {
        self.with(|served| served.faults.clear());
    }

    /// Delays every answer by this much from now on.
    pub fn latency(&self, latency: Duration) {
        self.with(|served| served.latency = Some(Arc::new(move |_| latency)));
    }

    /// From now on answers are fixed when their request arrives, but sent only when [`release`](Self::release) lets them go, in
    /// the order of arrival.
    pub fn hold(&self) {
        self.with(|served| served.gate = Some(Arc::new(Semaphore::new(0))));
    }

    /// Lets the next `count` held answers go.
    pub fn release(&self, count: usize) {
        self.with(|served| {
            if let Some(gate) = &served.gate {
                gate.add_permits(count);
            }
        });
    }

    /// Lets all held answers go and holds none any more.
    pub fn release_all(&self) {
        self.with(|served| {
            if let Some(gate) = served.gate.take() {
                gate.close();
            }
        });
    }

    fn with<T>(&self, look: impl FnOnce(&mut Served) -> T) -> T {
        look(&mut self.handle.shared.lock().accounts[self.index])
    }
}
