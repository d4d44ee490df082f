//! A set of fingerprints that grows by what it holds, each marked or not.

/// How many fingerprints a bucket has room for.
const SLOTS: usize = 32;
/// How many fingerprints a bucket has on average before there are more buckets.
const CROWDED: usize = 30;
/// How many buckets are allocated together.
const PAGE: usize = 16;

/// A set of fingerprints, each marked or not: 17 to 21 bytes each in a large set, and 8 KiB for a small one.
///
/// A hash table doubles, and holds the old half while it does: at a million fingerprints it takes three times as much. This one
/// grows by a fifth and page by page: an old page goes as soon as its fingerprints are in new ones.
///
/// Fingerprints are uniform, so their first bits say in which bucket they belong: buckets are in ascending order, what is in
/// one is not. A fingerprint whose bucket is full goes to the next that is not. None is ever removed, so the search for one ends
/// at a bucket with room.
#[derive(Clone, Debug, Default)]
pub(super) struct Fingerprints {
    pages: Vec<Box<[Bucket; PAGE]>>,
    /// How many buckets fingerprints belong in. Those beyond take what overflows from the last ones.
    homes: usize,
    len: usize,
}

/// Fingerprints, each in two parts: a search reads the short ones, which lie together, and seldom more.
#[derive(Clone, Copy, Debug, Default)]
struct Bucket {
    len: u32,
    /// A bit for each slot.
    marks: u32,
    tags: [u32; SLOTS],
    rests: [[u32; 3]; SLOTS],
}

impl Fingerprints {
    /// Adds a fingerprint and marks it; says whether it was marked before, and nothing if it is new.
    pub(super) fn mark(&mut self, fingerprint: u128) -> Option<bool> {
        if self.len >= self.homes * CROWDED {
            self.grow();
        }
        let mut at = self.home(fingerprint);
        loop {
            let bucket = self.bucket(at);
            if let Some(slot) = bucket.find(fingerprint) {
                return Some(bucket.mark(slot));
            }
            if bucket.push(fingerprint, true) {
                self.len += 1;
                return None;
            }
            at += 1;
        }
    }

    pub(super) fn clear_marks(&mut self) {
        for bucket in self.pages.iter_mut().flat_map(|page| page.iter_mut()) {
            bucket.marks = 0;
        }
    }

    /// All fingerprints, in no order.
    pub(super) fn iter(&self) -> impl Iterator<Item = u128> + '_ {
        let buckets = self.pages.iter().flat_map(|page| page.iter());
        buckets.flat_map(Bucket::iter).map(|(known, _)| known)
    }

    /// The bucket where a fingerprint belongs.
    fn home(&self, fingerprint: u128) -> usize {
        (((fingerprint >> 64) * self.homes as u128) >> 64) as usize
    }

    fn bucket(&mut self, at: usize) -> &mut Bucket {
        while at / PAGE >= self.pages.len() {
            self.add_page();
        }
        &mut self.pages[at / PAGE][at % PAGE]
    }

    #[cold]
    fn add_page(&mut self) {
        self.pages.push(Box::new([Bucket::default(); PAGE]));
    }

    #[cold]
    fn grow(&mut self) {
        let old = std::mem::take(&mut self.pages);
        let pages = old.len() + old.len() / 5 + 1;
        self.pages.reserve_exact(pages);
        self.homes = pages * PAGE - 1;
        for page in old {
            for (fingerprint, marked) in page.iter().flat_map(Bucket::iter) {
                let mut at = self.home(fingerprint);
                while !self.bucket(at).push(fingerprint, marked) {
                    at += 1;
                }
            }
        }
    }
}

impl Bucket {
    fn find(&self, fingerprint: u128) -> Option<usize> {
        let (tag, rest) = split(fingerprint);
        // All of them, without a branch: it takes a few vector instructions.
        if !self
            .tags
            .iter()
            .fold(false, |any, known| any | (*known == tag))
        {
            return None;
        }
        (0..self.len as usize).find(|slot| self.tags[*slot] == tag && self.rests[*slot] == rest)
    }

    /// Marks a slot; says whether it was marked before.
    fn mark(&mut self, slot: usize) -> bool {
        let marked = self.is_marked(slot);
        self.marks |= 1 << slot;
        marked
    }

    fn is_marked(&self, slot: usize) -> bool {
        self.marks & 1 << slot != 0
    }

    /// Adds a fingerprint that is not there; says whether there was room.
    fn push(&mut self, fingerprint: u128, marked: bool) -> bool {
        let slot = self.len as usize;
        if slot == SLOTS {
            return false;
        }
        (self.tags[slot], self.rests[slot]) = split(fingerprint);
        self.marks |= u32::from(marked) << slot;
        self.len += 1;
        true
    }

    /// The fingerprints, and whether each is marked.
    fn iter(&self) -> impl Iterator<Item = (u128, bool)> + '_ {
        (0..self.len as usize).map(|slot| {
            let known = join(self.tags[slot], self.rests[slot]);
            (known, self.is_marked(slot))
        })
    }
}

/// The last bits of a fingerprint, which differ within a bucket, and the others.
fn split(fingerprint: u128) -> (u32, [u32; 3]) {
    let word = |at: u32| (fingerprint >> (at * u32::BITS)) as u32;
    (word(0), [word(1), word(2), word(3)])
}

fn join(tag: u32, rest: [u32; 3]) -> u128 {
    let [low, middle, high] = rest.map(u128::from);
    high << 96 | middle << 64 | low << 32 | u128::from(tag)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use fastrand::Rng;

    use super::*;

    /// As many as are asked for, some of them known already, some alike in their first or in their last bits.
    fn some(count: usize, rng: &mut Rng) -> Vec<u128> {
        let mut fingerprints = vec![0, u128::MAX];
        while fingerprints.len() < count {
            let known = fingerprints[rng.usize(..fingerprints.len())];
            fingerprints.push(match rng.u8(..40) {
                0..10 => known,
                10 => known ^ u128::from(rng.u64(..)),
                11 => known ^ u128::from(rng.u64(..)) << 64,
                _ => rng.u128(..),
            });
        }
        fingerprints
    }

    fn held(set: &Fingerprints) -> usize {
        set.pages.len() * size_of::<[Bucket; PAGE]>() + set.pages.capacity() * size_of::<usize>()
    }

    #[test]
    fn is_a_set_with_marks() {
        let mut rng = Rng::with_seed(7);
        let (mut set, mut model) = (Fingerprints::default(), BTreeMap::new());
        for (index, fingerprint) in some(60_000, &mut rng).into_iter().enumerate() {
            assert_eq!(set.mark(fingerprint), model.insert(fingerprint, true));
            if index % 7_000 == 0 {
                set.clear_marks();
                model.values_mut().for_each(|marked| *marked = false);
            }
        }
        assert_eq!(set.len, model.len());
        let mut all: Vec<u128> = set.iter().collect();
        all.sort_unstable();
        assert!(all.iter().eq(model.keys()));
    }

    #[test]
    fn fingerprints_that_belong_in_one_bucket_overflow_from_it() {
        for first in [0, u128::MAX << 64] {
            let mut set = Fingerprints::default();
            for last in 0..2_000 {
                assert_eq!(set.mark(first | last), None);
            }
            assert!((0..2_000).all(|last| set.mark(first | last) == Some(true)));
            assert_eq!(set.iter().count(), 2_000);
        }
    }

    #[test]
    fn a_million_take_twenty_bytes_each() {
        let mut rng = Rng::with_seed(8);
        let mut set = Fingerprints::default();
        for count in 1..=1_000_000 {
            set.mark(rng.u128(..));
            assert!(count < 100_000 || held(&set) < count * 21, "{count}");
        }
        assert!(held(&set) < 20_000_000, "{}", held(&set));
    }
}
