//! `tenancy report` as its readers meet it: what it says, that it says the same in each format, and that nothing in it acts.
#![allow(clippy::unwrap_used, reason = "the helpers of tests are tests")]

mod browser;
mod harmless;
mod history;
#[allow(dead_code, reason = "shared with the command's other tests")]
#[path = "../support/sandbox.rs"]
mod sandbox;

use std::fs;

use serde_json::{Value, json};

use history::{Account, History};
use sandbox::{Ran, Sandbox};

const AGENCY: Account = ("vobiz", "agency-eu");
const BRANDS: Account = ("stripe", "brands");

fn report(sandbox: &Sandbox, more: &[&str]) -> Ran {
    sandbox.run(&[&["report", "t.db"], more].concat())
}

fn tenant(id: &str, name: &str, status: &str) -> Value {
    json!({ "id": id, "name": name, "status": status })
}

/// Three nights of two accounts. The second one fails in the last night.
fn three_nights() -> Sandbox {
    let sandbox = Sandbox::new();
    let mut history = History::create(&sandbox.path("t.db"));
    let balance = |amount: &str, currency: &str| json!({ "id": amount, "name": currency, "balance": { "amount": amount, "currency": currency } });
    let acme = tenant("1", "Acme", "active");
    let beta = tenant("2", "Beta", "active");
    let brands = [
        balance("-3.10", "€"),
        balance("9.99999999999999999999", "$"),
        balance("10.00", "$"),
    ];
    let none = json!({});
    history.night(1);
    history.list(AGENCY, &[acme.clone(), beta.clone()], &none);
    history.list(BRANDS, &brands, &json!({ "certainty": "agreed" }));
    history.night(2);
    let new = [
        tenant("3", "Gamma", "active"),
        tenant("4", "Delta", "suspended"),
    ];
    history.list(
        AGENCY,
        &[std::slice::from_ref(&acme), &new[..]].concat(),
        &none,
    );
    history.list(
        BRANDS,
        &brands[1..],
        &json!({ "drift": [{ "path": "/tax", "kind": "unknown_field", "records": 2 }] }),
    );
    history.night(3);
    let list = [
        tenant("1", "Acme Ltd.", "suspended"),
        beta,
        new[0].clone(),
        new[1].clone(),
    ];
    history.list(AGENCY, &list, &none);
    let failed = json!({ "complete": false, "certainty": "unproved", "error": "503; the provider is failing: try again later" });
    history.list(BRANDS, &brands[2..], &failed);
    sandbox
}

#[test]
fn three_nights_as_markdown() {
    let sandbox = three_nights();
    let ran = report(&sandbox, &["--format", "markdown", "--balance-below", "10"]);
    insta::assert_snapshot!("three_nights", ran.shown());
    let earlier = report(
        &sandbox,
        &[
            "--format",
            "markdown",
            "--from",
            "2026-11-01T02:00:00Z",
            "--to",
            "2026-11-03",
        ],
    );
    insta::assert_snapshot!("two_nights", earlier.shown());
}

#[test]
fn customers_that_do_not_match() {
    let sandbox = three_nights();
    fs::write(
        sandbox.path("c.csv"),
        "id,name\nC-1,ACME\nC-2,Beta\nC-9,Nobody\n",
    )
    .unwrap();
    let customers = [
        "--customers",
        "c.csv",
        "--match",
        "name~name",
        "--format",
        "markdown",
    ];
    let section = |more: &[&str]| {
        let ran = report(&sandbox, &[&customers[..], more].concat());
        let (_, rest) = ran.stdout.split_once("## Customers\n\n").unwrap();
        rest.split_once("\n\n## ").unwrap().0.to_owned()
    };
    let (incomplete, complete) = (section(&[]), section(&["--to", "2026-11-02T02:00:00Z"]));
    insta::assert_snapshot!("customers", format!("{incomplete}\n\n{complete}"));
    let without = report(&sandbox, &customers[..2]);
    assert_eq!(without.code, Some(2), "{}", without.stderr);
}

#[test]
fn every_format_says_the_same() {
    let sandbox = three_nights();
    let [html, markdown] = ["html", "markdown"]
        .map(|format| report(&sandbox, &["--balance-below", "10", "--format", format]));
    let words = |text: &str| -> Vec<String> {
        let words = text
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty());
        words.map(str::to_owned).collect()
    };
    // Where HTML has a chart, Markdown has numbers.
    let (before, chart) = markdown.stdout.split_once("## Tenants over time").unwrap();
    let (_, after) = chart.split_once("## Accounts").unwrap();
    let page = words(&harmless::text(&html.stdout));
    for word in words(before).into_iter().chain(words(after)) {
        assert!(page.contains(&word), "{word}");
    }
    assert_eq!((html.code, html.stderr), (markdown.code, markdown.stderr));
}

#[test]
fn what_is_not_shown_is_counted() {
    let sandbox = three_nights();
    for format in ["html", "markdown"] {
        let ran = report(&sandbox, &["--rows", "1", "--format", format]);
        assert!(ran.stdout.contains("and 2 more"), "{}", ran.stdout);
        assert!(
            !ran.stdout.contains("Delta")
                && !ran
                    .stdout
                    .contains("agency-eu</bdi></td><td role=\"cell\" data-column=\"provider\"")
        );
    }
}

#[test]
fn a_page_replaces_another_only_when_it_is_done() {
    let sandbox = three_nights();
    fs::write(sandbox.path("r.html"), "before").unwrap();
    let read = || fs::read_to_string(sandbox.path("r.html")).unwrap();
    for (arguments, why) in [
        (
            &["--from", "yesterday"][..],
            "it is not a time: write, for example, 2026-11-01",
        ),
        (
            &["--from", "2026-12-01"],
            "the period begins at 2026-12-01T00:00:00Z, after its end at 2026-11-03T02:00:00Z",
        ),
        (
            &["--to", "2026-10-01"],
            "its history starts at 2026-11-01T02:00:00Z",
        ),
        (
            &["--balance-below", "ten"],
            "it is not a number: write, for example, 10",
        ),
    ] {
        let ran = report(&sandbox, &[arguments, &["-o", "r.html"]].concat());
        assert_eq!(
            (ran.code, read().as_str()),
            (Some(2), "before"),
            "{}",
            ran.stderr
        );
        assert!(ran.stderr.contains(why), "{}", ran.stderr);
    }
    let nowhere = sandbox.run(&["report", "none.db", "-o", "r.html"]);
    assert_eq!(
        (nowhere.code, read().as_str()),
        (Some(2), "before"),
        "{}",
        nowhere.stderr
    );
    assert!(
        !sandbox.path("none.db").exists(),
        "a report creates no database"
    );
    let ran = report(&sandbox, &["-o", "r.html", "--quiet"]);
    assert_eq!(
        (ran.code, ran.stdout.as_str(), ran.stderr.as_str()),
        (Some(3), "", "")
    );
    assert!(read().starts_with("<!DOCTYPE html>"));
}

#[test]
fn an_account_without_a_list_leaves_the_report_in_doubt() {
    let sandbox = Sandbox::new();
    let path = sandbox.path("t.db");
    let mut history = History::create(&path);
    history.night(1);
    history.list(AGENCY, &[tenant("1", "Acme", "active")], &json!({}));
    let markdown = ["--output", "r.md", "--quiet"];
    assert_eq!(report(&sandbox, &markdown).code, Some(0));
    // Its first sync is killed.
    let database = rusqlite::Connection::open(path).unwrap();
    let claimed = "INSERT INTO accounts (provider, account) VALUES ('vobiz', 'slow')";
    database.execute_batch(claimed).unwrap();
    assert_eq!(report(&sandbox, &markdown).code, Some(3));
    let text = fs::read_to_string(sandbox.path("r.md")).unwrap();
    assert!(
        text.contains("No list was recorded of slow (vobiz)."),
        "{text}"
    );
}

#[test]
fn the_files_that_it_reads_are_not_replaced() {
    let sandbox = three_nights();
    fs::write(sandbox.path("c.csv"), "id\n1\n").unwrap();
    fs::write(sandbox.path("pins.csv"), "provider,account,id,customer\n").unwrap();
    for file in ["c.csv", "./pins.csv", "t.db"] {
        let ran = report(
            &sandbox,
            &[
                "--customers",
                "c.csv",
                "--match",
                "id=id",
                "--pins",
                "pins.csv",
                "-o",
                file,
            ],
        );
        assert_eq!(ran.code, Some(2), "{file}: {}", ran.stderr);
    }
    assert_eq!(
        fs::read_to_string(sandbox.path("c.csv")).unwrap(),
        "id\n1\n"
    );
}
