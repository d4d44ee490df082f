//! The customers, and the pins.

use std::collections::BTreeMap;
use std::path::Path;

use tenancy_store::{AccountKey, Address, Identity};

use super::record::Columns;
use super::records;
use crate::commands::side::STDIN;
use crate::config::database;
use crate::exit::Failure;
use crate::matching::{Keys, Pins, Rule};

/// The column that identifies a customer, unless another one is named.
const ID: &str = "id";
/// The columns of pins.
const PIN: [&str; 4] = ["provider", "account", "id", "customer"];

/// Reads the customers from a file, or with a query from a database, with the keys of all their records.
pub(in crate::commands) fn customers(
    place: &str,
    query: Option<&str>,
    id: Option<&str>,
    rules: &[Rule],
) -> Result<BTreeMap<String, Keys>, Failure> {
    let choose = |columns: &Columns| {
        let mut chosen = vec![id_column(columns, id)?];
        for rule in rules {
            chosen.push(columns.position(&rule.column)?);
        }
        Ok(chosen)
    };
    let (name, records) = match query {
        Some(query) => {
            let address = database::named_on_command_line(place)?;
            let records = records::select(&address, query, choose)?;
            (address.to_string(), records)
        }
        None => (place.to_owned(), records::read(file(place)?, choose)?),
    };
    let mut customers: BTreeMap<String, Keys> = BTreeMap::new();
    for record in records {
        let mut cells = record.cells.into_iter();
        let id = one(cells.next()).ok_or_else(|| {
            Failure::usage(format!(
                "{name}: {}: the customer has no ID; add it, or name another column with --customer-id",
                record.place
            ))
        })?;
        let keys = customers
            .entry(id)
            .or_insert_with(|| vec![Vec::new(); rules.len()]);
        for (keys, cells) in keys.iter_mut().zip(cells) {
            for key in cells {
                if !key.trim().is_empty() {
                    keys.push(key);
                }
            }
        }
    }
    // The order of the records does not matter.
    for keys in customers.values_mut().flatten() {
        keys.sort_unstable();
        keys.dedup();
    }
    Ok(customers)
}

/// The path of a file of customers. An address is not shown, because it may contain a password.
fn file(place: &str) -> Result<&Path, Failure> {
    let path = Path::new(place);
    if place != STDIN
        && !path.exists()
        && let Address::Server(_) = Address::parse(place).map_err(database::failure)?
    {
        return Err(Failure::usage(
            "--customers names a database; add --query with the SELECT that reads the customers",
        ));
    }
    Ok(path)
}

fn id_column(columns: &Columns, named: Option<&str>) -> Result<usize, String> {
    match named {
        Some(name) => columns.position(name),
        None if columns.are_ordered && !columns.names.iter().any(|name| name == ID) => {
            // A header such as `Name,ID` has one all the same.
            let is_id = |name: &String| name.eq_ignore_ascii_case(ID);
            Ok(columns.names.iter().position(is_id).unwrap_or(0))
        }
        None => columns
            .position(ID)
            .map_err(|why| format!("{why}; name the column with --customer-id")),
    }
}

/// Reads the pins.
pub(in crate::commands) fn pins(path: &Path) -> Result<Pins, Failure> {
    let records = records::read(path, |columns| {
        let positions = PIN.iter().map(|name| columns.position(name));
        let positions: Result<_, _> = positions.collect();
        positions.map_err(|why| format!("{why}; the columns of pins are {}", PIN.join(", ")))
    })?;
    let mut pins = Pins::new();
    for record in records {
        let place = record.place;
        let mut cells = PIN.iter().zip(record.cells).map(|(name, cells)| {
            one(Some(cells)).ok_or_else(|| {
                Failure::usage(format!(
                    "{}: {place}: the pin has no `{name}`; add it, or remove the pin",
                    path.display()
                ))
            })
        });
        let mut next = || cells.next().unwrap_or_else(|| Ok(String::new()));
        let account = AccountKey::new(next()?, next()?);
        let identity = Identity {
            account,
            id: next()?,
        };
        pins.entry(identity).or_default().insert(next()?);
    }
    Ok(pins)
}

/// The only value, unless it is empty.
fn one(cells: Option<Vec<String>>) -> Option<String> {
    let [cell] = <[String; 1]>::try_from(cells?).ok()?;
    (!cell.trim().is_empty()).then_some(cell)
}
