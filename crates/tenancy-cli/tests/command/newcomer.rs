//! What goes wrong for somebody new, and what they are told: each message says what to do next.

use std::net::TcpListener;

use provider_sim::Fault;

use crate::sandbox::*;

/// The account's list, as it is told to somebody who is new.
fn told(title: &str, ran: &Ran) -> String {
    let code = ran.code.unwrap();
    assert_eq!(ran.stdout, "", "{title}");
    format!("# {title} (exit code {code})\n{}\n", ran.stderr)
}

#[test]
fn each_first_mistake_is_told_with_the_way_out() {
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let error = |code: &str, message: &str| {
        let body = serde_json::json!({ "error": { "code": code, "message": message } });
        Fault::literal(401, "application/json", body.to_string())
    };
    let (simulator, sandbox) = serve([
        cursors("wrong-key").fault(.., Fault::status(401)),
        cursors("expired-key").fault(
            ..,
            error("UNAUTHENTICATED", "This key expired on 2026-01-31"),
        ),
        numbered("wrong-address").fault(.., Fault::status(404)),
        cursors("a-website").fault(.., Fault::html()),
        cursors("moved").fault(
            ..,
            Fault::redirect(301, "https://elsewhere.example/v1/organizations"),
        ),
    ]);
    let sandbox = sandbox.with("KEY", "sk-1");
    let mut shown = String::new();
    for account in [
        "wrong-key",
        "expired-key",
        "wrong-address",
        "a-website",
        "moved",
    ] {
        let ran = sandbox.run(&list(&["--max-retries", "0", "--account", account]));
        shown += &told(account, &ran);
    }
    let configured = |name: &str, provider: &str, base: &str| {
        let text = key_account(name, base, "{ env = \"KEY\" }").replace(one_key().name, provider);
        write_private(&sandbox.path("c.toml"), text);
        sandbox.run(&["list", "--config", "c.toml", "--max-retries", "0"])
    };
    shown += &told(
        "nobody-there",
        &configured("a", one_key().name, &format!("http://{closed}")),
    );
    shown += &told(
        "no-address",
        &configured("a", one_key().name, "api.example"),
    );
    shown += &told(
        "misspelt-provider",
        &configured(
            "a",
            one_key().name.split_at(one_key().name.len() - 1).0,
            "https://api.example",
        ),
    );
    shown += &told(
        "misspelt-argument",
        &sandbox.run(&["list", "--providr", one_key().name]),
    );
    shown += &told("misspelt-command", &sandbox.run(&["lst"]));
    shown += &told(
        "no-such-file",
        &sandbox.run(&["list", "--config", "cnofig.toml"]),
    );
    #[cfg(target_os = "linux")]
    {
        let mut full = sandbox.run(&["list", "--demo", "-q", "--output", "/dev/full"]);
        // How far each account had come by then is open.
        full.stderr = format!("{}\n", full.stderr.lines().next().unwrap());
        shown += &told("full-disk", &full);
        let full = sandbox.run(&["list", "--demo", "-q", "-o", "t", "--report", "/dev/full"]);
        shown += &told("full-disk-for-the-report", &full);
    }
    let accounts = simulator.accounts();
    let served = accounts.iter().map(|account| account.address().port());
    let shown = served
        .chain([closed.port()])
        .fold(shown, |shown, port| without_port(&shown, port));
    insta::assert_snapshot!(shown);
}

#[test]
fn head_ends_a_list_quietly_and_at_once() {
    let (simulator, sandbox) = serve([numbered("agency").population(20_000, 1)]);
    let script = format!(
        "'{}' list --config tenancy.toml | head -1",
        env!("CARGO_BIN_EXE_tenancy")
    );
    let mut command = std::process::Command::new("sh");
    let output = command
        .args(["-c", &script])
        .current_dir(sandbox.folder.path())
        .envs(sandbox.variables.iter().map(|(name, value)| (name, value)))
        .output()
        .unwrap();
    let ran = Ran::from(output);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    assert_eq!(ran.stdout.lines().count(), 1);
    let requests = simulator.account("agency").requests().len();
    assert!(requests < 100, "{requests} of 200 pages were asked for");
}
