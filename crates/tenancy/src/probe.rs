//! A look at an account through one page of its list.

use crate::provider::Position;
use crate::{
    Account, Error, LeftOutField, PageRequest, PagingStyle, RecordFault, SourceReport, Status,
};

/// What one page of an account's list shows. It says nothing about the rest of the list.
#[derive(Debug)]
#[non_exhaustive]
pub struct Probe {
    /// How many records the page has.
    pub records: u64,
    /// How many tenants the provider says there are in all.
    pub total: Option<u64>,
    /// The records that could not be made tenants.
    pub quarantined: Vec<RecordFault>,
    /// Fields that the provider's document does not know, as JSON pointers into a record; the first hundred.
    pub unknown_fields: Vec<String>,
    /// Fields that tenants come without, because records did not have them in the declared shape.
    pub left_out: Vec<LeftOutField>,
    /// Statuses that the provider's document does not know.
    pub unknown_statuses: Vec<String>,
}

impl Account {
    /// Fetches the first page of the account's list and looks at each of its records: one request, unless it has to be
    /// repeated. Where the list comes in one body, that is all of it.
    ///
    /// # Errors
    /// The page could not be had.
    pub async fn probe(&self) -> Result<Probe, Error> {
        let capabilities = self.provider().capabilities();
        let request = PageRequest {
            position: match capabilities.style {
                PagingStyle::OneBody => Position::Whole,
                PagingStyle::Numbered => Position::Number(1),
                PagingStyle::Cursor => Position::Cursor(None),
            },
            size: capabilities.default_page_size,
            status: None,
            account: self.name().to_owned(),
            raw: false,
        };
        let page = self.provider().fetch(&request).await?;
        let mut seen = SourceReport::new(self.name(), self.provider().name());
        let mut probe = Probe {
            records: page.records.len() as u64,
            total: page.total,
            quarantined: Vec::new(),
            unknown_fields: Vec::new(),
            left_out: Vec::new(),
            unknown_statuses: Vec::new(),
        };
        for (position, entry) in (0..).zip(page.records) {
            match entry {
                Err(fault) => probe.quarantined.push(RecordFault { position, ..fault }),
                Ok(mapped) => {
                    mapped
                        .unknown_fields
                        .iter()
                        .for_each(|path| seen.note_unknown(path));
                    for left_out in &mapped.left_out {
                        seen.count_left_out(&left_out.path, &left_out.reason);
                    }
                    if let Some(Status::Other(word)) = mapped.tenant.status
                        && !probe.unknown_statuses.contains(&word)
                    {
                        probe.unknown_statuses.push(word);
                    }
                }
            }
        }
        probe.unknown_fields = seen.unknown_fields;
        probe.left_out = seen.left_out;
        Ok(probe)
    }
}
