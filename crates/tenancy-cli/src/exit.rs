//! How the command ends: its exit codes, and failures that end it before anything was listed.

use std::process::ExitCode;

use tenancy::Report;

/// An exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// What was asked for was delivered.
    Complete = 0,
    /// Nothing could be listed.
    Nothing = 1,
    /// The command was called or configured wrongly.
    Usage = 2,
    /// Something is missing from what was listed.
    Partial = 3,
    /// Ended by Ctrl-C: 128 and the signal's number, as shells have it.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// How the reading of a list ended.
#[derive(Debug)]
pub(crate) enum Ending {
    /// Nothing more was to come.
    Finished,
    /// Whoever read the output has enough of it.
    Closed,
    /// The output could not be written.
    Unwritable(std::io::Error),
    /// By Ctrl-C.
    Interrupted,
}

impl Exit {
    /// The exit code for a list that came to this. A limit that was reached was asked for, whatever else is missing.
    pub(crate) fn of(report: &Report, ending: &Ending, limited: bool) -> Self {
        let tenants: u64 = report.sources.iter().map(|source| source.tenants).sum();
        match ending {
            Ending::Interrupted => Self::Interrupted,
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

/// Why the command ends before anything was listed, and what to do.
#[derive(Debug)]
pub(crate) struct Failure {
    /// The exit code.
    pub(crate) exit: Exit,
    /// What happened and what to do, on one line.
    pub(crate) message: String,
    /// More help, of any number of lines; never with text from strangers in it.
    pub(crate) help: Option<String>,
}

impl Failure {
    /// A failure that the caller can mend: in the arguments, the configuration or the environment.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self {
            exit: Exit::Usage,
            message: message.into(),
            help: None,
        }
    }

    /// A failure of the machine that the command runs on.
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
        assert_eq!(exit(Ending::Interrupted), Exit::Interrupted);
        let full = std::io::Error::from(std::io::ErrorKind::StorageFull);
        assert_eq!(exit(Ending::Unwritable(full)), Exit::Partial);
    }
}
