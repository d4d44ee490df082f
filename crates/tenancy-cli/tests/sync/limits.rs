//! What a sync leaves out, and what else than missing tenants it fails on: `--exclude`, `--exclude-account`, `--fail-on`.

use super::*;

#[test]
fn excluded_tenants_stay_as_they_are() {
    let database = Database::sqlite();
    let (simulator, sandbox) = serve([agency("agency", 6), agency("test", 2)]);
    let account = simulator.account("agency");
    sync(&sandbox, &database, &["--exclude-account", "test"]);
    assert_eq!(database.state().len(), 6);
    let ids = account.ids();
    account.population(|population| {
        population.set_status(&ids[1], Status::Suspended);
        population.set_status(&ids[2], Status::Suspended);
    });
    account.delete(&ids[4]);
    let before = database.history();
    let excluding = sync(
        &sandbox,
        &database,
        &[
            "--exclude",
            "status=suspended",
            "--exclude",
            &format!("id={}", ids[5]),
            "--exclude-account",
            "test",
            "--report",
            "r.json",
        ],
    );
    let report = sandbox.report();
    assert_eq!(report["excluded"], 3);
    assert_eq!(report["excluded_accounts"], serde_json::json!(["test"]));
    assert_eq!(report["sources"][0]["tenants"], 5);
    // Only the tenant that was deleted is gone.
    let history = database.history();
    assert_eq!(history.len(), before.len() + 1);
    assert!(history.contains(&format!("gone agency {}  - -", ids[4])));
    let including = sync(&sandbox, &database, &["--account", "agency"]);
    let misspelt = sync(&sandbox, &database, &["--exclude-account", "tests"]);
    let none = ["--exclude-account", "test", "--exclude-account", "agency"];
    let none = sync(&sandbox, &database, &none);
    let of_users = sync(&sandbox, &database, &["--exclude", "member.active=true"]);
    let shown = [excluding, including, misspelt, none, of_users].map(|ran| shown(&ran, &database));
    insta::assert_snapshot!("sync_exclude", shown.join("\n"));
}

#[test]
fn what_else_fails_is_said() {
    let database = Database::sqlite();
    let (simulator, sandbox) = serve([agency("agency", 3), cursors("brands").population(60, 7)]);
    let all = ["--page-size", "25", "--quiet", "--fail-on"];
    let fine = sync(
        &sandbox,
        &database,
        &[&all[..], &["drift,left-out,unproved"]].concat(),
    );
    assert_eq!((fine.code, fine.stderr.as_str()), (Some(0), ""));
    let account = simulator.account("agency");
    let id = account.ids()[1].clone();
    let record = Record::raw(format!(
        "{{\"auth_id\": \"{id}\", \"name\": [], \"one\": 1, \"two\": 2, \"three\": 3, \"four\": 4}}"
    ));
    account.population(|population| population.replace(&id, record));
    let each = [
        "drift",
        "left-out",
        "assumed",
        "unproved",
        "drift,assumed,left-out",
    ]
    .map(|kinds| {
        shown(
            &sync(&sandbox, &database, &[&all[..], &[kinds]].concat()),
            &database,
        )
    });
    let list = [
        "list",
        "--config",
        "tenancy.toml",
        "--limit",
        "1",
        "--fail-on",
        "unproved",
    ];
    let limited = sandbox.run(&list);
    assert_eq!(limited.code, Some(3));
    insta::assert_snapshot!(
        "fail_on",
        format!("{}\n{}", each.join("\n"), limited.stderr)
    );
}
