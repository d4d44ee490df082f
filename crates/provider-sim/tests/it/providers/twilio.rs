//! Twilio: its main account's row, its addresses and errors.

use provider_sim::{Account, Fault, Provider, Simulator, Status};
use serde_json::Value;

use crate::client::{call, get, one};

fn twilio(tenants: u32) -> Account {
    Account::new(Provider::named("twilio"), "a").population(tenants, 3)
}

#[test]
fn every_page_is_reached_by_the_address_on_the_one_before() {
    for (size, pages) in [(1, 9), (4, 3), (1000, 1)] {
        let (_simulator, account) = one(twilio(8));
        let mut url = format!("{}?PageSize={size}", account.list_url());
        let mut rows = Vec::new();
        for page in 0..pages {
            let body = call("GET", &url, &account.auth_headers()).json();
            let (start, end) = (body["start"].as_u64(), body["end"].as_u64());
            let listed = body["accounts"].as_array().unwrap();
            assert_eq!(body["page"], page);
            assert_eq!(start, Some(rows.len() as u64));
            assert_eq!(end, Some((rows.len() + listed.len() - 1) as u64));
            rows.extend(listed.iter().map(|row| row["sid"].clone()));
            url = match body["next_page_uri"].as_str() {
                Some(next) => account.base_url() + next,
                None => String::new(),
            };
            assert_eq!(url.is_empty(), page + 1 == pages);
        }
        assert_eq!(rows.remove(0), account.credential("account_sid"));
        assert_eq!(rows, account.ids());
    }
}

#[test]
fn a_number_alone_is_refused() {
    let (_simulator, account) = one(twilio(8));
    assert_eq!(get(&account, "Page=0").status, 200);
    let refused = get(&account, "PageSize=4&Page=1");
    assert_eq!(
        (refused.status, &refused.json()["code"]),
        (400, &Value::from(70002))
    );
}

#[test]
fn a_status_selects_the_main_account_too() {
    let (_simulator, account) = one(twilio(60));
    let of = |word: &str| get(&account, &format!("PageSize=1000&Status={word}"));
    let selected = ["active", "suspended", "closed"].map(|word| of(word).records().len());
    assert_eq!(selected.iter().sum::<usize>(), 61);
    assert_eq!(of("active").ids().len() + 1, selected[0]);
    assert_eq!(of("closed").ids().len(), selected[2]);
    assert_eq!(of("gone").status, 400);
    let id = account.ids().remove(0);
    account.population(|population| population.set_status(&id, Status::Other));
    assert_eq!(
        get(&account, "").json()["accounts"][1]["status"],
        "pending_review"
    );
}

#[test]
fn an_error_has_a_code_where_one_is_known() {
    let account = twilio(1)
        .fault(1, Fault::status(429))
        .fault(2, Fault::status(401));
    let simulator = Simulator::start([account]).unwrap();
    let account = simulator.account("a");
    assert_eq!(get(&account, "").json()["code"], 20429);
    assert_eq!(get(&account, "").json().get("code"), None);
}
