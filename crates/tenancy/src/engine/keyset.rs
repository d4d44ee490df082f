//! A list whose pages each begin after a record that the request names, in an order that never changes.
//!
//! `docs/certainty.md` has the proof that no tenant is missed.

use super::evidence::{Earlier, End, Evidence, Order};
use super::step::{Flow, Step, Tally};
use super::walk::Walk;
use super::walk_state::{KeysetState, WalkState};
use crate::entry::{Entry, Unlisted};
use crate::error::ErrorKind;
use crate::{Error, Next, Page, Position, StatedOrder};

/// The number of records before the last one that may be deleted before the walk must restart.
const MOST_RETREATS: usize = 3;

/// A walk along the identities of records.
#[derive(Debug)]
pub(super) struct Keyset {
    order: StatedOrder,
    size: u32,
    /// Whether a page is in flight.
    waiting: bool,
    /// Whether the next page was requested before, or begins after an earlier record than the last one.
    again: bool,
    done: bool,
    /// The identities of the page that is arriving.
    arriving: Vec<String>,
    state: KeysetState,
}

impl Keyset {
    /// Creates a walk that continues another one, or begins.
    pub(super) fn resumed(order: StatedOrder, state: KeysetState, size: u32) -> Self {
        Self {
            order,
            size,
            waiting: false,
            again: false,
            done: state.end != End::NotObserved,
            arriving: Vec::new(),
            state,
        }
    }

    /// Whether the list continues after a page with this many records.
    fn continues(&mut self, page: &Page, records: Tally) -> bool {
        match &page.next {
            Next::End => false,
            Next::More | Next::Link(_) | Next::Address(_) => true,
            // Without an end marker, an empty page is the end.
            Next::Unsaid | Next::Unreadable(_) => records.distinct > 0,
        }
    }

    /// The record that the next page begins after: the one that the page names, or else its last record.
    fn advance(&mut self, page: &Page) -> Result<(), Error> {
        let mut after = std::mem::take(&mut self.arriving);
        if let Next::Link(named) = &page.next
            && after.last() != Some(named)
        {
            after.push(named.clone());
        }
        after.drain(..after.len().saturating_sub(MOST_RETREATS + 1));
        if after.is_empty() {
            return Err(Error::new(
                ErrorKind::NoProgress,
                format!(
                    "page {} says that more records follow, and has none to continue after",
                    self.state.pages
                ),
            ));
        }
        self.state.after = after;
        Ok(())
    }
}

impl Walk for Keyset {
    fn issue(&mut self) -> Option<Step> {
        if self.done || self.waiting {
            return None;
        }
        self.waiting = true;
        Some(Step {
            position: Position::After(self.state.after.last().cloned()),
            start: 0,
            size: self.size,
            again: self.again,
            beyond: false,
            may_be_beyond: false,
        })
    }

    fn look_at(&mut self, records: &[Entry]) {
        let identity = |entry: &Entry| match entry {
            Ok(mapped) => Some(mapped.tenant.id.clone()),
            Err(Unlisted::Parent(id)) => Some(id.clone()),
            Err(Unlisted::Quarantined(_)) => None,
        };
        self.arriving = records.iter().filter_map(identity).collect();
    }

    fn retreat(&mut self) -> bool {
        self.waiting = false;
        self.again = true;
        self.state.after.pop();
        !self.state.after.is_empty()
    }

    fn accept(&mut self, step: &Step, page: &Page, records: Tally) -> Result<Flow, Error> {
        self.waiting = false;
        self.again = false;
        if self.state.has_more && records.distinct == 0 && !step.again {
            // The page before says otherwise: the same page is asked for once more.
            self.again = true;
            return Ok(Flow::Continue);
        }
        self.state.pages += 1;
        self.state.met += records.new_to_walk - records.repeated_unreadable;
        self.state.totals.take(page);
        self.state.keys.append(records.keys);
        self.state.repeats |= !step.again && records.new_to_walk < records.distinct;
        if self.state.missing.is_none() {
            self.state.missing.clone_from(&page.partial);
        }
        let pages = self.state.pages;
        let has_more = matches!(page.next, Next::More | Next::Link(_) | Next::Address(_));
        if std::mem::replace(&mut self.state.has_more, has_more) && records.distinct == 0 {
            let before = pages - 1;
            let why =
                format!("page {before} says that more records follow, and page {pages} has none");
            self.state.misplaced.get_or_insert(why);
        }
        if pages > 1 && records.distinct > 0 && records.new_to_walk == 0 && !step.again {
            self.done = true;
            let why = format!("page {pages} had nothing that was not on the pages before it");
            self.state.missing.get_or_insert(why);
        } else if self.continues(page, records) {
            self.advance(page)?;
        } else {
            self.done = true;
            // A server in trouble sends an empty page too.
            self.state.end = match page.next {
                Next::End => End::Observed,
                _ => End::Implied,
            };
            if self.state.missing.is_none() {
                self.state.missing.clone_from(&page.more);
            }
        }
        Ok(Flow::Continue)
    }

    fn total(&self) -> Option<u64> {
        self.state.totals.last()
    }

    fn evidence(&self) -> Evidence {
        let state = &self.state;
        let in_order = match self.order {
            StatedOrder::NewestFirst => state.keys.are_newest_first(),
            StatedOrder::OldestFirst => state.keys.are_oldest_first(),
            StatedOrder::Unstated => false,
        };
        let is_stated = self.order != StatedOrder::Unstated;
        Evidence {
            end: state.end,
            total: state.totals.evidence(state.met),
            order: match state.pages {
                0 | 1 => Order::OneAnswer,
                _ if in_order => Order::Keyset,
                _ if is_stated => Order::Unverified,
                _ => Order::Unstated,
            },
            moved: state.repeats,
            misplaced: state.misplaced.clone(),
            ambiguous: None,
            missing: state.missing.clone(),
            earlier: Earlier::None,
        }
    }

    fn state(&self) -> WalkState {
        WalkState::Keyset(self.state.clone())
    }
}

#[cfg(test)]
mod tests;
