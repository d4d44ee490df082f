//! The interface of every walk over a list.

use std::fmt::Debug;

use super::evidence::Evidence;
use super::step::{Flow, Step, Tally};
use super::walk_state::WalkState;
use crate::entry::Entry;
use crate::{Error, Page};

/// One walk over a list, from its first page to its end: a state machine without input or output.
pub(super) trait Walk: Debug + Send {
    /// Returns the next page to request; `None` at the end of the list, or while the walk must wait for an answer.
    fn issue(&mut self) -> Option<Step>;

    /// Inspects records of the answer that is accepted next.
    fn look_at(&mut self, _records: &[Entry]) {}

    /// The provider refuses the position of the last step: goes back to an earlier one, if the walk knows one.
    fn retreat(&mut self) -> bool {
        false
    }

    /// Accepts an answer. Answers arrive in the order in which their pages were requested.
    ///
    /// # Errors
    /// The list makes no progress.
    fn accept(&mut self, step: &Step, page: &Page, records: Tally) -> Result<Flow, Error>;

    /// The number of tenants that the provider states.
    fn total(&self) -> Option<u64>;

    /// What the walk observed, at its end.
    fn evidence(&self) -> Evidence;

    /// The position of the walk.
    fn state(&self) -> WalkState;
}
