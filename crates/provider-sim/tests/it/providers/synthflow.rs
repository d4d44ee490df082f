//! Synthflow: its list, which is two objects deep, and its identities.

use provider_sim::{Account, Provider};

use crate::client::{get, one};

#[test]
fn one_body_has_all_subaccounts_with_identities_of_two_long_numbers() {
    let account = Account::new(Provider::named("synthflow"), "a").population(40, 3);
    let (_simulator, account) = one(account);
    assert!(account.list_url().ends_with("/v2/subaccounts/"));
    let answer = get(&account, "");
    assert_eq!(answer.records(), account.ids());
    let page = answer.json();
    assert_eq!(page["status"], "success");
    let rows = page["response"]["subaccounts"].as_array().unwrap();
    for row in rows {
        let identities = [&row["subaccount_id"], &row["agency_id"]];
        for identity in identities.map(|identity| identity.as_str().unwrap()) {
            let (time, number) = identity.split_once('x').unwrap();
            assert_eq!((time.len(), number.len()), (13, 18), "{identity}");
        }
        assert_eq!(row["permissions"].as_object().unwrap().len(), 13);
    }
    assert!(rows.iter().any(|row| row["max_minutes"].is_null()));
    assert!(
        rows.iter()
            .any(|row| row["subscription"]["stripe_subscription_id"] == "")
    );
}
