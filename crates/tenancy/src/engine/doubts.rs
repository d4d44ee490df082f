//! What the pages of a walk cast doubt on, whatever the family of paging.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::evidence::Evidence;
use super::step::Tally;
use crate::{Page, Status};

/// The doubts about the pages of one walk.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Doubts {
    ambiguous: Option<String>,
    missing: Option<String>,
    /// The least number of tenants by what the pages say.
    at_least: u64,
    /// The same by what the pages of earlier lists of the account said.
    #[serde(default)]
    at_least_before: u64,
    /// Whether the list is one by status.
    #[serde(skip)]
    by_status: bool,
    /// The number of its tenants, and of those that no list before had.
    #[serde(default)]
    met: u64,
    #[serde(default)]
    new: u64,
    /// The fewest tenants of an earlier list by status.
    #[serde(default)]
    fewest: Option<u64>,
}

impl Doubts {
    /// Takes a page of a list with this filter.
    pub(super) fn take(&mut self, page: &Page, records: Tally, filter: Option<&Status>) {
        self.by_status = filter.is_some();
        self.met += records.new_to_walk;
        self.new += records.new;
        if self.ambiguous.is_none() {
            self.ambiguous.clone_from(&page.ambiguous);
        }
        self.at_least = self.at_least.max(page.at_least.unwrap_or_default());
        if records.names_parent {
            let why = "a tenant is named as the parent of others, so it may be the account itself";
            self.ambiguous.get_or_insert_with(|| why.to_owned());
        }
        if let (true, Some(filter)) = (records.misfiltered, filter) {
            let filter = filter.as_str();
            let why = || {
                format!(
                    "the list of `{filter}` tenants has others, so the provider may ignore the filter"
                )
            };
            self.missing.get_or_insert_with(why);
        }
    }

    /// Begins another walk.
    pub(super) fn clear(&mut self) {
        *self = Self {
            at_least_before: self.at_least_before,
            fewest: self.fewest,
            ..Self::default()
        };
    }

    /// Begins another list of the account, or another look at one, which has nothing new.
    pub(super) fn carry(&mut self, looks_back: bool) {
        self.at_least_before = self.at_least_before.max(self.at_least);
        if looks_back {
            self.fewest = None;
        } else if self.by_status {
            self.fewest = Some(self.met.min(self.fewest.unwrap_or(self.met)));
        }
    }

    /// Whether a list by status has every tenant that the lists before had, those by other statuses too. `known` is their number.
    fn ignores_filter(&self, known: u64) -> bool {
        let has_all = self.new == 0 && self.met == known;
        self.by_status && has_all && self.fewest.is_some_and(|fewest| fewest > 0)
    }

    /// Adds the doubts to the evidence. `sent` is the number of tenants to compare, if all of them are known, and `known` the number
    /// of those of all lists so far.
    pub(super) fn weigh(&self, sent: Option<u64>, known: u64, evidence: &mut Evidence) {
        let at_least = self.at_least.max(self.at_least_before);
        let fewer = sent.filter(|sent| at_least > *sent).map(|sent| {
            format!("a page says that there are {at_least} tenants or more, and {sent} were sent")
        });
        let ignored = self.ignores_filter(known).then(|| {
            let why = "the lists by status have the same tenants: the provider seems to ignore the filter, and no status can be trusted";
            why.to_owned()
        });
        let missing = evidence.missing.take().or_else(|| self.missing.clone());
        let missing = missing.or(ignored);
        evidence.missing = missing.or(fewer);
        let ambiguous = self.ambiguous.clone();
        evidence.ambiguous = ambiguous.or_else(|| evidence.ambiguous.take());
    }
}
