//! The commands: files in, codegen, files out.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::scaffold;
use client_codegen::check::diff;
use client_codegen::client_toml::ClientToml;
use client_codegen::emit::crate_files::Crate;
use client_codegen::emit::{Files, Settings};
use client_codegen::error::{Diagnostics, Error};
use client_codegen::prune::Selection;
use client_codegen::{Job, generate, prune, read};

/// What a command ends with when it does not succeed.
#[derive(Debug, Error)]
pub enum TaskError {
    /// Codegen could not go on.
    #[error("{file}: {failure}")]
    Codegen {
        /// The document, or its overlay.
        file: String,
        /// Where in it, and why.
        failure: Error,
    },
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// The generated crates are not what the specs give.
    #[error(
        "{diff}the generated clients are not what specs/ gives; run `cargo xtask codegen` and commit what it writes"
    )]
    Stale {
        /// The unified diff.
        diff: String,
    },
    /// A program that was run failed, or told what it should not have.
    #[error("{program}: {reason}")]
    Program {
        /// The program, perhaps with its arguments.
        program: String,
        /// What went wrong.
        reason: String,
    },
    /// The command was called in a way that makes no sense.
    #[error("{0}")]
    Usage(String),
}

type Result<T> = std::result::Result<T, TaskError>;

/// The workspace's folder.
pub fn workspace_root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_owned()
}

/// Generates every crate of `root/specs`, or only compares them with the tree.
///
/// # Errors
/// A spec that cannot be generated; a file that cannot be read or written; with `check`, a tree that differs.
pub fn codegen_workspace(root: &Path, check: bool) -> Result<()> {
    let mut differences = String::new();
    let providers = folders(&root.join("specs"))?;
    let clients = folders(&root.join("crates/clients"))?;
    if let Some(stray) = clients.iter().find(|name| !providers.contains(name)) {
        return Err(TaskError::Usage(format!(
            "crates/clients/{stray} has no specs/{stray}: remove it, or add the spec"
        )));
    }
    for provider in providers {
        let folder = root.join("crates/clients").join(&provider);
        let wanted = generate_provider(root, &provider)?;
        let there = read_tree(&folder)?;
        if check {
            differences.push_str(&diff(
                &format!("crates/clients/{provider}"),
                &there,
                &wanted,
            ));
        } else {
            for extra in there.keys().filter(|path| !wanted.contains_key(*path)) {
                let path = folder.join(extra);
                fs::remove_file(&path).map_err(|source| file_error(&path, source))?;
            }
            write_tree(&folder, &there, &wanted)?;
        }
    }
    if differences.is_empty() {
        Ok(())
    } else {
        Err(TaskError::Stale { diff: differences })
    }
}

/// The files of one provider's crate.
///
/// # Errors
/// As [`codegen_workspace`].
pub fn generate_provider(root: &Path, provider: &str) -> Result<Files> {
    let job = provider_job(root, provider)?;
    run(&job, &format!("specs/{provider}"))
}

/// One provider's job, as its folder under `specs/` states it.
///
/// # Errors
/// A file that is not there, or is not what it should be.
pub fn provider_job(root: &Path, provider: &str) -> Result<Job> {
    let folder = root.join("specs").join(provider);
    let source = format!("specs/{provider}/");
    let document = ["openapi.yaml", "openapi.json"]
        .iter()
        .map(|name| folder.join(name))
        .find(|path| path.exists());
    let document = document.unwrap_or_else(|| folder.join("openapi.yaml"));
    let toml = ClientToml::parse(&text(&folder.join("client.toml"))?).map_err(|failure| {
        TaskError::Codegen {
            file: source.clone(),
            failure,
        }
    })?;
    // The skeleton of a new provider's overlay has no action yet.
    let overlay = folder.join("overlay.yaml");
    let overlay = if overlay.exists() && has_actions(&overlay)? {
        Some(overlay)
    } else {
        None
    };
    let settings = Settings {
        package: Crate {
            name: toml.name.clone(),
            version: toml.version.clone(),
            title: toml.title.clone(),
            description: toml.description.clone(),
            source,
            runtime: "../../client-runtime".to_owned(),
            own_workspace: false,
        },
        strict: false,
        checked: true,
    };
    job(
        &document,
        read_spec(&document)?,
        overlay.as_deref(),
        toml.selections(),
        settings,
    )
}

fn has_actions(overlay: &Path) -> Result<bool> {
    let actions = parse(overlay)?;
    Ok(actions
        .get("actions")
        .and_then(serde_json::Value::as_array)
        .is_none_or(|actions| !actions.is_empty()))
}

/// What the stand-alone form is given.
#[derive(Clone, Debug)]
pub struct StandAlone {
    /// The document, YAML or JSON.
    pub spec: PathBuf,
    /// Its overlay.
    pub overlay: Option<PathBuf>,
    /// The operations.
    pub operations: Vec<String>,
    /// The crate's name.
    pub name: String,
    /// The crate's folder.
    pub out: PathBuf,
    /// Types exactly as the document states them.
    pub strict: bool,
}

/// Writes a crate of its own for any document.
///
/// # Errors
/// As [`codegen_workspace`].
pub fn codegen_stand_alone(root: &Path, ask: &StandAlone) -> Result<()> {
    if ask.operations.is_empty() {
        return Err(TaskError::Usage(
            "--operations names at least one operation".to_owned(),
        ));
    }
    if !is_crate_name(&ask.name) {
        return Err(TaskError::Usage(format!(
            "`{}` is no crate name: lower-case letters, digits and `-`",
            ask.name
        )));
    }
    fs::create_dir_all(&ask.out).map_err(|source| file_error(&ask.out, source))?;
    let out = ask
        .out
        .canonicalize()
        .map_err(|source| file_error(&ask.out, source))?;
    let root = root
        .canonicalize()
        .map_err(|source| file_error(root, source))?;
    let selections = ask
        .operations
        .iter()
        .map(|id| Selection {
            id: id.trim().to_owned(),
            records: None,
        })
        .filter(|selection| !selection.id.is_empty())
        .collect();
    let file_name = ask
        .spec
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    let document = read_spec(&ask.spec)?;
    let title = title_of(&document).unwrap_or_else(|| ask.name.clone());
    let settings = Settings {
        package: Crate {
            name: ask.name.clone(),
            version: "0.1.0".to_owned(),
            description: format!("Client for {title}, generated from its API description"),
            title,
            source: file_name,
            runtime: relative(&out, &root.join("crates/client-runtime")),
            own_workspace: out.starts_with(&root),
        },
        strict: ask.strict,
        checked: false,
    };
    let job = job(
        &ask.spec,
        document,
        ask.overlay.as_deref(),
        selections,
        settings,
    )?;
    let files = run(&job, &ask.spec.display().to_string()).inspect_err(|_| {
        // Only an empty folder can be removed like this: the one that was made above.
        fs::remove_dir(&out).unwrap_or_default();
    })?;
    let there = files
        .keys()
        .filter_map(|path| Some((path.clone(), fs::read_to_string(out.join(path)).ok()?)))
        .collect();
    write_tree(&out, &there, &files)
}

/// Starts the folder of a new provider: its document, a `client.toml` and the skeleton of an overlay. Says what to do next.
///
/// # Errors
/// The folder is there already, the document has not these operations, or a file cannot be written.
pub fn new_provider(root: &Path, name: &str, spec: &Path, operations: &[String]) -> Result<String> {
    if !is_crate_name(name) {
        return Err(TaskError::Usage(format!(
            "`{name}` is no provider name: lower-case letters, digits and `-`"
        )));
    }
    let folder = root.join("specs").join(name);
    if folder.exists() {
        return Err(TaskError::Usage(format!("specs/{name} is there already")));
    }
    let bundled = read_spec(spec)?;
    let title = title_of(&bundled).unwrap_or_else(|| name.to_owned());
    let selections: Vec<Selection> = operations
        .iter()
        .map(|id| Selection {
            id: id.trim().to_owned(),
            records: None,
        })
        .collect();
    prune::prune(&bundled, &selections).map_err(|failure| TaskError::Codegen {
        file: spec.display().to_string(),
        failure,
    })?;
    let local = bundled.get(read::FILES).is_none();
    let json = !local || spec.extension().is_some_and(|ending| ending == "json");
    let file = if json { "openapi.json" } else { "openapi.yaml" };
    // A document with files beside it is kept as one: what it was bundled from stays where it is.
    let content = if local {
        text(spec)?
    } else {
        serde_json::to_string_pretty(&bundled).unwrap_or_default() + "\n"
    };
    let files = Files::from([
        (file.to_owned(), content),
        (
            "client.toml".to_owned(),
            scaffold::client_toml(name, &title, &selections, file),
        ),
        ("overlay.yaml".to_owned(), scaffold::overlay(&title)),
    ]);
    fs::create_dir_all(folder.join("examples")).map_err(|source| file_error(&folder, source))?;
    write_tree(&folder, &Files::new(), &files)?;
    Ok(scaffold::next_steps(name, file))
}

fn is_crate_name(name: &str) -> bool {
    name.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && name
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_')
}

fn title_of(document: &serde_json::Value) -> Option<String> {
    let title = document
        .pointer("/info/title")
        .and_then(serde_json::Value::as_str)?;
    let plain: String = title
        .chars()
        .filter(|letter| !letter.is_control() && !"<>[]`*_\\".contains(*letter))
        .collect();
    Some(plain.trim().to_owned()).filter(|title| !title.is_empty())
}

/// A document with the files beside it that it refers to.
fn read_spec(spec: &Path) -> Result<serde_json::Value> {
    let folder = spec.parent().unwrap_or(Path::new("")).to_owned();
    read::bundle(parse(spec)?, &|path| {
        fs::read_to_string(folder.join(path)).ok()
    })
    .map_err(|failure| TaskError::Codegen {
        file: spec.display().to_string(),
        failure,
    })
}

fn job(
    spec: &Path,
    document: serde_json::Value,
    overlay: Option<&Path>,
    selections: Vec<Selection>,
    settings: Settings,
) -> Result<Job> {
    Ok(Job {
        document,
        document_name: spec
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default(),
        overlay: overlay.map(parse).transpose()?,
        selections,
        settings,
    })
}

fn run(job: &Job, file: &str) -> Result<Files> {
    let (files, diagnostics) = generate(job).map_err(|failure| TaskError::Codegen {
        file: file.to_owned(),
        failure,
    })?;
    print_warnings(file, &diagnostics);
    Ok(files)
}

fn print_warnings(file: &str, diagnostics: &Diagnostics) {
    for warning in diagnostics.warnings() {
        eprintln!("warning: {file}: {warning}");
    }
}

fn parse(path: &Path) -> Result<serde_json::Value> {
    read::parse(&text(path)?).map_err(|failure| TaskError::Codegen {
        file: path.display().to_string(),
        failure,
    })
}

fn text(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|source| file_error(path, source))
}

pub(crate) fn file_error(path: &Path, source: io::Error) -> TaskError {
    TaskError::File {
        path: path.display().to_string(),
        source,
    }
}

/// The names of the folders in a folder, sorted.
pub(crate) fn folders(path: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(path).map_err(|source| file_error(path, source))? {
        let entry = entry.map_err(|source| file_error(path, source))?;
        if entry.path().is_dir() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// All files under a folder by their paths in it; a folder that is not there has none.
fn read_tree(folder: &Path) -> Result<Files> {
    let mut files = Files::new();
    let mut waiting = vec![PathBuf::new()];
    while let Some(inside) = waiting.pop() {
        let path = folder.join(&inside);
        if !path.exists() {
            continue;
        }
        for entry in fs::read_dir(&path).map_err(|source| file_error(&path, source))? {
            let entry = entry.map_err(|source| file_error(&path, source))?;
            let name = inside.join(entry.file_name());
            if entry.path().is_dir() {
                waiting.push(name);
            } else {
                let bytes =
                    fs::read(entry.path()).map_err(|source| file_error(&entry.path(), source))?;
                let key = name
                    .iter()
                    .map(|part| part.to_string_lossy())
                    .collect::<Vec<_>>()
                    .join("/");
                files.insert(key, String::from_utf8_lossy(&bytes).into_owned());
            }
        }
    }
    Ok(files)
}

/// Writes what differs, so that a build sees only real changes.
fn write_tree(folder: &Path, there: &Files, wanted: &Files) -> Result<()> {
    for (name, content) in wanted
        .iter()
        .filter(|(name, content)| there.get(*name) != Some(content))
    {
        let path = folder.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|source| file_error(parent, source))?;
        }
        fs::write(&path, content).map_err(|source| file_error(&path, source))?;
    }
    Ok(())
}

/// The way from one folder to another, with `/`.
fn relative(from: &Path, to: &Path) -> String {
    let (from, to): (Vec<_>, Vec<_>) = (from.components().collect(), to.components().collect());
    let shared = from
        .iter()
        .zip(&to)
        .take_while(|(left, right)| left == right)
        .count();
    let up = std::iter::repeat_n("..".to_owned(), from.len() - shared);
    let down = to[shared..]
        .iter()
        .map(|part| part.as_os_str().to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_between_two_folders() {
        assert_eq!(relative(Path::new("/a/b/c"), Path::new("/a/x")), "../../x");
        assert_eq!(relative(Path::new("/a"), Path::new("/a/b/c")), "b/c");
    }

    #[test]
    fn crate_names_are_checked() {
        assert!(is_crate_name("acme-client"));
        assert!(!is_crate_name("1acme") && !is_crate_name("a b") && !is_crate_name(""));
    }
}
