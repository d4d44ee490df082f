//! What a sync reports while it runs, and its result.

use tenancy::{ListingError, Report};

use crate::{AccountKey, ListingOutcome, Run};

/// An event of a [`SyncRun`](crate::SyncRun).
#[derive(Debug)]
#[non_exhaustive]
pub enum SyncEvent {
    /// Another run is recording these accounts, and the sync [waits](crate::SyncOptions::wait) for it.
    Waiting(Vec<AccountKey>),
    /// The list of an account resumes an interrupted one, which had this many tenants.
    Resuming {
        /// The account.
        account: AccountKey,
        /// The tenants that are already staged.
        tenants: u64,
    },
    /// The list of an account starts from its beginning, although an earlier run was interrupted.
    Restarting {
        /// The account.
        account: AccountKey,
        /// Why the earlier run cannot be resumed.
        reason: String,
    },
    /// The accounts are claimed, and their lists begin.
    Started(Run),
    /// Something is missing from the list of an account.
    Missing(ListingError),
    /// The list of an account has been recorded.
    Recorded {
        /// The account.
        account: AccountKey,
        /// What the list changed in the database.
        outcome: ListingOutcome,
    },
}

/// The result of a sync.
#[derive(Debug)]
#[non_exhaustive]
pub struct Synced {
    /// The run, by which [`Point::Run`](crate::Point::Run) finds the state after it.
    pub run: Run,
    /// The report of the listing. It is not complete if an account was skipped.
    pub report: Report,
    /// What the list of each account changed in the database.
    pub recorded: Vec<(AccountKey, ListingOutcome)>,
    /// The accounts that were skipped, because another run is recording them.
    pub skipped: Vec<AccountKey>,
    /// The accounts that had tenants in the database when the run began.
    pub known: Vec<AccountKey>,
    /// The pairs of accounts that have the same tenants: one account under two names.
    pub twins: Vec<(AccountKey, AccountKey)>,
}
