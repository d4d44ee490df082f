//! Accounts that fail, and what is said of them.

use std::io::{Read, Write};
use std::net::TcpListener;

use provider_sim::{Account, Fault, Provider, Record};
use tenancy::providers;

use crate::sandbox::*;

/// An account at every provider.
fn everywhere() -> Vec<Account> {
    let account = |provider: &Provider| Account::new(*provider, provider.name());
    Provider::ALL.iter().map(account).collect()
}

#[test]
fn a_wrong_key() {
    let (_simulator, mut sandbox) = serve(everywhere());
    for provider in providers::ALL {
        for field in provider.credentials.iter().filter(|field| field.secret) {
            let variable = format!("{}_{}", provider.name, field.key).to_uppercase();
            let variable = variable.replace('-', "_");
            sandbox = sandbox.with(&variable, "sk-wrong");
        }
    }
    let ran = sandbox.run(&CONFIG);
    assert_eq!(ran.code, Some(1));
    let said = ran.stderr.matches("401").count();
    assert_eq!(
        said,
        Provider::ALL.len(),
        "each is said once: {}",
        ran.stderr
    );
    insta::assert_snapshot!("wrong_key", without_request_ids(&ran.stderr));
}

#[test]
fn a_key_without_scope() {
    let (_simulator, sandbox) = serve(everywhere().into_iter().map(Account::forbidden));
    let ran = sandbox.run(&list(&["--report", "r.json"]));
    assert_eq!(ran.code, Some(1));
    let said = ran.stderr.matches("403").count();
    assert_eq!(
        said,
        Provider::ALL.len(),
        "each is said once: {}",
        ran.stderr
    );
    insta::assert_snapshot!("no_scope", without_request_ids(&ran.stderr));
    assert_eq!(sandbox.report()["complete"], false);
}

/// The same text whichever request came first.
fn without_request_ids(text: &str) -> String {
    let mut parts = text.split("req_");
    let mut shown = parts.next().unwrap().to_owned();
    for part in parts {
        shown.push_str("req_N");
        shown.push_str(part.trim_start_matches(|character: char| character.is_ascii_digit()));
    }
    shown
}

#[test]
fn an_unreachable_host() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let base_url = format!("http://127.0.0.1:{port}");
    let configuration = key_account("agency", &base_url, "{ env = \"K\" }");
    let ran = Sandbox::configured(&configuration)
        .with("K", "sk-1")
        .run(&list(&["--max-retries", "0"]));
    insta::assert_snapshot!("unreachable", without_port(&ran.shown(), port));
    assert_eq!(ran.code, Some(1));
}

#[test]
fn a_proxy_that_refuses_is_named_and_a_malformed_one_is_not_bypassed() {
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = proxy.local_addr().unwrap();
    std::thread::spawn(move || {
        for mut stream in proxy.incoming().flatten() {
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(b"HTTP/1.1 403 Forbidden\r\n\r\n");
        }
    });
    let configuration = key_account("agency", "https://api.example.invalid", "{ env = \"K\" }");
    let run = |value: &str| {
        Sandbox::configured(&configuration)
            .with("K", "sk-1")
            .with("HTTPS_PROXY", value)
            .run(&list(&["--max-retries", "0"]))
            .stderr
    };
    let refused = run(&format!("http://user:hidden@{address}"));
    let named = format!(
        "no connection to https://api.example.invalid through the proxy http://{address}: "
    );
    assert!(refused.contains(&named), "{refused}");
    let malformed = run("http//user:hidden@proxy:3128");
    assert!(
        malformed.contains("HTTPS_PROXY is not the address of a proxy"),
        "{malformed}"
    );
    assert!(!refused.contains("hidden") && !malformed.contains("hidden"));
}

#[test]
fn what_is_missing_of_some_accounts_is_said_once_and_the_others_are_listed() {
    let broken = numbered("broken")
        .population(150, 1)
        .fault(2.., Fault::status(500));
    let (_simulator, sandbox) = serve([
        cursors("fine").population(4, 1),
        broken,
        one_body("no").forbidden(),
    ]);
    let ran = sandbox.run(&list(&["--max-retries", "1", "--report", "r.json"]));
    assert_eq!((ran.code, ran.tenants().len()), (Some(3), 104));
    insta::assert_snapshot!("listed_in_part", without_request_ids(&ran.stderr));
    let tenants: Vec<_> = sandbox.report()["sources"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["tenants"].clone())
        .collect();
    assert_eq!(tenants, [4, 100, 0]);
}

#[test]
fn a_status_that_no_tenant_has_is_answered_with_those_that_were_seen() {
    let (_simulator, sandbox) = serve([numbered("agency").population(60, 1)]);
    let ran = sandbox.run(&list(&["--status", "activ"]));
    let line = format!(
        "agency ({}): 0 tenants, complete; the statuses seen are active, suspended\n0 tenants match\n",
        numbered_provider().name()
    );
    assert_eq!((ran.code, ran.stderr), (Some(0), line));
    let found = sandbox.run(&list(&["--status", "active"]));
    assert!(!found.stderr.contains("seen"), "{}", found.stderr);
}

#[test]
fn records_that_cannot_be_read_are_named_and_the_others_are_listed() {
    let records = [
        r#"{"auth_id": "SA_1", "name": "One"}"#,
        r#"{"auth_id": {"no": "id"}, "auth_token": "sk-secret"}"#,
        "[]",
    ];
    let (_simulator, sandbox) = serve([numbered("agency").records(records.map(Record::raw))]);
    let ran = sandbox.run(&CONFIG);
    assert_eq!(ran.ids(), ["SA_1"]);
    insta::assert_snapshot!("unreadable_records", ran.shown());
}
