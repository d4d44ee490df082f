//! The demonstration: the three providers as a server in this process, and the accounts that it serves.

use client_runtime::Secret;
use provider_sim::{AccountHandle, Simulator};

use crate::args::AccountsArguments;
use crate::config::account::{Origin, Place, Setup};
use crate::config::kind::Kind;
use crate::exit::Failure;

/// The running server. It ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Demonstration {
    simulator: Simulator,
}

impl Demonstration {
    /// The server, if the arguments ask for a demonstration.
    pub(crate) fn wanted(arguments: &AccountsArguments) -> Result<Option<Self>, Failure> {
        arguments.demo.then(Self::start).transpose()
    }

    /// Starts the server on a free port of this machine's loopback.
    fn start() -> Result<Self, Failure> {
        let simulator = Simulator::demo().map_err(|error| {
            Failure::machine(format!(
                "the demonstration's server cannot be started: {error}"
            ))
        })?;
        Ok(Self { simulator })
    }

    /// The accounts, one at each provider.
    pub(crate) fn setups(&self) -> Vec<Setup> {
        self.simulator.accounts().iter().filter_map(setup).collect()
    }
}

fn setup(account: &AccountHandle) -> Option<Setup> {
    let kind = match account.provider().name() {
        "omnidim" => Kind::OmniDim,
        "layers" => Kind::Layers,
        "vobiz" => Kind::Vobiz,
        _ => return None,
    };
    let credentials = account.credentials();
    let credentials = credentials
        .into_iter()
        .map(|(_, text)| Origin::Literal(Secret::from(text)))
        .collect();
    Some(Setup {
        base_url: Some(account.base_url()),
        ..Setup::new(account.name(), kind, Place::Demonstration, credentials)
    })
}
