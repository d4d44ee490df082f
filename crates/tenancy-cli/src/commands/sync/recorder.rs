//! Reads a listing, and has what it finds written.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::{Duration, Instant};

use futures::{FutureExt, Stream, StreamExt};
use tenancy::{Certainty, ErrorKind, Fault, FaultKind, Listing, Report, SourceReport, Tenant};
use tenancy_store::{AccountKey, Error, Run, Store};
use tokio::time::timeout;

use super::writer::{Conclusions, Order, Writer};
use crate::commands::list::reading::interrupted;
use crate::exit::Failure;
use crate::output::progress::{INTERVAL, Progress};

/// How many tenants are gathered before they are written.
const BATCH: usize = 1000;
/// How long fewer are gathered.
const LONGEST_GATHERING: Duration = Duration::from_secs(5);
/// A checkpoint is as long as the list so far: it is written when the list has grown by this part of itself, so that all of them
/// together are some times the list, and an interruption costs no more than this part.
const GROWTH: u64 = 8;

/// A listing that is being recorded.
#[derive(Debug)]
pub(super) struct Recorder {
    listing: Listing,
    writer: Writer,
    progress: Progress,
    gathered: BTreeMap<AccountKey, Vec<Tenant>>,
    count: usize,
    written_at: Instant,
    /// How many tenants had been handed out in all, and at the last checkpoint.
    handed_out: u64,
    kept: u64,
    /// The accounts whose list ended by a failure of their own.
    failed: HashMap<String, ErrorKind>,
    /// The accounts of which something is missing by their own fault.
    faulty: BTreeSet<String>,
    /// The accounts whose end was written.
    concluded: BTreeSet<String>,
}

/// What a listing came to, and what of it was recorded.
#[derive(Debug)]
pub(super) struct Recorded {
    pub(super) report: Report,
    pub(super) conclusions: Conclusions,
    /// The accounts of which something is missing by their own fault.
    pub(super) faulty: BTreeSet<String>,
    /// Why not everything could be recorded.
    pub(super) failure: Option<Error>,
    pub(super) interrupted: bool,
}

/// The database has failed: the writer knows why.
struct Unwritable;

impl Recorder {
    pub(super) fn new(
        store: Store,
        run: Run,
        listing: Listing,
        progress: Progress,
    ) -> Result<Self, Failure> {
        Ok(Self {
            listing,
            writer: Writer::start(store, run)?,
            progress,
            gathered: BTreeMap::new(),
            count: 0,
            written_at: Instant::now(),
            handed_out: 0,
            kept: 0,
            failed: HashMap::new(),
            faulty: BTreeSet::new(),
            concluded: BTreeSet::new(),
        })
    }

    /// Reads the listing to its end, or until Ctrl-C. A second Ctrl-C does not wait for the database either.
    pub(super) async fn run(mut self) -> Recorded {
        let stopped = tokio::select! {
            biased;
            () = interrupted() => true,
            // What keeps it from being written is told at the end.
            _ = self.read() => false,
        };
        if stopped {
            self.listing.stop("interrupted");
        } else {
            self.listing.stop("the database could not be written");
        }
        let (conclusions, failure) = tokio::select! {
            biased;
            () = interrupted() => (Vec::new(), None),
            written = self.finish() => written,
        };
        self.progress.finish();
        Recorded {
            report: self.listing.report(),
            conclusions,
            faulty: self.faulty,
            failure,
            interrupted: stopped,
        }
    }

    async fn read(&mut self) -> Result<(), Unwritable> {
        while let Some(item) = self.next().await? {
            match item {
                Ok(tenant) => self.gather(*tenant),
                Err(fault) => self.note(fault),
            }
            if self.count >= BATCH {
                self.pass_on().await?;
            }
        }
        Ok(())
    }

    /// The next item. Before it is waited for, accounts whose list has ended are concluded.
    async fn next(&mut self) -> Result<Option<<Listing as Stream>::Item>, Unwritable> {
        if let Some(item) = self.listing.next().now_or_never() {
            return Ok(item);
        }
        if self.count > 0 && self.written_at.elapsed() >= LONGEST_GATHERING {
            self.pass_on().await?;
        }
        self.conclude_ended().await?;
        loop {
            self.progress.update(&self.listing);
            if !self.progress.is_shown() {
                return Ok(self.listing.next().await);
            }
            if let Ok(item) = timeout(INTERVAL, self.listing.next()).await {
                return Ok(item);
            }
        }
    }

    fn gather(&mut self, tenant: Tenant) {
        let account = AccountKey::new(&*tenant.provider, &*tenant.account);
        self.gathered.entry(account).or_default().push(tenant);
        self.count += 1;
        self.handed_out += 1;
    }

    /// Notes that something is missing. The summary says why an account failed, and not which records could not be read.
    fn note(&mut self, fault: Fault) {
        match &fault.kind {
            FaultKind::Record(_) => self.progress.error(&fault.to_string()),
            FaultKind::Account(error) => {
                self.failed.insert(fault.account.clone(), error.kind());
            }
            _ => {}
        }
        self.faulty.insert(fault.account);
    }

    /// Has what is gathered written, and a checkpoint with it if the list has grown enough.
    async fn pass_on(&mut self) -> Result<(), Unwritable> {
        let grown = self.handed_out - self.kept;
        let mut reached = Vec::new();
        if grown >= self.handed_out / GROWTH {
            self.kept = self.handed_out;
            reached = self.listing.report().sources;
            reached.retain(|source| {
                let is_open = !has_ended(source) && !self.concluded.contains(&source.account);
                is_open && source.tenants > 0
            });
        }
        let mut gathered = std::mem::take(&mut self.gathered);
        self.count = 0;
        self.written_at = Instant::now();
        for source in reached {
            let account = key(&source);
            let tenants = gathered.remove(&account).unwrap_or_default();
            self.stage(account, tenants, Some(source)).await?;
        }
        for (account, tenants) in gathered {
            self.stage(account, tenants, None).await?;
        }
        Ok(())
    }

    async fn stage(
        &mut self,
        account: AccountKey,
        tenants: Vec<Tenant>,
        reached: Option<SourceReport>,
    ) -> Result<(), Unwritable> {
        self.order(Order::Stage {
            account,
            tenants,
            reached: reached.map(Box::new),
        })
        .await
    }

    /// Has the end of lists written that have ended since.
    async fn conclude_ended(&mut self) -> Result<(), Unwritable> {
        for source in self.listing.progress().sources {
            let failed = self.failed.contains_key(&source.account);
            if (failed || has_ended(&source)) && !self.concluded.contains(&source.account) {
                // A list that broke off takes its checkpoint along.
                let checkpoint = if failed {
                    self.checkpoint_of(&source.account)
                } else {
                    None
                };
                self.conclude(checkpoint.unwrap_or(source)).await?;
            }
        }
        Ok(())
    }

    /// The report of an account, with its checkpoint.
    fn checkpoint_of(&self, account: &str) -> Option<SourceReport> {
        let mut sources = self.listing.report().sources.into_iter();
        sources.find(|source| source.account == account)
    }

    async fn conclude(&mut self, report: SourceReport) -> Result<(), Unwritable> {
        let account = key(&report);
        if let Some(tenants) = self.gathered.remove(&account) {
            self.count -= tenants.len();
            self.stage(account.clone(), tenants, None).await?;
        }
        self.concluded.insert(report.account.clone());
        let fault = self.failed.get(&report.account).copied();
        self.order(Order::Conclude {
            account,
            report: Box::new(report),
            fault,
        })
        .await
    }

    async fn order(&mut self, order: Order) -> Result<(), Unwritable> {
        if self.writer.order(order).await {
            Ok(())
        } else {
            Err(Unwritable)
        }
    }

    /// Has the end of all lists written that have none yet.
    async fn finish(&mut self) -> (Conclusions, Option<Error>) {
        for source in self.listing.report().sources {
            if !self.concluded.contains(&source.account) && self.conclude(source).await.is_err() {
                break;
            }
        }
        self.writer.finish().await
    }
}

/// Whether a list was read to its end.
fn has_ended(report: &SourceReport) -> bool {
    report.complete || report.certainty != Certainty::Unproved
}

fn key(report: &SourceReport) -> AccountKey {
    AccountKey::new(&report.provider, &report.account)
}
