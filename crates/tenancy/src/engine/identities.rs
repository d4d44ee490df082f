//! Tells the first tenant of each identity from those that come again.

use super::seen::{Seen, Sight, fingerprint};

/// The identities that have come by.
///
/// A [`Listing`](crate::Listing) sees to it by itself that each tenant is listed once. This is for bodies that a
/// [`Normaliser`](crate::Normaliser) reads: one set for those of one account. It keeps 128 bits for each identity, about twenty
/// bytes.
#[derive(Debug, Default)]
pub struct Identities(Seen);

impl Identities {
    /// Takes note of an identity, and says whether it is the first time.
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
}
