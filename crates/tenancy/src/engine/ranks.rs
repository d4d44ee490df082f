//! A list cut into numbered pages, newest first.
//!
//! # Why nothing slips past
//!
//! Assumed of the server: records are ordered newest first, a created record comes in at the head under an identity that
//! was not there before, each answer is cut out of one state of the list, and `total` is the length of that state. An
//! answer's state is never older than its request.
//!
//! Let a tenant's rank be its place in the list, from 1. A tenant that exists throughout changes its rank only when
//! records above it are created (down) or deleted (up). The walk keeps `covered`: *every tenant that exists throughout,
//! and whose rank at the last answer that counts is at most `covered`, has been listed.*
//!
//! **One page at a time.** Every answer counts.
//!
//! - At first `covered` is 0.
//! - Between two answers let `c` records be created and `d` deleted; `total` changes by `c - d`. A tenant moves up by
//!   the deletions above it less the creations, so by at most `d - c`, which is the drop of `total` if it is positive. A
//!   tenant whose rank is now at most `covered - drop` had a rank of at most `covered` before, so it has been listed:
//!   the new `covered` is the old one less the drop. If `total` has not dropped, no tenant has moved up, and `covered`
//!   stays.
//! - The page itself lists the ranks from `start + 1` to `start + len` of the state at its answer. If `start` is at most
//!   `covered`, every rank up to `start + len` is covered. Otherwise the drop has opened a gap between `covered` and
//!   `start`, and the page that holds the rank `covered + 1` is read (again) next.
//! - Everything is listed when `covered` is at least the latest `total`.
//!
//! Only the net drop between two answers counts, so churn does not have to end for the walk to end; but a list from
//! which more is deleted than a page holds, again and again, is given up after a bounded number of pages.
//!
//! **Side by side.** Pages that are under way at once are answered from states in an unknown order, and a creation with a
//! deletion further down moves tenants without changing `total`. So they are read in an epoch between two looks at page
//! 1, and count only if all answers between the looks have the same `total`, and both looks show the same `total` and the
//! same record at the head. Then:
//!
//! - No record that was created in between is left at the second look: it would stand above the head.
//! - So the second total is the first one less the records deleted that were there at the first look: none was.
//! - So at any state in between, the list is the one of the first look and perhaps records that were created and deleted
//!   again before the second look; each answer's `total` says that there was none of these in its state.
//! - So all answers are cut out of the very same list, and `covered` moves to the end of the last page. The second look
//!   is the answer that counts, and the first look of the next epoch.
//!
//! If anything differs, the answer that showed it counts like any answer after the first look, and the others of its
//! epoch do not count at all (their tenants are listed all the same). Then the walk continues one page at a time for a
//! while, and with shorter epochs after it.
//!
//! **The end is an observation.** That `covered` is at least `total` ends nothing by itself: the walk also needs a page that is not
//! full, by the size that the server really uses, or an empty page beyond the last full one.
//!
//! **Totals that cannot be trusted** (less than what was sent, or changing without end) no longer decide which page is next: the walk
//! reads page after page until one has nothing new, so every page is read once whatever the totals say. What such a walk
//! observed is no proof; another one has to find the same tenants. The same holds where the records' creation times do not show that the
//! list is newest first.

use super::evidence::{Earlier, End, Evidence, Order, Total};
use super::state::{RanksRecord, RanksState, WalkState};
use super::step::{Flow, Step, Tally};
use super::walk::Walk;
use crate::error::ErrorKind;
use crate::{Error, Page, Position};

/// How often one page may come without bringing progress.
const MOST_STALLS: u32 = 3;
/// How many more pages than four times those that its tenants fill a walk may read before it ignores the totals.
const SPARE_PAGES: u64 = 30;
/// How many pages an epoch has for each request in flight: more lose more when the list moves, fewer look at the head more often.
const EPOCH_PAGES_PER_REQUEST: u64 = 64;
/// Up to this many pages, sequential reads beat a parallel epoch plus its confirming request.
const WORTHWHILE: u64 = 2;
/// The most pages that are read one at a time after an epoch failed.
const LONGEST_CAUTION: u64 = 64;

/// A walk over numbered pages.
#[derive(Debug)]
pub(super) struct Ranks {
    /// The page size that is asked for and, after the first page, the one that the server really uses.
    size: u64,
    /// How many pages may be in flight at once.
    concurrency: u64,
    covered: u64,
    /// The total at the last answer that counts.
    total: Option<u64>,
    mode: Mode,
    /// How many pages the next epoch may have.
    reach: u64,
    /// How many pages are read one at a time after the next failure of an epoch.
    caution: u64,
    /// Whether a page is in flight that has to be answered before another is asked for.
    waiting: bool,
    done: bool,
    /// Up to which rank an earlier listing may have handed out records that its walk had not counted.
    known: u64,
    record: RanksRecord,
}

/// How the walk continues.
#[derive(Debug)]
enum Mode {
    /// One page at a time; after so many, a look at page 1 begins an epoch.
    Single { left: u64 },
    /// A look at page 1, which begins an epoch.
    FirstLook,
    /// Pages in parallel, and a look at page 1 after the last of them.
    Epoch(Epoch),
    /// Page after page, whatever the totals say, until one has nothing new. The next page.
    Plain(u64),
}

/// Pages that are read in parallel, between two looks at page 1.
#[derive(Debug)]
struct Epoch {
    head: u128,
    total: u64,
    /// The number of the next page to ask for, and of the first one after the epoch.
    next: u64,
    end: u64,
    /// How many pages are asked for and not answered.
    in_flight: u64,
    /// Up to which rank the answers reach without a gap.
    taken: u64,
}

/// An answer, as far as the argument needs it: which ranks it lists, of how many, and the record it begins with.
#[derive(Clone, Copy)]
struct Answer {
    number: u64,
    start: u64,
    end: u64,
    total: Option<u64>,
    first: Option<u128>,
}

impl Answer {
    fn len(self) -> u64 {
        self.end - self.start
    }
}

impl Ranks {
    /// A walk that continues where another one was, or begins: with a look at page 1, whose total says what has moved since.
    pub(super) fn resumed(state: RanksState, size: u32, concurrency: u32) -> Self {
        let concurrency = u64::from(concurrency.max(1));
        let mut record = state.record;
        if state.ignores_totals {
            let why = "the totals of an earlier read contradict each other";
            record.contradictory.get_or_insert_with(|| why.to_owned());
        }
        Self {
            size: u64::from(size.max(1)),
            concurrency,
            covered: state.covered,
            total: state.total,
            mode: match state.ignores_totals {
                true => Mode::Plain(1),
                false => Mode::FirstLook,
            },
            reach: concurrency * EPOCH_PAGES_PER_REQUEST,
            caution: 1,
            waiting: false,
            done: false,
            known: match record.reached {
                0 => 0,
                reached => reached + u64::from(size),
            },
            // The first answer establishes the page size again.
            record: RanksRecord {
                pages: 0,
                stalls: 0,
                ..record
            },
        }
    }

    fn step(&self, number: u64) -> Step {
        let start = (number - 1) * self.size;
        Step {
            position: Position::Number(number),
            size: u32::try_from(self.size).unwrap_or(u32::MAX),
            again: start < self.record.reached.max(self.known),
            beyond: number > 1
                && start >= self.record.reached
                && self.total.is_some_and(|total| start >= total),
        }
    }

    /// Takes what a page observed, whatever becomes of it.
    fn observe(&mut self, answer: Answer, page: &Page, records: Tally) {
        let record = &mut self.record;
        if record.missing.is_none() {
            record.missing.clone_from(&page.partial);
        }
        record.unclear |= page.unclear;
        record.largest_total = record.largest_total.max(answer.total.unwrap_or_default());
        if answer.start < record.reached.max(self.known) {
            record.reached = record.reached.max(answer.end);
            return;
        }
        record.more.clone_from(&page.more);
        record.keys.append(records.keys);
        record.repeats |= records.new_to_walk < records.distinct;
        record.reached = record.reached.max(answer.end);
        if answer.number == 1 && answer.total == Some(answer.end) {
            record.snapshot = answer.end;
        }
        if answer.number > 1 && records.distinct > 0 && records.new_to_walk == 0 {
            self.miss(format!(
                "page {} had nothing that was not on the pages before it",
                answer.number
            ));
        }
    }

    fn contradict(&mut self, why: impl FnOnce() -> String) {
        self.record.contradictory.get_or_insert_with(why);
    }

    fn miss(&mut self, why: String) {
        self.record.missing.get_or_insert(why);
    }

    /// The rule for an answer that counts: gives up what a drop of the total may have moved out of reach, and covers
    /// what the answer adds without a gap.
    fn count(&mut self, answer: Answer) {
        let before = self.covered;
        let dropped = self.take_total(answer);
        if answer.start <= self.covered {
            self.covered = self.covered.max(answer.end);
            self.record.end_seen |= answer.len() < self.size;
        }
        self.check_end();
        let is_look = answer.number == 1 && before > 0;
        if self.covered > before || dropped > 0 || self.done {
            self.record.stalls = 0;
        } else if !is_look {
            self.record.stalls += 1;
        }
        if self.record.stalls >= MOST_STALLS {
            self.leave_behind(answer);
        }
    }

    fn check_end(&mut self) {
        let all_covered = self.total.is_none_or(|total| self.covered >= total);
        self.record.end_seen &= all_covered;
        self.done = self.record.end_seen;
    }

    /// Takes the total, and gives up what its drop may have moved out of reach. Returns the drop.
    fn take_total(&mut self, answer: Answer) -> u64 {
        if answer.total.is_some() != self.total.is_some() && self.record.pages > 1 {
            self.contradict(|| "only some of the pages have a total".to_owned());
        }
        let Some(total) = answer.total else { return 0 };
        if answer.len() > 0 && total < answer.end {
            let end = answer.end;
            self.contradict(|| {
                format!("the provider says that there are {total} tenants, and sent number {end}")
            });
            return 0;
        }
        let before = self.total.unwrap_or(total);
        let dropped = before.saturating_sub(total);
        let is_gone = answer.number == 1 && answer.len() == 0 && self.record.met > 0;
        if is_gone || (dropped > 2 * self.size && dropped > before / 2) {
            self.contradict(|| format!("the total fell from {before} to {total} within one read"));
        }
        self.record.steady &= self.total.is_none_or(|before| before == total);
        self.covered = self.covered.saturating_sub(dropped);
        self.total = Some(total);
        dropped
    }

    /// Ignores the totals from here on, where they are contradicted or gain nothing.
    fn check_totals(&mut self) {
        // Tenants that were met, and not a total: a total may be any number.
        let budget = 4 * self.record.met.div_ceil(self.size) + SPARE_PAGES;
        if !self.done && self.record.pages > budget {
            self.record.wobbles = true;
            let pages = self.record.pages;
            self.contradict(|| format!("the list kept changing while it was read ({pages} pages)"));
        }
        if self.record.contradictory.is_some() {
            self.done = false;
            self.record.end_seen = false;
            self.mode = Mode::Plain(self.record.reached / self.size + 1);
        }
    }

    /// Whatever comes, the page after it is next; the walk ends at one that has nothing new.
    fn accept_plain(&mut self, answer: Answer, records: Tally, fresh: bool) -> Result<(), Error> {
        self.total = answer.total.or(self.total);
        self.mode = Mode::Plain(answer.number + 1);
        self.record.end_seen = answer.len() == 0;
        self.done = answer.len() == 0 || (fresh && records.new_to_walk == 0);
        let budget = 8 * self.record.met.div_ceil(self.size) + 4 * SPARE_PAGES;
        if !self.done && self.record.pages > budget {
            return Err(Error::new(
                ErrorKind::NoProgress,
                format!(
                    "after {} pages the list is not at its end: it changes faster than it can be read",
                    self.record.pages
                ),
            ));
        }
        Ok(())
    }

    /// How many pages are not covered.
    fn pages_left(&self) -> u64 {
        self.total.map_or(u64::MAX, |total| {
            total
                .saturating_sub(self.covered / self.size * self.size)
                .div_ceil(self.size)
        })
    }

    fn after_single(&mut self) {
        if matches!(self.mode, Mode::Single { left: 0 }) {
            let worth_it =
                self.concurrency > 1 && self.pages_left() > WORTHWHILE && self.total.is_some();
            self.mode = if worth_it {
                Mode::FirstLook
            } else {
                Mode::Single { left: 1 }
            };
        }
    }

    /// Begins an epoch after a look at page 1, where enough is left to read in parallel. Its last page is the one that ends the list,
    /// empty or not.
    fn begin_epoch(&mut self, look: Answer) {
        self.mode = match (look.first, self.total) {
            (Some(head), Some(total))
                if self.concurrency > 1
                    && self.pages_left() > WORTHWHILE
                    && look.total == Some(total) =>
            {
                let next = self.covered / self.size + 1;
                let end = (next + self.reach).min(total / self.size + 2);
                Mode::Epoch(Epoch {
                    head,
                    total,
                    next,
                    end,
                    in_flight: 0,
                    taken: (next - 1) * self.size,
                })
            }
            _ => Mode::Single { left: 1 },
        };
    }

    /// The second look agreed with the first: all of the epoch counts. It is the first look of the next epoch.
    fn close_epoch(&mut self, look: Answer) {
        let Mode::Epoch(epoch) = &self.mode else {
            return;
        };
        self.covered = self.covered.max(epoch.taken);
        self.record.end_seen |= epoch.end > epoch.total / self.size + 1;
        self.caution = 1;
        self.reach = (self.reach * 2).min(self.concurrency * EPOCH_PAGES_PER_REQUEST);
        self.check_end();
        self.begin_epoch(look);
    }

    /// The list has moved, or an answer contradicts others: of the epoch, only this answer counts.
    fn abandon_epoch(&mut self, answer: Answer) -> Flow {
        self.mode = Mode::Single { left: self.caution };
        self.caution = (self.caution * 2).min(LONGEST_CAUTION);
        self.reach = (self.reach / 4).max(self.concurrency);
        self.count(answer);
        Flow::Discard
    }

    /// Believes the server rather than the request about the size of a page. A first page that is not full by a size that the
    /// server states, and that is the whole list by its total, is the last one; any other may have been cut to a size that
    /// the server does not state.
    fn settle_size(&mut self, page: &Page, records: Tally) {
        let stated = page.size.map(u64::from).filter(|size| *size > 0);
        self.size = stated.unwrap_or(self.size);
        let is_all = stated.is_some() && page.total == Some(records.distinct);
        if records.distinct > 0 && !is_all {
            self.size = self.size.min(records.distinct);
        }
    }

    /// Whether the server has changed to another size: pages of another size begin elsewhere.
    fn size_changed(&mut self, page: &Page, records: Tally) -> bool {
        match page.size.map(u64::from) {
            Some(size)
                if size > 0 && size != self.size && records.distinct > size.min(self.size) =>
            {
                self.size = size;
                true
            }
            _ => false,
        }
    }

    /// Begins the walk anew from the head. What was listed stays listed.
    fn begin_anew(&mut self) {
        self.covered = 0;
        self.total = None;
        self.mode = Mode::FirstLook;
        self.record.steady = false;
        self.check_totals();
    }

    /// Continues behind a page that stays short however often it is read, so that one bad page does not cost the rest of the
    /// list. Behind an empty page there is nothing.
    fn leave_behind(&mut self, answer: Answer) {
        let total = self.total.unwrap_or_default();
        let expected = self.size.min(total.saturating_sub(answer.start));
        let (number, sent) = (answer.number, answer.len());
        self.miss(format!(
            "the provider says that there are {total} tenants, but page {number} has only {sent} of the {expected} \
             that it should have, however often it is read"
        ));
        self.record.stalls = 0;
        self.covered = self.covered.max(number * self.size);
        self.done = sent == 0 || self.covered >= total;
        self.record.end_seen |= self.done;
    }

    /// What the totals say. A total that is contradicted still vouches for tenants, but for a few that may come and go.
    fn total_evidence(&self) -> Total {
        let record = &self.record;
        let (met, largest) = (record.met, record.largest_total);
        match &record.contradictory {
            Some(_) if largest > met + met / 50 + 1 => Total::Exceeds {
                total: largest,
                met,
            },
            Some(why) => Total::Contradicted(why.clone()),
            None if record.unclear => Total::Unreadable,
            None => match self.total {
                None => Total::Absent,
                Some(total) if record.steady && met < total => Total::Exceeds { total, met },
                Some(_) => Total::Agrees,
            },
        }
    }
}

impl Walk for Ranks {
    fn issue(&mut self) -> Option<Step> {
        if self.done || self.waiting {
            return None;
        }
        let number = match &mut self.mode {
            Mode::Epoch(epoch) if epoch.next < epoch.end => {
                let number = epoch.next;
                epoch.next += 1;
                epoch.in_flight += 1;
                return Some(self.step(number));
            }
            // The second look has to come after the last answer.
            Mode::Epoch(epoch) if epoch.in_flight > 0 => return None,
            Mode::Epoch(_) | Mode::FirstLook => 1,
            Mode::Single { .. } => self.covered / self.size + 1,
            Mode::Plain(number) => *number,
        };
        self.waiting = true;
        Some(self.step(number))
    }

    fn accept(&mut self, step: &Step, page: &Page, records: Tally) -> Result<Flow, Error> {
        let Position::Number(number) = step.position else {
            return Ok(Flow::Continue);
        };
        self.waiting = false;
        self.record.pages += 1;
        self.record.met += records.new_to_walk - records.repeated_unreadable;
        if self.record.pages == 1 {
            self.settle_size(page, records);
        } else if self.size_changed(page, records) {
            self.begin_anew();
            return Ok(Flow::Discard);
        }
        let start = (number - 1) * self.size;
        let answer = Answer {
            number,
            start,
            end: start + records.distinct,
            total: page.total,
            first: records.first,
        };
        let fresh = start >= self.record.reached.max(self.known);
        self.observe(answer, page, records);
        let mut flow = Flow::Continue;
        match &mut self.mode {
            Mode::Plain(_) => return self.accept_plain(answer, records, fresh).map(|()| flow),
            Mode::Single { left } => {
                *left = left.saturating_sub(1);
                self.count(answer);
                self.after_single();
            }
            Mode::FirstLook => {
                self.count(answer);
                self.begin_epoch(answer);
            }
            Mode::Epoch(epoch) if epoch.in_flight > 0 => {
                epoch.in_flight -= 1;
                if !epoch.accept(answer, self.size) {
                    flow = self.abandon_epoch(answer);
                }
            }
            Mode::Epoch(epoch) if epoch.confirmed_by(answer) => self.close_epoch(answer),
            Mode::Epoch(_) => flow = self.abandon_epoch(answer),
        }
        self.check_totals();
        Ok(match self.mode {
            Mode::Plain(_) => Flow::Discard,
            _ => flow,
        })
    }

    fn total(&self) -> Option<u64> {
        self.total
    }

    fn evidence(&self) -> Evidence {
        let record = &self.record;
        Evidence {
            end: match record.end_seen {
                true => End::Observed,
                false => End::NotObserved,
            },
            total: self.total_evidence(),
            order: if record.snapshot == record.met && self.total == Some(record.met) {
                Order::OneAnswer
            } else if record.keys.are_newest_first() {
                Order::NewestFirst
            } else {
                Order::Unverified
            },
            moved: !record.steady || record.repeats,
            missing: record.missing.clone().or_else(|| record.more.clone()),
            earlier: Earlier::None,
        }
    }

    fn state(&self) -> WalkState {
        WalkState::Ranks(RanksState {
            covered: self.covered,
            total: self.total,
            ignores_totals: matches!(self.mode, Mode::Plain(_)),
            record: self.record.clone(),
        })
    }
}

impl Epoch {
    /// Whether an answer can be from the very list that the first look saw. If so, it counts.
    fn accept(&mut self, answer: Answer, size: u64) -> bool {
        let end = (answer.start + size).min(self.total);
        let agrees =
            answer.total == Some(self.total) && answer.start == self.taken && answer.end == end;
        if agrees {
            self.taken = end;
        }
        agrees
    }

    /// Whether the second look shows what the first one did.
    fn confirmed_by(&self, look: Answer) -> bool {
        look.total == Some(self.total) && look.first == Some(self.head)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_total_that_no_records_back_up_keeps_no_walk_going() {
        let mut walk = Ranks::resumed(RanksState::default(), 25, 1);
        let records = |distinct| Tally {
            distinct,
            ..Tally::default()
        };
        for answers in 1..1000_u64 {
            let Some(step) = walk.issue() else { return };
            let Position::Number(number) = step.position else {
                panic!("{step:?}");
            };
            let mut page = Page::new(Vec::new());
            page.total = Some(if number == 1 { 1_798_859_045 } else { 3 });
            page.size = Some(25);
            let sent = if number == 1 { 3 } else { 0 };
            if walk.accept(&step, &page, records(sent)).is_err() {
                assert!(answers < 100, "{answers} pages");
                return;
            }
        }
        panic!("it never ends");
    }
}
