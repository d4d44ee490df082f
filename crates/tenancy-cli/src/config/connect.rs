//! Opens configured accounts: reads their secrets and connects the provider's client.

use client_runtime::{Connections, Options, Secret};
use tenancy::Account;
use tenancy::providers::{Layers, OmniDim, Vobiz};

use crate::args::RequestsArguments;
use crate::config::account::Setup;
use crate::config::kind::Kind;
use crate::config::secrets;
use crate::exit::Failure;

/// The accounts, in order. No request is sent.
pub(crate) fn open(
    setups: &[Setup],
    requests: &RequestsArguments,
) -> Result<Vec<Account>, Failure> {
    let connections = Connections::default();
    setups
        .iter()
        .map(|setup| open_one(setup, requests, &connections))
        .collect()
}

/// One account, which uses these connections. No request is sent.
pub(crate) fn open_one(
    setup: &Setup,
    requests: &RequestsArguments,
    connections: &Connections,
) -> Result<Account, Failure> {
    let secrets = secrets::read(setup)?;
    let mut options = options(setup, requests);
    options.connections = connections.clone();
    connect(setup, secrets, &options).map_err(|error| setup.failure(error))
}

fn options(setup: &Setup, requests: &RequestsArguments) -> Options {
    let mut options = Options::default();
    options.requests_per_minute = setup.requests_per_minute;
    options.idle_timeout = requests.idle_timeout().unwrap_or(options.idle_timeout);
    options.max_retries = requests.max_retries.unwrap_or(options.max_retries);
    options
}

fn connect(
    setup: &Setup,
    secrets: Vec<Secret>,
    options: &Options,
) -> Result<Account, tenancy::Error> {
    let base_url = |default| setup.base_url.as_deref().unwrap_or(default);
    let mut secrets = secrets.into_iter();
    // There are as many as `Kind::credentials` has; an empty one is refused by the client.
    let mut next = || secrets.next().unwrap_or_else(|| Secret::from(""));
    let unusable = |error| tenancy::Error::from_call(error, None);
    match setup.kind {
        Kind::OmniDim => {
            use omnidim_client::{Client, Credentials, DEFAULT_BASE_URL};
            let client = Client::connect_with(
                base_url(DEFAULT_BASE_URL),
                Credentials::new(next()),
                options,
            );
            let provider = OmniDim::new(client.map_err(unusable)?);
            let provider = match &setup.assume_timezone {
                Some(zone) => provider.assume_timezone(zone)?,
                None => provider,
            };
            Account::new(&setup.name, provider)
        }
        Kind::Layers => {
            use layers_client::{Client, Credentials, DEFAULT_BASE_URL};
            let client = Client::connect_with(
                base_url(DEFAULT_BASE_URL),
                Credentials::new(next()),
                options,
            );
            Account::new(&setup.name, Layers::new(client.map_err(unusable)?))
        }
        Kind::Vobiz => {
            use vobiz_client::{Client, Credentials, DEFAULT_BASE_URL};
            let auth_id = next();
            let credentials = Credentials::new(auth_id.clone(), next());
            let client = Client::connect_with(base_url(DEFAULT_BASE_URL), credentials, options);
            Account::new(
                &setup.name,
                Vobiz::new(client.map_err(unusable)?, auth_id.expose())?,
            )
        }
    }
}
