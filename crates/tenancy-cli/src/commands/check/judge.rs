//! Judges an account by one page of its list, or by the error instead of it.

use std::time::{Duration, SystemTime};

use client_runtime::{Clock, ErrorKind as CallKind, Traffic};
use serde::{Serialize, Serializer};
use tenancy::providers::Descriptor;
use tenancy::{DriftKind, Error, ErrorKind, Probe};

/// How far clocks may differ: responses take time, and the header has whole seconds.
const CLOCK_TOLERANCE: Duration = Duration::from_secs(60);

/// The checks; each needs those before it.
pub(super) const CHECKS: [&str; 7] = [
    "configuration",
    "reachability",
    "credentials",
    "scope",
    "page",
    "drift",
    "clock",
];
const CONFIGURATION: usize = 0;
const REACHABILITY: usize = 1;
const CREDENTIALS: usize = 2;
const SCOPE: usize = 3;
const PAGE: usize = 4;
const DRIFT: usize = 5;
const CLOCK: usize = 6;

/// The findings on an account.
#[derive(Debug, Serialize)]
pub(super) struct Checked {
    pub(super) account: String,
    pub(super) provider: &'static str,
    /// Whether the account can be listed.
    pub(super) usable: bool,
    requests: u64,
    /// How many records the page has.
    records: Option<u64>,
    /// How many tenants the provider reports.
    total: Option<u64>,
    /// One for each of [`CHECKS`].
    #[serde(flatten, serialize_with = "by_check")]
    pub(super) findings: [Finding; CHECKS.len()],
}

fn by_check<S: Serializer>(
    findings: &[Finding; CHECKS.len()],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(CHECKS.iter().zip(findings))
}

/// The result of one check.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    pub(super) state: State,
    /// What was found.
    #[serde(skip_serializing_if = "Option::is_none")]
    found: Option<String>,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<String>,
    /// The table's cell, if not the state.
    #[serde(skip)]
    brief: Option<String>,
}

/// How a check ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum State {
    Ok,
    Warning,
    Failed,
    /// An earlier check failed.
    #[default]
    Unknown,
}

impl Finding {
    fn ok() -> Self {
        Self {
            state: State::Ok,
            ..Self::default()
        }
    }

    fn new(state: State, found: impl Into<String>, advice: Option<&str>) -> Self {
        Self {
            state,
            found: Some(found.into()),
            advice: advice.map(str::to_owned),
            brief: None,
        }
    }

    /// The finding in a word.
    pub(super) fn brief(&self) -> String {
        let word = match self.state {
            State::Ok => "ok",
            State::Warning => "warning",
            State::Failed => "failed",
            State::Unknown => "-",
        };
        self.brief.clone().unwrap_or_else(|| word.to_owned())
    }

    /// What was found and what to do, if anything.
    pub(super) fn text(&self) -> Option<String> {
        let found = self.found.as_deref()?;
        Some(match &self.advice {
            Some(advice) => format!("{found}; {advice}"),
            None => found.to_owned(),
        })
    }
}

impl Checked {
    fn new(account: &str, provider: &'static str) -> Self {
        Self {
            account: account.to_owned(),
            provider,
            usable: false,
            requests: 0,
            records: None,
            total: None,
            findings: Default::default(),
        }
    }

    /// An account whose configuration is wrong.
    pub(super) fn misconfigured(account: &str, provider: &'static str, why: String) -> Self {
        let mut checked = Self::new(account, provider);
        checked.findings[CONFIGURATION] = Finding::new(State::Failed, why, None);
        checked
    }

    /// An account of which a page was requested.
    pub(super) fn of(
        account: &str,
        provider: &Descriptor,
        probed: Result<Probe, Error>,
        traffic: Traffic,
    ) -> Self {
        let mut checked = Self::new(account, provider.name);
        checked.requests = traffic.requests;
        match probed {
            Ok(probe) => checked.pass(&probe),
            Err(error) => checked.fail(&error, provider),
        }
        if let Some(clock) = traffic.clock {
            checked.findings[CLOCK] = judge_clock(clock);
        }
        checked
    }

    fn pass(&mut self, probe: &Probe) {
        self.findings[..PAGE].fill(Finding::ok());
        self.records = Some(probe.records);
        self.total = probe.total;
        self.findings[PAGE] = judge_page(probe);
        self.findings[DRIFT] = judge_drift(probe);
        self.usable = self.findings[PAGE].state != State::Failed;
    }

    /// Marks the check that failed, and those before it as passed.
    fn fail(&mut self, error: &Error, provider: &Descriptor) {
        let failed = failed_check(error, provider);
        // A failing provider, or a proxy in its place, may not have checked the credentials.
        let passed = if failed == PAGE { CREDENTIALS } else { failed };
        self.findings[..passed].fill(Finding::ok());
        self.findings[failed] = Finding::new(State::Failed, error.to_string(), error.advice());
    }
}

/// The index of the check that the error belongs to.
fn failed_check(error: &Error, provider: &Descriptor) -> usize {
    let is_final =
        |code: Option<&str>| code.is_some_and(|code| provider.final_codes.contains(&code));
    match (error.kind(), error.call()) {
        (ErrorKind::Configuration, _) => CONFIGURATION,
        (ErrorKind::Refused, _) => SCOPE,
        (_, Some(call)) if call.is_unauthorized() => CREDENTIALS,
        (_, Some(call)) if call.is_forbidden() || is_final(call.code()) => SCOPE,
        (_, Some(call)) if matches!(call.kind(), CallKind::Connection | CallKind::Timeout) => {
            REACHABILITY
        }
        _ => PAGE,
    }
}

fn judge_page(probe: &Probe) -> Finding {
    if let Some(missing) = &probe.missing {
        let advice = "a list will be incomplete and say so; report it to the provider";
        return Finding::new(State::Failed, missing, Some(advice));
    }
    let Some(record) = &probe.first_quarantined else {
        if let Some(ambiguous) = &probe.ambiguous {
            let advice = "a list will be `assumed` at most";
            return Finding::new(State::Warning, ambiguous, Some(advice));
        }
        let tenants = probe.records - probe.parents;
        let brief = match probe.total {
            Some(total) => format!("{tenants} of {total}"),
            None => tenants.to_string(),
        };
        return Finding {
            brief: Some(brief),
            ..Finding::ok()
        };
    };
    let more = match probe.quarantined {
        0 | 1 => String::new(),
        more => format!(", and {} more", more - 1),
    };
    Finding::new(
        State::Failed,
        format!("{record}{more}"),
        Some(
            "a list will miss such tenants and say so; report it to the provider, or correct the overlay",
        ),
    )
}

fn judge_drift(probe: &Probe) -> Finding {
    let of_kind = |kind| {
        let places = probe.drift.iter().filter(|drift| drift.kind == kind);
        listed(places.map(|drift| drift.path.clone()))
    };
    let omitted = probe.omitted.iter();
    let parts = [
        ("undocumented fields", of_kind(DriftKind::UnknownField)),
        ("undocumented values", of_kind(DriftKind::UnknownValue)),
        ("undocumented nulls", of_kind(DriftKind::UndeclaredNull)),
        (
            "values with an undocumented shape, left out",
            listed(omitted.map(|field| format!("{} ({})", field.path, field.reason))),
        ),
    ];
    let found: Vec<_> = parts
        .into_iter()
        .filter(|(_, which)| !which.is_empty())
        .map(|(what, which)| format!("{what}: {which}"))
        .collect();
    if found.is_empty() {
        return Finding::ok();
    }
    let paths = probe.drift.iter().map(|drift| &drift.path);
    let mut paths = paths.chain(probe.omitted.iter().map(|field| &field.path));
    // Fields beside the records may say that some are missing.
    let advice = match paths.any(|path| path.starts_with("page ")) {
        true => "update the provider's spec to list these too",
        false => "no tenant is missing; update the provider's spec to list these too",
    };
    Finding::new(State::Warning, found.join("; "), Some(advice))
}

/// The first few of them.
fn listed(places: impl Iterator<Item = String>) -> String {
    const SHOWN: usize = 10;
    let mut places: Vec<_> = places.take(SHOWN + 1).collect();
    if places.len() > SHOWN {
        places[SHOWN] = "…".to_owned();
    }
    places.join(", ")
}

fn judge_clock(clock: Clock) -> Finding {
    let apart =
        |later: SystemTime, earlier: SystemTime| later.duration_since(earlier).unwrap_or_default();
    let (behind, ahead) = (
        apart(clock.theirs, clock.ours),
        apart(clock.ours, clock.theirs),
    );
    if behind.max(ahead) <= CLOCK_TOLERANCE {
        return Finding::ok();
    }
    let (apart, side) = if behind > ahead {
        (behind, "behind")
    } else {
        (ahead, "ahead of")
    };
    Finding::new(
        State::Warning,
        format!(
            "this machine's clock is {} s {side} the provider's",
            apart.as_secs()
        ),
        Some("set it: waits until a given time will be wrong"),
    )
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    #[test]
    fn clocks_that_differ_are_reported() {
        let noon = UNIX_EPOCH + Duration::from_secs(1_795_262_400);
        let judged = |ours| judge_clock(Clock::new(noon, ours));
        let seconds = Duration::from_secs;
        assert_eq!(judged(noon + seconds(60)), Finding::ok());
        assert_eq!(judged(noon - seconds(60)), Finding::ok());
        for (ours, text) in [
            (
                noon + seconds(3600),
                "this machine's clock is 3600 s ahead of the provider's; ",
            ),
            (
                noon - seconds(61),
                "this machine's clock is 61 s behind the provider's; ",
            ),
        ] {
            let finding = judged(ours);
            assert_eq!(finding.state, State::Warning);
            assert!(finding.text().unwrap().starts_with(text), "{finding:?}");
        }
    }
}
