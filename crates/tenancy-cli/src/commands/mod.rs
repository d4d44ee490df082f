//! The subcommands, one file or folder each; `list` and `sync` share `reporter`, `get` runs a `list`, and `diff`, `reconcile`
//! and others share `side`.

pub(crate) mod changes;
pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod diff;
mod fail_on;
pub(crate) mod get;
pub(crate) mod list;
pub(crate) mod providers;
pub(crate) mod reconcile;
pub(crate) mod report;
mod reporter;
pub(crate) mod runs;
pub(crate) mod schema;
mod side;
pub(crate) mod sync;
