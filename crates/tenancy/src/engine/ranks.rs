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
//! - The list is at its end when `covered` is at least the latest `total`.
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
//! epoch do not count at all (their tenants are listed all the same). Then the walk goes on one page at a time for a
//! while, and with shorter epochs after it.
//!
//! **What contradicts the assumptions** is a doubt: the list is walked again. A `total` that is less than what was sent is
//! settled by a walk that finds nothing new. A page that has nothing new although it was not read before, a page that stays
//! short, and fewer tenants than a `total` that never changed mean that something is missing by the provider's own word: only a
//! walk without such a doubt settles that; otherwise the report says that the list is not proved.

use super::state::{RanksRecord, RanksState, WalkState};
use super::step::{Conclusion, Doubt, Flow, Step, Tally};
use super::walk::Walk;
use crate::error::ErrorKind;
use crate::{Certainty, Error, Page, Position};

/// How often one page may come without bringing the walk on.
const MOST_STALLS: u32 = 3;
/// How many pages more than four times those that its tenants fill a walk may read before it is given up.
const SPARE_PAGES: u64 = 50;
/// How many pages an epoch has for each page under way at once: more lose more when the list moves, fewer look at the
/// head more often.
const EPOCH_PAGES_PER_REQUEST: u64 = 64;
/// Fewer pages than this and one more are read sooner one at a time than side by side and a second look.
const WORTHWHILE: u64 = 2;
/// The most pages that are read one at a time after an epoch failed.
const LONGEST_CAUTION: u64 = 64;

/// A walk over numbered pages.
#[derive(Debug)]
pub(super) struct Ranks {
    /// The page size that is asked for and, after the first page, the one that the provider really uses.
    size: u64,
    /// How many pages may be under way at once.
    concurrency: u64,
    covered: u64,
    /// The total at the last answer that counts.
    total: Option<u64>,
    mode: Mode,
    /// How many pages the next epoch may have.
    reach: u64,
    /// How many pages are read one at a time after the next failure of an epoch.
    caution: u64,
    /// Whether a page is under way that has to be answered before another is asked for.
    waiting: bool,
    done: bool,
    record: RanksRecord,
}

/// How the walk goes on.
#[derive(Debug)]
enum Mode {
    /// One page at a time; after so many, a look at the head begins an epoch.
    Single { left: u64 },
    /// A look at page 1, which begins an epoch.
    FirstLook,
    /// Pages side by side, and a look at page 1 after the last of them.
    Epoch(Epoch),
}

/// Pages that are read side by side, between two looks at the head.
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
    start: u64,
    end: u64,
    total: Option<u64>,
    first: Option<u128>,
}

impl Ranks {
    pub(super) fn new(size: u32, concurrency: u32) -> Self {
        let concurrency = u64::from(concurrency.max(1));
        Self {
            size: u64::from(size.max(1)),
            concurrency,
            covered: 0,
            total: None,
            mode: Mode::FirstLook,
            reach: concurrency * EPOCH_PAGES_PER_REQUEST,
            caution: 1,
            waiting: false,
            done: false,
            record: RanksRecord::default(),
        }
    }

    /// A walk that goes on where another one was: with a look at the head, whose total says what has moved since.
    pub(super) fn resumed(state: RanksState, size: u32, concurrency: u32) -> Self {
        let RanksState {
            covered,
            total,
            record,
        } = state;
        // The first answer tells the page size anew.
        let record = RanksRecord {
            pages: 0,
            stalls: 0,
            ..record
        };
        Self {
            covered,
            total,
            record,
            ..Self::new(size, concurrency)
        }
    }

    fn step(&self, number: u64) -> Step {
        let size = u32::try_from(self.size).unwrap_or(u32::MAX);
        let again = (number - 1) * self.size < self.record.reached;
        Step {
            position: Position::Number(number),
            size,
            again,
        }
    }

    /// The rule for an answer that counts: gives up what a drop of the total may have moved out of reach, and covers
    /// what the answer adds without a gap.
    fn count(&mut self, number: u64, answer: Answer) -> Result<(), Error> {
        let before = self.covered;
        let dropped = self.take_total(answer);
        if answer.start <= self.covered {
            self.covered = self.covered.max(answer.end);
        }
        let full = answer.end - answer.start >= self.size;
        self.done = match self.total {
            // That a full page is the only one is believed when it was told twice.
            Some(total) => self.covered >= total && (self.record.pages > 1 || !full),
            None => !full,
        };
        let is_look = number == 1 && before > 0;
        if self.covered > before || dropped > 0 {
            self.record.stalls = 0;
        } else if !is_look {
            self.record.stalls += 1;
        }
        if !self.done && self.record.stalls >= MOST_STALLS {
            self.leave_behind(number, answer);
        }
        self.check_budget()
    }

    /// Takes note of the total and gives up what its drop may have moved out of reach. Gives the drop.
    fn take_total(&mut self, answer: Answer) -> u64 {
        let Some(said) = answer.total else { return 0 };
        let total = if answer.end > answer.start && said < answer.end {
            self.record.contradictory.get_or_insert_with(|| {
                format!(
                    "the provider says that there are {said} tenants, and sent number {}",
                    answer.end
                )
            });
            answer.end.max(self.total.unwrap_or_default())
        } else {
            said
        };
        let dropped = self.total.map_or(0, |before| before.saturating_sub(total));
        self.record.steady &= self.total.is_none_or(|before| before == total);
        self.record.first_total.get_or_insert(total);
        self.covered = self.covered.saturating_sub(dropped);
        self.total = Some(total);
        dropped
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

    /// Begins an epoch after a look at the head, where there is enough left to read side by side.
    fn begin_epoch(&mut self, look: Answer) {
        self.mode = match (look.first, self.total) {
            (Some(head), Some(total))
                if self.concurrency > 1
                    && self.pages_left() > WORTHWHILE
                    && look.total == Some(total) =>
            {
                let next = self.covered / self.size + 1;
                let end = (next + self.reach).min(total.div_ceil(self.size) + 1);
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
        self.done = self.covered >= epoch.total;
        self.caution = 1;
        self.reach = (self.reach * 2).min(self.concurrency * EPOCH_PAGES_PER_REQUEST);
        self.begin_epoch(look);
    }

    /// The list has moved, or an answer is odd: of the epoch, only this answer counts.
    fn abandon_epoch(&mut self, number: u64, answer: Answer) -> Result<Flow, Error> {
        self.mode = Mode::Single { left: self.caution };
        self.caution = (self.caution * 2).min(LONGEST_CAUTION);
        self.reach = (self.reach / 4).max(self.concurrency);
        self.count(number, answer)?;
        Ok(Flow::Discard)
    }

    /// Believes the provider rather than the request about the size of a page.
    fn settle_size(&mut self, page: &Page, records: Tally) {
        let size = page
            .size
            .map(u64::from)
            .filter(|size| *size > 0)
            .unwrap_or(self.size);
        let more = page.total.is_some_and(|total| total > records.distinct);
        // A first page that is short although there is more was cut to a size that the answer does not tell.
        self.size = if more && records.distinct > 0 {
            size.min(records.distinct)
        } else {
            size
        };
    }

    /// Whether the provider has gone over to another size: pages of another size begin elsewhere.
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
    fn begin_anew(&mut self) -> Result<(), Error> {
        self.covered = 0;
        self.total = None;
        self.mode = Mode::FirstLook;
        self.record.steady = false;
        self.check_budget()
    }

    /// A page on which nothing is new, where no answer has reached before, is the same page under another number.
    fn look_for_repeats(&mut self, number: u64, answer: Answer, records: Tally) {
        if number > 1
            && answer.start >= self.record.reached
            && records.distinct > 0
            && records.new_to_walk == 0
        {
            self.missing(format!(
                "page {number} had nothing that was not on the pages before it"
            ));
        }
        self.record.reached = self.record.reached.max(answer.end);
    }

    fn missing(&mut self, why: String) {
        self.record.missing.get_or_insert(why);
    }

    /// Goes on behind a page that stays short however often it is read, so that one bad page does not cost the rest of the
    /// list. Behind an empty page there is nothing.
    fn leave_behind(&mut self, number: u64, answer: Answer) {
        let total = self.total.unwrap_or_default();
        let expected = self.size.min(total.saturating_sub(answer.start));
        let sent = answer.end - answer.start;
        self.missing(format!(
            "the provider says that there are {total} tenants, but page {number} has only {sent} of the {expected} \
             that it should have, however often it is read"
        ));
        self.record.stalls = 0;
        self.covered = self.covered.max(number * self.size);
        self.done = sent == 0 || self.covered >= total;
    }

    fn check_budget(&self) -> Result<(), Error> {
        // Tenants, and not a total: a total is only said, and may be any number.
        let budget = 4 * self.record.met.div_ceil(self.size) + SPARE_PAGES;
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
        self.record.met += records.new_to_walk;
        if self.record.pages == 1 {
            self.settle_size(page, records);
        } else if self.size_changed(page, records) {
            return self.begin_anew().map(|()| Flow::Discard);
        }
        let start = (number - 1) * self.size;
        let answer = Answer {
            start,
            end: start + records.distinct,
            total: page.total,
            first: records.first,
        };
        self.look_for_repeats(number, answer, records);
        match &mut self.mode {
            Mode::Single { left } => {
                *left = left.saturating_sub(1);
                self.count(number, answer)?;
                self.after_single();
                Ok(Flow::Continue)
            }
            Mode::FirstLook => {
                self.count(number, answer)?;
                self.begin_epoch(answer);
                Ok(Flow::Continue)
            }
            Mode::Epoch(epoch) if epoch.in_flight > 0 => {
                epoch.in_flight -= 1;
                if epoch.accept(answer, self.size) {
                    return self.check_budget().map(|()| Flow::Continue);
                }
                self.abandon_epoch(number, answer)
            }
            Mode::Epoch(epoch) => {
                if epoch.confirmed_by(answer) {
                    self.close_epoch(answer);
                    return self.check_budget().map(|()| Flow::Continue);
                }
                self.abandon_epoch(number, answer)
            }
        }
    }

    fn total(&self) -> Option<u64> {
        self.total
    }

    fn conclude(&self) -> Conclusion {
        let (met, total) = (self.record.met, self.total.unwrap_or_default());
        let short = (self.record.steady && met < total).then(|| {
            format!(
                "the provider says that there are {total} tenants, and {met} different ones came"
            )
        });
        let error = |why: String| Error::new(ErrorKind::Inconsistent, why);
        let missing = self
            .record
            .missing
            .clone()
            .or(short)
            .map(error)
            .map(Doubt::Missing);
        let contradictory = self
            .record
            .contradictory
            .clone()
            .map(error)
            .map(Doubt::Settleable);
        let doubt = missing.or(contradictory);
        let certainty = if self.total.is_some() || self.record.pages <= 1 {
            Certainty::Proved
        } else {
            Certainty::Assumed
        };
        Conclusion { certainty, doubt }
    }

    fn state(&self) -> WalkState {
        WalkState::Numbered(RanksState {
            covered: self.covered,
            total: self.total,
            record: self.record.clone(),
        })
    }
}

impl Epoch {
    /// Whether an answer can be from the very list that the first look saw. If so, it is taken note of.
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
        let mut walk = Ranks::new(25, 1);
        let records = |distinct| Tally {
            distinct,
            new_to_walk: 0,
            new: 0,
            first: None,
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
        panic!("it goes on for ever");
    }
}
