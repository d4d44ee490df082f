//! Which walk suits a list.

use super::links::Links;
use super::one_body::OneBody;
use super::ranks::Ranks;
use super::state::{RanksState, WalkState};
use super::walk::Walk;
use crate::PagingStyle;

/// What a walk is made from.
#[derive(Clone, Debug)]
pub(super) struct Route {
    pub(super) style: PagingStyle,
    pub(super) page_size: u32,
    /// The most requests in flight.
    pub(super) concurrency: u32,
    /// Where to resume.
    pub(super) state: Option<WalkState>,
    /// Whether an earlier walk showed that the totals wobble.
    pub(super) ignore_totals: bool,
}

/// Makes walks. Tests prove with another one that they notice a wrong walk.
pub(super) type WalkMaker = fn(Route) -> Box<dyn Walk>;

/// A walk along this route.
pub(super) fn begin(route: Route) -> Box<dyn Walk> {
    match route.style {
        PagingStyle::OneBody => Box::new(OneBody::default()),
        PagingStyle::Numbered => Box::new(ranks(route)),
        PagingStyle::Cursor => Box::new(match route.state {
            Some(WalkState::Links(state)) => Links::resumed(state, route.page_size),
            _ => Links::new(route.page_size),
        }),
    }
}

pub(super) fn ranks(route: Route) -> Ranks {
    let state = match route.state {
        Some(WalkState::Ranks(state)) => state,
        _ => RanksState {
            ignores_totals: route.ignore_totals,
            ..RanksState::default()
        },
    };
    Ranks::resumed(state, route.page_size, route.concurrency)
}
