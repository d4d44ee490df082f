//! Tests renaming and forgetting accounts, and finding one that is recorded under two names.

use tenancy::{Certainty, Tenant};

use super::databases::TestDatabase;
use super::{
    account, begin, changes, complete, interrupted, minute, on_each_database, record, rows, tenant,
};
use crate::database::LockWait;
use crate::staging::Start;
use crate::{AccountKey, ErrorKind, Point, Store};

on_each_database!(
    an_account_is_renamed_with_its_history,
    what_is_recorded_under_the_new_name_is_replaced_only_on_demand,
    a_forgotten_account_keeps_its_history,
    one_account_under_two_names_is_found,
    an_account_without_a_list_is_doubtful_until_it_is_forgotten,
);

fn renamed() -> AccountKey {
    AccountKey::new("acme", "renamed")
}

/// 501 tenants, more than are renamed by one statement.
fn many(name: &str) -> Vec<Tenant> {
    (0..501)
        .map(|number| tenant(&format!("{number:03}"), name))
        .collect()
}

/// The same tenants in the account with the new name.
fn moved(tenants: &[Tenant]) -> Vec<Tenant> {
    let tenants = tenants.iter().cloned();
    tenants
        .map(|mut tenant| {
            tenant.account = renamed().account.as_str().into();
            tenant
        })
        .collect()
}

/// Records a list of the account with the new name, and returns how many tenants it created, changed, let go and left alone.
fn record_renamed(store: &mut Store, at: i64, tenants: &[Tenant]) -> [u64; 4] {
    store.claim(&[renamed()], LockWait::Never).unwrap();
    let run = store.begin(minute(at)).unwrap();
    assert_eq!(
        store.start(run, &renamed(), minute(at)).unwrap(),
        Start::Fresh
    );
    store.stage(run, &renamed(), tenants, None).unwrap();
    let report = complete(Certainty::Proved);
    let outcome = store
        .commit_listing(run, &renamed(), &report, None, minute(at))
        .unwrap();
    store.end(run, minute(at)).unwrap();
    [
        outcome.created,
        outcome.changed,
        outcome.gone,
        outcome.unchanged,
    ]
}

fn rename(store: &mut Store, at: i64, replace: bool) -> Result<(), String> {
    let renamed = store.rename(&account(), "renamed", replace, minute(at));
    renamed.map(drop).map_err(|error| error.to_string())
}

fn an_account_is_renamed_with_its_history(place: &TestDatabase) {
    let mut store = place.open();
    let proved = complete(Certainty::Proved);
    record(&mut store, 1, &many("A"), &proved);
    record(&mut store, 2, &many("B")[1..], &proved);
    // An interrupted list belongs to the old name.
    let (run, _) = begin(&mut store, 3);
    store
        .stage(run, &account(), &many("C")[..1], Some(&interrupted(1)))
        .unwrap();
    let before = changes(&mut store);
    drop(store);

    let mut store = place.open();
    rename(&mut store, 4, false).unwrap();
    assert_eq!(store.accounts().unwrap(), [renamed()]);
    assert!(store.content(&account()).unwrap().is_empty());
    assert_eq!(changes(&mut store), before);
    for (point, count) in [(Point::Run(1), 501), (Point::Latest, 500)] {
        let snapshot = place.snapshot(point);
        assert_eq!(snapshot.len(), count);
        let accounts: Vec<_> = snapshot
            .tenants()
            .map(|(tenant, _)| &tenant.account)
            .collect();
        assert!(accounts.iter().all(|account| **account == renamed()));
    }
    let last = place.snapshot(Point::Latest);
    let (_, body) = last.tenants().last().unwrap();
    let body: Tenant = serde_json::from_str(body).unwrap();
    assert_eq!(body, moved(&many("B"))[500]);
    // The next list finds nothing changed, and another after it too.
    for at in [5, 6] {
        let unchanged = moved(&many("B")[1..]);
        assert_eq!(record_renamed(&mut store, at, &unchanged), [0, 0, 0, 500]);
    }
}

fn what_is_recorded_under_the_new_name_is_replaced_only_on_demand(place: &TestDatabase) {
    let mut store = place.open();
    record(&mut store, 1, &many("A"), &complete(Certainty::Proved));
    record_renamed(&mut store, 2, &moved(&many("B")));
    let tables = ["tenants", "changes", "listings"];
    let before = tables.map(|table| rows(&mut store, table));
    let refused = rename(&mut store, 3, false).unwrap_err();
    assert!(
        refused.contains("already has an account renamed (acme)"),
        "{refused}"
    );
    assert_eq!(tables.map(|table| rows(&mut store, table)), before);

    rename(&mut store, 4, true).unwrap();
    assert_eq!(store.accounts().unwrap(), [renamed()]);
    assert_eq!(place.snapshot(Point::Run(1)).len(), 501);
    assert_eq!(
        record_renamed(&mut store, 5, &moved(&many("B"))),
        [0, 501, 0, 0]
    );
    place.snapshot(Point::Run(1));
}

fn a_forgotten_account_keeps_its_history(place: &TestDatabase) {
    let mut store = place.open();
    record(&mut store, 1, &many("A"), &complete(Certainty::Proved));
    let (run, _) = begin(&mut store, 2);
    store
        .stage(run, &account(), &many("A")[..1], Some(&interrupted(1)))
        .unwrap();
    let other = place.open().forget(&account(), minute(2)).unwrap_err();
    assert_eq!(other.kind(), ErrorKind::Busy);
    assert_eq!(
        other.to_string(),
        "another sync is working on agency (acme)"
    );
    store.end(run, minute(2)).unwrap();
    assert_eq!(store.forget(&account(), minute(2)).unwrap().1, 501);
    assert!(store.accounts().unwrap().is_empty());
    assert!(place.snapshot(Point::Latest).is_empty());
    assert_eq!(place.snapshot(Point::Run(1)).len(), 501);
    let content = store.content(&account()).unwrap();
    assert_eq!((content.tenants, content.gone, content.lists), (0, 501, 1));
    // Listed again, they are back.
    let outcome = record(&mut store, 3, &many("A"), &complete(Certainty::Proved));
    assert_eq!((outcome.created, outcome.back), (0, 501));
}

fn one_account_under_two_names_is_found(place: &TestDatabase) {
    let mut store = place.open();
    record(&mut store, 1, &many("A"), &complete(Certainty::Proved));
    // The same IDs, but other tenants.
    record_renamed(&mut store, 2, &moved(&many("B")));
    assert!(store.twins().unwrap().is_empty());
    // Some have changed meanwhile.
    let tenants = [moved(&many("B")[..10]), moved(&many("A")[10..])].concat();
    record_renamed(&mut store, 3, &tenants);
    assert_eq!(store.twins().unwrap(), [(account(), renamed())]);
}

fn an_account_without_a_list_is_doubtful_until_it_is_forgotten(place: &TestDatabase) {
    let mut store = place.open();
    record(&mut store, 1, &many("a"), &complete(Certainty::Proved));
    // Its first sync is killed.
    store.claim(&[renamed()], LockWait::Never).unwrap();
    store.begin(minute(2)).unwrap();
    store.release().unwrap();
    let doubts = |point| place.snapshot(point).doubts().to_vec();
    let unlisted = ["no list of renamed (acme) had been recorded"];
    assert_eq!(doubts(Point::Latest), unlisted);
    let report = interrupted(1);
    store.claim(&[renamed()], LockWait::Never).unwrap();
    let run = store.begin(minute(3)).unwrap();
    store.start(run, &renamed(), minute(3)).unwrap();
    store
        .commit_listing(run, &renamed(), &report, None, minute(3))
        .unwrap();
    store.end(run, minute(3)).unwrap();
    let incomplete = ["the list of renamed (acme) in run 3 was incomplete: interrupted"];
    assert_eq!(doubts(Point::Latest), incomplete);
    store.forget(&renamed(), minute(4)).unwrap();
    assert_eq!(doubts(Point::Latest), [""; 0]);
    assert_eq!(store.known_accounts().unwrap(), [account()]);
    // Before it was forgotten, it could not be known to have no tenants.
    assert_eq!(doubts(Point::Run(3)), incomplete);
}
