//! An account's tenants: kept as small entries, written as JSON only when they are sent, and changed while the server runs.

use std::ops::Range;
use std::sync::Arc;

use crate::generate::Maker;
use crate::record::Given;
use crate::{Record, Status, Which};

/// The tenants of one account, in the order in which the provider lists them.
///
/// Layers and Vobiz list the newest first, so position 0 is the newest and a new tenant enters there. OmniDim's example lists
/// the oldest first, so a new tenant enters at the end.
#[derive(Clone, Debug)]
pub struct Population {
    maker: Arc<Maker>,
    entries: Arc<Vec<Entry>>,
    next: u32,
}

/// One tenant: its place in the order of creation, its state, and its text unless it is a generated one.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) sequence: u32,
    pub(crate) status: Status,
    pub(crate) given: Option<Arc<Given>>,
}

impl Population {
    pub(crate) fn generated(maker: Maker, count: u32) -> Self {
        let mut population = Self {
            maker: Arc::new(maker),
            entries: Arc::default(),
            next: 0,
        };
        let mut entries: Vec<Entry> = (0..count).map(|_| population.next_generated()).collect();
        if population.newest_first() {
            entries.reverse();
        }
        population.entries = Arc::new(entries);
        population
    }

    /// `records` in the order in which they are listed.
    pub(crate) fn given(maker: Maker, records: Vec<Record>) -> Self {
        let mut population = Self {
            maker: Arc::new(maker),
            entries: Arc::default(),
            next: 0,
        };
        let newest_first = population.newest_first();
        let oldest_first: Vec<Record> = if newest_first {
            records.into_iter().rev().collect()
        } else {
            records
        };
        let mut entries: Vec<Entry> = oldest_first
            .into_iter()
            .map(|record| population.next_given(record))
            .collect();
        if newest_first {
            entries.reverse();
        }
        population.entries = Arc::new(entries);
        population
    }

    /// The number of tenants.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Every tenant's identity, in listed order: OmniDim's `id` as text, Layers' `id`, Vobiz' `auth_id`. A record without one has "".
    pub fn ids(&self) -> Vec<String> {
        self.entries.iter().map(|entry| self.id_of(entry)).collect()
    }

    /// Every tenant's record as it would be sent, in listed order.
    pub fn records(&self) -> Vec<String> {
        self.entries
            .iter()
            .map(|entry| self.maker.record(entry))
            .collect()
    }

    /// A tenant's state.
    pub fn status(&self, id: &str) -> Option<Status> {
        self.find(id).map(|position| self.entries[position].status)
    }

    /// Creates `count` generated tenants, each newer than all there are, and returns their identities, oldest first.
    pub fn create(&mut self, count: u32) -> Vec<String> {
        (0..count)
            .map(|_| {
                let entry = self.next_generated();
                let id = self.id_of(&entry);
                self.enter(entry);
                id
            })
            .collect()
    }

    /// Enters `record` as the newest tenant.
    pub fn insert(&mut self, record: Record) {
        let entry = self.next_given(record);
        self.enter(entry);
    }

    /// Deletes a tenant; false when there is none of that identity.
    pub fn delete(&mut self, id: &str) -> bool {
        self.find(id)
            .is_some_and(|position| self.delete_at(position))
    }

    /// Deletes the tenant at `position` (0 is listed first); false when there is none.
    pub fn delete_at(&mut self, position: usize) -> bool {
        let found = position < self.entries.len();
        if found {
            Arc::make_mut(&mut self.entries).remove(position);
        }
        found
    }

    /// Deletes every tenant.
    pub fn clear(&mut self) {
        Arc::make_mut(&mut self.entries).clear();
    }

    /// Changes a tenant's state where it stands, so that under a filter it may leave the list or re-appear in its middle; false
    /// when there is none of that identity.
    pub fn set_status(&mut self, id: &str, status: Status) -> bool {
        let Some(position) = self.find(id) else {
            return false;
        };
        let provider = self.maker.provider();
        let entry = &mut Arc::make_mut(&mut self.entries)[position];
        entry.status = status;
        entry.given = entry
            .given
            .as_ref()
            .map(|given| Arc::new(given.with_status(provider, status)));
        true
    }

    /// Puts `record` in the place of a tenant; false when there is none of that identity.
    pub fn replace(&mut self, id: &str, record: Record) -> bool {
        let Some(position) = self.find(id) else {
            return false;
        };
        let (given, status) = record.read(self.maker.provider());
        let entry = &mut Arc::make_mut(&mut self.entries)[position];
        entry.status = status;
        entry.given = Some(Arc::new(given));
        true
    }

    pub(crate) fn maker(&self) -> &Arc<Maker> {
        &self.maker
    }

    pub(crate) fn snapshot(&self) -> Arc<Vec<Entry>> {
        Arc::clone(&self.entries)
    }

    /// The entries of one page, and how many match in all. With no filter this takes no walk over the list.
    pub(crate) fn page(
        &self,
        matches: Option<&dyn Fn(Status) -> bool>,
        start: Start,
        size: usize,
    ) -> Selected {
        match matches {
            None => {
                let first = match start {
                    Start::Offset(offset) => offset.min(self.len()),
                    Start::Below(sequence) => self
                        .entries
                        .partition_point(|entry| entry.sequence >= sequence),
                };
                let range = first..self.len().min(first.saturating_add(size));
                Selected {
                    more: range.end < self.len(),
                    total: self.len(),
                    next: range.end,
                    entries: self.cut(range),
                }
            }
            Some(matches) => {
                let matching: Vec<usize> = (0..self.len())
                    .filter(|&position| matches(self.entries[position].status))
                    .collect();
                let first = match start {
                    Start::Offset(offset) => offset.min(matching.len()),
                    Start::Below(sequence) => {
                        matching.partition_point(|&at| self.entries[at].sequence >= sequence)
                    }
                };
                let end = matching.len().min(first.saturating_add(size));
                let entries = matching[first..end]
                    .iter()
                    .map(|&at| self.entries[at].clone())
                    .collect();
                Selected {
                    more: end < matching.len(),
                    total: matching.len(),
                    next: end,
                    entries,
                }
            }
        }
    }

    /// The number of users over all tenants (OmniDim).
    pub(crate) fn users(&self) -> u64 {
        self.entries
            .iter()
            .map(|entry| self.maker.users(entry))
            .sum()
    }

    fn cut(&self, range: Range<usize>) -> Vec<Entry> {
        self.entries[range].to_vec()
    }

    fn newest_first(&self) -> bool {
        self.maker.provider() != Which::OmniDim
    }

    fn next_generated(&mut self) -> Entry {
        let sequence = self.next;
        self.next += 1;
        Entry {
            sequence,
            status: self.maker.first_status(sequence),
            given: None,
        }
    }

    fn next_given(&mut self, record: Record) -> Entry {
        let sequence = self.next;
        self.next += 1;
        let (given, status) = record.read(self.maker.provider());
        Entry {
            sequence,
            status,
            given: Some(Arc::new(given)),
        }
    }

    fn enter(&mut self, entry: Entry) {
        let newest_first = self.newest_first();
        let entries = Arc::make_mut(&mut self.entries);
        if newest_first {
            entries.insert(0, entry);
        } else {
            entries.push(entry);
        }
    }

    fn id_of(&self, entry: &Entry) -> String {
        match &entry.given {
            Some(given) => given.id.clone().unwrap_or_default(),
            None => self.maker.id(entry.sequence),
        }
    }

    /// A generated identity tells its own sequence number, so that a search compares numbers, not texts.
    fn find(&self, id: &str) -> Option<usize> {
        let sequence = self.maker.sequence(id);
        self.entries.iter().position(|entry| match &entry.given {
            Some(given) => given.id.as_deref() == Some(id),
            None => Some(entry.sequence) == sequence,
        })
    }
}

/// Where a page begins.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Start {
    /// At the n-th match.
    Offset(usize),
    /// At the first match that is older than the tenant of this sequence number.
    Below(u32),
}

/// One page's entries.
pub(crate) struct Selected {
    pub(crate) entries: Vec<Entry>,
    pub(crate) total: usize,
    pub(crate) next: usize,
    pub(crate) more: bool,
}
