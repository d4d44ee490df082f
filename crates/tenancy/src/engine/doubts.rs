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
}

impl Doubts {
    /// Takes a page of a list with this filter.
    pub(super) fn take(&mut self, page: &Page, records: Tally, filter: Option<&Status>) {
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
            ..Self::default()
        };
    }

    /// Begins another list of the account.
    pub(super) fn carry(&mut self) {
        self.at_least_before = self.at_least_before.max(self.at_least);
    }

    /// Adds the doubts to the evidence. `sent` is the number of tenants to compare, if all of them are known.
    pub(super) fn weigh(&self, sent: Option<u64>, evidence: &mut Evidence) {
        let at_least = self.at_least.max(self.at_least_before);
        let fewer = sent.filter(|sent| at_least > *sent).map(|sent| {
            format!("a page says that there are {at_least} tenants or more, and {sent} were sent")
        });
        let missing = evidence.missing.take().or_else(|| self.missing.clone());
        evidence.missing = missing.or(fewer);
        let ambiguous = self.ambiguous.clone();
        evidence.ambiguous = ambiguous.or_else(|| evidence.ambiguous.take());
    }
}
