//! The subcommands, one file or folder each; `list` and `sync` share `list_run`.

pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod diff;
pub(crate) mod list;
mod list_run;
pub(crate) mod providers;
pub(crate) mod schema;
pub(crate) mod sync;
