//! The arguments of `changes`.

use std::path::PathBuf;

use clap::Args;

#[derive(Args, Debug)]
pub(crate) struct ChangesArguments {
    /// The database: an SQLite file, or postgres://USER@HOST/DATABASE; by default that of `tenancy sync`
    #[arg(value_name = "DATABASE")]
    pub(crate) database: Option<String>,
    /// Only what later runs changed
    #[arg(long, value_name = "RUN", default_value_t = 0, value_parser = run)]
    pub(crate) since: i64,
    /// Write to this file instead of standard output. The file is replaced once everything is written
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Hide the summary
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

fn run(text: &str) -> Result<i64, String> {
    let number = text.parse().ok().filter(|number| *number >= 0);
    number.ok_or_else(|| "it is not the number of a run; `tenancy runs` shows them".to_owned())
}

pub(super) const EXAMPLES: &str = "\
Each line is one change of one tenant, as a CloudEvent (version 1.0, JSON): its
type is tenancy.tenant.created, changed, gone or back; time is when it was
recorded, and run the number of the run. `data.tenant` is the tenant as of then,
`data.fields` what changed, as in `tenancy diff`. A change always has the same
id: a consumer that has seen the id can skip the event.

The last line on standard error gives the --since to continue with. It is the
last run, or the one before the first run that may still be recording.

Examples:
  tenancy changes
  tenancy changes tenants.db --since 30 --output changes.ndjson
  tenancy changes tenants.db | grep tenancy.tenant.gone

Exit codes:
  0  all changes were written
  1  the database failed, or the changes could not be written
  2  wrong usage, or the database has no such run
  3  a part of the history was deleted: what is left was written";
