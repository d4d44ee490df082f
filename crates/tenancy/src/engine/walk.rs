//! What every walk over a list has in common.

use std::fmt::Debug;

use super::evidence::Evidence;
use super::state::WalkState;
use super::step::{Flow, Step, Tally};
use crate::{Error, Page};

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

    /// What the walk observed, at its end.
    fn evidence(&self) -> Evidence;

    /// How far the walk has come.
    fn state(&self) -> WalkState;
}
