//! What the sources of one listing share.

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::route::{self, WalkMaker};
use super::verdict::{Judge, verdict};
use crate::{Error, Query};

/// The most records of one walk. A list with more of them counts as endless: each takes memory.
const MOST_RECORDS: u64 = 50_000_000;

/// The state that the sources of one listing share.
#[derive(Clone, Debug)]
pub(crate) struct Shared {
    pub(crate) query: Arc<Query>,
    /// Bounds the requests in flight of all accounts together.
    pub(super) requests: Arc<Semaphore>,
    pub(super) new_walk: WalkMaker,
    pub(super) judge: Judge,
    /// The most records of one walk.
    pub(super) most_records: u64,
    /// How the provider refuses the requested position, if it is not the account that it refuses.
    pub(super) refusal: fn(&Error) -> Option<Refusal>,
}

impl Shared {
    pub(crate) fn new(query: Query) -> Self {
        Self {
            requests: Arc::new(Semaphore::new(query.max_in_flight.get() as usize)),
            query: Arc::new(query),
            new_walk: route::begin,
            judge: verdict,
            most_records: MOST_RECORDS,
            refusal,
        }
    }
}

/// How a server refuses a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It says that there is nothing: 204.
    Empty,
    /// It says that there is no such page: 404 or 410. Beyond a total, this is the end.
    NoPage,
    /// It may refuse the position because it is too large, not because the list ends before it.
    Position,
}

/// A server may have nothing to say at a position that it does not know.
fn refusal(error: &Error) -> Option<Refusal> {
    let call = error.call()?;
    match call.status().map(|status| status.as_u16()) {
        Some(204) => Some(Refusal::Empty),
        Some(404 | 410) => Some(Refusal::NoPage),
        Some(400 | 409 | 412 | 416 | 422) => Some(Refusal::Position),
        // A success without a list.
        _ if call.is_empty() || call.kind() == client_runtime::ErrorKind::Decode => {
            Some(Refusal::Position)
        }
        _ => None,
    }
}
