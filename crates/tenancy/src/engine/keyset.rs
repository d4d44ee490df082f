//! A list whose pages each begin after a record that the request names, in an order that never changes.
//!
//! `docs/certainty.md` has the proof that no tenant is missed.

use super::evidence::{Earlier, End, Evidence, Order};
use super::step::{Flow, MOST_BARREN_PAGES, Step, Tally};
use super::walk::Walk;
use super::walk_state::{KeysetState, WalkState};
use crate::entry::{Entry, Unlisted};
use crate::{Error, Next, Page, Position, StatedOrder};

/// The number of records that are kept to begin the next page after. Those before the last one may be needed if it was deleted.
const MOST_KEPT: usize = 4;

/// A walk along the identities of records.
#[derive(Debug)]
pub(super) struct Keyset {
    order: StatedOrder,
    size: u32,
    /// Whether a page is in flight.
    waiting: bool,
    /// Whether records of the next page may be known, because it was requested before, or begins after an earlier record.
    again: bool,
    /// The records that the next page does not begin after, although they came later than the one that it does.
    retreated: Vec<String>,
    /// Whether an empty page after the last of them had an end marker.
    ended: bool,
    /// The number of consecutive pages without a new record.
    barren: u32,
    done: bool,
    /// The identities of the page that is arriving, with nothing for a record that cannot be read.
    arriving: Vec<Option<String>>,
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
            retreated: Vec::new(),
            ended: false,
            barren: 0,
            done: state.end != End::NotObserved,
            arriving: Vec::new(),
            state,
        }
    }

    /// Chooses the record that the next page begins after: the last one of this page. A page that names another one may lack the
    /// records between the two, or name no record at all. It is followed only if nothing comes after the last record.
    fn advance(&mut self, page: &Page, arriving: Vec<Option<String>>) {
        let last = arriving.last().cloned();
        // A record that cannot be read comes again, unless the page names it.
        self.again = last == Some(None);
        let after = &mut self.state.after;
        after.extend(arriving.into_iter().flatten());
        self.state.named = None;
        if let Next::Link(named) = &page.next
            && last != Some(Some(named.clone()))
        {
            let is_first = last.is_none_or(|last| last.is_none()) || self.state.ambiguous.is_some();
            let at = after.len() - usize::from(!is_first);
            after.insert(at, named.clone());
            self.state.named = Some(named.clone()).filter(|_| !self.again);
        }
        after.drain(..after.len().saturating_sub(MOST_KEPT));
    }

    /// Nothing new came, although more records follow by this page or the one before it. The page is requested once more, then
    /// the one that a page names, and then one after an earlier record. Returns false if none of these is left.
    fn begins_elsewhere(&mut self, page: &Page, is_empty: bool, again: bool) -> bool {
        self.barren += 1;
        if self.barren > MOST_BARREN_PAGES {
            return false;
        }
        if !again {
            self.again = true;
            return true;
        }
        let state = &mut self.state;
        let current = state.after.pop();
        let is_left = state.named.is_some() && state.named.as_ref() == state.after.last();
        if let Next::Link(named) = &page.next
            && current.as_ref() != Some(named)
            && !is_left
        {
            if is_empty {
                let page = state.pages + 1;
                let why = || format!("page {page} has no records, and names one to continue after");
                state.missing.get_or_insert_with(why);
            }
            state.after.push(named.clone());
            state.named = Some(named.clone());
            return true;
        }
        self.ended = is_empty && page.next == Next::End && current.is_some();
        state.after.extend(current);
        // The first page may have only the record that nothing comes after.
        self.retreat() || (self.ended && self.state.pages == 1)
    }

    /// Whether a page, read once more, leads only to its last record, and the page after this one is the empty end. A server that
    /// does not look ahead names the last record of every page.
    fn leads_to_end(&self, page: &Page, arriving: &[Option<String>]) -> bool {
        let last = arriving.last().and_then(Option::as_ref);
        let is_last = |named: &String| last == Some(named) && self.retreated.first() == last;
        self.ended && matches!(&page.next, Next::Link(named) if is_last(named))
    }

    fn miss(&mut self, why: String) {
        self.done = true;
        self.state.missing.get_or_insert(why);
    }

    /// Adds what a page shows. One that begins with the record that it should begin after `repeats_border`.
    fn observe(&mut self, step: &Step, page: &Page, records: Tally, repeats_border: bool) {
        let state = &mut self.state;
        state.pages += 1;
        state.met += records.new_to_walk - records.repeated_unreadable;
        state.totals.take(page);
        state.keys.append(records.keys);
        state.refuted |= match self.order {
            StatedOrder::NewestFirst => state.keys.refute_newest_first(),
            StatedOrder::OldestFirst => state.keys.refute_oldest_first(),
            StatedOrder::Unstated => false,
        };
        let known = records.known();
        state.repeats |= !step.again && known > u64::from(repeats_border);
        if state.missing.is_none() {
            state.missing.clone_from(&page.partial);
        }
        if let Position::After(Some(after)) = &step.position
            && state.named.as_ref() == Some(after)
        {
            let before = state.pages - 1;
            let why =
                format!("page {before} names another record to continue after than its last one");
            state.ambiguous.get_or_insert(why);
        }
    }
}

impl Walk for Keyset {
    fn issue(&mut self) -> Option<Step> {
        if self.done || self.waiting {
            return None;
        }
        self.waiting = true;
        self.arriving.clear();
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
        self.arriving.extend(records.iter().map(identity));
    }

    fn retreat(&mut self) -> bool {
        self.waiting = false;
        self.again = true;
        let after = &mut self.state.after;
        let last = after.pop();
        match after.last().is_some() && self.state.named.as_ref() == after.last() {
            true => self.retreated.clear(),
            false => self.retreated.extend(last),
        }
        !after.is_empty()
    }

    fn accept(&mut self, step: &Step, page: &Page, records: Tally) -> Result<Flow, Error> {
        self.waiting = false;
        let again = std::mem::take(&mut self.again);
        let arriving = std::mem::take(&mut self.arriving);
        let new = records.new_to_walk - records.repeated_unreadable;
        let leads_to_end = new == 0 && self.leads_to_end(page, &arriving);
        let leads_on = matches!(page.next, Next::More | Next::Link(_) | Next::Address(_));
        let leads_on = leads_on && !leads_to_end;
        // The records that should follow are gone if the list, read from an earlier record, ends after known ones. Without an end
        // marker, these may be just the ones that nothing could be read after.
        let is_there = |id: &String| arriving.iter().flatten().any(|it| it == id);
        let is_end = page.next == Next::End || !self.retreated.iter().any(is_there);
        let is_back = !self.retreated.is_empty() && new == 0 && records.distinct > 0;
        let are_gone = leads_to_end || (is_back && is_end && !leads_on);
        let is_barren = new == 0 && (self.state.has_more || leads_on) && !are_gone;
        let repeats_border = match (&step.position, arriving.first()) {
            (Position::After(Some(after)), Some(Some(first))) => after == first,
            _ => false,
        };
        // A full page of one record has no place for another one.
        self.state.largest = self.state.largest.max(records.distinct);
        let only_border = repeats_border && records.distinct == 1 && self.state.largest > 1;
        let is_empty = records.distinct == 0 || only_border;
        if is_barren && self.begins_elsewhere(page, is_empty, again) {
            return Ok(Flow::Continue);
        }
        self.observe(step, page, records, repeats_border);
        self.state.has_more = leads_on;
        self.retreated.clear();
        self.ended = false;
        let pages = self.state.pages;
        if is_barren && is_empty {
            let why = match leads_on {
                true => format!("page {pages} says that more records follow, and has none"),
                false => format!(
                    "page {} says that more records follow, and page {pages} has none",
                    pages - 1
                ),
            };
            self.miss(why);
        } else if pages > 1 && new == 0 && !is_empty && !are_gone {
            self.miss(format!(
                "page {pages} had nothing that was not on the pages before it"
            ));
        } else if leads_on || (page.next != Next::End && !is_empty && !are_gone) {
            self.barren = 0;
            self.advance(page, arriving);
        } else {
            self.done = true;
            // Without an end marker, an empty page is the end. A server in trouble sends an empty page too.
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
        let keeps_order = match self.order {
            StatedOrder::NewestFirst => state.keys.are_newest_first(),
            StatedOrder::OldestFirst => state.keys.are_oldest_first(),
            StatedOrder::Unstated => false,
        };
        let in_order = keeps_order && !state.refuted;
        let is_stated = self.order != StatedOrder::Unstated;
        Evidence {
            end: state.end,
            total: state.totals.evidence(state.met),
            order: match state.pages {
                0 | 1 => Order::OneAnswer,
                _ if in_order && state.keys.have_ties() => Order::Tied,
                _ if in_order => Order::Keyset,
                _ if is_stated => Order::Unverified,
                _ => Order::Unstated,
            },
            moved: state.repeats,
            misplaced: None,
            ambiguous: state.ambiguous.clone(),
            missing: state.missing.clone(),
            is_empty: state.met == 0,
            earlier: Earlier::None,
        }
    }

    fn state(&self) -> WalkState {
        WalkState::Keyset(self.state.clone())
    }
}

#[cfg(test)]
mod tests;
