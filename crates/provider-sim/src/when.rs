//! Which requests of an account a fault is for.

use std::fmt;
use std::ops::{Range, RangeFrom, RangeFull, RangeInclusive};
use std::sync::Arc;

use crate::log::Request;

/// Which requests of an account a fault is for.
///
/// Made from the account's n-th request (`3`, counted from 1), from a range of them (`1..3`, `1..=2`, `4..`, `..`), or by
/// [`When::matching`] and [`When::query`], which are the better choice where requests overlap and their order is open.
#[derive(Clone)]
pub struct When {
    test: Test,
    left: Option<u64>,
}

#[derive(Clone)]
enum Test {
    Numbers { first: u64, end: u64 },
    Matching(Arc<dyn Fn(&Request) -> bool + Send + Sync>),
}

impl When {
    /// The requests for which `test` is true. It runs while the server is locked: it must not call the [`Simulator`](crate::Simulator).
    pub fn matching(test: impl Fn(&Request) -> bool + Send + Sync + 'static) -> Self {
        Self {
            test: Test::Matching(Arc::new(test)),
            left: None,
        }
    }

    /// The requests whose query has `name` with `value`.
    pub fn query(name: impl Into<String>, value: impl Into<String>) -> Self {
        let (name, value) = (name.into(), value.into());
        Self::matching(move |request| request.query(&name) == Some(&value))
    }

    /// Only the first `count` of them.
    #[must_use]
    pub fn times(mut self, count: u64) -> Self {
        self.left = Some(count);
        self
    }

    /// Whether it holds for this request; if so it has been used once more.
    pub(crate) fn take(&mut self, request: &Request) -> bool {
        if self.left == Some(0) {
            return false;
        }
        let holds = match &self.test {
            Test::Numbers { first, end } => (*first..*end).contains(&request.account_number),
            Test::Matching(test) => test(request),
        };
        if holds && let Some(left) = &mut self.left {
            *left -= 1;
        }
        holds
    }

    fn numbers(first: u64, end: u64) -> Self {
        Self {
            test: Test::Numbers { first, end },
            left: None,
        }
    }
}

impl From<u64> for When {
    fn from(number: u64) -> Self {
        Self::numbers(number, number + 1)
    }
}

impl From<Range<u64>> for When {
    fn from(range: Range<u64>) -> Self {
        Self::numbers(range.start, range.end)
    }
}

impl From<RangeInclusive<u64>> for When {
    fn from(range: RangeInclusive<u64>) -> Self {
        Self::numbers(*range.start(), range.end().saturating_add(1))
    }
}

impl From<RangeFrom<u64>> for When {
    fn from(range: RangeFrom<u64>) -> Self {
        Self::numbers(range.start, u64::MAX)
    }
}

impl From<RangeFull> for When {
    fn from(_: RangeFull) -> Self {
        Self::numbers(0, u64::MAX)
    }
}

impl fmt::Debug for When {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = formatter.debug_struct("When");
        if let Test::Numbers { first, end } = &self.test {
            debug.field("first", first).field("end", end);
        }
        debug.field("left", &self.left).finish_non_exhaustive()
    }
}
