//! The ledger: what each field that a provider's document declares moves. It is derived from the real thing, not
//! written: a new field of a document shows up as `unmapped`, and so does one that a mapping does not read any more.
//! Read backwards it is the table of the model in the README.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

mod derive;
mod ignored;
mod instance;
mod model;
mod observe;
mod rows;

use serde_json::json;
use tenancy_tests::replay::PROVIDERS;
use tenancy_tests::root;
use tenancy_tests::spec::Spec;

use derive::{Derived, derive};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_every_declared_field_moves() {
    let ledgers = PROVIDERS.map(|provider| {
        tokio::spawn(async move {
            let spec = Spec::read(provider, &Spec::document(provider));
            let derived = derive(&spec).await;
            (spec, derived)
        })
    });
    let mut derived: Vec<(Spec, Derived)> = Vec::new();
    for ledger in ledgers {
        derived.push(ledger.await.unwrap());
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
    check_readme(&model::table(&derived));
}

/// The README's table of the model is the ledger, read backwards.
fn check_readme(table: &str) {
    const BEGIN: &str = "<!-- the model: written by the tests -->\n";
    const END: &str = "<!-- the end of the model -->\n";
    let path = root().join("README.md");
    let readme = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = readme.split_once(BEGIN).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    let written = [before, BEGIN, table, END, after].concat();
    if std::env::var_os("README_UPDATE").is_some() {
        std::fs::write(&path, &written).unwrap();
        return;
    }
    assert!(
        readme == written,
        "the README's table is not what the tests produce: README_UPDATE=1 cargo test -p tenancy-tests --test ledger"
    );
}

/// A document with more in it than the mapping knows, and with a field of another type: both show.
#[tokio::test]
async fn a_changed_document_shows() {
    let mut document = Spec::document("vobiz");
    let page = document
        .pointer_mut("/paths/~1api~1v1~1accounts~1{auth_id}~1sub-accounts~1/get/responses/200/content/application~1json/schema/properties")
        .unwrap();
    page["next_page"] = json!({"type": "string", "nullable": true});
    let record = &mut page["sub_accounts"]["items"]["properties"];
    record["kyc"] = json!({"type": "object", "properties": {"level": {"type": "integer"}}});
    record["rate_limit"] = json!({"type": "string"});
    record.as_object_mut().unwrap().remove("phone");
    let spec = Spec::read("vobiz", &document);
    let shown = rows::shown(&spec, &derive(&spec).await);
    let row = |name: &str| {
        let row = shown
            .lines()
            .find(|row| row.split_whitespace().next() == Some(name));
        row.map(|row| row.split_whitespace().skip(1).collect::<Vec<_>>().join(" "))
    };
    assert_eq!(row("next_page").unwrap(), "string, nullable unmapped");
    assert_eq!(row("kyc").unwrap(), "object unmapped");
    assert_eq!(row("kyc.level").unwrap(), "integer unmapped");
    assert_eq!(row("name").unwrap(), "string, nullable name");
    assert_eq!(row("rate_limit").unwrap(), "string report.left_out");
    assert_eq!(row("phone"), None);
}
