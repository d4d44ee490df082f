//! The accounts: how complete their lists are, and what to do about those that are not.

use jiff::{SignedDuration, Timestamp};
use tenancy::Certainty;
use tenancy_store::{AccountState, Snapshot};

use super::content::{Cell, Row, Section, counted, minute, number, text};
use super::foreign::Foreign;
use crate::output::Tone;

/// An account that was last listed this long before the latest list is no longer listed.
const FORGOTTEN: SignedDuration = SignedDuration::from_hours(48);

/// The accounts, those that need attention first, and how many these are.
pub(super) fn section(
    accounts: &[AccountState],
    snapshot: &Snapshot,
    most: usize,
) -> (Section, u64) {
    let latest = accounts.iter().map(|account| account.listed_at).max();
    let rows = accounts.iter().map(|account| row(account, latest));
    let (noted, complete): (Vec<_>, Vec<_>) = rows.partition(|row| !row.notes.is_empty());
    let in_doubt = accounts
        .iter()
        .filter(|account| is_in_doubt(account, latest));
    let in_doubt = in_doubt.count() + snapshot.unlisted().len();
    let noted_accounts = [
        ("No list was recorded of", snapshot.unlisted()),
        (
            "Tenants were excluded from the list of",
            snapshot.excluded(),
        ),
    ];
    let sentences = noted_accounts
        .iter()
        .filter(|(_, accounts)| !accounts.is_empty());
    let sentences: Vec<_> = sentences
        .map(|(what, accounts)| {
            let names: Vec<_> = accounts.iter().map(ToString::to_string).collect();
            format!("{what} {}.", names.join(", "))
        })
        .collect();
    let section = Section {
        title: "Accounts".to_owned(),
        note: (!sentences.is_empty()).then(|| sentences.join(" ")),
        columns: vec![
            text("account"),
            text("provider"),
            text("list"),
            text("certainty"),
            number("tenants"),
            text("last listed"),
            text("last complete"),
        ],
        rows: noted.into_iter().chain(complete).take(most).collect(),
        total: accounts.len() as u64,
        empty: "No account was listed.",
    };
    (section, in_doubt as u64)
}

/// Whether tenants may be missing from an account, other than those that an assumed list may always lack.
fn is_in_doubt(account: &AccountState, latest: Option<Timestamp>) -> bool {
    !account.report.complete || account.withheld > 0 || is_forgotten(account, latest)
}

/// Whether other accounts were listed since, although this one has tenants. Those of an account that was forgotten are gone.
fn is_forgotten(account: &AccountState, latest: Option<Timestamp>) -> bool {
    let is_old = latest.is_some_and(|latest| latest.duration_since(account.listed_at) > FORGOTTEN);
    is_old && account.tenants > 0
}

fn row(account: &AccountState, latest: Option<Timestamp>) -> Row {
    let notes = notes(account, latest);
    let report = &account.report;
    let list = match (report.complete, is_in_doubt(account, latest)) {
        (true, false) => Cell::Word(Tone::Good, "complete"),
        (true, true) => Cell::Word(Tone::Doubtful, "in doubt"),
        (false, _) => Cell::Word(Tone::Bad, "incomplete"),
    };
    Row {
        cells: vec![
            Cell::Foreign(Foreign::new(&account.account.account)),
            Cell::Foreign(Foreign::new(&account.account.provider)),
            list,
            certainty(report.certainty),
            Cell::Number(account.tenants),
            Cell::Time(account.listed_at),
            account.completed_at.into(),
        ],
        notes: notes.iter().map(|note| Foreign::message(note)).collect(),
    }
}

fn certainty(certainty: Certainty) -> Cell {
    match certainty {
        Certainty::Proved => Cell::Word(Tone::Good, "proved"),
        Certainty::Agreed => Cell::Word(Tone::Good, "agreed"),
        Certainty::Assumed => Cell::Word(Tone::Doubtful, "assumed"),
        _ => Cell::Word(Tone::Bad, "unproved"),
    }
}

/// What is wrong with an account's list, and what to do.
fn notes(account: &AccountState, latest: Option<Timestamp>) -> Vec<String> {
    let mut notes = Vec::new();
    let report = &account.report;
    if !report.complete {
        let why = report.error.as_deref();
        notes.push(format!(
            "its last list is incomplete: {}",
            why.unwrap_or("it was not read to its end")
        ));
    }
    if account.withheld > 0 {
        notes.push(format!(
            "its last list lacks {}, more than one list may mark gone: they stay until a second list, an hour or more later, \
             lacks them too; `tenancy sync --max-gone 100%` accepts the loss at once",
            counted(account.withheld, "tenant", "tenants")
        ));
    } else if account.missing > 0 {
        notes.push(format!(
            "its last list lacks {}, but does not prove that nothing was missed: they stay as they were",
            counted(account.missing, "tenant", "tenants")
        ));
    }
    if is_forgotten(account, latest) {
        notes.push(format!(
            "it was last listed at {}, long before the other accounts: add it to the configuration again, or remove its tenants \
             with `tenancy sync forget`",
            minute(account.listed_at)
        ));
    }
    notes
}
