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
    let musl = musl_target().filter(|target| is_installed(target));
    let built = build(root, musl.as_deref())?;
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
    Ok(told(&command, musl.as_deref()))
}

/// The target of this machine's kind whose binaries need no library of the system; none outside Linux.
fn musl_target() -> Option<String> {
    cfg!(target_os = "linux").then(|| format!("{}-unknown-linux-musl", std::env::consts::ARCH))
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
fn build(root: &Path, target: Option<&str>) -> Result<PathBuf> {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(root).args([
        "build",
        "--release",
        "--locked",
        "--package=tenancy-cli",
        "--features=keyring",
        "--message-format=json-render-diagnostics",
    ]);
    if let Some(target) = target {
        cargo.args(["--target", target]);
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

fn told(command: &Path, musl: Option<&str>) -> String {
    let size = fs::metadata(command).map_or(0, |found| found.len());
    let megabytes = size as f64 / 1e6;
    let kind = match (musl, musl_target()) {
        (Some(target), _) => format!("static, for {target}"),
        (None, Some(target)) => format!(
            "for this machine, linked to its C library; for a static one: rustup target add {target}"
        ),
        (None, None) => "for this machine".to_owned(),
    };
    format!(
        "dist/{}: {megabytes:.1} MB, {kind}\ndist/completions: {}\ndist/man: the manual pages\n",
        command.file_name().unwrap_or_default().to_string_lossy(),
        COMPLETIONS.map(|(shell, _)| shell).join(", "),
    )
}

fn file(path: &Path, source: std::io::Error) -> TaskError {
    TaskError::File {
        path: path.display().to_string(),
        source,
    }
}
