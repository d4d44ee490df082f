//! Bodies in memory as tenancy reads them: by its normaliser alone, on one thread or several, and by its engine.

use std::collections::HashMap;
use std::iter;
use std::net::{Ipv4Addr, SocketAddr};
use std::num::NonZeroUsize;

use client_runtime::{Options, Traffic};
use futures::StreamExt;
use tenancy::providers::{Layers, OmniDim, Vobiz};
use tenancy::{
    Account, Arrivals, Capabilities, Entry, Error, Fetch, Identities, Listing, Normaliser, Page,
    PageRequest, Position, Query,
};
use tokio::runtime::Runtime;

use crate::Failure;
use crate::arguments::Provider;
use crate::bodies::Bodies;
use crate::connect::{ACCOUNT, Client};
use crate::meter::Meter;
use crate::normalise::PIECE;
use crate::team::{self, Results};

/// The bodies of a list, in memory.
pub(crate) struct Saved {
    provider: Known,
    list: Vec<Vec<u8>>,
}

/// What knows how to read the bodies.
enum Known {
    OmniDim(OmniDim),
    Layers(Layers),
    Vobiz(Vobiz),
}

impl Known {
    fn new(provider: Provider) -> Result<Self, Failure> {
        // Nothing is sent: the port is nobody's.
        let nowhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 9));
        Ok(
            match Client::new(provider, ACCOUNT, nowhere, &Options::default())? {
                Client::Omnidim(client) => Self::OmniDim(OmniDim::new(client)),
                Client::Layers(client) => Self::Layers(Layers::new(client)),
                Client::Vobiz(client, auth_id) => Self::Vobiz(Vobiz::new(client, auth_id)?),
            },
        )
    }

    fn as_provider(&self) -> &dyn tenancy::Provider {
        match self {
            Self::OmniDim(provider) => provider,
            Self::Layers(provider) => provider,
            Self::Vobiz(provider) => provider,
        }
    }

    fn normaliser(&self) -> Normaliser {
        match self {
            Self::OmniDim(provider) => provider.normaliser(ACCOUNT, false),
            Self::Layers(provider) => provider.normaliser(ACCOUNT, false),
            Self::Vobiz(provider) => provider.normaliser(ACCOUNT, false),
        }
    }

    /// The records of a body that is no longer than a piece.
    fn read(&self, body: &[u8]) -> Result<Vec<Entry>, Failure> {
        let mut normaliser = self.normaliser();
        let mut records = normaliser.push(body)?;
        records.append(&mut normaliser.finish()?.records);
        Ok(records)
    }
}

impl Saved {
    pub(crate) fn new(provider: Provider, bodies: &Bodies) -> Result<Self, Failure> {
        Ok(Self {
            provider: Known::new(provider)?,
            list: bodies.list()?,
        })
    }

    /// Hands all tenants to the meter, in order.
    pub(crate) fn normalise(
        &self,
        threads: NonZeroUsize,
        meter: &mut Meter,
    ) -> Result<(), Failure> {
        let mut taker = Taker::new(meter);
        if threads.get() > 1 {
            self.side_by_side(threads, &mut taker)?;
        } else {
            self.in_a_row(&mut taker)?;
        }
        taker.end()
    }

    fn in_a_row(&self, taker: &mut Taker<'_>) -> Result<(), Failure> {
        for body in &self.list {
            let mut normaliser = self.provider.normaliser();
            for piece in body.chunks(PIECE) {
                normaliser
                    .push(piece)?
                    .into_iter()
                    .for_each(|entry| taker.take(entry));
            }
            let last = normaliser.finish()?.records;
            last.into_iter().for_each(|entry| taker.take(entry));
        }
        Ok(())
    }

    /// On several threads, this one among them: pages as a whole, the one body piece by piece. The tenants come in order.
    fn side_by_side(&self, threads: NonZeroUsize, taker: &mut Taker<'_>) -> Result<(), Failure> {
        let mut taken = Ok(());
        let mut take_in_turn = |result: Result<Entry, Failure>| match result {
            Ok(entry) => taker.take(entry),
            Err(failure) => taken = Err(failure),
        };
        team::work(threads, &mut take_in_turn, |team| {
            for body in &self.list {
                if body.len() <= PIECE {
                    team.give(Box::new(|| one_by_one(self.provider.read(body))));
                    continue;
                }
                let mut normaliser = self.provider.normaliser();
                for piece in body.chunks(PIECE) {
                    let records = normaliser.push(piece)?;
                    team.give(Box::new(|| one_by_one(Ok(records))));
                }
                let last = normaliser.finish()?.records;
                team.give(Box::new(|| one_by_one(Ok(last))));
            }
            Ok::<_, Failure>(())
        })?;
        taken
    }
}

fn one_by_one<'a>(records: Result<Vec<Entry>, Failure>) -> Results<'a, Result<Entry, Failure>> {
    match records {
        Ok(records) => Box::new(records.into_iter().map(Ok)),
        Err(failure) => Box::new(iter::once(Err(failure))),
    }
}

/// Takes what a normaliser gives: each tenant once, and what there is to report.
struct Taker<'m> {
    identities: Identities,
    /// How many records cannot be read, how many tenants came again, and how often records depart from the document.
    reported: [usize; 3],
    meter: &'m mut Meter,
}

impl<'m> Taker<'m> {
    fn new(meter: &'m mut Meter) -> Self {
        Self {
            identities: Identities::default(),
            reported: [0; 3],
            meter,
        }
    }

    fn take(&mut self, entry: Entry) {
        let [quarantined, duplicates, drift] = &mut self.reported;
        match entry {
            Ok(mapped) if self.identities.is_new(&mapped.tenant.id) => {
                *drift += mapped.left_out.len()
                    + mapped.unknown_fields.len()
                    + mapped.unknown_values.len()
                    + mapped.undeclared_nulls.len();
                self.meter.take(mapped.tenant);
            }
            Ok(_) => *duplicates += 1,
            Err(_) => *quarantined += 1,
        }
    }

    /// There is nothing to report of what `provider-sim` renders without faults.
    fn end(self) -> Result<(), Failure> {
        match self.reported {
            [0, 0, 0] => Ok(()),
            reported => Err(format!("quarantined, duplicates, drift: {reported:?}").into()),
        }
    }
}

/// A list of saved bodies by tenancy's engine, everything on.
pub(crate) struct SavedListing {
    account: Account,
    runtime: Runtime,
}

impl SavedListing {
    /// A list on so many threads.
    pub(crate) fn new(
        provider: Provider,
        bodies: &Bodies,
        threads: NonZeroUsize,
    ) -> Result<Self, Failure> {
        let runtime = match threads.get() {
            1 => tokio::runtime::Builder::new_current_thread().build()?,
            more => tokio::runtime::Builder::new_multi_thread()
                .worker_threads(more - 1)
                .build()?,
        };
        let pages = Pages {
            provider: Known::new(provider)?,
            answers: bodies.answers()?,
        };
        Ok(Self {
            account: Account::new(ACCOUNT, pages)?,
            runtime,
        })
    }

    /// Hands all tenants to the meter, in order.
    pub(crate) fn list(&self, meter: &mut Meter) -> Result<(), Failure> {
        self.runtime.block_on(async {
            let mut listing = Listing::new(vec![self.account.clone()], Query::default())?;
            while let Some(item) = listing.next().await {
                meter.take(item?);
            }
            let report = listing.report();
            if report.complete {
                Ok(())
            } else {
                Err(format!("the list is not complete: {report:?}").into())
            }
        })
    }
}

/// A provider whose pages are saved bodies.
struct Pages {
    provider: Known,
    /// By what the request asks for.
    answers: HashMap<String, Vec<u8>>,
}

impl Pages {
    /// The body that answers a request.
    fn answer(&self, request: &PageRequest) -> Result<&[u8], Failure> {
        let mut query = form_urlencoded::Serializer::new(String::new());
        match &request.position {
            Position::Number(number) => {
                query.append_pair("page", &number.to_string());
            }
            Position::Cursor(Some(cursor)) => {
                query.append_pair("cursor", cursor);
            }
            _ => {}
        }
        if let Some(status) = &request.status {
            query.append_pair("status", status.as_str());
        }
        let answer = self.answers.get(&query.finish());
        Ok(answer.ok_or("a page was asked for that was not rendered")?)
    }

    async fn page(&self, request: &PageRequest, arrivals: &Arrivals) -> Result<Page, Failure> {
        let body = self.answer(request)?;
        let mut normaliser = self.provider.normaliser();
        let whole = matches!(request.position, Position::Whole);
        let mut records = Vec::new();
        for piece in body.chunks(PIECE) {
            let mut read = normaliser.push(piece)?;
            if whole {
                arrivals.records(read).await;
            } else {
                records.append(&mut read);
            }
        }
        let mut page = normaliser.finish()?;
        records.append(&mut page.records);
        page.records = records;
        Ok(page)
    }
}

impl tenancy::Provider for Pages {
    fn name(&self) -> &'static str {
        self.provider.as_provider().name()
    }

    fn capabilities(&self) -> &'static Capabilities {
        self.provider.as_provider().capabilities()
    }

    fn fetch<'a>(&'a self, request: &'a PageRequest, arrivals: &'a Arrivals) -> Fetch<'a> {
        Box::pin(async {
            self.page(request, arrivals)
                .await
                .map_err(|failure| Error::refused(failure.to_string(), None))
        })
    }

    fn traffic(&self) -> Traffic {
        Traffic::default()
    }
}
