//! A list whose pages are chained by links: a cursor or an address in each page leads to the next.
//!
//! Only the provider knows what a cursor means. If it names the last record read, no tenant is missed. If it is an offset in
//! disguise (one provider's sample decodes to `{"offset":25}`), a deletion above it hides a tenant without a trace, and a
//! creation above it repeats one. So a list in one page can be proved, and a longer list is only as reliable as the provider's
//! cursors. A tenant that is received twice shows that the list moved.
//!
//! A full page without an end marker may be the last page, or the list may be truncated. The list is read again in smaller
//! pages. If the last page is then not full, the list was complete.

use std::collections::HashSet;

use super::evidence::{Earlier, End, Evidence, Order, Total};
use super::seen::fingerprint;
use super::step::{Flow, MOST_BARREN_PAGES, Step, Tally};
use super::walk::Walk;
use super::walk_state::{Link, LinksState, WalkState};
use crate::error::ErrorKind;
use crate::{Error, Next, Page, Position};

/// A walk along a provider's links.
#[derive(Debug)]
pub(super) struct Links {
    size: u32,
    /// Whether a page is in flight.
    waiting: bool,
    /// The fingerprints of the links that were followed.
    followed: HashSet<u128>,
    barren: u32,
    /// Whether the next page was requested before.
    again: bool,
    /// The last record of the page before.
    last: Option<u128>,
    state: LinksState,
}

impl Links {
    pub(super) fn new(size: u32) -> Self {
        Self::resumed(LinksState::default(), size)
    }

    /// Creates a walk that continues another one.
    pub(super) fn resumed(state: LinksState, size: u32) -> Self {
        Self {
            size,
            waiting: false,
            followed: HashSet::new(),
            barren: 0,
            again: false,
            last: None,
            state,
        }
    }

    /// Follows a link, unless it leads nowhere. The server may know the place, so that each page has the same link.
    fn follow(&mut self, cursor: &str) -> Result<Link, Error> {
        let error = |why: String| Err(Error::new(ErrorKind::NoProgress, why));
        if !self.followed.insert(fingerprint(cursor)) {
            let why = format!("the link after page {} was there before", self.state.pages);
            if self.barren > 0 {
                return error(format!("{why}: the provider's list runs in a circle"));
            }
            self.state.ambiguous.get_or_insert(why);
        }
        // An empty page with a cursor is not the end: a filter may leave a page empty.
        if self.barren >= MOST_BARREN_PAGES {
            return error(format!(
                "{MOST_BARREN_PAGES} pages in a row had nothing new, and there is always a next one"
            ));
        }
        Ok(Link::After(cursor.to_owned()))
    }

    /// Compares a page with the one before it. A server may begin each page with the last record of the page before.
    fn meet(&mut self, records: Tally) {
        let overlaps = records.first.is_some() && records.first == self.last;
        let known = records.known();
        self.state.repeats |= known > u64::from(overlaps);
        if self.last.is_some() && records.distinct > 0 {
            self.state.overlaps += u64::from(overlaps);
            self.state.adjoins |= !overlaps;
        }
        self.last = records.last.or(self.last);
    }

    /// Ends the walk at a page without a link.
    fn end(&mut self, page: &Page, end: End) -> Link {
        self.state.end = end;
        if self.state.missing.is_none() {
            self.state.missing.clone_from(&page.more);
        }
        Link::End
    }

    /// Compares the place that the page states with the pages before it. The server may count the parent's own record, or not.
    fn observe_place(&mut self, page: &Page, records: Tally) {
        let state = &mut self.state;
        let (pages, received) = (state.pages, state.received);
        let place = page.place;
        let before = [received, received - state.parents];
        let offset = place.offset.filter(|offset| *offset != pages - 1);
        let start = place.start.or(offset);
        state.counts |= place.start.or(place.offset).is_some_and(|start| start > 0);
        if let Some(start) = start.filter(|start| !before.contains(start)) {
            state.elsewhere.get_or_insert_with(|| {
                format!("page {pages} says that it begins at {start}, but {received} records came before it")
            });
        }
        // The last page may state the place that its end would have if it were full.
        let end = place.start.map(|start| start + u64::from(self.size) - 1);
        let is_as_if_full = page.next == Next::End && end.is_some() && place.end == end;
        if !is_as_if_full && place.contradicts(records.counts()) {
            let why = || format!("page {pages} does not have the number of records that it states");
            state.misplaced.get_or_insert_with(why);
        }
    }
}

impl Walk for Links {
    fn issue(&mut self) -> Option<Step> {
        let link = match &self.state.next {
            _ if self.waiting => return None,
            Link::Head => None,
            Link::After(link) => Some(link.clone()),
            Link::End => return None,
        };
        self.waiting = true;
        Some(Step {
            position: Position::Link(link),
            start: 0,
            size: self.size,
            again: self.again,
            beyond: false,
            may_be_beyond: false,
        })
    }

    fn accept(&mut self, step: &Step, page: &Page, records: Tally) -> Result<Flow, Error> {
        self.waiting = false;
        self.again = false;
        let leads_on = matches!(page.next, Next::Link(_) | Next::Address(_));
        if records.distinct == 0 && (self.state.pages > 0 || leads_on) && !step.again {
            // For once, a fault may look like the end of the list, or like a page that a filter left empty.
            self.again = true;
            return Ok(Flow::Continue);
        }
        let new = records.new_to_walk - records.repeated_unreadable;
        self.barren = if new == 0 { self.barren + 1 } else { 0 };
        self.state.pages += 1;
        self.observe_place(page, records);
        if leads_on {
            self.state.largest = self.state.largest.max(records.sent);
        }
        self.state.received += records.distinct;
        self.state.parents += records.parents;
        self.state.met += new;
        self.state.totals.take(page);
        self.meet(records);
        if self.state.missing.is_none() {
            self.state.missing.clone_from(&page.partial);
        }
        self.state.next = match &page.next {
            Next::End => self.end(page, End::Observed),
            Next::Unsaid if records.distinct < u64::from(self.size) => self.end(page, End::Implied),
            Next::Unsaid | Next::More => self.end(page, End::NotObserved),
            Next::Unreadable(reason) => {
                return Err(Error::new(
                    ErrorKind::NoProgress,
                    format!(
                        "the link after page {} cannot be read: {reason}",
                        self.state.pages
                    ),
                ));
            }
            Next::Link(link) | Next::Address(link) => self.follow(link)?,
        };
        Ok(Flow::Continue)
    }

    fn total(&self) -> Option<u64> {
        self.state.totals.last()
    }

    fn evidence(&self) -> Evidence {
        let state = &self.state;
        // A place that is 0 on each page is counted within the page.
        let elsewhere = state.elsewhere.clone().filter(|_| state.counts);
        let says_nothing = state.elsewhere.clone().filter(|_| !state.counts);
        Evidence {
            end: state.end,
            total: match state.totals.evidence(state.met) {
                Total::Agrees if state.totals.changed() => Total::changed(),
                total => total,
            },
            order: match state.pages {
                0 | 1 => Order::OneAnswer,
                _ => Order::Links,
            },
            moved: state.repeats
                // A single one may be a tenant that moved.
                || state.overlaps == 1
                || (state.overlaps > 0 && state.adjoins)
                || state.totals.only_fell(state.met),
            misplaced: state.misplaced.clone().or(elsewhere),
            ambiguous: state.ambiguous.clone().or(says_nothing),
            missing: state.missing.clone(),
            is_empty: state.met == 0,
            earlier: Earlier::None,
        }
    }

    fn state(&self) -> WalkState {
        WalkState::Links(self.state.clone())
    }
}

#[cfg(test)]
mod tests;
