//! The options of a sync.

use std::time::Duration;

use tenancy::{Query, Tenant};

use crate::MaxGone;
use crate::exclude::Exclude;
use crate::store::LOCK_TIMEOUT;

/// The options of a [`sync`](crate::sync).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SyncOptions {
    /// How the accounts are listed. A sync lists every tenant: the query may have no statuses and no limit.
    pub query: Query,
    /// How many tenants of an account one list may mark gone.
    pub max_gone: MaxGone,
    /// Whether to wait for another run that records some of the accounts. Otherwise, the sync skips them.
    pub wait: bool,
    /// How long to wait for another program's lock of the database. Default: a minute.
    pub lock_timeout: Duration,
    pub(crate) exclude: Exclude,
}

impl Default for SyncOptions {
    fn default() -> Self {
        Self {
            query: Query::default(),
            max_gone: MaxGone::default(),
            wait: false,
            lock_timeout: LOCK_TIMEOUT,
            exclude: Exclude::default(),
        }
    }
}

impl SyncOptions {
    /// Sets how the accounts are [listed](Self::query).
    #[must_use]
    pub fn query(mut self, query: Query) -> Self {
        self.query = query;
        self
    }

    /// Sets how many tenants of an account one list may mark gone.
    #[must_use]
    pub fn max_gone(mut self, max_gone: MaxGone) -> Self {
        self.max_gone = max_gone;
        self
    }

    /// Sets whether to [wait](Self::wait) for another run that records some of the accounts.
    #[must_use]
    pub fn wait(mut self, wait: bool) -> Self {
        self.wait = wait;
        self
    }

    /// Sets how long to wait for another program's lock of the database.
    #[must_use]
    pub fn lock_timeout(mut self, lock_timeout: Duration) -> Self {
        self.lock_timeout = lock_timeout;
        self
    }

    /// Excludes tenants: one that is in the database stays as it is, and does not become gone; one that is not is not recorded. They
    /// are [counted](crate::ListingOutcome::excluded). The name tells the test from others: a list that an earlier sync with another
    /// test began is not resumed.
    #[must_use]
    pub fn exclude(
        mut self,
        name: impl Into<String>,
        test: impl Fn(&Tenant) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.exclude = Exclude::new(name.into(), test);
        self
    }
}
