//! Stripe: an account without a status, a list within the record, and a key of no platform.

use provider_sim::{Account, Provider, Status};
use serde_json::{Value, json};

use crate::client::{get, one};

fn simulated() -> Account {
    Account::new(Provider::named("stripe"), "a").population(30, 3)
}

#[test]
fn the_switches_and_the_reason_follow_the_status() {
    let (_simulator, account) = one(simulated().population(1, 3));
    let id = account.ids()[0].clone();
    for (status, [charges, payouts], has_reason) in [
        (Status::Active, [true, true], false),
        (Status::Suspended, [false, false], true),
        (Status::Archived, [false, false], true),
        (Status::Other, [false, true], false),
    ] {
        account.population(|population| population.set_status(&id, status));
        let row = &get(&account, "").json()["data"][0];
        assert_eq!(row["charges_enabled"], charges, "{status:?}");
        assert_eq!(row["payouts_enabled"], payouts, "{status:?}");
        let reason = &row["requirements"]["disabled_reason"];
        assert_eq!(reason.is_string(), has_reason, "{status:?}");
        let read = account.population(|population| population.status(&id));
        assert_eq!(read, Some(status));
    }
}

#[test]
fn an_account_has_what_the_document_shows() {
    let (_simulator, account) = one(simulated());
    let page = get(&account, "limit=30").json();
    assert_eq!(page["object"], "list");
    assert_eq!(page["url"], "/v1/accounts");
    assert_eq!(page["has_more"], false);
    let rows = page["data"].as_array().unwrap();
    for row in rows {
        let is_controlled = row["controller"]["type"] == "application";
        assert_eq!(row.get("external_accounts").is_some(), is_controlled);
        assert!(row["created"].is_u64());
    }
    let has_more = |row: &Value| row["external_accounts"]["has_more"] == true;
    assert!(rows.iter().any(has_more));
}

#[test]
fn an_account_that_is_gone_is_no_cursor() {
    let (_simulator, account) = one(simulated());
    let last = get(&account, "limit=2").ids()[1].clone();
    account.population(|population| population.delete_at(1));
    let answer = get(&account, &format!("limit=2&starting_after={last}"));
    assert_eq!(answer.status, 400);
    let error = json!({"type": "invalid_request_error", "message": format!("No such account: {last}"), "param": "starting_after"});
    assert_eq!(answer.json(), json!({ "error": error }));
}

#[test]
fn a_key_of_no_platform_gets_an_empty_list() {
    let (_simulator, account) = one(simulated().knob("no_platform"));
    let answer = get(&account, "");
    assert_eq!(answer.status, 200);
    let page = json!({"object": "list", "url": "/v1/accounts", "has_more": false, "data": []});
    assert_eq!(answer.json(), page);
}
