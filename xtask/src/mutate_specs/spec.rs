//! Spec: a provider's spec, the snapshots that hold what it comes to, and what they say of a change.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::Value;

use super::naming::{names, refuses};
use super::{Effort, Mutant, Verdict, change, fields};
use crate::tasks::{TaskError, file_error, provider_job};
use crate::{declared, public_api};
use client_codegen::failure::Notes;
use client_codegen::schema::ORIGIN;
use client_codegen::{Job, generate, overlay, prune};

/// Where the snapshots are that a change of a spec shows in.
const SNAPSHOTS: &str = "xtask/tests/snapshots";

/// How the names of the snapshots begin that have a line for each declared field.
const DECLARED: &str = "specs__declared-by-";

/// A provider's spec, and the snapshots that hold what it comes to.
pub(super) struct Spec {
    provider: String,
    pub(super) job: Job,
    /// Snapshot → its lines, as committed.
    committed: BTreeMap<String, BTreeSet<String>>,
    /// The pointers of all that the selected operations reach.
    reached: BTreeSet<String>,
}

impl Spec {
    pub(super) fn read(root: &Path, provider: &str) -> Result<Self, TaskError> {
        let job = provider_job(root, provider)?;
        let mut committed = BTreeMap::new();
        for Made { name, lines } in [declared_of(&job), public_api_of(&job)] {
            let lines = lines.map_err(|refusal| stale(provider, &refusal))?;
            let path = root.join(SNAPSHOTS).join(format!("{name}.snap"));
            let text = fs::read_to_string(&path).map_err(|source| file_error(&path, source))?;
            if content(&text) != lines {
                let why = format!("{} is not what it gives", path.display());
                return Err(stale(provider, &why));
            }
            committed.insert(name, lines);
        }
        let corrected = corrected(&job).map_err(|failure| stale(provider, &failure))?;
        let mut reached = BTreeSet::new();
        origins(&corrected, &mut reached);
        Ok(Self {
            provider: provider.to_owned(),
            job,
            committed,
            reached,
        })
    }

    pub(super) fn mutants(&self) -> Vec<Mutant> {
        let documents = [
            (false, Some(&self.job.document)),
            (true, self.job.overlay.as_ref()),
        ];
        let mut mutants = Vec::new();
        for (in_overlay, document) in documents {
            let Some(document) = document else { continue };
            for field in fields::fields(document) {
                for change in field.changes(document) {
                    mutants.push(Mutant {
                        provider: self.provider.clone(),
                        in_overlay,
                        field: field.clone(),
                        change,
                    });
                }
            }
        }
        mutants
    }

    pub(super) fn judge(&self, mutant: &Mutant, effort: Effort) -> Verdict {
        let mut job = self.job.clone();
        change(&mut job, mutant);
        let declared = self.compare(declared_of(&job), mutant);
        if effort == Effort::Enough && matches!(declared, Seen::Named(_)) {
            return declared.verdict();
        }
        let api = self.compare(public_api_of(&job), mutant);
        self.conclude([declared, api], mutant)
    }

    /// Compares a snapshot with the one that is committed.
    fn compare(&self, made: Made, mutant: &Mutant) -> Seen {
        let field = &mutant.field;
        let Made { name, lines } = made;
        let lines = match lines {
            Err(refusal) if refuses(&refusal, field) => return Seen::Refused(refusal),
            Err(refusal) => return Seen::RefusedWithoutName(refusal),
            Ok(lines) => lines,
        };
        let is_of_fields = name.starts_with(DECLARED);
        let is_named = |line: &String| match is_of_fields {
            true => declared::steps(line).contains(&field.name.as_str()),
            false => names(line, &field.name),
        };
        let changed: Vec<_> = match self.committed.get(&name) {
            Some(before) => before.symmetric_difference(&lines).collect(),
            None => Vec::new(),
        };
        if changed.is_empty() {
            Seen::Same
        } else if changed.into_iter().any(is_named) {
            Seen::Named(name)
        } else {
            Seen::WithoutName(name)
        }
    }

    fn conclude(&self, seen: [Seen; 2], mutant: &Mutant) -> Verdict {
        let is_reached = mutant.in_overlay || self.reached.contains(&mutant.field.owner);
        if seen == [Seen::Same, Seen::Same] && !is_reached {
            return Verdict::Unreached;
        }
        let [declared, api] = seen;
        match (declared, api) {
            (_, refused @ Seen::Refused(_)) | (refused @ Seen::Refused(_), _) => refused.verdict(),
            (Seen::Named(one), Seen::Named(other)) => Verdict::Shown(vec![one, other]),
            (named @ Seen::Named(_), _) | (_, named @ Seen::Named(_)) => named.verdict(),
            (Seen::Same, other) | (other, _) => other.verdict(),
        }
    }
}

/// What one snapshot says of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Seen {
    /// It cannot be made, because codegen refuses the spec, and names the field.
    Refused(String),
    /// The same, but the field is not named.
    RefusedWithoutName(String),
    /// It differs in a line that names the field.
    Named(String),
    /// It differs, but the field is not named.
    WithoutName(String),
    /// It does not differ.
    Same,
}

impl Seen {
    fn verdict(self) -> Verdict {
        match self {
            Self::Refused(reason) => Verdict::Refused(reason),
            Self::RefusedWithoutName(reason) => {
                Verdict::Missed(format!("codegen refuses it without its name: {reason}"))
            }
            Self::Named(snapshot) => Verdict::Shown(vec![snapshot]),
            Self::WithoutName(snapshot) => {
                Verdict::Missed(format!("{snapshot} differs without its name"))
            }
            Self::Same => Verdict::Missed("no snapshot differs".to_owned()),
        }
    }
}

/// A snapshot that a spec comes to.
struct Made {
    name: String,
    /// Its lines, or why codegen refuses the spec.
    lines: Result<BTreeSet<String>, String>,
}

fn declared_of(job: &Job) -> Made {
    let package = &job.settings.package.name;
    let provider = package.strip_suffix("-client").unwrap_or(package);
    let lines = corrected(job).map(|corrected| declared::lines(&corrected, &job.document));
    Made {
        name: format!("{DECLARED}{provider}"),
        lines: lines.map(|lines| lines.into_iter().collect()),
    }
}

fn public_api_of(job: &Job) -> Made {
    let package = &job.settings.package.name;
    let api = || {
        let (files, _) = generate(job).map_err(|failure| failure.to_string())?;
        let source = |path: &str| files.get(&format!("src/{path}")).cloned();
        public_api::of_sources(package, &source)
    };
    Made {
        name: format!("public_api__{package}"),
        lines: api().map(|api| api.lines().map(str::to_owned).collect()),
    }
}

/// The document as the overlay corrects it, and of it what the operations reach.
///
/// # Errors
/// An action of the overlay does not fit any more, or an operation is gone.
pub fn corrected(job: &Job) -> Result<Value, String> {
    let document = job.document.clone();
    let document = match &job.overlay {
        Some(overlay) => {
            overlay::apply(document, overlay, &job.document_name, &mut Notes::default())
                .map_err(|failure| failure.to_string())?
        }
        None => document,
    };
    prune::prune(&document, &job.selections).map_err(|failure| failure.to_string())
}

/// What stands in a snapshot below its header.
pub(super) fn content(snapshot: &str) -> BTreeSet<String> {
    let below = snapshot.splitn(3, "---\n").nth(2).unwrap_or_default();
    below.lines().map(str::to_owned).collect()
}

fn origins(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            found.extend(map.get(ORIGIN).and_then(Value::as_str).map(str::to_owned));
            map.values().for_each(|inside| origins(inside, found));
        }
        Value::Array(elements) => elements.iter().for_each(|inside| origins(inside, found)),
        _ => {}
    }
}

fn stale(provider: &str, why: &str) -> TaskError {
    TaskError::Usage(format!(
        "specs/{provider} as it is: {why}; let `cargo xtask codegen` and the tests pass first"
    ))
}
