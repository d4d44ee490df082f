//! A listing that holds all it gives to the JSON Schemas: no test can forget to.

#![allow(
    clippy::disallowed_types,
    reason = "this is what the others use in its place"
)]

use std::pin::Pin;
use std::sync::LazyLock;
use std::task::{Context, Poll};

use futures::Stream;
use jsonschema::Validator;
use schemars::Schema;
use serde::Serialize;
use tenancy::{Account, Error, Incomplete, ListingError, Query, Report, Tenant};

static TENANT: LazyLock<Validator> = LazyLock::new(|| validator(&schemars::schema_for!(Tenant)));
static REPORT: LazyLock<Validator> = LazyLock::new(|| validator(&schemars::schema_for!(Report)));

/// [`tenancy::Listing`], each tenant and report of which is held to its schema. The tests list with this one.
#[derive(Debug)]
pub struct Listing(tenancy::Listing);

impl Listing {
    /// As [`tenancy::Listing::new`].
    ///
    /// # Errors
    /// As there.
    pub fn new(accounts: Vec<Account>, query: Query) -> Result<Self, Error> {
        tenancy::Listing::new(accounts, query).map(Self)
    }

    /// As [`tenancy::Listing::resume`].
    ///
    /// # Errors
    /// As there.
    pub fn resume(accounts: Vec<Account>, query: Query, earlier: Report) -> Result<Self, Error> {
        tenancy::Listing::resume(accounts, query, earlier).map(Self)
    }

    /// As [`tenancy::Listing::report`].
    ///
    /// # Panics
    /// The report does not keep to its schema.
    #[must_use]
    pub fn report(&self) -> Report {
        let report = self.0.report();
        hold(&REPORT, &report);
        report
    }

    /// As [`tenancy::Listing::take_errors`].
    pub fn take_errors(&mut self) -> Vec<ListingError> {
        self.0.take_errors()
    }

    /// As [`tenancy::Listing::stop`].
    pub fn stop(&mut self, reason: &str) {
        self.0.stop(reason);
    }
}

impl Stream for Listing {
    type Item = Result<Box<Tenant>, Incomplete>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let polled = Pin::new(&mut self.0).poll_next(context);
        match &polled {
            Poll::Ready(Some(Ok(tenant))) => hold_tenant(tenant),
            Poll::Ready(Some(Err(incomplete))) => hold(&REPORT, &incomplete.report),
            _ => {}
        }
        polled
    }
}

/// Holds a tenant that did not come from a [`Listing`] to its schema.
///
/// # Panics
/// It does not keep to it.
pub fn hold_tenant(tenant: &Tenant) {
    // Nothing is asked of `raw`: it may have numbers that no reader can hold.
    let mut tenant = tenant.clone();
    tenant.raw = None;
    hold(&TENANT, &tenant);
}

/// What can say whether a JSON value keeps to a schema.
#[must_use]
pub fn validator(schema: &Schema) -> Validator {
    jsonschema::validator_for(schema.as_value()).unwrap()
}

/// What a reader of the written JSON sees.
#[must_use]
pub fn written(value: &impl Serialize) -> serde_json::Value {
    serde_json::from_str(&serde_json::to_string(value).unwrap()).unwrap()
}

fn hold(schema: &Validator, value: &impl Serialize) {
    let value = written(value);
    if let Err(error) = schema.validate(&value) {
        panic!("{}: {error}: {value}", error.instance_path());
    }
}
