//! The arguments of `get`.

use clap::Args;

use super::accounts::AccountsArguments;
use super::list::{ListArguments, OutputArguments, RowArguments, SelectionArguments};
use super::requests::{PagesArguments, RequestsArguments};
use crate::select::filter::Filter;

#[derive(Args, Debug)]
pub(crate) struct GetArguments {
    /// The ID of the tenant at its provider, or one of its aliases
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    /// Look in a database, or in a file of `list --format ndjson`, and send no request. See below
    #[arg(long, value_name = "DATABASE", conflicts_with_all = ["AccountsArguments", "PagesArguments", "RequestsArguments", "raw", "verbose"])]
    pub(crate) from: Option<String>,
    #[command(flatten)]
    accounts: AccountsArguments,
    #[command(flatten)]
    rows: RowArguments,
    /// Log each request to standard error, with its account and address, without secrets
    #[arg(short, long, help_heading = "Output")]
    verbose: bool,
    /// Hide progress and the summary of complete accounts
    #[arg(short, long, help_heading = "Output")]
    quiet: bool,
    #[command(flatten)]
    pages: PagesArguments,
    #[command(flatten)]
    requests: RequestsArguments,
}

impl GetArguments {
    /// The arguments of a list of the tenants with the ID. It reads all accounts to the end.
    pub(crate) fn list(&self) -> ListArguments {
        ListArguments {
            accounts: self.accounts.clone(),
            selection: SelectionArguments {
                filter: vec![Filter::identity(&self.id)],
                ..SelectionArguments::default()
            },
            output: OutputArguments {
                rows: self.rows.clone(),
                verbose: self.verbose,
                quiet: self.quiet,
                ..OutputArguments::default()
            },
            pages: self.pages.clone(),
            requests: self.requests.clone(),
        }
    }
}

pub(super) const EXAMPLES: &str = "\
All accounts are read to the end: tenants of several accounts may have the same
ID, and only a whole list shows that a tenant does not exist. --from is faster.
It takes what `tenancy diff` takes: t.ndjson, tenants.db, tenants.db@run:30,
tenants.db@2026-11-01 or postgres://USER@HOST/DATABASE.

Examples:
  tenancy get SA_7QK2M9XD
  tenancy get 4011 --provider omnidim --format yaml --columns id,name,balance
  tenancy get 4011 --from tenants.db

Exit codes:
  0  at least one tenant has the ID or alias
  1  none has, in lists that are complete, and proved or agreed
  2  wrong usage or configuration
  3  none was found, but a list is incomplete or only assumed to be complete
  129, 130, 143  ended by SIGHUP, Ctrl-C or SIGTERM";
