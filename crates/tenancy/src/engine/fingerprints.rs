//! A set of fingerprints that grows by what it holds.

/// How many fingerprints a shard has on average before there are twice as many shards.
const CROWDED: usize = 64;
/// By how many fingerprints a shard's memory grows.
const SLACK: usize = 8;

/// A set of fingerprints: some 19 bytes each, however many there are.
///
/// A hash table doubles, and holds the old half while it does: at a million fingerprints it takes three times as much. Fingerprints
/// are uniform, so they are spread over small sorted shards by their first bits; the shards are split one by one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Fingerprints {
    shards: Vec<Vec<u128>>,
    len: usize,
}

impl Fingerprints {
    /// Adds a fingerprint; says whether it is new.
    pub(super) fn insert(&mut self, fingerprint: u128) -> bool {
        if self.len >= self.shards.len() * CROWDED {
            self.split();
        }
        let place = self.shard_of(fingerprint);
        let shard = &mut self.shards[place];
        let Err(at) = shard.binary_search(&fingerprint) else {
            return false;
        };
        if shard.len() == shard.capacity() {
            shard.reserve_exact(SLACK);
        }
        shard.insert(at, fingerprint);
        self.len += 1;
        true
    }

    /// Removes a fingerprint; says whether it was there.
    pub(super) fn remove(&mut self, fingerprint: u128) -> bool {
        if self.len == 0 {
            return false;
        }
        let place = self.shard_of(fingerprint);
        let shard = &mut self.shards[place];
        let Ok(at) = shard.binary_search(&fingerprint) else {
            return false;
        };
        shard.remove(at);
        self.len -= 1;
        true
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// All fingerprints, ascending.
    pub(super) fn iter(&self) -> impl Iterator<Item = u128> + '_ {
        self.shards.iter().flatten().copied()
    }

    fn shard_of(&self, fingerprint: u128) -> usize {
        // There is a power of two of them.
        match self.shards.len().trailing_zeros() {
            0 => 0,
            bits => (fingerprint >> (u128::BITS - bits)) as usize,
        }
    }

    /// Makes two shards of each.
    fn split(&mut self) {
        let old = std::mem::take(&mut self.shards);
        if old.is_empty() {
            self.shards.push(Vec::new());
            return;
        }
        self.shards.reserve_exact(old.len() * 2);
        let bits = old.len().trailing_zeros() + 1;
        for (place, mut shard) in old.into_iter().enumerate() {
            let boundary = ((place as u128) * 2 + 1) << (u128::BITS - bits);
            let at = shard.partition_point(|fingerprint| *fingerprint < boundary);
            let upper = shard.split_off(at);
            shard.shrink_to_fit();
            self.shards.push(shard);
            self.shards.push(upper);
        }
    }
}

impl FromIterator<u128> for Fingerprints {
    fn from_iter<I: IntoIterator<Item = u128>>(fingerprints: I) -> Self {
        let mut set = Self::default();
        for fingerprint in fingerprints {
            set.insert(fingerprint);
        }
        set
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use fastrand::Rng;

    use super::*;

    #[test]
    fn is_a_set() {
        let mut rng = Rng::with_seed(7);
        let (mut set, mut model) = (Fingerprints::default(), BTreeSet::new());
        let mut known = vec![0, u128::MAX];
        for _ in 0..60_000 {
            let fingerprint = if rng.u8(..3) == 0 {
                known[rng.usize(..known.len())]
            } else {
                rng.u128(..)
            };
            if rng.u8(..4) == 0 {
                assert_eq!(set.remove(fingerprint), model.remove(&fingerprint));
            } else {
                known.push(fingerprint);
                assert_eq!(set.insert(fingerprint), model.insert(fingerprint));
            }
        }
        assert!(!set.is_empty() && set.len == model.len());
        assert!(set.iter().eq(model.iter().copied()));
        assert!(model.iter().all(|fingerprint| set.remove(*fingerprint)));
        assert!(set.is_empty() && set.iter().next().is_none());
    }

    #[test]
    fn a_million_take_twenty_bytes_each() {
        let mut rng = Rng::with_seed(8);
        let set: Fingerprints = (0..1_000_000).map(|_| rng.u128(..)).collect();
        let held: usize = set.shards.iter().map(Vec::capacity).sum();
        let bytes = held * size_of::<u128>() + set.shards.len() * size_of::<Vec<u128>>();
        assert!(bytes < 20_000_000, "{bytes}");
    }
}
