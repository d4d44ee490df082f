//! What is generated from the arguments: help, completions and manual pages.

use std::fs;
use std::process::Command;

use crate::sandbox::*;

/// Every subcommand that is shown, as its words.
const SUBCOMMANDS: [&[&str]; 17] = [
    &["list"],
    &["get"],
    &["check"],
    &["sync"],
    &["sync", "rename"],
    &["sync", "forget"],
    &["changes"],
    &["runs"],
    &["diff"],
    &["reconcile"],
    &["report"],
    &["config"],
    &["config", "init"],
    &["config", "path"],
    &["providers"],
    &["schema"],
    &["completions"],
];

#[test]
fn every_subcommand_has_help_with_examples() {
    let sandbox = Sandbox::new();
    for words in SUBCOMMANDS {
        let ran = sandbox.run(&[words, &["--help"]].concat());
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
        assert!(ran.stdout.contains("\nExamples:\n  "), "{words:?}");
        assert!(
            ran.stdout.lines().all(|line| line.len() <= 100),
            "{words:?}"
        );
        insta::assert_snapshot!(format!("help_{}", words.join("_")), ran.stdout);
    }
}

#[test]
fn the_examples_are_ones_that_the_command_takes() {
    let sandbox = Sandbox::new();
    let mut tried = 0;
    for words in SUBCOMMANDS.iter().chain([&&[][..]]) {
        let help = sandbox.run(&[*words, &["--help"]].concat()).stdout;
        let (_, examples) = help.split_once("\nExamples:\n").unwrap();
        for line in examples.lines().take_while(|line| !line.is_empty()) {
            let Some(command) = line.trim_start().strip_prefix("tenancy ") else {
                continue;
            };
            // Beside it may stand what it is for.
            let command = command.split("   ").next().unwrap();
            let words = shell_words(command);
            let mut arguments: Vec<_> = words.iter().map(String::as_str).collect();
            // With this it says what it would say, and does nothing.
            arguments.push("--help");
            let ran = sandbox.run(&arguments);
            assert_eq!(ran.code, Some(0), "{line}: {}", ran.stderr);
            tried += 1;
        }
    }
    assert!(tried > 20, "{tried}");
}

/// The words of a command as a shell has them, up to the first pipe or redirection.
fn shell_words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for character in command.chars() {
        match character {
            '\'' => quoted = !quoted,
            '|' | '>' if !quoted => break,
            ' ' if !quoted => words.push(String::new()),
            other => words.last_mut().unwrap().push(other),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn completions_are_for_every_shell() {
    let sandbox = Sandbox::new();
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let ran = sandbox.run(&["completions", shell]);
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
        for word in ["list", "check", "--filter", "config", "contact.email"] {
            let bare = word.trim_start_matches('-');
            assert!(ran.stdout.contains(bare), "{shell}: {word}");
        }
    }
    let ran = sandbox.run(&["completions", "tcsh"]);
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.stderr
            .contains("[possible values: bash, elvish, fish, powershell, zsh]"),
        "{}",
        ran.stderr
    );
}

#[cfg(unix)]
#[test]
fn bash_completes_with_them() {
    let sandbox = Sandbox::new();
    fs::write(
        sandbox.path("completions"),
        sandbox.run(&["completions", "bash"]).stdout,
    )
    .unwrap();
    let complete = |words: &str, last: usize| {
        let script = format!(
            "source ./completions; COMP_WORDS=({words}); COMP_CWORD={last}; _tenancy tenancy \
             \"${{COMP_WORDS[$COMP_CWORD]}}\" \"${{COMP_WORDS[$COMP_CWORD-1]}}\"; echo \"${{COMPREPLY[@]}}\""
        );
        let output = Command::new("bash")
            .args(["-c", &script])
            .current_dir(sandbox.folder.path())
            .output()
            .unwrap();
        assert!(
            output.stderr.is_empty(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout)
            .unwrap()
            .trim_end()
            .to_owned()
    };
    assert_eq!(complete("tenancy che", 1), "check");
    assert_eq!(complete("tenancy list --for", 2), "--format");
    assert_eq!(complete("tenancy list --format n", 3), "ndjson");
    assert_eq!(complete("tenancy config i", 2), "init");
}

#[test]
fn there_is_a_manual_page_for_every_subcommand() {
    let sandbox = Sandbox::new();
    let ran = sandbox.run(&["man", "--out", "man"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    let mut pages: Vec<_> = fs::read_dir(sandbox.path("man"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    pages.sort();
    let mut expected: Vec<_> = SUBCOMMANDS
        .iter()
        .map(|words| format!("tenancy-{}.1", words.join("-")))
        .chain(["tenancy.1".to_owned()])
        .collect();
    expected.sort();
    assert_eq!(pages, expected);
    let page = fs::read_to_string(sandbox.path("man/tenancy-list.1")).unwrap();
    assert!(
        page.contains(".TH tenancy-list 1") && page.contains("\\-\\-filter"),
        "{page}"
    );
}
