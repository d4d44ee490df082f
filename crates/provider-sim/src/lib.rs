//! Simulates providers as in-process HTTP/1.1 servers on loopback, for tests, benchmarks and the command's demo.
//!
//! Each account has its own address, which serves the list call as its provider's documents describe it. The caller decides
//! what they leave open. The crate imports none of the clients that are tested against it, so that it can disagree with them.
//!
//! - [`Account`]: a provider, credentials, tenants ([generated](Account::population), [given verbatim](Account::records) or
//!   [hand-made](Account::demo_records)), and knobs for what is not documented.
//! - [`Simulator`]: a running server for any number of accounts. It logs every [`Request`] and counts those in flight.
//! - [`Fault`]: an answer that differs from the normal one, for the requests that [`When`] selects.
//! - [`Churn`]: tenants created, deleted and changed at certain requests, while they are listed.
//! - [`AccountHandle`]: inspects and changes an account while the server runs.
//! - [`Simulated`]: the trait of a provider, which is one file in `provider/` and one line in [`Provider::ALL`].
//!
//! # Example
//!
//! ```
//! use std::io::{Read as _, Write as _};
//! use std::net::TcpStream;
//!
//! use provider_sim::{Account, Churn, Fault, Provider, Simulator};
//!
//! # fn main() -> std::io::Result<()> {
//! let simulator = Simulator::start([
//!     Account::new(Provider::ALL[0], "agency")
//!         .population(60, 7) // 60 tenants from seed 7
//!         .fault(1, Fault::rate_limited(2)) // the first request has to wait 2 s
//!         .churn(Churn::before(2).delete_at([0])), // before the second, one tenant is deleted
//! ])?;
//! let account = simulator.account("agency");
//!
//! let get = || -> std::io::Result<String> {
//!     let mut stream = TcpStream::connect(account.address())?;
//!     let path = account.list_url().replace(&format!("http://{}", account.address()), "");
//!     write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n")?;
//!     for (name, value) in account.auth_headers() {
//!         write!(stream, "{name}: {value}\r\n")?;
//!     }
//!     write!(stream, "\r\n")?;
//!     let mut answer = String::new();
//!     stream.read_to_string(&mut answer)?;
//!     Ok(answer)
//! };
//! assert!(get()?.starts_with("HTTP/1.1 429 Too Many Requests\r\n"));
//! let answer = get()?;
//! assert!(account.ids().len() == 59 && account.ids().iter().all(|id| answer.contains(id)));
//! assert_eq!(account.requests().len(), 2);
//! # Ok(())
//! # }
//! ```

mod account;
mod answering;
mod churn;
mod connections;
mod cursor;
mod delivery;
mod dice;
mod fault;
mod handle;
mod log;
mod page;
mod paging;
mod parent;
mod population;
mod provider;
mod record;
mod select;
mod simulator;
mod status;
mod when;
mod wire;

pub use account::Account;
pub use churn::Churn;
pub use delivery::Place;
pub use dice::Dice;
pub use fault::Fault;
pub use handle::AccountHandle;
pub use log::{Request, Stats};
pub use page::Page;
pub use paging::{Direction, Listed, Order, PageSize, Paging};
pub use parent::{Parent, Tenant};
pub use population::Population;
pub use provider::contract::{Provider, Refusal, Simulated};
pub use record::{Members, Record};
pub use simulator::Simulator;
pub use status::Status;
pub use when::When;
