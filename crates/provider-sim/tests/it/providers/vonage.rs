//! Vonage: its primary account beside the list, its statuses and errors.

use provider_sim::{Account, Fault, Provider, Simulator, Status};
use serde_json::Value;

use crate::client::{get, one};

fn vonage(tenants: u32) -> Account {
    Account::new(Provider::named("vonage"), "a").population(tenants, 3)
}

#[test]
fn one_body_has_all_subaccounts_and_the_primary_account_beside_them() {
    let (_simulator, account) = one(vonage(40));
    let answer = get(&account, "");
    assert_eq!(answer.records(), account.ids());
    let embedded = &answer.json()["_embedded"];
    let primary = Value::from(account.credential("api_key"));
    assert_eq!(embedded["primary_account"]["api_key"], primary);
    let rows = embedded["subaccounts"].as_array().unwrap();
    for row in rows {
        assert_eq!(row["primary_account_api_key"], primary);
        let is_shared = row["use_primary_account_balance"] == true;
        assert_eq!(
            (row["balance"].is_null(), row["credit_limit"].is_null()),
            (is_shared, is_shared)
        );
    }
    assert!(rows.iter().any(|row| row["balance"].is_null()));
    assert!(rows.iter().any(|row| row["balance"].is_number()));
}

#[test]
fn a_suspended_subaccount_stays_in_the_list() {
    let (_simulator, account) = one(vonage(2));
    let id = account.ids().remove(1);
    for status in [Status::Suspended, Status::Active] {
        account.population(|population| population.set_status(&id, status));
        let row = &get(&account, "").json()["_embedded"]["subaccounts"][1];
        assert_eq!(row["api_key"], id.as_str());
        assert_eq!(row["suspended"], status == Status::Suspended);
    }
}

#[test]
fn an_error_names_its_type() {
    let account = vonage(1).fault(1, Fault::status(403));
    let simulator = Simulator::start([account]).unwrap();
    let error = get(&simulator.account("a"), "").json();
    assert_eq!(
        error["type"],
        "https://developer.nexmo.com/api-errors#unprovisioned"
    );
}
