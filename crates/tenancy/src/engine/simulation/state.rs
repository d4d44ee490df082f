//! The state of a model server.

use std::collections::{BTreeSet, VecDeque};

use fastrand::Rng;

use super::list::List;
use super::schedule::Schedule;

/// What changes at a server.
#[derive(Debug)]
pub(super) struct State {
    pub(super) rng: Rng,
    pub(super) list: List,
    /// The tenants on pages that were served, where they are asked for.
    pub(super) served: BTreeSet<u64>,
    pub(super) requests: u64,
    /// The last totals of a server that lags behind.
    pub(super) totals: VecDeque<u64>,
    /// Whether the server has told the lie that it tells only once.
    pub(super) has_lied: bool,
    pub(super) log: Vec<String>,
}

/// Where a page is cut out of the list.
pub(super) struct Cut {
    pub(super) start: usize,
    pub(super) end: usize,
    /// The length of the list.
    pub(super) length: usize,
}

impl State {
    pub(super) fn new(schedule: &Schedule) -> Self {
        let mut rng = Rng::with_seed(schedule.seed);
        Self {
            list: List::new(schedule, &mut rng),
            rng,
            served: BTreeSet::new(),
            requests: 0,
            totals: VecDeque::new(),
            has_lied: false,
            log: Vec::new(),
        }
    }

    pub(super) fn chance(&mut self, percent: u8) -> bool {
        percent > 0 && self.rng.u8(..100) < percent
    }
}
