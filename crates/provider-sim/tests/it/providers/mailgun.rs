//! Mailgun: its filters, its order by name, its pages and errors.

use provider_sim::{Account, AccountHandle, Fault, Provider, Status};
use serde_json::Value;

use crate::client::{Answer, call, one};

fn mailgun(tenants: u32) -> Account {
    Account::new(Provider::named("mailgun"), "a").population(tenants, 3)
}

/// Calls the list with nothing but this query.
fn get(account: &AccountHandle, query: &str) -> Answer {
    let url = format!("{}?{query}", account.list_url());
    call("GET", &url, &account.auth_headers())
}

/// How many subaccounts of each status a query finds, and its total.
fn found(account: &AccountHandle, query: &str) -> ([usize; 3], usize) {
    let page = get(account, &format!("limit=1000&{query}")).json();
    let rows = page["subaccounts"].as_array().unwrap();
    let of = |word: &str| rows.iter().filter(|row| row["status"] == word).count();
    let total = page["total"].as_u64().unwrap();
    (["open", "disabled", "closed"].map(of), total as usize)
}

#[test]
fn each_filter_selects_others_and_the_total_counts_what_it_selects() {
    let (_simulator, account) = one(mailgun(60));
    let ([open, disabled, closed], total) = found(&account, "closed=true");
    assert!(open > 0 && disabled > 0 && closed > 0);
    assert_eq!((open + disabled + closed, total), (60, 60));
    for (query, expected) in [
        ("", [open, disabled, 0]),
        ("closed=false", [open, disabled, 0]),
        ("enabled=true", [open, 0, 0]),
        ("enabled=true&closed=true", [open, 0, closed]),
        ("enabled=false&closed=false", [0, disabled, 0]),
        ("enabled=false&closed=true", [0, disabled, closed]),
    ] {
        assert_eq!(found(&account, query), (expected, expected.iter().sum()));
    }
    let (_simulator, account) = one(mailgun(60).knob("closed_means_only_closed"));
    let ([open, disabled, _], _) = found(&account, "closed=true");
    assert_eq!(open + disabled, 0);
}

#[test]
fn names_are_in_order_only_if_that_is_asked_for() {
    let (_simulator, account) = one(mailgun(30));
    let names = |query: &str| {
        let rows = get(&account, &format!("limit=1000&closed=true&{query}"));
        let rows = rows.json()["subaccounts"].clone();
        let name = |row: &Value| row["name"].as_str().unwrap().to_owned();
        rows.as_array()
            .unwrap()
            .iter()
            .map(name)
            .collect::<Vec<_>>()
    };
    let (plain, up, mut down) = (names(""), names("sort=asc"), names("sort=desc"));
    assert!(!plain.is_sorted() && up.is_sorted());
    down.reverse();
    assert_eq!(up, down);
}

#[test]
fn a_page_has_ten_unless_more_are_asked_for_and_wrong_parameters_are_refused() {
    let (_simulator, account) = one(mailgun(30));
    assert_eq!(get(&account, "").records().len(), 10);
    assert_eq!(get(&account, "closed=true&skip=25").records().len(), 5);
    for query in ["limit=1001", "skip=-1", "enabled=1", "closed=", "sort=name"] {
        let answer = get(&account, query);
        assert_eq!(answer.status, 400, "{query}");
        assert!(answer.json()["message"].is_string());
    }
    let id = account.ids().remove(0);
    account.population(|population| population.set_status(&id, Status::Other));
    assert_eq!(
        get(&account, "").json()["subaccounts"][0]["status"],
        "pending"
    );
}

#[test]
fn an_error_has_one_of_three_shapes() {
    let (_simulator, account) = one(mailgun(1).fault(1, Fault::status(403)));
    assert!(get(&account, "").json()["message"].is_string());
    let (_simulator, account) = one(mailgun(1).fault(1, Fault::status(401)));
    assert_eq!(get(&account, "").json()["Error"], "unauthorized");
    let text = mailgun(1).knob("text_errors").fault(1, Fault::status(401));
    let (_simulator, account) = one(text);
    assert_eq!(get(&account, "").text(), "Forbidden");
}
