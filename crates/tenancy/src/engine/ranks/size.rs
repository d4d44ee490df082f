//! The page size that a server really uses.

use super::super::step::Tally;
use super::answer::{Answer, has_repeats};
use super::{Mode, Ranks};
use crate::{Page, RankBy};

impl Ranks {
    /// The rank before the page after an answer.
    pub(super) fn after(&self, answer: &Answer) -> u64 {
        match self.by {
            RankBy::Number { .. } => answer.start + self.size,
            RankBy::Offset { .. } => answer.end,
        }
    }

    /// Sets the page size to the one that the server uses, not the one requested. A first page is the last one if it is not full
    /// by the size that the server states and is the whole list by its total. Any other short first page may have a size that
    /// the server does not state.
    pub(super) fn settle_size(&mut self, page: &Page, records: Tally) {
        let stated = page.size.map(u64::from).filter(|size| *size > 0);
        // A server that sends more than was asked for, or than it states, ignores the size.
        self.size = stated.unwrap_or(self.size).max(records.distinct);
        let is_all = stated.is_some() && page.total == Some(records.distinct);
        if records.distinct > 0 && !is_all {
            self.size = self.size.min(records.distinct);
        }
        // An earlier listing yielded at most one page that its walk did not count.
        self.known = self.known.min(self.record.reached + self.size);
    }

    /// Whether the server has changed the page size. Numbered pages of another size begin elsewhere.
    pub(super) fn size_changed(&mut self, page: &Page, records: Tally) -> bool {
        let used = page.size.map(|size| u64::from(size).max(records.distinct));
        match used.or_else(|| Some(records.distinct).filter(|sent| *sent > self.size)) {
            Some(size)
                if size > 0 && size != self.size && records.distinct > size.min(self.size) =>
            {
                self.size = size;
                matches!(self.by, RankBy::Number { .. })
            }
            _ => false,
        }
    }

    /// Describes how a page that is not full by the size of the pages before it is full by the size that it states, if it is.
    pub(super) fn full_by_its_size(&self, answer: &Answer, page: &Page) -> Option<String> {
        let stated = page.size.map_or(0, u64::from);
        let is_full = (1..=answer.len()).contains(&stated);
        let is_doubtful = is_full && answer.len() < self.size && answer.total != Some(answer.end);
        let (name, size) = (answer.name(), self.size);
        is_doubtful.then(|| format!("{name} is full by its size, {stated}, and others have {size}"))
    }

    /// Whether a page of a list without a total has only the records of earlier ones, although the page before it was not full, or
    /// although two pages before it had nothing new either. A server may repeat its last page for each position beyond the end.
    pub(super) fn repeats_last(&self, answer: &Answer, records: Tally) -> bool {
        let is_known = answer.has_nothing_new(records) && !has_repeats(records);
        let is_far = answer.start >= self.record.reached + 2 * self.size;
        let counts = answer.total.is_none() && matches!(self.mode, Mode::Single { .. });
        counts && is_known && (self.record.short || is_far)
    }

    /// Whether the list ends with an answer.
    pub(super) fn is_last(&self, answer: &Answer) -> bool {
        if !answer.maybe_cut {
            return answer.len() < self.size;
        }
        // A fault looks the same as the end: it has to come twice.
        let is_confirmed = answer.start == 0 || self.record.stalls > 0;
        answer.len() == 0 && is_confirmed
    }
}
