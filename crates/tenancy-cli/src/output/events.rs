//! Writes changes as events: one CloudEvent (version 1.0, JSON) per line.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use serde::Serialize;
use serde_json::Value;
use tenancy_store::{Change, FieldChange};

use super::atomic_file::AtomicFile;
use super::controls;
use super::sink::{Destination, stdout};
use crate::exit::Failure;

/// An event, with the run's number as an extension attribute.
#[derive(Debug, Serialize)]
struct Event<'a> {
    specversion: &'static str,
    id: String,
    source: String,
    r#type: String,
    time: String,
    subject: String,
    run: i64,
    data: Data<'a>,
}

#[derive(Debug, Serialize)]
struct Data<'a> {
    tenant: &'a Value,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    fields: &'a [FieldChange],
}

/// The event of a change.
fn event(change: &Change) -> Event<'_> {
    let identity = &change.identity;
    let (account, id) = (&identity.account.account, &identity.id);
    Event {
        specversion: "1.0",
        id: change.id(),
        source: format!("/tenancy/{}", identity.account.provider),
        r#type: format!("tenancy.tenant.{}", change.kind.as_str()),
        time: change.at.to_string(),
        // No attribute may have control characters.
        subject: controls::escape(&format!("{account}/{id}")).into_owned(),
        run: change.run,
        data: Data {
            tenant: &change.tenant,
            fields: &change.fields,
        },
    }
}

/// Opens the output before there are changes, so that a path that cannot be written fails early. `-` is standard output.
pub(crate) fn open(path: Option<&Path>) -> Result<Destination, Failure> {
    let Some(path) = path.filter(|path| *path != Path::new("-")) else {
        return Ok(Destination::Stdout);
    };
    let file = AtomicFile::open(path).map_err(|error| {
        let path = path.display();
        Failure::usage(format!(
            "cannot write the changes to {path}: {error}; choose another file"
        ))
    })?;
    Ok(Destination::File(file))
}

/// Writes the event of each change, and returns how many there were. A file is replaced once it has all of them.
pub(crate) fn write(
    changes: impl Iterator<Item = Result<Change, tenancy_store::Error>>,
    destination: Destination,
) -> io::Result<u64> {
    match destination {
        Destination::Stdout => write_lines(changes, &mut stdout()),
        Destination::File(mut file) => {
            let written = write_lines(changes, &mut file)?;
            file.commit()?;
            Ok(written)
        }
    }
}

fn write_lines(
    changes: impl Iterator<Item = Result<Change, tenancy_store::Error>>,
    out: &mut dyn Write,
) -> io::Result<u64> {
    let mut out = BufWriter::with_capacity(64 * 1024, out);
    let mut written = 0;
    for change in changes {
        let text = serde_json::to_string(&event(&change.map_err(io::Error::other)?))?;
        writeln!(out, "{}", controls::escape_json(&text))?;
        written += 1;
    }
    out.flush()?;
    Ok(written)
}
