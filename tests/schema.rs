//! The JSON Schemas of what the workspace writes.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use provider_sim::Simulator;
use tenancy::{Query, Report, Tenant};
use tenancy_tests::{connect, hurried, list};

#[test]
fn the_schema_of_a_tenant() {
    insta::assert_json_snapshot!("tenant-schema", schemars::schema_for!(Tenant));
}

#[test]
fn the_schema_of_a_report() {
    insta::assert_json_snapshot!("report-schema", schemars::schema_for!(Report));
}

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
    assert_eq!(outcome.tenants.len(), 20);

    let tenant = validator(schemars::schema_for!(Tenant));
    for listed in &outcome.tenants {
        let listed = written(listed);
        tenant
            .validate(&listed)
            .unwrap_or_else(|error| panic!("{error}: {listed}"));
    }
    validator(schemars::schema_for!(Report))
        .validate(&written(&outcome.report))
        .unwrap();

    // The schema can refuse.
    let mut odd = written(&outcome.tenants[0]);
    odd["created_at"] = "yesterday".into();
    assert!(!tenant.is_valid(&odd));
}

fn validator(schema: schemars::Schema) -> jsonschema::Validator {
    jsonschema::validator_for(schema.as_value()).unwrap()
}

/// What a reader of the written JSON sees.
fn written(value: &impl serde::Serialize) -> serde_json::Value {
    serde_json::from_str(&serde_json::to_string(value).unwrap()).unwrap()
}
