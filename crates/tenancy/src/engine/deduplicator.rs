//! Recognises records that were listed before, and counts what each page contributed.

use std::collections::{HashMap, HashSet};

use super::seen::{Seen, Sight, fingerprint};
use super::step::Tally;
use crate::Tenant;

/// The most unreadable records of an account that are recognised individually, which takes memory for each. The others are only
/// counted.
const MOST_RECOGNISED: u64 = 100_000;

/// Recognises the records of one account that were received before.
#[derive(Debug)]
pub(super) struct Deduplicator {
    pub(super) seen: Seen,
    /// Whether one page is the whole list. All distinct records of the page are then new to the walk.
    one_page: bool,
    /// The parents that tenants name.
    parents: HashSet<u128>,
    /// The number of unreadable records of this walk with the same bytes.
    unreadable: HashMap<u128, u64>,
    /// The number of unreadable records that this walk has met, and the most that an earlier walk met.
    met: u64,
    met_before: u64,
    page: Page,
}

/// The page that is arriving.
#[derive(Debug, Default)]
struct Page {
    tally: Tally,
    /// The fingerprints of its records; empty where the page is the whole list.
    fingerprints: Vec<u128>,
    /// The number of its unreadable records with the same bytes.
    unreadable: HashMap<u128, u64>,
    /// The number of its unreadable records that are only counted.
    counted: u64,
}

impl Deduplicator {
    pub(super) fn new(seen: Seen, one_page: bool) -> Self {
        Self {
            seen,
            one_page,
            parents: HashSet::new(),
            unreadable: HashMap::new(),
            met: 0,
            met_before: 0,
            page: Page::default(),
        }
    }

    /// Takes a tenant.
    pub(super) fn see(&mut self, tenant: &Tenant) -> (u128, Sight) {
        let (id, sight) = self.take(&tenant.id);
        if sight != Sight::Twice {
            self.page.tally.keys.push(tenant.created_at);
        }
        let parent = tenant.parent_id.as_deref().map(fingerprint);
        let names_known = parent.is_some_and(|parent| {
            parent != id && self.parents.insert(parent) && self.seen.contains(parent)
        });
        self.page.tally.names_parent |= names_known || self.parents.contains(&id);
        (id, sight)
    }

    /// Takes the parent's own record. It is not a tenant, so its creation time says nothing about the order of tenants.
    pub(super) fn see_parent(&mut self, id: &str) -> (u128, Sight) {
        let identity = format!("\0parent {id}");
        let is_on_page = self.page.fingerprints.contains(&fingerprint(&identity));
        let seen = self.take(&identity);
        let is_again = seen.1 == Sight::Twice && !is_on_page && !self.one_page;
        self.page.tally.parents += 1;
        self.page.tally.parents_again += u64::from(is_again);
        seen
    }

    /// Notes a tenant that has another status than the list's filter.
    pub(super) fn note_misfiltered(&mut self) {
        self.page.tally.misfiltered = true;
    }

    /// Notes a tenant with the status of this index among those that a plain list may omit.
    pub(super) fn note_status(&mut self, index: usize) {
        self.page.tally.statuses |= 1 << index;
    }

    fn take(&mut self, identity: &str) -> (u128, Sight) {
        let fingerprint = fingerprint(identity);
        if !self.one_page {
            self.page.fingerprints.push(fingerprint);
        }
        let sight = self.seen.see(fingerprint);
        let tally = &mut self.page.tally;
        tally.first.get_or_insert(fingerprint);
        tally.last = Some(fingerprint);
        tally.new_to_walk += u64::from(sight != Sight::Twice);
        tally.new += u64::from(matches!(sight, Sight::First | Sight::Stray));
        (fingerprint, sight)
    }

    /// Takes a record that cannot be read. Its identity is its bytes and the number of earlier records with the same bytes, so
    /// that it is reported once however often its page is read. No tenant's identity begins like this.
    pub(super) fn see_unreadable(&mut self, bytes: u128, again: bool) -> (u128, Sight) {
        self.met += u64::from(!again);
        if self.met > MOST_RECOGNISED {
            return (bytes, self.count_unreadable(again));
        }
        let on_page = self.page.unreadable.entry(bytes).or_default();
        *on_page += 1;
        let on_page = *on_page;
        let mut alike = on_page;
        if !again {
            let in_walk = self.unreadable.entry(bytes).or_default();
            *in_walk += 1;
            alike = *in_walk;
        }
        let identity = format!("\0{bytes:x} {alike}");
        let repeats = alike > on_page;
        let seen = self.take(&identity);
        self.page.tally.repeated_unreadable += u64::from(repeats && seen.1 != Sight::Twice);
        seen
    }

    /// Counts an unreadable record that is not recognised individually. It is new if no earlier walk met as many.
    fn count_unreadable(&mut self, again: bool) -> Sight {
        self.page.counted += 1;
        if again {
            return Sight::Twice;
        }
        let tally = &mut self.page.tally;
        tally.new_to_walk += 1;
        // The page may be a repeat.
        tally.repeated_unreadable += 1;
        if self.met <= self.met_before {
            return Sight::Again;
        }
        tally.new += 1;
        Sight::First
    }

    /// Ends a complete page, and returns what its records were.
    pub(super) fn end_page(&mut self) -> Tally {
        let mut page = std::mem::take(&mut self.page);
        page.fingerprints.sort_unstable();
        page.fingerprints.dedup();
        Tally {
            distinct: match self.one_page {
                true => page.tally.new_to_walk,
                false => page.fingerprints.len() as u64 + page.counted,
            },
            ..page.tally
        }
    }

    /// Discards the page, which broke off and arrives again from its beginning. Only a page that is the whole list yields records
    /// before it is complete, so the walk begins again.
    pub(super) fn begin_page_again(&mut self) {
        self.begin_walk();
    }

    /// Prepares for reading the list from its beginning.
    pub(super) fn begin_walk(&mut self) {
        self.page = Page::default();
        self.unreadable = HashMap::new();
        self.met_before = self.met_before.max(std::mem::take(&mut self.met));
        self.seen.begin_walk();
    }
}
