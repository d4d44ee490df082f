//! The ledger: what each field that a provider's document declares moves. It is derived from the real thing, not
//! written: a new field of a document shows up as `unmapped`, and so does one that a mapping does not read any more.
//! Read backwards it is `docs/providers.md`.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod derive;
mod instance;
mod model;
mod observe;
mod rows;

use tenancy_tests::providers;
use tenancy_tests::root;
use tenancy_tests::spec::{Kind, Shape, Spec};

use derive::{Derived, derive};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_every_declared_field_moves() {
    let derive_all = providers::ALL.iter().map(|facts| {
        let provider = facts.provider.name;
        tokio::spawn(async move {
            let spec = Spec::read(provider, &Spec::document(provider));
            let derived = derive(&spec).await;
            (spec, derived)
        })
    });
    let mut derived: Vec<(Spec, Derived)> = Vec::new();
    for coverage in derive_all.collect::<Vec<_>>() {
        derived.push(coverage.await.unwrap());
    }
    insta::with_settings!({snapshot_path => "../snapshots", omit_expression => true}, {
        for (spec, derived) in &derived {
            insta::assert_snapshot!(spec.provider, rows::shown(spec, derived));
        }
    });
    for (spec, derived) in &derived {
        assert_eq!(
            derived.not_in_raw, [""; 0],
            "{}: `raw` does not show them",
            spec.provider
        );
        assert_eq!(
            rows::reasons_that_do_not_hold(spec, derived),
            [""; 0],
            "{}",
            spec.provider
        );
    }
    check_page("docs/providers.md", |_| model::page(&derived));
    check_page("README.md", |readme| {
        let readme = replaced(readme, "providers", &model::providers(&derived));
        replaced(&readme, "model", &model::fields())
    });
}

/// A page that the tests write, in whole or in part.
fn check_page(path: &str, write: impl Fn(&str) -> String) {
    let place = root().join(path);
    let page = std::fs::read_to_string(&place).unwrap_or_default();
    let written = write(&page);
    if std::env::var_os("README_UPDATE").is_some() {
        std::fs::write(&place, &written).unwrap();
        return;
    }
    assert!(
        page == written,
        "{path} is not what the tests produce: README_UPDATE=1 cargo test -p tenancy-tests --test field_coverage"
    );
}

/// The page with this table between the marks of this name.
fn replaced(page: &str, name: &str, table: &str) -> String {
    let (begin, end) = (
        format!("<!-- the {name}: written by the tests -->\n"),
        format!("<!-- the end of the {name} -->\n"),
    );
    let (before, rest) = page.split_once(&begin).unwrap();
    let (_, after) = rest.split_once(&end).unwrap();
    [before, &begin, table, &end, after].concat()
}

/// A document with fields that the mapping does not read, and without one that it does: all of it shows.
#[tokio::test]
async fn a_changed_document_shows() {
    // Where there are several lists, a doubt beside the first decides whether it is read once more.
    let has_page_of_one_list = |facts: &&&providers::Facts| {
        let can = facts.provider.capabilities;
        let is_one_list = can.maybe_left_out.is_empty() && !can.status_from_filter;
        is_one_list && !facts.provider.records.is_empty()
    };
    let facts = providers::ALL.iter().rfind(has_page_of_one_list);
    let provider = facts.unwrap().provider.name;
    let mut spec = Spec::read(provider, &Spec::document(provider));
    let shape = |kind| Shape {
        kind,
        nullable: true,
        or_false: false,
        stated: false,
        required: false,
    };
    let change = |record: &mut Shape| {
        let level = ("level".to_owned(), shape(Kind::Whole));
        let fields = members(record);
        fields.retain(|(name, _)| name != "name");
        fields.push(("kyc".to_owned(), shape(Kind::Object(vec![level]))));
    };
    change(&mut spec.record);
    let names: Vec<_> = spec.names().map(str::to_owned).collect();
    let list = names.iter().fold(&mut spec.page, |page, name| {
        let mut members = members(page).iter_mut();
        &mut members.find(|(member, _)| member == name).unwrap().1
    });
    let Kind::List(record) = &mut list.kind else {
        panic!("the records are no list")
    };
    change(record);
    members(&mut spec.page).push(("note".to_owned(), shape(Kind::Text(None))));

    let shown = rows::shown(&spec, &derive(&spec).await);
    let row = |name: &str| {
        let mut rows = shown
            .lines()
            .map(|row| row.split_whitespace().collect::<Vec<_>>());
        let row = rows.find(|row| row.first() == Some(&name));
        row.map(|row| row[1..].join(" "))
    };
    assert_eq!(row("note").unwrap(), "string, nullable unmapped");
    assert_eq!(row("kyc").unwrap(), "object, nullable unmapped");
    assert_eq!(row("kyc.level").unwrap(), "integer, nullable unmapped");
    assert_eq!(row("name"), None);
}

fn members(shape: &mut Shape) -> &mut Vec<(String, Shape)> {
    match &mut shape.kind {
        Kind::Object(members) => members,
        _ => panic!("no object"),
    }
}
