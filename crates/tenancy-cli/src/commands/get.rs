//! `tenancy get`: writes the tenants that have an ID or alias.

use std::io;

use tenancy::{Certainty, SourceReport, Tenant};

use super::list::{self, Listed};
use super::side::Side;
use crate::args::{GetArguments, ListArguments};
use crate::exit::{Ending, Exit, Failure};
use crate::output::{Format, OutputOptions, Screen, message, sink};
use crate::select::filter::Verdict;

/// Why a tenant that was not found may exist, a line for each reason.
type Doubts = Vec<String>;

pub(crate) fn run(arguments: &GetArguments) -> Result<Exit, Failure> {
    let list = arguments.list();
    match &arguments.from {
        None => from_providers(&arguments.id, &list),
        // Exit code 1 is for a tenant that does not exist.
        Some(from) => from_side(&arguments.id, &list, from).map_err(|failure| Failure {
            exit: Exit::Usage,
            ..failure
        }),
    }
}

fn from_providers(id: &str, arguments: &ListArguments) -> Result<Exit, Failure> {
    let Listed {
        exit,
        ending,
        report,
        matched,
        delivered,
    } = list::list(arguments)?;
    Ok(match ending {
        Ending::Finished if matched > 0 && delivered => Exit::Complete,
        Ending::Finished if matched == 0 => {
            let sources = report.sources.iter();
            let verified = arguments.pages.verify;
            absent(
                id,
                sources
                    .filter_map(|source| doubt(source, verified))
                    .collect(),
            )
        }
        _ => exit,
    })
}

/// Why the list may lack a tenant.
fn doubt(source: &SourceReport, verified: bool) -> Option<String> {
    let list = format!("the list of {} ({})", source.account, source.provider);
    match source.certainty {
        _ if !source.complete => Some(format!("{list} is incomplete")),
        Certainty::Assumed => {
            let advice = if verified {
                ""
            } else {
                "; --verify may confirm it"
            };
            Some(format!("{list} is only assumed to be complete{advice}"))
        }
        _ => None,
    }
}

fn from_side(id: &str, arguments: &ListArguments, from: &str) -> Result<Exit, Failure> {
    let format = arguments.format()?;
    let side = Side::read(from)?;
    let mut found = Vec::new();
    for (identity, text) in side.snapshot.tenants() {
        let tenant: Tenant = serde_json::from_str(text).map_err(|error| {
            let (name, id) = (&side.name, &identity.id);
            Failure::usage(format!("{name}: cannot read the tenant `{id}`: {error}"))
        })?;
        let mut filters = arguments.selection.filter.iter();
        if filters.all(|filter| filter.judge((&tenant).into()) == Verdict::Matches) {
            found.push(tenant);
        }
    }
    let options = OutputOptions {
        format,
        columns: arguments.output.rows.columns.clone(),
        query: arguments.output.rows.program()?,
        members: false,
        accounts: Vec::new(),
        screen: Screen::stdout(),
    };
    let mut format = options.into_format();
    let text = written(&mut *format, &found)
        .map_err(|error| Failure::machine(format!("cannot write the result: {error}")))?;
    sink::print(text)?;
    if let Some(failure) = format.failure() {
        message::error(&failure);
        return Ok(Exit::Partial);
    }
    Ok(match found.is_empty() {
        true => absent(id, doubts(&side)),
        false => Exit::Complete,
    })
}

fn written(format: &mut dyn Format, tenants: &[Tenant]) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    format.begin(&mut out)?;
    for tenant in tenants {
        format.row(tenant.into(), &mut out)?;
    }
    format.end(&mut out)?;
    Ok(out)
}

/// Why the side may lack a tenant.
fn doubts(side: &Side) -> Doubts {
    let (name, snapshot) = (&side.name, &side.snapshot);
    if !side.is_database {
        return vec![format!("{name} does not say whether it is complete")];
    }
    if snapshot.is_empty() {
        return vec![format!("{name} has no tenants")];
    }
    let assumed = snapshot.assumed().iter();
    let excluded = snapshot.excluded().iter();
    let doubts = snapshot.doubts().iter().cloned();
    doubts
        .chain(
            assumed.map(|account| format!("the list of {account} is only assumed to be complete")),
        )
        .chain(excluded.map(|account| format!("tenants were excluded from the list of {account}")))
        .map(|doubt| format!("{name}: {doubt}"))
        .collect()
}

/// Says that no tenant was found, and whether it can still exist.
fn absent(id: &str, doubts: Doubts) -> Exit {
    for doubt in &doubts {
        message::warning(doubt);
    }
    if doubts.is_empty() {
        message::error(&format!("no listed tenant has the ID or alias `{id}`"));
        Exit::Nothing
    } else {
        message::error(&format!(
            "no tenant with the ID or alias `{id}` was found, but one may exist"
        ));
        Exit::Partial
    }
}
