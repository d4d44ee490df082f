//! Probes an account with one page of its list.

use tokio::sync::mpsc;

use crate::entry::Unlisted;
use crate::provider::{Arrival, Arrivals};
use crate::{
    Account, Drift, Error, Next, Omission, Page, PageRequest, Paging, QuarantinedRecord, Records,
    SourceReport,
};
use client_runtime::OmittedField;

/// What one page of an account's list shows. It says nothing about the rest of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Probe {
    /// How many records the page has.
    pub records: u64,
    /// How many tenants the provider says there are in all.
    pub total: Option<u64>,
    /// How many records are the parent itself.
    pub parents: u64,
    /// How many records could not be made tenants.
    pub quarantined: u64,
    /// The first of them.
    pub first_quarantined: Option<QuarantinedRecord>,
    /// What shows that a list that begins with this page would be incomplete.
    pub missing: Option<String>,
    /// What the page has that can be read in more than one way: a list that begins with it is at most assumed.
    pub ambiguous: Option<String>,
    /// Where the records depart from the provider's document; the first hundred places.
    pub drift: Vec<Drift>,
    /// Fields that tenants omit, because records did not have them in the declared shape.
    pub omitted: Vec<Omission>,
}

impl Account {
    /// Fetches the first page of the account's list and looks at each of its records: one request, unless it has to be
    /// repeated. Where the list comes in one body, that is all of it, looked at while it arrives.
    ///
    /// # Errors
    /// The page could not be had.
    pub async fn probe(&self) -> Result<Probe, Error> {
        let capabilities = self.provider().capabilities();
        let request = PageRequest {
            position: capabilities.paging.first_page(),
            size: capabilities.default_page_size,
            status: None,
            account: self.name().to_owned(),
            raw: false,
        };
        let (arrivals, arriving) = Arrivals::channel();
        let fetched = async move {
            // The way for arrivals closes when the page is there.
            let arrivals = arrivals;
            self.provider().fetch(&request, &arrivals).await
        };
        let (page, look) = futures::join!(fetched, Look::at(self, arriving));
        Ok(look.end(page?, capabilities.paging))
    }
}

/// What has been seen of a page so far.
struct Look {
    seen: SourceReport,
    records: u64,
    first_quarantined: Option<QuarantinedRecord>,
}

impl Look {
    fn new(account: &Account) -> Self {
        Self {
            seen: SourceReport::new(account.name(), account.provider().name()),
            records: 0,
            first_quarantined: None,
        }
    }

    /// Looks at what arrives.
    async fn at(account: &Account, mut arriving: mpsc::Receiver<Arrival>) -> Self {
        let mut look = Self::new(account);
        while let Some(arrival) = arriving.recv().await {
            match arrival {
                Arrival::Records(records) => look.take(records),
                Arrival::Again => look = Self::new(account),
            }
        }
        look
    }

    fn take(&mut self, records: Records) {
        for entry in records {
            match entry {
                Ok(mapped) => {
                    self.seen.count_drift_of(&mapped);
                    self.count_omissions(&mapped.omitted);
                }
                Err(Unlisted::Parent(_)) => self.seen.parents += 1,
                Err(Unlisted::Quarantined(record)) => {
                    let position = self.records;
                    self.seen.quarantined += 1;
                    self.first_quarantined.get_or_insert(QuarantinedRecord {
                        position,
                        ..*record
                    });
                }
            }
            self.records += 1;
        }
    }

    fn count_omissions(&mut self, omitted: &[OmittedField]) {
        for field in omitted {
            self.seen.count_omission(&field.path, &field.reason);
        }
    }

    fn end(mut self, mut page: Page, paging: Paging) -> Probe {
        self.take(std::mem::take(&mut page.records));
        self.count_omissions(&page.omitted);
        for field in &page.unknown_fields {
            self.seen.count_unknown_field(&format!("page {field}"));
        }
        Probe {
            missing: self.missing(&page, paging),
            ambiguous: page.ambiguous,
            records: self.records,
            total: page.total,
            parents: self.seen.parents,
            quarantined: self.seen.quarantined,
            first_quarantined: self.first_quarantined,
            drift: self.seen.drift,
            omitted: self.seen.omitted,
        }
    }

    /// What the page says of missing records, as a list would find it.
    fn missing(&self, page: &Page, paging: Paging) -> Option<String> {
        let sent = self.records;
        let is_last =
            page.next == Next::End || page.total == Some(sent) || paging == Paging::OneBody;
        let link = match &page.next {
            Next::Unreadable(reason) => Some(format!("the link after it cannot be read: {reason}")),
            _ => None,
        };
        let more = page.more.clone().filter(|_| is_last);
        let fewer = page.at_least.filter(|least| is_last && *least > sent);
        let fewer = fewer.map(|least| {
            format!("it says that there are {least} tenants or more, and {sent} were sent")
        });
        page.partial.clone().or(more).or(link).or(fewer)
    }
}
