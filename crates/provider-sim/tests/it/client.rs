//! A plain HTTP client over a blocking socket that tells exactly how an answer ended.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;

use provider_sim::{Account, AccountHandle, Simulator};
use serde_json::Value;

/// How an answer ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// As announced.
    Whole,
    /// By an orderly close before the announced end.
    Cut,
    /// By a reset of the connection.
    Reset,
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) end: End,
    /// The member of a record that holds its identity.
    id_member: &'static str,
    /// The account's credentials. A record that one of them identifies is the parent's own.
    credentials: Vec<String>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.end, End::Whole);
        serde_json::from_str(self.text()).unwrap()
    }

    /// The identities of the tenants in the list of a 200.
    pub(crate) fn ids(&self) -> Vec<String> {
        let is_tenant = |id: &String| !self.credentials.contains(id);
        self.records().into_iter().filter(is_tenant).collect()
    }

    /// The identities of all records in the list of a 200.
    pub(crate) fn records(&self) -> Vec<String> {
        assert_eq!(self.status, 200, "{}", self.text());
        let json = self.json();
        let id = |record: &Value| {
            let id = &record[self.id_member];
            id.as_str()
                .map_or_else(|| id.to_string(), ToOwned::to_owned)
        };
        list(&json).unwrap().iter().map(id).collect()
    }
}

/// The list of a page: the page itself, or the array that is least far inside it.
fn list(page: &Value) -> Option<&Vec<Value>> {
    let mut level = vec![page];
    while !level.is_empty() {
        if let Some(list) = level.iter().find_map(|value| value.as_array()) {
            return Some(list);
        }
        let objects = level.into_iter().filter_map(Value::as_object);
        level = objects.flat_map(|members| members.values()).collect();
    }
    None
}

/// A server with one account.
pub(crate) fn one(account: Account) -> (Simulator, AccountHandle) {
    let simulator = Simulator::start([account]).unwrap();
    let handle = simulator.accounts().remove(0);
    (simulator, handle)
}

/// `text` as a value in a query.
pub(crate) fn encode(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// Calls an account's list with its credentials and this query (`""` for none), for every tenant unless the query says otherwise.
pub(crate) fn get(account: &AccountHandle, query: &str) -> Answer {
    let queries = [query, account.provider().whole_list()];
    let query: Vec<_> = queries
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    let mut url = account.list_url();
    if !query.is_empty() {
        url = format!("{url}?{}", query.join("&"));
    }
    let credentials = account.credentials().into_iter();
    Answer {
        id_member: account.provider().id_member(),
        credentials: credentials.map(|(_, value)| value).collect(),
        ..call("GET", &url, &account.auth_headers())
    }
}

pub(crate) fn call(method: &str, url: &str, headers: &[(&str, String)]) -> Answer {
    parse(&exchange(url, &request(method, url, headers)))
}

fn request(method: &str, url: &str, headers: &[(&str, String)]) -> String {
    let (host, path) = url
        .strip_prefix("http://")
        .unwrap()
        .split_once('/')
        .unwrap();
    let headers: String = headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    format!("{method} /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}\r\n")
}

/// Everything that came, and whether a reset ended it.
pub(crate) fn exchange(url: &str, request: &str) -> (Vec<u8>, bool) {
    let (host, _) = url
        .strip_prefix("http://")
        .unwrap()
        .split_once('/')
        .unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut bytes = Vec::new();
    match stream.read_to_end(&mut bytes) {
        Ok(_) => (bytes, false),
        Err(error) if error.kind() == ErrorKind::ConnectionReset => (bytes, true),
        Err(error) => panic!("{error}"),
    }
}

fn parse((bytes, reset): &(Vec<u8>, bool)) -> Answer {
    let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else {
        let end = if *reset { End::Reset } else { End::Cut };
        return Answer {
            status: 0,
            headers: Vec::new(),
            body: bytes.clone(),
            end,
            id_member: "id",
            credentials: Vec::new(),
        };
    };
    let head = std::str::from_utf8(&bytes[..at]).unwrap();
    let mut lines = head.split("\r\n");
    let status = lines
        .next()
        .unwrap()
        .split(' ')
        .nth(1)
        .unwrap()
        .parse()
        .unwrap();
    let headers = lines
        .map(|line| line.split_once(": ").unwrap())
        .map(|(n, v)| (n.to_owned(), v.to_owned()))
        .collect();
    let mut answer = Answer {
        status,
        headers,
        body: bytes[at + 4..].to_vec(),
        end: End::Whole,
        id_member: "id",
        credentials: Vec::new(),
    };
    let whole = if answer.header("transfer-encoding").is_some() {
        let (body, whole) = dechunk(&answer.body);
        answer.body = body;
        whole
    } else if let Some(length) = answer.header("content-length") {
        let length: usize = length.parse().unwrap();
        assert!(answer.body.len() <= length);
        answer.body.len() == length
    } else {
        true
    };
    if *reset {
        answer.end = End::Reset;
    } else if !whole {
        answer.end = End::Cut;
    }
    answer
}

/// The bytes in the chunks, and whether the final chunk came.
fn dechunk(mut bytes: &[u8]) -> (Vec<u8>, bool) {
    let mut body = Vec::new();
    while let Some(at) = bytes.windows(2).position(|window| window == b"\r\n") {
        let size = usize::from_str_radix(std::str::from_utf8(&bytes[..at]).unwrap(), 16).unwrap();
        if size == 0 {
            return (body, &bytes[at..] == b"\r\n\r\n");
        }
        body.extend_from_slice(&bytes[at + 2..at + 2 + size]);
        bytes = &bytes[at + 4 + size..];
    }
    (body, false)
}
