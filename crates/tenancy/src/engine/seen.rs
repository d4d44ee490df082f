//! Which tenants of an account were listed already.

use std::collections::{HashMap, HashSet};

use base64::prelude::{BASE64_STANDARD, Engine};
use siphasher::sip128::SipHasher13;

/// Which tenants of an account were listed already, and in which pass over the list each was last seen.
///
/// It keeps 128 bits for each identity and not the identity itself: a list of a million tenants takes some 50 MB less.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    passes: HashMap<u128, u32>,
}

/// How a tenant in a pass over the list compares with those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sight {
    /// It was never listed.
    First,
    /// It was listed in an earlier pass.
    Again,
    /// It was listed in this same pass.
    Twice,
}

impl Seen {
    pub(crate) fn see(&mut self, fingerprint: u128, pass: u32) -> Sight {
        match self.passes.insert(fingerprint, pass) {
            None => Sight::First,
            Some(earlier) if earlier == pass => Sight::Twice,
            Some(_) => Sight::Again,
        }
    }

    /// All fingerprints but these as text: 16 bytes each, ascending, in base64.
    pub(crate) fn write_without(&self, left_out: &HashSet<u128>) -> String {
        let mut fingerprints: Vec<u128> = self
            .passes
            .keys()
            .filter(|known| !left_out.contains(known))
            .copied()
            .collect();
        fingerprints.sort_unstable();
        let bytes: Vec<u8> = fingerprints
            .iter()
            .flat_map(|known| known.to_be_bytes())
            .collect();
        BASE64_STANDARD.encode(bytes)
    }

    /// Reads what [`Seen::write_without`] wrote, as seen in this pass; nothing if it is something else.
    pub(crate) fn read(text: &str, pass: u32) -> Option<Self> {
        let bytes = BASE64_STANDARD.decode(text).ok()?;
        let fingerprints = bytes.chunks_exact(size_of::<u128>());
        if !fingerprints.remainder().is_empty() {
            return None;
        }
        let known = |chunk: &[u8]| Some((u128::from_be_bytes(chunk.try_into().ok()?), pass));
        Some(Self {
            passes: fingerprints.map(known).collect::<Option<_>>()?,
        })
    }
}

/// 128 bits that stand for an identity, the same in every version and on every machine: checkpoints hold them.
pub(crate) fn fingerprint(id: &str) -> u128 {
    SipHasher13::new().hash(id.as_bytes()).as_u128()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_a_second_pass_from_a_second_sight() {
        let mut seen = Seen::default();
        assert_eq!(seen.see(fingerprint("a"), 1), Sight::First);
        assert_eq!(seen.see(fingerprint("a"), 1), Sight::Twice);
        assert_eq!(seen.see(fingerprint("a"), 2), Sight::Again);
        assert_eq!(seen.see(fingerprint("a"), 2), Sight::Twice);
        assert_eq!(seen.see(fingerprint("b"), 2), Sight::First);
    }

    #[test]
    fn a_fingerprint_is_the_same_for_ever() {
        assert_eq!(
            fingerprint("SA_XXXXXXXX"),
            18454839266532751138717836919762149557
        );
    }

    #[test]
    fn comes_back_as_it_was_written() {
        let mut seen = Seen::default();
        for id in ["a", "b", "c"] {
            seen.see(fingerprint(id), 1);
        }
        let text = seen.write_without(&HashSet::from([fingerprint("b")]));
        let mut read = Seen::read(&text, 4).unwrap();
        assert_eq!(read.see(fingerprint("a"), 4), Sight::Twice);
        assert_eq!(read.see(fingerprint("b"), 4), Sight::First);
        assert_eq!(read.see(fingerprint("c"), 5), Sight::Again);
        assert!(Seen::read("AAAA", 1).is_none());
        assert!(Seen::read("not base64", 1).is_none());
    }
}
