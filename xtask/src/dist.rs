//! Dist: the command as it is handed out, with its completions and manual pages.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::tasks::TaskError;

type Result<T> = std::result::Result<T, TaskError>;

/// The completions' files, by the shell's name. They are named as the shells look for them.
const COMPLETIONS: [(&str, &str); 4] = [
    ("bash", "tenancy.bash"),
    ("zsh", "_tenancy"),
    ("fish", "tenancy.fish"),
    ("powershell", "_tenancy.ps1"),
];

/// Builds the command for release into `root/dist`, with what belongs to it, and says what was produced.
///
/// # Errors
/// Cargo or the command itself fails, or a file cannot be written.
pub fn dist(root: &Path) -> Result<String> {
    let out = root.join("dist");
    if out.exists() {
        fs::remove_dir_all(&out).map_err(|source| file(&out, source))?;
    }
    let completions = out.join("completions");
    fs::create_dir_all(&completions).map_err(|source| file(&completions, source))?;
    let linkage = Linkage::of_this_machine();
    let built = build(root, &linkage)?;
    let command = out.join(format!("tenancy{}", std::env::consts::EXE_SUFFIX));
    fs::copy(&built, &command).map_err(|source| file(&command, source))?;
    for (shell, name) in COMPLETIONS {
        let script = output(Command::new(&command).args(["completions", shell]))?;
        let path = completions.join(name);
        fs::write(&path, script).map_err(|source| file(&path, source))?;
    }
    let man = out.join("man");
    output(Command::new(&command).arg("man").arg("--out").arg(&man))?;
    for document in ["README.md", "CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT"] {
        let path = out.join(document);
        fs::copy(root.join(document), &path).map_err(|source| file(&path, source))?;
    }
    Ok(told(&command, &linkage))
}

/// What the command is linked to.
enum Linkage {
    /// Nothing: it is for this musl target.
    Musl(String),
    /// Nothing either: glibc is in it, for this target.
    StaticGlibc(String),
    /// The libraries of the system.
    System,
}

impl Linkage {
    /// The best that the toolchain can do.
    fn of_this_machine() -> Self {
        let target = |library| format!("{}-unknown-linux-{library}", std::env::consts::ARCH);
        if cfg!(target_os = "linux") && is_installed(&target("musl")) {
            Self::Musl(target("musl"))
        } else if cfg!(all(target_os = "linux", target_env = "gnu")) {
            Self::StaticGlibc(target("gnu"))
        } else {
            Self::System
        }
    }

    fn target(&self) -> Option<&str> {
        match self {
            Self::Musl(target) | Self::StaticGlibc(target) => Some(target),
            Self::System => None,
        }
    }

    fn told(&self) -> String {
        match self {
            Self::Musl(target) => format!("static, for {target}"),
            Self::StaticGlibc(target) => format!(
                "static, for {target}, with glibc in it: it resolves names by files and DNS, and by nothing else that \
                 nsswitch.conf may name; `rustup target add {}-unknown-linux-musl` for one without glibc",
                std::env::consts::ARCH
            ),
            Self::System => "for this machine, linked to its libraries".to_owned(),
        }
    }
}

/// Whether the toolchain has the target's standard library.
fn is_installed(target: &str) -> bool {
    Command::new("rustc")
        .args(["--print", "target-libdir", "--target", target])
        .stderr(Stdio::null())
        .output()
        .is_ok_and(|output| Path::new(String::from_utf8_lossy(&output.stdout).trim_end()).is_dir())
}

/// Builds the command, and gives where it is.
fn build(root: &Path, linkage: &Linkage) -> Result<PathBuf> {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(root).args([
        "build",
        "--release",
        "--locked",
        "--package=tenancy-cli",
        "--features=keyring",
        "--message-format=json-render-diagnostics",
    ]);
    // With a target, what runs while building is not linked like this.
    if let Some(target) = linkage.target() {
        cargo.args(["--target", target]);
    }
    if let Linkage::StaticGlibc(_) = linkage {
        let flags = std::env::var("RUSTFLAGS").unwrap_or_default();
        cargo.env(
            "RUSTFLAGS",
            format!("{flags} -C target-feature=+crt-static"),
        );
    }
    let messages = output(cargo.stderr(Stdio::inherit()))?;
    String::from_utf8_lossy(&messages)
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter(|message| message["target"]["name"] == "tenancy")
        .find_map(|message| Some(PathBuf::from(message["executable"].as_str()?)))
        .ok_or_else(|| TaskError::Usage("cargo does not say where it put the command".to_owned()))
}

/// What a command writes to standard output.
fn output(command: &mut Command) -> Result<Vec<u8>> {
    let program = command.get_program().to_string_lossy().into_owned();
    let failed = |why: String| TaskError::Usage(format!("`{program}` failed: {why}"));
    let output = command
        .stdout(Stdio::piped())
        .spawn()
        .and_then(std::process::Child::wait_with_output);
    match output {
        Ok(output) if output.status.success() => Ok(output.stdout),
        Ok(output) => Err(failed(output.status.to_string())),
        Err(error) => Err(failed(error.to_string())),
    }
}

fn told(command: &Path, linkage: &Linkage) -> String {
    let size = fs::metadata(command).map_or(0, |found| found.len());
    let megabytes = size as f64 / 1e6;
    format!(
        "dist/{}: {megabytes:.1} MB, {}\ndist/completions: {}\ndist/man: the manual pages\n",
        command.file_name().unwrap_or_default().to_string_lossy(),
        linkage.told(),
        COMPLETIONS.map(|(shell, _)| shell).join(", "),
    )
}

fn file(path: &Path, source: std::io::Error) -> TaskError {
    TaskError::File {
        path: path.display().to_string(),
        source,
    }
}
