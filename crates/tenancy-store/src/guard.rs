//! Withholds more tenants gone than is plausible, until a second list agrees.

use jiff::{SignedDuration, Timestamp};

use crate::Error;
use crate::merge::{IS_STAGED, Merge};
use crate::store::time;

/// How much later a second list has to be.
const CONFIRMATION: SignedDuration = SignedDuration::from_hours(1);

/// How many tenants of an account one list may mark gone. A list that exceeds both limits marks none, unless an earlier complete
/// list, at least an hour before, lacked the same ones. Nor does an empty list, unless the share is no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MaxGone {
    /// The share of the account's tenants, in percent. 100 is no limit.
    pub percent: u64,
    /// The number of tenants.
    pub tenants: u64,
}

/// 10 % and 5 tenants.
impl Default for MaxGone {
    fn default() -> Self {
        Self {
            percent: 10,
            tenants: 5,
        }
    }
}

impl MaxGone {
    fn is_exceeded(self, gone: u64, known: u64, listed: u64) -> bool {
        let is_many = gone > self.tenants || listed == 0;
        is_many && gone.saturating_mul(100) > self.percent.saturating_mul(known)
    }
}

impl Merge<'_> {
    /// Returns how many absent tenants must not be marked gone yet: none, or all of them. Those that an earlier complete list
    /// lacked, long enough ago, do not count.
    pub(crate) fn withhold(
        &mut self,
        known: u64,
        listed: u64,
        now: Timestamp,
    ) -> Result<u64, Error> {
        let absent =
            format!("provider = $1 AND account = $2 AND gone_at IS NULL AND NOT {IS_STAGED}");
        let unconfirmed = self.count_with(
            &format!(
                "SELECT count(*) FROM tenants WHERE {absent} AND (withheld_since IS NULL OR withheld_since > $3)"
            ),
            &[time(now - CONFIRMATION).into()],
        )?;
        if !self.max_gone.is_exceeded(unconfirmed, known, listed) {
            return Ok(0);
        }
        let withheld = self.count(&format!("SELECT count(*) FROM tenants WHERE {absent}"))?;
        self.update(&format!(
            "UPDATE tenants SET withheld_since = $3 WHERE {absent} AND withheld_since IS NULL"
        ))?;
        Ok(withheld)
    }
}
