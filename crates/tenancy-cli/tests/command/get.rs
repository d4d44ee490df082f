//! `get`: tenants by ID or alias, and when one may be said not to exist.

use provider_sim::{Fault, Record, When};

use crate::sandbox::*;

const GET: [&str; 3] = ["get", "--config", "tenancy.toml"];

fn get<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&GET, more].concat()
}

fn every_request() -> When {
    When::matching(|_| true)
}

/// The exit code of a run that found nothing, and its errors.
fn absent(ran: &Ran) -> (Option<i32>, &str) {
    assert_eq!(ran.stdout, "");
    let start = ran.stderr.find("warning: ").or(ran.stderr.find("error: "));
    (ran.code, &ran.stderr[start.unwrap()..])
}

#[test]
fn every_tenant_with_the_id_is_found_and_every_list_is_read_to_its_end() {
    let account = |name: &str, other: &str| {
        let record = |id: String| {
            let record = serde_json::json!({ "auth_id": id, "name": name, "created": "2026-01-01T00:00:00Z" });
            Record::raw(record.to_string())
        };
        let shared = [record("SHARED".to_owned())];
        numbered(name).records(
            shared
                .into_iter()
                .chain((1..250).map(|id| record(format!("{other}{id}")))),
        )
    };
    let (simulator, sandbox) = serve([account("agency", "A"), account("brands", "B")]);
    let ran = sandbox.run(&get(&["SHARED"]));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    let mut accounts: Vec<_> = ran
        .tenants()
        .iter()
        .map(|tenant| tenant["account"].to_string())
        .collect();
    accounts.sort();
    assert_eq!(accounts, ["\"agency\"", "\"brands\""]);
    assert!(
        ran.stderr.ends_with("\n2 of 500 tenants match\n"),
        "{}",
        ran.stderr
    );
    for name in ["agency", "brands"] {
        let pages = simulator.account(name).requests().len();
        assert!(pages >= 3, "{name}: {pages}");
    }
    let ran = sandbox.run(&get(&[
        "B7",
        "--format",
        "csv",
        "--columns",
        "account,id",
        "--quiet",
    ]));
    assert_eq!(
        (ran.stdout.as_str(), ran.stderr.as_str()),
        ("account,id\nbrands,B7\n", "")
    );
    // Part of an ID is no ID.
    assert_eq!(absent(&sandbox.run(&get(&["B", "--quiet"]))).0, Some(1));
}

#[test]
fn a_tenant_is_found_by_its_alias() {
    let demo = Sandbox::new().run(&["list", "--demo", "--quiet"]).tenants();
    let tenant = demo
        .iter()
        .find(|tenant| tenant["aliases"].is_array())
        .unwrap();
    let alias = tenant["aliases"][0].as_str().unwrap();
    let ran = Sandbox::new().run(&["get", "--demo", alias]);
    assert_eq!((ran.code, ran.tenants()), (Some(0), vec![tenant.clone()]));
}

#[test]
fn absence_is_certain_only_if_each_list_is() {
    let (simulator, sandbox) = serve([
        numbered("agency").population(300, 1),
        cursors("brands").population(20, 2),
    ]);
    let ran = sandbox.run(&get(&["nobody"]));
    assert_eq!(
        absent(&ran),
        (
            Some(1),
            "error: no listed tenant has the ID or alias `nobody`\n"
        )
    );

    let agency = simulator.account("agency");
    let provider = numbered_provider().name();
    agency.fault(When::query("page", "2"), Fault::status(403));
    let ran = sandbox.run(&get(&["nobody", "--concurrency", "1"]));
    let doubt = format!(
        "warning: the list of agency ({provider}) is incomplete\n\
         error: no tenant with the ID or alias `nobody` was found, but one may exist\n"
    );
    let (code, stderr) = absent(&ran);
    assert_eq!(code, Some(3));
    assert!(stderr.ends_with(&doubt), "{stderr}");
    let found = sandbox.run(&get(&[&agency.ids()[0], "--concurrency", "1"]));
    assert_eq!((found.code, found.ids().len()), (Some(0), 1));

    // Nothing could be listed.
    agency.clear_faults();
    agency.fault(every_request(), Fault::status(403));
    simulator
        .account("brands")
        .fault(every_request(), Fault::status(403));
    assert_eq!(absent(&sandbox.run(&get(&["nobody"]))).0, Some(3));
}

#[test]
fn an_assumed_list_is_no_proof_of_absence() {
    let (_simulator, sandbox) = serve([cursors("brands").population(250, 2)]);
    let ran = sandbox.run(&get(&["nobody"]));
    let (code, stderr) = absent(&ran);
    assert_eq!(code, Some(3));
    assert!(
        stderr.contains("is only assumed to be complete; --verify may confirm it\n"),
        "{stderr}"
    );
    assert_eq!(
        absent(&sandbox.run(&get(&["nobody", "--verify"]))).0,
        Some(1)
    );
}

#[test]
fn a_database_and_a_file_are_searched_without_a_request() {
    let (simulator, sandbox) = serve([numbered("agency").population(5, 1)]);
    let agency = simulator.account("agency");
    let deleted = agency.ids()[2].clone();
    for arguments in [
        &["list", "--config", "tenancy.toml", "--output", "t.ndjson"][..],
        &["sync", "--config", "tenancy.toml", "--to", "t.db"],
    ] {
        assert_eq!(sandbox.run(arguments).code, Some(0));
    }
    agency.delete(&deleted);
    assert_eq!(
        sandbox
            .run(&["sync", "--config", "tenancy.toml", "--to", "t.db"])
            .code,
        Some(0)
    );
    simulator.forget_requests();
    let from = |from: &str, id: &str| sandbox.run(&["get", id, "--from", from]);
    for place in ["t.ndjson", "t.db@run:1"] {
        let ran = from(place, &deleted);
        assert_eq!(
            (ran.code, ran.ids()),
            (Some(0), vec![deleted.clone()]),
            "{place}"
        );
    }
    let gone = format!("error: no listed tenant has the ID or alias `{deleted}`\n");
    assert_eq!(absent(&from("t.db", &deleted)), (Some(1), gone.as_str()));
    let (code, stderr) = (
        from("t.ndjson", "nobody").code,
        from("t.ndjson", "nobody").stderr,
    );
    assert_eq!(code, Some(3));
    assert!(
        stderr.starts_with("warning: t.ndjson does not say whether it is complete\n"),
        "{stderr}"
    );
    assert_eq!(agency.requests().len(), 0);
    let query = |query: &str| {
        let ran = sandbox.run(&["get", &deleted, "--from", "t.ndjson", "--query", query]);
        (ran.code, ran.stdout)
    };
    assert_eq!(query(".id"), (Some(0), format!("\"{deleted}\"\n")));
    assert_eq!(query(".id.x"), (Some(3), String::new()));

    let excluded = agency.ids()[0].clone();
    let exclude = format!("id={excluded}");
    let sync = [
        "sync",
        "--config",
        "tenancy.toml",
        "--to",
        "less.db",
        "--exclude",
        &exclude,
    ];
    assert_eq!(sandbox.run(&sync).code, Some(0));
    let ran = from("less.db", &excluded);
    let (code, stderr) = absent(&ran);
    assert_eq!(code, Some(3));
    assert!(
        stderr.contains(": tenants were excluded from the list of agency ("),
        "{stderr}"
    );

    agency.fault(every_request(), Fault::status(403));
    assert_eq!(
        sandbox
            .run(&["sync", "--config", "tenancy.toml", "--to", "t.db"])
            .code,
        Some(1)
    );
    assert_eq!(absent(&from("t.db", "nobody")).0, Some(3));
    assert_eq!(
        sandbox
            .run(&["sync", "--config", "tenancy.toml", "--to", "new.db"])
            .code,
        Some(1)
    );
    assert_eq!(absent(&from("new.db", "nobody")).0, Some(3));
    assert_eq!(from("nowhere.db", "nobody").code, Some(2));
}
