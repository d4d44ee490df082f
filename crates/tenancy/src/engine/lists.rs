//! The lists that together have an account's tenants, and the order in which they are read.
//!
//! A tenant whose status changes moves from one of the lists to another. After the last list, the others are therefore read once
//! more, unless the last one has all of their tenants (`docs/certainty.md`).

use super::checkpoint::Progress;
use super::verdict::status_left_out;
use crate::{Capabilities, Certainty, Query, Reason, Status};

/// The lists of one account.
#[derive(Debug)]
pub(super) struct Lists {
    /// The filters of the lists to read, one after the other.
    filters: Vec<Option<Status>>,
    /// The index of the list that is being read. After the last list, the first one has the next index again.
    pub(super) current: usize,
    /// The number of tenants that the last walk over each list met.
    pub(super) found: Vec<u64>,
    /// The lists whose certainty follows only from their walk after the last list.
    pub(super) put_off: Vec<usize>,
    /// The first list that could not be read, or stayed unproved.
    pub(super) failed: Option<usize>,
    /// The statuses that the plain list may omit.
    maybe_left_out: &'static [&'static str],
    /// Whether the last list is the plain one, and has every tenant of the others.
    last_has_all: bool,
    /// The statuses that it shows: a bit for each that it may omit.
    shown: u64,
}

impl Lists {
    pub(super) fn new(query: &Query, capabilities: &Capabilities, progress: &Progress) -> Self {
        let filters = filters(query, capabilities);
        let mut found = progress.found.clone();
        found.resize(progress.list, 0);
        Self {
            current: progress.list.min(2 * filters.len() - 2),
            filters,
            found,
            put_off: progress.put_off.clone(),
            failed: None,
            maybe_left_out: capabilities.maybe_left_out,
            last_has_all: false,
            shown: 0,
        }
    }

    /// The filter of the present list.
    pub(super) fn filter(&self) -> Option<&Status> {
        self.filters[self.current % self.filters.len()].as_ref()
    }

    pub(super) fn is_one(&self) -> bool {
        self.filters.len() == 1
    }

    /// Whether the total of the present list counts all requested tenants.
    pub(super) fn counts_all(&self) -> bool {
        self.is_one() || self.filter().is_none()
    }

    /// Whether reading has begun on every list.
    pub(super) fn all_begun(&self) -> bool {
        self.current + 1 >= self.filters.len()
    }

    /// The list that is read once more, after the last one.
    fn again(&self, list: usize) -> Option<usize> {
        list.checked_sub(self.filters.len())
    }

    /// Whether the present list needs no other walk, and is only looked at for tenants that moved to it.
    pub(super) fn only_looks_back(&self) -> bool {
        let again = self.again(self.current);
        again.is_some_and(|list| !self.put_off.contains(&list))
    }

    /// Takes the end of the present list, in which the last walk met so many of the account's known tenants.
    pub(super) fn end(&mut self, met: u64, known: u64) {
        if self.current + 1 == self.filters.len() {
            self.last_has_all = self.filter().is_none() && met == known;
        }
    }

    /// Takes the statuses that a page shows.
    pub(super) fn take(&mut self, statuses: u64) {
        if self.current + 1 == self.filters.len() {
            self.shown |= statuses;
        }
    }

    /// Whether a tenant that has moved to this list is in the last one, which does not omit its status. That tenants of this list
    /// are in the last one does not show this: they may have another status by then.
    fn is_in_last(&self, list: usize) -> bool {
        let status = self.filters[list].as_ref();
        let is_it = |word: &&str| status.is_some_and(|status| status.as_str() == *word);
        let omissible = self.maybe_left_out.iter().position(is_it);
        self.last_has_all && omissible.is_none_or(|index| self.shown & (1 << index) != 0)
    }

    /// Whether the present list is read once more because the first read found nothing.
    pub(super) fn was_empty(&self) -> bool {
        let again = self.again(self.current);
        again.is_some_and(|list| self.found[list] == 0)
    }

    /// The index of the next list. Of lists that are only assumed, those alone are read once more that need it.
    pub(super) fn following(&self, certainty: Certainty) -> Option<usize> {
        let is_needed = |list: &usize| {
            self.again(*list).is_none_or(|list| {
                let looks_back = certainty <= Certainty::Agreed || self.put_off.contains(&list);
                looks_back && !self.is_in_last(list) && self.failed.is_none()
            })
        };
        (self.current + 1..2 * self.filters.len() - 1).find(is_needed)
    }

    /// Leaves the present list, in which the last walk met so many tenants, for the next one. Returns the number of tenants that an
    /// earlier walk over that one met, if there was any.
    pub(super) fn advance(&mut self, met: u64, certainty: Certainty) -> Option<u64> {
        self.found.push(met);
        self.current = self.following(certainty).unwrap_or(self.current);
        self.again(self.current).map(|list| self.found[list])
    }
}

/// Returns the lists that together have every requested tenant: if possible, one that the provider filters by status; otherwise
/// the plain list and one list for each status that it may omit.
fn filters(query: &Query, capabilities: &Capabilities) -> Vec<Option<Status>> {
    if let [status] = query.statuses.as_slice()
        && capabilities.status_filter.contains(&status.as_str())
    {
        return vec![Some(status.clone())];
    }
    let of = |words: &[&'static str], wanted: &dyn Fn(&Status) -> bool| -> Vec<_> {
        let statuses = words.iter().map(|word| Status::from(*word));
        statuses.filter(wanted).map(Some).collect()
    };
    let wanted = |status: &Status| is_wanted(query, status);
    let named = |status: &Status| capabilities.status_filter.contains(&status.as_str());
    if capabilities.status_from_filter
        && !query.statuses.is_empty()
        && query.statuses.iter().all(named)
    {
        return of(capabilities.status_filter, &wanted);
    }
    let omits = |status: &&str| capabilities.maybe_left_out.contains(status);
    let mut lists = match capabilities.status_from_filter {
        true => of(capabilities.status_filter, &|_| true),
        false => of(capabilities.maybe_left_out, &|status| {
            wanted(status) && named(status)
        }),
    };
    // The plain list is read first, or last if every status that can be filtered has a separate list: a plain list with all tenants of
    // those lists also has the ones that moved between them.
    let is_last = capabilities.status_from_filter || capabilities.status_filter.iter().all(omits);
    let at = if is_last { lists.len() } else { 0 };
    lists.insert(at, None);
    lists
}

fn is_wanted(query: &Query, status: &Status) -> bool {
    query.statuses.is_empty() || query.statuses.contains(status)
}

/// Returns why the lists may lack requested tenants, if the plain list may omit those of a status that no filter selects.
pub(super) fn left_out(query: &Query, capabilities: &Capabilities) -> Option<Reason> {
    let unlisted = capabilities.unlisted();
    let words: Vec<_> = unlisted
        .filter(|word| is_wanted(query, &Status::from(*word)))
        .collect();
    (!words.is_empty()).then(|| status_left_out(&words))
}
