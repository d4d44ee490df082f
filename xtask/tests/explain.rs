//! `codegen --explain` in a repository of its own.
#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;
use xtask::codegen::{providers, workspace_root};
use xtask::explain::explain_since;

fn git(root: &Path, arguments: &[&str]) {
    let author = [
        "-c",
        "user.name=t",
        "-c",
        "user.email=t@example.com",
        "-c",
        "commit.gpgsign=false",
    ];
    let git = Command::new("git")
        .arg("-C")
        .arg(root)
        .args(author)
        .args(arguments)
        .output()
        .unwrap();
    assert!(
        git.status.success(),
        "{}",
        String::from_utf8_lossy(&git.stderr)
    );
}

fn copy(root: &Path, path: &str) {
    let target = root.join(path);
    fs::create_dir_all(target.parent().unwrap()).unwrap();
    fs::copy(workspace_root().join(path), target).unwrap();
}

#[test]
fn a_changed_spec_is_explained_and_must_be_accepted() {
    let folder = TempDir::new().unwrap();
    let root = folder.path();
    let provider = &providers(&workspace_root()).unwrap()[0];
    for file in ["openapi.yaml", "overlay.yaml", "client.toml"] {
        copy(root, &format!("specs/{provider}/{file}"));
    }
    copy(root, &format!("crates/clients/{provider}/openapi.json"));
    copy(
        root,
        &format!("tests/snapshots/field_coverage__{provider}.snap"),
    );
    git(root, &["init", "-q"]);
    git(root, &["add", "-A"]);
    git(root, &["commit", "-qm", "before"]);
    let (report, pending) = explain_since(root, "HEAD").unwrap();
    assert_eq!(
        (report.as_str(), pending),
        ("The specs mean what they meant in HEAD.\n", 0)
    );

    // The server moves, and the change is committed: what it meant since then is still known.
    let spec = root.join(format!("specs/{provider}/openapi.yaml"));
    let text = fs::read_to_string(&spec).unwrap();
    fs::write(&spec, text.replace("https://", "https://eu.")).unwrap();
    let (report, pending) = explain_since(root, "HEAD").unwrap();
    assert_eq!(pending, 1);
    assert!(
        report.contains("- **breaking**: server: https://eu."),
        "{report}"
    );
    git(root, &["commit", "-qam", "after"]);
    assert_eq!(explain_since(root, "HEAD~1").unwrap(), (report.clone(), 1));

    let fingerprint = report
        .rsplit("(fingerprint `")
        .next()
        .unwrap()
        .split('`')
        .next()
        .unwrap();
    let accepted = format!("[[accepted]]\nfingerprint = '{fingerprint}'\nreason = 'announced'\n");
    fs::write(
        root.join(format!("specs/{provider}/accepted.toml")),
        accepted,
    )
    .unwrap();
    let (report, pending) = explain_since(root, "HEAD~1").unwrap();
    assert_eq!(pending, 0);
    assert!(report.contains("Accepted: announced"), "{report}");

    let error = explain_since(root, "no-such-revision").unwrap_err();
    assert_eq!(
        error.to_string(),
        "git knows no revision `no-such-revision`"
    );
}
