//! `tenancy sync rename` and `tenancy sync forget`: edit an account in the database.

use jiff::Timestamp;
use tenancy_store::{AccountContent, AccountKey, Address, LockWait, Run, Store};

use super::prepare::{name, names};
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
            "{} already has data in the database: {}; --replace deletes it, and the next sync records the differences again",
            name(&new),
            shown(replaced)
        )));
    }
    let mut what = format!(
        "{} to {}: {}",
        name(&edit.account),
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
    let run = edit.claim(Some(&new))?;
    let renamed = edit
        .store
        .rename(run, &edit.account, &arguments.new, arguments.replace);
    renamed.map_err(database::failure)?;
    edit.end(run, &format!("renamed {what}"))
}

pub(super) fn forget(arguments: &ForgetArguments) -> Result<Exit, Failure> {
    let mut edit = Edit::open(&arguments.edit, &arguments.name)?;
    if arguments.edit.dry_run {
        let (account, content) = (name(&edit.account), shown(edit.content));
        message::line(&format!("would forget {account}: {content}"));
        return Ok(Exit::Complete);
    }
    let run = edit.claim(None)?;
    let forgotten = edit.store.forget(run, &edit.account, Timestamp::now());
    let gone = forgotten.map_err(database::failure)?;
    let account = name(&edit.account);
    edit.end(
        run,
        &format!("forgot {account}: {gone} tenants marked gone"),
    )
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
        let all = store.recorded_accounts().map_err(database::failure)?;
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

    /// Claims the account, and another one if need be, and begins a run.
    fn claim(&mut self, other: Option<&AccountKey>) -> Result<Run, Failure> {
        let mut accounts = vec![self.account.clone()];
        accounts.extend(other.cloned());
        let claimed = self.store.claim(&accounts, LockWait::Never);
        if claimed.map_err(database::failure)?.contains(&false) {
            return Err(Failure::machine(format!(
                "another sync is working on {}; try again when it has ended",
                names(&accounts)
            )));
        }
        self.store
            .begin(Timestamp::now())
            .map_err(database::failure)
    }

    fn end(mut self, run: Run, what: &str) -> Result<Exit, Failure> {
        let ended = self.store.end(run, Timestamp::now());
        ended.map_err(database::failure)?;
        message::line(&format!("{what}; run {} in {}", run.number, self.address));
        Ok(Exit::Complete)
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
