//! Lists the tenants of accounts and records them, in one call.

mod event;
mod options;
mod recorder;
mod thread;

use std::collections::VecDeque;
use std::pin::{Pin, pin};

use futures::future::{Either, select};
use tenancy::{Account, Listing};
use tokio::sync::mpsc::{Sender, UnboundedReceiver};

pub use event::{SyncEvent, Synced};
pub use options::SyncOptions;

use crate::{AccountKey, Address, Error, ErrorKind, ListingOutcome, Run};
use recorder::Recorder;
use thread::{Claimed, Note, Order};

/// Lists the tenants of accounts and records them in a database.
///
/// Tenants are staged as they arrive, in batches with checkpoints, and committed in one transaction at the end of an account's
/// list. A run that ends before its lists is resumed by the next one. An account that another run is recording is skipped.
///
/// Await the returned [`SyncRun`] for its result, which ends the run. It must be awaited within a tokio runtime. A separate thread calls the database,
/// so a slow one delays neither the requests nor other tasks.
///
/// # Examples
/// ```no_run
/// use tenancy::Account;
/// use tenancy_store::{Address, SyncOptions, sync};
///
/// # async fn example(accounts: Vec<Account>) -> Result<(), Box<dyn std::error::Error>> {
/// let synced = sync(accounts, Address::parse("tenants.db")?, SyncOptions::default()).await?;
/// for (account, outcome) in &synced.recorded {
///     println!("{account}: {} created, {} gone", outcome.created, outcome.gone);
/// }
/// if !synced.report.complete {
///     println!("something is missing: {:#?}", synced.report);
/// }
/// # Ok(())
/// # }
/// ```
pub fn sync(accounts: Vec<Account>, address: Address, options: SyncOptions) -> SyncRun {
    let (orders, notes) = thread::start(accounts, address, options);
    SyncRun {
        orders,
        notes,
        recording: None,
        recorded: Vec::new(),
        events: VecDeque::new(),
        stopped: None,
        twins: None,
        end: None,
    }
}

/// A [`sync`] that is running. Await it for its result, or first call [`next`](Self::next) for each event.
///
/// If it is dropped before its end, the next run resumes its lists.
#[derive(Debug)]
#[must_use = "the lists are not read unless the run is awaited"]
pub struct SyncRun {
    orders: Sender<Order>,
    notes: UnboundedReceiver<Note>,
    recording: Option<Box<Recording>>,
    recorded: Vec<(AccountKey, ListingOutcome)>,
    events: VecDeque<SyncEvent>,
    /// Why the caller stopped the lists before they began.
    stopped: Option<String>,
    /// Known once every list is recorded.
    twins: Option<Vec<(AccountKey, AccountKey)>>,
    end: Option<Result<(), Error>>,
}

/// The lists of a run.
#[derive(Debug)]
struct Recording {
    recorder: Recorder,
    run: Run,
    skipped: Vec<AccountKey>,
    known: Vec<AccountKey>,
}

impl SyncRun {
    /// Returns the next event, or nothing once every list is recorded. Cancel safe. The run then has no end yet and keeps its accounts:
    /// what is still to be done with its [changes](crate::Changes::of) is done before it is awaited.
    ///
    /// # Examples
    /// ```no_run
    /// use tenancy_store::{SyncEvent, SyncRun};
    ///
    /// # async fn example(mut run: SyncRun) -> Result<(), tenancy_store::Error> {
    /// while let Some(event) = run.next().await {
    ///     match event {
    ///         SyncEvent::Missing(error) => eprintln!("{error}"),
    ///         SyncEvent::Recorded { account, outcome } => println!("{account}: {outcome:?}"),
    ///         _ => {}
    ///     }
    /// }
    /// let synced = run.await?;
    /// # Ok(())
    /// # }
    /// ```
    pub async fn next(&mut self) -> Option<SyncEvent> {
        loop {
            while let Ok(note) = self.notes.try_recv() {
                self.take(note);
            }
            if let Some(recording) = &mut self.recording {
                let errors = recording.recorder.errors.drain(..);
                self.events.extend(errors.map(SyncEvent::Missing));
            }
            if let Some(event) = self.events.pop_front() {
                return Some(event);
            }
            if self.twins.is_some() || self.end.is_some() {
                return None;
            }
            let note = match &mut self.recording {
                Some(recording) if !recording.recorder.is_finished() => {
                    let note = pin!(self.notes.recv());
                    match select(note, pin!(recording.recorder.advance())).await {
                        Either::Left((note, _)) => note,
                        Either::Right(_) => continue,
                    }
                }
                _ => self.notes.recv().await,
            };
            self.take(note.unwrap_or_else(panicked));
        }
    }

    /// Ends the run.
    async fn end(mut self) -> Result<Synced, Error> {
        while self.next().await.is_some() {}
        // The thread reports why it takes no order.
        let _ = self.orders.send(Order::End).await;
        while self.end.is_none() {
            let note = self.notes.recv().await;
            self.take(note.unwrap_or_else(panicked));
        }
        self.result()
    }

    /// Returns the listing, once the accounts are claimed: its progress, and what it waits for.
    #[must_use]
    pub fn listing(&self) -> Option<&Listing> {
        let recording = self.recording.as_ref()?;
        Some(&recording.recorder.listing)
    }

    /// Ends the lists. What they have is recorded, with this reason in the report of every list that was not read to its end. Keep
    /// polling the run until it ends.
    pub fn stop(&mut self, reason: &str) {
        match &mut self.recording {
            Some(recording) => recording.recorder.listing.stop(reason),
            None => self.stopped = Some(reason.to_owned()),
        }
    }

    fn take(&mut self, note: Note) {
        match note {
            Note::Event(event) => {
                if let SyncEvent::Recorded { account, outcome } = &event {
                    self.recorded.push((account.clone(), *outcome));
                }
                self.events.push_back(event);
            }
            Note::Ready(claimed) => self.begin(*claimed),
            Note::Finished(twins) => self.twins = Some(twins),
            Note::End(end) => {
                if end.is_err() {
                    self.stop("the database could not be written");
                }
                self.end = Some(end);
            }
        }
    }

    fn begin(&mut self, claimed: Claimed) {
        let Claimed {
            run,
            mut listing,
            busy,
            known,
        } = claimed;
        if let Some(reason) = &self.stopped {
            listing.stop(reason);
        }
        self.recording = Some(Box::new(Recording {
            recorder: Recorder::new(listing, self.orders.clone()),
            run,
            skipped: busy,
            known,
        }));
        self.events.push_back(SyncEvent::Started(run));
    }

    fn result(self) -> Result<Synced, Error> {
        let never_began = || Error::new(ErrorKind::Failed, "the run never began");
        self.end.unwrap_or_else(|| Err(never_began()))?;
        let recording = *self.recording.ok_or_else(never_began)?;
        let mut report = recording.recorder.listing.report();
        report.complete &= recording.skipped.is_empty();
        Ok(Synced {
            run: recording.run,
            report,
            recorded: self.recorded,
            skipped: recording.skipped,
            known: recording.known,
            twins: self.twins.unwrap_or_default(),
        })
    }
}

impl IntoFuture for SyncRun {
    type Output = Result<Synced, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.end())
    }
}

/// The note of a thread that panicked, which has printed why.
fn panicked() -> Note {
    let text = "the thread for the database panicked";
    Note::End(Err(Error::new(ErrorKind::Failed, text)))
}
