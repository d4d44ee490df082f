//! Telnyx: its filters, its orders, its pages and errors.

use provider_sim::{Account, AccountHandle, Fault, Provider, Status};
use serde_json::Value;

use crate::client::{Answer, call, one};

fn telnyx(tenants: u32) -> Account {
    Account::new(Provider::named("telnyx"), "a").population(tenants, 3)
}

/// Calls the list with nothing but this query.
fn get(account: &AccountHandle, query: &str) -> Answer {
    let url = format!("{}?page[size]=250&{query}", account.list_url());
    call("GET", &url, &account.auth_headers())
}

fn ids(account: &AccountHandle, query: &str) -> Vec<String> {
    let rows = get(account, query).json()["data"].clone();
    let id = |row: &Value| row["id"].as_str().unwrap().to_owned();
    rows.as_array().unwrap().iter().map(id).collect()
}

#[test]
fn cancelled_accounts_are_left_out_unless_they_are_included() {
    let (_simulator, account) = one(telnyx(60));
    let all = account.ids();
    let status = |id: &String| account.population(|population| population.status(id));
    let cancelled = |id: &&String| status(id) == Some(Status::Archived);
    let others: Vec<_> = all.iter().filter(|id| !cancelled(id)).cloned().collect();
    let cancelled: Vec<_> = all.iter().filter(cancelled).cloned().collect();
    assert!(!cancelled.is_empty());
    let sorted = |query: &str| ids(&account, &format!("sort=created_at&{query}"));
    assert_eq!(sorted(""), others);
    assert_eq!(sorted("include_cancelled_accounts=true"), all);
    let filter = "filter[status][eq]=cancelled";
    assert!(sorted(filter).is_empty());
    let both = format!("{filter}&include_cancelled_accounts=true");
    assert_eq!(sorted(&both), cancelled);
}

#[test]
fn each_word_of_the_filter_selects_others_and_no_row_says_which() {
    let (_simulator, account) = one(telnyx(60));
    let first = account.ids().remove(0);
    account.population(|population| population.set_status(&first, Status::Other));
    let of = |word: &str| {
        let query = format!("filter[status][eq]={word}&include_cancelled_accounts=true");
        ids(&account, &query).len()
    };
    let words = ["enabled", "disabled", "cancelled", "blocked"].map(of);
    assert_eq!(words.iter().sum::<usize>(), 60);
    assert_eq!((words[3], of("active"), of("all")), (1, words[0], 60));
    let row = get(&account, "").json()["data"][0].clone();
    assert_eq!(row.get("status"), None);
}

#[test]
fn the_newest_account_is_first_unless_another_order_is_asked_for() {
    let (_simulator, account) = one(telnyx(30));
    let of = |query: &str| {
        ids(
            &account,
            &format!("include_cancelled_accounts=true&{query}"),
        )
    };
    let mut newest_first = account.ids();
    newest_first.reverse();
    assert_eq!(of(""), newest_first);
    assert_eq!(of("sort=-created_at"), newest_first);
    assert_eq!(of("sort=created_at"), account.ids());
}

#[test]
fn a_page_says_which_it_is_and_a_wrong_parameter_is_refused() {
    let (_simulator, account) = one(telnyx(30).fault(5, Fault::status(429)));
    let url = format!("{}?page[number]=3&page[size]=7", account.list_url());
    let url = url + "&include_cancelled_accounts=true";
    let meta = call("GET", &url, &account.auth_headers()).json()["meta"].clone();
    let numbers = ["total_pages", "total_results", "page_number", "page_size"];
    assert_eq!(
        numbers.map(|name| meta[name].as_u64().unwrap()),
        [5, 30, 3, 7]
    );
    for query in [
        "sort=name",
        "filter[status][eq]=gone",
        "include_cancelled_accounts=1",
    ] {
        let answer = get(&account, query);
        assert_eq!(answer.status, 422, "{query}");
        assert!(answer.json()["errors"][0]["detail"].is_string());
    }
    assert_eq!(get(&account, "").json()["errors"][0]["code"], "10011");
}
