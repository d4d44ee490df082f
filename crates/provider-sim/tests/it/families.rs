//! Every family of paging, at imaginary providers that differ in nothing else.

use provider_sim::{Account, AccountHandle, Fault, Page, Paging, Provider};
use serde_json::Value;

use crate::client::{Answer, call, encode, get, one};
use crate::imaginary::{Imaginary, SIZE};

/// Walks 10 tenants in pages of 4 by the query that `next` takes from an answer, and returns the pages' lengths.
#[track_caller]
fn walk(rules: &'static Imaginary, next: impl Fn(&Answer) -> Option<String>) -> Vec<usize> {
    let (_simulator, account) = one(Account::new(Provider::new(rules), "a").population(10, 1));
    let (mut ids, mut lengths) = (Vec::new(), Vec::new());
    let mut url = account.list_url();
    loop {
        let answer = call("GET", &url, &account.auth_headers());
        ids.extend(answer.ids());
        lengths.push(answer.ids().len());
        match next(&answer) {
            Some(next) if next.starts_with("http") => url = next,
            Some(next) if next.starts_with('/') => url = account.base_url() + &next,
            Some(query) => url = format!("{}?{query}", account.list_url()),
            None => break,
        }
    }
    assert_eq!(ids, account.ids());
    lengths
}

fn member(answer: &Answer, name: &str) -> Value {
    answer.json()[name].clone()
}

#[test]
fn numbers_may_count_from_zero() {
    static RULES: Imaginary = Imaginary {
        paging: Paging::Numbers {
            page: "page",
            first: 0,
            size: SIZE,
        },
        page: |_, listed| {
            let page = Page::object().with_total("count", listed.total);
            page.with("page", listed.page).with_list("things")
        },
    };
    let next = |answer: &Answer| {
        let page = member(answer, "page").as_u64().unwrap();
        (!answer.ids().is_empty()).then(|| format!("page={}", page + 1))
    };
    assert_eq!(walk(&RULES, next), [4, 4, 2, 0]);
}

#[test]
fn an_offset_in_a_bare_array_is_followed_by_a_link_header() {
    static RULES: Imaginary = Imaginary {
        paging: Paging::Offset {
            offset: "offset",
            size: SIZE,
        },
        page: |parent, listed| match &listed.next_path {
            Some(path) => {
                let link = format!("<{}{path}>; rel=\"next\"", parent.origin());
                Page::array().with_header("Link", link)
            }
            None => Page::array(),
        },
    };
    let next = |answer: &Answer| {
        let link = answer.header("link")?;
        Some(link.split(['<', '>']).nth(1)?.to_owned())
    };
    assert_eq!(walk(&RULES, next), [4, 4, 2]);
    let (_simulator, account) = one(Account::new(Provider::new(&RULES), "a").population(10, 1));
    assert_eq!(get(&account, "offset=3&size=2").ids(), account.ids()[3..5]);
    assert!(get(&account, "offset=10").ids().is_empty());
    let refused = get(&account, "offset=-1");
    assert_eq!(
        (refused.status, refused.header("content-type")),
        (422, Some("text/plain"))
    );
}

#[test]
fn a_token_may_be_part_of_a_relative_address() {
    static RULES: Imaginary = Imaginary {
        paging: Paging::Token {
            token: "after token",
            size: SIZE,
        },
        page: |_, listed| {
            let page = Page::object().with("meta", format!(r#"{{"things":[{}]}}"#, Page::LIST));
            page.with_next_address("next_page_uri", listed.next_path.as_deref())
        },
    };
    let (_simulator, account) = one(Account::new(Provider::new(&RULES), "a").population(10, 1));
    let first = get(&account, "size=6&note=a%26b").json();
    assert_eq!(first["meta"]["things"].as_array().unwrap().len(), 6);
    let next = first["next_page_uri"].as_str().unwrap();
    assert!(
        next.starts_with("/things?size=6&note=a%26b&after+token="),
        "{next}"
    );
    let url = account.base_url() + next;
    let second = call("GET", &url, &account.auth_headers()).json();
    assert_eq!(second["meta"]["things"].as_array().unwrap().len(), 4);
    assert_eq!(second["next_page_uri"], Value::Null);

    account.fault(.., Fault::next_cursor_to(4));
    let next = get(&account, "size=6").json()["next_page_uri"].clone();
    let url = account.base_url() + next.as_str().unwrap();
    account.clear_faults();
    let third = call("GET", &url, &account.auth_headers()).json();
    assert_eq!(third["meta"]["things"][0]["id"], account.ids()[4]);
}

#[test]
fn a_keyset_continues_after_the_last_identity_and_refuses_one_that_is_gone() {
    static RULES: Imaginary = Imaginary {
        paging: Paging::Keyset {
            after: "starting_after",
            size: SIZE,
        },
        page: |_, listed| {
            let page = Page::object().with_list("data");
            page.with("has_more", listed.next.is_some())
        },
    };
    let next = |answer: &Answer| {
        let last = answer.ids().pop()?;
        (member(answer, "has_more") == true).then(|| format!("starting_after={}", encode(&last)))
    };
    assert_eq!(walk(&RULES, next), [4, 4, 2]);
    let (_simulator, account) = one(Account::new(Provider::new(&RULES), "a").population(10, 1));
    let last = account.ids()[3].clone();
    assert!(account.delete(&last));
    assert_eq!(get(&account, &format!("starting_after={last}")).status, 422);
}

#[test]
fn page_sizes_are_defaulted_refused_and_clamped() {
    for provider in Provider::ALL {
        let (page_size, numbers) = match provider.paging() {
            Paging::Numbers { size, .. } => (size, true),
            Paging::Token { size, .. } => (size, false),
            _ => continue,
        };
        let account = Account::new(*provider, "a").population(300, 5);
        let (_simulator, account) = one(account);
        let assert_page = |account: &AccountHandle, answer: &Answer, size: usize| {
            let ids = answer.ids();
            assert_eq!(ids, account.ids()[..ids.len()]);
            assert_eq!(answer.records().len(), size);
        };
        assert_page(&account, &get(&account, ""), page_size.default);
        let name = page_size.parameter;
        let beyond = page_size.max.map(|max| format!("{name}={}", max + 1));
        let bad = ["0", "-1", "x", ""].map(|text| format!("{name}={text}"));
        for query in bad.into_iter().chain(beyond) {
            let status = get(&account, &query).status;
            assert_eq!(status, provider.invalid_status(), "{query}");
        }
        let account = Account::new(*provider, "a").population(300, 5);
        let (_simulator, account) = one(account.max_page_size(20).default_page_size(7));
        assert_page(&account, &get(&account, ""), 7);
        let clamped = get(&account, &format!("{name}=50"));
        assert_page(&account, &clamped, 20);
        let body = clamped.json();
        let mut stated = fields(&body);
        assert!(!numbers || stated.any(|value| *value == 20));
    }
}

/// The fields of an envelope and of the objects in it.
fn fields(envelope: &Value) -> impl Iterator<Item = &Value> {
    let top = envelope
        .as_object()
        .into_iter()
        .flat_map(serde_json::Map::values);
    top.flat_map(|value| {
        let inside = value
            .as_object()
            .into_iter()
            .flat_map(serde_json::Map::values);
        inside.chain([value])
    })
}
