//! Loses the connection at each statement in turn: no data is lost, and no list is committed wrongly.

use tenancy::{Certainty, Tenant};

use super::databases::{LOCK_TIMEOUT, TestDatabase};
use super::{account, changes, complete, interrupted, minute, on_each_database, record, tenant};
use crate::database::{Access, Connection, Dialect, LockWait, Row, Value};
use crate::staging::Start;
use crate::{Error, ErrorKind, Point, Store, Table};

on_each_database!(a_run_may_be_interrupted_at_each_statement);

/// A connection that is lost after so many statements.
#[derive(Debug)]
struct Fragile {
    inner: Box<dyn Connection>,
    left: u64,
}

impl Fragile {
    fn use_up(&mut self) -> Result<&mut dyn Connection, Error> {
        match self.left.checked_sub(1) {
            Some(left) => {
                self.left = left;
                Ok(self.inner.as_mut())
            }
            None => Err(Error::new(ErrorKind::Unreachable, "lost")),
        }
    }
}

impl Connection for Fragile {
    fn dialect(&self) -> Dialect {
        self.inner.dialect()
    }

    fn schema_version(&mut self) -> Result<Option<i64>, Error> {
        self.use_up()?.schema_version()
    }

    fn set_schema_version(&mut self, version: i64) -> Result<(), Error> {
        self.use_up()?.set_schema_version(version)
    }

    fn prepare_schema(&mut self) -> Result<(), Error> {
        self.use_up()?.prepare_schema()
    }

    fn batch(&mut self, sql: &str) -> Result<(), Error> {
        self.use_up()?.batch(sql)
    }

    fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64, Error> {
        self.use_up()?.execute(sql, values)
    }

    fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, Error> {
        self.use_up()?.query(sql, values)
    }

    fn select(&mut self, query: &str) -> Result<Table, Error> {
        self.use_up()?.select(query)
    }

    fn analyze(&mut self, table: &str) -> Result<(), Error> {
        self.use_up()?.analyze(table)
    }

    fn begin(&mut self, access: Access) -> Result<(), Error> {
        self.use_up()?.begin(access)
    }

    fn commit(&mut self) -> Result<(), Error> {
        self.use_up()?.commit()
    }

    fn roll_back(&mut self) -> Result<(), Error> {
        self.use_up()?.roll_back()
    }

    fn lock(&mut self, number: i64, wait: LockWait) -> Result<bool, Error> {
        self.use_up()?.lock(number, wait)
    }

    fn unlock(&mut self) -> Result<(), Error> {
        self.use_up()?.unlock()
    }
}

/// Records a list, two tenants at a time with a checkpoint after every second time, over a connection that is lost after so
/// many statements.
fn sync(place: &TestDatabase, list: &[Tenant], at: i64, statements: u64) -> Result<(), Error> {
    let connection = Fragile {
        inner: place.address.open(LOCK_TIMEOUT)?,
        left: statements,
    };
    let mut store = Store::over(Box::new(connection), &place.address)?;
    // The server may not have noticed yet that the connection before is lost.
    store.claim(&[account()], LockWait::Forever)?;
    let run = store.begin(minute(at))?;
    let done = match store.start(run, &account(), minute(at))? {
        Start::Resumed(report) => report.tenants as usize,
        _ => 0,
    };
    let mut handed_out = done;
    for (number, tenants) in list[done..].chunks(2).enumerate() {
        handed_out += tenants.len();
        let reached = interrupted(handed_out as u64);
        store.stage(
            run,
            &account(),
            tenants,
            (number % 2 == 1).then_some(&reached),
        )?;
    }
    store.commit_listing(
        run,
        &account(),
        &complete(Certainty::Proved),
        None,
        minute(at),
    )?;
    store.end(run, minute(at))
}

/// The history without its runs: which of them recorded it depends on where it was interrupted.
fn history(place: &TestDatabase) -> Vec<String> {
    let mut lines: Vec<_> = changes(&mut place.open())
        .iter()
        .map(|line| line.split_once(' ').unwrap().1.to_owned())
        .collect();
    lines.sort();
    lines
}

fn a_run_may_be_interrupted_at_each_statement(place: &TestDatabase) {
    let before: Vec<_> = (0..9)
        .map(|number| tenant(&number.to_string(), "old"))
        .collect();
    let mut after: Vec<_> = (1..9)
        .map(|number| tenant(&number.to_string(), "old"))
        .collect();
    after.extend([tenant("x", "new"), tenant("y", "new")]);
    after[3].name = None;
    let reset = || {
        let mut store = place.open();
        for table in ["changes", "listings", "tenants", "staged", "unfinished"] {
            store
                .connection
                .batch(&format!("DELETE FROM {table}"))
                .unwrap();
        }
        record(&mut store, 1, &before, &complete(Certainty::Proved));
    };
    reset();
    sync(place, &after, 2, u64::MAX).unwrap();
    let (state, lines) = (place.snapshot(Point::Latest), history(place));
    assert_eq!(
        lines
            .iter()
            .filter(|line| line.ends_with("gone"))
            .collect::<Vec<_>>(),
        ["0 gone"]
    );

    let mut interrupted = 0;
    for statements in 0.. {
        reset();
        if sync(place, &after, 2, statements).is_ok() {
            break;
        }
        interrupted += 1;
        // Once more, a little later, and then to the end.
        let _ = sync(place, &after, 3, statements / 2 + 5);
        sync(place, &after, 4, u64::MAX).unwrap();
        assert_eq!(
            place.snapshot(Point::Latest),
            state,
            "interrupted after {statements}"
        );
        assert_eq!(history(place), lines, "interrupted after {statements}");
    }
    assert!(interrupted > 30, "{interrupted}");
}
