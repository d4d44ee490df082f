//! What the servers send.

mod amplified;
mod large;

use std::fs;
use std::io::Write as _;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

use crate::provider;
use crate::server::{Answer, Exchange};

/// How the provider's list is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Paging {
    OneBody,
    Numbered,
}

pub(crate) struct Case {
    pub(crate) phase: &'static str,
    pub(crate) sends: &'static str,
    pub(crate) paging: Paging,
    pub(crate) retries: u32,
    /// The value of `--timeout`, in seconds.
    pub(crate) timeout: u64,
    /// Whether `--raw` is given.
    pub(crate) raw: bool,
    /// How many tenants the server sends, if they are not those of the example.
    tenants: Option<usize>,
    pub(crate) base_url: fn(u16) -> String,
    pub(crate) answer: Answer,
}

impl Case {
    fn retries(self, retries: u32) -> Self {
        Self { retries, ..self }
    }

    /// For a body that a debug build takes long to write and to read.
    fn large(self) -> Self {
        Self {
            timeout: 300,
            ..self
        }
    }

    fn sends(self, tenants: usize) -> Self {
        Self {
            tenants: Some(tenants),
            ..self
        }
    }

    /// How many tenants the server has.
    pub(crate) fn tenants(&self) -> usize {
        let count = || {
            let body: Value = serde_json::from_str(&example(self.paging)).unwrap();
            let records = &body[provider(self.paging).records];
            records.as_array().unwrap().len()
        };
        self.tenants.unwrap_or_else(count)
    }

    fn raw(self) -> Self {
        Self { raw: true, ..self }
    }

    fn at(self, base_url: fn(u16) -> String) -> Self {
        Self { base_url, ..self }
    }

    fn numbered(self) -> Self {
        Self {
            paging: Paging::Numbered,
            ..self
        }
    }
}

/// A list of the provider's documentation, as one text.
fn example(paging: Paging) -> String {
    let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../specs");
    let folder = specs.join(provider(paging).name).join("examples");
    let entries = fs::read_dir(folder).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.is_file());
    fs::read_to_string(paths.iter().min().unwrap()).unwrap()
}

fn list() -> String {
    example(Paging::OneBody)
}

/// The start of a list, within its first record.
fn half() -> String {
    list()[..200].to_owned()
}

/// A list in one body with these records.
pub(crate) fn records(records: &str) -> String {
    format!(
        "{{\"success\":true,\"{}\":[{records}]}}",
        provider(Paging::OneBody).records
    )
}

/// The head of a success with these lines.
fn head(lines: &str) -> String {
    let lines = lines.replace('\n', "\r\n");
    format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n{lines}\r\n\r\n")
}

fn chunked(body: &str) -> String {
    format!(
        "{}{:x}\r\n{body}\r\n",
        head("transfer-encoding: chunked"),
        body.len()
    )
}

fn gzipped(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

/// Sends a compressed body with a million repeats of a text, so many times over.
fn bomb(exchange: &mut Exchange, begin: &str, text: &str, millions: usize, end: &str) -> bool {
    let million = gzipped(text.repeat(1_000_000).as_bytes());
    let (begin, end) = (gzipped(begin.as_bytes()), gzipped(end.as_bytes()));
    let body = [begin, million.repeat(millions), end].concat();
    exchange.respond("200 OK\ncontent-encoding: gzip", body)
}

fn with_head(exchange: &mut Exchange, lines: &str) -> bool {
    exchange.respond(
        &format!("200 OK\ncontent-type: application/json\n{lines}"),
        list(),
    )
}

/// First this, then the list.
fn once(exchange: &mut Exchange, first: &str) -> bool {
    match exchange.number {
        1 => exchange.respond(first, "{}"),
        _ => with_head(exchange, ""),
    }
}

pub(crate) fn all() -> Vec<Case> {
    let mut cases = Vec::new();
    cases.extend(connections());
    cases.extend(heads());
    cases.extend(bodies());
    cases.extend(large::cases());
    cases.extend(amplified::cases());
    cases.extend(codings());
    cases.extend(retries());
    cases.extend(refusals());
    cases
}

fn phase(phase: &'static str, cases: Vec<Case>) -> Vec<Case> {
    let in_phase = |case| Case { phase, ..case };
    cases.into_iter().map(in_phase).collect()
}

fn case(sends: &'static str, answer: Answer) -> Case {
    Case {
        phase: "",
        sends,
        paging: Paging::OneBody,
        retries: 0,
        timeout: 2,
        raw: false,
        tenants: None,
        base_url: |port| format!("http://127.0.0.1:{port}"),
        answer,
    }
}

fn connections() -> Vec<Case> {
    let tls = |port| format!("https://127.0.0.1:{port}");
    let proxied = |_| "https://api.example.invalid".to_owned();
    phase(
        "Connections",
        vec![
            case("nothing", |x| x.stall("")),
            case("an end of the connection, at once", |_| false),
            case(
                "an end of the connection, at once; then the list",
                |x| match x.number {
                    1 => false,
                    _ => with_head(x, ""),
                },
            )
            .retries(1),
            case("nothing after a TLS client hello", |x| x.stall("")).at(tls),
            case("plain text after a TLS client hello", |x| {
                x.respond("200 OK", "{}")
            })
            .at(tls),
            case("an end of the connection after a TLS client hello", |_| {
                false
            })
            .at(tls),
            case("one byte of a TLS record after the other", |x| {
                x.drip("\x16\x03\x03\x40\x00", "\0")
            })
            .at(tls),
            case("nothing, as a proxy", |x| x.stall("")).at(proxied),
            case("407, as a proxy", |x| {
                x.respond("407 Proxy Authentication Required", "")
            })
            .at(proxied),
            case("head lines without end, as a proxy", |x| {
                x.flood("HTTP/1.1 200 OK\r\n", "x: y\r\n")
            })
            .at(proxied),
        ],
    )
}

fn heads() -> Vec<Case> {
    phase(
        "Heads",
        vec![
            case("half a head, then nothing", |x| {
                x.stall("HTTP/1.1 200 OK\r\nconte")
            }),
            case("a head, one byte after the other", |x| {
                x.drip("HTTP/1.1 200 OK\r\n", "x: y\r\n")
            }),
            case("head lines without end", |x| {
                x.flood("HTTP/1.1 200 OK\r\n", "x: y\r\n")
            }),
            case("a head line without end", |x| {
                x.flood("HTTP/1.1 200 OK\r\nx: ", "y")
            }),
            case("a status line without end", |x| {
                x.flood("HTTP/1.1 200 ", "O")
            }),
            case("100 Continue without end, one byte after the other", |x| {
                x.drip("", "HTTP/1.1 100 Continue\r\n\r\n")
            }),
            case(
                "103 Early Hints without end, one byte after the other",
                |x| x.drip("", "HTTP/1.1 103 Early Hints\r\n\r\n"),
            ),
            case("103 Early Hints, then the list", |x| {
                x.send("HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n") && with_head(x, "")
            }),
            case("150 head lines and the list", |x| {
                with_head(x, &"x: y\n".repeat(150))
            }),
            case("2,000 head lines and the list", |x| {
                with_head(x, &"x: y\n".repeat(2000))
            }),
            case("bytes that are not HTTP", |x| {
                x.send("SSH-2.0-OpenSSH_9.9\r\n\r\n")
            }),
            case("the list without a head", |x| x.send_last(list())),
            case("two content lengths that differ", |x| {
                with_head(x, "content-length: 1")
            }),
            case("a content length that is not a number", |x| {
                x.send_last(head("content-length: ten"))
            }),
            case("a `Date` that is not a date", |x| {
                with_head(x, "date: yesterday")
            }),
        ],
    )
}

fn bodies() -> Vec<Case> {
    phase(
        "Bodies",
        vec![
            case("half the list, then nothing", |x| x.stall(chunked(&half()))),
            case("half the list, then an end of the connection", |x| {
                x.send_last(chunked(&half()))
            }),
            case(
                "half the list, then an end of the connection; then the list",
                |x| match x.number {
                    1 => x.send_last(chunked(&half())),
                    _ => with_head(x, ""),
                },
            )
            .retries(1),
            case("half the list, as all of it", |x| {
                x.respond("200 OK\ncontent-type: application/json", half())
            }),
            case("a list, one byte after the other", |x| {
                x.drip(head("transfer-encoding: chunked"), "1\r\n \r\n")
            }),
            case("a content length above the list's, then nothing", |x| {
                x.stall(head("content-length: 100000") + &list())
            }),
            case("a content length above the list's, then an end", |x| {
                x.send_last(head("content-length: 100000") + &list())
            }),
            case("a content length below the list's", |x| {
                x.send_last(head("content-length: 100") + &list())
            }),
            case("the list until the end of the connection", |x| {
                x.send_last(head("connection: close") + &list())
            }),
            case("chunks beside a content length", |x| {
                x.send(
                    chunked(&list()).replacen("\r\n", "\r\ncontent-length: 5\r\n", 1) + "0\r\n\r\n",
                )
            }),
            case("a chunk extension without end", |x| {
                x.flood(head("transfer-encoding: chunked") + "5;", "x")
            }),
            case("a chunk size beyond all numbers", |x| {
                x.flood(head("transfer-encoding: chunked"), "f")
            }),
            case("trailers without end", |x| {
                x.flood(chunked(&list()) + "0\r\n", "x: y\r\n")
            }),
            case("half a trailer, then nothing", |x| {
                x.stall(chunked(&list()) + "0\r\nx:")
            }),
            case("no body", |x| x.respond("200 OK", "")),
            case("204", |x| x.send("HTTP/1.1 204 No Content\r\n\r\n")),
            case("205", |x| x.respond("205 Reset Content", "")),
            case("206 with half the list", |x| {
                x.respond("206 Partial Content\ncontent-range: bytes 0-199/1000\ncontent-type: application/json", half())
            }),
            case("206 with the list", |x| {
                x.respond("206 Partial Content\ncontent-range: bytes 0-9/1000\ncontent-type: application/json", list())
            }),
            case("203 with the list", |x| {
                x.respond(
                    "203 Non-Authoritative Information\ncontent-type: application/json",
                    list(),
                )
            }),
            case("202 with the list", |x| {
                x.respond("202 Accepted\ncontent-type: application/json", list())
            }),
            case("the list as `text/html`", |x| {
                x.respond("200 OK\ncontent-type: text/html", list())
            }),
            case("a page of HTML", |x| {
                x.respond("200 OK\ncontent-type: text/html", "<html>Sign in</html>")
            }),
            case("the list after a byte-order mark", |x| {
                x.respond("200 OK", format!("\u{feff}{}", list()))
            }),
            case("the list in UTF-16", |x| {
                let body: Vec<u8> = list().encode_utf16().flat_map(u16::to_le_bytes).collect();
                x.respond(
                    "200 OK\ncontent-type: application/json; charset=utf-16",
                    body,
                )
            }),
            case("the list, with a name in Latin-1", |x| {
                let body = list().replace("Acme", "Ac\u{e9}me");
                let body: Vec<u8> = body
                    .chars()
                    .map(|c| u8::try_from(u32::from(c)).unwrap())
                    .collect();
                x.respond(
                    "200 OK\ncontent-type: application/json; charset=iso-8859-1",
                    body,
                )
            }),
            case("the list, with `NaN` beside it", |x| {
                x.respond("200 OK", list().replacen('{', "{\"share\":NaN,", 1))
            }),
            case("the list twice", |x| x.respond("200 OK", list().repeat(2))),
            case("the list, then an end of each connection", |x| {
                with_head(x, "");
                false
            }),
        ],
    )
}

fn codings() -> Vec<Case> {
    phase(
        "Content codings",
        vec![
            case("`gzip`", |x| {
                x.respond("200 OK\ncontent-encoding: gzip", gzipped(list().as_bytes()))
            }),
            case("`X-GZIP`", |x| {
                x.respond(
                    "200 OK\ncontent-encoding: X-GZIP",
                    gzipped(list().as_bytes()),
                )
            }),
            case("`identity`", |x| with_head(x, "content-encoding: identity")),
            case("`gzip` over `gzip`", |x| {
                x.respond(
                    "200 OK\ncontent-encoding: gzip, gzip",
                    gzipped(&gzipped(list().as_bytes())),
                )
            }),
            case("`br`", |x| {
                x.respond("200 OK\ncontent-encoding: br", "\x0b\x02")
            }),
            case("`gzip` without compression", |x| {
                with_head(x, "content-encoding: gzip")
            }),
            case("half of `gzip`", |x| {
                let body = gzipped(list().as_bytes());
                x.respond("200 OK\ncontent-encoding: gzip", &body[..body.len() / 2])
            })
            .retries(1),
            case(
                "`gzip` of 300 KB that becomes 100 million records `{}`",
                |x| {
                    // Most of the 4 MiB that are read before a body counts as a bomb are white space.
                    bomb(
                        x,
                        &records("").replace("]}", &" ".repeat(3_500_000)),
                        "{},",
                        100,
                        "{}]}",
                    )
                },
            )
            .retries(5)
            .large(),
            case("`gzip` of 30 KB that becomes 30 MB of white space", |x| {
                bomb(x, &records("").replace("]}", ""), " ", 30, "]}")
            })
            .retries(5)
            .large(),
        ],
    )
}

fn retries() -> Vec<Case> {
    phase(
        "Retries",
        vec![
            case("429, `Retry-After: 0`; then the list", |x| {
                once(x, "429 Too Many Requests\nretry-after: 0")
            })
            .retries(1),
            case("429, `Retry-After: -5`; then the list", |x| {
                once(x, "429 Too Many Requests\nretry-after: -5")
            })
            .retries(1),
            case("429, `Retry-After: soon`; then the list", |x| {
                once(x, "429 Too Many Requests\nretry-after: soon")
            })
            .retries(1),
            case("429, two `Retry-After`, 0 and 1; then the list", |x| {
                once(x, "429 Too Many Requests\nretry-after: 0\nretry-after: 1")
            })
            .retries(1),
            case("429, `Retry-After: 99999999999999999999`", |x| {
                once(
                    x,
                    "429 Too Many Requests\nretry-after: 99999999999999999999",
                )
            })
            .retries(1),
            case("429, `Retry-After: 1e300`", |x| {
                once(x, "429 Too Many Requests\nretry-after: 1e300")
            })
            .retries(1),
            case("503; then the list", |x| once(x, "503 Service Unavailable")).retries(1),
            case(
                "503, then an end of the connection; then the list",
                |x| match x.number {
                    1 => {
                        x.respond("503 Service Unavailable", "{}");
                        false
                    }
                    _ => with_head(x, ""),
                },
            )
            .retries(1),
            case("503, always", |x| {
                x.respond("503 Service Unavailable", "{}")
            })
            .retries(1),
            case("529; then the list", |x| once(x, "529 Overloaded")).retries(1),
            case("403, `Retry-After: 0`; then the list", |x| {
                once(x, "403 Forbidden\nretry-after: 0")
            })
            .retries(1),
        ],
    )
}

fn refusals() -> Vec<Case> {
    phase(
        "Refusals and redirects",
        vec![
            case("401, its body one byte after the other", |x| {
                x.drip("HTTP/1.1 401 Unauthorized\r\n\r\n", "{\"error\":\"no\"}")
            }),
            case("401, a body without end", |x| {
                x.flood("HTTP/1.1 401 Unauthorized\r\n\r\n", " ")
            }),
            case("403 in HTML", |x| {
                x.respond(
                    "403 Forbidden\ncontent-type: text/html",
                    "<html>Blocked</html>",
                )
            }),
            case("404", |x| x.respond("404 Not Found", "{}")),
            case("304", |x| x.send("HTTP/1.1 304 Not Modified\r\n\r\n")),
            case("a status of 999", |x| x.respond("999 Request Denied", "{}")),
            case("a status of 42", |x| x.respond("42 Odd", "{}")),
            case("a redirect to itself, always", |x| {
                x.respond("302 Found\nlocation: /again", "")
            }),
            case("a redirect to ever new addresses", |x| {
                let location = format!("302 Found\nlocation: /{}", x.number);
                x.respond(&location, "")
            }),
            case("a redirect to another origin", |x| {
                x.respond("302 Found\nlocation: http://other.example.com/", "")
            }),
            case("a redirect without an address", |x| {
                x.respond("302 Found", "")
            }),
            case("a redirect to an address that is not one", |x| {
                x.respond("302 Found\nlocation: http://[", "")
            }),
            case("a redirect to TLS on the same port", |x| {
                let location = format!("302 Found\nlocation: https://127.0.0.1:{}/", x.port);
                x.respond(&location, "")
            }),
            case("a success that is an error", |x| {
                x.respond("200 OK", "{\"success\":false,\"error\":\"no right\"}")
            }),
        ],
    )
}
