//! Many accounts at once, listed by tenancy.

use client_runtime::Options;
use futures::StreamExt;
use tenancy::{Listing, Query};

use crate::Failure;
use crate::arguments::ListAccounts;
use crate::connect::Client;
use crate::list::Listed;
use crate::meter::{Allocated, Meter};

fn name(number: u32) -> String {
    format!("bench_{number:05}")
}

/// Lists all accounts and prints what it cost.
pub(crate) fn run(
    what: &ListAccounts,
    allocated: Option<fn() -> Allocated>,
) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let options = Options::default();
        let account = |number| {
            let name = name(number);
            Client::new(what.provider, &name, what.address, &options)?.account(&name)
        };
        let accounts = (0..what.accounts).map(account).collect::<Result<_, _>>()?;
        let mut query = Query::default();
        query.page_size = Some(what.page_size);
        query.max_in_flight = what.in_flight;
        let mut meter = Meter::start(allocated);
        let mut listing = Listing::new(accounts, query)?;
        while let Some(item) = listing.next().await {
            meter.take(item?);
        }
        let report = listing.report();
        if !report.complete {
            return Err("not every account is complete".into());
        }
        let listed = Listed {
            sample: meter.stop(1)?,
            first_sent_at: None,
            requests: Some(report.sources.iter().map(|source| source.requests).sum()),
        };
        println!("{}", serde_json::to_string(&listed)?);
        Ok(())
    })
}
