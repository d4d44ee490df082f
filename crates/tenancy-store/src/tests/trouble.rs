//! Tests databases that cannot be used: wrong, locked, full, read-only or unreachable ones.

use std::fs;
use std::time::Duration;

use tenancy::Certainty;

use super::databases::TestDatabase;
use super::{complete, minute, record, rows, tenant};
use crate::{Address, Error, ErrorKind, Point, Store};

const IMPATIENT: Option<Duration> = Some(Duration::from_millis(1));

fn file(place: &TestDatabase) -> std::path::PathBuf {
    match &place.address {
        Address::File(path) => path.clone(),
        #[cfg(feature = "postgres")]
        other => panic!("{other}"),
    }
}

fn refused(place: &TestDatabase) -> (ErrorKind, String) {
    let error: Error = Store::open(&place.address, IMPATIENT).unwrap_err();
    (
        error.kind(),
        error.to_string().replace(&place.address.to_string(), "DB"),
    )
}

#[test]
fn a_file_that_is_no_database() {
    let place = TestDatabase::sqlite();
    fs::write(file(&place), "provider,account,id\n".repeat(100)).unwrap();
    assert_eq!(
        refused(&place),
        (
            ErrorKind::Foreign,
            "DB is not a database: choose another file".to_owned()
        )
    );
    let content = fs::read(file(&place)).unwrap();
    assert!(content.starts_with(b"provider"));
}

#[test]
fn a_database_of_another_program() {
    let place = TestDatabase::sqlite();
    let other = rusqlite::Connection::open(file(&place)).unwrap();
    other
        .execute_batch("CREATE TABLE tenants (name TEXT)")
        .unwrap();
    let message = "DB belongs to another program: choose another file";
    assert_eq!(refused(&place), (ErrorKind::Foreign, message.to_owned()));
}

#[test]
fn a_folder_and_a_file_in_no_folder() {
    let place = TestDatabase::sqlite();
    fs::create_dir(file(&place)).unwrap();
    let message = "the database DB cannot be opened: it is a directory; choose another file";
    assert_eq!(refused(&place), (ErrorKind::Address, message.to_owned()));
    let lost = Address::File(file(&place).join("no/t.db"));
    assert_eq!(
        Store::open(&lost, IMPATIENT).unwrap_err().kind(),
        ErrorKind::Address
    );
    let error = crate::snapshot(&lost, Point::Latest, Duration::ZERO).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Address);
}

#[test]
fn a_database_that_another_program_keeps_locked() {
    let place = TestDatabase::sqlite();
    drop(place.open());
    let other = rusqlite::Connection::open(file(&place)).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut store = Store::open(&place.address, IMPATIENT).unwrap();
    let error = store.begin(minute(1)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Locked);
    other.execute_batch("ROLLBACK").unwrap();
    store.begin(minute(1)).unwrap();
}

#[test]
fn a_full_disk_loses_nothing_of_what_was_recorded() {
    let place = TestDatabase::sqlite();
    let mut store = place.open();
    record(
        &mut store,
        1,
        &[tenant("a", "A")],
        &complete(Certainty::Proved),
    );
    let before = [rows(&mut store, "tenants"), rows(&mut store, "changes")];
    store
        .connection
        .batch("PRAGMA max_page_count = 40")
        .unwrap();
    let many: Vec<_> = (0..1000)
        .map(|number| tenant(&number.to_string(), &"x".repeat(200)))
        .collect();
    let (run, _) = super::begin(&mut store, 2);
    let error = store
        .stage(run, &super::account(), &many, None)
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Full);
    assert_eq!(
        [rows(&mut store, "tenants"), rows(&mut store, "changes")],
        before
    );
    drop(store);
    let outcome = record(&mut place.open(), 3, &many, &complete(Certainty::Proved));
    assert_eq!((outcome.created, outcome.gone), (1000, 1));
}

#[cfg(unix)]
#[test]
fn a_database_beside_which_nothing_can_be_created_can_be_read() {
    let place = TestDatabase::sqlite();
    let mut store = place.open();
    record(
        &mut store,
        1,
        &[tenant("a", "A")],
        &complete(Certainty::Proved),
    );
    drop(store);
    let beside = |suffix: &str| {
        let mut path = file(&place).into_os_string();
        path.push(suffix);
        path
    };
    // As on a read-only mount, SQLite cannot create its index of the log.
    std::os::unix::fs::symlink("/nowhere/shm", beside("-shm")).unwrap();
    assert_eq!(place.snapshot(Point::Latest).len(), 1);
    // What the log holds would be missing.
    fs::write(beside("-wal"), "a log").unwrap();
    let error = crate::snapshot(&place.address, Point::Latest, Duration::ZERO).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unreachable);
    assert!(error.to_string().contains("-wal"), "{error}");
}

#[cfg(unix)]
#[test]
fn others_cannot_read_the_file() {
    use std::os::unix::fs::PermissionsExt;
    let place = TestDatabase::sqlite();
    let mut store = place.open();
    record(
        &mut store,
        1,
        &[tenant("a", "A")],
        &complete(Certainty::Proved),
    );
    for entry in fs::read_dir(file(&place).parent().unwrap()).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_file() {
            assert_eq!(
                entry.metadata().unwrap().permissions().mode() & 0o077,
                0,
                "{entry:?}"
            );
        }
    }
}

#[cfg(feature = "postgres")]
mod server {
    use super::*;

    fn open(address: &str) -> (ErrorKind, String) {
        let error = Store::open(&Address::parse(address).unwrap(), IMPATIENT).unwrap_err();
        (error.kind(), error.to_string())
    }

    /// The address of a server, with what `change` makes of its text.
    fn changed(test: &str, change: impl Fn(&str) -> String) -> Option<(ErrorKind, String)> {
        TestDatabase::postgres(test)?;
        let server = std::env::var("TENANCY_TEST_POSTGRES").unwrap();
        let (kind, message) = open(&change(&server));
        assert!(!message.contains("tenancy:tenancy"), "{message}");
        Some((kind, message))
    }

    #[test]
    fn nobody_answers() {
        // The port of discard, on which nobody listens; not a server of this test's.
        let (kind, message) = open("postgres://me:s3cret@127.0.0.1:9/t");
        assert_eq!(kind, ErrorKind::Unreachable);
        assert!(
            message
                .starts_with("postgres://me@127.0.0.1:9/t cannot be reached: Connection refused"),
            "{message}"
        );
    }

    /// Opens an address at a server that sends `answer` and then nothing.
    fn open_silent(answer: &'static [u8], parameters: &str) -> (ErrorKind, String) {
        use std::io::{Read, Write};
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            let (mut client, _) = listener.accept().unwrap();
            let _ = client.read(&mut [0; 8]).unwrap();
            client.write_all(answer).unwrap();
            std::thread::sleep(Duration::from_secs(60));
        });
        let address =
            format!("postgres://me:s3cret@127.0.0.1:{port}/t?connect_timeout=1{parameters}");
        let (opened, result) = std::sync::mpsc::channel();
        std::thread::spawn(move || opened.send(open(&address)));
        // Its time limit and two seconds.
        result
            .recv_timeout(Duration::from_secs(3))
            .expect("it hangs")
    }

    #[test]
    fn a_server_that_stops_answering_is_given_up() {
        // AuthenticationOk and ReadyForQuery: the first statement gets no answer.
        let logged_in = b"R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I";
        for (answer, parameters) in [
            (&b""[..], ""),
            (b"", "&sslmode=require"),
            (b"S", "&sslmode=require"),
            (b"R\0\0", ""),
            (logged_in, "&statement_timeout=1"),
        ] {
            let (kind, message) = open_silent(answer, parameters);
            assert_eq!(kind, ErrorKind::Unreachable, "{message}");
            assert!(message.contains("no answer within"), "{message}");
        }
    }

    #[test]
    fn a_password_that_the_server_repeats_is_not_shown() {
        // ErrorResponse.
        let answer = b"E\0\0\0\x31SFATAL\0C28P01\0Mthe password s3cret is wrong\0\0";
        let (kind, message) = open_silent(answer, "");
        assert_eq!(kind, ErrorKind::Denied, "{message}");
        assert!(
            message.contains("the password <redacted> is wrong"),
            "{message}"
        );
    }

    #[test]
    fn the_password_is_wrong() {
        let Some((kind, message)) = changed("password", |server| {
            server.replacen(":tenancy@", ":wrong@", 1)
        }) else {
            return;
        };
        assert_eq!(kind, ErrorKind::Denied);
        assert!(
            message.contains("rejected the login: password authentication failed"),
            "{message}"
        );
    }

    #[test]
    fn the_password_is_missing() {
        let Some((kind, message)) =
            changed("no password", |server| server.replacen(":tenancy@", "@", 1))
        else {
            return;
        };
        assert_eq!(kind, ErrorKind::Denied);
        assert!(
            message.contains("asks for a password: set PGPASSWORD"),
            "{message}"
        );
    }

    #[test]
    fn the_database_is_not_there() {
        let Some((kind, message)) = changed("database", |server| {
            server.replacen("/postgres", "/nowhere", 1)
        }) else {
            return;
        };
        assert_eq!(kind, ErrorKind::Unreachable);
        assert!(
            message.contains("\"nowhere\" does not exist; create it with `createdb`"),
            "{message}"
        );
    }

    #[test]
    fn a_server_is_spoken_to_by_tls_only_if_its_certificate_holds() {
        let Some(place) = TestDatabase::postgres("tls") else {
            return;
        };
        let Ok(authorities) = std::env::var("TENANCY_TEST_POSTGRES_CA") else {
            eprintln!("!!! SKIPPED, because TENANCY_TEST_POSTGRES_CA is not set: a certificate");
            return;
        };
        let server = std::env::var("TENANCY_TEST_POSTGRES").unwrap();
        let (server, _) = server.rsplit_once('/').unwrap();
        let Address::Server(known) = &place.address else {
            panic!("{}", place.address);
        };
        let database = format!("{server}/{}", known.database().unwrap());
        let named = database.replacen("127.0.0.1", "localhost", 1);

        let trusted = format!("{named}?sslmode=verify-full&sslrootcert={authorities}");
        let mut store = Store::open(&Address::parse(&trusted).unwrap(), IMPATIENT).unwrap();
        let encrypted = store
            .connection
            .query(
                "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()",
                &[],
            )
            .unwrap();
        assert_eq!(encrypted[0].integer(0).unwrap(), 1);

        let (kind, message) = open(&format!("{named}?sslmode=require"));
        assert_eq!(kind, ErrorKind::Unreachable);
        assert!(
            message.contains("invalid peer certificate: UnknownIssuer"),
            "{message}"
        );

        let (kind, message) = open(&format!(
            "{database}?sslmode=require&sslrootcert={authorities}"
        ));
        assert_eq!(kind, ErrorKind::Unreachable);
        assert!(
            message.contains("certificate not valid for name"),
            "{message}"
        );

        let (kind, message) = open(&format!("{named}?sslmode=require&sslrootcert=/nowhere"));
        assert_eq!(kind, ErrorKind::Address);
        assert!(message.starts_with("sslrootcert=/nowhere: "), "{message}");
    }

    #[test]
    fn the_database_is_read_only() {
        let Some(place) = TestDatabase::postgres("read only") else {
            return;
        };
        let read_only =
            |address: &str| format!("{address}?options=-cdefault_transaction_read_only%3Don");
        let Some((kind, message)) = changed("read only", read_only) else {
            return;
        };
        assert_eq!(kind, ErrorKind::ReadOnly);
        assert!(
            message.contains("cannot be written: cannot execute"),
            "{message}"
        );
        drop(place);
    }

    /// Forwards to a server. After so many messages of the client, the answers stay away, as if the server were lost.
    fn freeze_after(server: String, messages: usize) -> u16 {
        use std::io::{Read, Write};
        use std::net::{TcpListener, TcpStream};
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        std::thread::spawn(move || {
            let (mut client, _) = listener.accept().unwrap();
            let mut server = TcpStream::connect(server).unwrap();
            let (mut answers, mut back) =
                (server.try_clone().unwrap(), client.try_clone().unwrap());
            let forward = std::thread::spawn(move || std::io::copy(&mut answers, &mut back));
            let mut buffer = [0; 65_536];
            for _ in 0..messages {
                let length = client.read(&mut buffer).unwrap();
                server.write_all(&buffer[..length]).unwrap();
            }
            forward.join().unwrap().unwrap();
        });
        port
    }

    #[test]
    fn a_server_that_is_lost_in_a_run_is_given_up() {
        let Some(place) = TestDatabase::postgres("lost") else {
            return;
        };
        drop(place.open());
        let Address::Server(known) = &place.address else {
            panic!("{}", place.address);
        };
        let (host, port) = known.host();
        let database = known.database().unwrap();
        let mut given_up = 0;
        // The start of a session takes five messages, of which the last two are the first transaction's.
        for messages in 3..16 {
            let proxy = freeze_after(format!("{host}:{port}"), messages);
            let address = format!(
                "postgres://tenancy:tenancy@127.0.0.1:{proxy}/{database}?connect_timeout=1&statement_timeout=1"
            );
            let started = std::time::Instant::now();
            let stage = |address: &Address| {
                let mut store = Store::open(address, IMPATIENT)?;
                let run = store.begin(minute(1))?;
                store.end(run, minute(1))
            };
            if let Err(error) = stage(&Address::parse(&address).unwrap()) {
                assert!(error.to_string().contains("no answer within"), "{error}");
                given_up += 1;
            }
            assert!(started.elapsed() < Duration::from_secs(10), "{messages}");
        }
        assert!(given_up > 8, "{given_up}");
    }

    #[test]
    fn the_schema_is_another_programs() {
        let Some(place) = TestDatabase::postgres("schema") else {
            return;
        };
        let mut connection = place.address.open(Duration::ZERO).unwrap();
        connection
            .batch("CREATE SCHEMA tenancy; CREATE TABLE tenancy.tenants (name TEXT)")
            .unwrap();
        let (kind, message) = refused(&place);
        assert_eq!(kind, ErrorKind::Foreign);
        assert!(
            message.contains("a schema `tenancy` that belongs to another program"),
            "{message}"
        );
    }
}
