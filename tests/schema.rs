//! The JSON Schemas of what the workspace writes.

use tenancy::{Report, Tenant};

#[test]
fn the_schema_of_a_tenant() {
    insta::assert_json_snapshot!("tenant-schema", schemars::schema_for!(Tenant));
}

#[test]
fn the_schema_of_a_report() {
    insta::assert_json_snapshot!("report-schema", schemars::schema_for!(Report));
}
