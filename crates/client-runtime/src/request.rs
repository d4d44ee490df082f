//! What all requests of generated clients have in common.

use std::time::Duration;

use crate::Call;

/// A request of a generated client, with what every request has beside its own parameters.
///
/// If an operation has a parameter of the same name, its setter comes first: `Request::timeout(request, limit)` sets the time limit.
///
/// ```no_run
/// use std::time::Duration;
/// # use client_runtime::{Call, Error};
/// use client_runtime::Request as _;
///
/// # struct ListThings(Call);
/// # impl client_runtime::Request for ListThings {
/// #     fn call_mut(&mut self) -> &mut Call { &mut self.0 }
/// # }
/// # impl ListThings { async fn send(self) -> Result<(), Error> { Ok(()) } }
/// # async fn list(request: ListThings) -> Result<(), Error> {
/// request.timeout(Duration::from_secs(5)).max_retries(0).send().await?;
/// # Ok(())
/// # }
/// ```
pub trait Request: Sized {
    /// The call under the request: for a parameter or a header that the provider's document lacks.
    fn call_mut(&mut self) -> &mut Call;

    /// Limits the time that the request may take in all, with its retries and waits; of a paged list, each page has this time.
    /// Default: no limit, as long as bytes arrive ([`Options::idle_timeout`](crate::Options::idle_timeout)).
    #[must_use]
    fn timeout(mut self, limit: Duration) -> Self {
        self.call_mut().set_timeout(limit);
        self
    }

    /// Sets the number of retries after the first attempt. Default: [`Options::max_retries`](crate::Options::max_retries).
    #[must_use]
    fn max_retries(mut self, max: u32) -> Self {
        self.call_mut().set_max_retries(max);
        self
    }
}
