//! Tests the recording of lists that end normally.

use tenancy::{Certainty, Tenant};

use super::databases::TestDatabase;
use super::{
    account, begin, changes, complete, minute, on_each_database, record, report, rows, tenant,
    tenants,
};
use crate::{AccountKey, Difference, ListingOutcome, Point, Store};

on_each_database!(
    what_is_new_is_created_and_what_is_not_there_is_gone,
    a_second_run_writes_nothing,
    long_ids_are_found_again,
    changes_are_recorded_field_by_field,
    only_a_complete_and_proved_list_lets_tenants_go,
    who_was_missing_may_be_found_again,
    a_tenant_comes_back_changed,
    any_text_is_kept,
    many_tenants_at_once,
    accounts_do_not_touch_one_another,
    a_column_of_another_type_is_an_error,
);

fn proved() -> tenancy::SourceReport {
    complete(Certainty::Proved)
}

/// The counts of a outcome: created, changed, gone, back, unchanged, missing.
fn counts(outcome: ListingOutcome) -> [u64; 6] {
    let ListingOutcome {
        created,
        changed,
        gone,
        back,
        unchanged,
        excluded,
        missing,
        withheld,
        resumable,
    } = outcome;
    assert!(!resumable && withheld == 0 && excluded == 0);
    [created, changed, gone, back, unchanged, missing]
}

fn ids(place: &TestDatabase) -> Vec<String> {
    place
        .snapshot(Point::Latest)
        .tenants()
        .map(|(identity, _)| identity.id.clone())
        .collect()
}

fn what_is_new_is_created_and_what_is_not_there_is_gone(place: &TestDatabase) {
    let mut store = place.open();
    assert_eq!(
        counts(record(&mut store, 1, &tenants(&["a", "b"]), &proved())),
        [2, 0, 0, 0, 0, 0]
    );
    assert_eq!(
        counts(record(&mut store, 2, &tenants(&["b", "c"]), &proved())),
        [1, 0, 1, 0, 1, 0]
    );
    assert_eq!(
        changes(&mut store),
        ["1 a created", "1 b created", "2 a gone", "2 c created"]
    );
    assert_eq!(ids(place), ["b", "c"]);
    let listings = store
        .connection
        .query(
            "SELECT at, complete, consistency, created, gone, error FROM listings ORDER BY run",
            &[],
        )
        .unwrap();
    assert_eq!(
        format!("{:?}", listings[1].0),
        r#"[Text("2026-09-21T14:15:20Z"), Integer(1), Text("proved"), Integer(1), Integer(1), Null]"#
    );
    assert!(rows(&mut store, "staged").is_empty() && rows(&mut store, "unfinished").is_empty());
}

fn a_second_run_writes_nothing(place: &TestDatabase) {
    let mut store = place.open();
    let all = tenants(&["a", "b", "c"]);
    record(&mut store, 1, &all, &proved());
    let tables = ["tenants", "changes", "staged", "unfinished"];
    let before = tables.map(|table| rows(&mut store, table));
    assert_eq!(
        counts(record(&mut store, 2, &all, &proved())),
        [0, 0, 0, 0, 3, 0]
    );
    assert_eq!(tables.map(|table| rows(&mut store, table)), before);
    assert_eq!(rows(&mut store, "runs").len(), 2);
    assert_eq!(rows(&mut store, "listings").len(), 2);
}

fn long_ids_are_found_again(place: &TestDatabase) {
    let mut rng = fastrand::Rng::with_seed(7);
    let start: String = (0..5000).map(|_| rng.alphanumeric()).collect();
    let mut ids: Vec<String> = (0..4)
        .map(|_| start.clone() + &(0..5000).map(|_| rng.alphanumeric()).collect::<String>())
        .collect();
    ids.sort();
    let named = |ids: &[String], name| ids.iter().map(|id| tenant(id, name)).collect::<Vec<_>>();
    let mut store = place.open();
    record(&mut store, 1, &named(&ids, "before"), &proved());
    let after = [named(&ids[1..2], "after"), named(&ids[2..], "before")].concat();
    assert_eq!(
        counts(record(&mut store, 2, &after, &proved())),
        [0, 1, 1, 0, 2, 0]
    );
    let difference = Difference::between(
        &place.snapshot(Point::Run(1)),
        &place.snapshot(Point::Latest),
    )
    .unwrap();
    assert_eq!(difference.changed[0].identity.id, ids[1]);
    assert_eq!(difference.unchanged, 2);
    let gone: Tenant = serde_json::from_str(difference.gone[0].get()).unwrap();
    assert_eq!((gone.id, difference.created.len()), (ids[0].clone(), 0));
}

fn changes_are_recorded_field_by_field(place: &TestDatabase) {
    let mut store = place.open();
    let mut before = tenant("a", "Acme");
    before.timezone = Some("UTC".to_owned());
    record(&mut store, 1, &[before, tenant("b", "B")], &proved());
    let mut after = tenant("a", "Acme Ltd");
    after.status = Some("active".into());
    assert_eq!(
        counts(record(&mut store, 2, &[after, tenant("b", "B")], &proved())),
        [0, 1, 0, 0, 1, 0]
    );
    assert_eq!(
        changes(&mut store)[2..],
        [
            "2 a changed /name \"Acme\" \"Acme Ltd\"",
            "2 a changed /status \"active\"",
            "2 a changed /timezone \"UTC\"",
        ]
    );
}

fn only_a_complete_and_proved_list_lets_tenants_go(place: &TestDatabase) {
    use Certainty::{Agreed, Assumed, Proved, Unproved};
    let mut store = place.open();
    record(&mut store, 1, &tenants(&["a", "b"]), &proved());
    let run = |store: &mut Store, at, report| {
        let [.., gone, _, _, missing] = counts(record(store, at, &tenants(&["b"]), &report));
        (gone, missing)
    };
    // The list was not read to its end: nothing is known of what it did not have.
    assert_eq!(run(&mut store, 2, report(false, Unproved)), (0, 0));
    // Nothing but cursors vouches for it, or a record could not be read.
    assert_eq!(run(&mut store, 3, complete(Assumed)), (0, 1));
    assert_eq!(run(&mut store, 4, report(false, Proved)), (0, 1));
    assert_eq!(run(&mut store, 5, report(false, Agreed)), (0, 1));
    assert_eq!(ids(place), ["a", "b"]);
    let since = store
        .connection
        .query("SELECT missing_since FROM tenants WHERE id = 'a'", &[])
        .unwrap();
    assert_eq!(
        since[0].clone().text(0).unwrap(),
        crate::store::time(minute(3))
    );
    assert_eq!(run(&mut store, 6, complete(Agreed)), (1, 0));
    assert_eq!(changes(&mut store).last().unwrap(), "6 a gone");
    assert_eq!(ids(place), ["b"]);
}

fn who_was_missing_may_be_found_again(place: &TestDatabase) {
    let mut store = place.open();
    record(&mut store, 1, &tenants(&["a", "b"]), &proved());
    let assumed = complete(Certainty::Assumed);
    assert_eq!(
        counts(record(&mut store, 2, &tenants(&["b"]), &assumed)),
        [0, 0, 0, 0, 1, 1]
    );
    assert_eq!(
        counts(record(&mut store, 3, &tenants(&["a", "b"]), &assumed)),
        [0, 0, 0, 0, 2, 0]
    );
    assert_eq!(changes(&mut store).len(), 2);
}

fn a_tenant_comes_back_changed(place: &TestDatabase) {
    let mut store = place.open();
    let other = || tenant("b", "b");
    record(&mut store, 1, &[tenant("a", "A"), other()], &proved());
    record(&mut store, 2, &[other()], &proved());
    let back = record(&mut store, 3, &[tenant("a", "B"), other()], &proved());
    assert_eq!(counts(back), [0, 0, 0, 1, 1, 0]);
    assert_eq!(
        changes(&mut store),
        [
            "1 a created",
            "1 b created",
            "2 a gone",
            "3 a changed /name \"A\" \"B\"",
            "3 a back"
        ]
    );
    assert_eq!(ids(place), ["a", "b"]);
}

fn any_text_is_kept(place: &TestDatabase) {
    let mut store = place.open();
    let odd = [
        "\0",
        "é☕\u{10ffff}",
        "'; DROP TABLE tenants; --",
        "$1 ?1",
        "",
        "\u{1b}[31m\n",
        "\\u0000",
    ];
    let all: Vec<Tenant> = odd
        .iter()
        .map(|text| {
            let mut tenant = tenant(text, text);
            tenant.metadata = Some([((*text).to_owned(), (*text).to_owned())].into());
            tenant
        })
        .collect();
    assert_eq!(
        counts(record(&mut store, 1, &all, &proved())),
        [7, 0, 0, 0, 0, 0]
    );
    assert_eq!(
        counts(record(&mut store, 2, &all, &proved())),
        [0, 0, 0, 0, 7, 0]
    );
    let mut read: Vec<Tenant> = place
        .snapshot(Point::Latest)
        .tenants()
        .map(|(identity, body)| {
            let tenant: Tenant = serde_json::from_str(body).unwrap();
            assert_eq!(tenant.id, identity.id);
            tenant
        })
        .collect();
    let mut all = all;
    all.sort_by(|a, b| a.id.cmp(&b.id));
    read.sort_by(|a, b| a.id.cmp(&b.id));
    assert_eq!(read, all);
    let mut bare = all.clone();
    for tenant in &mut bare {
        tenant.metadata = None;
    }
    assert_eq!(
        counts(record(&mut store, 3, &bare, &proved())),
        [0, 7, 0, 0, 0, 0]
    );
    let before: Vec<_> = place
        .snapshot(Point::Run(2))
        .tenants()
        .map(|(_, body)| body.len())
        .collect();
    assert_eq!(before.len(), 7);
}

fn many_tenants_at_once(place: &TestDatabase) {
    let mut store = place.open();
    let names: Vec<String> = (0..2345).map(|number| format!("t{number:05}")).collect();
    let all: Vec<Tenant> = names.iter().map(|name| tenant(name, name)).collect();
    assert_eq!(
        counts(record(&mut store, 1, &all, &proved())),
        [2345, 0, 0, 0, 0, 0]
    );
    store.max_gone = crate::MaxGone {
        percent: 100,
        tenants: 0,
    };
    let renamed: Vec<Tenant> = names[..1700]
        .iter()
        .map(|name| tenant(name, "new"))
        .collect();
    assert_eq!(
        counts(record(&mut store, 2, &renamed, &proved())),
        [0, 1700, 645, 0, 0, 0]
    );
    assert_eq!(place.snapshot(Point::Latest).len(), 1700);
    assert_eq!(place.snapshot(Point::Run(1)).len(), 2345);
}

fn accounts_do_not_touch_one_another(place: &TestDatabase) {
    let mut store = place.open();
    record(&mut store, 1, &tenants(&["a"]), &proved());
    let other = AccountKey::new("abc", "agency");
    assert_eq!(
        store
            .claim(
                std::slice::from_ref(&other),
                crate::database::LockWait::Never
            )
            .unwrap(),
        [true]
    );
    let (run, _) = begin(&mut store, 2);
    store.start(run, &other, minute(2)).unwrap();
    store
        .stage(run, &other, &[Tenant::new("abc", "agency", "a")], None)
        .unwrap();
    let outcome = store
        .commit_listing(run, &other, &proved(), None, minute(2))
        .unwrap();
    assert_eq!(counts(outcome), [1, 0, 0, 0, 0, 0]);
    let outcome = store.commit_listing(
        run,
        &account(),
        &report(false, Certainty::Unproved),
        None,
        minute(2),
    );
    assert_eq!(counts(outcome.unwrap()), [0; 6]);
    assert_eq!(ids(place), ["a", "a"]);
}

fn a_column_of_another_type_is_an_error(place: &TestDatabase) {
    let mut store = place.open();
    let replaced =
        "DROP TABLE accounts; CREATE TABLE accounts (number TEXT, provider TEXT, account TEXT);
                    INSERT INTO accounts VALUES ('7', 'acme', 'agency'), (NULL, 'acme', 'other')";
    store.connection.batch(replaced).unwrap();
    for account in [account(), AccountKey::new("acme", "other")] {
        let error = store
            .claim(&[account], crate::database::LockWait::Never)
            .unwrap_err();
        assert_eq!(error.kind(), crate::ErrorKind::Failed);
        assert!(error.to_string().contains("expected an integer"), "{error}");
    }
}

#[test]
fn a_row_that_is_not_there_is_an_error() {
    let place = TestDatabase::sqlite();
    let mut store = place.open();
    for table in ["accounts", "runs"] {
        let trigger = format!(
            "CREATE TRIGGER no_{table} BEFORE INSERT ON {table} BEGIN SELECT RAISE(IGNORE); END"
        );
        store.connection.batch(&trigger).unwrap();
    }
    let claimed = store.claim(&[account()], crate::database::LockWait::Never);
    assert!(claimed.is_err(), "the lock of account 0: {claimed:?}");
    let run = store.begin(minute(1));
    assert!(run.is_err(), "{run:?}");
}
