//! Finds the customers that have a key, or nearly.

use std::collections::HashMap;

use super::normal::{normalised, words};

/// A word is rare if at most this many customers have it.
const RARE: usize = 10;
/// The fewest bytes of a word that two names have in common: one character where each is a word.
const SHORTEST: usize = 3;
/// The most words of one key that are looked for, so that no name costs more than others.
const MOST_WORDS: usize = 32;

/// A customer's position in the order of the customers' IDs.
pub(crate) type CustomerIndex = u32;

/// The keys of all customers under one rule.
#[derive(Debug, Default)]
pub(super) struct Index {
    is_normalised: bool,
    /// The customers with a key, sorted.
    keys: HashMap<String, Vec<CustomerIndex>>,
    /// The customers with a normalised key; empty if `keys` are normalised.
    normalised: HashMap<String, Vec<CustomerIndex>>,
    /// The customers with a word; one more than are rare if it is not.
    words: HashMap<String, Vec<CustomerIndex>>,
}

/// What a key and a customer's key have in common.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Common {
    /// They are equal once normalised.
    Normalised,
    /// They share this rare word.
    Word(String),
}

impl Index {
    pub(super) fn new(is_normalised: bool) -> Self {
        Self {
            is_normalised,
            ..Self::default()
        }
    }

    /// Adds a key of a customer. Customers are added in order.
    pub(super) fn add(&mut self, key: &str, customer: CustomerIndex) {
        if is_empty(key) {
            return;
        }
        let text = normalised(key);
        if self.is_normalised {
            insert(&mut self.keys, text, customer, usize::MAX);
        } else {
            insert(&mut self.keys, key.to_owned(), customer, usize::MAX);
            insert(&mut self.normalised, text, customer, RARE + 1);
        }
        for word in clues(key) {
            insert(&mut self.words, word, customer, RARE + 1);
        }
    }

    /// The customers that have the key.
    pub(super) fn find(&self, key: &str) -> &[CustomerIndex] {
        if is_empty(key) {
            return &[];
        }
        let found = if self.is_normalised {
            self.keys.get(&normalised(key))
        } else {
            self.keys.get(key)
        };
        found.map_or(&[], Vec::as_slice)
    }

    /// The customers that nearly have the key, and what each has in common with it.
    pub(super) fn near(&self, key: &str) -> Vec<(CustomerIndex, Common)> {
        let mut near = Vec::new();
        if let Some(customers) = self.normalised.get(&normalised(key)) {
            near.extend(
                customers
                    .iter()
                    .map(|customer| (*customer, Common::Normalised)),
            );
        }
        for word in clues(key).into_iter().take(MOST_WORDS) {
            let customers = self.words.get(&word).map_or(&[][..], Vec::as_slice);
            if customers.len() <= RARE {
                near.extend(
                    customers
                        .iter()
                        .map(|customer| (*customer, Common::Word(word.clone()))),
                );
            }
        }
        near
    }
}

/// The words of a key by which another one is near: of an email address only its domain, and of other texts no numbers.
pub(super) fn clues(key: &str) -> Vec<String> {
    if let Some((_, domain)) = key.rsplit_once('@') {
        return vec![domain.trim().to_lowercase()];
    }
    let mut words = words(key);
    words.retain(|word| word.len() >= SHORTEST && !word.chars().all(char::is_numeric));
    words
}

/// Whether a key is empty, and so matches nothing.
fn is_empty(key: &str) -> bool {
    key.trim().is_empty()
}

fn insert(
    map: &mut HashMap<String, Vec<CustomerIndex>>,
    key: String,
    customer: CustomerIndex,
    most: usize,
) {
    if key.is_empty() {
        return;
    }
    let customers = map.entry(key).or_default();
    if customers.last() != Some(&customer) && customers.len() < most {
        customers.push(customer);
    }
}
