//! `config`, and who can read what is configured.

use std::fs;

use crate::sandbox::*;

#[cfg(unix)]
fn mode(path: &std::path::Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_configuration_to_start_from_is_written_where_it_is_looked_for_and_replaces_nothing() {
    let sandbox = Sandbox::new();
    let path = sandbox.run(&["config", "path"]);
    assert_eq!(path.code, Some(0));
    assert_eq!(
        path.stderr,
        "the file does not exist yet; `tenancy config init` writes one\n"
    );
    let path = std::path::PathBuf::from(path.stdout.trim_end());
    assert!(path.starts_with(sandbox.folder.path()) && path.ends_with("tenancy/config.toml"));

    let shown = |ran: &Ran| ran.shown().replace(&path.display().to_string(), "PATH");
    let written = sandbox.run(&["config", "init"]);
    let text = fs::read_to_string(&path).unwrap();
    #[cfg(unix)]
    assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
    let empty = sandbox.run(&["list"]);
    fs::write(&path, "mine").unwrap();
    let refused = sandbox.run(&["config", "init"]);
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
    insta::assert_snapshot!(
        [written, empty, refused]
            .iter()
            .map(shown)
            .collect::<Vec<_>>()
            .join("\n")
    );

    set_mode(&path, 0o644);
    assert_eq!(sandbox.run(&["config", "init", "--force"]).code, Some(0));
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
    #[cfg(unix)]
    assert_eq!(mode(&path), 0o600);
    assert_eq!(sandbox.run(&["config", "path"]).stderr, "");
}

#[test]
fn another_path_may_be_named() {
    let sandbox = Sandbox::new().with("TENANCY_CONFIG", "by-variable.toml");
    assert_eq!(
        sandbox.run(&["config", "path"]).stdout,
        "by-variable.toml\n"
    );
    assert_eq!(sandbox.run(&["config", "init"]).code, Some(0));
    assert_eq!(
        sandbox
            .run(&["config", "init", "--path", "sub/named.toml"])
            .code,
        Some(0)
    );
    assert!(sandbox.path("by-variable.toml").is_file() && sandbox.path("sub/named.toml").is_file());
    fs::write(sandbox.path("file"), "").unwrap();
    let ran = sandbox.run(&["config", "init", "--path", "file/c.toml"]);
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.stderr.ends_with("; name another file with --path\n"),
        "{}",
        ran.stderr
    );
}

#[cfg(unix)]
#[test]
fn secrets_that_others_can_read_are_warned_about() {
    let (simulator, sandbox) = serve([keyed("brands").population(1, 1)]);
    let api_key = simulator.account("brands").credential("api_key");
    let base = simulator.account("brands").base_url();
    let run = |credential: &str, mode: u32, key_mode: u32| {
        write_private(
            &sandbox.path("c.toml"),
            key_account("brands", &base, credential),
        );
        write_private(&sandbox.path("key"), &api_key);
        set_mode(&sandbox.path("c.toml"), mode);
        set_mode(&sandbox.path("key"), key_mode);
        let ran = sandbox.run(&["list", "--config", "c.toml", "--quiet"]);
        assert_eq!(ran.code, Some(0));
        ran.stderr
    };
    let literal = format!("\"{api_key}\"");
    let field = one_key().credentials[0];
    let written_out = format!(
        "warning: account `brands` (c.toml, line 1): the configuration holds the secret `{}` itself; use {{ env = \"{}\" }} or \
         {{ file = \"PATH\" }} instead
",
        field.key, field.variable
    );
    assert_eq!(run(&literal, 0o600, 0o600), written_out);
    let readable = "warning: c.toml holds a secret and other users can read it (mode 640): run `chmod 600 c.toml`\n";
    assert_eq!(
        run(&literal, 0o640, 0o600),
        format!("{readable}{written_out}")
    );
    let file = "{ file = \"key\" }";
    assert_eq!(
        run(file, 0o644, 0o600),
        "",
        "no secret is in the configuration"
    );
    assert_eq!(
        run(file, 0o600, 0o604),
        "warning: key holds a secret and other users can read it (mode 604): run `chmod 600 key`\n"
    );
}

/// The keyring of this machine is left alone: only a build without it is asked.
#[cfg(not(feature = "keyring"))]
#[test]
fn a_build_without_the_keyring_says_so() {
    let keyring = "{ keyring = \"tenancy/brands\" }";
    let sandbox = Sandbox::configured(&key_account("brands", "https://api.example", keyring));
    let ran = sandbox.run(&list(&[]));
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""));
    assert!(
        ran.stderr.contains(
            "from the keyring entry that it names: this `tenancy` was built without keyring support; \
             install it with `--features keyring`, or use { env = "
        ),
        "{}",
        ran.stderr
    );
}
