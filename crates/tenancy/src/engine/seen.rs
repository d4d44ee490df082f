//! Which tenants of an account were listed already.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

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
}

/// 128 bits that stand for an identity.
pub(crate) fn fingerprint(id: &str) -> u128 {
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        (salt, id).hash(&mut hasher);
        u128::from(hasher.finish())
    };
    half(0) << 64 | half(1)
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
}
