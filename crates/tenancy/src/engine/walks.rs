//! Decides what follows a walk: another walk over the same list, the account's next list, or the end.
//!
//! A tenant whose status changes moves from one of an account's lists to another. After the last list, all others are therefore
//! read once more (`docs/certainty.md`).

use super::checkpoint::Progress;
use super::doubts::Doubts;
use super::evidence::{Earlier, End, Order};
use super::step::Tally;
use super::verdict::{Judge, Verdict, is_flawed};
use super::walk::Walk;
use super::walk_state::WalkState;
use crate::{Capabilities, Certainty, Page, Paging, Query, Reason, Status};

/// The most walks over one list.
const MOST_WALKS: u32 = 3;

/// The walks over the lists of one account.
#[derive(Debug)]
pub(super) struct Walks {
    /// The filters of the lists to read, one after the other.
    lists: Vec<Option<Status>>,
    /// The index of the list that is being read. After the last list, the first one has the next index again.
    list: usize,
    /// The number of tenants that the last walk over each list met.
    found: Vec<u64>,
    /// The lists whose certainty follows only from their walk after the last list.
    put_off: Vec<usize>,
    verify: bool,
    /// The first list that could not be read, or stayed unproved.
    failed: Option<usize>,
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
        let lists = lists(query, capabilities);
        let (mut certainty, mut because) = (progress.certainty, progress.because.clone());
        if let Some(reason) = left_out(query, capabilities) {
            certainty = certainty.max(Certainty::Assumed);
            if !because.contains(&reason) {
                because.push(reason);
            }
        }
        Self {
            list: progress.list.min(2 * lists.len() - 2),
            lists,
            // Nobody knows them any more.
            found: vec![0; progress.list],
            put_off: progress.put_off.clone(),
            verify: query.verify,
            failed: None,
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
            ignore_totals: false,
        }
    }

    /// The filter of the list that is being read.
    pub(super) fn filter(&self) -> Option<&Status> {
        self.lists[self.list % self.lists.len()].as_ref()
    }

    /// Whether the total of the list that is being read counts all requested tenants.
    pub(super) fn counts_all(&self) -> bool {
        self.lists.len() == 1 || self.filter().is_none()
    }

    pub(super) fn is_again(&self) -> bool {
        self.walks > 1
    }

    pub(super) fn ignores_totals(&self) -> bool {
        self.ignore_totals
    }

    /// Takes a page and its records.
    pub(super) fn take(&mut self, page: &Page, records: Tally) {
        let filter = &self.lists[self.list % self.lists.len()];
        self.doubts.take(page, records, filter.as_ref());
        self.new += records.new;
        self.met += records.new_to_walk;
    }

    /// Whether the walk may restart because its position was refused: once per list.
    pub(super) fn may_restart(&mut self) -> bool {
        !std::mem::replace(&mut self.restarted, true)
    }

    /// Leaves the present list, which failed, for the next one, if there is one.
    pub(super) fn skip_list(&mut self) -> bool {
        if self.all_begun() {
            return false;
        }
        self.failed.get_or_insert(self.list);
        self.next_list();
        true
    }

    /// Leaves the present list, if the present walk is only another look at one that has been read. The lists are then assumed.
    pub(super) fn assume(&mut self) -> Option<Decision> {
        let leaves = self.only_looks_back() && !self.verify;
        leaves.then(|| {
            let text = "a tenant whose status changed between two lists may be in neither, and another look at them failed";
            self.certainty = Certainty::Assumed;
            self.because = vec![Reason::new("lists_apart", text)];
            self.go_on()
        })
    }

    /// Whether the present list needs no other walk, and is only looked at for tenants that moved to it.
    fn only_looks_back(&self) -> bool {
        let list = self.list.checked_sub(self.lists.len());
        list.is_some_and(|list| !self.put_off.contains(&list))
    }

    /// Whether no list is left that was not read at all.
    fn all_begun(&self) -> bool {
        self.list + 1 >= self.lists.len()
    }

    /// The index of the next list. Of lists that are only assumed, those alone are read once more that need it.
    fn following(&self) -> Option<usize> {
        let lists = self.lists.len();
        let is_needed = |list: &usize| {
            let again = list.checked_sub(lists);
            again.is_none_or(|list| {
                let looks_back =
                    self.certainty <= Certainty::Agreed || self.put_off.contains(&list);
                looks_back && self.failed.is_none()
            })
        };
        (self.list + 1..2 * lists - 1).find(is_needed)
    }

    fn go_on(&mut self) -> Decision {
        if self.following().is_none() {
            return Decision::Finish;
        }
        self.next_list();
        Decision::NextList
    }

    fn next_list(&mut self) {
        self.found.push(std::mem::take(&mut self.met));
        self.list = self.following().unwrap_or(self.list);
        let before = self.list.checked_sub(self.lists.len());
        self.met_before = before.map_or(0, |list| self.found[list]);
        self.walks = 1 + u32::from(before.is_some());
        self.flawed_before = false;
        self.restarted = false;
        self.resize = false;
        self.largest = None;
        self.ignore_totals = false;
        self.doubts.carry();
    }

    /// Decides what follows a finished walk of an account of which so many records are known.
    pub(super) fn decide(&mut self, walk: &dyn Walk, judge: Judge, known: u64) -> Decision {
        let mut evidence = walk.evidence();
        let by_status = self.lists.len() > 1 || self.filter().is_some();
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
        let sent = match self.lists.len() {
            1 => Some(self.met),
            _ => self.all_begun().then_some(known),
        };
        self.doubts.weigh(sent, &mut evidence);
        let Verdict { certainty, because } = judge(&evidence);
        let unverified = self.verify && certainty == Certainty::Assumed;
        if certainty == Certainty::Unproved
            && let Some(decision) = self.assume()
        {
            return decision;
        }
        if certainty == Certainty::Unproved || unverified {
            if !self.all_begun() && evidence.earlier == Earlier::None {
                evidence.earlier = Earlier::Same;
                if judge(&evidence).certainty <= Certainty::Agreed {
                    // The walk after the last list can settle it.
                    self.put_off.push(self.list);
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
            let text = match unverified {
                true if evidence.ambiguous.is_none() => {
                    "each read of the list found tenants that no read before had found".to_owned()
                }
                _ => because.text.clone(),
            };
            return Decision::GiveUp { because, text };
        }
        self.certainty = self.certainty.max(certainty);
        if !self.because.contains(&because) {
            self.because.push(because);
        }
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

    /// Returns the page size of the next walk, after walks with pages of this size. Other pages, smaller if possible, end elsewhere,
    /// which distinguishes a full last page, or one repeated beyond the end, from a truncated list.
    pub(super) fn page_size(&self, before: u32, paging: Paging) -> u32 {
        let is_again = self.is_again() && !self.only_looks_back();
        let resize = self.resize || (paging == Paging::Links && is_again);
        let leaves_rest = |size: &u32| !self.met_before.is_multiple_of(u64::from(*size));
        if !resize {
            return before;
        }
        let largest = self.largest.filter(|largest| (1..before).contains(largest));
        let before = largest.map_or(before, |largest| largest + 1);
        let larger = before + 1..=before.saturating_mul(2);
        let mut others = (1..before).rev().chain(larger);
        others.find(leaves_rest).unwrap_or(before.max(2) - 1)
    }

    pub(super) fn progress(&self, walk: WalkState) -> Progress {
        if let Some(list) = self.failed {
            // Whoever resumes begins with the list that failed.
            let mut doubts = self.doubts.clone();
            doubts.carry();
            doubts.clear();
            return Progress {
                list,
                certainty: self.certainty,
                because: self.because.clone(),
                put_off: self.put_off.clone(),
                doubts,
                ..Progress::default()
            };
        }
        Progress {
            list: self.list,
            again: self.is_again(),
            certainty: self.certainty,
            because: self.because.clone(),
            walk: Some(walk),
            met: self.met,
            met_before: self.met_before,
            flawed_before: self.flawed_before,
            put_off: self.put_off.clone(),
            doubts: self.doubts.clone(),
        }
    }

    /// The certainty of all lists, and why.
    pub(super) fn conclusion(&mut self) -> (Certainty, Vec<Reason>) {
        (self.certainty, std::mem::take(&mut self.because))
    }
}

/// Returns the lists that together have every requested tenant: if possible, one that the provider filters by status; otherwise
/// the plain list and one list for each status that it may omit.
fn lists(query: &Query, capabilities: &Capabilities) -> Vec<Option<Status>> {
    if let [status] = query.statuses.as_slice()
        && capabilities.status_filter.contains(&status.as_str())
    {
        return vec![Some(status.clone())];
    }
    let filters = |words: &[&'static str], wanted: &dyn Fn(&Status) -> bool| -> Vec<_> {
        let statuses = words.iter().map(|word| Status::from(*word));
        statuses.filter(wanted).map(Some).collect()
    };
    let wanted = |status: &Status| is_wanted(query, status);
    let named = |status: &Status| capabilities.status_filter.contains(&status.as_str());
    if !capabilities.status_from_filter {
        let omitted = filters(capabilities.maybe_left_out, &|status| {
            wanted(status) && named(status)
        });
        return std::iter::once(None).chain(omitted).collect();
    }
    if !query.statuses.is_empty() && query.statuses.iter().all(named) {
        return filters(capabilities.status_filter, &wanted);
    }
    // The plain list comes last, and finds those of a status that no filter names.
    let mut lists = filters(capabilities.status_filter, &|_| true);
    lists.push(None);
    lists
}

fn is_wanted(query: &Query, status: &Status) -> bool {
    query.statuses.is_empty() || query.statuses.contains(status)
}

/// Returns why the lists may lack requested tenants, if the plain list may omit those of a status that no filter selects.
fn left_out(query: &Query, capabilities: &Capabilities) -> Option<Reason> {
    let unlisted = capabilities.unlisted();
    let words: Vec<_> = unlisted
        .filter(|word| is_wanted(query, &Status::from(*word)))
        .collect();
    let text = format!(
        "the list may omit tenants that are {}, and no request selects them",
        words.join(" or ")
    );
    (!words.is_empty()).then(|| Reason::new("status_left_out", text))
}
