//! The formats of a list.

pub(crate) mod atomic_file;
mod csv;
pub(crate) mod escape;
mod grid;
mod json;
mod layout;
pub(crate) mod log;
pub(crate) mod message;
mod ndjson;
pub(crate) mod progress;
pub(crate) mod report_file;
mod screen;
pub(crate) mod sink;
pub(crate) mod summary;
mod table;

use std::io;

use schemars::JsonSchema;
use serde::Serialize;
use tenancy::{Member, Tenant};

use crate::args::ListFormat;
use crate::select::field::{Field, Row};

pub(crate) use grid::{Colour, Grid};
pub(crate) use screen::Screen;

/// A format of a list: what it writes for each row, before the first and after the last.
pub(crate) trait Format {
    /// Writes what comes before the first row.
    fn begin(&mut self, out: &mut Vec<u8>) -> io::Result<()>;
    /// Writes a row, or keeps it until the end.
    fn row(&mut self, row: Row<'_>, out: &mut Vec<u8>) -> io::Result<()>;
    /// Writes what comes after the last row. A list that was broken off has no end.
    fn end(&mut self, out: &mut Vec<u8>) -> io::Result<()>;

    /// Whether rows are kept until the end.
    fn keeps(&self) -> bool {
        false
    }

    /// What there is to say of what was written, once it is.
    fn note(&self) -> Option<String> {
        None
    }
}

/// How a list is written.
#[derive(Debug)]
pub(crate) struct Manner {
    pub(crate) format: ListFormat,
    /// The columns, where the format has any; none stand for the format's own.
    pub(crate) columns: Vec<Field>,
    /// Whether rows are users.
    pub(crate) members: bool,
    /// The accounts' names, in order.
    pub(crate) accounts: Vec<String>,
    /// What it is written to.
    pub(crate) screen: Screen,
}

/// The format.
pub(crate) fn format(manner: Manner) -> Box<dyn Format> {
    let Manner {
        columns, members, ..
    } = manner;
    let columns_or = |usual: fn(bool) -> Vec<Field>| {
        if columns.is_empty() {
            usual(members)
        } else {
            columns
        }
    };
    match manner.format {
        ListFormat::Table => Box::new(table::Table::new(
            columns_or(Field::usual),
            manner.accounts,
            manner.screen,
        )),
        ListFormat::Csv => Box::new(csv::Csv::new(
            columns_or(Field::scalar),
            manner.screen.is_terminal(),
        )),
        ListFormat::Json => Box::new(json::Json::default()),
        ListFormat::Ndjson => Box::new(ndjson::NdJson),
    }
}

/// One user of one tenant, as `list --members` writes it in JSON.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct MemberLine<'a> {
    /// The provider.
    provider: &'a str,
    /// The configured account under which the tenant was listed.
    account: &'a str,
    /// The tenant's identity.
    id: &'a str,
    /// The tenant's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    /// The user.
    member: &'a Member,
}

impl<'a> MemberLine<'a> {
    fn new(tenant: &'a Tenant, member: &'a Member) -> Self {
        Self {
            provider: &tenant.provider,
            account: &tenant.account,
            id: &tenant.id,
            name: tenant.name.as_deref(),
            member,
        }
    }
}
