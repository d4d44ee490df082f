//! The walks over every kind of list, behind one trait.

use std::fmt::Debug;

use super::links::Links;
use super::one_body::OneBody;
use super::ranks::Ranks;
use super::state::WalkState;
use super::step::{Conclusion, Flow, Step, Tally};
use crate::{Error, Page, PagingStyle};

/// One walk over a list, from its first page to its end: a state machine without input or output.
pub(super) trait Walk: Debug + Send {
    /// The next page to ask for; nothing at the end of the list, or while the walk has to wait for an answer.
    fn issue(&mut self) -> Option<Step>;

    /// Takes an answer. Answers come in the order in which their pages were asked for.
    ///
    /// # Errors
    /// The list makes no progress.
    fn accept(&mut self, step: &Step, page: &Page, records: Tally) -> Result<Flow, Error>;

    /// How many tenants the provider says there are.
    fn total(&self) -> Option<u64>;

    /// What the walk found, at its end.
    fn conclude(&self) -> Conclusion;

    /// How far the walk has come.
    fn state(&self) -> WalkState;
}

/// What a walk is made from: the paging of the list, the page size, the most requests in flight, and where to resume.
#[derive(Clone, Debug)]
pub(crate) struct Route {
    pub(super) style: PagingStyle,
    pub(super) page_size: u32,
    pub(super) concurrency: u32,
    pub(super) state: Option<WalkState>,
}

/// Makes walks. Tests prove with another one that they notice a wrong walk.
pub(super) type WalkMaker = fn(Route) -> Box<dyn Walk>;

/// A walk along this route.
pub(super) fn begin(route: Route) -> Box<dyn Walk> {
    let Route {
        page_size,
        concurrency,
        ..
    } = route;
    match (route.style, route.state) {
        (PagingStyle::OneBody, _) => Box::new(OneBody::default()),
        (PagingStyle::Numbered, Some(WalkState::Numbered(state))) => {
            Box::new(Ranks::resumed(state, page_size, concurrency))
        }
        (PagingStyle::Numbered, _) => Box::new(Ranks::new(page_size, concurrency)),
        (PagingStyle::Cursor, Some(WalkState::Cursor(state))) => {
            Box::new(Links::resumed(state, page_size))
        }
        (PagingStyle::Cursor, _) => Box::new(Links::new(page_size)),
    }
}
