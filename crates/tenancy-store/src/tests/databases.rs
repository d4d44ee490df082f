//! Databases for tests: one per test, removed after it.

use std::time::Duration;

use tempfile::TempDir;

use crate::{Address, Point, Snapshot, Store};

/// The variable that names a PostgreSQL server on which databases can be made.
#[cfg(feature = "postgres")]
const SERVER: &str = "TENANCY_TEST_POSTGRES";

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
            address: Address::parse(&database.address()).unwrap(),
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
        database.order("CREATE DATABASE");
        database
    }

    fn address(&self) -> String {
        let (server, _) = self.server.rsplit_once('/').unwrap();
        format!("{server}/{}", self.name)
    }

    fn order(&self, order: &str) {
        let mut client = postgres::Client::connect(&self.server, postgres::NoTls).unwrap();
        client
            .batch_execute(&format!("{order} {}", self.name))
            .unwrap();
    }
}

#[cfg(feature = "postgres")]
impl Drop for Database {
    fn drop(&mut self) {
        self.order("DROP DATABASE IF EXISTS");
    }
}
