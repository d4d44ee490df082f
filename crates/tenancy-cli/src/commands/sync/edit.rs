//! `tenancy sync rename` and `tenancy sync forget`: edit an account in the database.

use jiff::Timestamp;
use tenancy_store::{AccountContent, AccountKey, Address, Error, ErrorKind, Run, Store};

use super::names;
use crate::args::{EditArguments, ForgetArguments, RenameArguments};
use crate::config::database;
use crate::config::file::is_name;
use crate::exit::{Exit, Failure};
use crate::output::message;
use crate::suggest;

/// A database, and an account in it.
struct Edit {
    store: Store,
    address: Address,
    account: AccountKey,
    content: AccountContent,
}

pub(super) fn rename(arguments: &RenameArguments) -> Result<Exit, Failure> {
    if !is_name(&arguments.new) {
        return Err(Failure::usage(
            "the new name must not be empty or have control characters: no configuration can have such an account",
        ));
    }
    let mut edit = Edit::open(&arguments.edit, &arguments.old)?;
    let new = AccountKey::new(&*edit.account.provider, &*arguments.new);
    if new == edit.account {
        return Err(Failure::usage("the two names are the same"));
    }
    let replaced = edit.store.content(&new).map_err(database::failure)?;
    if !replaced.is_empty() && !arguments.replace {
        return Err(Failure::usage(format!(
            "{new} already has data in the database: {}; --replace deletes it, and the next sync records the differences again",
            shown(replaced)
        )));
    }
    let mut what = format!(
        "{} to {}: {}",
        edit.account,
        arguments.new,
        shown(edit.content)
    );
    if !replaced.is_empty() {
        what.push_str(&format!(
            "; deleted under the new name: {}",
            shown(replaced)
        ));
    }
    if arguments.edit.dry_run {
        message::line(&format!("would rename {what}"));
        return Ok(Exit::Complete);
    }
    let (store, now) = (&mut edit.store, Timestamp::now());
    let renamed = store.rename(&edit.account, &arguments.new, arguments.replace, now);
    Ok(edit.end(renamed.map_err(failure)?, &format!("renamed {what}")))
}

pub(super) fn forget(arguments: &ForgetArguments) -> Result<Exit, Failure> {
    let mut edit = Edit::open(&arguments.edit, &arguments.name)?;
    if arguments.edit.dry_run {
        let (account, content) = (edit.account, shown(edit.content));
        message::line(&format!("would forget {account}: {content}"));
        return Ok(Exit::Complete);
    }
    let forgotten = edit.store.forget(&edit.account, Timestamp::now());
    let (run, gone) = forgotten.map_err(failure)?;
    let what = format!("forgot {}: {gone} tenants marked gone", edit.account);
    Ok(edit.end(run, &what))
}

impl Edit {
    /// Opens the database and finds the account.
    fn open(arguments: &EditArguments, named: &str) -> Result<Self, Failure> {
        let address = database::to_write(arguments.database.to.as_deref(), arguments.demo)?;
        if let Address::File(path) = &address
            && !path.exists()
        {
            return Err(Failure::usage(format!("{address}: no such file")));
        }
        let lock_timeout = Some(arguments.database.lock_timeout());
        let mut store = Store::open(&address, lock_timeout).map_err(database::failure)?;
        let all = store.known_accounts().map_err(database::failure)?;
        let is_asked_for = |account: &AccountKey| {
            let provider = arguments.provider.as_ref();
            account.account == named
                && provider.is_none_or(|provider| *provider == account.provider)
        };
        let found: Vec<_> = all.iter().filter(|account| is_asked_for(account)).collect();
        let account = match found.as_slice() {
            [account] => (*account).clone(),
            [] => return Err(unknown(&address, named, &all)),
            [first, ..] => {
                let found: Vec<_> = found.iter().map(|account| (*account).clone()).collect();
                return Err(Failure::usage(format!(
                    "the database has {}: choose one, for example with --provider {}",
                    names(&found),
                    first.provider
                )));
            }
        };
        let content = store.content(&account).map_err(database::failure)?;
        Ok(Self {
            store,
            address,
            account,
            content,
        })
    }

    fn end(&self, run: Run, what: &str) -> Exit {
        message::line(&format!("{what}; run {} in {}", run.number, self.address));
        Exit::Complete
    }
}

fn failure(error: Error) -> Failure {
    match error.kind() {
        ErrorKind::Busy => Failure::machine(format!("{error}; try again when it has ended")),
        _ => database::failure(error),
    }
}

fn unknown(address: &Address, named: &str, all: &[AccountKey]) -> Failure {
    if all.is_empty() {
        return Failure::usage(format!(
            "{address} has no accounts: `tenancy sync` records them"
        ));
    }
    let known: Vec<_> = all.iter().map(|account| account.account.as_str()).collect();
    let instead = suggest::instead(named, "accounts", &known);
    Failure::usage(format!(
        "{address} has no such account `{named}`; {instead}"
    ))
}

fn shown(content: AccountContent) -> String {
    format!(
        "tenants: {}, gone: {}, recorded lists: {}",
        content.tenants, content.gone, content.lists
    )
}
