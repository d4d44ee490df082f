//! Cost: how many dependencies and how much build time a raw client costs, beside the smallest hand-written one, and
//! which crates take the time.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use serde::Deserialize;

use crate::tasks::TaskError;

type Result<T> = std::result::Result<T, TaskError>;

/// The same call by hand: one GET with two headers, decoded to a type with the same fields that matter. TLS as reqwest's
/// own `rustls` feature has it, with aws-lc; `client-runtime` chooses ring, which is part of the difference.
const HAND_WRITTEN: &str = r#"//! The smallest hand-written client for the same call.
use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub struct Page { pub sub_accounts: Vec<SubAccount>, pub total: Option<i64> }

#[derive(Debug, Deserialize)]
pub struct SubAccount { pub auth_id: String, pub name: Option<String>, pub enabled: Option<bool>, pub is_active: Option<bool> }

pub async fn list(client: &reqwest::Client, id: &str, token: &str, page: u32) -> reqwest::Result<Page> {
    client
        .get(format!("https://api.vobiz.ai/api/v1/accounts/{id}/sub-accounts/"))
        .query(&[("page", page)])
        .header("X-Auth-ID", id)
        .header("X-Auth-Token", token)
        .send()
        .await?
        .error_for_status()?
        .json()
        .await
}
"#;

const HAND_MANIFEST: &str = r#"[package]
name = "hand-written"
version = "0.1.0"
edition = "2024"

[dependencies]
reqwest = { version = "0.13.4", default-features = false, features = ["json", "query", "rustls"] }
serde = { version = "1.0.228", features = ["derive"] }

[workspace]
"#;

/// How many of the crates that take longest are named.
const NAMED: usize = 5;

/// What one crate costs.
struct Cost {
    name: String,
    dependencies: usize,
    /// Crates of which there are several versions in the tree.
    twice: BTreeSet<String>,
    seconds: f64,
    units: Vec<Unit>,
}

/// One run of the compiler or of a build script, as `cargo build --timings` tells it.
#[derive(Deserialize)]
struct Unit {
    name: String,
    duration: f64,
}

/// Builds the provider's raw client and a hand-written one, each clean and alone, and gives the table as Markdown.
///
/// # Errors
/// A file cannot be written, or cargo fails.
pub fn measure(root: &Path, provider: &str) -> Result<String> {
    let work = root.join("target/client-cost");
    if work.exists() {
        fs::remove_dir_all(&work).map_err(|source| file(&work, source))?;
    }
    let hand = work.join("hand-written");
    write(&hand.join("Cargo.toml"), HAND_MANIFEST)?;
    write(&hand.join("src/lib.rs"), HAND_WRITTEN)?;
    let raw = work.join("raw");
    let client = root.join("crates/clients").join(provider);
    let manifest = format!(
        "[package]\nname = \"raw\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n{provider}-client = {{ path = {:?} }}\n\n[workspace]\n",
        client.display().to_string()
    );
    write(&raw.join("Cargo.toml"), &manifest)?;
    write(&raw.join("src/lib.rs"), "//! A user of the raw client.\n")?;
    let costs = [
        cost(&hand, "hand-written reqwest + serde")?,
        cost(&raw, &format!("`{provider}-client`"))?,
    ];
    let mut table = "| client | unique dependencies | crates twice | clean build | all units together | the longest |\n\
                     |---|---:|---|---:|---:|---|\n"
        .to_owned();
    for cost in &costs {
        table.push_str(&cost.row());
    }
    let ratio = costs[1].seconds / costs[0].seconds;
    table.push_str(&format!("\nClean debug builds in one run on one machine; the raw client takes {ratio:.2} times as long.\n"));
    Ok(table)
}

impl Cost {
    fn row(&self) -> String {
        let twice: Vec<&str> = self.twice.iter().map(String::as_str).collect();
        let twice = if twice.is_empty() {
            "none".to_owned()
        } else {
            twice.join(", ")
        };
        let longest: Vec<String> = self
            .units
            .iter()
            .take(NAMED)
            .map(|unit| format!("{} {:.1} s", unit.name, unit.duration))
            .collect();
        format!(
            "| {} | {} | {twice} | {:.1} s | {} in {:.1} s | {} |\n",
            self.name,
            self.dependencies,
            self.seconds,
            self.units.len(),
            self.units.iter().map(|unit| unit.duration).sum::<f64>(),
            longest.join(", ")
        )
    }
}

fn cost(folder: &Path, name: &str) -> Result<Cost> {
    let tree = cargo(
        folder,
        &[
            "tree", "--edges", "normal", "--prefix", "none", "--format", "{p}",
        ],
    )?;
    let unique: BTreeSet<&str> = tree
        .lines()
        .filter_map(|line| line.strip_suffix(" (*)").or(Some(line)))
        .skip(1)
        .collect();
    let duplicates = cargo(
        folder,
        &[
            "tree",
            "--duplicates",
            "--edges",
            "normal,build",
            "--depth",
            "0",
            "--prefix",
            "none",
            "--format",
            "{p}",
        ],
    )?;
    let twice = duplicates
        .lines()
        .filter_map(|line| line.split(' ').next())
        .filter(|name| !name.is_empty());
    cargo(folder, &["fetch"])?;
    let begun = Instant::now();
    cargo(folder, &["build", "--quiet", "--timings"])?;
    Ok(Cost {
        name: name.to_owned(),
        dependencies: unique.len(),
        twice: twice.map(str::to_owned).collect(),
        seconds: begun.elapsed().as_secs_f64(),
        units: units(folder)?,
    })
}

/// What took how long in the build, the longest first. Cargo has it only in a page for people, as a script's constant.
fn units(folder: &Path) -> Result<Vec<Unit>> {
    let path = folder.join("target/cargo-timings/cargo-timing.html");
    let page = fs::read_to_string(&path).map_err(|source| file(&path, source))?;
    read_units(&page).ok_or_else(|| {
        TaskError::Usage(format!(
            "{}: cargo tells its timings in another way",
            path.display()
        ))
    })
}

fn read_units(page: &str) -> Option<Vec<Unit>> {
    let (_, rest) = page.split_once("const UNIT_DATA = ")?;
    let (data, _) = rest.split_once("];")?;
    let mut units: Vec<Unit> = serde_json::from_str(&format!("{data}]")).ok()?;
    units.sort_by(|one, other| other.duration.total_cmp(&one.duration));
    Some(units)
}

fn cargo(folder: &Path, arguments: &[&str]) -> Result<String> {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(arguments)
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", folder.join("target"))
        .stderr(Stdio::inherit())
        .output()
        .map_err(|source| file(folder, source))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(TaskError::Usage(format!(
            "`cargo {}` failed in {}",
            arguments.join(" "),
            folder.display()
        )))
    }
}

fn write(path: &Path, text: &str) -> Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(|source| file(parent, source))?;
    }
    fs::write(path, text).map_err(|source| file(path, source))
}

fn file(path: &Path, source: io::Error) -> TaskError {
    TaskError::File {
        path: path.display().to_string(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_cargos_timings_the_longest_first() {
        let page = r#"<script>
const UNIT_DATA = [
  {"i": 0, "name": "itoa", "duration": 0.29, "sections": [["frontend", {}]]},
  {"i": 1, "name": "ring", "duration": 7.5}
];
const CONCURRENCY_DATA = [];"#;
        let names: Vec<String> = read_units(page)
            .unwrap()
            .into_iter()
            .map(|unit| unit.name)
            .collect();
        assert_eq!(names, ["ring", "itoa"]);
        assert!(read_units("<html>").is_none());
    }
}
