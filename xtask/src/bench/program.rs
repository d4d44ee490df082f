//! The measured programs and the servers that they list from, each run in a process of its own.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::sample::Sample;
use crate::tasks::TaskError;

type Result<T> = std::result::Result<T, TaskError>;

/// The size of pages.
pub(super) const PAGE: u64 = 100;

/// The measured programs.
pub(super) struct Programs {
    root: PathBuf,
    /// Where they were built.
    built: PathBuf,
    /// A Python that has requests, if there is one.
    python: Option<PathBuf>,
}

/// What runs a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Runner {
    /// The program as its users would build it.
    Timed,
    /// The program that counts its allocations and digests what it lists.
    Counted,
    /// The loop in Python.
    Python,
}

impl Programs {
    /// Builds the programs, optimised or as fast as that goes.
    pub(super) fn build(root: &Path, optimised: bool) -> Result<Self> {
        let profile = if optimised { "release" } else { "dev" };
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo
            .args([
                "build",
                "--quiet",
                "--locked",
                "--package",
                "tenancy-bench",
                "--profile",
                profile,
            ])
            .current_dir(root);
        run(&mut cargo)?;
        let folder = if optimised { "release" } else { "debug" };
        let target =
            std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
        Ok(Self {
            root: root.to_owned(),
            built: target.join(folder),
            python: python(),
        })
    }

    /// Whether there is a Python that has requests.
    pub(super) fn has_python(&self) -> bool {
        self.python.is_some()
    }

    /// The program that is timed.
    pub(super) fn timed(&self) -> PathBuf {
        self.built.join("tenancy-bench")
    }

    /// Runs a subject once.
    pub(super) fn sample(&self, runner: Runner, arguments: &[String]) -> Result<Sample> {
        let mut command = match (runner, &self.python) {
            (Runner::Timed, _) => Command::new(self.timed()),
            (Runner::Counted, _) => Command::new(self.built.join("tenancy-bench-counted")),
            (Runner::Python, Some(python)) => {
                let mut command = Command::new(python);
                command.arg(self.root.join("crates/bench/peers/requests_loop.py"));
                command
            }
            (Runner::Python, None) => {
                return Err(TaskError::Program {
                    program: "python3".to_owned(),
                    reason: "there is none that has requests".to_owned(),
                });
            }
        };
        let output = run(command.args(arguments))?;
        serde_json::from_str(&output).map_err(|error| TaskError::Program {
            program: format!("{command:?}"),
            reason: format!("printed no figures: {error}"),
        })
    }

    /// The bodies of a list, rendered unless an earlier run of these programs did it.
    pub(super) fn bodies(&self, provider: &str, records: u64) -> Result<PathBuf> {
        self.bodies_by(provider, records, PAGE)
    }

    /// The bodies of a list in pages of this size.
    pub(super) fn bodies_by(&self, provider: &str, records: u64, page: u64) -> Result<PathBuf> {
        let folder = self.built.join("bench");
        let path = folder.join(format!("{provider}-{records}-by-{page}.bodies"));
        let changed = |path: &Path| fs::metadata(path).and_then(|about| about.modified()).ok();
        if changed(&path).is_none_or(|rendered| Some(rendered) < changed(&self.timed())) {
            fs::create_dir_all(&folder).map_err(|source| TaskError::File {
                path: folder.display().to_string(),
                source,
            })?;
            let (records, page) = (records.to_string(), page.to_string());
            let mut render = Command::new(self.timed());
            render
                .args([
                    "render",
                    "--provider",
                    provider,
                    "--records",
                    &records,
                    "--page-size",
                    &page,
                    "--bodies",
                ])
                .arg(&path);
            run(&mut render)?;
        }
        Ok(path)
    }

    /// Starts a server.
    pub(super) fn serve<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Result<Server> {
        let mut command = Command::new(self.timed());
        command
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let failed = |reason: String| TaskError::Program {
            program: "tenancy-bench serve".to_owned(),
            reason,
        };
        let mut child = command.spawn().map_err(|error| failed(error.to_string()))?;
        let mut address = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output)
                .read_line(&mut address)
                .map_err(|error| failed(error.to_string()))?;
        }
        let address = address.trim().to_owned();
        let server = Server { child, address };
        if server.address.is_empty() {
            return Err(failed("ended before it told its address".to_owned()));
        }
        Ok(server)
    }

    /// Starts a server of rendered bodies.
    pub(super) fn serve_bodies(&self, bodies: &Path, more: &[&str]) -> Result<Server> {
        let mut arguments = vec![
            OsStr::new("serve"),
            OsStr::new("--bodies"),
            bodies.as_os_str(),
        ];
        arguments.extend(more.iter().map(OsStr::new));
        self.serve(&arguments)
    }
}

/// A running server. It ends when this is dropped.
pub(super) struct Server {
    child: Child,
    address: String,
}

impl Server {
    pub(super) fn address(&self) -> &str {
        &self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It serves until its standard input ends.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

/// Runs a program to its end and gives what it printed.
pub(super) fn run(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output();
    let failed = |reason: String| TaskError::Program {
        program: format!("{command:?}"),
        reason,
    };
    let output = output.map_err(|error| failed(error.to_string()))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(failed(format!("failed: {}", output.status)))
    }
}

/// A Python that has requests.
fn python() -> Option<PathBuf> {
    let python = std::env::var_os("TENANCY_BENCH_PYTHON").unwrap_or_else(|| "python3".into());
    let has_requests = Command::new(&python)
        .args(["-c", "import requests"])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    has_requests.then(|| python.into())
}
