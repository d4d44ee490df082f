//! What the end of a list means for the database: what was created, changed, is back or gone.

use jiff::Timestamp;
use tenancy::{Certainty, ErrorKind as ListingError, SourceReport};

use crate::merge::Concluding;
use crate::staging::{clear, keep_checkpoint, written};
use crate::store::time;
use crate::{AccountKey, Error, Run, Store};

/// What the listing of an account came to in the database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Conclusion {
    /// Tenants that were never there before.
    pub created: u64,
    /// Tenants of which something is different.
    pub changed: u64,
    /// Tenants that are not there any more. Only a list that was complete and proved says so.
    pub gone: u64,
    /// Tenants that were gone and are there again.
    pub back: u64,
    /// Tenants that are as they were.
    pub unchanged: u64,
    /// Tenants that the list did not have although it was read to its end, and that are not marked gone, because the list could
    /// not prove that nothing was missed.
    pub missing: u64,
    /// Whether the list broke off, and the next run goes on from there.
    pub goes_on: bool,
}

/// What a list that has ended allows to conclude about tenants that it did not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Absence {
    /// They are gone: the list was complete, and it is certain that it missed nothing.
    Gone,
    /// They were not found: the list was read to its end, but some of it could not be read, or only the provider's cursors
    /// vouch for it.
    Missing,
    /// Nothing: the list was not read to its end.
    Nothing,
}

impl Absence {
    fn of(report: &SourceReport) -> Self {
        match report.certainty {
            Certainty::Proved | Certainty::Agreed if report.complete => Self::Gone,
            Certainty::Proved | Certainty::Agreed | Certainty::Assumed => Self::Missing,
            _ => Self::Nothing,
        }
    }
}

/// Whether a list broke off where it is worth going on. `fault` is what ended it, if it was the account's own failure.
///
/// A list that contradicts itself is listed anew, and so is one that was resumed and came no further: its checkpoint may be
/// what is wrong, such as a cursor that has expired.
fn goes_on(report: &SourceReport, fault: Option<ListingError>, pages_before: u64) -> bool {
    let broke_off = !report.complete && Absence::of(report) == Absence::Nothing;
    let came_further = report.pages > pages_before;
    let worthwhile = match fault {
        None => true,
        Some(ListingError::Call) => came_further,
        Some(_) => false,
    };
    broke_off && worthwhile && report.checkpoint.is_some()
}

impl Store {
    /// Records, in one transaction, what the listing of an account came to: `report` is its report, and `fault` what kind of
    /// failure of the account's own ended it.
    ///
    /// # Errors
    /// The database failed; then nothing of it is recorded.
    pub fn conclude(
        &mut self,
        run: Run,
        account: &AccountKey,
        report: &SourceReport,
        fault: Option<ListingError>,
        now: Timestamp,
    ) -> Result<Conclusion, Error> {
        let pages_before = self.resumed.get(account).copied().unwrap_or(0);
        let goes_on = goes_on(report, fault, pages_before);
        self.connection.analyze("staged")?;
        let conclusion = self.write(|connection| {
            let mut concluding = Concluding {
                connection,
                run,
                now: time(now),
                account,
            };
            let conclusion = Conclusion {
                goes_on,
                ..concluding.merge(Absence::of(report))?
            };
            concluding.keep_listing(report, &conclusion)?;
            concluding.leave_staged(report, goes_on)?;
            Ok(conclusion)
        })?;
        if conclusion.created > 0 {
            self.connection.analyze("tenants")?;
        }
        Ok(conclusion)
    }
}

impl Concluding<'_> {
    /// Keeps what the list came to, without its checkpoint.
    fn keep_listing(
        &mut self,
        report: &SourceReport,
        conclusion: &Conclusion,
    ) -> Result<(), Error> {
        let mut report = report.clone();
        report.checkpoint = None;
        let certainty = written(&report.certainty)?;
        self.execute(
            "INSERT INTO listings (provider, account, run, at, complete, consistency,
                                   created, changed, gone, back, unchanged, missing, error, report)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
            &[
                self.run.number.into(),
                self.now.as_str().into(),
                i64::from(report.complete).into(),
                certainty.trim_matches('"').into(),
                conclusion.created.into(),
                conclusion.changed.into(),
                conclusion.gone.into(),
                conclusion.back.into(),
                conclusion.unchanged.into(),
                conclusion.missing.into(),
                report.error.clone().into(),
                written(&report)?.into(),
            ],
        )
        .map(drop)
    }

    /// Takes away what is staged; of a list that is to go on it keeps which tenants were there, and from where.
    fn leave_staged(&mut self, report: &SourceReport, goes_on: bool) -> Result<(), Error> {
        if !goes_on {
            return clear(self.connection, self.account);
        }
        self.execute("UPDATE staged SET body = NULL WHERE provider = $1 AND account = $2 AND body IS NOT NULL", &[])?;
        keep_checkpoint(self.connection, self.run, self.account, report)
    }
}
