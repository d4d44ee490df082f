//! Which database is meant, and what it takes to log in there.

use std::env;
use std::fs::DirBuilder;
use std::path::PathBuf;

use etcetera::BaseStrategy;
use tenancy_store::{Address, ErrorKind, Server};

use super::passfile;
use crate::exit::Failure;
use crate::output::message;

/// The variable that has the address of the database.
const VARIABLE: &str = "TENANCY_DATABASE_URL";

/// The database that is written: the one that was named, else the one that `TENANCY_DATABASE_URL` names, else one in the
/// platform's folder for data.
pub(crate) fn to_write(named: Option<&str>, demo: bool) -> Result<Address, Failure> {
    if let Some(text) = named {
        return named_on_command_line(text);
    }
    match env::var(VARIABLE) {
        Ok(text) if !text.is_empty() => address(&text),
        Err(env::VarError::NotUnicode(_)) => Err(Failure::usage(format!(
            "{VARIABLE} is no text: set it anew"
        ))),
        _ => usual(if demo { "demo.db" } else { "tenants.db" }),
    }
}

/// A database that was named on the command line, where a password can be seen by others.
pub(crate) fn named_on_command_line(text: &str) -> Result<Address, Failure> {
    let address = address(text)?;
    if let Address::Server(server) = Address::parse(text).map_err(failure)?
        && server.has_password()
    {
        message::warning(&format!(
            "others on this machine can see the password on the command line: put it into PGPASSWORD or ~/.pgpass, or the \
             address into {VARIABLE}"
        ));
    }
    Ok(address)
}

fn address(text: &str) -> Result<Address, Failure> {
    match Address::parse(text).map_err(failure)? {
        Address::Server(server) => {
            if server.is_in_the_clear() {
                message::warning(&format!(
                    "everything goes unencrypted to {server}, the password included, as sslmode=disable asks"
                ));
            }
            Ok(Address::Server(Box::new(with_password(*server)?)))
        }
        file => Ok(file),
    }
}

/// A server with the password from `PGPASSWORD`, else from the file of passwords, unless its address has one.
fn with_password(server: Server) -> Result<Server, Failure> {
    if server.has_password() {
        return Ok(server);
    }
    let password = match env::var("PGPASSWORD") {
        Ok(password) if !password.is_empty() => Some(password),
        _ => passfile::look_up(&server)?,
    };
    Ok(match password {
        Some(password) => server.with_password(&password),
        None => server,
    })
}

/// A file in the platform's folder for data, which is made.
fn usual(name: &str) -> Result<Address, Failure> {
    let strategy = etcetera::choose_base_strategy().map_err(|error| {
        Failure::usage(format!(
            "there is no folder for data ({error}): name a database with --to"
        ))
    })?;
    let folder = strategy.data_dir().join("tenancy");
    make(&folder).map_err(|error| {
        Failure::usage(format!(
            "the folder {} cannot be made ({error}): name a database with --to",
            folder.display()
        ))
    })?;
    Ok(Address::File(folder.join(name)))
}

/// Makes a folder that others cannot look into.
fn make(folder: &PathBuf) -> std::io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(folder)
}

/// A database's failure as the command's.
pub(crate) fn failure(error: tenancy_store::Error) -> Failure {
    match error.kind() {
        ErrorKind::Address
        | ErrorKind::Denied
        | ErrorKind::ReadOnly
        | ErrorKind::Foreign
        | ErrorKind::Newer
        | ErrorKind::Point => Failure::usage(error.to_string()),
        _ => Failure::machine(error.to_string()),
    }
}
