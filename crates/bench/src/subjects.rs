//! The subjects: tenancy and what it is compared with. Each runs in its own process.

use std::collections::BTreeMap;

use client_runtime::{Options, Secret};
use futures::StreamExt;
use reqwest::Client;
use serde::{Deserialize, Serialize};
use tenancy::providers::{self, Descriptor, Settings};
use tenancy::providers::{Identities, Records};
use tenancy::{Account, Listing, Query};

use crate::Failure;
use crate::meter::{Meter, Sample};
use crate::server::{Endpoint, Next};
use crate::shape::{Decoded, Shape};

/// Bytes given to the normaliser at once: about what a socket returns.
const PIECE: usize = 64 * 1024;

/// What is measured.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub(crate) enum Subject {
    /// A listing by tenancy.
    Tenancy,
    /// The loop one writes with reqwest and serde.
    ByHand,
    /// The same loop in Python with requests.
    Python,
    /// tenancy's normaliser over bodies in memory.
    Normaliser,
    /// serde_json over the same bodies.
    Bare,
}

/// One run of a subject.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct Run {
    pub(crate) subject: Subject,
    pub(crate) endpoint: Endpoint,
    pub(crate) page_size: u32,
    /// How many accounts tenancy lists; each has the same tenants.
    pub(crate) accounts: u32,
    /// How many times the bodies in memory are read.
    pub(crate) passes: u32,
}

/// Runs a subject and returns what it cost.
pub(crate) fn run(run: &Run) -> Result<Sample, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    match run.subject {
        Subject::Tenancy => runtime.block_on(tenancy(run)),
        Subject::ByHand => {
            let plain = Plain::new(&run.endpoint)?;
            let http = Client::new();
            let mut meter = Meter::start();
            runtime.block_on(by_hand(&http, run, |body| {
                meter.requests += 1;
                meter.bytes += body.len() as u64;
                plain.decode(&body, &mut meter)
            }))?;
            meter.stop(1)
        }
        Subject::Python => Err("Python runs its own program".into()),
        Subject::Normaliser => normaliser(run, &runtime.block_on(bodies(run))?),
        Subject::Bare => bare(run, &runtime.block_on(bodies(run))?),
    }
}

async fn tenancy(run: &Run) -> Result<Sample, Failure> {
    let descriptor = find(&run.endpoint)?;
    let mut settings = Settings::default();
    settings.base_url = Some(run.endpoint.base_url.clone());
    settings.credentials = credentials(&run.endpoint.credentials);
    settings.transport = Options::default();
    let account = |number| Account::connect(format!("bench-{number}"), descriptor, &settings);
    let accounts = (0..run.accounts).map(account).collect::<Result<_, _>>()?;
    let mut query = Query::default();
    query.page_size = run.page_size.try_into().ok();
    let mut meter = Meter::start();
    let mut listing = Listing::new(accounts, query)?;
    while let Some(item) = listing.next().await {
        let tenant = item?;
        meter.take(tenant.id.clone(), tenant);
    }
    let report = listing.report();
    if !report.complete {
        return Err(format!("the list is not complete: {report:?}").into());
    }
    meter.requests = report.sources.iter().map(|source| source.requests).sum();
    meter.stop(1)
}

/// Follows the list page by page. No retries, no isolated records, no proof that the list is whole.
async fn by_hand(
    http: &Client,
    run: &Run,
    mut take: impl FnMut(Vec<u8>) -> Result<Page, Failure>,
) -> Result<(), Failure> {
    let endpoint = &run.endpoint;
    let mut number = match endpoint.next {
        Next::Number { first, .. } => first,
        _ => 1,
    };
    let mut token = None;
    loop {
        let mut request = http.get(&endpoint.url);
        for (name, value) in &endpoint.headers {
            request = request.header(name, value);
        }
        if let Some(size) = &endpoint.size {
            request = request.query(&[(size, run.page_size)]);
        }
        match (&endpoint.next, &token) {
            (Next::Number { parameter, .. }, _) => {
                request = request.query(&[(parameter, number)]);
            }
            (Next::Token { parameter, .. }, Some(token)) => {
                request = request.query(&[(parameter, token)]);
            }
            _ => {}
        }
        let answer = request.send().await?.error_for_status()?;
        let page = take(answer.bytes().await?.into())?;
        number += 1;
        let last = match endpoint.next {
            Next::None => true,
            Next::Number { .. } => page.records < run.page_size as usize,
            Next::Token { .. } => page.token.is_none(),
        };
        if last {
            return Ok(());
        }
        token = page.token;
    }
}

/// What the loop needs to know of a page.
struct Page {
    records: usize,
    token: Option<String>,
}

/// Decodes bodies with plain serde_json.
struct Plain {
    shape: Shape,
    /// The members that lead to the list.
    records: Vec<usize>,
    id: usize,
    token: Option<usize>,
}

impl Plain {
    fn new(endpoint: &Endpoint) -> Result<Self, Failure> {
        let shape = Shape::of(&[&endpoint.example]);
        let list = shape.list(&endpoint.records);
        let (records, record) = list.ok_or("the example has no records")?;
        let id = record.member(&endpoint.id);
        let token = match &endpoint.next {
            Next::Token { member, .. } => shape.member(member),
            _ => None,
        };
        Ok(Self {
            id: id.ok_or("the example's records have no identity")?,
            records,
            token,
            shape,
        })
    }

    fn decode(&self, body: &[u8], meter: &mut Meter) -> Result<Page, Failure> {
        let mut body = self.shape.decode(body)?;
        let Decoded::List(records) = body.take(&self.records) else {
            return Err("the body has no records".into());
        };
        let page = Page {
            records: records.len(),
            token: match self.token.map(|token| body.take(&[token])) {
                Some(Decoded::Text(token)) => Some(token),
                _ => None,
            },
        };
        for mut record in records {
            meter.take(record.take(&[self.id]), record);
        }
        Ok(page)
    }
}

/// Fetches the bodies of a list into memory.
async fn bodies(run: &Run) -> Result<Vec<Vec<u8>>, Failure> {
    let plain = Plain::new(&run.endpoint)?;
    let mut ignored = Meter::start();
    let mut bodies = Vec::new();
    by_hand(&Client::new(), run, |body| {
        let page = plain.decode(&body, &mut ignored);
        bodies.push(body);
        page
    })
    .await?;
    Ok(bodies)
}

fn bare(run: &Run, bodies: &[Vec<u8>]) -> Result<Sample, Failure> {
    let plain = Plain::new(&run.endpoint)?;
    let mut meter = Meter::start();
    for _ in 0..run.passes {
        for body in bodies {
            plain.decode(body, &mut meter)?;
        }
    }
    meter.stop(run.passes)
}

/// Isolation of records, drift and deduplication are all on.
fn normaliser(run: &Run, bodies: &[Vec<u8>]) -> Result<Sample, Failure> {
    let descriptor = find(&run.endpoint)?;
    let mut meter = Meter::start();
    for _ in 0..run.passes {
        let mut identities = Identities::default();
        for body in bodies {
            let mut normaliser = (descriptor.normaliser)("bench", false);
            let mut take = |records: Records| -> Result<(), Failure> {
                for entry in records {
                    let tenant = entry.map_err(|_| "a record was quarantined")?.tenant;
                    if identities.is_new(&tenant.id) {
                        meter.take(tenant.id.clone(), tenant);
                    }
                }
                Ok(())
            };
            for piece in body.chunks(PIECE) {
                take(normaliser.push(piece)?)?;
            }
            take(normaliser.finish()?.records)?;
        }
    }
    meter.stop(run.passes)
}

fn find(endpoint: &Endpoint) -> Result<&'static Descriptor, Failure> {
    Ok(providers::find(&endpoint.provider).ok_or("tenancy does not know the provider")?)
}

fn credentials(of: &BTreeMap<String, String>) -> BTreeMap<String, Secret> {
    of.iter()
        .map(|(key, value)| (key.clone(), Secret::from(value.as_str())))
        .collect()
}
