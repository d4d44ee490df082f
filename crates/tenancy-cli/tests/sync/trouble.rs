//! What is in a sync's way: databases that are locked, full, not ours, not there.

use std::fs;
use std::net::TcpListener;
#[cfg(unix)]
use std::time::{Duration, Instant};

use super::*;

/// `sync` of one small account to whatever `--to` takes.
fn sync_to(sandbox: &Sandbox, to: &str) -> Ran {
    sandbox.run(&[
        "sync",
        "--config",
        "tenancy.toml",
        "--lock-timeout",
        "1",
        "--to",
        to,
    ])
}

fn small() -> (Simulator, Sandbox) {
    serve([agency("agency", 5)])
}

#[test]
fn a_database_that_another_program_keeps_locked() {
    let (_simulator, sandbox) = small();
    assert_eq!(sync_to(&sandbox, "t.db").code, Some(0));
    let other = rusqlite::Connection::open(sandbox.path("t.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    insta::assert_snapshot!("trouble_locked", sync_to(&sandbox, "t.db").shown());
    drop(other);
    assert_eq!(sync_to(&sandbox, "t.db").code, Some(0));
}

#[test]
fn what_is_no_database_of_ours() {
    let (_simulator, sandbox) = small();
    fs::write(sandbox.path("tenants.csv"), "id,name\n".repeat(200)).unwrap();
    fs::create_dir(sandbox.path("folder")).unwrap();
    let other = rusqlite::Connection::open(sandbox.path("other.db")).unwrap();
    other
        .execute_batch("CREATE TABLE tenants (name TEXT)")
        .unwrap();
    assert_eq!(sync_to(&sandbox, "newer.db").code, Some(0));
    let newer = rusqlite::Connection::open(sandbox.path("newer.db")).unwrap();
    newer.pragma_update(None, "user_version", 99).unwrap();
    let shown: Vec<_> = [
        "tenants.csv",
        "folder",
        "other.db",
        "newer.db",
        "no/such/folder/t.db",
        "-",
    ]
    .iter()
    .map(|to| sync_to(&sandbox, to).shown())
    .collect();
    insta::assert_snapshot!(
        "trouble_not_ours",
        sandbox::without_port(&shown.join("\n"), 0)
    );
    assert!(
        fs::read_to_string(sandbox.path("tenants.csv"))
            .unwrap()
            .starts_with("id,name\n")
    );
}

#[test]
fn a_pooler_of_statements() {
    let Some(database) = Database::pgbouncer("a pooler of statements") else {
        return;
    };
    let address = database.address();
    let (pooler, _) = address.rsplit_once('/').unwrap();
    let (_simulator, sandbox) = small();
    let sandbox = sandbox.with(
        "TENANCY_DATABASE_URL",
        &format!("{pooler}/pools_statements"),
    );
    let ran = sandbox.run(&["sync", "--config", "tenancy.toml"]);
    assert_eq!(ran.code, Some(2), "{}", ran.stderr);
    let advice = "pools statements (transaction blocks not allowed in statement pooling mode): set pool_mode to transaction or \
                  session in the pooler, or connect to the server itself";
    assert!(ran.stderr.contains(advice), "{}", ran.stderr);
}

#[test]
fn a_line_break_after_the_address_is_no_part_of_it() {
    let (_simulator, sandbox) = small();
    let sandbox = sandbox.with("TENANCY_DATABASE_URL", "t.db\n");
    let ran = sandbox.run(&["sync", "--config", "tenancy.toml"]);
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert!(sandbox.path("t.db").exists());
}

#[cfg(unix)]
#[test]
fn a_disk_that_is_full() {
    let (_simulator, sandbox) = serve([agency("agency", 2000)]);
    // Files may have 200 KiB: what SQLite sees is a write that fails.
    let script = format!(
        "trap '' XFSZ; ulimit -f 400; exec {} sync --config tenancy.toml --to t.db",
        env!("CARGO_BIN_EXE_tenancy")
    );
    let mut command = sandbox.command(&[]);
    let mut shell = std::process::Command::new("sh");
    shell
        .args(["-c", &script])
        .current_dir(sandbox.folder.path())
        .env_clear();
    shell.envs(
        command
            .stdin(std::process::Stdio::null())
            .get_envs()
            .filter_map(|(name, value)| Some((name, value?))),
    );
    let ran: Ran = shell.output().unwrap().into();
    // How much was listed by then is open.
    assert_eq!(ran.code, Some(1));
    let first = ran.stderr.lines().next().unwrap();
    assert_eq!(
        first,
        "error: cannot read or write the database t.db (disk I/O error): check the free space, then the disk"
    );
    assert!(ran.stderr.ends_with("; not recorded\n"), "{}", ran.stderr);
    assert_eq!(sync_to(&sandbox, "t.db").code, Some(0));
}

#[test]
fn a_server_that_does_not_answer() {
    let (_simulator, sandbox) = small();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let ran = sync_to(
        &sandbox,
        &format!("postgres://me:s3cret@127.0.0.1:{port}/t"),
    );
    assert!(!ran.stderr.contains("s3cret"));
    insta::assert_snapshot!(
        "trouble_no_server",
        sandbox::without_port(&ran.shown(), port)
    );
}

#[test]
fn an_address_that_is_refused() {
    let (_simulator, sandbox) = small();
    let addresses = [
        "postgres://me:s3cret@db.example.com/t?sslmode=prefer",
        "postgres://me:s3cret@db:port/t",
        "postgres://me@localhost/t?sslmode=on",
    ];
    let shown: Vec<_> = addresses
        .iter()
        .map(|to| sync_to(&sandbox, to).shown())
        .collect();
    let shown = shown.join("\n");
    assert!(!shown.contains("s3cret"));
    insta::assert_snapshot!("trouble_address", shown);
}

#[test]
fn an_address_that_is_not_understood_is_not_shown() {
    let (_simulator, sandbox) = small();
    for address in [
        "\"postgres://u:s3cret@127.0.0.1:1/d\"",
        " postgres://u:s3cret@127.0.0.1:1/d",
        "POSTGRES://u:s3cret@127.0.0.1:1/d",
        "mysql://u:s3cret@127.0.0.1/d",
        "host=127.0.0.1 password=s3cret",
    ] {
        let variable = "TENANCY_DATABASE_URL";
        let mut command = sandbox.command(&["sync", "--config", "tenancy.toml"]);
        let from_variable = command.env(variable, address).output().unwrap().into();
        let compared = sandbox.run(&["diff", address, address]);
        for ran in [from_variable, compared] {
            let ran: Ran = ran;
            assert_eq!(ran.code, Some(2), "{}", ran.stderr);
            assert!(
                ran.stderr.starts_with("error: invalid database address: "),
                "{}",
                ran.stderr
            );
            assert!(!ran.stderr.contains("s3cret"), "{}", ran.stderr);
        }
    }
}

#[test]
fn passwords_come_from_the_environment_and_from_the_file_of_passwords() {
    let Some(database) = Database::postgres("passwords") else {
        return;
    };
    let (_simulator, sandbox) = small();
    let address = database.address();
    let without = address.replacen(":tenancy@", "@", 1);
    let denied = sync_to(&sandbox, &without);
    assert_eq!(denied.code, Some(2));
    assert!(
        denied
            .stderr
            .contains("asks for a password: set PGPASSWORD, or add a line to ~/.pgpass"),
        "{}",
        denied.stderr
    );
    let run = |sandbox: &Sandbox| sync_to(sandbox, &without).code;
    let sandbox = sandbox.with("PGPASSWORD", "wrong");
    let wrong = sync_to(&sandbox, &without);
    assert_eq!(wrong.code, Some(2));
    assert!(
        wrong
            .stderr
            .contains("rejected the login: password authentication failed"),
        "{}",
        wrong.stderr
    );
    let mut sandbox = sandbox;
    sandbox.variables.retain(|(name, _)| name != "PGPASSWORD");
    let sandbox = sandbox.with("PGPASSWORD", "tenancy");
    assert_eq!(run(&sandbox), Some(0));
    let mut sandbox = sandbox;
    sandbox.variables.retain(|(name, _)| name != "PGPASSWORD");
    fs::write(sandbox.path(".pgpass"), "127.0.0.1:*:*:tenancy:tenancy\n").unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let set = |mode| {
            fs::set_permissions(sandbox.path(".pgpass"), fs::Permissions::from_mode(mode)).unwrap()
        };
        set(0o644);
        let open = sync_to(&sandbox, &without);
        assert!(
            open.stderr
                .contains(".pgpass, because other users can access it"),
            "{}",
            open.stderr
        );
        set(0o600);
    }
    assert_eq!(run(&sandbox), Some(0));
    let on_the_line = sync_to(&sandbox, &address);
    assert_eq!(on_the_line.code, Some(0));
    assert!(
        on_the_line
            .stderr
            .starts_with("warning: other users of this machine can see a password"),
        "{}",
        on_the_line.stderr
    );
}

#[cfg(unix)]
#[test]
fn a_second_signal_ends_a_sync_whose_database_is_locked() {
    for (name, code) in [("INT", 130), ("TERM", 143), ("HUP", 129)] {
        let database = Database::sqlite();
        let (simulator, sandbox) = serve([agency("agency", 250)]);
        let account = simulator.account("agency");
        let mut command = sync_command(&sandbox, &database, &["--report", "r.json"]);
        account.hold();
        let mut child = command.stderr(Stdio::null()).spawn().unwrap();
        wait_for_request_number(&account, 1);
        let connection = rusqlite::Connection::open(database.address()).unwrap();
        connection.execute_batch("BEGIN EXCLUSIVE").unwrap();
        sandbox::signal(&child, name);
        std::thread::sleep(Duration::from_millis(300));
        assert_eq!(child.try_wait().unwrap(), None, "it waits for the lock");
        let second = Instant::now();
        sandbox::signal(&child, name);
        assert_eq!(child.wait().unwrap().code(), Some(code));
        assert!(second.elapsed() < Duration::from_secs(5));
        assert_eq!(sandbox.report()["sources"][0]["error"], "interrupted");
    }
}
