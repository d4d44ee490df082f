//! The codegen commands: files in, `client-codegen`, files out.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use client_codegen::{
    ClientToml, Files, Generated, Options, Package, Selection, bundle, diff, generate,
};
use serde_json::Value;
use thiserror::Error;

/// What a command ends with when it does not succeed.
#[derive(Debug, Error)]
pub enum TaskError {
    /// A document cannot be compiled.
    #[error("{file}: {error}")]
    Codegen {
        /// The document, or its overlay.
        file: String,
        /// The place in it, and the reason.
        error: client_codegen::Error,
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

/// The providers: the names of the folders under `root/specs`, sorted.
///
/// # Errors
/// The folder cannot be read.
pub fn providers(root: &Path) -> Result<Vec<String>> {
    folders(&root.join("specs"))
}

/// Generates every crate of `root/specs`, or only compares them with the tree.
///
/// # Errors
/// A spec that cannot be generated; a file that cannot be read or written; with `check`, a tree that differs.
pub fn codegen_workspace(root: &Path, check: bool) -> Result<()> {
    let mut differences = String::new();
    let providers = providers(root)?;
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

fn generate_provider(root: &Path, provider: &str) -> Result<Files> {
    let (document, options) = provider_spec(root, provider)?;
    run(&document, &options, &format!("specs/{provider}"))
}

/// A provider's document, and what its folder under `specs/` says beside it.
///
/// # Errors
/// A file is missing, or is not what it should be.
pub fn provider_spec(root: &Path, provider: &str) -> Result<(Value, Options)> {
    let folder = root.join("specs").join(provider);
    let source = format!("specs/{provider}/");
    let json = folder.join("openapi.json");
    let document = if json.exists() {
        json
    } else {
        folder.join("openapi.yaml")
    };
    let toml = ClientToml::parse(&text(&folder.join("client.toml"))?)
        .map_err(|error| at(&source, error))?;
    let overlay = folder.join("overlay.yaml");
    let overlay = if overlay.exists() {
        Some(parse(&overlay)?)
    } else {
        None
    };
    let options = Options {
        document_name: file_name(&document),
        // The skeleton of a new provider's overlay has no action yet.
        overlay: overlay.filter(|overlay| overlay["actions"] != serde_json::json!([])),
        operations: toml.operations,
        package: Package {
            name: toml.name,
            version: toml.version,
            title: toml.title,
            description: toml.description,
            source,
            runtime: "../../client-runtime".to_owned(),
            own_workspace: false,
        },
        strict: false,
        checked: true,
    };
    Ok((read_spec(&document)?, options))
}

/// The arguments of [`codegen_stand_alone`].
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
    let document = read_spec(&ask.spec)?;
    let title = title_of(&document).unwrap_or_else(|| ask.name.clone());
    let options = Options {
        document_name: file_name(&ask.spec),
        overlay: ask.overlay.as_deref().map(parse).transpose()?,
        operations: ask.operations.iter().map(|id| Selection::new(id)).collect(),
        package: Package {
            name: ask.name.clone(),
            version: "0.1.0".to_owned(),
            description: format!("Client for {title}, generated from its API description"),
            title,
            source: file_name(&ask.spec),
            runtime: relative(&out, &root.join("crates/client-runtime")),
            own_workspace: out.starts_with(&root),
        },
        strict: ask.strict,
        checked: false,
    };
    let files = run(&document, &options, &ask.spec.display().to_string()).inspect_err(|_| {
        // Removes only an empty folder: the one that was made above.
        fs::remove_dir(&out).unwrap_or_default();
    })?;
    let there = files
        .keys()
        .filter_map(|path| Some((path.clone(), fs::read_to_string(out.join(path)).ok()?)))
        .collect();
    write_tree(&out, &there, &files)
}

pub(crate) fn is_crate_name(name: &str) -> bool {
    name.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && name
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_')
}

pub(crate) fn title_of(document: &serde_json::Value) -> Option<String> {
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
pub(crate) fn read_spec(spec: &Path) -> Result<Value> {
    let folder = spec.parent().unwrap_or(Path::new("")).to_owned();
    let load = |path: &Path| fs::read_to_string(folder.join(path)).ok();
    bundle(parse(spec)?, &load).map_err(|error| at(&spec.display().to_string(), error))
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// Generates, and prints the warnings.
fn run(document: &Value, options: &Options, file: &str) -> Result<Files> {
    let Generated { files, diagnostics } =
        generate(document, options).map_err(|error| at(file, error))?;
    for warning in diagnostics.warnings() {
        eprintln!("warning: {file}: {warning}");
    }
    Ok(files)
}

pub(crate) fn at(file: &str, error: client_codegen::Error) -> TaskError {
    TaskError::Codegen {
        file: file.to_owned(),
        error,
    }
}

fn parse(path: &Path) -> Result<Value> {
    client_codegen::parse(&text(path)?).map_err(|error| at(&path.display().to_string(), error))
}

pub(crate) fn text(path: &Path) -> Result<String> {
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
pub(crate) fn write_tree(folder: &Path, there: &Files, wanted: &Files) -> Result<()> {
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
