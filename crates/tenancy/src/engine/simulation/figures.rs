//! What became of many schedules.

use std::collections::BTreeMap;
use std::fmt;

use super::schedule::{Family, Schedule};
use crate::{Certainty, Report};

/// How lists ended, by family, and which lies servers told.
#[derive(Debug, Default)]
pub(super) struct Figures {
    families: BTreeMap<Family, BTreeMap<Certainty, u64>>,
    lies: BTreeMap<&'static str, u64>,
}

impl Figures {
    pub(super) fn add(&mut self, schedule: &Schedule, report: &Report) {
        let source = &report.sources[0];
        let certainty = match source.complete {
            true => source.certainty,
            false => Certainty::Unproved,
        };
        let family = self.families.entry(schedule.family).or_default();
        *family.entry(certainty).or_default() += 1;
        for kind in schedule.lies.kinds() {
            *self.lies.entry(kind).or_default() += 1;
        }
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            formatter,
            "{:15}{:>10}{:>10}{:>10}{:>10}{:>10}",
            "family", "schedules", "proved", "agreed", "assumed", "unproved"
        )?;
        let certainties = [
            Certainty::Proved,
            Certainty::Agreed,
            Certainty::Assumed,
            Certainty::Unproved,
        ];
        for (family, ended) in &self.families {
            let lists: u64 = ended.values().sum();
            write!(formatter, "{:15}{lists:>10}", format!("{family:?}"))?;
            for certainty in certainties {
                let ended = ended.get(&certainty).copied().unwrap_or_default();
                write!(formatter, "{:>8} %", ended * 100 / lists)?;
            }
            writeln!(formatter)?;
        }
        for (kind, schedules) in &self.lies {
            writeln!(formatter, "{schedules:>10} with {kind}")?;
        }
        Ok(())
    }
}
