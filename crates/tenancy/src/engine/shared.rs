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
    /// Whether the provider refuses the requested position, rather than the account.
    pub(super) refuses_position: fn(&Error) -> bool,
}

impl Shared {
    pub(crate) fn new(query: Query) -> Self {
        Self {
            requests: Arc::new(Semaphore::new(query.max_in_flight.get() as usize)),
            query: Arc::new(query),
            new_walk: route::begin,
            judge: verdict,
            most_records: MOST_RECORDS,
            refuses_position,
        }
    }
}

/// A server may have nothing to say at a position that it does not know.
fn refuses_position(error: &Error) -> bool {
    let Some(call) = error.call() else {
        return false;
    };
    let status = call.status().map(|status| status.as_u16());
    // So does a success without a list.
    let has_no_list = call.kind() == client_runtime::ErrorKind::Decode;
    has_no_list
        || call.is_empty()
        || matches!(status, Some(400 | 404 | 409 | 410 | 412 | 416 | 422))
}
