//! What is read of a period.

use std::collections::BTreeMap;

use jiff::Timestamp;
use tenancy::SourceReport;

use crate::snapshot::{Identity, Snapshot};
use crate::{AccountKey, ChangeKind};

/// Which period is read.
#[derive(Clone, Copy, Debug, Default)]
pub struct PeriodOptions {
    /// Its beginning; by default 30 days before its end.
    pub from: Option<Timestamp>,
    /// Its end; by default the time of the last recorded list.
    pub to: Option<Timestamp>,
    /// How many events of each kind are kept.
    pub events: usize,
}

/// What a database knows of a period.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Period {
    /// Its beginning. The start of the history, if that is later than the beginning asked for.
    pub from: Timestamp,
    /// Whether its beginning is the start of the history, because that is later.
    pub is_whole_history: bool,
    /// Its end.
    pub to: Timestamp,
    /// The accounts at its end, sorted.
    pub accounts: Vec<AccountState>,
    /// The tenants at its end.
    pub snapshot: Snapshot,
    /// Evenly spaced times from its beginning to its end.
    pub moments: Vec<Timestamp>,
    /// How many tenants of each provider had each status at each moment.
    pub counts: BTreeMap<(String, Option<String>), Vec<u64>>,
    /// Tenants that were created, or came back.
    pub came: Events,
    /// Tenants that went.
    pub went: Events,
    /// Tenants whose status became `suspended`.
    pub suspended: Events,
    /// Tenants in the lists of an account up to its first complete one. Whether they were new is not known.
    pub first_listed: u64,
}

/// What happened to tenants.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Events {
    /// How many events there were.
    pub total: u64,
    /// The latest of them, the latest first.
    pub latest: Vec<Event>,
}

/// What happened to a tenant.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Event {
    /// The time of the list that showed it.
    pub at: Timestamp,
    /// What happened. A suspended tenant has changed.
    pub kind: ChangeKind,
    /// The tenant.
    pub identity: Identity,
    /// Its name at the end of the period.
    pub name: Option<String>,
    /// Its status before, if the event is a change of it.
    pub old_status: Option<String>,
}

/// An account at the end of a period.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AccountState {
    /// The account.
    pub account: AccountKey,
    /// How many tenants it had.
    pub tenants: u64,
    /// The time of its last list.
    pub listed_at: Timestamp,
    /// The time of its last complete list.
    pub completed_at: Option<Timestamp>,
    /// Tenants that its last list lacked, but that are not marked gone.
    pub missing: u64,
    /// Those of them that were more than one list may mark gone.
    pub withheld: u64,
    /// The report of its last list.
    pub report: SourceReport,
}
