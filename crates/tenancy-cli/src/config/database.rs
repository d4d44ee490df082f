//! The address of the database, and its password.

use std::env;
use std::path::PathBuf;

use etcetera::BaseStrategy;
use tenancy_store::{Address, ErrorKind, Server};

use super::{passfile, permissions};
use crate::exit::Failure;
use crate::output::message;

/// The variable that holds the address of the database.
const VARIABLE: &str = "TENANCY_DATABASE_URL";
/// The file in the data folder.
const DEFAULT: &str = "tenants.db";

/// The database to write: the named one, else that of `TENANCY_DATABASE_URL`, else one in the platform's data folder.
pub(crate) fn to_write(named: Option<&str>, demo: bool) -> Result<Address, Failure> {
    if let Some(text) = named {
        return named_on_command_line(text);
    }
    from_variable().unwrap_or_else(|| default(if demo { "demo.db" } else { DEFAULT }))
}

/// The database that the variable names, if it is set.
fn from_variable() -> Option<Result<Address, Failure>> {
    match env::var(VARIABLE) {
        Ok(text) if !text.is_empty() => Some(address(without_line_break(&text))),
        Err(env::VarError::NotUnicode(_)) => Some(Err(Failure::usage(format!(
            "{VARIABLE} is not valid Unicode; set it to the address of the database"
        )))),
        _ => None,
    }
}

/// The database to read: as [`to_write`] finds it, but nothing is created.
pub(crate) fn to_read(named: Option<&str>) -> Result<Address, Failure> {
    match named {
        Some(text) => named_on_command_line(text),
        None => from_variable().unwrap_or_else(|| Ok(Address::File(folder()?.join(DEFAULT)))),
    }
}

/// A database named on the command line, where others can see a password.
pub(crate) fn named_on_command_line(text: &str) -> Result<Address, Failure> {
    let address = address(text)?;
    if let Address::Server(server) = Address::parse(text).map_err(failure)?
        && server.has_password()
    {
        message::warning(&format!(
            "other users of this machine can see a password on the command line; put it in PGPASSWORD or ~/.pgpass, or the \
             address in {VARIABLE}"
        ));
    }
    Ok(address)
}

fn address(text: &str) -> Result<Address, Failure> {
    match Address::parse(text).map_err(failure)? {
        Address::Server(server) => {
            if server.is_unencrypted() {
                message::warning(&format!(
                    "the connection to {server} is not encrypted, not even the password, because of sslmode=disable"
                ));
            }
            Ok(Address::Server(Box::new(with_password(*server)?)))
        }
        file => Ok(file),
    }
}

/// The server with its password from the address, else from `PGPASSWORD`, else from the password file.
fn with_password(server: Server) -> Result<Server, Failure> {
    if server.has_password() {
        return Ok(server);
    }
    let password = match env::var("PGPASSWORD") {
        Ok(password) if !password.is_empty() => Some(without_line_break(&password).to_owned()),
        _ => passfile::look_up(&server)?,
    };
    Ok(match password {
        Some(password) => server.with_password(&password),
        None => server,
    })
}

/// The text without the line break that shells and editors add.
pub(super) fn without_line_break(text: &str) -> &str {
    text.trim_end_matches(['\r', '\n'])
}

/// The folder for databases in the platform's data folder.
fn folder() -> Result<PathBuf, Failure> {
    let strategy = etcetera::choose_base_strategy().map_err(|error| {
        Failure::usage(format!(
            "this machine has no data folder ({error}); name a database"
        ))
    })?;
    Ok(strategy.data_dir().join("tenancy"))
}

/// A file in the platform's data folder, which is created.
fn default(name: &str) -> Result<Address, Failure> {
    let folder = folder()?;
    permissions::create_private_folder(&folder).map_err(|error| {
        Failure::usage(format!(
            "cannot create the folder {} ({error}); name a database with --to",
            folder.display()
        ))
    })?;
    Ok(Address::File(folder.join(name)))
}

/// The command's failure for an error of the store.
pub(crate) fn failure(error: tenancy_store::Error) -> Failure {
    match error.kind() {
        ErrorKind::Address
        | ErrorKind::Denied
        | ErrorKind::ReadOnly
        | ErrorKind::Foreign
        | ErrorKind::Newer
        | ErrorKind::Invalid
        | ErrorKind::Point => Failure::usage(error.to_string()),
        _ => Failure::machine(error.to_string()),
    }
}
