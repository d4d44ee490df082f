//! One row to be: a fault, when it occurs, at which provider, and what it may do.

use provider_sim::{Account as SimAccount, AccountHandle, Provider};

/// What a fault may do to a list, beyond what holds for every row.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expect {
    /// The list is complete and identical to the one without the fault.
    Whole,
    /// One request, and an account that failed.
    Final,
    /// All tenants but the one whose record cannot be read, and the report says so.
    OneMissing,
    /// Nothing beyond what holds for every row.
    Honest,
}

/// An account's settings at the server.
pub(crate) type Setting = fn(SimAccount) -> SimAccount;

/// One row to be.
pub(crate) struct Case {
    pub(crate) fault: &'static str,
    pub(crate) when: &'static str,
    pub(crate) provider: Provider,
    pub(crate) expect: Expect,
    /// Whether the fault is about time: such rows run on their own, with a short time-out.
    pub(crate) timed: bool,
    pub(crate) setting: Setting,
    /// What is done to the account before it is listed.
    pub(crate) arrange: Box<dyn Fn(&AccountHandle)>,
}
