//! Selects the requests of an account to which a fault applies.

use std::ops::{Range, RangeBounds, RangeFrom, RangeFull, RangeInclusive};
use std::sync::Arc;

use crate::log::Request;

/// Which requests of an account a fault is for.
///
/// Made from the account's n-th request (`3`, counted from 1), from a range of them (`1..3`, `1..=2`, `4..`, `..`), or by
/// [`When::matching`] and [`When::query`], which are the better choice where the order of concurrent requests is open.
#[derive(Clone)]
pub struct When(Arc<dyn Fn(&Request) -> bool + Send + Sync>);

impl When {
    /// The requests for which `test` is true. It runs while the server is locked: it must not call the
    /// [`Simulator`](crate::Simulator).
    pub fn matching(test: impl Fn(&Request) -> bool + Send + Sync + 'static) -> Self {
        Self(Arc::new(test))
    }

    /// The requests whose query has `name` with `value`.
    pub fn query(name: impl Into<String>, value: impl Into<String>) -> Self {
        let (name, value) = (name.into(), value.into());
        Self::matching(move |request| request.query(&name) == Some(&value))
    }

    pub(crate) fn holds(&self, request: &Request) -> bool {
        (self.0)(request)
    }
}

impl From<u64> for When {
    fn from(number: u64) -> Self {
        Self::from(number..=number)
    }
}

macro_rules! from_ranges {
    ($($range:ty),*) => {
        $(impl From<$range> for When {
            fn from(range: $range) -> Self {
                Self::matching(move |request| RangeBounds::contains(&range, &request.account_number))
            }
        })*
    };
}

from_ranges!(Range<u64>, RangeInclusive<u64>, RangeFrom<u64>, RangeFull);
