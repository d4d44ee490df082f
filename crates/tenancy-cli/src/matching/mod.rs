//! Decides which customer each tenant belongs to. Does no I/O.
//!
//! A pin decides first, then the first rule under which the tenant and a customer have a key in common. The order in which tenants,
//! customers and pins are added does not matter.

mod index;
mod normal;
mod rule;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use tenancy_store::Identity;

use index::Index;
pub(crate) use index::{Common, CustomerIndex};
pub(crate) use normal::{FORMS, SUFFIXES, normalised};
pub(crate) use rule::Rule;

/// The most customers that are named as near.
const NEAREST: usize = 3;

/// The keys of a tenant or a customer under each rule.
pub(crate) type Keys = Vec<Vec<String>>;

/// The customer of each pinned tenant; several if the pins contradict each other.
pub(crate) type Pins = BTreeMap<Identity, BTreeSet<String>>;

/// What decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    Pin,
    /// The rule at this position.
    Rule(usize),
}

/// What becomes of a tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Matched(CustomerIndex, By),
    /// Its keys under the rule at this position belong to several customers.
    Conflict(Box<[CustomerIndex]>, usize),
    /// It is pinned to several customers.
    PinConflict,
    /// It is pinned to a customer that does not exist.
    PinnedToNone,
    Unmatched,
}

/// A customer that a tenant nearly belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Near<'a> {
    pub(crate) customer: CustomerIndex,
    /// The position of the rule.
    pub(crate) rule: usize,
    /// The tenant's key, and the customer's.
    pub(crate) keys: [&'a str; 2],
    pub(crate) common: Common,
}

/// The customers, and the pins.
#[derive(Debug)]
pub(crate) struct Matcher {
    /// Sorted by ID.
    customers: Vec<(String, Keys)>,
    indexes: Vec<Index>,
    pins: Pins,
}

impl Matcher {
    /// A matcher of these customers, by ID.
    pub(crate) fn new(rules: &[Rule], customers: BTreeMap<String, Keys>, pins: Pins) -> Self {
        let customers: Vec<_> = customers.into_iter().collect();
        let mut indexes: Vec<_> = rules
            .iter()
            .map(|rule| Index::new(rule.is_normalised))
            .collect();
        for ((_, keys), customer) in customers.iter().zip(0..) {
            for (index, keys) in indexes.iter_mut().zip(keys) {
                keys.iter().for_each(|key| index.add(key, customer));
            }
        }
        Self {
            customers,
            indexes,
            pins,
        }
    }

    pub(crate) fn id(&self, customer: CustomerIndex) -> &str {
        &self.customers[customer as usize].0
    }

    pub(crate) fn keys(&self, customer: CustomerIndex) -> &Keys {
        &self.customers[customer as usize].1
    }

    /// The number of customers.
    pub(crate) fn len(&self) -> usize {
        self.customers.len()
    }

    /// The customers to which a tenant is pinned.
    pub(crate) fn pinned(&self, tenant: &Identity) -> impl Iterator<Item = &str> {
        self.pins
            .get(tenant)
            .into_iter()
            .flatten()
            .map(String::as_str)
    }

    /// Decides about a tenant.
    fn judge(&self, tenant: &Identity, keys: &Keys) -> Outcome {
        if let Some(pinned) = self.pins.get(tenant) {
            return match pinned.first() {
                Some(only) if pinned.len() == 1 => match self.position(only) {
                    Some(customer) => Outcome::Matched(customer, By::Pin),
                    None => Outcome::PinnedToNone,
                },
                _ => Outcome::PinConflict,
            };
        }
        for (rule, (index, keys)) in self.indexes.iter().zip(keys).enumerate() {
            let found: BTreeSet<_> = keys
                .iter()
                .flat_map(|key| index.find(key))
                .copied()
                .collect();
            match found.first() {
                None => {}
                Some(only) if found.len() == 1 => return Outcome::Matched(*only, By::Rule(rule)),
                Some(_) => return Outcome::Conflict(found.into_iter().collect(), rule),
            }
        }
        Outcome::Unmatched
    }

    /// The nearest customers of a tenant that is unmatched, the nearest first: those with an equal normalised key, then those that
    /// share the most rare words with one key.
    pub(crate) fn nearest<'a>(&'a self, keys: &'a Keys) -> Vec<Near<'a>> {
        let mut found: BTreeMap<_, Vec<Common>> = BTreeMap::new();
        for (rule, (index, keys)) in self.indexes.iter().zip(keys).enumerate() {
            for key in keys {
                for (customer, common) in index.near(key) {
                    found
                        .entry((rule, customer, key.as_str()))
                        .or_default()
                        .push(common);
                }
            }
        }
        let mut found: Vec<_> = found.into_iter().collect();
        found.sort_by_key(|((rule, customer, _), common)| {
            let differs = !common.contains(&Common::Normalised);
            (differs, usize::MAX - common.len(), *rule, *customer)
        });
        let mut seen = BTreeSet::new();
        found.retain(|((_, customer, _), _)| seen.len() < NEAREST && seen.insert(*customer));
        found
            .into_iter()
            .filter_map(|((rule, customer, key), common)| {
                // The first is `Normalised`, if that is among them.
                let common = common.into_iter().next()?;
                let theirs = self.keys(customer)[rule]
                    .iter()
                    .find(|theirs| match &common {
                        Common::Normalised => normalised(theirs) == normalised(key),
                        Common::Word(word) => index::clues(theirs).contains(word),
                    })?;
                Some(Near {
                    customer,
                    rule,
                    keys: [key, theirs],
                    common,
                })
            })
            .collect()
    }

    fn position(&self, id: &str) -> Option<CustomerIndex> {
        let position = self
            .customers
            .binary_search_by(|(other, _)| other.as_str().cmp(id));
        position.ok().and_then(|position| position.try_into().ok())
    }
}

/// The reconciliation of tenants, added one by one.
#[derive(Debug)]
pub(crate) struct Reconciliation<'a> {
    matcher: &'a Matcher,
    /// Whether each customer has a tenant, or may have one that is in conflict.
    has_tenant: Vec<bool>,
    /// The pins whose tenant has not been added.
    pins: BTreeSet<&'a Identity>,
}

impl<'a> Reconciliation<'a> {
    pub(crate) fn new(matcher: &'a Matcher) -> Self {
        Self {
            matcher,
            has_tenant: vec![false; matcher.len()],
            pins: matcher.pins.keys().collect(),
        }
    }

    /// Adds a tenant, and returns what becomes of it.
    pub(crate) fn add(&mut self, tenant: &Identity, keys: &Keys) -> Outcome {
        self.pins.remove(tenant);
        let outcome = self.matcher.judge(tenant, keys);
        let customers = match &outcome {
            Outcome::Matched(customer, _) => vec![*customer],
            Outcome::Conflict(customers, _) => customers.to_vec(),
            Outcome::PinConflict => {
                let pinned = self.matcher.pinned(tenant);
                pinned.filter_map(|id| self.matcher.position(id)).collect()
            }
            Outcome::PinnedToNone | Outcome::Unmatched => Vec::new(),
        };
        for customer in customers {
            self.has_tenant[customer as usize] = true;
        }
        outcome
    }

    /// The number of customers.
    pub(crate) fn customers(&self) -> usize {
        self.has_tenant.len()
    }

    /// The customers of which no tenant was added, by ID.
    pub(crate) fn without_tenant(&self) -> impl Iterator<Item = CustomerIndex> {
        let customers = self.has_tenant.iter().zip(0..);
        customers
            .filter(|(has, _)| !**has)
            .map(|(_, customer)| customer)
    }

    /// The pinned tenants that were not added.
    pub(crate) fn pins_at_no_tenant(&self) -> impl Iterator<Item = &'a Identity> {
        self.pins.iter().copied()
    }
}
