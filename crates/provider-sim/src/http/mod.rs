//! HTTP/1.1 over a TCP stream, by hand: an answer must be able to break off at any byte.

mod connection;
mod reply;
mod request;

pub(crate) use connection::serve;
pub(crate) use reply::{Body, Reply};
pub(crate) use request::Head;
