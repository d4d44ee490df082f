//! A list in pages by rank: by page number or by offset.
//!
//! `docs/certainty.md` has the proof that no tenant is missed.

use self::answer::{Answer, Epoch};
use self::record::RanksRecord;
use super::evidence::Evidence;
use super::step::{Flow, Step, Tally};
use super::walk::Walk;
use super::walk_state::{RanksState, WalkState};
use crate::{Error, Page, Position, RankBy, StatedOrder};

/// How often in a row a page may bring no progress.
const MOST_STALLS: u32 = 3;
/// A walk ignores the totals after reading this many pages more than four times the pages that its tenants fill.
const SPARE_PAGES: u64 = 30;
/// The pages of an epoch per request in flight. More pages lose more work when the list moves; fewer need more looks at the head.
const EPOCH_PAGES_PER_REQUEST: u64 = 64;

/// A walk over ranks.
#[derive(Debug)]
pub(super) struct Ranks {
    by: RankBy,
    order: StatedOrder,
    /// The requested page size and, after the first page, the size that the server really uses.
    size: u64,
    /// The most pages in flight.
    concurrency: u64,
    covered: u64,
    /// The total at the last answer that counts.
    total: Option<u64>,
    /// The total of the last answer while the totals are ignored.
    last_total: Option<u64>,
    mode: Mode,
    /// The most pages of the next epoch.
    reach: u64,
    /// The number of pages to read one at a time after the next failed epoch.
    caution: u64,
    /// Whether a page in flight must be answered before another is requested.
    waiting: bool,
    done: bool,
    /// The rank of the next page, and what contradicts it, while only that page shows whether the last one ended the list.
    doubtful_end: Option<(u64, String)>,
    /// Whether the last page that was skipped was empty.
    left_empty: bool,
    /// The rank up to which an earlier listing may have yielded records before its walk counted them.
    known: u64,
    record: RanksRecord,
}

/// How the walk continues.
#[derive(Debug)]
enum Mode {
    /// One page at a time; after this many, a look at page 1 begins an epoch.
    Single { left: u64 },
    /// A look at page 1, which begins an epoch.
    FirstLook,
    /// Pages in parallel, and a look at page 1 after the last of them.
    Epoch(Epoch),
    /// Page after page, whatever the totals say, until a page has nothing new. The value is the rank before the next page.
    Plain(u64),
}

impl Ranks {
    /// Creates a walk that continues another one, or begins. It starts with a look at page 1, whose total shows what moved since.
    pub(super) fn resumed(
        (by, order): (RankBy, StatedOrder),
        state: RanksState,
        size: u32,
        concurrency: u32,
    ) -> Self {
        let concurrency = u64::from(concurrency.max(1));
        let mut record = state.record;
        if state.ignores_totals {
            let why = "the totals of an earlier read contradict each other";
            record.contradictory.get_or_insert_with(|| why.to_owned());
        }
        Self {
            by,
            order,
            size: u64::from(size.max(1)),
            concurrency,
            covered: state.covered,
            total: state.total,
            last_total: None,
            mode: match state.ignores_totals {
                true => Mode::Plain(0),
                false => Mode::FirstLook,
            },
            reach: concurrency * EPOCH_PAGES_PER_REQUEST,
            caution: 1,
            waiting: false,
            done: false,
            doubtful_end: None,
            left_empty: false,
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

    /// The page after this many records.
    fn step(&self, start: u64) -> Step {
        Step {
            position: match self.by {
                RankBy::Number { first } => Position::Number(first + start / self.size),
                RankBy::Offset { .. } => Position::Offset(start),
            },
            start,
            size: u32::try_from(self.size).unwrap_or(u32::MAX),
            again: !self.is_fresh(start),
            // A total that is lower than what was read says nothing of the end.
            beyond: start > 0
                && start >= self.record.reached
                && self.record.largest_total >= self.record.met
                && self.total.is_some_and(|total| start >= total),
            may_be_beyond: start > 0
                && start >= self.record.reached
                && (self.total.is_none() || matches!(self.mode, Mode::Plain(_))),
        }
    }

    /// Whether no page that reaches beyond this rank was read before.
    fn is_fresh(&self, start: u64) -> bool {
        start >= self.record.reached.max(self.known)
    }

    /// The rank before the page that has the record after this rank.
    fn page_start(&self, rank: u64) -> u64 {
        match self.by {
            RankBy::Number { .. } => rank / self.size * self.size,
            RankBy::Offset { .. } => rank,
        }
    }

    /// The rank before the next page of a sequential read; `None` if the provider accepts no offset that large.
    fn next_start(&mut self, rank: u64) -> Option<u64> {
        let start = self.page_start(rank);
        let RankBy::Offset {
            largest: Some(largest),
        } = self.by
        else {
            return Some(start);
        };
        if start > largest {
            self.record.miss(format!(
                "the provider takes no offset above {largest}, and the list continues there"
            ));
            self.done = true;
            return None;
        }
        Some(start)
    }

    /// Applies an answer that counts: reduces `covered` by a drop of the total, and covers the ranks that the answer adds
    /// without a gap.
    fn count(&mut self, answer: &Answer) {
        let before = self.covered;
        let dropped = self.take_total(answer);
        if answer.start <= self.covered {
            // Where records are hidden or repeated, a page that is not full may be followed by others.
            let may_continue = self.record.skipped || (answer.maybe_cut && self.total.is_none());
            let is_gappy = may_continue && answer.len() > 0;
            let after = if is_gappy { self.after(answer) } else { 0 };
            self.covered = self.covered.max(answer.end).max(after);
            self.record.end_seen |= self.is_last(answer) && !is_gappy;
            if answer.len() > 0 {
                self.record.short = answer.maybe_cut && answer.is_short;
            }
        }
        self.check_end();
        let is_look = answer.start == 0 && before > 0;
        if self.covered > before || dropped > 0 || self.done {
            self.record.stalls = 0;
            self.left_empty = false;
        } else if !is_look {
            self.record.stalls += 1;
        }
        if self.record.stalls >= MOST_STALLS {
            self.skip_short_page(answer);
        }
    }

    /// Takes the total, reduces `covered` by its drop, and returns the drop.
    fn take_total(&mut self, answer: &Answer) -> u64 {
        if answer.total.is_some() != self.total.is_some() && self.record.pages > 1 {
            self.record
                .contradict(|| "only some of the pages have a total".to_owned());
        }
        let Some(total) = answer.total else { return 0 };
        if answer.len() > 0 && total < answer.end {
            let end = answer.end;
            self.record.contradict(|| {
                format!("the provider says that there are {total} tenants, and sent number {end}")
            });
            return 0;
        }
        let before = self.total.unwrap_or(total);
        let dropped = before.saturating_sub(total);
        let is_gone = answer.len() == 0 && total == 0 && before > 0 && self.record.met > 0;
        if is_gone || (dropped > 2 * self.size && dropped > before / 2) {
            self.record
                .contradict(|| format!("the total fell from {before} to {total} within one read"));
        }
        if is_gone {
            return 0;
        }
        self.record.compare(before, total);
        self.covered = self.covered.saturating_sub(dropped);
        self.total = Some(total);
        dropped
    }

    /// Ignores the totals from now on if they are contradicted or bring no progress.
    fn check_totals(&mut self) {
        // Tenants that were met, and not a total: a total may be any number.
        let budget = 4 * self.record.met.div_ceil(self.size) + SPARE_PAGES;
        if !self.done && self.record.pages > budget {
            self.record.wobbles = true;
            let pages = self.record.pages;
            self.record
                .contradict(|| format!("the list kept changing while it was read ({pages} pages)"));
        }
        if self.record.contradictory.is_some() {
            self.done = false;
            self.record.end_seen = false;
            self.mode = Mode::Plain(self.page_start(self.record.reached));
        }
    }

    /// Restarts the walk from the head. Listed tenants stay listed.
    fn restart(&mut self) {
        self.covered = 0;
        self.total = None;
        self.mode = Mode::FirstLook;
        if std::mem::replace(&mut self.record.resized, true) {
            let why = || "the page size changes from page to page".to_owned();
            self.record.misplaced.get_or_insert_with(why);
        }
        self.check_totals();
    }
}

impl Walk for Ranks {
    fn issue(&mut self) -> Option<Step> {
        if self.done || self.waiting {
            return None;
        }
        let rank = match &mut self.mode {
            Mode::Epoch(epoch) if epoch.next < epoch.end => {
                let start = epoch.next;
                epoch.next += self.size;
                epoch.in_flight += 1;
                return Some(self.step(start));
            }
            // The second look has to come after the last answer.
            Mode::Epoch(epoch) if epoch.in_flight > 0 => return None,
            Mode::Epoch(_) | Mode::FirstLook => 0,
            Mode::Single { .. } => self.covered,
            Mode::Plain(rank) => *rank,
        };
        let rank = self.doubtful_end.as_ref().map_or(rank, |(next, _)| *next);
        let start = self.next_start(rank)?;
        self.waiting = true;
        Some(self.step(start))
    }

    fn accept(&mut self, step: &Step, page: &Page, records: Tally) -> Result<Flow, Error> {
        self.waiting = false;
        self.record.pages += 1;
        self.record.met += records.new_to_walk - records.repeated_unreadable;
        if self.record.pages == 1 {
            self.settle_size(page, records);
        } else if self.size_changed(page, records) {
            self.restart();
            return Ok(Flow::Discard);
        }
        let answer = &Answer::new(step, page, records);
        let fresh = self.is_fresh(answer.start);
        self.record.observe(answer, page, records, fresh);
        self.record.numbering.take(answer, self.by, page);
        if let Some((_, why)) = self.doubtful_end.take() {
            if answer.len() == 0 {
                self.record.end_seen = true;
                self.done = true;
                return Ok(Flow::Continue);
            }
            self.record.misplaced.get_or_insert(why);
        }
        if let Some(why) = self.full_by_its_size(answer, page) {
            if matches!(self.mode, Mode::Single { .. }) && answer.total.is_none() {
                // A page may state the number of its records instead of its size. It then is the last one.
                self.doubtful_end = Some((self.after(answer), why));
                return Ok(Flow::Continue);
            }
            self.record.misplaced.get_or_insert(why);
        }
        let is_beyond = answer.len() == 0 && (step.beyond || step.may_be_beyond);
        let repeats_last = fresh && self.repeats_last(answer, records);
        if (repeats_last || (page.refused && answer.maybe_cut)) && self.record.stalls == 0 {
            self.record.stalls = 1;
            return Ok(Flow::Continue);
        }
        if repeats_last || page.refused || (is_beyond && page.partial.is_some()) {
            let name = answer.name();
            match self.record.short {
                true => self.record.end_seen = true,
                false => self.record.miss(format!(
                    "{name} could not be read, and the page before it was full"
                )),
            }
            self.done = true;
            return Ok(Flow::Continue);
        }
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
        self.record.evidence(self.order, self.total)
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

mod answer;
mod end;
mod epochs;
mod numbering;
mod plain;
pub(super) mod record;
mod size;
#[cfg(test)]
mod tests;
