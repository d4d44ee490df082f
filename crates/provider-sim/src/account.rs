//! An account to serve: its credentials, tenants and faults, and knobs for what the documents leave open.

use std::time::Duration;

use serde_json::value::RawValue;

use crate::churn::Churn;
use crate::dice::number_of;
use crate::fault::Fault;
use crate::paging::Order;
use crate::parent::Parent;
use crate::population::Population;
use crate::provider::contract::Provider;
use crate::record::Record;
use crate::status::Status;
use crate::when::When;

/// An account to be served: a provider, credentials and a population of child tenants.
///
/// Without any setting it has no tenants, has credentials that follow from its name, and behaves as its provider documents.
pub struct Account {
    pub(crate) provider: Provider,
    pub(crate) name: String,
    pub(crate) credentials: Vec<(&'static str, String)>,
    pub(crate) settings: Settings,
    pub(crate) latency: Duration,
    pub(crate) faults: Vec<(When, Fault)>,
    pub(crate) churn: Vec<Churn>,
    knobs: Vec<&'static str>,
    order: Order,
    tenants: Tenants,
}

enum Tenants {
    Generated { count: u32, seed: u64 },
    Given(Vec<Record>),
}

/// The knobs that every provider has.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    pub(crate) default_size: Option<usize>,
    pub(crate) max_size: Option<usize>,
    pub(crate) hides_clamp: bool,
    pub(crate) key_cursors: bool,
    pub(crate) cursor_remembers_filter: bool,
    pub(crate) omits_last_cursor: bool,
    pub(crate) hidden: Option<Status>,
}

impl Account {
    /// An account at `provider`.
    pub fn new(provider: Provider, name: impl Into<String>) -> Self {
        let name = name.into();
        Self {
            credentials: provider.credentials(number_of(&name)),
            provider,
            name,
            settings: Settings::default(),
            latency: Duration::ZERO,
            faults: Vec::new(),
            churn: Vec::new(),
            knobs: Vec::new(),
            order: provider.order(),
            tenants: Tenants::Given(Vec::new()),
        }
    }

    /// Gives it `count` generated tenants; the same account name, count and seed give the same bytes. They are written only when
    /// they are sent, so a million of them is cheap.
    #[must_use]
    pub fn population(mut self, count: u32, seed: u64) -> Self {
        self.tenants = Tenants::Generated { count, seed };
        self
    }

    /// Gives it these tenants, in the order in which they are listed.
    #[must_use]
    pub fn records(mut self, records: impl IntoIterator<Item = Record>) -> Self {
        self.tenants = Tenants::Given(records.into_iter().collect());
        self
    }

    /// Gives it the hand-made tenants of the demonstration: few, but as varied as real ones.
    #[must_use]
    pub fn demo_records(self) -> Self {
        let records: Vec<Box<RawValue>> =
            serde_json::from_str(self.provider.demo()).expect("the demonstration is a JSON array");
        self.records(records.iter().map(|record| Record::raw(record.get())))
    }

    /// Requires `value` for the credential `key` instead of what follows from the name.
    ///
    /// # Panics
    /// When the provider has no such credential.
    #[must_use]
    pub fn credential(mut self, key: &str, value: impl Into<String>) -> Self {
        match self.credentials.iter_mut().find(|(name, _)| *name == key) {
            Some((_, required)) => *required = value.into(),
            None => panic!("no credential {key:?} at {:?}", self.provider),
        }
        self
    }

    /// Sets an option of this provider alone, for what only its documents leave open.
    ///
    /// # Panics
    /// When the provider has no such knob.
    #[must_use]
    pub fn knob(mut self, name: &str) -> Self {
        let known = self.provider.knobs();
        match known.iter().find(|known| **known == name) {
            Some(knob) => self.knobs.push(knob),
            None => panic!("no knob {name:?} at {:?}: it has {known:?}", self.provider),
        }
        self
    }

    /// Lists the tenants in another order than the provider's.
    #[must_use]
    pub fn order(mut self, order: Order) -> Self {
        self.order = order;
        self
    }

    /// Answers every request with 403: the credentials are right but may not list.
    #[must_use]
    pub fn forbidden(self) -> Self {
        self.fault(.., Fault::status(403))
    }

    /// Sets the page size for requests that state none.
    #[must_use]
    pub fn default_page_size(mut self, size: usize) -> Self {
        self.settings.default_size = Some(size);
        self
    }

    /// Clamps pages to `size` records; an echoed size is the one really used.
    #[must_use]
    pub fn max_page_size(mut self, size: usize) -> Self {
        self.settings.max_size = Some(size);
        self
    }

    /// Echoes the page size that was asked for, even where fewer records are sent.
    #[must_use]
    pub fn hides_clamp(mut self) -> Self {
        self.settings.hides_clamp = true;
        self
    }

    /// Makes tokens name the last tenant of their page, so that nothing shifts under churn; without it they are offsets.
    #[must_use]
    pub fn key_cursors(mut self) -> Self {
        self.settings.key_cursors = true;
        self
    }

    /// Applies the filter of the call that made a token to calls with that token; without it they need the filter again.
    #[must_use]
    pub fn cursor_remembers_filter(mut self) -> Self {
        self.settings.cursor_remembers_filter = true;
        self
    }

    /// Omits at the end of the list the member that leads to the next page; without it the member is null.
    #[must_use]
    pub fn omits_last_cursor(mut self) -> Self {
        self.settings.omits_last_cursor = true;
        self
    }

    /// Leaves tenants of this state out of a list without a filter.
    #[must_use]
    pub fn hides(mut self, status: Status) -> Self {
        self.settings.hidden = Some(status);
        self
    }

    /// Delays every answer by this much. Its content is fixed when the request arrives.
    #[must_use]
    pub fn latency(mut self, latency: Duration) -> Self {
        self.latency = latency;
        self
    }

    /// Answers with `fault` when `when` holds: the account's n-th request (`3`), a range of them (`1..=2`, `..`), or a [`When`].
    /// Of several that hold, the first added is used.
    #[must_use]
    pub fn fault(mut self, when: impl Into<When>, fault: Fault) -> Self {
        self.faults.push((when.into(), fault));
        self
    }

    /// Changes the population at a certain request of the account.
    #[must_use]
    pub fn churn(mut self, churn: Churn) -> Self {
        self.churn.push(churn);
        self
    }

    /// The population as it starts, at the address `origin`; the account has none after that.
    pub(crate) fn take_population(&mut self, origin: String) -> Population {
        let from_name = number_of(&self.name);
        let tenants = std::mem::replace(&mut self.tenants, Tenants::Given(Vec::new()));
        let parent = Parent {
            name: self.name.clone(),
            credentials: self.credentials.clone(),
            knobs: self.knobs.clone(),
            seed: match tenants {
                Tenants::Generated { seed, .. } => seed ^ from_name,
                Tenants::Given(_) => from_name,
            },
            origin,
        };
        let mut population = Population::new(self.provider, parent, self.order);
        match tenants {
            Tenants::Generated { count, .. } => population.generate(count),
            Tenants::Given(records) => population.give(records),
        }
        population
    }
}
