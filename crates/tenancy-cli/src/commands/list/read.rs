//! Reads a listing: feeds its tenants to the rows, shows progress, and stops at a signal.

use futures::{FutureExt, StreamExt};
use tenancy::{Incomplete, Listing, Tenant};
use tokio::time::timeout;

use super::rows::Rows;
use crate::commands::reporter::Reporter;
use crate::exit::{Ending, Failure};
use crate::output::progress::INTERVAL;
use crate::signals::Signals;

/// Reads the listing until it ends, the rows are enough or cannot be written, or a signal arrives. A second signal abandons the
/// rows, and a third one ends the process.
pub(super) async fn read(
    listing: &mut Listing,
    rows: &mut Rows<'_>,
    reporter: &mut Reporter,
) -> Result<Ending, Failure> {
    let mut signals = Signals::listen()?;
    Signals::end_at_third()?;
    let ending = tokio::select! {
        biased;
        exit = signals.next() => Ending::Interrupted(exit),
        read = feed(listing, rows, reporter) => read.err().unwrap_or(Ending::Finished),
    };
    reporter.progress.finish();
    listing.stop(match &ending {
        Ending::Finished => return Ok(ending),
        Ending::Closed => "the output was closed",
        Ending::Unwritable(_) => "the output could not be written",
        Ending::Interrupted(_) => "interrupted",
    });
    tokio::select! {
        biased;
        _ = signals.next() => {}
        () = rows.abort(&ending) => {}
    }
    Ok(ending)
}

async fn feed(
    listing: &mut Listing,
    rows: &mut Rows<'_>,
    reporter: &mut Reporter,
) -> Result<(), Ending> {
    while !rows.is_full() {
        let item = match listing.next().now_or_never() {
            Some(item) => item,
            None => {
                rows.flush(true).await?;
                next(listing, reporter).await
            }
        };
        reporter.note(listing.take_errors());
        match item {
            Some(Ok(tenant)) => rows.take(tenant)?,
            Some(Err(incomplete)) => reporter.note(incomplete.errors),
            None => break,
        }
        rows.flush(false).await?;
    }
    // The progress line occupies the place of the rows.
    reporter.progress.finish();
    rows.finish().await
}

async fn next(
    listing: &mut Listing,
    reporter: &mut Reporter,
) -> Option<Result<Box<Tenant>, Incomplete>> {
    loop {
        reporter.note(listing.take_errors());
        reporter.update(listing);
        if !reporter.progress.is_shown() {
            return listing.next().await;
        }
        if let Ok(item) = timeout(INTERVAL, listing.next()).await {
            return item;
        }
    }
}
