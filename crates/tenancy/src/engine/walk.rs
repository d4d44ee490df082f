//! What every walk over a list has in common.

use std::fmt::Debug;

use super::evidence::Evidence;
use super::step::{Flow, Step, Tally};
use super::walk_state::WalkState;
use crate::entry::Entry;
use crate::{Error, Page};

/// One walk over a list, from its first page to its end: a state machine without input or output.
pub(super) trait Walk: Debug + Send {
    /// The next page to ask for; nothing at the end of the list, or while the walk has to wait for an answer.
    fn issue(&mut self) -> Option<Step>;

    /// Looks at the records of the answer that is taken next.
    fn look_at(&mut self, _records: &[Entry]) {}

    /// The provider refuses the position of the last step: goes back to an earlier one, if the walk knows one.
    fn retreat(&mut self) -> bool {
        false
    }

    /// Takes an answer. Answers come in the order in which their pages were asked for.
    ///
    /// # Errors
    /// The list makes no progress.
    fn accept(&mut self, step: &Step, page: &Page, records: Tally) -> Result<Flow, Error>;

    /// How many tenants the provider says there are.
    fn total(&self) -> Option<u64>;

    /// What the walk observed, at its end.
    fn evidence(&self) -> Evidence;

    /// How far the walk has come.
    fn state(&self) -> WalkState;
}
