//! The subcommand `check`: whether each account can be listed, and what to do where it cannot.

mod judge;

use client_runtime::Connections;
use futures::future::join_all;
use tenancy::Account;

use crate::args::{CheckArguments, CheckFormat};
use crate::config::account::Setup;
use crate::config::demo::Demonstration;
use crate::exit::{Exit, Failure};
use crate::output::{Colour, Grid, Screen};
use crate::select::field::Style;
use crate::{config::choose, config::connect, output::escape, output::log, output::sink};
use judge::{Checked, Finding, State};

/// The checks' names where there is no room for long ones.
const LABELS: [&str; Checked::NAMES.len()] =
    ["config", "reach", "key", "scope", "page", "drift", "clock"];

/// Checks the accounts.
pub(crate) fn run(arguments: &CheckArguments) -> Result<Exit, Failure> {
    if arguments.verbose {
        log::show();
    }
    // The server of a demonstration runs until all is checked.
    let demonstration = Demonstration::wanted(&arguments.accounts)?;
    let setups = choose::wanted(&arguments.accounts, demonstration.as_ref())?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::machine(format!("the runtime cannot be started: {error}")))?;
    // Secrets are read before: a keyring may ask a person first.
    let connections = Connections::default();
    let opened = setups.iter().map(|setup| {
        let account = connect::open_one(setup, &arguments.requests, &connections);
        (setup, account)
    });
    let checks = opened.map(|(setup, account)| check(setup, account));
    let checks: Vec<_> = checks.collect();
    let checked = runtime.block_on(join_all(checks));
    // A name that is still being resolved is not waited for.
    runtime.shutdown_background();
    let text = match arguments.format {
        CheckFormat::Table => table(&checked),
        CheckFormat::Json => json(&checked)?,
    };
    sink::print(&text)?;
    Ok(exit(&checked))
}

async fn check(setup: &Setup, account: Result<Account, Failure>) -> Checked {
    let (name, provider) = (&setup.name, setup.kind.name());
    match account {
        Err(failure) => Checked::unusable(name, provider, failure.message),
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

fn json(checked: &[Checked]) -> Result<String, Failure> {
    let text = serde_json::to_string_pretty(checked)
        .map_err(|error| Failure::machine(format!("the result cannot be written: {error}")))?;
    Ok(format!("{}\n", escape::json(&text)))
}

/// One line an account, and below them what was found and what to do.
fn table(checked: &[Checked]) -> String {
    let mut columns = vec![("account", Style::Prose), ("provider", Style::Whole)];
    columns.extend(LABELS.map(|label| (label, Style::Whole)));
    let mut grid = Grid::new(columns);
    for checked in checked {
        let account =
            [&checked.account, checked.provider].map(|text| (text.to_owned(), Colour::Plain));
        grid.add(account.into_iter().chain(checked.findings().map(cell)));
    }
    let mut text = grid.draw(Screen::stdout()).text + "\n";
    for checked in checked {
        for (name, finding) in Checked::NAMES.iter().zip(checked.findings()) {
            if let Some(told) = finding.told() {
                let line = format!("{}, {name}: {told}", checked.account);
                text.push_str(&format!("\n{}\n", escape::terminal(&line)));
            }
        }
    }
    text
}

fn cell(finding: &Finding) -> (String, Colour) {
    let colour = match finding.state {
        State::Ok => Colour::Good,
        State::Warning => Colour::Doubtful,
        State::Failed => Colour::Bad,
        State::Unknown => Colour::Faint,
    };
    (finding.brief(), colour)
}
