//! A handle that inspects and changes one account of a running server.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

use crate::answering::{Served, Shared};
use crate::fault::Fault;
use crate::log::{Request, Stats};
use crate::population::Population;
use crate::provider::contract::Provider;
use crate::when::When;

/// One account of a running server: to inspect and to change while it is being listed. Cheap to clone.
#[derive(Clone)]
pub struct AccountHandle {
    pub(crate) shared: Arc<Shared>,
    pub(crate) address: SocketAddr,
    pub(crate) index: usize,
}

impl AccountHandle {
    /// Its name.
    pub fn name(&self) -> String {
        self.with(|served| served.account.name.clone())
    }

    /// Its provider.
    pub fn provider(&self) -> Provider {
        self.with(|served| served.account.provider)
    }

    /// What a client must send, by the keys of the provider's documents.
    pub fn credentials(&self) -> Vec<(&'static str, String)> {
        self.with(|served| served.population.parent.credentials.clone())
    }

    /// The value of one credential.
    ///
    /// # Panics
    /// When the provider has none of that key.
    pub fn credential(&self, key: &str) -> String {
        self.with(|served| served.population.parent.credential(key).to_owned())
    }

    /// The address where it alone is served. Once the server is dropped, connections to it are refused.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The base URL for its clients, without a closing slash.
    pub fn base_url(&self) -> String {
        format!("http://{}{}", self.address, self.provider().base_path())
    }

    /// The URL of its list, without a query.
    pub fn list_url(&self) -> String {
        let path = self.provider().list_path().to_owned();
        let filled = |path: String, (key, value): (&str, String)| {
            path.replace(&format!("{{{key}}}"), &value)
        };
        self.base_url() + &self.credentials().into_iter().fold(path, filled)
    }

    /// The headers by which a client shows its credentials.
    pub fn auth_headers(&self) -> Vec<(&'static str, String)> {
        self.with(|served| {
            served
                .account
                .provider
                .auth_headers(&served.population.parent)
        })
    }

    /// Reads or changes the tenants; the next request sees the change.
    pub fn population<T>(&self, change: impl FnOnce(&mut Population) -> T) -> T {
        self.with(|served| change(&mut served.population))
    }

    /// The tenants' identities in listed order.
    pub fn ids(&self) -> Vec<String> {
        self.population(|population| population.ids())
    }

    /// Creates `count` generated tenants, newer than all others, and returns their identities, oldest first.
    pub fn create(&self, count: u32) -> Vec<String> {
        self.population(|population| population.create(count))
    }

    /// Deletes a tenant; false when none has that identity.
    pub fn delete(&self, id: &str) -> bool {
        self.population(|population| population.delete(id))
    }

    /// Its requests so far, in the order of arrival.
    pub fn requests(&self) -> Vec<Request> {
        let name = self.name();
        let mut requests = self.shared.lock().log.clone();
        requests.retain(|request| request.account == name);
        requests
    }

    /// Its counters.
    pub fn stats(&self) -> Stats {
        self.with(|served| served.stats)
    }

    /// Waits until its counters satisfy `done`.
    pub async fn wait_until(&self, done: impl Fn(&Stats) -> bool) {
        self.shared
            .wait_until(|state| done(&state.accounts[self.index].stats))
            .await;
    }

    /// Adds a fault, before those that it has.
    pub fn fault(&self, when: impl Into<When>, fault: Fault) {
        self.with(|served| served.account.faults.insert(0, (when.into(), fault)));
    }

    /// Answers the next `count` requests with `fault`.
    pub fn fault_next(&self, count: u64, fault: Fault) {
        let first = self.stats().requests + 1;
        self.fault(first..first + count, fault);
    }

    /// Removes all faults.
    pub fn clear_faults(&self) {
        self.with(|served| served.account.faults.clear());
    }

    /// Delays every answer by this much from now on.
    pub fn latency(&self, latency: Duration) {
        self.with(|served| served.account.latency = latency);
    }

    /// From now on fixes answers when their request arrives, but sends them only when [`release`](Self::release) allows it, in
    /// the order of arrival.
    pub fn hold(&self) {
        self.with(|served| served.gate = Some(Arc::new(Semaphore::new(0))));
    }

    /// Sends the next `count` held answers.
    pub fn release(&self, count: usize) {
        self.with(|served| {
            if let Some(gate) = &served.gate {
                gate.add_permits(count);
            }
        });
    }

    /// Sends all held answers, and holds none any more.
    pub fn release_all(&self) {
        self.with(|served| {
            if let Some(gate) = served.gate.take() {
                gate.close();
            }
        });
    }

    fn with<T>(&self, look: impl FnOnce(&mut Served) -> T) -> T {
        look(&mut self.shared.lock().accounts[self.index])
    }
}

impl fmt::Debug for AccountHandle {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("AccountHandle")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}
