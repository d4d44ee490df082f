//! The page size that a server really uses.

use super::super::step::Tally;
use super::Ranks;
use super::answer::Answer;
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
}
