//! Layers: its parameters, tokens, records and errors.

use std::collections::HashSet;

use provider_sim::{Account, Fault, Simulator, Status};

use crate::client::{encode, get, one};

#[test]
fn walks_by_cursor_and_every_limit() {
    for limit in ["1", "7", "25", "200"] {
        for knobs in [
            |account: Account| account,
            Account::key_cursors,
            Account::omits_last_cursor,
        ] {
            let (_simulator, account) = one(knobs(Account::layers("parent").population(40, 3)));
            let mut ids = Vec::new();
            let mut query = format!("limit={limit}");
            loop {
                let answer = get(&account, &query);
                ids.extend(answer.ids());
                assert!(answer.json().get("total").is_none());
                let body = answer.json();
                let Some(cursor) = body["nextCursor"].as_str() else {
                    break;
                };
                let encoded = encode(cursor);
                assert_ne!(cursor, encoded, "a cursor must be encoded");
                query = format!("limit={limit}&cursor={encoded}");
            }
            assert_eq!(ids, account.ids());
        }
    }
}

#[test]
fn ends_with_null_or_nothing() {
    let (_simulator, account) = one(Account::layers("null").population(3, 3));
    assert_eq!(
        get(&account, "").json().get("nextCursor"),
        Some(&serde_json::Value::Null)
    );
    let (_simulator, account) = one(Account::layers("absent")
        .population(3, 3)
        .omits_last_cursor());
    assert_eq!(get(&account, "").json().get("nextCursor"), None);
}

#[test]
fn is_newest_first() {
    let (_simulator, account) = one(Account::layers("parent").population(50, 3));
    let body = get(&account, "limit=50").json();
    let created: Vec<_> = body["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["createdAt"].as_str().unwrap().to_owned())
        .collect();
    assert!(
        created.is_sorted_by(|newer, older| newer > older),
        "{created:?}"
    );
}

#[test]
fn filters_by_status() {
    let (_simulator, account) = one(Account::layers("parent")
        .population(100, 3)
        .default_page_size(100));
    let mut seen = HashSet::new();
    for status in ["active", "suspended", "archived"] {
        let body = get(&account, &format!("status={status}")).json();
        let items = body["items"].as_array().unwrap();
        assert!(!items.is_empty() && items.iter().all(|item| item["status"] == status));
        assert_eq!(status == "archived", items[0]["archivedAt"].is_string());
        seen.extend(
            items
                .iter()
                .map(|item| item["id"].as_str().unwrap().to_owned()),
        );
    }
    assert_eq!(seen, account.ids().into_iter().collect());
}

#[test]
fn may_hide_archived_ones() {
    let (_simulator, account) = one(Account::layers("parent")
        .population(100, 3)
        .hides(Status::Archived));
    let hidden = account.population(|p| {
        p.ids()
            .iter()
            .filter(|id| p.status(id) == Some(Status::Archived))
            .count()
    });
    assert!(hidden > 0);
    assert_eq!(get(&account, "limit=200").ids().len(), 100 - hidden);
    assert_eq!(
        get(&account, "limit=200&status=archived").ids().len(),
        hidden
    );
}

#[test]
fn a_layers_cursor_may_or_may_not_remember_the_filter() {
    for (remembers, knob) in [
        (false, (|account| account) as fn(Account) -> Account),
        (true, Account::cursor_remembers_filter),
    ] {
        let (_simulator, account) = one(knob(Account::layers("parent").population(100, 3)));
        let first = get(&account, "status=active&limit=5").json();
        let cursor = encode(first["nextCursor"].as_str().unwrap());
        let second = get(&account, &format!("limit=60&cursor={cursor}")).json();
        let all_active = second["items"]
            .as_array()
            .unwrap()
            .iter()
            .all(|item| item["status"] == "active");
        assert_eq!(all_active, remembers);
    }
}

#[test]
fn refuses_bad_parameters() {
    let (_simulator, account) = one(Account::layers("parent").population(3, 3));
    for query in [
        "limit=0",
        "limit=201",
        "limit=ten",
        "limit=",
        "status=Active",
        "status=pending_review",
        "cursor=abc",
        "cursor=",
    ] {
        let answer = get(&account, query);
        assert_eq!(answer.status, 422, "{query}");
        let error = &answer.json()["error"];
        assert_eq!(error["code"], "VALIDATION");
        assert!(
            error["message"].is_string()
                && error["requestId"].as_str().unwrap().starts_with("req_")
        );
    }
}

#[test]
fn errors_name_a_code_and_the_missing_scope() {
    let (_simulator, account) = one(Account::layers("poor").forbidden());
    let error = get(&account, "").json()["error"].clone();
    assert_eq!(error["code"], "FORBIDDEN_SCOPE");
    assert_eq!(error["details"]["requiredScope"], "org:admin");
    account.fault(.., Fault::status_with_code(503, "KILL_SWITCH"));
    let answer = get(&account, "");
    let code = &answer.json()["error"]["code"];
    assert_eq!((answer.status, code), (503, &"KILL_SWITCH".into()));
}

#[test]
fn the_demo_tenants_name_their_parent() {
    let simulator = Simulator::demo().unwrap();
    let demo = simulator.account("layers-demo");
    let created = demo.create(1);
    let items = get(&demo, "").json()["items"].clone();
    let items = items.as_array().unwrap();
    assert_eq!(items[0]["id"], created[0].as_str());
    let parent = &items[0]["parentOrganizationId"];
    assert!(
        items
            .iter()
            .all(|item| item["parentOrganizationId"] == *parent)
    );
}
