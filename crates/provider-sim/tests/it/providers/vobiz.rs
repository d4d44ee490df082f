//! Vobiz: its parameters, totals, records and errors.

use provider_sim::{Account, Status};

use crate::client::{call, get, one};

#[test]
fn pages_and_echoes() {
    let (_simulator, account) = one(Account::vobiz("main").population(60, 5));
    let mut ids = Vec::new();
    for page in 1..=3 {
        let answer = get(&account, &format!("page={page}&size=25"));
        let body = answer.json();
        assert_eq!(
            (&body["total"], &body["page"], &body["size"]),
            (&60.into(), &page.into(), &25.into())
        );
        ids.extend(answer.ids());
    }
    assert_eq!(ids, account.ids());
    assert_eq!(
        get(&account, "").ids(),
        ids[..25],
        "page 1 and size 25 are the defaults"
    );
    let beyond = get(&account, "page=4&size=25");
    assert!(beyond.ids().is_empty());
    assert_eq!(beyond.json()["total"], 60);
}

#[test]
fn total_counts_what_matches() {
    for (meaning, test) in [
        (
            None,
            (|status| status == Status::Active) as fn(Status) -> bool,
        ),
        (Some("active_only_means_enabled"), |status| {
            matches!(status, Status::Active | Status::Suspended)
        }),
        (Some("active_only_means_is_active"), |status| {
            matches!(status, Status::Active | Status::Other)
        }),
    ] {
        let account = Account::vobiz("main").population(60, 5);
        let (_simulator, account) = one(meaning.into_iter().fold(account, Account::knob));
        let other = account.ids()[7].clone();
        account.population(|p| assert!(p.set_status(&other, Status::Other)));
        let matching: Vec<String> = account.population(|p| {
            p.ids()
                .into_iter()
                .filter(|id| test(p.status(id).unwrap()))
                .collect()
        });
        let answer = get(&account, "size=100&active_only=true");
        assert_eq!(answer.ids(), matching);
        assert_eq!(answer.json()["total"], matching.len());
        assert_eq!(get(&account, "size=100&active_only=false").ids().len(), 60);
    }
}

#[test]
fn a_clamp_may_be_hidden() {
    let (_simulator, account) = one(Account::vobiz("silent")
        .population(60, 5)
        .max_page_size(20)
        .hides_clamp());
    let answer = get(&account, "page=2&size=50");
    assert_eq!(answer.ids(), account.ids()[20..40]);
    assert_eq!(answer.json()["size"], 50);
}

#[test]
fn records_have_a_date_and_instants_and_a_token() {
    let (_simulator, account) = one(Account::vobiz("main").population(1, 5));
    let record = get(&account, "").json()["sub_accounts"][0].clone();
    assert_eq!(
        record["created"].as_str().unwrap().len(),
        "2026-03-25".len()
    );
    assert!(record["created_at"].as_str().unwrap().ends_with('Z'));
    assert_eq!(record["auth_token"], "<redacted>");
    let (_simulator, account) = one(Account::vobiz("main")
        .population(1, 5)
        .knob("shows_auth_tokens"));
    assert_eq!(
        get(&account, "").json()["sub_accounts"][0]["auth_token"]
            .as_str()
            .unwrap()
            .len(),
        32
    );
}

#[test]
fn refuses_bad_parameters() {
    let (_simulator, account) = one(Account::vobiz("main").population(3, 5));
    for query in ["page=0", "page=-1", "size=x", "active_only=yes"] {
        let answer = get(&account, query);
        assert_eq!(answer.status, 422, "{query}");
        assert_eq!(answer.json()["status"], "error");
        assert_eq!(answer.json()["error"]["code"], "VALIDATION_ERROR");
    }
}

#[test]
fn the_path_of_another_account_is_a_403() {
    let (_simulator, account) = one(Account::vobiz("main"));
    let own = account.credential("auth_id");
    let call = |id: &str| {
        let url = account.list_url().replace(&own, id);
        call("GET", &url, &account.auth_headers()).status
    };
    assert_eq!(
        (call("MA_OTHER"), call(""), call("MA/OTHER")),
        (403, 404, 404)
    );
}

#[test]
fn errors_may_have_the_shape_of_its_sdk() {
    let (_simulator, account) = one(Account::vobiz("main").knob("sdk_errors").forbidden());
    let answer = get(&account, "");
    assert_eq!(answer.status, 403);
    assert!(answer.json()["error"].is_string() && answer.json()["api_id"].is_string());
}
