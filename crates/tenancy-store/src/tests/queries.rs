//! A caller's queries, on a database that is not ours.

use serde_json::json;
use tenancy::Certainty;

use super::databases::{LOCK_TIMEOUT, TestDatabase};
use super::{complete, on_each_database, record, tenant};
use crate::{Address, Table, select};

on_each_database!(
    values_are_text,
    only_one_query_is_run_and_nothing_written,
    a_view_has_the_members_of_tenants_as_columns,
);

/// Creates a table of customers outside our schema.
fn create(place: &TestDatabase) {
    let table = match place.address {
        Address::File(_) => "customers",
        #[cfg(feature = "postgres")]
        Address::Server(_) => "public.customers",
    };
    let mut connection = place.address.open(LOCK_TIMEOUT).unwrap();
    let sql = format!(
        "CREATE TABLE {table} (id BIGINT, name TEXT, share DOUBLE PRECISION);
         INSERT INTO {table} VALUES (9007199254740993, 'Å''$1', 0.25), (2, NULL, 1.5)"
    );
    connection.batch(&sql).unwrap();
}

fn values_are_text(place: &TestDatabase) {
    create(place);
    let query = "SELECT id, name, share, 'x' AS id FROM customers WHERE share < 1 OR name IS NULL ORDER BY share; ";
    let table = select(&place.address, query, LOCK_TIMEOUT).unwrap();
    let text = |texts: [Option<&str>; 4]| texts.map(|text| text.map(str::to_owned)).to_vec();
    let expected = Table {
        columns: ["id", "name", "share", "id"].map(str::to_owned).to_vec(),
        rows: vec![
            text([
                Some("9007199254740993"),
                Some("Å'$1"),
                Some("0.25"),
                Some("x"),
            ]),
            text([Some("2"), None, Some("1.5"), Some("x")]),
        ],
    };
    assert_eq!(table, expected);
}

fn only_one_query_is_run_and_nothing_written(place: &TestDatabase) {
    create(place);
    let select = |query: &str| select(&place.address, query, LOCK_TIMEOUT);
    for query in [
        "",
        "-- nothing",
        "SELECT 1; SELECT 2",
        "SELECT 1; DELETE FROM customers",
        "DELETE FROM customers",
        "DELETE FROM customers RETURNING id",
        "SELECT * FROM nowhere",
        "COMMIT; DELETE FROM customers",
        "ROLLBACK; BEGIN; DELETE FROM customers; COMMIT",
        "SELECT 1; COMMIT; DELETE FROM customers",
        "SELECT 1) AS a; COMMIT; DELETE FROM customers; SELECT 1 FROM (SELECT 1",
        "COPY (SELECT 1) TO STDOUT",
    ] {
        assert!(select(query).is_err(), "{query}");
    }
    let count = select("SELECT count(*) FROM customers").unwrap();
    assert_eq!(count.rows, [[Some("2".to_owned())]]);
}

fn a_view_has_the_members_of_tenants_as_columns(place: &TestDatabase) {
    let mut full = tenant("a", "Acme");
    full.contact.get_or_insert_default().email = Some("a@acme.example".to_owned());
    full.balance = serde_json::from_value(json!({ "amount": "0.10", "currency": "USD" })).unwrap();
    // Only its body is refused by the type json.
    let nul = tenant("b", "\0");
    record(
        &mut place.open(),
        1,
        &[full, nul],
        &complete(Certainty::Proved),
    );
    let view = match place.address {
        Address::File(_) => "tenants_flat",
        #[cfg(feature = "postgres")]
        Address::Server(_) => "tenancy.tenants_flat",
    };
    let query = format!(
        "SELECT account, id, name, email, balance, currency, gone_at FROM {view} ORDER BY name"
    );
    let table = select(&place.address, &query, LOCK_TIMEOUT).unwrap();
    let row = ["agency", "a", "Acme", "a@acme.example", "0.10", "USD"];
    let row: Vec<_> = row
        .iter()
        .map(|text| Some((*text).to_owned()))
        .chain([None])
        .collect();
    assert!(table.rows.contains(&row), "{table:?}");
    assert_eq!(table.rows.len(), 2);
}
