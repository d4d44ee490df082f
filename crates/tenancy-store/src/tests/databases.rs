//! Databases for tests: one per test, removed after it.

use std::time::Duration;

use tempfile::TempDir;

use crate::{Address, Point, Snapshot, Store};

/// The variable that names a PostgreSQL server on which databases can be made.
#[cfg(feature = "postgres")]
const SERVER: &str = "TENANCY_TEST_POSTGRES";
/// The variable that names a pgbouncer in front of it, which pools transactions.
#[cfg(feature = "postgres")]
const POOLER: &str = "TENANCY_TEST_PGBOUNCER";

/// How long these tests wait for another's lock.
pub(super) const LOCK_TIMEOUT: Duration = Duration::from_secs(30);

/// A place for one database.
pub(super) struct TestDatabase {
    pub(super) address: Address,
    #[expect(dead_code, reason = "the place goes when this is dropped")]
    keeper: Box<dyn Send + Sync>,
}

impl TestDatabase {
    /// A file that is not there yet.
    pub(super) fn sqlite() -> Self {
        let folder = TempDir::new().unwrap();
        Self {
            address: Address::File(folder.path().join("tenants.db")),
            keeper: Box::new(folder),
        }
    }

    /// An empty database on the server, if there is one.
    #[cfg(feature = "postgres")]
    pub(super) fn postgres(test: &str) -> Option<Self> {
        let Ok(server) = std::env::var(SERVER) else {
            eprintln!("!!! SKIPPED, because {SERVER} is not set: {test}");
            return None;
        };
        let database = Database::create(&server);
        Some(Self {
            address: Address::parse(&database.address(&server)).unwrap(),
            keeper: Box::new(database),
        })
    }

    /// An empty database on the server, through pgbouncer, if there is one.
    #[cfg(feature = "postgres")]
    pub(super) fn pgbouncer(test: &str) -> Option<Self> {
        let (Ok(server), Ok(pooler)) = (std::env::var(SERVER), std::env::var(POOLER)) else {
            eprintln!("!!! SKIPPED, because {SERVER} and {POOLER} are not set: {test}");
            return None;
        };
        let database = Database::create(&server);
        Some(Self {
            address: Address::parse(&database.address(&pooler)).unwrap(),
            keeper: Box::new(database),
        })
    }

    pub(super) fn open(&self) -> Store {
        Store::open(&self.address, Some(LOCK_TIMEOUT)).unwrap()
    }

    pub(super) fn snapshot(&self, point: Point) -> Snapshot {
        crate::snapshot(&self.address, point, LOCK_TIMEOUT).unwrap()
    }
}

/// A database on a server.
#[cfg(feature = "postgres")]
struct Database {
    server: String,
    name: String,
}

#[cfg(feature = "postgres")]
impl Database {
    fn create(server: &str) -> Self {
        use std::sync::atomic::{AtomicU32, Ordering};
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let database = Self {
            server: server.to_owned(),
            name: format!("tenancy_store_{}_{number}", std::process::id()),
        };
        database.order(&format!("CREATE DATABASE {}", database.name));
        database
    }

    /// Its address at the server, or at a pooler in front of that.
    fn address(&self, server: &str) -> String {
        let (server, _) = server.rsplit_once('/').unwrap();
        format!("{server}/{}", self.name)
    }

    fn order(&self, order: &str) {
        let mut client = postgres::Client::connect(&self.server, postgres::NoTls).unwrap();
        client.batch_execute(order).unwrap();
    }
}

#[cfg(feature = "postgres")]
impl Drop for Database {
    fn drop(&mut self) {
        // A pooler keeps its connections for a while.
        self.order(&format!(
            "DROP DATABASE IF EXISTS {} WITH (FORCE)",
            self.name
        ));
    }
}
