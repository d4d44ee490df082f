//! OmniDim: its body, records and errors.

use provider_sim::{Account, Fault, Record};

use crate::client::{get, one};

#[test]
fn lists_everything_in_one_body() {
    let (_simulator, account) = one(Account::omnidim("reseller").population(120, 1));
    let answer = get(&account, "");
    assert_eq!(answer.ids(), account.ids());
    let body = answer.json();
    assert_eq!(body["success"], true);
    assert_eq!(body["reseller_organization"]["id"], 5678);
    assert_eq!(body["total_organizations"], 120);
    let organizations = body["organizations"].as_array().unwrap();
    let users: Vec<_> = organizations
        .iter()
        .flat_map(|organization| organization["users"].as_array().unwrap())
        .collect();
    assert_eq!(body["total_users_across_orgs"], users.len());
    assert!(users.iter().any(|user| user["phone"] == false));
    assert!(organizations.iter().all(|organization| {
        !organization["created_date"]
            .as_str()
            .unwrap()
            .ends_with('Z')
    }));
    assert_eq!(
        body["reseller_access_control"]["dashboard_menu_access"]
            .as_object()
            .unwrap()
            .len(),
        16
    );
    let order: Vec<_> = answer
        .text()
        .match_indices(r#""organizations""#)
        .chain(answer.text().match_indices(r#""total_organizations""#))
        .collect();
    assert!(
        order[0].0 < order[1].0,
        "as in the document, the totals come after the list"
    );
}

#[test]
fn numbers_are_sent_digit_by_digit() {
    let text = r#"{"id":1,"org_balance":12345678901234567890.10,"cost_per_min":0.10,"users":[]}"#;
    let (_simulator, account) = one(Account::omnidim("exact").records([Record::raw(text)]));
    assert!(get(&account, "").text().contains(&format!("[{text}]")));
}

#[test]
fn the_demo_balance_has_the_digits_of_the_document() {
    let (_simulator, account) = one(Account::omnidim("demo").demo_records());
    assert!(
        get(&account, "")
            .text()
            .contains(r#""org_balance": 24442.6,"#)
    );
}

#[test]
fn errors_have_the_shapes_of_the_errors_page() {
    let (_simulator, account) = one(Account::omnidim("poor"));
    let shape = |status| {
        account.fault_next(1, Fault::status(status));
        let body = get(&account, "").json();
        let has = |name: &str| body[name].is_string();
        (has("error"), has("error_description"), has("message"))
    };
    assert_eq!(shape(401), (true, true, false));
    assert_eq!(shape(403), (true, false, true));
    assert_eq!(shape(404), (true, false, false));
    assert_eq!(
        account.base_url(),
        format!("http://{}/api/v1", account.address())
    );
}
