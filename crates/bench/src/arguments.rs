//! The command line.

use std::net::SocketAddr;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;

use clap::{Args, Parser, ValueEnum};

/// One measurement, or the server for one.
#[derive(Parser)]
#[command(name = "tenancy-bench")]
pub(crate) enum Command {
    /// Write the bodies of a list, as provider-sim sends them, into a file.
    Render(Render),
    /// Serve rendered bodies until the standard input ends.
    Serve(Serve),
    /// Turn rendered bodies in memory into tenants.
    Normalise(Normalise),
    /// List from a server.
    List(List),
    /// List many accounts at once from a server.
    ListAccounts(ListAccounts),
}

/// A provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Provider {
    Omnidim,
    Layers,
    Vobiz,
}

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Subject {
    /// tenancy itself; from memory, its normaliser.
    Ours,
    /// From memory, tenancy's engine, everything on.
    Listing,
    /// Plain derived structs and `serde_json::from_slice`.
    Plain,
    /// The generated client.
    Raw,
    /// The generated client's types, record by record.
    Bare,
    /// The same with drift noticed.
    Noticed,
}

#[derive(Args)]
pub(crate) struct Render {
    #[arg(long)]
    pub(crate) provider: Provider,
    #[arg(long)]
    pub(crate) records: u32,
    #[arg(long, default_value = "100")]
    pub(crate) page_size: NonZeroU32,
    /// The file of bodies; its index is written beside it.
    #[arg(long)]
    pub(crate) bodies: PathBuf,
}

#[derive(Args)]
pub(crate) struct Serve {
    #[arg(long)]
    pub(crate) bodies: PathBuf,
    /// How long each answer is held back.
    #[arg(long, default_value = "0")]
    pub(crate) latency_ms: u64,
    /// How long the server waits after the last byte of a body's first record.
    #[arg(long, default_value = "0")]
    pub(crate) pause_ms: u64,
}

#[derive(Args)]
pub(crate) struct Normalise {
    #[arg(long)]
    pub(crate) provider: Provider,
    #[arg(long)]
    pub(crate) subject: Subject,
    #[arg(long)]
    pub(crate) bodies: PathBuf,
    /// How often the list is normalised; the figures are those of one time.
    #[arg(long, default_value = "1")]
    pub(crate) passes: NonZeroU32,
    /// How many threads normalise; only tenancy uses more than one.
    #[arg(long, default_value = "1")]
    pub(crate) threads: NonZeroUsize,
}

#[derive(Args)]
pub(crate) struct List {
    #[arg(long)]
    pub(crate) provider: Provider,
    #[arg(long)]
    pub(crate) subject: Subject,
    #[arg(long)]
    pub(crate) address: SocketAddr,
    #[arg(long, default_value = "100")]
    pub(crate) page_size: NonZeroU32,
    /// How many requests may be under way at once; only tenancy has more than one.
    #[arg(long, default_value = "4")]
    pub(crate) concurrency: NonZeroU32,
    /// How long the consumer works on each page's worth of records.
    #[arg(long, default_value = "0")]
    pub(crate) consumer_ms: u64,
    /// How often the list is read; the figures are those of one time.
    #[arg(long, default_value = "1")]
    pub(crate) passes: NonZeroU32,
}

#[derive(Args)]
pub(crate) struct ListAccounts {
    #[arg(long)]
    pub(crate) provider: Provider,
    #[arg(long)]
    pub(crate) address: SocketAddr,
    #[arg(long)]
    pub(crate) accounts: u32,
    #[arg(long, default_value = "200")]
    pub(crate) page_size: NonZeroU32,
    /// How many requests may be under way at once.
    #[arg(long, default_value = "64")]
    pub(crate) in_flight: NonZeroU32,
}
