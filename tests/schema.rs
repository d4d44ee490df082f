//! Tenants, reports and checkpoints keep to their JSON Schemas. The schemas themselves are snapshots of the command's tests.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use futures::StreamExt;
use provider_sim::Simulator;
use serde_json::{Value, json};
use tenancy::{Checkpoint, Query, Report, Tenant};
use tenancy_tests::checked::{Listing, validator, written};
use tenancy_tests::{connect, each, hurried, list};

/// Lists the demonstration to its end, raw records and all: the listing itself holds them to the schemas.
#[tokio::test]
async fn what_is_listed_and_reported_keeps_to_its_schema() {
    let sim = Simulator::demo().unwrap();
    let accounts = sim
        .accounts()
        .iter()
        .map(|handle| connect(handle, &hurried()))
        .collect();
    let mut query = Query::default();
    query.raw = true;
    let outcome = list(accounts, query).await;
    assert!(!outcome.tenants.is_empty());

    let schema = validator(&schemars::schema_for!(Tenant));
    for tenant in &outcome.tenants {
        refuses_what_is_changed(&schema, &written(tenant));
    }
    refuses_what_is_changed(
        &validator(&schemars::schema_for!(Report)),
        &written(&outcome.report),
    );
}

/// A list that broke off, at each style of paging.
#[tokio::test]
async fn a_checkpoint_keeps_to_its_schema() {
    let schema = validator(&schemars::schema_for!(Checkpoint));
    let sim = Simulator::start(each().map(|account| account.population(300, 5))).unwrap();
    for handle in sim.accounts() {
        let account = connect(&handle, &hurried());
        let mut listing = Listing::new(vec![account.clone()], Query::default()).unwrap();
        for _ in 0..120 {
            listing.next().await.unwrap().unwrap();
        }
        listing.stop("the test has seen enough");
        let report = listing.report();
        let checkpoint = written(report.sources[0].checkpoint.as_ref().unwrap());
        schema.validate(&checkpoint).unwrap();
        refuses_what_is_changed(&schema, &checkpoint);

        let mut more = checkpoint.clone();
        more["comment"] = json!("written by hand");
        assert!(!schema.is_valid(&more));
        assert!(Listing::resume(vec![account], Query::default(), report).is_ok());
    }
}

/// A schema that takes everything guards nothing: each member whose type it knows is changed, and has to be refused.
fn refuses_what_is_changed(schema: &jsonschema::Validator, good: &Value) {
    for name in good.as_object().unwrap().keys() {
        let mut odd = good.clone();
        odd[name] = json!([["of another type"]]);
        // A record as sent may be anything.
        assert_eq!(schema.is_valid(&odd), name == "raw", "{name}: {odd}");
    }
}
