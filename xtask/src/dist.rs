//! `cargo xtask dist`: builds the command for release into `dist/`, with its completions and manual pages.

use std::env::consts::{ARCH, EXE_SUFFIX};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use crate::error::{Error, Result, on};

/// The shells, and the files that they look for.
const COMPLETIONS: [(&str, &str); 4] = [
    ("bash", "tenancy.bash"),
    ("zsh", "_tenancy"),
    ("fish", "tenancy.fish"),
    ("powershell", "_tenancy.ps1"),
];

/// Builds the command into `root/dist` and returns a summary.
///
/// On Linux it is linked statically: to musl if the toolchain has the target, else to glibc.
///
/// # Errors
/// Cargo or the command fails, or a file cannot be written.
pub fn dist(root: &Path) -> Result<String> {
    let out = root.join("dist");
    if out.exists() {
        on(&out, fs::remove_dir_all(&out))?;
    }
    let completions = out.join("completions");
    on(&completions, fs::create_dir_all(&completions))?;
    let (target, linked) = target();
    let built = build(root, target.as_deref())?;
    let command = out.join(format!("tenancy{EXE_SUFFIX}"));
    let size = on(&built, fs::copy(&built, &command))?;
    for (shell, name) in COMPLETIONS {
        let script = run(Command::new(&command).args(["completions", shell]))?;
        let path = completions.join(name);
        on(&path, fs::write(&path, script))?;
    }
    run(Command::new(&command)
        .arg("man")
        .arg("--out")
        .arg(out.join("man")))?;
    for document in ["README.md", "CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT"] {
        let path = root.join(document);
        on(&path, fs::copy(&path, out.join(document)))?;
    }
    Ok(format!(
        "dist/tenancy{EXE_SUFFIX}: {:.1} MB, {linked}\ndist/completions\ndist/man\n",
        size as f64 / 1e6
    ))
}

/// Returns the target to build for, unless it is the host's default, and how the result is linked.
fn target() -> (Option<String>, &'static str) {
    let musl = format!("{ARCH}-unknown-linux-musl");
    if cfg!(target_os = "linux") && is_installed(&musl) {
        (Some(musl), "statically linked to musl")
    } else if cfg!(all(target_os = "linux", target_env = "gnu")) {
        // With --target, build scripts and macros are not linked statically.
        let linked = "statically linked to glibc, which resolves names by files and DNS only; install the musl target of the \
                      toolchain to avoid that";
        (Some(format!("{ARCH}-unknown-linux-gnu")), linked)
    } else {
        (None, "linked to the libraries of this system")
    }
}

/// Whether the toolchain has the target's standard library.
fn is_installed(target: &str) -> bool {
    let folder = run(Command::new("rustc").args(["--print", "target-libdir", "--target", target]));
    folder.is_ok_and(|folder| Path::new(String::from_utf8_lossy(&folder).trim_end()).is_dir())
}

/// Builds the command and returns its path.
fn build(root: &Path, target: Option<&str>) -> Result<PathBuf> {
    let mut folder =
        env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let mut cargo = Command::new("cargo");
    cargo.current_dir(root).args([
        "build",
        "--release",
        "--locked",
        "--package=tenancy-cli",
        "--features=keyring",
    ]);
    if let Some(target) = target {
        cargo.args(["--target", target]);
        folder.push(target);
        if target.ends_with("gnu") {
            let flags = env::var("RUSTFLAGS").unwrap_or_default();
            cargo.env(
                "RUSTFLAGS",
                format!("{flags} -C target-feature=+crt-static"),
            );
        }
    }
    run(&mut cargo)?;
    Ok(folder.join("release").join(format!("tenancy{EXE_SUFFIX}")))
}

/// Runs a program and returns its standard output.
fn run(command: &mut Command) -> Result<Vec<u8>> {
    let program = command.get_program().to_string_lossy().into_owned();
    let failed = |reason: String| Error::Program { program, reason };
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
