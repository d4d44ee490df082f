//! Whether the tenants that are reconciled are all that exist.

use std::collections::BTreeMap;
use std::path::Path;

use tenancy_store::AccountKey;

use crate::commands::side::Side;
use crate::exit::Failure;
use crate::output::report_file::Written;

/// Reasons to doubt that a side has all tenants. A file is complete if the report of its list says so.
pub(super) fn doubts(side: &Side, report: Option<&Path>) -> Result<Vec<String>, Failure> {
    let name = &side.name;
    let doubts = match report {
        None if side.is_database => side.snapshot.doubts().to_vec(),
        None => vec![
            "not known to be complete: write a report with `tenancy list --report REPORT`, and add --report REPORT"
                .to_owned(),
        ],
        Some(_) if side.is_database => {
            return Err(Failure::usage(format!(
                "--report is for a file, and {name} is a database, which has its own reports; remove --report"
            )));
        }
        Some(path) => of_report(&Written::of_list(path)?, side),
    };
    let named = doubts.iter().map(|doubt| format!("{name}: {doubt}"));
    Ok(named.collect())
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
    // The tenants that the report counts in each account, and those in the file.
    let mut counts: BTreeMap<AccountKey, [u64; 2]> = BTreeMap::new();
    for source in &written.report.sources {
        let account = AccountKey::new(source.provider.as_str(), source.account.as_str());
        if !source.complete {
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
    for (account, [stated, found]) in counts {
        if stated != found && written.filters.is_empty() {
            doubts.push(format!(
                "the report is of another list: it counts {stated} tenants of {account}, and there are {found}"
            ));
        }
    }
    doubts
}
