//! The parent account whose tenants are listed, and a tenant of it.

use crate::dice::{Dice, mix};
use crate::status::Status;

/// The parent account, as its provider's rules see it.
#[derive(Clone, Debug)]
pub struct Parent {
    pub(crate) name: String,
    pub(crate) credentials: Vec<(&'static str, String)>,
    pub(crate) knobs: Vec<&'static str>,
    pub(crate) seed: u64,
    pub(crate) origin: String,
}

impl Parent {
    /// The account's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The value of one credential.
    ///
    /// # Panics
    /// When the provider has none of that key.
    pub fn credential(&self, key: &str) -> &str {
        match self.credentials.iter().find(|(name, _)| *name == key) {
            Some((_, value)) => value,
            None => panic!("no credential {key:?} at this provider"),
        }
    }

    /// Whether a knob is set.
    pub fn has(&self, knob: &str) -> bool {
        self.knobs.contains(&knob)
    }

    /// The scheme and authority of the account's address.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The random numbers of the generated tenant `number`: the same for the same account name and seed.
    pub fn dice(&self, number: u32) -> Dice {
        Dice::new(mix(self.seed ^ (u64::from(number) << 20) ^ 0x5eed))
    }

    /// A number that hides `number`, different for every tenant: multiplication by an odd number is a bijection.
    pub fn code(&self, number: u32) -> u32 {
        number.wrapping_mul(0x9E37_79B1) ^ (mix(self.seed) >> 32) as u32
    }
}

/// One tenant: its place in the order of creation, its state, and its text unless it is generated.
#[derive(Clone, Debug)]
pub struct Tenant {
    pub(crate) number: u32,
    pub(crate) status: Status,
    pub(crate) given: Option<Given>,
}

/// The text and the identity of a record given verbatim; the identity is empty where it has none.
#[derive(Clone, Debug)]
pub(crate) struct Given {
    pub(crate) id: String,
    pub(crate) text: String,
}

impl Tenant {
    /// Its number in the order of creation, from 0.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Its state.
    pub fn status(&self) -> Status {
        self.status
    }

    /// Its record, where that was given verbatim.
    pub fn given(&self) -> Option<&str> {
        self.given.as_ref().map(|given| given.text.as_str())
    }
}
