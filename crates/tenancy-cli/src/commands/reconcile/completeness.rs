//! Whether the tenants that are reconciled are all that exist.

use std::collections::BTreeMap;
use std::path::Path;

use tenancy::{Certainty, SourceReport};
use tenancy_store::AccountKey;

use crate::commands::side::Side;
use crate::exit::Failure;
use crate::output::report_file::Written;

/// Reasons why tenants may be missing.
#[derive(Debug, Default)]
pub(super) struct Doubts {
    /// Lists that were incomplete, or are not known to be complete.
    pub(super) incomplete: Vec<String>,
    /// Lists that nothing contradicts, and nothing confirms: they are complete only if the user takes them for it.
    pub(super) assumed: Vec<String>,
}

impl Doubts {
    /// The doubts about the lists of a side. A database knows them; those of a file are in the report of its list.
    pub(super) fn of(side: &Side, report: Option<&Path>) -> Result<Self, Failure> {
        let name = &side.name;
        let (incomplete, assumed) = match report {
            None if side.is_database => {
                let excluded = side.snapshot.excluded().iter();
                let excluded = excluded
                    .map(|account| format!("tenants were excluded from the list of {account}"));
                let doubts = side.snapshot.doubts().iter().cloned();
                (
                    doubts.chain(excluded).collect(),
                    side.snapshot.assumed().to_vec(),
                )
            }
            None => {
                let doubt = "not known to be complete: write a report with `tenancy list --report REPORT`, and add --report REPORT";
                (vec![doubt.to_owned()], Vec::new())
            }
            Some(_) if side.is_database => {
                return Err(Failure::usage(format!(
                    "--report is for a file, and {name} is a database, which has its own reports; remove --report"
                )));
            }
            Some(path) => {
                let written = Written::of_list(path)?;
                (of_report(&written, side), assumed_by(&written))
            }
        };
        let incomplete = incomplete.iter().map(|doubt| format!("{name}: {doubt}"));
        let assumed = assumed.iter().map(|account| {
            format!(
                "{name}: the list of {account} is only assumed to be complete; confirm it with --verify when you list it, or add \
                 --accept-assumed"
            )
        });
        Ok(Self {
            incomplete: incomplete.collect(),
            assumed: assumed.collect(),
        })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.incomplete.is_empty() && self.assumed.is_empty()
    }
}

/// The accounts whose list a report calls complete, and only assumes to be.
fn assumed_by(written: &Written) -> Vec<AccountKey> {
    let sources = written.report.sources.iter();
    let sources =
        sources.filter(|source| source.complete && source.certainty == Certainty::Assumed);
    sources.map(account).collect()
}

fn account(source: &SourceReport) -> AccountKey {
    AccountKey::new(source.provider.as_str(), source.account.as_str())
}

fn of_report(written: &Written, side: &Side) -> Vec<String> {
    let mut doubts = Vec::new();
    if !written.delivered {
        doubts.push("some tenants that were listed were not written".to_owned());
    }
    let left_out = [
        ("--filter", &written.filters),
        ("--status", &written.statuses),
    ];
    for (option, values) in left_out {
        for value in values {
            doubts.push(format!(
                "its list had {option} {value}, which left tenants out"
            ));
        }
    }
    let others = [&*written.excluded_accounts, &*written.other_accounts].concat();
    if !others.is_empty() {
        doubts.push(format!(
            "its list left out the accounts {}",
            others.join(", ")
        ));
    }
    // The tenants that the report counts in each account, and those in the file.
    let mut counts: BTreeMap<AccountKey, [u64; 2]> = BTreeMap::new();
    for source in &written.report.sources {
        let account = account(source);
        let is_complete = source.complete && source.certainty != Certainty::Unproved;
        if !is_complete || source.error.is_some() {
            let error = source
                .error
                .as_deref()
                .unwrap_or("it was not read to its end");
            doubts.push(format!("the list of {account} was incomplete: {error}"));
        }
        counts.entry(account).or_default()[0] += source.tenants;
    }
    for (identity, _) in side.snapshot.tenants() {
        match counts.get_mut(&identity.account) {
            Some(counts) => counts[1] += 1,
            None => {
                counts.insert(identity.account.clone(), [0, 1]);
            }
        }
    }
    if !written.report.complete && doubts.is_empty() {
        doubts.push("its report says that it is incomplete".to_owned());
    }
    for (account, [stated, found]) in counts {
        if stated != found && written.filters.is_empty() {
            doubts.push(format!(
                "the report is of another list: it counts {stated} tenants of {account}, and there are {found}"
            ));
        }
    }
    doubts
}
