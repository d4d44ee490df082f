//! Decides what follows a walk: another walk over the same list, the account's next list, or the end.

use super::checkpoint::Progress;
use super::doubts::Doubts;
use super::evidence::{Earlier, End, Order};
use super::lists::{Lists, left_out};
use super::page_size;
use super::step::Tally;
use super::verdict::{Judge, Verdict, is_flawed, lists_apart, was_empty_at_first};
use super::walk::Walk;
use super::walk_state::WalkState;
use crate::{Capabilities, Certainty, Page, Paging, Query, Reason, Status};

/// The most walks over one list.
const MOST_WALKS: u32 = 3;

/// The walks over the lists of one account.
#[derive(Debug)]
pub(super) struct Walks {
    lists: Lists,
    verify: bool,
    /// The number of walks over the present list, including the present walk.
    walks: u32,
    /// The number of tenants of the present walk that no earlier walk had met.
    new: u64,
    /// The number of tenants that the present walk met, and the number that the previous walk met.
    met: u64,
    met_before: u64,
    /// Whether the previous walk showed that records were missing. It then confirms no other walk.
    flawed_before: bool,
    /// The doubts about the pages of the present walk.
    doubts: Doubts,
    /// The number of tenants of the first list that the resumed listing had already listed.
    known: u64,
    certainty: Certainty,
    because: Vec<Reason>,
    /// Whether the walk restarted because its position was refused.
    restarted: bool,
    /// Whether the next walk uses smaller pages.
    resize: bool,
    /// The most records on a page that a link led on from. A server may send fewer than were asked for.
    largest: Option<u32>,
    /// Why a walk is only assumed whose total fell. Each read of a list that keeps shrinking differs, so that none may confirm it.
    fell: Option<Reason>,
    /// Whether a walk showed that the totals of the present list contradict each other.
    ignore_totals: bool,
}

/// What follows a walk.
#[derive(Debug)]
pub(super) enum Decision {
    /// The same list is walked again.
    WalkAgain,
    /// The next list is walked.
    NextList,
    /// All lists have been read.
    Finish,
    /// The list stays unproved, or unconfirmed although confirmation was requested.
    GiveUp { because: Reason, text: String },
}

impl Walks {
    pub(super) fn new(
        query: &Query,
        capabilities: &Capabilities,
        progress: &Progress,
        known: u64,
    ) -> Self {
        let (mut certainty, mut because) = (progress.certainty, progress.because.clone());
        if let Some(reason) = left_out(query, capabilities) {
            certainty = certainty.max(Certainty::Assumed);
            if !because.contains(&reason) {
                because.push(reason);
            }
        }
        Self {
            lists: Lists::new(query, capabilities, progress),
            verify: query.verify,
            walks: if progress.again { 2 } else { 1 },
            new: 0,
            met: progress.met,
            met_before: progress.met_before,
            flawed_before: progress.flawed_before,
            doubts: progress.doubts.clone(),
            // Of a later list nobody knows how many of them it has.
            known: if progress.list == 0 { known } else { 0 },
            certainty,
            because,
            restarted: false,
            resize: false,
            largest: None,
            fell: None,
            ignore_totals: false,
        }
    }

    /// The filter of the list that is being read.
    pub(super) fn filter(&self) -> Option<&Status> {
        self.lists.filter()
    }

    /// Whether the total of the list that is being read counts all requested tenants.
    pub(super) fn counts_all(&self) -> bool {
        self.lists.counts_all()
    }

    pub(super) fn is_again(&self) -> bool {
        self.walks > 1
    }

    pub(super) fn ignores_totals(&self) -> bool {
        self.ignore_totals
    }

    /// Takes a page and its records.
    pub(super) fn take(&mut self, page: &Page, records: Tally) {
        self.doubts.take(page, records, self.lists.filter());
        self.lists.take(records.statuses);
        self.new += records.new;
        self.met += records.new_to_walk;
    }

    /// Whether the walk may restart because its position was refused: once per list.
    pub(super) fn may_restart(&mut self) -> bool {
        !std::mem::replace(&mut self.restarted, true)
    }

    /// Leaves the present list, which failed, for the next one, if there is one.
    pub(super) fn skip_list(&mut self) -> bool {
        if self.lists.all_begun() {
            return false;
        }
        self.lists.failed.get_or_insert(self.lists.current);
        self.next_list();
        true
    }

    /// Leaves the present list, if the present walk is only another look at one that has been read. The lists are then assumed.
    pub(super) fn assume(&mut self) -> Option<Decision> {
        let leaves = self.lists.only_looks_back() && !self.verify;
        leaves.then(|| {
            self.certainty = Certainty::Assumed;
            self.because = vec![lists_apart()];
            self.go_on()
        })
    }

    fn go_on(&mut self) -> Decision {
        if self.lists.following(self.certainty).is_none() {
            return Decision::Finish;
        }
        self.next_list();
        Decision::NextList
    }

    fn next_list(&mut self) {
        let met = std::mem::take(&mut self.met);
        let before = self.lists.advance(met, self.certainty);
        self.met_before = before.unwrap_or_default();
        self.walks = 1 + u32::from(before.is_some());
        self.flawed_before = false;
        self.restarted = false;
        self.resize = false;
        self.largest = None;
        self.fell = None;
        self.ignore_totals = false;
        self.doubts.carry(before.is_some());
    }

    /// Decides what follows a finished walk of an account of which so many records are known.
    pub(super) fn decide(&mut self, walk: &dyn Walk, judge: Judge, known: u64) -> Decision {
        let mut evidence = walk.evidence();
        let by_status = !self.lists.is_one() || self.filter().is_some();
        if by_status && matches!(evidence.order, Order::NewestFirst | Order::OldestFirst) {
            // A tenant whose status changes enters such a list anywhere.
            evidence.order = Order::Unstated;
        }
        let found = match walk.total() {
            Some(total) => total,
            None if self.met == 0 => 0,
            None => self.known,
        };
        if self.walks == 1 && found < self.known.div_ceil(2) {
            evidence.earlier = Earlier::Fewer {
                before: self.known,
                met: found,
            };
        }
        if self.walks > 1 {
            evidence.earlier = match Earlier::compare(self.met_before, self.met, self.new) {
                Earlier::Same if self.flawed_before => Earlier::Differs,
                earlier => earlier,
            };
        }
        // A number beside one of several lists may count the tenants of all of them.
        let sent = match self.lists.is_one() {
            true => Some(self.met),
            false => self.lists.all_begun().then_some(known),
        };
        self.doubts.weigh(sent, known, &mut evidence);
        if self.lists.was_empty() && self.met > 0 {
            evidence.ambiguous.get_or_insert_with(was_empty_at_first);
        }
        let Verdict { certainty, because } = judge(&evidence);
        let unverified = self.verify && certainty == Certainty::Assumed;
        if unverified && because.code == "total_fell" {
            self.fell = Some(because.clone());
        }
        if certainty == Certainty::Unproved
            && let Some(decision) = self.assume()
        {
            return decision;
        }
        if certainty == Certainty::Unproved || unverified {
            if !self.lists.all_begun() && evidence.earlier == Earlier::None {
                evidence.earlier = Earlier::Same;
                if judge(&evidence).certainty <= Certainty::Agreed {
                    // The walk after the last list can settle it.
                    self.lists.put_off.push(self.lists.current);
                    self.next_list();
                    return Decision::NextList;
                }
            }
            if self.walks < MOST_WALKS {
                self.walks += 1;
                self.flawed_before = is_flawed(&evidence);
                self.resize = evidence.end == End::NotObserved;
                match walk.state() {
                    WalkState::Ranks(state) => self.ignore_totals |= state.record.wobbles,
                    WalkState::Links(state) => self.largest = state.largest.try_into().ok(),
                    _ => {}
                }
                return Decision::WalkAgain;
            }
            if let Some(because) = self.fell.take() {
                return self.settle(Certainty::Assumed, because, known);
            }
            let text = match unverified {
                true if evidence.ambiguous.is_none() => {
                    "each read of the list found tenants that no read before had found".to_owned()
                }
                _ => because.text.clone(),
            };
            return Decision::GiveUp { because, text };
        }
        self.settle(certainty, because, known)
    }

    /// Leaves the present list with this certainty.
    fn settle(&mut self, certainty: Certainty, because: Reason, known: u64) -> Decision {
        self.certainty = self.certainty.max(certainty);
        if !self.because.contains(&because) {
            self.because.push(because);
        }
        self.lists.end(self.met, known);
        self.go_on()
    }

    /// Begins a walk at the head of the list, of which this many records are known from a resumed listing.
    pub(super) fn begin(&mut self, known: impl FnOnce() -> u64) {
        self.new = 0;
        self.doubts.clear();
        let mut met = std::mem::take(&mut self.met);
        if self.known > 0 {
            // Of the page that an earlier listing was handing out, this one counted only the rest.
            met = known();
        }
        // A walk that met far fewer says nothing about the one before it.
        if !matches!(
            Earlier::compare(self.met_before, met, 0),
            Earlier::Fewer { .. }
        ) {
            self.met_before = met;
        }
        self.known = 0;
        if self.walks == 1 {
            self.met_before = 0;
        }
    }

    /// Returns the page size of the next walk, or of one that is resumed, after walks with pages of this size.
    pub(super) fn page_size(&self, before: u32, paging: Paging) -> u32 {
        let is_again = self.is_again() && !self.lists.only_looks_back();
        let is_long = paging == Paging::Links || self.met_before > u64::from(before);
        match self.resize || (is_again && is_long) {
            true => page_size::another(before, self.largest, self.met_before),
            false => before,
        }
    }

    pub(super) fn progress(&self, walk: WalkState) -> Progress {
        if let Some(list) = self.lists.failed {
            // Whoever resumes begins with the list that failed.
            let mut doubts = self.doubts.clone();
            doubts.carry(false);
            doubts.clear();
            return Progress {
                list,
                certainty: self.certainty,
                because: self.because.clone(),
                walk: walk.begun_anew(),
                put_off: self.lists.put_off.clone(),
                found: self.lists.found[..list.min(self.lists.found.len())].to_vec(),
                doubts,
                ..Progress::default()
            };
        }
        Progress {
            list: self.lists.current,
            again: self.is_again(),
            certainty: self.certainty,
            because: self.because.clone(),
            walk: Some(walk),
            met: self.met,
            met_before: self.met_before,
            flawed_before: self.flawed_before,
            put_off: self.lists.put_off.clone(),
            found: self.lists.found.clone(),
            doubts: self.doubts.clone(),
        }
    }

    /// The certainty of all lists, and why.
    pub(super) fn conclusion(&mut self) -> (Certainty, Vec<Reason>) {
        (self.certainty, std::mem::take(&mut self.because))
    }
}
