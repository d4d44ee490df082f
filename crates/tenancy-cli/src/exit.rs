//! Exit codes, and the failures behind them.

use std::io;
use std::process::ExitCode;

use tenancy::Report;

/// An exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Everything was delivered.
    Complete = 0,
    /// Nothing could be listed.
    Nothing = 1,
    /// The command was called or configured wrongly.
    Usage = 2,
    /// Something is missing.
    Partial = 3,
    /// Ended by SIGHUP: 128 plus the signal's number, as in shells.
    HungUp = 129,
    /// Ended by SIGINT.
    Interrupted = 130,
    /// Ended by SIGTERM.
    Terminated = 143,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// How the reading of a list ended.
#[derive(Debug)]
pub(crate) enum Ending {
    /// The list ended or reached its limit.
    Finished,
    /// The reader of the output closed it.
    Closed,
    /// The output could not be written, and why.
    Unwritable(String),
    /// A signal, which asks for this exit code.
    Interrupted(Exit),
}

impl From<io::Error> for Ending {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::Closed,
            _ => Self::Unwritable(format!("the output could not be written: {error}")),
        }
    }
}

impl Exit {
    /// The exit code when something else than tenants is missing.
    pub(crate) fn or_partial(self) -> Self {
        match self {
            Self::Complete => Self::Partial,
            exit => exit,
        }
    }

    /// The exit code of a list. A list that reached its limit is complete.
    pub(crate) fn of(report: &Report, ending: &Ending, limited: bool) -> Self {
        let tenants: u64 = report.sources.iter().map(|source| source.tenants).sum();
        match ending {
            Ending::Interrupted(exit) => *exit,
            Ending::Unwritable(_) => Self::Partial,
            Ending::Closed => Self::Complete,
            Ending::Finished if report.complete || limited => Self::Complete,
            Ending::Finished
                if tenants > 0 || report.sources.iter().any(|source| source.complete) =>
            {
                Self::Partial
            }
            Ending::Finished => Self::Nothing,
        }
    }
}

/// Why the command fails before anything was listed.
#[derive(Debug)]
pub(crate) struct Failure {
    /// The exit code.
    pub(crate) exit: Exit,
    /// What happened and what to do, on one line.
    pub(crate) message: String,
    /// More help, on any number of lines; never with text from strangers.
    pub(crate) help: Option<String>,
}

impl Failure {
    /// A failure in the arguments, the configuration or the environment.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self {
            exit: Exit::Usage,
            message: message.into(),
            help: None,
        }
    }

    /// A failure of this machine.
    pub(crate) fn machine(message: impl Into<String>) -> Self {
        Self {
            exit: Exit::Nothing,
            message: message.into(),
            help: None,
        }
    }

    pub(crate) fn with_help(self, help: String) -> Self {
        Self {
            help: Some(help),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A report of sources given as (complete, tenants).
    fn report(sources: &[(bool, u64)]) -> Report {
        let source = |(complete, tenants): &(bool, u64)| {
            serde_json::json!({
                "account": "a", "provider": "p", "complete": complete, "tenants": tenants, "expected": null,
                "pages": 0, "requests": 0, "retries": 0, "duplicates": 0, "quarantined": 0, "not_judged": 0,
                "unknown_fields": [], "left_out": [], "certainty": "unproved", "error": null, "checkpoint": null,
            })
        };
        let complete = sources.iter().all(|(complete, _)| *complete);
        let sources: Vec<_> = sources.iter().map(source).collect();
        serde_json::from_value(serde_json::json!({ "complete": complete, "sources": sources }))
            .unwrap()
    }

    #[test]
    fn finished_lists() {
        let exit = |sources: &[(bool, u64)], limited| {
            Exit::of(&report(sources), &Ending::Finished, limited)
        };
        assert_eq!(exit(&[(true, 3), (true, 0)], false), Exit::Complete);
        assert_eq!(exit(&[(true, 0), (false, 0)], false), Exit::Partial);
        assert_eq!(exit(&[(false, 3), (false, 0)], false), Exit::Partial);
        assert_eq!(exit(&[(false, 0), (false, 0)], false), Exit::Nothing);
        assert_eq!(exit(&[(false, 2), (false, 3)], true), Exit::Complete);
    }

    #[test]
    fn lists_that_were_cut_off() {
        let exit = |ending| Exit::of(&report(&[(false, 3)]), &ending, false);
        assert_eq!(exit(Ending::Closed), Exit::Complete);
        assert_eq!(exit(Ending::Interrupted(Exit::HungUp)), Exit::HungUp);
        assert_eq!(exit(Ending::Unwritable("full".to_owned())), Exit::Partial);
    }
}
