//! Remembers which identities of an account were listed before.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};

use base64::prelude::{BASE64_STANDARD, Engine};
use siphasher::sip128::SipHasher13;

/// A set of fingerprints, in parts by their highest bits. A part that grows needs its old and its new memory at once. A single
/// part for a long list would need half as much memory again.
#[derive(Debug, Default)]
struct Fingerprints([Part; 4]);

/// Fingerprints are uniform already, so hashing takes their low bits.
type Part = HashSet<u128, BuildHasherDefault<LowBits>>;

impl Fingerprints {
    fn part(fingerprint: u128) -> usize {
        (fingerprint >> 126) as usize
    }

    fn insert(&mut self, fingerprint: u128) -> bool {
        self.0[Self::part(fingerprint)].insert(fingerprint)
    }

    fn contains(&self, fingerprint: u128) -> bool {
        self.0[Self::part(fingerprint)].contains(&fingerprint)
    }

    fn is_empty(&self) -> bool {
        self.0.iter().all(Part::is_empty)
    }

    fn iter(&self) -> impl Iterator<Item = u128> {
        self.0.iter().flatten().copied()
    }
}

impl Extend<u128> for Fingerprints {
    fn extend<I: IntoIterator<Item = u128>>(&mut self, fingerprints: I) {
        for fingerprint in fingerprints {
            self.insert(fingerprint);
        }
    }
}

/// The identities of an account received so far, in this walk or in an earlier one. It keeps 128 bits of each.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    walk: Fingerprints,
    earlier: Fingerprints,
    /// Those that were handed out although no walk has met them.
    strays: Fingerprints,
}

/// Whether an identity was received before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sight {
    /// It was not received before.
    First,
    /// It was handed out, and no walk has met it.
    Stray,
    /// It was received in an earlier walk.
    Again,
    /// It was already received in this walk.
    Twice,
}

impl Seen {
    pub(crate) fn see(&mut self, fingerprint: u128) -> Sight {
        if !self.walk.insert(fingerprint) {
            Sight::Twice
        } else if self.earlier.contains(fingerprint) {
            Sight::Again
        } else if self.strays.contains(fingerprint) {
            Sight::Stray
        } else {
            Sight::First
        }
    }

    /// Whether a walk has met the identity.
    pub(crate) fn contains(&self, fingerprint: u128) -> bool {
        self.walk.contains(fingerprint) || self.earlier.contains(fingerprint)
    }

    /// Takes the identity of a record that the walk does not meet, and returns its fingerprint if it was not received before.
    pub(crate) fn stray(&mut self, identity: &str) -> Option<u128> {
        let fingerprint = fingerprint(identity);
        (!self.contains(fingerprint) && self.strays.insert(fingerprint)).then_some(fingerprint)
    }

    /// The number of identities received.
    pub(crate) fn len(&self) -> u64 {
        self.all().count() as u64
    }

    fn all(&self) -> impl Iterator<Item = u128> {
        let only_earlier = |known: &u128| !self.walk.contains(*known);
        let only_stray = move |known: &u128| only_earlier(known) && !self.earlier.contains(*known);
        self.walk
            .iter()
            .chain(self.earlier.iter().filter(only_earlier))
            .chain(self.strays.iter().filter(only_stray))
    }

    /// Begins another walk: everything seen so far belongs to an earlier walk.
    pub(crate) fn begin_walk(&mut self) {
        let walk = std::mem::take(&mut self.walk);
        if self.earlier.is_empty() {
            self.earlier = walk;
        } else {
            self.earlier.extend(walk.iter());
        }
    }

    /// Writes all fingerprints except these as text: 16 bytes each, ascending, in base64.
    pub(crate) fn write_without(&self, excluded: &HashSet<u128>) -> String {
        let wanted = |known: &u128| !excluded.contains(known);
        let mut fingerprints: Vec<u128> = self.all().filter(wanted).collect();
        fingerprints.sort_unstable();
        let mut text = String::with_capacity(fingerprints.len().div_ceil(3) * 64);
        // In whole groups of base64: the bytes of all together would be as large as the text.
        for some in fingerprints.chunks(3 * 1024) {
            let bytes: Vec<u8> = some.iter().flat_map(|known| known.to_be_bytes()).collect();
            BASE64_STANDARD.encode_string(bytes, &mut text);
        }
        text
    }

    /// Reads the text that [`Seen::write_without`] wrote, as seen in this walk; `None` for any other text.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let bytes = BASE64_STANDARD.decode(text).ok()?;
        let (fingerprints, []) = bytes.as_chunks() else {
            return None;
        };
        let mut seen = Self::default();
        let fingerprints = fingerprints.iter().map(|known| u128::from_be_bytes(*known));
        seen.walk.extend(fingerprints);
        Some(seen)
    }
}

/// The low 64 bits of a fingerprint.
#[derive(Debug, Default)]
struct LowBits(u64);

impl Hasher for LowBits {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u128(&mut self, fingerprint: u128) {
        self.0 = fingerprint as u64;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// 128 bits that represent an identity, the same in every version and on every machine: checkpoints hold them.
pub(crate) fn fingerprint(id: &str) -> u128 {
    SipHasher13::new().hash(id.as_bytes()).as_u128()
}

/// The identities of one account that a [`Normaliser`](crate::providers::Normaliser) has read. A [`Listing`](crate::Listing) does not need it:
/// it drops duplicates itself.
#[derive(Debug, Default)]
pub struct Identities(Seen);

impl Identities {
    /// Adds an identity, and returns whether it is new.
    pub fn is_new(&mut self, id: &str) -> bool {
        self.0.see(fingerprint(id)) == Sight::First
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_is_new_once() {
        let mut identities = Identities::default();
        let new = ["a", "b", "a", "", "b", "A", ""].map(|id| identities.is_new(id));
        assert_eq!(new, [true, true, false, true, false, true, false]);
    }

    #[test]
    fn tells_a_second_walk_from_a_second_sight() {
        let mut seen = Seen::default();
        assert_eq!(seen.see(fingerprint("a")), Sight::First);
        assert_eq!(seen.see(fingerprint("a")), Sight::Twice);
        for _ in 0..2 {
            seen.begin_walk();
            assert_eq!(seen.see(fingerprint("a")), Sight::Again);
            assert_eq!(seen.see(fingerprint("a")), Sight::Twice);
        }
        assert_eq!(seen.see(fingerprint("b")), Sight::First);
        seen.begin_walk();
        seen.begin_walk();
        assert_eq!(seen.see(fingerprint("b")), Sight::Again);
    }

    #[test]
    fn a_fingerprint_never_changes() {
        assert_eq!(
            fingerprint("SA_XXXXXXXX"),
            18454839266532751138717836919762149557
        );
    }

    #[test]
    fn is_read_as_it_was_written() {
        let mut seen = Seen::default();
        seen.see(fingerprint("a"));
        seen.begin_walk();
        seen.see(fingerprint("b"));
        seen.see(fingerprint("c"));
        let text = seen.write_without(&HashSet::from([fingerprint("b")]));
        let mut read = Seen::read(&text).unwrap();
        assert_eq!(read.see(fingerprint("a")), Sight::Twice);
        assert_eq!(read.see(fingerprint("b")), Sight::First);
        read.begin_walk();
        assert_eq!(read.see(fingerprint("c")), Sight::Again);
        assert!(Seen::read("AAAA").is_none());
        assert!(Seen::read("not base64").is_none());
    }
}
