//! Paths, credentials, parameters, orders and bodies of the three list calls.

use std::collections::HashSet;

use provider_sim::{Account, ActiveOnly, Provider, Record, Simulator, Status};

use crate::client::{call, get};

fn one(account: Account) -> (Simulator, provider_sim::AccountHandle) {
    let simulator = Simulator::start([account]).unwrap();
    let handle = simulator.accounts().remove(0);
    (simulator, handle)
}

#[test]
fn omnidim_lists_everything_in_one_body() {
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
    let simulator = Simulator::demo().unwrap();
    let answer = get(&simulator.account("omnidim-demo"), "");
    assert!(answer.text().contains(r#""org_balance": 24442.6,"#));
    for account in simulator.accounts() {
        assert_eq!(get(&account, "").ids(), account.ids());
    }
}

#[test]
fn layers_walks_by_cursor_and_every_limit() {
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
                let encoded: String = form_urlencoded::byte_serialize(cursor.as_bytes()).collect();
                assert_ne!(cursor, encoded, "a cursor must be encoded");
                query = format!("limit={limit}&cursor={encoded}");
            }
            assert_eq!(ids, account.ids());
        }
    }
}

#[test]
fn layers_ends_with_null_or_nothing() {
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
fn layers_is_newest_first() {
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
fn layers_filters_by_status() {
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
fn layers_may_hide_archived_ones() {
    let (_simulator, account) = one(Account::layers("parent")
        .population(100, 3)
        .hides_archived());
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
        let cursor: String =
            form_urlencoded::byte_serialize(first["nextCursor"].as_str().unwrap().as_bytes())
                .collect();
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
fn layers_refuses_bad_parameters() {
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
fn vobiz_pages_and_echoes() {
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
fn vobiz_total_counts_what_matches() {
    for (meaning, test) in [
        (
            ActiveOnly::Both,
            (|status| status == Status::Active) as fn(Status) -> bool,
        ),
        (ActiveOnly::Enabled, |status| {
            matches!(status, Status::Active | Status::Suspended)
        }),
        (ActiveOnly::IsActive, |status| {
            matches!(status, Status::Active | Status::Other)
        }),
    ] {
        let (_simulator, account) = one(Account::vobiz("main")
            .population(60, 5)
            .active_only(meaning));
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
fn vobiz_clamps_the_size() {
    let (_simulator, account) = one(Account::vobiz("echo").population(60, 5).max_page_size(20));
    let answer = get(&account, "page=2&size=50");
    assert_eq!(answer.ids(), account.ids()[20..40]);
    assert_eq!(answer.json()["size"], 20);
    let (_simulator, account) = one(Account::vobiz("silent")
        .population(60, 5)
        .max_page_size(20)
        .hides_clamp());
    let answer = get(&account, "page=2&size=50");
    assert_eq!(answer.ids(), account.ids()[20..40]);
    assert_eq!(answer.json()["size"], 50);
}

#[test]
fn vobiz_records_have_a_date_and_instants_and_a_token() {
    let (_simulator, account) = one(Account::vobiz("main").population(1, 5));
    let record = get(&account, "").json()["sub_accounts"][0].clone();
    assert_eq!(
        record["created"].as_str().unwrap().len(),
        "2026-03-25".len()
    );
    assert!(record["created_at"].as_str().unwrap().ends_with('Z'));
    assert_eq!(record["auth_token"], "<redacted>");
    let (_simulator, account) = one(Account::vobiz("main").population(1, 5).shows_auth_tokens());
    assert_eq!(
        get(&account, "").json()["sub_accounts"][0]["auth_token"]
            .as_str()
            .unwrap()
            .len(),
        32
    );
}

#[test]
fn vobiz_refuses_bad_parameters() {
    let (_simulator, account) = one(Account::vobiz("main").population(3, 5));
    for query in ["page=0", "size=0", "page=-1", "size=x", "active_only=yes"] {
        let answer = get(&account, query);
        assert_eq!(answer.status, 422, "{query}");
        assert_eq!(answer.json()["status"], "error");
        assert_eq!(answer.json()["error"]["code"], "VALIDATION_ERROR");
    }
}

#[test]
fn casing_and_slash_matter() {
    let simulator = Simulator::demo().unwrap();
    for account in simulator.accounts() {
        let url = account.list_url();
        let wrong = match account.provider().name() {
            "vobiz" => vec![
                url.trim_end_matches('/').to_owned(),
                url.replace("accounts", "Account"),
                url.replace("sub-accounts", "Sub-Accounts"),
                url.replace("/api/v1", "/v1"),
            ],
            _ => vec![
                format!("{url}/"),
                url.replace("organizations", "Organizations"),
            ],
        };
        for url in wrong {
            let answer = call("GET", &url, &account.auth_headers());
            assert_eq!(answer.status, 404, "{url}");
            assert!(answer.json().get("error").is_some());
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
fn wrong_credentials_are_a_401_in_the_providers_shape() {
    let simulator = Simulator::demo().unwrap();
    for account in simulator.accounts() {
        let wrong: Vec<_> = account
            .auth_headers()
            .into_iter()
            .map(|(name, value)| (name, format!("{value}x")))
            .collect();
        for headers in [wrong, Vec::new()] {
            let answer = call("GET", &account.list_url(), &headers);
            assert_eq!(answer.status, 401);
            let body = answer.json();
            match account.provider().name() {
                "omnidim" => {
                    assert!(body["error"].is_string() && body["error_description"].is_string())
                }
                "layers" => assert_eq!(body["error"]["code"], "UNAUTHENTICATED"),
                _ => assert_eq!(body["error"]["code"], "UNAUTHORIZED"),
            }
        }
    }
}

#[test]
fn vobiz_needs_both_headers_and_its_own_path() {
    let simulator = Simulator::start([Account::vobiz("one"), Account::vobiz("two")]).unwrap();
    let (one, two) = (simulator.account("one"), simulator.account("two"));
    assert_eq!(
        call("GET", &one.list_url(), &one.auth_headers()[..1]).status,
        401
    );
    assert_eq!(
        call("GET", &one.list_url(), &one.auth_headers()[1..]).status,
        401
    );
    let other = one
        .list_url()
        .replace(&one.credential("auth_id"), "MA_OTHER");
    assert_eq!(call("GET", &other, &one.auth_headers()).status, 403);
    assert_eq!(
        call("GET", &two.list_url(), &one.auth_headers()).status,
        401
    );
    assert_eq!(
        call("GET", &one.list_url(), &one.auth_headers()).status,
        200
    );
}

#[test]
fn vobiz_errors_may_have_the_shape_of_its_sdk() {
    let (_simulator, account) = one(Account::vobiz("main").sdk_errors().forbidden());
    let answer = get(&account, "");
    assert_eq!(answer.status, 403);
    assert!(answer.json()["error"].is_string() && answer.json()["api_id"].is_string());
}

#[test]
fn forbidden_credentials_are_a_403() {
    for &provider in Provider::ALL {
        let (_simulator, account) =
            one(Account::new(provider, "poor").population(3, 1).forbidden());
        let answer = get(&account, "");
        assert_eq!(answer.status, 403);
        let body = answer.json();
        match provider.name() {
            "omnidim" => assert!(body["error"].is_string() && body["message"].is_string()),
            "layers" => assert_eq!(body["error"]["code"], "FORBIDDEN_SCOPE"),
            _ => assert_eq!(body["error"]["code"], "FORBIDDEN"),
        }
    }
}

#[test]
fn accounts_of_one_server_have_their_own_tenants() {
    let simulator = Simulator::start([
        Account::layers("a").population(3, 1),
        Account::layers("b").population(3, 1),
        Account::omnidim("c")
            .population(2, 1)
            .credential("api_key", "key"),
    ])
    .unwrap();
    let (a, b) = (
        get(&simulator.account("a"), "").ids(),
        get(&simulator.account("b"), "").ids(),
    );
    assert!(a.iter().all(|id| !b.contains(id)));
    let answer = call(
        "GET",
        &simulator.account("c").list_url(),
        &[("authorization", "Bearer key".into())],
    );
    assert_eq!(answer.ids().len(), 2);
}

#[test]
fn the_same_name_twice_is_refused() {
    assert!(Simulator::start([Account::layers("a"), Account::vobiz("a")]).is_err());
}
