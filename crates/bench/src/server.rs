//! A cheap server, which replays from memory what the simulator has answered once.
//!
//! The simulator generates each record anew, which takes as long as listing it. Behind this cache, the client is the bottleneck.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use provider_sim::{Account, AccountHandle, PageSize, Paging, Provider, Simulator};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tenancy::providers::{self, Descriptor};
use tenancy::providers::{Entry, Unlisted};
use url::Url;

use crate::Failure;

const ACCOUNT: &str = "bench";
const SEED: u64 = 7;
/// Records in the example body.
const EXAMPLES: u32 = 100;

/// What a server process is asked to serve.
#[derive(Deserialize, Serialize)]
pub(crate) struct Plan {
    pub(crate) provider: String,
    pub(crate) records: u32,
    pub(crate) latency_ms: u64,
}

/// One provider's list, described well enough for a loop written by hand.
#[derive(Clone, Deserialize, Serialize)]
pub(crate) struct Endpoint {
    pub(crate) provider: String,
    pub(crate) base_url: String,
    pub(crate) credentials: BTreeMap<String, String>,
    pub(crate) url: String,
    pub(crate) headers: Vec<(String, String)>,
    /// The members that lead to the records.
    pub(crate) records: Vec<String>,
    /// The member of a record that identifies it.
    pub(crate) id: String,
    /// The parameter for the page size.
    pub(crate) size: Option<String>,
    pub(crate) next: Next,
    /// A short body of the same list.
    pub(crate) example: Value,
}

/// How the next page is requested.
#[derive(Clone, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Next {
    /// There is none: one body holds everything.
    None,
    /// By number, in this parameter, from the first one until a page is short.
    Number { parameter: String, first: usize },
    /// By the token in this member, in this parameter, until it is null.
    Token { member: String, parameter: String },
}

/// Serves until the standard input ends. Prints the endpoint first.
pub(crate) fn serve(plan: &Plan) -> Result<(), Failure> {
    let provider = Provider::named(&plan.provider);
    let account = |records| Account::new(provider, ACCOUNT).population(records, SEED);
    let example = Simulator::start([account(EXAMPLES)])?;
    let simulator = Simulator::start([account(plan.records)])?;
    let handle = simulator.account(ACCOUNT);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = listener.local_addr()?.to_string();
    let example = get(&example.account(ACCOUNT), "")?;
    let endpoint = Endpoint::of(plan, &handle, &address, serde_json::from_slice(&example)?)?;
    println!("{}", serde_json::to_string(&endpoint)?);
    let server = Arc::new(Server {
        upstream: handle,
        latency: Duration::from_millis(plan.latency_ms),
        bodies: Mutex::default(),
    });
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let server = Arc::clone(&server);
            // A client that closes its connection ends only this thread.
            thread::spawn(move || server.answer(stream));
        }
    });
    io::copy(&mut io::stdin(), &mut io::sink())?;
    Ok(())
}

impl Endpoint {
    fn of(
        plan: &Plan,
        account: &AccountHandle,
        address: &str,
        example: Value,
    ) -> Result<Self, Failure> {
        let descriptor =
            tenancy::providers::find(&plan.provider).ok_or("tenancy does not know the provider")?;
        let (size, next) = paging(&account.provider(), &example)
            .ok_or("no loop by hand is written for the provider's pages")?;
        let list = descriptor.records_pointer();
        let here = |url: &str| -> Result<String, Failure> {
            let (_, path) = split(url)?;
            Ok(format!("http://{address}{path}"))
        };
        Ok(Self {
            provider: plan.provider.clone(),
            base_url: here(&account.base_url())?,
            credentials: account
                .credentials()
                .into_iter()
                .map(|(key, value)| (key.to_owned(), value))
                .collect(),
            url: here(&account.list_url())?,
            headers: account
                .auth_headers()
                .into_iter()
                .map(|(name, value)| (name.to_string(), value.to_string()))
                .collect(),
            records: list.split('/').skip(1).map(str::to_owned).collect(),
            id: identity(descriptor, &example)?,
            size: size.map(|size| size.parameter.to_owned()),
            next,
            example,
        })
    }
}

/// Returns the providers that a loop written by hand can list: it requests pages by numbers or tokens, of one list, and takes every
/// record for a tenant's.
pub(crate) fn servable() -> Result<Vec<&'static Descriptor>, Failure> {
    let mut servable = Vec::new();
    for provider in providers::ALL {
        if !provider.capabilities.status_from_filter && can_serve(provider)? {
            servable.push(*provider);
        }
    }
    Ok(servable)
}

fn can_serve(descriptor: &Descriptor) -> Result<bool, Failure> {
    let provider = Provider::named(descriptor.name);
    let account = Account::new(provider, ACCOUNT).population(EXAMPLES, SEED);
    let body = get(&Simulator::start([account])?.account(ACCOUNT), "")?;
    let entries = (descriptor.normaliser)(ACCOUNT, false).push(&body)?;
    let is_parent = |entry: Entry| matches!(entry, Err(Unlisted::Parent(_)));
    let has_parent = entries.into_iter().any(is_parent);
    let example = serde_json::from_slice(&body)?;
    Ok(!has_parent && paging(&provider, &example).is_some())
}

/// Returns the page size's parameter and the way to the next page, if the loop by hand knows such pages.
fn paging(provider: &Provider, page: &Value) -> Option<(Option<PageSize>, Next)> {
    Some(match provider.paging() {
        Paging::OneBody => (None, Next::None),
        Paging::Numbers { page, first, size } => {
            let parameter = page.to_owned();
            (Some(size), Next::Number { parameter, first })
        }
        Paging::Token { token, size } => {
            let parameter = token.to_owned();
            let member = only_text(page)?;
            (Some(size), Next::Token { member, parameter })
        }
        Paging::Offset { .. } | Paging::Keyset { .. } => return None,
    })
}

/// Finds the member that identifies a record, by what tenancy takes for the identity.
fn identity(descriptor: &Descriptor, example: &Value) -> Result<String, Failure> {
    let mut normaliser = (descriptor.normaliser)(ACCOUNT, false);
    let mut records = normaliser.push(example.to_string().as_bytes())?;
    records.append(normaliser.finish()?.records);
    let first = records.into_iter().find_map(Result::ok);
    let id = first.ok_or("the example has no record")?.tenant.id;
    let list = example.pointer(&descriptor.records_pointer());
    let members = list.and_then(|list| list[0].as_object());
    members
        .into_iter()
        .flatten()
        .find(|(_, value)| value.as_str().map_or(value.to_string(), str::to_owned) == *id)
        .map(|(name, _)| name.clone())
        .ok_or_else(|| "no member of the record is its identity".into())
}

/// Finds the token of the next page: the only member of a page that is text.
fn only_text(page: &Value) -> Option<String> {
    let mut texts = page
        .as_object()?
        .iter()
        .filter(|(_, value)| value.is_string());
    let (name, _) = texts.next()?;
    texts.next().is_none().then(|| name.clone())
}

struct Server {
    upstream: AccountHandle,
    latency: Duration,
    /// By query, its parameters sorted.
    bodies: Mutex<HashMap<String, Arc<[u8]>>>,
}

impl Server {
    /// Answers the requests of one connection.
    fn answer(&self, mut stream: TcpStream) -> Result<(), Failure> {
        stream.set_nodelay(true)?;
        let mut requests = BufReader::new(stream.try_clone()?);
        while let Some(target) = read_head(&mut requests)? {
            let query = target.split_once('?').map_or("", |(_, query)| query);
            let body = self.body(query)?;
            thread::sleep(self.latency);
            write!(
                stream,
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
                body.len()
            )?;
            stream.write_all(&body)?;
        }
        Ok(())
    }

    fn body(&self, query: &str) -> Result<Arc<[u8]>, Failure> {
        let mut pairs: Vec<_> = form_urlencoded::parse(query.as_bytes()).collect();
        pairs.sort();
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(pairs)
            .finish();
        let lock = || self.bodies.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(body) = lock().get(&query) {
            return Ok(Arc::clone(body));
        }
        let body: Arc<[u8]> = get(&self.upstream, &query)?.into();
        lock().insert(query, Arc::clone(&body));
        Ok(body)
    }
}

/// Reads a request's head and returns its target; none at the end of the connection.
fn read_head(requests: &mut impl BufRead) -> Result<Option<String>, Failure> {
    let mut line = String::new();
    requests.read_line(&mut line)?;
    let Some(target) = line.split(' ').nth(1).map(str::to_owned) else {
        return Ok(None);
    };
    loop {
        line.clear();
        if requests.read_line(&mut line)? == 0 || line.trim().is_empty() {
            return Ok(Some(target));
        }
    }
}

/// Asks the simulator for a page.
fn get(account: &AccountHandle, query: &str) -> Result<Vec<u8>, Failure> {
    let url = account.list_url();
    let (address, path) = split(&url)?;
    let mut stream = TcpStream::connect(address)?;
    // HTTP/1.0 has no chunks: the body is everything after the head.
    write!(stream, "GET {path}?{query} HTTP/1.0\r\n")?;
    for (name, value) in account.auth_headers() {
        write!(stream, "{name}: {value}\r\n")?;
    }
    write!(stream, "\r\n")?;
    let mut answer = BufReader::new(stream);
    let mut line = String::new();
    answer.read_line(&mut line)?;
    if line.split(' ').nth(1) != Some("200") {
        return Err(format!("the simulator answered {line}").into());
    }
    while !line.trim().is_empty() {
        line.clear();
        answer.read_line(&mut line)?;
    }
    let mut body = Vec::new();
    answer.read_to_end(&mut body)?;
    Ok(body)
}

/// Splits an address of the simulator into authority and path.
fn split(url: &str) -> Result<(String, String), Failure> {
    let url = Url::parse(url)?;
    let path = url.path().to_owned();
    Ok((url.authority().to_owned(), path))
}
