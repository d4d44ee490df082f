//! The position at which an account's list can be resumed.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::doubts::Doubts;
use super::seen::Seen;
use super::walk_state::WalkState;
use crate::{Account, Certainty, Error, Paging, Query, Reason, Status};

/// The version of the checkpoint format. It changes when an older checkpoint can no longer be resumed correctly.
const VERSION: u32 = 2;

/// The position at which an account's list can be resumed, and the tenants that were listed before it.
///
/// A checkpoint belongs to one account and one query. It contains no credentials and no tenant data: each tenant is a 128-bit
/// fingerprint of its identity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Checkpoint {
    version: u32,
    provider: String,
    account: String,
    statuses: Vec<Status>,
    /// Which of the account's lists was being read.
    list: usize,
    /// Whether that list had already been read to its end, and was being read again.
    again: bool,
    /// The certainty of the lists before it.
    #[serde(alias = "consistency")]
    certainty: Certainty,
    walk: Option<WalkState>,
    /// The reasons for this certainty.
    #[serde(default)]
    because: Vec<Reason>,
    /// The number of tenants that the present walk and the one before it had met.
    #[serde(default)]
    met: u64,
    #[serde(default)]
    met_before: u64,
    /// Whether the previous walk showed that records were missing.
    #[serde(default)]
    flawed_before: bool,
    /// The lists before it whose certainty follows only from reading them once more.
    #[serde(default)]
    put_off: Vec<usize>,
    /// The number of tenants that each list before it had.
    #[serde(default)]
    found: Vec<u64>,
    #[serde(default)]
    doubts: Doubts,
    seen: String,
}

/// The progress of an account's list.
#[derive(Clone, Debug)]
pub(super) struct Progress {
    pub(super) list: usize,
    pub(super) again: bool,
    pub(super) certainty: Certainty,
    pub(super) because: Vec<Reason>,
    pub(super) walk: Option<WalkState>,
    pub(super) met: u64,
    pub(super) met_before: u64,
    pub(super) flawed_before: bool,
    pub(super) put_off: Vec<usize>,
    pub(super) found: Vec<u64>,
    pub(super) doubts: Doubts,
}

impl Default for Progress {
    fn default() -> Self {
        Self {
            list: 0,
            again: false,
            certainty: Certainty::Proved,
            because: Vec::new(),
            walk: None,
            met: 0,
            met_before: 0,
            flawed_before: false,
            put_off: Vec::new(),
            found: Vec::new(),
            doubts: Doubts::default(),
        }
    }
}

impl Checkpoint {
    /// Creates a checkpoint that has `seen` these identities.
    pub(super) fn new(account: &Account, query: &Query, progress: &Progress, seen: String) -> Self {
        Self {
            version: VERSION,
            provider: account.provider().name().to_owned(),
            account: account.name().to_owned(),
            statuses: query.statuses.clone(),
            list: progress.list,
            again: progress.again,
            certainty: progress.certainty,
            because: progress.because.clone(),
            walk: progress.walk.clone(),
            met: progress.met,
            met_before: progress.met_before,
            flawed_before: progress.flawed_before,
            put_off: progress.put_off.clone(),
            found: progress.found.clone(),
            doubts: progress.doubts.clone(),
            seen,
        }
    }

    /// Returns the checkpoint's content, if it belongs to this account and this query.
    pub(super) fn open(&self, account: &Account, query: &Query) -> Result<(Progress, Seen), Error> {
        let name = account.name();
        let refuse = |why: String| {
            Err(Error::configuration(format!(
                "the checkpoint of account `{name}` cannot be resumed: {why}; list it anew"
            )))
        };
        if self.version != VERSION {
            return refuse(format!(
                "it has version {}, and this release reads version {VERSION}",
                self.version
            ));
        }
        if self.account != name {
            return refuse(format!("it is of account `{}`", self.account));
        }
        let provider = account.provider();
        if self.provider != provider.name() {
            return refuse(format!(
                "it is of provider {}, and the account is at {}",
                self.provider,
                provider.name()
            ));
        }
        if self.statuses != query.statuses {
            return refuse(format!(
                "it is of a list of {}, and asked for is one of {}",
                words(&self.statuses),
                words(&query.statuses)
            ));
        }
        let paging = provider.capabilities().paging;
        let fits = matches!(
            (&self.walk, paging),
            (None, _)
                | (Some(WalkState::OneBody), Paging::OneBody)
                | (Some(WalkState::Ranks(_)), Paging::Ranks { .. })
                | (Some(WalkState::Links(_)), Paging::Links)
                | (Some(WalkState::Keyset(_)), Paging::Keyset { .. })
        );
        match Seen::read(&self.seen) {
            Some(mut seen) if fits => {
                // Pages by number are read again when a list is resumed, which is no sign of a list that moves; with
                // cursors, a tenant that comes twice within a pass would be one.
                if !matches!(paging, Paging::Ranks { .. }) || self.again {
                    seen.begin_walk();
                }
                let progress = Progress {
                    list: self.list,
                    again: self.again,
                    certainty: self.certainty,
                    because: self.because.clone(),
                    walk: self.walk.clone(),
                    met: self.met,
                    met_before: self.met_before,
                    flawed_before: self.flawed_before,
                    put_off: self.put_off.clone(),
                    found: self.found.clone(),
                    doubts: self.doubts.clone(),
                };
                Ok((progress, seen))
            }
            _ => refuse("it is damaged".to_owned()),
        }
    }
}

fn words(statuses: &[Status]) -> String {
    if statuses.is_empty() {
        return "all statuses".to_owned();
    }
    let words: Vec<_> = statuses.iter().map(Status::as_str).collect();
    format!("status {}", words.join(", "))
}
