//! Long lists, and many accounts.

use provider_sim::Simulator;

use crate::client::get;
use crate::imaginary::{chained, numbered, whole};

#[test]
fn a_long_body_is_chunked_and_whole() {
    let simulator = Simulator::start([whole("a").population(5_000, 1)]).unwrap();
    let account = simulator.account("a");
    let answer = get(&account, "");
    assert_eq!(answer.header("transfer-encoding"), Some("chunked"));
    assert_eq!(answer.ids(), account.ids());
}

#[test]
fn twenty_thousand_sub_accounts_in_pages_of_a_hundred() {
    let simulator = Simulator::start([numbered("a").population(20_000, 1)]).unwrap();
    let account = simulator.account("a");
    let mut ids = Vec::new();
    for page in 1..=200 {
        ids.extend(get(&account, &format!("page={page}&size=100")).ids());
    }
    assert_eq!(ids, account.ids());
    assert_eq!(account.stats().requests, 200);
}

#[test]
fn a_thousand_accounts_of_a_hundred_tenants() {
    let simulator = Simulator::start(
        (0..1_000).map(|number| chained(&format!("a{number}")).population(100, number)),
    )
    .unwrap();
    for account in simulator.accounts().iter().step_by(97) {
        assert_eq!(get(account, "size=200").ids(), account.ids());
    }
}
