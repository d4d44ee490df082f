//! The runtime of generated clients: credentials, transport, errors and wire types.
//!
//! A generated client sends each request through its [`Transport`], which adds the credentials, stays on the configured
//! origin, waits and retries as the provider asks, and turns a failure into an [`Error`] that says what failed.
//! The wire types ([`Timestamp`], [`RawNumber`], [`OrFalse`], [`OpenEnum`], [`Presence`], [`Secret`], [`Record`]) preserve values
//! that JSON Schema cannot describe.
//!
//! Without a generated client, a [`Call`] sends any request:
//!
//! ```no_run
//! use client_runtime::{Call, Credentials, Method, Options, Transport};
//!
//! # async fn read() -> Result<(), client_runtime::Error> {
//! let credentials = Credentials::new().bearer("token");
//! let transport = Transport::new("https://api.example.com", credentials, &Options::default())?;
//! let mut call = Call::new(&transport, "listThings", Method::GET, "/accounts/{id}/things");
//! call.set_path("id", "a-1");
//! call.set_query("size", Some(100));
//! let things = call.receive_json::<Vec<String>>().await?;
//! println!("{} {}", things.status(), things.len());
//! # Ok(())
//! # }
//! ```
//!
//! This crate knows no provider.

#![warn(
    missing_debug_implementations,
    clippy::missing_errors_doc,
    clippy::missing_panics_doc,
    clippy::must_use_candidate
)]

mod base_url;
mod body;
mod call;
mod choice;
mod connections;
mod content_coding;
mod credentials;
mod download;
mod error;
mod explain;
mod link_header;
mod middleware;
#[cfg(feature = "mock")]
pub mod mock;
mod multipart;
mod not_json;
mod options;
mod outcome;
mod pages;
mod pairs;
mod parameter;
mod path_template;
mod provider_error;
mod proxy;
mod rate_limiter;
mod redaction;
mod request;
mod response;
mod retry;
mod secret;
mod size_limit;
mod text;
mod tls;
mod traffic;
mod transport;
mod trickle;
mod wire;

pub use bytes::Bytes;
pub use call::Call;
pub use choice::{Branch, best_branches};
pub use connections::Connections;
pub use credentials::Credentials;
pub use download::{Chunk, Download};
pub use error::{Error, ErrorKind};
pub use http::Method;
pub use middleware::{Middleware, Next};
pub use multipart::Multipart;
pub use options::Options;
pub use pages::{Items, Pages, identity};
pub use pairs::joined;
pub use parameter::OptionalText;
pub use record_stream::{Decoded, JsonTree, OmittedField, RawNumber, Record, RecordError};
pub use request::Request;
/// The HTTP library under the transport, of which a [`Middleware`] sees requests and responses.
pub use reqwest;
pub use response::Response;
pub use secret::Secret;
pub use traffic::{Clock, Traffic, WaitReason, Waiting};
pub use transport::Transport;
pub use wire::{Map, OpenEnum, OrFalse, Presence, Timestamp};
