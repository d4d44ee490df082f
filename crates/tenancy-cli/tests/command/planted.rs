//! A secret planted in each input is in no output.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::{Value, json};
use tenancy::providers::ALL;

use crate::sandbox::*;

const SECRET: &str = "pl4nted-5ecret-0f-a-test";

/// A server that echoes what it receives in its response, which begins with this head.
struct Echo {
    port: u16,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Echo {
    fn start(head: &'static str) -> Self {
        Self::respond(
            head,
            |sent| json!({ "error": { "code": sent, "message": sent, "requestId": sent } }),
        )
    }

    /// A server whose responses have this head and the body that it makes of a request.
    fn respond(head: &'static str, body: fn(&str) -> Value) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let heads = Arc::new(Mutex::new(Vec::new()));
        let received = heads.clone();
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let mut bytes = Vec::new();
                while !bytes.ends_with(b"\r\n\r\n") {
                    let mut byte = [0];
                    match stream.read(&mut byte) {
                        Ok(1) => bytes.push(byte[0]),
                        _ => break,
                    }
                }
                let sent = String::from_utf8_lossy(&bytes).into_owned();
                let body = body(&sent).to_string();
                received.lock().unwrap().push(sent);
                let length = body.len();
                let _ = stream.write_all(
                    format!(
                        "HTTP/1.1 {head}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
                    )
                    .as_bytes(),
                );
            }
        });
        Self { port, heads }
    }

    /// The credentials as they were sent, such as encoded ones.
    fn credentials(&self) -> Vec<String> {
        let heads = self.heads.lock().unwrap();
        let values = heads.iter().flat_map(|head| head.lines());
        let values = values.filter(|line| line.to_lowercase().contains("authorization: "));
        let values = values.map(|line| line.split_whitespace().last().unwrap().to_owned());
        values.collect()
    }
}

/// Runs `list` and `sync` and asserts that neither shows the secret anywhere, nor one of these texts.
fn assert_hidden(place: &str, sandbox: &Sandbox, encoded: &dyn Fn() -> Vec<String>) {
    for arguments in [
        &[
            "list", "-v", "--raw", "--output", "t.ndjson", "--report", "r.json",
        ][..],
        &["list", "-v", "--format", "table"],
        &["list", "-v", "--format", "csv"],
        &["sync", "-v", "--to", "t.db"],
        &["check", "-v"],
    ] {
        let config = [
            "--config",
            "tenancy.toml",
            "--timeout",
            "5",
            "--max-retries",
            "1",
        ];
        let ran = sandbox.run(&[arguments, &config].concat());
        assert!(
            !ran.stdout.is_empty() || !ran.stderr.is_empty(),
            "{place}: {arguments:?}"
        );
        assert!(
            !ran.stderr.contains("unexpected argument"),
            "{}",
            ran.stderr
        );
        assert!(
            !ran.stderr.contains("unrecognized subcommand"),
            "{}",
            ran.stderr
        );
        let mut secrets = encoded();
        secrets.push(SECRET.to_owned());
        let mut outputs = vec![
            ("standard output".to_owned(), ran.stdout.into_bytes()),
            ("standard error".to_owned(), ran.stderr.into_bytes()),
        ];
        for entry in fs::read_dir(sandbox.folder.path()).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            // Not the configuration and the key's file, which hold it.
            let is_output = name.starts_with("t.") || name.starts_with("r.");
            if is_output && sandbox.path(&name).is_file() {
                outputs.push((name.clone(), fs::read(sandbox.path(&name)).unwrap()));
            }
        }
        for (output, bytes) in outputs {
            let text = String::from_utf8_lossy(&bytes);
            for secret in &secrets {
                assert!(
                    !text.contains(secret),
                    "{place}, {arguments:?}: {output}:\n{text}"
                );
            }
        }
    }
}

#[test]
fn a_key_that_the_server_echoes() {
    for head in [
        "401 Unauthorized\r\n",
        "404 Not Found\r\n",
        "200 OK\r\ncontent-type: application/json\r\n",
        "429 Too Many Requests\r\nretry-after: 1000\r\n",
        "503 pl4nted-5ecret-0f-a-test\r\nretry-after: pl4nted-5ecret-0f-a-test\r\n",
        "200 OK\r\ncontent-type: text/pl4nted-5ecret-0f-a-test; charset=pl4nted-5ecret-0f-a-test\r\n",
        "403 Forbidden\r\ncontent-type: pl4nted-5ecret-0f-a-test/html\r\n",
        "200 OK\r\ncontent-encoding: pl4nted-5ecret-0f-a-test\r\n",
        "200 OK\r\nlink: </pl4nted-5ecret-0f-a-test>; rel=next\r\nx-total: pl4nted-5ecret-0f-a-test\r\n",
        "400 Bad Request\r\nx-request-id: pl4nted-5ecret-0f-a-test\r\nset-cookie: k=pl4nted-5ecret-0f-a-test\r\n",
        "302 Found\r\nlocation: /pl4nted-5ecret-0f-a-test?key=pl4nted-5ecret-0f-a-test\r\n",
        "302 Found\r\nlocation: http://u:pl4nted-5ecret-0f-a-test@pl4nted-5ecret-0f-a-test.example.com/\r\n",
    ] {
        for provider in ALL {
            let server = Echo::start(head);
            let credentials = provider.credentials.iter();
            let credentials: Vec<_> = credentials
                .map(|field| match field.secret {
                    true => format!("{} = {{ env = \"KEY\" }}", field.key),
                    false => format!("{} = \"{}\"", field.key, field.example),
                })
                .collect();
            let base_url = format!("http://127.0.0.1:{}", server.port);
            let configuration = account("a", provider.name, &base_url, &credentials.join("\n"));
            let sandbox = Sandbox::configured(&configuration).with("KEY", SECRET);
            assert_hidden(head, &sandbox, &|| server.credentials());
            let heads = server.heads.lock().unwrap().join("\n");
            assert!(heads.contains(SECRET) || !server.credentials().is_empty());
        }
    }
}

#[test]
fn in_the_configuration() {
    // Its address is shown.
    let server = Echo::start("404 Not Found\r\n");
    let base_url = format!("http://127.0.0.1:{}", server.port);
    let key = one_key().credentials[0].key;
    let quoted = format!("\"{SECRET}\"");
    let at = |base_url: &str, key: &str| key_account("a", base_url, key);
    let cases = [
        ("inline", at(&base_url, &quoted)),
        ("in a file", at(&base_url, "{ file = \"key\" }")),
        ("no end quote", at(&base_url, &quoted[..quoted.len() - 1])),
        ("no quotes", at(&base_url, SECRET)),
        ("a list", at(&base_url, &format!("[{quoted}]"))),
        (
            "an unknown kind",
            at(&base_url, &format!("{{ text = {quoted} }}")),
        ),
        (
            "twice",
            at(&base_url, &format!("{quoted}\n{key} = {quoted}")),
        ),
        (
            "an unknown field",
            at(&base_url, &format!("{quoted}\nkee = {quoted}")),
        ),
        (
            "a key",
            at(&base_url, &format!("{quoted}\n{SECRET} = {quoted}")),
        ),
        (
            "a key of the key",
            at(&base_url, &format!("{{ {SECRET} = {quoted} }}")),
        ),
        ("a table", format!("[{SECRET}]\na = 1\n")),
        ("a list of tables", format!("[[{SECRET}]]\na = 1\n")),
        ("a key of the file", format!("{SECRET} = 1\n")),
        (
            "the name",
            key_account(&format!("a {SECRET}"), &base_url, &quoted),
        ),
        (
            "the provider",
            account("a", SECRET, &base_url, &format!("{key} = {quoted}")),
        ),
        (
            "the rate",
            at(
                &base_url,
                &format!("{quoted}\nrequests_per_minute = {quoted}"),
            ),
        ),
        (
            "in place of a variable",
            at(&base_url, &format!("{{ env = {quoted} }}")),
        ),
        (
            "in place of a file's path",
            at(&base_url, &format!("{{ file = {quoted} }}")),
        ),
        (
            "in place of a file's path, with a slash",
            at(&base_url, &format!("{{ file = \"/{SECRET}/{SECRET}.x\" }}")),
        ),
        (
            "in place of a file's path, too long for one",
            at(
                &base_url,
                &format!("{{ file = \"{}\" }}", SECRET.repeat(50)),
            ),
        ),
        (
            "in place of a keyring entry",
            at(&base_url, &format!("{{ keyring = \"{SECRET}/{SECRET}\" }}")),
        ),
        (
            "in place of a program",
            at(&base_url, &format!("{{ command = [{quoted}, {quoted}] }}")),
        ),
        (
            "with a line break",
            at(&base_url, &format!("\"{SECRET}\\u0001\"")),
        ),
        (
            "a user",
            at(&base_url.replace("//", &format!("//u:{SECRET}@")), &quoted),
        ),
        ("a query", at(&format!("{base_url}/?key={SECRET}"), &quoted)),
        ("a fragment", at(&format!("{base_url}/#{SECRET}"), &quoted)),
        ("a path", at(&format!("{base_url}/{SECRET}/v1"), &quoted)),
        ("in place of the address", at(SECRET, &quoted)),
        (
            "in place of the address, with a colon",
            at(&format!("{SECRET}:1"), &quoted),
        ),
        (
            "a malformed address",
            at(&format!("http//u:{SECRET}@localhost"), &quoted),
        ),
        (
            "a malformed port",
            at(&format!("http://u:{SECRET}@localhost:port"), &quoted),
        ),
        (
            "not encrypted",
            at(&format!("http://u:{SECRET}@api.example.invalid"), &quoted),
        ),
    ];
    for (place, configuration) in cases {
        let sandbox = Sandbox::configured(&configuration);
        write_private(&sandbox.path("key"), SECRET);
        assert_hidden(place, &sandbox, &|| server.credentials());
    }
}

#[test]
fn in_the_options_of_an_account() {
    for provider in ALL {
        let fields = provider.credentials.iter();
        let credentials = fields.map(|field| match field.secret {
            true => format!("{} = \"sk-other\"", field.key),
            false => format!("{} = \"{}\"", field.key, field.example),
        });
        let credentials = credentials.collect::<Vec<_>>().join("\n");
        for option in provider.options {
            let settings = format!("{credentials}\n{} = \"{SECRET}\"", option.key);
            let configuration = account("a", provider.name, "http://127.0.0.1:1", &settings);
            assert_hidden(option.key, &Sandbox::configured(&configuration), &Vec::new);
        }
    }
}

/// Secrets of the provider's, in fields that its document does not have.
#[test]
fn in_records() {
    let server = Echo::respond("200 OK\r\n", |_| {
        let record = |id: Value| {
            json!({
                "id": id, "subaccount_id": id, "name": "A", "auth_token": SECRET, "newApiKey": SECRET,
                "nested": [{ "password": [SECRET] }],
            })
        };
        let provider = one_key();
        let list = json!([
            record("1".into()),
            record(json!({ "no": "id" })),
            record(4.into())
        ]);
        let names = provider.records.trim_start_matches('/').rsplit('/');
        names.fold(list, |inner, name| json!({ name: inner }))
    });
    let base_url = format!("http://127.0.0.1:{}", server.port);
    let sandbox = Sandbox::configured(&key_account("a", &base_url, "\"sk-other\""));
    assert_hidden("a record", &sandbox, &|| server.credentials());
    let written = fs::read_to_string(sandbox.path("t.ndjson")).unwrap();
    assert!(written.contains("<redacted>"), "{written}");
}

#[test]
fn in_cursors() {
    let (simulator, sandbox) = serve([cursors("brands").population(30, 1)]);
    let ran = sandbox.run(&list(&["-v", "--page-size", "10"]));
    let mut cursors = 0;
    for request in simulator.requests() {
        for (name, value) in request.query {
            let is_number = value.parse::<u32>().is_ok();
            let shown = if is_number { &value } else { "…" };
            assert!(
                ran.stderr.contains(&format!("{name}={shown}")),
                "{}",
                ran.stderr
            );
            assert!(is_number || !ran.stderr.contains(&value), "{}", ran.stderr);
            cursors += u32::from(!is_number);
        }
    }
    assert!(cursors > 1);
}

#[test]
fn in_the_address_of_a_proxy() {
    let server = Echo::start("407 Proxy Authentication Required\r\n");
    let configuration = key_account("a", "https://api.example.invalid", "\"sk-other\"");
    for proxy in [
        format!("http://u:{SECRET}@127.0.0.1:{}", server.port),
        format!("http://{SECRET}@127.0.0.1:{}", server.port),
        format!("http//u:{SECRET}@127.0.0.1"),
        format!("socks9://u:{SECRET}@127.0.0.1"),
    ] {
        let sandbox = Sandbox::configured(&configuration).with("HTTPS_PROXY", &proxy);
        assert_hidden("a proxy", &sandbox, &|| server.credentials());
    }
    assert!(!server.credentials().is_empty());
}
