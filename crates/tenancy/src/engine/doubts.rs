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
    /// The number of records of a parent.
    parents: u64,
}

impl Doubts {
    /// Takes a page of a list with this filter.
    pub(super) fn take(&mut self, page: &Page, records: Tally, filter: Option<&Status>) {
        if self.ambiguous.is_none() {
            self.ambiguous.clone_from(&page.ambiguous);
        }
        self.at_least = self.at_least.max(page.at_least.unwrap_or_default());
        self.parents += records.parents;
        if self.parents > 1 {
            let parents = self.parents;
            let why = || format!("{parents} records say that they are the parent");
            self.missing.get_or_insert_with(why);
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

    /// Adds the doubts to the evidence of a walk that met so many tenants.
    pub(super) fn weigh(&self, met: u64, evidence: &mut Evidence) {
        let at_least = self.at_least;
        let fewer = || {
            format!("a page says that there are {at_least} tenants or more, and {met} were sent")
        };
        let missing = evidence.missing.take().or_else(|| self.missing.clone());
        evidence.missing = missing.or_else(|| (at_least > met).then(fewer));
        let ambiguous = self.ambiguous.clone();
        evidence.ambiguous = ambiguous.or_else(|| evidence.ambiguous.take());
    }
}
