//! Secrets that a command prints, such as that of a password manager.

use std::io::{self, Read};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use client_runtime::Secret;

/// How long a command may take: somebody may have to unlock a password manager, but nobody does at night.
const LIMIT: Duration = Duration::from_secs(120);
/// How long to wait before asking again whether a command that has closed its output has ended.
const PAUSE: Duration = Duration::from_millis(5);
/// The longest output, in bytes.
const LONGEST: u64 = 64 * 1024;

/// Runs the command and returns the first line of its output.
///
/// # Errors
/// Why there is no such line, and what to do. No error shows the output.
pub(super) fn read(program: &Path, arguments: &[String]) -> Result<Secret, String> {
    run(program, arguments, LIMIT)
}

fn run(program: &Path, arguments: &[String], limit: Duration) -> Result<Secret, String> {
    let deadline = Instant::now() + limit;
    // A command that reads standard input would take that of the script which runs this one.
    let command = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn();
    // The name of a program that does not exist may be the secret itself, in the wrong place.
    let mut child = command.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => {
            "there is no such program; install it, or correct its name".to_owned()
        }
        _ => format!("it cannot be started: {error}"),
    })?;
    let name = program.display();
    let ended = end(&mut child, deadline);
    // Fails only if it has ended.
    let _ = child.kill();
    let _ = child.wait();
    let (output, status) = ended
        .map_err(|error| format!("cannot read what `{name}` prints: {error}"))?
        .ok_or_else(|| {
            format!(
                "`{name}` did not end within {} seconds; run it by hand to see what it waits for",
                limit.as_secs()
            )
        })?;
    if output.len() as u64 > LONGEST {
        return Err(format!(
            "`{name}` printed more than 64 KiB; it must print the secret only"
        ));
    }
    if !status.success() {
        return Err(format!(
            "`{name}` failed ({status}); run it by hand to see why"
        ));
    }
    let text = String::from_utf8(output)
        .map_err(|_| format!("`{name}` printed text that is not UTF-8; check its arguments"))?;
    match text.lines().next() {
        Some(line) if !line.trim().is_empty() => Ok(Secret::from(line)),
        _ => Err(format!(
            "`{name}` printed nothing on the first line; it must print the secret there"
        )),
    }
}

/// The output of the command and how it ended, unless the deadline passes first. Reading stops at the longest output.
fn end(child: &mut Child, deadline: Instant) -> io::Result<Option<(Vec<u8>, ExitStatus)>> {
    let (sender, receiver) = mpsc::channel();
    let stdout = child.stdout.take();
    thread::spawn(move || sender.send(stdout.map_or(Ok(Vec::new()), read_output)));
    let left = deadline.saturating_duration_since(Instant::now());
    let Ok(output) = receiver.recv_timeout(left) else {
        return Ok(None);
    };
    let output = output?;
    while Instant::now() < deadline {
        match child.try_wait()? {
            Some(status) => return Ok(Some((output, status))),
            None => thread::sleep(PAUSE),
        }
    }
    Ok(None)
}

fn read_output(stdout: ChildStdout) -> io::Result<Vec<u8>> {
    let mut output = Vec::new();
    stdout.take(LONGEST + 1).read_to_end(&mut output)?;
    Ok(output)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    /// Runs a script of the shell, and returns its secret or the error.
    fn printed(script: &str, limit: Duration) -> Result<String, String> {
        let arguments = ["-c", script].map(str::to_owned);
        let secret = run(Path::new("sh"), &arguments, limit);
        secret.map(|secret| secret.expose().to_owned())
    }

    #[test]
    fn the_secret_is_the_first_line() {
        for script in [
            "echo hunter2",
            "printf hunter2",
            "printf 'hunter2\\r\\nuser: me\\n'",
            "echo hunter2; cat; echo more >&2",
        ] {
            assert_eq!(printed(script, LIMIT).as_deref(), Ok("hunter2"), "{script}");
        }
    }

    #[test]
    fn a_command_without_a_secret_is_explained_without_its_output() {
        for (script, why) in [
            ("echo hunter2; exit 3", "`sh` failed (exit status: 3); "),
            ("echo hunter2; kill -9 $$", "`sh` failed (signal: 9"),
            ("", "`sh` printed nothing on the first line; "),
            (
                "echo; echo hunter2",
                "`sh` printed nothing on the first line; ",
            ),
            (
                "printf 'hunter2\\377'",
                "`sh` printed text that is not UTF-8; ",
            ),
            (
                "while echo hunter2; do :; done",
                "`sh` printed more than 64 KiB; ",
            ),
        ] {
            let error = printed(script, LIMIT).unwrap_err();
            assert!(
                error.starts_with(why) && !error.contains("hunter2"),
                "{error}"
            );
        }
        let missing = run(Path::new("hunter2-is-no-program"), &[], LIMIT).unwrap_err();
        assert_eq!(
            missing,
            "there is no such program; install it, or correct its name"
        );
    }

    #[test]
    fn a_command_that_does_not_end_is_ended() {
        for script in [
            "exec sleep 600",
            "exec >&-; exec sleep 600",
            "echo hunter2; exec sleep 600",
        ] {
            let error = printed(script, Duration::from_millis(50)).unwrap_err();
            assert!(error.starts_with("`sh` did not end within "), "{error}");
        }
    }
}
