//! Page after page while the totals are ignored.

use super::super::step::Tally;
use super::answer::{Answer, has_repeats};
use super::{MOST_STALLS, Mode, Ranks, SPARE_PAGES};
use crate::Error;
use crate::error::ErrorKind;

impl Ranks {
    /// Takes an answer while the totals are ignored: the page after it is next, and the walk ends at a page with nothing new.
    pub(super) fn accept_plain(
        &mut self,
        answer: &Answer,
        records: Tally,
        fresh: bool,
    ) -> Result<(), Error> {
        let is_empty = answer.len() == 0;
        if let (Some(before), Some(total)) = (self.last_total, answer.total) {
            self.record.compare(before, total);
        }
        self.last_total = answer.total.or(self.last_total);
        // A list that has collapsed is empty too.
        let fell = |now| now < self.record.met && self.total.is_some_and(|before| now < before);
        let collapsed = is_empty && answer.total.is_some_and(fell);
        let was_short = self.record.short;
        if !is_empty {
            self.total = answer.total.or(self.total);
            self.record.short = answer.len() < self.size;
        }
        // Unreadable records like those before them may be an earlier page.
        let is_doubtful = fresh && records.new_to_walk == records.repeated_unreadable;
        self.record.stalls = match is_empty || is_doubtful {
            true => self.record.stalls + 1,
            false => 0,
        };
        if is_empty && self.record.stalls < MOST_STALLS {
            // Without a total to believe, only a page that stays empty is the end.
            self.mode = Mode::Plain(answer.start);
            return Ok(());
        }
        self.mode = Mode::Plain(self.after(answer));
        let is_barren = !is_empty && fresh && records.new_to_walk == 0;
        let repeats = is_barren && !has_repeats(records);
        self.record.end_seen = match is_empty {
            true => !collapsed || was_short,
            false => repeats && was_short,
        };
        self.done = is_empty || repeats;
        if !self.done && self.record.stalls >= MOST_STALLS {
            let name = answer.name();
            self.record.miss(format!(
                "{MOST_STALLS} pages in a row, up to {name}, had only unreadable records like those before them"
            ));
            self.done = true;
        }
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
}
