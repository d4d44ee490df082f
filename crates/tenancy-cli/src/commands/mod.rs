//! The subcommands, one file or folder each; `list` and `sync` share `reporter`.

pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod diff;
pub(crate) mod list;
pub(crate) mod providers;
mod reporter;
pub(crate) mod schema;
pub(crate) mod sync;
