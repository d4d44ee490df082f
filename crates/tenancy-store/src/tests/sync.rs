//! A sync as a library call, of accounts that need no network.

use std::time::Duration;

use tenancy::client_runtime::Traffic;
use tenancy::providers::{
    Arrivals, Capabilities, Entry, Fetch, Mapped, Next, Page, PageRequest, Paging, Provider,
};
use tenancy::{Account, Query, Status, Tenant};
use tokio::time::timeout;

use super::databases::TestDatabase;
use crate::database::LockWait;
use crate::{AccountKey, Address, ErrorKind, Point, SyncEvent, SyncOptions, sync};

const TENANTS: usize = 2500;

/// A provider whose list is one body.
struct Acme;

impl Provider for Acme {
    fn name(&self) -> &'static str {
        "acme"
    }

    fn capabilities(&self) -> &'static Capabilities {
        static ONE_BODY: Capabilities = Capabilities::new(Paging::OneBody, "this test");
        &ONE_BODY
    }

    fn fetch<'a>(&'a self, request: &'a PageRequest, _: &'a Arrivals) -> Fetch<'a> {
        Box::pin(async {
            tokio::task::yield_now().await;
            let tenant = |number| Tenant::new("acme", &*request.account, format!("{number}"));
            let mapped = |number| -> Entry { Ok(Mapped::new(tenant(number), Vec::new())) };
            let records: Vec<_> = (0..TENANTS).map(mapped).collect();
            let mut page = Page::new(records);
            page.next = Next::End;
            Ok(page)
        })
    }

    fn traffic(&self) -> Traffic {
        Traffic::default()
    }
}

fn acme(names: &[&str]) -> Vec<Account> {
    let account = |name: &&str| Account::new(*name, Acme).unwrap();
    names.iter().map(account).collect()
}

#[tokio::test]
async fn a_sync_is_recorded_although_each_poll_is_cancelled() {
    let place = TestDatabase::sqlite();
    let options = SyncOptions::default();
    let mut run = sync(acme(&["one", "two"]), place.address.clone(), options);
    let mut recorded = 0;
    loop {
        match timeout(Duration::ZERO, run.next()).await {
            Ok(Some(SyncEvent::Recorded { .. })) => recorded += 1,
            Ok(Some(_)) | Err(_) => tokio::task::yield_now().await,
            Ok(None) => break,
        }
    }
    assert_eq!(recorded, 2);
    let synced = run.await.unwrap();
    assert!(synced.report.complete);
    let created = synced.recorded.iter().map(|(_, outcome)| outcome.created);
    assert_eq!(created.sum::<u64>(), 2 * TENANTS as u64);
    assert_eq!(place.snapshot(Point::Latest).len(), 2 * TENANTS);
    let twins = (
        AccountKey::new("acme", "one"),
        AccountKey::new("acme", "two"),
    );
    assert_eq!(synced.twins, [twins]);
}

#[tokio::test]
async fn an_account_that_another_run_records_is_skipped() {
    let place = TestDatabase::sqlite();
    let mut other = place.open();
    let busy = AccountKey::new("acme", "one");
    let claimed = other.claim(std::slice::from_ref(&busy), LockWait::Never);
    assert_eq!(claimed.unwrap(), [true]);
    let options = SyncOptions::default();
    let accounts = acme(&["one", "two"]);
    let synced = sync(accounts, place.address.clone(), options.clone()).await;
    let synced = synced.unwrap();
    assert_eq!(synced.skipped, [busy]);
    assert!(!synced.report.complete);
    assert_eq!(synced.recorded.len(), 1);
    let error = sync(acme(&["one"]), place.address.clone(), options).await;
    let error = error.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Busy);
    assert_eq!(error.to_string(), "another sync is working on one (acme)");
}

/// Tenants that the query leaves out would look gone.
#[tokio::test]
async fn a_query_that_leaves_tenants_out_is_refused() {
    let file = tempfile::tempdir().unwrap().path().join("tenants.db");
    for query in [
        Query::default().statuses([Status::Active]),
        Query::default().limit(5),
    ] {
        let options = SyncOptions::default().query(query);
        let address = Address::File(file.clone());
        let error = sync(acme(&["one"]), address, options).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid);
    }
    assert!(!file.exists());
}

#[tokio::test]
async fn a_sync_that_is_stopped_at_once_records_nothing_gone() {
    let place = TestDatabase::sqlite();
    let first = sync(
        acme(&["one"]),
        place.address.clone(),
        SyncOptions::default(),
    );
    assert_eq!(first.await.unwrap().recorded[0].1.created, TENANTS as u64);
    let mut second = sync(
        acme(&["one"]),
        place.address.clone(),
        SyncOptions::default(),
    );
    second.stop("no time");
    let synced = second.await.unwrap();
    let source = &synced.report.sources[0];
    assert_eq!(source.error.as_deref(), Some("no time"));
    assert_eq!(synced.recorded[0].1.gone, 0);
    assert_eq!(place.snapshot(Point::Latest).len(), TENANTS);
}
