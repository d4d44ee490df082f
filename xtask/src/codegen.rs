//! `cargo xtask codegen`: reads files, runs `client-codegen`, and writes or compares its output.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result, at, on};
use crate::tree::{folders, read_tree, relative, text, write_tree};
use clap::Args;
use client_codegen::{
    ClientToml, Files, Generated, Options, Package, Selection, bundle, diff, generate,
};
use serde_json::Value;

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
        return Err(Error::Usage(format!(
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
                on(&path, fs::remove_file(&path))?;
            }
            write_tree(&folder, &there, &wanted)?;
        }
    }
    if differences.is_empty() {
        Ok(())
    } else {
        Err(Error::Stale { diff: differences })
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
    let [json, yaml] = ["openapi.json", "openapi.yaml"].map(|name| folder.join(name));
    let document = if json.exists() { json } else { yaml };
    let toml = ClientToml::parse(&text(&folder.join("client.toml"))?)
        .map_err(|error| at(&source, error))?;
    let overlay = folder.join("overlay.yaml");
    let overlay = overlay.exists().then(|| parse(&overlay)).transpose()?;
    let options = Options {
        document_name: file_name(&document),
        // The skeleton of a new provider's overlay has no action yet.
        overlay: overlay.filter(|overlay| overlay["actions"] != serde_json::json!([])),
        operations: toml.operations,
        examples: examples(&folder.join("examples"))?,
        package: Package {
            name: toml.name,
            version: toml.version,
            title: toml.title,
            description: toml.description,
            license: toml.license,
            source,
            runtime: "../../client-runtime".to_owned(),
            own_workspace: false,
        },
        strict: false,
        checked: true,
    };
    Ok((read_spec(&document, None)?, options))
}

/// The bodies in a folder, if it exists.
fn examples(folder: &Path) -> Result<Files> {
    let mut examples = read_tree(folder)?;
    examples.retain(|path, _| !path.contains('/'));
    Ok(examples)
}

/// The arguments of [`codegen_stand_alone`].
#[derive(Args, Clone, Debug)]
pub struct StandAlone {
    /// The document: YAML or JSON; Swagger 2.0, OpenAPI 3.0 or 3.1.
    #[arg(long, value_name = "FILE", required = false, requires_all = ["operations", "name", "out"])]
    pub spec: PathBuf,
    /// Corrections to the document: an OpenAPI Overlay 1.0.
    #[arg(long, value_name = "FILE", requires = "spec")]
    pub overlay: Option<PathBuf>,
    /// The folder that the document's references may not leave; without it, the document's own.
    #[arg(long, value_name = "DIR", requires = "spec")]
    pub root: Option<PathBuf>,
    /// The operations, by `operationId` or as "METHOD /path"; `all` for the whole document but for what cannot be sent.
    #[arg(
        long,
        value_name = "ID[,ID…]",
        value_delimiter = ',',
        requires = "spec"
    )]
    pub operations: Vec<String>,
    /// The crate's name.
    #[arg(long, value_name = "CRATE", required = false, requires = "spec")]
    pub name: String,
    /// The crate's folder.
    #[arg(long, value_name = "DIR", required = false, requires = "spec")]
    pub out: PathBuf,
    /// The crate's licence, as an SPDX expression; without it, the crate claims none.
    #[arg(long, value_name = "SPDX", requires = "spec")]
    pub license: Option<String>,
    /// Types exactly as the document states them: closed enumerations, no isolated records, times with a zone.
    #[arg(long, requires = "spec")]
    pub strict: bool,
}

/// Writes a crate of its own for any document.
///
/// # Errors
/// As [`codegen_workspace`].
pub fn codegen_stand_alone(root: &Path, ask: &StandAlone) -> Result<()> {
    if ask.operations.is_empty() {
        return Err(Error::Usage(
            "--operations names at least one operation".to_owned(),
        ));
    }
    if !is_crate_name(&ask.name) {
        return Err(Error::Usage(format!(
            "`{}` is not a valid crate name: use lower-case letters, digits and `-`",
            ask.name
        )));
    }
    on(&ask.out, fs::create_dir_all(&ask.out))?;
    let out = on(&ask.out, ask.out.canonicalize())?;
    let root = on(root, root.canonicalize())?;
    let document = read_spec(&ask.spec, ask.root.as_deref())?;
    let title = title_of(&document).unwrap_or_else(|| ask.name.clone());
    let options = Options {
        document_name: file_name(&ask.spec),
        overlay: ask.overlay.as_deref().map(parse).transpose()?,
        examples: Files::new(),
        operations: match ask.operations.as_slice() {
            [all] if all == "all" => Vec::new(),
            named => named.iter().map(|id| Selection::new(id)).collect(),
        },
        package: Package {
            name: ask.name.clone(),
            version: "0.1.0".to_owned(),
            description: format!("Client for {title}, generated from its API description"),
            title,
            license: ask.license.clone(),
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

/// A document with the files that it refers to, within `root` or else beside it.
pub(crate) fn read_spec(spec: &Path, root: Option<&Path>) -> Result<Value> {
    let absolute = |path: &Path| on(path, path.canonicalize());
    let file = absolute(spec)?;
    let folder = match root {
        Some(root) => absolute(root)?,
        None => file.parent().unwrap_or(Path::new("/")).to_owned(),
    };
    let inside = file.strip_prefix(&folder).map_err(|_| {
        let (spec, folder) = (spec.display(), folder.display());
        Error::Usage(format!("{spec} is not in {folder}, which `--root` names"))
    })?;
    // A link may lead out of the folder.
    let load = |path: &Path| {
        let path = folder.join(path).canonicalize().ok()?;
        path.starts_with(&folder)
            .then(|| fs::read_to_string(path).ok())?
    };
    bundle(parse(spec)?, inside, &load).map_err(|error| at(&spec.display().to_string(), error))
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// Generates, and prints the warnings.
fn run(document: &Value, options: &Options, file: &str) -> Result<Files> {
    let Generated {
        files, diagnostics, ..
    } = generate(document, options).map_err(|error| at(file, error))?;
    for warning in diagnostics.warnings() {
        eprintln!("warning: {file}: {warning}");
    }
    Ok(files)
}

fn parse(path: &Path) -> Result<Value> {
    client_codegen::parse(&text(path)?).map_err(|error| at(&path.display().to_string(), error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crate_names_are_checked() {
        assert!(is_crate_name("acme-client"));
        assert!(!is_crate_name("1acme") && !is_crate_name("a b") && !is_crate_name(""));
    }
}
