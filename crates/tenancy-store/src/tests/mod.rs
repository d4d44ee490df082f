//! The tests of the store: the same ones on SQLite and, if `TENANCY_TEST_POSTGRES` and `TENANCY_TEST_PGBOUNCER` name servers, on
//! PostgreSQL and through pgbouncer.

mod accounts;
mod changes;
mod claims;
mod databases;
mod exclude;
mod guard;
mod history;
mod interruption;
mod migrations;
mod period;
mod queries;
mod recording;
mod resuming;
mod runs;
mod simulation;
mod sync;
mod trouble;

use jiff::Timestamp;
use serde_json::json;
use tenancy::{Certainty, SourceReport, Tenant};

use crate::database::LockWait;
use crate::staging::Start;
use crate::{AccountKey, ListingOutcome, Run, Store};

/// Runs each test on each database.
macro_rules! on_each_database {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[test] fn $name() { super::$name(&crate::tests::databases::TestDatabase::sqlite()); })*
        }
        #[cfg(feature = "postgres")]
        mod pgbouncer {
            $(#[test] fn $name() {
                if let Some(place) = crate::tests::databases::TestDatabase::pgbouncer(concat!(module_path!(), "::", stringify!($name))) {
                    super::$name(&place);
                }
            })*
        }
        #[cfg(feature = "postgres")]
        mod postgres {
            $(#[test] fn $name() {
                if let Some(place) = crate::tests::databases::TestDatabase::postgres(concat!(module_path!(), "::", stringify!($name))) {
                    super::$name(&place);
                }
            })*
        }
    };
}
use on_each_database;

/// The n-th minute of the time in which the tests run.
fn minute(number: i64) -> Timestamp {
    Timestamp::from_second(1_790_000_000 + 60 * number).unwrap()
}

/// An account at a provider that no test knows anything of.
fn account() -> AccountKey {
    AccountKey::new("acme", "agency")
}

/// A tenant with a name.
fn tenant(id: &str, name: &str) -> Tenant {
    let AccountKey { provider, account } = account();
    let mut tenant = Tenant::new(provider, account, id);
    tenant.name = Some(name.to_owned());
    tenant
}

/// Tenants whose names are their identities.
fn tenants(ids: &[&str]) -> Vec<Tenant> {
    ids.iter().map(|id| tenant(id, id)).collect()
}

/// The report of a list that was read to its end.
fn complete(certainty: Certainty) -> SourceReport {
    report(true, certainty)
}

/// The report of a list that broke off after so many tenants and pages, with a checkpoint.
fn interrupted(tenants: u64) -> SourceReport {
    let mut report = report(false, Certainty::Unproved);
    report.tenants = tenants;
    report.pages = tenants;
    report.checkpoint = Some(
        serde_json::from_value(json!({
            "version": 2, "provider": "acme", "account": "agency", "statuses": [], "list": 0, "again": false,
            "certainty": "proved", "walk": "one_body", "seen": "",
        }))
        .unwrap(),
    );
    report
}

fn report(complete: bool, certainty: Certainty) -> SourceReport {
    let AccountKey { provider, account } = account();
    let error = (!complete).then_some("interrupted");
    serde_json::from_value(json!({
        "account": account, "provider": provider, "complete": complete, "tenants": 0, "expected": null, "pages": 0,
        "requests": 0, "retries": 0, "duplicates": 0, "quarantined": 0, "not_judged": 0, "unknown_fields": [],
        "left_out": [], "certainty": certainty, "error": error, "checkpoint": null,
    }))
    .unwrap()
}

/// Records a list that has these tenants, at this minute.
fn record(store: &mut Store, at: i64, tenants: &[Tenant], report: &SourceReport) -> ListingOutcome {
    let (run, start) = begin(store, at);
    assert_eq!(start, Start::Fresh);
    store.stage(run, &account(), tenants, None).unwrap();
    let outcome = store
        .commit_listing(run, &account(), report, None, minute(at))
        .unwrap();
    store.end(run, minute(at)).unwrap();
    outcome
}

/// Begins a run that records the account.
fn begin(store: &mut Store, at: i64) -> (Run, Start) {
    assert_eq!(store.claim(&[account()], LockWait::Never).unwrap(), [true]);
    let run = store.begin(minute(at)).unwrap();
    let start = store.start(run, &account(), minute(at)).unwrap();
    (run, start)
}

/// The history, one line each: the run, the tenant, and what happened.
fn changes(store: &mut Store) -> Vec<String> {
    let rows = store
        .connection
        .query(
            "SELECT run, id, kind, path, old, new FROM changes ORDER BY change",
            &[],
        )
        .unwrap();
    let line = |mut row: crate::database::Row| {
        let mut line = format!("{}", row.integer(0).unwrap());
        for column in 1..6 {
            line.extend(
                row.optional_text(column)
                    .unwrap()
                    .map(|text| format!(" {text}")),
            );
        }
        line
    };
    rows.into_iter().map(line).collect()
}

/// The rows of a table, for comparison.
fn rows(store: &mut Store, table: &str) -> Vec<String> {
    let rows = store
        .connection
        .query(&format!("SELECT * FROM {table}"), &[])
        .unwrap();
    let mut rows: Vec<_> = rows.iter().map(|row| format!("{row:?}")).collect();
    rows.sort();
    rows
}
