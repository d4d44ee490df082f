//! Lists from a server: tenancy, the loop over the raw client, and the loop written by hand.

use std::net::SocketAddr;
use std::time::Duration;

use client_runtime::Options;
use futures::StreamExt;
use serde::Serialize;
use tenancy::Listing;

use crate::arguments::{List, Provider, Subject};
use crate::connect::{ACCOUNT, Client, query};
use crate::meter::{Allocated, Meter, Sample};
use crate::serve::FIRST_RECORD;
use crate::{Failure, hand, raw};

/// The figures of a list, and what the server knows of it.
#[derive(Serialize)]
pub(crate) struct Listed {
    #[serde(flatten)]
    pub(crate) sample: Sample,
    /// When the server had sent the last byte of the first record, in nanoseconds since 1970; null where it does not tell.
    pub(crate) first_sent_at: Option<u64>,
    /// How many requests tenancy sent.
    pub(crate) requests: Option<u64>,
}

/// Lists by a subject and prints what it cost.
pub(crate) fn run(what: &List, allocated: Option<fn() -> Allocated>) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let (sample, requests) = match what.subject {
            Subject::Ours | Subject::Listing => {
                let (sample, requests) = ours(what, allocated).await?;
                (sample, Some(requests))
            }
            Subject::Raw => (by_raw_client(what, allocated).await?, None),
            Subject::Plain => (by_hand(what, allocated).await?, None),
            Subject::Bare | Subject::Noticed => {
                return Err("records are decoded from memory only".into());
            }
        };
        let listed = Listed {
            sample,
            first_sent_at: first_sent_at(what.address).await?,
            requests,
        };
        println!("{}", serde_json::to_string(&listed)?);
        Ok(())
    })
}

async fn ours(what: &List, allocated: Option<fn() -> Allocated>) -> Result<(Sample, u64), Failure> {
    let client = Client::new(what.provider, ACCOUNT, what.address, &Options::default())?;
    let accounts = vec![client.account(ACCOUNT)?];
    let pace = Duration::from_millis(what.consumer_ms);
    let mut meter = Meter::start(allocated);
    let mut requests = 0;
    for _ in 0..what.passes.get() {
        let query = query(what.page_size, what.concurrency);
        let mut listing = Listing::new(accounts.clone(), query)?;
        while let Some(item) = listing.next().await {
            meter.take(item?);
            if !pace.is_zero() && meter.records().is_multiple_of(what.page_size.get().into()) {
                tokio::time::sleep(pace).await;
            }
        }
        let report = listing.report();
        if !report.complete {
            return Err(format!("the list is not complete: {report:?}").into());
        }
        requests += report
            .sources
            .iter()
            .map(|source| source.requests)
            .sum::<u64>();
    }
    let passes = what.passes.get();
    Ok((meter.stop(passes)?, requests / u64::from(passes)))
}

async fn by_raw_client(
    what: &List,
    allocated: Option<fn() -> Allocated>,
) -> Result<Sample, Failure> {
    let client = Client::new(what.provider, ACCOUNT, what.address, &Options::default())?;
    let size = i64::from(what.page_size.get());
    let mut meter = Meter::start(allocated);
    for _ in 0..what.passes.get() {
        match &client {
            Client::Omnidim(client) => raw::omnidim(client, &mut meter).await?,
            Client::Layers(client) => raw::layers(client, size, &mut meter).await?,
            Client::Vobiz(client, auth_id) => raw::vobiz(client, auth_id, size, &mut meter).await?,
        }
    }
    meter.stop(what.passes.get())
}

async fn by_hand(what: &List, allocated: Option<fn() -> Allocated>) -> Result<Sample, Failure> {
    let http = reqwest::Client::new();
    let base = format!("http://{}", what.address);
    let size = what.page_size.get();
    let mut meter = Meter::start(allocated);
    for _ in 0..what.passes.get() {
        match what.provider {
            Provider::Omnidim => hand::omnidim(&http, &base, &mut meter).await?,
            Provider::Layers => hand::layers(&http, &base, size, &mut meter).await?,
            Provider::Vobiz => hand::vobiz(&http, &base, size, &mut meter).await?,
        }
    }
    meter.stop(what.passes.get())
}

/// Asks the server when it had sent the first record. Only the server of rendered bodies tells.
async fn first_sent_at(address: SocketAddr) -> Result<Option<u64>, Failure> {
    let answer = reqwest::get(format!("http://{address}{FIRST_RECORD}")).await?;
    Ok(answer.text().await?.parse().ok())
}
