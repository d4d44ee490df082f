//! What holds for every row, and what the fault of a row may do beyond.

use std::collections::HashSet;
use std::time::Duration;

use provider_sim::AccountHandle;
use tenancy_tests::Outcome;

use crate::case::{Case, Expect};

/// What does not hold of one row that should.
pub(crate) struct Broken<'a> {
    pub(crate) case: &'a Case,
    pub(crate) found: Vec<String>,
}

impl Broken<'_> {
    pub(crate) fn unless(&mut self, holds: bool, what: impl std::fmt::Display) {
        if !holds {
            let Case { fault, when, .. } = self.case;
            let provider = self.case.provider.name();
            self.found
                .push(format!("{fault} / {when} / {provider}: {what}"));
        }
    }
}

/// What holds for every row: nobody twice, nobody invented, and nobody missing without a word.
pub(crate) fn check(
    broken: &mut Broken<'_>,
    outcome: &Outcome,
    expected: &[String],
    received: u64,
) {
    let expect = broken.case.expect;
    let source = &outcome.report.sources[0];
    let ids = outcome.ids();
    let different: HashSet<&str> = ids.iter().copied().collect();
    let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
    let invented = ids.iter().any(|id| !expected.contains(id));
    broken.unless(different.len() == ids.len(), "a tenant twice");
    broken.unless(!invented, "an invented tenant");
    let counted = source.tenants == ids.len() as u64 && source.requests == received;
    broken.unless(counted, format!("{received} requests, but {source:?}"));
    let told = source.complete == source.error.is_none()
        && source.complete == outcome.report.complete
        && source.complete == outcome.errors.is_empty();
    broken.unless(told, "report and faults differ");
    let silent = source.complete && ids.len() < expected.len();
    broken.unless(!silent, "who is missing without a word");
    match expect {
        Expect::Whole => {
            broken.unless(source.complete, format!("{:?}", source.error));
            broken.unless(ids == expected, "another order");
        }
        Expect::Final => {
            let refused = (source.requests, source.retries) == (1, 0) && !source.complete;
            broken.unless(refused, "not taken as final");
        }
        Expect::OneMissing => {
            let one = source.quarantined == 1 && ids.len() + 1 == expected.len();
            broken.unless(one, "not the one record alone");
        }
        Expect::Honest => {}
    }
}

/// The wait that a provider asks for is kept, by the times at which its server received the requests.
pub(crate) fn check_waits(broken: &mut Broken<'_>, handle: &AccountHandle) {
    let asked = match broken.case.fault {
        "429, `Retry-After: 1`" => Duration::from_secs(1),
        "429, `Retry-After` as a date" => Duration::from_secs(1),
        _ => return,
    };
    let times: Vec<Duration> = handle.requests().iter().map(|request| request.at).collect();
    let answered_so = if broken.case.when == "first" {
        1
    } else {
        usize::MAX
    };
    let waits: Vec<_> = times
        .windows(2)
        .take(answered_so)
        .map(|pair| pair[1] - pair[0])
        .collect();
    let kept = !waits.is_empty() && waits.iter().all(|wait| *wait >= asked);
    broken.unless(kept, format!("asked for {asked:?}, waited {waits:?}"));
}
