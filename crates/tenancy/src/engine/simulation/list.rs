//! The list of a model server, and how it changes.

use std::collections::{BTreeMap, BTreeSet};

use fastrand::Rng;

use super::schedule::{Lists, Schedule, Sorted};
use crate::Status;

/// The identity of the parent.
pub(super) const PARENT: u64 = u64::MAX;

/// One record.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) id: u64,
    pub(super) status: Status,
    /// Deleted records keep their place, which a key may name.
    pub(super) is_deleted: bool,
}

impl Item {
    fn new(id: u64, status: Status) -> Self {
        Self {
            id,
            status,
            is_deleted: false,
        }
    }

    /// Whether a list by this filter has the record.
    pub(super) fn is_listed(&self, lists: Lists, filter: Option<&Status>) -> bool {
        let is_archived = self.status == Status::Archived;
        let is_listed = match (lists, filter) {
            (Lists::Merged { overlap }, None) => overlap || !is_archived,
            (Lists::Apart { overlap }, None) => overlap || is_archived,
            (_, None) => true,
            (_, Some(filter)) => self.status == *filter,
        };
        !self.is_deleted && is_listed
    }
}

/// A list that changes.
#[derive(Debug)]
pub(super) struct List {
    pub(super) items: Vec<Item>,
    /// Every tenant that there ever was.
    pub(super) ever: BTreeSet<u64>,
    /// The tenants that were there throughout, with a status that did not change.
    pub(super) steadfast: BTreeMap<u64, Status>,
    /// The tenants that were there throughout, with a status that changed once.
    pub(super) moved: BTreeSet<u64>,
    changes: u32,
}

impl List {
    pub(super) fn new(schedule: &Schedule, rng: &mut Rng) -> Self {
        let mut items: Vec<_> = (0..schedule.tenants as u64)
            .map(|id| Item::new(id, any_status(schedule, rng)))
            .collect();
        match schedule.order {
            Sorted::NewestFirst | Sorted::Unstable => items.reverse(),
            Sorted::OldestFirst => {}
            Sorted::Arbitrary | Sorted::LastUpdated => rng.shuffle(&mut items),
        }
        let tenants = items.iter().map(|item| (item.id, item.status.clone()));
        let steadfast: BTreeMap<_, _> = tenants.collect();
        if schedule.has_parent {
            let parent = Item::new(PARENT, Status::Active);
            items.insert(rng.usize(..=items.len()), parent);
        }
        Self {
            ever: steadfast.keys().copied().collect(),
            steadfast,
            moved: BTreeSet::new(),
            items,
            changes: 0,
        }
    }

    /// Changes up to three times, and says how.
    pub(super) fn change(&mut self, schedule: &Schedule, rng: &mut Rng) -> Vec<String> {
        let mut log = Vec::new();
        for _ in 0..rng.usize(1..4) {
            if self.changes < schedule.most_changes {
                self.changes += 1;
                log.extend(self.change_once(schedule, rng));
            }
        }
        log
    }

    fn change_once(&mut self, schedule: &Schedule, rng: &mut Rng) -> Option<String> {
        let kind = rng.u8(..3);
        if kind == 0 && schedule.creates {
            let id = self.ever.len() as u64;
            self.ever.insert(id);
            let at = match schedule.order {
                Sorted::NewestFirst | Sorted::Unstable | Sorted::LastUpdated => 0,
                Sorted::OldestFirst => self.items.len(),
                Sorted::Arbitrary => rng.usize(..=self.items.len()),
            };
            self.items.insert(at, Item::new(id, Status::Active));
            return Some(format!("create {id} at {at}"));
        }
        let tenants = self.items.iter_mut();
        let mut tenants: Vec<_> = tenants
            .filter(|item| !item.is_deleted && item.id != PARENT)
            .collect();
        // Often near the head, where a deletion shifts most.
        let most = if rng.bool() { 3 } else { usize::MAX };
        let most = tenants.len().min(most);
        if most == 0 || kind == 0 || (kind == 1 && !schedule.deletes) {
            return None;
        }
        let item = &mut tenants[rng.usize(..most)];
        if kind == 2 && schedule.order == Sorted::LastUpdated {
            let id = item.id;
            let at = self.items.iter().position(|item| item.id == id)?;
            self.items[..=at].rotate_right(1);
            return Some(format!("update {id}"));
        }
        let is_steadfast = self.steadfast.remove(&item.id).is_some();
        self.moved.remove(&item.id);
        if kind == 1 {
            item.is_deleted = true;
            return Some(format!("delete {}", item.id));
        }
        self.moved.extend(is_steadfast.then_some(item.id));
        item.status = any_status(schedule, rng);
        Some(format!("{} is {:?}", item.id, item.status))
    }
}

fn any_status(schedule: &Schedule, rng: &mut Rng) -> Status {
    match (schedule.lists, rng.u8(..5)) {
        (_, 0 | 1) => Status::Active,
        (Lists::Merged { .. } | Lists::Apart { .. }, 2) => Status::Archived,
        _ => Status::Suspended,
    }
}
