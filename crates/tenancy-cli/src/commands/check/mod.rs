//! `tenancy check`: tests whether each account can be listed, and says what to do if not.

mod judge;

use futures::future::join_all;
use tenancy::Account;

use super::reporter::block_on;
use crate::args::CheckArguments;
use crate::config::account::AccountConfig;
use crate::config::accounts::Accounts;
use crate::exit::{Exit, Failure};
use crate::output::{Grid, Screen, Tone, controls, log};
use crate::select::field::Style;
use judge::{CHECKS, Checked, Finding, State};

/// Short names of the checks, for the table.
const LABELS: [&str; CHECKS.len()] = ["config", "reach", "key", "scope", "page", "drift", "clock"];

pub(crate) fn run(arguments: &CheckArguments) -> Result<Exit, Failure> {
    if arguments.verbose {
        log::show();
    }
    let configured = Accounts::load(&arguments.accounts)?;
    // Secrets are read first: a keyring may prompt for a password.
    let checks: Vec<_> = configured
        .connect_each(&arguments.requests)
        .map(|(config, account)| check(config, account))
        .collect();
    let checked = block_on(join_all(checks))?;
    arguments.format.print(&checked, || table(&checked))?;
    Ok(exit(&checked))
}

async fn check(config: &AccountConfig, account: Result<Account, Failure>) -> Checked {
    let (name, provider) = (&config.name, config.provider);
    match account {
        Err(failure) => Checked::misconfigured(name, provider.name, failure.message),
        Ok(account) => {
            let probed = account.probe().await;
            Checked::of(name, provider, probed, account.provider().traffic())
        }
    }
}

fn exit(checked: &[Checked]) -> Exit {
    match checked.iter().filter(|checked| checked.usable).count() {
        usable if usable == checked.len() => Exit::Complete,
        0 => Exit::Nothing,
        _ => Exit::Partial,
    }
}

/// One line per account, then the findings.
fn table(checked: &[Checked]) -> String {
    let mut columns = vec![("account", Style::Prose), ("provider", Style::Whole)];
    columns.extend(LABELS.map(|label| (label, Style::Whole)));
    let mut grid = Grid::new(columns);
    for checked in checked {
        let account =
            [&checked.account, checked.provider].map(|text| (text.to_owned(), Tone::Plain));
        grid.add(account.into_iter().chain(checked.findings.iter().map(cell)));
    }
    let mut text = grid.draw(Screen::stdout()).text + "\n";
    for checked in checked {
        for (name, finding) in CHECKS.iter().zip(&checked.findings) {
            if let Some(found) = finding.text() {
                let line = format!("{}, {name}: {found}", checked.account);
                text.push_str(&format!("\n{}\n", controls::escape(&line)));
            }
        }
    }
    text
}

fn cell(finding: &Finding) -> (String, Tone) {
    let tone = match finding.state {
        State::Ok => Tone::Good,
        State::Warning => Tone::Doubtful,
        State::Failed => Tone::Bad,
        State::Unknown => Tone::Faint,
    };
    (finding.brief(), tone)
}
