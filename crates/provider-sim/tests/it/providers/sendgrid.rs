//! SendGrid: its pages, parameters, records and errors.

use provider_sim::{Account, Fault, Provider, Status};
use serde_json::Value;

use crate::client::{call, get, one};

fn sendgrid(tenants: u32) -> Account {
    Account::new(Provider::named("sendgrid"), "a").population(tenants, 3)
}

#[test]
fn pages_are_arrays_of_500_at_most_without_a_link() {
    let (_simulator, account) = one(sendgrid(1000));
    for (query, rows) in [
        ("", 0..500),
        ("limit=500&offset=500", 500..1000),
        ("limit=7&offset=995", 995..1000),
        ("offset=1000", 1000..1000),
    ] {
        let answer = get(&account, query);
        assert_eq!(answer.ids(), account.ids()[rows], "{query}");
        assert!(answer.json().is_array() && answer.header("link").is_none());
        assert_eq!(answer.header("x-ratelimit-limit"), Some("600"));
    }
}

#[test]
fn where_the_link_header_is_sent_it_leads_from_page_to_page() {
    let (_simulator, account) = one(sendgrid(5).knob("link_header"));
    let mut url = format!("{}?limit=2", account.list_url());
    let mut ids = Vec::new();
    while !url.is_empty() {
        let answer = call("GET", &url, &account.auth_headers());
        let rows = answer.json();
        let rows = rows.as_array().unwrap();
        ids.extend(rows.iter().map(|row| row["username"].clone()));
        let link = answer.header("link").unwrap();
        let next = link.split(", ").find(|link| link.contains("rel=\"next\""));
        let address = next.and_then(|link| link.split(['<', '>']).nth(1));
        url = address.unwrap_or_default().to_owned();
    }
    assert_eq!(ids, account.ids());
}

#[test]
fn a_row_has_one_switch_and_disabled_ones_may_be_hidden() {
    for (hidden, rows) in [(None, 2), (Some(Status::Suspended), 1)] {
        let (_simulator, account) = one(hidden.into_iter().fold(sendgrid(2), Account::hides));
        for (id, status) in account
            .ids()
            .iter()
            .zip([Status::Suspended, Status::Active])
        {
            account.population(|population| population.set_status(id, status));
        }
        let page = get(&account, "include_region=true").json();
        let listed = page.as_array().unwrap();
        assert_eq!(listed.len(), rows);
        let active = &listed[rows - 1];
        assert_eq!(active["disabled"], Value::Bool(false));
        assert!(active["id"].is_u64() && active["region"].is_string());
    }
}

#[test]
fn a_bad_parameter_is_refused_and_a_429_is_no_json() {
    let (_simulator, account) = one(sendgrid(3));
    for query in [
        "limit=501",
        "limit=0",
        "offset=-1",
        "region=us",
        "include_region=1",
    ] {
        let answer = get(&account, query);
        assert_eq!(answer.status, 400, "{query}");
        assert!(answer.json()["errors"][0]["message"].is_string());
    }
    account.fault(.., Fault::status(429));
    let answer = get(&account, "");
    assert_eq!(answer.status, 429);
    assert!(serde_json::from_slice::<Value>(&answer.body).is_err());
}
