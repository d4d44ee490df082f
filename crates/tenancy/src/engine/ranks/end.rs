//! What ends a list in pages by rank.
//!
//! - A page that is not full ends it, unless other pages may follow such a page: then an empty page does, seen twice in a row.
//! - A page that stays short is skipped after [`MOST_STALLS`](super::MOST_STALLS) reads without progress. After that, two different
//!   empty pages in a row end the list.

use super::super::step::Tally;
use super::answer::{Answer, has_repeats};
use super::{Mode, Ranks};
use crate::Page;

impl Ranks {
    /// Whether the list ends with an answer.
    pub(super) fn is_last(&self, answer: &Answer) -> bool {
        if !answer.maybe_cut {
            return answer.len() < self.size;
        }
        // A fault looks the same as this end.
        let is_confirmed = answer.start == 0 || self.record.stalls > 0;
        answer.len() == 0 && is_confirmed
    }

    /// Ends the walk if the end was seen and every rank of the total is covered.
    pub(super) fn check_end(&mut self) {
        let all_covered = self.total.is_none_or(|total| self.covered >= total);
        self.record.end_seen &= all_covered;
        self.done = self.record.end_seen;
    }

    /// Whether a page of a list without a total has only the records of earlier ones, although the page before it was not full, or
    /// although two pages before it had nothing new either. A server may repeat its last page for each position beyond the end.
    pub(super) fn repeats_last(&self, answer: &Answer, records: Tally) -> bool {
        let is_known = answer.has_nothing_new(records) && !has_repeats(records);
        let is_far = answer.start >= self.record.reached + 2 * self.size;
        let counts = answer.total.is_none() && matches!(self.mode, Mode::Single { .. });
        counts && is_known && (self.record.short || is_far)
    }

    /// Describes how a page that is not full by the size of the pages before it is full by the size that it states, if it is.
    pub(super) fn full_by_its_size(&self, answer: &Answer, page: &Page) -> Option<String> {
        let stated = page.size.map_or(0, u64::from);
        let is_full = (1..=answer.len()).contains(&stated);
        let is_doubtful = is_full && answer.len() < self.size && answer.total != Some(answer.end);
        let (name, size) = (answer.name(), self.size);
        is_doubtful.then(|| format!("{name} is full by its size, {stated}, and others have {size}"))
    }

    /// Skips a page that stays short however often it is read, so that one bad page does not cost the rest of the list. From then
    /// on, only an empty page after as many as the total, or two empty pages in a row, are the end.
    pub(super) fn skip_short_page(&mut self, answer: &Answer) {
        let total = self.total.unwrap_or_default();
        let expected = self.size.min(total.saturating_sub(answer.start));
        let (name, sent) = (answer.name(), answer.len());
        self.record.miss(format!(
            "the provider says that there are {total} tenants, but {name} has only {sent} of the {expected} \
             that it should have, however often it is read"
        ));
        self.record.stalls = 0;
        self.record.skipped = true;
        let is_empty = sent == 0;
        self.done = is_empty && std::mem::replace(&mut self.left_empty, is_empty);
        self.covered = self.covered.max(answer.start + self.size);
        self.record.end_seen |= self.done;
    }
}
