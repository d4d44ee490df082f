//! `tenancy config`: writes a configuration file from the template, or prints its path.

use std::fs::{self, OpenOptions};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use crate::args::{ConfigArguments, ConfigCommand, InitArguments, example};
use crate::config::{accounts, permissions};
use crate::exit::{Exit, Failure};
use crate::output::{controls, message, sink};

pub(crate) fn run(arguments: &ConfigArguments) -> Result<Exit, Failure> {
    match &arguments.command {
        ConfigCommand::Init(arguments) => init(arguments),
        ConfigCommand::Path => show_path(),
    }
}

fn show_path() -> Result<Exit, Failure> {
    let path = path()?;
    if !path.try_exists().unwrap_or(true) {
        message::line("the file does not exist yet; `tenancy config init` writes one");
    }
    let text = path.to_string_lossy();
    // Scripts need the exact path.
    let shown = if io::stdout().is_terminal() {
        controls::escape(&text)
    } else {
        text
    };
    sink::print(format!("{shown}\n"))?;
    Ok(Exit::Complete)
}

fn path() -> Result<PathBuf, Failure> {
    accounts::path().ok_or_else(|| {
        Failure::usage("this machine has no configuration folder; set TENANCY_CONFIG to a file")
    })
}

fn init(arguments: &InitArguments) -> Result<Exit, Failure> {
    let path = match &arguments.path {
        Some(path) => path.clone(),
        None => path()?,
    };
    write(&path, arguments.force).map_err(|error| {
        let why = match error.kind() {
            io::ErrorKind::AlreadyExists => {
                "it exists; edit it, or replace it with --force".to_owned()
            }
            _ => format!("{error}; name another file with --path"),
        };
        Failure::usage(format!("cannot write {}: {why}", path.display()))
    })?;
    message::line(&format!(
        "wrote {}; add your accounts to it, then run `tenancy check`",
        path.display()
    ));
    Ok(Exit::Complete)
}

/// Writes the template to a file that only its owner can read, from the first byte.
fn write(path: &Path, replace: bool) -> io::Result<()> {
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        permissions::create_private_folder(folder)
            .map_err(|error| io::Error::other(format!("its folder cannot be created: {error}")))?;
    }
    if replace && path.try_exists()? {
        fs::remove_file(path)?;
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(path)?
        .write_all(example::template().as_bytes())
}
