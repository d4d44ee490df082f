//! Runs several subjects in turns, so that what disturbs the machine disturbs them alike, and holds their lists together.

use super::program::{Programs, Runner};
use super::sample::{Figures, Sample};
use crate::tasks::TaskError;

/// Something that lists, or stands for it.
pub(super) struct Subject {
    pub(super) label: String,
    python: bool,
    arguments: Vec<String>,
}

impl Subject {
    /// One of the measured program's own, by its arguments.
    pub(super) fn new<A: ToString>(label: &str, arguments: impl IntoIterator<Item = A>) -> Self {
        Self {
            label: label.to_owned(),
            python: false,
            arguments: arguments
                .into_iter()
                .map(|argument| argument.to_string())
                .collect(),
        }
    }

    /// The loop in Python.
    pub(super) fn python(label: &str, arguments: &[&str]) -> Self {
        Self {
            python: true,
            ..Self::new(label, arguments)
        }
    }

    fn run(&self, programs: &Programs, runner: Runner) -> Result<Sample, TaskError> {
        let runner = if self.python { Runner::Python } else { runner };
        programs.sample(runner, &self.arguments)
    }
}

/// Runs each subject `rounds` times, in turns, and gives the medians; where there are several, each once more to count its
/// allocations and to see that all list the same.
///
/// # Errors
/// A subject fails, or lists something else than the first one.
pub(super) fn compare(
    programs: &Programs,
    subjects: &[Subject],
    rounds: usize,
) -> Result<Vec<Figures>, TaskError> {
    let mut samples: Vec<Vec<Sample>> = subjects.iter().map(|_| Vec::new()).collect();
    for _ in 0..rounds {
        for (subject, samples) in subjects.iter().zip(&mut samples) {
            samples.push(subject.run(programs, Runner::Timed)?);
        }
    }
    let mut counted = Vec::new();
    if subjects.len() > 1 {
        for subject in subjects {
            counted.push(subject.run(programs, Runner::Counted)?);
        }
        agree(subjects, &counted)?;
    }
    let figures = subjects.iter().zip(&samples).enumerate();
    Ok(figures
        .map(|(at, (subject, samples))| Figures::of(&subject.label, samples, counted.get(at)))
        .collect())
}

/// All subjects have to give the same tenants in the same order, with the same facts as far as they tell any.
fn agree(subjects: &[Subject], samples: &[Sample]) -> Result<(), TaskError> {
    let Some(expected) = samples.first() else {
        return Ok(());
    };
    for (subject, sample) in subjects.iter().zip(samples) {
        let same_facts = sample.facts.is_none() || sample.facts == expected.facts;
        if sample.ids.is_none()
            || (sample.records, sample.ids) != (expected.records, expected.ids)
            || !same_facts
        {
            return Err(TaskError::Program {
                program: subject.label.clone(),
                reason: format!(
                    "does not list what {} lists: {sample:?}, not {expected:?}",
                    subjects[0].label
                ),
            });
        }
    }
    Ok(())
}
