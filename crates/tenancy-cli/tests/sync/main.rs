//! `tenancy sync` as a user meets it: what it says, what it records, and what becomes of it when something is in its way.
#![allow(clippy::unwrap_used, reason = "the helpers of tests are tests")]

mod changes;
#[allow(dead_code, reason = "shared with other tests")]
#[path = "../support/database.rs"]
mod database;
mod diff;
mod edit;
mod limits;
mod metrics;
#[cfg(unix)]
mod night;
#[allow(dead_code, reason = "shared with the command's other tests")]
#[path = "../support/sandbox.rs"]
mod sandbox;
mod trouble;

use std::process::Stdio;

use provider_sim::{Account, Fault, Place as Cut, Provider, Record, Simulator, Status, When};

use database::Database;
use sandbox::{Ran, Sandbox, cursors, numbered, serve, wait_for_request, wait_for_request_number};

/// `sync` to this database, with the sandbox's configuration.
fn sync(sandbox: &Sandbox, database: &Database, more: &[&str]) -> Ran {
    sync_command(sandbox, database, more)
        .output()
        .unwrap()
        .into()
}

fn sync_command(sandbox: &Sandbox, database: &Database, more: &[&str]) -> std::process::Command {
    let mut command = sandbox.command(&[&["sync", "--config", "tenancy.toml"], more].concat());
    command.env("TENANCY_DATABASE_URL", database.address());
    command
}

/// What it printed, with the same name for every database.
fn shown(ran: &Ran, database: &Database) -> String {
    let address = database.address();
    // The command does not show a password.
    let public = address.replacen(":tenancy@", "@", 1);
    ran.shown()
        .replace(&public, "DATABASE")
        .replace(&address, "DATABASE")
}

/// Runs a test on each kind of database.
fn on_each_database(test: &str, run: impl Fn(&Database)) {
    run(&Database::sqlite());
    if let Some(database) = Database::pgbouncer(test) {
        run(&database);
    }
    if let Some(database) = Database::postgres(test) {
        run(&database);
    }
}

fn agency(name: &str, tenants: u32) -> Account {
    numbered(name).population(tenants, 7)
}

#[test]
fn the_demonstration_has_a_database_of_its_own() {
    let sandbox = Sandbox::new();
    let data = sandbox.path("data").display().to_string();
    let sandbox = sandbox.with("XDG_DATA_HOME", &data);
    let first = sandbox.run(&["sync", "--demo"]);
    let second = sandbox.run(&["sync", "--demo"]);
    let folder = sandbox.path("data/tenancy");
    let database = folder.join("demo.db").display().to_string();
    for (ran, number) in [(&first, 1), (&second, 2)] {
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), ""));
        let last = format!("recorded as run {number} in {database}\n");
        assert!(ran.stderr.ends_with(&last), "{}", ran.stderr);
    }
    let unchanged = second
        .stderr
        .matches("; 0 created, 0 changed, 0 gone, 0 back, ");
    assert_eq!(unchanged.count(), provider_sim::Provider::ALL.len());
    assert!(folder.join("demo.db").exists() && !folder.join("tenants.db").exists());
    let quiet = sandbox.run(&["sync", "--demo", "--quiet"]);
    assert_eq!((quiet.code, quiet.stderr.as_str()), (Some(0), ""));
}

#[test]
fn what_changed_is_counted_and_recorded() {
    on_each_database("what changed", |database| {
        let (simulator, sandbox) = serve([agency("agency", 30)]);
        let account = simulator.account("agency");
        let first = sync(&sandbox, database, &[]);
        let ids = account.ids();
        account.delete(&ids[3]);
        account.population(|population| population.set_status(&ids[5], Status::Suspended));
        account.create(2);
        let second = sync(&sandbox, database, &[]);
        insta::assert_snapshot!(
            "sync_changed",
            format!("{}\n{}", shown(&first, database), shown(&second, database))
        );
        let mut history = database.history();
        history.retain(|line| !line.starts_with("created"));
        let expected = |what: &str, id: &str| format!("{what} agency {id} ");
        assert!(
            history.contains(&(expected("gone", &ids[3]) + " - -")),
            "{history:#?}"
        );
        assert!(
            history.contains(&(expected("changed", &ids[5]) + "/status \"active\" \"suspended\"")),
            "{history:#?}"
        );
        assert_eq!(
            database
                .state()
                .iter()
                .filter(|line| line.starts_with("gone"))
                .count(),
            1
        );
    });
}

#[test]
fn more_tenants_gone_than_is_plausible_need_a_word_of_the_operator() {
    on_each_database("max gone", |database| {
        let (simulator, sandbox) = serve([agency("agency", 30)]);
        let account = simulator.account("agency");
        assert_eq!(sync(&sandbox, database, &[]).code, Some(0));
        for id in &account.ids()[..20] {
            account.delete(id);
        }
        let withheld = sync(&sandbox, database, &["--quiet"]);
        assert_eq!(withheld.code, Some(3), "{}", withheld.stderr);
        let accepted = ["--account", "agency", "--max-gone", "100%"];
        let accepted = sync(&sandbox, database, &accepted);
        insta::assert_snapshot!(
            "sync_max_gone",
            format!(
                "{}\n{}",
                shown(&withheld, database),
                shown(&accepted, database)
            )
        );
    });
}

#[test]
fn a_list_that_breaks_off_is_recorded_and_gone_on_with() {
    on_each_database("breaking off", |database| {
        let (simulator, sandbox) = serve([agency("agency", 250)]);
        let account = simulator.account("agency");
        assert_eq!(sync(&sandbox, database, &[]).code, Some(0));
        let gone = account.ids()[200].clone();
        account.delete(&gone);
        account.fault(When::query("page", "2"), Fault::status(503));
        let broken = sync(
            &sandbox,
            database,
            &[
                "--page-size",
                "100",
                "--max-retries",
                "0",
                "--report",
                "r.json",
            ],
        );
        assert_eq!(sandbox.report()["complete"], false);
        account.clear_faults();
        let mended = sync(&sandbox, database, &["--page-size", "100"]);
        insta::assert_snapshot!(
            "sync_broken_off",
            format!("{}\n{}", shown(&broken, database), shown(&mended, database))
        );
        let history = database.history();
        let gone_lines: Vec<_> = history
            .iter()
            .filter(|line| line.starts_with("gone"))
            .collect();
        assert_eq!(gone_lines, [&format!("gone agency {gone}  - -")]);
    });
}

#[test]
fn accounts_that_are_in_no_configuration_are_named() {
    on_each_database("renamed", |database| {
        let (_simulator, sandbox) =
            serve([agency("agency", 3), cursors("brands").population(2, 1)]);
        let chosen = sync(&sandbox, database, &["--account", "agency"]);
        assert!(!chosen.stderr.contains("warning"), "{}", chosen.stderr);
        let path = sandbox.path("tenancy.toml");
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(
            &path,
            text.replace("name = \"agency\"", "name = \"renamed\""),
        )
        .unwrap();
        let ran = sync(&sandbox, database, &[]);
        let warning = format!(
            "warning: the database has tenants of agency ({}), which is not configured: they stay as they are; for an account \
             that was renamed, run `tenancy sync rename OLD NEW`, for one that was removed, `tenancy sync forget NAME`\n",
            sandbox::numbered_provider().name()
        );
        assert_eq!(ran.code, Some(0));
        assert!(ran.stderr.contains(&warning), "{}", ran.stderr);
    });
}

#[test]
fn records_that_cannot_be_read_let_nobody_go() {
    let database = Database::sqlite();
    let (simulator, sandbox) = serve([agency("agency", 12)]);
    let account = simulator.account("agency");
    sync(&sandbox, &database, &[]);
    let ids = account.ids();
    account.population(|population| population.replace(&ids[4], Record::raw("{\"auth_id\": {}}")));
    account.delete(&ids[8]);
    let ran = sync(&sandbox, &database, &[]);
    insta::assert_snapshot!("sync_unreadable", shown(&ran, &database));
    assert!(
        database
            .state()
            .iter()
            .all(|line| line.starts_with("there"))
    );
}

#[test]
fn only_a_verified_list_by_cursor_lets_tenants_go() {
    let database = Database::sqlite();
    let (simulator, sandbox) = serve([cursors("brands").population(60, 7)]);
    let account = simulator.account("brands");
    sync(&sandbox, &database, &[]);
    account.delete(&account.ids()[30]);
    let assumed = sync(&sandbox, &database, &["--page-size", "25"]);
    let verified = sync(&sandbox, &database, &["--page-size", "25", "--verify"]);
    insta::assert_snapshot!(
        "sync_cursors",
        format!(
            "{}\n{}",
            shown(&assumed, &database),
            shown(&verified, &database)
        )
    );
}

#[test]
fn nobody_is_gone_from_a_list_that_may_hide_tenants() {
    let mut providers = tenancy::providers::ALL.iter();
    let hides = providers.find(|provider| provider.capabilities.unlisted().next().is_some());
    let provider = Provider::named(hides.unwrap().name);
    let database = Database::sqlite();
    let (simulator, sandbox) = serve([Account::new(provider, "agency").population(12, 7)]);
    let account = simulator.account("agency");
    sync(&sandbox, &database, &[]);
    account.delete(&account.ids()[3]);
    let ran = sync(&sandbox, &database, &["--verify"]);
    insta::assert_snapshot!("sync_may_hide", shown(&ran, &database));
}

#[test]
fn nobody_is_gone_if_a_key_that_may_not_list_gets_the_same_empty_list() {
    let mut providers = tenancy::providers::ALL.iter();
    let empty = providers.find(|provider| provider.capabilities.empty_if_not_allowed);
    let provider = Provider::named(empty.unwrap().name);
    let database = Database::sqlite();
    let (simulator, sandbox) = serve([Account::new(provider, "platform").population(2, 7)]);
    let account = simulator.account("platform");
    sync(&sandbox, &database, &[]);
    account.ids().iter().for_each(|id| {
        account.delete(id);
    });
    let ran = sync(&sandbox, &database, &[]);
    insta::assert_snapshot!("sync_empty", shown(&ran, &database));
}

#[test]
fn one_account_that_fails_does_not_keep_the_others_from_being_recorded() {
    let database = Database::sqlite();
    let (_simulator, sandbox) = serve([
        agency("agency", 5),
        cursors("brands").population(5, 7).forbidden(),
    ]);
    let ran = sync(&sandbox, &database, &[]);
    // Which of the two is asked first is open.
    let shown = ["req_00000001", "req_00000002"]
        .iter()
        .fold(shown(&ran, &database), |shown, id| {
            shown.replace(id, "REQUEST")
        });
    insta::assert_snapshot!("sync_one_fails", shown);
    assert_eq!(database.state().len(), 5);
}

#[test]
fn two_at_once() {
    on_each_database("two at once", |database| {
        let (simulator, sandbox) = serve([agency("agency", 5), numbered("other").population(5, 8)]);
        let account = simulator.account("agency");
        account.hold();
        let first = sync_command(&sandbox, database, &["--account", "agency"])
            .spawn()
            .unwrap();
        wait_for_request(&account);
        // A run that needs the same account says so, and lists the others.
        let refused = sync(&sandbox, database, &["--account", "agency"]);
        let partly = sync(&sandbox, database, &["--report", "r.json"]);
        assert_eq!(sandbox.report()["complete"], false);
        let shown = format!(
            "{}\n{}",
            shown(&refused, database),
            shown(&partly, database)
        );
        insta::assert_snapshot!("sync_two_at_once", shown);
        // One that is told to waits.
        let mut waiting = sync_command(&sandbox, database, &["--wait"]);
        let waiting = waiting.stderr(Stdio::piped()).spawn().unwrap();
        account.release_all();
        assert!(first.wait_with_output().unwrap().status.success());
        let waited: Ran = waiting.wait_with_output().unwrap().into();
        assert_eq!(waited.code, Some(0), "{}", waited.stderr);
        assert!(
            waited.stderr.contains(": 5 tenants, complete; 0 created"),
            "{}",
            waited.stderr
        );
        assert_eq!(database.state().len(), 10);
    });
}

#[cfg(unix)]
#[test]
fn ctrl_c_records_what_there_is_and_the_next_run_goes_on() {
    let database = Database::sqlite();
    let (simulator, sandbox) = serve([agency("agency", 250)]);
    let account = simulator.account("agency");
    account.fault(
        When::query("page", "2"),
        Fault::as_usual().stall(Cut::Middle),
    );
    let mut command = sync_command(
        &sandbox,
        &database,
        &["--page-size", "100", "--concurrency", "1"],
    );
    let child = command.stderr(Stdio::piped()).spawn().unwrap();
    wait_for_request_number(&account, 2);
    sandbox::interrupt(&child);
    let ran: Ran = child.wait_with_output().unwrap().into();
    account.clear_faults();
    let next = sync(&sandbox, &database, &["--page-size", "100"]);
    insta::assert_snapshot!(
        "sync_interrupted",
        format!("{}\n{}", shown(&ran, &database), shown(&next, &database))
    );
    assert_eq!(database.state().len(), 250);
}

#[test]
fn accounts_with_a_fresh_list_are_left_out() {
    let (simulator, sandbox) = serve(["good", "bad"].map(|name| agency(name, 3)));
    let database = Database::sqlite();
    simulator
        .account("bad")
        .fault(When::matching(|_| true), Fault::status(403));
    let fresh = ["--fresh", "1w"];
    assert_eq!(sync(&sandbox, &database, &fresh).code, Some(3));
    simulator.account("bad").clear_faults();
    let second = sync(&sandbox, &database, &fresh);
    let third = sync(&sandbox, &database, &fresh);
    insta::assert_snapshot!(
        "sync_fresh",
        shown(&second, &database) + &shown(&third, &database)
    );
    assert_eq!(simulator.account("good").requests().len(), 1);
}
