//! WorkOS: the orders of its list, and where `after` leads in each.

use provider_sim::{Account, AccountHandle, Provider};
use serde_json::Value;

use crate::client::{get, one};

fn simulated() -> Account {
    Account::new(Provider::named("workos"), "a").population(7, 3)
}

/// The identities that a client reads which follows `after` from the first page.
fn walked(account: &AccountHandle, query: &str) -> Vec<String> {
    let mut ids = Vec::new();
    let mut after = String::new();
    loop {
        let answer = get(account, &format!("limit=3{query}{after}"));
        ids.extend(answer.ids());
        match &answer.json()["list_metadata"]["after"] {
            Value::String(next) => after = format!("&after={next}"),
            end => {
                assert!(end.is_null(), "{end}");
                return ids;
            }
        }
    }
}

#[test]
fn after_leads_on_in_both_orders_and_to_newer_organizations_in_the_order_normal() {
    let (_simulator, account) = one(simulated());
    let newest_first = account.ids();
    let oldest_first: Vec<_> = newest_first.iter().rev().cloned().collect();
    assert_eq!(walked(&account, "&order=asc"), oldest_first);
    assert_eq!(walked(&account, "&order=desc"), newest_first);
    assert_eq!(walked(&account, ""), newest_first);
    assert_eq!(walked(&account, "&order=normal"), newest_first[..3]);

    let third = &newest_first[5];
    let answer = get(&account, &format!("limit=3&order=normal&after={third}"));
    assert_eq!(answer.ids(), newest_first[2..5]);
    let metadata = &answer.json()["list_metadata"];
    assert_eq!(metadata["after"], newest_first[2].as_str());
    assert_eq!(metadata["before"], newest_first[4].as_str());

    assert_eq!(get(&account, "order=newest").status, 422);
    let (_simulator, account) = one(simulated().knob("normal_by_default"));
    assert_eq!(walked(&account, ""), newest_first[..3]);
}

#[test]
fn an_organization_has_what_the_document_shows() {
    let (_simulator, account) = one(simulated().population(30, 3));
    let page = get(&account, "limit=30").json();
    assert_eq!(page["object"], "list");
    assert!(page["list_metadata"]["before"].is_null());
    let rows = page["data"].as_array().unwrap();
    for row in rows {
        let id = row["id"].as_str().unwrap();
        assert_eq!((&id[..6], id.len()), ("org_01", 30));
        for domain in row["domains"].as_array().unwrap() {
            assert_eq!(domain["organization_id"], id);
        }
    }
    assert!(rows.iter().any(|row| row["external_id"].is_null()));
    assert!(
        rows.iter()
            .any(|row| row.get("stripe_customer_id").is_none())
    );
}
