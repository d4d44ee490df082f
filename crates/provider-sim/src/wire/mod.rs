//! HTTP/1.1 over a TCP stream, written by hand because an answer must be able to break off at any byte.

mod reply;
mod request;

pub(crate) use reply::{Reply, client_left};
pub(crate) use request::{Head, read};
