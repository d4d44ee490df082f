//! The records of a page, which are mapped when they are taken.

use std::collections::VecDeque;
use std::{fmt, iter};

use crate::entry::Entry;

/// The records of a page, in the provider's order.
///
/// Those that were read from a body are mapped when they are taken. Until then, they take only the memory of their text, and the
/// thread that takes them creates and drops their tenants, which is faster than dropping those of another thread.
#[derive(Default)]
pub struct Records {
    mapped: Vec<Entry>,
    /// Those that follow.
    unmapped: VecDeque<Unmapped>,
}

struct Unmapped {
    count: usize,
    map: Box<dyn FnOnce() -> Vec<Entry> + Send>,
}

impl Records {
    /// Creates records, `count` of them, that `map` returns.
    pub(crate) fn unmapped(
        count: usize,
        map: impl FnOnce() -> Vec<Entry> + Send + 'static,
    ) -> Self {
        let map = Box::new(map);
        Self {
            mapped: Vec::new(),
            unmapped: [Unmapped { count, map }].into(),
        }
    }

    /// The number of records.
    #[must_use]
    pub fn len(&self) -> usize {
        let unmapped = self.unmapped.iter().map(|some| some.count);
        self.mapped.len() + unmapped.sum::<usize>()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Maps all records, and returns them.
    pub fn mapped(&mut self) -> &mut Vec<Entry> {
        let unmapped = std::mem::take(&mut self.unmapped);
        let entries = unmapped.into_iter().flat_map(|some| (some.map)());
        self.mapped.extend(entries);
        &mut self.mapped
    }

    /// Adds other records behind these.
    pub fn append(&mut self, mut others: Self) {
        if !others.mapped.is_empty() {
            self.mapped().append(&mut others.mapped);
        }
        self.unmapped.append(&mut others.unmapped);
    }

    /// Takes the records in parts, each mapped when it is taken.
    pub(crate) fn into_parts(self) -> impl Iterator<Item = Vec<Entry>> + Send {
        let unmapped = self.unmapped.into_iter().map(|some| (some.map)());
        iter::once(self.mapped).chain(unmapped)
    }
}

impl From<Vec<Entry>> for Records {
    fn from(mapped: Vec<Entry>) -> Self {
        Self {
            mapped,
            unmapped: VecDeque::new(),
        }
    }
}

impl IntoIterator for Records {
    type Item = Entry;
    type IntoIter = Box<dyn Iterator<Item = Entry> + Send>;

    fn into_iter(self) -> Self::IntoIter {
        Box::new(self.into_parts().flatten())
    }
}

impl fmt::Debug for Records {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Records")
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}
