//! A folder in which the command runs, simulated accounts, and what a run printed.

pub(crate) mod schema;

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use provider_sim::{Account, AccountHandle, Paging, Provider, Simulator};
use serde_json::Value;
use tempfile::TempDir;
use tenancy::providers::Descriptor;

/// How long a test waits for something before it fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A folder in which the command runs without this machine's configuration.
pub(crate) struct Sandbox {
    pub(crate) folder: TempDir,
    pub(crate) variables: Vec<(String, String)>,
}

impl Sandbox {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            variables: Vec::new(),
        }
    }

    /// A sandbox with this configuration in `tenancy.toml`.
    pub(crate) fn configured(configuration: &str) -> Self {
        let sandbox = Self::new();
        write_private(&sandbox.path("tenancy.toml"), configuration);
        sandbox
    }

    pub(crate) fn with(mut self, variable: &str, value: &str) -> Self {
        self.variables.push((variable.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tenancy"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.folder.path())
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.command(arguments).output().unwrap().into()
    }

    pub(crate) fn report(&self) -> Value {
        let text = fs::read_to_string(self.path("r.json")).unwrap();
        let report = serde_json::from_str(&text).unwrap();
        schema::validate_report(&report);
        report
    }
}

/// A finished run.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let ran = Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        };
        schema::validate_rows(&ran.stdout);
        ran
    }
}

impl Ran {
    /// The exit code and both outputs, for a snapshot.
    pub(crate) fn shown(&self) -> String {
        let code = self
            .code
            .map_or_else(|| "none".to_owned(), |code| code.to_string());
        format!(
            "exit code: {code}\n--- standard output\n{}--- standard error\n{}",
            self.stdout, self.stderr
        )
    }

    pub(crate) fn tenants(&self) -> Vec<Value> {
        self.stdout
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    pub(crate) fn ids(&self) -> Vec<String> {
        self.tenants()
            .iter()
            .map(|tenant| tenant["id"].as_str().unwrap().to_owned())
            .collect()
    }
}

/// Writes a file that only its owner can read.
pub(crate) fn write_private(path: &Path, text: impl AsRef<[u8]>) {
    fs::write(path, text).unwrap();
    set_mode(path, 0o600);
}

/// Sets the permissions of a file.
pub(crate) fn set_mode(path: &Path, mode: u32) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }
    let _ = (path, mode);
}

/// An account in TOML.
pub(crate) fn account(name: &str, provider: &str, base_url: &str, credentials: &str) -> String {
    format!(
        "[[account]]\nname = \"{name}\"\nprovider = \"{provider}\"\nbase_url = \"{base_url}\"\n{credentials}\n\n"
    )
}

/// Adds a simulated account to the configuration, with its credentials in variables.
pub(crate) fn configure(sandbox: Sandbox, handle: &AccountHandle) -> Sandbox {
    let name = handle.name();
    let variable = name.to_uppercase().replace('-', "_");
    let (provider, keys) = (handle.provider().name(), handle.credentials());
    let lines: Vec<_> = keys
        .iter()
        .map(|(key, _)| format!("{key} = {{ env = \"{variable}_{}\" }}", key.to_uppercase()))
        .collect();
    let path = sandbox.path("tenancy.toml");
    let before = fs::read_to_string(&path).unwrap_or_default();
    fs::write(
        &path,
        before + &account(&name, provider, &handle.base_url(), &lines.join("\n")),
    )
    .unwrap();
    keys.iter().fold(sandbox, |sandbox, (key, value)| {
        sandbox.with(&format!("{variable}_{}", key.to_uppercase()), value)
    })
}

/// Serves the accounts, and configures them in a sandbox.
pub(crate) fn serve(accounts: impl IntoIterator<Item = Account>) -> (Simulator, Sandbox) {
    let simulator = Simulator::start(accounts).unwrap();
    let sandbox = simulator.accounts().iter().fold(Sandbox::new(), configure);
    (simulator, sandbox)
}

pub(crate) const CONFIG: [&str; 3] = ["list", "--config", "tenancy.toml"];

/// `list` with the sandbox's configuration.
pub(crate) fn list<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&CONFIG, more].concat()
}

/// The text with PORT instead of the port, and without system error numbers.
pub(crate) fn without_port(text: &str, port: u16) -> String {
    let text = text.replace(&port.to_string(), "PORT");
    let mut shown = String::new();
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once(" (os error ") {
        shown.push_str(before);
        rest = after.split_once(')').unwrap().1;
    }
    shown + rest
}

pub(crate) fn start(sandbox: &Sandbox, arguments: &[&str]) -> Child {
    sandbox
        .command(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Waits until the account has received a request.
pub(crate) fn wait_for_request(account: &AccountHandle) {
    wait_for_request_number(account, 1);
}

/// Waits until the account has received this many requests.
pub(crate) fn wait_for_request_number(account: &AccountHandle, number: u64) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let received = account.wait_until(move |stats| stats.requests >= number);
    runtime
        .block_on(async { tokio::time::timeout(PATIENCE, received).await })
        .expect("a request");
}

/// Sends SIGINT.
pub(crate) fn interrupt(child: &Child) {
    signal(child, "INT");
}

/// Sends a signal, named without SIG.
pub(crate) fn signal(child: &Child, name: &str) {
    let kill = format!("kill -{name} {}", child.id());
    let status = Command::new("sh").args(["-c", &kill]).status().unwrap();
    assert!(status.success());
}

/// An account at the first provider whose list has page numbers.
pub(crate) fn numbered(name: &str) -> Account {
    Account::new(numbered_provider(), name)
}

/// An account at the first provider whose list has cursors.
pub(crate) fn cursors(name: &str) -> Account {
    Account::new(cursors_provider(), name)
}

/// An account at the first provider whose list is one body.
pub(crate) fn one_body(name: &str) -> Account {
    Account::new(provider(|paging| matches!(paging, Paging::OneBody)), name)
}

pub(crate) fn numbered_provider() -> Provider {
    provider(|paging| matches!(paging, Paging::Numbers { .. }))
}

pub(crate) fn cursors_provider() -> Provider {
    provider(|paging| matches!(paging, Paging::Token { .. }))
}

fn provider(test: fn(Paging) -> bool) -> Provider {
    let mut providers = Provider::ALL.iter().copied();
    providers.find(|provider| test(provider.paging())).unwrap()
}

/// The name of an account of the demo, at the provider.
pub(crate) fn demo_account(provider: Provider) -> String {
    format!("{}-demo", provider.name())
}

/// The descriptor of the first provider that takes one secret and no options.
pub(crate) fn one_key() -> &'static Descriptor {
    let mut providers = tenancy::providers::ALL.iter();
    providers
        .find(|provider| provider.credentials.len() == 1 && provider.options.is_empty())
        .unwrap()
}

/// An account at the provider of [`one_key`], whose key is this TOML value.
pub(crate) fn key_account(name: &str, base_url: &str, key: &str) -> String {
    let provider = one_key();
    let credential = format!("{} = {key}", provider.credentials[0].key);
    account(name, provider.name, base_url, &credential)
}

/// A simulated account at the provider of [`one_key`].
pub(crate) fn keyed(name: &str) -> Account {
    Account::new(Provider::named(one_key().name), name)
}
