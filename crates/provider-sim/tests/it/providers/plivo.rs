//! Plivo: its pages, parameters, records and errors.

use provider_sim::{Account, Provider, Status};
use serde_json::Value;

use crate::client::{call, get, one};

fn plivo(tenants: u32) -> Account {
    Account::new(Provider::named("plivo"), "a").population(tenants, 3)
}

#[test]
fn every_page_is_reached_by_the_path_on_the_one_before() {
    for (size, pages) in [(1, 45), (20, 3)] {
        let (_simulator, account) = one(plivo(45));
        let mut url = format!("{}?limit={size}", account.list_url());
        let mut ids = Vec::new();
        for page in 0..pages {
            let answer = call("GET", &url, &account.auth_headers()).json();
            let meta = &answer["meta"];
            assert_eq!(meta["offset"], page * size);
            assert_eq!(
                (&meta["limit"], &meta["total_count"]),
                (&size.into(), &45.into())
            );
            assert_eq!(meta["previous"].is_null(), page == 0);
            let rows = answer["objects"].as_array().unwrap();
            ids.extend(rows.iter().map(|row| row["auth_id"].clone()));
            url = match meta["next"].as_str() {
                Some(next) => account.base_url() + next,
                None => String::new(),
            };
            assert_eq!(url.is_empty(), page + 1 == pages);
        }
        assert_eq!(ids, account.ids());
    }
}

#[test]
fn a_row_has_a_day_tokens_and_one_switch() {
    let (_simulator, account) = one(plivo(1));
    let id = account.ids().remove(0);
    account.population(|population| population.set_status(&id, Status::Suspended));
    let row = get(&account, "").json()["objects"][0].clone();
    assert_eq!(row["created"], "2024-01-01");
    assert_eq!(row["enabled"], Value::Bool(false));
    assert_eq!(row["auth_token"].as_str().unwrap().len(), 32);
    let parent = format!("/v1/Account/{}/", account.credential("auth_id"));
    assert_eq!(row["account"], parent);
    assert_eq!(row["resource_uri"], format!("{parent}Subaccount/{id}/"));
}

#[test]
fn a_bad_parameter_and_another_account_are_refused() {
    let (_simulator, account) = one(plivo(3));
    for query in ["limit=21", "limit=0", "offset=-1"] {
        let answer = get(&account, query);
        assert_eq!(answer.status, 400, "{query}");
        assert!(answer.json()["error"].is_string() && answer.json()["api_id"].is_string());
    }
    let url = account.list_url().replace("/MA", "/MB");
    assert_eq!(call("GET", &url, &account.auth_headers()).status, 403);
}
