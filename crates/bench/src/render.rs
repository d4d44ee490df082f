//! Renders the bodies of a list: provider-sim is asked for each once, over HTTP.

use std::path::Path;

use provider_sim::{AccountHandle, Simulator};
use reqwest::Client;
use serde::Deserialize;

use crate::Failure;
use crate::arguments::{Provider, Render};
use crate::bodies::Writer;
use crate::connect::ACCOUNT;

/// What the records are made from: the same bodies in every run.
const SEED: u64 = 7;

/// Writes the bodies of a list into a file.
pub(crate) fn render(what: &Render) -> Result<(), Failure> {
    let account = what
        .provider
        .simulated(ACCOUNT)
        .population(what.records, SEED);
    let simulator = Simulator::start([account])?;
    let list = List {
        http: Client::builder().no_proxy().build()?,
        account: simulator.account(ACCOUNT),
    };
    let partial = what.bodies.with_extension("partial");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(list.write(what, &partial))?;
    std::fs::rename(&partial, &what.bodies)?;
    Ok(())
}

struct List {
    http: Client,
    account: AccountHandle,
}

impl List {
    async fn write(&self, what: &Render, path: &Path) -> Result<(), Failure> {
        let mut bodies = Writer::create(path)?;
        match what.provider {
            Provider::Omnidim => bodies.add("", &self.get("").await?, true)?,
            Provider::Vobiz => {
                let pages = what.records.div_ceil(what.page_size.get()).max(1);
                for page in 1..=pages {
                    let query = format!("page={page}&size={}", what.page_size);
                    bodies.add(&query, &self.get(&query).await?, true)?;
                }
            }
            Provider::Layers => {
                self.follow(what, "", true, &mut bodies).await?;
                // tenancy asks for the archived ones as well: whether they are in the whole list is not stated.
                self.follow(what, "&status=archived", false, &mut bodies)
                    .await?;
            }
        }
        bodies.finish()
    }

    /// Adds the pages that cursors chain.
    async fn follow(
        &self,
        what: &Render,
        filter: &str,
        of_list: bool,
        bodies: &mut Writer,
    ) -> Result<(), Failure> {
        let mut cursor = String::new();
        loop {
            let query = format!("limit={}{filter}{cursor}", what.page_size);
            let body = self.get(&query).await?;
            bodies.add(&query, &body, of_list)?;
            let Chained { next_cursor } = serde_json::from_slice(&body)?;
            match next_cursor {
                Some(next) => {
                    let pair = form_urlencoded::Serializer::new(String::new())
                        .append_pair("cursor", &next)
                        .finish();
                    cursor = format!("&{pair}");
                }
                None => return Ok(()),
            }
        }
    }

    async fn get(&self, query: &str) -> Result<Vec<u8>, Failure> {
        let mut request = self
            .http
            .get(format!("{}?{query}", self.account.list_url()));
        for (name, value) in self.account.auth_headers() {
            request = request.header(name, value);
        }
        Ok(request
            .send()
            .await?
            .error_for_status()?
            .bytes()
            .await?
            .into())
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Chained {
    next_cursor: Option<String>,
}
