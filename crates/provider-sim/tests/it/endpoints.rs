//! Paths, methods, credentials and populations: the same for every provider.

use std::collections::HashSet;

use provider_sim::{Account, Order, Provider, Record, Simulator, Status};

use crate::client::{call, get, one};
use crate::imaginary::numbered;

#[test]
fn the_demonstration_lists_a_few_different_tenants_at_each_provider() {
    let simulator = Simulator::demo().unwrap();
    let accounts = simulator.accounts();
    assert_eq!(accounts.len(), Provider::ALL.len());
    for account in accounts {
        let ids = get(&account, "").ids();
        assert_eq!(ids, account.ids());
        let different: HashSet<&String> = ids.iter().collect();
        assert_eq!(different.len(), ids.len());
        assert!(
            ids.len() >= 3,
            "{account:?} has {ids:?}: give its provider hand-made tenants in `Simulated::demo`"
        );
        assert!(!ids.contains(&String::new()), "{ids:?}");
    }
}

#[test]
fn generated_records_are_json_with_an_identity_of_their_own() {
    for provider in Provider::ALL {
        let (_simulator, account) = one(Account::new(*provider, "a").population(500, 42));
        let ids = account.ids();
        let records = account.population(|population| population.records());
        for (id, text) in ids.iter().zip(records) {
            let record: serde_json::Value = serde_json::from_str(&text).unwrap();
            let stated = record[provider.id_member()].to_string();
            assert_eq!(stated.trim_matches('"'), id);
        }
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), 500);
    }
}

#[test]
fn a_record_is_found_and_filtered_by_what_its_text_states() {
    let records = [
        Record::raw(r#"{"id":"1","status":"???"}"#),
        Record::raw(r#"{"id":12345678901234567890}"#),
        Record::raw("not JSON")
            .with_id("x")
            .with_status(Status::Archived),
    ];
    let (_simulator, account) = one(numbered("a").records(records));
    assert_eq!(account.ids(), ["1", "12345678901234567890", "x"]);
    let status = |id: &str| account.population(|population| population.status(id));
    assert_eq!(status("1"), Some(Status::Other));
    assert_eq!(status("x"), Some(Status::Archived));
}

#[test]
fn casing_and_slash_matter() {
    let simulator = Simulator::demo().unwrap();
    for account in simulator.accounts() {
        let url = account.list_url();
        let slash = url
            .strip_suffix('/')
            .map_or_else(|| format!("{url}/"), str::to_owned);
        for wrong in [
            slash,
            url.replace("ccounts", "ccount"),
            url.replace("/v1/", "/V1/"),
            url + "x",
        ] {
            if wrong != account.list_url() {
                let answer = call("GET", &wrong, &account.auth_headers());
                assert_eq!(answer.status, 404, "{wrong}");
                assert!(answer.json().to_string().contains("Not found"));
            }
        }
    }
}

#[test]
fn other_methods_are_refused() {
    let simulator = Simulator::demo().unwrap();
    for account in simulator.accounts() {
        for headers in [account.auth_headers(), Vec::new()] {
            let answer = call("POST", &account.list_url(), &headers);
            assert_eq!((answer.status, answer.header("allow")), (405, Some("GET")));
        }
    }
}

#[test]
fn every_header_of_the_credentials_is_needed() {
    let simulator = Simulator::demo().unwrap();
    for account in simulator.accounts() {
        let right = account.auth_headers();
        for at in 0..right.len() {
            let mut headers = right.clone();
            headers[at].1 += "x";
            assert_eq!(call("GET", &account.list_url(), &headers).status, 401);
            headers.remove(at);
            assert_eq!(call("GET", &account.list_url(), &headers).status, 401);
        }
    }
}

#[test]
fn accounts_of_one_provider_have_their_own_addresses_credentials_and_tenants() {
    for provider in Provider::ALL {
        let accounts = ["a", "b"].map(|name| Account::new(*provider, name).population(3, 1));
        let simulator = Simulator::start(accounts).unwrap();
        let (a, b) = (simulator.account("a"), simulator.account("b"));
        assert_ne!(a.address(), b.address());
        let foreign = call("GET", &b.list_url(), &a.auth_headers());
        assert_eq!(foreign.status, 401);
        let record = |account| get(account, "").text().to_owned();
        assert_ne!(record(&a), record(&b));
    }
}

#[test]
fn credentials_can_be_given() {
    for provider in Provider::ALL {
        let (key, _) = provider.credentials(1)[0];
        let (_simulator, account) = one(Account::new(*provider, "a").credential(key, "given"));
        assert_eq!(account.credential(key), "given");
        let (_other, without) = one(Account::new(*provider, "a"));
        assert_ne!(account.auth_headers(), without.auth_headers());
        assert_eq!(get(&account, "").status, 200);
    }
}

#[test]
fn the_same_name_twice_is_refused() {
    let twice = [0, 1].map(|at| Account::new(Provider::ALL[at], "a"));
    assert!(Simulator::start(twice).is_err());
}

#[test]
#[should_panic(expected = "it has [\"slow\", \"shy\"]")]
fn an_unknown_knob_is_refused_with_the_known_ones() {
    let _ = numbered("a").knob("slw");
}

#[test]
fn the_order_can_be_turned() {
    for provider in Provider::ALL {
        let [newest, oldest] = [Order::NewestFirst, Order::OldestFirst].map(|order| {
            let (_simulator, account) =
                one(Account::new(*provider, "a").order(order).population(9, 1));
            let created = account.create(1).remove(0);
            let ids = get(&account, "").ids();
            assert_eq!(ids, account.ids());
            assert_eq!(
                ids.iter().position(|id| *id == created),
                Some(if order == Order::NewestFirst { 0 } else { 9 })
            );
            ids
        });
        assert!(newest.iter().eq(oldest.iter().rev()));
    }
}
