//! The table of what the mutants came to.

use std::collections::BTreeMap;

use crate::mutation::{Class, Mutation};
use crate::verdict::Verdict;

/// What the mutants of each field came to.
#[derive(Default)]
pub(crate) struct Table {
    fields: BTreeMap<String, BTreeMap<(Class, String), Vec<&'static str>>>,
    count: BTreeMap<String, usize>,
    wrong: BTreeMap<String, Vec<String>>,
}

impl Table {
    /// Notes what a mutant of a field came to.
    pub(crate) fn note(&mut self, field: &str, mutation: &Mutation, verdict: &Verdict) {
        let told = verdict.to_string();
        *self.count.entry(told.clone()).or_default() += 1;
        let rows = self.fields.entry(field.to_owned()).or_default();
        let names = rows.entry((mutation.class, told)).or_default();
        if !names.contains(&mutation.name) {
            names.push(mutation.name);
        }
        if let Verdict::SilentlyWrong(why) = verdict {
            let class = format!("{:?}", mutation.class).to_lowercase();
            let why = format!("{}: {why}", mutation.name);
            let found = self.wrong.entry(format!("{field}: {class}")).or_default();
            found.push(why);
        }
    }

    /// The fields and the kinds of mutations where something was silently wrong, and what.
    pub(crate) fn wrong(&self) -> &BTreeMap<String, Vec<String>> {
        &self.wrong
    }

    /// The table as text: fields of which every mutant came to the same stand together.
    pub(crate) fn text(&self) -> String {
        let mut groups: Vec<(Vec<&str>, String)> = Vec::new();
        for (field, rows) in &self.fields {
            let told = rows
                .iter()
                .map(|((class, verdict), names)| {
                    let class = format!("{class:?}").to_lowercase();
                    format!("  {class:<8} {verdict:<14} {}\n", names.join(", "))
                })
                .collect();
            match groups.iter_mut().find(|(_, same)| *same == told) {
                Some((fields, _)) => fields.push(field),
                None => groups.push((vec![field], told)),
            }
        }
        let groups = groups
            .into_iter()
            .map(|(fields, told)| format!("{}\n{told}\n", fields.join(", ")));
        let count = self
            .count
            .iter()
            .map(|(verdict, count)| format!("{count} {verdict}"));
        groups.collect::<String>() + &count.collect::<Vec<_>>().join(", ") + "\n"
    }
}
