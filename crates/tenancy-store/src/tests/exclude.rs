//! Tenants that a run excludes.

use tenancy::Certainty;

use super::databases::TestDatabase;
use super::{
    account, begin, changes, complete, interrupted, minute, on_each_database, record, tenant,
    tenants,
};
use crate::exclude::Exclude;
use crate::staging::Start;
use crate::{Point, Store};

on_each_database!(
    an_excluded_tenant_stays_as_it_is,
    an_excluded_tenant_of_an_interrupted_list_stays_as_it_is,
    a_list_that_excluded_other_tenants_is_not_resumed,
);

/// Excludes the tenants with this name.
fn exclude(store: &mut Store, name: &'static str) {
    store.exclude = Exclude::new(name.to_owned(), move |tenant| {
        tenant.name.as_deref() == Some(name)
    });
}

fn names(place: &TestDatabase) -> Vec<String> {
    let snapshot = place.snapshot(Point::Latest);
    let tenants = snapshot.tenants().map(|(identity, body)| {
        let tenant: tenancy::Tenant = serde_json::from_str(body).unwrap();
        format!("{}={}", identity.id, tenant.name.unwrap_or_default())
    });
    tenants.collect()
}

fn an_excluded_tenant_stays_as_it_is(place: &TestDatabase) {
    let mut store = place.open();
    let proved = complete(Certainty::Proved);
    let all = tenants(&["a", "b", "c", "d"]);
    record(&mut store, 1, &all, &proved);
    record(&mut store, 2, &all[..3], &proved);
    let before = changes(&mut store);
    exclude(&mut store, "x");
    // Changed, unchanged otherwise, gone before, and new.
    let list = ["a", "b", "c", "d", "e"].map(|id| tenant(id, if id == "b" { "b" } else { "x" }));
    let outcome = record(&mut store, 3, &list, &proved);
    assert_eq!((outcome.excluded, outcome.unchanged), (4, 1));
    assert_eq!((outcome.gone, outcome.missing, outcome.back), (0, 0, 0));
    assert_eq!(changes(&mut store), before);
    assert_eq!(names(place), ["a=a", "b=b", "c=c"]);
    // Only one that is not listed is gone, and without the exclusion everything is recorded.
    let outcome = record(&mut store, 4, &list[1..], &proved);
    assert_eq!((outcome.excluded, outcome.gone), (3, 1));
    exclude(&mut store, "nobody");
    let outcome = record(&mut store, 5, &list, &proved);
    assert_eq!((outcome.created, outcome.changed, outcome.back), (1, 1, 2));
    assert_eq!(names(place), ["a=x", "b=b", "c=x", "d=x", "e=x"]);
}

fn an_excluded_tenant_of_an_interrupted_list_stays_as_it_is(place: &TestDatabase) {
    let mut store = place.open();
    let proved = complete(Certainty::Proved);
    record(&mut store, 1, &tenants(&["a", "b"]), &proved);
    exclude(&mut store, "x");
    let (run, _) = begin(&mut store, 2);
    let part = [tenant("a", "x"), tenant("c", "x")];
    store
        .stage(run, &account(), &part, Some(&interrupted(2)))
        .unwrap();
    let outcome = store
        .commit_listing(run, &account(), &interrupted(2), None, minute(2))
        .unwrap();
    assert!(outcome.resumable && outcome.created == 0 && outcome.excluded == 2);
    store.end(run, minute(2)).unwrap();
    let (run, start) = begin(&mut store, 3);
    assert!(matches!(start, Start::Resumed(_)));
    store
        .stage(run, &account(), &[tenant("b", "b")], None)
        .unwrap();
    let outcome = store
        .commit_listing(run, &account(), &proved, None, minute(3))
        .unwrap();
    assert_eq!((outcome.created, outcome.gone, outcome.excluded), (0, 0, 2));
    assert_eq!(names(place), ["a=a", "b=b"]);
}

fn a_list_that_excluded_other_tenants_is_not_resumed(place: &TestDatabase) {
    let mut store = place.open();
    for (at, before, after) in [(1, "x", ""), (3, "", "x"), (5, "x", "y")] {
        let excluding = |store: &mut Store, name: &'static str| match name {
            "" => store.exclude = Exclude::default(),
            name => exclude(store, name),
        };
        excluding(&mut store, before);
        let (run, _) = begin(&mut store, at);
        store
            .stage(run, &account(), &tenants(&["a"]), Some(&interrupted(1)))
            .unwrap();
        store.end(run, minute(at)).unwrap();
        excluding(&mut store, after);
        let (run, start) = begin(&mut store, at + 1);
        let why = "the interrupted run excluded other tenants".to_owned();
        assert_eq!(start, Start::Abandoned(why), "{before} {after}");
        store.end(run, minute(at + 1)).unwrap();
    }
}
