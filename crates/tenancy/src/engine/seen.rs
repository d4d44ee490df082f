//! Which tenants of an account were listed already.

use std::collections::HashSet;

use base64::prelude::{BASE64_STANDARD, Engine};
use siphasher::sip128::SipHasher13;

use super::fingerprints::Fingerprints;

/// Which tenants of an account were listed already: in this pass over the list, or in an earlier one.
///
/// It keeps 128 bits for each identity and not the identity itself. Those seen in this pass are marked.
#[derive(Debug, Default)]
pub(crate) struct Seen(Fingerprints);

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
    pub(crate) fn see(&mut self, fingerprint: u128) -> Sight {
        match self.0.mark(fingerprint) {
            None => Sight::First,
            Some(false) => Sight::Again,
            Some(true) => Sight::Twice,
        }
    }

    /// Begins another pass: what was listed was listed in an earlier one.
    pub(crate) fn begin_pass(&mut self) {
        self.0.clear_marks();
    }

    /// All fingerprints but these as text: 16 bytes each, ascending, in base64.
    pub(crate) fn write_without(&self, left_out: &HashSet<u128>) -> String {
        let all = self.0.iter();
        let mut fingerprints: Vec<u128> = all.filter(|known| !left_out.contains(known)).collect();
        fingerprints.sort_unstable();
        let bytes: Vec<u8> = fingerprints
            .iter()
            .flat_map(|known| known.to_be_bytes())
            .collect();
        BASE64_STANDARD.encode(bytes)
    }

    /// Reads what [`Seen::write_without`] wrote, as seen in this pass; nothing if it is something else.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let bytes = BASE64_STANDARD.decode(text).ok()?;
        let fingerprints = bytes.chunks_exact(size_of::<u128>());
        if !fingerprints.remainder().is_empty() {
            return None;
        }
        let mut seen = Self::default();
        for known in fingerprints {
            seen.see(u128::from_be_bytes(known.try_into().ok()?));
        }
        Some(seen)
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
        assert_eq!(seen.see(fingerprint("a")), Sight::First);
        assert_eq!(seen.see(fingerprint("a")), Sight::Twice);
        for _ in 0..2 {
            seen.begin_pass();
            assert_eq!(seen.see(fingerprint("a")), Sight::Again);
            assert_eq!(seen.see(fingerprint("a")), Sight::Twice);
        }
        assert_eq!(seen.see(fingerprint("b")), Sight::First);
        seen.begin_pass();
        seen.begin_pass();
        assert_eq!(seen.see(fingerprint("b")), Sight::Again);
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
        seen.see(fingerprint("a"));
        seen.begin_pass();
        seen.see(fingerprint("b"));
        seen.see(fingerprint("c"));
        let text = seen.write_without(&HashSet::from([fingerprint("b")]));
        let mut read = Seen::read(&text).unwrap();
        assert_eq!(read.see(fingerprint("a")), Sight::Twice);
        assert_eq!(read.see(fingerprint("b")), Sight::First);
        read.begin_pass();
        assert_eq!(read.see(fingerprint("c")), Sight::Again);
        assert!(Seen::read("AAAA").is_none());
        assert!(Seen::read("not base64").is_none());
    }
}
