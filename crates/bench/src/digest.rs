//! A digest of what the records of a list say, the same for every subject that tells the same.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Write};

use flate2::Crc;
use tenancy::Moment;

/// A digest of what the records of a list say. Nothing is allocated for it: the allocations that are counted are the
/// subject's.
#[derive(Debug, Default)]
pub(crate) struct Digest {
    ids: Crc,
    facts: Crc,
}

/// Separates facts, so that `("a", "")` is not `("", "a")`. No text of a simulated provider has it.
const END: &[u8] = b"\n";
/// Stands for what is absent.
const ABSENT: &[u8] = b"\0";

impl Digest {
    pub(crate) fn id(&mut self, id: impl Display) {
        // A checksum takes everything.
        let _ = write!(Sum(&mut self.ids), "{id}");
        self.ids.update(END);
    }

    pub(crate) fn text<T: AsRef<str>>(&mut self, text: Option<T>) {
        self.fact(text.as_ref().map(AsRef::as_ref));
    }

    pub(crate) fn number(&mut self, number: impl Display) {
        self.fact(Some(number));
    }

    /// A time as sent.
    pub(crate) fn time<T: AsRef<str>>(&mut self, time: Option<T>) {
        self.moment(time.and_then(|time| Moment::read(time.as_ref())));
    }

    pub(crate) fn moment(&mut self, moment: Option<Moment>) {
        self.fact(moment);
    }

    pub(crate) fn flag(&mut self, flag: Option<bool>) {
        self.fact(flag);
    }

    pub(crate) fn integer(&mut self, number: Option<i64>) {
        self.fact(number);
    }

    /// Amounts are compared as `f64`: that is all that plain structs have.
    pub(crate) fn amount(&mut self, number: Option<f64>) {
        self.fact(number);
    }

    pub(crate) fn map<V: Display>(&mut self, map: Option<&BTreeMap<String, V>>) {
        let Some(map) = map else {
            return self.fact(None::<bool>);
        };
        self.number(map.len());
        for (key, value) in map {
            self.number(key);
            self.number(value);
        }
    }

    fn fact(&mut self, fact: Option<impl Display>) {
        match fact {
            // A checksum takes everything.
            Some(fact) => drop(write!(Sum(&mut self.facts), "{fact}")),
            None => self.facts.update(ABSENT),
        }
        self.facts.update(END);
    }

    /// The digests of the identities in order, and of all facts.
    pub(crate) fn sums(self) -> (u32, u32) {
        (self.ids.sum(), self.facts.sum())
    }
}

struct Sum<'a>(&'a mut Crc);

impl Write for Sum<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.update(text.as_bytes());
        Ok(())
    }
}
