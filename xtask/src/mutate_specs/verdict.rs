//! Verdict: what came of a change, and of all of them.

use std::fmt;

use super::Mutant;

/// What came of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Codegen refuses the spec, in these words, and names the field.
    Refused(String),
    /// These snapshots differ in a line that names the field.
    Shown(Vec<String>),
    /// No selected operation reaches the field: it cannot reach a tenant.
    Unreached,
    /// It passed; why that is not good enough.
    Missed(String),
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(reason) => write!(f, "codegen refuses it: {reason}"),
            Self::Shown(snapshots) => write!(f, "shown in {}", snapshots.join(", ")),
            Self::Unreached => f.write_str("no selected operation reaches it"),
            Self::Missed(why) => write!(f, "missed: {why}"),
        }
    }
}

/// What came of all changes.
#[derive(Debug, Default)]
pub struct Tally {
    /// Each change with what came of it.
    pub verdicts: Vec<(Mutant, Verdict)>,
}

impl Tally {
    /// Whether every change was caught that can reach a tenant.
    pub fn is_whole(&self) -> bool {
        !self
            .verdicts
            .iter()
            .any(|(_, verdict)| matches!(verdict, Verdict::Missed(_)))
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = |of: &dyn Fn(&Verdict) -> bool| {
            self.verdicts
                .iter()
                .filter(|(_, verdict)| of(verdict))
                .count()
        };
        let refused = count(&|verdict| matches!(verdict, Verdict::Refused(_)));
        let shown = count(&|verdict| matches!(verdict, Verdict::Shown(_)));
        let unreached = count(&|verdict| *verdict == Verdict::Unreached);
        let tried = self.verdicts.len() - unreached;
        let mut declared: Vec<_> = self
            .verdicts
            .iter()
            .map(|(mutant, _)| (&mutant.provider, mutant.in_overlay, &mutant.field.pointer))
            .collect();
        declared.dedup();
        for (mutant, verdict) in &self.verdicts {
            if matches!(verdict, Verdict::Missed(_) | Verdict::Unreached) {
                writeln!(f, "{mutant}: {verdict}")?;
            }
        }
        writeln!(
            f,
            "{} fields, {tried} changes that can reach a tenant: codegen refuses {refused}, a snapshot shows {shown}",
            declared.len()
        )?;
        if unreached > 0 {
            writeln!(
                f,
                "{unreached} further changes are of fields that no selected operation reaches"
            )?;
        }
        writeln!(f, "caught {} of {tried}", refused + shown)
    }
}
