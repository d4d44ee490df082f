//! Starts the server on loopback, and stops it when dropped.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;

use tokio::sync::oneshot;
use tokio::task::AbortHandle;

use crate::account::Account;
use crate::answering::Shared;
use crate::connections::serve;
use crate::handle::AccountHandle;
use crate::log::{Request, Stats};
use crate::provider;

/// A running server. Dropping it closes its ports and all their connections.
pub struct Simulator {
    shared: Arc<Shared>,
    addresses: Vec<SocketAddr>,
    runs: Runs,
}

enum Runs {
    Not,
    Thread(oneshot::Sender<()>, JoinHandle<()>),
    Task(AbortHandle),
}

impl Simulator {
    /// Serves each of `accounts` on a free port of 127.0.0.1, all in one new thread, so that callers without a runtime are
    /// served too. Its pauses are in real time.
    ///
    /// # Errors
    /// When two accounts have the same name (`InvalidInput`), or no port or thread can be had.
    pub fn start(accounts: impl IntoIterator<Item = Account>) -> io::Result<Self> {
        let (mut simulator, listeners) = open(accounts)?;
        let mut builder = tokio::runtime::Builder::new_current_thread();
        let runtime = builder.enable_all().build()?;
        let (stop, stopped) = oneshot::channel::<()>();
        let listeners = {
            let _inside = runtime.enter();
            registered(listeners)?
        };
        let serve = serve(listeners, Arc::clone(&simulator.shared));
        let run = async {
            tokio::select! {
                () = serve => {}
                _ = stopped => {}
            }
        };
        let thread = std::thread::Builder::new().name("provider-sim".to_owned());
        let thread = thread.spawn(move || runtime.block_on(run))?;
        simulator.runs = Runs::Thread(stop, thread);
        Ok(simulator)
    }

    /// Serves `accounts` in a task of the current tokio runtime, so that its pauses follow that runtime's clock: where the clock
    /// is paused, latencies take no real time.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    ///
    /// # Panics
    /// Outside a tokio runtime with I/O and time enabled.
    pub fn start_in_runtime(accounts: impl IntoIterator<Item = Account>) -> io::Result<Self> {
        let (mut simulator, listeners) = open(accounts)?;
        let listeners = registered(listeners)?;
        let task = tokio::spawn(serve(listeners, Arc::clone(&simulator.shared)));
        simulator.runs = Runs::Task(task.abort_handle());
        Ok(simulator)
    }

    /// Starts the demonstration: an account at each provider, named after it (`<provider>-demo`), with hand-made tenants.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub fn demo() -> io::Result<Self> {
        Self::start(provider::demo())
    }

    /// The account of that name.
    ///
    /// # Panics
    /// When there is none.
    pub fn account(&self, name: &str) -> AccountHandle {
        let index = self.shared.lock().names.get(name).copied();
        match index {
            Some(index) => self.handle(index),
            None => panic!("no account {name:?} is served"),
        }
    }

    /// All accounts in the order in which they were given.
    pub fn accounts(&self) -> Vec<AccountHandle> {
        let indexes = 0..self.addresses.len();
        indexes.map(|index| self.handle(index)).collect()
    }

    fn handle(&self, index: usize) -> AccountHandle {
        AccountHandle {
            shared: Arc::clone(&self.shared),
            address: self.addresses[index],
            index,
        }
    }

    /// Every request received so far, in the order of arrival.
    pub fn requests(&self) -> Vec<Request> {
        self.shared.lock().log.clone()
    }

    /// Clears the log; numbers and counters continue.
    pub fn forget_requests(&self) {
        self.shared.lock().log.clear();
    }

    /// The counters over all accounts.
    pub fn stats(&self) -> Stats {
        self.shared.lock().stats
    }
}

impl std::fmt::Debug for Simulator {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Simulator")
            .field("addresses", &self.addresses)
            .finish_non_exhaustive()
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        match std::mem::replace(&mut self.runs, Runs::Not) {
            Runs::Thread(stop, thread) => {
                drop(stop);
                // A panic of the server has been printed by its own thread.
                let _ = thread.join();
            }
            Runs::Task(task) => task.abort(),
            Runs::Not => {}
        }
    }
}

/// Opens a port for each account.
fn open(accounts: impl IntoIterator<Item = Account>) -> io::Result<(Simulator, Vec<TcpListener>)> {
    let (mut listeners, mut addresses, mut served) = (Vec::new(), Vec::new(), Vec::new());
    for account in accounts {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        served.push((account, format!("http://{address}")));
        addresses.push(address);
        listeners.push(listener);
    }
    let simulator = Simulator {
        shared: Shared::new(served)?,
        addresses,
        runs: Runs::Not,
    };
    Ok((simulator, listeners))
}

/// Registers the listeners with the current runtime.
fn registered(listeners: Vec<TcpListener>) -> io::Result<Vec<tokio::net::TcpListener>> {
    let register = tokio::net::TcpListener::from_std;
    listeners.into_iter().map(register).collect()
}
