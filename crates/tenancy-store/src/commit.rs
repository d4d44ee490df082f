//! Commits an account's list: merges what is staged, and keeps the checkpoint if the next run can resume.

use jiff::Timestamp;
use tenancy::{ErrorKind as ListingError, SourceReport};

use crate::merge::{Absent, ListingOutcome, Merge};
use crate::staging::{clear, keep_checkpoint, to_json};
use crate::store::time;
use crate::{AccountKey, Error, Run, Store};

/// Whether the next run can resume a list. `fault` is the account's own failure that ended it, if there was one.
///
/// A list that contradicts itself starts over, and so does one that was resumed without reading another page: its checkpoint
/// may be the cause, such as an expired cursor.
fn is_resumable(report: &SourceReport, fault: Option<ListingError>, pages_before: u64) -> bool {
    let interrupted = !report.complete && Absent::judged_by(report) == Absent::Unknown;
    let worthwhile = match fault {
        None => true,
        Some(ListingError::Call) => report.pages > pages_before,
        Some(_) => false,
    };
    interrupted && worthwhile && report.checkpoint.is_some()
}

impl Store {
    /// Commits the list of an account in one transaction. `report` is its report, and `fault` the account's own failure that
    /// ended the list, if there was one.
    ///
    /// # Errors
    /// The database failed, or another run took over the account. Nothing of the list is committed then.
    pub(crate) fn commit_listing(
        &mut self,
        run: Run,
        account: &AccountKey,
        report: &SourceReport,
        fault: Option<ListingError>,
        now: Timestamp,
    ) -> Result<ListingOutcome, Error> {
        let pages_before = self.resumed.get(account).copied().unwrap_or(0);
        let resumable = is_resumable(report, fault, pages_before);
        let max_gone = self.max_gone;
        let exclude = self.exclude.name.clone();
        self.connection.analyze("staged")?;
        let outcome = self.write_account(run, account, |connection| {
            let mut merge = Merge {
                connection,
                run,
                now: time(now),
                account,
                max_gone,
                exclude: &exclude,
            };
            let mut outcome = merge.merge(Absent::judged_by(report), now)?;
            outcome.resumable = resumable;
            merge.record_listing(report, &outcome)?;
            merge.clear_staged(report, resumable)?;
            Ok(outcome)
        })?;
        if outcome.created > 0 {
            self.connection.analyze("tenants")?;
        }
        Ok(outcome)
    }
}

impl Merge<'_> {
    /// Records the outcome and the report, without its checkpoint.
    fn record_listing(
        &mut self,
        report: &SourceReport,
        outcome: &ListingOutcome,
    ) -> Result<(), Error> {
        let mut report = report.clone();
        report.checkpoint = None;
        let certainty = to_json(&report.certainty)?;
        self.execute(
            "INSERT INTO listings (provider, account, run, at, complete, consistency,
                                   created, changed, gone, back, unchanged, missing, withheld, error, report, excluded)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)",
            &[
                self.run.number.into(),
                self.now.as_str().into(),
                i64::from(report.complete).into(),
                certainty.trim_matches('"').into(),
                outcome.created.into(),
                outcome.changed.into(),
                outcome.gone.into(),
                outcome.back.into(),
                outcome.unchanged.into(),
                outcome.missing.into(),
                outcome.withheld.into(),
                report.error.clone().into(),
                to_json(&report)?.into(),
                outcome.excluded.into(),
            ],
        )
        .map(drop)
    }

    /// Clears what is staged. For a list that can be resumed, keeps the checkpoint and the identities that were listed.
    fn clear_staged(&mut self, report: &SourceReport, resumable: bool) -> Result<(), Error> {
        if !resumable {
            return clear(self.connection, self.account);
        }
        self.execute("UPDATE staged SET body = NULL WHERE provider = $1 AND account = $2 AND body IS NOT NULL", &[])?;
        keep_checkpoint(
            self.connection,
            self.run,
            self.account,
            report,
            self.exclude,
        )
    }
}
