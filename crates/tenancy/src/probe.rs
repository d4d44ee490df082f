//! Probes an account with one page of its list.

use tokio::sync::mpsc;

use crate::entry::{Entry, Unlisted};
use crate::provider::{Arrival, Arrivals};
use crate::report::DriftKind;
use crate::{Account, Drift, Error, Omission, Page, PageRequest, QuarantinedRecord, SourceReport};
use client_runtime::OmittedField;

/// What one page of an account's list shows. It says nothing about the rest of the list.
#[derive(Debug)]
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
        Ok(look.end(page?))
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

    fn take(&mut self, records: Vec<Entry>) {
        for entry in records {
            match entry {
                Ok(mapped) => {
                    for path in &mapped.unknown_fields {
                        self.seen.count_unknown_field(path);
                    }
                    for path in &mapped.unknown_values {
                        self.seen.count_drift(path, DriftKind::UnknownValue);
                    }
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

    fn end(mut self, page: Page) -> Probe {
        self.take(page.records);
        self.count_omissions(&page.omitted);
        for field in &page.unknown_fields {
            self.seen.count_unknown_field(&format!("page {field}"));
        }
        Probe {
            records: self.records,
            total: page.total,
            parents: self.seen.parents,
            quarantined: self.seen.quarantined,
            first_quarantined: self.first_quarantined,
            drift: self.seen.drift,
            omitted: self.seen.omitted,
        }
    }
}
