//! `sync` on SQLite, on PostgreSQL and through pgbouncer.

use std::fs;
use std::process::{Child, Stdio};

use provider_sim::Status;

use super::database::Database;
use super::*;

/// Which of the killed runs of a round begin with what.
#[derive(Clone, Copy)]
enum Begin {
    /// With an empty database.
    Empty,
    /// With one that has the tenants as they were before some of them changed.
    Before,
}

/// What an uninterrupted run comes to.
struct Reference {
    state: Vec<String>,
    history: Vec<String>,
    requests: u64,
    log: u64,
}

/// The providers, a sandbox to run the command in, and a database as it was before the tenants changed.
pub(super) struct World {
    pub(super) simulator: Simulator,
    pub(super) sandbox: Sandbox,
    before: Database,
}

#[test]
fn sqlite_loses_nothing() {
    survives(Database::sqlite());
}

#[test]
fn postgres_loses_nothing() {
    if let Some(database) = Database::postgres("sync killed") {
        survives(database);
    }
}

#[test]
fn pgbouncer_loses_nothing() {
    if let Some(database) = Database::pgbouncer("sync killed") {
        survives(database);
    }
}

fn survives(database: Database) {
    let (kills, mut rng) = plan();
    let world = World::new(database);
    let references = [Begin::Empty, Begin::Before].map(|begin| world.reference(begin));
    let (mut killed, mut rounds) = (0, 0);
    while killed < kills {
        let begin = if rounds % 2 == 0 {
            Begin::Before
        } else {
            Begin::Empty
        };
        killed += world.round(begin, &references[begin as usize], &mut rng);
        rounds += 1;
        assert!(
            rounds < 4 * kills,
            "only {killed} of the runs were still there to be ended"
        );
    }
    println!("{killed} runs were ended by a signal, in {rounds} rounds");
}

impl World {
    pub(super) fn new(database: Database) -> Self {
        let (simulator, sandbox) = providers();
        let world = Self {
            simulator,
            sandbox,
            before: database,
        };
        assert!(world.start(&world.before, &[]).wait().unwrap().success());
        world.change();
        world
    }

    /// Some tenants go, some come, some change.
    pub(super) fn change(&self) {
        for account in self.simulator.accounts() {
            let ids = account.ids();
            account.population(|population| {
                for id in ids.iter().step_by(97) {
                    assert!(population.delete(id));
                }
                for id in ids.iter().skip(1).step_by(89) {
                    population.set_status(id, Status::Suspended);
                }
                population.create(ids.len() as u32 / 50);
            });
        }
    }

    /// Starts the command.
    pub(super) fn start(&self, database: &Database, more: &[&str]) -> Child {
        // A server may take a moment to notice that the one that was killed is gone.
        let arguments = [
            "sync",
            "--config",
            "tenancy.toml",
            "--verify",
            "--wait",
            "--quiet",
            "--report",
            "r.json",
        ];
        let mut command = self.sandbox.command(&[&arguments[..], more].concat());
        command
            .env("TENANCY_DATABASE_URL", database.address())
            .stdout(Stdio::null())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap()
    }

    fn database(&self, begin: Begin) -> Database {
        match begin {
            Begin::Empty => self.before.another(),
            Begin::Before => self.before.copy(),
        }
    }

    fn reference(&self, begin: Begin) -> Reference {
        let database = self.database(begin);
        let (mut log, requests) = (Log::of(&database), self.simulator.stats().requests);
        let mut child = self.start(&database, &[]);
        let mut longest = 0;
        let status = until(&mut child, || {
            longest = longest.max(log.length());
            false
        });
        assert!(status.unwrap().success());
        Reference {
            state: database.state(),
            history: database.history(),
            requests: self.simulator.stats().requests - requests,
            log: longest,
        }
    }

    /// Ends a run, perhaps the next one as well, and lets another one come to its end. How many were ended.
    fn round(&self, begin: Begin, reference: &Reference, rng: &mut Rng) -> u64 {
        let database = self.database(begin);
        let mut killed = 0;
        for _ in 0..rng.u32(1..=3) {
            killed += u64::from(self.kill(&database, reference, rng));
        }
        assert!(self.start(&database, &[]).wait().unwrap().success());
        // Compared first: the difference of a hundred thousand lines is no message.
        let same = database.history() == reference.history && database.state() == reference.state;
        if !same {
            let odd = |lines: &[String], than: &[String]| {
                let odd: Vec<_> = lines
                    .iter()
                    .filter(|line| !than.contains(line))
                    .take(5)
                    .cloned()
                    .collect();
                odd
            };
            let (history, state) = (database.history(), database.state());
            panic!(
                "too much: {:#?} {:#?}, too little: {:#?} {:#?}",
                odd(&history, &reference.history),
                odd(&state, &reference.state),
                odd(&reference.history, &history),
                odd(&reference.state, &state),
            );
        }
        killed
    }

    /// Runs the command and ends it at a moment that is counted in requests or in what the database has written. False if it
    /// was done before.
    fn kill(&self, database: &Database, reference: &Reference, rng: &mut Rng) -> bool {
        let mut log = Log::of(database);
        let before = self.simulator.stats().requests;
        let moment = if rng.bool() {
            (before + rng.u64(1..=reference.requests), u64::MAX)
        } else {
            (u64::MAX, rng.u64(1..=reference.log))
        };
        let report = self.sandbox.path("r.json");
        let _ = fs::remove_file(&report);
        let mut child = self.start(database, &[]);
        let (_, by_signal) = end(&mut child, rng, || {
            self.simulator.stats().requests >= moment.0
                || (moment.1 < u64::MAX && log.length() >= moment.1)
        });
        // It may have been ended just after its work was done.
        if let Ok(report) = fs::read_to_string(&report) {
            let report: serde_json::Value = serde_json::from_str(&report).unwrap();
            assert!(report["complete"] == false || database.state() == reference.state);
        }
        by_signal
    }
}

/// How much a database has written: the length of SQLite's write-ahead log, which begins anew now and then, or how far
/// PostgreSQL's has come.
pub(super) enum Log {
    File(String),
    Server {
        client: Box<postgres::Client>,
        start: String,
    },
}

impl Log {
    pub(super) fn of(database: &Database) -> Self {
        match database {
            Database::Sqlite { .. } => Self::File(database.address() + "-wal"),
            Database::Postgres { server, .. } => {
                let mut client = postgres::Client::connect(server, postgres::NoTls).unwrap();
                let start = client
                    .query_one("SELECT pg_current_wal_insert_lsn()::text", &[])
                    .unwrap()
                    .get(0);
                Self::Server {
                    client: Box::new(client),
                    start,
                }
            }
        }
    }

    pub(super) fn length(&mut self) -> u64 {
        match self {
            Self::File(path) => fs::metadata(path).map_or(0, |found| found.len()),
            Self::Server { client, start } => {
                let sql = format!(
                    "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '{start}')::bigint"
                );
                let length: i64 = client.query_one(&sql, &[]).unwrap().get(0);
                length.unsigned_abs()
            }
        }
    }
}
