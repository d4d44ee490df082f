//! Accounts that are renamed or forgotten in the database, and one that has two names.

use super::*;

/// Runs `sync rename` or `sync forget`.
fn edit(sandbox: &Sandbox, database: &Database, arguments: &[&str]) -> Ran {
    let mut command = sandbox.command(&[&["sync"], arguments].concat());
    let command = command.env("TENANCY_DATABASE_URL", database.address());
    command.output().unwrap().into()
}

/// Renames an account in the configuration.
fn rename_in_configuration(sandbox: &Sandbox, old: &str, new: &str) {
    let path = sandbox.path("tenancy.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let name = |name: &str| format!("name = \"{name}\"");
    std::fs::write(&path, text.replace(&name(old), &name(new))).unwrap();
}

#[test]
fn an_account_is_renamed_in_the_database() {
    on_each_database("rename", |database| {
        let (simulator, sandbox) = serve([agency("agency", 30)]);
        assert_eq!(sync(&sandbox, database, &[]).code, Some(0));
        let unnamed = edit(&sandbox, database, &["rename", "agency", " "]);
        assert_eq!(unnamed.code, Some(2), "{}", unnamed.stderr);
        rename_in_configuration(&sandbox, "agency", "renamed");
        simulator.account("agency").create(1);
        // Synced before it was renamed in the database: each tenant is there twice.
        let twice = sync(&sandbox, database, &[]);
        let refused = edit(&sandbox, database, &["rename", "agency", "renamed"]);
        let rename = ["rename", "agency", "renamed", "--replace"];
        let tried = edit(&sandbox, database, &[&rename[..], &["--dry-run"]].concat());
        assert_eq!(database.state().len(), 61);
        let renamed = edit(&sandbox, database, &rename);
        let after = sync(&sandbox, database, &[]);
        let shown = [twice, refused, tried, renamed, after].map(|ran| shown(&ran, database));
        insta::assert_snapshot!("sync_rename", shown.join("\n"));
        assert_eq!(database.state().len(), 31);
        let history = database.history();
        assert_eq!(history.len(), 31);
        assert!(
            history
                .iter()
                .all(|line| line.starts_with("created renamed "))
        );
    });
}

#[test]
fn an_account_is_forgotten() {
    on_each_database("forget", |database| {
        let (_simulator, sandbox) =
            serve([agency("agency", 3), cursors("brands").population(2, 1)]);
        assert_eq!(sync(&sandbox, database, &[]).code, Some(0));
        let unknown = edit(&sandbox, database, &["forget", "agencies"]);
        let tried = edit(&sandbox, database, &["forget", "agency", "--dry-run"]);
        assert!(
            database
                .state()
                .iter()
                .all(|line| line.starts_with("there"))
        );
        let forgotten = edit(&sandbox, database, &["forget", "agency"]);
        let state = database.state();
        assert_eq!(
            state.iter().filter(|line| line.starts_with("gone")).count(),
            3
        );
        let back = sync(&sandbox, database, &[]);
        let shown = [unknown, tried, forgotten, back].map(|ran| shown(&ran, database));
        insta::assert_snapshot!("sync_forget", shown.join("\n"));
    });
}

#[test]
fn an_account_that_is_being_synced_is_neither_renamed_nor_forgotten() {
    on_each_database("edit at once", |database| {
        let (simulator, sandbox) = serve([agency("agency", 5)]);
        assert_eq!(sync(&sandbox, database, &[]).code, Some(0));
        let account = simulator.account("agency");
        let before = account.stats().requests;
        account.hold();
        let running = sync_command(&sandbox, database, &[]).spawn().unwrap();
        wait_for_request_number(&account, before + 1);
        for arguments in [&["rename", "agency", "other"][..], &["forget", "agency"]] {
            let refused = edit(&sandbox, database, arguments);
            assert_eq!(refused.code, Some(1));
            assert!(
                refused
                    .stderr
                    .starts_with("error: another sync is working on agency ("),
                "{}",
                refused.stderr
            );
        }
        account.release_all();
        assert!(running.wait_with_output().unwrap().status.success());
        assert_eq!(database.state().len(), 5);
    });
}

#[test]
fn an_edit_creates_no_database() {
    let sandbox = Sandbox::new();
    let ran = sandbox.run(&["sync", "forget", "agency", "--to", "t.db"]);
    assert_eq!(ran.code, Some(2));
    assert_eq!(ran.stderr, "error: t.db: no such file\n");
    assert!(!sandbox.path("t.db").exists());
}
