//! OmniDim, Layers and Vobiz as an HTTP/1.1 server on loopback, in the process that uses it: for tests, benchmarks and the
//! command's demonstration.
//!
//! It serves the three list calls as the providers' documents describe them, and leaves to the caller what those leave open. It
//! knows nothing of the clients that are tested against it, so that it can disagree with them.
//!
//! - [`Account`]: a provider, credentials, tenants ([generated](Account::population), [given verbatim](Account::records) or
//!   [hand-made](Account::demo_records)), and knobs for what is not documented.
//! - [`Simulator`]: a running server for any number of accounts. It logs every [`Request`], and counts what is in flight.
//! - [`Fault`]: an answer that differs from the usual one, for the requests that [`When`] says.
//! - [`Churn`]: tenants that come, go and change while they are being listed, by the count of requests.
//! - [`AccountHandle`]: looks at and changes an account while the server runs.
//!
//! # Example
//!
//! ```
//! use std::io::{Read as _, Write as _};
//! use std::net::TcpStream;
//!
//! use provider_sim::{Account, Churn, Fault, Simulator};
//!
//! # fn main() -> std::io::Result<()> {
//! let simulator = Simulator::start([
//!     Account::vobiz("agency")
//!         .population(60, 7) // 60 sub-accounts from seed 7
//!         .fault(1, Fault::rate_limited(2)) // the first request is told to wait 2 s
//!         .churn(Churn::before(2).delete_at([0])), // before the second, the newest sub-account goes
//! ])?;
//! let account = simulator.account("agency");
//!
//! let get = || -> std::io::Result<String> {
//!     let mut stream = TcpStream::connect(account.address())?;
//!     let path = account.list_url().replace(&format!("http://{}", account.address()), "");
//!     write!(stream, "GET {path}?page=1&size=50 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n")?;
//!     for (name, value) in account.auth_headers() {
//!         write!(stream, "{name}: {value}\r\n")?;
//!     }
//!     write!(stream, "\r\n")?;
//!     let mut answer = String::new();
//!     stream.read_to_string(&mut answer)?;
//!     Ok(answer)
//! };
//! assert!(get()?.starts_with("HTTP/1.1 429 Too Many Requests\r\n"));
//! assert!(get()?.contains(r#""total":59,"page":1,"size":50"#));
//!
//! let requests = account.requests();
//! assert_eq!(requests.len(), 2);
//! assert_eq!(requests[1].query("size"), Some("50"));
//! # Ok(())
//! # }
//! ```
//!
//! # What is known and what is assumed
//!
//! Paths, parameters, defaults, orders and the shapes of bodies and errors are those of the three providers' documents
//! (OmniDim "List child organizations", Layers "GET /v1/organizations", Vobiz "List All Subaccounts"). Assumed, because no document
//! says it: the error codes of OmniDim and Vobiz, 422 for parameters out of range at Vobiz, 403 for another account's path
//! there, an empty list beyond the last page, 405 for other methods, and that OmniDim lists the oldest first, as its example
//! does.

mod account;
mod churn;
mod cursor;
mod demo;
mod fault;
mod generate;
mod http;
mod log;
mod page;
mod population;
mod provider;
mod record;
mod server;
mod simulator;
mod status;

pub(crate) use account::Which;
pub use account::{Account, ActiveOnly, Paging, Provider};
pub use churn::Churn;
pub use fault::{Fault, Place, When};
pub use log::{Request, Stats};
pub use page::Page;
pub use population::Population;
pub use record::Record;
pub use simulator::{AccountHandle, Simulator};
pub use status::Status;
