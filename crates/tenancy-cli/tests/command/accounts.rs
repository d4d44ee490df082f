//! Where accounts and their keys come from, and what is refused.

use std::fs;

use provider_sim::{Record, Simulator};
use tenancy::providers;

use crate::sandbox::*;

#[test]
fn accounts_come_from_the_environment_where_no_file_has_any() {
    // The default addresses are the providers' own, so the accounts must fail before a request.
    let several = providers::ALL
        .iter()
        .find(|provider| provider.credentials.len() > 1);
    let fields = several.unwrap().credentials;
    let sandbox = Sandbox::new()
        .with(fields[0].variable, "x")
        .with(one_key().credentials[0].variable, "");
    insta::assert_snapshot!("environment_incomplete", sandbox.run(&["list"]).shown());
    let sandbox = Sandbox::new().with(one_key().credentials[0].variable, "line\nbreak");
    insta::assert_snapshot!("environment_unusable", sandbox.run(&["list"]).shown());
}

#[test]
fn the_configuration_is_found_where_it_may_be() {
    let simulator = Simulator::start([keyed("agency").population(3, 1)]).unwrap();
    let sandbox = configure(Sandbox::new(), &simulator.account("agency"));
    assert_eq!(sandbox.run(&list(&[])).ids().len(), 3);
    let folder = sandbox.path(".config/tenancy");
    fs::create_dir_all(&folder).unwrap();
    fs::rename(sandbox.path("tenancy.toml"), folder.join("config.toml")).unwrap();
    assert_eq!(sandbox.run(&["list"]).ids().len(), 3);
    fs::rename(folder.join("config.toml"), sandbox.path("elsewhere.toml")).unwrap();
    let sandbox = sandbox.with("TENANCY_CONFIG", "elsewhere.toml");
    assert_eq!(sandbox.run(&["list"]).ids().len(), 3);
}

#[test]
fn keys_come_from_variables_files_and_the_configuration_itself() {
    let names = ["variable", "file", "literal"];
    let simulator = Simulator::start(names.map(|name| keyed(name).population(1, 1))).unwrap();
    let field = one_key().credentials[0].key;
    let key = |name: &str| simulator.account(name).credential(field);
    let account =
        |name: &str, key: &str| key_account(name, &simulator.account(name).base_url(), key);
    let configuration = account("variable", "{ env = \"K\" }")
        + &account("file", "{ file = \"keys/k\" }")
        + &account("literal", &format!("\"{}\"", key("literal")));
    let sandbox = Sandbox::new().with("K", &key("variable"));
    fs::create_dir_all(sandbox.path("conf/keys")).unwrap();
    write_private(&sandbox.path("conf/tenancy.toml"), configuration);
    write_private(&sandbox.path("conf/keys/k"), key("file") + "\r\n");
    let ran = sandbox.run(&["list", "--config", "conf/tenancy.toml"]);
    insta::assert_snapshot!("keys_from_everywhere", ran.stderr);
    assert_eq!((ran.code, ran.ids().len()), (Some(0), 3));
}

#[test]
fn what_shells_and_editors_add_to_a_secret_is_ignored() {
    let simulator =
        Simulator::start(["variable", "file"].map(|name| keyed(name).population(1, 1))).unwrap();
    let key = |name: &str| {
        simulator
            .account(name)
            .credential(one_key().credentials[0].key)
    };
    let account =
        |name: &str, key: &str| key_account(name, &simulator.account(name).base_url(), key);
    let configuration =
        account("variable", "{ env = \"K\" }") + &account("file", "{ file = \"k\" }");
    let sandbox = Sandbox::configured(&format!("\u{feff}{configuration}"))
        .with("K", &format!("{}\r\n", key("variable")));
    write_private(&sandbox.path("k"), format!("\u{feff}{}\n", key("file")));
    let ran = sandbox.run(&CONFIG);
    assert_eq!((ran.code, ran.ids().len()), (Some(0), 2), "{}", ran.stderr);
}

#[test]
fn a_configuration_without_accounts_does_not_hide_those_of_the_environment() {
    let sandbox = Sandbox::new();
    assert_eq!(sandbox.run(&["config", "init"]).code, Some(0));
    // A key that no header can carry fails before a request.
    let sandbox = sandbox.with(one_key().credentials[0].variable, "line\nbreak");
    let ran = sandbox.run(&["list"]);
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.stderr.contains("(from the environment)"),
        "{}",
        ran.stderr
    );
    let path = sandbox.run(&["config", "path"]).stdout;
    let named = sandbox.run(&["list", "--config", path.trim_end()]);
    assert!(named.stderr.contains("has no accounts"), "{}", named.stderr);
}

#[test]
fn one_account_under_two_names_is_refused() {
    let (simulator, sandbox) = serve([keyed("agency").population(2, 1)]);
    let agency = simulator.account("agency");
    let path = sandbox.path("tenancy.toml");
    let text = fs::read_to_string(&path).unwrap();
    let key = format!("\"{}\"", agency.credential(one_key().credentials[0].key));
    let again = key_account("again", &format!("{}/", agency.base_url()), &key);
    write_private(&path, text.clone() + &again);
    let ran = sandbox.run(&CONFIG);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""));
    let line = text.lines().count() + 1;
    let error = format!(
        "error: account `again` (tenancy.toml, line {line}): the account `agency` (tenancy.toml, line 1) has the same \
         credentials, so every tenant would be listed twice; remove one of them, or choose one with --account\n"
    );
    assert!(ran.stderr.ends_with(&error), "{}", ran.stderr);
    assert_eq!(sandbox.run(&list(&["--account", "again"])).ids().len(), 2);
}

#[test]
fn one_account_with_two_keys_is_listed_with_a_warning() {
    let with_tenants = |account: &str, name: &str| {
        let record = |id: u8| serde_json::json!({ "auth_id": format!("SA_{id}"), "name": format!("{name} {id}") });
        numbered(account).records((1..=3).map(|id| Record::raw(record(id).to_string())))
    };
    let (_simulator, sandbox) = serve([
        with_tenants("agency", "Acme"),
        with_tenants("again", "Acme"),
        with_tenants("other", "Burns"),
    ]);
    let ran = sandbox.run(&list(&[]));
    let provider = numbered_provider().name();
    let warning = format!(
        "warning: again ({provider}) and agency ({provider}) have the same tenants, so each is listed twice; remove one of them \
         from the configuration, or choose one with --account\n"
    );
    assert_eq!((ran.code, ran.tenants().len()), (Some(0), 9));
    assert_eq!(ran.stderr.matches("warning").count(), 1, "{}", ran.stderr);
    assert!(ran.stderr.contains(&warning), "{}", ran.stderr);
}

#[test]
fn only_the_accounts_that_are_listed_need_their_secrets() {
    let (_simulator, sandbox) = serve([keyed("here").population(2, 1)]);
    let path = sandbox.path("tenancy.toml");
    let more = key_account("there", "http://127.0.0.1:9", "{ env = \"NO\" }");
    fs::write(&path, fs::read_to_string(&path).unwrap() + &more).unwrap();
    assert_eq!(sandbox.run(&list(&["--account", "here"])).ids().len(), 2);
    assert_eq!(sandbox.run(&list(&[])).code, Some(2));
}

#[cfg(unix)]
#[test]
fn a_command_prints_a_secret_once_and_only_where_it_is_needed() {
    let simulator =
        Simulator::start(["agency", "other"].map(|name| keyed(name).population(1, 1))).unwrap();
    let key = |name: &str| {
        simulator
            .account(name)
            .credential(one_key().credentials[0].key)
    };
    let account =
        |name: &str, key: &str| key_account(name, &simulator.account(name).base_url(), key);
    let sandbox = Sandbox::new()
        .with("TENANCY_CONFIG", "conf/tenancy.toml")
        .with("K", &key("agency"))
        .with("L", &key("other"));
    fs::create_dir_all(sandbox.path("conf")).unwrap();
    write_private(
        &sandbox.path("conf/key"),
        "#!/bin/sh\necho run >> runs\necho unlocked >&2\necho \"$K\"\necho 'user: me'\n",
    );
    set_mode(&sandbox.path("conf/key"), 0o700);
    let configuration = account("agency", "{ command = [\"./key\"] }")
        + &account("other", "{ command = [\"printenv\", \"L\"] }");
    write_private(&sandbox.path("conf/tenancy.toml"), configuration);
    for arguments in [
        &["config", "path"][..],
        &["completions", "bash"],
        &["schema"],
        &["list", "--demo"],
        &["list", "--account", "other"],
    ] {
        assert_eq!(sandbox.run(arguments).code, Some(0), "{arguments:?}");
    }
    assert!(!sandbox.path("runs").exists());
    let ran = sandbox.run(&["list", "--verify"]);
    assert_eq!((ran.code, ran.ids().len()), (Some(0), 2), "{}", ran.stderr);
    assert!(ran.stderr.starts_with("unlocked\n"), "{}", ran.stderr);
    assert_eq!(fs::read_to_string(sandbox.path("runs")).unwrap(), "run\n");
}

/// Errors in the file itself are tested beside its reader.
#[test]
fn bad_settings() {
    let configured = |key| key_account("agency", "https://api.example", key);
    let plain = configured("\"sk-secret\"").replace("https://", "http://");
    for (name, configuration) in [
        ("missing_variable", configured("{ env = \"KEY\" }")),
        ("missing_file", configured("{ file = \"no.key\" }")),
        (
            "missing_program",
            configured("{ command = [\"no-such-program\"] }"),
        ),
        #[cfg(unix)]
        (
            "failing_command",
            configured(
                "{ command = [\"sh\", \"-c\", \"echo sk-secret; echo locked >&2; exit 1\"] }",
            ),
        ),
        ("plain_http", plain),
    ] {
        let ran = Sandbox::configured(&configuration).run(&CONFIG);
        assert_eq!(ran.code, Some(2), "{name}");
        assert!(!ran.shown().contains("sk-secret"), "{name}");
        insta::assert_snapshot!(format!("bad_{name}"), ran.shown());
    }
    let empty = Sandbox::configured(&configured("{ env = \"KEY\" }")).with("KEY", " ");
    insta::assert_snapshot!("bad_empty_variable", empty.run(&CONFIG).shown());
}

#[test]
fn a_bad_option_names_the_account_and_the_option() {
    for provider in providers::ALL {
        let fields = provider.credentials.iter();
        let fields: String = fields
            .map(|field| format!("{} = \"x\"\n", field.key))
            .collect();
        for option in provider.options {
            let settings = format!("{fields}{} = \"no such value\"", option.key);
            let account = account("agency", provider.name, provider.base_url, &settings);
            let ran = Sandbox::configured(&account).run(&CONFIG);
            assert_eq!(ran.code, Some(2));
            let start = format!(
                "error: account `agency` (tenancy.toml, line 1): `{}`",
                option.key
            );
            assert!(ran.stderr.contains(&start), "{}", ran.stderr);
        }
    }
}

#[test]
fn no_accounts_at_all() {
    let sandbox = Sandbox::new();
    let ran = sandbox.run(&["list"]);
    let shown = ran
        .shown()
        .replace(&*sandbox.folder.path().to_string_lossy(), "HOME");
    insta::assert_snapshot!("no_accounts", shown);
}

#[test]
fn bad_usage() {
    let sandbox = Sandbox::new();
    for (name, arguments) in [
        (
            "unknown_column",
            &["list", "--demo", "--format", "csv", "--columns", "id,nmae"][..],
        ),
        (
            "raw_columns",
            &["list", "--demo", "--columns", "id", "--raw"],
        ),
        (
            "raw_table",
            &["list", "--demo", "--format", "table", "--raw"],
        ),
        (
            "unknown_account",
            &["list", "--demo", "--account", "agency"],
        ),
        (
            "unknown_provider_argument",
            &["list", "--demo", "--provider", "nobody"],
        ),
        ("demo_and_config", &["list", "--demo", "--config", "x.toml"]),
        ("limit_of_nothing", &["list", "--demo", "--limit", "0"]),
        ("config_that_is_not_there", &["list", "--config", "no.toml"]),
        (
            "report_nowhere",
            &["list", "--demo", "--report", "no/r.json"],
        ),
        ("no_subcommand", &[]),
    ] {
        let ran = sandbox.run(arguments);
        assert_eq!(ran.code, Some(2), "{name}");
        assert_eq!(ran.stdout, "", "{name}");
        insta::assert_snapshot!(format!("usage_{name}"), ran.shown());
    }
    let account = demo_account(cursors_provider());
    let other = numbered_provider().name();
    let elsewhere = ["list", "--demo", "--account", &account, "--provider", other];
    let ran = sandbox.run(&elsewhere);
    assert_eq!(ran.code, Some(2));
    let start = format!("error: no account matches --provider {other}; ");
    assert!(ran.stderr.starts_with(&start), "{}", ran.stderr);
}

#[test]
fn each_account_is_in_one_shard_and_a_shard_may_be_empty() {
    let sandbox = Sandbox::new();
    let list = |arguments: &[&str]| {
        let ran = sandbox.run(&[&["list", "--demo", "--format", "ndjson"], arguments].concat());
        assert_eq!(ran.code, Some(0), "{arguments:?}: {}", ran.stderr);
        let mut lines: Vec<_> = ran.stdout.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    let shards: Vec<_> = (0..16).map(|index| format!("{index}/16")).collect();
    let lists: Vec<_> = shards
        .iter()
        .map(|shard| list(&["--shard", shard]))
        .collect();
    let mut union = lists.concat();
    union.sort();
    assert_eq!(union, list(&[]));
    let empty = lists.iter().position(Vec::is_empty).unwrap();
    let sync = ["sync", "--demo", "--to", "t.db", "--shard", &shards[empty]];
    let ran = sandbox.run(&sync);
    assert_eq!(
        (ran.code, ran.stderr.as_str()),
        (Some(0), "this shard has no account\n")
    );
}

#[test]
fn files_beside_the_configuration_have_more_accounts() {
    let accounts = ["a", "b", "c"].map(|name| numbered(name).population(3, 1));
    let (_simulator, sandbox) = serve(accounts);
    let text = fs::read_to_string(sandbox.path("tenancy.toml")).unwrap();
    let tables: Vec<_> = text.split("[[account]]").skip(1).collect();
    let write = |name: &str, table: usize| {
        fs::write(sandbox.path(name), format!("[[account]]{}", tables[table])).unwrap();
        set_mode(&sandbox.path(name), 0o600);
    };
    fs::create_dir(sandbox.path("accounts.d")).unwrap();
    write("tenancy.toml", 0);
    write("accounts.d/20-c.toml", 2);
    write("accounts.d/10-b.toml", 1);
    fs::write(sandbox.path("accounts.d/.10-b.toml.swp"), "no").unwrap();
    fs::write(sandbox.path("accounts.d/README"), "no").unwrap();
    let ran = sandbox.run(&list(&[
        "--sort",
        "account",
        "--format",
        "csv",
        "--columns",
        "account",
    ]));
    assert_eq!(ran.code, Some(0), "{}", ran.stderr);
    assert_eq!(
        ran.stdout.split_whitespace().collect::<String>(),
        "accountaaabbbccc"
    );
    write("accounts.d/30.toml", 1);
    let twice = sandbox.run(&list(&[]));
    assert_eq!(twice.code, Some(2));
    assert!(
        twice.stderr.contains("accounts.d/30.toml, line 1): the account at accounts.d/10-b.toml, line 1 has the same name"),
        "{}",
        twice.stderr
    );
}
