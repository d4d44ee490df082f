//! The records of a list, made tenants when they are taken.
//!
//! A record is decoded when its turn comes, by whoever takes it: so nothing of it has left the processor's caches when it is
//! used, and what was allocated for it is given back where it came from.

use std::collections::VecDeque;
use std::fmt;

use crate::{RecordFault, Tenant};

/// Records of a list, in the order sent. Each is made a tenant when it is taken.
#[derive(Default)]
pub struct Records {
    lots: VecDeque<Lot>,
}

/// Some records that follow one another.
type Lot = Box<dyn ExactSizeIterator<Item = Entry> + Send>;

impl Records {
    /// Adds records that follow.
    pub fn append(&mut self, others: &mut Self) {
        self.lots.append(&mut others.lots);
    }

    /// Adds records that follow.
    pub(crate) fn push_lot(&mut self, lot: impl ExactSizeIterator<Item = Entry> + Send + 'static) {
        self.lots.push_back(Box::new(lot));
    }
}

impl Iterator for Records {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        loop {
            let entry = self.lots.front_mut()?.next();
            if entry.is_some() {
                return entry;
            }
            self.lots.pop_front();
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.lots.iter().map(|lot| lot.len()).sum();
        (left, Some(left))
    }
}

impl ExactSizeIterator for Records {}

impl From<Vec<Entry>> for Records {
    fn from(entries: Vec<Entry>) -> Self {
        let mut records = Self::default();
        records.push_lot(entries.into_iter());
        records
    }
}

impl fmt::Debug for Records {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Records")
            .field("left", &self.len())
            .finish_non_exhaustive()
    }
}

/// One record of a page: mapped, or the reason why not.
pub type Entry = Result<Mapped, Box<RecordFault>>;

/// A mapped record.
#[derive(Debug)]
#[non_exhaustive]
pub struct Mapped {
    /// The tenant. It is handed on more than once, so it is held at a distance.
    pub tenant: Box<Tenant>,
    /// What the tenant comes without, because the record did not have it in the declared shape.
    pub left_out: Vec<LeftOut>,
    /// The fields that the provider's document does not know, as JSON pointers into the record.
    pub unknown_fields: Vec<String>,
    /// The fields whose value is a word that the provider's document does not know, as JSON pointers into the record.
    pub unknown_values: Vec<String>,
    /// The fields that are null and that the provider's document does not let be null, as JSON pointers into the record.
    pub undeclared_nulls: Vec<String>,
}

impl Mapped {
    /// A mapped record, all fields of which the provider's document knows.
    #[must_use]
    pub fn new(tenant: impl Into<Box<Tenant>>, left_out: Vec<LeftOut>) -> Self {
        Self {
            tenant: tenant.into(),
            left_out,
            unknown_fields: Vec::new(),
            unknown_values: Vec::new(),
            undeclared_nulls: Vec::new(),
        }
    }
}

/// Something that a tenant comes without, because the record did not have it in the declared shape.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LeftOut {
    /// Where: a JSON pointer into the record.
    pub path: String,
    /// What was wrong there.
    pub reason: String,
}

impl LeftOut {
    /// Something left out.
    #[must_use]
    pub fn new(path: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            reason: reason.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    fn tenant(id: usize) -> Entry {
        Ok(Mapped::new(
            Tenant::new("test", "a", id.to_string()),
            Vec::new(),
        ))
    }

    fn ids(records: Records) -> Vec<String> {
        records.map(|entry| entry.unwrap().tenant.id).collect()
    }

    #[test]
    fn records_are_made_tenants_when_they_are_taken_and_no_sooner() {
        let made = Arc::new(AtomicUsize::new(0));
        let count = made.clone();
        let mut records = Records::default();
        records.push_lot((0..3).map(move |id| {
            count.fetch_add(1, Ordering::Relaxed);
            tenant(id)
        }));
        assert_eq!(records.len(), 3);
        for taken in 0..3 {
            assert_eq!(made.load(Ordering::Relaxed), taken);
            assert_eq!(records.len(), 3 - taken);
            assert_eq!(
                records.next().unwrap().unwrap().tenant.id,
                taken.to_string()
            );
        }
        assert!(records.next().is_none());
    }

    #[test]
    fn lots_follow_one_another_and_may_be_empty() {
        let next = Cell::new(0);
        let lot = |size| {
            let begin = next.replace(next.get() + size);
            Records::from((begin..begin + size).map(tenant).collect::<Vec<_>>())
        };
        let mut records = Records::default();
        for size in [0, 2, 0, 1] {
            records.append(&mut lot(size));
        }
        assert_eq!(records.len(), 3);
        assert_eq!(format!("{records:?}"), "Records { left: 3, .. }");
        assert_eq!(ids(records), ["0", "1", "2"]);
    }
}
