//! The tenants that an argument names: a file, standard input, or a database at a point in its history.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::time::Duration;

use tenancy_store::{AccountKey, Address, Point, Snapshot};

use crate::config::database;
use crate::exit::Failure;

/// How long to wait for another program's lock on a database.
pub(super) const LOCK_TIMEOUT: Duration = Duration::from_secs(1);
/// The argument that means standard input.
pub(super) const STDIN: &str = "-";
/// The first bytes of an SQLite file.
pub(super) const SQLITE: &[u8] = b"SQLite format 3\0";

/// The tenants that an argument names.
#[derive(Debug)]
pub(super) struct Side {
    /// The argument, without a password.
    pub(super) name: String,
    pub(super) snapshot: Snapshot,
    /// Whether it is a database, whose snapshot knows which lists were incomplete.
    pub(super) is_database: bool,
}

impl Side {
    /// Reads what an argument names.
    pub(super) fn read(text: &str) -> Result<Self, Failure> {
        if text == STDIN {
            return Self::read_list(io::stdin().lock(), "standard input");
        }
        if !is_server(text) && Path::new(text).exists() {
            return Self::read_file(text, Point::Latest, text);
        }
        match text.rsplit_once('@') {
            Some((place, point)) if !is_server(text) && Path::new(place).exists() => {
                Self::read_file(place, parsed(point)?, text)
            }
            // A server's address may contain another @.
            Some((place, point)) if is_server(text) && !point.contains('/') => {
                Self::read_database(place, parsed(point)?)
            }
            _ if is_server(text) => Self::read_database(text, Point::Latest),
            _ => {
                // The text is only quoted if it contains no password.
                Address::parse(text).map_err(database::failure)?;
                Err(Failure::usage(format!("{text}: no such file")))
            }
        }
    }

    fn read_file(path: &str, point: Point, name: &str) -> Result<Self, Failure> {
        let unreadable = |error| Failure::usage(format!("cannot read {path}: {error}"));
        let mut file = File::open(path).map_err(unreadable)?;
        let mut head = Vec::new();
        let length = SQLITE.len() as u64;
        file.by_ref()
            .take(length)
            .read_to_end(&mut head)
            .map_err(unreadable)?;
        if head == SQLITE {
            return Self::read_database(path, point);
        }
        if point != Point::Latest {
            return Err(Failure::usage(format!(
                "{name}: only a database has a history, and {path} is not one"
            )));
        }
        let text = head.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&head);
        if text
            .trim_ascii_start()
            .first()
            .is_some_and(|first| !b"{[".contains(first))
        {
            return Err(Failure::usage(format!(
                "{path} is neither a list in JSON nor a database; write it with `tenancy list --format ndjson`"
            )));
        }
        Self::read_list(BufReader::new(head.chain(file)), path)
    }

    fn read_list(text: impl BufRead, name: &str) -> Result<Self, Failure> {
        let snapshot =
            Snapshot::read(text).map_err(|error| Failure::usage(format!("{name}, {error}")))?;
        Ok(Self {
            name: name.to_owned(),
            snapshot,
            is_database: false,
        })
    }

    fn read_database(text: &str, point: Point) -> Result<Self, Failure> {
        let address = if is_server(text) {
            database::named_on_command_line(text)?
        } else {
            Address::File(text.into())
        };
        let snapshot =
            tenancy_store::snapshot(&address, point, LOCK_TIMEOUT).map_err(database::failure)?;
        let name = match point {
            Point::Latest => address.to_string(),
            point => format!("{address} at {point}"),
        };
        Ok(Self {
            name,
            snapshot,
            is_database: true,
        })
    }

    /// The accounts that have tenants.
    pub(super) fn accounts(&self) -> BTreeSet<&AccountKey> {
        let tenants = self.snapshot.tenants();
        tenants.map(|(identity, _)| &identity.account).collect()
    }
}

fn is_server(text: &str) -> bool {
    text.starts_with("postgres://") || text.starts_with("postgresql://")
}

fn parsed(point: &str) -> Result<Point, Failure> {
    point.parse().map_err(database::failure)
}
