//! Selects the walk for a list.

use super::keyset::Keyset;
use super::links::Links;
use super::one_body::OneBody;
use super::ranks::Ranks;
use super::walk::Walk;
use super::walk_state::{KeysetState, RanksState, WalkState};
use crate::{Paging, RankBy, StatedOrder};

/// The parameters of a walk.
#[derive(Clone, Debug)]
pub(super) struct Route {
    pub(super) paging: Paging,
    pub(super) page_size: u32,
    /// The most requests in flight.
    pub(super) concurrency: u32,
    /// Where to resume.
    pub(super) state: Option<WalkState>,
    /// Whether the totals changed too often in an earlier walk.
    pub(super) ignore_totals: bool,
}

/// Creates walks. Tests replace it to prove that they notice a wrong walk.
pub(super) type WalkMaker = fn(Route) -> Box<dyn Walk>;

/// Creates a walk along this route.
pub(super) fn begin(route: Route) -> Box<dyn Walk> {
    match (route.paging, route.state.clone()) {
        (Paging::OneBody, _) => Box::new(OneBody::default()),
        (Paging::Ranks { .. }, _) => Box::new(ranks(route)),
        (Paging::Links, Some(WalkState::Links(state))) => {
            Box::new(Links::resumed(state, route.page_size))
        }
        (Paging::Links, _) => Box::new(Links::new(route.page_size)),
        (Paging::Keyset { order }, Some(WalkState::Keyset(state))) => {
            Box::new(Keyset::resumed(order, state, route.page_size))
        }
        (Paging::Keyset { order }, _) => Box::new(Keyset::resumed(
            order,
            KeysetState::default(),
            route.page_size,
        )),
    }
}

/// Creates a walk over ranks along this route.
pub(super) fn ranks(route: Route) -> Ranks {
    let by = match route.paging {
        Paging::Ranks { by, order } => (by, order),
        _ => (RankBy::Number { first: 1 }, StatedOrder::Unstated),
    };
    let state = match route.state {
        Some(WalkState::Ranks(state)) => state,
        _ => RanksState {
            ignores_totals: route.ignore_totals,
            ..RanksState::default()
        },
    };
    // Two reads prove a list that grows at its end only if neither reads pages in parallel.
    let concurrency = match by {
        (_, StatedOrder::OldestFirst) => 1,
        _ => route.concurrency,
    };
    Ranks::resumed(by, state, route.page_size, concurrency)
}
